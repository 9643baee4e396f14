"""The calendar of orders: how much of each thing is ordered when, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outlay.report.charts.axis import Axis
from outlay.report.charts.layer import layer, texts, wrapped
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
    offers = list(dict.fromkeys(o.offer for o in orders))
    lines = {name: wrapped(name, PLOT - 8) for name in offers}
    tops, down = {}, float(LINE + 6)
    for name in offers:
        tops[name] = down
        down += LINE * len(lines[name]) + DOT + 6
    column = PLOT / len(periods)
    at = {p: i * column for i, p in enumerate(periods)}
    most = max(o.amount for o in orders)
    rows: list[dict[str, Json]] = []
    for o in orders:
        radius = max(LEAST, MOST * (o.amount / most) ** 0.5)
        middle = tops[o.offer] + LINE * len(lines[o.offer]) + DOT / 2
        rows.append({
            "x": at[o.period] + MOST + 1, "y": middle, "value": size.shown(o.amount),
            "series": o.series, "radius": radius, "area": 3.1416 * radius**2, "text": o.text,
            "tx": at[o.period] + MOST + 1 + radius + 2, "offer": o.offer, "period": o.period,
            "label": f"{o.offer}, {o.period}: {size.say(o.amount)}, {o.series}",
        })  # fmt: skip
    place = _place("x", down)
    listed = {o.series: CERTAINTY[o.sure] for o in orders}
    listed = {k: v for s in CERTAINTY for k, v in listed.items() if CERTAINTY[s] == v}
    fills, dashes = ([v[i] for v in listed.values()] for i in (0, 1))
    dots = {
        **place,
        "size": {"field": "area", "type": "quantitative", "legend": None, "scale": None,
                 "title": f"{size.unit}{size.note}"},
        "fill": looked(listed, fills),
        "strokeDash": looked(listed, [list(d) for d in dashes]),
    }  # fmt: skip
    said: list[dict[str, Json]] = [
        {"x": 0, "y": tops[name] + LINE - 3, "text": lines[name]} for name in offers
    ]  # fmt: skip
    heads: list[dict[str, Json]] = [{"x": at[p], "y": LINE - 3, "text": p} for p in periods]
    rules: list[dict[str, Json]] = [{"x": 0, "y": tops[name], "x2": PLOT} for name in offers]
    left: Spec = {"align": "left", "baseline": "alphabetic", "lineHeight": LINE}
    layers = [
        layer(rules, {"type": "rule", "color": GRID}, {**place, "x2": {"field": "x2"}}, read=False),
        layer(rows, {"type": "point", "shape": "circle", "stroke": ACCENT, "strokeWidth": 1.5,
                     "opacity": 1}, dots),
        texts(rows, _place("tx", down), {"align": "left", "baseline": "middle", "color": INK}),
        texts(said, place, left),
        texts(heads, place, {**left, "color": NOTE}),
    ]  # fmt: skip
    return chart(description, layers, height=int(down))


def _place(x: str, height: float) -> dict[str, Spec]:
    """Places in px of the plot: the layout is worked out here, text by text."""
    return {
        "x": {"field": x, "type": "quantitative", "axis": None,
              "scale": {"domain": [0, PLOT], "nice": False}},
        "y": {"field": "y", "type": "quantitative", "axis": None,
              "scale": {"domain": [0, height], "reverse": True, "nice": False}},
    }  # fmt: skip
