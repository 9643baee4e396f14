"""Read texts and files: the public entry of the evidence stage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date as Day
from pathlib import Path

from outlay.evidence.calendar_words import document_date, infer_year
from outlay.evidence.claims import claims_of
from outlay.evidence.clean import clean, language_of
from outlay.evidence.contradictions import find_contradictions
from outlay.evidence.identities import find_identities
from outlay.evidence.mentions import find_mentions
from outlay.evidence.types import Claim, Document, Reading

__all__ = ["read", "read_text"]


def _slug(name: str, taken: set[str]) -> str:
    stem = re.sub(r"\W+", "-", Path(name).stem).strip("-").lower() or "document"
    slug, n = stem, 2
    while slug in taken:
        slug, n = f"{stem}-{n}", n + 1
    taken.add(slug)
    return slug


def _dated(text: str, given: str) -> tuple[str, str]:
    if given:
        return given, "given"
    stated = document_date(text)
    if stated:
        return stated, "stated"
    year = infer_year(text)
    return (year, "inferred") if year else ("", "unknown")


def _document(name: str, text: str, date: str, form: str) -> Document:
    when, basis = _dated(text, date)
    return Document(name, text, when, basis, form, language_of(text))  # type: ignore[arg-type]


def read_text(text: str, name: str = "text", date: str | Day | None = None) -> Reading:
    """Claims, contradictions and identities of a text in memory.

    `date` is the day the text was written (ISO or `date`); without it the text is asked.
    """
    document = _document(name, text, str(date or ""), "text")
    claims, document = _claims(document, set())
    return _reconciled([document], claims)


def _reconciled(documents: list[Document], claims: list[Claim]) -> Reading:
    """Claims of all documents set against each other."""
    contradictions = find_contradictions(claims, documents)
    identities = find_identities(claims)
    return Reading(tuple(documents), tuple(claims), tuple(contradictions), tuple(identities))


def _claims(document: Document, taken: set[str]) -> tuple[list[Claim], Document]:
    cleaned = clean(document.text)
    mentions = find_mentions(cleaned)
    document = replace(document, notes=document.notes + cleaned.notes)
    return claims_of(document, cleaned, mentions, _slug(document.name, taken)), document


def read(paths: str | Path | Sequence[str | Path], date: str | Day | None = None) -> Reading:
    """Read one or more files."""
    raise NotImplementedError
