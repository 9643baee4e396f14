"""Facts of question 3: what to order now, what waits, and what then in each branch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from outlay.core.periods import HOURS_PER_MONTH
from outlay.planning.problem.tree import Tree
from outlay.planning.result import Plan
from outlay.results.plans.answers import Binding, Commitment, Conditional, Decision, ProcessorSpend
from outlay.results.plans.rows import Budget, Order
from outlay.runs.answers.tables import paid_in_first_year

__all__ = ["branch_factors", "conditional_orders", "decision_of"]

MOST_LIMITS = 25
SWING = 1000.0
"""Chips by which a state must move an offer's orders for it to be called held back."""


def branch_factors(tree: Tree) -> dict[str, str]:
    """Factors that split the tree after the root, by when they are seen: name → period."""
    inside = [f for f in tree.factors if 0 < f.reveal < len(tree.periods)]
    return {f.name: str(tree.periods[f.reveal]) for f in sorted(inside, key=lambda f: f.reveal)}


def conditional_orders(
    orders: Iterable[Order], tree: Tree, factor: str
) -> dict[str, dict[str, float]]:
    """offer → state of `factor` → chips expected to be ordered once that state is known."""
    chance: dict[str, float] = {}
    for leaf in tree.leaves:
        state = tree.labels[leaf].get(factor)
        if state is not None:
            chance[state] = chance.get(state, 0.0) + float(tree.probability[leaf])
    out: dict[str, dict[str, float]] = {}
    for r in orders:
        state = tree.labels[r.node].get(factor)
        if state is not None:
            row = out.setdefault(r.offer, dict.fromkeys(chance, 0.0))
            row[state] += r.quantity * r.probability / max(chance[state], 1e-12)
    return out


def _conditional(
    orders: Sequence[Order], tree: Tree, factors: Mapping[str, str]
) -> tuple[Conditional, ...]:
    out = []
    for factor, period in factors.items():
        states = next(f.states for f in tree.factors if f.name == factor)
        for offer, row in conditional_orders(orders, tree, factor).items():
            by_state = {s: row.get(s, 0.0) for s in states}
            gain = {
                s: n - float(np.mean([m for r, m in by_state.items() if r != s]))
                for s, n in by_state.items()
                if len(by_state) > 1
            }
            out.append(Conditional(factor, period, offer, by_state, gain))
    return tuple(out)


def _binding(plan: Plan) -> tuple[Binding, ...]:
    """Limits that bind somewhere, with the chance and the price, dearest first."""
    merged: dict[tuple[str, str, str], list[float]] = {}
    for p in plan.prices:
        if p.binding and abs(p.value) > 0:
            row = merged.setdefault((p.family, p.item, p.unit), [0.0, 0.0])
            row[0] += float(plan.problem.tree.probability[p.node])
            row[1] += p.value
    periods = len(plan.problem.tree.periods)
    found = [
        Binding(item, family, chance / periods, value, unit)
        for (family, item, unit), (chance, value) in merged.items()
    ]
    return tuple(sorted(found, key=lambda r: -abs(r.value))[:MOST_LIMITS])


def _may_be_refused(plan: Plan) -> set[str]:
    """Offers whose first orders some branch does not let in when they are due."""
    tree = plan.problem.tree
    out = set()
    for o in plan.offers:
        due = tree.period == np.searchsorted(tree.lag_period(o.lead_months), 0)
        caps = o.delivery_cap[due]
        if caps.size and caps.min() <= 0 < caps.max():
            out.add(o.id)
    return out


def _commitment(plan: Plan, now: Sequence[Order], refusable: set[str]) -> Commitment:
    """What the first orders commit: firm, only if a licence comes, and rent over the terms."""
    terms = {o.id: o.term_months for o in plan.offers}
    return Commitment(
        firm=sum(r.spend for r in now if r.offer not in refusable),
        hoped=sum(r.spend for r in now if r.offer in refusable),
        rent=sum(r.quantity * r.rent_hour * terms[r.offer] * HOURS_PER_MONTH for r in now),
    )


def _held_back(plan: Plan, now: set[str], rows: Iterable[Conditional]) -> tuple[str, ...]:
    """Offers that could be ordered now, are not, and depend on the state that `rows` are about."""
    could = {o.id for o in plan.offers if o.order_cap[0] > 0 and o.delivery_cap.max() > 0}
    swing = {r.offer: max(r.by_state.values()) - min(r.by_state.values()) for r in rows}
    names = [k for k in swing if k in could and k not in now and swing[k] >= SWING]
    return tuple(sorted(names, key=lambda k: -swing[k]))


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
    plan: Plan, orders: Sequence[Order], budgets: Iterable[Budget], first_month: int
) -> Decision:
    """What to order now, what waits for which state, and which limits stand in the way."""
    tree = plan.problem.tree
    now = [r for r in orders if tree.parent[r.node] < 0]
    factors = branch_factors(tree)
    first = next(iter(factors), "")
    conditional = _conditional(orders, tree, factors)
    refusable = _may_be_refused(plan)
    placed = {r.offer for r in now}
    return Decision(
        commitment=_commitment(plan, now, refusable),
        may_be_refused=tuple(sorted(placed & refusable)),
        waits_for=first,
        held_back=_held_back(plan, placed, (r for r in conditional if r.factor == first)),
        factors=factors,
        states={f.name: tuple(f.states) for f in tree.factors if f.name in factors},
        conditional=conditional,
        broken=tuple(sorted({s.item for s in plan.slacks if s.amount > 0})),
        processors=_processors(plan, budgets, first_month),
        binding=_binding(plan),
        rounding=plan.rounding,
    )
