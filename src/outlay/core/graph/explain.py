"""Explain a cell of a graph: its formula in words, and what it comes from, down to the inputs.

Values here are worked out cell by cell with the operators' one-cell form, apart from the arrays
of `graph_eval`: an explanation that did not add up to the number shown would be found by tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outlay.core.errors import UnknownNameError, nearest
from outlay.core.graph.graph import Expr, Graph

__all__ = ["Cells", "Explanation", "below", "explain", "words", "worked_out"]


@dataclass(frozen=True)
class Explanation:
    """One cell: `formula` in the names of `inputs`; an input has a `source` or is an assumption.

    period: its label, empty for a scalar. repeated: explained already, higher in the same tree.
    """

    name: str
    label: str
    period: str
    value: float | None  # None: no such number (a rate of return that does not exist)
    unit: str
    formula: str
    inputs: tuple[Explanation, ...]
    source: str = ""
    assumption: bool = False
    note: str = ""
    repeated: bool = False

    def lines(self, depth: int = 0) -> list[str]:
        """Plain text, one cell a line, indented by depth."""
        value = "no value" if self.value is None else f"{self.value:,.6g}"
        at = f" [{self.period}]" if self.period else ""
        tail = f" = {self.formula}" if self.formula else f"  ({self.source or 'assumption'})"
        if self.repeated:
            tail = "  (above)"
        head = f"{'  ' * depth}{self.name}{at}: {value} {self.unit}{tail}"
        return [head, *(line for i in self.inputs for line in i.lines(depth + 1))]


class Cells:
    """Values of single cells of one world (no leading axes), worked out one at a time."""

    def __init__(self, graph: Graph, values: Mapping[str, npt.ArrayLike]) -> None:
        self.graph = graph
        self._given = values
        self._done: dict[tuple[int, int], float] = {}

    def __call__(self, node: Expr, period: int) -> float:
        """Value of `node` in `period`; a stack of its own, as chains of lags run deep."""
        key = self._key(node, period)
        stack = [(node, key[1])]
        while stack:
            n, t = stack[-1]
            if (id(n), t) in self._done:
                stack.pop()
                continue
            if n.op is None:
                self._done[id(n), t] = self._leaf(n, t)
                continue
            wants = [(n.args[i], self._key(n.args[i], u)) for i, u in self._wants(n, t)]
            if n.op.recalls and t > 0:
                wants.append((n, (id(n), t - 1)))
            missing = [(a, k[1]) for a, k in wants if k not in self._done]
            if missing:
                stack.extend(missing)
                continue
            self._done[id(n), t] = self._work(n, t)
        return self._done[key]

    def _wants(self, n: Expr, t: int) -> list[tuple[int, int]]:
        assert n.op is not None
        if n.op.recalls:
            return [(0, t)]  # its own past cell holds the rest
        return n.op.needs(t, len(self.graph))

    def _key(self, node: Expr, period: int) -> tuple[int, int]:
        return id(node), (period % len(self.graph) if node.series else 0)

    def _leaf(self, node: Expr, period: int) -> float:
        raw = self._given.get(node.name, node.default) if node.name else node.default
        a: npt.NDArray[np.float64] = np.asarray(raw, dtype=np.float64)
        return float(a.item(period if a.shape[-1] > 1 else 0) if node.series else a.item())

    def _work(self, n: Expr, t: int) -> float:
        assert n.op is not None
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if n.op.reduces:
                cells = n.op.needs(t, len(self.graph))
                return float(n.op.fold([self._at(n.args[i], u) for i, u in cells]))
            return float(
                n.op.cell(t, lambda i, u: self._at(n.args[i], u), lambda u: self._done[id(n), u])
            )

    def _at(self, node: Expr, period: int) -> np.float64:
        return np.float64(self._done[self._key(node, period)])


def explain(
    cells: Cells,
    name: str,
    period: int = -1,
    depth: int = 64,
    seen: set[tuple[int, int]] | None = None,
) -> Explanation:
    """The tree below one cell of row `name`.

    seen: cells that were explained before, which are not gone into again; grows.

    Raises UnknownNameError where there is no such row.
    """
    graph = cells.graph
    if name not in graph:
        raise UnknownNameError("no such row", value=name, hint=nearest(name, graph.rows))
    return _explain(cells, graph[name], period, depth, set() if seen is None else seen)


def _explain(
    cells: Cells, node: Expr, period: int, depth: int, seen: set[tuple[int, int]]
) -> Explanation:
    graph = cells.graph
    period = period % len(graph) if node.series else 0
    value = cells(node, period)
    first = (id(node), period) not in seen
    seen.add((id(node), period))
    inputs: tuple[Explanation, ...] = ()
    if node.op is not None and first and depth > 0:
        cells_below = below(node, period, len(graph))
        inputs = tuple(_explain(cells, n, t, depth - 1, seen) for n, t in cells_below)
    return Explanation(
        name=node.name,
        label=node.label,
        period=graph.labels[period] if node.series else "",
        value=value if np.isfinite(value) else None,
        unit=node.unit,
        formula="" if node.op is None else words(node),
        inputs=inputs,
        source=node.source,
        assumption=node.op is None and not node.source,
        note=node.note,
        repeated=not first and node.op is not None,
    )


def below(node: Expr, period: int, periods: int) -> list[tuple[Expr, int]]:
    """Named cells that one cell is worked out from, looking through nameless parts."""
    out: dict[tuple[int, int], tuple[Expr, int]] = {}
    seen: set[tuple[int, int]] = set()
    stack = [(node, period)]
    while stack:
        n, t = stack.pop()
        if n.op is None or (n.name and n is not node):
            continue
        for i, u in reversed(n.op.needs(t, periods)):
            a = n.args[i]
            u = u % periods if a.series else 0
            if (id(a), u) in seen:
                continue
            seen.add((id(a), u))
            if a.name:
                out[id(a), u] = (a, u)
            else:
                stack.append((a, u))
    return list(out.values())


def worked_out(node: Expr, period: int, periods: int, value: Callable[[Expr, int], float]) -> float:
    """What the formula of one cell gives where the named cells below it have `value`."""

    def at(n: Expr, t: int) -> float:
        t = t % periods if n.series else 0
        if n.op is None or (n.name and n is not node):
            return float(np.asarray(n.default)) if not n.name else value(n, t)
        if n.op.reduces:
            needs = n.op.needs(t, periods)
            return float(n.op.fold([np.float64(at(n.args[i], u)) for i, u in needs]))
        cell = n.op.cell(t, lambda i, u: np.float64(at(n.args[i], u)), lambda u: at(n, u))
        return float(cell)

    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return at(node, period)


def words(node: Expr) -> str:
    """The formula of a row in the names of the rows it uses."""
    assert node.op is not None
    names = []
    for a in node.args:
        if a.name:
            names.append(a.name)
        elif a.op is None:
            assert a.default is not None
            unit = "" if a.unit == "1" or not float(a.default) else f" {a.unit}"
            names.append(f"{float(a.default):g}{unit}")
        else:
            names.append(words(a))
    return node.op.text(names)
