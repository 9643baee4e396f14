"""Turn a validator's errors into problems that a user can act on: line, path, found, allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from outlay.core.errors import Problem, nearest
from outlay.core.quantities.currencies import nearest_currency
from outlay.study.model.shape import Shape, members, study_shape
from outlay.study.paths import Path
from outlay.study.reading.slips import key_slip

__all__ = ["MAX_PROBLEMS", "in_order", "problems_of"]

MAX_PROBLEMS = 200

Where = Callable[[Path], str]
"""Path → `file:line: path`, as errors show it."""


def problems_of(err: ValidationError, raw: Mapping[str, Any], where: Where) -> list[Problem]:
    """Every error of `err`, in the user's words; `raw` is what was validated."""
    found = [_one(e, raw, where) for e in err.errors(include_url=False)[:MAX_PROBLEMS]]
    more = err.error_count() - len(found)
    if more > 0:
        found.append(Problem(f"and {more} more errors"))
    return list(dict.fromkeys(found))


def shape_at(path: Sequence[str | int]) -> Shape:
    """The schema's node at `path`."""
    shape = study_shape()
    for part in path:
        shape = members(shape).get(str(part)) or shape.item
    return shape


def _one(error: ErrorDetails, raw: Mapping[str, Any], where: Where) -> Problem:
    loc = tuple(p for p in error["loc"] if not (isinstance(p, str) and p.startswith("<")))
    loc = tuple(p for p in loc if p != "[key]")
    kind = str(error["type"])
    if kind == "extra_forbidden" and loc[-1:] != error["loc"][-1:]:
        loc = (*loc, error["loc"][-1])  # a key of the user's that looks like a tag of ours
    context: Mapping[str, object] = error.get("ctx") or {}
    if "what" in context:
        loc = (*loc, str(context["at"])) if "at" in context else loc
        return Problem(
            str(context["what"]),
            where(loc),
            str(context.get("found", "")),
            str(context.get("allowed", "")),
            str(context.get("hint", "")),
        )
    if kind == "missing":
        parent = loc[:-1]
        takes = shape_at(loc).takes
        return Problem(f"`{loc[-1]}` is missing", where(parent), "", takes)
    if kind == "extra_forbidden":
        return _unknown_key(loc, where)
    return _by_kind(kind, loc, error, context, raw, where)


def _unknown_key(loc: Path, where: Where) -> Problem:
    names = list(members(shape_at(loc[:-1])))
    allowed = ", ".join(names) if len(names) <= 12 else ""
    hint = "; ".join(h for h in (nearest(str(loc[-1]), names), key_slip(str(loc[-1]))) if h)
    return Problem("unknown key", where(loc), str(loc[-1]), allowed, hint)


def _by_kind(
    kind: str,
    loc: Path,
    error: ErrorDetails,
    context: Mapping[str, object],
    raw: Mapping[str, Any],
    where: Where,
) -> Problem:
    shape = shape_at(loc)
    found = _shown(error.get("input"))
    if kind == "literal_error":
        return _no_such_word(error.get("input"), shape.choices or _keys(loc), where(loc))
    if kind in ("model_type", "dict_type"):
        allowed = "a mapping" if shape.kind == "free" else shape.takes
        return Problem("not a mapping", where(loc), found, allowed)
    if kind == "list_type":
        return Problem("not a list", where(loc), found, f"a list: `[{found.strip(chr(39))}]`")
    if kind == "string_type":
        hint = "put it in quotes" if isinstance(error.get("input"), int | float) else ""
        return Problem("not text", where(loc), found, shape.takes or "text", hint)
    if kind == "string_pattern_mismatch" and loc == ("currency",):
        hint = nearest_currency(str(error.get("input")))
        return Problem("not a currency", where(loc), found, "an ISO code: CNY, USD, EUR", hint)
    if kind in ("too_short", "too_long"):
        return _of_other_length(error.get("input"), context, where(loc))
    if kind in ("int_type", "int_from_float", "int_parsing"):
        return Problem("not a whole number", where(loc), found, "digits alone: `18`")
    what = str(error["msg"]).replace("Input should be", "should be")
    return Problem(what, where(loc), found, ", ".join([shape.takes, *_bounds(context)]))


def _of_other_length(given: object, context: Mapping[str, object], where: str) -> Problem:
    """A list, or names, with fewer or more entries than may stand there."""
    least, most = context.get("min_length"), context.get("max_length")
    many = len(given) if isinstance(given, list | Mapping) else 0
    if most is None:
        return Problem(f"needs {least} or more entries", where, f"{many}")
    return Problem("too many entries", where, f"{many}", f"{most} or fewer")


def _keys(loc: Path) -> Sequence[str]:
    """The names that may stand in the mapping in which the last part of `loc` does."""
    return shape_at(loc[:-1]).choices


def _no_such_word(given: object, choices: Sequence[str], where: str) -> Problem:
    quoted = isinstance(given, str) and given in choices
    hint = "write it without quotes" if quoted else nearest(str(given), choices)
    what = "not one of the words allowed"
    return Problem(what, where, _shown(given), ", ".join(choices), hint)


def _bounds(context: Mapping[str, object]) -> list[str]:
    """The least and the most that a number may be, in words."""
    ends = [(context.get(k), w) for k, w in (("ge", "or more"), ("le", "or less"))]
    return [f"{end:,} {word}" for end, word in ends if isinstance(end, int | float)]


def _shown(value: object) -> str:
    if isinstance(value, Mapping | list):
        return "a mapping" if isinstance(value, Mapping) else "a list"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value)[:60]


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems once each, in the order of the file."""

    def line(problem: Problem) -> int:
        parts = problem.where.split(":")
        return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0

    return sorted(dict.fromkeys(problems), key=line)
