"""Own or lease, and the same plan under each accounting presentation.

Cash does not depend on presentation; reported capex, EBITDA and leverage do. "Leases are opex"
is true under US GAAP for an operating lease, half true on its balance sheet, and false under
IFRS 16.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from outlay.core.errors import InputError
from outlay.core.periods import HOURS_PER_DAY, Period
from outlay.finance.accounts import Accounts, account
from outlay.finance.types import Cost, Flows, Lease, Policy, Purchase, Sale, Standard, Treatment
from outlay.finance.types import Values as Amount

__all__ = [
    "PRESENTATIONS",
    "OptionRow",
    "lease_option",
    "option_row",
    "own_option",
    "own_or_lease",
    "presentations",
]

PRESENTATIONS: Mapping[str, tuple[Standard, Treatment]] = {
    "US GAAP, operating lease": ("us_gaap", "operating"),
    "US GAAP, finance lease": ("us_gaap", "finance"),
    "IFRS 16": ("ifrs16", "by_tests"),
    "service contract": ("us_gaap", "service"),
}


@dataclass(frozen=True)
class OptionRow:
    """One option under one presentation, in expectation; dictionaries by fiscal year.

    cash: all payments less receipts, before the owner's money. capex: as reported for owned
    assets; capex_with_leases adds finance leases. obligations: debt and every lease liability
    shown at year end; leverage: debt and finance leases over yearly EBITDA at the year end (0
    where there is no debt; negative where EBITDA is). off_balance: lease payments still owed, at
    present value, that no balance sheet shows.
    """

    option: Literal["own", "lease"]
    presentation: str
    currency: str
    cash: Mapping[int, float]
    capex: Mapping[int, float]
    capex_with_leases: Mapping[int, float]
    opex: Mapping[int, float]
    ebitda: Mapping[int, float]
    ebit: Mapping[int, float]
    obligations: Mapping[int, float]
    off_balance: Mapping[int, float]
    leverage: Mapping[int, float]
    npv: float
    accounts: Accounts


def presentations(flows: Flows, policy: Policy) -> dict[str, Accounts]:
    """Accounts of the same flows with every lease under each presentation in turn."""
    return {
        name: account(_as(flows, treatment), policy.with_(standard=standard))
        for name, (standard, treatment) in PRESENTATIONS.items()
    }


def _as(flows: Flows, treatment: Treatment) -> Flows:
    leases = tuple(replace(x, treatment=treatment) for x in flows.leases)
    return replace(flows, leases=leases)


def option_row(option: Literal["own", "lease"], presentation: str, a: Accounts) -> OptionRow:
    """Draw the figures of comparison from a set of accounts."""
    weights = a.flows.weights

    def years(name: str) -> dict[int, float]:
        return {y: float(v @ weights) for y, v in a.by_year(name).items()}

    debt, leases = years("balance.debt"), years("balance.lease_liability")
    return OptionRow(
        option=option,
        presentation=presentation,
        currency=a.flows.currency,
        cash={y: -v for y, v in years("cash.before_owner").items()},
        capex=years("capex.owned"),
        capex_with_leases=years("capex.with_leases"),
        opex=years("opex.total"),
        ebitda=years("income.ebitda"),
        ebit=years("income.ebit"),
        obligations={y: debt[y] + leases[y] for y in debt},
        off_balance=years("balance.lease_obligation_off_balance"),
        leverage=years("cover.leverage"),
        npv=float(a.expected("return.npv")),
        accounts=a,
    )


def own_or_lease(own: Flows, lease: Flows, policy: Policy) -> list[OptionRow]:
    """The two options under every presentation; owning looks the same under all of them.

    Both must cover the same periods, and the horizon the whole of each lease: raises InputError
    for a lease that runs past it, whose later rent would not be compared.
    """
    if own.periods != lease.periods or own.currency != lease.currency:
        raise InputError("the options cover different periods or currencies")
    strict = policy.with_(beyond_horizon="refuse")
    rows = [option_row("own", "owned", account(own, strict))]
    for name, a in presentations(lease, strict).items():
        rows.append(option_row("lease", name, a))
    return rows


def own_option(
    periods: tuple[Period, ...],
    currency: str,
    chips: float,
    price: float,
    *,
    price_currency: str = "",
    asset_class: str = "accelerators",
    costs: tuple[Cost, ...] = (),
    sales: tuple[Sale, ...] = (),
    fx: Mapping[str, Amount] | None = None,
) -> Flows:
    """Flows of buying `chips` at `price` each in the first period and running them."""
    first = np.zeros(len(periods))
    first[0] = chips
    buy = Purchase("chips", asset_class, first, price, price_currency or currency)
    return Flows(periods, currency, purchases=(buy,), costs=costs, sales=sales, fx=fx or {})


def lease_option(
    periods: tuple[Period, ...],
    currency: str,
    chips: float,
    rent_hour: float,
    term: int,
    rate: float,
    *,
    rent_currency: str = "",
    fair_value: float = 0.0,
    economic_years: float = 0.0,
    costs: tuple[Cost, ...] = (),
    sales: tuple[Sale, ...] = (),
    fx: Mapping[str, Amount] | None = None,
) -> Flows:
    """Flows of leasing `chips` at `rent_hour` per chip and hour for `term` periods."""
    first = np.zeros(len(periods))
    first[0] = chips
    hours = float(np.mean([p.days for p in periods])) * HOURS_PER_DAY
    rent = Lease(
        "chips", first, rent_hour * hours, rent_currency or currency, term, rate,
        fair_value=fair_value, economic_years=economic_years,
    )  # fmt: skip
    return Flows(periods, currency, leases=(rent,), costs=costs, sales=sales, fx=fx or {})
