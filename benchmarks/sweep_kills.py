"""A sweep of small plans whose workers and head are killed, beside one that nobody disturbs.

    python benchmarks/sweep_kills.py [STUDY] [--cases 2000] [--workers 2] [--calm 1] [--kills 5]
                                     [--heads 1] [--together]

Both draw from the study's prices, hall and discount rate. Kills come with SIGKILL, evenly over the
course of the sweep; a head that is killed is begun again by the same command. Says the SHA-256 of
both tables, which must be one. --calm: workers of the sweep that nobody disturbs. --together: both
at once. Outlay must not be edited meanwhile: another version of it begins a sweep anew. Linux: it
looks for processes in /proc.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from outlay.store.opened import open_store

SMALL = Path(__file__).parents[1] / "tests" / "data" / "small.yaml"
VARY = (
    "supply.h200-import.price=10_000..40_000 USD",
    "supply.ascend-910c.price=100_000..300_000 CNY",
    "sites.inner.power=20..200 MW",
    "discount_rate=4..16 %/year",
    "uncertainty.licence.h200.states.granted=5..95 %",
)


def command(study: Path, cases: int, workers: int, home: Path) -> list[str]:
    """The sweep, into a store and a folder below `home`."""
    words = [sys.executable, "-m", "outlay", "sweep", str(study), "--sample", str(cases), "--seed",
             "1", "--workers", str(workers), "--store", str(home / "store.db"), "--out",
             str(home / "out")]  # fmt: skip
    return words + [w for text in VARY for w in ("--vary", text)]


def begun(words: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def children(pid: int) -> list[int]:
    """Processes that `pid` began and that work for the sweep."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(stat[1]) == pid and b"sweeps.worker" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except (OSError, IndexError, ValueError):  # no process, or one that is gone
            continue
    return sorted(found)


def done(home: Path) -> int:
    """Cases that are in the store."""
    path = home / "store.db"
    if not path.exists():
        return 0
    store = open_store(str(path))
    try:
        return sum(s.done for s in store.sweeps(store.first_admin("you")))
    finally:
        store.close()


def table(home: Path) -> str:
    return hashlib.sha256((home / "out" / "sweep.parquet").read_bytes()).hexdigest()


def undisturbed(calm: subprocess.Popen[bytes], home: Path) -> str:
    if calm.wait() != 0:
        raise SystemExit("the undisturbed sweep failed")
    return table(home)


def disturbed(
    words: list[str], home: Path, cases: int, kills: int, heads: int
) -> tuple[str, float, int, int]:
    """Its table, seconds, and how many workers and heads were killed."""
    began = time.monotonic()
    kinds = [("worker", (i + 1) / (kills + 2)) for i in range(kills)]
    kinds += [("head", (i + 1) / (heads + 1)) for i in range(heads)]
    plan = sorted(kinds, key=lambda x: x[1])
    head, workers_gone, heads_gone = begun(words), 0, 0
    for what, share in plan:
        while done(home) < share * cases and head.poll() is None:
            time.sleep(0.2)
        if head.poll() is not None:
            raise SystemExit(f"the sweep ended early ({head.returncode})")
        if what == "head":
            head.kill()
            head.wait()
            heads_gone += 1
            head = begun(words)
            continue
        while not (there := children(head.pid)):
            time.sleep(0.1)
        os.kill(there[workers_gone % len(there)], signal.SIGKILL)
        workers_gone += 1
    if head.wait() != 0:
        raise SystemExit(f"the disturbed sweep failed ({head.returncode})")
    return table(home), time.monotonic() - began, workers_gone, heads_gone


def main() -> None:
    """Run both and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", nargs="?", type=Path, default=SMALL)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--calm", type=int, default=1)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--heads", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        calm, rough = Path(folder, "calm"), Path(folder, "rough")
        for home in (calm, rough):
            home.mkdir()
        study = asked.study.resolve()
        quiet = command(study, asked.cases, asked.calm, calm)
        beside = begun(quiet) if asked.together else None
        there, seconds, workers, heads = disturbed(
            command(study, asked.cases, asked.workers, rough), rough, asked.cases, asked.kills,
            asked.heads,
        )  # fmt: skip
        print(f"disturbed: {asked.cases} cases in {seconds:.0f} s, {workers} workers and {heads} "
              f"heads killed, table {there[:16]}", flush=True)  # fmt: skip
        own = undisturbed(beside or begun(quiet), calm)
        print(f"undisturbed, {asked.calm} workers: table {own[:16]}")
    if there != own:
        raise SystemExit("the tables differ")
    print("the same bytes")


if __name__ == "__main__":
    main()
