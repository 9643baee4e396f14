"""Questions in lanes: first answers before exact ones, each tab served, none that is stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from outlay.core.errors import InputError, OutlayError
from outlay.workbench.live import lanes
from outlay.workbench.live.lanes import Lanes, Question


class Heard:
    """What was told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[int, str, object]] = []
        self._bell = threading.Condition()

    def __call__(self, seq: int, what: str, found: object) -> None:
        with self._bell:
            self.told.append((seq, what, found))
            self._bell.notify_all()

    def until(self, *wanted: tuple[int, str]) -> None:
        with self._bell:
            assert self._bell.wait_for(
                lambda: {(s, w) for s, w, _ in self.told} >= set(wanted), timeout=20
            ), self.told

    def of(self, seq: int) -> list[str]:
        return [w for s, w, _ in self.told if s == seq]


def wrong(err: OutlayError) -> object:
    return str(err)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "SETTLE_S", 0.02)


def test_every_tab_has_its_first_answer_while_another_is_solved() -> None:
    heard, going = Heard(), threading.Event()
    found = Lanes(heard, wrong)

    def slow() -> Iterator[tuple[str, object]]:
        yield "coarse", 1
        assert going.wait(20)
        yield "exact", 1

    found.add(Question(1, slow()))
    heard.until((1, "coarse"))
    for seq in (2, 3):
        found.add(Question(seq, iter([("coarse", seq), ("exact", seq)])))
    heard.until((2, "coarse"), (3, "coarse"))
    assert "exact" not in heard.of(1) + heard.of(2) + heard.of(3)
    going.set()
    heard.until((1, "end"), (2, "end"), (3, "end"))
    for seq in (1, 2, 3):
        assert heard.of(seq) == ["coarse", "exact", "end"]
    exact = [s for s, w, _ in heard.told if w == "exact"]
    assert exact == [1, 2, 3], "in turn"


def test_what_has_no_first_answer_keeps_nobody_waiting_for_theirs() -> None:
    heard, going, thread = Heard(), threading.Event(), list[str]()
    found = Lanes(heard, wrong)

    def structural() -> Iterator[tuple[str, object]]:
        yield lanes.LATE, None
        thread.append(threading.current_thread().name)
        assert going.wait(20)
        yield "exact", 1

    def slider() -> Iterator[tuple[str, object]]:
        thread.append(threading.current_thread().name)
        yield "coarse", 2
        yield "exact", 2

    found.add(Question(1, structural()))
    found.add(Question(2, slider()))
    heard.until((2, "coarse"))
    assert heard.of(1) == []
    going.set()
    heard.until((1, "end"), (2, "end"))
    assert heard.of(1) == ["exact", "end"]
    assert len(set(thread)) == 2
    found.add(Question(3, slider()))
    heard.until((3, "end"))


def test_what_is_stopped_tells_nothing_more_but_its_end() -> None:
    heard, begun, going = Heard(), threading.Event(), threading.Event()
    found = Lanes(heard, wrong)

    def blocks() -> Iterator[tuple[str, object]]:
        begun.set()
        assert going.wait(20)
        yield "coarse", 1

    def late() -> Iterator[tuple[str, object]]:
        yield "coarse", 2
        yield "exact", 2

    found.add(Question(1, blocks()))
    found.add(Question(2, late()))
    assert begun.wait(20)
    found.stop(2)  # while it waits
    going.set()
    heard.until((1, "end"), (2, "end"))
    assert heard.of(2) == ["end"]
    found.stop(7)  # nobody


def test_errors_end_one_question_and_no_lane() -> None:
    heard = Heard()
    found = Lanes(heard, wrong)

    def refused() -> Iterator[tuple[str, object]]:
        yield from ()
        raise InputError("no such path")

    def broken() -> Iterator[tuple[str, object]]:
        yield from ()
        raise ZeroDivisionError("by nought")

    found.add(Question(1, refused()))
    found.add(Question(2, broken(), late=True))
    found.add(Question(3, iter([("first", "page")]), late=True))
    heard.until((1, "end"), (2, "end"), (3, "end"))
    assert heard.of(1) == heard.of(2) == ["problem", "end"]
    assert (1, "problem", "no such path") in heard.told
    assert (2, "problem", "ZeroDivisionError: by nought") in heard.told
    assert heard.of(3) == ["first", "end"]
