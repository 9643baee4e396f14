"""Text that goes into names, titles and cells: letters that every reader of ours can show."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from outlay.core.errors import Problem

__all__ = ["LONGEST", "alike", "hidden", "name_problem", "path_problem", "shown"]

LONGEST = 200
"""Characters of a name."""
LONGEST_PART, LONGEST_PATH = 255, 4095
"""Bytes of one name in a path, and of all: more no file system of today takes."""
_FORMULA = ("=", "+", "-", "@")
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of text: what is read is not what is written."""
_LINES = frozenset("\u2028\u2029")
_UNSEEN = frozenset("\u00ad\u200b\u2060\u2061\u2062\u2063\u2064\ufeff")
"""What takes no place: two names that look the same would differ. Joiners are not among them, as
letters of some scripts and signs are made with them."""


def hidden(text: str, *, lines: bool = False) -> str:
    """What a text holds that cannot be shown or turns what is shown, as U+XXXX; '' for nothing.

    lines: whether it may hold line ends, tabs and hyphens that are only seen at one. Refused are
    control characters, halves of surrogate pairs, characters that Unicode says are none, what takes
    no place, separators of lines and marks that turn the direction.
    """
    if text.isascii() and text.isprintable():  # most: nothing to look for
        return ""
    for char in text:
        if lines and (char in "\n\r\t" or char in _UNSEEN):
            continue
        if _is_hidden(char):
            return f"U+{ord(char):04X}"
    return ""


def _is_hidden(char: str) -> bool:
    code = ord(char)
    odd = unicodedata.category(char) in ("Cc", "Cs") or 0xE0000 <= code <= 0xE007F
    return (
        odd or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
        or char in _TURNS or char in _LINES or char in _UNSEEN
    )  # fmt: skip


def alike(name: str) -> str:
    """What two names share that a reader, a file system or a sheet takes for one.

    Letter case, spaces, width, the way accents are encoded and what takes no place are set aside.
    """
    shown = "".join(c for c in unicodedata.normalize("NFKC", name) if not _is_hidden(c))
    return unicodedata.normalize("NFKC", " ".join(shown.split()).casefold())


def name_problem(text: str) -> str:
    """Why a text is no name; '' where it is one."""
    if not text.strip():
        return "an empty name"
    if odd := hidden(text):
        return f"holds the character {odd}, which cannot be shown"
    if len(text) > LONGEST:
        return f"longer than {LONGEST} characters"
    if text.startswith(_FORMULA):
        return f"begins with '{text[0]}', which a spreadsheet takes for a formula"
    return ""


def shown(text: str) -> str:
    """A text as a terminal may show it: what is hidden in it stands as an escape."""
    if text.isprintable():
        return text
    escaped = (c.encode("unicode_escape").decode() if hidden(c, lines=True) else c for c in text)
    return "".join(escaped)


def path_problem(path: str | Path, where: str = "") -> Problem | None:
    """What nobody means by a path: the sign for a home folder, which a shell expands and we do not,
    and what is too long for any file system. where: the option; none: the path itself."""
    text, at = str(path), where
    first, *_ = Path(path).parts or ("",)
    if first.startswith("~") and (first == "~" or os.path.expanduser(first) != first):
        return Problem(
            "`~` stands for your home folder in a shell only, and only where it is not quoted and "
            "begins a word", at or text, text if at else "", "a path",
            f"write {os.path.expanduser(text)}",
        )  # fmt: skip
    longest = max((len(_coded(part)) for part in Path(path).parts), default=0)
    short = f"{text[:40]}…"
    for size, most, of in (
        (longest, LONGEST_PART, "a name"),
        (len(_coded(text)), LONGEST_PATH, "a path"),
    ):
        if size > most:
            found = f"{short if at else ''} {size:,} bytes".strip()
            return Problem(f"too long for {of}", at or short, found, f"{most:,} bytes")
    return None


def _coded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
