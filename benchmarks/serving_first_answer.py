"""First answer of `outlay size` on a trace of 20,000 rows: processor seconds, cold and warm.

Run: python benchmarks/serving_first_answer.py [SRC…]. Each SRC is the `src` folder of a checkout to
measure in turn (this one's where none is named), from a copy whose modules are compiled, as an
installer leaves them. `cold` is a fresh process with an empty cache
folder, `warm` another one after it; both count the whole process, imports and all. Two loads: a
steady one, and one that doubles and halves, for which a fleet that scales is looked for too. Prints
one JSON document.
"""

from __future__ import annotations

import compileall
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SIZE = [
    "size", "--model", "llama-3.1-70b", "--chip", "a100-80g-sxm", "--ttft-p99", "2",
    "--tpot-p99", "0.1", "--json",
]  # fmt: skip


def written(path: Path, waves: float) -> Path:
    """A trace of 20,000 requests whose rate follows a sine of this amplitude."""
    draws = np.random.default_rng(1)
    n, rate = 20_000, 12.0
    even = np.cumsum(draws.exponential(1.0 / rate, n))
    time = even + waves * (n / rate / 4) / (2 * np.pi) * np.sin(2 * np.pi * even / (n / rate / 2))
    rows = zip(
        np.sort(time - time.min()),
        np.clip(draws.lognormal(6.5, 1.0, n), 1, 8000).astype(int),
        np.clip(draws.lognormal(5.0, 0.8, n), 1, 2000).astype(int),
        strict=True,
    )
    lines = [f"{t:.6f},{i},{o}" for t, i, o in rows]
    path.write_text("\n".join(["arrival_s,input_tokens,output_tokens", *lines]) + "\n")
    return path


def cpu_s(source: Path, cache: str, trace: Path) -> float:
    """Processor seconds of one process that sizes the trace."""
    env = {**os.environ, "PYTHONPATH": str(source), "OUTLAY_CACHE": cache}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "outlay", *SIZE, "--trace", str(trace)],
        env=env,
        check=True,
        capture_output=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as home:
        traces = {
            name: written(Path(home, f"{name}.csv"), waves)
            for name, waves in (("steady", 0.0), ("waves", 0.8))
        }
        for source in [Path(x).resolve() for x in sys.argv[1:]] or [ROOT / "src"]:
            row = found.setdefault(str(source), {})
            copy = Path(home, f"src-{len(found)}")
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
            compileall.compile_dir(copy, quiet=1)
            for name, trace in traces.items():
                with tempfile.TemporaryDirectory() as cache:
                    for run in ("cold", "warm"):
                        row[f"{name}_{run}"] = round(cpu_s(copy, cache, trace), 2)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
