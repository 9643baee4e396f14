"""Shapes: the table is what the traces say, names and ratios are checked."""

from __future__ import annotations

import csv
import importlib.util
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from outlay.catalogue import day_shapes
from outlay.core.errors import QuantityError, UnknownNameError
from outlay.demand.day_shape import busiest_hour, shape, sharpen
from support.shared import shared_dir


def table(name: str) -> list[dict[str, str]]:
    text = files("outlay.demand").joinpath(f"data/{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.shared
def test_the_tables_are_derived_from_the_traces() -> None:
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "demand_shapes.py"
    spec = importlib.util.spec_from_file_location("demand_shapes", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    curves, busy = module.derive(shared_dir() / "data" / "traces")
    for rows, name in ((curves, "day_curves"), (busy, "busy_hours")):
        kept = table(name)
        assert [float(r["ratio"]) for r in kept] == pytest.approx([r["ratio"] for r in rows])
        assert [next(iter(r.values())) for r in kept] == [next(iter(r.values())) for r in rows]


def test_measured_ratios_are_those_of_the_busy_hour_table() -> None:
    busy = {(r["trace"], r["statistic"]): float(r["ratio"]) for r in table("busy_hours")}
    assert busiest_hour("one-model-api") == pytest.approx(
        busy["servegen_m_large", "busiest_hour"], abs=0.005
    )
    assert busiest_hour("pooled") == pytest.approx(
        busy["servegen_m_small", "median_daily_busiest_hour"], abs=0.005
    )
    assert busiest_hour("vision-api") == pytest.approx(
        busy["servegen_mm_image", "busiest_hour"], abs=0.005
    )


def test_every_shape_is_whole_sourced_and_has_its_top() -> None:
    for name in day_shapes():
        s = shape(name)
        assert s.curve.mean() == pytest.approx(1.0)
        assert s.curve.max() == pytest.approx(s.busiest_hour)
        assert s.source
        assert s.basis in ("measured", "assumption", "definition")
        assert s.annual_event >= 1


def test_a_given_ratio_replaces_the_table_and_keeps_the_hours_in_order() -> None:
    a, b = shape("coding"), shape("coding", 2.6)
    assert b.busiest_hour == 2.6
    assert b.basis == "given"
    assert (np.argsort(a.curve) == np.argsort(b.curve)).all()


def test_unknown_names_and_impossible_ratios_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="consumer-chat"):
        shape("consumer-chatt")
    for ratio in (0.9, 24.0, 99.0):
        with pytest.raises(QuantityError):
            shape("coding", ratio)
    with pytest.raises(QuantityError):
        sharpen(np.ones(24), 1.5)
