"""Readers of what comes over the network: a request's head and body, a run's folder zipped."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from outlay.core.errors import InputError, Problem
from support.reader import Reader, encoded

__all__ = ["REQUESTS"]

HEADS = (
    "GET /api/v1/studies/abc/live?tab=t&set=supply.h200.price=20_000%20USD HTTP/1.1\r\n"
    "Host: 127.0.0.1:8787\r\nCookie: a=b; outlay-8787=xyz\r\nSec-Fetch-Site: same-origin\r\n\r\n",
    "PUT /api/v1/studies/abc/scenarios/%E5%9F%BA%E5%87%86 HTTP/1.1\r\nHost: localhost:8787\r\n"
    'If-Match: "3"\r\nContent-Type: application/json\r\nContent-Length: 0\r\n'
    "Authorization: Bearer outlay_x\r\nOrigin: http://localhost:8787\r\n\r\n",
    "GET /s/abc/tree/ HTTP/1.0\r\nHost: [::1]:8787\r\nSec-Fetch-Mode: navigate\r\n\r\n",
)


def _head(data: bytes, _: Path) -> None:
    """As the server's parser and the door read it, up to who asks."""
    import h11

    from outlay.workbench.guard.asked import asked_for
    from outlay.workbench.guard.entrance import Entrance
    from outlay.workbench.guard.origin import refuse_host, refuse_origin
    from outlay.workbench.guard.refusal import RefusedError
    from outlay.workbench.guard.table import found, methods_of
    from outlay.workbench.settings import Settings
    from support.guarded import Known

    settings = Settings(store="")
    conn = h11.Connection(h11.SERVER, 65_536)
    try:
        conn.receive_data(data)
        event = conn.next_event()
    except h11.RemoteProtocolError as err:
        raise InputError(Problem(str(err))) from None
    if not isinstance(event, h11.Request):
        raise InputError("not all of it is there")
    raw, _, query = event.target.partition(b"?")
    scope: dict[str, object] = {
        "type": "http", "http_version": event.http_version.decode(), "raw_path": raw,
        "method": event.method.decode(), "path": unquote(raw.decode("ascii")),
        "query_string": query, "client": ("127.0.0.1", 1),
        "headers": [(n.lower(), v) for n, v in event.headers],
    }  # fmt: skip
    try:
        asked = asked_for(scope, settings.max_url)
        refuse_host(asked, settings)
        rule = found(asked.method, asked.path)
        assert rule is None or asked.method in methods_of(asked.path)
        if rule is not None:
            refuse_origin(asked, rule, settings)
    except RefusedError as err:
        raise _answered(err.status, err.body, err.problem) from None
    assert asked.path.startswith("/")
    assert not {"", ".", ".."} & set(asked.path.split("/")[1:-1])
    assert "\\" not in asked.path
    assert Entrance(settings, Known(), None).who(asked) is None


def _answered(status: int, body: bytes, problem: Problem) -> InputError:
    """A refusal as others raise it, whose answer is whole."""
    assert 400 <= status < 500
    assert json.loads(body)["errors"][0]["what"]
    return InputError(problem)


def _body(data: bytes, _: Path) -> None:
    from outlay.workbench.guard.body import _refuse_json
    from outlay.workbench.guard.refusal import RefusedError

    try:
        _refuse_json(data)
    except RefusedError as err:
        raise InputError(err.problem) from None
    json.loads(data.decode("utf-8-sig"))


def _zip(data: bytes, folder: Path) -> None:
    import tempfile

    from outlay.workbench.routes.means.zipped import unpack

    with tempfile.TemporaryDirectory(dir=folder) as inside:
        home = Path(inside) / "run"
        home.mkdir()
        unpack(data, home)
        assert [p.name for p in Path(inside).iterdir()] == ["run"]
        assert not any(p.is_symlink() for p in home.rglob("*"))


@cache
def _zips() -> list[bytes]:
    from outlay.workbench.routes.means.zipped import zipped

    files = {"manifest.json": b"{}" * 40, "tables/orders.csv": b"a,b\n1,2\n" * 30}
    return [zipped("run", files), zipped("an-old-run", {"result.json": b"x" * 900})]


REQUESTS = {
    "head of a request": Reader(_head, encoded(HEADS), share=0.5),
    "body of a request": Reader(
        _body, encoded(['{"text": "a: 1", "files": {"a": "eA=="}, "n": [1, 2.5e3, null]}']),
        way="tree", share=0.5,
    ),
    "run as a zip file": Reader(_zip, _zips, share=0.5),
}  # fmt: skip
