"""What things are worth: information, a licence, a megawatt, 1,000 chips, a quarter, flexibility.

All values are differences of optimal objectives, in currency at the start of the horizon:
    EVPI = RP - WS, RP the plan, WS every history planned with foresight;
    factor known now = RP - expected cost where its state is seen at the start;
    VSS = EEV - RP, EEV the cost when the first stage is that of the mean-value plan;
    flexibility = static plan - RP, every build fixed at the start;
    a state of a factor: expected cost given each state, planned as now.
WS <= RP <= EEV (Birge and Louveaux, Introduction to Stochastic Programming, 2011, chapter 4).
A megawatt and 1,000 chips are shadow prices: right for small changes. RP is the plan with lots and
steps of any share, as what it is set against: what whole ones cost is said on its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import InfeasibleError
from outlay.core.progress import Progress, Told
from outlay.planning.answers.policy import (
    cost_or_inf,
    do_nothing,
    first_stage_periods,
    plan_first_stage,
)
from outlay.planning.problem.remap import (
    expected_path,
    forest,
    known_early,
    leaves_given,
    wait_and_see,
)
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.draft import Options
from outlay.planning.result import Plan
from outlay.planning.solver.solve import solve
from outlay.planning.solver.tree.branches import Branches, apart

__all__ = ["ALL", "DEFAULT", "THOUSAND", "Values", "saved", "values"]


DEFAULT = ("evpi", "factors", "megawatt", "chips")
ALL = (*DEFAULT, "vss", "flexibility", "quarter", "do_nothing")
QUARTER_MONTHS = 3.0
THOUSAND = 1000.0
ROUNDING = 1e-9
"""Part of a cost by which two plans of the same cost may differ: the solver's last digits."""


@dataclass(frozen=True)
class Values:
    """Answers asked for; None or empty where not asked. Currency at the start of the horizon.

    factors: by factor, value of knowing its state now. given: by factor and state, objective of
    the plan where that state is certain. megawatt: by hall, of one more MW through the horizon.
    chips: by offer and period, of 1,000 more chips deliverable then. quarter: of 3 months less
    lead on every offer. leaf_cost [leaf]: with foresight. leaf_first [leaf, offer]: what each
    history would order in the first period had it been known.
    """

    plan_objective: float
    evpi: float | None = None
    factors: dict[str, float] = field(default_factory=dict)
    given: dict[str, dict[str, float]] = field(default_factory=dict)
    vss: float | None = None
    flexibility: float | None = None
    megawatt: dict[str, float] = field(default_factory=dict)
    chips: dict[str, dict[str, float]] = field(default_factory=dict)
    quarter: float | None = None
    do_nothing: float | None = None
    leaf_cost: Array = field(default_factory=lambda: np.zeros(0))
    leaf_first: Array = field(default_factory=lambda: np.zeros((0, 0)))

    def licence(self, factor: str) -> float:
        """Dearest less cheapest state: what the best state is worth against the worst."""
        costs = self.given[factor].values()
        return saved(max(costs), min(costs))


def values(
    problem: PlanProblem,
    plan: Plan,
    which: Iterable[str] = DEFAULT,
    options: Options | None = None,
    branches: Branches | None = None,
    progress: Progress = lambda _: None,
) -> Values:
    """The answers named in `which` (see ALL) for a solved plan of `problem`.

    branches: those that the plan was solved from, which hold some of the answers. progress: told
    how many factors' states are planned as known.
    """
    options = options or Options()
    asked = set(which)
    out, best = Values(plan.objective), plan.any_share  # lots are any share on both sides
    if apart(problem, options) and problem.tail.weight <= 0:
        branches = branches or Branches(problem, options)
    else:
        branches = None  # a tail has no branches of its own; idle branches have no cost
    if "evpi" in asked:
        cost, first = _foresight(problem, options, branches)
        ws = _risk(problem, cost)
        out = replace(out, evpi=saved(best, ws), leaf_cost=cost, leaf_first=first)
    if "factors" in asked:
        factors, given_ = {}, {}
        for i, f in enumerate(problem.tree.factors, 1):
            if len({x.get(f.name) for x in problem.tree.labels} - {None}) > 1:
                n = len(problem.tree.factors)
                progress(Told(f"what knowing is worth: {i} of {n}", done=i, total=n + 2))
                factors[f.name], given_[f.name] = _known(problem, plan, f.name, options, branches)
        out = replace(out, factors=factors, given=given_)
    if "vss" in asked:
        out = replace(out, vss=saved(_mean_value(problem, options), best))
    if "flexibility" in asked:
        out = replace(out, flexibility=saved(_static(problem, options), best))
    if "megawatt" in asked:
        out = replace(out, megawatt=_megawatt(plan))
    if "chips" in asked:
        out = replace(out, chips=_chips(plan))
    if "quarter" in asked:
        sooner = solve(_sooner(problem), options)
        out = replace(out, quarter=saved(best, sooner.objective))
    if "do_nothing" in asked:
        out = replace(out, do_nothing=do_nothing(problem, options).objective)
    return out


def saved(cost: float, other: float) -> float:
    """How much less the other plan costs; none where both differ by their sums' rounding alone."""
    return 0.0 if math.isclose(cost, other, rel_tol=ROUNDING) else cost - other


def _risk(problem: PlanProblem, leaf_cost: Array) -> float:
    """(1 - w) mean + w CVaR of costs by leaf."""
    chance = problem.tree.probability[problem.tree.leaves]
    mean = float(chance @ leaf_cost)
    w, level = problem.tail.weight, problem.tail.level
    if w <= 0:
        return mean
    order = np.argsort(-leaf_cost)
    room = 1.0 - level
    take = np.clip(room - (np.cumsum(chance[order]) - chance[order]), 0.0, chance[order])
    return (1 - w) * mean + w * float(take @ leaf_cost[order]) / room


def _foresight(
    problem: PlanProblem, options: Options, branches: Branches | None
) -> tuple[Array, Array]:
    """(cost, first orders) of every history planned alone; the objective of each is its cost."""
    leaves = problem.tree.leaves
    if branches is not None:
        alone = branches.costs(leaves[i : i + 1] for i in range(len(leaves)))
        return np.array(alone), np.array([branches.first_orders(int(n)) for n in leaves])
    sure = replace(problem, tail=replace(problem.tail, weight=0.0))
    cost, first = [], []
    for _, q in wait_and_see(sure):
        found = solve(q, options)
        cost.append(found.objective)
        first.append(found.orders[:, 0])
    return np.array(cost), np.array(first)


def _known(
    problem: PlanProblem,
    plan: Plan,
    factor: str,
    options: Options,
    branches: Branches | None,
) -> tuple[float, dict[str, float]]:
    names = [
        s
        for s in next(f.states for f in problem.tree.factors if f.name == factor)
        if any(x.get(factor) == s for x in problem.tree.labels)
    ]
    live = [s for s in names if _possible(problem, factor, s)]
    if branches is not None:
        tree = problem.tree
        sets = [leaves_given(tree, {factor: s}) for s in live]
        cost = branches.costs(sets)
        known = sum(float(tree.probability[n].sum()) * c for n, c in zip(sets, cost, strict=True))
        return saved(plan.any_share, known), dict(zip(live, cost, strict=True))
    parts = known_early(problem, factor)
    cost = [solve(q, options).objective for _, q in parts]
    if problem.tail.weight > 0:
        known = solve(forest(parts), options).objective
    else:
        known = sum(p * c for (p, _), c in zip(parts, cost, strict=True))
    return saved(plan.any_share, known), dict(zip(live, cost, strict=True))


def _possible(problem: PlanProblem, factor: str, state: str) -> bool:
    tree = problem.tree
    return bool(np.any(tree.probability[tree.leaves_where(factor, state)] > 0))


def _mean_value(problem: PlanProblem, options: Options) -> float:
    """EEV: the first stage of the mean-value plan, the rest re-decided; inf where impossible."""
    mean = solve(expected_path(problem), options)
    fixed = plan_first_stage(mean, first_stage_periods(problem.tree))
    return cost_or_inf(problem, fixed, options)


def _static(problem: PlanProblem, options: Options) -> float:
    try:
        return solve(problem, replace(options, tie="static")).objective
    except InfeasibleError:
        return float("inf")


def _sooner(problem: PlanProblem) -> PlanProblem:
    offers = tuple(
        replace(o, lead_months=max(o.lead_months - QUARTER_MONTHS, 0.0)) for o in problem.offers
    )
    return replace(problem, offers=offers)


def _megawatt(plan: Plan) -> dict[str, float]:
    """Hall → worth of one more megawatt wherever it has power.

    A hall without power yet has a price too, but not a unique one: the first megawatt of nothing.
    """
    number = {s.id: i for i, s in enumerate(plan.problem.sites)}
    out = dict.fromkeys(number, 0.0)
    for price in plan.prices:
        ours = price.family == "power" and price.unit == "MW" and price.item in number
        if ours and plan.energised_mw[number[price.item], price.node] > 0:
            out[price.item] += max(price.value, 0.0)
    return out


def _chips(plan: Plan) -> dict[str, dict[str, float]]:
    tree = plan.problem.tree
    out: dict[str, dict[str, float]] = {}
    for price in plan.prices:
        if price.family == "supply" and price.value > 0:
            period = str(tree.periods[tree.period.item(price.node)])
            row = out.setdefault(price.item, {})
            row[period] = row.get(period, 0.0) + THOUSAND * price.value
    return out
