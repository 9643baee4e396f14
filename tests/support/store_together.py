"""Writers of one store, in a process of their own: who save at once, and who are killed.

`save URL STUDY VERSION THREADS` prints how each of so many saves of one version ended.
`write URL SEED` writes until it cannot, and prints what was acknowledged.
`kill URL TIMES SEED` kills a writer so often, and says what was acknowledged and is not there.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from outlay.results.kept.workbench import Assumed, Who
from outlay.store.errors import NotThere, Stale
from outlay.store.opened import Store, open_store

VALUE = Assumed("a", "1", "a letter", "2026-01-02", "ann")


def save(
    store: Store, study: str, version: int, threads: int, ready: Callable[[], object]
) -> list[tuple[str, int, str]]:
    """All at once, when `ready` returns; of each what it was told."""
    ann = store.first_admin("ann")
    told: list[tuple[str, int, str]] = []
    start = threading.Barrier(threads)

    def one(n: int) -> None:
        name = f"writer {os.getpid()}-{n}"
        who = Who(ann.id, name, ann.workspace, "editor")
        start.wait()
        try:
            saved = store.save_study(who, study, version, name, f"title: {name}\n")
            told.append(("saved", saved.version, name))
        except Stale as err:
            told.append(("stale", err.version, err.by))

    ready()
    every = [threading.Thread(target=one, args=(n,)) for n in range(threads)]
    for t in every:
        t.start()
    for t in every:
        t.join()
    return told


def wait() -> None:
    """Until we are told to begin."""
    print("ready", flush=True)
    sys.stdin.readline()


def writes(store: Store, ann: Who, rng: random.Random, done: int) -> None:
    """Write without end; what was acknowledged goes into a pipe, a line each."""
    study = store.add_study(ann, "A study", "0").id
    version, n = 1, 0
    sweep = store.begin_sweep(ann, study, "{}", 100_000)

    def acknowledge(*line: object) -> None:
        os.write(done, (json.dumps(line) + "\n").encode())

    while True:
        n += 1
        act = rng.randrange(5)
        if act == 0:
            store.save_study(ann, study, version, "A study", str(n), {"a.bin": rng.randbytes(9000)})
            version += 1
            acknowledge("study", study, version, str(n))
        elif act == 1:
            store.save_scenario(ann, study, f"s{n}", 0, str(n), (VALUE,))
            acknowledge("scenario", study, f"s{n}", str(n))
        elif act == 2:
            cases = [(10 * n + i, b"%d" % n) for i in range(10)]
            store.put_rows(ann, sweep, cases)
            acknowledge("rows", sweep, 10 * n, n)
        elif act == 3:
            work = store.ask(ann, "plan", study, {"n": n}).id
            acknowledge("work", work, "queued", "")
        elif (taken := store.take("w", ("plan",), 3600)) is not None:
            store.finish(taken[0].id, "w", f"r{n}")
            acknowledge("work", taken[0].id, "done", f"r{n}")


def lost(store: Store, ann: Who, lines: list[list[str]]) -> list[list[str]]:
    """What was acknowledged and is not there, or not as it was."""
    missing = []
    last = {
        (line[0], line[1], line[2] if line[0] in ("scenario", "rows") else ""): line
        for line in lines
    }
    rows: dict[str, dict[int, bytes]] = {}
    for line in last.values():
        kind, id, at, said = line
        try:
            if kind == "study":
                found = store.study(ann, id, int(at))
                kept = store.study_files(ann, id, int(at))
                good = found.text == said and len(kept["a.bin"]) == 9000
            elif kind == "scenario":
                good = store.scenario(ann, id, at).note == said
            elif kind == "rows":
                if id not in rows:
                    rows[id] = dict(store.sweep_rows(ann, id))
                good = all(rows[id].get(int(at) + i) == str(said).encode() for i in range(10))
            else:
                work = store.work(ann, id)
                good = work.state == at and work.result == said if at == "done" else True
        except NotThere:
            good = False
        if not good:
            missing.append(line)
    return missing


def half_done(store: Store, ann: Who) -> list[str]:
    """What only a part of was written."""
    odd = []
    for sweep in store.sweeps(ann):
        tens = Counter(case // 10 for case, _ in store.sweep_rows(ann, sweep.id))
        odd += [f"{n} rows of ten" for n in tens.values() if n != 10]
    for study in store.studies(ann):
        if [v.version for v in store.versions(ann, study.id)] != list(range(study.version, 0, -1)):
            odd.append(f"versions of {study.id}")
    return odd


def kill(url: str, times: int, seed: int) -> None:
    """A writer at a time, killed at a moment that chance picks; then the store is looked at."""
    first = open_store(url)
    ann = first.first_admin("ann")
    first.close()
    rng = random.Random(seed)
    acknowledged, missing, odd, broken = 0, list[list[str]](), list[str](), 0
    for n in range(times):
        hear, tell = os.pipe()
        pid = os.fork()
        if not pid:
            with suppress(BaseException):
                writes(open_store(url), ann, random.Random(seed + n), tell)
            os._exit(1)
        os.close(tell)
        select.select([hear], [], [], 60)  # it writes
        time.sleep(rng.uniform(0.0, 0.05))
        os.kill(pid, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with os.fdopen(hear, "rb") as told:
            lines = [json.loads(line) for line in told.read().splitlines() if line.endswith(b"]")]
        store = open_store(url)
        acknowledged += len(lines)
        missing += lost(store, ann, lines)
        broken += store.check_trail() is not None or code != -signal.SIGKILL
        if n == times - 1:
            odd = half_done(store, ann)
        store.close()
    print(json.dumps({"times": times, "acknowledged": acknowledged, "lost": missing,
                      "half": odd, "broken": broken}))  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "save":
        held = open_store(sys.argv[2])
        print(json.dumps(save(held, sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), wait)))
    elif sys.argv[1] == "write":
        held = open_store(sys.argv[2])
        writes(held, held.first_admin("ann"), random.Random(int(sys.argv[3])), 1)
    else:
        kill(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
