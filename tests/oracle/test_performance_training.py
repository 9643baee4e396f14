"""The training step against counts by hand and a run that is in no fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.catalogue import find_chip, find_model
from outlay.performance.constants.training import constants_from, training_constants
from outlay.performance.fit.training_predict import is_training, predict_training
from outlay.performance.measured.training_rows import Run, log_errors, training_run
from outlay.performance.measured.training_shipped import gpt_runs
from outlay.performance.operators.shapes import shape_of
from outlay.performance.training.layout import (
    TrainLayout,
    held_parameters,
    interleaving,
    stage_layers,
)
from outlay.performance.training.memory import memory_per_chip
from outlay.performance.training.search import train
from outlay.performance.training.step import Step, model_flops, step

FEW = settings(max_examples=40, deadline=None)


def _step(
    model: str, chip: str, lay: TrainLayout, micro: float = 8, seq: float = 4096, **c: float
) -> Step:
    """A step of `micro` microbatches in each replica."""
    found, on = find_model(model), find_chip(chip)
    constants = {**training_constants(), **c}
    batch = micro * lay.dp * lay.micro_batch
    return step(shape_of(found), on, float(found.heads), lay, seq, batch, constants, "bf16")


def test_deepseek_v3_trained_on_2048_h800_as_its_report_says() -> None:
    """14.8T tokens in 2.664 million H800-hours (arXiv:2412.19437, table 1); in no fit."""
    rate = train(
        find_model("deepseek-v3"), find_chip("h800-sxm"), 2048, seq_len=4096,
        global_batch_tokens=15360 * 4096, precision="fp8",
    )[0]  # fmt: skip
    hours = 14.8e12 / rate.tokens_s_per_chip / 3600.0
    assert hours == pytest.approx(2.664e6, rel=0.25)
    assert rate.low <= 14.8e12 / 2.664e6 / 3600.0 <= rate.high


def test_experts_in_one_domain_use_its_links_only() -> None:
    """Four moves of min(top-k, ep) copies of which (ep - 1)/ep leave the chip, by hand."""
    lay = TrainLayout(tp=1, pp=1, dp=8, ep=8)
    model, chip = find_model("qwen3-30b-a3b"), find_chip("h100-sxm")
    shape, link = shape_of(model), training_constants()["link"]
    got = _step(model.id, chip.id, lay, micro=1)
    copies = min(float(shape.top_k), 8.0) * 7.0 / 8.0
    moved = 4.0 * 4096 * float(shape.hidden) * 2.0 * copies * float(shape.moe_layers)
    assert float(got.traffic_s.experts) == pytest.approx(
        moved / (chip.link_byte_s * link), rel=1e-9
    )


def test_a_token_crosses_to_each_other_domain_at_most_once() -> None:
    """EP 32 over four servers: 3 (1 - (3/4)^8) of four domains are reached, not eight copies."""
    lay = TrainLayout(tp=1, pp=1, dp=32, ep=32)
    model, chip = find_model("qwen3-235b-a22b"), find_chip("h100-sxm")
    shape, net = shape_of(model), training_constants()["net"]
    assert chip.domain_chips == 8
    got = _step(model.id, chip.id, lay, micro=1)
    reached = 3.0 * (1.0 - 0.75 ** float(shape.top_k))
    moved = 4.0 * 4096 * float(shape.hidden) * 2.0 * reached * float(shape.moe_layers)
    assert float(got.traffic_s.experts) == pytest.approx(moved / (chip.net_byte_s * net), rel=1e-9)


@FEW
@given(st.integers(1, 64), st.sampled_from(["llama-3.1-70b", "qwen3-30b-a3b"]))
def test_more_microbatches_hide_no_more_of_the_exchange(micro: int, model: str) -> None:
    lay = TrainLayout(tp=8, pp=1, dp=16)
    one, many = (_step(model, "h100-sxm", lay, micro=m) for m in (1, 1 + micro))
    assert float(many.exchange_s) == pytest.approx(float(one.exchange_s), rel=1e-9)
    assert float(many.seconds) > float(one.seconds)


@FEW
@given(st.sampled_from([1, 2, 4, 8]))
def test_experts_held_by_a_chip_cost_time_each(ep: int) -> None:
    lay = TrainLayout(tp=1, pp=1, dp=16, ep=ep)
    c = training_constants()
    with_cost = _step("qwen3-30b-a3b", "b200-hgx", lay)
    free = _step("qwen3-30b-a3b", "b200-hgx", lay, expert_s=0.0)
    shape = shape_of(find_model("qwen3-30b-a3b"))
    each = 8 * float(shape.moe_layers) * float(shape.experts) / ep * c["expert_s"]
    busy = [float(s.seconds - s.exchange_s) for s in (with_cost, free)]
    assert busy[0] - busy[1] == pytest.approx(each, rel=1e-6)


def test_a_step_is_the_sum_of_its_parts_and_never_below_the_peak() -> None:
    for r in gpt_runs():
        s = step(r.shape, r.chip, r.heads, r.layout, r.seq, r.global_batch,
                 training_constants(), "bf16")  # fmt: skip
        busy = s.compute_s + s.memory_s + s.exposed_s + s.fixed_s
        parts = float(busy + s.bubble_s + s.exchange_s + s.update_s)
        assert parts == pytest.approx(float(s.seconds), rel=1e-9)
        assert float(s.floor_s) < parts


def test_eight_runs_stay_near_when_only_the_priors_speak() -> None:
    assert abs(log_errors(gpt_runs(), constants_from({}))).mean() < 0.15


ROW: dict[str, str] = {
    "row_id": "r", "source_id": "s", "source_date": "2024-07", "model": "Llama-3.1-405B",
    "chip": "H100-SXM-80GB",
    "n_chips": "8192", "precision": "bf16", "seq_len": "8192", "global_batch_seqs": "2048",
    "tp": "8", "pp": "16", "metric": "mfu", "value": "0.43", "unit": "fraction of dense peak",
    "mfu": "0.43", "peak_tflops_assumed": "989",
}  # fmt: skip


def test_a_row_is_predicted_in_its_own_metric() -> None:
    (by_mfu,) = predict_training([ROW])
    assert is_training(ROW)
    assert by_mfu.kind == "training"
    assert by_mfu.predicted == pytest.approx(0.43, rel=0.1)
    assert by_mfu.low is not None
    assert by_mfu.high is not None
    assert by_mfu.low < by_mfu.predicted < by_mfu.high
    rate = str(0.43 * 989e12 / 2.5e12)
    hours = {**ROW, "metric": "gpu_hours", "value": "3e7", "unit": "chip-hours, whole run",
             "tokens_s_per_chip": rate}  # fmt: skip
    slow = {**hours, "tokens_s_per_chip": str(float(rate) * 2)}
    (a,), (b,) = predict_training([hours]), predict_training([slow])
    assert a.predicted is not None
    assert b.predicted == pytest.approx(2 * a.predicted)  # hours rise as the rate falls
    assert b.high / b.low == pytest.approx(a.high / a.low)  # type: ignore[operator]
    assert a.high / a.low > by_mfu.high / by_mfu.low  # type: ignore[operator]


@pytest.mark.parametrize(
    ("change", "status"),
    [({"model": "Mystery"}, "unknown_model"), ({"chip": "Abacus"}, "unknown_chip"),
     ({"metric": "gpu_hours", "unit": "chip-hours", "mfu": ""}, "not_comparable"),
     ({"metric": "gpu_hours", "unit": "days", "tokens_trained": "1e12"}, "not_comparable"),
     ({"metric": "tokens_per_s_per_chip", "unit": "tokens/s per node"}, "not_comparable"),
     ({"tokens_s_per_chip": "1000"}, "not_comparable"),
     ({"value": "43"}, "not_comparable"), ({"unit": "furlongs"}, "not_comparable"),
     ({"value": "n/a"}, "not_comparable"), ({"tp": "8x"}, "not_comparable"),
     ({"tp": "0.5"}, "not_comparable"), ({"n_chips": "16,384"}, "not_comparable"),
     ({"seq_len": "8k"}, "not_comparable"), ({"fsdp": "perhaps"}, "not_comparable"),
     ({"precision": "nvfp4"}, "not_comparable"), ({"precision": "posit8"}, "not_comparable"),
     ({"tp": "8", "pp": "2048"}, "not_comparable")],
)  # fmt: skip
def test_rows_that_cannot_be_predicted_say_why(change: dict[str, Any], status: str) -> None:
    (p,) = predict_training([{**ROW, **change}])
    assert (p.status, p.predicted) == (status, None)
    assert p.why


def test_fully_sharded_state_is_spread_over_replicas() -> None:
    lay = TrainLayout(tp=1, pp=1, dp=8)
    plain = _step("llama-3.1-8b", "h100-sxm", lay).memory_bytes
    spread = _step("llama-3.1-8b", "h100-sxm", replace(lay, fully_sharded=True)).memory_bytes
    assert spread < plain


@FEW
@given(
    st.sampled_from(["deepseek-v3", "mixtral-8x7b", "llama-3.1-70b", "kimi-k2"]),
    st.sampled_from([(1, 1, 1, 64, 8), (8, 4, 1, 4, 16), (2, 8, 2, 8, 8), (8, 1, 1, 8, 1)]),
)
def test_chips_together_hold_every_state_once(model: str, degrees: tuple[int, ...]) -> None:
    """18 bytes a parameter: weights, gradients, master weights and moments, wherever they lie."""
    tp, pp, cp, dp, ep = degrees
    found = find_model(model)
    shape = shape_of(found)
    ep = ep if float(shape.moe_layers) and ep <= float(shape.experts) else 1
    lay = TrainLayout(tp=tp, pp=pp, dp=dp, cp=cp, ep=ep)
    held = memory_per_chip(shape, float(found.heads), lay, 4096.0, 8.0)
    assert float(held) * tp * pp * cp * dp >= 18.0 * float(shape.weights())
    parts = held_parameters(shape, lay)
    copies = sum(float(mine) / float(replicas) for mine, replicas in parts) * tp * pp * cp * dp
    assert copies == pytest.approx(float(shape.weights()))


def test_long_sequences_are_split() -> None:
    """Llama 3, table 4: 128k tokens a sequence on 16,384 H100 reach 38 % of the peak."""
    best = train(find_model("llama-3.1-405b"), find_chip("h100-sxm"), 16384, seq_len=131072,
                 global_batch_tokens=128 * 131072)[0]  # fmt: skip
    assert best.layout.cp > 1
    assert best.mfu == pytest.approx(0.38, rel=0.25)


@pytest.mark.parametrize("chip", ["tpu-v5p", "tpu-v6e", "ascend-910c", "mi300x", "trainium2"])
def test_every_chip_trains_in_finite_time(chip: str) -> None:
    best = train(find_model("llama-3.1-8b"), find_chip(chip), 64)[0]
    assert 0.0 < best.mfu < 0.95
    assert best.step_s > 0.0


def test_expert_groups_divide_ranks_and_experts() -> None:
    for r in train(find_model("deepseek-v3"), find_chip("h200-sxm"), 288, seq_len=4096):
        o = r.layout
        assert o.tp * o.pp * o.cp * o.dp == 288
        assert (o.dp * o.cp * o.tp) % o.ep == 0
        assert 256 % o.ep == 0


@pytest.mark.parametrize("micro", [1, 4, 15, 16, 64])
def test_a_step_lasts_at_least_one_trip_through_the_pipeline(micro: int) -> None:
    """Each microbatch passes all stages; chunks that interleave cannot shorten its own way."""
    lay = TrainLayout(tp=8, pp=16, dp=2, vp=4)
    got = _step("llama-3.1-405b", "h100-sxm", lay, micro=micro)
    plain = _step("llama-3.1-405b", "h100-sxm", TrainLayout(tp=8, pp=16, dp=2), micro=micro)
    one = float(plain.bubble_s) / 15.0
    assert float(got.seconds) >= 16.0 * one
    assert float(got.seconds) <= float(plain.seconds)


@pytest.mark.parametrize(
    ("metric", "value", "unit", "more"),
    [
        ("mfu", "43", "percent of dense peak", {}),
        ("tokens_per_s_per_chip", "RATE", "tokens/s/GPU", {}),
        ("tokens_per_s_per_chip", "KILO", "k tokens/s/GPU", {}),
        ("gpu_hours", "HOURS", "chip-hours", {"tokens_trained": "1e12"}),
        ("step_s", "STEP", "s", {}),
    ],
)
def test_one_run_in_every_metric_is_off_by_the_same(
    metric: str, value: str, unit: str, more: dict[str, str]
) -> None:
    """The measurement is the row's own value, with no column beside it that repeats it."""
    flops = float(model_flops(shape_of(find_model("llama-3.1-405b")), 8192.0))
    rate = 0.43 * 989e12 / flops
    number = {"RATE": rate, "KILO": rate / 1e3, "HOURS": 1e12 / rate / 3600.0,
              "STEP": 2048 * 8192 / 8192 / rate}  # fmt: skip
    row = {k: v for k, v in ROW.items() if k != "mfu"} | more
    row |= {"metric": metric, "value": str(number.get(value, value)), "unit": unit}
    (base,), (p,) = predict_training([ROW]), predict_training([row])
    assert p.status == "predicted", p.why
    ratio = p.predicted / float(row["value"])  # type: ignore[operator]
    ratio = 1.0 / ratio if metric in ("gpu_hours", "step_s") else ratio
    assert ratio == pytest.approx(base.predicted / 0.43, rel=1e-6)  # type: ignore[operator]


def test_the_documented_columns_are_enough() -> None:
    names = ("row_id", "model", "chip", "metric", "value", "unit")
    (p,) = predict_training([{k: ROW[k] for k in names}])
    assert p.status == "predicted"


def test_the_stage_with_most_layers_sets_the_pace() -> None:
    """61 layers on 16 stages: four on the slowest, the head where one is spare."""
    shape = shape_of(find_model("deepseek-v3"))
    lay = TrainLayout(tp=1, pp=16, dp=16, ep=16)
    assert float(stage_layers(shape, lay)) == 4.0
    assert float(stage_layers(shape, TrainLayout(tp=1, pp=16, dp=16, vp=4))) == 4.0
    assert float(stage_layers(shape, TrainLayout(tp=1, pp=1, dp=16))) == 61.0
    even, uneven = (
        float(_step("llama-3.1-70b", "h100-sxm", TrainLayout(tp=8, pp=pp, dp=4), micro=256).seconds)
        * pp
        for pp in (16, 32)  # 80 layers: 5 each, or 3 on most of 32
    )
    assert uneven / even == pytest.approx(96 / 80, rel=0.15)


@pytest.mark.parametrize(
    ("layers", "pp", "chunks"),
    [(126, 16, 4), (126, 32, 4), (61, 16, 2), (80, 16, 1), (80, 1, 1), (36, 4, 3)],
)
def test_chunks_split_layers_evenly(layers: int, pp: int, chunks: int) -> None:
    assert interleaving(layers, pp) == chunks


def test_layouts_can_run() -> None:
    """Heads divide, and no batch is taken that is far from the one asked."""
    model = find_model("qwen2.5-7b")  # 28 heads
    for r in train(model, find_chip("gb200-nvl72"), 64, global_batch_tokens=2e6):
        assert model.heads % r.layout.tp == 0
        assert r.tokens_per_step == pytest.approx(2e6, rel=0.06)


def test_a_published_layout_that_fits_only_recomputed_was_recomputed() -> None:
    """One sequence of 65,536 tokens of a 70 billion model on 8-way tensor parallelism."""
    row = {**ROW, "model": "Llama-3.1-70B", "n_chips": "64", "tp": "8", "pp": "1", "cp": "1",
           "seq_len": "65536", "global_batch_seqs": "64", "metric": "tokens_per_s_per_chip",
           "value": "500", "unit": "tokens/s per chip", "mfu": ""}  # fmt: skip
    long, short = (training_run({**row, "seq_len": n}) for n in ("65536", "4096"))
    assert isinstance(long, Run)
    assert isinstance(short, Run)
    assert (long.layout.recompute, short.layout.recompute) == ("full", "selective")
    stated = training_run({**row, "seq_len": "4096", "recompute": "full"})
    assert isinstance(stated, Run)
    assert stated.layout.recompute == "full"
    bad = training_run({**row, "recompute": "some"})
    assert bad == (
        "not_comparable",
        "column recompute: 'some' is not known; known: none, selective, full",
    )
