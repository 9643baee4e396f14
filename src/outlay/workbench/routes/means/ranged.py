"""Files of the page, of which a part may be asked; a part that there is not is refused as all else.

The library that serves them answers so in plain text; here it is our document.
"""

from __future__ import annotations

from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from outlay.core.errors import Problem
from outlay.core.ingest.names import shown
from outlay.workbench.routes.answers import wrong

__all__ = ["Ranged"]

REFUSED = {400: "cannot be read as a part of a file", 416: "the file has no such part"}


class Ranged(StaticFiles):
    """The files of a folder."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a file, a part of it, or why there is none."""
        refused: list[Message] = []

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in REFUSED:
                refused.append(message)
            elif not refused:
                await send(message)

        await super().__call__(scope, receive, told)
        for message in refused:
            asked = dict(scope["headers"]).get(b"range", b"").decode("latin-1")
            problem = Problem(REFUSED[message["status"]], "Range", shown(asked)[:80],
                              "such as bytes=0-99")  # fmt: skip
            kept = {k.decode(): v.decode() for k, v in message["headers"] if k == b"content-range"}
            await wrong(message["status"], [problem], headers=kept)(scope, receive, send)
