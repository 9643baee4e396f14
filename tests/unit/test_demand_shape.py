"""Shapes: the table is what the traces say, names and ratios are checked."""

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.catalogue import day_shapes
from outlay.core.errors import QuantityError, UnknownNameError
from outlay.demand.day_shape import ByPhase, busiest_hour, busiest_in, shape, sharpen


def table(name: str) -> list[dict[str, str]]:
    text = files("outlay.demand").joinpath(f"data/{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


MEASURED = {
    "one-model-api": ("servegen_m_large", "busiest_hour"),
    "pooled": ("servegen_m_small", "median_daily_busiest_hour"),
    "reasoning": ("servegen_deepseek_r1", "busiest_hour"),
    "vision-api": ("servegen_mm_image", "busiest_hour"),
}


def test_measured_ratios_are_those_of_the_busy_hour_table() -> None:
    busy = {(r["trace"], r["of"], r["statistic"]): float(r["ratio"]) for r in table("busy_hours")}
    rows = {k: r for k, r in day_shapes().items() if r.basis == "measured"}
    assert set(rows) == set(MEASURED)
    for name, (trace, statistic) in MEASURED.items():
        found = (rows[name].busiest_hour, busiest_hour(name).prefill, busiest_hour(name).decode)
        want = [busy[trace, of, statistic] for of in ("requests", "prefill", "decode")]
        assert found == pytest.approx(want, abs=0.006), name


def test_a_reasoning_models_tokens_peak_lower_than_its_requests() -> None:
    found = busiest_hour("reasoning")
    assert (found.prefill, found.decode) == (1.33, 1.71)
    assert day_shapes()["reasoning"].busiest_hour == 2.19


def test_every_shape_is_whole_sourced_and_has_its_top() -> None:
    for name in day_shapes():
        s = shape(name)
        for curve, top in ((s.prefill, s.busiest_hour.prefill), (s.decode, s.busiest_hour.decode)):
            assert curve.mean() == pytest.approx(1.0)
            assert curve.max() == pytest.approx(top)
        assert s.source
        assert s.basis in ("measured", "assumption", "definition")
        assert s.annual_event >= 1


def test_each_phase_of_a_measured_day_has_the_curve_of_its_own_tokens() -> None:
    day = {(r["curve"], int(r["hour"])): float(r["ratio"]) for r in table("day_curves")}
    s = shape("reasoning")
    for phase, curve in (("prefill", s.prefill), ("decode", s.decode)):
        own = [day[f"servegen_deepseek_r1/{phase}", h] for h in range(24)]
        assert curve.argmax() == np.argmax(own)
    assert s.prefill.argmax() != s.decode.argmax()


def test_given_ratios_replace_the_table_and_keep_the_hours_in_order() -> None:
    a, b = shape("coding"), shape("coding", ByPhase(2.6, 1.5))
    assert b.busiest_hour == ByPhase(2.6, 1.5)
    assert b.basis == "given"
    assert (np.argsort(a.prefill) == np.argsort(b.prefill)).all()
    assert (np.argsort(a.decode) == np.argsort(b.decode)).all()


@given(
    st.lists(st.tuples(st.integers(1, 9_000), st.integers(1, 900)), min_size=24, max_size=60),
    st.integers(0, 1_000_000),
)
def test_the_busiest_hour_of_requests_is_that_of_each_kind_of_token(
    hours: list[tuple[int, int]], start: int
) -> None:
    # one request in each hour, at its beginning, and one that ends the last
    at = start + 3600.0 * np.arange(len(hours) + 1)
    inp, out = (np.array([h[k] for h in hours] + [50_000], dtype=float) for k in (0, 1))
    found = busiest_in(at, inp, out)
    for ratio, tokens in ((found.prefill, inp[:-1]), (found.decode, out[:-1])):
        assert ratio == pytest.approx(tokens.max() / tokens.mean())


def test_less_than_a_day_has_no_busiest_hour() -> None:
    for n in (0, 1, 24):
        at = 3600.0 * np.arange(n)
        with pytest.raises(QuantityError, match="24 hours"):
            busiest_in(at, np.ones(n), np.ones(n))
    a_day = np.linspace(0, 86_399, 2_400)
    found = busiest_in(a_day, np.ones(2_400), np.ones(2_400))
    assert found.prefill == pytest.approx(1.0, abs=0.02)


def test_unknown_names_and_impossible_ratios_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="consumer-chat"):
        shape("consumer-chatt")
    for ratio in (0.9, 24.0, 99.0):
        with pytest.raises(QuantityError):
            shape("coding", ByPhase(1.5, ratio))
    with pytest.raises(QuantityError):
        sharpen(np.ones(24), 1.5)
