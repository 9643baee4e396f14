"""Two processes of fifty threads save at once; writers are killed: nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from outlay.store.opened import open_store
from support.postgres import database, server
from support.store_together import save

HERE = Path(__file__).resolve().parents[1]
SCRIPT = HERE / "support" / "store_together.py"


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    return database(request.getfixturevalue("postgres"))


def begun(*words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, SCRIPT, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])},
    )  # fmt: skip


def test_of_a_hundred_who_save_a_version_one_wins_and_the_others_are_told_who(url: str) -> None:
    store = open_store(url)
    ann = store.first_admin("ann")
    study = store.add_study(ann, "A study", "title: A study\n").id
    other = begun("save", url, study, 1, 50)
    assert other.stdin is not None
    assert other.stdout is not None
    assert other.stdout.readline() == "ready\n"
    mine = save(store, study, 1, 50, lambda: (other.stdin.write("\n"), other.stdin.flush()))
    told = [tuple(t) for t in [*mine, *json.loads(other.communicate()[0])]]
    assert Counter(t[0] for t in told) == {"saved": 1, "stale": 99}
    (winner,) = [t[2] for t in told if t[0] == "saved"]
    assert {(t[1], t[2]) for t in told} == {(2, winner)}
    assert store.study(ann, study).updated_by == winner
    assert [v.version for v in store.versions(ann, study)] == [2, 1]
    assert store.check_trail() is None
    store.close()


def test_writers_that_are_killed_at_any_moment_lose_nothing_acknowledged(url: str) -> None:
    times = 12 if url.endswith(".db") else 6
    found = json.loads(begun("kill", url, times, 7).communicate()[0])
    assert found["lost"] == found["half"] == []
    assert found["broken"] == 0
    assert found["acknowledged"] >= times
