"""Months, quarters and years counted from the date of a document."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = [
    "COUNT",
    "HAN",
    "MONTH",
    "MONTHS",
    "MONTH_SAFE",
    "ORDER",
    "Anchor",
    "When",
    "ended",
    "iso_month",
    "month_period",
    "part_period",
    "quarter_of",
    "run",
    "two_digit",
    "year_word",
]

_MONTHS = (
    "January Jan, February Feb, March Mar, April Apr, May May, June Jun, July Jul, August Aug, "
    "September Sept Sep, October Oct, November Nov, December Dec"
)
MONTHS = {m: i for i, names in enumerate(_MONTHS.split(", "), 1) for m in names.split()}
MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
MONTH_SAFE = MONTH.replace("May|", "").replace("March|", "").replace("Mar|", "")
ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "last": 4}
HAN = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"十一": 11, "十二": 12, "两": 2}
_COUNTED = "zero one two three four five six seven eight nine ten eleven twelve"
COUNT = {word: i for i, word in enumerate(_COUNTED.split())}


@dataclass(frozen=True, slots=True)
class Anchor:
    """The date "this year" is counted from; 0 where unknown."""

    year: int = 0
    month: int = 0
    fiscal_end: int = 12  # last month of the fiscal year that bare quarters are counted in

    @classmethod
    def of(cls, day: str) -> Anchor:
        """The anchor of a document dated `day`: year, month, or neither."""
        parts: list[str] = re.findall(r"\d+", day)
        year, month, *_ = (*map(int, parts[:2]), 0, 0)
        return cls(year, month)


@dataclass(frozen=True, slots=True)
class When:
    """A calendar expression: its span and the period it means ('' where it cannot be told)."""

    start: int
    end: int
    period: str
    relative: str = ""  # same, same-1, year-1, year+1: resolved beside another period
    loose: bool = False  # month or quarter without a year: the year was chosen by tense


def quarter_of(month: int) -> int:
    return (month - 1) // 3 + 1


def month_period(month: int, anchor: Anchor, future: bool) -> str:
    """A month without a year: the last one that has begun, or the next one in a plan."""
    if not anchor.year:
        return ""
    year = anchor.year
    if future and anchor.month and month < anchor.month:
        year += 1
    elif not future and anchor.month and month > anchor.month:
        year -= 1
    return f"{year}-{month:02d}"


def part_period(kind: str, n: int, anchor: Anchor, future: bool) -> str:
    """A quarter ('Q') or half ('H') without a year: the last ended one, or the next."""
    if not anchor.year:
        return ""
    if anchor.fiscal_end != 12 and anchor.month:
        return _fiscal_part(kind, n, anchor, future)
    months = 3 if kind == "Q" else 6
    year = anchor.year
    if anchor.month:
        ended = n * months < anchor.month + (1 if not future else 0)
        if not future and not ended and (n - 1) * months >= anchor.month - 1:
            year -= 1
        elif not future and not ended and n * months > anchor.month:
            year = year if kind == "H" or (n - 1) * months < anchor.month else year - 1
        elif future and n * months < anchor.month:
            year += 1
    return f"{year}-{kind}{n}"


def _fiscal_part(kind: str, n: int, anchor: Anchor, future: bool) -> str:
    """A part of the fiscal year without its year: the last one that has ended, or the next."""
    size = 3 if kind == "Q" else 6
    now = anchor.year * 12 + anchor.month
    year = anchor.year + 1
    end = year * 12 + anchor.fiscal_end - 12 + size * n
    while end > now + (12 - 1 if future else 0):
        year, end = year - 1, end - 12
    return f"FY{year}-{kind}{n}"


def two_digit(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def year_word(word: str, anchor: Anchor) -> str:
    if not anchor.year:
        return ""
    word = word.lower()
    if "after next" in word:
        return str(anchor.year + 2)
    step = 1 if re.search("next|coming|following", word) else -1 if "last" in word else 0
    prefix = "FY" if re.search("fiscal|financial", word) else ""
    return f"{prefix}{anchor.year + step}"


def run(anchor: Anchor, count: int, forward: bool) -> str:
    if not anchor.year or not count:
        return ""
    if forward:  # said late in a year, "the next three years" begin with the next one
        first = anchor.year + (anchor.month > 9)
        return f"{first}/{first + count - 1}"
    return f"{anchor.year - count}/{anchor.year - 1}"


def iso_month(text: str) -> str:
    parts = re.split(r"[-/.]", text)
    return f"{int(parts[0])}-{int(parts[1]):02d}"


def ended(text: str, anchor: Anchor, future: bool) -> str:
    month = next(m for name, m in sorted(MONTHS.items(), key=lambda i: -len(i[0])) if name in text)
    found = re.search(r"(?:19|20)\d{2}", text)
    year = int(found[0]) if found else int(month_period(month, anchor, future)[:4] or 0)
    if not year:
        return ""
    if "ine m" in text:
        return f"{year}-{month - 8:02d}/{year}-{month:02d}" if month > 8 else ""
    if "hree months" in text or "uarter" in text:
        return f"{year}-Q{quarter_of(month)}"
    if "ix months" in text or "alf" in text:
        if month in (6, 12):
            return f"{year}-H{1 if month <= 6 else 2}"
        first = year * 12 + month - 6
        return f"{first // 12}-{first % 12 + 1:02d}/{year}-{month:02d}"
    return str(year) if month == 12 else f"FY{year}"
