"""What a verb is asked, checked by what its parameters say: the same in Python and in a terminal.

A number is finite and within its least and most, a text and a path hold letters that can be shown,
a list is a list. Every mistake is told at once, by the option's name.
"""

from __future__ import annotations

import functools
import inspect
import math
import numbers
import os
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import ParamSpec, TypeVar, Union

from outlay.api.places import place_problems, places_of
from outlay.api.says import Says
from outlay.core.errors import InputError, Problem, QuantityError, nearest
from outlay.core.ingest.names import hidden, path_problem, shown
from outlay.core.periods import parse_date

__all__ = [
    "Asked",
    "asked_of",
    "checked",
    "number_of",
    "path_of",
    "refuse_places",
    "refuse_values",
    "spoken",
    "text_of",
]

P = ParamSpec("P")
T = TypeVar("T")
MOST_DIGITS = 400
MOST_BITS = 1000
"""Of a whole number: far from the end of what a float holds."""
NUMBER = re.compile(
    r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+(?:_\d+)*)?(?:\.\d+|\.)?(?:[eE][+-]?\d{1,4})?", re.ASCII
)
PLAIN = (bool, int, float, str, Path)
"""Types that are looked at here; what another type holds, its verb looks at."""
NO_PATH = (bool, numbers.Number, bytes, list, tuple, set)
WEB = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""How an address begins, of which a path keeps one stroke."""
DAYS = "2025-12-31, 2025-12 or 2025"
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Of a day that an option names: those that a source of a study may be of."""
EXAMPLES = "a number such as 24, 2_500 or 1e6"


@dataclass(frozen=True, slots=True)
class Asked:
    """A parameter: its option's name, what it says, and the types that it may be of."""

    option: str
    says: Says
    kinds: tuple[object, ...]
    many: bool
    may_miss: bool


@functools.cache
def asked_of(function: Callable[..., object]) -> dict[str, Asked]:
    """The parameters of a verb that say what they mean, by name."""
    notes: dict[str, object] = dict(inspect.get_annotations(function))
    notes.pop("return", None)
    holder = type("Parameters", (), {"__annotations__": notes})
    space: dict[str, object] = getattr(inspect.unwrap(function), "__globals__", {})
    hints: dict[str, object] = typing.get_type_hints(
        holder, globalns=space, localns=space, include_extras=True
    )
    out = {}
    for name, hint in hints.items():
        parts: tuple[object, ...] = typing.get_args(hint)
        says = next((m for m in parts[1:] if isinstance(m, Says)), None)
        if says is not None:
            out[name] = _asked(name, parts[0], says)
    return out


def _asked(name: str, kind: object, says: Says) -> Asked:
    option = name if says.argument else f"--{name.replace('_', '-')}"
    if says.flag:
        option = says.flag.partition("/")[0]
    parts: tuple[object, ...] = (
        typing.get_args(kind) if typing.get_origin(kind) in (Union, types.UnionType) else (kind,)
    )
    lists = [p for p in parts if typing.get_origin(p) in (list, Sequence)]
    kinds = typing.get_args(lists[0]) if lists else tuple(p for p in parts if p is not type(None))
    return Asked(option, says, kinds, bool(lists), type(None) in parts)


def checked(verb: Callable[P, T]) -> Callable[P, T]:
    """The verb, which refuses what its parameters do not say. Raises InputError."""

    @functools.wraps(verb)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            given = inspect.signature(verb).bind(*args, **kwargs)
        except TypeError:
            return verb(*args, **kwargs)  # Python says best what is wrong with the call
        arguments: dict[str, object] = given.arguments
        refuse_values(verb, arguments)
        if any(a.says.writes for a in asked_of(verb).values()):
            whole = inspect.signature(verb).bind(*args, **kwargs)
            whole.apply_defaults()
            refuse_places(asked_of(verb), whole.arguments)
        for name, value in arguments.items():
            if type(value) in PLAIN:
                continue
            if isinstance(value, numbers.Integral):  # another library's, of another precision
                arguments[name] = int(value)
            elif isinstance(value, numbers.Real):
                arguments[name] = float(value)
        return verb(*given.args, **given.kwargs)

    return asked


def refuse_values(function: Callable[..., object], given: Mapping[str, object]) -> None:
    """Raise InputError for every value that is not what its parameter says."""
    said = asked_of(function)
    found = [
        p for name, value in given.items() if name in said for p in _problems(said[name], value)
    ]
    if found:
        raise InputError(found)


def refuse_places(said: Mapping[str, Asked], given: Mapping[str, object]) -> None:
    """Raise InputError for every output that cannot be written, or that should not be."""
    places = [p for name, asked in said.items()
              for p in places_of(asked.option, asked.says, given.get(name))]  # fmt: skip
    if found := list(place_problems(places, given)):
        raise InputError(found)


def _problems(asked: Asked, value: object) -> Iterator[Problem]:
    if value is None and asked.may_miss:
        return
    if not asked.many:
        yield from _one(asked, value)
        return
    if Path in asked.kinds and isinstance(value, str | os.PathLike):
        yield from _one(asked, value)  # one document is a list of one
        return
    if isinstance(value, str | bytes):
        yield Problem("one text where a list is meant", asked.option, repr(value)[:80],
                      "a list of texts", f"[{value!r}]"[:120])  # fmt: skip
        return
    if not isinstance(value, Sequence):
        yield Problem("not a list", asked.option, repr(value)[:80], "a list of texts")
        return
    for item in value:
        yield from _one(asked, item)
    named = [str(item) for item in value if isinstance(item, str | os.PathLike)]
    for item in dict.fromkeys(x for x in named if named.count(x) > 1):
        yield Problem("given twice", asked.option, item[:80], "once")


def _one(asked: Asked, value: object) -> Iterator[Problem]:
    """What is wrong with one value, by the first of its kinds that it could be of."""
    option, kinds = asked.option, asked.kinds
    if asked.says.day and isinstance(value, str | date):
        yield from _day(option, value)
        return
    others = tuple(k for k in kinds if isinstance(k, type) and k not in PLAIN)
    if others and isinstance(value, others):
        return
    if bool in kinds:
        if not isinstance(value, bool):
            yield Problem("not yes or no", option, repr(value)[:80], "True or False")
    elif int in kinds or float in kinds:
        yield from _number(asked, value, whole=float not in kinds)
    elif Path in kinds:
        yield from _path_or_not(option, value, alone=not others)
    elif str in kinds:
        yield from _said(asked, value)


def _said(asked: Asked, value: object) -> Iterator[Problem]:
    """What is wrong with a text, by what its parameter says of it."""
    option, among = asked.option, asked.says.among
    if not isinstance(value, str):
        yield Problem("not a text", option, repr(value)[:80], "a text")
        return
    yield from _text(option, value)
    if among and value not in among:
        allowed, near = ", ".join(among), nearest(value, among)
        yield Problem("not one of those known", option, repr(value)[:80], allowed, near)
    if asked.says.file and WEB.match(value):
        yield _address(option, value)


def _day(option: str, value: str | date) -> Iterator[Problem]:
    """What is wrong with a day of which anything could be known."""
    if not value:  # of Python: not given
        return
    try:
        found = parse_date(value)
    except QuantityError as err:
        yield from (Problem("not a date", option, p.value[:80], DAYS) for p in err.problems())
        return
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        allowed = f"a day of {FIRST_YEAR} to {LAST_YEAR}"
        yield Problem("a year that cannot be meant", option, str(value)[:80], allowed)


def _path_or_not(option: str, value: object, *, alone: bool) -> Iterator[Problem]:
    """alone: whether a path is all that it may be; else the verb says what is wrong with others."""
    if isinstance(value, str):
        yield from _path(option, value)
    elif isinstance(value, os.PathLike):
        yield from _path(option, os.fsdecode(value))
    elif alone and (value is None or isinstance(value, NO_PATH)):
        yield Problem("not a path", option, repr(value)[:80], "a file or folder")


def _number(asked: Asked, value: object, *, whole: bool) -> Iterator[Problem]:
    right = numbers.Integral if whole else numbers.Real
    if isinstance(value, bool) or not isinstance(value, right):
        what = "not a whole number" if whole else "not a number"
        yield Problem(what, asked.option, repr(value)[:80], spoken(asked.says) or EXAMPLES)
        return
    number = value if isinstance(value, int) else float(value)
    least = -math.inf if asked.says.least is None else asked.says.least
    most = math.inf if asked.says.most is None else asked.says.most
    if isinstance(number, float) and not math.isfinite(number):
        what, allowed = "not a finite number", spoken(asked.says) or "a finite number"
        yield Problem(what, asked.option, f"{number:g}", allowed)
    elif isinstance(number, int) and number.bit_length() > MOST_BITS:
        told = "more digits than any number here has"
        yield Problem("out of range", asked.option, told, spoken(asked.says))
    elif not least <= number <= most:
        yield Problem("out of range", asked.option, f"{number:.15g}", spoken(asked.says))


def spoken(says: Says) -> str:
    """What a number may be, in words."""
    least, most = (None if x is None else f"{x:,.10g}".replace(",", "_")
                   if abs(x) < 1e10 else f"{x:.3g}" for x in (says.least, says.most))  # fmt: skip
    if least is None:
        return "" if most is None else f"up to {most}"
    return f"at least {least}" if most is None else f"{least} to {most}"


def _path(option: str, text: str) -> Iterator[Problem]:
    if not text.strip():
        yield Problem("not a path", option, shown(text)[:80] or "nothing", "a file or folder")
    elif odd := hidden(text):
        what = f"holds the character {odd}, which cannot be shown"
        yield Problem(what, option, ascii(text)[:80])
    elif WEB.match(text):
        yield _address(option, text)
    elif problem := path_problem(text, option):
        yield problem


def _address(option: str, text: str) -> Problem:
    hint = "fetch it first, and name the file"
    return Problem("an address, not a file", option, text[:200], "a file or folder here", hint)


def _text(option: str, value: str) -> Iterator[Problem]:
    if odd := hidden(value, lines=True):
        yield Problem(
            f"holds the character {odd}, which cannot be shown", option, ascii(value)[:80]
        )


# What the terminal gives is text; read here as a study's fields are.


def number_of(asked: Asked, text: object) -> float:
    """A number as it was typed, a whole one where the parameter is one. Raises InputError."""
    if not isinstance(text, str):  # a default
        return text  # type: ignore[return-value]
    plain = text.strip()
    whole = float not in asked.kinds
    if not any(c.isdigit() for c in plain) or not NUMBER.fullmatch(plain):
        what = "not a finite number" if plain.lower().lstrip("+-") in NOT_FINITE else "not a number"
        raise InputError(
            Problem(
                what, asked.option, shown(text)[:80] or "nothing", spoken(asked.says) or EXAMPLES,
                _plainly(plain),
            )
        )  # fmt: skip
    found = Decimal(plain.replace(",", "").replace("_", ""))
    if whole and found == found.to_integral_value() and found.adjusted() < MOST_DIGITS:
        return int(found)
    if whole:
        raise InputError(Problem("not a whole number", asked.option, shown(text)[:80] or "nothing",
                                 spoken(asked.says) or EXAMPLES))  # fmt: skip
    return float(found)


NOT_FINITE = ("nan", "inf", "infinity")
SCALES = {"k": 3, "M": 6, "mn": 6, "B": 9, "bn": 9, "T": 12, "tn": 12}
WITH_UNIT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([^\W\d_]+)\S*", re.ASCII)


def _plainly(text: str) -> str:
    """How a number with a scale or a unit behind it is written where none is taken."""
    found = WITH_UNIT.fullmatch(text)
    if found is None or found[2].lower() in ("e", "x"):
        return ""
    if found[2] in SCALES and found.end(2) == len(text):
        return f"write {found[1]}e{SCALES[found[2]]}"
    return "a plain number, without a unit"


def path_of(asked: Asked, text: object) -> Path:
    """A path as it was typed. Raises InputError for one that is empty or cannot be shown."""
    if isinstance(text, str) and (found := list(_path(asked.option, text))):
        raise InputError(found)
    return Path(str(text))


def text_of(asked: Asked, text: object) -> str:
    """A text as it was typed. Raises InputError for one that cannot be shown."""
    if found := list(_text(asked.option, str(text))):
        raise InputError(found)
    return str(text)
