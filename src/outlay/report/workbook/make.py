"""Write accounts as a live Excel workbook: Inputs, Calc, Outputs, Checks.

Every number that is not an input is a formula made from the calculation graph, with its value
cached, so that the file opens right anywhere and answers when an input is changed. The scenario
path shown is chosen by one cell. Text from studies is written as text only, never as a formula.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from outlay.core.graph.eval import Program
from outlay.core.graph.excel import Layout, column_name, formula, helpers
from outlay.core.graph.explain import words
from outlay.core.graph.graph import Expr
from outlay.finance.reports.accounts import Accounts
from outlay.finance.reports.statements import BALANCE, CASH, INCOME
from outlay.finance.reports.years import year_lines
from outlay.report.sheets import Book, Look, Sheet, formats_of, sheet_kind

__all__ = ["workbook_bytes"]

Array = npt.NDArray[np.float64]

SCALAR, FIRST = 5, 6  # columns: name, label, unit, source or formula, path, scalar, periods …
TOP = 6  # first line of rows on Inputs and Calc
SELECTOR = (2, 1)  # line and column of the chosen path on Inputs
MAX_TEXT = 32_000  # characters of a cell; Excel takes 32,767
EPOCH = datetime(2000, 1, 1)
RARE = ("return.payback", "cover.least")  # where there is none, a number larger than any


@dataclass
class _Sheets:
    """The open workbook and where each row of the graph stands."""

    inputs: Sheet
    calc: Sheet
    outputs: Sheet
    checks: Sheet
    layout: Layout
    accounts: Accounts
    cached: Mapping[int, Array]  # node → [period] or a number, for the path shown
    formats: Mapping[str, Look]


def workbook_bytes(
    accounts: Accounts,
    *,
    title: str = "",
    path: int = 0,
    facts: Sequence[tuple[str, str]] = (),
    bridge: Sequence[tuple[str, float]] = (),
    created: datetime = EPOCH,
) -> bytes:
    """The workbook as bytes; equal accounts give equal bytes.

    path: the scenario path shown when the file is opened. facts: pairs (name, value) for the head
    of the Outputs sheet (run id, study, date). bridge: from the cash of these accounts to the
    plan's objective, (line, amount); the last is the sum of the others. created: the date that the
    file says of itself.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": _clean(title)[:200], "created": created})
    book.set_calc_mode("auto")
    s = _open(book, accounts, path)
    _write_inputs(s, title, path)
    _write_calc(s)
    _write_outputs(s, title, facts, bridge)
    _write_checks(s)
    book.close()
    return buffer.getvalue()


def _open(book: Book, accounts: Accounts, path: int) -> _Sheets:
    graph = accounts.graph
    # the answer first for the eye, the order of the flow in the file
    kind = sheet_kind()
    sheets = {n: book.add_worksheet(n, kind) for n in ("Inputs", "Calc", "Outputs", "Checks")}
    places: dict[int, tuple[str, int]] = {}
    line = TOP
    for row in graph.inputs:
        places[id(row)] = ("Inputs", line)
        line += 1 + (_paths(accounts, row) if _varies(accounts, row) else 0)
    line = TOP
    computed = [r for r in graph if not r.is_input]
    extra = helpers(graph, computed)
    for row in [*computed, *(n for _, n in extra)]:
        places[id(row)] = ("Calc", line)
        line += 1
    cached = _cache(accounts, path, computed, [n for _, n in extra])
    layout = Layout(graph, places, SCALAR, FIRST)
    inputs, calc, outputs, checks = sheets.values()
    formats = formats_of(book)
    return _Sheets(inputs, calc, outputs, checks, layout, accounts, cached, formats)


def _varies(accounts: Accounts, row: Expr) -> bool:
    """True where an input differs between paths."""
    value = accounts.inputs[row.name]
    return value.ndim == (2 if row.series else 1)


def _paths(accounts: Accounts, row: Expr) -> int:
    return int(accounts.inputs[row.name].shape[0])


def _cache(
    accounts: Accounts, path: int, computed: Sequence[Expr], extra: Sequence[Expr]
) -> dict[int, Array]:
    """Values of one path for every row, nameless helpers included."""
    given = accounts.path_inputs(path)
    program = Program(accounts.graph)
    nodes = [*accounts.graph.inputs, *computed, *extra]
    values = program.values_of(nodes, given)
    return {id(n): v for n, v in zip(nodes, values, strict=True)}


def _clean(text: str) -> str:
    return str(text)[:MAX_TEXT]


def _text(s: _Sheets, sheet: Sheet, line: int, column: int, text: str, style: str = "text") -> None:
    """Write text that can never be a formula: a string cell, marked as quoted."""
    sheet.write_string(line, column, _clean(text), s.formats[style])


def _number(value: float) -> float | str:
    return float(value) if np.isfinite(value) else ""


def _header(s: _Sheets, sheet: Sheet, title: str, fourth: str) -> None:
    _text(s, sheet, 0, 0, title, "title")
    for c, name in enumerate(("row", "what", "unit", fourth, "path", "value")):
        _text(s, sheet, TOP - 1, c, name, "head")
    for t, label in enumerate(s.accounts.graph.labels):
        _text(s, sheet, TOP - 1, FIRST + t, label, "head")
    sheet.freeze_panes(TOP, FIRST)
    sheet.set_column(0, 1, 34)
    sheet.set_column(3, 3, 24)
    sheet.set_column(FIRST, FIRST + len(s.accounts.graph), 16)


def _write_inputs(s: _Sheets, title: str, path: int) -> None:
    a, sheet = s.accounts, s.inputs
    _header(s, sheet, title or "Inputs", "source")
    line, column = SELECTOR
    _text(s, sheet, line, 0, "path shown (1 …)")
    sheet.write_number(line, column, path + 1, s.formats["input"])
    limits: dict[str, str | int] = {"validate": "integer", "criteria": "between", "minimum": 1}
    sheet.data_validation(line, column, line, column, {**limits, "maximum": len(a.flows.paths)})
    _text(s, sheet, line + 1, 0, "paths: " + "; ".join(a.flows.paths))
    for row in a.graph.inputs:
        _, at = s.layout.places[id(row)]
        _text(s, sheet, at, 0, row.name)
        _text(s, sheet, at, 1, row.label)
        _text(s, sheet, at, 2, row.unit)
        _text(s, sheet, at, 3, row.source or "assumption")
        if _varies(a, row):
            _write_choice(s, row, at)
        else:
            _write_values(s, at, row, np.atleast_1d(a.inputs[row.name]), "input")


def _write_values(s: _Sheets, line: int, row: Expr, values: Array, style: str) -> None:
    if row.series:
        values = np.broadcast_to(values, (len(s.accounts.graph),))
    start = FIRST if row.series else SCALAR
    for t, value in enumerate(values):
        s.inputs.write_number(line, start + t, float(value), s.formats[style])


def _write_choice(s: _Sheets, row: Expr, at: int) -> None:
    """One line per path below the line that picks the path shown."""
    a, sheet = s.accounts, s.inputs
    values = a.inputs[row.name]
    chosen = f"Inputs!${column_name(SELECTOR[1])}${SELECTOR[0] + 1}"
    first, last = at + 2, at + 1 + len(values)  # lines from 1
    for k, name in enumerate(a.flows.paths):
        _text(s, sheet, at + 1 + k, 0, f"  {row.name}")
        _text(s, sheet, at + 1 + k, 4, name)
        _write_values(s, at + 1 + k, row, np.atleast_1d(values[k]), "input")
        sheet.set_row(at + 1 + k, None, None, {"level": 1})
    _text(s, sheet, at, 4, "as chosen")
    start = FIRST if row.series else SCALAR
    cached = np.atleast_1d(s.cached[id(row)])
    for t in range(len(a.graph) if row.series else 1):
        letter = column_name(start + t)
        pick = f"=INDEX({letter}${first}:{letter}${last},{chosen})"
        value = _number(cached[t if cached.size > 1 else 0])
        sheet.write_formula(at, start + t, pick, s.formats["number"], value)


def _write_calc(s: _Sheets) -> None:
    a = s.accounts
    _header(s, s.calc, "Calculation", "formula in words")
    rows = [r for r in a.graph if not r.is_input]
    named = [(r.name, r) for r in rows]
    for name, row in [*named, *helpers(a.graph, rows)]:
        _, at = s.layout.places[id(row)]
        _text(s, s.calc, at, 0, name)
        _text(s, s.calc, at, 1, row.label or name)
        _text(s, s.calc, at, 2, row.unit)
        _text(s, s.calc, at, 3, words(row)[:500])
        style = s.formats["money" if row.unit == a.flows.currency else "number"]
        cached = np.atleast_1d(s.cached[id(row)])
        for t in range(len(a.graph) if row.series else 1):
            column = s.layout.column(row, t)
            value = _number(cached[t if cached.size > 1 else 0])
            s.calc.write_formula(at, column, formula(s.layout, row, t), style, value)


def _link(s: _Sheets, sheet: Sheet, line: int, column: int, row: Expr, period: int = 0) -> None:
    """A cell that repeats one of Calc or Inputs."""
    cached = np.atleast_1d(s.cached[id(row)])
    value = _number(cached[period if cached.size > 1 else 0])
    money = row.unit == s.accounts.flows.currency
    style = s.formats["rare" if row.name in RARE else "money" if money else "number"]
    sheet.write_formula(line, column, "=" + s.layout.cell(row, period), style, value)


def _write_outputs(
    s: _Sheets, title: str, facts: Sequence[tuple[str, str]], bridge: Sequence[tuple[str, float]]
) -> None:
    a, sheet = s.accounts, s.outputs
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1 + max(len(a.years), len(a.graph)), 18)
    _text(s, sheet, 0, 0, title or "Outputs", "title")
    line = 2
    for name, value in facts:
        _text(s, sheet, line, 0, name)
        _text(s, sheet, line, 1, value)
        line += 1
    line = _write_headline(s, line + 1)
    several = len(a.flows.paths) > 1
    if several:
        note = "The path chosen on Inputs, live; beside it the mean over all paths, as exported."
        _text(s, sheet, 1, 0, note)
    rows = year_lines(list(a.graph.rows))
    other = [n for n in rows if n not in (*INCOME, *CASH, *BALANCE)]
    blocks = (("Income", INCOME), ("Cash flow", CASH), ("Balance sheet", BALANCE), ("More", other))
    for head, names in blocks:
        _text(s, sheet, line, 0, f"{head}, {a.flows.currency}", "head")
        for k, year in enumerate(a.years):
            _text(s, sheet, line, 1 + k, f"FY{year}", "head")
            if several:
                _text(s, sheet, line, 2 + k + len(a.years), f"FY{year} expected", "head")
        line += 1
        for name in names:
            _text(s, sheet, line, 0, a.graph[name].label or name)
            for k, year in enumerate(a.years):
                row = a.graph[f"year.{year}.{name}"]
                _link(s, sheet, line, 1 + k, row)
                if several:
                    mean = float(a.expected(row.name))
                    sheet.write_number(line, 2 + k + len(a.years), mean, s.formats["money"])
            line += 1
        line += 1
    line = _write_unit_costs(s, line)
    _write_bridge(s, line, bridge)


def _write_bridge(s: _Sheets, line: int, bridge: Sequence[tuple[str, float]]) -> None:
    """Steps as exported, and their sum as a formula, which must be the objective below it."""
    if not bridge:
        return
    head = (
        f"From cash to the plan's objective, expected and discounted, {s.accounts.flows.currency}"
    )
    _text(s, s.outputs, line, 0, head, "head")
    *steps, (name, objective) = bridge
    for step, amount in steps:
        line += 1
        _text(s, s.outputs, line, 0, step)
        s.outputs.write_number(line, 1, amount, s.formats["money"])
    total = sum(amount for _, amount in steps)
    last = line + 1  # lines from 1
    _text(s, s.outputs, line + 1, 0, "Sum", "head")
    span = f"=SUM($B${last - len(steps) + 1}:$B${last})"
    s.outputs.write_formula(line + 1, 1, span, s.formats["total"], total)
    _text(s, s.outputs, line + 2, 0, name)
    s.outputs.write_number(line + 2, 1, objective, s.formats["money"])


def _write_headline(s: _Sheets, line: int) -> int:
    a = s.accounts
    names = ("return.npv", "return.irr", "return.payback", "cover.least", "return.end_value")
    _text(s, s.outputs, line, 0, "Returns", "head")
    for name in names:
        line += 1
        row = a.graph[name]
        _text(s, s.outputs, line, 0, f"{row.label} [{row.unit}]")
        _link(s, s.outputs, line, 1, row)
    return line + 2


def _write_unit_costs(s: _Sheets, line: int) -> int:
    a = s.accounts
    for basis in ("book", "economic"):
        names = a.names(f"{basis}.per_mtok.")
        if not names:
            continue
        head = f"Cost per million tokens ({basis}), {a.flows.currency}"
        _text(s, s.outputs, line, 0, head, "head")
        for t, label in enumerate(a.graph.labels):
            _text(s, s.outputs, line, 1 + t, label, "head")
        for name in names:
            row = a.graph[name]
            line += 1
            _text(s, s.outputs, line, 0, row.label)
            for t in range(len(a.graph) if row.series else 1):
                _link(s, s.outputs, line, 1 + t, row, t)
        line += 2
    return line


def _write_checks(s: _Sheets) -> None:
    """Each identity's gap to the cent, and their sum, which must be zero."""
    a, sheet = s.accounts, s.checks
    _text(s, sheet, 0, 0, "Checks: the total must be zero", "title")
    sheet.set_column(0, 0, 60)
    line, whole = 2, 0.0
    for name in a.names("check."):
        row = a.graph[name]
        if name == "check.total":
            continue
        last = len(a.graph) - 1 if row.series else 0
        span = s.layout.span(row, 0, last)
        _text(s, sheet, line, 0, row.label or name)
        gap = f"=ROUND(SUMPRODUCT(ABS({span})),2)"
        found = round(float(np.abs(s.cached[id(row)]).sum()), 2)
        sheet.write_formula(line, 1, gap, s.formats["number"], found)
        whole += found
        line += 1
    total = f"=SUM($B$3:$B${line})"
    _text(s, sheet, line, 0, "Total", "head")
    sheet.write_formula(line, 1, total, s.formats["total"], whole)
