"""kill -9 of the server, a worker or the database at random moments: what was finished is there.

    python benchmarks/workbench_kills.py [--kills 100] [--postgres] [--seed N]

Planners hand in plans all the while. After each kill whoever is gone is started again on the same
store, and every plan that was taken and every run that was seen is asked for. At the end all plans
must have ended, done or saying why not; every run is exported and verified, and the trail is whole.
--postgres: on a server of Debian's packages, which is killed too (needs root, which begins it as
`postgres`). Without it the store is SQLite, and the database dies with whoever holds it open.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
from workbench_server import Server

ENDED = ("done", "failed", "interrupted", "cancelled")
CALM = 0.25
STATES = ("queued", "running", *ENDED)


class Postgres:
    """A database server of its own, on loopback."""

    def __init__(self, home: Path) -> None:
        self.tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.data = home / "data"
        home.chmod(0o755)
        self.data.mkdir()
        shutil.chown(self.data, "postgres")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._run("initdb", "-D", self.data, "-U", "outlay", "-A", "trust", "--no-sync")
        self.start()
        self.url = f"postgresql://outlay@127.0.0.1:{self.port}/postgres"

    def _run(self, tool: str, *args: object) -> None:
        command = ["runuser", "-u", "postgres", "--", str(self.tools / tool), *map(str, args)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        command = ["runuser", "-u", "postgres", "--", str(self.tools / "postgres"), "-D",
                   str(self.data), "-p", str(self.port), "-k", str(self.data)]  # fmt: skip
        self.running = subprocess.Popen(
            command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(600):
            ready = [
                "-h",
                "127.0.0.1",
                "-p",
                str(self.port),
                "-U",
                "outlay",
                "-d",
                "postgres",
                "-q",
            ]
            if subprocess.run([self.tools / "pg_isready", *ready]).returncode == 0:
                return
            time.sleep(0.1)
        raise SystemExit("the database did not start")

    def kill(self) -> None:
        """The whole server at once, as a machine that goes down."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        below = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout
        for one in (pid, *map(int, below.split())):
            try:
                os.kill(one, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.running.wait()

    def stop(self) -> None:
        self.kill()


class Seen:
    """What the planners were told."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.taken: dict[str, str] = {}
        self.runs: set[str] = set()
        self.wrong: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.over = False

    def told(self, work: dict[str, str]) -> None:
        with self.lock:
            self.taken[work["id"]] = work["state"]
            if work["state"] not in STATES:
                self.wrong[f"a state that is none: {work['state']}"] += 1
            if work["state"] == "done":
                self.runs.add(work["result"])
            elif work["state"] in ENDED and not work["why"]:
                self.wrong[f"{work['state']} without a reason"] += 1


class Way:
    """To the server as it is now."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client = httpx.Client()
        self.study = ""
        self.enter()

    def enter(self) -> None:
        self.client = httpx.Client(
            base_url=self.server.base, cookies=self.server.cookies(), timeout=60,
            headers={"Origin": self.server.base},
        )  # fmt: skip
        for _ in range(100):
            found = self.client.get("/api/v1/studies")
            if found.status_code == 200:
                self.study = found.json()[0]["id"]
                return
            time.sleep(0.2)
        raise SystemExit(f"the studies are not there: {found.status_code} {found.text[:200]}")


def planner(way: Way, seen: Seen, rng: random.Random) -> None:
    while not seen.over:
        time.sleep(rng.uniform(0.2, 1.0))
        with seen.lock:
            waiting = [k for k, state in seen.taken.items() if state not in ENDED]
        try:
            if len(waiting) < 4:
                body = {"set": [f"discount_rate={rng.uniform(6, 18):.6f} %/year"], "quick": True}
                answer = way.client.post(f"/api/v1/studies/{way.study}/plans", json=body)
            else:
                answer = way.client.get(f"/api/v1/works/{rng.choice(waiting)}")
        except (httpx.HTTPError, RuntimeError):  # it was killed
            continue
        if answer.status_code in (200, 202):
            seen.told(answer.json())
        elif answer.status_code in (401, 403, 503):  # between two servers, or without a database
            seen.refused[str(answer.status_code)] += 1
        else:
            seen.wrong[f"{answer.request.method} {answer.status_code} {answer.text[:120]}"] += 1


def verify(way: Way, seen: Seen) -> None:
    """Every plan that was taken and every run that was seen."""
    with seen.lock:
        taken, runs = dict(seen.taken), set(seen.runs)
    for work in taken:
        answer = way.client.get(f"/api/v1/works/{work}")
        if answer.status_code != 200:
            seen.wrong[f"a plan that was taken is {answer.status_code}"] += 1
            continue
        found = answer.json()
        if taken[work] in ENDED and found["state"] != taken[work]:
            seen.wrong[f"a plan that was {taken[work]} is {found['state']}"] += 1
        seen.told(found)
    for run in runs:
        if way.client.get(f"/api/v1/runs/{run}").status_code != 200:
            seen.wrong["a run that was seen is gone"] += 1


def kill_loop(
    server: Server, database: Postgres | None, seen: Seen, way: Way, kills: int, rng: random.Random
) -> Counter[str]:
    done: Counter[str] = Counter()
    while sum(done.values()) < kills:
        # Most come soon after another; now and then there is time to finish something.
        time.sleep(rng.uniform(10.0, 25.0) if rng.random() < CALM else rng.uniform(0.1, 3.0))
        victim = rng.choice(["server", "worker", *(["database"] if database else [])])
        if victim == "worker":
            below = server.family()[1:]
            if not below:
                continue
            try:
                os.kill(rng.choice(below), signal.SIGKILL)
            except ProcessLookupError:
                continue
        elif victim == "database" and database:
            database.kill()
            time.sleep(rng.uniform(0.0, 2.0))
            database.start()
        else:
            server.kill()
            server.start(with_study=False)
            way.enter()
        done[victim] += 1
        if sum(done.values()) % 10 == 0:
            time.sleep(2.0)
            verify(way, seen)
            print(f"{sum(done.values())} kills: {len(seen.taken)} plans taken, "
                  f"{len(seen.runs)} runs, wrong: {dict(seen.wrong)}", flush=True)  # fmt: skip
    return done


def exported(store: str, home: Path) -> int:
    """How many runs the store gives out whole. Raises what is wrong with one."""
    from outlay.runs.folder.verify import verify as verified
    from outlay.store.opened import open_store

    held = open_store(store)
    who = held.first_admin("kills")
    runs = held.runs(who)
    for run in runs:
        held.export_run(who, run.id, home / run.id)
        verified(home / run.id)
    assert held.check_trail() is None, "the trail is broken"
    held.close()
    return len(runs)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home, rng = Path(name), random.Random(args.seed)
        database = Postgres(home) if args.postgres else None
        server = Server(database.url if database else str(home / "store.db"))
        began = time.monotonic()
        try:
            server.start()
            seen, way = Seen(), Way(server)
            crowd = [
                threading.Thread(target=planner, args=(way, seen, random.Random(n)), daemon=True)
                for n in range(3)
            ]
            for one in crowd:
                one.start()
            done = kill_loop(server, database, seen, way, args.kills, rng)
            seen.over = True
            for one in crowd:
                one.join(90)
            until = time.monotonic() + 300
            while any(s not in ENDED for s in seen.taken.values()) and time.monotonic() < until:
                time.sleep(2.0)
                verify(way, seen)
            server.stop()
            whole = exported(server.store, home)
        finally:
            server.stop()
            if database:
                database.stop()
        left = [s for s in seen.taken.values() if s not in ENDED]
        print(f"{sum(done.values())} kills {dict(done)} in {time.monotonic() - began:.0f} s: "
              f"{len(seen.taken)} plans taken, ended {dict(Counter(seen.taken.values()))}, "
              f"{len(seen.runs)} runs seen, {whole} exported and verified; "
              f"refused meanwhile {dict(seen.refused)}")  # fmt: skip
        print("wrong:", dict(seen.wrong) or "nothing", "" if not left else f"; {len(left)} open")


if __name__ == "__main__":
    main()
