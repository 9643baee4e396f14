"""Ranges: a fan of bands around a middle curve, and intervals one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from outlay.report.charts.axis import Axis
from outlay.report.charts.layer import layer
from outlay.report.charts.legend import coloured
from outlay.report.charts.line import Curve, Dot, Limit, limit_layers, line_layers
from outlay.report.charts.lying import Part, Ranged, Tick, draw_lying
from outlay.report.theme import BLUE, INK, PALE, Json, Spec, chart

__all__ = ["Band", "Interval", "draw_fan", "draw_intervals"]

MIDDLE = "middle"


@dataclass(frozen=True, slots=True)
class Band:
    """From `low` to `high` over `x`, in base units, in `colour`."""

    name: str
    x: Sequence[float | str]
    low: Sequence[float]
    high: Sequence[float]
    colour: str = PALE

    def rows(self, x: Axis, y: Axis) -> list[dict[str, Json]]:
        """A row a place. The label is the whole band's: an area is read aloud once."""
        label = f"{self.name}: {y.say(self.low[-1])} to {y.say(self.high[-1])} at "
        label += x.say(self.x[-1])
        return [
            {"x": x.shown(a), "low": y.shown(lo), "high": y.shown(hi), "series": self.name,
             "label": label}
            for a, lo, hi in zip(self.x, self.low, self.high, strict=True)
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Interval:
    """`low` to `high` with `value` between them, in base units; `text` says the range."""

    name: str
    low: float
    value: float
    high: float
    text: str


def draw_fan(
    bands: Sequence[Band],
    middle: Curve,
    x: Axis,
    y: Axis,
    description: str,
    *,
    dots: Sequence[Dot] = (),
    limits: Sequence[Limit] = (),
    knots: bool = False,
    heading: Sequence[str] = (),
) -> Spec:
    """Bands, the widest first, under a middle curve, with dots of what is known."""
    looks = {middle.name: BLUE, **{b.name: b.colour for b in bands}, **{d.name: INK for d in dots}}
    place = {"x": x.channel("x"), "y": y.channel("low"), "y2": {"field": "high"}}
    layers = [
        layer(b.rows(x, y), {"type": "area", "opacity": 0.85}, {**place, "color": coloured(looks)})
        for b in bands
    ]
    layers += line_layers(
        [middle], x, y, looks, dots=dots, areas=[b.name for b in bands], knots=knots
    )
    layers += limit_layers(limits, x)
    return chart(description, layers, width=600 if heading else None, height=300,
                 heading=heading, upright=True)  # fmt: skip


def draw_intervals(
    intervals: Sequence[Interval], axis: Axis, description: str, heading: Sequence[str] = ()
) -> Spec:
    """Ranges one below the other, in the order given, the value inside marked."""
    rows = [
        Ranged(i.name, i.text, (Part(i.low, i.high),), (Tick(i.value, MIDDLE),)) for i in intervals
    ]
    return draw_lying(rows, axis, description, heading=heading)
