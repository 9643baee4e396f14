"""Bytes to text that can be shown: the encoding found, and letters left out that people do not see.

Notes say both where it matters.
"""

from __future__ import annotations

import re

from outlay.evidence.text.parsed import counted

__all__ = ["decode", "runs_in", "shown", "unseen_in", "without_runs"]

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)  # fmt: skip
_DECLARED = re.compile(rb"charset=[\"']?([\w-]+)")
_LINE = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""What begins a new line or page, by other names."""
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
    "\ufdd0-\ufdef\ufffe\uffff]"
)
"""Control characters, marks that turn the direction of text, and what Unicode says is no letter."""

_LONGEST_RUN = 1_000
_RUN, _RUN_OF_CELLS = (
    re.compile(rf"(?<![^\s，。、；：！？|{more}])[^\s，。、；：！？|{more}]{{{_LONGEST_RUN + 1},}}")
    for more in ("", ",;")
)


def decode(raw: bytes) -> tuple[str, str]:
    """The text, and the encoding that it was taken for; '' where it says so itself or is UTF-8."""
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return raw.decode(name, "replace"), ""
    declared = _DECLARED.search(raw[:2000])
    names = ["utf-8", *([declared[1].decode("ascii")] if declared else []), "gb18030", "cp1252"]
    for name in names:
        try:
            return raw.decode(name), "" if name == "utf-8" else name
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("utf-8", "replace"), "utf-8"


def shown(text: str) -> tuple[str, tuple[str, ...]]:
    """The text less what cannot be shown or turns what is shown, and a note of what that was.

    A quote of it may stand on a page: what people read must be what is written.
    """
    text = _LINE.sub("\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    cuts, notes = unseen_in(text)
    return (_UNSEEN.sub("", text) if cuts else text), notes


def unseen_in(text: str) -> tuple[list[tuple[int, int]], tuple[str, ...]]:
    """Where characters stand that cannot be shown, and a note of what they are."""
    found = list(_UNSEEN.finditer(text))
    if not found:
        return [], ()
    codes = ", ".join(f"U+{ord(c):04X}" for c in sorted({m[0] for m in found})[:8])
    note = f"{counted(len(found), 'character')} of no visible kind left out ({codes})"
    return [m.span() for m in found], (note,)


def without_runs(text: str, *, cells: bool) -> tuple[str, tuple[str, ...]]:
    """The text less what goes on for thousands of letters without a space, and a note of it."""
    cuts, notes = runs_in(text, cells=cells)
    return ((_RUN_OF_CELLS if cells else _RUN).sub("…", text) if cuts else text), notes


def runs_in(text: str, *, cells: bool = False) -> tuple[list[tuple[int, int]], tuple[str, ...]]:
    """Where a text goes on for thousands of letters without a space, and a note of it.

    Nobody writes so: it is a picture in letters, or made to be read for ever. cells: whether commas
    part the text too.
    """
    cuts = [m.span() for m in (_RUN_OF_CELLS if cells else _RUN).finditer(text)]
    runs = counted(len(cuts), "run")
    note = f"{runs} of over {_LONGEST_RUN:,} characters without a space left out"
    return cuts, (note,) if cuts else ()
