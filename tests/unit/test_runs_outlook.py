"""What the outlook says of a sample, each number in its place; the widest of the inputs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.results.study import Number
from outlay.risk.outlook import chance, tornado_of_worlds
from outlay.risk.types import Promise, summarise
from outlay.risk.worlds.marginals import Marginal
from outlay.risk.worlds.worlds import WorldModel
from outlay.runs.answers.outlook import widest_of
from support.risk_policies import Sum


def test_a_sample_as_mean_spread_percentiles_and_the_worst_tenth() -> None:
    """Of 0 … 100 the percentiles are the numbers themselves; the worst tenth is of ten."""
    sample = np.random.default_rng(0).permutation(np.arange(101.0))
    d = summarise("x", "CNY", sample)
    assert d.mean == 50.0
    assert d.sd == pytest.approx(np.sqrt(101 * 102 / 12))
    assert (d.p05, d.p10, d.p25, d.p50, d.p75, d.p90, d.p95) == pytest.approx(
        (5, 10, 25, 50, 75, 90, 95)
    )
    assert (d.name, d.unit, d.worse) == ("x", "CNY", "high")
    assert d.tail_mean == pytest.approx(95.5)
    low = summarise("x", "CNY", sample, "low")
    assert low.tail_mean == pytest.approx(4.5)
    assert summarise("x", "CNY", np.array([3.0])).sd == 0.0


def test_how_often_a_promise_breaks_and_by_how_much() -> None:
    sample = np.array([1.0, 2.0, 3.0, 4.0, 10.0])
    above = chance(Promise("budget", "cost", 3.0, "above"), sample)
    assert (above.name, above.output, above.limit, above.broken) == ("budget", "cost", 3.0, "above")
    assert (above.probability, above.mean_excess) == (0.4, pytest.approx((1 + 7) / 2))
    assert above.standard_error == pytest.approx(np.sqrt(0.4 * 0.6 / 5))
    below = chance(Promise("served", "share", 3.0, "below"), sample)
    assert (below.probability, below.mean_excess) == (0.4, pytest.approx((2 + 1) / 2))
    kept = chance(Promise("budget", "cost", 10.0, "above"), sample)
    assert (kept.probability, kept.standard_error, kept.mean_excess) == (0.0, 0.0, 0.0)


def test_a_tornado_moves_one_factor_at_a_time_to_its_tenths() -> None:
    """Three prices, two rents and e to a seventh of demand. Of mean one, a price of spread 0.2
    has its median at e to -0.02, a rent after a quarter of a year at e to -0.005."""
    lognormal = Marginal("lognormal", sigma=0.2)
    model = WorldModel(
        {
            "price": lognormal,
            "rent": replace(lognormal, per_year=True),
            "demand": Marginal("normal", mean=0.0, sigma=7.0),
            "delay": Marginal("exponential", mean=0.5),
        },
        years=(0.25, 1.0),
    )
    bars = {b.factor: b for b in tornado_of_worlds(Sum(), model, "cost")}
    z, e = 1.2815515655446004, np.exp
    middle, soon = e(-0.02), e(-0.005)
    rest = soon + middle + 1
    price = bars["price"]
    low, high = middle * e(-0.2 * z), middle * e(0.2 * z)
    assert (price.low_value, price.high_value) == pytest.approx((low, high))
    assert (price.at_low, price.at_high) == pytest.approx((3 * low + rest, 3 * high + rest))
    assert price.base == pytest.approx(3 * middle + rest)
    rent = bars["rent"]  # its value is that of the last period
    assert rent.low_value == pytest.approx(low)
    assert rent.at_high == pytest.approx(3 * middle + soon * e(0.1 * z) + high + 1)
    demand = bars["demand"]
    assert (demand.low_value, demand.high_value) == pytest.approx((-7 * z, 7 * z))
    assert demand.swing == pytest.approx(e(z) - e(-z))
    assert bars["delay"].swing == 0.0
    assert next(iter(bars)) == "demand"


def entry(path: str, value: float, low: float | None, high: float | None) -> Number:
    return Number(path, value, "CNY", low, high, "", "assumption", "", True, None)


def test_the_widest_stated_ranges_come_first() -> None:
    ledger = [
        entry("narrow", 2.0, 1.0, 3.0),
        entry("wide", 50.0, 10.0, 80.0),
        entry("none", 5.0, None, 9.0),
        entry("from nought", 5.0, 0.0, 9.0),
        entry("nought", 0.0, 1.0, 9.0),
    ]
    rows = [(w.path, w.value, w.low, w.high, w.unit, w.ratio, w.grade) for w in widest_of(ledger)]
    assert rows == [
        ("wide", 50.0, 10.0, 80.0, "CNY", 8.0, "assumption"),
        ("narrow", 2.0, 1.0, 3.0, "CNY", 3.0, "assumption"),
    ]
    many = [entry(str(i), 1.5, 1.0, float(i)) for i in range(2, 40)]
    assert [w.ratio for w in widest_of(many)] == [float(i) for i in range(39, 19, -1)]
