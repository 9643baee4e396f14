"""Models and chips of a plan whose figures are another's, not whole or disputed."""

from __future__ import annotations

from datetime import date

from outlay.catalogue import find_model
from outlay.results.plans.rows import Caution
from outlay.runs.documents.cautions import cautions_of

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
