"""What a request holds that no route reads, said with what was found, allowed and meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from outlay.core.errors import InputError, Problem, nearest
from outlay.core.ingest.names import shown

__all__ = ["known_names", "refuse_unknown", "unread"]

TYPES = {
    "string_type": "text", "int_type": "a whole number", "int_parsing": "a whole number",
    "int_from_float": "a whole number", "float_type": "a number", "float_parsing": "a number",
    "bool_type": "true or false", "bool_parsing": "true or false", "list_type": "a list",
    "dict_type": "an object", "model_type": "an object", "model_attributes_type": "an object",
    "finite_number": "a finite number",
}  # fmt: skip
"""What the value of a field is to be, by the reader's kind of refusal."""
ENDS = (("ge", "{} or more"), ("gt", "more than {}"), ("le", "{} or less"), ("lt", "less than {}"),
        ("min_length", "a length of {} or more"), ("max_length", "a length of {} or less"),
        ("expected", "{}"), ("pattern", "{}"))  # fmt: skip


def refuse_unknown(request: Request) -> None:
    """Raise InputError for a name of the query that this address does not take.

    Left alone it would be a change, or a limit, that was asked for and is not in the answer.
    """
    known = known_names(request)["query"]
    found = [
        Problem("no such name in the query", f"query.{shown(name)[:80]}", shown(value)[:80],
                ", ".join(known) or "none", nearest(name, known))
        for name, value in dict(request.query_params).items()
        if name not in known
    ]  # fmt: skip
    if found:
        raise InputError(found[:20])


def known_names(request: Request) -> dict[str, list[str]]:
    """The names that the route takes, in its query and at the top of its body."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return {"query": [], "body": []}
    body = None if route.body_field is None else route.body_field.field_info.annotation
    of_body = isinstance(body, type) and issubclass(body, BaseModel)
    fields = getattr(body, "model_fields", {}) if of_body else {}
    return {"query": list(dict.fromkeys(_query(route.dependant))), "body": list(fields)}


def _query(of: Dependant) -> list[str]:
    return [p.alias for p in of.query_params] + [n for d in of.dependencies for n in _query(d)]


def unread(error: Mapping[str, object], names: Mapping[str, Sequence[str]]) -> Problem:
    """One refusal of the reader. names: as of `known_names`."""
    kind, at = str(error["type"]), error["loc"]
    loc = tuple(at) if isinstance(at, tuple | list) else (at,)
    where = shown(".".join(map(str, loc)))[:120]
    top = names.get(str(loc[0]), ()) if len(loc) == 2 else ()
    given = shown(repr(error.get("input"))[:80])
    if kind == "extra_forbidden":
        return Problem("no such field", where, given, ", ".join(top), nearest(str(loc[-1]), top))
    if kind == "missing":
        return Problem(f"`{loc[-1]}` is missing", where, allowed=", ".join(top))
    if kind == "json_invalid":
        context = error.get("ctx")
        why = context.get("error", "") if isinstance(context, dict) else ""
        return Problem(f"not JSON: {str(why).lower()}"[:200], where)
    if kind in TYPES:
        return Problem(f"not {TYPES[kind]}", where, given, TYPES[kind])
    if kind in ("literal_error", "enum"):
        words = re.findall(r"'([^']+)'", _limits(error))
        return Problem("not one of the words allowed", where, given, ", ".join(words),
                       nearest(str(error.get("input")), words))  # fmt: skip
    what = str(error["msg"]).replace("Input should be", "should be")
    return Problem(what, where, given, _limits(error))


def _limits(error: Mapping[str, object]) -> str:
    told = error.get("ctx")
    found = told if isinstance(told, dict) else {}
    return ", ".join(
        words.format(f"{found[key]:,}" if isinstance(found[key], int | float) else found[key])
        for key, words in ENDS
        if found.get(key) is not None
    )[:200]
