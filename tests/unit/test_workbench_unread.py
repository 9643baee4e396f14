"""What a request holds that no route reads is said in words: found, allowed, and what was meant."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from outlay.core.errors import InputError, Problem
from outlay.workbench.routes.asked import Body
from outlay.workbench.routes.means.unread import known_names, refuse_unknown, unread


class _New(Body):
    text: str
    worlds: Annotated[int, Query(ge=1)] = 1
    role: Literal["viewer", "editor"] = "viewer"


def _more(language: str = "en") -> str:
    return language


def _asked(query: str) -> Request:
    """A request to a route with a body and two names in its query, one of them a dependency's."""
    router = APIRouter()

    def put(
        body: _New,
        more: Annotated[str, Depends(_more)],
        changes: Annotated[list[str], Query(alias="set")],
    ) -> None: ...

    router.post("/x")(put)
    scope: dict[str, Any] = {
        "type": "http", "query_string": query.encode(), "route": router.routes[0], "headers": [],
    }  # fmt: skip
    return Request(scope)


def _problem(given: dict[str, object]) -> Problem:
    with pytest.raises(ValidationError) as err:
        _New.model_validate(given)
    (first,) = RequestValidationError(
        [{**e, "loc": ("body", *e["loc"])} for e in err.value.errors()]
    ).errors()
    return unread(first, known_names(_asked("")))


def test_names_are_those_of_the_body_and_of_all_that_reads_the_query() -> None:
    assert known_names(_asked("")) == {
        "query": ["set", "language"],
        "body": ["text", "worlds", "role"],
    }
    assert known_names(Request({"type": "http", "app": FastAPI()})) == {"query": [], "body": []}


@pytest.mark.parametrize(
    ("given", "what", "value", "allowed", "hint"),
    [
        ({"text": "a", "wrlds": 3}, "no such field", "3", "text, worlds, role", "worlds"),
        ({}, "`text` is missing", "", "text, worlds, role", ""),
        ({"text": 5}, "not text", "5", "text", ""),
        ({"text": "a", "worlds": "many"}, "not a whole number", "'many'", "a whole number", ""),
        ({"text": "a", "worlds": 0}, "should be greater than or equal to 1", "0", "1 or more", ""),
        ({"text": "a", "role": "editr"}, "not one of the words allowed", "'editr'",
         "viewer, editor", "editor"),
    ],
)  # fmt: skip
def test_a_body_is_refused_by_its_field(
    given: dict[str, object], what: str, value: str, allowed: str, hint: str
) -> None:
    found = _problem(given)
    assert (found.what, found.value, found.allowed) == (what, value, allowed)
    assert found.where.startswith("body")
    assert hint in found.hint
    assert bool(hint) == bool(found.hint)


def test_a_name_of_the_query_that_nothing_reads_is_refused_and_not_left_out() -> None:
    refuse_unknown(_asked("set=a=1&set=b=2&language=zh"))
    with pytest.raises(InputError) as err:
        refuse_unknown(_asked("sett=discount_rate=3"))
    (found,) = err.value.problems()
    assert (found.where, found.value, found.allowed) == (
        "query.sett",
        "discount_rate=3",
        "set, language",
    )
    assert "'set'" in found.hint
