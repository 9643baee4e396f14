"""The firm around a plan: its policy, what stood before, debt, what lies outside the plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from outlay.core.arrays import Array
from outlay.core.periods import MONTHS_PER_YEAR, SECONDS_PER_YEAR, Period
from outlay.finance.types import AssetClass, Debt, Opening, Outside, Policy, Purchase, Values
from outlay.planning.problem.node_studies import NodeStudies
from outlay.planning.result import Plan
from outlay.runs.pipeline.bought import Paths, Payments
from outlay.study.model.fields import Num, Schedule, amount_in
from outlay.study.model.study import Life, Study
from outlay.study.model.supply import Pool

__all__ = ["debts_of", "least_cash", "outside_of", "policy_of", "retired", "stands", "unbooked"]

UNSAID = {"accelerators": 5.0, "servers": 5.0, "network": 5.0, "buildings": 20.0}
"""Years of a life that the study does not give."""
NEGLIGIBLE = 1e-6  # chips: below it a departure is the solver's rounding
SOON = 0.25
"""Least years over which a book value that stands is written off."""
UNKNOWN_LEFT = 2.0
"""Years left of chips whose vintage or life is not said."""


def policy_of(
    study: Study, money: Callable[[Num], float], least_cash: Array | None = None
) -> Policy:
    """Accounting policy of a study; book lives not given are five years, buildings twenty.

    Cash that is there, and the least that must remain, are the whole firm's. least_cash:
    [path, period] of it where branches change it, none = the study's own.
    """
    f = study.finance
    firm = f.perimeter == "firm"
    said = study.budget.cash
    least: Values = 0.0 if said is None else money(said)
    if least_cash is not None:
        least = least_cash
    return Policy(
        classes={
            name: _class(f.lives.get(name), years)  # type: ignore[call-overload]
            for name, years in UNSAID.items()
        },
        discount_rate=study.discount_rate.value,
        standard=f.standard,
        borrowing_rate=(f.borrowing_rate or study.discount_rate).value,
        tax_rate=0.0 if f.tax is None else f.tax.value,
        fiscal_year_start=study.fiscal_year_start,
        opening_cash=money(f.opening_cash) if firm and f.opening_cash is not None else 0.0,
        minimum_cash=least if firm else 0.0,
    )


def _class(life: Life | None, years: float) -> AssetClass:
    """Economic life and residual are those by which the plan lets things lose their value."""
    if life is None:
        return AssetClass(years, years, source="default")
    return AssetClass(
        life.book.value / SECONDS_PER_YEAR,
        (life.economic or life.book).value / SECONDS_PER_YEAR,
        life.residual.value,
        tax_years=0.0 if life.tax is None else life.tax.value / SECONDS_PER_YEAR,
        book_residual=life.book_residual.value,
    )


def _remaining_years(pool: Pool, first: Period) -> float:
    if pool.vintage is None or pool.life is None:
        return UNKNOWN_LEFT
    dies = pool.vintage.value + pool.life.value / SECONDS_PER_YEAR
    return float(max(SOON, dies - first.year - (first.month - 1) / MONTHS_PER_YEAR))


def unbooked(study: Study) -> tuple[str, ...]:
    """Owned pools of the fleet that stand in no books: what they cost is not known."""
    return tuple(
        name
        for name, pool in study.fleet.items()
        if pool.tenure == "owned" and pool.book_value is None and pool.quantity.value > 0
    )


def retired(plan: Plan, pool: int, at: Paths) -> Array:
    """[path, period]: chips of a pool that the plan takes out of service before their end."""
    there = at(plan.problem.pools[pool].available)
    held = at(plan.pool_stock[pool].sum(axis=0))
    before = np.concatenate([there[:, :1], held[:, :-1]], axis=1)
    gone = np.minimum(before, there) - held
    return np.where(gone > NEGLIGIBLE, gone, 0.0)


def stands(
    plan: Plan, study: Study, at: Paths, money: Callable[[Num], float]
) -> tuple[Opening, ...]:
    """What stands in the books at the start, and what the plan takes out of service of it."""
    number = {q.id: k for k, q in enumerate(plan.problem.pools)}
    out = []
    for name, pool in study.fleet.items():
        if pool.book_value is None:
            continue
        many = pool.quantity.value
        gone: Array | float = 0.0
        if name in number and many > 0:
            gone = retired(plan, number[name], at) / many
        out.append(
            Opening(name, "accelerators", money(pool.book_value) * many,
                    _remaining_years(pool, plan.problem.tree.periods[0]), plan.problem.currency,
                    chip=pool.chip, gone=gone, source=f"fleet.{name}.book_value")
        )  # fmt: skip
    return tuple(out)


def debts_of(plan: Plan, at: Paths, paid: Payments) -> tuple[Debt, ...]:
    """Debt that the plan draws, with the interest that it pays."""
    if not plan.debt.size or not plan.debt.any() or plan.problem.cash is None:
        return ()
    owed = at(plan.debt)
    change = np.diff(owed, axis=1, prepend=0.0)
    interest = np.zeros_like(owed)
    for key, amount in paid.amount.items():
        if paid.treatment[key] == "financing":
            interest = interest + at(amount)
    return (
        Debt("plan", plan.problem.currency, float(np.mean(plan.problem.cash.debt_rate)),
             drawn=np.maximum(change, 0.0), repaid=np.maximum(-change, 0.0), interest=interest,
             source="budget.debt_rate"),
    )  # fmt: skip


def outside_of(
    study: Study,
    periods: Sequence[Period],
    currency: str,
    money: Callable[[Num], float],
    at: Paths | None = None,
    nodes: NodeStudies | None = None,
) -> tuple[tuple[Outside, ...], tuple[Purchase, ...]]:
    """What the firm earns and buys outside the plan; nothing where the plan stands alone.

    at, nodes: node arrays as path arrays, and the study as each node sees it, where branches
    change it.
    """
    if study.finance.perimeter != "firm":
        return (), ()

    def by_period(amount: Callable[[Study, Period], float]) -> Array:
        """[period], or [path, period] where branches differ."""
        if nodes is None or at is None:
            return np.array([amount(study, p) for p in periods])
        found = np.array([[amount(s, p) for p in periods] for s in nodes.studies])
        if np.all(found == found[0]):
            return np.asarray(found[0])
        return at(found[nodes.at, nodes.tree.period])

    def earns(s: Study, period: Period) -> float:
        flow = s.finance.operating_cash_flow.get(period.fiscal_year(s.fiscal_year_start))
        return 0.0 if flow is None else money(flow) * period.months / MONTHS_PER_YEAR

    earned = by_period(earns)
    due: list[tuple[str, str, str, Callable[[Study], Schedule]]] = [
        ("other capex", "servers", "budget.other_capex", lambda s: s.budget.other_capex)
    ]
    due += [(f"{k}:committed", "buildings", f"sites.{k}.capex_due", _committed(k))
            for k in study.sites]  # fmt: skip
    bought = []
    for name, kind, source, pick in due:
        amount = by_period(_due(pick, money))
        if amount.any():
            bought.append(Purchase(name, kind, np.ones(len(periods)), amount, currency,
                                   unit="lot", outside=True, source=source))  # fmt: skip
    rows: tuple[Outside, ...] = ()
    if earned.any():
        rows = (Outside("operations", currency, earned, "finance.operating_cash_flow"),)
    return rows, tuple(bought)


def _committed(site: str) -> Callable[[Study], Schedule]:
    return lambda study: study.sites[site].capex_due


def _due(
    pick: Callable[[Study], Schedule], money: Callable[[Num], float]
) -> Callable[[Study, Period], float]:
    """What falls due in a period, as authorisations count it."""

    def due(study: Study, period: Period) -> float:
        schedule = pick(study)
        amount = amount_in(schedule, period)
        return money(replace(schedule.entries[0][1], value=amount)) if amount else 0.0

    return due


def least_cash(nodes: NodeStudies, at: Paths) -> Array | None:
    """[path, period]: the least cash that must remain; none where no branch changes it."""
    least = nodes.each(lambda s: s.budget.cash)
    return None if np.all(least == least[0]) else at(least)
