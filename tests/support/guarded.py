"""A server on this machine behind the door, people without a database, and bytes on a socket."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from outlay.results.kept.workbench import Role, Who
from outlay.store.opened import Store
from outlay.workbench.guard.asked import App, Receive, Scope, Send
from outlay.workbench.guard.door import Door
from outlay.workbench.guard.running import bound, server_of
from outlay.workbench.settings import Settings

__all__ = ["POURED", "Answer", "Known", "Recorder", "Serving", "parsed", "served"]

POURED = 64 << 20
"""Bytes of an answer that is large."""
ADMIN = Who("a" * 32, "Ada", "w" * 32, "admin")


@dataclass
class Known:
    """People and their tokens, as the store keeps them."""

    people: dict[str, Who] = field(default_factory=lambda: {ADMIN.id: ADMIN})
    held: dict[str, Who] = field(default_factory=dict)

    def who_of(self, token: str, /) -> Who | None:
        return self.held.get(token)

    def who_named(self, name: str, /) -> Who | None:
        return next((w for w in self.people.values() if w.name == name), None)

    def make_token(
        self, by: Who, who_id: str, role: Role, days: float, said: str = "", kind: str = "", /
    ) -> str:
        token = secrets.token_urlsafe(32)
        self.held[token] = replace(self.people[who_id], role=role)
        return token

    def leave(self, token: str, /) -> None:
        self.held.pop(token, None)

    def token(self, role: Role, name: str = "") -> str:
        """A token of somebody with that role."""
        who = Who(secrets.token_hex(16), name or f"one {role}", ADMIN.workspace, role)
        self.people[who.id] = who
        return self.make_token(ADMIN, who.id, role, 1.0)


@dataclass
class Recorder:
    """An application that says what reached it."""

    seen: list[tuple[str, str, bytes]] = field(default_factory=list)
    fails: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            while True:
                message = await receive()
                await send({"type": f"{message['type']}.complete"})
                if message["type"] == "lifespan.shutdown":
                    return
        if self.fails:
            raise ValueError("secret of line 7")
        message = await receive()
        body = message["body"]
        assert isinstance(body, bytes)
        self.seen.append((str(scope["method"]), str(scope["path"]), body))
        state = scope["state"]
        assert isinstance(state, MutableMapping)
        if str(scope["path"]).endswith("/large/export"):
            await self._pour(send)
            return
        if str(scope["path"]).endswith("/live"):
            await self._stream(send)
            return
        said = json.dumps(
            {"who": getattr(state.get("who"), "name", ""), "size": len(body)}
        ).encode()
        own = [(b"content-type", b"application/json"), (b"server", b"tiny/1"),
               (b"access-control-allow-origin", b"*")]  # fmt: skip
        await send({"type": "http.response.start", "status": 200, "headers": own})
        await send({"type": "http.response.body", "body": said})

    async def _pour(self, send: Send) -> None:
        """More than any buffer between here and there holds."""
        headers = [(b"content-length", b"%d" % POURED)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for _ in range(POURED // (1 << 20)):
            await send({"type": "http.response.body", "body": b" " * (1 << 20), "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _stream(self, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for n in range(3):
            body = f"event: progress\ndata: {n}\n\n".encode()
            await send({"type": "http.response.body", "body": body, "more_body": True})
            await asyncio.sleep(0.01)
        await send({"type": "http.response.body", "body": b""})


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def what(self) -> str:
        """What the document of errors says first."""
        found: str = json.loads(self.body)["errors"][0]["what"]
        return found


def parsed(raw: bytes) -> Answer:
    """The first answer in bytes of a connection; status 0: nothing was answered."""
    head, _, body = raw.partition(b"\r\n\r\n")
    found = re.match(rb"HTTP/1\.1 (\d{3})", head)
    if found is None:
        return Answer(0, {}, raw)
    lines = [line.decode("latin-1").partition(": ") for line in head.split(b"\r\n")[1:]]
    headers = {name.lower(): value for name, _, value in lines}
    if "content-length" in headers:
        body = body[: int(headers["content-length"])]
    return Answer(int(found[1]), headers, body)


@dataclass
class Serving:
    """A server that runs. door: what is before its application."""

    door: Door
    settings: Settings
    known: Any
    recorder: Recorder

    @property
    def host(self) -> str:
        """What `Host` says."""
        return f"127.0.0.1:{self.settings.port}"

    def send(self, data: bytes, *, wait: float = 5.0, slowly: float = 0.0) -> Answer:
        """Bytes as they are, on a connection of their own; slowly: seconds between two of them."""
        with socket.create_connection(("127.0.0.1", self.settings.port), timeout=wait) as conn:
            try:
                if slowly:
                    for at in range(len(data)):
                        conn.sendall(data[at : at + 1])
                        time.sleep(slowly)
                else:
                    conn.sendall(data)
            except OSError:  # it was closed on us: what it said before counts
                pass
            raw = b""
            try:
                while piece := conn.recv(65_536):
                    raw += piece
                    answer = parsed(raw)
                    size = answer.headers.get("content-length")
                    if answer.status and size is not None and len(answer.body) == int(size):
                        break
            except OSError:
                pass
            return parsed(raw)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str | None) -> Answer:
        """A request that is well-formed; a header that is None is left out."""
        own: dict[str, str | None] = {"Host": self.host, "Connection": "close"}
        if body or method in ("POST", "PUT", "PATCH"):
            own |= {"Content-Length": str(len(body)), "Content-Type": "application/json"}
        own |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{n}: {v}" for n, v in own.items() if v is not None]
        head = "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""])
        return self.send(head.encode("latin-1") + body)


@contextmanager
def served(
    settings: Settings, app: App | None = None, known: Known | Store | None = None
) -> Iterator[Serving]:
    """A server of that application, else of one that says what reached it."""
    recorder, people = Recorder(), known or Known()
    sock = bound("127.0.0.1", 0)
    settings = replace(settings, port=sock.getsockname()[1])
    door = Door(app or recorder, settings, people, ADMIN if known is None else None)
    server = server_of(door, settings)
    thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield Serving(door, settings, people, recorder)
    finally:
        server.should_exit = True
        thread.join(10)
