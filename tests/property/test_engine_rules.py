"""Every layout that is printed is one that its engine starts: commands are read back as it does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.catalogue import chips, find_chip, find_model, models
from outlay.performance import Stack, search
from outlay.performance.launch.commands import launches
from outlay.performance.operators.formats import precision_for
from outlay.performance.types import Rate
from outlay.results.chips_models import Chip, Model
from support.engines import parsed, started

BLOCK = {"fp8": 128, "int4": 128, "fp4": 16, "bf16": 1, "int8": 1}
"""Format → multiple that a slice of an expert has, where its maker says nothing else."""
MAKERS = {("kimi-k2.5", "int4"): 32, ("glm-4.5", "fp8"): 1, ("glm-4.5-air", "fp8"): 1}
PADDED = ("gpt-oss-120b", "gpt-oss-20b")

model_ids = st.sampled_from(sorted(m.id for m in models().values() if m.has_shapes and m.hf_repo))
mixture_ids = st.sampled_from(
    sorted(m.id for m in models().values() if m.has_shapes and m.n_moe_layers and m.hf_repo)
)
chip_ids = st.sampled_from(sorted(c.id for c in chips().values() if c.memory_byte_s))
formats = st.sampled_from(["", "bf16", "fp8", "fp4", "int4", "int8"])
caches = st.sampled_from(["bf16", "fp8", "fp4", "int8"])
stacks = st.sampled_from(["vllm", "sglang", "trtllm", ""])


def block_of(model: Model, chip: Chip, weights: str) -> int:
    if model.id in PADDED and weights == "fp4":
        return 0
    if weights == "fp4" and (model.weight_dtype == "fp4" or chip.vendor == "AMD"):
        return 32
    return MAKERS.get((model.id, weights), BLOCK[weights])


def dense_of(model: Model, weights: str) -> int:
    """The same of dense layers: of FP8 checkpoints that are known to have blocks."""
    known = model.id.startswith("qwen3") or model.weight_dtype == "fp8"
    return 128 if weights == "fp8" and known else 1


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(model_ids, mixture_ids), chip_ids, formats, caches, stacks, st.integers(0, 10**6),
    st.sampled_from(["aggregated", "prefill", "decode"]), st.booleans(),
)  # fmt: skip
def test_what_is_printed_starts(
    model: str, chip: str, weights: str, kv: str, stack: str, pick: int, phase: str, mtp: bool
) -> None:
    m, c = find_model(model), find_chip(chip)
    precision = precision_for(m, c, weights, kv)
    found = search(
        m, c, 900.0, 100.0, precision=precision, stack=Stack(stack), phase=phase, speculative=mtp
    )
    rate = found[pick % len(found)]
    if not rate.feasible:
        return
    told = launches(
        m, c, rate.layout, precision, rate.batch, 1000.0, stack=stack, verified=3.0 if mtp else 0.0
    )
    assert [o.engine for o in told] == ([stack] if stack else ["vllm", "sglang", "trtllm"])
    rules = [o for o in told if not o.command]
    for o in told:
        assert bool(o.command) != bool(o.why_not)
        if o.command:
            block = block_of(m, c, precision.weights)
            dense = dense_of(m, precision.weights)
            assert started(o.engine, o.command, o.options, m, block, dense) == []
            assert in_the_command(o.engine, o.command, rate)
    if stack in ("vllm", "sglang", "trtllm") and rules:  # only for chip or cache, not the layout
        assert "chips" in rules[0].why_not or "cache" in rules[0].why_not


def in_the_command(engine: str, command: str, rate: Rate) -> bool:
    """Whether the command starts as many ranks and sequences as the configuration has."""
    a, o = parsed(engine, command), rate.layout
    if engine == "vllm":
        ranks = a.tensor_parallel_size * (a.pipeline_parallel_size or 1)
        ranks *= a.data_parallel_size or 1
        held = a.max_num_seqs * o.dp
    elif engine == "sglang":
        ranks, held = a.tp_size * (a.pp_size or 1), a.max_running_requests
    else:
        ranks, held = a.tp_size * (a.pp_size or 1), a.max_batch_size * o.dp
    return ranks == o.n_chips and rate.batch <= held < rate.batch + max(o.dp, 2)


@pytest.mark.parametrize("stack", ["", "vllm", "sglang", "trtllm"])
@pytest.mark.parametrize("weights", ["fp8", "int4", "fp4"])
def test_no_point_of_a_front_cuts_a_block(stack: str, weights: str) -> None:
    chip, tried = find_chip("h200-sxm"), 0
    for model in models().values():
        if not model.n_moe_layers or not model.has_shapes:
            continue
        precision = precision_for(model, chip, weights)
        for r in search(model, chip, 1000.0, 1000.0, precision=precision, stack=Stack(stack)):
            ranks = r.layout.tp * r.layout.dp // r.layout.ep
            block = block_of(model, chip, weights)
            if ranks > 1 and block:
                tried += 1
                assert model.expert_ffn % (ranks * block) == 0, (model.id, r.layout)
    assert tried > 100
