"""The calendar of orders: how much of each thing is ordered when, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outlay.report.charts.axis import Axis
from outlay.report.charts.layer import Rows, layer, texts, wrapped
from outlay.report.charts.legend import looked
from outlay.report.theme import ACCENT, GRID, INK, NOTE, PAPER, WIDE, Json, Spec, chart

__all__ = ["CERTAINTY", "Order", "draw_calendar"]

CERTAINTY: Mapping[str, tuple[str, Sequence[int]]] = {
    "firm": (ACCENT, (1, 0)),
    "flexible": (PAPER, (1, 0)),
    "optional": (PAPER, (2, 2)),
}
"""How sure → what its mark is filled with, and how it is edged: solid, outlined, dotted."""

LINE, DOT, MOST, LEAST = 15, 20, 8.0, 2.5
"""Height of a line of text and of the dots' strip; radius of the largest and the smallest dot."""
PLOT = WIDE - 16


@dataclass(frozen=True, slots=True)
class Order:
    """`amount` of an offer ordered in a period; `text`: as written beside its dot.

    sure: firm, flexible or optional; series: what the legend calls that.
    """

    offer: str
    period: str
    amount: float
    sure: str
    series: str
    text: str


def draw_calendar(
    orders: Sequence[Order], periods: Sequence[str], size: Axis, description: str
) -> Spec:
    """A row an offer, its name above; a column a period; each dot's area is its amount, and its
    number stands right of it."""
    lines = {o.offer: wrapped(o.offer, PLOT - 8) for o in orders}
    tops, down = {}, float(LINE + 6)
    for name, said in lines.items():
        tops[name] = down
        down += LINE * len(said) + DOT + 6
    at = {p: i * PLOT / len(periods) for i, p in enumerate(periods)}
    middles = {name: tops[name] + LINE * len(said) + DOT / 2 for name, said in lines.items()}
    rows = _dots(orders, at, middles, size)
    place = _place("x", down)
    names: Rows = [{"x": 0, "y": tops[k] + LINE - 3, "text": said} for k, said in lines.items()]
    heads: Rows = [{"x": at[p], "y": LINE - 3, "text": p} for p in periods]
    rules: Rows = [{"x": 0, "y": top, "x2": PLOT} for top in tops.values()]
    left: Spec = {"align": "left", "baseline": "alphabetic", "lineHeight": LINE}
    dot: Spec = {"type": "point", "shape": "circle", "stroke": ACCENT, "strokeWidth": 1.5,
                 "opacity": 1}  # fmt: skip
    layers = [
        layer(rules, {"type": "rule", "color": GRID}, {**place, "x2": {"field": "x2"}}, read=False),
        layer(rows, dot, {**place, **_certainty(orders, size)}),
        texts(rows, _place("tx", down), {"align": "left", "baseline": "middle", "color": INK}),
        texts(names, place, left),
        texts(heads, place, {**left, "color": NOTE}),
    ]
    return chart(description, layers, height=int(down))


def _dots(
    orders: Sequence[Order], at: Mapping[str, float], middles: Mapping[str, float], size: Axis
) -> Rows:
    """A dot an order: as large as its amount, its number right of it."""
    most = max(o.amount for o in orders)
    rows: list[dict[str, Json]] = []
    for o in orders:
        radius = max(LEAST, MOST * (o.amount / most) ** 0.5)
        rows.append({
            "x": at[o.period] + MOST + 1, "y": middles[o.offer], "value": size.shown(o.amount),
            "series": o.series, "radius": radius, "area": math.pi * radius**2, "text": o.text,
            "tx": at[o.period] + MOST + 1 + radius + 2, "offer": o.offer, "period": o.period,
            "label": f"{o.offer}, {o.period}: {size.say(o.amount)}, {o.series}",
        })  # fmt: skip
    return rows


def _certainty(orders: Sequence[Order], size: Axis) -> dict[str, Spec]:
    """The channels of a dot's size, filling and edge; the surest is listed first."""
    met = {(o.sure, o.series) for o in orders}
    listed = {series: looks for sure, looks in CERTAINTY.items()
              for series in sorted(s for k, s in met if k == sure)}  # fmt: skip
    return {
        "size": {"field": "area", "type": "quantitative", "legend": None, "scale": None,
                 "title": f"{size.unit}{size.note}"},
        "fill": looked(listed, [fill for fill, _ in listed.values()]),
        "strokeDash": looked(listed, [list(dash) for _, dash in listed.values()]),
    }  # fmt: skip


def _place(x: str, height: float) -> dict[str, Spec]:
    """Places in px of the plot: the layout is worked out here, text by text."""
    return {
        "x": {"field": x, "type": "quantitative", "axis": None,
              "scale": {"domain": [0, PLOT], "nice": False}},
        "y": {"field": "y", "type": "quantitative", "axis": None,
              "scale": {"domain": [0, height], "reverse": True, "nice": False}},
    }  # fmt: skip
