"""What a whole document says once: whose it is, when it was written and what period it reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from outlay.evidence.blocks.types import Scope
from outlay.evidence.calendar.dating import fiscal_end_of
from outlay.evidence.calendar.words import Anchor, find_periods
from outlay.evidence.lexicon import fiscal_year_ends
from outlay.evidence.names.mentions import Mentions
from outlay.evidence.rules import pattern, words
from outlay.evidence.text.clean import is_chinese
from outlay.evidence.text.simplified import simplified
from outlay.evidence.types import Document

__all__ = ["document_scope", "month_after", "topic_in"]

_HEAD, _LINES, _LINE, _LONGEST = 4_000, 14, 300, 1_000
_SENTENCE = re.compile(r"[a-z\d)）]\.(?:\s|$)|[。!?！？]")
_MARKS = " #*_>\t"
_OWNERS = ("company", "org", "unit", "buyer", "site")
_HEADING = ("letterhead", "headline", "dateline_name")
_THINGS = ("chip", "model", "app")
_SPEAKERS = ("media", "analyst", "government")


def document_scope(document: Document, mentions: Mentions) -> Scope:
    """The scope of the document as a whole; each field is empty where nothing says it."""
    text = simplified(document.text)
    entity = entity_of(document.text, mentions)
    fiscal = fiscal_end_of(text) or _fiscal_end_by_quarter(text)
    fiscal = fiscal or fiscal_year_ends().get(entity, 12)
    anchor = replace(Anchor.of(document.date), fiscal_end=fiscal)
    return Scope(
        entity=entity, date=document.date, period=_reported(text, anchor), fiscal_end=fiscal
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of the opening that hold something, less the marks before them."""
    at = n = 0
    while n < _LINES and at < min(len(text), _HEAD):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        whole = text[at : min(end, at + _LONGEST)]
        if line := whole.lstrip(_MARKS).rstrip(_MARKS):
            n += 1
            yield at + len(whole) - len(whole.lstrip(_MARKS)), line
        at = end + 1


def entity_of(text: str, mentions: Mentions) -> str:
    """Whose document it is: of whom it says so; whose name heads it; who announces in it. '' where
    that is no single company."""
    for rule in ("registrant", "defined"):
        if m := pattern(f"blocks.{rule}").search(text, 0, 60_000):
            start, end = next(m.span(k) for k, v in m.groupdict().items() if v)
            return _named(text, start, end, mentions)
    for n, (at, line) in enumerate(_lines(text)):
        start = at
        if m := pattern("blocks.head_label").match(line):
            start, line = at + m.end(), line[m.end() :]
        rules = _HEADING if n < 3 else _HEADING[2:]
        for rule in rules:
            m = pattern(f"blocks.{rule}").match(line)
            if m is None:
                continue
            a, b = next(m.span(k) for k, v in m.groupdict().items() if v)
            name = _named(text, start + a, start + b, mentions)
            sure = rule != "headline" or _recurs(text, name, line[a:b], start + b)
            if name and sure:
                return name
        if n < 3 and (name := _heads(line, start, mentions)):
            return name
    return ""


def _heads(line: str, start: int, mentions: Mentions) -> str:
    """The one known actor of a title, which opens it or is all that it names."""
    if len(line) > _LINE / 2 or _SENTENCE.search(line) or line.isupper():
        return ""
    here = mentions.within(start, start + len(line))
    names = {m.name for m in here if m.kind in _OWNERS}
    opens = [m for m in here if m.kind in _OWNERS and m.start - start < 2]
    if len(names) == 1 and (opens or pattern("blocks.reports").search(line)):
        return names.pop()
    return ""


def topic_in(text: str, entity: str, mentions: Mentions, start: int, end: int) -> str:
    """Whom or what a heading names first; '' where it names none, or in capitals one unknown."""
    found = (m.name for m in mentions.within(start, end) if m.kind in (*_OWNERS, *_THINGS))
    name = next(found, "")
    capitals = sum(c.isupper() for c in text[start:end])
    return "" if 2 * capitals > end - start and name != entity else name


def _recurs(text: str, name: str, written: str, end: int) -> bool:
    """Whether a name that heads a text is spoken of in it."""
    first = re.match(r"[\u3400-\u9fff]{2,3}|[\w&.’'-]+", written)
    return first is not None and name != "" and text.find(first[0], end, end + 40_000) >= 0


def _named(text: str, start: int, end: int, mentions: Mentions) -> str:
    """The name that stands there: as it is known, or as it is written less its legal form."""
    written = text[start:end].strip(" ,.:;*_#")
    for m in mentions.within(start, end):
        if m.start - start < 5 and m.end >= end - 14:
            return "" if m.kind in _SPEAKERS or m.name in words("blocks.no_names") else m.name
    plain = pattern("blocks.legal_form").sub("", written).strip(" ,.")
    first = plain.split(" ")[0]
    if not plain or first in words("blocks.no_names") or plain.isdigit():
        return ""
    if re.search(r" (?:and|&) [A-Z]", plain) and text[end : end + 40].lstrip().startswith("today"):
        return ""  # two announce it
    return plain.title() if plain.isupper() and len(plain) > 5 and plain.isascii() else plain


def _reported(text: str, anchor: Anchor) -> str:
    """The period that a report is of, from its title or its cover."""
    year = ""
    for _, line in _lines(text):
        told = pattern("blocks.results_for").search(line)
        title = not _SENTENCE.search(line) and len(line) <= _LINE
        if not told and not (title and pattern("blocks.reports").search(line)):
            continue
        if pattern("blocks.tender").search(line):
            return ""
        plain = told[0] if told and not title else _lowered(line)
        plain = pattern("blocks.period_of").sub(lambda m: m[1] or "", plain)
        periods = find_periods(plain, anchor, False, is_chinese(line))
        named = [w.period for w in periods if w.period]
        part = next((p for p in named if re.search(r"[QH]\d|FY|/", p)), "")
        if part:
            return part
        year = year or next((p for p in named if len(p) == 4), "")
    return year


def _fiscal_end_by_quarter(text: str) -> int:
    """The last month of the fiscal year of "Q2 FY26" where that is the quarter ended in September;
    0 where the opening does not say both."""
    opening = "\n".join(line for _, line in _lines(text))
    fiscal = pattern("blocks.fiscal_quarter").search(opening)
    ended = find_periods(opening, Anchor(), False, is_chinese(opening)) if fiscal else []
    for w in ended:
        quarter = re.fullmatch(r"\d{4}-Q([1-4])", w.period)
        if fiscal and quarter and pattern("blocks.ended").search(opening[w.start : w.end]):
            last = int(quarter[1]) * 3 - int(next(g for g in fiscal.groups() if g)) * 3
            return last % 12 or 12
    return 0


def _lowered(line: str) -> str:
    """A line of capitals as the calendar writes it: September 30, quarter ended."""
    return line.title().replace(" Ended ", " ended ") if line.isupper() else line


def month_after(period: str, fiscal_end: int) -> str:
    """The month in which a period is reported at the earliest; '' where it is no year or part."""
    m = re.fullmatch(r"(FY)?(\d{4})(?:-(?:Q([1-4])|H([12])))?", period)
    if m is None:
        return ""
    months = int(m[3]) * 3 if m[3] else int(m[4]) * 6 if m[4] else 12
    year, month = divmod(int(m[2]) * 12 + months + (fiscal_end - 12 if m[1] else 0), 12)
    return f"{year}-{month + 1:02d}"
