"""Work that takes longer than a request: asked for, followed, cancelled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from outlay.results.kept.workbench import Work
from outlay.workbench.live.studio import PING_S, Event
from outlay.workbench.routes.answers import paged, row
from outlay.workbench.routes.asked import PAGE, Asker, Body, Held, Id, Most, Past
from outlay.workbench.routes.live import EVENTS, events
from outlay.workbench.routes.scenarios import changes_of

__all__ = ["router"]

LOOK_S = 0.5
ENDED = frozenset(("done", "failed", "cancelled", "interrupted"))


class NewPlan(Body):
    """A plan of a study with changes, to be kept as a run."""

    set: Annotated[list[Annotated[str, Field(max_length=20_000)]], Field(max_length=500)] = Field(
        default_factory=list
    )
    scenario: Annotated[str, Field(max_length=200)] = ""
    name: Annotated[str, Field(max_length=200)] = ""
    quick: bool = False
    language: Annotated[str, Field(pattern="^(en|zh)$")] = "en"


def plan(house: Held, who: Asker, id: Id, body: NewPlan) -> Response:
    """Ask for a whole plan; its folder is kept as a run."""
    held = house.store.study(who, id)
    under, own = changes_of(house, who, id, body.scenario)
    asked = {
        "version": held.version, "changes": [*under, *body.set], "own": own, "set": body.set,
        "scenario": body.scenario, "name": body.name, "quick": body.quick,
        "language": body.language,
    }  # fmt: skip
    return row(house.store.ask(who, "plan", id, asked), 202)


def works(
    request: Request, house: Held, who: Asker,
    kind: Annotated[str, Query(pattern="^(plan|sweep|read)?$")] = "",
    study: Annotated[str | None, Query(max_length=80)] = None, past: Past = "", most: Most = PAGE,
) -> Response:  # fmt: skip
    """Work of the workspace, of a kind, of a study; the newest first. `Link`: where it goes on."""
    return paged(request, house.store.works(who, kind, study, past, most + 1), most)


def work(house: Held, who: Asker, id: Id) -> Response:
    """How one work stands."""
    return row(house.store.work(who, id))


def cancel(house: Held, who: Asker, id: Id) -> Response:
    """Stop it; its process is gone within seconds."""
    return row(house.store.cancel(who, id))


async def follow(house: Held, who: Asker, id: Id) -> Response:
    """How it stands, each time that it changes (`work`), and its end (`end`)."""
    first = await run_in_threadpool(house.store.work, who, id)

    async def told() -> AsyncGenerator[Event]:
        found: Work | None = first
        last, told_at = None, time.monotonic()
        while True:
            if found != last and found is not None:
                yield Event("work", asdict(found))
                last = found
            if found is None or found.state in ENDED:
                yield Event("end", None)
                return
            await asyncio.sleep(LOOK_S)
            if time.monotonic() - told_at > PING_S:
                told_at = time.monotonic()
                yield Event("ping", None)
            found = await run_in_threadpool(house.store.work, who, id)

    return events(told())


router = APIRouter(tags=["works"])
router.post("/studies/{id}/plans", status_code=202, response_model=Work)(plan)
router.get("/works", response_model=list[Work])(works)
router.get("/works/{id}", response_model=Work)(work)
router.delete("/works/{id}", response_model=Work)(cancel)
router.get(
    "/works/{id}/events", response_model=None, response_class=StreamingResponse,
    responses={200: {"description": "Events; the data of `work` is a Work.",
                     "content": {EVENTS: {"schema": {"$ref": "#/components/schemas/Work"}}}}},
)(follow)  # fmt: skip
