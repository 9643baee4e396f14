"""What a whole document says once: whose it is, when it was written and what period it reports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
_DATED = re.compile(
    r"[\w ]{2,24}[:：]\s*\**\s*(?:\d{1,4}[-/.年]\d|\d{1,2} [A-Z]|[A-Z][a-z]{2,8}\.? \d)"
)
_HEADING = ("page_title", "letterhead", "headline", "dateline_name")
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
        if (m := pattern(f"blocks.{rule}").search(text, 0, 60_000)) and (
            name := _named(text, *_span(m), mentions)
        ):
            return name
    for n, (at, line) in enumerate(_lines(text)):
        if _DATED.match(line):
            continue
        label = pattern("blocks.head_label").match(line)
        start = at + (label.end() if label else 0)
        line = line[start - at :]
        if name := _acts(text, start, line, mentions, _HEADING if n < 3 else _HEADING[-1:]):
            return name
        reports = n < 3 and pattern("blocks.reports").search(line) is not None
        if (n == 0 or reports) and (name := _heads(line, start, mentions, reports)):
            return name
    source = pattern("blocks.source").search(text)  # "Source: Acme Cloud" below figures of its own
    return _named(text, *_span(source), mentions) if source else ""


def _span(found: re.Match[str]) -> tuple[int, int]:
    """Where the name stands in what was found."""
    return next(found.span(k) for k, v in found.groupdict().items() if v)


def _acts(text: str, start: int, line: str, mentions: Mentions, rules: Sequence[str]) -> str:
    """The name that opens a line as a letterhead, in a headline or behind a dateline."""
    for rule in rules:
        if m := pattern(f"blocks.{rule}").match(line):
            a, b = _span(m)
            name = _named(text, start + a, start + b, mentions)
            if name and (rule != "headline" or _recurs(text, name, line[a:b], start + b)):
                return name
    return ""


def _heads(line: str, start: int, mentions: Mentions, reports: bool) -> str:
    """The one known actor of a title, which opens it or is all that it names."""
    if len(line) > _LINE / 2 or _SENTENCE.search(line) or line.isupper():
        return ""
    here = mentions.within(start, start + len(line))
    names = {m.name for m in here if m.kind in _OWNERS}
    opens = [m for m in here if m.kind in _OWNERS and m.start - start < 2]
    name = names.pop() if len(names) == 1 and (opens or reports) else ""
    return "" if pattern("blocks.broker").search(name) else name


def topic_in(text: str, entity: str, mentions: Mentions, start: int, end: int) -> str:
    """Whom or what a heading names first; '' where it names none, or in capitals one unknown."""
    line = text[start:end]
    bare = line.lstrip("# ")
    numbered = any(pattern(f"blocks.{r}").match(bare) for r in ("chapter", "section", "subsection"))
    kinds = [*_OWNERS, *_THINGS]
    if numbered or _DATED.match(line):
        kinds.remove("org")  # its words are those of any report
    found = (m.name for m in mentions.within(start, end) if m.kind in kinds)
    name = next(found, "")
    capitals = sum(c.isupper() for c in line)
    return "" if 2 * capitals > len(line) and name != entity else name


def _recurs(text: str, name: str, written: str, end: int) -> bool:
    """Whether a name that heads a text is spoken of in it."""
    first = re.match(r"[\u3400-\u9fff]{2,3}|[\w&.’'-]+", written)
    return first is not None and name != "" and text.find(first[0], end, end + 40_000) >= 0


def _named(text: str, start: int, end: int, mentions: Mentions) -> str:
    """The name that stands there: as it is known, or as it is written less its legal form."""
    if verb := pattern("blocks.headline_verb").search(text, start + 1, end):
        end = verb.start()
    written = text[start:end].strip(" ,.:;*_#")
    if pattern("blocks.broker").search(written):
        return ""
    none = words("blocks.no_names")
    for m in mentions.within(start, end):
        if m.start - start < 5 and m.end >= end - 14:
            return "" if m.kind in _SPEAKERS or m.name in none else m.name
    plain = pattern("blocks.legal_form").sub("", written).strip(" ,.")
    if not plain or plain.split(" ")[0] in none or plain.isdigit():
        return ""
    return "" if _is_one_of_two(plain, text[end : end + 40]) else _as_written(plain)


def _is_one_of_two(name: str, after: str) -> bool:
    """Whether two announce it together."""
    return re.search(r" (?:and|&) [A-Z]", name) is not None and after.lstrip().startswith("today")


def _as_written(plain: str) -> str:
    return plain.title() if plain.isupper() and len(plain) > 5 and plain.isascii() else plain


def _reported(text: str, anchor: Anchor) -> str:
    """The period that a report is of, from its title or its cover."""
    year = ""
    for _, line in _lines(text):
        said = _report_in(line)
        if said and pattern("blocks.tender").search(line):
            return ""
        periods = find_periods(said, anchor, False, is_chinese(line)) if said else []
        named = [w.period for w in periods if w.period]
        part = next((p for p in named if re.search(r"[QH]\d|FY|/", p)), "")
        if part:
            return part
        year = year or next((p for p in named if len(p) == 4), "")
    return year


def _report_in(line: str) -> str:
    """What of a line says which period is reported: a title, or "results for …" in a sentence."""
    told = pattern("blocks.results_for").search(line)
    title = not _SENTENCE.search(line) and len(line) <= _LINE
    if not told and not (title and pattern("blocks.reports").search(line)):
        return ""
    said = told[0] if told and not title else _lowered(line)
    said = pattern("blocks.act_of").sub(" ", said)
    return pattern("blocks.period_of").sub(lambda m: m[1] or "", said)


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
