"""Text in the columns of a terminal, where a Chinese character takes two and stands for a word."""

from __future__ import annotations

import re
import textwrap
from unicodedata import east_asian_width

__all__ = ["columns", "padded", "wrapped"]

CLOSES = "，。；：、）》”’！？%"
"""What no line begins with."""
OPENS = "（《“‘"
"""What no line ends with."""
_PIECE = re.compile(rf"[{OPENS}]*(?:[^\W\d_a-zA-Z]|[^\s⺀-\uffff]+|.)[{CLOSES}]*|\s+")


def columns(text: str) -> int:
    """How many columns a text takes."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def padded(text: str, to: int, *, right: bool = False) -> str:
    """A text with spaces beside it, to a number of columns."""
    gap = " " * max(to - columns(text), 0)
    return gap + text if right else text + gap


def wrapped(text: str, width: int, lead: str = "", later: str = "") -> list[str]:
    """Lines of at most `width` columns: the first after `lead`, the others after `later`.

    No word is broken: one that is longer than a line stands in its own.
    """
    if columns(text) == len(text):
        return textwrap.wrap(
            text, width, initial_indent=lead, subsequent_indent=later, break_long_words=False,
            break_on_hyphens=False,
        )  # fmt: skip
    lines, line = list[str](), lead
    for piece in _PIECE.findall(text):
        begun = line not in (lead, later)
        if begun and columns(line) + columns(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = later
            piece = piece.lstrip()
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines
