"""The body of a request: of the kind that is taken, no larger, in time, and JSON of one meaning."""

from __future__ import annotations

import asyncio
import re

from outlay.core.errors import InputError, Problem
from outlay.core.ingest.json_text import strict_json
from outlay.workbench.guard.asked import AskedFor, Receive
from outlay.workbench.guard.limits import Room
from outlay.workbench.guard.refusal import RefusedError
from outlay.workbench.guard.table import Rule
from outlay.workbench.settings import Settings

__all__ = ["GoneError", "read_body"]

MOST_NODES = 200_000
MOST_FORM = 4_000
AT_ONCE = 50_000
"""Bytes of JSON that are looked at before a thread would have been begun."""
_QUOTED = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
"""A text, also one without its end: looked at once from wherever it begins."""
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
NO_FILE = (JSON, FORM, "multipart/form-data")
"""What an upload is, is seen from its bytes; what a page's form sends is none."""


class GoneError(Exception):
    """Who asked is gone."""


async def read_body(
    asked: AskedFor, rule: Rule, receive: Receive, settings: Settings, room: Room
) -> bytes:
    """All of it. Raises RefusedError before more is read than may be, GoneError."""
    most = settings.max_body if rule.large else settings.max_small
    most = MOST_FORM if rule.takes == "form" else most
    _refuse_kind(asked, rule)
    length = _length(asked)
    if length > most:
        raise _too_large(most)
    held = length
    room.hold(held)
    try:
        parts: list[bytes] = []
        size = 0
        async with asyncio.timeout(settings.body_s):
            while True:
                async with asyncio.timeout(settings.pause_s):
                    message = await receive()
                if message["type"] == "http.disconnect":
                    raise GoneError
                piece = message.get("body", b"")
                assert isinstance(piece, bytes)
                size += len(piece)
                if size > most:
                    raise _too_large(most)
                if size > held:
                    room.hold(size - held)
                    held = size
                parts.append(piece)
                if not message.get("more_body"):
                    break
    except TimeoutError:
        raise RefusedError(
            408, Problem("the body did not come in time", "the request",
                         allowed=f"{settings.body_s:g} s, {settings.pause_s:g} s a pause"),
            close=True,
        ) from None  # fmt: skip
    finally:
        room.free(held)
    body = b"".join(parts)
    if rule.takes == "json":
        if len(body) < AT_ONCE:
            _refuse_json(body)
        else:
            await asyncio.to_thread(_refuse_json, body)
    return body


def _refuse_kind(asked: AskedFor, rule: Rule) -> None:
    if not rule.takes:
        if asked.header("content-length") not in ("", "0") or asked.header("transfer-encoding"):
            raise RefusedError(400, Problem("a body where none is taken", asked.path), close=True)
        return
    kind = asked.header("content-type").partition(";")[0].strip().lower()
    allowed = {"json": JSON, "form": FORM, "upload": "the bytes of a file"}[rule.takes]
    if kind in NO_FILE if rule.takes == "upload" else kind != allowed:
        raise RefusedError(
            415, Problem("not a kind of body that is taken here", "Content-Type", ascii(kind[:80]),
                         allowed), close=True,
        )  # fmt: skip


def _length(asked: AskedFor) -> int:
    given = asked.header("content-length")
    if given and not (given.isascii() and given.isdigit() and len(given) < 16):
        raise RefusedError(400, Problem("not a length", "Content-Length", ascii(given[:40])),
                           close=True)  # fmt: skip
    return int(given or 0)


def _too_large(most: int) -> RefusedError:
    return RefusedError(
        413, Problem("too large", "the body", allowed=f"{most:,} bytes"), close=True
    )


def _refuse_json(body: bytes) -> None:
    """Raise RefusedError for what is no JSON of one meaning, or has no end of parts."""
    # Commas and brackets of texts are among them: only a body that has too many is looked at.
    if _values(body) > MOST_NODES and _values(_QUOTED.sub(b"", body)) > MOST_NODES:
        raise RefusedError(
            413, Problem("too many parts", "the body", allowed=f"{MOST_NODES:,} values")
        )
    try:
        strict_json(body, "the body")
    except InputError as err:
        raise RefusedError(400, err.problems()[0]) from None


def _values(text: bytes) -> int:
    return text.count(b",") + text.count(b"[") + text.count(b"{")
