"""What people read of documents: what they are, what contradicts itself, what they claim."""

from __future__ import annotations

from outlay.evidence.checks.compare import show
from outlay.results.claims import Claim, Claims, Contradiction, ReadDocument

__all__ = [
    "CLAIM_COLUMNS",
    "MARKS",
    "claim_cells",
    "claim_status",
    "claim_what",
    "document_line",
    "found_line",
    "identity_lines",
    "stands_on",
    "to_keep",
]

CLAIM_COLUMNS = ("id", "who", "what", "value", "period", "said", "stands on")
MARKS = {"hard": "contradiction", "soft": "look", "note": "note"}
"""What a contradiction is called, by its severity."""


def document_line(d: ReadDocument) -> str:
    """Date and length of a document, after its name."""
    if d.form == "unread":
        return "not read"
    dated = f"{d.date} ({d.date_basis})" if d.date else "no date: say --date"
    of = f"of {d.entity}, " if d.entity else ""
    return f"{of}{dated}, {d.characters:,} characters"


def to_keep(x: Contradiction) -> str:
    """Which claim of a contradiction to keep; empty where none is to."""
    return f"keep {x.keep}" if x.keep and x.severity != "note" else ""


def identity_lines(doc: Claims) -> list[str]:
    """Stated arithmetic: what fails and no contradiction tells, and how much of it holds."""
    told = {x.claims for x in doc.contradictions}
    lines = [
        f"disagrees: {i.name}: {i.statement}"
        for i in doc.identities
        if i.verdict == "disagrees" and i.claims not in told
    ]
    agree = sum(i.verdict == "agrees" for i in doc.identities)
    what = "sum, growth or product" if agree == 1 else "sums, growths and products"
    return [*lines, *([f"agrees: {agree:,} stated {what}"] if agree else [])]


def found_line(doc: Claims) -> str:
    """What was found, in one line, above all else."""
    past = sum(c.status != "current" or c.negated for c in doc.claims)
    tagged = sum(c.reader == "tagged" for c in doc.claims)
    cells = sum(bool(c.column or c.row) for c in doc.claims)
    hard = sum(x.severity == "hard" for x in doc.contradictions)
    unread = sum(d.form == "unread" for d in doc.documents)
    kinds = [f"{n:,} {what}" for n, what in ((tagged, "tagged"), (cells, "in tables")) if n]
    said = _many(len(doc.claims), "claim") + (f" ({', '.join(kinds)})" if kinds else "")
    parts = [
        said, f"{past:,} denied, replaced or earlier" if past else "",
        _many(hard, "contradiction") if hard else "no contradictions",
        f"{_many(unread, 'document')} not read" if unread else "",
    ]  # fmt: skip
    return "; ".join(filter(None, parts))


def _many(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def claim_cells(c: Claim) -> tuple[str, ...]:
    """A claim, a cell for each of `CLAIM_COLUMNS`."""
    low, high = c.value_low, c.value_high
    if low is not None and high is not None and low != high:
        value = f"{show(low, c.unit)} to {show(high, c.unit)}"
    else:
        value = show(low if low is not None else high or 0.0, c.unit)
    hedge = "" if c.hedge in ("exact", "range") else f"{c.hedge.replace('_', ' ')} "
    return c.id, c.subject, claim_what(c), hedge + value, c.period, claim_status(c), stands_on(c)


def claim_status(c: Claim) -> str:
    """How a claim is meant, and what became of it: planned, bound, denied, replaced."""
    said: list[str] = [
        c.kind,
        *([c.quantity] if c.quantity in ("change", "share", "bound") else []),
    ]
    if c.negated:
        said.append("denied")
    if c.replaced_by:
        said.append("replaced")
    elif c.status == "earlier":
        said.append("earlier")
    if c.condition:
        said.append("if …")
    return ", ".join(said)


def claim_what(c: Claim) -> str:
    """The metric, and of a part of the whole which part."""
    told = not c.about or c.about.lower() in f"{c.metric} {c.subject}".lower()
    return c.metric if told else f"{c.metric}: {c.about}"


def stands_on(c: Claim) -> str:
    """Where a claim was found, and which of its fields are guesses."""
    place = "tag" if c.reader == "tagged" else "table" if c.row or c.column else "text"
    fields = (
        ("who", c.grounds.subject), ("what", c.grounds.metric),
        ("period", c.grounds.period), ("unit", c.grounds.unit),
    )  # fmt: skip
    guessed = [name for name, ground in fields if ground == "guess"]
    return f"{place}; guessed: {', '.join(guessed)}" if guessed else place
