"""What takes many plans more: price curves, ranges, regret, chances and doing nothing.

`outlay plan --deep` asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.periods import HOURS_PER_YEAR
from outlay.planning.problem.types import Offer
from outlay.planning.result import Plan
from outlay.results.plans.worth import Chance, Deep, PriceTaken, Range, Regret

if TYPE_CHECKING:
    from outlay.planning.answers.value import Values

__all__ = ["deep_of", "licensed"]

FACTORS = (1.0, 1.25, 1.5, 2.0, 3.0, 5.0)
"""Times the price of today. 1.25 is a levy of a quarter of the sale on top."""
SURE = 1e-9
"""Chances nearer to 0 or 1 are 0 or 1, but for rounding."""
TOLERANCES = (0.01, 0.02, 0.05)
MOST_OFFERS = 5
"""Offers whose ranges are asked for: the dearest orders of the first period."""


def _caps(plan: Plan, offer: Offer, factor: str) -> dict[str, float]:
    """State of `factor` → most chips of the offer that any node in it lets in."""
    tree, caps = plan.problem.tree, dict[str, float]()
    for n in range(len(tree)):
        state = tree.labels[n].get(factor)
        if state is not None:
            caps[state] = max(caps.get(state, 0.0), float(offer.delivery_cap[n]))
    return caps


def licensed(plan: Plan) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Offer → (factor that opens or shuts its door, it and its call-off), in the plan's order."""
    out: dict[str, tuple[str, tuple[str, ...]]] = {}
    for o in plan.problem.offers:
        base = o.id.split(":")[0]
        for f in plan.problem.tree.factors:
            caps = _caps(plan, o, f.name)
            if caps and min(caps.values()) <= 0 < max(caps.values()) and base not in out:
                group = tuple(x.id for x in plan.problem.offers if x.id.split(":")[0] == base)
                out[base] = (f.name, group)
    return out


def price_curve(plan: Plan, given: Mapping[str, Mapping[str, float]]) -> tuple[PriceTaken, ...]:
    """How dear a licensed chip may become before others take its place, where it is let in."""
    from outlay.planning.answers.alternatives import bought_at
    from outlay.planning.problem.remap import given as certain

    out = []
    for name, (factor, group) in licensed(plan).items():
        costs = given.get(factor)
        if not costs:
            continue
        best = min(costs, key=lambda s: costs[s])
        taken = bought_at(certain(plan.problem, {factor: best})[1], group, FACTORS)
        out += [
            PriceTaken(name, f, n, n / taken[0] if taken[0] > 0 else None, factor, best)
            for f, n in zip(FACTORS, taken, strict=True)
        ]
    return tuple(out)


def chances(plan: Plan) -> tuple[Chance, ...]:
    """From what chance of the best state on a licensed offer's first order is placed."""
    from outlay.planning.answers.alternatives import break_even_probability

    tree, out = plan.problem.tree, []
    for factor, group in licensed(plan).values():
        number = next(i for i, o in enumerate(plan.problem.offers) if o.id == group[0])
        found = _caps(plan, plan.problem.offers[number], factor)
        states = next(f.states for f in tree.factors if f.name == factor)
        best = max(states, key=lambda s: found.get(s, 0.0))
        stated = sum(
            float(tree.probability[n]) for n in tree.leaves if tree.labels[n].get(factor) == best
        )
        if not SURE < stated < 1 - SURE:  # there is no other chance to compare with
            continue
        at = break_even_probability(plan.problem, factor, best, group[0], tolerance=0.02)
        now = float(plan.orders[number, tree.roots].sum())
        out.append(Chance(group[0], factor, best, stated, at, now))
    return tuple(out)


def ranges(plan: Plan) -> tuple[Range, ...]:
    """How far the dearest first orders may move while the plan stays nearly as good."""
    from outlay.planning.answers.alternatives import near_optimal

    roots = plan.problem.tree.roots
    spend = {
        o.id: float(
            (plan.orders[i, roots] * (o.price[roots] + o.rent_hour[roots] * HOURS_PER_YEAR)).sum()
        )
        for i, o in enumerate(plan.problem.offers)
    }
    names = [k for k in sorted(spend, key=lambda k: -spend[k]) if spend[k] > 0][:MOST_OFFERS]
    if not names:
        return ()
    found = near_optimal(plan.problem, TOLERANCES, names)
    found.sort(key=lambda r: (names.index(r.offer), r.tolerance))
    return tuple(found)


def regrets(plan: Plan) -> tuple[Regret, ...]:
    """Candidate first periods in every history: what each would be sorry for, least worst first."""
    from outlay.planning.answers.decisions import regret_table

    found = regret_table(plan)
    out = []
    for candidate, regret in zip(found.candidates, found.regret, strict=True):
        worst, mean = float(regret.max()), float(np.dot(found.probability, regret))
        out.append(
            Regret(
                name=_short(candidate),
                decided=candidate,
                worst=worst if np.isfinite(worst) else None,
                mean=mean if np.isfinite(mean) else None,
                where=found.leaves[int(np.argmax(regret))],
            )
        )
    return tuple(sorted(out, key=lambda r: (np.inf if r.worst is None else r.worst, r.decided)))


def _short(candidate: str) -> str:
    """`as if 2027-Q4 licence.h200=granted demand=high` as a picture has room for it."""
    states = [part.split("=")[1] for part in candidate.split() if "=" in part]
    return "as if " + ", ".join(states) if states else candidate


def deep_of(plan: Plan, values: Values, progress: Callable[[str], None] = lambda _: None) -> Deep:
    """All of it for a solved plan. values: `planning.value.values`, with factors and do_nothing."""
    progress("how dear a licensed chip may be")
    curve = price_curve(plan, values.given)
    progress("from what chance on it is ordered")
    even = chances(plan)
    progress("regret of first decisions")
    sorry = regrets(plan)
    progress("plans nearly as good")
    idle = values.do_nothing
    return Deep(
        price_curve=curve,
        break_even_chance=even,
        near_optimal=ranges(plan),
        regret=sorry,
        do_nothing=None if idle is None else idle - plan.objective,
    )
