"""What a sequence holds in memory, and runs that end: windows, states, finite requests."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.catalogue import find_chip, find_model
from outlay.performance import Layout, Precision, Stack, step_table
from outlay.performance.constants.cases import case_for, levels_for
from outlay.performance.constants.constants import Constants, definitions
from outlay.performance.measured.rows import Question, ask
from outlay.performance.operators.timing import (
    cache_bytes_per_token,
    sequence_state_bytes,
    weight_bytes_per_chip,
)
from outlay.performance.questions.loop import RESERVE_SHARE, Traffic, offline, sequence_capacity

FEW = settings(max_examples=60, deadline=None)


def _case(model: str, chip: str = "h200-sxm", stack: str = ""):
    return case_for(find_model(model), find_chip(chip), Layout(8, 8), Precision("fp8"),
                    Stack(stack))  # fmt: skip


@FEW
@given(st.sampled_from(["gpt-oss-120b", "llama-4-maverick"]), st.floats(1, 1e6))
def test_a_window_holds_no_more_than_the_sequence(model: str, tokens: float) -> None:
    k = _case(model)
    s = k.shape
    share = min(8.0, float(s.window_kv_heads))
    held = float(s.window_layers) * float(s.window_kv) * k.kv_bytes / share
    got = float(sequence_state_bytes(k, tokens))
    assert got == pytest.approx(held * min(tokens, float(s.window)), rel=1e-9)


def test_a_recurrent_state_is_there_from_the_first_token() -> None:
    k = _case("qwen3.5-397b-a17b")
    assert float(k.shape.linear_layers) > 0
    assert float(sequence_state_bytes(k, 1.0)) == float(sequence_state_bytes(k, 1e6)) > 0


@pytest.mark.parametrize("model", ["gpt-oss-120b", "llama-4-maverick", "qwen3.5-397b-a17b"])
def test_step_tables_hold_as_many_tokens_as_sequences_of_the_mean_context(model: str) -> None:
    """Windows and states are a cost per sequence: counted once each, not once per token."""
    context = 4096.0
    table = step_table(find_model(model), find_chip("h200-sxm"), Layout(8, 8), Precision("fp8"),
                       context=context)  # fmt: skip
    k = _case(model)
    each = context * float(cache_bytes_per_token(k)) + float(sequence_state_bytes(k, context))
    reserve = min(float(k.c["memory_reserve"]), RESERVE_SHARE * float(k.memory))
    room = float(k.memory) * float(k.c["memory_use"]) - reserve - float(weight_bytes_per_chip(k))
    sequences = room * float(k.c["cache_share"]) / each
    assert table.kv_capacity_tokens == pytest.approx(sequences * context, rel=1e-6)


@FEW
@given(st.sampled_from(["llama-3.1-8b", "gpt-oss-120b", "deepseek-v3"]),
       st.floats(16, 8192), st.floats(16, 8192), st.floats(1, 1e6))  # fmt: skip
def test_a_run_that_ends_is_never_faster_than_one_that_does_not(
    model: str, prompt: float, output: float, requests: float
) -> None:
    k, t = _case(model), Traffic(prompt, output)
    endless = float(offline(k, t).out_tok_s)
    assert float(offline(k, t, np.array(requests)).out_tok_s) <= endless * (1 + 1e-9)


def test_a_long_run_tends_to_the_endless_one() -> None:
    k, t = _case("llama-3.1-70b"), Traffic(1000.0, 1000.0)
    long, endless = offline(k, t, np.array(1e9)), offline(k, t)
    assert float(long.out_tok_s) == pytest.approx(float(endless.out_tok_s), rel=1e-4)
    few = offline(k, t, np.array(3.0))
    assert float(few.batch) == 3.0


def test_known_values_stand_in_for_the_prior_where_a_level_has_one() -> None:
    model, chip = find_model("llama-3.1-8b"), find_chip("h200-sxm")
    none = Constants()
    for name, d in definitions().items():
        for group, table in d.at.items():
            for level, value in table.items():
                own = dict(zip(group.split("."), level.split("."), strict=True))
                levels = {**levels_for(model, chip, Precision("fp8"), Stack()), **own}
                assert none.value(name, levels) == pytest.approx(min(value, d.most)), name
                other = {**levels, **dict.fromkeys(own, "unheard-of")}
                assert none.value(name, other) == pytest.approx(min(d.prior, d.most))
    assert any(d.at for d in definitions().values())


def test_tensorrt_llm_takes_nine_tenths_of_what_weights_leave() -> None:
    """Its documented rule: 0.9 of free memory after the weights, against a share of all memory."""
    own, other = _case("llama-3.1-70b", stack="trtllm"), _case("llama-3.1-70b", stack="vllm")
    assert float(own.c["cache_share"]) == pytest.approx(0.90)
    assert float(own.c["memory_use"]) == pytest.approx(1.0)
    assert float(other.c["cache_share"]) == pytest.approx(1.0)
    assert float(sequence_capacity(own, 2048.0)) > 0


ROW = {
    "row_id": "a", "source_id": "trtllm-perf-1.0", "model": "Llama-3.1-8B",
    "chip": "H100-SXM-80GB", "params_total_b": "8", "params_active_b": "8",
    "weight_precision": "fp8", "n_chips": "1", "tp": "1", "phase": "aggregated",
    "framework": "TensorRT-LLM", "scenario": "offline", "metric": "output_throughput",
    "value": "20000", "unit": "output tokens/s",
}  # fmt: skip


@pytest.mark.parametrize(
    ("isl", "osl", "requests"), [("128", "128", 30000.0), ("20000", "2000", 1000.0), ("7", "9", 0)]
)
def test_published_recipes_say_how_many_requests_ran(isl: str, osl: str, requests: float) -> None:
    asked = ask({**ROW, "isl": isl, "osl": osl})
    assert isinstance(asked, Question)
    assert asked.requests == requests
    other = ask({**ROW, "isl": isl, "osl": osl, "source_id": "elsewhere"})
    assert isinstance(other, Question)
    assert other.requests == 0.0


def test_prompts_of_a_data_set_are_as_published() -> None:
    asked = ask({**ROW, "source_id": "mlperf-inference-v6.0", "model": "gpt-oss-120b",
                 "n_chips": "8", "tp": "8"})  # fmt: skip
    assert isinstance(asked, Question)
    assert math.isclose(asked.prompt, 5011.0)
