"""A tree of branches over time: amounts on the nodes, and what is known there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from outlay.report.charts.axis import Axis
from outlay.report.charts.layer import layer, texts
from outlay.report.theme import BLUE, FAINT, NOTE, Json, Spec, chart

__all__ = ["Node", "draw_tree"]


@dataclass(frozen=True, slots=True)
class Node:
    """A node at depth `column` below `parent` (an id; none: the root).

    amount: in base units; text: the amount as people write it, empty for none. known: what
    becomes known at the node.
    """

    id: int
    parent: int | None
    column: int
    name: str
    amount: float
    text: str
    known: str = ""


def _heights(nodes: Sequence[Node]) -> dict[int, float]:
    """Node → row: leaves one below the other, a parent in the middle of its children."""
    children: dict[int | None, list[int]] = {}
    for n in nodes:
        children.setdefault(n.parent, []).append(n.id)
    row: dict[int, float] = {}
    leaves = 0

    def place(at: int) -> float:
        nonlocal leaves
        below = [place(c) for c in children.get(at, [])]
        leaves += not below
        row[at] = sum(below) / len(below) if below else float(leaves - 1)
        return row[at]

    for root in children.get(None, []):
        place(root)
    return row


def draw_tree(nodes: Sequence[Node], size: Axis, description: str) -> Spec:
    """Nodes by depth and branch, joined to their parents; area = amount, in the unit of `size`."""
    heights = _heights(nodes)
    count = max(2, 1 + int(max(heights.values())))
    rows: dict[int, dict[str, Json]] = {
        n.id: {
            "x": n.column, "y": heights[n.id], "value": size.shown(n.amount),
            "label": f"{n.name}: {n.text or 'nothing'}",
        }
        for n in nodes
    }  # fmt: skip
    links = [
        {**rows[n.parent], "x2": n.column, "y2": heights[n.id]}
        for n in nodes
        if n.parent is not None
    ]
    sums = [{**rows[n.id], "text": n.text} for n in nodes if n.text]
    facts = [{**rows[n.id], "text": n.known} for n in nodes if n.known]
    place: dict[str, Spec] = {
        "x": {"field": "x", "type": "quantitative", "axis": None,
              "scale": {"domain": [-0.15, max(n.column for n in nodes) + 1.2]}},
        "y": {"field": "y", "type": "quantitative", "axis": None,
              "scale": {"domain": [-0.7, count - 0.3], "reverse": True, "nice": False}},
    }  # fmt: skip
    ends = {**place, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    area = {**place, "size": {**size.channel(), "scale": {"range": [8, 500]}}}
    beside: Spec = {"align": "left", "dx": 11, "fontSize": 9}
    layers = [
        layer(links, {"type": "rule", "color": FAINT}, ends, read=False),
        layer(list(rows.values()), {"type": "circle", "opacity": 0.9, "color": BLUE}, area),
        texts(sums, place, {**beside, "dy": -6}),
        texts(facts, place, {**beside, "dy": 5, "color": NOTE}),
    ]
    return chart(description, layers, height=max(160, 17 * count))
