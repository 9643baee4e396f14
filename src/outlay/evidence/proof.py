"""Proof of what a second reader says of a number: verbatim words, and our own arithmetic.

A value holds if it is the digits of the quote times the scale words beside them times the scale
that words elsewhere declare; a period if our calendar reads it from the words given for it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from outlay.evidence.calendar.words import Anchor, find_periods
from outlay.evidence.quantities.meaning import find_hits
from outlay.evidence.quantities.numbers import find_numbers
from outlay.evidence.tables.units import unit_of
from outlay.evidence.text.characters import shown
from outlay.evidence.text.clean import is_chinese
from outlay.evidence.types import Claim, Document
from outlay.results.claims import Ground, Grounds

__all__ = ["Proof", "proven"]

Quantity = Literal["level", "change", "share", "price", "bound", "count"]
KINDS: tuple[Quantity, ...] = get_args(Quantity)
_SHORTEST, _LONGEST = 1, 2_000
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Named:
    """Fields whose words were found in the text; empty: not proven."""

    subject: str = ""
    metric: str = ""
    period: str = ""
    kind: Quantity | None = None
    grounds: Grounds = field(default_factory=Grounds)

    def onto(self, c: Claim) -> Claim:
        """The claim with these fields, but for those that stand on a tagged fact."""
        g = c.grounds
        subject, metric, period = (
            "" if of == "tag" else mine
            for of, mine in (
                (g.subject, self.subject), (g.metric, self.metric), (g.period, self.period),
            )
        )  # fmt: skip
        family = c.family
        if metric:
            hits = find_hits(metric, 0, len(metric))
            family = hits[0].metric.family if hits else metric.lower()
        basis = "stated" if self.grounds.period == "sentence" else "context"
        return replace(
            c, subject=subject or c.subject, metric=metric or c.metric, family=family,
            period=period or c.period, period_basis=basis if period else c.period_basis,
            quantity=self.kind or c.quantity,
            grounds=replace(
                g, subject=self.grounds.subject if subject else g.subject,
                metric=self.grounds.metric if metric else g.metric,
                period=self.grounds.period if period else g.period,
            ),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proof:
    """A number of a document with what was proven of it."""

    value: float
    unit: str
    value_span: tuple[int, int]
    span: tuple[int, int]
    base: Claim | None
    """What our own grammar says of the quote, if it reads the same value."""
    named: Named = field(default_factory=Named)

    def claim(self, document: Document, claim_id: str) -> Claim:
        """A claim that the first reader did not make."""
        start, end = self.span
        bare = self.base or Claim(
            "", document.name, "", "", self.value, self.value, self.unit, "", document.date, "",
            "exact", "reported", "", self.span, "", self.value_span, "",
        )  # fmt: skip
        bare = replace(bare, grounds=Grounds(unit="sentence" if self.base else "scope"))
        return replace(
            self.named.onto(bare), id=claim_id, document=document.name, said_on=document.date,
            span=self.span, sentence=document.text[start:end], value_span=self.value_span,
            quote=document.text[slice(*self.value_span)], converts="", whole="",
            compared_with="", reader="second",
        )  # fmt: skip

    def onto(self, old: Claim, claim_id: str) -> Claim | None:
        """The first reader's claim with the fields that differ; None where none does."""
        new = self.named.onto(old)
        if not (math.isclose(old.value, self.value, rel_tol=_CLOSE) and old.unit == self.unit):
            if old.grounds.unit == "tag":
                return None
            new = replace(
                new, value_low=self.value, value_high=self.value, unit=self.unit, hedge="exact"
            )
        said = ("subject", "metric", "period", "quantity", "value_low", "value_high", "unit")
        if all(getattr(old, k) == getattr(new, k) for k in said):
            return None
        return replace(new, id=claim_id, reader="second")


def proven(raw: object, document: Document, start: int, piece: str) -> Proof | None:
    """What holds of one claim about a piece of the document that begins at `start`; None if its
    quote is not there or its value is not what the words say."""
    if not isinstance(raw, Mapping):
        return None
    quote, value, unit = raw.get("quote"), raw.get("value"), raw.get("unit")
    if not isinstance(quote, str) or not isinstance(unit, str):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    at = _find(quote, piece)
    if at < 0:
        return None
    whole = (start + at, start + at + len(quote))
    declared = raw.get("unit_span")
    if not isinstance(declared, str) or not declared.strip() or _find(declared, piece) < 0:
        declared = ""
    base = _read_alone(quote, document, float(value), unit)
    digits = _digits(quote, declared, float(value), unit) if base is None else base.value_span
    if digits is None:
        return None
    a, b = whole[0] + digits[0], whole[0] + digits[1]
    return Proof(
        float(value), unit, (a, b), whole, base, _named(raw, document, piece, at, len(quote))
    )


def _find(words: str, piece: str) -> int:
    return piece.find(words) if len(words.strip()) >= _SHORTEST and len(words) <= _LONGEST else -1


def _read_alone(quote: str, document: Document, value: float, unit: str) -> Claim | None:
    """The claim that our grammar makes of the quote alone, if it is this one."""
    from outlay.evidence.reading import read_text

    found = read_text(quote, "quote", document.date or None).claims
    return next(
        (c for c in found if c.unit == unit and math.isclose(c.value, value, rel_tol=_CLOSE)), None
    )


def _digits(quote: str, declared: str, value: float, unit: str) -> tuple[int, int] | None:
    """Where in the quote the number stands whose digits, with the declared unit and scale, give
    the value."""
    if not declared:
        return None
    said = unit_of(declared)
    factor = (said.scale or 1.0) * (said.per_factor if said.currency else said.factor)
    money = f"{said.currency}/{said.per}" if said.per else said.currency
    if unit != (money if said.currency else said.unit):
        return None
    for n in find_numbers(quote):
        if math.isclose(n.value * factor, value, rel_tol=_CLOSE):
            return n.start, n.end
    return None


def _named(
    raw: Mapping[str, object], document: Document, piece: str, at: int, length: int
) -> Named:
    """The fields whose words are in the piece and say what they are given for."""

    def said(name: str) -> tuple[str, Ground]:
        given = raw.get(name)
        value, span = (
            (given.get("value"), given.get("span")) if isinstance(given, Mapping) else ("", "")
        )
        if not isinstance(value, str) or not isinstance(span, str) or not value or not span:
            return "", ""
        near = piece.find(span, at, at + length) >= 0
        if not (near or _find(span, piece) >= 0) or not _holds(name, value, span, document):
            return "", ""
        return _line(value), "sentence" if near else "scope"

    who, what, when = (said(name) for name in ("subject", "metric", "period"))
    kind = said("kind")[0]
    return Named(
        who[0], what[0], when[0], next((k for k in KINDS if k == kind), None),
        Grounds(who[1], what[1], when[1]),
    )  # fmt: skip


def _holds(name: str, said: str, span: str, document: Document) -> bool:
    if name == "kind":
        return said in KINDS
    if name == "period":
        chinese = is_chinese(span)
        anchor = Anchor.of(document.date)
        return any(
            w.period == said
            for ahead in (False, True)
            for w in find_periods(span, anchor, ahead, chinese)
        )
    return 2 <= len(said.strip()) <= 120 and said.casefold() in span.casefold()


def _line(found: str) -> str:
    """A text of the endpoint in one line that can be shown."""
    return " ".join(shown(found)[0].split())
