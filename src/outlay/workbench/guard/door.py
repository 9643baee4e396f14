"""The outermost layer of the server: what is not let in by the table reaches no route.

It looks at a request in one order: its form, the name it came to, its address in the table, the
page it comes from, who asks, what they may, how much they ask, and its body, which is read here
whole. What a route then answers leaves with our headers, and a failure of it without a word of
where it failed.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from functools import partial
from typing import TypeVar
from urllib.parse import parse_qs

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from outlay.core.errors import OutlayError, Problem
from outlay.core.ingest.names import shown
from outlay.results.kept.workbench import Role, Who
from outlay.workbench.guard.asked import App, AskedFor, Message, Receive, Scope, Send, asked_for
from outlay.workbench.guard.body import GoneError, read_body
from outlay.workbench.guard.entrance import Entrance, People
from outlay.workbench.guard.headers import Header, fit_headers, safe_headers
from outlay.workbench.guard.limits import Buckets, Room
from outlay.workbench.guard.origin import from_elsewhere, refuse_host, refuse_origin
from outlay.workbench.guard.pages import form_page, shut_page
from outlay.workbench.guard.refusal import RefusedError
from outlay.workbench.guard.table import Rule, found, methods_of
from outlay.workbench.settings import Settings

__all__ = ["Door"]

T = TypeVar("T")
RANK: tuple[Role, ...] = ("viewer", "editor", "admin")
HEALTH = "/health"
HTML = "text/html; charset=utf-8"
TRIES_A_MINUTE, TRIES = 30, 30
"""Of an address that is not let in: more are told to wait."""
MOST_READ_ON, READ_ON_S = 64_000_000, 2.0
"""Of a body that is not taken: bytes, and seconds."""
LOST = Problem("this went wrong in the server", hint="who runs it finds more in its terminal")


class Door:
    """The application with the guard before it."""

    def __init__(
        self,
        app: App,
        settings: Settings,
        people: People,
        admin: Who | None = None,
        *,
        home: str = "/",
    ) -> None:
        """admin: who the terminal's link lets in. home: where one who came in is sent."""
        self._app, self._settings, self._home = app, settings, home
        self.failed: OutlayError | None = None
        """Why the application did not start."""
        self.entrance = Entrance(settings, people, admin)
        self._room = Room(settings)
        self._pace = Buckets(settings.rate, settings.burst)
        self._tries = Buckets(TRIES_A_MINUTE / 60, TRIES)
        self._lookups = CapacityLimiter(8)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] == "lifespan":
            try:
                await self._app(scope, receive, send)
            except OutlayError as err:
                self.failed = err
                raise
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._answered(scope, receive, send)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        out = _Answer(send, receive, self._settings, head=scope["method"] == "HEAD")
        try:
            await self._asked(scope, receive, out)
        except RefusedError as err:
            await out.refuse(err)
        except GoneError:
            return
        except Exception as err:
            if isinstance(err, TimeoutError) and out.stuck:
                return  # who asked does not read
            _tell(err)
            await out.refuse(_failed(err))

    async def _asked(self, scope: Scope, receive: Receive, out: _Answer) -> None:
        asked = asked_for(scope, self._settings.max_url, self._settings.identity)
        out.rule = rule = found(asked.method, asked.path)
        if rule is None or rule.path != HEALTH:  # who watches over it knows its number alone
            refuse_host(asked, self._settings)
        if rule is None:
            await self._unknown(asked, await self._who(asked))
            return
        refuse_origin(asked, rule, self._settings)
        if rule.sort == "open":
            await self._open(asked, rule, receive, out)
            return
        who = None if rule.sort == "static" else await self._who(asked)
        if who is None and not _is_for_all(asked, rule):
            await self._shut(asked, rule, out)
            return
        if who is not None and RANK.index(who.role) < RANK.index(rule.role):
            raise RefusedError(
                403, Problem(f"only {_an(rule.role)} may do this", asked.path, who.role, rule.role)
            )
        name = who.id if who is not None else f"from {asked.address}"
        if wait := self._pace.wait(name):
            allowed = f"{self._settings.rate:g} requests a second"
            raise RefusedError(429, Problem("too much is asked", "you", allowed=allowed),
                               close=True, retry_after=_seconds(wait))  # fmt: skip
        with self._room.of(name):
            body = await read_body(asked, rule, receive, self._settings, self._room)
            state = scope.setdefault("state", {})
            assert isinstance(state, MutableMapping)
            if who is not None:
                state["who"] = who
            await self._app(_inner(scope, asked), _Body(body, receive), out)
            await out.end()

    async def _who(self, asked: AskedFor) -> Who | None:
        """Who asks; looking it up takes the store, which is asked apart."""
        return await self._apart(self.entrance.who, asked)

    async def _apart(self, function: Callable[..., T], *args: object) -> T:
        return await run_sync(partial(function, *args), limiter=self._lookups)

    async def _unknown(self, asked: AskedFor, who: Who | None) -> None:
        """An address that the table has not: who is not let in learns nothing of it."""
        if who is None:
            self._refuse_more_tries(asked)
            raise _who_first()
        if not (methods := methods_of(asked.path)):
            raise RefusedError(404, Problem("no such address", "the address", asked.path[:80]))
        raise RefusedError(
            405, Problem("not taken here", "the method", asked.method, ", ".join(methods)),
            allow=", ".join(methods), close=True,
        )  # fmt: skip

    async def _shut(self, asked: AskedFor, rule: Rule, out: _Answer) -> None:
        """Somebody who is not let in: told how to come in, where a person looks."""
        if rule.sort != "page":
            self._refuse_more_tries(asked)
            raise _who_first()
        await out.page(401, form_page() if self._settings.team else shut_page())

    def _refuse_more_tries(self, asked: AskedFor) -> None:
        if wait := self._tries.wait(asked.address):
            raise RefusedError(429, Problem("too many tries", "you"), close=True,
                               retry_after=_seconds(wait))  # fmt: skip

    async def _open(self, asked: AskedFor, rule: Rule, receive: Receive, out: _Answer) -> None:
        """The addresses that need no cookie, as they give one or show nothing."""
        if rule.path == HEALTH:
            await out.whole(200, b'{"status": "ok"}', "application/json")
        elif rule.path == "/leave":
            await read_body(asked, rule, receive, self._settings, self._room)
            await self._apart(self.entrance.leave, asked)
            await out.go("/", self.entrance.cookie(""))
        else:
            await self._enter(asked, rule, receive, out)

    async def _enter(self, asked: AskedFor, rule: Rule, receive: Receive, out: _Answer) -> None:
        body = await read_body(asked, rule, receive, self._settings, self._room)
        given = parse_qs((body or asked.query).decode("utf-8", "replace"), max_num_fields=10)
        token = given.get("token", [""])[-1]
        if await self._apart(self.entrance.who, asked) is not None and not body:
            await out.go(self._home)  # let in before: a link that is opened twice
            return
        if asked.method == "HEAD" or not token:
            cookie = ""
        elif asked.method == "POST" and self._settings.team:
            cookie = await self._apart(self.entrance.by_token, token)
        else:
            cookie = await self._apart(self.entrance.by_link, token) if not body else ""
        if cookie:
            await out.go(self._home, self.entrance.cookie(cookie))
            return
        self._refuse_more_tries(asked)
        said = "That token is not known here, or is over." if token else ""
        if self._settings.team:
            await out.page(401, form_page(said))
        else:
            await out.page(401, shut_page("That link is used, or over." if token else ""))


class _Body:
    """A body that was read, as a route asks for it; then whether who asked is still there."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        while (message := await self._receive())["type"] == "http.request":
            await asyncio.sleep(0)
        return message


class _Answer:
    """What leaves: with our headers, in time, and in place of a failure our own words."""

    def __init__(self, send: Send, receive: Receive, settings: Settings, *, head: bool) -> None:
        self._send, self._receive = send, receive
        self._settings, self._head = settings, head
        self.rule: Rule | None = None
        self.stuck = self._begun = self._over = self._failed = False

    async def __call__(self, message: Message) -> None:
        if self._failed or self._over:
            return
        if message["type"] == "http.response.start":
            status = message["status"]
            assert isinstance(status, int)
            if status >= 500 and status != 503:
                self._failed = True  # said by `end`
                return
            given = message.get("headers", ())
            assert isinstance(given, list | tuple)
            await self._start(status, [(bytes(n), bytes(v)) for n, v in given])
            return
        if message["type"] != "http.response.body":
            return
        more = bool(message.get("more_body"))
        body = b"" if self._head else message.get("body", b"")
        await self._out({"type": "http.response.body", "body": body, "more_body": more})
        self._over = not more

    async def end(self) -> None:
        """After a route: where it failed by itself, this is said in our words."""
        if self._failed and not self._begun:
            self._failed = False
            await self.refuse(RefusedError(500, LOST))

    async def refuse(self, err: RefusedError) -> None:
        """Answer with an error, where nothing was answered yet; else the connection is cut."""
        if self._begun:
            if not self._over:
                raise ConnectionAbortedError
            return
        self._failed = False
        headers = {**err.headers, **({"connection": "close"} if err.close else {})}
        await self._begin(err.status, err.body, "application/json", headers)
        if err.close:
            await self._read_on()
        await self({"type": "http.response.body"})

    async def _read_on(self) -> None:
        """Read a little of what is still sent: a connection that is closed on it is reset, and who
        sends never sees why."""
        left = MOST_READ_ON
        with suppress(TimeoutError):
            async with asyncio.timeout(READ_ON_S):
                while left > 0:
                    message = await self._receive()
                    if message["type"] == "http.disconnect" or not message.get("more_body"):
                        return
                    piece = message.get("body", b"")
                    left -= len(piece) if isinstance(piece, bytes) else 0

    async def whole(
        self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """An answer in one piece."""
        await self._begin(status, body, kind, headers)
        await self({"type": "http.response.body"})

    async def _begin(
        self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None
    ) -> None:
        own = {"content-type": kind, "content-length": str(len(body)), **(headers or {})}
        await self._start(status, [(n.encode(), v.encode("latin-1")) for n, v in own.items()])
        await self({"type": "http.response.body", "body": body, "more_body": True})

    async def page(self, status: int, body: bytes) -> None:
        """A page."""
        await self.whole(status, body, HTML)

    async def go(self, place: str, cookie: str = "") -> None:
        """Send a browser elsewhere here, with a cookie."""
        more = {"location": place, **({"set-cookie": cookie} if cookie else {})}
        await self.whole(303, b"", HTML, more)

    async def _start(self, status: int, headers: list[Header]) -> None:
        self._begun = True
        safe = safe_headers(self.rule if status < 400 else None, secure=self._settings.secure)
        await self._out({"type": "http.response.start", "status": status,
                         "headers": fit_headers(headers, safe)})  # fmt: skip

    async def _out(self, message: Message) -> None:
        try:
            async with asyncio.timeout(self._settings.send_s):
                await self._send(message)
        except TimeoutError:
            self.stuck = True
            raise


def _is_for_all(asked: AskedFor, rule: Rule) -> bool:
    """Whether it shows nothing of anybody's: the page's own files, and the empty page for who comes
    over a link of another page. The browser keeps our cookie back from that one request; what the
    page then asks for comes with it."""
    return rule.sort == "static" or (rule.sort == "page" and from_elsewhere(asked))


def _inner(scope: Scope, asked: AskedFor) -> Scope:
    """What a route is given: the path as it was read here, and GET for HEAD."""
    return {
        **scope,
        "path": asked.path,
        "method": "GET" if asked.method == "HEAD" else asked.method,
    }


def _who_first() -> RefusedError:
    return RefusedError(
        401, Problem("who asks?", "Authorization", allowed="a token, or the cookie of a browser "
                     "that was let in"), close=True, www_authenticate='Bearer realm="outlay"',
    )  # fmt: skip


def _failed(err: Exception) -> RefusedError:
    """What is said of a failure of ours: a store that is busy or away may be there again soon."""
    if isinstance(err, OutlayError):
        return RefusedError(503, err.problems()[0], close=True, retry_after="1")
    return RefusedError(500, LOST, close=True)


def _an(role: str) -> str:
    return f"an {role}" if role[0] in "ae" else f"a {role}"


def _seconds(wait: float) -> str:
    return str(max(1, int(wait + 0.999)))


def _tell(err: BaseException) -> None:
    """One line for who runs the server; nothing of the request, which may hold what is private."""
    at = err.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    place = f"{at.tb_frame.f_code.co_filename}:{at.tb_lineno}" if at is not None else ""
    with suppress(OSError):
        said = shown(f"{type(err).__name__}: {err}"[:300])
        print(f"{time.strftime('%H:%M:%S')} went wrong at {place}: {said}", file=sys.stderr)
