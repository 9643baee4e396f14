"""What a line that is no YAML was meant to be: signs of another keyboard, a space left out."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["key_slip", "line_slip"]

_SIGNS = str.maketrans("：，｛｝［］＃＆＊‘’“”", ":,{}[]#&*''\"\"")
_RUN_ON = re.compile(r"\s*(- +)?[\w.\-]+:[^\s:/]")
"""A key whose value follows without a space."""
_TWO_KEYS = re.compile(r":\s.*:(\s|$)")
_NO_BEGIN = re.compile(r"(:|-|^)\s+[@%`]")


def line_slip(line: str) -> str:
    """How to mend a line that cannot be read; '' where no slip is known."""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "indent with spaces, not tabs"
    if _RUN_ON.match(line):
        return "leave a space after `:`"
    for char in line:
        if found := _other(char):
            return found
    if _NO_BEGIN.search(line) or _TWO_KEYS.search(line):
        return "put the text in quotes"
    return ""


def key_slip(key: str) -> str:
    """The character of a key that is hardly the one it looks like; '' where all are usual."""
    odd = next((c for c in key if not c.isascii()), "")
    return f"U+{ord(odd):04X} stands in it" if odd else ""


def _other(char: str) -> str:
    plain = char.translate(_SIGNS)
    code = f"U+{ord(char):04X}"
    if plain != char:
        return f"write `{plain}` for `{char}` ({code})"
    if unicodedata.category(char) == "Zs" and char != " ":
        return f"write a plain space for {code}"
    return ""
