"""Cut the formulas of a graph so that each fits into a cell, however many terms it has.

A cell of Excel takes 8,192 characters, 255 arguments and 64 functions inside one another. What is
longer is written in parts that stand on lines of their own: a long sum in blocks (and blocks of
blocks), anything else by its longest part. The numbers of the graph are not touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from outlay.core.graph.graph import Expr, Graph
from outlay.core.graph.ops import Sum
from outlay.core.graph.ops_time import Convolve, Lag, Pick, Reduce, Running

__all__ = ["Fitted", "fitted"]

REFERENCE = 20  # characters: `Inputs!$XFD$1048576`
CONSTANT = 26  # a number with all its digits, in brackets
AROUND = 12  # what an operator writes around and between its arguments
MOST_TERMS = 200  # of a sum in one cell
MOST = 8_000  # characters of a formula, as they are counted here
DEEPEST = 40  # brackets inside one another


@dataclass
class Fitted:
    """Lines beside those of the rows, and what is written in place of long sums.

    parts: nodes of the graph. sums: blocks of long sums, inner ones first. summed: long sum → the
    sum of its blocks.
    """

    parts: list[tuple[str, Expr]] = field(default_factory=list)
    sums: list[tuple[str, Expr]] = field(default_factory=list)
    summed: dict[int, Expr] = field(default_factory=dict)


def fitted(graph: Graph, rows: Sequence[tuple[str, Expr]]) -> Fitted:
    """What has to stand on lines of its own, beside `rows`, which have lines and names."""
    work = _Fit(graph, rows)
    for name, row in rows:
        for node in _inside(row, work.placed):
            work.fit(name, node)
    return work.found


def _inside(row: Expr, placed: set[int]) -> Iterator[Expr]:
    """A row and the nameless parts written inside it, each after its own parts."""
    stack, open_ = [row], set[int]()
    while stack:
        node = stack[-1]
        if id(node) not in open_:
            open_.add(id(node))
            stack += [a for a in node.args if a.op is not None and id(a) not in placed]
            continue
        stack.pop()
        yield node


class _Fit:
    """Sizes of formulas as they are cut, parts before what they are parts of."""

    def __init__(self, graph: Graph, rows: Sequence[tuple[str, Expr]]) -> None:
        self.graph, self.found = graph, Fitted()
        self.placed = {id(row) for _, row in rows}
        self.sizes: dict[int, tuple[int, int]] = {}
        self.counts: dict[str, int] = {}

    def fit(self, name: str, node: Expr) -> None:
        """Cut what is too long, and remember what is left: characters and depth."""
        if node.op is None:
            return
        if isinstance(node.op, Sum) and self._is_long(node):
            self.found.summed[id(node)] = self._in_blocks(name, node)
        while self._too_large(size := self._size(node)):
            inside = [a for a in node.args if self._argument(a)[1] > 0]
            if id(node) in self.found.summed or not inside:
                break
            part = max(inside, key=self._argument)
            self.placed.add(id(part))
            self.found.parts.append((self._named(name, "line"), part))
        self.sizes[id(node)] = size

    @staticmethod
    def _too_large(size: tuple[int, int]) -> bool:
        return size[0] > MOST or size[1] > DEEPEST

    def _is_long(self, node: Expr) -> bool:
        return len(node.args) > MOST_TERMS or self._size(node)[0] > MOST

    def _named(self, name: str, what: str) -> str:
        key = f"{name} · {what}"
        self.counts[key] = self.counts.get(key, 0) + 1
        return f"{key} {self.counts[key]}"

    def _argument(self, node: Expr) -> tuple[int, int]:
        """Characters and depth of a node where another names it."""
        if node.op is None and id(node) not in self.placed:
            return CONSTANT, 0
        return (REFERENCE, 0) if id(node) in self.placed else self.sizes[id(node)]

    def _size(self, node: Expr) -> tuple[int, int]:
        """Characters and depth of a node's own formula."""
        short = self.found.summed.get(id(node))
        if short is not None:
            return len(short.args) * REFERENCE + AROUND, 2
        sizes = [self._argument(a) for a in node.args]
        depth = 1 + max((d for _, d in sizes), default=0)
        lengths, op = [n for n, _ in sizes], node.op
        if isinstance(op, (Lag, Pick)):
            return max(lengths), depth
        if isinstance(op, Convolve):  # of cells alone: no part of it could be cut
            return len(self.graph) * (2 * REFERENCE + 1), 1
        if isinstance(op, Reduce):
            times = 1 if op.chosen is None else len(op.chosen)
            return AROUND + times * (lengths[0] + 1), depth
        if isinstance(op, Running):
            return REFERENCE + AROUND + lengths[0], depth
        ranges = sum(REFERENCE for i in range(len(lengths)) if i in op.ranges) if op else 0
        groups = AROUND * (1 + len(lengths) // MOST_TERMS)
        return sum(lengths) + len(lengths) + ranges + groups, depth

    def _in_blocks(self, name: str, node: Expr) -> Expr:
        """The sum of a long sum's blocks."""
        args = node.args
        while True:
            made = [self._sum(part, node) for part in self._parts(args)]
            if len(made) == 1:
                return made[0]
            self.found.sums += [(self._named(name, "block"), block) for block in made]
            self.placed |= {id(block) for block in made}
            args = tuple(made)

    def _parts(self, args: tuple[Expr, ...]) -> Iterator[tuple[Expr, ...]]:
        """Terms that fit into one cell together."""
        part: list[Expr] = []
        length = 0
        for a in args:
            size = self._argument(a)[0] + 1
            if part and (len(part) == MOST_TERMS or length + size > MOST - AROUND):
                yield tuple(part)
                part, length = [], 0
            part.append(a)
            length += size
        yield tuple(part)

    def _sum(self, args: tuple[Expr, ...], like: Expr) -> Expr:
        return Expr(self.graph, Sum(len(args)), args, like.unit, series=like.series)
