"""Explain a number of the accounts: expected over branches as reports say it, then by branch.

A cell's expectation is shown with the expectations of what it is worked out from as long as its
formula holds for these too (sums do). Where it does not (products of what differs by branch), the
branches themselves stand below it, and the likeliest of them goes on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import UnknownNameError, nearest
from outlay.core.graph import explain as graph_explain
from outlay.core.graph.graph import Expr
from outlay.finance.reports.accounts import LEVELS
from outlay.results.explanation import Branch, Origin, Step

if TYPE_CHECKING:
    from outlay.runs.documents.calculation import Calculation

__all__ = ["Chosen", "Explained", "explain_row"]

EXACT = 1e-9
"""Relative difference up to which a formula holds for expectations."""
PER_MTOK = "cost_per_mtok"
DIRECT = "_direct"


@dataclass(frozen=True)
class Chosen:
    """Branches that a number is expected over, by number, with their chances among themselves."""

    paths: tuple[int, ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, calculation: Calculation, paths: Sequence[int] | None = None) -> Chosen:
        """All branches, or some of them."""
        chosen = range(len(calculation.paths)) if paths is None else paths
        found = [i for i in chosen if calculation.weights[i] > 0] or list(chosen)
        weights = calculation.weights[found]
        total = float(weights.sum()) or 1.0
        return cls(tuple(found), tuple((weights / total).tolist()))

    @property
    def likeliest(self) -> int:
        return self.paths[max(range(len(self.paths)), key=self.weights.__getitem__)]


@dataclass(frozen=True)
class Explained:
    """A number: its tree, and what it is in each branch chosen."""

    step: Step
    branches: tuple[Branch, ...]


@dataclass
class _Tree:
    """Builds steps; a cell is explained once in a tree."""

    of: Calculation
    over: Chosen
    seen: set[tuple[str, int]] = field(default_factory=set)
    known: dict[str, list[float]] = field(default_factory=dict)
    """Row → its expectation in each period; of a scalar one number."""
    said: dict[str, str] = field(default_factory=dict)
    cells: graph_explain.Cells | None = None
    """The cells of the one branch chosen, worked out one by one."""
    told: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        if len(self.over.paths) == 1:
            self.cells = graph_explain.Cells(self.of.graph, self.of.of_path(self.over.paths[0]))

    def expected(self, name: str, period: int) -> float:
        """A cell, expected over the branches chosen."""
        if name not in self.known:
            self.known[name] = self._expected(name)
        return self.known[name][period if len(self.known[name]) > 1 else 0]

    def _expected(self, name: str) -> list[float]:
        row: Array = self.of.rows[name][list(self.over.paths)]
        if (row == row[:1]).all():  # one that does not differ stays as it is, to the last digit
            out: list[float] = row[:1].ravel().tolist()
        else:
            out = np.atleast_1d(np.asarray(self.over.weights) @ row).tolist()
        return out

    def cell(self, name: str, period: int) -> Step:
        """One cell of a row and all below it."""
        g = self.of.graph
        if self.cells is not None:
            return _step(graph_explain.explain(self.cells, name, period, seen=self.told))
        node = g[name]
        period = period % len(g) if node.series else 0
        first = (name, period) not in self.seen
        self.seen.add((name, period))
        value = self.expected(name, period)
        given = node.op is None
        inputs: tuple[Step, ...] = ()
        if not given and first:
            inputs = self._below(node, period, value)
        return Step(
            name=name,
            value=value if math.isfinite(value) else None,
            unit=node.unit,
            formula="" if given else self.formula(node),
            inputs=inputs,
            label=node.label,
            period=g.labels[period] if node.series else "",
            source=Origin(text=node.source) if given and node.source else None,
            assumption=True if given and not node.source else None,
            note=node.note,
            repeated=True if not first and not given else None,
        )

    def _below(self, node: Expr, period: int, value: float) -> tuple[Step, ...]:
        periods = len(self.of.graph)
        found = graph_explain.worked_out(
            node, period, periods, lambda n, t: self.expected(n.name, t)
        )
        if not math.isclose(found, value, rel_tol=EXACT, abs_tol=1e-12):
            return self._by_branch(node, period)
        return tuple(self.cell(n.name, t) for n, t in graph_explain.below(node, period, periods))

    def _by_branch(self, node: Expr, period: int) -> tuple[Step, ...]:
        """The cell in each branch, the likeliest first and with what lies below it."""
        out = []
        likeliest = self.over.likeliest
        order = sorted(zip(self.over.paths, self.over.weights, strict=True),
                       key=lambda x: (x[0] != likeliest, -x[1]))  # fmt: skip
        for path, weight in order:
            alone = _Tree(self.of, Chosen((path,), (1.0,)))
            step = alone.cell(node.name, period) if path == likeliest else alone.bare(node, period)
            out.append(replace(step, branch=self.of.paths[path], chance=weight))
        return tuple(out)

    def bare(self, node: Expr, period: int) -> Step:
        """A cell without what lies below it."""
        value = self.expected(node.name, period)
        label = self.of.periods[period] if node.series else ""
        return Step(node.name, value if math.isfinite(value) else None, node.unit,
                    self.formula(node), label=node.label, period=label)  # fmt: skip

    def formula(self, node: Expr) -> str:
        """How a row is worked out; the same in every period."""
        if node.name not in self.said:
            self.said[node.name] = graph_explain.words(node)
        return self.said[node.name]

    def at(self, name: str, when: str) -> Step:
        """A row in a period, over a year, or over the horizon where `when` is empty."""
        inside = self._inside(name, when)
        if len(inside) == 1:
            return self.cell(name, inside[0])
        node = self.of.graph[name]
        return Step(
            name=_dated(name, when),
            value=self.value(name, when),
            unit=node.unit,
            formula=" + ".join(self.of.periods[i] for i in inside),
            inputs=tuple(self.cell(name, i) for i in inside),
            label=node.label,
        )

    def value(self, name: str, when: str) -> float | None:
        """The number alone; None where amounts of its kind do not add up over time."""
        inside = self._inside(name, when)
        if len(inside) > 1 and not self._adds(self.of.graph[name].unit):
            return None
        value = math.fsum(self.expected(name, i) for i in inside)
        return value if math.isfinite(value) else None

    def _inside(self, name: str, when: str) -> list[int]:
        """Periods that a row is taken in: of a balance the last."""
        if not self.of.graph[name].series:
            return [0]
        if when in self.of.periods:
            return [self.of.periods.index(when)]
        inside = [i for i, y in enumerate(self.of.years) if when in ("", str(y))]
        return inside[-1:] if name.startswith(LEVELS) else inside

    def _adds(self, unit: str) -> bool:
        """Whether amounts of it add up over time, as money does and a stock of chips does not."""
        return unit in (self.of.currency, "Mtok", "chip*s", "MWh", "kW*s")


def _step(found: graph_explain.Explanation) -> Step:
    """A cell of one branch, and all below it."""
    given = not found.formula
    return Step(
        name=found.name,
        value=found.value,
        unit=found.unit,
        formula=found.formula,
        inputs=tuple(map(_step, found.inputs)),
        label=found.label,
        period=found.period,
        source=Origin(text=found.source) if given and found.source else None,
        assumption=True if given and found.assumption else None,
        note=found.note,
        repeated=found.repeated or None,
    )


def _dated(name: str, when: str) -> str:
    """The path of a row in a period or year."""
    return f"{name}.{when}" if when else name


def explain_row(c: Calculation, path: str, when: str, over: Chosen) -> Explained:
    """The number at `path` of the accounts: a row, or `cost_per_mtok.SERVICE.KIND`.

    when: a period, a fiscal year, or empty: the horizon. Raises UnknownNameError.
    """
    tree = _Tree(c, over)
    parts: tuple[str, ...]
    if path.startswith(f"{PER_MTOK}."):
        parts = ratio = _unit_cost(c, path)
        step = _ratio(tree, path, ratio, when)
    elif path in c.rows:
        parts = (path,)
        step = tree.at(path, when)
    else:
        hint = nearest(path, c.rows)
        raise UnknownNameError("no such row of the accounts", value=path, hint=hint)
    return Explained(step, tuple(_branches(c, over, parts, when)))


def _branches(c: Calculation, over: Chosen, parts: Sequence[str], when: str) -> Iterator[Branch]:
    """A row, or the ratio of two, in each branch."""
    for path, chance in zip(over.paths, over.weights, strict=True):
        alone = _Tree(c, Chosen((path,), (1.0,)))
        value, *below = (alone.value(row, when) for row in parts)
        if below:
            value = None if value is None or not below[0] else value / below[0]
        yield Branch(c.paths[path], chance, value)


def _unit_cost(c: Calculation, path: str) -> tuple[str, str]:
    """Rows of the cost and of the tokens of `cost_per_mtok.SERVICE.KIND`."""
    rest = path.removeprefix(f"{PER_MTOK}.")
    key = rest.removesuffix(DIRECT)
    way = "direct" if rest.endswith(DIRECT) else "full"
    cost, mtok = f"economic.{way}.{key}", f"sale.{key}.mtok"
    if cost in c.rows and mtok in c.rows:
        return cost, mtok
    prefix = "economic.full."
    known = [f"{PER_MTOK}.{n.removeprefix(prefix)}" for n in c.rows if n.startswith(prefix)]
    raise UnknownNameError(
        "no such cost of tokens", value=path, allowed=", ".join(known), hint=nearest(path, known)
    )


def _ratio(tree: _Tree, path: str, parts: tuple[str, str], when: str) -> Step:
    """Cost of a million tokens as reports say it: expected cost over expected tokens."""
    above, below = (tree.at(row, when) for row in parts)
    value = None if above.value is None or not below.value else above.value / below.value
    unit = f"{tree.of.currency}/Mtok"
    return Step(_dated(path, when), value, unit, " ÷ ".join(parts), (above, below))
