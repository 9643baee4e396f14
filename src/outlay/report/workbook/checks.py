"""The sheet of checks: each identity's gap to the cent, and their sum, which must be zero."""

from __future__ import annotations

import numpy as np

from outlay.report.workbook.opened import Opened

__all__ = ["CENTS", "write_checks"]

CENTS = "#,##0.00;-#,##0.00;0"
GAP, ID = 18, 40


def write_checks(s: Opened) -> None:
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
