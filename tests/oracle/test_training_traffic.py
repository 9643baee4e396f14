"""Exchange of a training run by hand: what is moved, over which wire, and what is hidden."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from outlay.catalogue import find_chip, find_model
from outlay.performance.constants.training import (
    LATEST,
    REFERENCE,
    dated,
    training_constants,
    year_of,
)
from outlay.performance.operators.shapes import shape_of
from outlay.performance.training.layout import TrainLayout
from outlay.performance.training.search import train
from outlay.performance.training.step import Step, model_flops, step

C = training_constants()
H100, MODEL = find_chip("h100-sxm"), find_model("llama-3.1-8b")
SHAPE = shape_of(MODEL)
LINK, NET = H100.link_byte_s * C["link"], H100.net_byte_s * C["net"]
SIZE = 4096 * float(SHAPE.hidden) * 2.0  # bytes of a microbatch's activations


def _step(lay: TrainLayout, micro: int = 8, **c: float) -> Step:
    batch = micro * float(lay.dp) * float(lay.micro_batch)
    return step(SHAPE, H100, float(MODEL.heads), lay, 4096, batch, {**C, **c}, "bf16")


def test_copies_in_a_domain_exchange_over_links_and_domains_over_the_network() -> None:
    """Sixteen replicas of two chips on domains of eight: four copies in each of four domains."""
    got = _step(TrainLayout(tp=2, pp=1, dp=16))
    held = float(SHAPE.weights()) / 2 * 4.0  # gradients and weights in 16 bits
    inside, outside = held * (1 - 1 / 4) / LINK, held / 4 * (1 - 4 / 16) / NET
    assert float(got.replicas_s) == pytest.approx(inside + outside)
    one_domain = _step(TrainLayout(tp=2, pp=1, dp=4))
    assert float(one_domain.replicas_s) == pytest.approx(held * (1 - 1 / 4) / LINK)
    alone = _step(TrainLayout(tp=8, pp=1, dp=4))  # a domain is one replica
    assert float(alone.replicas_s) == pytest.approx(held / 4 * (1 - 1 / 4) / NET)


def test_sharded_weights_are_gathered_twice_in_every_microbatch() -> None:
    plain = _step(TrainLayout(tp=1, pp=1, dp=8), micro=4)
    sharded = _step(TrainLayout(tp=1, pp=1, dp=8, fully_sharded=True), micro=4)
    assert float(sharded.replicas_s) == pytest.approx(4 * 1.5 * float(plain.replicas_s))


def test_tensor_parallel_sums_hide_behind_the_products_they_feed() -> None:
    """Four all-reduces a layer, each twice 7/8 of the activations; the share that hides, hides."""
    got = _step(TrainLayout(tp=8, pp=1, dp=1), micro=1)
    moved = float(SHAPE.layers) * 4 * 2 * SIZE * (7 / 8) / LINK
    assert float(got.traffic_s.tensor) == pytest.approx(moved)
    assert float(got.exposed_s) == pytest.approx(moved * (1 - C["hide_tensor"]))
    assert got.hidden_share() == pytest.approx(C["hide_tensor"])


def test_no_more_hides_than_nine_tenths_of_the_compute() -> None:
    """Links a thousandth as fast: nearly all of the exchange is seen."""
    slow = _step(TrainLayout(tp=8, pp=1, dp=1), micro=1, link=C["link"] / 1e3, net=C["net"] / 1e3)
    busy = float(slow.compute_s + slow.memory_s)
    head = 6.0 * 4096 / 8 * float(SHAPE.head_w) / (H100.peak_flop_s["bf16"] * C["matmul_bf16"])
    hidden = float(slow.traffic_s.total() - slow.exposed_s)
    assert hidden == pytest.approx(0.9 * (busy - head), rel=1e-4)


def test_activations_pass_from_chunk_to_chunk_and_gradients_back() -> None:
    """Four stages of two chunks: seven ways there and seven back, inside one domain of eight."""
    lay = TrainLayout(tp=1, pp=4, dp=2, vp=2)
    got = _step(lay, micro=8)
    assert float(got.traffic_s.stages) == pytest.approx(8 * (1 / 4) * 2 * 7 * SIZE / LINK)
    few = _step(lay, micro=2)  # too few to interleave: whole stages
    assert float(few.traffic_s.stages) == pytest.approx(2 * (1 / 4) * 2 * 3 * SIZE / LINK)
    far = _step(TrainLayout(tp=4, pp=4, dp=1), micro=8)
    assert float(far.traffic_s.stages) == pytest.approx(8 * (1 / 4) * 2 * 3 * SIZE / 4 / NET)


def test_a_ring_of_keys_stays_in_its_domain_where_it_can() -> None:
    lay = TrainLayout(tp=2, pp=1, dp=1, cp=4)
    got = _step(lay, micro=1)
    keys = 4096 / 4 * float(SHAPE.kv) / 2 * 2.0 * 3
    assert float(got.traffic_s.context) == pytest.approx(float(SHAPE.full_layers) * 3 * keys / LINK)


def test_software_gains_by_its_date() -> None:
    now, year_ago = year_of(REFERENCE), (year_of(REFERENCE) or 0.0) - 1.0
    assert now is not None
    assert dated(C, now) == pytest.approx(C)
    before = dated(C, year_ago)
    assert before["matmul_fp8"] == pytest.approx(C["matmul_fp8"] * math.exp(-C["gain"]))
    assert before["expert_s"] == C["expert_s"]
    last = dated(C, year_of(LATEST) or 0.0)
    assert last["expert_s"] == pytest.approx(C["expert_s"] * math.exp(-C["gain_experts"] * 0.75))
    assert dated(C, 2035.0) == last
    assert dated(C, 2022.0)["hide_tensor"] == 0.0
    assert [year_of(t) for t in ("2025", "2025-11", "2025-11-30", "", "2025-13", "November")] == [
        2025.5, pytest.approx(2025 + 10.5 / 12), pytest.approx(2025 + 10.5 / 12), None, None, None,
    ]  # fmt: skip


def test_what_the_search_says_is_hidden_is_its_layout_s() -> None:
    best = train(MODEL, H100, 64, global_batch_tokens=2**20)[0]
    lay = best.layout
    micro = 2**20 / 4096 / float(lay.dp) / float(lay.micro_batch)
    year = year_of(LATEST) or 0.0
    got = step(SHAPE, H100, float(MODEL.heads), lay, 4096, 256, dated(C, year), "bf16")
    assert micro >= 1
    assert best.step_s == pytest.approx(float(got.seconds))
    seen = float(got.exposed_s + got.exchange_s)
    assert best.hidden == pytest.approx(1.0 - seen / float(got.traffic_s.total() + got.replicas_s))


@pytest.mark.parametrize(
    ("model", "seq", "tera", "tokens", "near"),
    [
        ("llama-3.1-405b", 8192, 2646, 1048, 0.02),
        ("llama-3.1-70b", 8192, 2348, 5248, 0.02),
        ("qwen3-30b-a3b", 4096, 1029, 44544, 0.02),
        ("qwen3-235b-a22b", 4096, 1306, 8816, 0.02),
        ("gpt-oss-120b", 4096, 1077, 33024, 0.10),
        ("deepseek-v3", 4096, 1635, 6288, 0.06),
        ("nemotron-3-nano-30b-a3b", 8192, 901, 39936, 0.12),
        ("nemotron-3-super-120b-a12b", 8192, 831, 9856, 0.12),
    ],
)
def test_operations_a_token_are_those_that_nvidia_counts(
    model: str, seq: int, tera: float, tokens: float, near: float
) -> None:
    """Published TFLOP/s over published tokens/s (Megatron-Bridge 26.04 to 26.08), lower half."""
    ours = float(model_flops(shape_of(find_model(model)), seq))
    assert ours == pytest.approx(tera * 1e12 / tokens, rel=near)


def test_recurrent_layers_pass_over_memory_and_scan() -> None:
    """Without them the same shape reads 24 times fewer projections, and scans no state."""
    found = find_model("nemotron-3-nano-30b-a3b")
    shape = shape_of(found)
    none = replace(shape, linear_w=shape.linear_w * 1e-9, state=shape.state * 0.0)
    lay = TrainLayout(tp=1, pp=1, dp=1)
    got, without = (
        step(s, H100, float(found.heads), lay, 4096, 1.0, C, "bf16") for s in (shape, none)
    )
    width = float(shape.linear_w) / float(shape.hidden)
    touched = float(shape.linear_layers) * 4096 * width * 2 * 24
    wide = touched / (H100.memory_byte_s * C["stream"])
    assert float(got.memory_s - without.memory_s) == pytest.approx(wide)
    scan = float(model_flops(shape, 4096) - model_flops(replace(shape, state=0.0), 4096))
    assert scan == pytest.approx(3 * 6 * float(shape.state) * float(shape.linear_layers))
