"""Stacked amounts over time against a line: capacity against demand, fleet, power."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outlay.report.theme import Spec, base

__all__ = ["stacked"]


def stacked(
    rows: Sequence[dict[str, Any]],
    *,
    x: str,
    y: str,
    color: str,
    y_title: str,
    description: str,
    line: Sequence[dict[str, Any]] = (),
    line_name: str = "",
    order: Sequence[str] = (),
    height: int = 280,
) -> Spec:
    """Bars of `y` stacked by `color` over `x`; an optional line of the same unit.

    rows: dicts with `x`, `color` and `y`. line: dicts with `x` and `y`. Units stand in `y_title`.
    """
    spec = base(description, height=height)
    colour: dict[str, Any] = {"field": color, "type": "nominal", "title": None}
    if order:
        colour["sort"] = list(order)
    bars = {
        "data": {"values": list(rows)},
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": x, "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
            "y": {"field": y, "type": "quantitative", "title": y_title, "stack": "zero"},
            "color": colour,
            "order": {"field": "_order", "type": "quantitative"} if order else {"field": color},
            "description": {"field": "_label"},
        },
    }
    for row in bars["data"]["values"]:  # type: ignore[index]
        row["_label"] = f"{row[x]}, {row[color]}: {row[y]:,.4g} {y_title}"
        if order:
            row["_order"] = list(order).index(row[color]) if row[color] in order else 999
    layers: list[dict[str, Any]] = [bars]
    if line:
        layers.append(
            {
                "data": {"values": [{**r, "_name": line_name} for r in line]},
                "mark": {"type": "line", "point": True, "strokeWidth": 2.5, "color": "#111"},
                "encoding": {
                    "x": {"field": x, "type": "ordinal"},
                    "y": {"field": y, "type": "quantitative"},
                    "strokeDash": {
                        "field": "_name",
                        "type": "nominal",
                        "title": None,
                        "scale": {"range": [[5, 3]]},
                    },
                },
            }
        )
    spec["layer"] = layers
    return spec
