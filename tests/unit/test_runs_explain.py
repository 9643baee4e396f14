"""An explanation adds up, and ends at the numbers of the study or at named assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from outlay.core.errors import InputError, UnknownNameError
from outlay.core.graph.explain import worked_out
from outlay.finance.reports.accounts import Accounts
from outlay.results.explanation import Explanation, Origin, Step
from outlay.runs.documents.explain import explain, needs_plan
from outlay.runs.documents.finished import Run
from outlay.runs.documents.folder import Given, given_by
from support.small import planned, small_stages, small_study
from support.study_text import small


def small_given_run() -> Run:
    return planned(worlds=0, values=False)


@cache
def small_given() -> Given:
    return given_by(small_given_run())


@cache
def explained(path: str) -> Explanation:
    return explain(small_study(), path, given=small_given())


def walk(step: Step) -> Iterator[Step]:
    yield step
    for below in step.inputs:
        yield from walk(below)


def test_an_input_says_its_range_where_it_stands_and_whose_it_is() -> None:
    found = explain(small(), "services.chat.tokens_per_day")
    assert (found.value, found.unit, found.range) == (1e12, "token/day", (5e11, 2e12))
    assert found.where.startswith("study.yaml:")
    assert found.assumption == "stated in the study"
    assert found.source is None
    price = explain(small(), "supply.h200.price")
    assert (price.value, price.range, price.assumption) == (20_000.0, None, None)
    assert price.source == Origin(
        id="ft", publisher="Financial Times", date="2025-12-23", grade="reported"
    )
    default = next(e for e in small().ledger if not e.stated)
    assert str(explain(small(), default.path).assumption).endswith("a default of Outlay's")


def test_a_section_holds_each_number_under_it() -> None:
    found = explained("supply")
    entries = [e for e in small_stages().loaded.ledger if e.path.startswith("supply.")]
    assert [i.name for i in found.inputs] == [e.path for e in entries]
    assert found.formula == f"{len(entries)} numbers"
    assert found.value is None


def accounts() -> Accounts:
    return small_given_run().accounts.accounts


def test_a_year_is_the_sum_of_its_periods_expected_over_the_branches() -> None:
    a = accounts()
    year = str(a.flows.periods[0].year)
    inside = [i for i, p in enumerate(a.flows.periods) if str(p.year) == year]
    found = explained(f"capex.paid.{year}")
    expected = np.asarray(a.flows.weights) @ a.rows["capex.paid"][:, inside]
    assert found.value == pytest.approx(expected.sum())
    assert [i.value for i in found.inputs] == pytest.approx(expected.tolist())
    assert [i.period for i in found.inputs] == [str(a.flows.periods[i]) for i in inside]
    one = explained(f"income.net.{a.flows.periods[1]}")
    assert one.value == pytest.approx(np.asarray(a.flows.weights) @ a.rows["income.net"][:, 1])


def test_a_balance_of_a_year_is_that_of_its_end() -> None:
    a = accounts()
    year, last = a.years[0], len([p for p in a.flows.periods if p.year == a.years[0]]) - 1
    found = explained(f"balance.assets.{year}")
    at_end = np.asarray(a.flows.weights) @ a.rows["balance.assets"][:, last]
    assert found.value == pytest.approx(at_end)
    assert found.value == pytest.approx(
        small_given().plan.accounts.balance["balance.assets"].by_year[str(year)]
    )


def test_what_reports_print_is_what_is_explained() -> None:
    plan = small_given().plan
    for service, kinds in plan.cost_per_mtok.items():
        for kind, value in kinds.items():
            assert explained(f"cost_per_mtok.{service}.{kind}").value == pytest.approx(value)
    for year, classes in plan.capex_by_year.items():
        assert explained(f"capex.{year}").value == pytest.approx(sum(classes.values()))
    for row, line in plan.accounts.income.items():
        for year, value in line.by_year.items():
            assert explained(f"{row}.{year}").value == pytest.approx(value, abs=1e-3), row
    assert explained("expected_cost").value == plan.expected_cost
    parts = explained("expected_cost").inputs
    assert sum(p.value or 0.0 for p in parts) == pytest.approx(plan.expected_cost)


def test_a_budget_year_holds_what_is_due_outside_the_plan() -> None:
    change = "budget.other_capex={2026: 300m CNY}"
    run = planned(change, worlds=0, values=False)
    assert run.result is not None
    found = explain(small_study(change), "capex.2026", given=given_by(run))
    assert found.value == pytest.approx(sum(run.result.capex_by_year["2026"].values()))
    own, outside = found.inputs
    assert (own.name, outside.name) == ("capex.paid.2026", "outside this plan")
    assert own.value == pytest.approx(explained("capex.2026").value)
    assert outside.value == run.result.capex_by_year["2026"]["outside this plan"]
    assert found.value == pytest.approx((own.value or 0.0) + (outside.value or 0.0))


def test_each_branch_is_the_accounts_own_and_the_whole_is_their_mean() -> None:
    a = accounts()
    found = explained("economic.full.chat.output.2026")
    inside = [i for i, p in enumerate(a.flows.periods) if p.year == 2026]
    row = a.rows["economic.full.chat.output"][:, inside].sum(axis=1)
    assert [b.branch for b in found.branches] == list(a.flows.paths)
    assert [b.value for b in found.branches] == pytest.approx(row.tolist())
    assert [b.chance for b in found.branches] == pytest.approx(list(a.flows.weights))
    assert sum(b.chance * (b.value or 0.0) for b in found.branches) == pytest.approx(found.value)


def test_a_formula_holds_for_expectations_or_its_branches_stand_below() -> None:
    """Each step is worked out again from the numbers that the tree shows below it."""
    g = small_given().calculation.graph
    shown = {(s.name, s.period): s.value for s in walk(explained("cost_per_mtok.chat.output"))
             if not s.branch}  # fmt: skip
    held, apart = 0, 0
    for step in walk(explained("cost_per_mtok.chat.output")):
        if not step.inputs or step.name not in g or g[step.name].op is None or step.branch:
            continue
        if step.inputs[0].branch:
            mean = sum((i.chance or 0.0) * (i.value or 0.0) for i in step.inputs)
            assert mean == pytest.approx(step.value)
            apart += 1
        elif step.period and all((i.name, i.period) in shown for i in step.inputs):
            below = {(i.name, i.period or ""): i.value or 0.0 for i in step.inputs}
            t = g.labels.index(step.period)
            again = worked_out(g[step.name], t, len(g), lambda n, u, below=below: below.get(
                (n.name, g.labels[u] if n.series else ""), 0.0))  # type: ignore[misc]  # fmt: skip
            assert again == pytest.approx(step.value, abs=1e-6), step.name
            held += 1
    assert held
    assert apart


def test_one_branch_is_meant_by_what_people_call_its_states() -> None:
    a = accounts()
    wanted = [i for i, p in enumerate(a.flows.paths) if "licence.h200=granted" in p]
    found = explain(small_study(), "income.net.2026", given=small_given(), branch="licence granted")
    weights = np.asarray(a.flows.weights)[wanted]
    inside = [i for i, p in enumerate(a.flows.periods) if p.year == 2026]
    row = a.rows["income.net"][wanted][:, inside].sum(axis=1)
    assert found.value == pytest.approx(row @ weights / weights.sum())
    assert [b.branch for b in found.branches] == [a.flows.paths[i] for i in wanted]
    both = explain(small_study(), "income.net", given=small_given(),
                   branch=a.flows.paths[0], period="2026")  # fmt: skip
    assert both.value == pytest.approx(a.rows["income.net"][0, inside].sum())


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"period": "2026-Q9"}, "no such period .*2026-Q9.*did you mean '2026-Q"),
        ({"branch": "licence grantd"}, "no such state.*did you mean 'licence granted'"),
        ({"branch": "licence granted, licence refused"}, "no branch has these states together"),
    ],
)
def test_a_period_or_state_that_names_nothing_is_refused_by_name(
    asked: dict[str, str], said: str
) -> None:
    with pytest.raises(UnknownNameError, match=said):
        explain(small_study(), "income.net", given=small_given(), **asked)


def test_an_input_has_no_branch() -> None:
    with pytest.raises(InputError, match="an input has no such"):
        explain(small(), "supply.h200.price", branch="licence granted")


def test_the_accounts_end_at_the_study_or_at_what_they_say_of_themselves() -> None:
    entries = {e.path: e.value for e in small_stages().loaded.ledger}
    leaves = [s for s in walk(explained("balance.cash")) if not s.inputs and not s.repeated]
    assert leaves
    assert all(s.source or s.assumption for s in leaves)
    of_study = [s for s in walk(explained("balance.cash")) if s.formula in entries]
    assert of_study, "no number of the accounts was followed into the study"
    for step in of_study:
        assert step.source is None
        assert [i.value for i in step.inputs] == [entries[step.formula]]


def test_a_cell_is_that_of_the_capacity_table() -> None:
    cell = small_stages().capacity.cells[-1]
    found = explained(f"cells.{cell.load}.{cell.chip}")
    assert found.value == cell.units_per_chip
    assert {i.name: i.value for i in found.inputs} == {
        "load factor": cell.load_factor, "low": cell.low, "high": cell.high,
        "chips per replica": cell.chips_per_replica, "watts per chip": cell.watts_per_chip,
    }  # fmt: skip


def test_what_is_neither_input_nor_result_says_both() -> None:
    with pytest.raises(UnknownNameError) as caught:
        explained("balance.cach.2026")
    first, second = caught.value.problems()
    assert first.what.startswith("no such path in the study")
    assert second.what == "nor is it a result"
    assert "balance.cash" in second.hint
    with pytest.raises(UnknownNameError, match="no such cell"):
        explained("cells.nothing")


def test_what_is_no_input_of_a_section_is_refused_before_a_plan() -> None:
    loaded = small_stages().loaded
    with pytest.raises(UnknownNameError, match="no such path") as caught:
        needs_plan(loaded, "supply.no-such.price")
    assert caught.value.problems()[0].allowed
    assert needs_plan(loaded, "balance.cash.2026")
    assert not needs_plan(loaded, "discount_rate")


def test_a_number_that_the_study_leaves_out_is_explained_as_well() -> None:
    """A rate of exchange that Outlay puts in stands in the ledger, so it says where it is from."""
    loaded = small_study()
    rate = next(n for n in loaded.ledger if n.path == "exchange_rates.USD")
    found = explain(loaded, rate.path)
    assert (found.value, found.source) == (rate.value, None)
    assert "monthly average" in str(found.assumption)


def test_the_cash_is_the_cost_without_the_prices_that_nobody_pays() -> None:
    run = planned(worlds=0)
    assert run.result is not None
    plan, given = run.result, given_by(run)
    cash, cost = (explain(run.loaded, p, given=given) for p in ("cash", "expected_cost"))
    priced = sum(p.value for p in plan.cost_parts if p.treatment == "penalty")
    assert cash.value == pytest.approx(plan.cash)
    assert sum(i.value or 0.0 for i in cash.inputs) == pytest.approx(plan.cash)
    assert (cost.value or 0.0) - (cash.value or 0.0) == pytest.approx(priced)
    with pytest.raises(InputError, match="one number for every period"):
        explain(run.loaded, "cash", given=given, period="2026")
