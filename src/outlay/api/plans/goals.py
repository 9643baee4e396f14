"""What a goal is about: the input that is moved, the number of the result, and the range."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from outlay.core.errors import InputError, Problem, StudyError, UnknownNameError, nearest
from outlay.core.quantities.scales import leading_scale

if TYPE_CHECKING:
    from outlay.results.plans.plan import Plan
    from outlay.results.study import Number
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["number_at", "read_target", "span_of", "stated_number"]

NUMBER = re.compile(r"([-+]?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(\D*)")
PERCENT = 100
TENFOLD = 10.0
"""How far from its value an input without a stated range is moved, as a factor."""


def stated_number(study: LoadedStudy, path: str) -> Number:
    """The one number of a study at `path`. Raises StudyError, InputError where it is not one."""
    from outlay.study.paths import text_of

    wanted = text_of(study.resolve(path))
    under = [e for e in study.ledger if e.path == wanted or e.path.startswith(f"{wanted}.")]
    if len(under) != 1:
        names = [e.path for e in under]
        what = "not a single number of the study" if names else "no number of the study"
        found = f"{len(names)} numbers" if names else "text, a name or a list"
        allowed = ", ".join(names[:8]) or "a number that the study states: discount_rate"
        hint = "name the one to move" if names else ""
        raise InputError(Problem(what, path, found, allowed, hint))
    return under[0]


def read_target(text: str) -> tuple[str, float]:
    """The number of the result and what it should be, from `PATH=VALUE`. Raises InputError.

    >>> read_target("expected_cost=90bn"), read_target("served_share = 95 %")
    (('expected_cost', 90000000000.0), ('served_share', 0.95))
    """
    path, sign, value = text.partition("=")
    found = NUMBER.fullmatch(value.strip())
    scale = leading_scale(found[2]) if found and found[2] not in ("", "%") else (Decimal(1), 0)
    if not (path.strip() and sign and found and scale) or scale[1] != len(found[2].rstrip("%")):
        bare = "a plain number, in the study's currency and base units"
        hint = bare if found and path.strip() else ""
        raise InputError(
            Problem("not a target", "--target", repr(text)[:80], "PATH=VALUE (expected_cost=90bn)",
                    hint)
        )  # fmt: skip
    share = Decimal(100) if found[2] == "%" else Decimal(1)
    wanted = float(Decimal(found[1].replace("_", "")) * scale[0] / share)
    path = path.strip()
    _first_of(path)
    hint = f"{path}={value.strip()} %" if 1 < wanted <= PERCENT and not found[2] else ""
    _in_range(path, wanted, text, hint)
    return path, wanted


def _in_range(path: str, wanted: float, text: str, hint: str) -> None:
    """Raises InputError for a share that is none, and for what is no finite number."""
    if path.rpartition(".")[2].endswith("share") and not 0 <= wanted <= 1:
        raise InputError(
            Problem("a share is 0 to 1", "--target", repr(text), "0 to 1, or 0 % to 100 %", hint)
        )
    if not math.isfinite(wanted):
        raise InputError(Problem("not a finite number", "--target", repr(text)[:80]))


def _first_of(path: str) -> None:
    """Refuse a path of which no result holds the first name, before one is made."""
    from outlay.results.plans.plan import Plan

    names = [*Plan.__dataclass_fields__, *(n for n, p in vars(Plan).items() if _is_number(p))]
    first = path.split(".")[0]
    if first not in names and not hasattr(Plan, first):
        raise UnknownNameError(
            Problem("no such number in the result", "--target", path, ", ".join(names[:40]),
                    nearest(first, names))
        )  # fmt: skip


def _is_number(member: object) -> bool:
    return isinstance(member, property)


def span_of(study: LoadedStudy, entry: Number, low: str, high: str) -> tuple[float, float]:
    """The range of the input in its unit: as said, as the study states it, or tenfold around."""

    def said(text: str, option: str) -> float:
        try:
            moved = study.again([f"{entry.path}={text}"])
        except StudyError as err:
            raise InputError([replace(p, where=option) for p in err.problems()]) from None
        found = stated_number(moved, entry.path)
        if found.unit != entry.unit:
            raise InputError(Problem("another unit", option, text, entry.unit))
        return found.value

    least = entry.value / TENFOLD if entry.low is None else entry.low
    most = entry.value * TENFOLD if entry.high is None else entry.high
    least = said(low, "--low") if low else least
    most = said(high, "--high") if high else most
    if not least < most:
        raise InputError(
            Problem("not below --high", "--low", f"{least:g} {entry.unit}",
                    f"less than {most:g} {entry.unit}")
        )  # fmt: skip
    return least, most


def _names(value: object) -> list[str]:
    """What stands below a part of the result, by name."""
    if isinstance(value, Mapping):
        return [str(k) for k in value]
    return [n for n in dir(value) if not n.startswith("_") and not callable(getattr(value, n))]


def number_at(plan: Plan, path: str) -> float:
    """A number of the result by its dotted path: fields, properties, keys of mappings.

    Raises UnknownNameError where the path names nothing, InputError where it is no number.
    """
    value: object = plan
    rest = path
    while rest:
        names = _names(value)
        # A key may hold dots of its own: the longest that fits is meant.
        name = max((n for n in names if rest == n or rest.startswith(f"{n}.")), key=len, default="")
        if not name:
            raise UnknownNameError(
                Problem("no such number in the result", "--target", path,
                        ", ".join(names[:40]), nearest(rest.split(".")[0], names))
            )  # fmt: skip
        value = value[name] if isinstance(value, Mapping) else getattr(value, name)
        rest = rest[len(name) + 1 :]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(
            Problem("not a number of the result", "--target", path, ", ".join(_names(value)[:40]))
        )
    return float(value)
