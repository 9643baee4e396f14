"""A waterfall: the steps that lead from one amount to another, and sum to the difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from outlay.core.errors import InvariantError
from outlay.report.charts.axis import Axis
from outlay.report.charts.bar import Amount
from outlay.report.charts.lying import Part, Ranged, Tick, draw_lying
from outlay.report.theme import BLUE, GREEN, INK, VERMILION, Spec

__all__ = ["ROUNDING", "draw_waterfall"]

RISE, FALL, END = "adds", "takes away", "in all"
ROUNDING = 1e-9
"""Of the larger end: what floats may lose where each end was summed on its own."""


def draw_waterfall(
    start: Amount,
    steps: Sequence[Amount],
    end: Amount,
    axis: Axis,
    description: str,
    heading: Sequence[str] = (),
    *,
    whole: str = "",
    series: tuple[str, str] = (RISE, FALL),
) -> Spec:
    """`start`, one bar a step from where the one before ended, then `end`.

    The value of a step is its change. whole: what the legend calls both ends where they stand as
    bars from nought; else they are marks, so that the axis need not reach down to nought and small
    steps stay in sight. series: of steps up and down. Raises InvariantError where the steps do not
    lead to `end`.
    """
    at = [Fraction(start.value)]
    for step in steps:
        at.append(at[-1] + Fraction(step.value))
    reached = float(at[-1])
    if not math.isclose(reached, end.value, rel_tol=0.0,
                        abs_tol=ROUNDING * max(abs(start.value), abs(end.value))):  # fmt: skip
        raise InvariantError(f"steps lead from {start.value} to {reached}, not to {end.value}")
    ways = [series[0] if b > a else series[1] for a, b in pairwise(at)]
    rows = [
        Ranged(s.at, s.text, (Part(float(min(a, b)), float(max(a, b)), way),))
        for s, (a, b), way in zip(steps, pairwise(at), ways, strict=True)
    ]
    if whole:
        first, last = (Ranged(x.at, x.text, (Part(0.0, x.value, whole),)) for x in (start, end))
    else:
        first, last = (Ranged(x.at, x.text, ticks=(Tick(x.value, END),)) for x in (start, end))
    colour = {whole or END: BLUE if whole else INK, series[0]: VERMILION, series[1]: GREEN}
    met = {*ways, whole or END}
    looks = {k: v for k, v in colour.items() if k in met}
    if not whole:
        axis = replace(axis, zero=False)
    return draw_lying([first, *rows, last], axis, description, looks=looks, heading=heading)
