"""The lines of a text as headings, paragraphs and items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from outlay.evidence.blocks.types import Block, Table
from outlay.evidence.rules import pattern
from outlay.evidence.text.parsed import Mark

__all__ = ["lines_between", "wrapped_width"]

_MARKED = re.compile(r"(#{1,6})[ \t]+\S")
_BOLD = re.compile(r"(\*\*|__)[^*_\n]{1,120}\1[:：]?$")
_ITEM = re.compile(r"(?:[-*+•·●■◆▪○–—]|[（(]?\d{1,2}[.)）、]|[（(]?[a-z][.)）])[ \t]?(?=\S)")
_BRACKETED = re.compile(r"[(（\[].*[)）\]]")
_STOPS = ".。!?！？;；,，:：|”"
_LETTERS = re.compile(r"[A-Za-z\u3400-\u9fff]")
_MOST = 120
"""Characters of a heading."""


def wrapped_width(text: str) -> int:
    """The line width of a hard-wrapped text (PDF, e-mail), or 0 where lines are paragraphs."""
    lengths = sorted(len(ln) for ln in text.split("\n") if ln.strip())
    if len(lengths) < 8:
        return 0
    p50, p95 = lengths[len(lengths) // 2], lengths[int(len(lengths) * 0.95)]
    return p95 if p50 >= 30 and p95 <= 130 and p50 >= 0.7 * p95 else 0


def lines_between(
    text: str, tables: Sequence[Table], marks: Sequence[Mark], width: int
) -> list[Block]:
    """The blocks that stand between the tables, in order; lines of a wrapped text are joined."""
    out: list[Block] = []
    heads = {m.start: m for m in marks if m.kind == "heading"}
    at = 0
    for start, end in (*((t.start, t.end) for t in tables), (len(text), len(text))):
        out += _blocks(text, at, start, heads, width)
        at = max(at, end)
    return out


def _blocks(text: str, start: int, end: int, heads: dict[int, Mark], width: int) -> Iterator[Block]:
    open_from = open_to = -1
    blank = True  # whether the line before is empty
    for a, b in _lines(text, start, end):
        line = text[a:b]
        level = heads[a].level or 3 if a in heads else _level(text, line, a, b, blank, width)
        item = not level and _ITEM.match(line)
        joins = width and not blank and not item and text[open_to - 1 : open_to] not in ":："
        if open_from >= 0 and (not line or level or not joins):
            yield Block(open_from, open_to, "item" if _ITEM.match(text, open_from) else "paragraph")
            open_from = -1
        if level:
            yield Block(a, b, "heading", level)
        elif line:
            open_from, open_to = (a if open_from < 0 else open_from), b
        blank = not line or level > 0
    if open_from >= 0:
        yield Block(open_from, open_to, "item" if _ITEM.match(text, open_from) else "paragraph")


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines of a stretch, less the space round them."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        a, b = start, stop
        while a < b and text[a].isspace():
            a += 1
        while b > a and text[b - 1].isspace():
            b -= 1
        yield a, b
        start = stop + 1


def _level(text: str, line: str, a: int, b: int, blank: bool, width: int) -> int:
    """The level of a heading, or 0: as it is marked, as it is counted, or as it stands alone."""
    if not line or len(line) > _MOST + 80 or not _LETTERS.search(line):
        return 0
    if marked := _MARKED.match(line):
        return len(marked[1])
    if len(line) > _MOST or "\t" in line:
        return 0
    if _BOLD.fullmatch(line):
        return 4
    for level, name in enumerate(("chapter", "section", "subsection"), 1):
        if pattern(f"blocks.{name}").match(line):
            return level + 1
    if line[-1] in _STOPS or _ITEM.match(line) or _BRACKETED.fullmatch(line):
        return 0
    if line.isupper() and len(line) > 5 and line.isascii():
        return 2
    if len(line) > (0.75 * width if width else _MOST):
        return 0
    if a < _MOST and not text[:a].strip():
        return 1
    ends = text[b : b + 80].lstrip(" \t\r")[:2] in ("\n\n", "")
    return 5 if blank and ends and not line[0].islower() else 0
