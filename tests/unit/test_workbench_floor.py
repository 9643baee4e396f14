"""Room for solved studies is shared by workspaces: none is pushed out by one that has as much."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.workbench.live import floor
from outlay.workbench.live.floor import Floor
from outlay.workbench.live.limits import Room
from outlay.workbench.live.studio import Event, Files, Wanted

TIME = itertools.count(1)
SOLVED: list[Wanted] = []
"""Questions that came to a process."""


class Fake:
    """A studio that solves nothing. busy: as the test says."""

    def __init__(self, room: Room) -> None:
        self.used, self.wanted, self.asked, self.why = float(next(TIME)), 0, False, ""

    @property
    def busy(self) -> bool:
        return self.asked or self.wanted > 0

    async def ask(self, wanted: Wanted, files: Files) -> AsyncGenerator[Event]:
        self.used = float(next(TIME))
        SOLVED.append(wanted)
        said = [wanted.version, list(wanted.changes), wanted.scenario, wanted.language,
                wanted.currency]  # fmt: skip
        yield Event("begun", {"seq": -1})
        yield Event("exact" if wanted.what == "live" else "first", {"seq": -1, "said": said})
        yield Event("end", None)

    def close(self, why: str = "") -> None:
        self.why = why


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floor, "Studio", Fake)
    for name, value in (("WAIT_S", 0.02), ("LOOK_AGAIN_S", 0.002), ("HOLD_S", 0.0)):
        monkeypatch.setattr(floor, name, value)


def asked(on: Floor, workspace: str, study: str) -> list[Event]:
    async def every() -> list[Event]:
        question = on.ask((workspace, study), Wanted("tab", 1, ()), dict)
        return [event async for event in question]

    return asyncio.run(every())


def held(on: Floor) -> Counter[str]:
    return Counter(workspace for workspace, _ in on._studios)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.booleans()), max_size=14),
)
def test_no_workspace_loses_a_study_to_one_that_has_as_much(
    sessions: int, steps: list[tuple[str, str, bool]]
) -> None:
    """Busy ones only to a workspace that has two fewer; never more studies than there is room."""
    on = Floor(Room("", sessions=sessions))
    for workspace, study, busy in steps:
        before, was, studios = held(on), dict(on._studios), (workspace, study) in on._studios
        found = asked(on, workspace, study)
        gone = [k for k in was if k not in on._studios]
        assert len(on._studios) <= sessions
        assert len(gone) <= (0 if studios else 1)
        for key in gone:
            assert was[key].why, "its listeners are told"
            assert key[0] == workspace or before[key[0]] > before[workspace]
            if was[key].busy:
                assert before[key[0]] > before[workspace] + 1
        if (workspace, study) in on._studios:
            on._studios[workspace, study].asked = busy  # type: ignore[attr-defined]
        else:
            assert [e.name for e in found] == ["problem", "end"]
            said = str(found[0].data)
            assert f"{sessions} studies" in said
            assert f"{before[workspace]} of them of your workspace" in said
    on.close()


def test_who_lost_a_study_is_told_when_they_ask_for_it_again() -> None:
    on = Floor(Room("", sessions=2))
    asked(on, "a", "x")
    asked(on, "a", "y")
    asked(on, "b", "x")
    assert held(on) == {"a": 1, "b": 1}
    again = asked(on, "a", "x")
    assert held(on) == {"a": 1, "b": 1}, "of its own, as the other has no more"
    assert [e.name for e in again] == ["progress", "begun", "exact", "end"]
    assert "another workspace" in str(again[0].data)
    assert "another study of yours" in str(asked(on, "a", "y")[0].data)
    on.close()


def test_all_the_room_kept_busy_is_given_up_in_part() -> None:
    on = Floor(Room("", sessions=2))
    for study in "xy":
        asked(on, "a", study)
        on._studios["a", study].asked = True  # type: ignore[attr-defined]
    oldest = on._studios["a", "x"]
    assert asked(on, "b", "x")[-1].name == "end"
    assert held(on) == {"a": 1, "b": 1}
    assert "another workspace" in oldest.why  # type: ignore[attr-defined]
    on._studios["b", "x"].asked = True  # type: ignore[attr-defined]
    assert asked(on, "c", "x")[0].name == "problem", "each has one"
    on.close()


QUESTION = st.builds(
    Wanted, st.sampled_from(("t1", "t2")), st.integers(1, 2),
    st.sampled_from(((), ("a=1",), ("b=1",), ("a=1", "b=1"))), st.sampled_from(("", "s")),
    st.sampled_from(("en", "zh")), st.sampled_from(("live", "first")),
    st.sampled_from(("", "USD")),
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), QUESTION), max_size=12),
    st.sampled_from((0, 300, 10_000)),
)
def test_an_answer_that_is_kept_is_that_of_the_question_in_whatever_tab(
    questions: list[tuple[str, Wanted]], room: int
) -> None:
    """Never of another state, language, currency or workspace; asked once, where there is room."""
    on = Floor(Room("", sessions=2, answers=room))
    SOLVED.clear()

    async def every(workspace: str, wanted: Wanted) -> list[Event]:
        return [e async for e in on.ask((workspace, "x"), wanted, dict)]

    for workspace, wanted in questions:
        found = asyncio.run(every(workspace, wanted))
        assert [e.name for e in found][-2:] == [
            "exact" if wanted.what == "live" else "first",
            "end",
        ]
        data: Any = found[-2].data
        assert data["said"] == [wanted.version, list(wanted.changes), wanted.scenario,
                                wanted.language, wanted.currency]  # fmt: skip
    if room > 1000:
        asked_once = {(w, replace(q, tab="")) for w, q in questions}
        assert len(SOLVED) == len(asked_once)
    on.close()


def test_a_study_whose_answer_was_kept_is_solved_for_the_next_move() -> None:
    on = Floor(Room("", sessions=1, answers=10_000))
    moved = Wanted("t", 1, ("a=1",))

    async def again() -> list[Event]:
        async for _ in on.ask(("a", "x"), moved, dict):
            pass
        on.forget(("a", "x"))  # as after a while
        found = [e async for e in on.ask(("a", "x"), replace(moved, tab="new"), dict)]
        await asyncio.sleep(0.01)
        return found

    found = asyncio.run(again())
    assert [e.name for e in found] == ["begun", "exact", "end"]
    assert found[0].data == {"seq": found[1].data["seq"]}  # type: ignore[index]
    assert SOLVED[-1].changes == ()
    assert list(on._studios) == [("a", "x")]
    on.close()
