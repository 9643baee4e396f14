"""Months, quarters and years counted from the date of a document."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = [
    "COUNT",
    "MONTH",
    "MONTHS",
    "Anchor",
    "When",
    "end_of",
    "month_period",
    "months_before",
    "months_to",
    "number",
    "part_period",
    "run",
    "shift_year",
]

_MONTHS = (
    "January Jan, February Feb, March Mar, April Apr, May May, June Jun, July Jul, August Aug, "
    "September Sept Sep, October Oct, November Nov, December Dec"
)
MONTHS = {m: i for i, names in enumerate(_MONTHS.split(", "), 1) for m in names.split()}
MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_COUNTED = "zero one two three four five six seven eight nine ten eleven twelve"
COUNT = {word: i for i, word in enumerate(_COUNTED.split())}
_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4}
_HAN = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


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
    """A calendar expression: its span and the period it means.

    The period is '' where it cannot be told, and where the words are of something else than a
    number: the day of a filing, the year when notes fall due.
    """

    start: int
    end: int
    period: str
    relative: str = ""  # same, same-1, year-1, part, year, end: resolved beside another period
    loose: bool = False  # month or quarter without a year: the year was chosen by tense

    def moved(self, by: int) -> When:
        """The same in a text that begins so much before."""
        return When(self.start + by, self.end + by, self.period, self.relative, self.loose)


def number(text: str) -> int:
    """A small number in digits, in Chinese, or as a word; a month by its name; 0 for others."""
    if text.isdigit():
        return int(text)
    if text[:3].title() in MONTHS:
        return MONTHS[text[:3].title()]
    if text.lower() in _ORDER or text.lower() in COUNT:
        return _ORDER.get(text.lower()) or COUNT[text.lower()]
    if "十" in text:
        tens, ones = text.split("十", 1)
        return 10 * _HAN.get(tens, 1) + _HAN.get(ones, 0)
    digits = [str(_HAN[c]) for c in text if c in _HAN]
    return int("".join(digits)) if digits and len(digits) == len(text) else 0


def shift_year(period: str, years: int) -> str:
    """The same period `years` later: `2025-Q3` and -1 give `2024-Q3`."""
    return re.sub(r"(?:19|20)\d{2}", lambda m: str(int(m[0]) + years), period)


def month_period(month: int, anchor: Anchor, future: bool) -> str:
    """A month without a year: the last one that has begun, or the next one in a plan."""
    if not anchor.year or not 1 <= month <= 12:
        return ""
    year = anchor.year
    if anchor.month:
        year += future and month < anchor.month
        year -= not future and month > anchor.month
    return f"{year}-{month:02d}"


def part_period(part: str, anchor: Anchor, future: bool) -> str:
    """A quarter or half without a year: the last that has ended or runs to its end, or the next."""
    if not anchor.year:
        return ""
    kind, n = part[0], int(part[1:])
    size = 3 if kind == "Q" else 6
    fiscal = anchor.fiscal_end != 12
    if not anchor.month:
        return f"{anchor.year}-{part}"
    now = anchor.year * 12 + anchor.month
    year = anchor.year + fiscal
    end = year * 12 + (anchor.fiscal_end if fiscal else 12) - 12 + size * n
    if future and fiscal:
        while end > now + 11:
            year, end = year - 1, end - 12
    elif future:
        year += end < now
    else:  # one of the calendar that is running counts from its second month on
        open_until = 0 if fiscal else size - 2
        while end > now + open_until:
            year, end = year - 1, end - 12
    return f"{'FY' if fiscal else ''}{year}-{part}"


def months_before(period: str, months: int) -> str:
    """The period of the same length so many months before: `2026-Q2` and 3 give `2026-Q1`; '' where
    that is none of the calendar's."""
    found = re.fullmatch(r"(FY)?(\d{4})(?:-(?:([QH])(\d)|(\d{2})))?", period)
    if found is None:
        return ""
    fiscal, year, kind, part, month = found.groups()
    size = {"Q": 3, "H": 6}.get(kind, 1 if month else 12)
    steps, rest = divmod(months, size)
    if rest:
        return ""
    of_year = 12 // size
    n = int(year) * of_year + int(part or month or 1) - 1 - steps
    year, at = str(n // of_year), n % of_year + 1
    named = f"-{kind}{at}" if kind else f"-{at:02d}" if month else ""
    return f"{fiscal or ''}{year}{named}"


def run(anchor: Anchor, count: int, forward: bool) -> str:
    """The years of "the next three years"."""
    if not anchor.year or not count:
        return ""
    if forward:  # said late in a year, "the next three years" begin with the next one
        first = anchor.year + (anchor.month > 9)
        return f"{first}/{first + count - 1}"
    return f"{anchor.year - count}/{anchor.year - 1}"


def months_to(year: int, month: int, count: int, fiscal_end: int = 12) -> str:
    """The period of so many months up to this one; a quarter of a fiscal year where those of the
    calendar end in other months."""
    done = (month - fiscal_end - 1) % 12 + 1
    if fiscal_end % 3 and count in (3, 6) and done % count == 0:
        part = f"{'Q' if count == 3 else 'H'}{done // count}"
        return f"FY{year + (month > fiscal_end)}-{part}"
    if count == 12:
        return str(year) if month == 12 else f"FY{year}"
    if month % count == 0 and count in (3, 6):
        return f"{year}-{'Q' if count == 3 else 'H'}{month // count}"
    if count == 3:
        return f"{year}-Q{(month - 1) // 3 + 1}"
    first = year * 12 + month - count
    return f"{first // 12}-{first % 12 + 1:02d}/{year}-{month:02d}"


def end_of(period: str, fiscal_end: int = 12) -> str:
    """The last month of a period: `2025-Q4` ends in `2025-12`; '' where that cannot be told."""
    found = re.search(r"(FY)?(\d{4})(?:-(?:([QH])(\d)|(\d{2})))?$", period)
    if found is None:
        return ""
    fiscal, year, kind, part, month = found.groups()
    if month:
        return f"{year}-{month}"
    last = int(year) * 12 + (fiscal_end if fiscal else 12) - 1
    if kind:
        size = 3 if kind == "Q" else 6
        last -= 12 - size * int(part)
    return f"{last // 12}-{last % 12 + 1:02d}"
