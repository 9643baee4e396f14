"""A tree of branches over time: what becomes known, with what chance, and what is ordered then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outlay.report.charts.axis import Axis
from outlay.report.charts.layer import Rows, layer, room, texts
from outlay.report.theme import ACCENT, FAINT, INK, NOTE, WIDE, Json, Spec, chart

__all__ = ["Node", "draw_tree"]

LINE, GAP = 15, 8
"""Height of a line of text, and of the space between two rows, in px."""
APART = 10.0
"""Space between what is known and the money beside it, in px."""
PLOT = WIDE - 16


@dataclass(frozen=True, slots=True)
class Node:
    """A stretch of a branch in `column`, after `parent` (an id; none: the root).

    amount: ordered along it, in base units; text: the amount as people write it, empty for none.
    known: what becomes known at its start, and with what chance.
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
        row[at] = (below[0] + below[-1]) / 2 if below else float(leaves - 1)
        return row[at]

    for root in children.get(None, []):
        place(root)
    return row


def draw_tree(
    nodes: Sequence[Node], heads: Sequence[str], money: str, size: Axis, description: str
) -> Spec:
    """A line a stretch: what is known above it with the money beside, that of the last column at
    the end of its line; where names leave no room, inner money stands below its line.

    heads: what stands over the columns; money: over that of the sums at the end.
    """
    heights = _heights(nodes)
    parents = {n.parent for n in nodes}
    starts, beside = _columns(nodes, heads, money, parents)
    below = not beside and any(n.text for n in nodes if n.id in parents)
    step = (2 if below and _crowded(nodes, parents) else 1) * LINE + GAP
    top = float(LINE + LINE + GAP)
    y = {n.id: top + heights[n.id] * step for n in nodes}
    rows: list[dict[str, Json]] = [
        {"x": starts[n.column], "x2": starts[n.column + 1] - (8 if n.id in parents else 12),
         "y": y[n.id], "row": heights[n.id], "column": n.column, "at": n.name,
         "value": size.shown(n.amount), "unit": size.unit,
         "known": n.known, "text": n.text, "label": f"{n.name}: {n.text or 'nothing'}"}
        for n in nodes
    ]  # fmt: skip
    height = max(y.values(), default=top) + LINE + 6
    place = _place(height)
    end = {**place, "x2": {"field": "x2"}}
    line: Spec = {"type": "rule", "color": FAINT}
    dots = [r for r in rows if r["value"]]
    above: Rows = [{"x": starts[i], "y": LINE - 3, "text": h} for i, h in enumerate(heads)]
    layers = [
        layer(_joins(nodes, y, starts), line, {**end, "y2": {"field": "y2"}}, read=False),
        layer(rows, {**line, "strokeWidth": 1.5}, end),
        layer(dots, {"type": "circle", "size": 36, "color": ACCENT, "opacity": 1}, place,
              read=False),
        *_said(nodes, rows, place, parents, beside=beside),
        texts(above, place, {**LEFT, "color": NOTE}),
        texts([{"x": PLOT, "y": LINE - 3, "text": money}], place, {**RIGHT, "color": NOTE}),
    ]  # fmt: skip
    return chart(description, layers, height=int(height))


LEFT: Spec = {"align": "left", "baseline": "alphabetic"}
RIGHT: Spec = {"align": "right", "baseline": "alphabetic"}


def _joins(nodes: Sequence[Node], y: Mapping[int, float], starts: Sequence[float]) -> Rows:
    """From the end of each stretch to where its branches start, and down along these."""
    out: list[dict[str, Json]] = []
    for n in nodes:
        under = [y[c.id] for c in nodes if c.parent == n.id]
        if under:
            after = starts[n.column + 1]
            out.append({"x": after - 8, "y": y[n.id], "x2": after})
            out.append({"x": after, "y": under[0], "y2": under[-1]})
    return out


def _said(
    nodes: Sequence[Node],
    rows: Sequence[dict[str, Json]],
    place: Mapping[str, Spec],
    parents: set[int | None],
    *,
    beside: bool,
) -> list[Spec]:
    """What is known above each line, its money beside that, of the last ones at the line's end."""
    known = [{**r, "text": r["known"], "y": _down(r, -4), "x": _right(r, 7)}
             for r in rows if r["known"]]  # fmt: skip
    inner, sums = [], []
    for n, r in zip(nodes, rows, strict=True):
        if n.text and n.id in parents:
            after = room(n.known) + APART if beside and n.known else 0.0
            inner.append({**r, "y": _down(r, -4 if beside or not n.known else LINE - 2),
                          "x": _right(r, 7 + after)})  # fmt: skip
        elif n.text:
            sums.append({**r, "y": _down(r, -4), "x": PLOT})
    return [
        texts(known, place, {**LEFT, "color": INK}),
        texts(inner, place, {**LEFT, "color": NOTE}),
        texts(sums, place, {**RIGHT, "color": INK}),
    ]


def _down(row: dict[str, Json], by: float) -> float:
    return float(str(row["y"])) + by


def _right(row: dict[str, Json], by: float) -> float:
    return float(str(row["x"])) + by


def _crowded(nodes: Sequence[Node], parents: set[int | None]) -> bool:
    """Whether some stretch that ends in a branching of one has its own money on a leaf's row."""
    often: dict[int | None, int] = {}
    for n in nodes:
        often[n.parent] = often.get(n.parent, 0) + 1
    return any(often.get(n.id) == 1 for n in nodes if n.id in parents)


def _columns(
    nodes: Sequence[Node], heads: Sequence[str], money: str, parents: set[int | None]
) -> tuple[list[float], bool]:
    """Where each column starts [px], and where the last one ends: what is left is shared.

    Also whether there is room for inner money beside what is known.
    """
    end = max(room(money), *(room(n.text) for n in nodes)) + 8
    beside = True
    wants = _wants(nodes, heads, parents, beside=True)
    if end + sum(wants) > PLOT:
        beside = False
        wants = _wants(nodes, heads, parents, beside=False)
    spare = max(0.0, PLOT - end - sum(wants)) / len(wants)
    starts = [0.0]
    for want in wants:
        starts.append(starts[-1] + want + spare)
    return starts, beside


def _wants(
    nodes: Sequence[Node], heads: Sequence[str], parents: set[int | None], *, beside: bool
) -> list[float]:
    """Width that the texts of each column take [px]."""

    def of(n: Node) -> float:
        known, money = room(n.known), room(n.text) if n.id in parents else 0.0
        return known + APART + money if beside and n.known and money else max(known, money)

    return [
        20 + max(
            room(heads[i]) if i < len(heads) else 0.0, *(of(n) for n in nodes if n.column == i)
        )
        for i in range(1 + max(n.column for n in nodes))
    ]  # fmt: skip


def _place(height: float) -> dict[str, Spec]:
    return {
        "x": {"field": "x", "type": "quantitative", "axis": None,
              "scale": {"domain": [0, PLOT], "nice": False}},
        "y": {"field": "y", "type": "quantitative", "axis": None,
              "scale": {"domain": [0, height], "reverse": True, "nice": False}},
    }  # fmt: skip
