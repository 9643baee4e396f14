"""The result says what the stages found, each fact in its place: of a plan written by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outlay.results.document import Document
from outlay.results.plans.record import Record
from outlay.results.schema import from_json, to_text
from outlay.results.study import Number
from outlay.runs.documents.result import make_result
from outlay.runs.pipeline.execute import Options
from support.small import small_run, small_stages
from support.tiny_plan import PLAN, REFUSED
from support.tiny_run import CHECKS, WORTH, tiny_result, tiny_run, tiny_stages

CNY_PER_USD = 7.0432


def test_the_solvers_answer() -> None:
    found = tiny_result()
    assert (found.title, found.as_of, found.currency) == (
        "A small study that plans in a second", "2025-12-31", "CNY",
    )  # fmt: skip
    assert (found.status, found.objective, found.expected_cost) == (
        "optimal",
        66_000.0,
        65_446.6086,
    )
    assert found.leaf_cost == (14_353.038, 82_477.7988)
    assert found.periods == ("2026-H2", "2027-H1")
    assert found.states == ("slow", "fast")
    (c,) = found.certificates
    assert (c.primal, c.dual, c.gap, c.integrality, c.bound_gap) == (1e-9, 2e-9, 3e-9, 4e-9, 5e-9)
    assert (c.objective, c.method) == (65_999.0, "simplex")


def test_prices_are_of_limits_that_bind_and_cost_something() -> None:
    rows = {(p.family, p.item, p.node, p.unit): p for p in tiny_result().prices}
    assert len(rows) == 10  # not the hall that is not full, nor the limit without a price
    hall = rows["power", "hall", REFUSED, "MW"]
    assert (hall.value, hall.here, hall.used, hall.limit) == (3.0, 4.0, 0.2, 0.2)
    assert hall.name == "2027-H1 licence=refused"
    assert rows["supply", "rent", 0, "chip"].limit is None  # no number stands for no limit


def test_limits_broken_at_their_price() -> None:
    first, _ = tiny_result().slacks
    assert (first.item, first.node, first.name) == ("capex 2026", 2, "2027-H1 licence=refused")
    assert (first.amount, first.unit, first.cost) == (22.0, "CNY", 11.0)


def test_what_is_authorised_is_in_the_studys_currency() -> None:
    dollars = "budget.processors.2026=2bn USD"
    rows = [(b.kind, b.year, b.name, b.amount) for b in tiny_result(dollars).budgets]
    assert rows == [
        ("capex", "2026", "authorised", 16e9),
        ("processors", "2026", "processors", pytest.approx(2e9 * CNY_PER_USD)),
    ]


def test_committed_expenditure_stands_beside_the_plans() -> None:
    """In the study's currency, under its name; an amount holds until the next is stated."""
    other = "budget.other_capex={2026-Q1: 100m USD, 2026-Q2: 200m USD}"
    halls = "sites.inner.capex_due={2026-Q4: 50m CNY}"
    found = tiny_result(other, halls).capex_by_year
    assert found["2026"] == {
        "processors": 600.0, "site": 300.0, "committed halls": 50e6,
        "outside this plan": pytest.approx(7e8 * CNY_PER_USD),
    }  # fmt: skip
    assert set(found["2027"]) == {"processors", "servers"}


def test_unit_costs_by_service_and_kind() -> None:
    found = tiny_result()
    assert set(found.cost_per_mtok) == {"chat"}
    for u in found.accounts.unit_costs:
        assert found.cost_per_mtok["chat"][u.kind] == u.full
        assert found.cost_per_mtok["chat"][f"{u.kind}_direct"] == u.direct
        assert u.direct < u.full


def test_rows_of_every_table_are_there() -> None:
    found = tiny_result()
    assert [len(x) for x in (found.orders, found.nodes, found.fleet, found.served, found.work)] == [
        6, 3, 3, 6, 2,
    ]  # fmt: skip
    assert [b.processors for b in found.branches] == [600.0, 600.0]
    assert [(p.period, p.full) for p in found.power] == [("2026-H2", 0.0), ("2027-H1", 0.75)]
    assert found.opex_by_year["2026"]["energy"] == 50.0
    assert sum(p.value for p in found.cost_parts) == pytest.approx(65_446.6086)
    assert found.need.chip == "small"
    assert found.decision.commitment.hoped == 3300.0
    assert found.decision.processors is not None
    assert found.decision.processors.authorised == 8.5e9
    assert found.peers.budget_usd == pytest.approx(16e9 / CNY_PER_USD)
    assert found.accounts.income["income.costs"].by_year["2026"] == pytest.approx(57.0)


def test_fiscal_years_are_the_studys() -> None:
    """A year from July: hosts of the second half year are in the same year as the first."""
    found = tiny_result("fiscal_year_start=7", "budget.processors={2027: 1bn CNY}")
    assert set(found.capex_by_year) == set(found.opex_by_year) == {"2027"}
    assert [b.processors for b in found.branches] == [15_916.0, pytest.approx(90_249.6)]
    assert found.decision.processors is not None
    assert found.decision.processors.high == pytest.approx(90_249.6)
    assert found.need.to == "2027-H1"


def test_what_things_are_worth_is_passed_on() -> None:
    without = tiny_result()
    assert (without.worth, without.megawatts, without.no_regret, without.hedges) == ((), (), (), ())
    assert without.values is None
    assert without.half.status == "not_computed"
    found = tiny_result(values=WORTH)
    assert found.worth == WORTH.rows
    assert found.values is WORTH.values
    assert (found.megawatts, found.no_regret) == (WORTH.megawatts, WORTH.no_regret)
    assert (found.hedges, found.deep) == (WORTH.hedges, WORTH.deep)
    assert found.half.planned is not None
    assert found.half.half is not None
    assert (found.half.planned.cost, found.half.half.cost) == (65_446.6086, 30_000.0)


def test_what_a_chip_does_for_a_load() -> None:
    cell = {(c.load, c.chip): c for c in tiny_result().capacity}["chat/prefill", "small"]
    assert (cell.units_per_chip, cell.low, cell.high) == (4.0, 2.0, 8.0)
    assert (cell.load_factor, cell.chips_per_replica, cell.watts_per_chip) == (0.75, 8, 900.0)
    assert (cell.bound_by, cell.method, cell.why_not) == ("memory", "simulated", "")


def test_one_broken_identity_makes_the_run_invalid() -> None:
    assert tiny_result().verdict == "valid"
    assert tiny_result().held == 2
    broken = (*CHECKS, replace(CHECKS[0], status="broken"))
    found = tiny_result(checks=broken)
    assert found.verdict == "INVALID"
    assert found.invariants == broken


def test_numbers_of_the_study_with_their_unit_range_and_line() -> None:
    ranged = "discount_rate={value: 9 %/year, low: 7 %/year, high: 12 %/year, note: ours}"
    found = tiny_result(ranged)
    rows = {n.path: n for n in (*found.assumptions, *found.facts)}
    rate = rows["discount_rate"]
    assert (rate.value, rate.unit, rate.low, rate.high) == (0.09, "1/year", 0.07, 0.12)
    assert (rate.grade, rate.note, rate.stated, rate.source) == ("assumption", "ours", True, "")
    host = rows["supply.h200-import.host"]
    assert (host.value, host.unit, host.line) == (60_000.0, "CNY", 21)
    usable = rows["rules.usable"]
    assert (usable.value, usable.stated, usable.line) == (0.92, False, None)
    assert not found.facts  # the small study names no source
    assert isinstance(rate, Number)


def test_sources_in_one_text() -> None:
    source = (
        "sources={ft: {title: A title, publisher: FT, url: 'https://ft', date: 2025-12-23,"
        " grade: reported, note: read}}"
    )
    (found,) = tiny_result(source).sources
    assert (found.id, found.date, found.grade) == ("ft", "2025-12-23", "reported")
    assert found.text == "A title; FT; https://ft; read"


def test_the_record_says_what_the_run_was_made_of() -> None:
    changes = ("horizon.periods=3",)
    run = tiny_run(*changes, options=Options(seed=11, worlds=7, values=False))
    r: Record = run.record
    assert (r.seed, r.worlds, r.values) == (11, 7, False)
    assert (r.overrides, r.scenario, r.study_file) == (changes, "", "small.yaml")
    assert (r.solver.solver, r.solver.method) == ("highs", "simplex")
    assert (r.solver.rows, r.solver.columns, r.solver.nonzeros) == (10, 20, 30)
    assert r.ended == "2026-01-02T00:00:00+00:00"
    assert tiny_run().record.seed == small_stages().loaded.study.seed
    assert r.input_hash != tiny_run().record.input_hash


def test_the_hash_covers_facts_and_not_when_they_were_found() -> None:
    one = tiny_result()
    later = replace(tiny_run(), record=replace(tiny_run().record, ended="2030", seconds={}))
    assert make_result(tiny_stages(), later).record.result_hash == one.record.result_hash
    dearer = replace(PLAN, leaf_cost=PLAN.leaf_cost + 1e-6)
    assert tiny_result(plan=dearer).record.result_hash != one.record.result_hash
    assert len(one.record.result_hash) == 64


def test_a_result_is_read_again_as_it_was() -> None:
    for found in (tiny_result(values=WORTH), small_run().result):
        assert isinstance(found, Document)
        assert from_json(to_text(found), "plan") == found


def test_the_small_study_adds_up_from_stage_to_stage() -> None:
    """Facts that two stages work out apart are the same number."""
    run = small_run()
    r = run.result
    assert r is not None
    assert r.verdict == "valid"
    assert r.outlook is not None
    assert (r.outlook.worlds, r.outlook.seed) == (40, small_stages().loaded.study.seed)
    assert r.cost == pytest.approx(r.expected_cost)
    assert sum(
        b.probability * (b.cash + b.unserved + b.broken) for b in r.branches
    ) == pytest.approx(r.expected_cost)
    bill = r.lines.bill
    assert bill.paid - bill.left == pytest.approx(r.cash)
    assert r.cash + bill.unserved + bill.broken == pytest.approx(r.cost)
    # capital expenditure: of the plan's payments, and of the accounts' cash flow
    paid = float(run.accounts.accounts.expected("capex.paid").sum())
    assert r.capex("2026") == pytest.approx(paid)
    # energy: of the plan, and of the income statement
    assert r.opex_by_year["2026"]["energy"] == pytest.approx(
        r.accounts.income["income.costs"].by_year["2026"]
    )
    # tokens: of the rows by service and kind, and of the accounts' sales, of 365 days
    sold = sum(float(run.accounts.accounts.expected(f"sale.chat.{k}.mtok").sum())
               for k in ("input", "cached", "output"))  # fmt: skip
    days = {"2026-Q1": 90, "2026-Q2": 91, "2026-Q3": 92, "2026-Q4": 92}
    assert sum(s.served * days[s.period] for s in r.served) == pytest.approx(1e6 * sold)
    assert r.orders_now == tuple(sorted(
        (o for o in r.orders if o.period == "2026-Q1"), key=lambda o: -o.spend))  # fmt: skip
