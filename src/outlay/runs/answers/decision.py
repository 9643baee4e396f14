"""Facts of question 3: what to order now, what waits, and what then in each branch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np

from outlay.core.arrays import Array, BoolArray
from outlay.planning.problem.tree import Tree
from outlay.planning.result import Plan, Price
from outlay.results.plans.answers import (
    Binding,
    Commitment,
    Conditional,
    Decision,
    ProcessorSpend,
    Waiting,
)
from outlay.results.plans.lines import Expansion
from outlay.results.plans.rows import Budget, Order
from outlay.runs.answers.tables import paid_in_first_year

__all__ = [
    "MOVABLE",
    "OPENING",
    "branch_factors",
    "conditional_orders",
    "decision_of",
    "may_be_refused",
    "megawatts_there",
    "saved_by",
]

OPENING = "opening cash"
"""What is named where the floor of cash binds: money that somebody could add."""

Basis = Literal["per period", "in all", ""]
MOVABLE = ("supply", "power", "expansion", "budget", "share", "cash")
"""Kinds of limit that somebody can move; what is left is work and the chips that do it."""
FLOORS = ("cash", "share")
"""Of these, limits from below: less of them is what saves."""
MOST_LIMITS = 25
TENTH = 0.1
SWING = 1000.0
"""Chips by which a state must move an offer's orders for it to be called held back."""
NO_TERMS: Mapping[str, float] = MappingProxyType({})
PART = 1e-3
"""Part of a chip from which on an order is not whole; less is the solver's rounding."""


def branch_factors(tree: Tree) -> dict[str, str]:
    """Factors that split the tree after the root, by when they are seen: name → period."""
    inside = [f for f in tree.factors if 0 < f.reveal < len(tree.periods)]
    return {f.name: str(tree.periods[f.reveal]) for f in sorted(inside, key=lambda f: f.reveal)}


def conditional_orders(
    orders: Iterable[Order], tree: Tree, factor: str, terms: Mapping[str, float] = NO_TERMS
) -> dict[str, dict[str, float]]:
    """offer → state of `factor` → chips expected to be ordered once that state is known.

    terms: offer → months after which its chips are given back; what is then ordered anew counts
    once: of each history the most that is ordered and not yet given back.
    """
    placed: dict[str, Array] = {}
    for r in orders:
        if factor in tree.labels[r.node]:
            placed.setdefault(r.offer, np.zeros(len(tree)))[r.node] += r.quantity
    paths = tree.ancestor[tree.leaves]  # [leaf, period]
    chance: Array = tree.probability[tree.leaves]
    states = [tree.labels[int(n)].get(factor) for n in tree.leaves]
    known = {s: np.array([x == s for x in states]) for s in states if s is not None}
    out = {}
    for offer, quantity in placed.items():
        along = np.where(paths >= 0, quantity[paths], 0.0)  # [leaf, period]
        most = (along @ _still_there(tree, terms.get(offer, np.inf))).max(axis=1)
        out[offer] = {
            s: float((chance * most)[here].sum() / max(chance[here].sum(), 1e-12))
            for s, here in known.items()
        }
    return out


def _still_there(tree: Tree, months: float) -> Array:
    """[ordered, later]: 1 where what a period orders for so many months is still there later."""
    starts = np.array([p.ordinal for p in tree.periods], dtype=float)
    age = starts[None, :] - starts[:, None]
    return np.asarray(((age >= 0) & ((age < months) | (age == 0))).astype(float))


def _terms(plan: Plan) -> dict[str, float]:
    """Offer → months after which its chips are given back; what is bought stays."""
    return {
        o.id: 0.0 if o.kind == "spot" else o.term_months
        for o in plan.offers
        if o.kind not in ("purchase", "finance_lease")
    }


def _conditional(
    orders: Sequence[Order],
    tree: Tree,
    factors: Mapping[str, str],
    terms: Mapping[str, float] = NO_TERMS,
) -> tuple[Conditional, ...]:
    out = []
    for factor, period in factors.items():
        states = next(f.states for f in tree.factors if f.name == factor)
        for offer, row in conditional_orders(orders, tree, factor, terms).items():
            by_state = {s: row.get(s, 0.0) for s in states}
            gain = {
                s: n - float(np.mean([m for r, m in by_state.items() if r != s]))
                for s, n in by_state.items()
                if len(by_state) > 1
            }
            out.append(Conditional(factor, period, offer, by_state, gain))
    return tuple(out)


@dataclass
class _Bound:
    """A limit that binds somewhere: chance summed over nodes, price, where, whether over a path."""

    chance: float = 0.0
    value: float = 0.0
    tenth: float = 0.0
    nodes: list[int] = field(default_factory=list)
    basis: Basis = ""


def megawatts_there(plan: Plan, price: Price) -> float:
    """Megawatts of the hall or under the ceiling that a price of power is about.

    Where there are none yet it has a price too, but not a unique one: the first one of nothing.
    """
    number = {s.id: i for i, s in enumerate(plan.problem.sites)}
    hall = number.get(price.item)
    return price.limit if hall is None else float(plan.energised_mw[hall, price.node])


def saved_by(price: Price) -> float:
    """What moving a limit by a unit saves: a ceiling up, a floor down."""
    return -price.value if price.family in FLOORS else price.value


def _size(plan: Plan, price: Price) -> float | None:
    """How much there is of what a price limits, None where its worth counts for nothing.

    More cash at the start lowers the floor of cash by as much in every period.
    """
    if price.family == "cash":
        cash = plan.problem.cash
        return None if cash is None else max(cash.start, 0.0) or None
    if price.family == "power" and price.unit == "MW":
        return megawatts_there(plan, price) or None
    return price.limit if np.isfinite(price.limit) else 0.0


def _binding(plan: Plan) -> tuple[Binding, ...]:
    """Limits that somebody can move and that bind somewhere: what a tenth more saves, most first.

    A megawatt, a chip and a unit of money do not compare; a tenth more of each does.
    """
    tree = plan.problem.tree
    total = {o.id: o.total_cap for o in plan.offers}
    merged: dict[tuple[str, str, str], _Bound] = {}
    for p in plan.prices:
        size = _size(plan, p) if p.family in MOVABLE else None
        if size is not None and p.binding and abs(p.value) > 0:
            cash = p.family == "cash"
            saves = saved_by(p) if cash else p.value
            item = OPENING if cash else p.item
            row = merged.setdefault((p.family, item, p.unit), _Bound())
            row.chance += tree.probability.item(p.node)
            row.value += saves
            row.tenth += TENTH * saves * size
            row.nodes.append(p.node)
            if p.family == "supply" and p.item in total:
                row.basis = "in all" if np.isclose(p.limit, total[p.item]).any() else "per period"
    out = []
    for (family, item, unit), row in merged.items():
        chance, states = _where(tree, row.nodes)
        share = row.chance / len(tree.periods)
        out.append(
            Binding(item, family, row.basis, chance, states, share, row.value, row.tenth, unit)
        )
    return tuple(sorted(out, key=lambda r: (-r.tenth, -abs(r.value)))[:MOST_LIMITS])


def _where(tree: Tree, nodes: Sequence[int]) -> tuple[float, tuple[str, ...]]:
    """Chance of passing one of `nodes`, and the states that the branches through them share.

    No states where that is every branch, or where states alone do not tell them from the others.
    """
    through = np.any(np.isin(tree.ancestor[tree.leaves], nodes), axis=1)
    chance = float(tree.probability[tree.leaves[through]].sum())
    every = _states_of(tree, tree.leaves)
    kept = _states_of(tree, tree.leaves[through])
    alike = [
        all(tree.labels[int(n)].get(f, "") in states for f, states in kept.items())
        for n in tree.leaves
    ]
    if alike != through.tolist():
        return chance, ()
    some = {f: states for f, states in kept.items() if len(states) < len(every[f])}
    return chance, tuple(f"{f}={s}" for f, states in some.items() for s in states)


def _states_of(tree: Tree, leaves: Iterable[int]) -> dict[str, tuple[str, ...]]:
    """Factor → its states on some of the leaves, as the tree has them."""
    out: dict[str, dict[str, None]] = {}
    for n in leaves:
        for factor, state in tree.labels[int(n)].items():
            out.setdefault(factor, {})[state] = None
    return {f: tuple(states) for f, states in out.items()}


def may_be_refused(plan: Plan) -> set[str]:
    """Offers whose first orders some branch does not let in when they are due."""
    tree = plan.problem.tree
    out = set()
    for o in plan.offers:
        due: BoolArray = tree.period == np.searchsorted(tree.lag_period(o.lead_months), 0)
        caps: Array = o.delivery_cap[due]
        if caps.size and caps.min() <= 0 < caps.max():
            out.add(o.id)
    return out


def _commitment(
    plan: Plan, now: Sequence[Order], refusable: set[str], power: Sequence[Expansion]
) -> Commitment:
    """What the first orders commit: for certain, only if a licence comes, rent, and power."""
    return Commitment(
        bought=sum(r.spend for r in now if r.offer not in refusable),
        hoped=sum(r.spend for r in now if r.offer in refusable),
        rent=sum(r.rent for r in now) + sum(x.rent for x in power),
        power=sum(x.spend for x in power),
    )


def _held_back(plan: Plan, orders: Sequence[Order], factors: Iterable[str]) -> tuple[Waiting, ...]:
    """Offers that could be ordered now, are not, and whose first orders depend on a state."""
    tree = plan.problem.tree
    now = {r.offer for r in orders if tree.parent[r.node] < 0}
    out = []
    for o in plan.offers:
        if o.order_cap[0] > 0 and o.delivery_cap.max() > 0 and o.id not in now:
            out += _waits(tree, [r for r in orders if r.offer == o.id], factors)
    return tuple(sorted(out, key=lambda w: -w.swing))


def _waits(tree: Tree, mine: Sequence[Order], factors: Iterable[str]) -> list[Waiting]:
    """What the first orders of an offer wait for: what is news in their period, if it tells."""
    first = min((int(tree.period[r.node]) for r in mine if r.quantity >= SWING), default=-1)
    mine = _placed_in(first, mine, tree)
    known = {f.name: f.reveal for f in tree.factors if f.name in factors and f.reveal <= first}
    swing = {f: _swing(mine, tree, f) for f in known}
    tell = [f for f in known if swing[f] >= SWING]
    if not tell:
        return []
    last = max(known[f] for f in tell)
    names = tuple(f for f in tell if known[f] == last)
    period = str(tree.periods[first])
    return [Waiting(mine[0].offer, names, period, max(swing[f] for f in names))]


def _placed_in(period: int, orders: Sequence[Order], tree: Tree) -> list[Order]:
    return [r for r in orders if tree.period[r.node] == period]


def _swing(orders: Sequence[Order], tree: Tree, factor: str) -> float:
    """By how many chips, expected, a factor's states move orders of one offer."""
    rows = [tuple(row.values()) for row in conditional_orders(orders, tree, factor).values()]
    return max((max(row) - min(row) for row in rows), default=0.0)


def _not_whole(plan: Plan, now: Iterable[Order]) -> tuple[str, ...]:
    """Offers without a lot of which the first orders are no whole number of chips."""
    free = {o.id for o in plan.offers if not o.lot}
    found = (r.offer for r in now if abs(r.quantity - round(r.quantity)) > PART)
    return tuple(dict.fromkeys(k for k in found if k in free))


def _processors(plan: Plan, budgets: Iterable[Budget], first_month: int) -> ProcessorSpend | None:
    """How much of the processor budget the branches can spend in the first year."""
    limit = next((b for b in budgets if b.kind == "processors"), None)
    if limit is None:
        return None
    spent = paid_in_first_year(plan, first_month, "processors")
    return ProcessorSpend(
        year=limit.year,
        low=float(spent.min()),
        high=float(spent.max()),
        authorised=limit.amount,
        full=bool((spent >= limit.amount * 0.999).any()),
    )


def decision_of(
    plan: Plan,
    orders: Sequence[Order],
    budgets: Iterable[Budget],
    first_month: int,
    expansions: Iterable[Expansion] = (),
) -> Decision:
    """What to order now, what waits for which state, and which limits stand in the way."""
    tree = plan.problem.tree
    now = [r for r in orders if tree.parent[r.node] < 0]
    power = [x for x in expansions if tree.parent[x.node] < 0]
    factors = branch_factors(tree)
    conditional = _conditional(orders, tree, factors, _terms(plan))
    refusable = may_be_refused(plan)
    placed = {r.offer for r in now}
    return Decision(
        commitment=_commitment(plan, now, refusable, power),
        may_be_refused=tuple(sorted(placed & refusable)),
        held_back=_held_back(plan, orders, factors),
        factors=factors,
        states={f.name: tuple(f.states) for f in tree.factors if f.name in factors},
        conditional=conditional,
        broken=tuple(sorted({s.item for s in plan.slacks if s.amount > 0})),
        processors=_processors(plan, budgets, first_month),
        binding=_binding(plan),
        rounding=plan.rounding,
        not_whole=_not_whole(plan, now),
    )
