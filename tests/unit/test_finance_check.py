"""Flows and policies without meaning are refused, every problem named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.core.errors import FxError, InputError
from outlay.core.periods import Period, horizon
from outlay.finance import (
    Activity,
    AssetClass,
    Cost,
    Disposal,
    Flows,
    Lease,
    LeaseEnd,
    Opening,
    Policy,
    Purchase,
    Sale,
    account,
)

PERIODS = horizon(Period.parse("2026-Q1"), 4)
CLASS = AssetClass(5, 4.5)
POLICY = Policy({"it": CLASS}, discount_rate=0.09)
EMPTY = Flows(PERIODS, "CNY")
BUY = Purchase("h200", "it", 10.0, 27_000.0, "USD")
RENT = Lease("johor", 1.0, 6_000.0, "CNY", 3, 0.05)


def refused(flows: Flows, policy: Policy = POLICY) -> str:
    with pytest.raises(InputError) as caught:
        account(flows, policy)
    assert all(p.what for p in caught.value.problems())
    return str(caught.value)


def lives(**fields: object) -> Policy:
    return Policy({"it": replace(CLASS, **fields)}, discount_rate=0.09)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (lives(book_years=0.0), "a book life must be longer than nothing (found 0 years)"),
        (lives(economic_years=-1.0), "an? ?economic life must be longer"),
        (lives(book_years=float("nan")), "book life"),
        (lives(residual=-0.1), "a residual is a share of cost (found -0.1); allowed: 0 … 100 %"),
        (lives(residual=1.2), "a residual is a share of cost"),
        (lives(value_path=((2.0, 0.5), (1.0, 0.7))), "ages of a value path must rise"),
        (lives(value_path=((0.0, -0.5),)), "a value below nothing"),
        (replace(POLICY, discount_rate=-1.5), "a yearly rate out of range"),
        (replace(POLICY, tax_rate=1.0), "a tax rate is a share"),
        (replace(POLICY, fiscal_year_start=13), "fiscal_year_start"),
        (replace(POLICY, payable_days=-1), "negative days"),
    ],
)
def test_policies(policy: Policy, said: str) -> None:
    text = refused(EMPTY, policy)
    assert said.removeprefix("an? ?") in text


@pytest.mark.parametrize(
    ("flows", "said"),
    [
        (replace(EMPTY, purchases=(replace(BUY, currency="CNY", asset_class="ti"),)),
         "did you mean 'it'?"),
        (replace(EMPTY, purchases=(replace(BUY, currency="CNY", quantity=float("inf")),)),
         "purchases.h200.quantity: not a finite number"),
        (replace(EMPTY, purchases=(replace(BUY, currency="CNY"),) * 2), "an id used twice"),
        (replace(EMPTY, opening=(Opening("old", "it", 5.0, 0.0, "CNY"),)),
         "book value without remaining life"),
        (replace(EMPTY, opening=(Opening("old", "it", -5.0, 1.0, "CNY"),)), "negative book value"),
        (replace(EMPTY, disposals=(Disposal("h20", 0, 1.0),)), "never bought"),
        (replace(EMPTY, leases=(replace(RENT, term=0),)), "a lease runs for whole periods"),
        (replace(EMPTY, leases=(replace(RENT, rate=-2.0),)), "a yearly rate out of range"),
        (replace(EMPTY, costs=(Cost("x", "power", 1.0, 1.0, "CNY", variable=1.5),)), "a share"),
        (replace(EMPTY, activities=(Activity("chat", "input", "h2000", 1.0),),
                 available={"h200": 1.0}), "did you mean 'h200'?"),
        (replace(EMPTY, paths=("a", "b"), probability=np.array([0.5, 0.4])), "must sum to 1"),
        (replace(EMPTY, paths=("a", "b"), probability=np.array([1.0])), "one probability per path"),
        (replace(EMPTY, purchases=(BUY,), fx={"USD": np.ones(3)}), "one rate per period"),
        (replace(EMPTY, purchases=(replace(BUY, currency="CNY", levy=-0.1),)), "a negative share"),
        (replace(EMPTY, purchases=(replace(BUY, currency="CNY"),),
                 disposals=(Disposal("h200", 9, 1.0),)), "a vintage outside the horizon"),
        (replace(EMPTY, leases=(replace(RENT, escalation=-1.0),)), "an escalation out of range"),
        (replace(EMPTY, leases=(RENT,), lease_ends=(LeaseEnd("johore", 0, 0.0),)),
         "did you mean 'johor'?"),
        (replace(EMPTY, leases=(RENT,), lease_ends=(LeaseEnd("johor", 4, 0.0),)),
         "a cohort outside the horizon"),
        (replace(EMPTY, leases=(RENT,), lease_ends=(LeaseEnd("johor", 1, 1.0),)),
         "given back before, or as, it started"),
        (replace(EMPTY, periods=()), "at least one period"),
        (replace(EMPTY, periods=(PERIODS[0], PERIODS[2])), "do not follow one another"),
        (replace(EMPTY, periods=(PERIODS[0], Period.parse("2026-Q2"), Period.parse("2026-07"))),
         "unlike length"),
    ],
)  # fmt: skip
def test_flows(flows: Flows, said: str) -> None:
    assert said in refused(flows)


def test_a_sale_before_delivery() -> None:
    buy = replace(BUY, currency="CNY")
    sold = Disposal("h200", 2, np.array([0.0, 0.0, 5.0, 0.0]))
    text = refused(replace(EMPTY, purchases=(buy,), disposals=(sold,)))
    assert "sold before, or as, it was delivered" in text


def test_two_prices_for_the_same_tokens() -> None:
    sales = (Sale("chat", "input", 1.0, 0.8), Sale("chat", "input", 1.0, 0.9))
    assert "two prices for the same tokens" in refused(replace(EMPTY, sales=sales))


def test_a_currency_without_a_rate() -> None:
    flows = replace(EMPTY, purchases=(BUY,), fx={"USDT": 7.0})
    with pytest.raises(
        FxError, match=r"no exchange rate to CNY \(found USD\).*did you mean 'USDT'"
    ):
        account(flows, POLICY)


@pytest.mark.parametrize("bad", [float("nan"), 0.0, -7.0])
@pytest.mark.parametrize(("at", "named"), [(0, "2026-Q1"), (2, "2026-Q3")])
def test_a_period_without_a_rate_is_named(bad: float, at: int, named: str) -> None:
    rate = np.full(4, 7.04)
    rate[at] = bad
    with pytest.raises(FxError, match=f"no rate from USD to CNY in {named}"):
        account(replace(EMPTY, purchases=(BUY,), fx={"USD": rate}), POLICY)


def test_a_lease_longer_than_the_horizon() -> None:
    late = replace(RENT, quantity=np.array([0.0, 0.0, 1.0, 0.0]))
    strict = replace(POLICY, beyond_horizon="refuse")
    text = refused(replace(EMPTY, leases=(late,)), strict)
    assert "a lease longer than the horizon (found ends 1 periods after 2026-Q4)" in text
    a = account(replace(EMPTY, leases=(late,)), POLICY)  # what is still owed is stated
    assert (
        a["balance.lease_liability"][0, -1] + a["balance.lease_obligation_off_balance"][0, -1] > 0
    )


def test_all_problems_come_at_once() -> None:
    flows = replace(
        EMPTY, purchases=(BUY,), leases=(replace(RENT, term=0),), probability=np.array([0.5])
    )
    text = refused(flows, lives(book_years=0.0))
    for part in ("book life", "whole periods", "sum to 1", "no exchange rate"):
        assert part in text
