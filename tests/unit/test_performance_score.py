"""Errors of predictions by group, from seven predictions by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from outlay.performance.fit.predict import Prediction
from outlay.performance.fit.score import log_ratios, score, score_by, validation_document


def guess(
    predicted: float | None, group: str, low: float = 0.0, high: float = 1e9, **more: object
) -> Prediction:
    status = "unknown_chip" if predicted is None else "predicted"
    made = Prediction(
        group, "tok/s", "token/s", 100.0, predicted, low, high, status, group=group, source="s",
        model="m", chip="c", kind="decode",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


ROWS = (
    guess(200.0, "a", low=50.0, high=150.0),
    guess(800.0, "a", low=100.0, high=100.0),
    guess(400.0, "a", low=101.0),
    guess(50.0, "b", high=99.0),
    guess(100.0, "c", chip="d"),
    guess(None, "d"),
    guess(1600.0, "e", primary=False),
)


def test_the_median_is_within_groups_first_and_then_over_them() -> None:
    """Twice, eight and four times: a factor of four; half; exact. Of the three the median is 2."""
    s = score("all", ROWS[:6])
    assert s is not None
    assert (s.name, s.n, s.groups) == ("all", 5, 3)
    assert s.median_abs_log_ratio == pytest.approx(math.log(2))
    assert s.bias == pytest.approx(0.0)
    # of 0, ln 2 and ln 4: nine tenths of the way lie at 0.8 between the last two
    assert s.p90_abs_log_ratio == pytest.approx(math.log(2) + 0.8 * math.log(2))
    # inside their interval: two of three, none, one
    assert s.coverage_90 == pytest.approx((2 / 3 + 0 + 1) / 3)
    low, high = s.median_interval_90
    assert 0 <= low <= s.median_abs_log_ratio <= high <= math.log(4) + 1e-12
    assert score("none", ROWS[5:6]) is None


def test_too_high_is_positive() -> None:
    assert log_ratios(ROWS[:1]).tolist() == [pytest.approx(math.log(2))]
    high = score("high", ROWS[:3])
    assert high is not None
    assert high.bias == pytest.approx(math.log(4))
    low = score("low", ROWS[3:4])
    assert low is not None
    assert low.bias == pytest.approx(-math.log(2))
    assert low.median_abs_log_ratio == pytest.approx(math.log(2))


def test_scores_by_label_most_groups_first() -> None:
    found = score_by(ROWS, lambda p: p.chip)
    assert [(s.name, s.groups, s.n) for s in found] == [("c", 3, 5), ("d", 1, 1)]


def test_the_document_of_a_table() -> None:
    doc = validation_document(ROWS, seen=True)
    assert doc.seen_by_the_fit
    assert len(doc.rows) == 7
    first = doc.rows[0]
    assert (first.measured, first.predicted, first.low, first.high) == (100.0, 200.0, 50.0, 150.0)
    o = doc.overall  # of the rows' own metrics: six, of which five are predicted
    assert (o.rows, o.n, o.groups) == (6, 5, 3)
    assert o.predictable == pytest.approx(5 / 6)
    assert o.status == {"predicted": 5, "unknown_chip": 1}
    assert o.median_abs_log_ratio == pytest.approx(math.log(2))
    assert (o.bias, o.coverage_90) == (pytest.approx(0.0), pytest.approx(5 / 9))
    assert o.p90_abs_log_ratio == pytest.approx(1.8 * math.log(2))
    groups = {(g.by, g.name): g for g in doc.groups}
    # by metric all of a run's metrics count, elsewhere a row's own
    assert groups["metric and kind", "decode: tok/s"].n == 6
    chip = groups["chip", "c"]
    assert (chip.n, chip.groups) == (4, 2)
    # groups a and b: a factor of four too high and of two too low
    assert chip.median_abs_log_ratio == pytest.approx(1.5 * math.log(2))
    assert chip.bias == pytest.approx(0.5 * math.log(2))
    assert chip.coverage_90 == pytest.approx(1 / 3)
    low, high = chip.median_interval_90
    assert (low, high) == (pytest.approx(math.log(2)), pytest.approx(math.log(4)))
    nothing = validation_document(ROWS[5:6], seen=False).overall
    assert (nothing.n, nothing.rows, nothing.predictable) == (0, 1, 0.0)
