"""Score the reader against documents with known claims: precision and recall per field.

Run `python tests/support/evidence_scores.py` to rewrite docs/evidence/precision_recall.md; with
`--misses [NAME]` it prints what was missed or made up instead.
"""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "data" / "evidence"
PAGE = ROOT / "docs" / "evidence" / "precision_recall.md"


FIELDS = ("subject", "metric", "period", "hedge")


@dataclass(frozen=True)
class Expected:
    low: float | None
    high: float | None
    unit: str
    subject: str
    period: str
    hedge: str
    metric: str = ""  # names that are right, between bars; empty where not noted


@dataclass
class Score:
    """Counts over one or more documents."""

    expected: int = 0
    found: int = 0
    matched: int = 0
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    named: int = 0

    def add(self, other: Score) -> None:
        self.expected += other.expected
        self.found += other.found
        self.matched += other.matched
        self.named += other.named
        for key, n in other.right.items():
            self.right[key] += n

    @property
    def recall(self) -> float:
        return self.matched / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        return self.matched / self.found if self.found else 1.0

    def share(self, name: str) -> float:
        of = self.named if name == "metric" else self.matched
        return self.right[name] / of if of else 1.0


def load(path: Path) -> tuple[str, list[Expected]]:
    """The date of a document and the claims that a careful reader finds in it."""
    lines = path.read_text(encoding="utf-8").splitlines()
    date = lines[0].removeprefix("# date: ").strip()
    rows = csv.DictReader(lines[1:])
    number = lambda t: float(t) if t else None  # noqa: E731
    return date, [
        Expected(
            number(r["low"]),
            number(r["high"]),
            r["unit"],
            r["subject"],
            r["period"],
            r["hedge"],
            r.get("metric", ""),
        )
        for r in rows
    ]


def _close(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1e-12)


def _same(e: Expected, c) -> bool:  # type: ignore[no-untyped-def]
    """Value and unit; an open end may be read as a point where only the hedge was missed."""
    if e.unit != c.unit:
        return False
    ends = {v for v in (e.low, e.high) if v is not None}
    mine = {v for v in (c.value_low, c.value_high) if v is not None}
    if len(ends) == 2 or len(mine) == 2:
        return _close(e.low, c.value_low) and _close(e.high, c.value_high)
    return bool(ends and mine) and _close(min(ends), min(mine))


def score(path: Path) -> tuple[Score, list[str]]:
    """Score one document; also the lines that say what went wrong."""
    from outlay.evidence import read

    date, wanted = load(path.with_suffix(".claims.csv"))
    claims = list(read(path, date=date).claims)
    result = Score(expected=len(wanted), found=len(claims))
    notes: list[str] = []
    left = list(claims)
    for e in wanted:
        hits = [c for c in left if _same(e, c)]
        if not hits:
            notes.append(f"MISSED {e}")
            continue
        best = max(
            hits,
            key=lambda c: sum(getattr(c, f) in getattr(e, f).split("|") for f in FIELDS),
        )
        left.remove(best)
        result.matched += 1
        result.named += bool(e.metric)
        for name in FIELDS if e.metric else [f for f in FIELDS if f != "metric"]:
            allowed, got = getattr(e, name).split("|"), getattr(best, name)
            if got in allowed or (name == "metric" and any(a in got for a in allowed)):
                result.right[name] += 1
            else:
                notes.append(
                    f"{name}: want {getattr(e, name)!r}, got {getattr(best, name)!r}: {best.quote!r} in {best.sentence[:90]!r}"
                )
    notes += [
        f"EXTRA {c.quote!r} {c.value} {c.unit} {c.subject} {c.metric}: {c.sentence[:80]!r}"
        for c in left
    ]
    return result, notes


def documents(part: str) -> list[Path]:
    return sorted(p for p in (CORPUS / part).iterdir() if not p.name.endswith(".claims.csv"))


def totals(part: str) -> Score:
    total = Score()
    for path in documents(part):
        total.add(score(path)[0])
    return total


PARTS = {
    "held": "Held out",
    "tune": "Used while writing the grammar",
    "later": "Written later, first set",
    "later2": "Written later, second set",
    "later3": "Written later, third set",
}


def _row(name: str, s: Score) -> str:
    shares = " | ".join(f"{100 * s.share(k):.1f}" for k in ("subject", "period", "hedge"))
    return f"| {name} | {s.expected} | {100 * s.recall:.1f} | {100 * s.precision:.1f} | {shares} |"


def page() -> str:
    """The page of the documentation, from the documents as they are read now."""
    out = [
        "# How well documents are read",
        "",
        "Rebuilt by `python tests/support/evidence_scores.py`. Recall and precision are of value and",
        "unit together; subject, period and hedge are shares of the matched claims that are exactly right.",
        "The held-out documents were written before the grammar was tuned and are used for scoring only.",
        "",
    ]
    head = [
        "| document | claims | recall % | precision % | subject % | period % | hedge % |",
        "|---|---|---|---|---|---|---|",
    ]
    for part, title in PARTS.items():
        out += [f"## {title}", "", *head]
        out += [_row(p.stem, score(p)[0]) for p in documents(part)]
        out += [_row("**all**", totals(part)), ""]
    return "\n".join([*out, *_first_contact()])


def _first_contact() -> list[str]:
    """Scores of documents when the reader first met them; written down then, never rebuilt."""
    with (CORPUS / "first_contact.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    keys = ("documents", "claims", "recall", "precision", "subject", "metric", "period", "hedge")
    out = [
        "## On first contact",
        "",
        "Scores of new documents before anything was changed for them. The first set was written without",
        "sight of the grammar, the others after it had been read. Labels of the first set were then changed",
        "or widened where they were wrong or arguable (a title said twice, a loss with a sign, systems as",
        "servers, the year of a tender), so its rows above are not on quite the same labels; all sets were then used.",
        "The score of metrics asked for the very name in the first set, for its words after that.",
        "",
        "| set | " + " | ".join(keys) + " |",
        "|---" * (len(keys) + 1) + "|",
    ]
    out += [f"| {r['set']} | " + " | ".join(r[k] for k in keys) + " |" for r in rows]
    return [*out, ""]


def main() -> None:
    if "--misses" in sys.argv:
        names = [a for a in sys.argv[1:] if not a.startswith("-")]
        for part in tuple(p for p in PARTS if names or p != "held"):
            for path in documents(part):
                if not names or any(n in str(path) for n in names):
                    result, notes = score(path)
                    print(
                        f"## {path.stem}: recall {result.recall:.2f} precision {result.precision:.2f}"
                    )
                    print("\n".join("   " + n for n in notes))
        return
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
