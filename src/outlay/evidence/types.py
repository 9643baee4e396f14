"""The arrow out of the evidence stage: claims, contradictions, identities, facts, documents.

All values are plain floats in base units (160 billion yuan is 1.6e11 CNY; 120 MW is 1.2e8 W;
35 % is 0.35 fraction); an open end of an interval is None. Spans are half-open character
ranges of `Document.text`, never of a cleaned copy.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

__all__ = [
    "Claim",
    "Contradiction",
    "Document",
    "Fact",
    "Hedge",
    "Identity",
    "Kind",
    "Note",
    "Reading",
]

Hedge = Literal["exact", "about", "over", "under", "up_to", "range", "may"]
Kind = Literal["reported", "planned", "estimated", "derived"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a document that a reader should know and that is not a claim."""

    what: str
    span: tuple[int, int] | None = None


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
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One number that a document states, with everything needed to judge and to cite it.

    `span` is its sentence in `Document.text`, `value_span` the quantity inside it. `rounding`
    is the half-width of the last printed digit, in the claim's unit: "23 billion" may be
    anything from 22.5 to 23.5. `status` is `earlier` for a figure that the sentence itself
    gives as superseded or as the base of a comparison ("up from …"). `period_basis` is
    `stated`, `context` (taken from a neighbouring sentence) or empty. `converts`, `whole` and
    `compared_with` name other claims: the figure this one restates in another currency, the
    total it is a share of, the figure it is set beside.
    """

    id: str
    document: str
    subject: str
    metric: str
    value_low: float | None
    value_high: float | None
    unit: str
    period: str
    said_on: str
    attribution: str
    hedge: Hedge
    kind: Kind
    condition: str
    span: tuple[int, int]
    sentence: str
    value_span: tuple[int, int]
    quote: str
    family: str = ""
    about: str = ""
    period_basis: str = ""
    status: Literal["current", "earlier"] = "current"
    negated: bool = False
    vague: bool = False
    rounding: float = 0.0
    converts: str = ""
    whole: str = ""
    compared_with: str = ""
    headline: bool = False
    reader: str = "grammar"

    @property
    def value(self) -> float:
        """The one number to print: the middle of a range, the known end of an open interval."""
        ends = [v for v in (self.value_low, self.value_high) if v is not None]
        return sum(ends) / len(ends) if ends else math.nan

    def interval(self) -> tuple[float, float]:
        """What the words allow [unit]: rounding, hedge and open ends, as (low, high).

        "about" is read as ±5 % or the rounding, whichever is wider: wide enough that a rounded
        figure never contradicts its source, narrow enough that a factor always does.
        """
        low = -math.inf if self.value_low is None else self.value_low
        high = math.inf if self.value_high is None else self.value_high
        slack = self.rounding
        if self.hedge in ("about", "may") and math.isfinite(self.value):
            slack = max(slack, 0.05 * abs(self.value))
        if self.hedge == "over" and not self.vague and math.isfinite(low):
            high = low * 1.25 + slack  # "over 30" is news about 30, not about 300
        return low - slack, high + slack

    def as_dict(self) -> dict[str, Any]:
        out = asdict(self)
        out["span"] = list(self.span)
        out["value_span"] = list(self.value_span)
        return out


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Claims that cannot all be right, with the arithmetic, the likeliest cause and what to keep.

    `severity`: hard (cannot both hold), soft (holds only after rounding or on another basis),
    note (nothing wrong with a number, but a reader should know).
    """

    claims: tuple[str, ...]
    relation: str
    factor: float | None
    likely_cause: str
    keep: str
    text: str
    severity: Literal["hard", "soft", "note"] = "hard"

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "claims": list(self.claims)}


@dataclass(frozen=True, slots=True)
class Identity:
    """Arithmetic on stated numbers: what it gives, what the document says, whether they agree."""

    claims: tuple[str, ...]
    statement: str
    computed: float
    stated: float | None
    verdict: Literal["agrees", "disagrees", "computed"]
    unit: str = ""
    name: str = ""
    low: float | None = None
    high: float | None = None

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "claims": list(self.claims)}


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

    def to_document(self) -> dict[str, Any]:
        """The body of the JSON document of kind `claims`."""
        return {
            "kind": "claims",
            "documents": [
                {
                    "name": d.name,
                    "date": d.date,
                    "date_basis": d.date_basis,
                    "form": d.form,
                    "language": d.language,
                    "characters": len(d.text),
                    "notes": [
                        {"what": n.what, "span": list(n.span) if n.span else None} for n in d.notes
                    ],
                }
                for d in self.documents
            ],
            "claims": [c.as_dict() for c in self.claims],
            "contradictions": [c.as_dict() for c in self.contradictions],
            "identities": [i.as_dict() for i in self.identities],
        }
