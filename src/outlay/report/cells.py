"""How a raw value looks in a table or sentence: numbers grouped, shares in percent."""

from __future__ import annotations

from dataclasses import replace

from outlay.core.quantities.formats import format_number
from outlay.report.tables.table import Column, Table, Value
from outlay.report.words.language import Words

__all__ = ["cell", "shown_table"]

SCALES = {"bn": 1e9, "thousand": 1e3, "T/day": 1e12}
"""Unit → base units in one of it."""
LARGE = ((1e12, "T"), (1e9, "bn"))
"""Where a number without a scale of its own is cut short."""


def cell(value: Value, unit: str = "") -> str:
    """Text of one cell; `unit` `share` prints percent, those of SCALES scale the number."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if unit == "share":
        return f"{format_number(100 * value)} %"
    scale = SCALES.get(unit, 1.0)
    for size, sign in LARGE:
        if scale == 1.0 and abs(value) >= size:
            return f"{format_number(value / size)} {sign}"
    shown = value / scale
    if abs(shown) < 1e-9:
        return "0"
    return format_number(shown, 4 if abs(shown) >= 1000 else 3)


def shown_table(table: Table, say: Words) -> Table:
    """The table with every cell, and the unit of every column, as text."""
    units = [c.unit for c in table.columns]
    return replace(
        table,
        columns=tuple(Column(c.name, say.name("unit", c.unit), c.number) for c in table.columns),
        rows=tuple(
            tuple(cell(v, u) for v, u in zip(row, units, strict=True)) for row in table.rows
        ),
    )
