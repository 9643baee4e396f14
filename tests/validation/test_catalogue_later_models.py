"""Models of 2025-09 to 2026-11: what their rows count, against what their makers publish."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outlay.api.models.questions import format_note, warnings
from outlay.catalogue import find_chip, find_model, models
from outlay.catalogue.parts.of_model import operators
from outlay.catalogue.parts.sums import active_parameters, cache_per_token, parameters
from outlay.performance.operators.shapes import shape_of
from outlay.results.chips_models import Model

PUBLISHED = {
    # id: total and active parameters in 1e9, cache in bytes a token at 16 bits
    "nemotron-3-nano-30b-a3b": (31.6, 3.2, 6 * 2 * 2 * 128 * 2),
    "nemotron-3-super-120b-a12b": (120, 12, 8 * 2 * 2 * 128 * 2),
    "nemotron-3-ultra-550b-a55b": (550, 55, 12 * 2 * 2 * 128 * 2),
    "longcat-flash": (560, 27, 28 * 2 * 576 * 2),
    "longcat-flash-lite": (68.5, None, 14 * 2 * 576 * 2),
    "longcat-2.0": (None, 48, 38 * 2 * 576 * 2),
    "apertus-8b": (8.05, 8.05, 32 * 2 * 8 * 128 * 2),
    "apertus-70b": (70.6, 70.6, 80 * 2 * 8 * 128 * 2),
    "glm-5.2": (744, 40, 78 * 576 * 2),
    "glm-5.3": (744, 40, 78 * 576 * 2),
    "glm-5.3-flash": (None, None, 11 * 512 * 2),
    "hy3": (295, None, 80 * 2 * 8 * 128 * 2),
    "hy4-preview": (770, 49, 78 * 576 * 2),
    "mistral-large-4": (1050, 52, 71_424),
    "deepseek-v4.1-flash": (552, 16, None),
    "k-exaone-236b-a23b": (236, 23, 12 * 2 * 8 * 128 * 2),
    "kimi-k3": (2800, None, 24 * 576 * 2),
}


@pytest.mark.parametrize("ident", PUBLISHED)
def test_parameters_and_cache_are_those_published(ident: str) -> None:
    total, active, cache = PUBLISHED[ident]
    model = find_model(ident)
    if total is not None:
        assert parameters(model) == pytest.approx(total * 1e9, rel=0.02)
    if active is not None:
        table = 0 if model.n_moe_layers else model.vocab * model.hidden  # a dense model's counts
        assert active_parameters(model) + table == pytest.approx(active * 1e9, rel=0.02)
    if cache is not None:
        assert 2 * cache_per_token(model) == model.kv_bytes_per_token_bf16 == cache


def test_totals_that_hold_a_prediction_layer_or_are_rounded() -> None:
    flash = find_model("glm-5.3-flash")  # 320B with a layer of 288 experts that predicts
    predicting = 288 * 3 * flash.hidden * flash.expert_ffn
    assert parameters(flash) + predicting == pytest.approx(320e9, rel=0.005)
    assert 1.55e12 < parameters(find_model("longcat-2.0")) < 1.65e12  # "1.6T"
    assert 30e9 < find_model("longcat-flash-lite").extra["ngram_table"] < 32e9  # "over 30B"
    assert find_model("longcat-2.0").extra["ngram_table"] == pytest.approx(135e9, rel=0.001)


def _passing(model: Model, experts: float) -> float:
    """Active parameters, in 1e9, of a token that passes so many experts."""
    none = replace(model, extra={**model.extra, "experts_passed": 1e-12})
    one = replace(model, extra={**model.extra, "experts_passed": 1.0})
    least = active_parameters(none)
    return (least + experts * (active_parameters(one) - least)) / 1e9


@pytest.mark.parametrize(
    ("ident", "least", "most"), [("longcat-flash", 18.6, 31.3), ("longcat-2.0", 33, 56)]
)
def test_places_without_an_expert_span_what_is_published(
    ident: str, least: float, most: float
) -> None:
    model = find_model(ident)
    assert _passing(model, model.top_k) == pytest.approx(most, rel=0.02)
    # the report's least is no token without any expert, but one that passes few
    assert _passing(model, 0) <= least * 1.02
    assert _passing(model, 4) > least


def test_a_cache_in_four_bits_is_what_the_report_says() -> None:
    # entries of 512 values in 4 bits with a scale byte per 16; index keys of 128 with four bytes
    ops = operators(find_model("deepseek-v4.1-flash"))
    entries = sum(op.cache * op.layers for op in ops if op.kind == "scores" and not op.window)
    keys = sum(op.cache * op.layers for op in ops if op.kind == "index")
    assert (entries, keys) == (512 * 2.5, 128 * 2.5)
    assert entries / 512 * (512 / 2 + 512 / 16) + keys / 128 * (128 / 2 + 4) == 890


def test_layers_of_shared_entries_add_up() -> None:
    ops = operators(find_model("deepseek-v4.1-flash"))
    scores = [op for op in ops if op.name == "attention.full"]
    assert sum(op.layers for op in scores) == 38
    assert sum(op.layers for op in scores if op.cache) == 4
    assert sum(op.layers for op in ops if op.kind == "index") == 8


def test_readers_of_another_latent_have_no_projection_of_it() -> None:
    model = find_model("mistral-large-4")
    whole = replace(model, extra={})
    saved = parameters(whole) - parameters(model)
    lost = 9 * model.hidden * (512 + 64) + 9 * model.hidden * 64  # no latent; no rotary part
    gained = 18 * 512 * model.heads * 64  # heads without rotation make all of it from the latent
    assert saved == lost - gained
    assert 2 * cache_per_token(whole) == 82_944


@pytest.mark.parametrize(
    "model", [m for m in models().values() if m.has_shapes], ids=lambda m: m.id
)
def test_sizes_that_timing_takes_sum_to_the_parameters(model: Model) -> None:
    assert float(shape_of(model).weights()) == pytest.approx(parameters(model), rel=1e-9)


def test_what_is_left_out_of_a_model_is_said() -> None:
    said = {m.id for m in models().values() if m.left_out}
    assert {"deepseek-v4.1-flash", "longcat-2.0", "hy4-flash"} <= said
    left = find_model("deepseek-v4.1-flash").left_out
    assert all(word in left for word in ("8B", "16B", "196B", "890 B"))


def test_an_answer_says_what_is_left_out_and_whose_shapes_stand_in() -> None:
    def said(ident: str) -> list[str]:
        return warnings(find_model(ident), 2500, "", False, None, None)

    assert said("deepseek-v4.1-flash") == [
        f"deepseek-v4.1-flash: {find_model('deepseek-v4.1-flash').left_out}"
    ]
    assert said("k-exaone-2.0") == [
        "not all shapes of k-exaone-2.0 are known: those of k-exaone-236b-a23b stand in, scaled",
        "k-exaone-2.0: its cache per token is not known",
    ]
    assert said("llama-3.1-8b") == []


def test_an_answer_says_which_figures_of_its_chip_are_disputed() -> None:
    model = find_model("qwen3-32b")
    (said,) = format_note(model, find_chip("mi455x"), "fp8")
    assert said == (
        "memory bandwidth of mi455x is disputed: 19.6 TB/s is used, another source says 23.3 "
        "(`outlay catalogue disputes mi455x`)"
    )
    disputed, smaller = format_note(model, find_chip("vr200-nvl72"), "")
    assert "1800 GB/s is used, another source says 1500" in disputed
    assert "--weights" in smaller
    assert format_note(model, find_chip("h200-sxm"), "fp8") == ()
