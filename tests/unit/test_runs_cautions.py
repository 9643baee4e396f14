"""Models and chips of a plan whose figures are another's, not whole or disputed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from outlay.catalogue import find_model
from outlay.performance.overhead import Overhead
from outlay.report.words.first import first_of
from outlay.report.words.language import words
from outlay.results.plans.rows import Caution, Observed
from outlay.runs.documents.cautions import cautions_of, observed_of
from support.plans import hand_made

TODAY = date(2026, 11, 30)


def test_stand_ins_and_parts_left_out_of_models_are_found_once() -> None:
    models = [find_model(n) for n in ("qwen3-8b", "k-exaone-2.0", "deepseek-v4.1-flash")] * 2
    found = cautions_of(models, (), TODAY)
    assert [(c.kind, c.item) for c in found] == [
        ("shapes", "k-exaone-2.0"), ("left_out", "k-exaone-2.0"),
        ("left_out", "deepseek-v4.1-flash"),
    ]  # fmt: skip
    assert found[0].what == "k-exaone-236b-a23b"


def test_figures_of_chips_are_borrowed_or_disputed() -> None:
    found = cautions_of((), ("h200-sxm", "bytedance-inhouse", "vr200-nvl72", "no-such"), TODAY)
    assert found == (
        Caution("figures", "bytedance-inhouse", "h20-96g"),
        Caution("disputed", "vr200-nvl72", "link_bandwidth", 1800.0, 1500.0, "GB/s"),
    )


def test_a_dispute_of_later_is_not_known() -> None:
    (said,) = cautions_of((), ("mi455x",), TODAY)
    assert (said.what, said.used, said.other) == ("memory_bandwidth", 19.6, 23.3)
    assert cautions_of((), ("mi455x",), date(2026, 7, 22)) == ()


OVERHEAD = Overhead(
    "qwen3-8b", "h200-sxm", "bf16", 1.25, 0.002, 0.03, engine="vllm 0.11", observed="2026-10-02"
)


def test_a_plan_says_what_engines_were_observed_to_take_of_its_models_on_its_chips():
    model = find_model("qwen3-8b")
    row = Observed("qwen3-8b", "h200-sxm", 1.25, 0.002, 0.03, "vllm 0.11", "2026-10-02")
    others = (replace(OVERHEAD, model="qwen3-4b"), replace(OVERHEAD, chip="h100-sxm"))
    assert observed_of((OVERHEAD, *others), [model], ("h200-sxm",)) == (row,)


@pytest.mark.parametrize(
    ("language", "parts"),
    [("en", ("2026-10-02", "vllm 0.11", "× 1.250", "2 ms", "30 ms")),
     ("zh", ("2026-10-02", "vllm 0.11", "×1.250", "2毫秒", "30毫秒"))],
)  # fmt: skip
def test_the_first_screen_says_that_rates_carry_an_overhead_and_of_whom(language, parts):
    seen = observed_of((OVERHEAD,), [find_model("qwen3-8b")], ("h200-sxm",))
    said = first_of(replace(hand_made(), observed=seen), words(language)).care
    assert all(part in said for part in parts)
    assert "vllm" not in first_of(hand_made(), words(language)).care
