"""Limits on money as each branch has them: authorisations by year, cash, what is committed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from outlay.core.arrays import Array
from outlay.core.periods import MONTHS_PER_YEAR, Period
from outlay.core.quantities.fx import FxTable
from outlay.demand.build import money_in
from outlay.planning.problem.limits import Budget, Cash
from outlay.planning.problem.node_studies import NodeStudies, level
from outlay.study.model.fields import Schedule, amount_in, value_at
from outlay.study.model.study import Study

__all__ = ["budgets_of", "cash_of", "committed_by_branch", "committed_capex", "overrun_price"]


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
    num, amount = value_at(due, period), amount_in(due, period)
    return 0.0 if num is None or not amount else money_in(replace(num, value=amount), study, fx)


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
    out = np.zeros(len(ns.tree))
    for node, study in enumerate(ns.nodes):
        due = [study.budget.other_capex, *(site.capex_due for site in study.sites.values())]
        out[node] = sum(_due_in(plan, ns.period(node), study, ns.fx) for plan in due)
    return out
