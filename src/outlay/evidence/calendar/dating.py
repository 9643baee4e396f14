"""When a document was written: the date it states, or the year its words give away."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from outlay.evidence.calendar.base import number
from outlay.evidence.calendar.words import MONTH, MONTHS
from outlay.evidence.rules import pattern

__all__ = ["dated", "fiscal_end_of", "infer_year"]

_HEAD, _TAIL, _LINES = 6_000, 600, 14
_HAN = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
_H = "〇○零一二三四五六七八九"
_MONTH = f"(?:{MONTH}|{MONTH.upper()})"
_HAN_YEAR = rf"二[{_H}]{{3}}"
_STAMP = re.compile(
    r"(?<![\d.,/-])(?:(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<by>[./])(?P<b>\d{1,2})[./](?P<y1>(?:19|20)\d\d))(?![\d.,/-]*\d)"
    rf"|(?P<y2>(?:19|20)\d\d|{_HAN_YEAR}) ?年 ?(?P<m2>\d{{1,2}}|[一二三四五六七八九十]{{1,2}}) ?月"
    r"(?: ?(?P<d2>\d{1,2}|[一二三四五六七八九十]{1,3}) ?[日號号])?"
    rf"|(?<![\d.])(?:(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?)?(?<![A-Za-z])(?P<m3>{_MONTH})"
    r"[ -](?:(?P<d4>\d{1,2})(?:st|nd|rd|th)?,? )?(?:of )?(?P<y3>(?:19|20)\d\d)(?!\d)"
)
_NO_YEAR = re.compile(
    rf"(?<![A-Za-z])(?P<m>{_MONTH}) (?P<d>\d{{1,2}})(?=,? ?(?:\(|-|–|—)|[.:])"
    r"|(?<![年\d])(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日(?=电|讯|[，,（(]| ?[-–—]|晚|午)"
)
_ENDS = re.compile(r"\s*(?:$|公告|[.:;|。；：)）\]]|\s[-–—]|[-–—]{1,2}\s?[A-Z\u3400-\u9fff]|\()")
_OPENS = re.compile(r"(?:^|[,，.。;；|(（·–—]|\s-|--|[)）]|公司|集[团團])\s*$")
_TIME = re.compile(
    r"[ T]\d{1,2}:\d{2}|,? (?:at )?\d{1,2}(?::\d{2}|(?:\.\d{2})? ?[ap]\.?m\b)", re.IGNORECASE
)
_PLACE = re.compile(r",(?: [A-Z][\w.’'-]*){1,4}\s*$")
_ITEM = re.compile(r"\s*(?:[-*+]\s|[-+•|])|.*\t")


@dataclass(frozen=True, slots=True)
class _Day:
    start: int
    end: int
    iso: str


def dated(text: str) -> tuple[str, str]:
    """The date of a document (a day, a month or a year), and whether it is `stated` in it,
    `inferred`, or `unknown`. A date of something else that the text speaks of is none.
    """
    best: dict[int, str] = {}
    for found, rank in _ranked(text):
        sooner = best.get(rank, "")
        if not sooner or (len(sooner) < len(found.iso) and rank > 0):
            best[rank] = found.iso
    period_end, last = best.pop(_PERIOD_END, ""), best.pop(_LAST, "")
    if best:
        return best[min(best)], "stated"
    if last and last >= period_end:
        return last, "stated"
    year = infer_year(text)
    if period_end:
        return period_end, "stated"
    if year and (day := _without_year(text, year)):
        return day, "inferred"
    return (year, "inferred") if year else ("", "unknown")


_CORRECTED, _LABELLED, _HEADED, _SAID, _PERIOD_END, _LAST = range(6)


def _ranked(text: str) -> Iterator[tuple[_Day, int]]:
    """Dates of the opening and the last lines, each with what makes it the document's."""
    opening = _opening(text)
    for day in _days(text[:_HEAD]):
        line = text.rfind("\n", 0, day.start) + 1
        before, after = text[max(line, day.start - 160) : day.start], _rest(text, day.end)
        rank = _labelled(before)
        if rank is None and day.start < opening:
            rank = _placed(before, after, not text[:line].strip())
        if rank is None and pattern("blocks.period_end").search(before):
            rank = _PERIOD_END
        if rank is not None:
            yield day, rank
    cut = max(0, len(text) - _TAIL)
    for day in _days(text[cut:]):
        day = _Day(day.start + cut, day.end + cut, day.iso)
        line = text.rfind("\n", 0, day.start) + 1
        before = text[max(line, day.start - 160) : day.start]
        rank = _labelled(before)
        if rank is not None and day.start >= _HEAD:
            yield day, rank
        elif len(day.iso) > len("2025-12") and not _rest(text, day.end).strip(" .。)）"):
            alone = not before.strip() or re.search(r"[.。!?！？]\s*$", before)
            if alone and not text[day.end :].strip(" .。)）\n"):
                yield day, _LAST


def _opening(text: str) -> int:
    """Where the opening ends: its title, its byline, its dateline."""
    at = n = 0
    while n < _LINES and at < min(len(text), 2_400):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        n += bool(text[at:end].strip())
        at = end + 1
    return at


def _rest(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)][:200]


def _labelled(before: str) -> int | None:
    if pattern("blocks.corrected_label").search(before):
        return _CORRECTED
    return _LABELLED if pattern("blocks.date_label").search(before) else None


def _placed(before: str, after: str, begins: bool) -> int | None:
    """A date that stands for itself in a heading or a dateline; one on which something is said."""
    if _ITEM.match(before):
        return None
    before, after = before.rstrip("*_"), after.lstrip("*_")  # set in italics
    heads = _OPENS.search(before) and _ENDS.match(after)
    if (heads or _TIME.match(after)) and len(before) < 150:
        return _HEADED
    if not before.strip("# *") and _PLACE.match(after):
        return _HEADED  # "29 October 2026, Oslo"
    if pattern("blocks.said_on").search(before):
        return _SAID
    if not before.strip("# *") and begins and after[:1] in (",", "，"):
        return _SAID
    opens = not before.strip("# *") or pattern("blocks.on_the_day").search(before)
    return _SAID if opens and pattern("blocks.says").search(after[:120]) else None


def _days(text: str) -> Iterator[_Day]:
    for m in _STAMP.finditer(text):
        y, mo, d = (m["y"] or m["y1"] or m["y2"] or m["y3"]), 0, 0
        year = int("".join(_HAN.get(c, c) for c in y))
        if m["a"]:
            mo, d = _order(int(m["a"]), int(m["b"]), m["by"])
        else:
            named = m["m3"]
            mo = _month(named) if named else _number(m["m"] or m["m2"])
            d = _number(m["d"] or m["d2"] or m["d3"] or m["d4"] or "")
        iso = _iso(year, mo, d)
        if iso:
            yield _Day(m.start(), m.end(), iso)


def _order(a: int, b: int, mark: str) -> tuple[int, int]:
    """Month and day of "03/04/2026": by what they can be, or neither."""
    if mark == "." or a > 12:
        return b, a
    return (a, b) if b > 12 or a == b else (0, 0)


def _month(name: str) -> int:
    return MONTHS[name.rstrip(".").capitalize()]


def _number(text: str) -> int:
    if not text or text.isdigit():
        return int(text or 0)
    tens, ten, ones = text.partition("十")
    if not ten:
        return int(_HAN[text]) if text in _HAN else 0
    return int(_HAN.get(tens, "1")) * 10 + int(_HAN.get(ones, "0"))


def _iso(year: int, month: int, day: int) -> str:
    """The date, even one that no calendar has, such as 31 February: its reader says so."""
    if not 1 <= month <= 12 or day > 31:
        return ""
    return f"{year}-{month:02d}-{day:02d}" if day else f"{year}-{month:02d}"


def _without_year(text: str, year: str) -> str:
    """The day of a dateline that leaves the year to the reader."""
    for m in _NO_YEAR.finditer(text[: min(_opening(text), 800)]):
        before = text[text.rfind("\n", 0, m.start()) + 1 : m.start()]
        if len(before) < 40 and pattern("blocks.dateline").search(before):
            month, day = _month(m["m"]) if m["m"] else int(m["m2"]), int(m["d"] or m["d2"])
            told = pattern("blocks.weekday").search(text, m.end(), m.end() + 400)
            for later in (0, 1, -1) if told else ():
                try:
                    on = datetime.date(int(year) + later, month, day)
                except ValueError:
                    continue
                if told and on.strftime("%A").startswith(told[1]):
                    return on.isoformat()
            return _iso(int(year), month, day)
    return ""


def infer_year(text: str) -> str:
    """The year a document without a date was written in, from the years it speaks of.

    Years after a word of planning are later than the document; the latest other year is its
    own. '' where it names none.
    """
    planned: list[int] = []
    plain: list[int] = []
    cue = pattern("blocks.planned_for")
    for match in re.finditer(r"(?<![\d.,$])(20[1-4]\d)(?![\d,.]\d|\d)", text[:200_000]):
        before = text[max(0, match.start() - 90) : match.start()]
        (planned if cue.search(before) else plain).append(int(match[1]))
    if plain:
        return str(max(plain))
    return str(min(planned) - 1) if planned else ""


def fiscal_end_of(text: str) -> int:
    """The last month of the fiscal year that a document states, or 0.

    A year of 52 or 53 weeks may end in the first days of the month that follows.
    """
    m = pattern("blocks.fiscal_year_ends").search(text, 0, 200_000)
    m = m or pattern("blocks.year_ended").search(text, 0, _HEAD)
    if m is None:
        return _end_by_part(text)
    named = {k: v for k, v in m.groupdict().items() if v}
    word = next(v for k, v in named.items() if k.startswith("m"))
    month = int(word) if word.isdigit() else _month(word)
    day = int(next((v for k, v in named.items() if k.startswith("d")), 0))
    return (month - 2) % 12 + 1 if 0 < day <= 7 else month


def _end_by_part(text: str) -> int:
    """The last month of a year of which a quarter is told by its number and its end; else 0."""
    m = pattern("calendar.part_ended").search(text, 0, _HEAD)
    if m is None:
        return 0
    return (number(m["m"]) - 3 * number(m["nth"]) - 1) % 12 + 1
