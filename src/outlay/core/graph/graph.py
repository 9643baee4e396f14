"""The calculation graph: named rows over a period axis, with units, built by plain arithmetic.

    g = Graph(["2026", "2027", "2028"])
    units = g.series("units", "chip", default=[10, 20, 0])
    price = g.scalar("price", "CNY/chip", default=100.0, source="quote")
    capex = g.row("capex", units * price, "CNY")
    book = g.row("book", capex.running(), "CNY")

A row is a series over the periods or one scalar. Like units add, unlike ones raise GraphError as
the graph is built. A row that depends on its own past is announced with `later` and given its
formula with `define`; a circle that does not pass through a lag is refused there and then.
The graph is evaluated by `graph_eval`, written as live Excel by `graph_excel`, and explained by
`graph_explain`, so that no formula is written twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array
from outlay.core.errors import OutlayError
from outlay.core.graph.circle import find_circle
from outlay.core.graph.ops import Binary, Negate, Op, Sum, Where
from outlay.core.graph.ops_time import (
    Convolve,
    Discount,
    InternalRate,
    Lag,
    Pick,
    Reduce,
    Running,
)
from outlay.core.graph.units import combine, power

__all__ = ["Expr", "Graph", "GraphError", "Operand"]


class GraphError(OutlayError):
    """A formula that cannot be: unlike units, a circle, a name used twice, a missing formula."""


class Expr:
    """A node of the graph: an input, a constant, or an operator on other nodes.

    series: one value per period, else a scalar. unit: as `graph_units` writes it.
    name: empty for a part of a formula that was not given one.
    """

    __slots__ = (
        "args",
        "default",
        "graph",
        "label",
        "name",
        "note",
        "op",
        "pending",
        "series",
        "source",
        "unit",
    )

    def __init__(
        self, graph: Graph, op: Op | None, args: tuple[Expr, ...], unit: str, *, series: bool
    ) -> None:
        self.graph = graph
        self.op = op
        self.args = args
        self.unit = unit
        self.series = series
        self.name = ""
        self.label = ""
        self.note = ""
        self.source = ""
        self.default: Array | None = None
        self.pending = False

    def __repr__(self) -> str:
        return f"<{self.name or 'part'} [{self.unit}]>"

    @property
    def is_input(self) -> bool:
        """Given from outside (a constant of a formula has no name)."""
        return self.op is None and bool(self.name) and not self.pending

    def _two(self, symbol: str, other: Operand, *, swapped: bool = False) -> Expr:
        b = self.graph.lift(other, like=self if symbol not in "*/^" else None)
        left, right = (b, self) if swapped else (self, b)
        if symbol in ("*", "/"):
            unit = combine(left.unit, right.unit, 1 if symbol == "*" else -1)
        else:
            self.graph.same_unit(symbol, left, right)
            unit = "1" if symbol in (">=", ">", "=") else left.unit
        return self.graph.node(Binary(symbol), (left, right), unit)

    def __add__(self, other: Operand) -> Expr:
        return self._two("+", other)

    def __radd__(self, other: Operand) -> Expr:
        return self._two("+", other, swapped=True)

    def __sub__(self, other: Operand) -> Expr:
        return self._two("-", other)

    def __rsub__(self, other: Operand) -> Expr:
        return self._two("-", other, swapped=True)

    def __mul__(self, other: Operand) -> Expr:
        return self._two("*", other)

    def __rmul__(self, other: Operand) -> Expr:
        return self._two("*", other, swapped=True)

    def __truediv__(self, other: Operand) -> Expr:
        return self._two("/", other)

    def __rtruediv__(self, other: Operand) -> Expr:
        return self._two("/", other, swapped=True)

    def __neg__(self) -> Expr:
        return self.graph.node(Negate(), (self,), self.unit)

    def __pow__(self, exponent: Operand) -> Expr:
        """A pure number to any power; a quantity with a unit to a constant power only."""
        if isinstance(exponent, Expr):
            if self.unit != "1" or exponent.unit != "1":
                raise GraphError(f"a variable power needs pure numbers: {self} ^ {exponent}")
            return self.graph.node(Binary("^"), (self, exponent), "1")
        unit = power(self.unit, float(exponent))
        return self.graph.node(Binary("^"), (self, self.graph.constant(exponent)), unit)

    def __ge__(self, other: Operand) -> Expr:
        return self._two(">=", other)

    def __gt__(self, other: Operand) -> Expr:
        return self._two(">", other)

    def equals(self, other: Operand) -> Expr:
        """1 where equal, else 0."""
        return self._two("=", other)

    def at_most(self, other: Operand) -> Expr:
        """The smaller of the two."""
        return self._two("min", other)

    def at_least(self, other: Operand) -> Expr:
        """The larger of the two."""
        return self._two("max", other)

    def where(self, yes: Operand, no: Operand) -> Expr:
        """`yes` where this is not zero, else `no`."""
        if not isinstance(yes, Expr) and not isinstance(no, Expr):
            a, b = self.graph.constant(yes), self.graph.constant(no)
        elif isinstance(yes, Expr):
            a, b = yes, self.graph.lift(no, like=yes)
        else:
            assert isinstance(no, Expr)
            a, b = self.graph.lift(yes, like=no), no
        self.graph.same_unit("where", a, b)
        return self.graph.node(Where(), (self, a, b), a.unit)

    def running(self) -> Expr:
        """Sum from the first period to each."""
        return self.graph.node(Running(), (self,), self.unit, series=True)

    def lag(self, steps: int = 1, first: Operand = 0.0) -> Expr:
        """The value `steps` periods earlier, `first` before there is one."""
        if steps < 1:
            raise GraphError("a lag looks at least one period back")
        initial = self.graph.lift(first, like=self)
        self.graph.same_unit("lag", self, initial)
        if initial.series:
            raise GraphError("what stands before the first period is a scalar")
        return self.graph.node(Lag(steps), (self, initial), self.unit, series=True)

    def by_age(self, kernel: Expr) -> Expr:
        """What vintages contribute: Σ_a self(t − a) × kernel(a)."""
        if not kernel.series:
            raise GraphError("a kernel by age is a series")
        unit = combine(self.unit, kernel.unit, 1)
        return self.graph.node(Convolve(), (self, kernel), unit, series=True)

    def total(self, over: Iterable[int] | None = None) -> Expr:
        """Sum over all periods or those of `over`: a scalar."""
        return self._reduce("sum", over)

    def smallest(self, over: Iterable[int] | None = None) -> Expr:
        return self._reduce("min", over)

    def largest(self, over: Iterable[int] | None = None) -> Expr:
        return self._reduce("max", over)

    def _reduce(self, kind: str, over: Iterable[int] | None) -> Expr:
        chosen = None if over is None else tuple(over)
        if chosen is not None and not chosen and kind != "sum":
            raise GraphError(f"the {kind} of no period at all")
        return self.graph.node(Reduce(kind, chosen), (self,), self.unit, series=False)

    def at(self, period: int) -> Expr:
        """The value in one period (−1 = the last): a scalar."""
        return self.graph.node(Pick(period), (self,), self.unit, series=False)

    def present_value(self, rate: Expr, years: Expr) -> Expr:
        """Σ x (1 + rate)^(−years); rate in 1/year, years in year."""
        if rate.unit != "1/year" or years.unit != "year" or rate.series:
            raise GraphError("discounting takes a scalar rate in 1/year and times in year")
        return self.graph.node(Discount(), (self, rate, years), self.unit, series=False)

    def internal_rate(self, days: Expr) -> Expr:
        """Rate per year at which the present value is zero; `days` are dates as day numbers."""
        if days.unit != "day":
            raise GraphError("dates for a rate of return are in day")
        return self.graph.node(InternalRate(), (self, days), "1/year", series=False)


Operand = Expr | float | int


class Graph:
    """Rows over the periods named by `labels`; see the module's text."""

    def __init__(self, labels: Sequence[str]) -> None:
        if not labels:
            raise GraphError("a graph needs at least one period")
        self.labels = tuple(labels)
        self.rows: dict[str, Expr] = {}

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, name: str) -> Expr:
        return self.rows[name]

    def __contains__(self, name: str) -> bool:
        return name in self.rows

    def __iter__(self) -> Iterator[Expr]:
        return iter(self.rows.values())

    @property
    def inputs(self) -> list[Expr]:
        return [r for r in self.rows.values() if r.is_input]

    def node(
        self, op: Op | None, args: tuple[Expr, ...], unit: str, *, series: bool | None = None
    ) -> Expr:
        if any(a.graph is not self for a in args):
            raise GraphError("rows of two graphs do not mix")
        wide = any(a.series for a in args) if series is None else series
        return Expr(self, op, args, unit, series=wide)

    def constant(self, value: float | int | Expr, unit: str = "1") -> Expr:
        """A number in a formula, with its unit."""
        if isinstance(value, Expr):
            return value
        out = Expr(self, None, (), unit, series=False)
        out.default = np.array(float(value))
        return out

    def lift(self, value: Operand, like: Expr | None = None) -> Expr:
        """A plain number as a node: zero takes any unit, other numbers are pure."""
        if isinstance(value, Expr):
            return value
        return self.constant(value, like.unit if like is not None and value == 0 else "1")

    def same_unit(self, what: str, left: Expr, right: Expr) -> None:
        if left.unit != right.unit:
            raise GraphError(f"unlike units in {what}: {left} and {right}")

    def _name(self, expr: Expr, name: str, label: str, note: str, source: str) -> Expr:
        if not name or name in self.rows:
            raise GraphError(f"a row needs a name of its own, and '{name}' is taken or empty")
        expr.name, expr.label, expr.note, expr.source = name, label or name, note, source
        self.rows[name] = expr
        return expr

    def series(
        self,
        name: str,
        unit: str,
        *,
        default: npt.ArrayLike | None = None,
        label: str = "",
        note: str = "",
        source: str = "",
    ) -> Expr:
        """An input with a value in each period. Without `source` it counts as an assumption."""
        return self._input(name, unit, True, default, label, note, source)

    def scalar(
        self,
        name: str,
        unit: str,
        *,
        default: npt.ArrayLike | None = None,
        label: str = "",
        note: str = "",
        source: str = "",
    ) -> Expr:
        """An input with one value."""
        return self._input(name, unit, False, default, label, note, source)

    def _input(
        self,
        name: str,
        unit: str,
        series: bool,
        default: npt.ArrayLike | None,
        label: str,
        note: str,
        source: str,
    ) -> Expr:
        out = Expr(self, None, (), combine(unit, "1", 1), series=series)
        if default is not None:
            out.default = np.asarray(default, dtype=np.float64)
            if series and (not out.default.ndim or out.default.shape[-1] not in (1, len(self))):
                raise GraphError(f"{name}: {len(self)} periods need as many values")
        return self._name(out, name, label, note, source)

    def row(
        self, name: str, expr: Operand, unit: str | None = None, label: str = "", note: str = ""
    ) -> Expr:
        """Give a formula its name; `unit`, where said, must be the formula's own."""
        node = self.lift(expr)
        if node.name or node.op is None:  # a second name, or a bare constant: a row that repeats it
            node = self.node(Sum(1), (node,), node.unit)
        if unit is not None and combine(unit, "1", 1) != node.unit:
            raise GraphError(f"{name} is said to be in {unit} and comes out in {node.unit}")
        return self._name(node, name, label, note, "")

    def later(self, name: str, unit: str, label: str = "", note: str = "") -> Expr:
        """Announce a series whose formula comes with `define` (it depends on its own past)."""
        out = Expr(self, None, (), combine(unit, "1", 1), series=True)
        out.pending = True
        return self._name(out, name, label, note, "")

    def define(self, announced: Expr, expr: Expr) -> Expr:
        """Give an announced row its formula; raises GraphError on a circle within one period."""
        if not announced.pending:
            raise GraphError(f"{announced.name} has its formula already")
        self.same_unit(f"the formula of {announced.name}", announced, expr)
        announced.op, announced.args, announced.pending = Sum(1), (expr,), False
        circle = find_circle(announced)
        if circle:
            announced.op, announced.args, announced.pending = None, (), True
            raise GraphError("circular: " + " → ".join(n.name or "…" for n in circle))
        return announced

    def add(self, terms: Sequence[Expr], unit: str) -> Expr:
        """Σ of rows, all of `unit`; of none at all, a constant zero."""
        if not terms:
            return self.constant(0.0, combine(unit, "1", 1))
        for t in terms:
            self.same_unit("a sum", terms[0], t)
        if terms[0].unit != combine(unit, "1", 1):
            raise GraphError(f"a sum is said to be in {unit} and comes out in {terms[0].unit}")
        return self.node(Sum(len(terms)), tuple(terms), terms[0].unit)

    def ratio(self, above: Expr, below: Expr, otherwise: float = 0.0) -> Expr:
        """above ÷ below, and `otherwise` where below is zero."""
        return (below.equals(0.0)).where(otherwise * self.unit_of(above / below), above / below)

    def unit_of(self, expr: Expr) -> Expr:
        """One, in the unit of `expr`."""
        return self.constant(1.0, expr.unit)

    def unfinished(self) -> list[str]:
        """Names announced and never defined."""
        return [r.name for r in self.rows.values() if r.pending]
