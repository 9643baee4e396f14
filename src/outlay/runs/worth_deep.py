"""What takes many plans more: price curves, ranges, regret, chances and doing nothing.

Each is a table, a sentence and the numbers of a picture; `outlay plan --deep` asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from outlay.core.formats import format_money, format_number
from outlay.planning.result import Plan
from outlay.runs.tables import column, table

__all__ = ["Deep", "deep_of", "licensed"]

FACTORS = (1.0, 1.25, 1.5, 2.0, 3.0, 5.0)
"""Times the price of today. 1.25 is a levy of a quarter of the sale on top."""
NONE = 0.5
"""Expected chips that are as good as none."""
SURE = 1e-9
"""Chances nearer to 0 or 1 are 0 or 1, but for rounding."""
TOLERANCES = (0.01, 0.02, 0.05)
MOST_OFFERS = 5
"""Offers whose ranges are asked for: the dearest orders of the first period."""


@dataclass(frozen=True)
class Deep:
    """Tables by name, sentences, and rows for pictures by name."""

    tables: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def licensed(plan: Plan) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Offer → (factor that opens or shuts its door, it and its call-off), in the plan's order."""
    tree, out = plan.problem.tree, {}
    for o in plan.problem.offers:
        base = o.id.split(":")[0]
        for f in tree.factors:
            caps: dict[str, float] = {}
            for n in range(len(tree)):
                state = tree.labels[n].get(f.name)
                if state is not None:
                    caps[state] = max(caps.get(state, 0.0), float(o.delivery_cap[n]))
            if caps and min(caps.values()) <= 0 < max(caps.values()) and base not in out:
                group = tuple(x.id for x in plan.problem.offers if x.id.split(":")[0] == base)
                out[base] = (f.name, group)
    return out


def _price_curve(
    plan: Plan, given: Mapping[str, Mapping[str, float]], deep: dict[str, Any]
) -> None:
    """How dear a licensed chip may become before others take its place, where it is let in."""
    from outlay.planning.alternatives import bought_at
    from outlay.planning.remap import given as certain

    rows, said, points = [], [], []
    for name, (factor, group) in licensed(plan).items():
        costs = given.get(factor)
        if not costs:
            continue
        best = min(costs, key=lambda s: costs[s])
        taken = bought_at(certain(plan.problem, {factor: best})[1], group, FACTORS)
        state = f"{factor} {best}"
        rows += [
            [name, state, f, n, n / taken[0] if taken[0] > 0 else None]
            for f, n in zip(FACTORS, taken, strict=True)
        ]
        points += [
            {"offer": name, "factor": f, "chips": n} for f, n in zip(FACTORS, taken, strict=True)
        ]
        said.append(f"Where {factor} is {best}, {_as_it_rises(name, taken)}.")
    if rows:
        deep["tables"]["price_curve"] = table(
            "Chips taken, expected, as their price rises, in the state shown",
            [column("offer", number=False), column("state", number=False),
             column("times the price"), column("chips"),
             column("of those at today's price", "share")],
            rows,
        )  # fmt: skip
        deep["rows"]["price_curve"] = points
        deep["notes"] += said


def _as_it_rises(name: str, taken: Sequence[float]) -> str:
    """What `taken` chips at each of FACTORS says, as the rest of a sentence."""
    if taken[0] <= NONE:
        return f"no chip of {name} comes in even at today's price"
    pairs = list(zip(FACTORS, taken, strict=True))
    gone = next((f for f, n in pairs if n <= NONE), None)
    half = next((f for f, n in pairs if n < taken[0] / 2), None)
    middle = "" if half in (None, gone) else f", fewer than half of them from {half:g} times on"
    until = (
        f"even at {FACTORS[-1]:g} times its price {format_number(taken[-1], 3)} are taken"
        if gone is None
        else f"from {gone:g} times its price on none is taken"
    )
    return (
        f"{format_number(taken[0], 3)} chips of {name} come in at today's price and "
        f"{format_number(taken[1], 3)} with a quarter on top{middle}; {until}"
    )


def _chances(plan: Plan, deep: dict[str, Any]) -> None:
    """From what chance of the best state on a licensed offer's first order is placed."""
    from outlay.planning.alternatives import break_even_probability

    tree, rows = plan.problem.tree, []
    for factor, group in licensed(plan).values():
        number = next(i for i, o in enumerate(plan.problem.offers) if o.id == group[0])
        caps = {
            s: max(
                (
                    float(plan.problem.offers[number].delivery_cap[n])
                    for n in range(len(tree))
                    if tree.labels[n].get(factor) == s
                ),
                default=0.0,
            )
            for s in next(f.states for f in tree.factors if f.name == factor)
        }
        best = max(caps, key=lambda s: caps[s])
        now = sum(
            float(tree.probability[n]) for n in tree.leaves if tree.labels[n].get(factor) == best
        )
        if not SURE < now < 1 - SURE:  # there is no other chance to compare with
            continue
        at = break_even_probability(plan.problem, factor, best, group[0], tolerance=0.02)
        ordered = float(plan.orders[number, tree.roots].sum())
        rows.append([group[0], f"{factor} {best}", now, at, ordered])
        state = f"of {factor} being {best} (the study says {100 * now:.0f} %)"
        words = (
            f"ordered in the first period whatever the chance {state}"
            if at <= 0
            else f"not ordered in the first period whatever the chance {state}"
            if at >= 1
            else f"ordered in the first period from a chance of {100 * at:.0f} % on {state}"
        )
        deep["notes"].append(f"{group[0]} is {words}.")
    if rows:
        deep["tables"]["break_even_chance"] = table(
            "The chance of the state from which on the chip is ordered in the first period",
            [column("offer", number=False), column("state", number=False),
             column("chance in the study", "share"), column("ordered from", "share"),
             column("chips ordered now")],
            rows,
        )  # fmt: skip


def _ranges(plan: Plan, deep: dict[str, Any]) -> None:
    """How far the first orders may move while the plan stays nearly as good."""
    from outlay.planning.alternatives import near_optimal

    roots = plan.problem.tree.roots
    spend = {
        o.id: float((plan.orders[i, roots] * (o.price[roots] + o.rent_hour[roots] * 8766)).sum())
        for i, o in enumerate(plan.problem.offers)
    }
    names = [k for k in sorted(spend, key=lambda k: -spend[k]) if spend[k] > 0][:MOST_OFFERS]
    if not names:
        return
    found = near_optimal(plan.problem, TOLERANCES, names)
    found.sort(key=lambda r: (names.index(r.offer), r.tolerance))
    rows = [[r.offer, r.tolerance, r.low, r.best, r.high] for r in found]
    deep["tables"]["near_optimal"] = table(
        "First orders: least and most that a plan nearly as good may place",
        [column("offer", number=False), column("dearer by at most", "share"),
         column("least"), column("this plan"), column("most")],
        rows,
    )  # fmt: skip
    deep["rows"]["near_optimal"] = [
        {"offer": r.offer, "tolerance": r.tolerance, "low": r.low, "best": r.best, "high": r.high}
        for r in found
    ]
    one = [r for r in found if r.tolerance == TOLERANCES[0]]
    firm = [r.offer for r in one if r.no_regret]
    loose = [r.offer for r in one if not r.no_regret]
    parts = []
    if firm:
        parts.append(f"every plan within 1 % of the best orders {', '.join(firm)} now")
    if loose:
        parts.append(f"{', '.join(loose)} may be left out at less than 1 % more cost")
    deep["notes"].append(f"Of the dearest first orders, {'; '.join(parts)}.")


def _regrets(plan: Plan, deep: dict[str, Any], currency: str) -> None:
    """Candidate first years in every history: what each would be sorry for."""
    from outlay.planning.decisions import regret_table

    found = regret_table(plan)
    worst = found.worst()
    mean = {
        c: float(np.dot(found.probability, r))
        for c, r in zip(found.candidates, found.regret, strict=True)
    }
    where = {
        c: found.leaves[int(np.argmax(r))]
        for c, r in zip(found.candidates, found.regret, strict=True)
    }
    order = sorted(found.candidates, key=lambda c: (worst[c], c))
    deep["tables"]["regret"] = table(
        f"Regret of what is decided first, over the best in each history, {currency}",
        [column("decided as", number=False), column("worst", "bn"), column("expected", "bn"),
         column("worst where", number=False)],
        [[c, worst[c] if np.isfinite(worst[c]) else None,
          mean[c] if np.isfinite(mean[c]) else None, where[c]] for c in order],
    )  # fmt: skip
    deep["rows"]["regret"] = [
        {"name": _short(c), "worst": worst[c], "mean": mean[c]}
        for c in order
        if np.isfinite(worst[c])
    ]
    safest = order[0]
    deep["notes"].append(
        "The plan's first decisions are regretted by at most "
        f"{format_money(worst['plan'], currency)} ({where['plan']}); the least worst regret is "
        f"{format_money(worst[safest], currency)}, "
        f"of deciding {safest if safest != 'plan' else 'as planned'}."
    )


def _short(candidate: str) -> str:
    """`as if 2027-Q4 licence.h200=granted demand=high` as a picture has room for it."""
    states = [part.split("=")[1] for part in candidate.split() if "=" in part]
    return "as if " + ", ".join(states) if states else candidate


def _nothing(plan: Plan, values: Any, deep: dict[str, Any], currency: str) -> None:
    if values.do_nothing is None:
        return
    gap = values.do_nothing - plan.objective
    deep["notes"].append(
        f"Doing nothing (no new order, lease or hall; what stands goes on) costs "
        f"{format_money(gap, currency)} more than the plan."
    )


def deep_of(
    plan: Plan, values: Any, currency: str, progress: Callable[[str], None] = lambda _: None
) -> Deep:
    """All of it for a solved plan. values: `planning.value.values`, with factors and do_nothing."""
    deep: dict[str, Any] = {"tables": {}, "notes": [], "rows": {}}
    _nothing(plan, values, deep, currency)
    progress("how dear a licensed chip may be")
    _price_curve(plan, values.given, deep)
    progress("from what chance on it is ordered")
    _chances(plan, deep)
    progress("regret of first decisions")
    _regrets(plan, deep, currency)
    progress("plans nearly as good")
    _ranges(plan, deep)
    return Deep(deep["tables"], tuple(deep["notes"]), deep["rows"])
