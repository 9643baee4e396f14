"""Score the reader against documents with known claims: precision and recall per field.

Run `python tests/support/evidence_scores.py` to rewrite docs/evidence/precision_recall.md. With
`--misses [NAME or FOLDER ...]` it prints what was missed or made up instead, with `--first SET` the
row of first_contact.csv. Labels come in two formats: `NAME.claims.csv` beside a document, with
names that must be met exactly, and `NAME.json`, with names that must be contained, claims that may
be read or left, planted contradictions and figures that must not be live.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "data" / "evidence"
PAGE = ROOT / "docs" / "evidence" / "precision_recall.md"
FIELDS = ("subject", "metric", "period", "hedge")
PARTS = {
    "held": "Held out",
    "tune": "Used while writing the grammar",
    "later": "Written later, first set",
    "later2": "Written later, second set",
    "later3": "Written later, third set",
    "later4": "Written later, fourth set",
    "held2": "Held out, second set",
    "held3": "Held out, third set",
    "held4": "Held out, fourth set",
}
KEPT = {"held2", "held3", "held4"} - {
    row.partition(",")[0] for row in (CORPUS / "first_contact.csv").read_text().splitlines()
}
"""Sets that have not been run yet: not scored before their row of first contact is written."""


@dataclass(frozen=True)
class Expected:
    low: float | None
    high: float | None
    units: tuple[str, ...]
    names: dict[str, tuple[str, ...]]
    """What is right, by field; a field that was not noted is absent."""
    exact: bool = True
    """Whether a subject must be the very name, or may hold it."""

    def same(self, c: Any) -> bool:
        """Value and unit; an open end may be read as a point where only the hedge was missed."""
        if c.unit not in self.units:
            return False
        ends = {v for v in (self.low, self.high) if v is not None}
        mine = {v for v in (c.value_low, c.value_high) if v is not None}
        if len(ends) == 2 or len(mine) == 2:
            return close(self.low, c.value_low) and close(self.high, c.value_high)
        return bool(ends and mine) and close(min(ends), min(mine))

    def right(self, c: Any, name: str) -> bool:
        allowed, got = self.names[name], getattr(c, name)
        if got in allowed or (name == "metric" and any(a in got for a in allowed)):
            return True
        if self.exact:
            return False
        if name == "period":
            return got.removeprefix("FY") in {a.removeprefix("FY") for a in allowed}
        return name == "subject" and any(a and a.lower() in got.lower() for a in allowed)


@dataclass(frozen=True)
class Labels:
    """What a careful reader finds in a document."""

    claims: list[Expected]
    date: str = ""
    """The date to read it with; empty: the document says it itself."""
    optional: list[Expected] = field(default_factory=list)
    contradictions: list[list[float]] = field(default_factory=list)
    denied: list[tuple[float, str]] = field(default_factory=list)


@dataclass
class Score:
    """Counts over one or more documents."""

    judged: int = 0
    """Documents with labels for what is planted and denied."""
    expected: int = 0
    found: int = 0
    matched: int = 0
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    asked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    planted: int = 0
    caught: int = 0
    false_hard: int = 0
    denied: int = 0
    live: int = 0

    def add(self, other: Score) -> None:
        for name, value in vars(other).items():
            if isinstance(value, dict):
                mine = getattr(self, name)
                for key, n in value.items():
                    mine[key] += n
            else:
                setattr(self, name, getattr(self, name) + value)

    @property
    def recall(self) -> float:
        return self.matched / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        return self.matched / self.found if self.found else 1.0

    def share(self, name: str) -> float:
        return self.right[name] / self.asked[name] if self.asked[name] else 1.0


def close(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1e-12)


def _from_csv(path: Path) -> Labels:
    lines = path.read_text(encoding="utf-8").splitlines()
    claims = []
    for row in csv.DictReader(lines[1:]):
        ends = [float(row[k]) if row[k] else None for k in ("low", "high")]
        names = {f: tuple((row.get(f) or "").split("|")) for f in FIELDS}
        if not row.get("metric"):
            del names["metric"]
        claims.append(Expected(ends[0], ends[1], (row["unit"],), names))
    return Labels(claims, lines[0].removeprefix("# date: ").strip())


def _from_json(path: Path) -> Labels:
    noted = json.loads(path.read_text(encoding="utf-8"))

    def expected(row: dict[str, Any]) -> Expected:
        names = {f: (row[f], *row.get(f"{f}_alt", ())) for f in ("subject", "period", "hedge")}
        units = (row["unit"], *row.get("unit_alt", ()))
        return Expected(row["low"], row["high"], units, names, exact=False)

    return Labels(
        [expected(r) for r in noted["claims"]],
        optional=[expected(r) for r in noted.get("optional_claims", ())],
        contradictions=[k["values"] for k in noted.get("contradictions", ())],
        denied=[(v["value"], v["unit"]) for v in noted.get("must_not_be_live", ())],
    )


def load(path: Path) -> Labels:
    table = path.with_suffix(".claims.csv")
    return _from_csv(table) if table.exists() else _from_json(path.with_suffix(".json"))


def is_live(c: Any) -> bool:
    return c.status == "current" and not c.negated


def _fields(e: Expected, c: Any, result: Score) -> Iterable[str]:
    for name in e.names:
        result.asked[name] += 1
        if e.right(c, name):
            result.right[name] += 1
        else:
            want = "|".join(e.names[name])
            yield (
                f"{name}: want {want!r}, got {getattr(c, name)!r}: "
                f"{c.quote!r} in {c.sentence[:90]!r}"
            )


def _conflicts(labels: Labels, reading: Any, result: Score) -> Iterable[str]:
    """Planted contradictions against the hard ones told, and what is denied against what lives."""
    values = {c.id: c.value for c in reading.claims}
    hard = [x for x in reading.contradictions if x.severity == "hard"]
    result.judged = 1
    result.planted, result.denied = len(labels.contradictions), len(labels.denied)
    for planted in labels.contradictions:
        told = [h for h in hard if any(close(v, values.get(i)) for v in planted for i in h.claims)]
        result.caught += bool(told)
        hard = [h for h in hard if h not in told]
        if not told:
            yield f"CONTRADICTION missed {planted}"
    result.false_hard = len(hard)
    yield from (f"FALSE HARD {h.text}" for h in hard)
    for value, unit in labels.denied:
        if any(c.unit == unit and close(c.value, value) and is_live(c) for c in reading.claims):
            result.live += 1
            yield f"LIVE {value} {unit}"


def score(path: Path) -> tuple[Score, list[str]]:
    """Score one document; also the lines that say what went wrong."""
    from outlay.evidence import read

    labels = load(path)
    reading = read(path, date=labels.date) if labels.date else read(path)
    left, result, notes = list(reading.claims), Score(expected=len(labels.claims)), []
    for e in labels.claims:
        hits = [c for c in left if e.same(c)]
        if not hits:
            notes.append(f"MISSED {e}")
            continue
        best = max(hits, key=lambda c: sum(e.right(c, f) for f in e.names))
        left.remove(best)
        result.matched += 1
        notes += _fields(e, best, result)
    if not path.with_suffix(".claims.csv").exists():
        spared = [*labels.optional, *labels.claims]
        left = [c for c in left if is_live(c) and not any(e.same(c) for e in spared)]
        notes += _conflicts(labels, reading, result)
    result.found = result.matched + len(left)
    notes += [
        f"EXTRA {c.quote!r} {c.value} {c.unit} {c.subject} {c.metric}: {c.sentence[:80]!r}"
        for c in left
    ]
    return result, notes


def documents(part: str | Path) -> list[Path]:
    """The documents of a set, or of any folder that holds them beside their labels."""
    folder = CORPUS / part
    return sorted(
        p
        for p in folder.iterdir()
        if p.suffix != ".json" and not p.name.endswith(".claims.csv") and p.is_file()
    )


def totals(part: str | Path) -> Score:
    total = Score()
    for path in documents(part):
        total.add(score(path)[0])
    return total


def _row(name: str, s: Score) -> str:
    shares = " | ".join(f"{100 * s.share(k):.1f}" for k in ("subject", "period", "hedge"))
    row = f"| {name} | {s.expected} | {100 * s.recall:.1f} | {100 * s.precision:.1f} | {shares} |"
    if not s.judged:
        return f"{row} | | |"
    return f"{row} {s.caught} of {s.planted} | {s.false_hard} | {s.live} of {s.denied} |"


HEAD = (
    "| document | claims | recall % | precision % | subject % | period % | hedge % "
    "| planted found | false hard | denied but live |",
    "|---|---|---|---|---|---|---|---|---|---|",
)
INTRO = """# How well documents are read

Rebuilt by `python tests/support/evidence_scores.py`. Recall and precision are of value and unit
together; subject, period and hedge are shares of the matched claims that are right. The last three
columns count contradictions that were planted and found, hard contradictions that are none, and
figures that the document denies but that are read as holding; the older sets have no labels for
these. The held-out documents were written before the grammar was tuned and are used for scoring
only; a set that has not been run yet has no rows.
"""
FIRST = """## On first contact

Scores of new documents before anything was changed for them; written down then, never rebuilt.
The first and the fourth set, `held2`, `held3` and `kinds` (short inputs, see `evidence_kinds.py`)
were written without sight of the grammar, the others after it had been read. `held2` was met while
the reader was being mended (two of its documents stand in a test of drafts), so its row is not a
first contact after mending; `held3` was labelled before the mended reader was run on any of it, and
its row is (the hedge of two of its labels was then corrected: a battery that "may" be built).
`held4` was labelled before any reader was run on it; its row is the reader's that held3 had mended,
with the labels as they were written (three optional ones were then added). A reader mended further
without sight of it found 6 of its 11 planted contradictions, 3 false ones and left 19 of 24 denied
figures live; one that knew in general words what had gone wrong left 12; then it was used. Twelve
more contradictions stand between two of its documents: 2 were found, now 4.
Labels of the first set were then changed or widened where they were wrong or arguable (a title said
twice, a loss with a sign, systems as servers, the year of a tender), so its rows above are not on
quite the same labels; all sets but the held ones were then used. The score of metrics asked for the
very name in the first set, for its words in the next two, and is not asked since. Subjects must be
the very name up to the third set, and hold it since.
"""


def page() -> str:
    """The page of the documentation, from the documents as they are read now."""
    out = [INTRO]
    for part, title in PARTS.items():
        if part not in KEPT:
            scores = [(p.stem, score(p)[0]) for p in documents(part)]
            total = Score()
            for _, one in scores:
                total.add(one)
            out += [f"## {title}", "", *HEAD, *(_row(*s) for s in scores)]
            out += [_row("**all**", total), ""]
    with (CORPUS / "first_contact.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    keys = list(rows[0])
    out += [FIRST, "| " + " | ".join(k.replace("_", " ") for k in keys) + " |"]
    out.append("|---" * len(keys) + "|")
    out += ["| " + " | ".join(r[k] for k in keys) + " |" for r in rows]
    return "\n".join([*out, ""])


def first(part: str) -> str:
    """The row of first_contact.csv that the reader of now would get."""
    s = totals(part)
    shares = (s.recall, s.precision, *(s.share(f) for f in FIELDS))
    told = [f"{100 * v:.1f}" for v in shares]
    told[3] = told[3] if s.asked["metric"] else ""
    more = (f"{s.caught} of {s.planted}", s.false_hard, f"{s.live} of {s.denied}")
    return ",".join(map(str, (part, len(documents(part)), s.expected, *told, *more)))


def main() -> None:
    given = [a for a in sys.argv[1:] if not a.startswith("-")]
    if "--first" in sys.argv:
        print(first(given[0]))
    elif "--misses" in sys.argv:
        parts = [*PARTS, *(g for g in given if Path(g).is_dir())]
        for part in (p for p in parts if p not in KEPT or p in given):
            for path in documents(part):
                if not given or any(g in str(path) for g in given):
                    s, notes = score(path)
                    print(_row(path.stem, s), *notes, sep="\n   ")
    else:
        PAGE.write_text(page(), encoding="utf-8")
        print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
