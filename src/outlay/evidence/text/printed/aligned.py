"""Tables whose columns are told by where their words stand: in a typed text, on a printed page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outlay.evidence.text.parsed import ParsedCell, ParsedTable

__all__ = ["Piece", "aligned_tables", "tables_of"]

_GAP = re.compile(r"(?: {2,}|\t+| ?(?:\. ?){3,}|…+| ?_{3,})[ \t]*")
_GAPS = ("  ", "\t", "…", "..", ". .", "__")
"""One of them stands in each."""
_VALUE = re.compile(
    r"[(（]?\s?[-–—−+~<>≤≥]?\s?(?:[A-Z]{0,3}[$€£¥₩₹]|[A-Z]{3})?\s?[(（]?[-–—−]?\d[\d.,'’ ]*"
    r"(?:\s?[–—-]\s?\d[\d.,]*)?"
    r"\s?(?:[%x×*†]|bn|mn?|[MGkT]W|[EAF])?\s?[)）]?(?:\s?[(（\[]\w{1,2}[)）\]])?|[-–—]+|n/?[am]|N/?[AM]\.?"
)
_SIGN = re.compile(r"[A-Z]{0,3}[$€£¥₩₹]|[(（]|[A-Z]{0,3}[$€£¥₩₹]\s?[(（]")
_END = re.compile(r"[)）]?\s?%?[)）]?")
_YEAR = re.compile(r"(?:FY ?|Q[1-4] ?|H[12] ?)?(?:19|20)\d\d(?:年|[AEF]|[ -]?[QH][1-4])?")
_SAID = re.compile(r".*[a-z\u3400-\u9fff][.!?。！？]\W*")
_RULE = re.compile(r"[\s=_+|:-]*")
_LONGEST, _MOST_COLUMNS = 400, 60


@dataclass(frozen=True, slots=True)
class Piece:
    """Words without a gap: where they stand on their line, and in the text."""

    left: float
    right: float
    start: int
    end: int
    text: str


def aligned_tables(text: str, free: Sequence[tuple[int, int]]) -> Iterator[ParsedTable]:
    """Tables of a typed text, in the stretches of it that are no other table's."""
    for start, end in free:
        if all(text.find(gap, start, end) < 0 for gap in _GAPS):
            continue
        lines: list[list[Piece]] = []
        at = start
        while at < end:
            stop = text.find("\n", at, end)
            stop = end if stop < 0 else stop
            lines.append(list(_pieces(text, at, stop)))
            at = stop + 1
        yield from tables_of(lines)


def _pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    """The pieces of a line; one that only rules it off has none."""
    line = text[start:end]
    if len(line) > _LONGEST or _RULE.fullmatch(line):
        return
    wide = [2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line]
    at = len(line) - len(line.lstrip())
    left = sum(wide[:at])
    while at < len(line):
        gap = _GAP.search(line, at)
        stop = gap.start() if gap else len(line.rstrip())
        if stop > at:
            right = left + sum(wide[at:stop])
            yield Piece(left, right, start + at, start + stop, line[at:stop])
            left = right
        if not gap:
            return
        left += sum(wide[gap.start() : gap.end()])
        at = gap.end()


def tables_of(lines: Sequence[Sequence[Piece]]) -> Iterator[ParsedTable]:
    """The tables among lines, each the pieces that stand on it: two or more lines, one after
    another, that hold a value in a column. A line without pieces is blank.
    """
    block: list[list[Piece]] = []
    blanks = 0
    for line in (*lines, (), ()):
        pieces = _joined(line)
        if len(pieces) > 1:
            block.append(pieces)
            blanks = 0
        elif pieces and block and not blanks and len(pieces[0].text) < 60:
            block.append(pieces)  # the name of a group of rows, or a note below
        elif block and not pieces and not blanks and _is_head(block):
            blanks += 1
        else:
            yield from _table(block)
            block = [pieces] if len(pieces) > 1 else []
            blanks = 0


def _is_head(block: Sequence[Sequence[Piece]]) -> bool:
    """Whether only headers were met so far: a blank line may follow them."""
    return not any(_is_value(p.text) for line in block for p in line[1:])


def _is_value(text: str) -> bool:
    return _VALUE.fullmatch(text) is not None and not _YEAR.fullmatch(text)


def _joined(line: Sequence[Piece]) -> list[Piece]:
    """Pieces with a sign that stands apart joined to its number; none of a line of sentences with
    two spaces after each."""
    out: list[Piece] = []
    for p in line:
        if out and (_SIGN.fullmatch(out[-1].text) or (_END.fullmatch(p.text) and p.text)):
            last = out.pop()
            text = f"{last.text}{p.text}"
            p = Piece(last.left, p.right, last.start, p.end, text)
        out.append(p)
    said = len(out) > 1 and _is_head([out]) and any(_SAID.fullmatch(p.text) for p in out)
    return [] if said else out


def _table(block: list[list[Piece]]) -> Iterator[ParsedTable]:
    """The block as a table, if its lines are rows of one."""
    while block and len(block[-1]) < 2:
        block.pop()
    valued = [line for line in block if not _is_head([line])]
    if len(valued) < 2 or len(valued) * 2 < len(block):
        return
    cells = tuple(map(tuple, _rows_of(block, valued)))
    if cells:
        yield ParsedTable(block[0][0].start, max(p.end for p in block[-1]), cells)


def _rows_of(
    block: Sequence[Sequence[Piece]], valued: Sequence[Sequence[Piece]]
) -> Iterator[Iterator[ParsedCell]]:
    """The cells of each line of a block, of which some hold values; none: it has no columns."""
    columns = _columns(valued)
    heads = next(n for n, line in enumerate(block) if line is valued[0])
    long = {len(line) for line in block if len(line) > 1}
    if len(long) == 1 and len(columns) <= max(long) <= _MOST_COLUMNS:  # labels may be too long
        yield from (_listed(line, n, n < heads) for n, line in enumerate(block))
    elif 2 <= len(columns) <= _MOST_COLUMNS:
        for n, line in enumerate(block):
            yield (_head if n < heads else _row)(line, columns, n)


def _listed(line: Sequence[Piece], n: int, header: bool) -> Iterator[ParsedCell]:
    """The cells of a line that has one for each column."""
    for i, p in enumerate(line):
        yield ParsedCell(p.start, p.end, n, i, header=header and len(line) > 1)


def _columns(valued: Sequence[Sequence[Piece]]) -> list[tuple[float, float]]:
    """Stretches in which pieces of the rows with values overlap: the columns, from the left."""
    counts: dict[int, int] = {}
    for line in valued:
        counts[len(line)] = counts.get(len(line), 0) + 1
    most = max(n for n, c in counts.items() if c * 4 >= max(counts.values()))
    spans = sorted((p.left, p.right) for line in valued if len(line) >= most for p in line)
    out: list[tuple[float, float]] = []
    for left, right in spans:
        if out and left < out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], right))
        else:
            out.append((left, right))
    return out


def _head(
    line: Sequence[Piece], columns: Sequence[tuple[float, float]], n: int
) -> Iterator[ParsedCell]:
    """The cells of a line above the values: each reaches over the columns nearest to it."""
    stub = line[0].left < columns[0][1]
    rest = list(range(1, len(columns)))
    pieces = list(line[1:] if stub else line)
    if stub:
        yield ParsedCell(line[0].start, line[0].end, n, 0, header=True)
    if not pieces or len(pieces) > len(rest):
        yield from (c for c in _row(pieces, columns, n) if pieces)
        return
    over: dict[int, list[int]] = {}
    for i in rest:
        a, b = columns[i]
        near = [max(p.left - b, a - p.right, 0.0) for p in pieces]
        middle = [abs(p.left + p.right - a - b) for p in pieces]
        best = min(range(len(pieces)), key=lambda k: (near[k], middle[k]))
        over.setdefault(best, []).append(i)
    for k, p in enumerate(pieces):
        mine = over.get(k)
        if mine:
            yield ParsedCell(p.start, p.end, n, mine[0], 1, mine[-1] - mine[0] + 1, header=True)


def _row(
    line: Sequence[Piece], columns: Sequence[tuple[float, float]], n: int
) -> Iterator[ParsedCell]:
    """The cells of a line: each in the columns that it stands over, or the nearest one."""
    taken = -1
    for p in line:
        over = [i for i, (a, b) in enumerate(columns) if p.left < b and a < p.right]
        if not over:
            middle = (p.left + p.right) / 2
            over = [min(range(len(columns)), key=lambda i: abs(sum(columns[i]) / 2 - middle))]
        if _VALUE.fullmatch(p.text):
            over = over[-1:]
        first = max(over[0], taken + 1)
        last = max(over[-1], first)
        if first >= len(columns):
            first = last = taken + 1
        taken = last
        yield ParsedCell(p.start, p.end, n, first, 1, last - first + 1)
