"""Curves of one quantity against another, with the points where things stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outlay.report.theme import Spec, base

__all__ = ["curves"]


def curves(
    rows: Sequence[dict[str, Any]],
    points: Sequence[dict[str, Any]],
    *,
    x: str,
    y: str,
    color: str,
    x_title: str,
    y_title: str,
    description: str,
    percent: bool = False,
) -> Spec:
    """Lines of `y` over `x` by `color`, and dots. rows, points: dicts with x, y and color."""
    spec = base(description, width=600, height=260)
    axis = {"format": "%"} if percent else {}
    encoding: dict[str, Any] = {
        "x": {"field": x, "type": "quantitative", "title": x_title, "axis": axis},
        "y": {"field": y, "type": "quantitative", "title": y_title, "scale": {"type": "log"}},
        "color": {"field": color, "type": "nominal", "title": None},
    }

    def labelled(given: Sequence[dict[str, Any]]) -> dict[str, Any]:
        values = [
            {**r, "_label": f"{r[color]} at {r[x]:.3g}: {r[y]:,.4g} {y_title}"} for r in given
        ]
        return {"values": values}

    said = {"field": "_label"}
    spec["layer"] = [
        {"data": labelled(rows), "mark": {"type": "line"}, "encoding": encoding},
        {
            "data": labelled(points),
            "mark": {"type": "point", "filled": True, "size": 80},
            "encoding": {**encoding, "description": said},
        },
    ]
    return spec
