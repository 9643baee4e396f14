"""Calendar expressions in English and Chinese, resolved against the date of the document.

A `When` is a span of text and the ISO period it means: `2026`, `2026-Q1`, `2026-H1`, `2025-10`,
`FY2026` (the fiscal year that ends in 2026), or `2026/2028` for a run of years.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from outlay.evidence.calendar.base import (
    MONTH,
    MONTHS,
    Anchor,
    When,
    end_of,
    month_period,
    months_to,
    number,
    part_period,
    run,
    shift_year,
)
from outlay.evidence.rules import pattern, rules, words
from outlay.evidence.text.triggers import hint, needed

__all__ = [
    "MONTH",
    "MONTHS",
    "Anchor",
    "When",
    "end_of",
    "find_periods",
    "in_tense",
    "shift_year",
]

_STARTS = {
    "en": r"(?<![A-Za-z])(?=[0-9A-Za-z])",
    "zh": "(?=[0-9一二三四五六七八九十截今明去前后上下本当年未过近最第次同报全接民期季半两QHF])",
}
_CLAUSE_ENDS = re.compile(r"[,;](?!\d)|[，；]")
_NOT_OF_A_NUMBER = ("calendar.due", "calendar.since", "calendar.said_on")
_BEFORE = 60
_SERIES = re.compile(r"\s*(?:,|，|、|;|and|&|or|to|及|和|与|至|以及)?\s*(?:and |the )?")
_DATED = re.compile(r"(?:19|20)\d\d|[QH][1-4]|[1-4][QH]|[一二][零〇一二三四五六七八九]{3}")
"""One stands in all that the rules find which need no word."""
_FISCAL = re.compile("fiscal|financial", re.IGNORECASE)
_YEAR_ALONE = re.compile(r"\d{4}")
_STEPS = {"后年": 2, "明年": 1, "次年": 1, "去年": -1, "上年": -1, "上一年": -1, "前年": -2}


@cache
def _worded(language: str) -> tuple[str, ...]:
    """The rules of a language that need a word."""
    named = {r.name: r for r in rules() if r.language == language}
    order = [f"calendar.{name}" for name in words("calendar.order", language)]
    told = {n: needed(named[n]) for n in order}
    return tuple(n for n in order if any(len(w) > 1 or not w.isascii() for w in told[n]))


@cache
def _finder(language: str, worded: bool) -> re.Pattern[str]:
    """The rules of a language in their order, each a group of its own name. worded: those that
    need a word too."""
    parts = []
    for name in words("calendar.order", language):
        if not worded and f"calendar.{name}" in _worded(language):
            continue
        unnamed = re.sub(r"[(][?]P<\w+>", "(?:", pattern(f"calendar.{name}", language).pattern)
        parts.append(f"(?P<{name}>{unnamed})")
    return re.compile(f"{_STARTS[language]}(?:{'|'.join(parts)})")


def find_periods(text: str, anchor: Anchor, future: bool, chinese: bool) -> list[When]:
    """Calendar expressions of one sentence, left to right; `future` where it speaks of plans."""
    language = "zh" if chinese else "en"
    found: list[When] = []
    worded = hint(_worded(language), language).may(text)
    if not worded and not _DATED.search(text):
        return []
    for m in _finder(language, worded).finditer(text):
        rule = m.lastgroup or ""
        inner = pattern(f"calendar.{rule}", language).match(text, m.start())
        if inner is None:
            continue
        g = {k: v for k, v in inner.groupdict().items() if v}
        before = text[max(0, m.start() - _BEFORE) : m.start()]
        other = hint(_NOT_OF_A_NUMBER, language).may(before)
        if other and any(pattern(n, language).search(before) for n in _NOT_OF_A_NUMBER):
            found.append(When(*m.span(), ""))
        else:
            found += _meant(rule, g, m, anchor, future)
    found = found if chinese else _by_number(found, text)
    return _of_that_year(_in_series(found, text), text)


def _by_number(found: list[When], text: str) -> list[When]:
    """With what is named by its number alone: "$3 billion in the first quarter, $4 billion in the
    second"."""
    out = list(found)
    parts = [w for w in found if re.search(r"-[QH]\d$", w.period)]
    parts = [w for w in parts if pattern("calendar.part_of_year").search(text, w.start, w.end)]
    for m in pattern("calendar.nth", "en").finditer(text) if parts else ():
        last = next((w for w in reversed(parts) if w.end <= m.start()), None)
        if last and not any(w.start < m.end() and m.start() < w.end for w in found):
            most = {"Q": 4, "H": 2}[last.period[-2]]
            n = min(number(m["nth"]), most) if m["nth"].lower() != "last" else most
            out.append(replace(last, start=m.start(), end=m.end(), period=f"{last.period[:-1]}{n}"))
    return sorted(out, key=lambda w: w.start) if len(out) > len(found) else found


def _of_that_year(found: list[When], text: str) -> list[When]:
    """A half or a quarter without a year is of the whole year that the sentence names before it,
    unless what is to come begins between the two."""
    for n, w in enumerate(found):
        if not (w.loose and re.search(r"-[QH]\d$", w.period)):
            continue
        year = next((y for y in reversed(found[:n]) if re.fullmatch(r"\d{4}", y.period)
                     and not y.loose and not y.relative), None)  # fmt: skip
        if year and not pattern("calendar.to_come").search(text, year.end, w.start):
            found[n] = replace(w, period=year.period + w.period[-3:], loose=False)
    return found


def in_tense(text: str, anchor: Anchor, chinese: bool, ahead: Callable[[str], bool]) -> list[When]:
    """Calendar expressions of a sentence, those without a year in the tense of their clause.

    ahead: whether words speak of what is to come; asked of the clause and the one behind it.
    """
    found = find_periods(text, anchor, False, chinese)
    if not any(w.loose for w in found):
        return found
    cuts = [0, *(m.end() for m in _CLAUSE_ENDS.finditer(text)), len(text)]
    out = []
    for past, future in zip(found, find_periods(text, anchor, True, chinese), strict=True):
        n = bisect_right(cuts, past.start) - 1
        stop = cuts[min(n + 2, len(cuts) - 1)]
        if any(cuts[n + 1] <= w.start < stop and w.period for w in found):
            stop = cuts[n + 1]  # the clause behind it is of another time
        own, clauses = text[cuts[n] : cuts[n + 1]], text[cuts[n] : stop]
        done = pattern("calendar.done").search(own)
        comes = ahead(own) or (not done and ahead(clauses))
        out.append(future if past.loose and comes else past)
    return out


def _in_series(found: list[When], text: str) -> list[When]:
    """One takes from its neighbour what it lacks: "March 31, 2026 and 2025", "Q3 and Q4 2025"."""
    for n, w in enumerate(found[:-1]):
        after = found[n + 1]
        if not w.period or not after.period or w.relative:
            continue
        if not _SERIES.fullmatch(text, w.end, after.start):
            continue
        year = re.fullmatch(r"\d{4}", after.period)
        if (
            year
            and not w.loose
            and "/" not in w.period
            and text[after.start : after.end] == year[0]
        ):
            found[n + 1] = replace(after, period=re.sub(r"\d{4}", year[0], w.period, count=1))
        elif w.loose and not after.loose and re.search(r"-[QH]\d$", w.period):
            year = re.search(r"\d{4}", after.period)
            if year is not None and re.fullmatch(r"(?:FY)?\d{4}(?:-[QH]\d)?", after.period):
                whose = after.period[: year.start()] + year[0]
                found[n] = replace(w, period=whose + w.period[-3:], loose=False)
    return found


def _year(g: dict[str, str], anchor: Anchor) -> str:
    """The year that the words name or count from the document's; '' for none."""
    if "roc" in g:
        return str(int(g["roc"]) + 1911)
    said = g.get("y") or g.get("y3") or ""
    if said:
        value = number(said)
        return str(value if value > 99 else value + 2000)
    said = g.get("ry", "")
    if not said or not anchor.year:
        return ""
    if said in _STEPS or not said.isascii():
        return str(anchor.year + _STEPS.get(said, 0))
    low = said.lower()
    step = 2 if "after next" in low else 1 if re.search("next|coming|following", low) else 0
    return str(anchor.year + step - ("last" in low))


def _part(g: dict[str, str]) -> str:
    """The part of a year that the words name: `Q3`, `H1`, `10` for a month, `9` for nine months."""
    part = g.get("part") or g.get("part2") or ""
    if not part and "trap" in g:
        part = g["trap"][::-1]
    if not part and "nth" in g:
        n = number(g["nth"])
        part = f"H{min(n, 2)}" if g["w"].lower() == "half" else f"Q{n}"
    quarter = g.get("q") or g.get("q2")
    if not part and quarter:
        part = f"Q{number(quarter)}"
    return (part or _half(g.get("h", ""))).upper()


def _half(said: str) -> str:
    """A half, or the first so many months: 前三季度 and 前九个月 are nine."""
    if said.startswith("前"):
        return {3: "Q1", 6: "H1", 9: "9"}[9 if "季" in said else number(said[1])]
    if not said or said == "全年":
        return ""
    return "H2" if said[0] == "下" or said == "H2" else "H1"


def _whole(g: dict[str, str], anchor: Anchor, future: bool) -> tuple[str, bool]:
    """The period of a year with or without a part, and whether its year was chosen by tense."""
    year, part = _year(g, anchor), _part(g)
    month = number(next((g[k] for k in ("m", "m2", "m3") if k in g), ""))
    if year or "ry" in g:
        fiscal = "FY" if year and ("f" in g or "f2" in g) else ""
        return _of_year(fiscal + year, part, month), False
    if month:
        return month_period(month, anchor, future), True
    if part == "9" or not part:
        return _of_year(str(anchor.year or ""), part, 0), True
    return part_period(part, anchor, future), True


def _of_year(year: str, part: str, month: int) -> str:
    if not year or month > 12:
        return ""
    if month or not part:
        return f"{year}-{month:02d}" if month else year
    return f"{year}-01/{year}-09" if part == "9" else f"{year}-{part}"


def _meant(
    rule: str, g: dict[str, str], m: re.Match[str], anchor: Anchor, future: bool
) -> Iterator[When]:
    start, end = m.span()
    if rule in ("years", "fiscal") and "y2" in g:
        yield from _range(rule, g, start, end)
        return
    relative = _relative(rule, g, m[0])
    if relative is not None:
        yield When(start, end, "", relative)
        return
    if rule == "two_ended":
        middle = m.start() + re.search("and", m[0], re.IGNORECASE).start()  # type: ignore[union-attr]
        for n, at, to in (("n", start, middle), ("n2", middle + 4, end)):
            yield When(at, to, _ended({**g, "w": f"{number(g[n])} months"}, anchor, False))
        return
    yield _single(rule, g, m, anchor, future)


def _single(rule: str, g: dict[str, str], m: re.Match[str], anchor: Anchor, future: bool) -> When:
    """The one period of a rule that names one."""
    start, end = m.span()
    if rule == "ended":
        return When(start, end, _ended(g, anchor, future and "ending" in m[0]))
    if rule == "first_months":
        year, months = _year(g, anchor), number(g["n"])
        return When(start, end, months_to(int(year), months, months) if year else "")
    if rule == "this_part":
        return _this_part(g, m[0], start, end, anchor)
    if rule in ("next_years", "past_years"):
        years = number(g["n"]) if g.get("w", "year").startswith("year") else 0
        return When(start, end, run(anchor, years, rule == "next_years"))
    if rule == "months":
        return When(start, end, _months(g, anchor), loose="y" not in g)
    if rule == "decade":
        return When(start, end, str((anchor.year // 10 + 1) * 10) if anchor.year else "")
    if rule == "month_quarter":
        quarter = f"Q{number(g['m']) // 3}"
        return When(start, end, part_period(quarter, _calendar(anchor), future), loose=True)
    return _dated(rule, g, m, anchor, future)


def _calendar(anchor: Anchor) -> Anchor:
    return replace(anchor, fiscal_end=12)


def _dated(rule: str, g: dict[str, str], m: re.Match[str], anchor: Anchor, future: bool) -> When:
    start, end = m.span()
    if rule in ("half", "quarter", "fiscal_part") and "y" not in g and not m[0].isascii():
        # a Chinese report says 财季 for fiscal quarters; a plain 季度 is of the calendar
        anchor = anchor if rule == "fiscal_part" else _calendar(anchor)
    if rule == "iso_part" and "y2" in g:
        g = {**g, "y": g["y2"]}
    if rule == "fiscal" or _FISCAL.search(g.get("ry", "")):
        g = {**g, "f": "FY"}
    if rule == "year_end":
        return When(start, end, "", "end")
    period, loose = _whole(g, anchor, future)
    if m[0] in ("上年", "上一年"):
        return When(start, end, period, "year-1")
    balance = m.string[max(0, start - 2) : start] in ("截至", "截止")
    if balance and m[0][-1] in "底末" and _YEAR_ALONE.fullmatch(period):
        period += "-12"
    return When(start, end, period, loose=loose)


def _relative(rule: str, g: dict[str, str], text: str) -> str | None:
    """What the period is to another one that the text names; None where it stands by itself."""
    if rule == "same":
        if "y" in g:
            return f"same@{g['y']}"
        back = "back" in g or re.search("last|earlier|ago|prior|previous", text.lower())
        return "same-1" if back else "same"
    if rule == "this_part" and "same" in g:
        return "same"
    if rule == "back":
        return f"same-{_months_back(g)}m"
    return {
        "ago": "same-1", "that_part": "part", "whole_year": "year", "year_start": "start",
    }.get(rule)  # fmt: skip


def _months_back(g: dict[str, str]) -> int:
    """How many months before it is: "three months earlier", "the previous quarter", 半年前."""
    if "half" in g or "year" in g:
        return 6 if "half" in g else 12
    word = g.get("w") or g.get("w2") or ""
    size = 3 if word == "quarter" or "季" in word else 6 if word == "half" else 1
    said = g.get("n", "one").lower()
    return size * (1 if said == "a" else 18 if said == "eighteen" else number(said))


def _range(rule: str, g: dict[str, str], start: int, end: int) -> Iterator[When]:
    """A run of years; two years that fall; a fiscal year that bears the numbers of two."""
    first, last = number(g["y"]), number(g["y2"])
    first = first if first > 99 else first + 2000
    short = last < 100
    last = last if last > 99 else first // 100 * 100 + last
    fiscal = "FY" if rule == "fiscal" else ""
    if fiscal and last == first + 1 and short:
        yield When(start, end, f"FY{last}")
    elif last > first:
        yield When(start, end, f"{fiscal}{first}/{fiscal}{last}")
    elif not short:
        yield When(start, start + len(g["y"]), f"{fiscal}{first}")
        yield When(end - len(g["y2"]), end, f"{fiscal}{last}")


def _months(g: dict[str, str], anchor: Anchor) -> str:
    """ "January–March 2026", 1-6月: so many months up to the second."""
    first, last = number(g["m"]), number(g["m2"])
    if not 1 <= first < last <= 12:
        return ""
    year = _year(g, anchor) or month_period(last, anchor, False)[:4]
    if first == 1 and last == 9 and year:
        return f"{year}-01/{year}-09"
    return months_to(int(year), last, last - first + 1) if year else ""


def _ended(g: dict[str, str], anchor: Anchor, future: bool) -> str:
    """A run of months by its last one: "the quarter ended June 30", 截至2025年6月30日止六个月."""
    month = number(g.get("m") or g.get("m2") or "")
    year = number(g.get("y") or g.get("y2") or "0")
    year = year or int(month_period(month, anchor, future)[:4] or 0)
    if not year or not 1 <= month <= 12:
        return ""
    said = g["w"].lower()
    length = re.search(
        r"\d+|[一二三六九十]+(?=个)|three|six|nine|twelve|前?三季|季|quarter|半|half", said
    )
    words = {"季": 3, "quarter": 3, "半": 6, "half": 6, "三季": 9, "前三季": 9}
    count = (words.get(length[0]) or number(length[0])) if length else 12
    return months_to(year, month, count or 12, anchor.fiscal_end)


def _this_part(g: dict[str, str], text: str, start: int, end: int, anchor: Anchor) -> When:
    """ "last quarter", 本月: counted from the month of the document."""
    if not anchor.year or not anchor.month:
        return When(start, end, "", "same" if not text.isascii() else "")
    word, low = g["w"].lower(), g["step"].lower()
    size = 1 if word in ("month", "月") else 6 if word == "half" else 3
    ahead = low == "下" or "next" in low or "coming" in low
    step = 1 if ahead else 0 if low == "本" or re.search("this|current", low) else -1
    year, part = divmod(anchor.year * (12 // size) + (anchor.month - 1) // size + step, 12 // size)
    name = f"{part + 1:02d}" if size == 1 else f"{'Q' if size == 3 else 'H'}{part + 1}"
    return When(start, end, f"{year}-{name}", "this" if size == 3 and step == 0 else "")
