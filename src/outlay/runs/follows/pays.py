"""Facts of whether the plan pays: each service's price beside its cost, the return by branch."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array
from outlay.core.graph.rates import internal_rate
from outlay.finance.reports.accounts import Accounts
from outlay.finance.reports.returns import NEVER
from outlay.results.plans.pays import Earned, Margin, Pays

__all__ = ["pays_of", "years_to_pay"]

DAYS = 365.0
"""Days of a year by which rates of return count (as XIRR does)."""
ALONE = "base"
"""What the accounts call the path of a plan without branches."""


def pays_of(a: Accounts, priced: bool, known: bool) -> Pays | None:
    """Whether the plan pays; None where a service has no price, so that the accounts cannot say.

    priced: the study states what customers pay for every service. known: all that serves has a
    cost in the books; if not, no margin is given.
    """
    if not priced or not float(np.abs(a.rows["income.revenue"]).sum()) > 0:
        return None
    names = ["" if name == ALONE else name for name in a.flows.paths]
    weights = np.asarray(a.flows.weights)
    chance = [np.eye(len(names))[i] for i in range(len(names))]
    return Pays(
        margins=_margins(a, known),
        expected=_earned(a, weights, "", 1.0),
        branches=tuple(
            _earned(a, mine, name, float(p))
            for mine, name, p in zip(chance, names, weights, strict=True)
        ),
    )


def _earned(a: Accounts, weights: Array, name: str, chance: float) -> Earned:
    """What comes back, mean over the paths by `weights`."""

    def at(row: str) -> Array:
        return np.asarray(np.tensordot(weights, a.rows[row], axes=(0, 0)))

    free, cash = at("return.free_cash"), at("balance.cash")
    ended = free.copy()
    ended[-1] += float(at("return.end_value"))
    dates: Array = np.asarray(a.inputs["time.date"])
    rate = float(internal_rate(ended, (dates - dates[0]) / DAYS))
    lowest = int(np.argmin(cash))
    return Earned(
        branch=name,
        probability=chance,
        net={str(y): float(v @ weights) for y, v in a.by_year("income.net").items()},
        npv=float(at("return.npv")),
        left=float(at("return.end_present_value")),
        irr=rate if np.isfinite(rate) else None,
        payback=years_to_pay(free, np.asarray(a.inputs["time.middle"])),
        paid_in=float(at("cash.owner").sum()),
        least_cash=cash.item(lowest),
        least_at=str(a.flows.periods[lowest]),
    )


def years_to_pay(free: Array, middle: Array) -> float | None:
    """Years until the running sum of `free` stays above nought; None where it never does.

    Parameters: free [period] cash of each period, any currency; middle [period] years to the
    middle of each. Between two middles the sum runs straight. Nought where none is ever put in.
    """
    total = np.cumsum(free)
    if total[-1] < 0:
        return None
    below = np.flatnonzero(total < 0)
    if not len(below):
        return 0.0
    t = below.item(-1) + 1
    part = total[t] / (total[t] - total[t - 1])
    years = float(middle[t] - (middle[t] - middle[t - 1]) * part)
    return years if years < NEVER else None


def _margins(a: Accounts, known: bool) -> tuple[Margin, ...]:
    """Services by what customers pay for them, most first."""
    from outlay.finance.reports.curve import even_utilisation

    out = []
    for service in dict.fromkeys(s.service for s in a.flows.sales):
        kinds = [s.kind for s in a.flows.sales if s.service == service]
        paid = sum(_whole(a, f"sale.{service}.{k}.revenue") for k in kinds)
        tokens = sum(_whole(a, f"sale.{service}.{k}.mtok") for k in kinds)
        full = [f"economic.full.{service}.{k}" for k in kinds]
        spent = sum(_whole(a, row) for row in full if row in a.rows)
        if tokens <= 0 or spent <= 0:
            continue
        here, even = even_utilisation(a, service)
        margin = 1.0 - spent / paid if known and paid > 0 else None
        out.append(Margin(service, paid, spent, paid / tokens, spent / tokens, margin, here, even))
    return tuple(sorted(out, key=lambda m: -m.revenue))


def _whole(a: Accounts, row: str) -> float:
    """A row over the horizon, expected."""
    return float(a.expected(row).sum())
