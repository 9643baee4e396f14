"""A CSV table read by blocks of whole lines: structure checked first, then cells as columns.

A row is a line: a quote that does not close in its line is refused, for it would make rows one.
Separators are counted by line, all at once, quoted cells of plain form out of their quotes; a block
that holds another quote is read line by line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, NoReturn

import numpy as np

from outlay.core.arrays import IntArray
from outlay.core.errors import Problem, TableError, TooLargeError
from outlay.core.ingest.table import MOST_PROBLEMS, Columns, header_problems
from outlay.core.ingest.text import decoded
from outlay.serving.tables.cells import Stamps, cells_of, is_number, stamped
from outlay.serving.tables.quotes import HELD, unquoted
from outlay.serving.tables.wanted import MAX_ROWS, Growing, Lines, Read, Want

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CsvTable"]

BLOCK = 2 << 20
"""Bytes of a block: what is held beside the columns is some fifty times that."""
LONGEST = 16 << 20
"""Bytes of a line."""
NUMBERS = ("number", "whole", "time")
_COLUMNS = ("arrival_s", "input_tokens", "output_tokens")


class CsvTable:
    """A header, checked, and the blocks below it; see `Table`."""

    def __init__(self, file: BinaryIO, where: str, size: int) -> None:
        """size: bytes of the file, as far as known, for the room that is taken."""
        self.where, self.size = where, size
        self.header_at = f"{where}:1"
        self.lines = Lines(where)
        self.blocks = _whole_lines(file, where)
        first = next(self.blocks, b"")
        head, end, self.rest = first.partition(b"\n")
        if b"\r" in head[:-1] and not self.rest:
            self._bad("lines end with a carriage return alone", 1, hint="save it with line feeds")
        text = decoded(_check_text(head + end, 1, where), where, TableError).removesuffix("\n")
        self.separator = "\t" if "\t" in text and "," not in text else ","
        self.form = "TSV" if self.separator == "\t" else "CSV"
        self.names = self._header(text)
        self.texts: set[int] = set()  # columns of times that are no numbers

    def _header(self, text: str) -> list[str]:
        if text.startswith("#") or text.lower().startswith("sep="):
            self._bad("a line before the header", 1, text[:80], "names of columns", "leave it out")
        try:
            rows = list(csv.reader([text], delimiter=self.separator, strict=True))
        except csv.Error as error:
            self._bad(f"not CSV: {error}", 1, hint="a quote is opened that does not close")
        names = [name.strip() for name in (rows[0] if rows else [])]
        if len(names) == 1 or not any(names):
            shown = header_problems(names, Columns(_COLUMNS, others=True), self.header_at)
            raise TableError(shown)
        if sum(is_number(n) for n in names) * 2 >= len(names):
            self._bad("no header: the first line holds values", 1, text[:80], "names of columns")
        return names

    def _bad(
        self, what: str, line: int, value: str = "", allowed: str = "", hint: str = ""
    ) -> NoReturn:
        raise TableError(Problem(what, f"{self.where}:{line}", value, allowed, hint))

    def read(self, wants: Sequence[Want]) -> Read:
        """The columns that are wanted; see `Table`."""
        out: list[Growing] = []
        stamps = [Stamps() for _ in wants]
        n, line = 0, 2
        for block in self._blocks():
            text = _check_text(block, line, self.where)
            found, lines = self._columns(text, line, wants)
            line += lines
            count = len(found[0]) if found else 0
            if not count:
                continue
            if not out:
                room = min(MAX_ROWS, int(1.05 * self.size * count / len(block)) + 1_000)
                out = [Growing(w.array_type, room) for w in wants]
            for want, column, stamp, grown in zip(wants, found, stamps, out, strict=True):
                grown.add(cells_of(column, want, partial(self._at, n), stamp))
            n += count
            if n > MAX_ROWS:
                raise TooLargeError("too many rows", where=self.where, allowed=f"{MAX_ROWS:,}")
        if not n:
            raise TableError("no requests", where=self.where, hint="a header but no rows")
        columns = {w.name: g.whole() for w, g in zip(wants, out, strict=True)}
        return Read(columns, self.lines, stamped=stamped(wants, stamps))

    def _at(self, first: int, row: int) -> str:
        return self.lines.at(first + row)

    def _blocks(self) -> Iterator[bytes]:
        if self.rest:
            yield self.rest if self.rest.endswith(b"\n") else self.rest + b"\n"
            self.rest = b""
        yield from self.blocks

    def _columns(
        self, block: bytes, line: int, wants: Sequence[Want]
    ) -> tuple[list[pl.Series], int]:
        """Cells of a block by column, and its lines; `line` is that of its first row.

        Numbers come as such where all cells are; as text where one is none, to be told.
        """
        import polars as pl

        index = [self.names.index(w.column) for w in wants]
        held = False
        if b'"' in block:
            plain = unquoted(block, self.separator)
            if plain is None:
                rows, lines = self._quoted(block, line)
                return [pl.Series([r[i] for r in rows], dtype=pl.String) for i in index], lines
            block, held = plain, HELD.encode() in plain
        block, lines = self._even(block, line)
        if not block:
            return [], lines
        found = self._found(block, index, wants)
        if held:
            found = [_given_back(c, self.separator) for c in found]
        return found, lines

    def _found(self, block: bytes, index: Sequence[int], wants: Sequence[Want]) -> list[pl.Series]:
        """Columns of an even block: numbers as such, or all as texts where one is none."""
        numbers = {
            i for i, w in zip(index, wants, strict=True)
            if w.kind in NUMBERS and not w.stamps and i not in self.texts
        }  # fmt: skip
        found = self._cells(block, index, numbers)
        if not any(c.null_count() for c, i in zip(found, index, strict=True) if i in numbers):
            return found
        self.texts |= {i for c, i, w in zip(found, index, wants, strict=True)
                       if w.kind == "time" and c.null_count() == len(c)}  # fmt: skip
        return [c.str.strip_chars() for c in self._cells(block, index, set())]

    def _cells(self, block: bytes, index: Sequence[int], numbers: set[int]) -> list[pl.Series]:
        """Columns of an even block, those of `numbers` as such (null where a cell is none)."""
        import polars as pl

        chosen = sorted(set(index))
        kinds = [pl.Float64 if i in numbers else pl.String for i in range(len(self.names))]
        frame = pl.read_csv(
            block, has_header=False, separator=self.separator, infer_schema=False, quote_char=None,
            columns=chosen, schema_overrides=kinds, ignore_errors=True,
        )  # fmt: skip
        return [frame.to_series(chosen.index(i)) for i in index]

    def _even(self, block: bytes, line: int) -> tuple[bytes, int]:
        """The block without its empty lines, each with as many cells as the header; its lines."""
        codes = np.frombuffer(block, dtype=np.uint8)
        ends = np.flatnonzero(codes == 10)
        marks = np.flatnonzero(codes == ord(self.separator))
        each = len(self.names) - 1
        if len(marks) == each * len(ends):
            by_line = marks.reshape(-1, each)
            if np.all(by_line[:, -1] < ends) and np.all(by_line[1:, 0] > ends[:-1]):
                return block, len(ends)
        counts: IntArray = np.diff(np.searchsorted(marks, ends), prepend=0)
        starts = np.concatenate([[0], ends[:-1] + 1])
        odd = np.flatnonzero(counts != each)
        spaced = odd[ends[odd] > starts[odd]]  # of these a few may hold spaces only
        problems: list[Problem] = []
        blank = np.zeros(len(ends), dtype=bool)
        blank[odd] = True
        some: list[int] = spaced.tolist()
        for at in some:
            if block[starts.item(at) : ends.item(at)].strip():
                blank[at] = False
                problems.append(self._ragged(counts.item(at) + 1, line + at))
                if len(problems) == MOST_PROBLEMS:
                    break
        if problems:
            raise TableError(problems)
        self.lines.leave_out(line + np.flatnonzero(blank))
        kept = np.repeat(~blank, ends - starts + 1)
        return codes[kept].tobytes(), len(ends)

    def _ragged(self, cells: int, line: int) -> Problem:
        more = "write 1300, not 1,300" if cells > len(self.names) else ""
        return Problem(
            "a row with another number of cells than the header", f"{self.where}:{line}",
            str(cells), str(len(self.names)), more,
        )  # fmt: skip

    def _quoted(self, block: bytes, line: int) -> tuple[list[list[str]], int]:
        """Cells by row, of lines that hold quotes; and how many lines."""
        texts = block.decode("utf-8").split("\n")[:-1]
        reader = csv.reader(texts, delimiter=self.separator, strict=True)
        out, problems, done = [], [], 0
        what = ""
        try:
            for cells in reader:
                if reader.line_num > done + 1:
                    what = "a quoted cell goes over the end of its line"
                    break
                done += 1
                if not any(c.strip() for c in cells) and len(cells) != len(self.names):
                    self.lines.leave_out([line + done - 1])
                elif len(cells) != len(self.names):
                    problems.append(self._ragged(len(cells), line + done - 1))
                    if len(problems) == MOST_PROBLEMS:
                        break
                else:
                    out.append(cells)
        except csv.Error as error:
            over = "end of data" in str(error) or reader.line_num > done + 1
            what = f"not CSV: {error}"
            what = "a quoted cell goes over the end of its line" if over else what
        if what:
            hint = "a quote that closes in its line"
            problems.append(
                Problem(what, f"{self.where}:{line + done}", repr(texts[done])[:80], hint)
            )
        if problems:
            raise TableError(problems)
        return out, len(texts)


def _given_back(column: pl.Series, separator: str) -> pl.Series:
    """Texts with the separators that their quotes held."""
    import polars as pl

    if column.dtype != pl.String:
        return column
    return column.str.replace_all(HELD, separator, literal=True)


def _whole_lines(file: BinaryIO, where: str) -> Iterator[bytes]:
    """The bytes of a file in blocks that end with a line; without the mark before them."""
    rest, first = b"", True
    while True:
        piece = file.read(BLOCK)
        data = rest + piece
        if first:
            data, first = data.removeprefix(b"\xef\xbb\xbf"), False
        if not piece:
            if data:
                yield data + b"\n"
            return
        cut = data.rfind(b"\n") + 1
        rest = data[cut:]
        if len(rest) > LONGEST:
            if b"\n" not in data and b"\r" in data:
                what = "lines end with a carriage return alone"
                raise TableError(what, where=where, hint="save it with line feeds")
            raise TooLargeError("a line too long", where=where, allowed=f"{LONGEST:,} bytes")
        if cut:
            yield data[:cut]


def _check_text(block: bytes, line: int, where: str) -> bytes:
    """A block of UTF-8 text whose lines end with a line feed only; `line` is its first."""
    if b"\0" in block or not block.isascii():
        decoded(block, where, TableError, line=line)
    if b"\r" not in block:
        return block
    if block.count(b"\r") != block.count(b"\r\n"):
        at = next(i for i, b in enumerate(block) if b == 13 and block[i + 1 : i + 2] != b"\n")
        place = f"{where}:{line + block.count(bytes([10]), 0, at)}"
        raise TableError("a carriage return inside a line", where=place, allowed="line feeds")
    return block.replace(b"\r\n", b"\n")
