"""Small plans whose accounts were worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.core.errors import UnknownNameError
from outlay.core.graph.eval import evaluate
from outlay.core.graph.explain import Cells, explain
from outlay.core.periods import Period, horizon
from outlay.finance import (
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
    account,
)

YEARS = horizon(Period.parse("2026"), 4)
POLICY = Policy({"it": AssetClass(4, 4)}, discount_rate=0.1)
ONCE = np.array([1.0, 0.0, 0.0, 0.0])


def plan(**lines: object) -> Flows:
    return Flows(YEARS, "CNY", **lines)  # type: ignore[arg-type]


def buy(**changes: object) -> Purchase:
    return replace(Purchase("chips", "it", 100 * ONCE, 10.0, "CNY"), **changes)  # type: ignore[arg-type]


def row(flows: Flows, name: str, policy: Policy = POLICY) -> list[float]:
    return [round(float(v), 9) for v in account(flows, policy)[name][0]]


def test_a_purchase_is_written_off_over_its_book_life() -> None:
    flows = plan(purchases=(buy(),))
    assert row(flows, "capex.owned") == [1000, 0, 0, 0]
    assert row(flows, "income.depreciation") == [250, 250, 250, 250]
    assert row(flows, "balance.fixed_assets") == [750, 500, 250, 0]
    assert row(flows, "income.ebitda") == [0, 0, 0, 0]
    assert row(flows, "cash.change") == [0, 0, 0, 0]  # the owner pays
    assert row(flows, "cash.owner") == [1000, 0, 0, 0]
    opened = account(flows, replace(POLICY, opening_cash=300.0, minimum_cash=50.0))
    assert opened["cash.owner"][0].tolist() == [750, 0, 0, 0]
    assert opened["balance.cash"][0].tolist() == [50, 50, 50, 50]
    assert opened["balance.equity"][0, 0] == 300 + 750 - 250
    assert opened["check.total"].max() == 0
    unfunded = row(flows, "balance.cash", replace(POLICY, funded=False))
    assert unfunded == [-1000] * 4


def test_levy_and_duty_are_part_of_cost() -> None:
    flows = plan(purchases=(buy(levy=0.25, duty=0.05),))
    assert row(flows, "capex.owned")[0] == 1300


def test_vat_is_only_timing() -> None:
    flows = plan(purchases=(buy(vat=0.13),))
    assert row(flows, "cash.vat") == [-130, 130, 0, 0]
    assert row(flows, "balance.vat") == [130, 0, 0, 0]
    assert row(flows, "capex.owned") == [1000, 0, 0, 0]


def test_deposits_are_paid_used_refunded_and_lost() -> None:
    late = buy(
        quantity=np.array([0.0, 50.0, 0.0, 0.0]),
        deposit_paid=np.array([300.0, 0, 0, 0]),
        deposit_used=np.array([0.0, 150, 0, 0]),
        deposit_refunded=np.array([0.0, 0, 100, 0]),
        deposit_lost=np.array([0.0, 0, 50, 0]),
    )
    flows = plan(purchases=(late,))
    assert row(flows, "balance.deposits") == [300, 150, 0, 0]
    assert row(flows, "capex.paid") == [300, 350, -100, 0]
    assert row(flows, "capex.owned") == [0, 500, 0, 0]
    assert row(flows, "income.cancellations") == [0, 0, 50, 0]
    assert row(flows, "income.ebitda") == [0, 0, -50, 0]


def test_a_deposit_in_another_currency_gains_when_it_rises() -> None:
    paid = buy(currency="USD", quantity=0.0, deposit_paid=np.array([10.0, 0, 0, 0]))
    flows = plan(purchases=(paid,), fx={"USD": np.array([7.0, 7.5, 7.25, 7.25])})
    assert row(flows, "income.fx") == [0, 5, -2.5, 0]
    assert row(flows, "balance.deposits") == [70, 75, 72.5, 72.5]


def test_a_sale_of_half_a_vintage() -> None:
    sold = Disposal("chips", 0, np.array([0.0, 0.0, 50.0, 0.0]), np.array([0.0, 0.0, 300.0, 0.0]))
    flows = plan(purchases=(buy(),), disposals=(sold,))
    assert row(flows, "income.depreciation") == [250, 250, 125, 125]
    assert row(flows, "balance.fixed_assets") == [750, 500, 125, 0]
    assert row(flows, "income.disposals") == [0, 0, -50, 0]  # book 250, fetched 300: a gain
    assert row(flows, "cash.disposals") == [0, 0, 300, 0]


def test_a_sale_from_a_later_vintage_uses_that_vintages_age() -> None:
    late = buy(quantity=np.array([0.0, 100.0, 0.0, 0.0]))
    sold = Disposal("chips", 1, np.array([0.0, 0.0, 0.0, 100.0]))
    flows = plan(purchases=(late,), disposals=(sold,))
    assert row(flows, "income.depreciation") == [0, 250, 250, 0]
    assert row(flows, "income.disposals") == [0, 0, 0, 500]
    assert row(flows, "balance.fixed_assets") == [0, 750, 500, 0]


def test_what_comes_within_a_period_is_written_off_from_when_it_comes() -> None:
    """On 1 October of a year, over four: three months of the first, nine left after the fourth."""
    late = buy(late=0.75)
    flows = plan(purchases=(late,))
    assert row(flows, "income.depreciation") == [62.5, 250, 250, 250]
    assert row(flows, "balance.fixed_assets") == [937.5, 687.5, 437.5, 187.5]
    taxed = Policy({"it": AssetClass(4, 4, tax_years=2)}, discount_rate=0.1)
    assert row(flows, "buy.chips.tax_depreciation", taxed) == [125, 500, 375, 0]
    # half is sold as the third year begins, at its book value: no gain, and nothing is left of it
    sold = Disposal("chips", 0, np.array([0.0, 0.0, 50.0, 0.0]), np.array([0.0, 0, 343.75, 0]))
    gone = plan(purchases=(late,), disposals=(sold,))
    assert row(gone, "income.disposals") == [0, 0, 0, 0]
    assert row(gone, "balance.fixed_assets") == [937.5, 687.5, 218.75, 93.75]


def test_what_is_paid_by_the_month_bears_the_interest_of_months() -> None:
    """100 at 8 % over two years is 4.51 a month, which is 16.6 of interest less than 8 % on all."""
    month = 1.08 ** (1 / 12) - 1
    each = 100 * month / (1 - (1 + month) ** -24)
    lease = Lease("x", ONCE, 12 * each, "CNY", 2, 0.08, economic_years=4, parts=12, transfers=True)
    flows = plan(leases=(lease,))
    left, interest = 100.0, [0.0, 0.0]
    for m in range(24):
        interest[m // 12] += left * month
        left = left * (1 + month) - each
    assert row(flows, "balance.lease_liability")[:2] == pytest.approx(
        [100 + interest[0] - 12 * each, 0], abs=1e-9
    )
    assert row(flows, "income.lease_interest")[:2] == pytest.approx(interest, abs=1e-9)
    assert row(flows, "income.amortisation") == pytest.approx([25.0] * 4)
    assert account(flows, POLICY)["check.total"].max() == pytest.approx(0, abs=1e-9)
    free = replace(lease, rate=0.0)
    assert row(plan(leases=(free,)), "income.lease_interest") == [0, 0, 0, 0]


def test_opening_assets_run_off_over_what_is_left_of_their_life() -> None:
    flows = plan(opening=(Opening("old", "it", 300.0, 1.5, "CNY"),))
    assert row(flows, "income.depreciation") == [200, 100, 0, 0]
    assert row(flows, "balance.fixed_assets") == [100, 0, 0, 0]
    assert row(flows, "balance.equity") == [100, 0, 0, 0]


def test_working_capital_moves_cash_not_profit() -> None:
    policy = replace(POLICY, receivable_days=73.0, payable_days=36.5, funded=False)
    flows = plan(sales=(Sale("chat", "output", 100.0, 10.0),),
                 costs=(Cost("power", "power", 1.0, 400.0, "CNY"),))  # fmt: skip
    a = account(flows, policy)
    assert a["income.ebitda"][0, 0] == 600
    assert a["balance.receivables"][0, 0] == pytest.approx(200)
    assert a["balance.payables"][0, 0] == pytest.approx(40)
    assert a["cash.change"][0, 0] == pytest.approx(1000 - 200 - 400 + 40)
    assert a["cash.change"][0, 1] == pytest.approx(600)  # 365 days again


def test_losses_are_carried_forward_before_tax_is_paid() -> None:
    profit = np.array([-100.0, 60.0, 70.0, 50.0])
    flows = plan(sales=(Sale("chat", "output", 1.0, 100.0 + profit),),
                 costs=(Cost("all", "staff", 1.0, 100.0, "CNY"),))  # fmt: skip
    policy = replace(POLICY, tax_rate=0.25)
    assert row(flows, "tax.losses", policy) == [100, 40, 0, 0]
    assert row(flows, "income.tax", policy) == [0, 0, 7.5, 12.5]
    group = replace(policy, tax_relief="group")
    assert row(flows, "income.tax", group) == [-25, 15, 17.5, 12.5]


def test_deferred_tax_is_the_rate_on_what_the_books_take_later() -> None:
    """1,000 over four years in the books and two for tax; 600 a year earned; 25 %."""
    flows = plan(purchases=(buy(),), sales=(Sale("chat", "output", 1.0, 600.0),))
    policy = Policy({"it": AssetClass(4, 4, tax_years=2)}, discount_rate=0.1, tax_rate=0.25)
    assert row(flows, "tax.profit", policy) == [100, 100, 600, 600]
    assert row(flows, "income.tax", policy) == [25, 25, 150, 150]
    assert row(flows, "income.deferred_tax", policy) == [62.5, 62.5, -62.5, -62.5]
    assert row(flows, "balance.deferred_tax", policy) == [62.5, 125, 62.5, 0]
    assert row(flows, "income.net", policy) == [262.5] * 4
    assert account(flows, policy)["check.total"].max() < 1e-9


def test_a_loss_carried_forward_is_an_asset_until_it_is_used() -> None:
    profit = np.array([-100.0, 60.0, 70.0, 50.0])
    flows = plan(sales=(Sale("chat", "output", 1.0, 100.0 + profit),),
                 costs=(Cost("all", "staff", 1.0, 100.0, "CNY"),))  # fmt: skip
    policy = replace(POLICY, tax_rate=0.25)
    assert row(flows, "balance.deferred_tax", policy) == [-25, -10, 0, 0]
    assert row(flows, "income.net", policy) == [-75, 45, 52.5, 37.5]


def test_a_chip_sold_leaves_no_difference_behind() -> None:
    """Half the chips go after a year: their base for tax and in the books go with them."""
    gone = np.array([0.0, 50.0, 0.0, 0.0])
    flows = plan(purchases=(buy(),), disposals=(Disposal("chips", 0, gone, 300.0 * gone / 50),))
    policy = Policy({"it": AssetClass(4, 4, tax_years=2)}, discount_rate=0.1, tax_rate=0.25,
                    tax_relief="group")  # fmt: skip
    a = account(flows, policy)
    assert a["check.total"].max() < 1e-9
    # Left: books 250, tax 0 (written off for tax after two years).
    assert a["balance.deferred_tax"][0, 1] == pytest.approx(0.25 * 250)
    assert a["balance.deferred_tax"][0, 3] == pytest.approx(0)


def test_debt_cover_and_leverage() -> None:
    flows = plan(
        sales=(Sale("chat", "output", 1.0, 300.0),),
        debts=(Debt("loan", "CNY", 0.1, repaid=np.array([0.0, 100.0, 100.0, 0.0]), opening=200.0),),
    )
    assert row(flows, "income.interest") == [20, 20, 10, 0]
    assert row(flows, "cover.ratio")[:3] == [15.0, 2.5, round(300 / 110, 9)]
    a = account(flows, POLICY)
    assert a["cover.least"][0] == 2.5
    assert a["cover.mean"][0] == pytest.approx(900 / 250)
    bought = account(replace(flows, purchases=(buy(),)), POLICY)
    assert bought["cover.ratio"][0].tolist() == a["cover.ratio"][0].tolist()  # capex is no cover
    assert row(flows, "cover.leverage") == [round(2 / 3, 9), round(1 / 3, 9), 0, 0]


def test_no_debt_is_not_a_cover_of_zero() -> None:
    a = account(plan(), POLICY)
    assert a["cover.least"][0] >= 1e9
    assert np.isnan(a["return.irr"][0])


def test_value_return_and_payback_by_hand() -> None:
    flows = plan(purchases=(buy(),), sales=(Sale("chat", "output", 1.0, 400.0),))
    a = account(flows, POLICY)
    days = np.array([365, 365, 366, 365])
    start = np.concatenate([[0], np.cumsum(days)[:-1]])
    middle = (start + days / 2) / 365.25
    flow = np.array([-600.0, 400, 400, 400])
    assert a["return.npv"][0] == pytest.approx((flow / 1.1**middle).sum(), rel=1e-12)
    assert a["return.end_value"][0] == 0
    # −600 after the first year, −200 after the second, paid back half-way through the third
    assert a["return.payback"][0] == pytest.approx((middle[1] + middle[2]) / 2)
    inflated = account(flows, replace(POLICY, inflation=0.03))
    assert inflated["return.npv"][0] == pytest.approx(a["return.npv"][0], rel=1e-12)
    assert inflated["return.free_cash_real"][0, 3] < 400


def test_payback_to_exactly_nothing_counts() -> None:
    flows = plan(purchases=(buy(),), sales=(Sale("chat", "output", 1.0, [0.0, 1000.0, 0, 0]),))  # type: ignore[arg-type]
    a = account(flows, POLICY)
    assert a["return.cumulative"][0].tolist() == [-1000, 0, 0, 0]
    assert a["return.payback"][0] == pytest.approx(a["time.middle"][0][1])
    late = Sale("chat", "output", 1.0, np.array([0.0, 0, 0, 1000.0]))
    last = account(plan(purchases=(buy(),), sales=(late,)), POLICY)
    assert last["return.payback"][0] == pytest.approx(last["time.middle"][0][3])


def test_payback_never() -> None:
    a = account(plan(purchases=(buy(),)), POLICY)
    assert a["return.payback"][0] >= 1e9


def test_value_path_may_rise() -> None:
    c = AssetClass(4, 4, value_path=((0.0, 1.0), (4.0, 1.2)))
    a = account(plan(purchases=(buy(),)), Policy({"it": c}, discount_rate=0.1))
    assert a["return.market_value"][0].tolist() == pytest.approx([1050, 1100, 1150, 1200])


# ---- leases: 3 payments of 100 a year in arrears at 10 %: present value 248.685


LEASE = Lease("hall", ONCE, 100.0, "CNY", 3, 0.10, fair_value=400.0, economic_years=10.0)
VALUE = 100 / 1.1 + 100 / 1.21 + 100 / 1.331


def leased(**changes: object) -> Flows:
    return plan(leases=(replace(LEASE, **changes),))  # type: ignore[arg-type]


def test_an_operating_lease_is_straight_line_cost_with_a_liability() -> None:
    flows = leased()
    assert row(flows, "income.lease_cost") == [100, 100, 100, 0]
    assert row(flows, "income.amortisation") == [0, 0, 0, 0]
    a = account(flows, POLICY)
    assert a["balance.lease_liability"][0, 0] == pytest.approx(VALUE * 1.1 - 100)
    assert a["balance.right_of_use"][0] == pytest.approx(a["balance.lease_liability"][0])
    assert a["cover.borrowed"][0, 0] == 0
    assert row(flows, "capex.leased") == [0, 0, 0, 0]


@pytest.mark.parametrize("title", [True, False])
def test_another_term_or_life_flows_into_what_wears_off(title: bool) -> None:
    names = ("lease.hall.term", "lease.hall.economic_years")
    out = ("income.amortisation", "balance.right_of_use")
    base = account(leased(transfers=title, treatment="finance"), POLICY)
    for term, years in ((3, 10.0), (3, 4.0), (3, 0.0), (2, 10.0), (4, 2.0)):
        moved = dict(zip(names, (term, years), strict=True))
        got = evaluate(base.graph, {**base.path_inputs(0), **moved}, out)
        flows = leased(transfers=title, treatment="finance", term=term, economic_years=years)
        want = account(flows, POLICY)
        for name in out:
            np.testing.assert_allclose(np.ravel(got[name]), want[name][0], rtol=1e-12, err_msg=name)
        worn = want["income.amortisation"][0, 0] / want["lease.hall.addition"][0, 0]
        assert worn == pytest.approx(1 / (max(term, years) if title else term))


def test_ifrs_16_puts_it_in_depreciation_and_interest() -> None:
    a = account(leased(), replace(POLICY, standard="ifrs16"))
    assert a["income.lease_cost"][0].tolist() == [0, 0, 0, 0]
    assert a["income.amortisation"][0, :3] == pytest.approx([VALUE / 3] * 3)
    assert a["income.lease_interest"][0, 0] == pytest.approx(VALUE * 0.1)
    assert a["income.ebitda"][0, 0] == 0
    assert a["capex.leased"][0, 0] == pytest.approx(VALUE)
    assert a["cash.lease_principal"][0, 0] == pytest.approx(-(100 - VALUE * 0.1))


@pytest.mark.parametrize(
    ("changes", "finance"),
    [
        ({}, 0),  # 30 % of life, 62 % of value
        ({"economic_years": 4.0}, 1),  # 75 % of life: major part
        ({"economic_years": 4.01}, 0),
        ({"fair_value": VALUE / 0.9 * 0.999}, 1),  # 90 % of value: substantially all
        ({"fair_value": VALUE / 0.9 * 1.001}, 0),
        ({"transfers": True}, 1),
        ({"purchase_option": True}, 1),
        ({"specialised": True}, 1),
        ({"treatment": "finance"}, 1),
        ({"treatment": "operating", "transfers": True}, 0),
        ({"treatment": "service", "transfers": True}, 0),
        ({"identified": False, "transfers": True}, 0),
        ({"economic_years": 0.0, "fair_value": 0.0}, 0),  # not known: no test is met
    ],
)
def test_the_five_tests_of_asc_842(changes: dict[str, object], finance: int) -> None:
    a = account(leased(**changes), POLICY)
    assert a["lease.hall.as_finance"][0] == finance
    assert (a["income.amortisation"][0, 0] > 0) == bool(finance)


def test_a_service_contract_is_on_no_balance_sheet() -> None:
    a = account(leased(identified=False), replace(POLICY, standard="ifrs16"))
    assert a["balance.lease_liability"][0].tolist() == [0, 0, 0, 0]
    assert a["balance.lease_obligation_off_balance"][0, 0] == pytest.approx(VALUE * 1.1 - 100)
    assert a["income.lease_cost"][0].tolist() == [100, 100, 100, 0]
    rising = account(leased(identified=False, escalation=0.1), POLICY)
    mean = (100 + 110 + 121) / 3
    assert rising["balance.accrued_rent"][0, :2] == pytest.approx([mean - 100, 2 * mean - 210])


def test_a_short_lease_stays_off_where_that_is_elected() -> None:
    short = leased(term=1)
    on = replace(POLICY, elect_short_term=False, standard="ifrs16")
    assert account(short, replace(POLICY, standard="ifrs16"))["capex.leased"][0, 0] == 0
    assert account(short, on)["capex.leased"][0, 0] == pytest.approx(100 / 1.1)


@pytest.mark.parametrize(("quarters", "off"), [(3, True), (4, True), (5, False)])
def test_short_means_up_to_twelve_months(quarters: int, off: bool) -> None:
    lease = replace(LEASE, term=quarters, quantity=np.array([1.0, 0, 0, 0, 0, 0]))
    flows = Flows(horizon(Period.parse("2026-Q1"), 6), "CNY", leases=(lease,))
    a = account(flows, replace(POLICY, standard="ifrs16"))
    assert (a["capex.leased"][0, 0] == 0) == off


def test_an_opening_lease_is_no_spending() -> None:
    a = account(leased(opening=True), replace(POLICY, standard="ifrs16"))
    assert a["capex.with_leases"][0].tolist() == [0, 0, 0, 0]
    assert a["income.amortisation"][0, 0] == pytest.approx(VALUE / 3)


@pytest.mark.parametrize("standard", ["us_gaap", "ifrs16"])
def test_half_a_lease_given_back_after_a_year(standard: str) -> None:
    back = LeaseEnd("hall", 0, np.array([0.0, 0.5, 0.0, 0.0]))
    flows = plan(leases=(LEASE,), lease_ends=(back,))
    a = account(flows, replace(POLICY, standard=standard))  # type: ignore[arg-type]
    assert a["lease.hall.paid"][0].tolist() == [100, 50, 50, 0]
    whole = account(leased(), replace(POLICY, standard=standard))  # type: ignore[arg-type]
    for name in ("balance.lease_liability", "balance.right_of_use"):
        assert a[name][0, 0] == pytest.approx(whole[name][0, 0])
        assert a[name][0, 1] == pytest.approx(whole[name][0, 1] / 2)
    owed, right = whole["balance.lease_liability"][0, 0], whole["balance.right_of_use"][0, 0]
    assert a["income.disposals"][0, 1] == pytest.approx(-(owed - right) / 2)
    assert abs(a["check.total"]).max() < 1e-9


def test_rent_accrued_on_what_is_given_back_returns_to_cost() -> None:
    back = LeaseEnd("hall", 0, np.array([0.0, 1.0, 0.0, 0.0]))
    a = account(plan(leases=(replace(LEASE, escalation=0.1),), lease_ends=(back,)), POLICY)
    mean = (100 + 110 + 121) / 3
    assert a["income.lease_cost"][0] == pytest.approx([mean, -(mean - 100), 0, 0])
    assert a["balance.lease_liability"][0, 1:].tolist() == pytest.approx([0, 0, 0])


def test_a_rising_rent_is_expensed_evenly_and_accrued() -> None:
    a = account(leased(escalation=0.1), POLICY)
    mean = (100 + 110 + 121) / 3
    assert a["income.lease_cost"][0, :3] == pytest.approx([mean] * 3)
    assert a["cash.leases_operating"][0, :3] == pytest.approx([-100, -110, -121])
    gap = a["balance.lease_liability"][0, 0] - a["balance.right_of_use"][0, 0]
    assert gap == pytest.approx(mean - 100)  # rent accrued lowers the right


# ---- paths, nodes, currencies, explanations


TREE = replace(
    plan(purchases=(buy(quantity=np.array([[100.0, 0, 0, 0], [100, 50, 0, 0]])),)),
    paths=("refused", "granted"),
    probability=np.array([0.25, 0.75]),
    node=np.array([[0, 1, 3, 5], [0, 2, 4, 6]]),
)


def test_expectation_and_years() -> None:
    a = account(TREE, POLICY)
    assert a.expected("capex.owned").tolist() == [1000, 375, 0, 0]
    assert a["capex.owned"].tolist() == [[1000, 0, 0, 0], [1000, 500, 0, 0]]
    assert a.by_year("capex.owned")[2027].tolist() == [0, 500]
    assert a.by_year("balance.fixed_assets")[2027].tolist() == [500, 875]


def test_fiscal_years_that_start_in_april() -> None:
    quarters = horizon(Period.parse("2026-Q1"), 4)
    flows = Flows(quarters, "CNY", purchases=(buy(quantity=1.0),))
    a = account(flows, replace(POLICY, fiscal_year_start=4))
    assert a.years == [2026, 2027]
    assert {y: v[0] for y, v in a.by_year("capex.owned").items()} == {2026: 10, 2027: 30}
    assert a["year.2027.capex.owned"][0] == 30


def test_explanation_of_a_year_of_capex() -> None:
    a = account(TREE, POLICY)
    tree = explain(Cells(a.graph, a.path_inputs(1)), "year.2027.capex.owned")
    assert tree.value == 500
    text = "\n".join(tree.lines())
    assert "buy.chips.quantity [2027]: 50 chip  (plan)" in text
    assert "buy.chips.price [2027]: 10 CNY/chip  (assumption)" in text
    with pytest.raises(UnknownNameError, match="no such row"):
        a["capex.ownd"]


def test_names_with_any_characters_are_only_names() -> None:
    odd = buy(id="=1+1 'x' \"y\" 字节", chip="a.b")
    flows = replace(plan(purchases=(odd,)), available={"a.b": 10.0})
    assert row(flows, "capex.owned")[0] == 1000
