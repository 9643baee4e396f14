"""The workbook while it is written: its sheets, where each row stands, what each cell shows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from outlay.core.graph.excel import Layout, column_name
from outlay.core.graph.graph import Expr
from outlay.finance.reports.accounts import Accounts
from outlay.report.words.language import Words
from outlay.report.workbook.kit import LIVE, Book, Looks, Sheet
from outlay.report.workbook.labels import Labels
from outlay.report.workbook.written import DAY, RARE, RATE, Money, columns_of, plain

__all__ = ["Array", "Opened", "clean", "number"]

Array = npt.NDArray[np.float64]
SCALAR, FIRST = 2, 3  # columns of rows on Inputs and Calc: label, unit, scalar, periods …
TOP = 5  # first line of rows on Inputs and Calc
SELECTOR = (2, 1)  # line and column of the chosen path on Inputs
MAX_TEXT = 32_000  # characters of a cell; Excel takes 32,767
NO_NUMBER = (
    "return.payback",
    "cover.ratio",
    "cover.least",
    "cover.mean",
)  # where there is none, a number larger than any
DATE = "time.date"  # as the number of a day
SHARES = ("rate.", "return.irr")  # a year's, read as per cent
A4 = 9
WIDEST = 70  # characters of a label on one line
LINE, MOST_LINES = 15.0, 20  # points of a line; lines that a label may take
ROOM = 2  # characters beside a number


def clean(text: str) -> str:
    return str(text)[:MAX_TEXT]


def number(value: float) -> float | str:
    return float(value) if np.isfinite(value) else ""


@dataclass
class Opened:
    """The open workbook and where each row of the graph stands."""

    book: Book
    sheets: Mapping[str, Sheet]
    layout: Layout
    accounts: Accounts
    cached: Mapping[int, Array]  # node → [period] or a number, for the path shown
    looks: Looks
    labels: Labels
    money: Money
    say: Words
    path: int = 0  # of the branch shown as the file is opened
    formats: dict[tuple[int, bool], str] = field(default_factory=dict)  # of a row, typed or not
    widest: dict[int, int] = field(default_factory=dict)  # characters of a sheet's labels
    blocks: dict[str, str] = field(default_factory=dict)  # what stands where, for charts and names

    @property
    def several(self) -> bool:
        """Whether there is a branch to choose."""
        return len(self.accounts.flows.paths) > 1

    @property
    def chosen(self) -> str:
        """The cell that says which path is shown."""
        return f"Inputs!${column_name(SELECTOR[1])}${SELECTOR[0] + 1}"

    def text(self, sheet: Sheet, line: int, column: int, text: str, style: str = "text") -> None:
        """Write text that can never be a formula: a string cell, marked as quoted."""
        sheet.write_string(line, column, clean(text), self.looks(style))

    def label(self, sheet: Sheet, line: int, text: str, style: str = "text") -> None:
        """A text of the first column, on as many lines as it takes."""
        self.widest[id(sheet)] = min(max(len(text), self.widest.get(id(sheet), 0)), WIDEST)
        lines = math.ceil(len(text) / WIDEST)
        self.text(sheet, line, 0, text, "long" if lines > 1 else style)
        if lines > 1:
            sheet.set_row(line, LINE * min(lines, MOST_LINES))

    def label_width(self, sheet: Sheet) -> None:
        """The first column as wide as its labels."""
        sheet.set_column(0, 0, self.widest.get(id(sheet), 0) + 2)

    @property
    def named(self) -> str:
        """The cell that holds the name of the path shown."""
        return f"Inputs!${column_name(SELECTOR[1] + 1)}${SELECTOR[0] + 1}"

    def titled(self, sheet: Sheet, line: int, column: int, text: str, style: str) -> None:
        """A title of what follows the branch chosen: with the name of that branch, live."""
        if not self.several:
            self.text(sheet, line, column, text, style)
            return
        before = clean(self.say("workbook.of_branch", what=text))
        formula = '="' + before.replace('"', '""') + f'"&{self.named}'
        name = self.labels.path(self.accounts.flows.paths[self.path])
        sheet.write_formula(line, column, formula, self.looks(LIVE + style), before + name)

    def values(self, row: Expr) -> Array:
        """What a row holds in the path shown, a value a period or one."""
        return np.atleast_1d(self.cached[id(row)])

    def everywhere(self, row: Expr) -> Array:
        """What a row holds in any path, for the format and the width of its cells."""
        rows = self.accounts.rows
        return np.ravel(rows[row.name]) if row.name in rows else np.ravel(self.cached[id(row)])

    def moves(self, row: Expr) -> bool:
        """Whether a row comes to a unit of anything in some path."""
        return bool((np.abs(np.nan_to_num(self.everywhere(row))) >= 1).any())

    def shown(self, row: Expr, *, typed: bool = False, scaled: bool = False) -> str:
        """The format of a row's numbers; scaled: money in the study's unit."""
        if row.name in NO_NUMBER:
            return RARE
        if row.name == DATE:
            return DAY
        if row.unit == "1/year" and row.name.startswith(SHARES):
            return RATE
        if scaled and row.unit == self.accounts.flows.currency:
            return self.money.number
        key = (id(row), typed)
        if key not in self.formats:
            self.formats[key] = plain(self.everywhere(row), typed=typed)
        return self.formats[key]

    def link(self, sheet: Sheet, line: int, column: int, row: Expr, period: int = 0) -> None:
        """A cell that repeats one of Calc or Inputs."""
        found = self.values(row)
        value = number(float(found[period if found.size > 1 else 0]))
        look = self.looks("number", self.shown(row, scaled=True))
        sheet.write_formula(line, column, "=" + self.layout.cell(row, period), look, value)

    def head(self, sheet: Sheet, line: int, texts: Sequence[str]) -> None:
        """The head of a table: its title, then a number a column."""
        self.label(sheet, line, texts[0], "head")
        for column, text in enumerate(texts[1:], 1):
            self.text(sheet, line, column, text, "number head")

    def widths(self, sheet: Sheet, first: int, values: Iterable[Array], *, scaled: bool) -> None:
        """Columns wide enough for the largest number of each, and for its head."""
        money = self.money if scaled else None
        widest: dict[int, int] = {}
        for row in values:
            for t, value in enumerate(row):
                widest[t] = max(widest.get(t, 0), columns_of(float(value), money))
        for t, width in widest.items():
            sheet.set_column(first + t, first + t, max(width + ROOM, 11))

    def printed(self, sheet: Sheet, head: int, last: tuple[int, int]) -> None:
        """How a sheet is printed: landscape, as wide as a page, its head on every one.

        head: line that is repeated; last: line and column that end what is printed.
        """
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.set_footer("&L&8&F&C&8&A&R&8&P / &N")
        sheet.print_area(0, 0, *last)
        if head >= 0:
            sheet.repeat_rows(head, head)
