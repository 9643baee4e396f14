"""The sheet of inputs: every number that is not a formula, by branch where branches differ."""

from __future__ import annotations

import numpy as np

from outlay.core.graph.excel import column_name
from outlay.core.graph.graph import Expr
from outlay.finance.reports.accounts import Accounts
from outlay.report.workbook.opened import FIRST, SCALAR, SELECTOR, TOP, Array, Opened, number

__all__ = ["lines_of", "rows_head", "write_inputs"]

UNIT, LONG = 16, 40  # widths in characters


def lines_of(accounts: Accounts, row: Expr) -> int:
    """Lines that an input takes: one, and one a path below it where paths differ."""
    return 1 + (int(accounts.inputs[row.name].shape[0]) if _varies(accounts, row) else 0)


def _varies(accounts: Accounts, row: Expr) -> bool:
    value = accounts.inputs[row.name]
    return value.ndim == (2 if row.series else 1)


def rows_head(s: Opened, name: str, title: str, after: tuple[str, str]) -> int:
    """Title and head of a sheet of rows; returns the column behind the periods."""
    sheet, labels = s.sheets[name], s.accounts.graph.labels
    end = FIRST + len(labels)
    s.text(sheet, 0, 0, title, "title")
    heads = [s.say(f"workbook.{k}") for k in ("what", "unit", "value")]
    s.head(sheet, TOP - 1, [*heads, *labels])
    s.text(sheet, TOP - 1, 1, heads[1], "unit head")
    for k, key in enumerate(after):
        s.text(sheet, TOP - 1, end + k, s.say(f"workbook.{key}"), "unit head")
    sheet.freeze_panes(TOP, 1)
    sheet.set_column(1, 1, UNIT)
    return end


def write_inputs(s: Opened, path: int) -> None:
    a, sheet = s.accounts, s.sheets["Inputs"]
    end = rows_head(s, "Inputs", s.say("workbook.inputs"), ("source", "id"))
    s.text(sheet, 1, 0, s.say("workbook.inputs_note"), "quiet")
    line, column = SELECTOR
    s.text(sheet, line, 0, s.say("workbook.choose", n=len(a.flows.paths)))
    sheet.write_number(line, column, path + 1, s.looks("input"))
    limits: dict[str, object] = {"validate": "integer", "criteria": "between", "minimum": 1}
    sheet.data_validation(line, column, line, column, {**limits, "maximum": len(a.flows.paths)})
    last, longest = TOP, 10
    for row in a.graph.inputs:
        _, at = s.layout.places[id(row)]
        source = row.source or s.say("workbook.assumed")
        longest = max(longest, len(source))
        s.label(sheet, at, s.labels.row(row))
        s.text(sheet, at, 1, s.labels.unit(row.unit), "unit")
        s.text(sheet, at, end, source, "unit")
        s.text(sheet, at, end + 1, row.name, "id")
        if _varies(a, row):
            _write_choice(s, row, at)
        else:
            _write_values(s, at, row, np.atleast_1d(a.inputs[row.name]))
        last = at + lines_of(a, row) - 1
    s.label_width(sheet)
    s.widths(sheet, SCALAR, _columns(s, a.graph.inputs), scaled=False)
    sheet.set_column(end, end, min(longest + 2, LONG))
    sheet.set_column(end + 1, end + 1, LONG)
    s.printed(sheet, TOP - 1, (last, end))


def _columns(s: Opened, rows: list[Expr]) -> list[Array]:
    """Values under scalar and periods, of every path."""
    out = []
    for row in rows:
        held = np.atleast_1d(s.accounts.inputs[row.name])
        if row.series:
            wide = np.broadcast_to(np.abs(held), (*held.shape[:-1], len(s.accounts.graph)))
            out.append(np.concatenate([[0.0], wide.reshape(-1, wide.shape[-1]).max(axis=0)]))
        else:
            out.append(np.array([np.abs(held).max()]))
    return out


def _write_values(s: Opened, line: int, row: Expr, values: Array) -> None:
    if row.series:
        values = np.broadcast_to(values, (len(s.accounts.graph),))
    start = FIRST if row.series else SCALAR
    look = s.looks("input", s.shown(row, typed=True))
    for t, value in enumerate(values):
        s.sheets["Inputs"].write_number(line, start + t, float(value), look)


def _write_choice(s: Opened, row: Expr, at: int) -> None:
    """One line per path below the line that picks the path shown."""
    a, sheet = s.accounts, s.sheets["Inputs"]
    values = a.inputs[row.name]
    first, last = at + 2, at + 1 + len(values)  # lines from 1
    for k, name in enumerate(a.flows.paths):
        s.text(sheet, at + 1 + k, 0, s.labels.path(name) or s.say("row.only_path"), "path")
        _write_values(s, at + 1 + k, row, np.atleast_1d(values[k]))
        sheet.set_row(at + 1 + k, None, None, {"level": 1})
    start = FIRST if row.series else SCALAR
    cached = s.values(row)
    look = s.looks("number", s.shown(row))
    for t in range(len(a.graph) if row.series else 1):
        letter = column_name(start + t)
        pick = f"=INDEX({letter}${first}:{letter}${last},{s.chosen})"
        value = number(float(cached[t if cached.size > 1 else 0]))
        sheet.write_formula(at, start + t, pick, look, value)
