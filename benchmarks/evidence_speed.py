"""Reading of large documents: processor seconds and peak memory, each in a process of its own.

    python benchmarks/evidence_speed.py [TREE/src ...]

1 MB of news, sparse and dense in numbers; a filing of 2.5 MB as HTML with tables, and the same with
inline XBRL; a CSV of 1 MB. Each argument is a tree to measure, in turn; default: this one. The
child's own seconds and memory stand apart from those of the processes that it starts.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

CHILD = """
import json, resource, sys
from pathlib import Path
from outlay.evidence import read
Path("warm.txt").write_text("Acme spent $1 million in 2025.")
read("warm.txt")  # patterns are built once
before = resource.getrusage(resource.RUSAGE_SELF)
found = read(sys.argv[1])
mine = resource.getrusage(resource.RUSAGE_SELF)
theirs = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({
    "claims": len(found.claims),
    "hard": sum(c.severity == "hard" for c in found.contradictions),
    "seconds": mine.ru_utime + mine.ru_stime - before.ru_utime - before.ru_stime,
    "children": theirs.ru_utime + theirs.ru_stime,
    "memory": mine.ru_maxrss, "memory_children": theirs.ru_maxrss,
}))
"""
PLAIN = (
    "The committee met again and heard from residents who spoke about roads, schools and trees. "
)


def news(between: int) -> Iterator[str]:
    """One sentence that states numbers for every `between` that do not."""
    for i in itertools.count():
        yield (
            f"Firm{i} Corp said revenue rose {i % 90 + 1}% to ${i % 900 + 1}.{i % 10} million "
            f"in 2025. {PLAIN * between}\n"
        )


def rows() -> Iterator[str]:
    yield "Site list as of 30 June 2026,,,\nSite,Live (MW),Contracted (MW),GPUs\n"
    for i in itertools.count():
        yield f"Site {i},{i % 400 + 1},{i % 700 + 2},{i % 9000 + 64}\n"


STYLE = 'style="font-family:Times;font-size:10pt;padding:2px 1pt;text-align:right"'
LINES = ("Revenue", "Cost of revenue", "Purchases of property and equipment", "Lease payments")


def filing(tagged: bool) -> Iterator[str]:
    """A filing as such files are made: much markup, a table of money for every few paragraphs."""
    yield (
        '<html xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"><body><p>MARLSTONE COMPUTE, INC.</p>'
        "<p>FORM 10-Q for the quarterly period ended June 30, 2026</p>"
    )
    if tagged:
        yield (
            '<div style="display:none"><ix:header><ix:hidden><ix:nonNumeric contextRef="c0" '
            'name="dei:EntityRegistrantName">Marlstone Compute, Inc.</ix:nonNumeric></ix:hidden>'
            "<ix:resources>"
        )
        for c, year in enumerate((2026, 2025)):
            yield (
                f'<xbrli:context id="c{c}"><xbrli:entity><xbrli:identifier scheme="x">000'
                f"</xbrli:identifier></xbrli:entity><xbrli:period><xbrli:startDate>{year}-04-01"
                f"</xbrli:startDate><xbrli:endDate>{year}-06-30</xbrli:endDate></xbrli:period>"
                "</xbrli:context>"
            )
        yield (
            '<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>'
            "</ix:resources></ix:header></div>"
        )
    for i in itertools.count():
        yield (
            f"<p {STYLE}>Note {i}. As of June 30, 2026, we had ${i % 900 + 1}.{i % 10} million of "
            f"commitments for site {i} under section 27A of the Act of 1933. {PLAIN * 6}</p>"
            f"<p {STYLE}>(in millions)</p><table><tr><th></th>"
            '<th colspan="2">Three months ended June 30,</th></tr>'
            "<tr><th></th><th>2026</th><th>2025</th></tr>"
        )
        for j, line in enumerate(LINES):
            yield f"<tr {STYLE}><td {STYLE}>{line}</td>"
            for c in (0, 1):
                value = f"{(i * 37 + j * 101 + c * 13) % 9000 + 1:,}"
                if tagged:
                    value = (
                        f'<ix:nonFraction contextRef="c{c}" name="us-gaap:Line{j}" unitRef="usd" '
                        f'scale="6" decimals="-6" id="f{i}-{j}-{c}">{value}</ix:nonFraction>'
                    )
                yield f"<td {STYLE}>$</td><td {STYLE}><span {STYLE}>{value}</span></td>"
            yield "</tr>"
        yield "</table>"


KINDS: tuple[tuple[str, float, Callable[[], Iterator[str]]], ...] = (
    ("sparse.txt", 1.0, lambda: news(9)),
    ("dense.txt", 1.0, lambda: news(1)),
    ("filing.html", 2.5, lambda: filing(False)),
    ("tagged.html", 2.5, lambda: filing(True)),
    ("sites.csv", 1.0, rows),
)


def write(file: Path, parts: Iterator[str], size: float) -> None:
    said: list[str] = []
    for part in parts:
        said.append(part)
        size -= len(part.encode())
        if size <= 0:
            break
    file.write_text("".join(said), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = str(Path(__file__).resolve().parents[1] / "src")
    parser.add_argument("trees", nargs="*", default=[here])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, megabytes, parts in KINDS:
            file = Path(folder) / name
            write(file, parts(), megabytes * 1e6)
            for tree in given.trees:
                done = subprocess.run(
                    [sys.executable, "-c", CHILD, file], capture_output=True, text=True,
                    check=True, cwd=folder,
                    env={**os.environ, "PYTHONPATH": str(Path(tree).resolve())},
                )  # fmt: skip
                got = json.loads(done.stdout.splitlines()[-1])
                print(
                    f"{name:<12}{megabytes} MB  {tree}: {got['seconds']:.2f} s and "
                    f"{got['children']:.2f} s of its children, {got['memory'] / 1024:.0f} MB and "
                    f"{got['memory_children'] / 1024:.0f} MB, {got['claims']} claims, "
                    f"{got['hard']} hard contradictions",
                    flush=True,
                )


if __name__ == "__main__":
    main()
