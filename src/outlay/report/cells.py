"""How a raw value looks in a table: in one unit a column, chosen from the data and the study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from outlay.core.quantities.currencies import CODES
from outlay.core.quantities.formats import format_number
from outlay.report.scale import Step
from outlay.report.tables.table import Column, Table, Value
from outlay.report.words.language import Words

__all__ = ["cell", "shown_table"]

LARGE = 1e8
"""From where on a number without a unit of its own is cut short."""
ENGLISH = (Step(1e12, "T"), Step(1e9, "bn"))
LEAST = 0.01
"""Of a column's unit: a smaller amount is said to be so, since its digits would say nothing."""
TOKENS = (Step(1e12, "T/day"), Step(1e9, "bn/day"), Step(1e6, "m/day"), Step(1.0, "/day"))
POWER = (Step(1.0, "MW"), Step(1e-3, "kW"))


def cell(value: Value, unit: str = "", say: Words | None = None) -> str:
    """Text of one cell. unit: `share` prints percent, `chips` whole ones, a currency its sign."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if unit == "share":
        return f"{format_number(100 * value)} %"
    if unit == "chips" and say is not None:
        return say.count(value)
    if unit in CODES and say is not None:
        return say.money(value, unit)
    for step in ENGLISH if say is None else say.scale.count_steps:
        if abs(value) >= step.size >= LARGE:
            return f"{format_number(value / step.size)} {step.word}"
    return "0" if abs(value) < 1e-9 else format_number(value, 4 if abs(value) >= 1000 else 3)


def _units(table: Table, say: Words) -> dict[str, Step]:
    """Unit of columns → the one that their numbers are shown in, the same throughout a table."""
    return {
        "bn": say.scale.money_unit(_numbers(table, "bn")),
        "thousand": say.scale.count_unit(_numbers(table, "thousand")),
        "T/day": _fitting(TOKENS, _numbers(table, "T/day")),
        "MW": _fitting(POWER, _numbers(table, "MW")),
    }


def _numbers(table: Table, unit: str) -> Iterator[float]:
    for row in table.rows:
        for value, column in zip(row, table.columns, strict=True):
            if column.unit == unit and isinstance(value, int | float):
                yield value


def _fitting(ladder: tuple[Step, ...], values: Iterator[float]) -> Step:
    most = max(map(abs, values), default=0.0)
    return next((s for s in ladder if most >= s.size), ladder[-1] if most else ladder[0])


def _scaled(value: Value, step: Step) -> str:
    """A number in the column's unit; what is too small for it is said to be so."""
    if not isinstance(value, int | float):
        return cell(value)
    shown = value / step.size
    if 0 < abs(shown) < LEAST / 2:
        return f"<{LEAST}" if shown > 0 else "0"
    if abs(shown) < LEAST:
        return f"{round(shown, 2):g}"
    if step.size == 1.0 and step.word == "":
        return f"{round(shown):,}" if abs(shown) >= 100 else format_number(shown)
    return format_number(shown, 4 if abs(shown) >= 1000 else 3) if shown else "0"


def shown_table(table: Table, say: Words) -> Table:
    """The table with every cell, and the unit of every column, as text."""
    units = _units(table, say)
    columns = [
        Column(say.word(c.name), _heading(c.unit, units, say), c.number) for c in table.columns
    ]  # fmt: skip
    chips = list(_numbers(table, "chips"))
    counts = dict(zip(chips, say.counts(chips), strict=True))  # in one style throughout

    def text(value: Value, unit: str) -> str:
        if unit in units:
            return _scaled(value, units[unit])
        if unit == "chips" and isinstance(value, int | float):
            return counts[value]
        return cell(value, unit, say)

    rows = [
        tuple(text(v, c.unit) for v, c in zip(row, table.columns, strict=True))
        for row in table.rows
    ]
    return replace(table, columns=tuple(columns), rows=tuple(rows))


def _heading(unit: str, units: dict[str, Step], say: Words) -> str:
    """The unit beside a heading; none where each cell carries its own."""
    if unit in units:
        return say.name("unit", units[unit].word)
    return "" if unit in ("chips", "share") or unit in CODES else say.name("unit", unit)
