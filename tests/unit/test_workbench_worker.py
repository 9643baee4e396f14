"""Work is taken under a lease, ends where it is unwanted, and is never lost with its worker."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from outlay.core.errors import InputError
from outlay.core.progress import Told
from outlay.results.kept.workbench import Who, Work
from outlay.runs.ahead import WRITES
from outlay.store.opened import Store, open_store
from outlay.workbench.live import worker
from outlay.workbench.live.crew import Crew
from outlay.workbench.live.limits import Room
from outlay.workbench.live.worker import Beat, do_next
from support.small import SMALL

LEASE_S = 0.6


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    yield found
    found.close()


@pytest.fixture
def ada(store: Store) -> Who:
    return store.first_admin("ada")


def _asked(store: Store, who: Who) -> Work:
    text = SMALL.read_text("utf-8")
    study = store.add_study(who, "Small", text)
    request = {"version": 1, "changes": ["discount_rate=12 %/year"], "own": "", "quick": True,
               "set": ["discount_rate=12 %/year"], "scenario": "", "name": "dear",
               "language": "en"}  # fmt: skip
    return store.ask(who, "plan", study.id, request)


def _does(monkeypatch: pytest.MonkeyPatch, how: Callable[..., str]) -> None:
    monkeypatch.setattr(worker, "DOES", {"plan": how})


def test_what_is_done_and_what_fails_is_said(
    store: Store, ada: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (_asked(store, ada) for _ in range(3))
    seen: list[Mapping[str, object]] = []

    def done(_: Store, who: Who, work: Work, asked: Mapping[str, object], tell: Beat) -> str:
        seen.append(asked)
        assert (who.id, work.id) == (ada.id, first.id)
        return "a run"

    def refused(*_: object) -> str:
        raise InputError("no such offer")

    def broken(*_: object) -> str:
        raise ZeroDivisionError("by nought")

    for how in (done, refused, broken):
        _does(monkeypatch, how)
        assert do_next(store, "w", 15.0)
    assert not do_next(store, "w", 15.0)
    assert seen[0]["name"] == "dear"
    ended = [store.work(ada, w.id) for w in (first, second, third)]
    assert [(w.state, w.result, w.why) for w in ended] == [
        ("done", "a run", ""),
        ("failed", "", "no such offer"),
        ("failed", "", "ZeroDivisionError: by nought"),
    ]


def test_a_worker_says_that_it_is_there_and_ends_when_it_is_unwanted(
    store: Store, ada: Who
) -> None:
    asked = _asked(store, ada)
    assert store.take("w", ("plan",), LEASE_S) is not None
    unwanted = threading.Event()
    beat = Beat(store, asked.id, "w", LEASE_S, unwanted.set)
    beat(Told("outlook", share=0.4))
    beat.hides = "/tmp/of-ours"
    beat("made of /tmp/of-ours/run/a.svg")
    assert _until(lambda: store.work(ada, asked.id).said == "made of run/a.svg")
    beat(Told("writing /somewhere/of/ours", stage=WRITES))
    assert _until(lambda: store.work(ada, asked.id).said == "writing the report")
    assert store.work(ada, asked.id).share == 0.4
    time.sleep(2 * LEASE_S)
    assert store.take("other", ("plan",), LEASE_S) is None, "its lease is kept"
    store.cancel(ada, asked.id)
    assert unwanted.wait(20)
    beat.over()
    assert store.work(ada, asked.id).state == "cancelled"
    assert not store.finish(asked.id, "w", "a run")


def test_the_work_of_a_killed_worker_is_taken_again_and_a_cancelled_one_s_process_is_gone(
    store: Store, ada: Who, tmp_path: Path
) -> None:
    asked = _asked(store, ada)
    crew = Crew(Room(f"sqlite:///{tmp_path / 'store.db'}", workers=1, lease_s=3 * LEASE_S))

    def tries() -> int:
        found = store.work(ada, asked.id)
        return found.tries if found.state == "running" else 0

    try:
        assert _until(lambda: tries() == 1)
        (killed,) = _pids(crew)
        os.kill(killed, signal.SIGKILL)
        assert _until(lambda: tries() == 2), "another has it"
        (again,) = _pids(crew)
        store.cancel(ada, asked.id)
        assert _until(lambda: again not in _pids(crew))
        assert not _alive(again)
        assert store.work(ada, asked.id).state == "cancelled"
        assert store.runs(ada) == ()
    finally:
        crew.close()
    assert not _pids(crew)


def _pids(crew: Crew) -> tuple[int, ...]:
    with crew._guard:
        return tuple(p.pid for p in crew._there)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _until(so: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not so() and time.monotonic() < end:
        time.sleep(0.02)
    return so()
