"""What people read of documents: what they are, what contradicts itself, what they claim."""

from __future__ import annotations

from outlay.evidence.checks.compare import show
from outlay.results.claims import Claim, Contradiction, Identity, ReadDocument

__all__ = ["CLAIM_COLUMNS", "MARKS", "claim_cells", "document_line", "identity_line", "to_keep"]

CLAIM_COLUMNS = ("id", "who", "what", "value", "period", "said")
MARKS = {"hard": "contradiction", "soft": "look", "note": "note"}
"""What a contradiction is called, by its severity."""


def document_line(d: ReadDocument) -> str:
    """Date and length of a document, after its name."""
    if d.form == "unread":
        return "not read"
    dated = f"{d.date} ({d.date_basis})" if d.date else "no date: say --date"
    return f"{dated}, {d.characters:,} characters"


def to_keep(x: Contradiction) -> str:
    """Which claim of a contradiction to keep; empty where none is to."""
    return f"keep {x.keep}" if x.keep and x.severity != "note" else ""


def identity_line(i: Identity) -> str:
    """Arithmetic on stated numbers, and its verdict."""
    return f"{i.verdict}: {i.name}: {i.statement}"


def claim_cells(c: Claim) -> tuple[str, ...]:
    """A claim, a cell for each of `CLAIM_COLUMNS`."""
    low, high = c.value_low, c.value_high
    if low is not None and high is not None and low != high:
        value = f"{show(low, c.unit)} to {show(high, c.unit)}"
    else:
        value = show(low if low is not None else high or 0.0, c.unit)
    hedge = "" if c.hedge in ("exact", "range") else f"{c.hedge} "
    said = c.kind + (", denied" if c.negated else "") + (", if …" if c.condition else "")
    return c.id, c.subject, c.metric, hedge + value, c.period, said
