"""Find tables in a text (pipes, tabs, CSV) and keep every cell's place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Cell", "Grid", "csv_grid", "find_grids"]

_MOST_CELLS = 200_000


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell and its span in the document."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells, the lines above them, and the span of all."""

    rows: tuple[tuple[Cell, ...], ...]
    caption: str
    start: int
    end: int


def _cell(text: str, start: int, end: int) -> Cell:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Cell(text[start:end].strip("*_` "), start, end)


def _split(text: str, start: int, end: int, mark: str) -> tuple[Cell, ...]:
    line = text[start:end]
    lo, hi = start, end
    if mark == "|":
        lo += len(line) - len(line.lstrip())
        hi -= len(line) - len(line.rstrip())
        lo += text[lo : lo + 1] == "|"
        hi -= hi > lo and text[hi - 1] == "|"
    cells, at = [], lo
    while True:
        nxt = text.find(mark, at, hi)
        if nxt < 0:
            cells.append(_cell(text, at, hi))
            return tuple(cells)
        cells.append(_cell(text, at, nxt))
        at = nxt + 1


def _caption(text: str, start: int) -> str:
    """Up to three short lines above a table: its title, its unit, its period."""
    lines = [ln.strip() for ln in text[max(0, start - 600) : start].split("\n")]
    kept: list[str] = []
    for line in reversed([ln for ln in lines if ln]):
        if len(kept) == 3 or len(line) > 160 or "|" in line or "\t" in line:
            break
        kept.insert(0, line)
    return "\n".join(kept)


def find_grids(text: str) -> list[Grid]:
    """Blocks of two or more lines that share a separator: pipes, tabs, or wide gaps."""
    out: list[Grid] = []
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
            if len(rows) >= 2 and sum(len(r) for r in rows) <= _MOST_CELLS:
                out.append(Grid(rows, _caption(text, block[0][0]), block[0][0], block[-1][1]))
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


def csv_grid(text: str) -> Grid | None:
    """The whole text as one delimited table, quoted fields and all; None where it is not one."""
    first = next((ln for ln in text.split("\n") if ln.strip()), "")
    counts = {d: first.count(d) for d in ",;\t|，"}
    mark = max(counts, key=lambda d: counts[d])
    rows = _delimited(text, mark) if counts[mark] else []
    if len(rows) < 2:
        return None
    lead = 0  # lines of title above the header have fewer filled cells
    width = max(sum(1 for c in r if c.text) for r in rows[:20])
    while lead < min(5, len(rows) - 2) and sum(1 for c in rows[lead] if c.text) < max(2, width / 2):
        lead += 1
    caption = "\n".join(" ".join(c.text for c in r if c.text) for r in rows[:lead])
    return Grid(tuple(rows[lead:]), caption, 0, len(text))


def _delimited(text: str, mark: str) -> list[tuple[Cell, ...]]:
    """The rows that hold something, up to the most cells that are read."""
    rows: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    i, n, cells = 0, len(text), 0
    while i <= n and cells < _MOST_CELLS:
        cell, i = _field(text, i, mark)
        row.append(cell)
        cells += 1
        if i >= n or text[i] == "\n":
            if any(c.text for c in row):
                rows.append(tuple(row))
            row = []
            if i >= n:
                break
        i += 1
    return rows


def _field(text: str, start: int, mark: str) -> tuple[Cell, int]:
    """The field at `start`, and where it ends: at its delimiter, a new line or the end."""
    i = j = start
    n = len(text)
    if not text.startswith('"', start):
        while j < n and text[j] not in (mark, "\n"):
            j += 1
        return _cell(text, start, j), j
    j = i + 1
    while j < n and not (text[j] == '"' and text[j + 1 : j + 2] != '"'):
        j += 2 if text[j] == '"' else 1
    cell = Cell(text[i + 1 : j].replace('""', '"').strip(), i + 1, min(j, n))
    i = j + 1
    while i < n and text[i] not in (mark, "\n"):
        i += 1
    return cell, i
