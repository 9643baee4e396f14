"""A solved study asked what if: at once and exactly, in any order, until a newer question comes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import outlay
from outlay.api.plans.session import Session, session
from outlay.api.plans.what_if import what_if
from outlay.app.cli.main import main
from outlay.core.errors import CancelledError, InfeasibleError, InputError, Problem, StudyError
from outlay.planning.answers.kept import FILE
from outlay.planning.solver import infeasible as infeasible_module
from outlay.planning.solver import solve as solve_module
from outlay.planning.solver.tree import branches as branches_module
from outlay.results.plans.what_if import WhatIf
from outlay.results.schema import to_json
from outlay.runs import what_if as what_if_module
from support.small import SMALL

CHANGES = {
    "dearer": {"supply.ascend-910c.price": "230_000 CNY"},
    "cheaper": {"supply.ascend-910c.price": "150_000 CNY"},
    "rate": {"discount_rate": "12 %/year"},
    "less power": {"sites.inner.power": "100 MW"},
    "less money": {"budget.capex": {2026: "14bn CNY"}},
    "more demand": {"services.chat.tokens_per_day": "2.4T tokens/day"},
    "fewer": {"supply.rent-h20.cap": 4000},
    "chance": {"uncertainty.licence.h200.states": {"granted": "45 %", "refused": "55 %"}},
}


@pytest.fixture(scope="module")
def small() -> Session:
    return session(SMALL)


def as_set(changes: dict[str, object]) -> list[str]:
    return [f"{k}={v if isinstance(v, str) else json.dumps(v)}" for k, v in changes.items()]


@pytest.mark.parametrize("name", CHANGES)
def test_the_exact_answer_is_the_plan_of_the_changed_study(small: Session, name: str) -> None:
    quick, exact = small.ask(CHANGES[name])
    plan = outlay.plan(SMALL, overrides=as_set(CHANGES[name]), quick=True)
    assert exact.objective == pytest.approx(plan.objective, rel=1e-9)
    assert exact.first_orders == pytest.approx(plan.first_orders, abs=1e-3)
    assert exact.base == small.cost == outlay.plan(SMALL, quick=True).objective
    assert (quick.stage, exact.stage, exact.kept) == ("quick", "exact", True)
    assert exact.difference == pytest.approx(plan.objective - small.cost)
    # What is said at once holds what is found.
    assert quick.least is None or quick.least <= exact.objective * (1 + 1e-9)
    if quick.kept:
        assert quick.objective >= (exact.least or 0) * (1 - 1e-9)
    assert (quick.gap is None) == (not quick.kept or quick.least is None)


def test_what_moves_is_said(small: Session) -> None:
    def told(name: str) -> tuple[str, ...]:
        return next(small.ask(CHANGES[name])).moved

    assert told("less power") == ("right side",)
    assert told("chance") == ("cost",)
    assert "entries" in told("dearer")  # the price stands in the budget too
    assert next(small.ask({"title": "another name"})).moved == ()


def test_parts_of_lots_are_no_plan() -> None:
    """The solved corner buys any share of a lot, so it is cheaper than any plan may be."""
    lots = session(SMALL, overrides=["supply.ascend-910c.lot=1000"])
    quick, exact = lots.ask({"sites.inner.pue": 1.25})
    assert quick.first_orders["ascend-910c"] % 1000 > 1
    assert exact.first_orders["ascend-910c"] % 1000 == pytest.approx(0, abs=1e-6)
    assert quick.objective < exact.objective
    assert (quick.kept, quick.gap) == (False, None)
    assert quick.least is not None
    assert quick.least <= exact.objective
    # Where nothing is changed, the plan in whole lots is known.
    first, second = lots.ask({"title": "another name"})
    assert first.objective == second.objective == lots.cost
    assert first.first_orders == second.first_orders == exact.base_orders
    assert (first.stage, first.kept) == ("quick", True)


def test_no_answer_depends_on_those_before_it(small: Session) -> None:
    forth = {n: [to_json(a) for a in small.ask(CHANGES[n])] for n in CHANGES}
    back = {n: [to_json(a) for a in small.ask(CHANGES[n])] for n in reversed(CHANGES)}
    assert forth == back
    fresh = session(SMALL)
    assert [to_json(a) for a in fresh.ask(CHANGES["rate"])] == forth["rate"]


def test_a_large_tree_is_answered_from_the_old_basis(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = outlay.plan(SMALL, overrides=as_set(CHANGES["dearer"]), quick=True)
    monkeypatch.setattr(branches_module, "SIMPLEX_BELOW", 0)
    monkeypatch.setattr(solve_module, "SIMPLEX_BELOW", 0)
    kept = session(SMALL)
    _, exact = kept.ask(CHANGES["dearer"])
    assert exact.objective == pytest.approx(plain.objective, rel=1e-9)


def test_the_study_as_it_stands_is_not_solved_twice(
    small: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def solved(*_: object) -> None:
        raise AssertionError("what is known is solved again")

    monkeypatch.setattr(what_if_module, "_plan", solved)
    (only,) = small.ask({})
    assert (only.stage, only.objective, only.changes) == ("exact", small.cost, ())
    assert only.first_orders == only.base_orders
    *_, same = small.ask({"title": "another name"})
    assert (same.stage, same.objective) == ("exact", small.cost)


def test_what_may_exist_is_solved_from_nothing(small: Session) -> None:
    (only,) = small.ask({"horizon": {"start": "2026-Q1", "periods": 3}})
    assert (only.stage, only.moved) == ("exact", ("structure",))


def test_a_newer_question_ends_the_one_in_flight(small: Session) -> None:
    first = small.ask(CHANGES["dearer"])
    assert next(first).stage == "quick"
    second = small.ask(CHANGES["rate"])
    with pytest.raises(CancelledError, match="newer"):
        next(first)
    assert [a.stage for a in second] == ["quick", "exact"]
    third = small.ask(CHANGES["rate"])
    small.cancel()
    with pytest.raises(CancelledError):
        next(third)


def test_what_is_wrong_is_found(small: Session) -> None:
    with pytest.raises(StudyError, match="did you mean 'ascend-910c'") as found:
        list(small.ask({"supply.ascend-910d.price": "1 CNY"}))
    assert "--set supply.ascend-910d.price" in str(found.value)
    with pytest.raises(InputError, match="a list"):
        small.ask("discount_rate=12 %/year")
    # A scenario or state that the change spoils is found before the exact answer.
    with pytest.raises(StudyError):
        list(small.ask({"uncertainty.licence.h200.states": {"granted": "45 %", "refused": "5 %"}}))
    for wrong in (None, 3, [3], [("discount_rate", "12 %/year")], b"discount_rate=12 %/year"):
        with pytest.raises(InputError, match="not changes"):
            small.ask(wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="nothing is changed"):
        what_if(SMALL)
    with pytest.raises(InputError, match="a list"):
        what_if(SMALL, overrides="discount_rate=12 %/year")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "solved").mkdir()
    with pytest.raises(InputError, match=r"no such folder .*did you mean 'solved'"):
        session(SMALL, out=tmp_path / "slved")
    with pytest.raises(InputError, match="not a folder"):
        what_if(SMALL, overrides=["seed=3"], out=SMALL)


def test_no_plan_says_so(small: Session, capsys: pytest.CaptureFixture[str]) -> None:
    never = {"services.chat.value.least": "100 %", "sites.inner.power": "1 MW"}
    with pytest.raises(InfeasibleError):
        list(small.ask(never))
    args = [x for text in as_set(never) for x in ("--set", text)]
    with pytest.raises(SystemExit) as ended:
        main(["what-if", str(SMALL), *args])
    assert ended.value.code == 1
    assert "no plan meets every limit" in capsys.readouterr().err


def test_the_search_for_what_conflicts_ends_too(
    small: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes minutes on a large study, and must not go on behind the next question."""
    whole = infeasible_module.conflicts

    def asked_meanwhile(*args: Any) -> list[Problem]:
        small.cancel()
        return whole(*args)

    monkeypatch.setattr(infeasible_module, "conflicts", asked_meanwhile)
    never = {"services.chat.value.least": "100 %", "sites.inner.power": "1 MW"}
    with pytest.raises(CancelledError):
        list(small.ask(never))


def test_a_folder_keeps_where_its_study_was_solved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variant starts there, leaves it as it is, and is replayed from there; a spoilt file changes
    no answer."""
    monkeypatch.setattr(branches_module, "SIMPLEX_BELOW", 0)
    monkeypatch.setattr(solve_module, "SIMPLEX_BELOW", 0)
    outlay.plan(SMALL, quick=True, out=tmp_path)
    kept = (tmp_path / FILE).read_bytes()
    more = ["services.chat.tokens_per_day=2.8T tokens/day"]  # whose optimum is another corner
    plain = outlay.plan(SMALL, quick=True, overrides=more)
    assert plain.record.basis == ""
    warm = outlay.plan(SMALL, quick=True, overrides=more, out=tmp_path)
    assert warm.record.basis != ""
    assert warm.objective == pytest.approx(plain.objective, rel=1e-9)
    assert (tmp_path / FILE).read_bytes() == kept
    assert outlay.replay(tmp_path).same
    assert what_if(SMALL, overrides=more, out=tmp_path).objective == pytest.approx(
        plain.objective, rel=1e-9
    )
    (tmp_path / FILE).write_bytes(kept[:-100])
    said: list[str] = []
    torn = outlay.plan(SMALL, quick=True, overrides=more, out=tmp_path, progress=said.append)
    assert torn.record.basis == ""
    assert torn.record.result_hash == plain.record.result_hash
    assert [x for x in said if FILE in x and "passed over" in x]
    # So is a basis of another programme.
    (tmp_path / FILE).write_bytes(kept)
    said.clear()
    shorter = ["horizon={start: 2026-Q1, periods: 3}"]
    other = outlay.plan(SMALL, quick=True, overrides=shorter, out=tmp_path, progress=said.append)
    assert other.record.basis == ""
    assert [x for x in said if "other rows and columns" in x]
    # A plan of the study as it is written starts from nothing, whatever lies there.
    again = outlay.plan(SMALL, quick=True, out=tmp_path)
    assert again.record.basis == ""
    assert (tmp_path / FILE).read_bytes() == kept


def test_a_session_and_its_answers_show_themselves(small: Session) -> None:
    assert repr(small) == "Session('A small study that plans in a second')"
    _, exact = small.ask(CHANGES["rate"])
    assert isinstance(exact, WhatIf)
    assert "stage='exact'" in repr(exact)
