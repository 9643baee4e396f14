"""Operator counts against published parameter and cache sizes, and against independent sums."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.catalogue import find_chip, find_model, models
from outlay.catalogue.parts.of_model import operators
from outlay.performance.constants.cases import case_for
from outlay.performance.measured.training_shipped import gpt_runs
from outlay.performance.operators.shapes import scaled_shape, shape_of
from outlay.performance.operators.timing import expert_seconds
from outlay.performance.training.search import gpt_shape
from outlay.performance.training.step import model_flops
from outlay.performance.types import Layout, Precision, Stack
from support.operator_sums import (
    active_parameters,
    cache_values_per_token,
    flops_per_token,
    parameters,
    state_values,
)

VISION = {"gemma-4-26b-a4b"}  # its published total counts the tower


@pytest.mark.parametrize("ident", [m.id for m in models().values() if m.layers])
def test_counted_parameters_are_the_published_ones(ident: str) -> None:
    model = find_model(ident)
    allowed = 0.04 if ident in VISION else 0.02
    assert parameters(model) == pytest.approx(model.total_params, rel=allowed)


@pytest.mark.parametrize(
    ("ident", "bytes_per_token"),
    [
        ("deepseek-v3", 70272),  # 61 layers of 576 values, as DeepSeek's report gives
        ("llama-3.1-405b", 516096),  # 126 layers x 8 heads x 128 x 2
        ("llama-2-70b", 327680),
        ("qwen3-next-80b-a3b", 24576),  # 12 of 48 layers
        ("gpt-oss-120b", 36864),  # 18 of 36 layers
        ("hunyuan-large", 81920),  # pairs of layers share one cache
    ],
)
def test_cache_per_token(ident: str, bytes_per_token: int) -> None:
    assert 2 * cache_values_per_token(find_model(ident)) == bytes_per_token


def test_windows_and_linear_states_do_not_grow() -> None:
    """18 windows of 128 tokens in GPT-OSS; 36 matrices a head in Qwen3-Next; none in Llama."""
    assert state_values(find_model("gpt-oss-120b")) == 18 * 2 * 8 * 64 * 128
    assert state_values(find_model("qwen3-next-80b-a3b")) == 36 * 32 * 128 * 128
    assert state_values(find_model("llama-3.1-8b")) == 0


def test_flops_of_a_dense_model_by_hand() -> None:
    """Llama-3.1-8B: 2 per weight, and 4 x heads x head_dim per layer and context token."""
    model = find_model("llama-3.1-8b")
    by_hand = 2 * active_parameters(model) + 32 * 4 * 32 * 128 * 1000
    assert flops_per_token(model, 1000) == pytest.approx(by_hand, rel=1e-12)


def test_latent_decode_work_per_cached_token() -> None:
    """MLA: 2 x (512 + 64 + 512) = 2176 operations per head and cached token."""
    score = next(op for op in operators(find_model("deepseek-v3")) if op.kind == "scores")
    assert score.flops_ctx == 128 * 2 * 1088


def test_sparse_attention_stops_growing_but_its_index_does_not() -> None:
    model = find_model("deepseek-v3.2")
    near, far = flops_per_token(model, 4096), flops_per_token(model, 8192)
    assert far - near == pytest.approx(61 * 2 * 64 * 128 * 4096)


def test_folded_shape_keeps_every_weight() -> None:
    for model in models().values():
        if model.layers:
            assert shape_of(model).weights() == pytest.approx(parameters(model), rel=1e-9)


def test_scaled_stand_in_has_the_asked_size() -> None:
    base = shape_of(find_model("qwen3-235b-a22b"))
    for total, active in ((480e9, 35e9), (30e9, 3e9), (235e9, 22e9)):
        made = scaled_shape(base, total, active)
        assert made.weights() == pytest.approx(total, rel=0.06)


def test_shapes_unpublished_are_refused_without_a_proxy() -> None:
    closed = find_model("doubao-seed-1.6")
    with pytest.raises(ValueError, match="proxy"):
        operators(closed)
    assert shape_of(closed).weights() == pytest.approx(230e9, rel=0.06)


@pytest.mark.parametrize(
    ("run", "mfu"),
    [("gpt-22b", 0.415), ("gpt-175b", 0.514), ("gpt-530b", 0.560), ("gpt-1t", 0.563)],
)
def test_model_flops_give_the_published_utilisation(run: str, mfu: float) -> None:
    """Korthikanti et al. 2022, table 5: utilisation of the runs with selective recomputation."""
    found = next(r for r in gpt_runs() if r.id == f"{run}-selective")
    flops = float(model_flops(found.shape, found.seq, causal=False))
    assert found.tokens_s_per_chip * flops / 312e12 == pytest.approx(mfu, abs=0.006)


def test_gpt_shape_matches_its_name() -> None:
    assert gpt_shape(96, 12288, 96, 51200).weights() == pytest.approx(175e9, rel=0.01)


def test_expected_distinct_experts_against_draws() -> None:
    """E(1 - e^(-Tk/E)) against uniform draws of k different experts per token."""
    rng, experts, k = np.random.default_rng(1), 128, 8
    model, chip = find_model("qwen3-235b-a22b"), find_chip("h200-sxm")
    assert (model.experts, model.top_k) == (experts, k)
    case = case_for(model, chip, Layout(1), Precision("bf16", "bf16"), Stack())
    s = case.shape
    each_s = s.moe_layers * s.expert_w * case.expert_bytes / case.bandwidth
    for tokens in (1, 8, 64):
        seen = [
            len(np.unique([rng.permutation(experts)[:k] for _ in range(tokens)])) for _ in range(60)
        ]
        _, bytes_s, _ = expert_seconds(case, float(tokens))
        assert bytes_s / each_s == pytest.approx(np.mean(seen), rel=0.05)
