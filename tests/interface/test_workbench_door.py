"""What a stranger sends at the server: refused at the door, in our words, and nothing reached."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace

import pytest

from outlay.workbench.guard.headers import ALWAYS
from outlay.workbench.guard.limits import Room
from outlay.workbench.guard.refusal import RefusedError
from outlay.workbench.guard.table import RULES
from outlay.workbench.settings import Settings
from support.guarded import POURED, Answer, Known, Serving, served

QUICK = Settings(store="", head_s=0.4, body_s=0.6, pause_s=0.4, max_small=20_000, max_body=60_000)
API = "/api/v1"
OURS = "Host: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
"""What a request of somebody who may do all says; it is refused for what else it says."""


@pytest.fixture(scope="module")
def here() -> Iterator[Serving]:
    with served(QUICK) as found:
        yield found


@pytest.fixture(scope="module")
def token(here: Serving) -> str:
    return here.known.token("admin")


@pytest.fixture(autouse=True)
def nothing_reached(here: Serving) -> None:
    here.recorder.seen.clear()


def refused(here: Serving, answer: Answer, status: int) -> None:
    """The answer is one of ours, and no route was asked."""
    assert answer.status == status, answer
    assert here.recorder.seen == []
    assert {n: answer.headers.get(n) for n in ALWAYS} == ALWAYS
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "server" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
    found = json.loads(answer.body)
    assert found["kind"] == "error"
    assert found["errors"][0]["what"]
    assert b"Traceback" not in answer.body
    assert b".py" not in answer.body


PUT = "PUT /api/v1/studies/x HTTP/1.1\r\n" + OURS + "Content-Type: application/json\r\n"
GET = "GET /api/v1/me HTTP/1.1\r\n" + OURS
RAW: dict[str, tuple[str, int]] = {
    "no request line": ("hello\r\n\r\n", 400),
    "TLS where none is": ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400),
    "another protocol": ("GET /api/v1/me HTTP/3.7\r\n" + OURS + "\r\n", 400),
    "a line end in a line": ("GET /api/v1/me\rX HTTP/1.1\r\n" + OURS + "\r\n", 400),
    "a header that goes on": (GET + "A: b\r\n  c\r\n\r\n", 200),
    "a header without a name": (GET + ": b\r\n\r\n", 400),
    "a space before the colon": (GET + "Content-Length : 5\r\n\r\n", 400),
    "null in a header": (GET + "A: b\0c\r\n\r\n", 400),
    "one huge header": (GET + f"A: {'x' * 40_000}\r\n\r\n", 431),
    "a head without end": (GET + f"A: {'x' * 90_000}\r\n\r\n", 431),
    "many headers": (GET + "".join(f"A{n}: b\r\n" for n in range(90)) + "\r\n", 431),
    "no host": ("GET /api/v1/me HTTP/1.1\r\n\r\n", 400),
    "no host, old protocol": ("GET /api/v1/me HTTP/1.0\r\n\r\n", 403),
    "two hosts": (GET + "Host: {host}\r\n\r\n", 400),
    "another host": ("GET /api/v1/me HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
    "another port": ("GET /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", 403),
    "a host with a name before it": ("GET / HTTP/1.1\r\nHost: evil@{host}\r\n\r\n", 403),
    "a host that ends like ours": ("GET / HTTP/1.1\r\nHost: x.{host}\r\n\r\n", 403),
    "a forwarded host": (
        "GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: {host}\r\n\r\n", 403,
    ),
    "another server's address": ("GET http://evil.example/ HTTP/1.1\r\n" + OURS + "\r\n", 400),
    "our own whole address": ("GET http://{host}/api/v1/me HTTP/1.1\r\n" + OURS + "\r\n", 400),
    "a tunnel": ("CONNECT evil.example:443 HTTP/1.1\r\n" + OURS + "\r\n", 405),
    "the star": ("OPTIONS * HTTP/1.1\r\n" + OURS + "\r\n", 405),
    "two authorizations": (GET + "Authorization: Bearer x\r\n\r\n", 400),
    "two lengths": (PUT + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}", 400),
    "lengths in one": (PUT + "Content-Length: 2, 3\r\n\r\n{{}}", 400),
    "a length below nothing": (PUT + "Content-Length: -2\r\n\r\n{{}}", 400),
    "a length with a sign": (PUT + "Content-Length: +2\r\n\r\n{{}}", 400),
    "a length in hex": (PUT + "Content-Length: 0x2\r\n\r\n{{}}", 400),
    "a length too long": (PUT + f"Content-Length: {'9' * 30}\r\n\r\n", 400),
    "pieces and a length": (
        PUT + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n", 400,
    ),
    "pieces of another kind": (PUT + "Transfer-Encoding: gzip\r\n\r\n", 501),
    "pieces twice": (PUT + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 501),
    "a piece of no length": (PUT + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n{{}}\r\n", 400),
    "a piece with more": (PUT + "Transfer-Encoding: chunked\r\n\r\n1\r\n{{}}\r\n0\r\n\r\n", 400),
    "a packed body": (PUT + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{{}}", 415),
    "a body that is announced too large": (PUT + "Content-Length: 60001\r\n\r\n", 413),
    "a body that grows too large": (
        PUT + "Transfer-Encoding: chunked\r\n\r\n" + f"5000\r\n{' ' * 0x5000}\r\n" * 4, 413,
    ),
    "a body that never comes": (PUT + "Content-Length: 40\r\n\r\n{{", 408),
    "a body of nothing": (PUT + "Content-Length: 0\r\n\r\n", 400),
    "a body where none is taken": (GET + "Content-Length: 2\r\n\r\n{{}}", 400),
    "a request after a request": (
        PUT + "Content-Length: 2\r\n\r\n{{x" + GET + "\r\n", 400,
    ),
    "no kind of body": (
        "PUT /api/v1/studies/x HTTP/1.1\r\n" + OURS + "Content-Length: 2\r\n\r\n{{}}", 415,
    ),
    "an upgrade": (GET.replace("close", "Upgrade, close") + "Upgrade: websocket\r\n\r\n", 200),
}  # fmt: skip
"""Bytes on the wire, and what is answered. Two are no trick, and reach their route."""


@pytest.mark.parametrize("name", RAW)
def test_bytes_of_one_meaning_alone_are_let_in(name: str, here: Serving, token: str) -> None:
    text, status = RAW[name]
    answer = here.send(text.format(host=here.host, token=token).encode("latin-1"))
    if status == 200:
        assert answer.status == 200
    else:
        refused(here, answer, status)


PATHS = {
    "/../etc/passwd": 400, "/static/../../x": 400, "/static/%2e%2e/x": 400,
    "/static/%2e%2e%2fx": 400, "/static/..%5cx": 400, "/static/..\\x": 400,
    "/static/%252e%252e%252fx": 400, "/static/%c0%ae%c0%ae/x": 400, "/static/a%00.js": 400,
    "/static/a%2500": 400, "/static//etc/passwd": 400, "//evil.example/": 400, "/./api/v1/me": 400,
    "/api/v1/me;x=1": 400, "/api/v1/me%": 400, "/api/v1/me%zz": 400, "/api/v1/%ff": 400,
    "/api/v1/studies/a%2fb": 400, "/api/v1/studies/%E2%80%AEx": 400,
    "/api/v1/studies/a%0d%0aX": 400,
    f"/api/v1/studies/{'a' * 700}": 400, f"/api/v1/me?{'a' * 32_000}": 414,
    "/api/v1/me?a=%00": 400, "/api/v1/me?a=%ff": 400, "/api/v1/me?a=%0d%0aSet-Cookie:x": 400,
    "/api/v1/runs/x/files/..%2f..%2fstore.db": 400, "/api/v1/runs/x/files/a/../b": 400,
    "/api/v1/": 404, "/api/v1/nothing": 404, "/api/v2/me": 404, "/docs": 404, "/redoc": 404,
    "/openapi.json": 404, "/.git/config": 404, "/api/v1/ME": 404, "/api/v1/me/": 404, "/s": 404,
    "/metrics": 404, "/api/v1/studies/": 404,
}  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_an_address_is_one_of_the_table(path: str, here: Serving, token: str) -> None:
    answer = here.ask("GET", path, Authorization=f"Bearer {token}")
    refused(here, answer, PATHS[path])


METHODS = {
    "OPTIONS": 405, "TRACE": 405, "PROPFIND": 405, "get": 405, "GET\t": 400, "POST": 405,
    "DELETE": 405, "PUT": 405, "FOO": 405,
}  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_a_method_is_one_that_the_address_takes(method: str, here: Serving, token: str) -> None:
    answer = here.ask(method, f"{API}/me", Authorization=f"Bearer {token}")
    refused(here, answer, METHODS[method])
    assert METHODS[method] == 400 or "GET" in answer.headers["allow"]


FOREIGN: dict[str, tuple[str, str, dict[str, str], int]] = {
    "another origin": ("POST", "/rate", {"Origin": "http://evil.example"}, 403),
    "another port of this machine": ("POST", "/rate", {"Origin": "http://127.0.0.1:1"}, 403),
    "no origin at all": ("POST", "/rate", {}, 403),
    "an origin that hides": ("POST", "/rate", {"Origin": "null"}, 403),
    "an origin that hides, of the same site": (
        "POST", "/rate", {"Origin": "null", "Sec-Fetch-Site": "same-site"}, 403,
    ),
    "an origin that hides, by the line of the address": (
        "POST", "/rate", {"Origin": "null", "Sec-Fetch-Site": "none"}, 403,
    ),
    "a form of our page, which tells nobody where one comes from": (
        "POST", "/rate", {"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200,
    ),
    "the same site": ("POST", "/rate", {"Sec-Fetch-Site": "same-site"}, 403),
    "another site": ("POST", "/rate", {"Sec-Fetch-Site": "cross-site"}, 403),
    "ours by TLS": ("POST", "/rate", {"Origin": "https://{host}"}, 403),
    "reading, same site": ("GET", "/me", {"Sec-Fetch-Site": "same-site"}, 403),
    "a picture of another page": (
        "GET", "/studies", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}, 403,
    ),
    "a link of another page to data": (
        "GET", "/runs/x/files/report.html",
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403,
    ),
    "reading, another origin": ("GET", "/me", {"Origin": "http://evil.example"}, 403),
    "our page": ("POST", "/rate", {"Origin": "http://{host}"}, 200),
    "our page, in a browser of today": (
        "POST", "/rate", {"Origin": "http://{host}", "Sec-Fetch-Site": "same-origin"}, 200,
    ),
    "by the line of the address": ("GET", "/me", {"Sec-Fetch-Site": "none"}, 200),
}  # fmt: skip


@pytest.fixture(scope="module")
def cookie(here: Serving) -> str:
    """Of a browser that came by the link."""
    answer = here.ask("GET", here.door.entrance.link().partition(here.host)[2])
    assert answer.status == 303
    return answer.headers["set-cookie"].partition(";")[0]


@pytest.mark.parametrize("name", FOREIGN)
def test_what_a_strangers_page_asks_is_refused(name: str, here: Serving, cookie: str) -> None:
    method, path, headers, status = FOREIGN[name]
    said = {n.replace("-", "_"): v.format(host=here.host) for n, v in headers.items()}
    answer = here.ask(method, API + path, b"{}" if method == "POST" else b"", Cookie=cookie, **said)
    if status == 200:
        assert answer.status == 200
        assert here.recorder.seen
    else:
        refused(here, answer, status)


JSON: dict[str, tuple[bytes, int]] = {
    "a key twice": (b'{"text": "a", "text": "b"}', 400),
    "a key twice, deep": (b'{"a": [{"b": 1, "b": 2}]}', 400),
    "a key twice, spelled otherwise": (b'{"a": 1, "\\u0061": 2}', 400),
    "no number": (b'{"a": NaN}', 400), "no end": (b'{"a": Infinity}', 400),
    "beyond a float": (b'{"a": 1e999}', 400), "digits": (b"[" + b"9" * 9_000 + b"]", 400),
    "deep": (b"[" * 65 + b"]" * 65, 400), "without an end": (b"[" * 9_000, 400),
    "a text without an end": (b"[" * 65 + b'"' + b'\\"' * 9_000, 400),
    "half a character": (b'["\\ud800"]', 400), "no UTF-8": (b'["\xff"]', 400),
    "wide": ('{"a": 1}'.encode("utf-16"), 400), "null": (b'{"a": "\x00"}', 400),
    "more after it": (b"{} {}", 400), "no JSON": (b"a: 1", 400), "nothing": (b" ", 400),
}  # fmt: skip


@pytest.mark.parametrize("name", JSON)
def test_a_body_is_json_of_one_meaning(name: str, here: Serving, token: str) -> None:
    body, status = JSON[name]
    refused(here, here.ask("POST", f"{API}/rate", body, Authorization=f"Bearer {token}"), status)


@pytest.mark.parametrize(
    ("path", "kind", "status"),
    [
        ("/rate", "text/plain", 415), ("/rate", "multipart/form-data; boundary=x", 415),
        ("/rate", "application/x-www-form-urlencoded", 415), ("/rate", "application/json5", 415),
        ("/rate", "application/json; charset=utf-8", 200),
        ("/documents", "multipart/form-data; boundary=x", 415),
        ("/documents", "application/json", 415), ("/documents", "application/pdf", 200),
        ("/runs/import", "application/x-www-form-urlencoded", 415),
    ],
)  # fmt: skip
def test_a_body_is_of_the_kind_that_is_taken(
    path: str, kind: str, status: int, here: Serving, token: str
) -> None:
    answer = here.ask("POST", API + path, b"{}", Authorization=f"Bearer {token}", Content_Type=kind)
    if status == 200:
        assert answer.status == 200
    else:
        refused(here, answer, status)


def test_values_without_number_are_refused_and_commas_of_a_text_are_not(token: str) -> None:
    with served(Settings(store="", max_small=2_000_000)) as there:
        mine = f"Bearer {there.known.token('admin')}"
        many = b"[" + b"0," * 250_000 + b"0]"
        refused(there, there.ask("POST", f"{API}/rate", many, Authorization=mine), 413)
        text = json.dumps({"text": "a, [b], {c}\n" * 60_000}).encode()
        assert there.ask("POST", f"{API}/rate", text, Authorization=mine).status == 200


def test_a_head_that_comes_slowly_is_ended(here: Serving) -> None:
    answer = here.send(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 40, slowly=0.02)
    refused(here, answer, 408)


def test_a_body_that_comes_slowly_is_ended(here: Serving, token: str) -> None:
    head = PUT.format(host=here.host, token=token) + "Content-Length: 60\r\n\r\n"
    with_body = head.encode() + b" " * 3  # then a pause longer than any may be
    refused(here, here.send(with_body), 408)


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer x", "Bearer " + "x" * 5_000, "Basic YTpi",
                                   "Bearer \u00e9", "Negotiate x"])  # fmt: skip
def test_who_is_not_known_learns_nothing(given: str, here: Serving) -> None:
    said = {"Authorization": given} if given else {}
    for method, path in (("GET", "/me"), ("GET", "/nothing"), ("DELETE", "/me"), ("GET", "/trail")):
        answer = here.ask(method, API + path, **said)
        if answer.status == 429:
            return
        refused(here, answer, 401)
        assert answer.what == "who asks?"
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_link_lets_in_one_browser_once(here: Serving) -> None:
    link = here.door.entrance.link().partition(here.host)[2]
    assert here.ask("HEAD", link).status == 401  # a program that looks ahead does not use it
    first = here.ask("GET", link)
    assert (first.status, first.headers["location"]) == (303, "/")
    laid = first.headers["set-cookie"]
    assert laid.startswith(f"outlay-{here.settings.port}=")
    assert laid.endswith("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict")
    assert here.ask("GET", link).status == 401
    cookie = laid.partition(";")[0]
    assert here.ask("GET", "/", Cookie=cookie).status == 200
    assert here.ask("GET", link, Cookie=cookie).status == 303  # opened once more, by who is in
    left = here.ask("POST", "/leave", Cookie=cookie, Origin=f"http://{here.host}",
                    Content_Type="application/x-www-form-urlencoded")  # fmt: skip
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert here.ask("GET", "/", Cookie=cookie).status == 401


@pytest.mark.parametrize("token", ["", "x", "%00", "'; drop table tokens; --"])
def test_another_token_lets_nobody_in(token: str, here: Serving) -> None:
    from urllib.parse import quote

    answer = here.ask("GET", f"/enter?token={quote(token)}")
    assert answer.status in (400, 401, 429)
    assert "set-cookie" not in answer.headers
    assert here.recorder.seen == []


def test_a_page_of_who_is_not_let_in_says_how(here: Serving) -> None:
    answer = here.ask("GET", "/s/x/decision?set=a=1")
    assert (answer.status, answer.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert b"outlay serve" in answer.body
    assert b"<script" not in answer.body


def test_a_link_of_another_page_leads_to_the_empty_page_and_to_no_data(here: Serving) -> None:
    """The browser keeps the cookie back from that one request, and brings it for the rest."""
    visit = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
    assert here.ask("GET", "/s/x", **visit, Sec_Fetch_Dest="document").status == 200
    assert here.ask("GET", "/static/app.js").status == 200
    assert [path for _, path, _ in here.recorder.seen] == ["/s/x", "/static/app.js"]
    here.recorder.seen.clear()
    refused(here, here.ask("GET", f"{API}/studies", **visit, Sec_Fetch_Dest="document"), 403)
    refused(here, here.ask("GET", "/s/x", **visit, Sec_Fetch_Dest="iframe"), 403)
    refused(here, here.ask("GET", "/static/app.js", Sec_Fetch_Site="cross-site"), 403)


def test_who_watches_over_it_needs_no_name_of_it(here: Serving) -> None:
    answer = here.ask("GET", "/health", Host="10.0.0.9")
    assert (answer.status, answer.body) == (200, b'{"status": "ok"}')
    assert here.ask("GET", "/enter", Host="10.0.0.9").status == 403


def test_a_failure_is_told_without_where_it_was(
    here: Serving, token: str, capsys: pytest.CaptureFixture[str]
) -> None:
    here.recorder.fails = True
    try:
        answer = here.ask("GET", f"{API}/me", Authorization=f"Bearer {token}")
    finally:
        here.recorder.fails = False
    refused(here, answer, 500)
    assert b"line 7" not in answer.body
    assert "ValueError: secret of line 7" in capsys.readouterr().err


def test_who_asks_too_much_waits_and_others_do_not() -> None:
    with served(Settings(store="", rate=1.0, burst=3)) as there:
        mine, other = (f"Bearer {there.known.token('viewer', n)}" for n in ("a", "b"))
        answers = [there.ask("GET", f"{API}/me", Authorization=mine) for _ in range(5)]
        assert [a.status for a in answers] == [200, 200, 200, 429, 429]
        assert answers[-1].headers["retry-after"] == "1"
        assert there.ask("GET", f"{API}/me", Authorization=other).status == 200


def test_guesses_are_slowed_down_and_who_is_known_is_not(token: str) -> None:
    with served(Settings(store="")) as there:
        mine = f"Bearer {there.known.token('viewer')}"
        found = {there.ask("GET", f"{API}/me", Authorization="Bearer x").status for _ in range(40)}
        assert found == {401, 429}
        assert there.ask("GET", f"{API}/me", Authorization=mine).status == 200


def test_a_person_has_so_many_streams_at_once() -> None:
    with served(replace(QUICK, max_asked_each=1, body_s=5.0, pause_s=5.0)) as there:
        mine = there.known.token("admin")
        head = PUT.format(host=there.host, token=mine) + "Content-Length: 9\r\n\r\n"
        with socket.create_connection(("127.0.0.1", there.settings.port)) as conn:
            conn.sendall(head.encode())
            time.sleep(0.2)
            answer = there.ask("GET", f"{API}/me", Authorization=f"Bearer {mine}")
            refused(there, answer, 429)
        time.sleep(0.2)
        assert there.ask("GET", f"{API}/me", Authorization=f"Bearer {mine}").status == 200


def test_who_asks_little_comes_in_where_others_keep_the_server_full() -> None:
    room = Room(replace(QUICK, max_asked=20, max_asked_each=15))
    with ExitStack() as held:
        for name in [*["Ann"] * 12, *["Bo"] * 8]:
            held.enter_context(room.of(name))
        with pytest.raises(RefusedError) as told, room.of("Ann"):
            pass
        assert told.value.status == 503
        for _ in range(8):
            held.enter_context(room.of("Cy"))
        with pytest.raises(RefusedError), room.of("Cy"):
            pass


def test_connections_are_counted_and_those_that_are_there_stay() -> None:
    with served(Settings(store="", max_connections=3)) as there:
        mine = f"Bearer {there.known.token('viewer')}"
        place = ("127.0.0.1", there.settings.port)
        held = [socket.create_connection(place) for _ in range(3)]
        time.sleep(0.2)
        assert there.ask("GET", f"{API}/me", Authorization=mine).status == 503
        held[0].sendall(f"GET /health HTTP/1.1\r\nHost: {there.host}\r\n\r\n".encode())
        assert held[0].recv(15) == b"HTTP/1.1 200 OK"
        for conn in held:
            conn.close()
        time.sleep(0.2)
        assert there.ask("GET", f"{API}/me", Authorization=mine).status == 200


def test_who_does_not_read_an_answer_is_cut_off() -> None:
    with served(replace(QUICK, send_s=0.3)) as there:
        mine = there.known.token("viewer")
        head = f"GET {API}/runs/large/export HTTP/1.1\r\n" + OURS + "\r\n"
        with socket.create_connection(("127.0.0.1", there.settings.port), timeout=5) as conn:
            conn.sendall(head.format(host=there.host, token=mine).encode())
            time.sleep(1.0)
            size = 0
            with suppress(OSError):
                while piece := conn.recv(1 << 20):
                    size += len(piece)
        assert 0 < size < POURED
        assert there.ask("GET", f"{API}/me", Authorization=f"Bearer {mine}").status == 200


TEAM = Settings(store="", team=True, origin="https://plan.example.org", identity="X-User",
                proxies=("10.0.0.1",))  # fmt: skip


def test_a_team_comes_in_with_tokens_of_their_own() -> None:
    with served(TEAM, known=Known()) as there:
        there_host = {"Host": "plan.example.org"}
        known = there.known.token("viewer")
        assert b"<form" in there.ask("GET", "/", **there_host).body
        form = {
            "Content_Type": "application/x-www-form-urlencoded",
            "Origin": "null",
            "Sec_Fetch_Site": "same-origin",
            **there_host,
        }  # what Chromium says of the form
        came = there.ask("POST", "/enter", f"token={known}".encode(), **form)
        laid = came.headers["set-cookie"]
        assert came.status == 303
        assert laid.startswith("__Host-outlay-")
        assert laid.endswith("; SameSite=Strict; Secure")
        assert known not in laid
        assert "strict-transport-security" in came.headers
        cookie = laid.partition(";")[0]
        assert there.ask("GET", f"{API}/me", Cookie=cookie, **there_host).status == 200
        for wrong in (b"token=x", b"token=", b"", b"token=" + b"x" * 5_000):
            answer = there.ask("POST", "/enter", wrong, **form)
            assert answer.status in (401, 413, 415)
            assert "set-cookie" not in answer.headers
        assert there.ask("POST", "/enter", f"token={known}".encode(),
                         **{**form, "Origin": "https://evil.example"}).status == 403  # fmt: skip
        assert there.ask("GET", "/", Host=there.host).status == 403


def test_a_name_in_a_header_counts_from_a_listed_proxy_alone() -> None:
    known = Known()
    known.token("editor", "Bo")
    named = {"Host": "plan.example.org", "X_User": "Bo"}
    with served(TEAM, known=known) as there:
        assert there.ask("GET", f"{API}/me", **named).status == 401
    with served(replace(TEAM, proxies=("127.0.0.1",)), known=known) as there:
        assert there.ask("GET", f"{API}/me", **named).status == 200
        assert there.ask("GET", f"{API}/me", **{**named, "X_User": "Eve"}).status == 401
        twice = {**named, "X_User": "Bo\r\nX-User: Eve"}  # the browser's, and the proxy's
        assert there.ask("GET", f"{API}/me", **twice).status == 400
        assert there.ask("GET", f"{API}/trail", **named).status == 403
        token = f"Bearer {known.token('viewer')}"  # a program, which no proxy knows
        own = {"Host": "plan.example.org", "Authorization": token}
        assert there.ask("GET", f"{API}/me", **own).status == 200


ROLES = ("viewer", "editor", "admin")


def test_every_route_is_for_its_roles_and_no_others(here: Serving) -> None:
    tokens = {role: here.known.token(role) for role in ROLES}  # type: ignore[arg-type]
    for rule in RULES:
        if rule.sort == "open":
            continue
        path = rule.path.replace("{path:path}", "a/b").replace("{", "").replace("}", "")
        kind = "application/json" if rule.takes == "json" else "application/octet-stream"
        body = b"{}" if rule.takes else b""
        for role, token in tokens.items():
            here.recorder.seen.clear()
            answer = here.ask(rule.method, path, body, Authorization=f"Bearer {token}",
                              Content_Type=kind if body else None)  # fmt: skip
            if ROLES.index(role) < ROLES.index(rule.role):
                refused(here, answer, 403)
            else:
                assert (answer.status, here.recorder.seen) == (
                    200, [(rule.method, path, body)],
                ), (role, rule)  # fmt: skip
                assert answer.headers.get("server") is None
                assert answer.headers.get("access-control-allow-origin") is None
