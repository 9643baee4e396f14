"""A series of dated token volumes: what was announced, how exactly, and by whom.

A `Series` holds points in one base unit (token/day, or the bare number where no unit is given).
A bare month or quarter is a date known to within that period; "over 30 trillion" is a floor;
two rows that repeat one announcement count once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from outlay.core.errors import Problem, QuantityError, TableError
from outlay.core.periods import DAYS_PER_YEAR, parse_date

__all__ = ["MAX_POINTS", "Point", "Series", "locate", "make_series"]

MAX_POINTS = 2_000
"""More announcements than this are a log, not a series; refused before work starts."""

_ECHO_DAYS = 45.0
"""An equal value said again within this time is the same announcement, retold."""

_SAME_NEWS_DAYS = 3
"""The same number within so few days is one event in two reports."""

_FIRST_YEAR, _LAST_YEAR = 1950, 2150


@dataclass(frozen=True, slots=True)
class Point:
    """One announcement.

    start, end: first and last day it may refer to. value: in the series' unit, > 0.
    floor: said as "over" value. grade: who says so (see `data/observation_grades.csv`).
    source: where it is written. row: line of the file, 0 if none.
    """

    start: date
    end: date
    value: float
    floor: bool = False
    grade: str = "reported"
    source: str = ""
    row: int = 0

    @property
    def day(self) -> date:
        """Middle of the days it may refer to."""
        return self.start + timedelta(days=(self.end - self.start).days // 2)

    @property
    def date_sd_years(self) -> float:
        """Standard deviation of a day uniform between `start` and `end` [years]."""
        days = float((self.end - self.start).days + 1)
        return days / 12**0.5 / DAYS_PER_YEAR


@dataclass(frozen=True, slots=True)
class Series:
    """Points by date, oldest first, dates distinct; `notes` say what reading them decided."""

    name: str
    unit: str
    points: tuple[Point, ...]
    notes: tuple[str, ...] = ()

    def known_on(self, as_of: date) -> Series:
        """The series as it stood on `as_of`; later points are cut and counted in the notes.

        A bare month or quarter counts from its first day, and refers to no day after `as_of`.
        """
        kept = tuple(replace(p, end=min(p.end, as_of)) for p in self.points if p.start <= as_of)
        cut = len(self.points) - len(kept)
        note = (f"{cut} point{'s' * (cut > 1)} after {as_of} left out",) if cut else ()
        return replace(self, points=_in_order(kept), notes=self.notes + note)

    @property
    def last(self) -> date:
        return self.points[-1].day


def locate(text: str) -> tuple[date, date]:
    """First and last day meant by a date, month, quarter or year; raises QuantityError."""
    raw = text.strip()
    first, last = parse_date(raw), parse_date(raw, end=True)
    if not _FIRST_YEAR <= first.year <= _LAST_YEAR:
        raise QuantityError(
            "a date no token volume can have",
            value=repr(text),
            allowed=f"{_FIRST_YEAR} to {_LAST_YEAR}",
        )
    return first, last


def make_series(name: str, unit: str, points: Iterable[Point], where: str = "") -> Series:
    """Order the points, count an announcement once, refuse two values for one day.

    Raises TableError with every clash found.
    """
    ordered = list(_in_order(tuple(points)))
    if len(ordered) > MAX_POINTS:
        raise TableError(
            "too many points for a series of announcements",
            where=where or name,
            value=str(len(ordered)),
            allowed=f"up to {MAX_POINTS}",
            hint="give one point per month",
        )
    problems: list[Problem] = []
    notes: list[str] = []
    kept: list[Point] = []
    for point in ordered:
        before = kept[-1] if kept else None
        if before is not None and _echo(before, point):
            kept[-1] = _better(before, point)
            notes.append(
                f"{point.value:g} on {_said(point)} repeats {before.value:g} on {_said(before)}: "
                "counted once"
            )
        elif before is not None and (before.start, before.end) == (point.start, point.end):
            problems.append(
                Problem(
                    "two values for one date",
                    where=f"{where or name}:{point.row}" if point.row else where or name,
                    value=f"{before.value:g} and {point.value:g} on {_said(point)}",
                    allowed="one value per date",
                    hint="keep the one with the better source, or give each its own day",
                )
            )
        else:
            kept.append(point)
    if problems:
        raise TableError(problems)
    return Series(name, unit, tuple(kept), tuple(notes))


def _in_order(points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple(sorted(points, key=lambda p: (p.day, p.end - p.start, p.value)))


def _said(point: Point) -> str:
    return str(point.start) if point.start == point.end else f"{point.start}..{point.end}"


def _echo(a: Point, b: Point) -> bool:
    """Whether b retells a: equal value, and dates that one announcement may have."""
    if abs(a.value - b.value) > 1e-6 * a.value:
        return False
    same_date = (a.start, a.end) == (b.start, b.end)
    days = (b.day - a.day).days
    # Equal numbers for two exact days, or two months, are two measurements of a flat series. One
    # said as "over", or dated more loosely than the other, is quoted for weeks after it was said.
    loose = _precision(a) != _precision(b)
    retold = (a.floor or b.floor or loose) and days <= _ECHO_DAYS
    return same_date or retold or days <= _SAME_NEWS_DAYS


def _precision(point: Point) -> int:
    """0 day, 1 month, 2 quarter or half, 3 longer."""
    days = (point.end - point.start).days + 1
    return sum(days > most for most in (1, 31, 184))


def _better(a: Point, b: Point) -> Point:
    """The more exactly dated of two tellings; the earlier where equal."""
    return a if (a.end - a.start) <= (b.end - b.start) else b
