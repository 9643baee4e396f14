"""The calendar of orders: how much of each offer is ordered when, now apart from later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outlay.report.theme import Spec, base

__all__ = ["order_calendar"]


def order_calendar(rows: Sequence[dict[str, Any]], description: str) -> Spec:
    """Circles by offer and period, area = expected chips ordered.

    rows: dicts with period, offer, quantity [chips, expected], committed (True = decided now).
    """
    values = [
        {
            **r,
            "when": "order now" if r["committed"] else "later, if the branch asks for it",
            "_label": f"{r['offer']}, {r['period']}: {r['quantity']:,.0f} chips expected",
        }
        for r in rows
    ]
    offers = len({r["offer"] for r in rows})
    spec = base(description, height=max(90, 24 * offers))
    spec["data"] = {"values": values}
    x = {"field": "period", "type": "ordinal", "title": None,
         "axis": {"labelAngle": 0, "orient": "top", "grid": True}}  # fmt: skip
    y = {"field": "offer", "type": "nominal", "title": None, "sort": None, "axis": {"grid": True}}
    spec["layer"] = [
        {
            "mark": {"type": "circle", "opacity": 0.85},
            "encoding": {
                "x": x,
                "y": y,
                "size": {
                    "field": "quantity",
                    "type": "quantitative",
                    "title": "chips, expected",
                    "scale": {"range": [12, 900]},
                },
                "color": {
                    "field": "when",
                    "type": "nominal",
                    "title": None,
                    "scale": {
                        "domain": ["order now", "later, if the branch asks for it"],
                        "range": ["#D55E00", "#56B4E9"],
                    },
                },
                "description": {"field": "_label"},
            },
        },
        {
            "mark": {"type": "text", "dy": 15, "fontSize": 9, "color": "#444"},
            "encoding": {"x": x, "y": y, "text": {"field": "text"}},
        },
    ]
    return spec
