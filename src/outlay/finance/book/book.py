"""The graph under construction: time rows, exchange rates, and names for input lines."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from outlay.core.arrays import Array
from outlay.core.graph.graph import Expr, Graph
from outlay.core.periods import DAYS_PER_YEAR
from outlay.finance.types import Flows, Policy, Values

__all__ = ["Book", "open_book"]

SPREADSHEET_DAY_0 = np.datetime64("1899-12-30", "D")


@dataclass
class Book:
    """A graph being filled: `values` are the inputs [path, period], `lists` name rows by role.

    cur: reporting currency. age: 0, 1, 2 … per period. per_year: periods in a year.
    """

    graph: Graph
    flows: Flows
    policy: Policy
    cur: str
    values: dict[str, Array] = field(default_factory=dict)
    fx: dict[str, Expr] = field(default_factory=dict)
    lists: dict[str, list[Expr]] = field(default_factory=dict)
    by_chip: dict[tuple[str, str], list[Expr]] = field(default_factory=dict)

    def series(
        self, name: str, unit: str, value: Values, *, label: str = "", source: str = ""
    ) -> Expr:
        """An input line [path, period]; one value for all paths is kept as [period]."""
        wide = np.broadcast_to(np.asarray(value, dtype=np.float64), self.flows.shape)
        same = bool(np.all(wide == wide[:1]))
        self.values[name] = np.array(wide[0, :] if same else wide)
        return self.graph.series(name, unit, label=label, source=source)

    def scalar(
        self, name: str, unit: str, value: float, *, label: str = "", source: str = ""
    ) -> Expr:
        self.values[name] = np.asarray(float(value))
        return self.graph.scalar(name, unit, label=label, source=source)

    def index(self, name: str) -> Expr:
        """A factor on prices that is 1 unless somebody moves it."""
        key = f"index.{name}"
        if key in self.graph:
            return self.graph[key]
        return self.scalar(key, "1", 1.0, label=f"price index of {name}", source="1 by definition")

    def put(self, role: str, row: Expr, chip: str | None = None) -> Expr:
        """Enter a row under a role; with `chip`, also as a cost of that pool ('' = shared)."""
        self.lists.setdefault(role, []).append(row)
        if chip is not None:
            self.by_chip.setdefault((role, chip), []).append(row)
        return row

    def sum(self, role: str, unit: str = "") -> Expr:
        """Σ of the series of a role, zero in every period where there is none."""
        unit = unit or self.cur
        rows = self.lists.get(role, [])
        return self.graph.add(rows, unit) if rows else self.nothing(unit)

    def sum_scalars(self, role: str) -> Expr:
        """Σ of the scalars of a role, in the reporting currency."""
        return self.graph.add(self.lists.get(role, []), self.cur)

    def nothing(self, unit: str) -> Expr:
        """Zero in every period."""
        name = f"nothing.{unit}"
        if name in self.graph:
            return self.graph[name]
        zero = self["time.age"] * self.graph.constant(0.0, unit)
        return self.graph.row(name, zero, unit, label="nothing")

    def convert(self, amount: Expr, currency: str) -> Expr:
        """An amount in the reporting currency at the period's rate."""
        return amount if currency == self.cur else amount * self.fx[currency]

    def __getitem__(self, name: str) -> Expr:
        return self.graph[name]


def open_book(flows: Flows, policy: Policy) -> Book:
    """A book with the rows that everything else uses: time, rates, exchange rates."""
    g = Graph([str(p) for p in flows.periods])
    b = Book(g, flows, policy, flows.currency)
    origin = flows.periods[0].start
    start = np.array([(p.start - origin).days for p in flows.periods], dtype=np.float64)
    days = np.array([p.days for p in flows.periods], dtype=np.float64)
    calendar = "calendar of the horizon"
    b.series(
        "time.age",
        "1",
        np.arange(len(days), dtype=np.float64),
        label="age in periods",
        source=calendar,
    )
    b.series("time.days", "day", days, label="days in the period", source=calendar)
    b.series(
        "time.middle", "year", (start + days / 2) / DAYS_PER_YEAR,
        label="years from start to middle of period", source=calendar,
    )  # fmt: skip
    end = (start.item(-1) + days.item(-1)) / DAYS_PER_YEAR
    b.scalar("time.end", "year", end, label="years to the end of the horizon", source=calendar)
    first = (np.datetime64(origin, "D") - SPREADSHEET_DAY_0).astype(int)
    middle = float(first) + np.floor(start + days / 2)
    b.series("time.date", "day", middle, label="date of the middle", source=calendar)
    per_year = b.scalar(
        "time.per_year", "1/year", flows.periods_per_year, label="periods in a year",
        source=calendar,
    )  # fmt: skip
    rate = b.scalar("rate.discount", "1/year", policy.discount_rate, label="discount rate")
    year = g.constant(1.0, "year")
    g.row(
        "rate.discount_period", (rate * year + 1.0) ** (1.0 / (per_year * year)) - 1.0, "1",
        label="discount rate per period",
    )  # fmt: skip
    inflation = b.scalar("rate.inflation", "1/year", policy.inflation, label="inflation")
    middle_row = g["time.middle"] / g.constant(1.0, "year")
    g.row("deflator", (inflation * year + 1.0) ** middle_row, "1", label="price level")
    for code, value in flows.fx.items():
        if code != flows.currency:
            name = f"fx.{code}"
            label = f"{flows.currency} for one {code}"
            b.fx[code] = b.series(name, f"{flows.currency}/{code}", value, label=label)
    return b
