"""A layout that cannot be is refused with what could be, by one check for whoever wrote it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outlay.catalogue import chips, find_chip, find_model, models
from outlay.performance.operators.shapes import shape_of
from outlay.performance.questions.layouts import list_layouts, size_problems
from outlay.performance.questions.legal import divisors, fills, layout_problems, limits_of, listed

H100 = find_chip("h100-sxm")
REFUSED = (
    # model, layout, what is said, all of it
    ("llama-3.1-70b", {"tp": 7}, (
        "--tp: tensor parallelism that gives no whole heads to each rank of llama-3.1-70b "
        "(found 7); allowed: TP that divides 64 attention heads and fits 8 of keys and values: "
        "1, 2, 4, 8, 16, 32, 64; nearest: 8",)),
    ("llama-3.1-70b", {"pp": 1000}, (
        "--pp: more pipeline stages than layers (found 1000); allowed: 1 to 80: llama-3.1-70b "
        "has 80 layers; nearest: 80",)),
    ("qwen3-235b-a22b", {"dp": 7, "ep": 7}, (
        "--ep: experts of qwen3-235b-a22b that do not spread over these ranks (found 7); allowed: "
        "EP that divides 128 experts: 1, 2, 4, 8, 16, 32, 64, 128; others in replicas of a "
        "multiple of 8 chips; nearest: 8",)),
    ("qwen3-235b-a22b", {"tp": 8, "ep": 7}, (
        "--ep: experts of qwen3-235b-a22b that do not spread over these ranks (found 7); allowed: "
        "EP that divides 128 experts: 1, 2, 4, 8, 16, 32, 64, 128; others in replicas of a "
        "multiple of 8 chips; nearest: 8",
        "--ep: not an even part of the ranks of a stage, tp × dp = 8 (found 7); allowed: EP that "
        "divides 8: 1, 2, 4, 8")),
    ("mixtral-8x7b", {"dp": 16, "ep": 16}, (
        "--ep: experts of mixtral-8x7b that do not spread over these ranks (found 16); allowed: "
        "EP that divides 8 experts: 1, 2, 4, 8; nearest: 8",)),
    ("llama-3.1-8b", {"dp": 2}, (
        "--dp: attention data parallelism of a model without experts, llama-3.1-8b (found 2); "
        "allowed: 1; its ranks share nothing: 2 replicas do the same",)),
    ("llama-3.1-8b", {"tp": 2, "ep": 2}, (
        "--ep: expert parallelism of a model without experts, llama-3.1-8b (found 2); allowed: 1",
    )),
    ("phi-4", {"tp": 4}, (
        "--tp: tensor parallelism that gives no whole heads to each rank of phi-4 (found 4); "
        "allowed: TP that divides 40 attention heads and fits 10 of keys and values: 1, 2, 5, 10, "
        "20, 40; nearest: 5",)),
    ("qwen3-next-80b-a3b", {"tp": 32}, (
        "--tp: tensor parallelism that gives no whole heads to each rank of qwen3-next-80b-a3b "
        "(found 32); allowed: TP that divides 16 attention heads and fits 2 of keys and values: "
        "1, 2, 4, 8, 16; nearest: 16",)),
    ("deepseek-v3", {"tp": 3}, (
        "--tp: tensor parallelism that gives no whole heads to each rank of deepseek-v3 (found "
        "3); allowed: TP that divides 128 attention heads: 1, 2, 4, 8, 16, 32, 64, 128; "
        "nearest: 2",)),
    ("llama-3.1-8b", {"tp": 2, "n_chips": 4}, (
        "--n-chips: tp × pp × dp must be the chips of a replica (found 2 ≠ 4); allowed: 2",)),
    ("deepseek-v3", {"tp": 8, "dp": 1024}, (
        "tp × pp × dp: more chips than a replica may have (found 8,192); allowed: 1 to 4,096",)),
    ("llama-3.1-8b", {"tp": 0, "pp": -1, "dp": True, "ep": 1.0}, tuple(
        f"--{name}: not a whole number of chips or ranks (found {value}); allowed: 1 or more"
        for name, value in (("tp", "0"), ("pp", "-1"), ("dp", "True"), ("ep", "1.0")))),
)  # fmt: skip


@pytest.mark.parametrize(("model", "layout", "said"), REFUSED)
def test_a_layout_that_cannot_be_is_refused_with_what_can(
    model: str, layout: dict[str, int], said: tuple[str, ...]
) -> None:
    found = layout_problems(limits_of(find_model(model)), H100, **layout)  # type: ignore[arg-type]
    assert tuple(map(str, found)) == said


LEGAL = (
    ("llama-3.1-70b", "h100-sxm", {"tp": 16}),  # each head of keys and values on two ranks
    ("llama-3.1-70b", "h100-sxm", {"tp": 8, "pp": 3}),  # stages of 27, 27 and 26 layers
    ("deepseek-v3", "h800-sxm", {"dp": 144, "ep": 144}),  # 256 + 32 experts, DeepSeek
    ("deepseek-v3", "gb200-nvl72", {"dp": 48, "ep": 48}),
    ("deepseek-v3", "gb200-nvl72", {"dp": 36, "ep": 36}),  # half a rack
    ("deepseek-v3", "gb200-nvl72", {"dp": 72, "ep": 72}),
    ("deepseek-v3", "h200-sxm", {"tp": 8, "ep": 4}),  # each expert on two ranks
    ("deepseek-v3", "h200-sxm", {"dp": 12, "ep": 12, "pp": 2}),  # three servers
    ("deepseek-v3", "h100-sxm", {"tp": 16}),  # the latent is copied to all
    ("doubao-seed-1.8", "h100-sxm", {"tp": 7}),  # heads are not published
)


@pytest.mark.parametrize(("model", "chip", "layout"), LEGAL)
def test_a_layout_as_it_is_run_is_legal(model: str, chip: str, layout: dict[str, int]) -> None:
    assert layout_problems(limits_of(find_model(model)), find_chip(chip), **layout) == ()  # type: ignore[arg-type]


def test_training_has_rules_of_its_own() -> None:
    dense, mixture = limits_of(find_model("llama-3.1-70b")), limits_of(find_model("deepseek-v3"))
    assert layout_problems(dense, H100, tp=8, pp=82, dp=3, training=True) == ()
    (over,) = layout_problems(dense, H100, pp=83, training=True)
    assert over.allowed == (
        "1 to 82: llama-3.1-70b has 80 layers, and embedding and head may count as one each"
    )
    assert layout_problems(mixture, H100, tp=1, dp=8, cp=2, ep=16, training=True) == ()
    (odd,) = layout_problems(mixture, H100, dp=24, ep=24, training=True)
    assert odd.what == "experts of deepseek-v3 that do not spread over these ranks"
    assert "replicas" not in odd.allowed
    (part,) = layout_problems(mixture, H100, dp=6, cp=2, ep=8, training=True)
    assert part.what == "not an even part of the ranks of a stage, tp × dp × cp = 12"
    assert layout_problems(dense, H100, dp=8192, training=True) == ()
    (many,) = layout_problems(dense, H100, dp=2_000_000, training=True)
    assert many.what == "more chips than a training run may have"


def test_heads_of_recurrent_layers_are_divided_too() -> None:
    model = find_model("qwen3.5-27b")  # 24 heads, 4 of keys and values; 48 and 16 of its states
    limits = limits_of(model)
    assert [tp for tp in range(1, 49) if limits.divides(tp)] == [1, 2, 4, 8]
    alone = replace(limits, heads=0, kv_heads=0)
    (found,) = layout_problems(alone, H100, tp=5)
    assert found.allowed == "TP that divides 48 heads of its states: 1, 2, 4, 8, 16, 48"


def test_only_layouts_that_can_be_are_listed() -> None:
    asked = 0
    for model in models().values():
        shape = shape_of(model)
        limits = limits_of(model, shape)
        for chip in chips().values():
            if chip.id not in CHIPS:
                continue
            found = list_layouts(shape, chip, 256, limits)
            assert len(found), (model.id, chip.id)
            rows = zip(found.n_chips, found.tp, found.pp, found.ep, found.dp, strict=True)
            for n, tp, pp, ep, dp in rows:
                asked += 1
                assert not layout_problems(
                    limits, chip, tp=int(tp), pp=int(pp), ep=int(ep), dp=int(dp), n_chips=int(n)
                )
    assert asked > 10_000


CHIPS = ("h100-sxm", "h100-pcie", "gh200-96g", "gb200-nvl72", "inferentia2", "tpu-v5p", "l40s")


def test_replicas_of_a_size_that_is_not_tried_are_refused() -> None:
    model = find_model("llama-3.1-70b")
    shape, limits = shape_of(model), limits_of(model)
    assert size_problems(shape, H100, 8, limits) == ()
    (seven,) = size_problems(shape, H100, 7, limits)
    assert str(seven) == (
        "--n-chips: no layout of this many chips is tried for llama-3.1-70b (found 7); allowed: "
        "1, 2, 4, 8 up to 14; nearest: 8; or name a layout, beginning with --tp"
    )
    for bad in (0, -1, 5000, 2.5, True):
        (found,) = size_problems(shape, H100, bad, limits)  # type: ignore[arg-type]
        assert found.allowed == "a whole number, 1 to 4,096"


def test_what_fills_boards_and_racks() -> None:
    rack = find_chip("gb200-nvl72")
    assert [n for n in range(1, 33) if fills(H100, n)] == [1, 2, 4, 8, 16, 24, 32]
    assert [n for n in range(1, 21) if fills(rack, n)] == [1, 2, 3, 4, 6, 8, 9, 12, 16, 18]
    assert all(fills(find_chip("gh200-96g"), n) for n in range(1, 9))  # each its own server
    assert not fills(find_chip("tpu-v5p"), 7)  # 7 divides its 8,960 chips


def test_many_legal_degrees_are_cut_in_the_middle() -> None:
    assert listed(divisors(896)) == "1, 2, 4, 7, 8, 14, 16, 28, 32, 56, 64, …, 896"
    assert divisors(10**15)[-1] == 4096 or divisors(10**15)[-1] < 4096
