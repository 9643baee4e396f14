"""Ten thousand random cases against closed forms, numpy-financial and pyxirr."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy_financial as npf
import pytest
import pyxirr

from outlay.core.graph.eval import evaluate
from outlay.core.graph.graph import Graph
from outlay.core.graph.rates import internal_rate
from outlay.core.periods import Period, horizon
from outlay.finance import AssetClass, Debt, Flows, Lease, Policy, Purchase, account
from outlay.finance.reports.accounts import build_book

CASES = 10_000
TIGHT = 1e-9


def draws(*name: str) -> np.random.Generator:
    from outlay.core.seeds import stream

    return stream(11, "closed-forms", *name)


def test_present_value_matches_numpy_financial() -> None:
    rng = draws("npv")
    flows, rate = rng.normal(0, 1e6, (CASES, 12)), rng.uniform(-0.2, 0.6, CASES)
    g = Graph([str(t) for t in range(12)])
    years = g.series("years", "year", default=np.arange(12.0))
    g.row("pv", g.series("x", "USD").present_value(g.scalar("r", "1/year"), years))
    got = evaluate(g, {"x": flows, "r": rate}, ["pv"])["pv"]
    want = [npf.npv(r, x) for r, x in zip(rate, flows, strict=True)]
    np.testing.assert_allclose(got, want, rtol=TIGHT, atol=1e-6)


def test_internal_rate_matches_numpy_financial() -> None:
    rng = draws("irr")
    flows = np.column_stack([-rng.uniform(1, 10, CASES), rng.uniform(0.01, 4, (CASES, 9))])
    got = internal_rate(flows, np.arange(10.0))
    want = np.array([npf.irr(x) for x in flows])
    np.testing.assert_allclose(got, want, rtol=1e-8, atol=TIGHT)
    zero = (flows * (1 + got)[:, None] ** -np.arange(10.0)).sum(axis=1)
    assert np.abs(zero).max() < 1e-9 * np.abs(flows).max() * 10


def test_internal_rate_on_dates_matches_xirr() -> None:
    rng = draws("xirr")
    days = np.array([0, 89, 180, 272, 365, 457, 547, 640])
    for _ in range(300):
        flows = np.concatenate([[-rng.uniform(1, 9)], rng.uniform(0.1, 3, 7)])
        dates = [date(2026, 2, 14) + timedelta(days=int(d)) for d in days]
        want = pyxirr.xirr(dates, list(flows))
        assert internal_rate(flows, days / 365.0) == pytest.approx(want, rel=1e-8)


def test_no_rate_where_flows_never_change_sign() -> None:
    assert np.isnan(internal_rate(np.array([1.0, 2.0]), np.arange(2.0)))
    assert np.isnan(internal_rate(np.array([-1.0, -2.0]), np.arange(2.0)))
    # -100 then +1: a rate of −99 %
    assert internal_rate(np.array([-100.0, 1.0]), np.arange(2.0)) == pytest.approx(-0.99)


def one_class(**fields: float) -> Policy:
    c = AssetClass(**{"book_years": 5, "economic_years": 5, **fields})  # type: ignore[arg-type]
    return Policy({"it": c}, discount_rate=0.0)


def yearly(n: int) -> tuple[Period, ...]:
    return horizon(Period.parse("2026"), n)


def bought(n: int) -> Flows:
    once = np.eye(1, n)
    return Flows(yearly(n), "USD", purchases=(Purchase("x", "it", once, 1.0, "USD"),))


def kernels(
    name: str, lives: np.ndarray, residual: np.ndarray, rate: np.ndarray, n: int
) -> np.ndarray:
    """A class kernel [case, age] for many lives, residuals and rates at once."""
    b = build_book(bought(n), one_class())
    values = {**b.values, "class.it.residual": residual, "rate.discount": rate}
    values["class.it.book_residual"] = residual
    values["class.it.book_years"] = values["class.it.economic_years"] = lives
    return evaluate(b.graph, values, [f"class.it.{name}"])[f"class.it.{name}"]


def test_capital_charge_is_the_annuity_payment() -> None:
    rng = draws("pmt")
    lives = rng.integers(1, 13, CASES).astype(float)
    residual, rate = rng.uniform(0, 0.5, CASES), rng.uniform(0.001, 0.3, CASES)
    got = kernels("charge", lives, residual, rate, 12)
    want = -npf.pmt(rate, lives, 1.0, -residual)
    np.testing.assert_allclose(got[:, 0], want, rtol=TIGHT)
    age = np.arange(12)
    np.testing.assert_allclose(got, np.where(age < lives[:, None], want[:, None], 0), rtol=TIGHT)


def test_capital_charge_without_interest_is_straight_line() -> None:
    got = kernels("charge", np.array([4.0]), np.array([0.2]), np.array([0.0]), 6)
    np.testing.assert_allclose(got[0], [0.2, 0.2, 0.2, 0.2, 0, 0], atol=1e-15)


def test_straight_line_over_whole_and_broken_lives() -> None:
    rng = draws("sln")
    lives, residual = rng.uniform(0.3, 12, CASES), rng.uniform(0, 1, CASES)
    got = kernels("depreciation", lives, residual, np.full(CASES, 0.1), 14)
    used = np.minimum(np.arange(1, 15)[None, :], lives[:, None]) / lives[:, None]
    want = (1 - residual)[:, None] * used
    np.testing.assert_allclose(np.cumsum(got, axis=1), want, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(got.sum(axis=1), 1 - residual, rtol=1e-9, atol=1e-12)


def test_declining_balance_ends_at_the_residual() -> None:
    declining = AssetClass(5, 5, method="declining", book_residual=0.1)
    policy = Policy({"it": declining}, discount_rate=0.0)
    a = account(bought(8), policy)
    kept, want = 1.0, []
    for year in range(8):
        left = max(0.1, kept * (1 - 2 / 5)) if year < 4 else 0.1
        want.append(kept - left)
        kept = left
    np.testing.assert_allclose(a["income.depreciation"][0], want, atol=1e-12)


@pytest.mark.parametrize("advance", [False, True])
def test_lease_liability_matches_numpy_financial(advance: bool) -> None:
    rng = draws("lease", str(advance))
    n = rng.integers(1, 13, CASES).astype(float)
    rate = rng.uniform(0.0005, 0.3, CASES)
    lease = Lease("l", [1.0] + [0.0] * 11, 1.0, "USD", 12, 0.1, in_advance=advance)  # type: ignore[arg-type]
    b = build_book(Flows(yearly(12), "USD", leases=(lease,)), one_class())
    names = ["lease.l.present_value", "lease.l.liability_by_age", "lease.l.interest_by_age"]
    got = evaluate(b.graph, {**b.values, "lease.l.term": n, "lease.l.rate": rate}, names)
    when = "begin" if advance else "end"
    want = npf.pv(rate, n, -1.0, 0.0, when)
    np.testing.assert_allclose(got[names[0]], want, rtol=TIGHT)
    for age in range(12):
        left = np.maximum(n - age - 1, 0)
        owed = np.where(left > 0, npf.pv(rate, left, -1.0, 0.0, when), 0.0)
        np.testing.assert_allclose(got[names[1]][:, age], owed, rtol=1e-8, atol=1e-11)
    paid = n - want  # all interest = payments − present value
    np.testing.assert_allclose(got[names[2]].sum(axis=1), paid, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("escalation", [0.0, 0.02, -0.01, 0.05])
@pytest.mark.parametrize("advance", [False, True])
def test_growing_lease_against_a_loop(escalation: float, advance: bool) -> None:
    n, rate, periods = 10, 0.05, 14
    lease = Lease(
        "l", [0.0, 7.0] + [0.0] * 12, 3.0, "USD", n, rate,  # type: ignore[arg-type]
        escalation=escalation, in_advance=advance, treatment="finance",
    )  # fmt: skip
    a = account(Flows(yearly(periods), "USD", leases=(lease,)), one_class())
    pay = [21 * (1 + escalation) ** k for k in range(n)]
    pv = sum(p / (1 + rate) ** (k + (not advance)) for k, p in enumerate(pay))
    owed, total_interest = pv, 0.0
    for k, p in enumerate(pay):
        interest = (owed - p * advance) * rate
        owed += interest - p
        total_interest += interest
        assert a["balance.lease_liability"][0, k + 1] == pytest.approx(owed, abs=1e-9)
        assert a["income.lease_interest"][0, k + 1] == pytest.approx(interest, abs=1e-9)
        assert a["income.amortisation"][0, k + 1] == pytest.approx(pv / n, rel=1e-12)
    assert owed == pytest.approx(0, abs=1e-9)
    assert total_interest == pytest.approx(sum(pay) - pv, rel=1e-9)
    assert a["capex.leased"][0, 1] == pytest.approx(pv, rel=1e-12)


def test_growth_equal_to_interest_is_not_a_division_by_zero() -> None:
    lease = Lease("l", [1.0, 0, 0, 0], 1.0, "USD", 4, 0.05, escalation=0.05, treatment="finance")  # type: ignore[arg-type]
    a = account(Flows(yearly(4), "USD", leases=(lease,)), one_class())
    assert a["capex.leased"][0, 0] == pytest.approx(4 / 1.05, rel=1e-12)


def test_loan_interest_on_the_opening_balance() -> None:
    rng = draws("loan")
    for _ in range(50):
        amount, rate, n = rng.uniform(1, 1e6), rng.uniform(0.01, 0.2), int(rng.integers(2, 10))
        due = -npf.pmt(rate, n, amount)
        principal = -npf.ppmt(rate, np.arange(1, n + 1), n, amount)
        loan = Debt("loan", "USD", rate, 0.0, principal, opening=amount)
        a = account(Flows(yearly(n), "USD", debts=(loan,)), one_class())
        np.testing.assert_allclose(a["cover.debt_service"][0], np.full(n, due), rtol=TIGHT)
        assert a["balance.debt"][0, -1] == pytest.approx(0, abs=1e-6)
