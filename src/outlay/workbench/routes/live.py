"""Moving things: headlines as server-sent events, and the first screen of the exact plan."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from outlay.results.kept.workbench import Who
from outlay.workbench.live.studio import Event, Wanted
from outlay.workbench.routes.answers import document, title_of
from outlay.workbench.routes.asked import Asker, Changes, Currency, Held, House, Id, Language
from outlay.workbench.routes.scenarios import changes_of
from outlay.workbench.routes.studies import Version, files_of

__all__ = ["EVENTS", "events", "router"]

EVENTS = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
Tab = Annotated[str, Query(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_-]+$")]
Named = Annotated[str, Query(max_length=200)]


def events(found: AsyncGenerator[Event]) -> StreamingResponse:
    """Events as a stream; who hangs up ends the question."""

    async def lines() -> AsyncGenerator[str]:
        async with aclosing(found):
            async for event in found:
                if event.name == "ping":
                    yield ": still here\n\n"
                    continue
                data = json.dumps(event.data, ensure_ascii=False)
                yield f"event: {event.name}\ndata: {data}\n\n"

    return StreamingResponse(lines(), media_type=EVENTS, headers=HEADERS)


async def _asked(
    house: House, who: Who, id: str, tab: str, changes: list[str], scenario: str, language: str,
    what: str, version: int | None, currency: str,
) -> AsyncGenerator[Event]:  # fmt: skip
    def of() -> Wanted:
        held = house.store.study(who, id, version)
        under, own = changes_of(house, who, id, scenario)
        every = (*under, *changes)
        return Wanted(f"{who.id}/{tab}", held.version, every, own, language, what, currency)

    wanted = await run_in_threadpool(of)
    return house.floor.ask(
        (who.workspace, id), wanted, lambda: files_of(house, who, id, wanted.version)
    )


async def live(
    house: Held, who: Asker, id: Id, tab: Tab, changes: Changes = [], scenario: Named = "",  # noqa: B006
    language: Language = "en", version: Version = None, currency: Currency = "",
) -> Response:  # fmt: skip
    """What changes would cost and order first: `begun`, `progress`, `coarse`, `exact`, `problem`,
    `superseded`, `end`. A newer request of the same tab ends the older one. They are laid over the
    newest version of the study, or another."""
    return events(
        await _asked(house, who, id, tab, changes, scenario, language, "live", version, currency)
    )


async def first(
    house: Held, who: Asker, id: Id, tab: Tab = "first", changes: Changes = [],  # noqa: B006
    scenario: Named = "", language: Language = "en", version: Version = None,
    currency: Currency = "",
) -> Response:  # fmt: skip
    """The first screen of the exact plan of the study with changes, as a piece of HTML."""
    found = await _asked(house, who, id, tab, changes, scenario, language, "first", version,
                         currency)  # fmt: skip
    async with aclosing(found):
        async for event in found:
            if event.name == "first":
                return Response(str(event.data), media_type="text/html")
            if event.name == "problem":
                return document(json.dumps(event.data, ensure_ascii=False), 422)
    return Response(status_code=204)  # a newer one took its place


HEADLINE = {"schema": {"$ref": f"#/components/schemas/{title_of('headline')}"}}
router = APIRouter(tags=["live"])
router.get(
    "/studies/{id}/live", response_model=None, response_class=StreamingResponse,
    responses={200: {"description": "Events; the data of `coarse` and `exact` is a Headline.",
                     "content": {EVENTS: HEADLINE}}},
)(live)  # fmt: skip
router.get(
    "/studies/{id}/first", response_model=None,
    responses={200: {"description": "HTML.", "content": {"text/html": {}}},
               204: {"description": "A newer request of the same tab took its place."}},
)(first)  # fmt: skip
