"""The workbench's web application: the API under `/api/v1`, and the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI, Response
from fastapi.routing import APIRoute

from outlay.core.version import __version__
from outlay.workbench.live.crew import Crew
from outlay.workbench.live.desk import Desk
from outlay.workbench.live.floor import Floor
from outlay.workbench.live.limits import room_of
from outlay.workbench.routes import (
    known,
    live,
    parts,
    people,
    readings,
    runs,
    scenarios,
    studies,
    sweeps,
    works,
)
from outlay.workbench.routes.answers import catch
from outlay.workbench.routes.asked import House
from outlay.workbench.routes.means.described import described
from outlay.workbench.routes.means.ranged import Ranged
from outlay.workbench.routes.means.unread import refuse_unknown
from outlay.workbench.settings import Settings

if TYPE_CHECKING:
    from outlay.store.opened import Store

__all__ = ["API", "create_app"]

API = "/api/v1"
THREADS = 512
"""Requests that are worked on at once, as many as there are connections: many wait for a reader,
and none is to wait for those."""
ROUTERS = (studies, scenarios, live, works, runs, sweeps, readings, parts, known,
           people)  # fmt: skip


def create_app(settings: Settings, store: Store) -> FastAPI:
    """The application over a store; who it is for is looked at by the door that stands round it."""
    room = room_of(settings)

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        house = House(store, Floor(room), Desk(room.readers))
        app.state.house = house
        current_default_thread_limiter().total_tokens = THREADS
        crew = Crew(room)
        try:
            yield
        finally:
            crew.close()
            house.floor.close()
            house.desk.close()

    app = FastAPI(
        title="Outlay workbench", version=__version__, lifespan=running,
        openapi_url=f"{API}/openapi.json", docs_url=None, redoc_url=None,
        generate_unique_id_function=_named,
    )  # fmt: skip
    for module in ROUTERS:
        app.include_router(module.router, prefix=API, dependencies=[Depends(refuse_unknown)])
    app.openapi = described(app)  # type: ignore[method-assign]
    catch(app)
    static = Path(str(files("outlay.workbench").joinpath("static")))
    app.get("/health", include_in_schema=False)(_health)
    app.get("/static/look.css", include_in_schema=False)(parts.look)
    app.mount("/static", Ranged(directory=static, check_dir=False), name="static")

    whole = (static / "index.html").read_bytes()

    def page() -> Response:
        return Response(whole, media_type="text/html")

    app.get("/", include_in_schema=False, response_model=None)(page)
    app.get("/s/{rest:path}", include_in_schema=False, response_model=None)(page)
    return app


def _named(route: APIRoute) -> str:
    """What a program calls an address: its group and its name there."""
    return "_".join([*map(str, route.tags[:1]), route.name])


def _health() -> Response:
    """That the server is there."""
    return Response("ok", media_type="text/plain")
