"""Runs: listed, named, downloaded, brought in and out, compared, explained."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from outlay.core.errors import InputError, Problem
from outlay.core.ingest.names import shown
from outlay.results.kept.workbench import HeldRun, Who
from outlay.runs.folder.names import MANIFEST
from outlay.runs.folder.verify import verify
from outlay.workbench.routes.answers import document, kind, listed, paged, row
from outlay.workbench.routes.asked import PAGE, Asker, Body, Held, House, Id, Most, Past
from outlay.workbench.routes.means.zipped import unpack, zipped

__all__ = ["BYTES", "RunId", "attached", "folder_of", "router"]

PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
RunId = Annotated[str, Query(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_-]+$")]


class Called(Body):
    """What a run is called."""

    name: Annotated[str, Field(max_length=200)]


def folder_of(house: House, who: Who, id: str) -> str:
    """The folder of somebody's run, on disk for the readers. Raises NotThere."""
    found = house.store.run(who, id)  # before anything that is there already is given
    key = f"{who.workspace}/{found.id}"
    return house.desk.folder(key, lambda at: house.store.export_run(who, id, at))


def runs(
    request: Request, house: Held, who: Asker,
    study: Annotated[str | None, Query(max_length=80)] = None, past: Past = "", most: Most = PAGE,
) -> Response:  # fmt: skip
    """Runs, or those of a study; the newest first. `Link` says where the list goes on."""
    return paged(request, house.store.runs(who, study, past, most + 1), most)


def run(house: Held, who: Asker, id: Id) -> Response:
    """One run."""
    return row(house.store.run(who, id))


def name(house: Held, who: Asker, id: Id, body: Called) -> Response:
    """Call it by a name, or by none."""
    return row(house.store.name_run(who, id, body.name))


def remove(house: Held, who: Asker, id: Id) -> Response:
    """Take it away."""
    house.store.remove_run(who, id)
    house.desk.forget(f"{who.workspace}/{id}")
    return Response(status_code=204)


def files(house: Held, who: Asker, id: Id) -> Response:
    """Its files, and the bytes of each."""
    return listed(dict(house.store.run_files(who, id)))


def file(house: Held, who: Asker, id: Id, path: str) -> Response:
    """One of its files, never shown as a page."""
    return attached(house.store.run_file(who, id, path), path.rpartition("/")[2])


def export(house: Held, who: Asker, id: Id) -> Response:
    """Its folder as one zip file."""
    found = house.store.run(who, id)
    files = dict(house.store.run_files(who, id))
    called = PLAIN.sub("-", found.name or found.title).strip("-.")[:60] or "run"

    def made() -> bytes:
        return zipped(called, {n: house.store.run_file(who, id, n) for n in files})

    data = house.zips.get((who.workspace, id, called, tuple(files)), made)
    return attached(data, f"{called}.zip", "application/zip")


async def bring(request: Request, house: Held, who: Asker) -> Response:
    """Keep the run in a zip file of its folder, each file of which is as its manifest says."""
    data = await request.body()

    def kept() -> HeldRun:
        with tempfile.TemporaryDirectory(prefix="outlay-import-") as folder:
            at = Path(folder) / "run"
            at.mkdir()
            unpack(data, at)
            extra = verify(at).extra if (at / MANIFEST).exists() else ()
            if extra:
                raise InputError([Problem("a file that is not the run's", shown(name)[:80],
                                          allowed="the files of manifest.json")
                                  for name in extra[:20]])  # fmt: skip
            return house.store.import_run(who, at)

    return row(await run_in_threadpool(kept), 201)


def explain(
    house: Held, who: Asker, id: Id,
    path: Annotated[str, Query(min_length=1, max_length=500)],
    period: Annotated[str, Query(max_length=40)] = "",
    branch: Annotated[str, Query(max_length=500)] = "",
) -> Response:  # fmt: skip
    """Where a number of it comes from, down to the sentence."""
    folder = folder_of(house, who, id)
    return document(house.desk.ask("explain", folder=folder, path=path, period=period,
                                   branch=branch))  # fmt: skip


def compare(house: Held, who: Asker, a: RunId, b: RunId) -> Response:
    """From one run to another: steps of cost that sum to the difference."""
    one, other = folder_of(house, who, a), folder_of(house, who, b)
    return document(house.desk.ask("compare", a=one, b=other))


def attached(data: bytes, name: str, media: str = "application/octet-stream") -> Response:
    """Bytes that a browser saves, and never shows as a page."""
    plain = PLAIN.sub("-", name).strip("-.") or "file"
    headers = {"Content-Disposition": f'attachment; filename="{plain}"',
               "X-Content-Type-Options": "nosniff"}  # fmt: skip
    return Response(data, media_type=media, headers=headers)


BYTES: dict[int | str, dict[str, object]] = {
    200: {"description": "Its bytes.",
          "content": {"application/octet-stream": {"schema": {"type": "string",
                                                              "format": "binary"}}}}
}  # fmt: skip
ZIP = {"requestBody": {"required": True, "content": {
    "application/zip": {"schema": {"type": "string", "format": "binary"}}}}}  # fmt: skip
router = APIRouter(tags=["runs"])
router.get("/runs", response_model=list[HeldRun])(runs)
router.get(
    "/runs/compare", response_model=None, responses=kind("run", "The comparison.")
)(compare)  # fmt: skip
router.post("/runs/import", status_code=201, response_model=HeldRun, openapi_extra=ZIP)(bring)
router.get("/runs/{id}", response_model=HeldRun)(run)
router.patch("/runs/{id}", response_model=HeldRun)(name)
router.delete("/runs/{id}", status_code=204, response_model=None)(remove)
router.get("/runs/{id}/files", response_model=dict[str, int])(files)
router.get("/runs/{id}/files/{path:path}", response_model=None, responses=BYTES)(file)
router.get("/runs/{id}/export", response_model=None, responses=BYTES)(export)
router.get(
    "/runs/{id}/explain", response_model=None, responses=kind("explanation", "The explanation.")
)(explain)
