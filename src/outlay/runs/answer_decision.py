"""Question 3: what to order now, what to hold back, and what then in each branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from outlay.core.formats import format_money, format_number
from outlay.planning.result import Plan
from outlay.planning.tree import Tree
from outlay.runs.tables import column, table

__all__ = ["answer_decision", "branch_factors", "conditional_orders"]

Row = Mapping[str, Any]
LEAST = 100.0
"""Chips below this are left out of sentences (not out of tables)."""


def branch_factors(tree: Tree) -> list[str]:
    """Factors that split the tree after the root, by when they are seen."""
    inside = [f for f in tree.factors if 0 < f.reveal < len(tree.periods)]
    return [f.name for f in sorted(inside, key=lambda f: f.reveal)]


def conditional_orders(
    orders: Sequence[Row], tree: Tree, factor: str
) -> dict[str, dict[str, float]]:
    """offer → state of `factor` → chips expected to be ordered once that state is known."""
    chance: dict[str, float] = {}
    for leaf in tree.leaves:
        state = tree.labels[leaf].get(factor)
        if state is not None:
            chance[state] = chance.get(state, 0.0) + float(tree.probability[leaf])
    out: dict[str, dict[str, float]] = {}
    for r in orders:
        state = tree.labels[r["node"]].get(factor)
        if state is not None:
            row = out.setdefault(r["offer"], dict.fromkeys(chance, 0.0))
            row[state] += r["quantity"] * r["probability"] / max(chance[state], 1e-12)
    return out


def _binding(plan: Plan) -> list[list[Any]]:
    """Limits that bind somewhere, with the chance and the price, dearest first."""
    merged: dict[tuple[str, str, str], list[float]] = {}
    for p in plan.prices:
        if p.binding and abs(p.value) > 0:
            row = merged.setdefault((p.family, p.item, p.unit), [0.0, 0.0])
            row[0] += float(plan.problem.tree.probability[p.node])
            row[1] += p.value
    periods = len(plan.problem.tree.periods)
    rows: list[list[Any]] = [
        [item, family, chance / periods, value, unit]
        for (family, item, unit), (chance, value) in merged.items()
    ]
    return sorted(rows, key=lambda r: -abs(r[3]))[:25]


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


def _commitment(plan: Plan, now: list[Row], currency: str) -> str:
    """What the first orders commit: firm, only if a licence comes, and rent over the terms."""
    needs = _may_be_refused(plan)
    firm = sum(r["spend"] for r in now if r["offer"] not in needs)
    hoped = sum(r["spend"] for r in now if r["offer"] in needs)
    terms = {o.id: o.term_months for o in plan.offers}
    rent = sum(r["quantity"] * r["rent_hour"] * terms[r["offer"]] * 730.5 for r in now)
    parts = [f"{format_money(firm, currency)} of purchases firm"]
    if hoped > 0:
        parts.append(f"{format_money(hoped, currency)} paid only where a branch lets it in")
    if rent > 0:
        parts.append(f"{format_money(rent, currency)} of rent over the terms signed")
    return ", ".join(parts)


def _held_back(plan: Plan, now: set[str], by_state: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Offers that could be ordered now, are not, and depend on the first factor's state."""
    could = {o.id for o in plan.offers if o.order_cap[0] > 0 and o.delivery_cap.max() > 0}
    swing = {k: max(v.values()) - min(v.values()) for k, v in by_state.items()}
    names = [k for k in swing if k in could and k not in now and swing[k] >= 1000]
    return sorted(names, key=lambda k: -swing[k])


def _now_sentence(now: list[Row], currency: str, commitment: str) -> str:
    if not now:
        return "Order nothing now"
    top = sorted(now, key=lambda r: -r["spend"] - r["quantity"] * 1e-3)
    named = [r for r in top if r["quantity"] >= LEAST][:5] or top[:3]
    parts = [f"{format_number(r['quantity'], 3)} {r['chip']} ({r['offer']})" for r in named]
    more = len(now) - len(named)
    if more > 0:
        parts.append(f"and {more} smaller order{'s' if more > 1 else ''}")
    return "Order now " + ", ".join(parts) + f": {commitment}"


def _trigger_sentences(
    by_state: Mapping[str, Mapping[str, Mapping[str, float]]], tree: Tree
) -> list[str]:
    """One sentence per factor: what each state adds, largest differences first."""
    out = []
    for factor, offers in by_state.items():
        split = next(f for f in tree.factors if f.name == factor)
        when = tree.periods[split.reveal]
        words = []
        for state in split.states:
            others = [s for s in split.states if s != state]
            gain = {
                offer: row.get(state, 0.0) - float(np.mean([row.get(s, 0.0) for s in others]))
                for offer, row in offers.items()
            }
            up = sorted((o for o in gain if gain[o] >= 1000), key=lambda o: -gain[o])[:3]
            if up:
                words.append(
                    f"if {state}, more of "
                    + ", ".join(f"{o} (+{format_number(gain[o] / 1e3)} thousand)" for o in up)
                )
        if words:
            out.append(f"{factor} is known in {when}: " + "; ".join(words) + ".")
    return out


def answer_decision(plan: Plan, orders: Sequence[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answer and its tables."""
    tree, currency = plan.problem.tree, plan.problem.currency
    now = [r for r in orders if tree.parent[r["node"]] < 0]
    factors = branch_factors(tree)
    by_state = {f: conditional_orders(orders, tree, f) for f in factors}
    root_offers = {r["offer"] for r in now}
    sentence = _now_sentence(now, currency, _commitment(plan, now, currency))
    held = _held_back(plan, root_offers, by_state[factors[0]]) if factors else []
    if held:
        names = ", ".join(held[:4]) + (" and others" if len(held) > 4 else "")
        sentence += f"; hold back {names} until {factors[0]} is known"
    slack = {s.item for s in plan.slacks if s.amount > 0}
    notes = _trigger_sentences(by_state, tree)
    if slack:
        notes.append(
            "Limits that the plan breaks at their stated price: " + ", ".join(sorted(slack))
        )
    tables: dict[str, Any] = {
        "orders_now": table(
            "Orders to place now",
            [
                column("offer", number=False),
                column("chip", number=False),
                column("kind", number=False),
                column("chips"),
                column("there by", number=False),
                column("price per chip", currency),
                column("sum with hosts", "bn"),
            ],
            [
                [
                    r["offer"],
                    r["chip"],
                    r["kind"],
                    r["quantity"],
                    r["delivered_at"],
                    r["unit_price"] or None,
                    r["spend"] or None,
                ]
                for r in sorted(now, key=lambda r: -r["spend"])
            ],
        ),
        "binding": table(
            "Limits that bind, and what one more unit would save (expected, discounted, "
            f"{currency})",
            [
                column("limit", number=False),
                column("kind", number=False),
                column("share of branch-periods", "share"),
                column("worth of one more"),
                column("unit", number=False),
            ],
            _binding(plan),
        ),
    }
    for f in factors:
        states = next(x.states for x in tree.factors if x.name == f)
        tables[f"orders_if_{f}"] = table(
            f"Orders after {f} is known, expected chips by state",
            [column("offer", number=False), *(column(s) for s in states)],
            [
                [offer, *(row.get(s, 0.0) for s in states)]
                for offer, row in sorted(by_state[f].items())
                if max(row.values()) >= 1
            ],
        )
    answer = {
        "id": "decision",
        "short": "The decision",
        "question": "What to order now, what to hold back, and what then in each branch?",
        "sentence": sentence + ".",
        "open": "",
        "figures": ["calendar", "tree", "capex", "power"],
        "tables": ["orders_now", *(f"orders_if_{f}" for f in factors), "served_by_branch",
                   "capex", "binding"],
        "notes": notes,
    }  # fmt: skip
    return answer, tables
