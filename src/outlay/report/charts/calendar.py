"""The calendar of orders: how much of each offer is ordered when, now apart from later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from outlay.report.charts.axis import Axis
from outlay.report.charts.layer import layer, names, texts
from outlay.report.charts.legend import coloured
from outlay.report.theme import SKY, VERMILION, Spec, chart

__all__ = ["Order", "draw_calendar"]

NOW, LATER = "order now", "later, if the branch asks for it"


@dataclass(frozen=True, slots=True)
class Order:
    """`amount` of an offer ordered in a period; `now`: it is decided now; `text`: as written."""

    offer: str
    period: str
    amount: float
    now: bool
    text: str


def draw_calendar(orders: Sequence[Order], size: Axis, description: str) -> Spec:
    """Circles by offer and period, their area the amount, with the amount below."""
    rows = [
        {"offer": o.offer, "period": o.period, "value": size.shown(o.amount), "text": o.text,
         "series": NOW if o.now else LATER,
         "label": f"{o.offer}, {o.period}: {size.say(o.amount)}"}
        for o in orders
    ]  # fmt: skip
    places = {
        "x": names("period", ascending=True,
                   axis={"labelAngle": 0, "orient": "top", "grid": True}),
        "y": names("offer", axis={"grid": True}),
    }  # fmt: skip
    circles = {
        **places,
        "size": {**size.channel(), "scale": {"range": [12, 900]}},
        "color": coloured({NOW: VERMILION, LATER: SKY}),
    }
    layers = [
        layer(rows, {"type": "circle", "opacity": 0.85}, circles),
        texts(rows, places, {"dy": 15, "fontSize": 9, "color": "#444"}),
    ]
    return chart(description, layers, height=max(90, 24 * len({o.offer for o in orders})))
