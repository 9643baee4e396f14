"""Documents that are handed in: read as work, what they claim looked at, taken away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from outlay.core.errors import InputError
from outlay.results.kept.workbench import HeldReading, Work
from outlay.workbench.routes.answers import document, kind, row, rows
from outlay.workbench.routes.asked import Asker, Held, Id

__all__ = ["router"]


async def hand_in(
    request: Request, house: Held, who: Asker,
    name: Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^/\\\x00-\x1f]+$")],
) -> Response:  # fmt: skip
    """Hand in a document; it is read as work, whose result is the id of the reading."""
    data = await request.body()
    if not data:
        raise InputError("an empty document", where=name)
    return row(await run_in_threadpool(house.store.hand_in, who, name, data), 202)


def readings(house: Held, who: Asker) -> Response:
    """Documents that were handed in, the newest first, and whether each is read."""
    return rows(house.store.readings(who))


def reading(house: Held, who: Asker, id: Id) -> Response:
    """What a document claims, contradictions first; 404 while it is not read."""
    return document(house.store.read_as(who, id, "claims"))


def part(house: Held, who: Asker, id: Id) -> Response:
    """Its text, each claim underlined, contradictions first, as a piece of HTML."""
    return Response(house.store.read_as(who, id, "page"), media_type="text/html; charset=utf-8")


def remove(house: Held, who: Asker, id: Id) -> Response:
    """Take a document and what it was read as away."""
    house.store.remove_reading(who, id)
    return Response(status_code=204)


RAW = {"requestBody": {"required": True, "content": {
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}  # fmt: skip
HTML: dict[int | str, dict[str, object]] = {
    200: {"description": "A piece of HTML.",
          "content": {"text/html": {"schema": {"type": "string"}}}}
}  # fmt: skip
router = APIRouter(tags=["readings"])
router.post("/documents", status_code=202, response_model=Work, openapi_extra=RAW)(hand_in)
router.get("/readings", response_model=list[HeldReading])(readings)
router.get(
    "/readings/{id}", response_model=None, responses=kind("claims", "What it claims.")
)(reading)  # fmt: skip
router.get("/readings/{id}/part", response_model=None, responses=HTML)(part)
router.delete("/readings/{id}", status_code=204, response_model=None)(remove)
