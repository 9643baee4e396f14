"""JSON as its standard has it: no key twice, no NaN, no number that a float cannot hold.

What Python's own reader lets pass is looked for in the bytes first, which costs little, and only
where something was found is each number or key looked at.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import NoReturn

from outlay.core.errors import InputError, Problem
from outlay.core.ingest.text import decoded

__all__ = ["MOST_DEPTH", "holds_large", "strict_json"]

MOST_DEPTH = 64
_LONG = 100
"""Digits of a number beyond 10^99."""
_EXPONENT = re.compile(rb"\d[eE]\+?0*[1-9]\d{2}")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_QUOTED = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
"""A text, also one without its end: nothing of it is looked at twice."""


def strict_json(
    data: bytes | str, where: str, error: type[InputError] = InputError, *, line: int = 0
) -> object:
    """The value that a JSON text holds.

    line: the line of a file where the text stands alone; 0: the text is the file. Raises `error`
    with the line for what is no JSON, for a key twice in a mapping, for a number out of range, for
    half a pair of surrogates, and for more than MOST_DEPTH levels.
    """
    text = decoded(data, where, error) if isinstance(data, bytes) else data

    def refuse(what: str, value: str = "", allowed: str = "", at: int = 1) -> NoReturn:
        place = f"{where}:{line or at}"
        raise error(Problem(what, place, value[:80], allowed))

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(items)
        if len(found) < len(items):
            names = [k for k, _ in items]
            twice = next(k for k in names if names.count(k) > 1)
            refuse("a key twice", repr(twice), "each key once", _line_of_twice(text, twice))
        return found

    def constant(word: str) -> NoReturn:
        refuse("not a finite number", word, "a finite number", _line_of(text, word))

    def number(word: str) -> float:
        if math.isinf(found := float(word)):
            refuse("a number out of range", word, "a finite number", _line_of(text, word))
        return found

    def whole(word: str) -> int:
        if len(word) > 300:
            refuse("a number out of range", word, "a finite number", _line_of(text, word))
        return int(word)

    if _depth(text) > MOST_DEPTH:
        refuse("nested too deeply", allowed=f"{MOST_DEPTH} levels")
    long = holds_large(text)
    try:
        found: object = json.loads(
            text, object_pairs_hook=pairs, parse_constant=constant,
            parse_float=number if long else None, parse_int=whole if long else None,
        )  # fmt: skip
    except json.JSONDecodeError as err:
        what, hint = _why_not(text, err)
        raise error(Problem(what, f"{where}:{line or err.lineno}", hint=hint)) from None
    except RecursionError:
        refuse("nested too deeply", allowed=f"{MOST_DEPTH} levels")
    if _HALF.search(text):
        for part in _texts(found):
            if not _whole(part):
                refuse("half a character: a lone surrogate", ascii(part), "Unicode text")
    return found


def _why_not(text: str, err: json.JSONDecodeError) -> tuple[str, str]:
    """What is wrong with a text that is no JSON, and how it is mended as far as can be told."""
    rest = text[err.pos :].lstrip()
    before = text[: err.pos].rstrip()
    what = f"not JSON: {err.msg.lower()}"
    if not text.strip():
        return "not JSON: an empty file", "write the values into it, or name another file"
    if rest.startswith(("//", "/*", "#")):
        return what, "JSON has no comments: take them out"
    if rest.startswith("'"):
        return what, "JSON takes double quotes"
    if re.match(r"(?:True|False|None)\b", rest):
        return what, "JSON writes true, false and null"
    if before.endswith(",") and rest[:1] in ("}", "]"):
        return what, "no comma after the last entry"
    if not rest or err.msg.startswith("Unterminated"):
        return what, "the text ends early: is the file whole?"
    if err.msg.startswith("Expecting ','"):
        return what, "a comma is missing before it, or a bracket too few"
    if err.msg.startswith("Extra data"):
        return what, "one value and nothing after it"
    if not before and rest[:1] not in ("{", "["):
        return what, "a JSON text begins with { or ["
    return what, "a value: text in double quotes, a number, true, false, null, a list, a mapping"


def _line_of(text: str, word: str) -> int:
    """The line of a bare word, outside quotes as far as can be told cheaply."""
    at = re.search(rf"(?<![\w\".+-]){re.escape(word)}(?![\w.])", text)
    return text.count("\n", 0, at.start()) + 1 if at else 1


def _line_of_twice(text: str, key: str) -> int:
    """The line where a key stands the second time; the first where it is escaped."""
    found = re.finditer(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:", text)
    places = [m.start() for m in found]
    return text.count("\n", 0, places[1]) + 1 if len(places) > 1 else 1


def _depth(text: str) -> int:
    """Levels of nesting; brackets in quotes are left out only where they would matter."""
    found = _levels(text)
    return _levels(_QUOTED.sub("", text)) if found > MOST_DEPTH else found


def holds_large(text: str | bytes) -> bool:
    """Whether a number of a JSON text may go beyond 10^99; quick, and sure where it says no."""
    import numpy as np  # here: `outlay doctor` answers where no library is there

    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    codes = np.frombuffer(data, dtype=np.uint8)
    digit = (codes >= ord("0")) & (codes <= ord("9"))
    other = np.flatnonzero(~digit)
    if len(data) > _LONG and np.max(np.diff(other, prepend=-1, append=len(data))) > _LONG + 1:
        return True
    power = digit[:-1] & ((codes[1:] | 0x20) == ord("e"))
    return any(_EXPONENT.match(data, int(at)) for at in np.flatnonzero(power))


def _levels(text: str) -> int:
    import numpy as np

    codes = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    opens = (codes == ord("[")) | (codes == ord("{"))
    closes = (codes == ord("]")) | (codes == ord("}"))
    at = np.flatnonzero(opens | closes)
    steps = np.where(opens[at], 1, -1)
    return int(np.max(np.cumsum(steps))) if len(at) else 0


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
