"""Traditional characters read as simplified ones, so that one set of words finds both."""

from __future__ import annotations

import re
from functools import cache

from outlay.evidence.rules import words

__all__ = ["simplified"]


@cache
def _characters() -> dict[int, str]:
    return {
        ord(pair[0]): pair[1] for line in words("calendar.traditional") for pair in line.split()
    }


@cache
def _terms() -> tuple[re.Pattern[str], dict[str, str]]:
    said = dict(pair.split() for pair in words("calendar.taiwan"))
    return re.compile("|".join(said)), said


def simplified(text: str) -> str:
    """The text in simplified characters, as long as it was: no offset moves."""
    if text.isascii():
        return text
    pattern, said = _terms()
    return pattern.sub(lambda m: said[m[0]], text.translate(_characters()))
