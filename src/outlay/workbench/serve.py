"""`outlay serve`: the workbench for this machine's user, or for a team behind a name of its own."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.says import LANGUAGES, File, Says
from outlay.core.errors import InputError, OutlayError, Problem
from outlay.workbench.settings import Settings

if TYPE_CHECKING:
    import uvicorn

    from outlay.results.kept.workbench import Who
    from outlay.store.opened import Store
    from outlay.workbench.guard.door import Door

__all__ = ["serve"]

_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]{1,253}|\[[0-9a-f:]+\])(:\d{1,5})?")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_HERE = ("localhost", "127.0.0.1", "[::1]")
TEAM_DAYS = 1.0
"""How long a browser stays in that came with a token."""


@checked
def serve(
    study: Annotated[
        File | None,
        Says("A study file to work on; it is put into the store.", argument=True),
    ] = None,
    *,
    port: Annotated[int, Says("Port; 0 takes one that is free.", least=0, most=65_535)] = 8787,
    host: Annotated[
        str, Says("Address to listen at; beyond this machine with --team alone.")
    ] = "127.0.0.1",
    store: Annotated[
        str | None,
        Says("Where all is kept: a file, or postgresql://…; else OUTLAY_STORE, or your own."),
    ] = None,
    team: Annotated[bool, Says("For several people, each with a token of their own.")] = False,
    origin: Annotated[
        str | None, Says("With --team: what browsers call it, https://plan.example.org.")
    ] = None,
    proxy: Annotated[
        Sequence[str], Says("Address of a proxy that says in --identity who somebody is.")
    ] = (),
    identity: Annotated[
        str | None, Says("Header in which a --proxy says who somebody is, X-Forwarded-User.")
    ] = None,
    workers: Annotated[int, Says("Processes for plans and sweeps.", least=1, most=64)] = 1,
    sessions: Annotated[
        int, Says("Studies kept solved at once, shared by all workspaces.", least=1, most=64)
    ] = 2,
    browser: Annotated[
        bool, Says("Open a browser, where there is a screen.", flag="--browser/--no-browser")
    ] = True,
    language: Annotated[str, Says("Of the words: en or zh.", among=LANGUAGES)] = "en",
) -> None:
    """Serve the workbench: a page with sliders on certified plans, and its interface for programs.

    It listens at this machine alone and prints one link, which lets in one browser, once. With
    --team several people come in, each with a token of their own, over the name that --origin says.
    Ctrl-C stops it.
    """
    settings = _settings(host, port, team, origin or "", tuple(proxy), identity or "", workers)
    settings = replace(settings, max_sessions=sessions)
    _refuse_without_libraries()
    from outlay.store.opened import open_store
    from outlay.store.place import default_url, place_of
    from outlay.workbench.guard.running import bound

    place = place_of(store or default_url())
    url = str(place.file) if place.file is not None else place.url
    held = open_store(url)
    with contextlib.closing(held):
        sock = bound(settings.host, settings.port)
        with contextlib.closing(sock):
            settings = replace(settings, store=url, port=sock.getsockname()[1])
            door = _door(settings, held, study)
            from outlay.report.words.language import words
            from outlay.report.words.machine.serve import begun, ended
            from outlay.workbench.guard.running import server_of

            say = words(language)
            link = door.entrance.link() if door.entrance.has_link else ""
            for line in begun(settings.address, link, held.shown, say):
                sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            if browser:
                _show(link)
            server = server_of(door, settings)
            with _hung_up(server), contextlib.suppress(KeyboardInterrupt):
                try:
                    server.run(sockets=[sock])
                except SystemExit:
                    raise door.failed or OutlayError("the server could not be started") from None
            sys.stderr.write(f"{ended(say)}\n")


def _settings(
    host: str, port: int, team: bool, origin: str, proxies: tuple[str, ...], identity: str,
    workers: int,
) -> Settings:  # fmt: skip
    """Raises InputError for all that would let in whoever comes, or nobody."""
    out = Settings(store="", host=host, port=port, team=team, origin=origin, proxies=proxies,
                   identity=identity, workers=workers)  # fmt: skip
    if team:
        out = replace(out, cookie_days=TEAM_DAYS)
    if found := list(_problems(out)):
        raise InputError(found)
    return out


def _problems(given: Settings) -> Iterator[Problem]:
    if not given.team:
        if not given.loopback:
            yield Problem(
                "an address that others reach", "--host", given.host, "127.0.0.1 or ::1",
                "for others: --team --origin https://…, behind a proxy that speaks TLS",
            )  # fmt: skip
        for option, value in (("--origin", given.origin), ("--identity", given.identity),
                              ("--proxy", ", ".join(given.proxies))):  # fmt: skip
            if value:
                yield Problem("of a team's server alone", option, value, "with --team")
        return
    yield from _origin_problems(given.origin)
    for proxy in given.proxies:
        try:
            ipaddress.ip_address(proxy)
        except ValueError:
            yield Problem("not an address", "--proxy", proxy[:80], "such as 10.0.0.2")
    if bool(given.identity) != bool(given.proxies):
        yield Problem("one without the other", "--proxy, --identity", allowed="both, or none")
    elif given.identity and not _HEADER.fullmatch(given.identity):
        yield Problem("not the name of a header", "--identity", given.identity[:80])


def _origin_problems(origin: str) -> Iterator[Problem]:
    allowed = "https://plan.example.org, or http://localhost:8787"
    if not origin:
        yield Problem("nothing is said of what browsers call the server", "--origin",
                      allowed=allowed)  # fmt: skip
        return
    found = _ORIGIN.fullmatch(origin)
    if found is None:
        yield Problem("not an origin", "--origin", origin[:80], allowed, "no path, no capitals")
    elif (found[1], found[3]) in (("https", ":443"), ("http", ":80")):
        yield Problem("a port that browsers leave out", "--origin", origin[:80], allowed,
                      origin.rpartition(":")[0])  # fmt: skip
    elif found[1] == "http" and found[2] not in _HERE:
        yield Problem("tokens would travel in the clear", "--origin", origin[:80], allowed,
                      f"https://{found[2]}{found[3] or ''}")  # fmt: skip


def _refuse_without_libraries() -> None:
    try:
        import fastapi  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as err:
        raise InputError(
            Problem("the server's libraries are not installed", "outlay serve", err.name or "",
                    hint="pip install 'outlay[serve]'")
        ) from None  # fmt: skip


def _door(settings: Settings, store: Store, study: File | None) -> Door:
    """The application behind the door, with the study in the store."""
    from outlay.workbench.application import create_app
    from outlay.workbench.guard.door import Door
    from outlay.workbench.put_in import put_in

    admin = store.first_admin(_name())
    home = f"/s/{put_in(store, admin, Path(study)).id}" if study is not None else "/"
    in_by_link = admin if not settings.team or _is_new(store, admin) else None
    return Door(create_app(settings, store), settings, store, in_by_link, home=home)


def _is_new(store: Store, admin: Who) -> bool:
    """Whether nobody could come in: there is no token yet, nor anybody whom a proxy could name."""
    return len(store.people(admin)) == 1 and not store.tokens(admin)


def _name() -> str:
    """What the trail calls the first user."""
    import getpass

    try:
        return getpass.getuser() or "admin"
    except (OSError, KeyError, ImportError):
        return "admin"


def _show(link: str) -> None:
    """Open a browser, where somebody sits before a screen."""
    screen = os.name == "nt" or sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )  # fmt: skip
    if link and screen and sys.stdout.isatty():
        import webbrowser

        with contextlib.suppress(webbrowser.Error, OSError):
            webbrowser.open(link)


@contextlib.contextmanager
def _hung_up(server: uvicorn.Server) -> Iterator[None]:
    """A terminal that is closed stops the server as Ctrl-C does."""
    number = getattr(signal, "SIGHUP", None)
    if number is None:
        yield
        return

    def stop(*_: object) -> None:
        server.should_exit = True

    before = signal.signal(number, stop)
    try:
        yield
    finally:
        signal.signal(number, before)
