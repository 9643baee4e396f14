"""The arrow out of the evidence stage: claims, contradictions, identities, facts, documents.

All values are plain floats in base units (160 billion yuan is 1.6e11 CNY; 120 MW is 1.2e8 W;
35 % is 0.35 fraction); an open end of an interval is None. Spans are half-open character
ranges of `Document.text`, never of a cleaned copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from outlay.results.claims import Claim, Contradiction, Identity, ReadNote

__all__ = [
    "Claim",
    "Contradiction",
    "Document",
    "Fact",
    "Hedge",
    "Identity",
    "Kind",
    "Reading",
]

Hedge = Literal["exact", "about", "over", "under", "up_to", "range", "may"]
Kind = Literal["reported", "planned", "estimated", "derived"]


@dataclass(frozen=True, slots=True)
class Document:
    """A document as text, with the date from which "this year" is counted.

    `date` is ISO (a day, a month or only a year); `date_basis` says whether it was given, found
    in the text, inferred from the years the text speaks of, or is unknown.
    """

    name: str
    text: str
    date: str = ""
    date_basis: Literal["given", "stated", "inferred", "unknown"] = "unknown"
    form: str = "text"
    language: Literal["en", "zh", "other"] = "en"
    notes: tuple[ReadNote, ...] = ()
    entity: str = ""
    """Whose document it is; empty: it does not say so."""
    fiscal_end: int = 12
    """Last month of the entity's fiscal year."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A claim that a person, or a named rule, accepted or rejected, with a grade and a reason.

    The claim is carried whole, so the ledger stays readable when the document is gone.
    """

    id: str
    claim: Claim
    verdict: Literal["accepted", "rejected", "rival"]
    grade: str
    reason: str
    by: str
    on: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one or more documents."""

    documents: tuple[Document, ...]
    claims: tuple[Claim, ...]
    contradictions: tuple[Contradiction, ...]
    identities: tuple[Identity, ...]

    def claim(self, claim_id: str) -> Claim:
        """The claim with that id; KeyError where there is none."""
        for c in self.claims:
            if c.id == claim_id:
                return c
        raise KeyError(claim_id)
