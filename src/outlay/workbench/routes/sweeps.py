"""Sweeps: begun as work, looked at while they go on, taken along as a table."""

from __future__ import annotations

import base64
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from outlay.results.kept.workbench import HeldSweep, Work
from outlay.workbench.live.frames import texts
from outlay.workbench.routes.answers import document, kind, row, rows
from outlay.workbench.routes.asked import Asker, Body, Held, Id, Language
from outlay.workbench.routes.runs import BYTES, attached
from outlay.workbench.routes.scenarios import changes_of
from outlay.workbench.routes.studies import files_of, handed

__all__ = ["router"]

Path = Annotated[str, Query(max_length=500)]
Varied = Annotated[str, Field(min_length=1, max_length=20_000)]


class NewSweep(Body):
    """A sweep of a study: what is varied, and how."""

    vary: Annotated[list[Varied], Field(min_length=1, max_length=100)]
    sample: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    set: Annotated[list[Varied], Field(max_length=500)] = Field(default_factory=list)
    scenario: Annotated[str, Field(max_length=200)] = ""


def begin(house: Held, who: Asker, id: Id, body: NewSweep) -> Response:
    """Ask for a sweep; every case is kept as soon as it is known."""
    held = house.store.study(who, id)
    under, own = changes_of(house, who, id, body.scenario)
    changes = [*under, *body.set]
    files = texts(files_of(house, who, id, held.version))
    house.desk.ask("vary", files=files, changes=changes, own=own, vary=body.vary,
                   sample=body.sample, seed=body.seed)  # fmt: skip
    asked = {"version": held.version, "changes": changes, "own": own, "vary": body.vary,
             "sample": body.sample, "seed": body.seed}  # fmt: skip
    return row(house.store.ask(who, "sweep", id, asked), 202)


def sweeps(house: Held, who: Asker) -> Response:
    """All sweeps, the newest first, and how far each is."""
    return rows(house.store.sweeps(who))


def sweep(house: Held, who: Asker, id: Id) -> Response:
    """What a sweep has found so far."""
    return document(house.desk.ask("sweep", **handed(house, who, id)))


def table(house: Held, who: Asker, id: Id) -> Response:
    """Its cases so far, a row each, as Parquet."""
    data = base64.b64decode(house.desk.ask("sweep_table", **handed(house, who, id)))
    return attached(data, "sweep.parquet")


def part(
    house: Held, who: Asker, id: Id, part: Literal["drivers", "surface"], x: Path = "",
    y: Path = "", of: Path = "", language: Language = "en",
) -> Response:  # fmt: skip
    """What drives an answer, or an answer over two inputs, as a piece of HTML."""
    said = house.desk.ask("sweep_part", **handed(house, who, id), part=part, x=x, y=y, of=of,
                          language=language)  # fmt: skip
    return Response(said, media_type="text/html; charset=utf-8")


HTML: dict[int | str, dict[str, object]] = {
    200: {"description": "A piece of HTML.",
          "content": {"text/html": {"schema": {"type": "string"}}}}
}  # fmt: skip
router = APIRouter(tags=["sweeps"])
router.post("/studies/{id}/sweeps", status_code=202, response_model=Work)(begin)
router.get("/sweeps", response_model=list[HeldSweep])(sweeps)
router.get("/sweeps/{id}", response_model=None, responses=kind("sweep", "The sweep."))(sweep)
router.get("/sweeps/{id}/rows.parquet", response_model=None, responses=BYTES)(table)
router.get("/sweeps/{id}/parts/{part}", response_model=None, responses=HTML)(part)
