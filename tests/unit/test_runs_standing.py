"""What stands without a book value is asked for; what is taken out of service is written off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from outlay.finance.reports.accounts import account
from outlay.finance.types import Flows, Opening, Policy
from outlay.results.plans.accounts import Unbooked, WrittenOff
from outlay.runs.answers.accounts import accounts_facts
from outlay.runs.answers.standing import replaced, unbooked_rows, written_off_rows
from outlay.runs.answers.statements import revenue_rows, unit_costs
from outlay.runs.pipeline.execute import Options
from outlay.runs.pipeline.firm import policy_of
from outlay.runs.pipeline.flows import flows_of
from outlay.runs.pipeline.money import accounts_of
from outlay.runs.run import run_study
from outlay.study.reading.loader import load
from support.small import planned, small_stages
from support.tiny_plan import CAPACITY, DEMAND, PLAN, PROBLEM
from support.tiny_run import CHIPS, tiny_stages

FOUNDER = Path(__file__).resolve().parents[2] / "examples" / "gpu-cloud-founder" / "study.yaml"
KINDS = ("input", "cached", "output")
OWN = "fleet.h20.chip=ascend-910c"
BOOKED = "fleet.h20.book_value=40_000 CNY"


def test_owned_chips_without_a_book_value_are_named_with_what_they_cost_today() -> None:
    assert unbooked_rows(small_stages()) == (Unbooked("h20", "h20-96g", 10_000.0, None),)
    assert unbooked_rows(small_stages(OWN)) == (Unbooked("h20", "ascend-910c", 10_000.0, 190_000),)
    levied = small_stages(OWN, "supply.ascend-910c.host=10_000 CNY",
                          "supply.ascend-910c.duty=10 %")  # fmt: skip
    assert unbooked_rows(levied)[0].replacement == pytest.approx(190_000 * 1.1 + 10_000)
    assert unbooked_rows(small_stages(BOOKED)) == ()
    leased = small_stages("fleet.h20.tenure=leased", "fleet.h20.rent=3 CNY/chip-hour")
    assert unbooked_rows(leased) == ()


def test_no_margin_without_a_book_value_and_the_cost_on_replacement_beside() -> None:
    run, stages = planned(OWN), small_stages(OWN)
    facts = accounts_facts(stages, run.accounts, run.plan)
    assert facts.unbooked
    again = replaced(stages, run.accounts.accounts, run.plan)
    assert again is not None
    for u in facts.unit_costs:
        assert u.margin is None
        assert u.replacement is not None
        assert u.replacement > u.full
    # ten thousand chips at 190,000, as an annuity at 9 % over five years, while they stand
    plan = run.plan
    tree = plan.problem.tree
    held = plan.pool_stock[0].sum(axis=0)[tree.ancestor[tree.leaves]]
    years = tree.years[tree.ancestor[tree.leaves]]
    annuity = 0.09 / (1 - 1.09**-5)
    more = (again["economic.total"] - run.accounts.accounts["economic.total"]).sum(axis=1)
    assert more == pytest.approx((held * years).sum(axis=1) * 190_000 * annuity, rel=1e-9)
    booked = planned(BOOKED)
    known = accounts_facts(small_stages(BOOKED), booked.accounts, booked.plan)
    assert [u.replacement for u in known.unit_costs] == [None, None, None]
    for u in known.unit_costs:
        assert u.listed is not None
        assert u.margin == pytest.approx(1 - u.full / u.listed)


def test_chips_that_no_purchase_sells_have_no_cost_on_replacement() -> None:
    run = planned()
    assert replaced(small_stages(), run.accounts.accounts, run.plan) is None


OLD = replace(PLAN, problem=replace(PROBLEM, pools=(replace(PROBLEM.pools[0], id="h20"),
                                                    PROBLEM.pools[1])))  # fmt: skip


def test_what_the_plan_retires_early_is_written_off() -> None:
    """A hundred chips; 90 stand where granted (a quarter), 80 where refused. Of 400m over two years
    three quarters are left after half a year; ten of ten thousand are a thousandth."""
    stages = tiny_stages(BOOKED)
    study = stages.loaded.study
    flows = flows_of(OLD, DEMAND, CAPACITY, study, CHIPS, stages.money)
    a = account(flows, policy_of(study, stages.money))
    lost = 400e6 * 0.75 * np.array([0.001, 0.002])
    assert a["opening.h20.lost"].sum(axis=1) == pytest.approx(lost)
    assert a["income.disposals"].sum(axis=1) == pytest.approx(lost)
    spent = a["opening.h20.depreciation"][:, 1]
    assert spent == pytest.approx(100e6 * np.array([0.999, 0.998]))
    expected = float(lost @ [0.25, 0.75])
    (row,) = written_off_rows(stages, a, OLD)
    assert row == WrittenOff("h20", pytest.approx(17.5), pytest.approx(expected))  # type: ignore[arg-type]
    bare = tiny_stages()
    found = written_off_rows(bare, accounts_of(bare, OLD).accounts, OLD)
    assert found == (WrittenOff("h20", pytest.approx(17.5), None),)  # type: ignore[arg-type]


def test_a_balance_sheet_closes_over_what_is_retired() -> None:
    old = Opening("old", "it", 800.0, 2.0, "CNY", gone=np.array([0.25, 0.5]))
    policy = Policy({}, 0.0)
    a = account(Flows(PLAN.problem.tree.periods, "CNY", opening=(replace(old, asset_class="it"),)),
                replace(policy, classes=one_class()))  # fmt: skip
    # a quarter at once: 200; three quarters wear 200 over half a year; half of 600 is lost at 3/4
    assert a["income.disposals"][0] == pytest.approx([200.0, 0.5 * 600.0])
    assert a["income.depreciation"][0] == pytest.approx([0.75 * 200, 0.25 * 200])
    assert a["balance.fixed_assets"][0] == pytest.approx([450.0, 100.0])
    assert a["check.total"].max() < 1e-6


def one_class() -> dict[str, object]:
    from outlay.finance.types import AssetClass

    return {"it": AssetClass(5, 5)}


PRICED = (
    "services.chat.value={unserved: 1 CNY/Mtok, price: {input: 3 CNY/Mtok, output: 8 CNY/Mtok}}"
)


def test_customers_pay_for_what_is_served_by_kind() -> None:
    """In the first half year 235 tokens a second in, three cached with each, 23.5 out."""
    stages = tiny_stages(PRICED)
    study = stages.loaded.study
    a = account(flows_of(PLAN, DEMAND, CAPACITY, study, CHIPS, stages.money),
                policy_of(study, stages.money))  # fmt: skip
    first = 184 * 86_400 / 1e6 * (235 * 3 + 23.5 * 8)  # a cached token has no price: nothing
    assert a["income.revenue"][:, 0] == pytest.approx([first, first])
    (row,) = revenue_rows(a, ["chat"])
    assert (row.service, row.priced) == ("chat", True)
    assert row.by_year["2026"] == pytest.approx(first)
    (silent,) = revenue_rows(a, [])
    assert not silent.priced
    by_kind = {u.kind: u for u in unit_costs(a, {})}
    assert by_kind["input"].price == pytest.approx(3.0)
    assert by_kind["cached"].price is None
    assert by_kind["output"].margin == pytest.approx(1 - by_kind["output"].full / 8.0)


def test_unit_costs_over_the_branches() -> None:
    """Granted is a quarter, refused three: the middle of the branches is the latter."""
    a = accounts_of(tiny_stages(), PLAN).accounts
    for u in unit_costs(a, {}):
        key = f"chat.{u.kind}"
        each = (a[f"economic.full.{key}"].sum(axis=1) / a[f"sale.{key}.mtok"].sum(axis=1)).tolist()
        assert (u.low, u.high) == (pytest.approx(min(each)), pytest.approx(max(each)))
        assert u.median == pytest.approx(each[1])
        assert u.low < u.full < u.high


FIRM = (
    "finance.perimeter=firm", "finance.operating_cash_flow={2026: 8bn CNY}",
    "finance.opening_cash=3bn CNY", "budget.other_capex={2026-Q2: 200m CNY}",
    "finance.tax=25 %",
)  # fmt: skip


def test_the_whole_firms_statements_hold_its_cash_what_it_earns_and_buys() -> None:
    alone = planned(*FIRM[1:]).accounts.accounts
    whole = planned(*FIRM)
    a = whole.accounts.accounts
    assert a["cash.outside"][0] == pytest.approx([2e9] * 4)
    assert a["income.net"] - alone["income.net"] == pytest.approx(
        np.array([[2e9] * 4] * 2) - (a["income.depreciation"] - alone["income.depreciation"])
        - (a["income.tax"] + a["income.deferred_tax"]
           - alone["income.tax"] - alone["income.deferred_tax"])
    )  # fmt: skip
    bought = alone["cash.capex"] - a["cash.capex"]
    assert bought[0] == pytest.approx([0, 200e6, 200e6, 200e6])
    assert a.policy.opening_cash == 3e9
    assert alone.policy.opening_cash == 0.0
    np.testing.assert_allclose(a["economic.total"], alone["economic.total"], rtol=1e-12)
    facts = accounts_facts(small_stages(*FIRM), whole.accounts, whole.plan)
    assert facts.perimeter == "firm"
    assert {c.status for c in whole.accounts.checks} == {"holds"}


def test_the_founders_revenue_is_her_prices_on_what_she_serves() -> None:
    """In millions of tokens of 2026: 1,998 in, 1,332 cached, 925 out; all is served."""
    run = run_study(load(FOUNDER), Options(values=False, worlds=0))
    a = run.accounts.accounts
    mtok = {k: float(a.expected(f"sale.api.{k}.mtok")[:12].sum()) for k in KINDS}
    by_hand = 0.2 * mtok["input"] + 0.05 * mtok["cached"] + 0.8 * mtok["output"]
    assert run.result is not None
    (row,) = run.result.accounts.revenue
    assert row.by_year["2026"] == pytest.approx(by_hand, rel=1e-12)
    assert row.by_year["2026"] == pytest.approx(1_206_200, rel=1e-5)
    assert run.result.accounts.earns
    assert run.result.accounts.balance["balance.cash"].by_year["2026"] > 0
    assert {c.status for c in run.checks} == {"holds"}
