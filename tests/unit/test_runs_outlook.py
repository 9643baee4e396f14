"""What the result keeps of the outlook, each number in its place; the widest of the inputs."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.risk.outlook import chance
from outlay.risk.sensitivity import Bar
from outlay.risk.types import Chance, Distribution, Driver, Outlook, Promise, summarise
from outlay.runs.answers.outlook import outlook_facts, widest_of
from outlay.study.ledger import Entry
from support.tiny_run import tiny_result

MADE = Outlook(
    n_worlds=40,
    seed=9,
    distributions=(
        Distribution("cost", "CNY", 5.0, 0.5, (1.0, 2.0, 3.0, 4.0, 6.0, 7.0, 8.0), "high", 9.0),
    ),
    chances=(Chance("all is served", "served", 0.999, "below", 0.25, 0.07, 0.04),),
    drivers=(Driver("cost", "demand", 0.6),),
    tornado=(Bar("price", 0.9, 1.1, 30.0, 20.0, 25.0),),
    headline="cost",
    factors=("demand", "price"),
    notes=("left out",),
)


def test_every_number_of_the_outlook_is_in_its_place() -> None:
    found = outlook_facts(MADE)
    assert (found.worlds, found.seed, found.headline) == (40, 9, "cost")
    assert (found.factors, found.notes) == (("demand", "price"), ("left out",))
    (d,) = found.distributions
    assert (d.p05, d.p10, d.p25, d.p50, d.p75, d.p90, d.p95) == (1, 2, 3, 4, 6, 7, 8)
    assert (d.name, d.unit, d.mean, d.sd, d.worse, d.tail_mean) == (
        "cost", "CNY", 5.0, 0.5, "high", 9.0,
    )  # fmt: skip
    (p,) = found.probabilities
    assert (p.name, p.output, p.limit, p.broken) == ("all is served", "served", 0.999, "below")
    assert (p.probability, p.standard_error, p.mean_excess) == (0.25, 0.07, 0.04)
    (driver,) = found.drivers
    assert (driver.output, driver.factor, driver.share) == ("cost", "demand", 0.6)
    (swing,) = found.tornado
    assert (swing.factor, swing.low_value, swing.high_value) == ("price", 0.9, 1.1)
    assert (swing.at_low, swing.at_high, swing.base, swing.swing) == (30.0, 20.0, 25.0, 10.0)
    assert tiny_result(outlook=MADE).outlook == found


def test_a_sample_as_mean_spread_percentiles_and_the_worst_tenth() -> None:
    """Of 0 … 100 the percentiles are the numbers themselves; the worst tenth is of ten."""
    sample = np.random.default_rng(0).permutation(np.arange(101.0))
    d = summarise("x", "CNY", sample)
    assert d.mean == 50.0
    assert d.sd == pytest.approx(np.sqrt(101 * 102 / 12))
    assert d.quantiles == pytest.approx((5, 10, 25, 50, 75, 90, 95))
    assert d.tail_mean == pytest.approx(95.5)
    low = summarise("x", "CNY", sample, "low")
    assert low.tail_mean == pytest.approx(4.5)
    assert summarise("x", "CNY", np.array([3.0])).sd == 0.0


def test_how_often_a_promise_breaks_and_by_how_much() -> None:
    sample = np.array([1.0, 2.0, 3.0, 4.0, 10.0])
    above = chance(Promise("budget", "cost", 3.0, "above"), sample)
    assert (above.probability, above.mean_excess) == (0.4, pytest.approx((1 + 7) / 2))
    assert above.standard_error == pytest.approx(np.sqrt(0.4 * 0.6 / 5))
    below = chance(Promise("served", "share", 3.0, "below"), sample)
    assert (below.probability, below.mean_excess) == (0.4, pytest.approx((2 + 1) / 2))
    kept = chance(Promise("budget", "cost", 10.0, "above"), sample)
    assert (kept.probability, kept.standard_error, kept.mean_excess) == (0.0, 0.0, 0.0)


def entry(path: str, value: float, low: float | None, high: float | None) -> Entry:
    return Entry(path, value, "CNY", low, high, "", "assumption", "", True)


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
