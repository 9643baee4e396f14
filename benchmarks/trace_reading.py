"""Reading of ten million requests: processor seconds and peak memory, each file in its own process.

    python benchmarks/trace_reading.py OLD/src src [--rows N]

Each argument is a tree to measure, in turn; the first is what the ratios are over. Beside the plain
CSV and Parquet files it reads a CSV with a quoted column (a tenth of the rows) and JSON lines with
hashes of blocks (a thirtieth). Memory is what Linux says of the process itself (`VmHWM`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

CHILD = """
import resource, sys
from outlay.serving.traffic.loaders import load_trace
used = lambda: resource.getrusage(resource.RUSAGE_SELF)
before = used()
found = load_trace(sys.argv[1]).traffic
after = used()
peak = next(row for row in open("/proc/self/status") if row.startswith("VmHWM")).split()[1]
print(len(found), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
      int(peak) / 1024)
"""


def write(folder: Path, rows: int) -> list[Path]:
    """The files to read."""
    draw = np.random.default_rng(1)
    frame = pl.DataFrame(
        {
            "arrival_s": np.round(np.cumsum(draw.exponential(0.01, rows)), 6),
            "input_tokens": draw.integers(1, 4_000, rows),
            "output_tokens": draw.integers(1, 900, rows),
        }
    )
    part = frame.head(rows // 10)
    frame.write_csv(folder / "plain.csv")
    frame.write_parquet(folder / "plain.parquet")
    part.with_columns(user=pl.lit("a, b")).write_csv(folder / "quoted.csv")
    with (folder / "hashes.jsonl").open("w") as out:
        for i, (time, tokens, output) in enumerate(part.head(rows // 30).iter_rows()):
            n = -(-tokens // 512)
            ids = [k if k < n // 2 else 8 * i + k for k in range(n)]
            row = {"timestamp": int(1e3 * time), "input_length": tokens, "output_length": output}
            out.write(json.dumps({**row, "hash_ids": ids}) + "\n")
    return [folder / n for n in ("plain.csv", "plain.parquet", "quoted.csv", "hashes.jsonl")]


def measure(tree: str, file: Path) -> tuple[int, float, float]:
    """Requests, processor seconds and MiB at the peak."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, file], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(tree).resolve())}, cwd=file.parent,
    )  # fmt: skip
    rows, seconds, peak = done.stdout.split()
    return int(rows), float(seconds), float(peak)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trees", nargs="+")
    parser.add_argument("--rows", type=int, default=10_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for file in write(Path(folder), given.rows):
            first = None
            for tree in given.trees:
                rows, seconds, peak = measure(tree, file)
                first = first or (seconds, peak)
                print(
                    f"{file.name:14} {tree:20} {rows:>10,} requests  {seconds:6.2f} s  "
                    f"{peak:6,.0f} MiB  first ÷ this: {first[0] / seconds:.2f} s, "
                    f"{first[1] / peak:.2f} MiB"
                )


if __name__ == "__main__":
    main()
