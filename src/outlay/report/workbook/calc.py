"""The sheet of formulas: every row of the accounts, live, and in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from outlay.core.graph.excel import formula
from outlay.core.graph.explain import words
from outlay.core.graph.graph import Expr
from outlay.report.workbook.inputs import rows_head
from outlay.report.workbook.opened import SCALAR, TOP, Array, Opened, number

__all__ = ["write_calc"]

ID, IN_WORDS = 40, 500  # characters: of the column of ids, of a formula in words


def write_calc(s: Opened, rows: Sequence[tuple[str, Expr]]) -> None:
    """rows: with their names, nameless parts that need a line of their own among them."""
    a, sheet = s.accounts, s.sheets["Calc"]
    end = rows_head(s, "Calc", s.say("workbook.calc"), ("id", "formula"))
    s.text(sheet, 1, 0, s.say("workbook.calc_note"), "quiet")
    last = TOP
    for name, row in rows:
        _, last = s.layout.places[id(row)]
        s.label(sheet, last, s.labels.row(row, name))
        s.text(sheet, last, 1, s.labels.unit(row.unit), "unit")
        s.text(sheet, last, end, name, "id")
        s.text(sheet, last, end + 1, words(row)[:IN_WORDS], "id")
        look = s.looks("number", s.shown(row))
        cached = s.values(row)
        for t in range(len(a.graph) if row.series else 1):
            value = number(float(cached[t if cached.size > 1 else 0]))
            sheet.write_formula(last, s.layout.column(row, t), formula(s.layout, row, t), look,
                                value)  # fmt: skip
    s.label_width(sheet)
    s.widths(sheet, SCALAR, (_wide(s, row) for _, row in rows), scaled=False)
    sheet.set_column(end, end, ID)
    s.printed(sheet, TOP - 1, (last, end - 1))


def _wide(s: Opened, row: Expr) -> Array:
    """Values under scalar and periods, the largest of any path."""
    held = np.abs(s.accounts.rows[row.name] if row.name in s.accounts.rows else s.values(row)[None])
    held = np.where(np.isfinite(held), held, 0.0)
    if not row.series:
        return np.array([held.max()])
    return np.concatenate([[0.0], held.reshape(-1, held.shape[-1]).max(axis=0)])
