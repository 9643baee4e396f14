"""Bytes to text that can be shown: the encoding found, and letters left out that people do not see.

Notes say both where it matters.
"""

from __future__ import annotations

import re

from outlay.evidence.text.parsed import counted

__all__ = ["decode", "shown", "without_runs"]

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

_RUN = re.compile(r"[^\s，。、；：！？|]+")
_RUN_OF_CELLS = re.compile(r"[^\s，。、；：！？|,;]+")
_LONGEST_RUN = 1_000


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
    found = _UNSEEN.findall(text)
    if not found:
        return text, ()
    codes = ", ".join(f"U+{ord(c):04X}" for c in sorted(set(found))[:8])
    return _UNSEEN.sub("", text), (
        f"{counted(len(found), 'character')} of no visible kind left out ({codes})",
    )


def without_runs(text: str, *, cells: bool) -> tuple[str, tuple[str, ...]]:
    """The text less what goes on for thousands of letters without a space, and a note of it.

    Nobody writes so: it is a picture in letters, or made to be read for ever. cells: whether commas
    part the text too.
    """
    runs = 0

    def spared(found: re.Match[str]) -> str:
        nonlocal runs
        if found.end() - found.start() <= _LONGEST_RUN:
            return found[0]
        runs += 1
        return "…"

    made = (_RUN_OF_CELLS if cells else _RUN).sub(spared, text)
    if not runs:
        return text, ()
    return made, (
        f"{counted(runs, 'run')} of over {_LONGEST_RUN:,} characters without a space left out",
    )
