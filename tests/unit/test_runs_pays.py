"""Whether a plan pays: a case on paper, and the accounts' own rows on plans nobody wrote."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from outlay.core.periods import Period, horizon
from outlay.finance.reports.accounts import Accounts, account
from outlay.finance.reports.curve import even_utilisation, utilisation_curve
from outlay.finance.types import Activity, AssetClass, Cost, Flows, Policy, Purchase, Sale
from outlay.results.plans.pays import Pays
from outlay.runs.follows.pays import pays_of, years_to_pay
from support.finance_cases import random_flows, random_policy

YEARS = horizon(Period.parse("2026"), 2)  # of 365 days both
YEAR = 365 / 365.25
"""One of them, as times count."""
POLICY = Policy({"accelerators": AssetClass(2, 2)}, discount_rate=0.1, opening_cash=500.0)


def flows(price: tuple[float, float]) -> Flows:
    """1,000 is paid in the first year for a chip that is worn out after the second; 100 and 200
    million tokens are served at `price` in one of two histories each, for 50 a year beside it."""
    tokens = np.array([100.0, 200.0])
    return Flows(
        YEARS, "USD", paths=("demand=low", "demand=high"), probability=np.array([0.25, 0.75]),
        purchases=(Purchase("chip", "accelerators", np.array([1.0, 0.0]), 1000.0, "USD"),),
        costs=(Cost("hall", "site_rent", 1.0, 50.0, "USD"),),
        sales=(Sale("chat", "output", tokens, np.array([[price[0]], [price[1]]])),),
        activities=(Activity("chat", "output", "", tokens),), available={"": np.full(2, 400.0)},
    )  # fmt: skip


@cache
def found() -> Pays:
    pays = pays_of(account(flows((6.0, 8.0)), POLICY), priced=True, known=True)
    assert pays is not None
    return pays


def test_what_comes_back_in_each_branch_and_expected() -> None:
    """Low: −1000 − 50 + 600 and 1200 − 50; high: −1000 − 50 + 800 and 1600 − 50; at mid-year."""
    low, high = found().branches
    d = [1.1 ** (-0.5 * YEAR), 1.1 ** (-1.5 * YEAR)]
    assert (low.branch, low.probability) == ("demand=low", 0.25)
    assert low.npv == pytest.approx(-450 * d[0] + 1150 * d[1])
    assert high.npv == pytest.approx(-250 * d[0] + 1550 * d[1])
    mean = found().expected
    assert mean.npv == pytest.approx(0.25 * low.npv + 0.75 * high.npv)
    assert (mean.branch, mean.probability) == ("", 1.0)
    # a year lies between the two payments: 1150/450 − 1, and of the mean −300 and 1450
    assert low.irr == pytest.approx(1150 / 450 - 1)
    assert mean.irr == pytest.approx(1450 / 300 - 1)
    # depreciation of 500 a year
    assert low.net == pytest.approx({"2026": 600 - 50 - 500, "2027": 1200 - 50 - 500})
    assert mean.net["2026"] == pytest.approx(0.25 * 50 + 0.75 * 250)


def test_cash_falls_lowest_where_it_is_least_and_the_owner_pays_in_what_is_missing() -> None:
    low, high = found().branches
    assert (low.least_cash, low.least_at) == (pytest.approx(50.0), "2026")  # 500 less 450
    assert high.least_cash == pytest.approx(250.0)
    assert found().lowest is low
    assert (found().worst, found().best) == (low, high)
    poor = account(flows((6.0, 8.0)), replace(POLICY, opening_cash=300.0))
    pays = pays_of(poor, priced=True, known=True)
    assert pays is not None
    assert [b.paid_in for b in pays.branches] == [pytest.approx(150.0), 0.0]
    assert pays.expected.paid_in == pytest.approx(0.25 * 150)


def test_money_is_back_when_its_running_sum_crosses_nought() -> None:
    low, high = found().branches
    # from the middle of the first year, 450 of 1150 and 250 of 1550 of a year later
    assert low.payback == pytest.approx(YEAR * (0.5 + 450 / 1150))
    assert high.payback == pytest.approx(YEAR * (0.5 + 250 / 1550))
    assert found().expected.payback == pytest.approx(YEAR * (0.5 + 300 / 1450))
    middle = np.array([0.5, 1.5, 2.5])
    assert years_to_pay(np.array([-5.0, 3.0, 1.0]), middle) is None
    assert years_to_pay(np.array([5.0, 3.0, 1.0]), middle) == 0.0
    assert years_to_pay(np.array([1.0, -2.0, 2.0]), middle) == pytest.approx(2.0)


def test_what_is_lost_has_its_chance() -> None:
    pays = pays_of(account(flows((1.0, 8.0)), POLICY), priced=True, known=True)
    assert pays is not None
    assert pays.branches[0].npv < 0
    assert (pays.loses, found().loses) == (0.25, 0)
    assert pays.branches[0].payback is None


def test_a_service_is_told_with_its_price_and_its_cost() -> None:
    """300 million tokens for 600 and 1200 or 800 and 1600, and twice the yearly charge and 50."""
    a = account(flows((6.0, 8.0)), POLICY)
    (m,) = found().margins
    assert m.revenue == pytest.approx(0.25 * 1800 + 0.75 * 2400)
    assert m.price == pytest.approx(0.25 * 6 + 0.75 * 8)
    assert m.spent == pytest.approx(float(a.expected("economic.total").sum()))
    assert m.cost == pytest.approx(m.spent / 300)
    assert m.margin == pytest.approx(1 - m.cost / m.price)
    assert m.utilisation == pytest.approx(300 / 800)
    unknown = pays_of(a, priced=True, known=False)
    assert unknown is not None
    assert unknown.margins[0].margin is None


def test_the_accounts_cannot_say_where_a_price_or_revenue_is_missing() -> None:
    a = account(flows((6.0, 8.0)), POLICY)
    assert pays_of(a, priced=False, known=True) is None
    assert pays_of(account(flows((0.0, 0.0)), POLICY), priced=True, known=True) is None


@pytest.mark.parametrize("seed", range(6))
def test_rates_and_paybacks_are_those_of_the_accounts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = account(random_flows(rng), random_policy(rng))
    pays = pays_of(a, priced=True, known=True)
    assert pays is not None
    for i, b in enumerate(pays.branches):
        rate, back = a.rows["return.irr"].item(i), a.rows["return.payback"].item(i)
        assert b.npv == pytest.approx(a.rows["return.npv"].item(i))
        assert b.left == pytest.approx(a.rows["return.end_present_value"].item(i))
        assert (b.irr is None) == bool(np.isnan(rate))
        assert b.irr is None or b.irr == pytest.approx(rate, abs=1e-6)
        assert (b.payback is None) == (back >= 1e8)
        assert b.payback is None or b.payback == pytest.approx(back)


def selling(use: float, price: float) -> Accounts:
    """A hundred chips: 900,000 a year whatever they do, 200,000 at full use; two kinds of token."""
    seconds = 100 * 365 * 86_400.0
    busy = seconds * use
    return account(
        Flows(
            YEARS[:1], "USD",
            costs=(Cost("rent", "site_rent", 1.0, 900_000.0, "USD", chip="h200"),
                   Cost("energy", "power", use, 200_000.0, "USD", chip="h200", variable=1.0)),
            sales=(Sale("chat", "output", busy * 2_000 / 1e6, price),
                   Sale("chat", "input", busy * 0.01, price / 5)),
            activities=(Activity("chat", "output", "h200", busy * 0.7),
                        Activity("chat", "input", "h200", busy * 0.3)),
            available={"h200": seconds},
        ),
        POLICY,
    )  # fmt: skip


def test_at_even_use_the_kinds_cost_what_customers_pay() -> None:
    """By the curves of its kinds: their cost there times their tokens is the revenue."""
    a = selling(0.4, 0.1)
    here, even = even_utilisation(a, "chat")
    assert here == pytest.approx(0.4)
    assert even is not None
    paid = cost = 0.0
    for kind in ("output", "input"):
        (each,) = utilisation_curve(a, "chat", kind, utilisation=[even]).cost_per_mtok.tolist()
        tokens = a[f"sale.chat.{kind}.mtok"].item()
        cost += each * tokens
        paid += a[f"sale.chat.{kind}.revenue"].item()
    assert cost == pytest.approx(paid)
    assert 0.05 < even < 0.95


def test_no_use_is_even_where_the_price_is_too_low() -> None:
    assert even_utilisation(selling(0.4, 1e-4), "chat")[1] is None  # not even what follows use
    assert even_utilisation(selling(0.4, 0.01), "chat")[1] is None  # nor at all hours
