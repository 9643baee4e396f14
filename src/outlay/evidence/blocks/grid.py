"""Find tables in a text (pipes, tabs, CSV) and keep every cell's place in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from outlay.evidence.blocks.types import Cell, Table
from outlay.evidence.text.parsed import trimmed

__all__ = ["csv_grid", "find_grids"]

_MOST_CELLS = 200_000
_MOST_LINES = 20
_LISTED = 8


Row = tuple[Cell, ...]


def _table(rows: Sequence[Row], start: int, end: int, caption: str, notes: Iterable[str]) -> Table:
    """Rows as a table, its cells at their places; the first is its header."""
    cells = tuple(
        tuple(Cell(c.text, c.start, c.end, r, n, header=r == 0) for n, c in enumerate(row))
        for r, row in enumerate(rows)
    )
    return Table(start, end, cells, caption, notes=tuple(notes))


def _cell(text: str, start: int, end: int) -> Cell:
    start, end = trimmed(text, start, end)
    return Cell(text[start:end].strip("*_` "), start, end)


def _split(text: str, start: int, end: int, mark: str) -> Row:
    if mark == "|":
        start, end = trimmed(text, start, end)
        start += text[start : start + 1] == "|"
        end -= end > start and text[end - 1] == "|"
    cells = []
    for part in text[start:end].split(mark):
        cells.append(_cell(text, start, start + len(part)))
        start += len(part) + 1
    return tuple(cells)


def find_grids(text: str) -> list[Table]:
    """Blocks of two or more lines that share a separator: pipes, tabs, or wide gaps."""
    out: list[Table] = []
    block: list[tuple[int, int]] = []
    mark = ""
    position = 0

    def close() -> None:
        nonlocal block
        if len(block) >= 2:
            rows = tuple(
                _split(text, a, b, mark)
                for a, b in block
                if not re.fullmatch(r"[\s|:+=-]+", text[a:b])
            )
            kept = _first(rows)
            if len(kept) >= 2:
                notes = (*_cut(len(kept), len(rows)), *_uneven(text, kept, False))
                out.append(_table(kept, block[0][0], block[-1][1], "", notes))
        block = []

    for line in text.split("\n"):
        end = position + len(line)
        pipes, tabs = line.count("|"), line.count("\t")
        kind = (
            "|"
            if pipes >= 2 or (pipes == 1 and mark == "|" and block)
            else "\t"
            if tabs >= 1
            else ""
        )
        if kind != mark:
            close()
            mark = kind
        if kind:
            block.append((position, end))
        position = end + 1
    close()
    return out


def _first(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows up to the most cells that are read."""
    cells = 0
    for n, row in enumerate(rows):
        cells += len(row)
        if cells > _MOST_CELLS:
            return rows[:n]
    return rows


def _cut(kept: int, rows: int) -> list[str]:
    few = f"only the first {kept:,} of {rows:,} rows of a table were read"
    return [f"{few}: over {_MOST_CELLS:,} cells"] if kept < rows else []


def _line(text: str, start: int) -> str:
    return f"{text.count(chr(10), 0, start) + 1:,}"


def _lines(text: str, starts: list[int]) -> str:
    """The first lines of these, and how many more there are."""
    more = len(starts) - _LISTED
    named = ", ".join(_line(text, s) for s in starts[:_LISTED])
    return f"line{'s' if len(starts) > 1 else ''} {named}" + (
        f" and {more:,} more" if more > 0 else ""
    )


def _uneven(text: str, rows: Sequence[Row], strict: bool) -> Iterator[str]:
    """Rows that are longer than the header; shorter ones and the header again where the whole text
    is one table."""
    width, header = len(rows[0]), [c.text for c in rows[0]]
    long = [r[0].start for r in rows[1:] if any(c.text for c in r[width:])]
    if long:
        yield f"{_lines(text, long)}: more cells than the header; those beyond it were not read"
    if not strict:
        return
    short = [r[0].start for r in rows[1:] if len(r) < width and sum(1 for c in r if c.text) > 1]
    if short:
        yield f"{_lines(text, short)}: fewer cells than the header; read from the left"
    again = [r[0].start for r in rows[1:] if [c.text for c in r] == header]
    if again:
        yield f"{_lines(text, again)}: the header again, not read as values"


def csv_grid(text: str) -> Table | None:
    """The whole text as one delimited table, quoted fields and all; None where it is not one."""
    mark = _mark(text[:20_000])
    reader = _Delimited(text, mark)
    rows = reader.rows() if mark else []
    if len(rows) < 2:
        return None
    lead = 0  # lines of title above the header have fewer filled cells
    width = max(sum(1 for c in r if c.text) for r in rows[:20])
    while lead < min(5, len(rows) - 2) and sum(1 for c in rows[lead] if c.text) < max(2, width / 2):
        lead += 1
    caption = "\n".join(" ".join(c.text for c in r if c.text) for r in rows[:lead])
    notes = (*reader.notes(), *_uneven(text, rows[lead:], True))
    header = [c.text for c in rows[lead]]
    body = (r for r in rows[lead + 1 :] if [c.text for c in r] != header)
    return _table((rows[lead], *body), 0, len(text), caption, notes)


def _mark(text: str) -> str:
    """What parts the cells: what most lines have, and most of; '' where no line has any."""
    lines = [ln for ln in text.split("\n") if ln.strip()][:20]
    counts = {d: [ln.count(d) for ln in lines] for d in ",;\t|，"}
    mark = max(counts, key=lambda d: (sum(map(bool, counts[d])), sum(counts[d])))
    return mark if any(counts[mark]) else ""


class _Delimited:
    """Reads rows of fields; remembers where their quotes are odd."""

    def __init__(self, text: str, mark: str) -> None:
        self.text, self.mark = text, mark
        self._open: list[int] = []
        self._behind: list[int] = []
        self._long: list[int] = []
        self._end = len(text)

    def rows(self) -> list[Row]:
        """The rows that hold something, up to the most cells that are read."""
        rows: list[Row] = []
        row: list[Cell] = []
        i, n, cells = 0, len(self.text), 0
        while i <= n:
            cell, i = self._field(i)
            row.append(cell)
            cells += 1
            if i >= n or self.text[i] == "\n":
                if any(c.text for c in row):
                    rows.append(tuple(row))
                row = []
                if i >= n:
                    break
            if cells >= _MOST_CELLS:
                self._end = i
                break
            i += 1
        return rows

    def notes(self) -> Iterator[str]:
        """What was odd, by line."""
        text = self.text
        if self._end < len(text):
            lines = f"{_line(text, self._end)} of {_line(text, len(text.rstrip()))}"
            yield f"only the first {lines} lines of the table were read: over {_MOST_CELLS:,} cells"
        if self._open:
            at = _lines(text, self._open)
            yield f"{at}: a quote is opened and never closed; read as if it were not there"
        if self._behind:
            yield f"{_lines(text, self._behind)}: letters behind a closing quote, not read"
        if self._long:
            at = _lines(text, self._long)
            yield f"{at}: a quoted cell of over {_MOST_LINES} lines; is a quote missing?"

    def _field(self, start: int) -> tuple[Cell, int]:
        """The field at `start`, and where it ends: at its delimiter, a new line or the end."""
        text, n = self.text, len(self.text)
        if not text.startswith('"', start) or (self._open and self._open[-1] <= start):
            return self._plain(start)
        j = start + 1
        while (j := text.find('"', j)) >= 0 and text[j + 1 : j + 2] == '"':
            j += 2
        if j < 0:
            self._open.append(start)
            return self._plain(start)
        cell = Cell(text[start + 1 : j].replace('""', '"').strip(), start + 1, j)
        if text.count("\n", start, j) > _MOST_LINES:
            self._long.append(start)
        end = self._plain(j + 1)[1]
        if text[j + 1 : end].strip():
            self._behind.append(start)
        return cell, min(end, n)

    def _plain(self, start: int) -> tuple[Cell, int]:
        found = (self.text.find(m, start) for m in (self.mark, "\n"))
        end = min((f for f in found if f >= 0), default=len(self.text))
        if not self._open:
            return _cell(self.text, start, end), end
        first, last = start, end  # behind an open quote, quotes are no part of a cell
        while first < last and self.text[first] in ' "':
            first += 1
        while last > first and self.text[last - 1] in ' "':
            last -= 1
        return _cell(self.text, first, last), end
