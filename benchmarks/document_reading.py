"""Reading of documents that are nothing but claims: processor seconds by size.

    python benchmarks/document_reading.py OLD/src src

Each argument is a tree to measure, in turn. Four kinds of document at 20, 80 and 320 KB: sentences
of one actor over many years; sentences without a comma or a bracket; shares of one year, in
Chinese, each of which may be set against each part; a table.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

CHILD = """
import sys, time
from outlay.evidence.reading import read
start = time.process_time()
found = read(sys.argv[1])
print(len(found.claims), len(found.contradictions), time.process_time() - start)
"""
DRAW = random.Random(1)


def sentences() -> Iterator[str]:
    while True:
        n, year = DRAW.randrange(1, 900), DRAW.randrange(2010, 2035)
        yield f"Acme Inc plans capital expenditure of ${n / 10} billion in {year}.\n"
        yield f"Acme Inc will spend {n} billion yuan on AI processors in {year}.\n"
        yield f"Acme Inc reported revenue of ${n} billion in {year}, up {n % 90} %.\n"


def unbroken() -> Iterator[str]:
    for n in range(10, 1_000_000):
        yield f"Acme Inc's capital expenditure in 2026 is ${n} billion.\n"


def shares() -> Iterator[str]:
    for n in range(1, 1_000_000):
        part = f"其中AI芯片{n + 3}亿元，占比{n % 80 + 1}%。"
        yield f"字节跳动2026年资本开支{n + 10}亿元，同比增长{n % 90}%，{part}\n"


def rows() -> Iterator[str]:
    yield "company,metric,value,unit,period\n"
    while True:
        who, what = DRAW.choice(["Acme Inc", "Meta", "Oracle"]), DRAW.choice(["capex", "revenue"])
        yield f"{who},{what},{DRAW.randrange(1, 900)}bn,USD,{DRAW.randrange(2010, 2035)}\n"


KINDS: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
    ("sentences.md", sentences), ("unbroken.md", unbroken),
    ("shares.md", shares), ("table.csv", rows),
)  # fmt: skip


def write(file: Path, lines: Iterator[str], size: int) -> None:
    """Lines up to so many bytes."""
    text: list[str] = []
    while size > 0:
        text.append(next(lines))
        size -= len(text[-1].encode())
    file.write_text("".join(text), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trees", nargs="+")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in KINDS:
            for size in (20, 80, 320):
                file = Path(folder) / name
                write(file, lines(), 1_000 * size)
                for tree in given.trees:
                    done = subprocess.run(
                        [sys.executable, "-c", CHILD, file], capture_output=True,
                        text=True, check=True, cwd=folder,
                        env={**os.environ, "PYTHONPATH": str(Path(tree).resolve())},
                    )  # fmt: skip
                    claims, found, seconds = done.stdout.split()
                    print(
                        f"{name:<14}{size:>4} KB  {tree}: {float(seconds):.2f} s, {claims} claims, "
                        f"{found} contradictions",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
