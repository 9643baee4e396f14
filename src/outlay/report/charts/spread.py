"""Ranges: tornado, fan, and intervals of a result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outlay.report.theme import Spec, base

__all__ = ["intervals"]


def intervals(
    rows: Sequence[dict[str, Any]], *, title: str, description: str, centre: float | None = None
) -> Spec:
    """Horizontal ranges from `low` to `high` with the middle marked.

    rows: dicts with name, low, high, value, text. centre: a reference line, same unit.
    """
    spec = base(description, width=560, height=max(60, 26 * len(rows)))
    values = [{**r, "_label": f"{r['name']}: {r['text']}"} for r in rows]
    y = {"field": "name", "type": "nominal", "title": None, "sort": None}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": values},
            "mark": {"type": "bar", "height": 10, "color": "#56B4E9"},
            "encoding": {
                "y": y,
                "x": {"field": "low", "type": "quantitative", "title": title,
                      "scale": {"zero": False}},
                "x2": {"field": "high"},
                "description": {"field": "_label"},
            },
        },
        {
            "data": {"values": values},
            "mark": {"type": "tick", "thickness": 3, "color": "#111"},
            "encoding": {"y": y, "x": {"field": "value", "type": "quantitative"}},
        },
    ]  # fmt: skip
    if centre is not None:
        layers.append(
            {
                "data": {"values": [{"at": centre}]},
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": "#555"},
                "encoding": {"x": {"field": "at", "type": "quantitative"}},
            }
        )
    spec["layer"] = layers
    return spec
