"""From a slider to the changed headline, through a real server: seconds by the clock.

    python benchmarks/workbench_live.py [STUDY] [--only WORD] [--rounds N]

The changes are those of `benchmarks/what_if.py`. Each is asked over HTTP on loopback, as the page
asks it, of a server in a process of its own; and of a session in this process, in turn, so that
both see the same machine. A first round goes before those that count: it fills what is remembered.
Ratio: seconds of the one over seconds of the other, medians over all changes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from what_if import REFERENCE, asked

import outlay
from outlay.core.errors import OutlayError

ROOT = Path(__file__).parents[1]


@contextmanager
def server(study: Path, home: Path) -> Iterator[tuple[httpx.Client, str]]:
    """A client that was let in, and the id of the study."""
    command = [sys.executable, "-m", "outlay", "serve", str(study), "--port", "0", "--no-browser",
               "--store", str(home / "store.db")]  # fmt: skip
    path = os.pathsep.join(p for p in (str(ROOT / "src"), os.environ.get("PYTHONPATH")) if p)
    inside = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": path}
    running = subprocess.Popen(command, env=inside, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        found = None
        while found is None:
            line = running.stdout.readline()
            assert line, "the server ended"
            found = re.search(r"(http://[^\s/]+)/enter\?token=(\S+)", line)
        with httpx.Client(base_url=found[1], timeout=600, headers={"Origin": found[1]}) as client:
            client.get(f"/enter?token={found[2]}", follow_redirects=False)
            (held,) = client.get("/api/v1/studies").raise_for_status().json()
            yield client, held["id"]
    finally:
        running.terminate()
        running.wait(30)


ROUNDS = ("EUR", "", "USD", "JPY", "GBP", "HKD", "SGD")
"""Currency of each round's answers: a server keeps exact ones, and none may be asked twice."""


def served(
    client: httpx.Client, study: str, changes: list[str], currency: str = ""
) -> list[tuple[str, float, object]]:
    """(event, seconds since the question, data)."""
    asked = [("tab", "bench"), ("currency", currency), *(("set", c) for c in changes)]
    query = urllib.parse.urlencode(asked)
    began, name, out = time.perf_counter(), "", []
    with client.stream("GET", f"/api/v1/studies/{study}/live?{query}") as answer:
        answer.raise_for_status()
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                out.append((name, time.perf_counter() - began, json.loads(line[6:])))
    return out


def alone(kept: outlay.api.plans.session.Session, changes: list[str]) -> list[tuple[str, float]]:
    """(stage, seconds) of the bare call."""
    began, out = time.perf_counter(), []
    for answer in kept.ask(changes):
        out.append((answer.stage, time.perf_counter() - began))
    return out


def shares(values: list[float]) -> str:
    """Median and the ninth tenth."""
    if len(values) < 2:
        return "-"
    cuts = statistics.quantiles(values, n=10, method="inclusive")
    return (
        f"median {statistics.median(values):.3f} s, 90 % {cuts[-1]:.3f} s, most {max(values):.3f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("study", nargs="?", default=str(REFERENCE))
    parser.add_argument("--only", default="")
    parser.add_argument("--rounds", type=int, default=1, choices=range(1, len(ROUNDS)))
    args = parser.parse_args()
    study = outlay.load(args.study)
    kept = outlay.session(study)
    cases = [(name, changes) for name, changes in asked(study) if args.only in name]
    seen: dict[str, list[float]] = {"coarse": [], "exact": [], "quick bare": [], "exact bare": []}
    with tempfile.TemporaryDirectory() as home, server(Path(args.study), Path(home)) as (c, id):
        began = time.perf_counter()
        served(c, id, [])
        print(
            f"the study itself, first question to a new server: {time.perf_counter() - began:.2f} s"
        )
        print(f"{'change':34s} {'coarse':>8s} {'bare':>8s} {'exact':>8s} {'bare':>8s}")
        for turn in range(args.rounds + 1):
            for name, changes in cases:
                found = {n: t for n, t, _ in served(c, id, changes, ROUNDS[turn])}
                try:
                    bare = dict(alone(kept, changes))
                except OutlayError as err:
                    print(f"{name:34s} {str(err).splitlines()[0][:60]}; served: {sorted(found)}")
                    continue
                if turn == 0:
                    continue
                row = [found.get("coarse"), bare.get("quick"), found.get("exact"),
                       bare.get("exact")]  # fmt: skip
                for key, value in zip(("coarse", "quick bare", "exact", "exact bare"), row,
                                      strict=True):  # fmt: skip
                    if value is not None:
                        seen[key].append(value)
                told = " ".join("       -" if v is None else f"{v:8.3f}" for v in row)
                print(f"{name:34s} {told}", flush=True)
    for key, values in seen.items():
        print(f"{key:12s} n={len(values)}: {shares(values)}")
    for of in (("coarse", "quick bare"), ("exact", "exact bare")):
        served_s, bare_s = (statistics.median(seen[k]) for k in of)
        print(f"{of[0]}: served over bare {served_s / bare_s:.2f}")


if __name__ == "__main__":
    main()
