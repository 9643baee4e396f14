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


FITS = {
    "thousand": (("thousand", 1e3), ("", 1.0)),
    "bn": (("bn", 1e9), ("m", 1e6), ("", 1.0)),
    "T/day": (("T/day", 1e12), ("bn/day", 1e9)),
}
"""Unit → those that may stand for it, largest first, and their sizes."""


def _fitting(table: Table) -> dict[str, tuple[str, float]]:
    """Unit → the largest unit that some number of the table reaches, and its size.

    One unit throughout a table, so that its columns compare.
    """
    out = {}
    for unit, sizes in FITS.items():
        found = [
            abs(v)
            for row in table.rows
            for v, c in zip(row, table.columns, strict=True)
            if c.unit == unit and isinstance(v, int | float)
        ]
        most = max(found, default=0.0)
        fits = (x for x in sizes if most >= x[1])
        out[unit] = next(fits, sizes[-1]) if most > 0 else sizes[0]
    return out


def shown_table(table: Table, say: Words) -> Table:
    """The table with every cell, and the unit of every column, as text."""
    fitting = _fitting(table)
    scales = [fitting.get(c.unit) for c in table.columns]
    columns = [
        Column(c.name, say.name("unit", scale[0] if scale else c.unit), c.number)
        for c, scale in zip(table.columns, scales, strict=True)
    ]
    rows = [
        tuple(
            cell(v / scale[1]) if scale and isinstance(v, int | float) else cell(v, c.unit)
            for v, c, scale in zip(row, table.columns, scales, strict=True)
        )
        for row in table.rows
    ]
    return replace(table, columns=tuple(columns), rows=tuple(rows))
