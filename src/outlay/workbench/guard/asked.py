"""A request as the door sees it: method, path, query and headers, whole and in one meaning."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Container, Iterable, MutableMapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from outlay.core.errors import Problem
from outlay.core.ingest.names import hidden
from outlay.workbench.guard.refusal import RefusedError

__all__ = ["App", "AskedFor", "Message", "Receive", "Scope", "Send", "asked_for"]

Scope = MutableMapping[str, object]
Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ONCE = ("host", "origin", "authorization", "content-length", "content-type", "if-match", "cookie",
        "transfer-encoding", "content-encoding")  # fmt: skip
"""Headers of which two would leave it open which is meant."""
MOST_HEADERS = 64
MOST_HEADER_BYTES = 32_000
MOST_PART = 600
"""Bytes of one part of a path: a name of 200 characters in UTF-8."""
_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_HIDDEN = re.compile(rb"%(2f|5c|00)", re.IGNORECASE)
"""What would part a path, or end it, if it were decoded once more or by another program."""
_PLAIN = re.compile(rb"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What is asked. path: decoded. headers: each name once, of those that are looked at."""

    method: str
    path: str
    query: bytes
    headers: MutableMapping[str, str]
    address: str

    def header(self, name: str) -> str:
        """Its value; empty where it is not there."""
        return self.headers.get(name, "")


def asked_for(scope: Scope, most_url: int, identity: str = "") -> AskedFor:
    """The request. Raises RefusedError for one that could mean two things.

    identity: the header in which a proxy says who somebody is.
    """
    method = str(scope["method"])
    if scope.get("http_version") not in ("1.0", "1.1"):
        raise _bad("another version of HTTP", "the request", allowed="1.1")
    raw, query = _bytes(scope, "raw_path"), _bytes(scope, "query_string")
    if len(raw) + len(query) > most_url:
        raise RefusedError(
            414, Problem("an address too long", "the request", allowed=f"{most_url:,} bytes"),
            close=True,
        )  # fmt: skip
    headers = _headers(scope, (*ONCE, identity.lower()))
    if method not in METHODS:
        raise RefusedError(
            405, Problem("no such method", "the request", method[:20], ", ".join(METHODS)),
            allow=", ".join(METHODS), close=True,
        )  # fmt: skip
    if "transfer-encoding" in headers and "content-length" in headers:
        raise _bad("a length and pieces: two ends of one body", "Transfer-Encoding")
    if method in ("GET", "HEAD", "DELETE") and _has_body(headers):
        raise _bad("a body where none is taken", method)
    if "content-encoding" in headers:
        raise RefusedError(
            415, Problem("a packed body", "Content-Encoding", headers["content-encoding"][:40],
                         "the body as it is"), close=True,
        )  # fmt: skip
    client = scope.get("client")
    address = str(client[0]) if isinstance(client, tuple | list) and client else ""
    return AskedFor(method, _path(raw), _query(query), headers, address)


def _has_body(headers: MutableMapping[str, str]) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _bytes(scope: Scope, name: str) -> bytes:
    found = scope.get(name)
    return found if isinstance(found, bytes) else b""


def _headers(scope: Scope, once: Container[str]) -> MutableMapping[str, str]:
    given = scope["headers"]
    assert isinstance(given, Iterable)
    out: dict[str, str] = {}
    size = count = 0
    for pair in given:
        name, value = bytes(pair[0]), bytes(pair[1])
        size, count = size + len(name) + len(value), count + 1
        if count > MOST_HEADERS or size > MOST_HEADER_BYTES:
            allowed = f"{MOST_HEADERS} headers, {MOST_HEADER_BYTES:,} bytes"
            raise RefusedError(
                431, Problem("too much before the body", "the request's headers", allowed=allowed),
                close=True,
            )  # fmt: skip
        key = name.decode("latin-1").lower()
        if key in out and key in once:
            raise _bad("a header twice", key)
        out[key] = value.decode("latin-1")
    return out


def _path(raw: bytes) -> str:
    """The path, decoded. It begins at the root, goes nowhere up, and can be read one way."""
    if not raw.startswith(b"/"):
        raise _bad("not a path of this server", "the address", ascii(raw[:60]), "/…")
    _refuse_disguise(raw)
    try:
        path = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise _bad("not UTF-8", "the address", ascii(raw[:60])) from None
    parts = path.split("/")[1:]
    if "" in parts[:-1] or any(p in (".", "..") for p in parts):
        raise _bad("a path that goes up or nowhere", "the address", ascii(raw[:60]))
    if odd := hidden(path):
        raise _bad(f"holds {odd}, which cannot be shown", "the address")
    if any(len(p.encode()) > MOST_PART for p in parts):
        raise _bad("a name too long", "the address", allowed=f"{MOST_PART} bytes")
    return path


def _refuse_disguise(raw: bytes) -> None:
    """Raise RefusedError for what another reader of the path would take for another path."""
    if _PERCENT.search(raw) or not _PLAIN.fullmatch(raw) or b"\\" in raw or b";" in raw:
        raise _bad("not a path", "the address", ascii(raw[:60]), "letters, digits, %XX")
    if _HIDDEN.search(raw) or _HIDDEN.search(unquote_to_bytes(raw)):
        raise _bad(
            "a name with a stroke in it, or with a hidden end", "the address", ascii(raw[:60])
        )


def _query(query: bytes) -> bytes:
    if not query:
        return query
    if not _PLAIN.fullmatch(query) or _PERCENT.search(query):
        raise _bad("not a query", "the address", ascii(query[:60]), "letters, digits, %XX")
    try:
        text = unquote_to_bytes(query.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        raise _bad("not UTF-8", "the address", ascii(query[:60])) from None
    if odd := hidden(text):
        raise _bad(f"holds {odd}, which cannot be shown", "the address")
    return query


def _bad(what: str, where: str, value: str = "", allowed: str = "") -> RefusedError:
    return RefusedError(400, Problem(what, where, value, allowed), close=True)
