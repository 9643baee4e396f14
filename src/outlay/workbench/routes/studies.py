"""Studies: kept in versions, checked, shown as inputs."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from outlay.results.kept.inputs import Inputs
from outlay.results.kept.workbench import HeldStudy, Who
from outlay.workbench.live.frames import texts
from outlay.workbench.routes.answers import document, kind, row, rows, tagged
from outlay.workbench.routes.asked import (
    Asker,
    Body,
    Changes,
    Held,
    House,
    Id,
    Language,
    Match,
    Text,
    decoded,
)

__all__ = ["Version", "files_of", "handed", "router"]

STUDY = "study.yaml"
Version = Annotated[int | None, Query(ge=1, le=999_999_999)]


class NewStudy(Body):
    """A study with the files that it names."""

    text: Text
    files: dict[str, Annotated[str, Field(max_length=50_000_000)]] = Field(default_factory=dict)


class SavedStudy(Body):
    """A study as it is to stand; files left out: they stay."""

    text: Text
    files: dict[str, Annotated[str, Field(max_length=50_000_000)]] | None = None


def files_of(house: House, who: Who, study: str, version: int | None = None) -> dict[str, bytes]:
    """A study and the files that it names, as `outlay plan` keeps them."""
    found = house.store.study(who, study, version)
    beside = house.store.study_files(who, study, version)
    return {**beside, STUDY: found.text.encode()}


def _title(house: House, text: str, files: dict[str, bytes], *, given: bool = True) -> str:
    """The study's title. Raises what is wrong with it; of files that were given with it, those
    that it does not name."""
    said = house.desk.ask("title", files=texts({**files, STUDY: text.encode()}), changes=[],
                          given=given)  # fmt: skip
    return str(json.loads(said)["title"])


def me(who: Asker) -> Response:
    """Who asks."""
    return row(who)


def studies(house: Held, who: Asker) -> Response:
    """Every study of the workspace, without its text."""
    return rows(house.store.studies(who))


def add(house: Held, who: Asker, body: NewStudy) -> Response:
    """Keep a study; its title is read from it."""
    files = decoded(body.files)
    title = _title(house, body.text, files)
    found = house.store.add_study(who, title, body.text, files)
    return tagged(found, found.version, 201)


def study(house: Held, who: Asker, id: Id, version: Version = None) -> Response:
    """A study in its newest version, or another."""
    found = house.store.study(who, id, version)
    return tagged(found, found.version)


def save(house: Held, who: Asker, id: Id, body: SavedStudy, match: Match) -> Response:
    """Save a study as the next version, on top of the one that `If-Match` names."""
    files = None if body.files is None else decoded(body.files)
    beside = dict(house.store.study_files(who, id)) if files is None else files
    title = _title(house, body.text, beside, given=files is not None)
    found = house.store.save_study(who, id, match, title, body.text, files)
    return tagged(found, found.version)


def remove(house: Held, who: Asker, id: Id, match: Match) -> Response:
    """Take a study away; its runs stay."""
    house.store.remove_study(who, id, match)
    house.floor.forget((who.workspace, id))
    return Response(status_code=204)


def versions(house: Held, who: Asker, id: Id) -> Response:
    """Every version of a study, without its text."""
    return rows(house.store.versions(who, id))


def check(house: Held, who: Asker, id: Id, changes: Changes = [], scenario: str = "") -> Response:  # noqa: B006
    """What `outlay check` says of it."""
    files = files_of(house, who, id)
    said = house.desk.ask("check", files=texts(files), changes=changes, scenario=scenario)
    return document(said)


def inputs(house: Held, who: Asker, id: Id, language: Language = "en") -> Response:
    """Its numbers as sliders, in groups; those that a sweep found to move most come first."""
    held = house.store.study(who, id)
    sweep = _newest_sweep(house, who, id)

    def made() -> str:
        asked = handed(house, who, sweep) if sweep else {}
        files = texts(files_of(house, who, id, held.version))
        return house.desk.ask("inputs", files=files, language=language, study=id,
                              version=held.version, **asked)  # fmt: skip

    key = ("inputs", who.workspace, id, held.version, language, sweep)
    return document(house.shelf.get(key, made))


def _newest_sweep(house: House, who: Who, study: str) -> str:
    """The newest sweep of the study that is done; empty: there is none."""
    done = (w.result for w in house.store.works(who, "sweep", study) if w.state == "done")
    return next(done, "")


def handed(house: House, who: Who, sweep: str) -> dict[str, object]:
    """A sweep and its journal, as a reader is handed them."""
    held = house.store.sweep(who, sweep)
    found = [[case, text.decode()] for case, text in house.store.sweep_rows(who, sweep)]
    return {"id": sweep, "spec": held.spec, "rows": found}


def evidence(house: Held, who: Asker, id: Id) -> Response:
    """What its documents claim, contradictions first."""
    version = house.store.study(who, id).version

    def made() -> str:
        return house.desk.ask("evidence", files=texts(files_of(house, who, id, version)))

    return document(house.shelf.get(("evidence", who.workspace, id, version), made))


router = APIRouter(tags=["studies"])
router.get("/me", response_model=Who)(me)
router.get("/studies", response_model=list[HeldStudy])(studies)
router.post("/studies", status_code=201, response_model=HeldStudy)(add)
router.get("/studies/{id}", response_model=HeldStudy)(study)
router.put("/studies/{id}", response_model=HeldStudy)(save)
router.delete("/studies/{id}", status_code=204, response_model=None)(remove)
router.get("/studies/{id}/versions", response_model=list[HeldStudy])(versions)
router.get("/studies/{id}/check", responses=kind("check", "The check."), response_model=None)(check)
router.get("/studies/{id}/inputs", response_model=Inputs)(inputs)
router.get(
    "/studies/{id}/evidence", responses=kind("claims", "What they claim."), response_model=None
)(evidence)
