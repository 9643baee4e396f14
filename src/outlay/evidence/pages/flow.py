"""A page's text as it is written line by line, and the tables that stand in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from outlay.evidence.text.parsed import Mark, ParsedCell, ParsedTable, Written

__all__ = ["Flow", "Tables"]

_SPACES = re.compile(r"\s+")
_MONEY = re.compile(r"(?:[A-Z]{1,3})?[$€£¥₩₹]\s?[（(]?|[（(]|(?P<code>RMB|[A-Z]{2}[DFKPRY])")
"""What stands before a number in a cell of its own."""
_TAIL = re.compile(r"[)）]?\s?%?\s?[)）]?(?:\s?\[[\w*]{1,3}\])*|\s?(?:pts?|bps?|x)")
_NUMBER = re.compile(
    r"(?:[A-Z]{0,3}[$€£¥₩₹]?\s?)[（(]?\s?[-–—−+]?\s?[$€£¥₩₹]?\s?"
    r"(?:[\d.,  ’']*\d[\d.,]*|[—–-])[^\w]*"
)
_BULLET = re.compile(r"[•·●■◆▪○–—*†‡-]|[（(]?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[)）.]|\[[\w*]{1,3}\]")
_PROSE = 160
"""Characters from which a cell holds sentences."""
_MOST_SPAN, _DEEPEST = 200, 8


class Flow(Written):
    """Lines of text: spaces are single, lines neither begin nor end with one."""

    def __init__(self) -> None:
        super().__init__()
        self._break = self._gap = False
        self._bold = self._long = self._line = 0

    def write(self, text: str, bold: bool = False) -> None:
        """Text of the line that is begun."""
        if not text:
            return
        words = _SPACES.sub(" ", text)
        if words[0] == " ":
            self._gap = True
            words = words[1:]
        if not words:
            return
        if self._break:
            self._begin()
        elif self._gap and self.size:
            self.put(" ")
        self._gap = words[-1] == " "
        words = words[:-1] if self._gap else words
        self._long += len(words)
        self._bold += len(words) * bold
        self.put(words)

    def newline(self) -> None:
        """What follows stands on a line of its own."""
        self._break = self.size > 0
        self._gap = False

    def here(self) -> int:
        """Where the next letter would stand, or the space or break before it."""
        return self.size

    def mark(self, kind: str, start: int, level: int = 0) -> None:
        """A mark from `start` to here, if anything was written in between."""
        if self.size > start:
            self.marks.append(Mark(kind, start, self.size, level))

    def close(self) -> Flow:
        """The flow with its last line ended."""
        self._ended()
        return self

    def append(self, other: Flow) -> int:
        """Another flow on lines of its own; where it begins here."""
        if not other.size:
            return self.size
        if self.size:
            self._begin()
        self._break = self._gap = False
        at = self.size
        self.parts += other.parts
        self.size += other.size
        self._line, self._long, self._bold = self.size, 0, 0
        self.take(other, at)
        self.newline()
        return at

    def take(self, other: Flow, at: int) -> None:
        """The marks and tables of another flow, which begins at `at`."""
        self.marks += [m._replace(start=m.start + at, end=m.end + at) for m in other.marks]
        self.tables += [t.moved(at.__add__, at.__add__) for t in other.tables]

    def _begin(self) -> None:
        self._ended()
        self.put("\n")
        self._line, self._long, self._bold = self.size, 0, 0
        self._break = self._gap = False

    def _ended(self) -> None:
        """A short line that is bold from end to end is a heading."""
        if self._bold and self._bold == self._long and self._long <= _PROSE:
            self.marks.append(Mark("heading", self._line, self.size, 7))
        self._bold = 0


@dataclass(slots=True)
class _Cell:
    flow: Flow
    row: int
    column: int
    rows: int
    columns: int
    header: bool
    text: str = ""
    under: list[_Cell] = field(default_factory=list)
    """Cells that are one with it: a sign before it, a bracket behind it."""


class _Table:
    """A table while its rows come in."""

    def __init__(self) -> None:
        self.rows: list[list[_Cell]] = []
        self.caption = Flow()
        self.cell: _Cell | None = None
        self.nested = False
        self.head = self.titled = False
        self._taken: dict[int, int] = {}
        """Columns that a cell of a row above reaches down into, and how many rows more."""

    def row(self) -> None:
        """A row begins."""
        self.end_cell()
        self._taken = {c: n - 1 for c, n in self._taken.items() if n > 1}
        self.rows.append([])

    def begin_cell(self, header: bool, rows: int, columns: int) -> None:
        """A cell begins where the row is free."""
        if not self.rows:
            self.row()
        self.end_cell()
        line = self.rows[-1]
        at = line[-1].column + line[-1].columns if line else 0
        while at in self._taken:
            at += 1
        self.cell = _Cell(Flow(), len(self.rows) - 1, at, rows, columns, header or self.head)
        if rows > 1:
            self._taken |= dict.fromkeys(range(at, at + columns), rows)
        line.append(self.cell)

    def end_cell(self) -> None:
        """A cell ends."""
        if self.cell is not None:
            self.cell.text = self.cell.flow.close().text()
            self.cell = None

    def onto(self, page: Flow) -> None:
        """The table on the page: rows of cells, or paragraphs where it only places texts."""
        self.end_cell()
        rows = [row for r in self.rows if (row := [c for c in r if c.text])]
        caption = page.append(self.caption.close())
        if self.nested or _is_layout(rows):
            for row in rows:
                _paragraph(page, row)
            return
        flow = _lines(rows)
        page.append(flow)
        if flow.tables and self.caption.size:
            spans = (caption, caption + self.caption.size)
            page.tables[-1] = page.tables[-1]._replace(caption=spans)


class Tables:
    """The tables that are open on a page, and where text goes meanwhile."""

    def __init__(self, page: Flow) -> None:
        self._page = page
        self._open: list[_Table] = []

    def now(self) -> Flow:
        """The innermost cell or caption that is open, or the page."""
        for table in reversed(self._open):
            if table.cell or table.titled:
                return table.cell.flow if table.cell else table.caption
        return self._page

    def starts(self, tag: str, rows: str, columns: str) -> None:
        """An element of a table begins; those nested too deeply are lines."""
        if tag == "table" and len(self._open) < _DEEPEST:
            for table in self._open:
                table.nested = True
            self._open.append(_Table())
        elif tag == "table" or not self._open:
            self.now().newline()
        elif tag == "tr":
            self._open[-1].row()
        elif tag in ("td", "th"):
            self._open[-1].begin_cell(tag == "th", _span(rows), _span(columns))
        else:
            self._open[-1].head = tag == "thead"
            self._open[-1].titled = tag == "caption"

    def ends(self, tag: str, more: int) -> None:
        """It ends. more: tables that are open still, on the page as it is written."""
        if tag == "table":
            if more < len(self._open):
                self._open.pop().onto(self.now())
        elif self._open and tag in ("td", "th", "tr"):
            self._open[-1].end_cell()
        elif self._open:
            self._open[-1].head = self._open[-1].titled = False


def _lines(rows: list[list[_Cell]]) -> Flow:
    """Rows as lines with bars between their cells; a table, if it has two rows and columns."""
    flow = Flow()
    joined = [_joined(row) for row in rows]
    column = _columns([c for row in rows for c in row], joined)
    cells = tuple(_row(flow, row, n, column) for n, row in enumerate(joined))
    is_table = len(joined) > 1 and max(map(len, joined)) > 1
    flow.tables = [ParsedTable(0, flow.size, cells)] if is_table else []
    return flow


def _span(text: str) -> int:
    return min(max(1, int(text[:4])), _MOST_SPAN) if text.isascii() and text.isdecimal() else 1


def _is_layout(rows: list[list[_Cell]]) -> bool:
    """Whether the table only places texts: one column, sentences, or bullets before them."""
    if all(len(row) == 1 for row in rows):
        return True
    if all(len(row) <= 2 and (len(row) == 1 or _BULLET.fullmatch(row[0].text)) for row in rows):
        return True
    cells = [c for row in rows for c in row]
    prose = sum(len(c.text) > _PROSE for c in cells)
    return prose > len(cells) / 2


def _paragraph(page: Flow, row: list[_Cell]) -> None:
    if len(row) == 2 and _BULLET.fullmatch(row[0].text):
        line, start = Flow(), page.size
        line.write(row[0].text + " ")
        line.write(row[1].text.replace("\n", " "))
        at = page.append(line.close())
        if not row[1].flow.tables:
            page.take(row[1].flow, at + len(row[0].text) + 1)
        page.marks.append(Mark("item", max(at, start), page.size, 0))
        return
    for cell in row:
        page.append(cell.flow)


def _joined(row: list[_Cell]) -> list[_Cell]:
    """The row with a sign, its number and the bracket behind it as one cell."""
    out: list[_Cell] = []
    for cell in row:
        last = out[-1] if out else None
        if last and last.header == cell.header:
            number = _is_number(cell.text)
            sign = _MONEY.fullmatch(last.text) if number else None
            if sign and not (sign["code"] and last.column == 0):
                cell.under.insert(0, last)
                cell.under = [*last.under, *cell.under]
                out[-1] = cell
                continue
            if _TAIL.fullmatch(cell.text) and _is_number(last.text):
                last.under.append(cell)
                continue
        out.append(cell)
    return out


def _is_number(text: str) -> bool:
    return len(text) < 40 and _NUMBER.fullmatch(text) is not None


def _extent(cell: _Cell) -> tuple[int, int]:
    every = [cell, *cell.under]
    return min(c.column for c in every), max(c.column + c.columns for c in every)


def _columns(cells: list[_Cell], joined: list[list[_Cell]]) -> dict[int, int]:
    """The columns that readers see: those of a sign, a number and a bracket are one."""
    width = max(c.column + c.columns for c in cells)
    spanned = [False] * (width + 1)
    """Whether a cell reaches over the border before a column."""
    apart: list[int] = [0] * (width + 1)
    """Where the cell ends that some row has before the one which begins in a column."""
    for row in joined:
        before = -1
        for cell in row:
            first, last = _extent(cell)
            if last - first <= _MOST_SPAN:
                for c in range(first + 1, last):
                    spanned[c] = True
            if before >= 0:  # two cells of one row: their columns differ
                apart[first] = max(apart[first], before)
            before = last
    out: dict[int, int] = {}
    number, begun = -1, 0
    for c in range(width):
        if number < 0 or not spanned[c] or apart[c] > begun:
            number, begun = number + 1, c
        out[c] = number
    used = sorted({out[_extent(c)[0]] for row in joined for c in row})
    place = {n: k for k, n in enumerate(used)}
    # a column in which no cell begins belongs to the one before it
    names: dict[int, int] = {}
    last = 0
    for c in range(width):
        last = place.get(out[c], last)
        names[c] = last
    return names


def _row(flow: Flow, row: list[_Cell], n: int, column: dict[int, int]) -> tuple[ParsedCell, ...]:
    """One line of text with a bar between columns, and the cells in it."""
    flow.newline()
    flow.write("|")
    out, at = [], 0
    for cell in row:
        first, last = _extent(cell)
        place, end = column[first], column[last - 1] + 1
        flow.write(" |" * max(0, place - at))
        flow.write(" ")
        start = flow.size + 1
        before = [u for u in cell.under if u.column < cell.column]
        after = [u for u in cell.under if u.column > cell.column]
        for part in (*before, cell, *after):
            at_part = flow.size + (part is (before[0] if before else cell))
            flow.write(part.text.replace("\n", " "))
            if part.text.isalpha() and part is not cell:
                flow.write(" ")
            part.flow.marks = [m for m in part.flow.marks if m.kind != "heading"]
            flow.take(part.flow, at_part)
        out.append(
            ParsedCell(start, flow.size, n, place, cell.rows, max(1, end - place), cell.header)
        )
        flow.write(" |" * max(1, end - place))
        at = max(at, end)
    return tuple(out)
