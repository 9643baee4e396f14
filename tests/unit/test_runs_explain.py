"""An explanation adds up, and ends at the numbers of the study or at named assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from outlay.core.errors import UnknownNameError
from outlay.planning.solver.solve import solve
from outlay.results.explanation import Explanation, Origin, Step
from outlay.runs.documents.explain import explain
from outlay.runs.pipeline.money import accounts_of
from support.small import small_stages
from support.study_text import small


@cache
def explained(path: str) -> Explanation:
    return explain(small_stages().loaded, path)


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


def test_a_year_is_the_sum_of_its_periods_and_the_accounts_own_number() -> None:
    stages = small_stages()
    a = accounts_of(stages, solve(stages.problem)).accounts
    likely = int(a.flows.weights.argmax())
    year = str(a.flows.periods[0].year)
    inside = [i for i, p in enumerate(a.flows.periods) if str(p.year) == year]
    found = explained(f"capex.{year}")
    assert found.value == pytest.approx(a.rows["capex.paid"][likely, inside].sum())
    assert found.value == pytest.approx(sum(i.value or 0.0 for i in found.inputs))
    assert [i.period for i in found.inputs] == [str(a.flows.periods[i]) for i in inside]
    assert found.note == f"on the likeliest path ({a.flows.paths[likely]})"
    one = explained(f"income.net.{a.flows.periods[1]}")
    assert one.value == pytest.approx(a.rows["income.net"][likely, 1])


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
