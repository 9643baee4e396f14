"""Kill writers of a store again and again, in SQLite and in PostgreSQL, and count what was lost.

    python benchmarks/store_kills.py [--times 1000]

Writers save studies with files, scenarios, rows of sweeps ten at a time, ask for work and end it,
and tell of each as soon as the store acknowledged it. Each is killed at a moment that chance picks.
Looked for after each kill: what was acknowledged and is not there or not as
it was, what only a part of was written, a trail whose chain does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[1] / "tests"
sys.path.insert(0, str(HERE))


def killed(url: str, times: int, seed: int) -> dict[str, object]:
    """What the script of the tests found."""
    script = HERE / "support" / "store_together.py"
    done = subprocess.run(
        [sys.executable, script, "kill", url, str(times), str(seed)],
        capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])},
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def main() -> None:
    from support.postgres import database, server

    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=1000)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        print("sqlite", killed(f"{folder}/store.db", times, 1))
    with server() as url:
        print("postgresql", killed(database(url), times, 2))


if __name__ == "__main__":
    main()
