"""Room for solved studies is shared by workspaces: none is pushed out by one that has as much."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncGenerator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.workbench.live import floor
from outlay.workbench.live.floor import Floor
from outlay.workbench.live.limits import Room
from outlay.workbench.live.studio import Event, Files, Wanted

TIME = itertools.count(1)


class Fake:
    """A studio that solves nothing. busy: as the test says."""

    def __init__(self, room: Room) -> None:
        self.used, self.wanted, self.asked, self.why = float(next(TIME)), 0, False, ""

    @property
    def busy(self) -> bool:
        return self.asked or self.wanted > 0

    async def ask(self, wanted: Wanted, files: Files) -> AsyncGenerator[Event]:
        self.used = float(next(TIME))
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
    assert [e.name for e in again] == ["progress", "end"]
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
