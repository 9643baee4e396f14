"""Write the rows of a graph as live Excel formulas.

Each named row gets a sheet and a line; scalars stand in one column, periods in those after it.
Parts of a formula without a name are written inside it, unless Excel needs them as a range of
cells or several rows use them: those get a line of their own, named after their first user. What
would be too long for a cell is cut by `fitted`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from outlay.core.graph.graph import Expr, Graph, GraphError
from outlay.core.graph.ops import Op
from outlay.core.graph.ops_time import Convolve, Lag, Pick, Reduce, Running

__all__ = ["MAX_FORMULA", "Layout", "column_name", "formula", "helpers"]

MAX_FORMULA = 8192  # characters; Excel's limit
_LONG = 2  # uses from which a nameless part gets a line of its own


@cache
def column_name(index: int) -> str:
    """`A` for 0, `Z` for 25, `AA` for 26."""
    out = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        out = chr(65 + rest) + out
    return out


@dataclass(frozen=True)
class Layout:
    """Where rows stand: `places` holds (sheet, line from 0) by node; columns from 0.

    summed: long sum → the sum of its blocks, which stand on lines of their own.
    """

    graph: Graph
    places: dict[int, tuple[str, int]]
    scalar_column: int
    first_column: int
    summed: Mapping[int, Expr] = field(default_factory=dict)

    def has(self, node: Expr) -> bool:
        return id(node) in self.places

    def column(self, node: Expr, period: int) -> int:
        if not node.series:
            return self.scalar_column
        return self.first_column + period % len(self.graph)

    def cell(self, node: Expr, period: int) -> str:
        sheet, line = self.places[id(node)]
        return f"{sheet}!${column_name(self.column(node, period))}${line + 1}"

    def span(self, node: Expr, first: int, last: int) -> str:
        sheet, line = self.places[id(node)]
        a, b = (column_name(self.column(node, t)) for t in (first, last))
        return f"{sheet}!${a}${line + 1}:${b}${line + 1}"


class _Writer:
    """The cells of one node's arguments, as its operator asks for them."""

    def __init__(self, layout: Layout, node: Expr) -> None:
        self.layout = layout
        self.node = node

    def ref(self, argument: int, period: int) -> str:
        return _inline(self.layout, self.node.args[argument], period)

    def span(self, argument: int, first: int, last: int) -> str:
        return self.layout.span(self.node.args[argument], first, last)

    def own(self, period: int) -> str:
        return self.layout.cell(self.node, period)


def _inline(layout: Layout, node: Expr, period: int) -> str:
    if layout.has(node):
        return layout.cell(node, period)
    if node.op is None:
        if node.default is None:
            raise GraphError(f"{node.name} has no place on a sheet")
        value = float(node.default)
        return f"({value!r})" if value < 0 else repr(value)
    period %= len(layout.graph)  # −1 means the last one
    node = layout.summed.get(id(node), node)
    assert node.op is not None
    return node.op.excel(period, _Writer(layout, node))


def formula(layout: Layout, node: Expr, period: int) -> str:
    """The formula of one cell of a row that is not an input, with its leading `=`."""
    if node.op is None:
        raise GraphError(f"{node.name} is an input and has no formula")
    short = layout.summed.get(id(node), node)
    assert short.op is not None
    text = "=" + short.op.excel(period, _Writer(layout, short))
    if len(text) > MAX_FORMULA:
        raise GraphError(f"the formula of {node.name} takes {len(text)} characters")
    return text


def helpers(graph: Graph, roots: Iterable[Expr]) -> list[tuple[str, Expr]]:
    """Nameless nodes that need lines of their own, with a name for each, in order of need."""
    uses: dict[int, int] = {}
    owner: dict[int, str] = {}
    wanted: dict[int, Expr] = {}
    order: list[Expr] = []
    seen: set[int] = set()
    stack: list[tuple[Expr, str]] = [(r, r.name) for r in reversed(list(roots))]
    while stack:
        node, user = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        user = node.name or user
        owner[id(node)] = user
        order.append(node)
        for i, a in enumerate(node.args):
            uses[id(a)] = uses.get(id(a), 0) + 1
            if not a.name and a.op is not None and _in_cells(node.op, i):
                wanted[id(a)] = a
            stack.append((a, user))
    for node in order:
        nameless = not node.name and node.op is not None
        recalls = node.op is not None and node.op.recalls
        if nameless and (recalls or uses.get(id(node), 0) >= _LONG):
            wanted[id(node)] = node
    counts: dict[str, int] = {}
    out = []
    for node in order:
        if id(node) in wanted:
            user = owner[id(node)]
            counts[user] = counts.get(user, 0) + 1
            out.append((f"{user} · part {counts[user]}", node))
    return out


def _in_cells(op: Op | None, argument: int) -> bool:
    """True where the operator's Excel form wants this argument as cells, not as text."""
    if isinstance(op, (Convolve, Running)):
        return isinstance(op, Convolve)
    if isinstance(op, (Lag, Pick)):
        return False
    if isinstance(op, Reduce):
        return op.chosen is None
    return op is not None and argument in op.ranges
