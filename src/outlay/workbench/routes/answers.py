"""How answers leave: documents as their text, rows as JSON, what is wrong as the document `error`.

Nothing that comes in gives an answer of 500: what the input says is wrong is 422, what it cannot be
read as is 400, and what went wrong on our side is 503.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from outlay.core.apart import ApartError
from outlay.core.errors import InfeasibleError, InputError, OutlayError, Problem
from outlay.results.base import Row
from outlay.results.checks import Error, problems
from outlay.results.schema import to_json
from outlay.store.errors import NotAllowed, NotThere, Stale, StoreBroken, StoreBusy
from outlay.workbench.live.desk import RefusedError
from outlay.workbench.routes.asked import UnmatchedError
from outlay.workbench.routes.means.conflicts import conflict
from outlay.workbench.routes.means.unread import known_names, unread

__all__ = [
    "JSON", "catch", "document", "kind", "listed", "paged", "row", "rows", "tagged",
    "wrong",
]  # fmt: skip

JSON = "application/json"
LOG = logging.getLogger("outlay.workbench")
STATUS = {NotThere: 404, NotAllowed: 403, StoreBusy: 503, StoreBroken: 503}
"""Of the store's refusals; other errors in the input are 422."""
LATER = {"Retry-After": "1"}
SAID = {
    400: "the request cannot be read", 404: "no such page", 405: "not done to this address",
    415: "of another type than is read here",
}  # fmt: skip


def wrong(
    status: int, found: Iterable[Problem], more: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """What is wrong, as a document."""
    body = {**to_json(Error(errors=problems(found))), **(more or {})}
    return _json(body, status, headers)


def _json(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False, allow_nan=False)
    return Response(text, status, dict(headers or {}), JSON)


def document(text: str, status: int = 200) -> Response:
    """A document as its text."""
    return Response(text, status, media_type=JSON)


def row(found: Row, status: int = 200) -> Response:
    """One row as JSON."""
    return _json(_plain(found), status)


def rows(found: Sequence[Row], headers: Mapping[str, str] | None = None) -> Response:
    """Rows as JSON."""
    return _json([_plain(r) for r in found], headers=headers)


def paged(request: Request, found: Sequence[Row], most: int) -> Response:
    """Up to so many rows, of which one more was asked for; where that is there, `Link` has the
    address of the next."""
    if len(found) <= most:
        return rows(found)
    shown = found[:most]
    after = str(getattr(shown[-1], "id"))  # noqa: B009
    url = request.url.include_query_params(after=after)
    return rows(shown, {"Link": f'<{url.path}?{url.query}>; rel="next"'})


def listed(found: Mapping[str, int]) -> Response:
    """Names and numbers."""
    return _json(dict(found))


def _plain(found: Row) -> dict[str, object]:
    assert is_dataclass(found) and not isinstance(found, type)  # noqa: PT018
    return asdict(found)


def tagged(found: Row, version: int, status: int = 200) -> Response:
    """A row that people change, with its version as the ETag."""
    return _json(_plain(found), status, {"ETag": f'"{version}"'})


def kind(name: str, said: str) -> dict[int | str, dict[str, object]]:
    """What OpenAPI says of an answer that is a document of a kind."""
    schema = {"$ref": f"#/components/schemas/{title_of(name)}"}
    return {200: {"description": said, "content": {JSON: {"schema": schema}}}}


def title_of(name: str) -> str:
    """What a kind of document is called in OpenAPI."""
    return "".join(part.capitalize() for part in name.split("_"))


def catch(app: FastAPI) -> None:
    """Give every error the form of ours."""
    app.add_exception_handler(OutlayError, _ours)
    app.add_exception_handler(RequestValidationError, _unread)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


async def _ours(request: Request, err: Exception) -> Response:
    assert isinstance(err, OutlayError)
    if isinstance(err, RefusedError):
        return _json(err.document, err.status)
    if isinstance(err, UnmatchedError):
        return wrong(428, [Problem(str(err), "If-Match", allowed='the ETag; "0" for a new one')])
    if isinstance(err, Stale):
        return wrong(412, err.problems(), await conflict(request, err))
    if (status := STATUS.get(type(err))) is not None:
        return wrong(status, err.problems(), headers=LATER if status == 503 else None)
    if isinstance(err, InputError | InfeasibleError | ApartError):
        return wrong(422, err.problems())
    LOG.error("%s: %s", type(err).__name__, err)
    return wrong(503, err.problems(), headers=LATER)


async def _unread(request: Request, err: Exception) -> Response:
    assert isinstance(err, RequestValidationError)
    names = known_names(request)
    found = [unread(e, names) for e in err.errors()[:20]]
    return wrong(400 if any("json" in str(e["type"]) for e in err.errors()) else 422, found)


async def _http(_: Request, err: Exception) -> Response:
    assert isinstance(err, HTTPException)
    said = SAID.get(err.status_code, str(err.detail))
    return wrong(err.status_code, [Problem(said)], headers=err.headers)


async def _unforeseen(_: Request, err: Exception) -> Response:
    LOG.error("unforeseen", exc_info=err)
    return wrong(503, [Problem("the server failed at this", hint="try again; it is in its log")],
                 headers=LATER)  # fmt: skip
