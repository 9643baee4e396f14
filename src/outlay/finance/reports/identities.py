"""Money identities of a set of accounts, worked out again without the graph.

The accounts' own check rows say that every cost was booked twice. Here the same totals are
summed from the flows as they came, in exact arithmetic, so that a mistake in the graph shows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from outlay.core.arrays import Array
from outlay.finance.reports.accounts import Accounts
from outlay.finance.types import Flows, Values

__all__ = ["CENT", "Identity", "identities"]

CENT = 0.005
PER_UNIT = 1e-9


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity: the largest gap found, what is allowed, and where it was."""

    name: str
    statement: str
    worst: float
    tolerance: float

    @property
    def holds(self) -> bool:
        return math.isfinite(self.worst) and self.worst <= self.tolerance


def identities(a: Accounts) -> list[Identity]:
    """All money identities (I4). Gaps are in currency, of a unit payment for leases."""
    rows = [
        Identity("capex", "Σ quantity × price × (1 + levy + duty) × FX = capex", _capex(a), CENT),
        Identity("cash", "opening cash + Σ flows = closing cash", _cash(a), CENT),
        Identity("expectation", "Σ probability × path = expected capex", _expected(a), CENT),
        Identity("leases", "each lease's liability unwinds to zero", _unwinds(a), PER_UNIT),
        Identity("unit cost", "Σ cost per Mtok × Mtok = cost of tokens", _tokens(a), CENT),
    ]
    for name in a.names("check."):
        if name == "check.total":
            continue
        tolerance = PER_UNIT if a.graph[name].unit == "1" else CENT
        worst = float(np.max(np.abs(a[name])))
        rows.append(Identity(name, a.graph[name].label, worst, tolerance))
    return rows


def _wide(flows: Flows, value: Values) -> Array:
    return np.broadcast_to(np.asarray(value, dtype=np.float64), flows.shape)


def _rate(flows: Flows, code: str) -> Array:
    return _wide(flows, 1.0 if code == flows.currency else flows.fx[code])


def _capex(a: Accounts) -> float:
    f = a.flows
    gap = 0.0
    for path in range(len(f.paths)):
        for t in range(len(f.periods)):
            total = Fraction(0)
            for p in f.purchases:
                quantity = Fraction(_wide(f, p.quantity).item(path, t))
                price = Fraction(_wide(f, p.price).item(path, t))
                fx = Fraction(_rate(f, p.currency).item(path, t))
                on_top = 1 + Fraction(p.levy) + Fraction(p.duty)
                total += quantity * price * on_top * fx
            gap = max(gap, abs(float(total - Fraction(a["capex.owned"].item(path, t)))))
    return gap


def _cash(a: Accounts) -> float:
    flow = a["cash.operating"] + a["cash.investing"] + a["cash.financing"]
    closing = a.policy.opening_cash + np.cumsum(flow, axis=1)
    return float(np.max(np.abs(closing - a["balance.cash"])))


def _expected(a: Accounts) -> float:
    owned = a["capex.owned"]
    by_path = [math.fsum(owned[i, :].flat) for i in range(len(owned))]
    weighted = math.fsum(w * x for w, x in zip(a.flows.weights.flat, by_path, strict=True))
    return abs(weighted - float(np.sum(a.expected("capex.owned"))))


def _unwinds(a: Accounts) -> float:
    """Roll each lease's liability forward over its whole term, past the horizon if need be."""
    worst = 0.0
    for x in a.flows.leases:
        i = math.pow(1 + x.rate, 1 / (a.flows.periods_per_year * x.parts)) - 1
        left = float(a[f"lease.{x.id}.present_value"].flat[0])
        for age in range(x.term):
            payment = (1 + x.escalation) ** age / x.parts
            for _ in range(x.parts):
                left = (left - payment) * (1 + i) if x.in_advance else left * (1 + i) - payment
        worst = max(worst, abs(left) / max(1.0, x.term))
    return worst


def _tokens(a: Accounts) -> float:
    """Cost per Mtok of each kind times its Mtok, against the cost booked for it."""
    worst = 0.0
    for name in a.names("book.per_mtok."):
        if not name.endswith(".full"):
            continue
        key = name.removeprefix("book.per_mtok.").removesuffix(".full")
        mtok = a[f"sale.{key}.mtok"]
        cost = np.where(mtok > 0, a[f"book.full.{key}"], 0.0)
        worst = max(worst, float(np.max(np.abs(a[name] * mtok - cost))))
    return worst
