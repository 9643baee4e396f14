"""What things are worth, by planning again with them changed or known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from outlay.planning.result import Plan
from outlay.runs.execute import Stages
from outlay.runs.worth_deep import Deep, deep_of

if TYPE_CHECKING:
    from outlay.planning.branches import Branches

__all__ = ["Worth", "WorthRow", "worth_of"]


NOTHING = 1e-9
"""Share of the plan's cost below which a difference is the solver's rounding."""


@dataclass(frozen=True, slots=True)
class WorthRow:
    """One thing and its worth: expected, discounted cost that it saves, in `unit`."""

    key: str
    name: str
    value: float | None
    unit: str
    how: str


@dataclass(frozen=True)
class Worth:
    """All rows, tables to show with them, and the plan at half the compute."""

    rows: tuple[WorthRow, ...]
    tables: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    half: Plan | None = None
    values: Any = None
    pictures: Mapping[str, Any] = field(default_factory=dict)


def _knowing(stages: Stages, values: Any) -> list[WorthRow]:
    """Value of each state against the worst, of knowing each factor now, and of knowing all."""
    currency = stages.loaded.study.currency
    rows: list[WorthRow] = []
    for name, cost in values.given.items():
        if stages.loaded.study.factors()[name].origin != "effect":
            continue  # less demand costs less; that is not worth of anything one could get
        worst = max(cost, key=lambda s: cost[s])
        rows += [
            WorthRow(
                f"state:{name}:{state}",
                f"{name}: {state} rather than {worst}",
                cost[worst] - at,
                currency,
                f"cost of the plan if {worst} were certain less its cost if {state} were",
            )
            for state, at in cost.items()
            if state != worst
        ]
    rows += [
        WorthRow(f"know:{name}", f"knowing {name} now", max(0.0, saved), currency,
                 "cost of the plan less its cost with the state known at the start")
        for name, saved in values.factors.items()
    ]  # fmt: skip
    if values.evpi is not None and values.factors:
        rows.append(
            WorthRow("evpi", "knowing everything now", max(0.0, values.evpi), currency,
                     "expected value of perfect information on the tree's factors")
        )  # fmt: skip
    for key, name, value, how in (
        ("vss", "planning with the branches, not their mean", values.vss,
         "value of the stochastic solution: first orders of the mean plan, re-decided after"),
        ("flexibility", "re-deciding as the branches unfold", values.flexibility,
         "cost of a plan with every build fixed at the start less the plan's"),
        ("quarter", "a quarter less lead on every offer", values.quarter,
         "cost of the plan less its cost with leads three months shorter"),
    ):  # fmt: skip
        if value is not None and np.isfinite(value):
            rows.append(WorthRow(key, name, value, currency, how))
    return rows


def _power(plan: Plan) -> dict[str, float]:
    """Site or ceiling → worth of one more megawatt wherever it has power and all of it is used.

    A hall without power yet has a price too, but not a unique one: the first megawatt of nothing.
    """
    out: dict[str, float] = {}
    for p in plan.prices:
        if p.family == "power" and p.unit == "MW" and p.limit > 0 and p.value > 0:
            out[p.item] = out.get(p.item, 0.0) + p.value
    return out


def _margins(stages: Stages, plan: Plan, values: Any) -> list[WorthRow]:
    """The dearest limits: one more megawatt, one thousand more chips of an offer, by duals."""
    currency = stages.loaded.study.currency
    rows = []
    power = _power(plan)
    held = {s.id: float(s.power_mw.mean()) for s in plan.problem.sites if s.id in power}
    if held:
        mean = sum(power[k] * held[k] for k in held) / max(sum(held.values()), 1e-9)
        rows.append(
            WorthRow("megawatt", "one megawatt throughout, mean of the sites that fill", mean,
                     currency, "shadow prices summed over the tree, by power; small changes")
        )  # fmt: skip
    chips = {k: sum(v.values()) for k, v in values.chips.items()}
    rows += [
        WorthRow(f"chips:{k}", f"1,000 more {k} in every period", chips[k], currency,
                 "1,000 times the shadow prices of its caps; small changes only")
        for k in sorted(chips, key=lambda k: -chips[k])[:3]
        if chips[k] > 0
    ]  # fmt: skip
    return rows


def _tables(plan: Plan, values: Any, currency: str) -> dict[str, Any]:
    from outlay.planning.decisions import hedges, no_regret
    from outlay.runs.tables import column, table

    safe = no_regret(plan, values)
    triggers = hedges(plan)
    out: dict[str, Any] = {}
    if safe:
        out["no_regret"] = table(
            "Orders of the first period that every history would place had it been known",
            [column("offer", number=False), column("chip", number=False), column("at least"),
             column("planned")],
            [[x.offer, x.chip, x.quantity, x.planned] for x in safe],
        )  # fmt: skip
    if triggers:
        out["hedges"] = table(
            "Hedges: what to order when a state is seen, and by when",
            [column("factor", number=False), column("state", number=False),
             column("seen by", number=False), column("offer", number=False),
             column("chips then"), column("chips otherwise"), column("last date", number=False)],
            [[h.factor, h.state, h.by, h.offer, h.quantity, h.otherwise, h.last_date]
             for h in triggers],
        )  # fmt: skip
    sites = _power(plan)
    if sites:
        out["megawatts"] = table(
            f"One more megawatt through the horizon, {currency}",
            [column("site or ceiling", number=False), column("worth")],
            sorted(([k, v] for k, v in sites.items()), key=lambda r: -float(r[1])),
        )
    return out


def _against(plan: Plan, orders: Mapping[str, float], currency: str) -> WorthRow:
    """What leaving the last approved plan's first orders for this plan's saves."""
    from outlay.core.errors import InfeasibleError
    from outlay.planning.policy import with_first_orders
    from outlay.planning.solve import solve

    problem = plan.problem
    held = {k: v for k, v in orders.items() if v > 0}
    how = "cost with its first orders held and all else decided anew, less the plan's"
    try:
        cost = solve(with_first_orders(problem, held)).objective
        # Holding orders can only cost: below the solver's tolerance it costs nothing.
        more = max(cost - plan.objective, 0.0)
        kept: float | None = more if more >= NOTHING * abs(plan.objective) else 0.0
    except InfeasibleError:
        kept, how = None, "its first orders leave no plan that meets every limit today"
    return WorthRow("against", "this plan over the last approved one", kept, currency, how)


def _half(plan: Plan) -> Plan | None:
    """The plan where every language model needs half the compute per token."""
    problem = plan.problem
    token = np.array([x.unit == "token/s" for x in problem.loads])
    if not token.any():
        return None
    rate = problem.rate_factor
    if rate is None:
        rate = np.ones((len(problem.loads), len(problem.tree)))
    from outlay.planning.solve import solve

    return solve(replace(problem, rate_factor=np.where(token[:, None], 2.0 * rate, rate)))


def worth_of(
    stages: Stages,
    plan: Plan,
    *,
    deep: bool = False,
    branches: Branches | None = None,
    against: Mapping[str, float] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Worth:
    """Worth of knowing, of each state, of power and chips, and the plan at half the compute.

    deep: also the value of the stochastic solution, of flexibility, of a quarter less lead and of
    doing nothing, and what `worth_deep` adds. branches: those that the plan was solved from.
    against: first orders of the last approved plan, which are then held and the rest re-decided.
    """
    from outlay.planning.value import ALL, DEFAULT, values

    currency = stages.loaded.study.currency
    found = values(plan.problem, plan, DEFAULT, branches=branches)
    leaner = _half(plan)
    more = Deep()
    if deep:
        for name in (w for w in ALL if w not in DEFAULT):
            progress(f"deep: {name.replace('_', ' ')}")
            one = values(plan.problem, plan, [name], branches=branches)
            found = replace(found, **{name: getattr(one, name)})
        more = deep_of(plan, found, currency, lambda what: progress(f"deep: {what}"))
    return Worth(
        rows=(
            *_knowing(stages, found),
            *_margins(stages, plan, found),
            *([] if against is None else [_against(plan, against, currency)]),
        ),
        tables={**_tables(plan, found, currency), **more.tables},
        notes=more.notes,
        half=leaner,
        values=found,
        pictures=more.rows,
    )
