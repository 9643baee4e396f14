"""What the words of a claim allow, end by end."""

from __future__ import annotations

import math
from typing import Any

import pytest

from outlay.results.claims import Claim


def claim(low: float | None, high: float | None, hedge: str, **more: Any) -> Claim:
    return Claim(
        "a", "d", "s", "m", low, high, "CNY", "", "", "", hedge, "reported", "", (0, 1), "",  # type: ignore[arg-type]
        (0, 1), "", **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "hedge", "more", "allowed"),
    [
        (30.0, 30.0, "exact", {}, (30.0, 30.0)),
        (30.0, 30.0, "exact", {"rounding": 0.5}, (29.5, 30.5)),
        # about: a twentieth, or the rounding where that is wider
        (30.0, 30.0, "about", {"rounding": 0.5}, (28.5, 31.5)),
        (30.0, 30.0, "may", {"rounding": 5.0}, (25.0, 35.0)),
        (20.0, 30.0, "about", {}, (18.75, 31.25)),
        # over 30 is news about 30: at most a quarter more, and the rounding
        (30.0, None, "over", {}, (30.0, 37.5)),
        (30.0, None, "over", {"rounding": 0.5}, (29.5, 38.5)),
        (30.0, None, "over", {"vague": True}, (30.0, math.inf)),
        (None, 30.0, "under", {}, (-math.inf, 30.0)),
        (None, 30.0, "up_to", {"rounding": 0.5}, (-math.inf, 30.5)),
        (20.0, 30.0, "range", {}, (20.0, 30.0)),
    ],
)
def test_the_interval_that_the_words_allow(
    low: float | None, high: float | None, hedge: str, more: dict[str, Any],
    allowed: tuple[float, float],
) -> None:  # fmt: skip
    assert claim(low, high, hedge, **more).interval() == pytest.approx(allowed)


def test_the_one_number_to_print() -> None:
    assert claim(20.0, 30.0, "range").value == 25.0
    assert claim(20.0, None, "over").value == 20.0
    assert claim(None, 30.0, "under").value == 30.0
    assert math.isnan(claim(None, None, "exact").value)
