"""What documents claim: kind `claims`, and the same inside a plan."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from outlay.results.base import Row, Unit
from outlay.results.document import Document

__all__ = [
    "Claim",
    "Claims",
    "Contradiction",
    "Ground",
    "Grounds",
    "Identity",
    "ReadDocument",
    "ReadNote",
]


@dataclass(frozen=True, slots=True)
class ReadNote(Row):
    """Something about a document that is not a claim."""

    what: str
    """What a reader should know."""
    span: tuple[int, int] | None
    """Characters [start, end) that it is about; null: the whole."""


@dataclass(frozen=True, slots=True)
class ReadDocument(Row):
    """A document that was read."""

    name: str
    """Its file name."""
    date: str
    """The day, month or year from which "this year" counts; empty: unknown."""
    date_basis: Literal["given", "stated", "inferred", "unknown"]
    """Whether the date was given, found in the text, inferred from it, or is unknown."""
    form: str
    """text, markdown, html, pdf, csv, xlsx, facts, xbrl; unread: its notes say why."""
    language: Literal["en", "zh", "other"]
    """The language most of it is in."""
    characters: Annotated[int, Unit("character")]
    """Length of its text."""
    notes: tuple[ReadNote, ...]
    """What a reader should know of it."""
    entity: str = ""
    """Whom it is of: registrant, issuer, company of the headline; empty: it does not say."""


Ground = Literal["tag", "cell", "sentence", "scope", "guess", ""]
"""What a field of a claim stands on: a tagged fact, a cell with its headers, the words of its own
sentence, what the document said once for all below it, or a neighbour; empty: it is not known."""


@dataclass(frozen=True, slots=True)
class Grounds(Row):
    """What each field of a claim stands on."""

    subject: Ground = ""
    """Whom it is about."""
    metric: Ground = ""
    """What is measured."""
    period: Ground = ""
    """When it holds."""
    unit: Ground = ""
    """What it is counted in, scale included."""


@dataclass(frozen=True, slots=True)
class Claim(Row):
    """One number that a document states; values in base units, an open end is null."""

    id: str
    """Name within the reading: document, then number."""
    document: str
    """The file that it stands in."""
    subject: str
    """Whom or what it is about."""
    metric: str
    """What is measured."""
    value_low: float | None
    """Low end, in `unit`."""
    value_high: float | None
    """High end, in `unit`."""
    unit: str
    """ISO currency, token/day, chip, W, USD/chip, fraction, user, year, and the like."""
    period: str
    """ISO year, month or quarter that it holds for; empty: none."""
    said_on: str
    """Day on which it was said."""
    attribution: str
    """Who says it; empty: the document itself."""
    hedge: Literal["exact", "about", "over", "under", "up_to", "range", "may"]
    """How firmly the words hold it."""
    kind: Literal["reported", "planned", "estimated", "derived"]
    """What sort of statement it is."""
    condition: str
    """What it depends on; empty: nothing."""
    span: tuple[int, int]
    """Characters [start, end) of its sentence."""
    sentence: str
    """Its sentence."""
    value_span: tuple[int, int]
    """Characters [start, end) of the quantity."""
    quote: str
    """The quantity as printed."""
    family: str = ""
    """Sort of metric by which claims are compared."""
    about: str = ""
    """What the metric is further about."""
    period_basis: str = ""
    """`stated`, `context` (from a neighbouring sentence) or empty."""
    status: Literal["current", "earlier"] = "current"
    """`earlier`: superseded, or the base of a comparison."""
    negated: bool = False
    """Whether the sentence denies it."""
    vague: bool = False
    """Whether only an order of magnitude is named."""
    rounding: float = 0.0
    """Half the last printed digit, in `unit`."""
    converts: str = ""
    """Claim that it restates in another currency."""
    whole: str = ""
    """Claim that it is a share of."""
    compared_with: str = ""
    """Claim that it is set beside."""
    headline: bool = False
    """Whether it stands in a title."""
    reader: str = "grammar"
    """What found it."""
    quantity: Literal["level", "change", "share", "price", "bound", "count"] = "level"
    """What sort of quantity: an amount, a difference or growth, a part of a whole, money for one
    of something, a limit that is set, a number of things."""
    grounds: Grounds = Grounds()
    """What its fields stand on."""
    row: tuple[str, ...] = ()
    """Labels of its row, verbatim, the outermost first; empty outside tables."""
    column: tuple[str, ...] = ()
    """Headers of its column, verbatim, the uppermost first; empty outside tables."""
    tag: str = ""
    """Its name in the taxonomy of a filing; empty: it is not tagged."""
    replaced_by: str = ""
    """Claim that corrects it: an erratum, an amended filing, "X, not Y"."""
    part_of: str = ""
    """Claim of the amount that it is a part of: an order out of a budget."""

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


@dataclass(frozen=True, slots=True)
class Contradiction(Row):
    """Claims that cannot all be right."""

    claims: tuple[str, ...]
    """Ids of the claims."""
    relation: str
    """How they stand to one another."""
    factor: float | None
    """The larger over the smaller; null where there is no ratio."""
    likely_cause: str
    """The likeliest cause."""
    keep: str
    """Which claim to keep."""
    text: str
    """The contradiction in one sentence."""
    severity: Literal["hard", "soft", "note"] = "hard"
    """hard: both cannot hold; soft: only after rounding or on another basis; note: to know."""


@dataclass(frozen=True, slots=True)
class Identity(Row):
    """Arithmetic on stated numbers."""

    claims: tuple[str, ...]
    """Ids of the claims."""
    statement: str
    """The arithmetic in words."""
    computed: float
    """What it gives, in `unit`."""
    stated: float | None
    """What a document or table says, in `unit`."""
    verdict: Literal["agrees", "disagrees", "computed"]
    """Whether the two agree; `computed` where there is nothing to agree with."""
    unit: str = ""
    """Unit of the values."""
    name: str = ""
    """What the identity is called."""
    low: float | None = None
    """Least that rounding allows."""
    high: float | None = None
    """Most that rounding allows."""


@dataclass(frozen=True, slots=True, repr=False)
class Claims(Document):
    """Everything read from one or more documents."""

    kind: ClassVar[str] = "claims"
    documents: tuple[ReadDocument, ...]
    """What was read."""
    claims: tuple[Claim, ...]
    """The numbers that they state."""
    contradictions: tuple[Contradiction, ...]
    """Claims that cannot all be right, hard ones first."""
    identities: tuple[Identity, ...]
    """Arithmetic that was checked."""
