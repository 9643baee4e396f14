"""The workbench's interface on a server of this process, without its door: the person who asks is
whom the header `X-Who` names."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from outlay.results.kept.workbench import Who
from outlay.store.opened import Store, open_store
from outlay.workbench.application import create_app
from outlay.workbench.live.floor import Floor
from outlay.workbench.routes.asked import House
from outlay.workbench.settings import Settings

__all__ = ["Api", "Told", "serving"]

API = "/api/v1"
App = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Told:
    """An event of a stream."""

    name: str
    data: Any


@dataclass(frozen=True)
class Api:
    """A server and who is known to it. people: by name."""

    address: str
    store: Store
    app: FastAPI
    people: dict[str, Who]

    @property
    def floor(self) -> Floor:
        house: House = self.app.state.house
        return house.floor

    def solvers(self) -> set[int]:
        """The processes that keep studies solved."""
        found = [s._process for s in self.floor._studios.values()]
        return {p.pid for p in found if p is not None}

    def ask(self, method: str, path: str, *, who: str = "ada", **given: Any) -> httpx.Response:
        """An answer of the interface."""
        headers = {"X-Who": who, **given.pop("headers", {})}
        return httpx.request(
            method, f"{self.address}{API}{path}", headers=headers, timeout=120, **given
        )

    def add(self, path: Path, who: str = "ada") -> str:
        """The id of a study that is put into the store."""
        answer = self.ask("POST", "/studies", who=who, json={"text": path.read_text("utf-8")})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def events(self, path: str, *, who: str = "ada", **params: Any) -> Iterator[Told]:
        """Events of a stream, as they come; who stops asking for them hangs up."""
        with httpx.stream(
            "GET", f"{self.address}{API}{path}", params=params, headers={"X-Who": who}, timeout=120
        ) as answer:
            assert answer.status_code == 200, answer.read()
            name = ""
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    yield Told(name, json.loads(line.removeprefix("data: ")))

    def live(self, study: str, tab: str, *changes: str, who: str = "ada") -> list[Told]:
        """Every event of one question."""
        return list(self.events(f"/studies/{study}/live", who=who, tab=tab, set=list(changes)))


def _let_in(app: App, people: dict[str, Who]) -> App:
    async def door(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            name = dict(scope["headers"]).get(b"x-who", b"ada").decode()
            scope.setdefault("state", {})["who"] = people[name]
        await app(scope, receive, send)

    return door


@contextmanager
def serving(home: Path, *, workers: int = 0, sessions: int = 2) -> Iterator[Api]:
    """A server whose store lies in a folder; ada is admin, bob an editor beside her."""
    url = f"sqlite:///{home / 'store.db'}"
    store = open_store(url)
    ada = store.first_admin("ada")
    bob = store.add_person(ada, "bob", "editor")
    people = {"ada": ada, "bob": bob}
    sock = socket.create_server(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    asked = Settings(url, port=port, workers=workers, max_sessions=sessions, kept_answers=0)
    app = create_app(asked, store)
    server = uvicorn.Server(uvicorn.Config(_let_in(app, people), log_level="warning"))
    thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield Api(f"http://127.0.0.1:{port}", store, app, people)
    finally:
        server.should_exit = True
        thread.join(30)
        sock.close()
        store.close()
