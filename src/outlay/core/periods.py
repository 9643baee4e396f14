"""Calendar periods (month, half, quarter, year), fiscal years, and discounting over them.

Written forms: `2026`, `2026-H1`, `2026-Q3`, `2026-10`, and `FY2026` where the fiscal year is
the one that *ends* in 2026 (for a year starting in January both are the same).
"""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date, timedelta

from outlay.core.errors import QuantityError

__all__ = [
    "DAYS_PER_MONTH",
    "DAYS_PER_YEAR",
    "HOURS_PER_DAY",
    "HOURS_PER_MONTH",
    "HOURS_PER_YEAR",
    "MONTHS_PER_YEAR",
    "SECONDS_PER_DAY",
    "SECONDS_PER_HOUR",
    "SECONDS_PER_YEAR",
    "Period",
    "horizon",
    "parse_date",
]

# The mean year of the calendar. Figures that others count by years of 365 days or months of 30
# (an XIRR, a forecast's units) say so where they are read.
FIRST_YEAR, LAST_YEAR = 1, 9998
"""Years of which the calendar has the days, and the day after each of them."""
_YEARS = "a year from 1900 to 2200"  # as options and studies have them
MONTHS_PER_YEAR = 12.0
DAYS_PER_YEAR = 365.25
HOURS_PER_DAY = 24.0
SECONDS_PER_HOUR = 3_600.0
SECONDS_PER_DAY = HOURS_PER_DAY * SECONDS_PER_HOUR
DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR
HOURS_PER_MONTH = DAYS_PER_MONTH * HOURS_PER_DAY
HOURS_PER_YEAR = DAYS_PER_YEAR * HOURS_PER_DAY
SECONDS_PER_YEAR = DAYS_PER_YEAR * SECONDS_PER_DAY

_FORM = re.compile(r"^(FY)?(\d{4})(?:-(?:Q([1-4])|H([12])|(0[1-9]|1[0-2])))?$", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar period: `year` and `month` of its first day, length in `months` (1, 3, 6, 12)."""

    year: int
    month: int
    months: int

    @classmethod
    def parse(cls, text: object) -> Period:
        """Read `2026-Q1`, `2026-H1`, `2026-01`, `2026` or `FY2026`; raises QuantityError."""
        match = _FORM.match(str(text).strip().upper())
        if match is None:
            raise QuantityError(
                "not a period", value=repr(text), allowed="2026, 2026-H1, 2026-Q1 or 2026-01"
            )
        _, year, quarter, half, month = match.groups()
        _in_calendar(int(year), text)
        if quarter:
            return cls(int(year), 3 * int(quarter) - 2, 3)
        if half:
            return cls(int(year), 6 * int(half) - 5, 6)
        if month:
            return cls(int(year), int(month), 1)
        return cls(int(year), 1, 12)

    @property
    def start_year(self) -> float:
        """Its first day as a year: 2026.5 is 1 July 2026."""
        return self.year + (self.month - 1) / MONTHS_PER_YEAR

    @property
    def ordinal(self) -> int:
        """Months from the year 0 to its first: the difference of two is the months between them."""
        return self.year * 12 + self.month

    @property
    def start(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def end(self) -> date:
        """First day after the period."""
        return self.shift(1).start

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def middle(self) -> date:
        return self.start + timedelta(days=self.days // 2)

    def shift(self, n: int) -> Period:
        """The period `n` lengths later (earlier where negative)."""
        index = self.ordinal - 1 + n * self.months
        return Period(index // 12, index % 12 + 1, self.months)

    def after(self, months: float) -> Period:
        """The period of this length that holds what comes so many months after its first day."""
        return self.shift(math.floor(months / self.months + 1e-9))

    def contains(self, day: date) -> bool:
        return self.start <= day < self.end

    def fiscal_year(self, first_month: int = 1) -> int:
        """Year in which the fiscal year holding this period's first day ends."""
        if first_month == 1:
            return self.year
        return self.year + (self.month >= first_month)

    def __str__(self) -> str:
        if self.months == 12:
            return f"{self.year}" if self.month == 1 else f"{self.year}-{self.month:02d}/12m"
        if self.months == 6 and self.month in (1, 7):
            return f"{self.year}-H{self.month // 7 + 1}"
        if self.months == 3 and self.month % 3 == 1:
            return f"{self.year}-Q{self.month // 3 + 1}"
        return f"{self.year}-{self.month:02d}"


def horizon(start: Period, n: int) -> tuple[Period, ...]:
    """`n` periods in a row from `start`."""
    return tuple(start.shift(i) for i in range(n))


def _meant(raw: str) -> str:
    """How a date in another form is written here; empty where it cannot be told."""
    if match := re.fullmatch(r"(\d{4})\s*([QH][1-4])|([QH][1-4])[ '/-]*(\d{4})", raw.upper()):
        year, part = match[1] or match[4], match[2] or match[3]
        return f"write {year}-{part}"
    if match := re.fullmatch(r"(\d{4})[/.](\d{1,2})(?:[/.](\d{1,2}))?", raw):
        return "write " + "-".join(p.zfill(2) for p in match.groups() if p)
    if re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}", raw):
        return "the year first, then month and day: which of them comes first is not told"
    if re.fullmatch(r"[34]\d{4}(?:\.\d+)?", raw):
        day = date(1899, 12, 30) + timedelta(days=int(float(raw)))
        return f"a spreadsheet's number of a day: {day} if it counts from 1900"
    return ""


def parse_date(text: object, *, end: bool = False) -> date:
    """Read an ISO date; a bare year, quarter or month means its first (or, with `end`, last) day.

    Raises QuantityError.
    """
    if isinstance(text, date):
        return text
    raw = str(text).strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw, re.ASCII):
        year, month, day = (int(p) for p in raw.split("-"))
        _in_calendar(year, text)
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            return date(year, month, day)
        raise QuantityError("not a date", value=repr(text), allowed="YYYY-MM-DD")
    if not _FORM.match(raw.upper()):
        allowed = "2026-01-31, 2026-01, 2026-Q1, 2026-H1 or 2026"
        raise QuantityError("not a period", value=repr(text), allowed=allowed, hint=_meant(raw))
    period = Period.parse(raw)
    return period.end - timedelta(days=1) if end else period.start


def _in_calendar(year: int, text: object) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise QuantityError("no year of the calendar", value=repr(text), allowed=_YEARS)
