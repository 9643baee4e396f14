"""Picks and orders rows of a table: words, conditions such as `memory>=141 GB`, sort keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from outlay.catalogue.columns import Cell, Column, columns
from outlay.core.errors import Problem, QuantityError, UnknownNameError, nearest
from outlay.core.periods import parse_date
from outlay.core.quantities.quantity import parse as parse_quantity
from outlay.results.catalogue import CatalogueRow, Table

__all__ = ["asked_columns", "mentions", "ordered", "where"]

Rows = tuple[CatalogueRow, ...]
_CONDITION = re.compile(r"\s*([\w.]+)\s*(>=|<=|!=|=|<|>|~)\s*(.+?)\s*")
_OPS = "=, !=, <, <=, >, >=, ~ (contains)"
_YES = {"yes": True, "true": True, "no": False, "false": False}
_MOST = 40
"""Values of a column that an error names; a column of more is not checked for a misspelling."""


@dataclass(frozen=True, slots=True)
class _Condition:
    """`column op value` as written, its value read; `option` says where it stood."""

    column: Column
    op: str
    value: str
    written: str

    def problem(self, what: str, allowed: str, hint: str = "") -> Problem:
        return Problem(what, f"--where {self.column.name}", repr(self.value), allowed, hint)


def mentions(row: CatalogueRow, words: str) -> bool:
    """Whether the fields of a row together hold every one of some words, case aside."""
    said = " ".join(str(getattr(row, f.name)) for f in fields(row)).casefold()
    return all(word in said for word in words.casefold().split())


def asked_columns(table: Table, names: str, option: str) -> tuple[Column, ...]:
    """The columns of `a,b,c`; a leading dash is left to the caller. Raises UnknownNameError."""
    asked = [n.strip() for n in names.split(",") if n.strip()]
    if names and not asked:
        raise UnknownNameError(Problem("names no column", option, repr(names), "memory,bandwidth"))
    return tuple(_column(table, n, option) for n in asked)


def _column(table: Table, name: str, option: str) -> Column:
    known = columns(table)
    by_field = {c.field: c for c in known.values()}
    asked = name.casefold().replace(" ", "_")
    found = known.get(asked) or by_field.get(asked)
    if found is None:
        raise UnknownNameError(
            Problem(
                f"no such column in {table}", option, repr(name), ", ".join(known),
                nearest(asked, [*known, *by_field]),
            )
        )  # fmt: skip
    return found


def where(table: Table, rows: Rows, conditions: Iterable[str]) -> Rows:
    """Rows that meet every condition, each `column op value` with op one of = != < <= > >= ~.

    Quantities are compared in their units, dates as the days that they may mean, a range (the price
    of a chip) where any of it fits; an unknown value meets no condition but `!=`.
    Raises UnknownNameError or QuantityError.
    """
    for written in conditions:
        match = _CONDITION.fullmatch(written)
        if match is None:
            allowed = f"column, one of {_OPS}, value: `memory>=141 GB`, `vendor=NVIDIA`"
            raise QuantityError(Problem("not a condition", "--where", repr(written), allowed))
        asked = _Condition(_column(table, match[1], "--where"), match[2], match[3], written)
        fits = _test(asked, rows)
        rows = tuple(r for r in rows if fits(asked.column.read(r)))
    return rows


def _test(asked: _Condition, rows: Rows) -> Callable[[Cell], bool]:
    if asked.op == "~":
        part = asked.value.casefold()
        return lambda cell: cell is not None and part in _text(cell).casefold()
    match asked.column.kind:
        case "number" | "span":
            return _number_test(asked)
        case "date":
            return _date_test(asked)
        case "flag":
            return _flag_test(asked)
        case "text" | "list":
            return _text_test(asked, rows)


def _text(cell: Cell) -> str:
    return " ".join(map(str, cell)) if isinstance(cell, tuple) else str(cell)


def _compared(op: str, low: float, high: float, value: float) -> bool:
    """Whether some number from `low` to `high` stands so to `value`; for `!=` whether none is it.

    A written number has few digits: what is equal to nine of them is the same.
    """
    near = 1e-9 * max(abs(value), abs(low), abs(high))
    inside = low - near <= value <= high + near
    return {
        "=": inside,
        "!=": not inside,
        "<": low < value - near,
        "<=": low <= value + near,
        ">": high > value + near,
        ">=": high >= value - near,
    }[op]


def _number_test(asked: _Condition) -> Callable[[Cell], bool]:
    value = _quantity(asked)

    def fits(cell: Cell) -> bool:
        if isinstance(cell, tuple):
            low, high = float(cell[0]), float(cell[1])
        elif isinstance(cell, int | float):
            low = high = float(cell)
        else:
            return asked.op == "!="
        return _compared(asked.op, low, high, value)

    return fits


def _quantity(asked: _Condition) -> float:
    column = asked.column
    if not column.dimension:
        try:  # a plain number, with a scale where it is large
            return parse_quantity(asked.value, "tokens").value
        except QuantityError:
            allowed = "a number: 8, 0.3, 20_000, 671bn"
            raise QuantityError(asked.problem("not a number", allowed)) from None
    try:
        found = parse_quantity(asked.value, column.dimension)
    except QuantityError as err:
        p = err.problems()[0]
        raise QuantityError(asked.problem(p.what, p.allowed, p.hint)) from None
    if found.currency not in (None, "USD"):
        raise QuantityError(asked.problem("the catalogue has it in dollars", "USD"))
    return found.value


def _date_test(asked: _Condition) -> Callable[[Cell], bool]:
    try:
        first, last = parse_date(asked.value), parse_date(asked.value, end=True)
    except QuantityError as err:
        p = err.problems()[0]
        raise QuantityError(asked.problem(p.what, "2025-12-31, 2025-12, 2025")) from None

    def fits(cell: Cell) -> bool:
        if not isinstance(cell, str | date) or not cell:
            return asked.op == "!="
        try:
            begin, end = parse_date(str(cell)), parse_date(str(cell), end=True)
        except QuantityError:  # said in words: "late 2026"
            return asked.op == "!="
        return {
            "=": first <= begin and end <= last,
            "!=": end < first or begin > last,
            "<": end < first,
            "<=": end <= last,
            ">": begin > last,
            ">=": begin >= first,
        }[asked.op]

    return fits


def _flag_test(asked: _Condition) -> Callable[[Cell], bool]:
    wanted = _YES.get(asked.value.casefold())
    if wanted is None or asked.op not in ("=", "!="):
        raise QuantityError(asked.problem("yes or no", "=yes, =no"))
    return lambda cell: (cell == wanted) == (asked.op == "=")


def _text_test(asked: _Condition, rows: Rows) -> Callable[[Cell], bool]:
    if asked.op not in ("=", "!="):
        raise QuantityError(asked.problem("words have no order", "=, != or ~ (contains)"))
    wanted = asked.value.strip("'\"").casefold()
    held = {str(v) for r in rows for v in _parts(asked.column.read(r)) if v}
    if wanted not in {h.casefold() for h in held} and len(held) <= _MOST:
        allowed = ", ".join(sorted(held))
        raise UnknownNameError(
            asked.problem(f"no row has this {asked.column.name}", allowed, nearest(wanted, held))
        )
    return lambda cell: (wanted in {str(v).casefold() for v in _parts(cell)}) == (asked.op == "=")


def _parts(cell: Cell) -> Sequence[object]:
    return cell if isinstance(cell, tuple) else (cell,)


def ordered(table: Table, rows: Rows, keys: str) -> Rows:
    """Rows in the order of `a,-b`: by a, then by b from the largest; what is unknown comes last.

    Raises UnknownNameError.
    """
    named = [k.strip() for k in keys.split(",") if k.strip()]
    if keys and not named:
        raise UnknownNameError(Problem("names no column", "--sort", repr(keys), "bandwidth,id"))
    for key in reversed(named):
        column = _column(table, key.removeprefix("-"), "--sort")
        placed = [(_order(column, r), r) for r in rows]
        known = [(at, r) for at, r in placed if at is not None]
        known.sort(key=lambda pair: pair[0], reverse=key.startswith("-"))
        rows = (*(r for _, r in known), *(r for at, r in placed if at is None))
    return rows


def _order(column: Column, row: CatalogueRow) -> tuple[float, str] | None:
    """Numbers by size (a range by its low end), dates by their first day, all else as text."""
    cell = column.read(row)
    if cell in (None, "", ()):
        return None
    if column.kind == "date":
        try:
            return float(parse_date(str(cell)).toordinal()), ""
        except QuantityError:
            return None
    first = cell[0] if isinstance(cell, tuple) else cell
    return (float(first), "") if isinstance(first, int | float) else (0.0, _text(cell).casefold())
