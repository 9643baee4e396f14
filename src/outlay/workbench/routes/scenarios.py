"""Named changes of a study, each value with its source, day and approver."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from outlay.results.kept.workbench import Assumed, HeldScenario, Who
from outlay.workbench.routes.answers import rows, tagged
from outlay.workbench.routes.asked import Asker, Body, Held, House, Id, Match, Name

__all__ = ["changes_of", "router"]

Short = Annotated[str, Field(max_length=2_000)]


class OneValue(Body):
    """One value, and who stands behind it."""

    path: Annotated[str, Field(min_length=1, max_length=500)]
    value: Annotated[str, Field(min_length=1, max_length=20_000)]
    source: Short = ""
    date: Annotated[str, Field(max_length=40)] = ""
    approver: Annotated[str, Field(max_length=200)] = ""


class NewScenario(Body):
    """A scenario as it is to stand."""

    note: Annotated[str, Field(max_length=20_000)] = ""
    values: Annotated[list[OneValue], Field(max_length=500)]


def changes_of(house: House, who: Who, study: str, name: str) -> tuple[tuple[str, ...], str]:
    """(what a held scenario lays over the study, the name where the study itself holds it)."""
    if not name:
        return (), ""
    for held in house.store.scenarios(who, study):
        if held.name == name:
            return tuple(f"{v.path}={v.value}" for v in held.values), ""
    return (), name


def scenarios(house: Held, who: Asker, id: Id) -> Response:
    """The scenarios of a study."""
    return rows(house.store.scenarios(who, id))


def scenario(house: Held, who: Asker, id: Id, name: Name) -> Response:
    """One scenario."""
    found = house.store.scenario(who, id, name)
    return tagged(found, found.version)


def save(house: Held, who: Asker, id: Id, name: Name, body: NewScenario, match: Match) -> Response:
    """Save a scenario on top of the version that `If-Match` names; `"0"` makes a new one."""
    values = tuple(Assumed(v.path, v.value, v.source, v.date, v.approver) for v in body.values)
    found = house.store.save_scenario(who, id, name, match, body.note, values)
    return tagged(found, found.version, 200 if match else 201)


def remove(house: Held, who: Asker, id: Id, name: Name, match: Match) -> Response:
    """Take a scenario away."""
    house.store.remove_scenario(who, id, name, match)
    return Response(status_code=204)


router = APIRouter(tags=["scenarios"])
PLACE = "/studies/{id}/scenarios"
router.get(PLACE, response_model=list[HeldScenario])(scenarios)
router.get(f"{PLACE}/{{name}}", response_model=HeldScenario)(scenario)
router.put(f"{PLACE}/{{name}}", response_model=HeldScenario)(save)
router.delete(f"{PLACE}/{{name}}", status_code=204, response_model=None)(remove)
