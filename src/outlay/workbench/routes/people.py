"""Who may come in, with what; and the trail of what was done. For admins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from outlay.results.base import Row
from outlay.results.kept.workbench import Entry, HeldToken, Who
from outlay.workbench.routes.answers import row, rows
from outlay.workbench.routes.asked import Asker, Body, Held, Id

__all__ = ["Secret", "router"]

AnyRole = Literal["viewer", "editor", "admin"]


class NewPerson(Body):
    """Somebody who is to come in."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    role: AnyRole


class NewToken(Body):
    """A token that is to be made: whose, with what scope, for how long."""

    person: Annotated[str, Field(min_length=1, max_length=80)]
    role: AnyRole
    days: Annotated[float, Field(gt=0, le=3660, strict=False)] = 90.0
    said: Annotated[str, Field(max_length=200)] = ""


@dataclass(frozen=True, slots=True)
class Secret(Row):
    """A token, shown this once."""

    token: str
    """What is sent as `Authorization: Bearer`."""


def people(house: Held, who: Asker) -> Response:
    """Everybody of the workspace."""
    return rows(house.store.people(who))


def add(house: Held, who: Asker, body: NewPerson) -> Response:
    """Let somebody in."""
    return row(house.store.add_person(who, body.name, body.role), 201)


def remove(house: Held, who: Asker, id: Id) -> Response:
    """Let somebody in no longer."""
    house.store.remove_person(who, id)
    return Response(status_code=204)


def tokens(house: Held, who: Asker) -> Response:
    """Every token, without its secret."""
    return rows(house.store.tokens(who))


def make(house: Held, who: Asker, body: NewToken) -> Response:
    """Make a token; it is shown this once."""
    made = house.store.make_token(who, body.person, body.role, body.days, body.said)
    return row(Secret(made), 201)


def revoke(house: Held, who: Asker, id: Id) -> Response:
    """A token that counts no longer."""
    house.store.revoke(who, id)
    return Response(status_code=204)


def trail(house: Held, who: Asker, after: Annotated[int, Query(ge=0, le=2**53)] = 0) -> Response:
    """The next lines of the trail after a number, oldest first."""
    return rows(house.store.trail(who, after))


router = APIRouter(tags=["people"])
router.get("/people", response_model=list[Who])(people)
router.post("/people", status_code=201, response_model=Who)(add)
router.delete("/people/{id}", status_code=204, response_model=None)(remove)
router.get("/tokens", response_model=list[HeldToken])(tokens)
router.post("/tokens", status_code=201, response_model=Secret)(make)
router.delete("/tokens/{id}", status_code=204, response_model=None)(revoke)
router.get("/trail", response_model=list[Entry])(trail)
