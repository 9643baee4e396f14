"""What takes many plans more: price curves, ranges, regret, prices that tip, doing nothing.

`outlay plan --deep` asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.periods import HOURS_PER_YEAR
from outlay.planning.problem.types import Offer
from outlay.planning.programme.draft import WHOLE, Options
from outlay.planning.result import Plan
from outlay.results.plans.worth import Chance, Deep, Hinge, PriceTaken, Range, Regret
from outlay.results.study import Number

if TYPE_CHECKING:
    from outlay.planning.answers.tipping import Tip
    from outlay.planning.answers.value import Values
    from outlay.planning.answers.what_if import WhatIf
    from outlay.planning.solver.tree.branches import Branches

__all__ = ["deep_of", "hinges", "licensed", "regrets"]

FACTORS = (1.0, 1.25, 1.5, 2.0, 3.0, 5.0)
"""Times the price of today. 1.25 is a levy of a quarter of the sale on top."""
SURE = 1e-9
"""Chances nearer to 0 or 1 are 0 or 1, but for rounding."""
TOLERANCES = (0.01, 0.02, 0.05)
MOST_OFFERS = 5
"""Offers whose ranges are asked for: the dearest orders of the first period."""
MOST_PRICES = 4
"""Offers whose prices are asked for, each in some ten plans: the dearest orders."""
NEAR_OFFERS = 2
"""Offers not ordered now whose prices are asked for: the nearest to an order."""
ASSUMED = ("assumption", "guess")
"""Grades of numbers that nobody has given."""


def _caps(plan: Plan, offer: Offer, factor: str) -> dict[str, float]:
    """State of `factor` → most chips of the offer that any node in it lets in."""
    tree, caps = plan.problem.tree, dict[str, float]()
    for n in range(len(tree)):
        state = tree.labels[n].get(factor)
        if state is not None:
            caps[state] = max(caps.get(state, 0.0), offer.delivery_cap.item(n))
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


def chances(plan: Plan, what_if: WhatIf | None = None) -> tuple[Chance, ...]:
    """From what chance of the best state on a licensed offer's first order is placed."""
    from outlay.planning.answers.alternatives import break_even_probability

    tree, out = plan.problem.tree, []
    for factor, group in licensed(plan).values():
        number = next(i for i, o in enumerate(plan.problem.offers) if o.id == group[0])
        found = _caps(plan, plan.problem.offers[number], factor)
        states = next(f.states for f in tree.factors if f.name == factor)
        best = max(states, key=lambda s: found.get(s, 0.0))
        stated = sum(
            tree.probability.item(n) for n in tree.leaves if tree.labels[n].get(factor) == best
        )
        if not SURE < stated < 1 - SURE:  # there is no other chance to compare with
            continue
        at = break_even_probability(plan.problem, factor, best, group[0], 0.02, what_if)
        now = float(plan.orders[number, tree.roots].sum())
        out.append(Chance(group[0], factor, best, stated, at, now))
    return tuple(out)


def _dearest(plan: Plan) -> list[str]:
    """Offers ordered in the first period, dearest order first; a lease by a year's rent."""
    roots = plan.problem.tree.roots
    spend = {
        o.id: float(
            (plan.orders[i, roots] * (o.price[roots] + o.rent_hour[roots] * HOURS_PER_YEAR)).sum()
        )
        for i, o in enumerate(plan.problem.offers)
    }
    return [k for k in sorted(spend, key=lambda k: -spend[k]) if spend[k] > 0]


def _solved_as(plan: Plan) -> Options:
    """How the plan was solved: in whole lots where the study states any."""
    return Options() if plan.rounding is None else WHOLE


def ranges(plan: Plan, branches: Branches | None = None) -> tuple[Range, ...]:
    """How far the dearest first orders may move while the plan stays nearly as good."""
    from outlay.planning.answers.alternatives import near_optimal

    names = _dearest(plan)[:MOST_OFFERS]
    if not names:
        return ()
    roots = plan.problem.tree.roots
    planned = {o.id: float(plan.orders[i, roots].sum()) for i, o in enumerate(plan.problem.offers)}
    found = near_optimal(
        plan.problem, TOLERANCES, names, _solved_as(plan), branches=branches, planned=planned
    )
    found.sort(key=lambda r: (names.index(r.offer), r.tolerance))
    return tuple(found)


def regrets(
    plan: Plan, what_if: WhatIf, approved: Mapping[str, float] | None = None
) -> tuple[Regret, ...]:
    """Candidate first decisions with the tree decided anew after each, least regret first."""
    from outlay.planning.answers.regret import regret_table

    found = regret_table(plan, what_if, approved)
    chance = plan.problem.tree.probability[plan.problem.tree.leaves]
    out = []
    for candidate, more, by_leaf in zip(found.candidates, found.more, found.by_leaf, strict=True):
        if not np.isfinite(more):
            out.append(Regret(_short(candidate), candidate, None, None, "", None, "", None, {}))
            continue
        # A difference that is the solver's rounding is none.
        small = SURE * max(1.0, abs(plan.objective))
        cost = np.where(np.abs(by_leaf) <= small, 0.0, by_leaf)
        worst, best = int(np.argmax(cost)), int(np.argmin(cost))
        out.append(
            Regret(
                name=_short(candidate),
                decided=candidate,
                mean=float(more),
                worst=cost.item(worst),
                where=found.leaves[worst],
                best=cost.item(best),
                best_where=found.leaves[best],
                better=float(chance[cost < 0].sum()),
                by_branch=dict(zip(found.leaves, cost.tolist(), strict=True)),
            )
        )
    own = out[0]  # the plan's, before those that cost as much
    rest = sorted(out[1:], key=lambda r: (np.inf if r.mean is None else r.mean, r.decided))
    return (own, *rest)


def hinges(plan: Plan, what_if: WhatIf, ledger: Sequence[Number]) -> tuple[Hinge, ...]:
    """The prices that first orders hang on: those of the orders, and of what is near to one."""
    from outlay.planning.answers.tipping import near_offers, tips

    numbers = {o.id: _priced(ledger, o.id) for o in plan.problem.offers}
    priced = {k: x for k, x in numbers.items() if x is not None and x.value > 0}
    assumed = [k for k, x in priced.items() if x.grade in ASSUMED]
    placed = [k for k in _dearest(plan) if k in priced][:MOST_PRICES]
    near = near_offers(what_if, plan.problem, priced)
    near.sort(key=lambda k: k not in assumed)  # stable: the nearest of each first
    own = [*placed, *near[:NEAR_OFFERS]]
    found = tips(what_if, plan.problem, own, [k for k in own if k in assumed])
    out = [_hinge(tip, priced[tip.of]) for tip in found]
    return tuple(
        sorted(out, key=lambda h: (not h.assumed, abs(np.log(h.at / h.stated)), h.offer, h.of))
    )


def _hinge(tip: Tip, price: Number) -> Hinge:
    at = price.value * tip.factor
    ranged = price.low is not None or price.high is not None
    low = price.value if price.low is None else price.low
    high = price.value if price.high is None else price.high
    return Hinge(
        offer=tip.offer,
        of=tip.of,
        what="rent" if price.path.startswith(f"supply.{tip.of}.rent") else "price",
        grade=price.grade,
        assumed=price.grade in ASSUMED,
        stated=price.value,
        at=at,
        unit=price.unit,
        inside=low <= at <= high if ranged else None,
        now=tip.now,
        then=tip.then,
    )


def _priced(ledger: Sequence[Number], offer: str) -> Number | None:
    """The ledger's number of an offer's price, or of its rent where it has no price."""
    for field in ("price", "rent"):
        path = f"supply.{offer}.{field}"
        for x in ledger:
            if x.path == path or x.path.startswith(f"{path}."):
                return x
    return None


def _short(candidate: str) -> str:
    """`as if 2027-Q4 licence.h200=granted demand=high` as a picture has room for it."""
    states = [part.split("=")[1] for part in candidate.split() if "=" in part]
    return "as if " + ", ".join(states) if states else candidate


def deep_of(
    plan: Plan,
    values: Values,
    progress: Callable[[str], None] = lambda _: None,
    *,
    branches: Branches | None = None,
    ledger: Sequence[Number] = (),
    approved: Mapping[str, float] | None = None,
) -> Deep:
    """All of it for a solved plan. values: `planning.value.values`, with factors and do_nothing.

    branches: those that the plan was solved from. ledger: the study's numbers. approved: first
    orders of the last approved plan.
    """
    from outlay.planning.answers.what_if import WhatIf

    progress("how dear a licensed chip may be")
    curve = price_curve(plan, values.given)
    # The shape of the programme that the plan was solved as, so that its basis is a start.
    what_if = WhatIf(plan.problem, _solved_as(plan), branches)
    progress("prices that first orders hang on")
    hanging = hinges(plan, what_if, ledger)
    progress("from what chance on it is ordered")
    even = chances(plan, what_if)
    progress("regret of first decisions")
    sorry = regrets(plan, what_if, approved)
    progress("plans nearly as good")
    idle = values.do_nothing
    return Deep(
        price_curve=curve,
        break_even_chance=even,
        near_optimal=ranges(plan, branches),
        regret=sorry,
        hinges=hanging,
        do_nothing=None if idle is None else idle - plan.objective,
    )
