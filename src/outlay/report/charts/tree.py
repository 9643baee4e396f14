"""The scenario tree with its orders on the nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outlay.report.theme import Spec, base

__all__ = ["order_tree"]


def order_tree(
    nodes: Sequence[dict[str, Any]], links: Sequence[dict[str, Any]], description: str, rows: int
) -> Spec:
    """Nodes at (x = period, y = branch), linked to their parents; area = spend ordered there.

    nodes: dicts with x (period label), y (row), label, spend, spend_text, known (branch words).
    links: dicts with x, y, x2, y2 for each parent and child.
    """
    spec = base(description, height=max(160, 17 * rows))
    y_axis = {"field": "y", "type": "quantitative", "axis": None,
              "scale": {"domain": [-0.7, rows - 0.3], "reverse": True, "nice": False}}  # fmt: skip
    x_axis = {"field": "x", "type": "quantitative", "axis": None,
              "scale": {"domain": [-0.15, max(n["x"] for n in nodes) + 1.2]}}  # fmt: skip
    spec["layer"] = [
        {
            "data": {"values": list(links)},
            "mark": {"type": "rule", "color": "#bbb"},
            "encoding": {"x": x_axis, "y": y_axis, "x2": {"field": "x2"}, "y2": {"field": "y2"}},
        },
        {
            "data": {
                "values": [{**n, "_label": f"{n['label']}: {n['spend_text']}"} for n in nodes]
            },
            "mark": {"type": "circle", "opacity": 0.9, "color": "#0072B2"},
            "encoding": {
                "x": x_axis,
                "y": y_axis,
                "size": {
                    "field": "spend",
                    "type": "quantitative",
                    "title": "ordered at the node, bn",
                    "scale": {"range": [8, 500]},
                },
                "description": {"field": "_label"},
            },
        },
        {
            "data": {"values": [n for n in nodes if n.get("spend_text")]},
            "mark": {"type": "text", "align": "left", "dx": 11, "dy": -6, "fontSize": 9},
            "encoding": {"x": x_axis, "y": y_axis, "text": {"field": "spend_text"}},
        },
        {
            "data": {"values": [n for n in nodes if n.get("known")]},
            "mark": {"type": "text", "align": "left", "dx": 11, "dy": 5, "fontSize": 9,
                     "color": "#555"},
            "encoding": {"x": x_axis, "y": y_axis, "text": {"field": "known"}},
        },
    ]  # fmt: skip
    return spec
