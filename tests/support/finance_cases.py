"""Random but sensible flows and policies, so that accounts are tested on plans nobody wrote."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from outlay.core.periods import Period, horizon
from outlay.finance import Accounts, account
from outlay.finance.types import (
    Activity,
    AssetClass,
    Cost,
    Debt,
    Disposal,
    Flows,
    Lease,
    LeaseEnd,
    Opening,
    Policy,
    Purchase,
    Sale,
    Standard,
    Treatment,
)

CLASSES = ("processors", "servers", "buildings")
CURRENCIES = ("CNY", "USD", "EUR")
PRESENTATIONS: dict[str, tuple[Standard, Treatment]] = {
    "US GAAP, operating lease": ("us_gaap", "operating"),
    "US GAAP, finance lease": ("us_gaap", "finance"),
    "IFRS 16": ("ifrs16", "by_tests"),
    "service contract": ("us_gaap", "service"),
}


def presentations(flows: Flows, policy: Policy) -> dict[str, Accounts]:
    """Accounts of the same flows with every lease under each presentation in turn."""
    return {
        name: account(
            replace(flows, leases=tuple(replace(x, treatment=treatment) for x in flows.leases)),
            policy.with_(standard=standard),
        )
        for name, (standard, treatment) in PRESENTATIONS.items()
    }


def random_policy(rng: np.random.Generator) -> Policy:
    """A policy with lives, rates and methods drawn at random."""

    def one() -> AssetClass:
        path = ()
        if rng.random() < 0.4:
            path = tuple(
                (float(a), float(v)) for a, v in zip(range(5), rng.uniform(0, 1.3, 5), strict=True)
            )
        return AssetClass(
            book_years=float(rng.choice([0.5, 2, 3, 4.5, 5, 20])),
            economic_years=float(rng.choice([1, 2.5, 4, 15])),
            residual=float(rng.choice([0, 0.1, 0.25])),
            book_residual=float(rng.choice([0, 0.1, 0.25])),
            method=str(rng.choice(["straight_line", "declining"])),  # type: ignore[arg-type]
            value_path=path,
            tax_years=float(rng.choice([0, 0, 1, 3, 12])),
        )

    return Policy(
        classes={c: one() for c in CLASSES},
        discount_rate=float(rng.choice([0.0, 0.05, 0.09, 0.15])),
        standard=str(rng.choice(["us_gaap", "ifrs16"])),  # type: ignore[arg-type]
        tax_rate=float(rng.choice([0, 0.25])),
        tax_relief=str(rng.choice(["carry_forward", "group"])),  # type: ignore[arg-type]
        inflation=float(rng.choice([0, 0.03])),
        fiscal_year_start=int(rng.choice([1, 4, 7])),
        receivable_days=float(rng.integers(0, 60)),
        payable_days=float(rng.integers(0, 60)),
        opening_cash=float(rng.uniform(0, 1e6)),
        funded=bool(rng.random() < 0.7),
        elect_short_term=bool(rng.random() < 0.7),
    )


def random_flows(rng: np.random.Generator, periods: int = 6, paths: int = 2) -> Flows:
    """Flows of a plan drawn at random; every kind of line occurs."""
    shape = (paths, periods)
    first = Period.parse(str(rng.choice(["2026-Q1", "2026-Q3", "2027-Q2"])))

    def money(low: float, high: float) -> np.ndarray:
        return rng.uniform(low, high, shape)

    def some(high: float) -> np.ndarray:
        return np.round(rng.uniform(0, high, shape)) * (rng.random(shape) < 0.6)

    def currency() -> str:
        return str(rng.choice(CURRENCIES))

    def chip() -> str:
        return str(rng.choice(["a100", "b200", ""]))

    purchases = []
    for k in range(int(rng.integers(1, 4))):
        deposit = rng.random() < 0.5
        paid, share = some(5e3) * 100, rng.uniform(0, 0.4, shape)
        quantity = some(1000)
        purchases.append(
            Purchase(
                f"p{k}", str(rng.choice(CLASSES)), quantity, money(1e2, 3e4), currency(), chip(),
                levy=float(rng.choice([0, 0.25])), duty=float(rng.choice([0, 0.05])),
                vat=float(rng.choice([0, 0.13])),
                deposit_paid=paid * deposit, deposit_used=paid * share * deposit,
                deposit_refunded=paid * share * 0.5 * deposit,
                deposit_lost=paid * share * 0.2 * deposit,
                index=str(rng.choice(["", "chips"])),
            )
        )  # fmt: skip
    disposals = []
    if periods > 2 and rng.random() < 0.6:
        gone = np.zeros(shape)
        vintage = int(rng.integers(0, periods - 1))
        gone[:, vintage + 1] = np.broadcast_to(purchases[0].quantity, shape)[:, vintage] * 0.5
        disposals.append(Disposal("p0", vintage, gone, gone * 50))
    leases = [
        Lease(
            f"l{k}", some(500), money(100, 4000), currency(), int(rng.integers(1, 15)),
            float(rng.choice([0.0, 0.04, 0.1])), fair_value=float(rng.uniform(5e3, 4e4)),
            economic_years=float(rng.uniform(2, 6)), chip=chip(),
            escalation=float(rng.choice([0, 0.01, -0.02])), in_advance=bool(rng.random() < 0.5),
            identified=bool(rng.random() < 0.8), opening=bool(rng.random() < 0.2),
            treatment=str(rng.choice(["by_tests", "operating", "finance", "service"])),  # type: ignore[arg-type]
        )
        for k in range(int(rng.integers(1, 4)))
    ]  # fmt: skip
    ends = []
    if periods > 2 and rng.random() < 0.6:
        back = np.zeros(shape)
        start = int(rng.integers(0, periods - 1))
        at = int(rng.integers(start + 1, periods))
        back[:, at] = np.broadcast_to(leases[0].quantity, shape)[:, start] * 0.4
        ends.append(LeaseEnd("l0", start, back))
    chips = ("a100", "b200")
    busy = {c: rng.uniform(1e5, 1e7, shape) for c in chips}
    kinds = ("input", "output")
    return Flows(
        periods=horizon(first, periods),
        currency="CNY",
        paths=tuple(f"path{i}" for i in range(paths)),
        probability=rng.dirichlet(np.ones(paths)),
        fx={"USD": rng.uniform(6.5, 7.5, shape), "EUR": rng.uniform(7, 8.5, shape)},
        purchases=tuple(purchases),
        disposals=tuple(disposals),
        opening=(
            Opening("old", "servers", float(rng.uniform(1, 1e7)), 1.7, "CNY", "a100"),
            Opening("hall", "buildings", 5e6, 12.0, "USD", market_value=6e6),
        ),
        leases=tuple(leases),
        lease_ends=tuple(ends),
        costs=(
            Cost("energy", "power", money(1e3, 1e5), money(0.2, 1), "CNY", "MWh", chip(),
                 variable=0.6),
            Cost("people", "staff", 1.0, money(1e4, 1e5), "USD", "team"),
        ),
        debts=(Debt("loan", currency(), 0.08, some(1e5), some(2e4), float(rng.uniform(0, 1e6))),),
        sales=tuple(
            Sale(s, k, money(1e3, 1e6), float(rng.uniform(0, 8)), str(rng.choice(["", "USD"])))
            for s in ("chat", "code") for k in kinds
        ),
        activities=tuple(
            Activity(s, k, c, busy[c] * w / 4)
            for c in chips for s, w in (("chat", 0.7), ("code", 0.3)) for k in kinds
        ),
        available={c: busy[c] * rng.uniform(1, 3) for c in chips},
        power_kw={"a100": 0.9, "b200": 1.9},
    )  # fmt: skip
