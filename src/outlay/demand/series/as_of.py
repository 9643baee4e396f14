"""The edge of the forecast command: files, dates and today's date turned into arguments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from outlay.core.errors import Problem, QuantityError, TableError, nearest
from outlay.core.periods import parse_date
from outlay.demand.series.public import public_series, public_series_names
from outlay.demand.series.read import read_series
from outlay.demand.series.series import Series, locate

__all__ = ["load_series", "parse_as_of", "parse_targets"]

MOST_YEARS = 30
"""From the last point on: no series of announcements says anything of later days."""


def load_series(text: str, unit: str = "") -> Series:
    """A CSV file by path, or a public series by id. Raises TableError."""
    if text in public_series_names() and not Path(text).exists():
        return public_series(text)
    if not Path(text).exists() and (near := nearest(text, public_series_names())):
        allowed = "a CSV, or the id of a public series (`outlay catalogue series`)"
        raise TableError("no such series", where="--series", value=text, allowed=allowed, hint=near)
    return read_series(text, unit)


def parse_as_of(text: str, series: Series, today: date | None = None) -> date:
    """The day whose knowledge counts; by default the last day the series speaks of.

    Without an as-of date a point later than `today` (default: the clock's) is refused, since no
    volume was ever measured there; with one, later points are cut and counted.
    """
    if text:
        try:
            day = parse_date(text, end=True)
        except QuantityError as error:
            raise TableError(
                [Problem(p.what, "--as-of", p.value, p.allowed, p.hint) for p in error.problems()]
            ) from None
        if found := _too_far("--as-of", text, day, series):
            raise TableError(found)
        return day
    now = today or date.today()
    late = [p for p in series.points if p.start > now]
    if late:
        raise TableError(
            [
                Problem(
                    "a point in the future",
                    where=f"{series.name}:{p.row}",
                    value=p.start.isoformat(),
                    allowed=f"{now} or earlier",
                    hint="mend the date, or say --as-of",
                )
                for p in late
            ]
        )
    return min(max(p.end for p in series.points), now)


def _too_far(option: str, text: str, day: date, series: Series) -> list[Problem]:
    last = max(p.end for p in series.points)
    if day.year - last.year <= MOST_YEARS:
        return []
    allowed = f"to {last.year + MOST_YEARS}: {MOST_YEARS} years after the last point ({last})"
    return [Problem("too far from what is known", option, text, allowed)]


def parse_targets(texts: Sequence[str] | None, series: Series) -> list[date] | None:
    """Dates to forecast, ascending; a month or quarter means its middle."""
    if not texts:
        return None
    problems: list[Problem] = []
    days = []
    for text in texts:
        try:
            first, last = locate(text)
        except QuantityError as error:
            problems += [Problem(p.what, "--at", p.value, p.allowed) for p in error.problems()]
            continue
        days.append(first + (last - first) // 2)
        problems += _too_far("--at", text, days[-1], series)
    if problems:
        raise TableError(problems)
    return sorted(set(days))
