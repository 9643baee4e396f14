"""The words of a printed page in the order of reading: column by column, tables by their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

__all__ = ["Word", "lines_of", "pieces_of"]

_LEAST_LINES, _LEAST_WORDS, _NARROW = 6, 3.0, 6.0
_LETTER = re.compile(r"[A-Za-z\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its box on the page; top counts downwards."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def lines_of(words: Sequence[Word]) -> list[list[Word]]:
    """Lines of words in the order of reading; a gap between blocks is an empty line."""
    if not words:
        return []
    gutter = _gutter(words)
    if gutter is None:
        return list(_spaced(_rows(words)))
    out: list[list[Word]] = []
    sides: tuple[list[Word], list[Word]] = [], []

    def end_columns() -> None:
        for side in sides:
            lines = list(_spaced(_rows(side)))
            if lines and out and _goes_on(out, lines[0]):
                out.pop()
            out.extend([*lines, []] if lines else [])
            side.clear()

    for row in _rows(words):
        if _is_across(row, gutter):  # a line over both columns ends those above it
            end_columns()
            out += [row, []]
        else:
            for w in row:
                sides[w.left >= gutter].append(w)
    end_columns()
    return out


def _is_across(row: Sequence[Word], at: float) -> bool:
    """Whether a line goes on over the place where a gutter may be."""
    end, begin = _sides(row, at)
    return any(w.left < at < w.right for w in row) or begin - end < _NARROW


def _sides(row: Sequence[Word], at: float) -> tuple[float, float]:
    """Where the words left of a place end, and where those right of it begin."""
    end = max((w.right for w in row if w.right <= at), default=float("-inf"))
    return end, min((w.left for w in row if w.left >= at), default=float("inf"))


def _goes_on(lines: Sequence[Sequence[Word]], line: Sequence[Word]) -> bool:
    """Whether a sentence is begun at the foot of a column and ended at the head of the next."""
    if len(lines) < 2 or lines[-1] or not lines[-2] or not line:
        return False
    return lines[-2][-1].text[-1] not in ".。!?！？:：" and line[0].text[0].islower()


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words by the lines that they stand on, from the top, each from the left."""
    rows: list[list[Word]] = []
    for w in sorted(words, key=lambda w: ((w.top + w.bottom) / 2, w.left)):
        last = rows[-1][-1] if rows else None
        middle = (w.top + w.bottom) / 2
        if last and middle < last.bottom - 0.2 * (last.bottom - last.top):
            rows[-1].append(w)
        else:
            rows.append([w])
    return [sorted(r, key=lambda w: w.left) for r in rows]


def _spaced(rows: Sequence[list[Word]]) -> Iterator[list[Word]]:
    """The rows with an empty one where more space than usual stands between two."""
    steps = [b[0].top - a[0].top for a, b in pairwise(rows)]
    usual = median(steps) if steps else 0.0
    for n, row in enumerate(rows):
        if n and steps[n - 1] > 1.45 * usual and steps[n - 1] > 1.6 * (row[0].bottom - row[0].top):
            yield []
        yield row


def _gutter(words: Sequence[Word]) -> float | None:
    """Where the space between two columns of prose is; None where the page has one column.

    A table has such a space too, but its lines are short or numbers on one side of it.
    """
    rows = _rows(words)
    if len(rows) < _LEAST_LINES:
        return None
    across, at = _least_crossed(rows, min(w.left for w in words), max(w.right for w in words))
    if across > 0.25 * len(rows):
        return None
    apart = [row for row in rows if not _is_across(row, at)]
    left_side = [[w for w in row if w.right <= at] for row in apart]
    right_side = [[w for w in row if w.left >= at] for row in apart]
    return at if _is_prose(left_side) and _is_prose(right_side) else None


def _least_crossed(rows: Sequence[Sequence[Word]], left: float, right: float) -> tuple[int, float]:
    """The place in the middle of a page that fewest lines go over, and how many do."""
    places = [left + (right - left) * part / 100 for part in range(35, 66, 2)]
    return min((sum(_is_across(row, x) for row in rows), x) for x in places)


def _is_prose(side: Sequence[Sequence[Word]]) -> bool:
    """Whether the lines of a column are of words, enough of them on most lines."""
    filled = [row for row in side if row]
    spoken = [sum(_LETTER.search(w.text) is not None for w in row) for row in filled]
    return len(filled) >= _LEAST_LINES and median(spoken) >= _LEAST_WORDS


def pieces_of(line: Sequence[Word]) -> Iterator[list[Word]]:
    """The words of a line parted where the space is wide enough to part cells."""
    piece: list[Word] = []
    for w in line:
        if piece and w.left - piece[-1].right > 0.9 * (w.bottom - w.top):
            yield piece
            piece = []
        piece.append(w)
    if piece:
        yield piece
