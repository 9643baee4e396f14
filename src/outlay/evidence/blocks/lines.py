"""The lines of a text as headings, paragraphs and items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from outlay.evidence.blocks.types import Block, Table
from outlay.evidence.rules import pattern
from outlay.evidence.text.parsed import Mark, trimmed

__all__ = ["lines_between"]

_MARKED = re.compile(r"(#{1,6})[ \t]+\S")
_BOLD = re.compile(r"(\*\*|__)[^*_\n]{1,120}\1[:：]?$")
_ITEM = re.compile(r"(?:[-*+•·●■◆▪○–—]|[（(]?\d{1,2}[.)）、]|[（(]?[a-z][.)）])[ \t]?(?=\S)")
_BRACKETED = re.compile(r"[(（\[].*[)）\]]")
_NO_TITLE = re.compile(rf"{_BRACKETED.pattern}|{_ITEM.pattern}.*")
_STOPS = ".。!?！？;；,，:：|”"
_LETTERS = re.compile(r"[A-Za-z\u3400-\u9fff]")
_SHORT = 0.5
"""Part of the width of a wrapped text that a line has which goes on in the next."""
_MOST = 120
"""Characters of a heading."""


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
    begun: tuple[int, int] | None = None
    blank = True  # whether the line before is empty
    for a, b in _lines(text, start, end):
        line = text[a:b]
        level = heads[a].level or 3 if a in heads else _level(text, line, a, b, blank, width)
        goes_on = begun is not None and line != "" and not level
        if begun and not (goes_on and width and _goes_on(text, begun, line, width)):
            yield _block(text, *begun)
            begun = None
        if level:
            yield Block(a, b, "heading", level)
        elif line:
            begun = (begun[0] if begun else a), b
        blank = not line or level > 0
    if begun:
        yield _block(text, *begun)


def _block(text: str, start: int, end: int) -> Block:
    return Block(start, end, "item" if _ITEM.match(text, start) else "paragraph")


def _goes_on(text: str, begun: tuple[int, int], line: str, width: int) -> bool:
    """Whether a line of a wrapped text goes on with the paragraph that is begun."""
    start, end = begun
    last = text[max(start, text.rfind("\n", 0, end) + 1) : end]
    full = len(last) >= _SHORT * width and last[-1:] not in (":", "：")
    return full and not _ITEM.match(line) and not _BRACKETED.fullmatch(line)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines of a stretch, less the space round them."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield trimmed(text, start, stop)
        start = stop + 1


def _level(text: str, line: str, a: int, b: int, blank: bool, width: int) -> int:
    """The level of a heading, or 0: as it is marked, as it is counted, or as it stands alone."""
    if (marked := _MARKED.match(line)) and len(line) <= _MOST + 80:
        return len(marked[1])
    if len(line) > _MOST or "\t" in line or not _LETTERS.search(line):
        return 0
    level = 4 if _BOLD.fullmatch(line) else _counted(line)
    if level or line[-1] in _STOPS or _NO_TITLE.fullmatch(line):
        return level
    return _apart(text, line, a, b, blank, width)


def _apart(text: str, line: str, a: int, b: int, blank: bool, width: int) -> int:
    """The level of a line that stands first, or alone between blank ones; 0 of others."""
    alone = blank and text[b : b + 80].lstrip(" \t\r")[:2] in ("\n\n", "")
    if not alone and width and len(line) > _SHORT * width:
        return 0
    if a < _MOST and not text[:a].strip():
        return 1
    return 5 if alone and not line[0].islower() else 0


def _counted(line: str) -> int:
    """The level of a heading with a number, or in capitals; 0 of other lines."""
    for level, name in enumerate(("chapter", "section", "subsection"), 2):
        if pattern(f"blocks.{name}").match(line):
            return level
    capitals = line.isupper() and len(line) > 5 and line.isascii()
    return 2 if capitals and line[-1] not in _STOPS and not _NO_TITLE.fullmatch(line) else 0
