"""Facts of question 4: what things are worth, by planning again with them changed or known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from outlay.planning.result import Plan
from outlay.results.plans import worth as results
from outlay.runs.answers.worth_deep import deep_of
from outlay.runs.pipeline.execute import Stages

if TYPE_CHECKING:
    from outlay.planning.answers.value import Values
    from outlay.planning.solver.branches import Branches

__all__ = ["Worth", "worth_of"]

NOTHING = 1e-9
"""Share of the plan's cost below which a difference is the solver's rounding."""
MOST_CHIPS = 3
"""Offers whose further chips are listed: the dearest."""
MORE = ("vss", "flexibility", "quarter")
"""Values that `--deep` adds."""


@dataclass(frozen=True)
class Worth:
    """All that is worth knowing, what decides it, and the plan at half the compute."""

    rows: tuple[results.Worth, ...]
    values: results.Values
    megawatts: tuple[results.Megawatt, ...]
    no_regret: tuple[results.NoRegret, ...]
    hedges: tuple[results.Hedge, ...]
    deep: results.Deep
    half: Plan | None


def _row(
    key: str,
    what: Literal[
        "state", "know", "evpi", "vss", "flexibility", "quarter", "megawatt", "chips", "against"
    ],
    value: float | None,
    currency: str,
    of: str = "",
    state: str = "",
    rather_than: str = "",
) -> results.Worth:
    return results.Worth(key, what, of, state, rather_than, value, currency)


def _knowing(stages: Stages, values: Values) -> list[results.Worth]:
    """Value of each state against the worst, of knowing each factor now, and of knowing all."""
    currency = stages.loaded.study.currency
    rows: list[results.Worth] = []
    for name, cost in values.given.items():
        if stages.loaded.study.factors()[name].origin != "effect":
            continue  # less demand costs less; that is not worth of anything one could get
        worst = max(cost, key=lambda s: cost[s])
        rows += [
            _row(f"state:{name}:{state}", "state", cost[worst] - at, currency, name, state, worst)
            for state, at in cost.items()
            if state != worst
        ]
    rows += [
        _row(f"know:{name}", "know", max(0.0, saved), currency, name)
        for name, saved in values.factors.items()
    ]
    if values.evpi is not None and values.factors:
        rows.append(_row("evpi", "evpi", max(0.0, values.evpi), currency))
    for what in MORE:
        value: float | None = getattr(values, what)
        if value is not None and np.isfinite(value):
            rows.append(_row(what, what, value, currency))  # type: ignore[arg-type]
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


def _margins(plan: Plan, values: Values, power: Mapping[str, float]) -> list[results.Worth]:
    """The dearest limits: one more megawatt, one thousand more chips of an offer, by duals."""
    currency = plan.problem.currency
    rows = []
    held = {s.id: float(s.power_mw.mean()) for s in plan.problem.sites if s.id in power}
    if held:
        mean = sum(power[k] * held[k] for k in held) / max(sum(held.values()), 1e-9)
        rows.append(_row("megawatt", "megawatt", mean, currency))
    chips = {k: sum(v.values()) for k, v in values.chips.items()}
    rows += [
        _row(f"chips:{k}", "chips", chips[k], currency, k)
        for k in sorted(chips, key=lambda k: -chips[k])[:MOST_CHIPS]
        if chips[k] > 0
    ]
    return rows


def _against(plan: Plan, orders: Mapping[str, float]) -> results.Worth:
    """What leaving the last approved plan's first orders for this plan's saves."""
    from outlay.core.errors import InfeasibleError
    from outlay.planning.answers.policy import with_first_orders
    from outlay.planning.solver.solve import solve

    held = {k: v for k, v in orders.items() if v > 0}
    kept: float | None
    try:
        cost = solve(with_first_orders(plan.problem, held)).objective
        # Holding orders can only cost: below the solver's tolerance it costs nothing.
        more = max(cost - plan.objective, 0.0)
        kept = more if more >= NOTHING * abs(plan.objective) else 0.0
    except InfeasibleError:
        kept = None
    return _row("against", "against", kept, plan.problem.currency)


def _half(plan: Plan) -> Plan | None:
    """The plan where every language model needs half the compute per token."""
    problem = plan.problem
    token = np.array([x.unit == "token/s" for x in problem.loads])
    if not token.any():
        return None
    rate = problem.rate_factor
    if rate is None:
        rate = np.ones((len(problem.loads), len(problem.tree)))
    from outlay.planning.solver.solve import solve

    return solve(replace(problem, rate_factor=np.where(token[:, None], 2.0 * rate, rate)))


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


def _values(v: Values) -> results.Values:
    """Values as numbers; what was not asked for or is impossible is None."""
    return results.Values(
        evpi=_finite(v.evpi),
        vss=_finite(v.vss),
        flexibility=_finite(v.flexibility),
        quarter=_finite(v.quarter),
        do_nothing=_finite(v.do_nothing),
        knowing=dict(v.factors),
        given={k: dict(cost) for k, cost in v.given.items()},
        licence={k: v.licence(k) for k in v.given},
        megawatt=dict(v.megawatt),
        chips_1000={k: dict(by_period) for k, by_period in v.chips.items()},
    )


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
    from outlay.planning.answers.decisions import hedges, no_regret
    from outlay.planning.answers.value import ALL, DEFAULT, values

    found = values(plan.problem, plan, DEFAULT, branches=branches)
    leaner = _half(plan)
    more = results.Deep()
    if deep:
        for name in (w for w in ALL if w not in DEFAULT):
            progress(f"deep: {name.replace('_', ' ')}")
            one = values(plan.problem, plan, [name], branches=branches)
            found = replace(found, **{name: getattr(one, name)})
        more = deep_of(plan, found, lambda what: progress(f"deep: {what}"))
    power = _power(plan)
    return Worth(
        rows=(
            *_knowing(stages, found),
            *_margins(plan, found, power),
            *([] if against is None else [_against(plan, against)]),
        ),
        values=_values(found),
        megawatts=tuple(
            results.Megawatt(k, v) for k, v in sorted(power.items(), key=lambda kv: -kv[1])
        ),
        no_regret=tuple(no_regret(plan, found)),
        hedges=tuple(hedges(plan)),
        deep=more,
        half=leaner,
    )
