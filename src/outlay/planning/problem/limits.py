"""What limits a plan beside chips and halls: money, vendors, grids, shares; the tail's weight.

Limits on money are read here as each branch has them: authorisations by year, cash, what is
committed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np

from outlay.core.arrays import Array, Number
from outlay.core.periods import MONTHS_PER_YEAR, Period
from outlay.core.quantities.fx import FxTable
from outlay.demand.build import money_in
from outlay.planning.problem.axes import axes
from outlay.planning.problem.node_studies import NodeStudies, level
from outlay.study.model.fields import Schedule, amount_in
from outlay.study.model.study import Study

__all__ = [
    "Budget",
    "Cash",
    "Ceiling",
    "Limit",
    "ShareLimit",
    "Tail",
    "budgets_of",
    "cash_of",
    "committed_by_branch",
    "committed_capex",
    "overrun_price",
]

INF = float("inf")


@dataclass(frozen=True, slots=True)
class Budget:
    """Authorised capex of some classes over some periods (a fiscal year).

    basis: `order` (full price when ordered), `delivery` (full price when delivered) or `payment`
    (deposit, then the rest). slack_cost: currency per currency over it; inf = may not be broken.
    """

    id: str
    amount: Annotated[Number, axes("node", endless=True)]
    periods: tuple[int, ...]
    classes: tuple[str, ...] = ()  # empty = all capex
    basis: Literal["order", "delivery", "payment"] = "payment"
    slack_cost: float = INF


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap that several offers share: a vendor's output, a licence's quota.

    cap: chips delivered in the node (cumulative = False) or up to it on the path (True).
    """

    id: str
    offers: tuple[str, ...]
    cap: Annotated[Array, axes("node", endless=True)]
    cumulative: bool = False


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A limit on the IT power of several sites together: a grid, builders, transformers.

    cap: MW of IT load drawn by what stands at `sites`, whatever basis each site is in.
    """

    id: str
    sites: tuple[str, ...]
    cap: Annotated[Array, axes("node", endless=True)]


@dataclass(frozen=True, slots=True)
class ShareLimit:
    """Least share of the spend on `of` that must go to `offers` (domestic guidance).

    Counted over `periods` at delivery, price without hosts. slack_cost: currency per currency
    short.
    """

    id: str
    offers: tuple[str, ...]
    of: tuple[str, ...]
    share: Annotated[Number, axes("node")]
    periods: tuple[int, ...]
    slack_cost: float = INF


@dataclass(frozen=True, slots=True)
class Cash:
    """Cash by period: start + income + debt drawn - paid >= floor; debt <= ceiling.

    income: operating cash flow before this plan's payments. debt_rate: annual.
    slack_cost: currency per currency below the floor.
    """

    start: float
    income: Annotated[Array, axes("node", signed=True)]
    floor: Annotated[Number, axes("node", endless=True, signed=True)] = 0.0
    debt_ceiling: Annotated[Number, axes("node", endless=True)] = 0.0
    debt_rate: Annotated[Number, axes("node")] = 0.0
    slack_cost: float = INF


@dataclass(frozen=True, slots=True)
class Tail:
    """Weight of the tail: objective = (1 - weight) × expected cost + weight × CVaR_level(cost)."""

    level: float = 0.9
    weight: float = 0.0


def committed_capex(study: Study, fx: FxTable) -> dict[int, dict[str, float]]:
    """fiscal year → what → capex that is outside the plan's choice but inside its budget."""
    out: dict[int, dict[str, float]] = {}
    parts = [("outside this plan", study.budget.other_capex)]
    parts += [("committed halls", site.capex_due) for site in study.sites.values()]
    for name, due in parts:
        for period in study.horizon.all():
            amount = _due_in(due, period, study, fx)
            if amount > 0:
                year = out.setdefault(period.fiscal_year(study.fiscal_year_start), {})
                year[name] = year.get(name, 0.0) + amount
    return out


def committed_by_branch(ns: NodeStudies) -> dict[int, dict[str, float]]:
    """The same, expected over the branches."""
    out: dict[int, dict[str, float]] = {}
    every = [committed_capex(s, ns.fx) for s in ns.studies]
    for year in sorted({y for found in every for y in found}):
        last = max(
            t
            for t, p in enumerate(ns.tree.periods)
            if p.fiscal_year(ns.base.fiscal_year_start) == year
        )
        here = ns.tree.period == last
        chance, at = ns.tree.probability[here], ns.at[here]
        for name in dict.fromkeys(k for found in every for k in found.get(year, {})):
            by_study = np.array([found.get(year, {}).get(name, 0.0) for found in every])
            out.setdefault(year, {})[name] = float(by_study[at] @ chance)
    return out


def _due_in(due: Schedule, period: Period, study: Study, fx: FxTable) -> float:
    """Money that falls due in the period; an entry's own period says for how long it is one."""
    amount = amount_in(due, period)
    return money_in(replace(due.entries[0][1], value=amount), study, fx) if amount else 0.0


def budgets_of(ns: NodeStudies) -> tuple[Budget, ...]:
    study = ns.base
    years = [p.fiscal_year(study.fiscal_year_start) for p in ns.tree.periods]
    slack = overrun_price(study)
    out = []
    for label, classes in (("capex", ()), ("processors", ("processors",))):
        stated = [year for s in ns.studies for year in getattr(s.budget, label)]
        for year in dict.fromkeys(stated):
            periods = tuple(i for i, y in enumerate(years) if y == year)
            if periods:
                left = ns.value(_left_of(ns, label, year))
                out.append(Budget(f"{label} {year}", left, periods, classes, "payment", slack))
    return tuple(out)


def _left_of(ns: NodeStudies, label: str, year: int) -> Callable[[Study], float]:
    """What a study authorises for a year, less what is committed; inf where it says nothing."""

    def left(study: Study) -> float:
        amount = getattr(study.budget, label).get(year)
        if amount is None:
            return float("inf")
        out = ns.money(amount)
        if label == "capex":
            out -= sum(committed_capex(study, ns.fx).get(year, {}).values())
        return max(out, 0.0)

    return left


def cash_of(ns: NodeStudies) -> Cash | None:
    """Limited where a floor of cash or a limit of debt is stated, in some branch at least.

    The floor is 0 if not said. What the business earns comes in, and capex that stands outside the
    plan goes out.
    """
    if not any(s.budget.cash or s.budget.debt_limit for s in ns.studies):
        return None

    def floor(study: Study) -> float:
        b = study.budget
        if b.cash is None:
            return float("-inf") if b.debt_limit is None else 0.0
        return ns.money(b.cash)

    income = np.zeros(len(ns.tree))
    for node, study in enumerate(ns.nodes):
        period = ns.period(node)
        year = period.fiscal_year(study.fiscal_year_start)
        flow = study.finance.operating_cash_flow.get(year)
        if flow is not None:
            income[node] = ns.money(flow) * period.months / MONTHS_PER_YEAR
    opening = ns.base.finance.opening_cash
    return Cash(
        start=0.0 if opening is None else ns.money(opening),
        income=income - _outside(ns),
        floor=ns.value(floor),
        debt_ceiling=level(ns.each(lambda s: s.budget.debt_limit)),
        debt_rate=level(ns.each(lambda s: s.budget.debt_rate, money=False)),
        slack_cost=overrun_price(ns.base),
    )


def overrun_price(study: Study) -> float:
    """What a unit of money over a limit costs; a limit may be broken only where that is stated."""
    price = study.budget.overrun_price
    return float("inf") if price is None else price.value


def _outside(ns: NodeStudies) -> Array:
    """[node] capex that is outside the plan's choice."""

    def due(study: Study, period: Period) -> float:
        every = [study.budget.other_capex, *(site.capex_due for site in study.sites.values())]
        return sum(_due_in(plan, period, study, ns.fx) for plan in every)

    return ns.by_period(lambda study: study, due)
