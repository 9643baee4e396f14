"""`outlay sweep`: the same bytes from one worker and from several, after kills; what it leaves."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import outlay
from outlay.app.cli.main import main
from outlay.core.errors import InputError
from outlay.store.opened import open_store
from outlay.sweeps.head import conduct
from outlay.sweeps.local import Local
from support.shared import ROOT
from support.small import SMALL
from support.sweeping import GRID, Here, Memory, asked, common_bytes

VARY = (
    "supply.h200-import.price=10_000..40_000:2",
    "horizon.periods=2|4",
    "uncertainty.licence.h200.reveal=2026-Q2|2026-Q4",
    "budget.cash=0 CNY|100bn CNY",
)
"""With cases that no plan can meet, and such that the study's own checks refuse."""


@pytest.fixture(scope="module")
def undisturbed() -> tuple[bytes, ...]:
    """The rows of the sweep, worked out in this process one by one."""
    spec = asked(*VARY)
    journal = Memory()
    conduct(spec.design, lambda: common_bytes(spec), journal, Here(room=1))
    return tuple(row for _, row in journal.rows())


def pids(executor: Local) -> tuple[int, ...]:
    return tuple(held.process.pid for held in list(executor._processes.values()))


def killed(executor: Local, kills: int) -> threading.Thread:
    """Ends one of its workers whenever there is another one, with a signal that nobody catches."""

    def hunt() -> None:
        met: set[int] = set()
        while len(met) < kills:
            for pid in set(pids(executor)) - met:
                met.add(pid)
                time.sleep(0.2)
                os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.01)

    thread = threading.Thread(target=hunt, daemon=True)
    thread.start()
    return thread


def test_workers_that_are_killed_leave_the_same_rows(undisturbed: tuple[bytes, ...]) -> None:
    spec, journal, executor = asked(*VARY), Memory(), Local(2)
    hunter = killed(executor, 1)
    conduct(spec.design, lambda: common_bytes(spec), journal, executor)
    hunter.join(10)
    assert not hunter.is_alive(), "no worker was killed"
    assert tuple(row for _, row in journal.rows()) == undisturbed
    assert not journal.outcasts
    assert pids(executor) == ()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "outlay", "sweep", str(SMALL), "--workers", "1",
               "--store", str(tmp_path / "store.db")]  # fmt: skip
    for text in VARY:
        command += ["--vary", text]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield process
    process.kill()
    process.wait()


def test_a_head_that_is_killed_is_gone_on_with_and_the_table_is_the_same(
    running: subprocess.Popen[bytes], undisturbed: tuple[bytes, ...], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = str(tmp_path / "store.db")
    while not (Path(path).exists() and (kept := in_store(path)) >= 3):
        assert running.poll() is None, "it ended before it was killed"
        time.sleep(0.05)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert 3 <= kept < len(undisturbed)
    asked_ = ["sweep", str(SMALL), "--workers", "1", "--store", path, "--out",
              str(tmp_path / "out"), *(w for text in VARY for w in ("--vary", text))]  # fmt: skip
    assert run(asked_) == 0
    said = capsys.readouterr()
    assert f"{len(undisturbed)} cases" in said.out
    table = tmp_path / "out" / "sweep.parquet"
    first = table.read_bytes()
    held = open_store(path)
    who = held.first_admin("you")
    (one,) = held.sweeps(who)
    assert tuple(row for _, row in held.sweep_rows(who, one.id)) == undisturbed
    held.close()
    assert run(asked_) == 0, "a sweep that is done is shown, and its files are written over"
    assert table.read_bytes() == first
    read_by_others(tmp_path / "out", len(undisturbed))


def run(words: list[str]) -> object:
    try:
        main(words)
    except SystemExit as stop:
        return stop.code
    return None


def in_store(path: str) -> int:
    return sum(s.done for s in sweeps_of(path))


def sweeps_of(path: str) -> tuple[object, ...]:
    held = open_store(path)
    try:
        return held.sweeps(held.first_admin("you"))
    finally:
        held.close()


def read_by_others(out: Path, cases: int) -> None:
    """The files as other tools meet them."""
    import duckdb

    counted = duckdb.sql(
        f"SELECT status, count(*) FROM '{out / 'sweep.parquet'}' GROUP BY status"
    ).fetchall()
    document = json.loads((out / "sweep.json").read_text(encoding="utf-8"))
    assert dict(counted) == {k: document[k] for k in ("optimal", "infeasible", "refused")}
    assert sum(n for _, n in counted) == document["cases"] == cases
    sealed = hashlib.sha256((out / "sweep.parquet").read_bytes()).hexdigest()
    assert document["sha256"] == sealed
    csv = pl.read_csv(out / "sweep.csv")
    assert csv.columns == pl.read_parquet(out / "sweep.parquet").columns
    page = (out / "sweep.html").read_text(encoding="utf-8")
    assert page.count("<svg ") >= 2
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
    assert (out / "drivers.svg").read_bytes().startswith(b'<svg role="img"')


def test_a_certified_answer_is_that_of_the_plan_itself(tmp_path: Path) -> None:
    found = outlay.sweep(SMALL, vary=GRID, workers=1, store=str(tmp_path / "s.db"))
    assert (found.cases, found.optimal) == (9, 9)
    row = found.table.row(5, named=True)
    assert row["supply.h200-import.price"] == 25e3
    assert row["uncertainty.licence.h200.states.granted"] == 1.0
    plan = outlay.plan(SMALL, quick=True, overrides=[
        "supply.h200-import.price=25_000 USD", "uncertainty.licence.h200.states.granted=1",
        "uncertainty.licence.h200.states.refused=0",
    ])  # fmt: skip
    assert row["objective"] == pytest.approx(plan.objective, rel=1e-9)
    assert row["expected_cost"] == pytest.approx(plan.expected_cost, rel=1e-9)
    assert row["order_now"] == pytest.approx(plan.order_now)
    assert row["served_share"] == pytest.approx(plan.served_share)
    for offer, count in plan.first_orders.items():
        assert row[f"first_orders.{offer}"] == pytest.approx(count)
    for year in plan.capex_by_year:
        assert row[f"capex.{year}"] == pytest.approx(plan.capex(year))
    for kind in ("input", "cached", "output"):
        each = plan.cost_per_mtok["chat"][kind]
        assert row[f"cost_per_mtok.chat.{kind}"] == pytest.approx(each)
    assert row["paid"] == pytest.approx(plan.lines.bill.paid)
    assert row["left"] == pytest.approx(plan.lines.bill.left)
    assert row["unserved"] == pytest.approx(plan.lines.bill.unserved)


def test_what_cannot_be_varied_ends_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "s.db"
    code = run(["sweep", str(SMALL), "--vary", "supply.h200.price=1..2:2", "--store", str(store)])
    assert code == 2
    told = capsys.readouterr().err
    assert "--vary supply.h200.price=1..2:2" in told
    assert "h200-import" in told
    assert not store.exists()
    with pytest.raises(InputError, match="--engine"):
        outlay.sweep(SMALL, vary=GRID, engine="cloud")
    with pytest.raises(InputError, match="one text where a list is meant"):
        outlay.sweep(SMALL, vary=GRID[0])


def test_workers_that_cannot_begin_are_an_error_and_no_endless_trial(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("outlay.sweeps.local.MODULE", "outlay.no_such_module")
    spec, executor = asked(*GRID), Local(2)
    with pytest.raises(outlay_error(), match="no worker could begin"):
        conduct(spec.design, lambda: b"{}", Memory(), executor)
    assert pids(executor) == ()


def outlay_error() -> type[Exception]:
    from outlay.core.errors import OutlayError

    return OutlayError
