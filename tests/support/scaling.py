"""The same planning problem in another currency unit."""

from __future__ import annotations

from dataclasses import replace

from outlay.planning.problem.types import PlanProblem


def in_other_money(p: PlanProblem, k: float) -> PlanProblem:
    """Every amount of money times k; quantities untouched."""
    sites = tuple(
        replace(
            s, tariff_kwh=s.tariff_kwh * k, rent_kw_month=s.rent_kw_month * k,
            staff_mw_year=s.staff_mw_year * k,
            expansion=None if s.expansion is None
            else replace(s.expansion, cost_per_w=s.expansion.cost_per_w * k),
        )
        for s in p.sites
    )  # fmt: skip
    offers = tuple(
        replace(
            o, price=o.price * k, rent_hour=o.rent_hour * k, host_cost=o.host_cost * k,
            divert_cost=o.divert_cost * k, upkeep_per_year=o.upkeep_per_year * k,
        )
        for o in p.offers
    )  # fmt: skip
    pools = tuple(
        replace(
            q, rent_hour=q.rent_hour * k, upkeep_per_year=q.upkeep_per_year * k,
            renew_rent_hour=None if q.renew_rent_hour is None else q.renew_rent_hour * k,
        )
        for q in p.pools
    )  # fmt: skip
    return replace(
        p,
        sites=sites,
        offers=offers,
        pools=pools,
        chips=tuple(replace(c, upkeep_per_year=c.upkeep_per_year * k) for c in p.chips),
        loads=tuple(replace(x, shed_cost=x.shed_cost * k, revenue=x.revenue * k) for x in p.loads),
        campaigns=tuple(replace(c, short_cost=c.short_cost * k) for c in p.campaigns),
        budgets=tuple(replace(b, amount=b.amount * k) for b in p.budgets),
        cash=None
        if p.cash is None
        else replace(
            p.cash,
            start=p.cash.start * k,
            income=p.cash.income * k,
            floor=p.cash.floor * k,
            debt_ceiling=p.cash.debt_ceiling * k,
        ),
    )
