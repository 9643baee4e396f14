"""Write accounts as a live Excel workbook: Cover, Outputs, Periods, Inputs, Calc, Checks.

Every number that is not an input is a formula made from the calculation graph, with its value
cached, so that the file opens right anywhere and answers when an input is changed. The scenario
path shown is chosen by one cell. Text from studies is written as text only, never as a formula.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from outlay.core.errors import TooLargeError
from outlay.core.graph.eval import Program
from outlay.core.graph.excel import Layout, column_name, helpers
from outlay.core.graph.fitted import fitted
from outlay.core.graph.graph import Expr
from outlay.finance.reports.accounts import Accounts
from outlay.report.words.language import Words, words
from outlay.report.workbook.calc import write_calc, write_checks
from outlay.report.workbook.content import Content
from outlay.report.workbook.cover import SHEETS, write_cover
from outlay.report.workbook.inputs import lines_of, write_inputs
from outlay.report.workbook.kit import Book, Looks, sheet_kind
from outlay.report.workbook.labels import Labels
from outlay.report.workbook.opened import FIRST, SCALAR, SELECTOR, TOP, Array, Opened, clean
from outlay.report.workbook.outputs import NAMED, write_outputs
from outlay.report.workbook.periods import write_periods
from outlay.report.workbook.written import Money

__all__ = ["workbook_bytes"]

EPOCH = datetime(2000, 1, 1)
MOST_LINES, MOST_COLUMNS = 1_048_576, 16_384
"""Of a sheet of Excel."""
MOST_CELLS = 3_000_000
"""Of the workbook: what a spreadsheet still opens, and is written in a minute or two."""


def workbook_bytes(
    accounts: Accounts,
    content: Content | None = None,
    *,
    path: int = 0,
    say: Words | None = None,
    created: datetime = EPOCH,
) -> bytes:
    """The workbook as bytes; equal accounts give equal bytes.

    content: what the plan says of itself. path: the scenario path shown when the file is opened.
    say: words of the plan. created: the date that the file says of itself.
    """
    import xlsxwriter

    content = content or Content()
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": clean(content.title)[:200], "created": created})
    book.set_calc_mode("auto")
    s, rows = _open(book, accounts, path, say or _words(accounts))
    write_inputs(s, path)
    write_calc(s, rows)
    write_outputs(s, content)
    write_periods(s)
    write_checks(s)
    write_cover(s, content)
    _name_cells(s)
    book.close()
    return buffer.getvalue()


def _words(accounts: Accounts) -> Words:
    """English, in the scale of accounts that no plan stands behind."""
    return words().scaled(accounts.flows.currency, most=_most(accounts))


def _most(accounts: Accounts) -> float:
    """The largest amount of a year."""
    names = (f"year.{y}.{n}" for y in accounts.years for n in ("capex.paid", "opex.total"))
    return max((float(abs(accounts[n]).max()) for n in names), default=0.0)


def _open(
    book: Book, accounts: Accounts, path: int, say: Words
) -> tuple[Opened, Sequence[tuple[str, Expr]]]:
    """The workbook, and the rows of Calc with their names."""
    graph = accounts.graph
    # the answer first for the eye, the order of the flow in the file
    kind = sheet_kind()
    sheets = {n: book.add_worksheet(n, kind) for n in ("Cover", *SHEETS)}
    places: dict[int, tuple[str, int]] = {}
    line = TOP
    for row in graph.inputs:
        places[id(row)] = ("Inputs", line)
        line += lines_of(accounts, row)
    computed = [r for r in graph if not r.is_input]
    rows = [*((r.name, r) for r in computed), *helpers(graph, computed)]
    cut = fitted(graph, rows)
    rows += cut.parts
    worked_out = [r for _, r in rows]
    rows += cut.sums
    _refuse_too_large(len(graph), line, len(rows), accounts)
    for line, (_, row) in enumerate(rows, TOP):
        places[id(row)] = ("Calc", line)
    cached = _cache(accounts, path, worked_out, [r for _, r in cut.sums])
    layout = Layout(graph, places, SCALAR, FIRST, cut.summed)
    money = Money.of(say, _most(accounts))
    return (
        Opened(book, sheets, layout, accounts, cached, Looks(book), Labels(say), money, say, path),
        rows,
    )


def _refuse_too_large(periods: int, inputs: int, computed: int, accounts: Accounts) -> None:
    """Raise TooLargeError before anything is written that no spreadsheet could open."""
    lines, columns = max(inputs, TOP + computed), FIRST + periods + 2
    cells = (inputs + computed) * (periods + 5)
    if lines <= MOST_LINES and columns <= MOST_COLUMNS and cells <= MOST_CELLS:
        return
    raise TooLargeError(
        "the workbook would be too large",
        where="plan.xlsx",
        value=f"{lines:,} lines, {columns:,} columns, {cells:,} cells",
        allowed=f"{MOST_LINES:,} lines, {MOST_COLUMNS:,} columns, {MOST_CELLS:,} cells",
        hint=f"{len(accounts.flows.paths):,} branches and {periods:,} periods are shown: fewer of "
        "them, or fewer services and offers",
    )


def _cache(
    accounts: Accounts, path: int, rows: Sequence[Expr], parts: Sequence[Expr]
) -> dict[int, Array]:
    """Values of one path for every row, nameless helpers and blocks of long sums included."""
    given = accounts.path_inputs(path)
    program = Program(accounts.graph)
    blocks = {id(p) for p in parts}
    terms = (a for p in parts for a in p.args if id(a) not in blocks)
    nodes = [*accounts.graph.inputs, *rows, *terms]
    found = program.values_of(nodes, given)
    values = {id(n): v for n, v in zip(nodes, found, strict=True)}
    for p in parts:
        whole = np.sum(np.broadcast_arrays(*(values[id(a)] for a in p.args)), axis=0)
        values[id(p)] = np.broadcast_to(whole, (len(accounts.graph),) if p.series else ())
    return values


def _name_cells(s: Opened) -> None:
    """Names for the branch chosen and for what a reader takes to sheets of her own."""
    line, column = SELECTOR
    s.book.define_name("branch_shown", f"=Inputs!${column_name(column)}${line + 1}")
    named = (*NAMED.values(), "capex_authorised", "capex_outside", "checks_total", "branch_names")
    for name in named:
        if name in s.blocks:
            s.book.define_name(name, f"={s.blocks[name]}")
