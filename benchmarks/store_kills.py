"""Kill writers of a store again and again, in SQLite and in PostgreSQL, and count what was lost.

    python benchmarks/store_kills.py [--times 1000]

Writers save studies with files, scenarios, rows of sweeps ten at a time, ask for work and end it,
and tell of each as soon as the store acknowledged it. Each is killed at a moment that chance picks.
With PostgreSQL every process of the server is killed at once too, a tenth as often, and the server
started again (with its writes synced, as it comes). Looked for after each kill: what was
acknowledged and is not there or not as it was, what only a part of was written, a trail whose chain
does not hold.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[1] / "tests"
sys.path.insert(0, str(HERE))
SCRIPT = HERE / "support" / "store_together.py"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}


def killed(url: str, times: int, seed: int) -> dict[str, object]:
    """What the script of the tests found."""
    done = subprocess.run(
        [sys.executable, SCRIPT, "kill", url, str(times), str(seed)],
        capture_output=True, text=True, check=True, env=ENVIRONMENT,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def server_killed(place: Path, times: int) -> dict[str, object]:
    """The whole server killed while somebody writes; what was acknowledged, against what is there
    once it is up again."""
    from outlay.store.opened import open_store
    from support.postgres import address, started
    from support.store_together import half_done, lost

    rng = random.Random(3)
    acknowledged, missing, broken = 0, [], 0
    run = started(place, sync=True)
    for n in range(times):
        writer = subprocess.Popen(
            [sys.executable, SCRIPT, "write", address(place), str(n)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT,
        )  # fmt: skip
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.3))
        each = subprocess.run(["pgrep", "-P", str(run.pid)], capture_output=True, check=False)
        for pid in (run.pid, *map(int, each.stdout.split())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        run.wait()
        told = [first, *writer.stdout.read().splitlines()]
        writer.wait()
        (place / "data" / "postmaster.pid").unlink(missing_ok=True)
        run = started(place, sync=True)
        store = open_store(address(place))
        ann = store.first_admin("ann")
        lines = [json.loads(line) for line in told if line.rstrip().endswith(b"]")]
        acknowledged += len(lines)
        missing += lost(store, ann, lines)
        broken += store.check_trail() is not None
        odd = half_done(store, ann) if n == times - 1 else []
        store.close()
    run.terminate()
    run.wait()
    return {"times": times, "acknowledged": acknowledged, "lost": missing, "half": odd,
            "broken": broken}  # fmt: skip


def main() -> None:
    from support.postgres import cluster, database, server

    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=1000)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        print("sqlite", killed(f"{folder}/store.db", times, 1))
    with server() as url:
        print("postgresql", killed(database(url), times, 2))
    with cluster() as place:
        print("postgresql's server", server_killed(place, max(times // 10, 1)))


if __name__ == "__main__":
    main()
