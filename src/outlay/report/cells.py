"""How a raw value looks in a table or sentence: numbers grouped, shares in percent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from outlay.core.formats import format_number

__all__ = ["cell", "shown_table"]


def cell(value: Any, unit: str = "") -> str:
    """Text of one cell; `unit` `share` prints percent, `bn` and `m` scale money."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(cell(v) for v in value)
    if not isinstance(value, int | float):
        return str(value)
    if unit == "share":
        return f"{format_number(100 * value)} %"
    scale = {"bn": 1e9, "m": 1e6, "thousand": 1e3, "T/day": 1e12}.get(unit.split(" ")[-1], 1.0)
    if scale == 1.0 and abs(value) >= 1e9:
        for size, sign in ((1e12, "T"), (1e9, "bn")):
            if abs(value) >= size:
                return f"{format_number(value / size)} {sign}"
    shown = value / scale
    if abs(shown) < 1e-9:
        return "0"
    return format_number(shown, 4 if abs(shown) >= 1000 else 3)


def shown_table(table: Mapping[str, Any]) -> dict[str, Any]:
    """The table with every cell as text."""
    units = [c["unit"] for c in table["columns"]]
    return {
        **table,
        "columns": [
            {**c, "unit": "" if c["unit"] == "share" else c["unit"]} for c in table["columns"]
        ],
        "rows": [[cell(v, u) for v, u in zip(r, units, strict=True)] for r in table["rows"]],
        "how": table.get("how", []),
    }
