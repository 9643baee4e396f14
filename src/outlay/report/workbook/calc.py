"""The sheets of formulas and of checks: every row live and in words, and each identity's gap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from outlay.core.graph.excel import formula
from outlay.core.graph.explain import words
from outlay.core.graph.graph import Expr
from outlay.report.workbook.inputs import rows_head
from outlay.report.workbook.opened import SCALAR, TOP, Array, Opened, number

__all__ = ["CENTS", "write_calc", "write_checks"]

CENTS = "#,##0.00;-#,##0.00;0"
GAP = 18
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
    longest = max((len(name) for name, _ in rows), default=0)
    sheet.set_column(end, end, max(longest, ID))
    s.printed(sheet, TOP - 1, (last, end - 1))


def _wide(s: Opened, row: Expr) -> Array:
    """Values under scalar and periods, the largest of any path."""
    held = np.abs(s.accounts.rows[row.name] if row.name in s.accounts.rows else s.values(row)[None])
    held = np.where(np.isfinite(held), held, 0.0)
    if not row.series:
        return np.array([held.max()])
    return np.concatenate([[0.0], held.reshape(-1, held.shape[-1]).max(axis=0)])


def write_checks(s: Opened) -> None:
    """Each identity's gap to the cent, and their sum, which must be zero."""
    a, sheet = s.accounts, s.sheets["Checks"]
    s.text(sheet, 0, 0, s.say("workbook.checks"), "title")
    heads = ("identity", "gap", "id")
    s.head(sheet, 1, [s.say(f"workbook.{k}") for k in heads])
    s.text(sheet, 1, 2, s.say("workbook.id"), "head")
    sheet.set_column(1, 1, GAP)
    sheet.set_column(2, 2, ID)
    line, whole = 2, 0.0
    for name in a.names("check."):
        row = a.graph[name]
        if name == "check.total":
            continue
        last = len(a.graph) - 1 if row.series else 0
        span = s.layout.span(row, 0, last)
        s.label(sheet, line, s.labels.row(row))
        s.text(sheet, line, 2, name, "id")
        gap = f"=ROUND(SUMPRODUCT(ABS({span})),2)"
        found = round(float(np.abs(s.cached[id(row)]).sum()), 2)
        sheet.write_formula(line, 1, gap, s.looks("number", CENTS), found)
        whole += found
        line += 1
    s.text(sheet, line, 0, s.say("workbook.total"), "head")
    sheet.write_formula(line, 1, f"=SUM($B$3:$B${line})", s.looks("total", CENTS), whole)
    s.blocks["checks_total"] = f"Checks!$B${line + 1}"
    s.label_width(sheet)
    sheet.freeze_panes(2, 1)
    s.printed(sheet, 1, (line, 1))
