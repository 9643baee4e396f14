"""Score the reader on short labelled inputs, by the kind of thing that each of them tests.

`python tests/support/evidence_kinds.py` prints a row a kind, worst recall first; `--misses KIND`
(or the name of an input) prints what went wrong, `--first` the row of first_contact.csv. The inputs
stand in tests/data/evidence/kinds/kinds.jsonl, one a line, in the terms of the JSON labels of
evidence_scores.py; they were written before the reader was seen or run on them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.evidence_scores import CORPUS, FIELDS, HEAD, Score, _row, score

FILE = CORPUS / "kinds" / "kinds.jsonl"


def inputs(wanted: str = "") -> list[dict[str, Any]]:
    """Every input, or those of one kind or name."""
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [r for r in rows if not wanted or wanted in (r["kind"], r["id"])]


def judge(row: dict[str, Any], folder: Path) -> tuple[Score, list[str]]:
    """Read one input as a file of its form; its name says nothing of what it holds."""
    path = folder / f"text.{row['form']}"
    path.write_text(row["text"] + "\n", encoding="utf-8")
    path.with_suffix(".json").write_text(json.dumps(row), encoding="utf-8")
    return score(path)


def by_kind(rows: Iterable[dict[str, Any]]) -> tuple[dict[str, Score], dict[str, list[str]]]:
    """Scores by kind, and by input what went wrong."""
    totals: dict[str, Score] = {}
    notes: dict[str, list[str]] = {}
    with TemporaryDirectory() as folder:
        for row in rows:
            one, said = judge(row, Path(folder))
            totals.setdefault(row["kind"], Score()).add(one)
            if said:
                notes[row["id"]] = said
    return totals, notes


def whole(totals: dict[str, Score]) -> Score:
    out = Score()
    for one in totals.values():
        out.add(one)
    return out


def first(name: str, documents: int, s: Score) -> str:
    """The row of first_contact.csv; metrics are not asked for."""
    told = [f"{100 * v:.1f}" for v in (s.recall, s.precision, *(s.share(f) for f in FIELDS))]
    told[2 + FIELDS.index("metric")] = ""
    more = (f"{s.caught} of {s.planted}", str(s.false_hard), f"{s.live} of {s.denied}")
    return ",".join([name, str(documents), str(s.expected), *told, *more])


def main() -> None:
    args = sys.argv[1:]
    wanted = next((a for a in args if not a.startswith("-")), "")
    rows = inputs(wanted)
    totals, notes = by_kind(rows)
    if "--first" in args:
        print(first("kinds", len(rows), whole(totals)))
    elif "--misses" in args:
        texts = {r["id"]: r["text"] for r in rows}
        for name, said in notes.items():
            print(f"{name}: {texts[name]}", *said, sep="\n   ")
    else:
        ranked = sorted(totals.items(), key=lambda item: item[1].recall)
        print(HEAD[0].replace("document", "kind"), HEAD[1], sep="\n")
        print(*(_row(kind, s) for kind, s in ranked), sep="\n")
        print(_row("**all**", whole(totals)))


if __name__ == "__main__":
    main()
