"""The connection below the door: heads that come in time, not too many at once, answers of ours.

What is wrong before there is a request never reaches the application, so it is answered here, with
the same headers and the same document.
"""

from __future__ import annotations

import asyncio
import sys

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from outlay.core.errors import Problem
from outlay.workbench.guard.headers import safe_headers
from outlay.workbench.guard.refusal import error_body
from outlay.workbench.settings import Settings

__all__ = ["MOST_HEAD", "wire"]

MOST_HEAD = 65_536
"""Bytes of a request's line and headers together, before they are looked at one by one."""
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"


def wire(settings: Settings) -> type[asyncio.Protocol]:
    """The protocol of a server with those settings."""

    class Wire(H11Protocol):
        late: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            if len(self.connections) >= settings.max_connections:
                transport.write(BUSY)
                transport.close()
                self.transport = transport
                return
            super().connection_made(transport)
            self.expect_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self.expect_nothing()
            if self.flow is not None:
                super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self.flow is None:  # one too many
                return
            waits = self.late is not None
            super().data_received(data)
            if self.conn.their_state is not h11.IDLE:
                self.expect_nothing()
            elif not waits:
                self.expect_head()

        def expect_head(self) -> None:
            self.expect_nothing()
            self.late = self.loop.call_later(settings.head_s, self.close_late)

        def expect_nothing(self) -> None:
            if self.late is not None:
                self.late.cancel()
                self.late = None

        def close_late(self) -> None:
            self.late = None
            if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
                self.answer(408, Problem("the request did not come in time", "the connection"))

        def send_400_response(self, msg: str) -> None:
            err = sys.exc_info()[1]
            status = getattr(err, "error_status_hint", 400)
            self.answer(status, Problem(f"not HTTP: {err or msg}"[:200], "the request"))

        def answer(self, status: int, problem: Problem) -> None:
            if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
                self.transport.abort()
                return
            body = error_body(problem)
            own = {"content-type": "application/json", "content-length": str(len(body)),
                   "connection": "close", **safe_headers(None, secure=settings.secure)}  # fmt: skip
            headers = [(n.encode(), v.encode("latin-1")) for n, v in own.items()]
            head = h11.Response(status_code=status, headers=headers)
            for event in (head, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
            self.transport.close()

    return Wire
