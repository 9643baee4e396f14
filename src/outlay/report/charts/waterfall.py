"""A waterfall: the steps that lead from one amount to another, and sum to the difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from outlay.core.errors import InvariantError
from outlay.report.charts.axis import Axis
from outlay.report.charts.bar import Amount
from outlay.report.charts.layer import layer, names, texts
from outlay.report.charts.legend import coloured
from outlay.report.theme import GREEN, INK, VERMILION, Json, Spec, chart

__all__ = ["ROUNDING", "draw_waterfall"]

RISE, FALL = "adds", "takes away"
ROUNDING = 1e-9
"""Of the larger end: what floats may lose where each end was summed on its own."""


def draw_waterfall(
    start: Amount,
    steps: Sequence[Amount],
    end: Amount,
    axis: Axis,
    description: str,
    heading: Sequence[str] = (),
) -> Spec:
    """`start`, one bar a step from where the one before ended, then `end`.

    The value of a step is its change. Both ends stand as marks, not bars, so that the axis need
    not reach down to nought and small steps stay in sight. Raises InvariantError where the steps
    do not lead to `end`.
    """
    axis = replace(axis, zero=False)
    at = [Fraction(start.value)]
    for step in steps:
        at.append(at[-1] + Fraction(step.value))
    reached = float(at[-1])
    if not math.isclose(reached, end.value, rel_tol=0.0,
                        abs_tol=ROUNDING * max(abs(start.value), abs(end.value))):  # fmt: skip
        raise InvariantError(f"steps lead from {start.value} to {reached}, not to {end.value}")
    bars: list[dict[str, Json]] = [
        {**step.row(axis), "low": axis.shown(float(min(a, b))),
         "high": axis.shown(float(max(a, b))), "series": RISE if b > a else FALL}
        for step, a, b in zip(steps, at[:-1], at[1:], strict=True)
    ]  # fmt: skip
    ends = [{**a.row(axis), "low": axis.shown(a.value), "high": axis.shown(a.value)}
            for a in (start, end)]  # fmt: skip
    order = [a.at for a in (start, *steps, end)]
    place = {"y": {**names("at"), "sort": order}, "x": axis.channel("low")}
    span = {**place, "x2": {"field": "high"}, "color": coloured({RISE: VERMILION, FALL: GREEN})}
    right = {**place, "x": axis.channel("high")}
    tick: Spec = {"type": "tick", "thickness": 3, "size": 18, "color": INK}
    layers = [
        layer(ends, tick, place),
        layer(bars, {"type": "bar"}, span),
        texts([*ends, *bars], right, {"align": "left", "dx": 6, "fontSize": 11}),
    ]
    height = max(60, 26 * len(order))
    return chart(description, layers, width=560, height=height, heading=heading)
