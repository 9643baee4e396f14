"""Read a series from CSV, strictly: every bad row is named, with its line, in one answer.

Columns: `date` (day, month, quarter or year) and `value`, and if wanted `floor` (said as
"over"), `grade`, `unit`, `source`, `notes`. Values are plain numbers in the unit of the column
or of the call, and come out in token/day; without any unit they stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from outlay.core.errors import InputError, Problem, QuantityError, TableError, nearest
from outlay.core.ingest.files import take
from outlay.core.ingest.table import Columns, collected, plain_number, rows_of
from outlay.core.ingest.text import decoded
from outlay.demand.series.observe import grade_log_sd
from outlay.demand.series.series import MAX_POINTS, Point, Series, locate, make_series
from outlay.demand.series.units import SeriesUnit, parse_series_unit

__all__ = ["COLUMNS", "parse_series", "read_series"]

COLUMNS = ("date", "value", "floor", "grade", "unit", "source", "notes")
LEAST, MOST = 1e-9, 1e24
"""Of a day, or of what the series counts: the world makes some 1e15 tokens a day. Sums, products
and growth of such numbers stay finite."""
_MAX_BYTES = 2_000_000
_TABLE = Columns(COLUMNS[:2], COLUMNS[2:])
_TRUE = {"true", "1", "1.0", "yes", "y", "over", "floor", "x"}
_FALSE = {"", "false", "0", "0.0", "no", "n", "exact", "about"}

T = TypeVar("T")


def read_series(
    path: str | Path, unit: str = "", name: str = "", *, data: bytes | None = None
) -> Series:
    """Read a CSV file; raises TableError (nothing is stored) with all problems found.

    data: the bytes of the file, where they were read already.
    """
    path = Path(path)
    if data is None:
        data = take(path, most=_MAX_BYTES, what="table of a series", error=TableError).data
    text = decoded(data, path.name, TableError)
    return parse_series(text, unit=unit, name=name or path.stem, where=path.name)


def parse_series(text: str, *, unit: str = "", name: str = "series", where: str = "") -> Series:
    """Read CSV text; `where` names it in problems. Raises TableError, QuantityError."""
    where = where or name
    given = _unit(unit, f"{where}: --unit") if unit else None
    problems: list[Problem] = []
    points: list[Point] = []
    units: set[str] = set()
    for row in collected(rows_of(text, where, _TABLE, most=MAX_POINTS), problems):
        try:
            point, used = _point(row.cells, given, f"{where}:{row.line}", row.line)
        except InputError as error:
            problems.extend(error.problems())
            continue
        points.append(point)
        units.add(used)
    if len(units) > 1:
        problems.append(
            Problem(
                "some rows have a unit and some have none",
                where=where,
                allowed="a unit in every row, or in none",
            )
        )
    if not points and not problems:
        problems.append(Problem("the table has no rows", where=where, allowed="at least 2 points"))
    if problems:
        raise TableError(problems)
    return make_series(name, units.pop(), points, where)


def _point(
    row: Mapping[str, str], given: SeriesUnit | None, where: str, line: int
) -> tuple[Point, str]:
    """One row as a point and the name of its unit; raises with every problem of the row."""
    problems: list[Problem] = []
    unit = given
    if row.get("unit"):
        unit = _collect(problems, lambda: _unit(row["unit"], where))
        if given is not None and unit is not None and unit != given:
            problems.append(
                Problem("the unit differs from --unit", where, row["unit"], hint="drop one of them")
            )
    dates = _collect(problems, lambda: _dates(row["date"], where))
    value = _collect(problems, lambda: _value(row["value"], where))
    floor = row.get("floor", "").casefold()
    if floor not in _TRUE | _FALSE:
        problems.append(
            Problem("not a yes or no", f"{where}: floor", repr(floor), "true, false or empty")
        )
    grade = _collect(problems, lambda: _grade(row.get("grade", ""), f"{where}: grade"))
    if problems or dates is None or value is None or grade is None:
        raise TableError(problems)
    name, factor = (unit.name, unit.factor) if unit else ("", 1.0)
    volume = value * factor
    if not LEAST <= volume <= MOST:
        told = f"{volume:.3g} {name}".rstrip()
        raise TableError(
            Problem("a volume that cannot be meant", f"{where}: value", told,
                    f"{LEAST:g} to {MOST:g} {name}".rstrip())
        )  # fmt: skip
    source = row.get("source", "")
    return Point(*dates, volume, floor in _TRUE, grade, source, line), name


def _collect(problems: list[Problem], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except InputError as error:
        problems.extend(error.problems())
        return None


def _unit(text: str, where: str) -> SeriesUnit:
    return _at(where, lambda: parse_series_unit(text))


def _dates(text: str, where: str) -> tuple[date, date]:
    return _at(f"{where}: date", lambda: locate(text))


def _at(where: str, read: Callable[[], T]) -> T:
    """Run `read`; a QuantityError comes back as a TableError that says where."""
    try:
        return read()
    except QuantityError as error:
        raise TableError(
            [Problem(p.what, where, p.value, p.allowed, p.hint) for p in error.problems()]
        ) from None


def _grade(text: str, where: str) -> str:
    """A word of the grade table; of several ("official, recalled") the weakest."""
    known = grade_log_sd()
    words: list[str] = re.findall(r"[^\W\d_]+", text.casefold()) or ["reported"]
    strange = [w for w in words if w not in known]
    if strange:
        raise TableError(
            "unknown grade",
            where=where,
            value=repr(text),
            allowed=", ".join(known),
            hint=nearest(strange[0], known),
        )
    return max(words, key=lambda w: known[w])


def _value(text: str, where: str) -> float:
    """A plain positive number; anything else is refused with its reason."""
    where = f"{where}: value"
    value = plain_number(text)
    if value is None:
        finite = not re.fullmatch(r"[-+]?(?:nan|inf|infinity|\d+(?:\.\d*)?e\d+)", text.casefold())
        raise TableError(
            "not a plain number" if finite else "not a finite number",
            where=where,
            value=repr(text),
            allowed="30, 12.7, 3.2e15",
            hint="put scale and unit in the unit column" if any(c.isdigit() for c in text) else "",
        )
    if value <= 0:
        raise TableError(
            "a volume must be above zero",
            where=where,
            value=repr(text),
            allowed="> 0",
            hint="start the series at its first non-zero volume" if value == 0 else "",
        )
    return value
