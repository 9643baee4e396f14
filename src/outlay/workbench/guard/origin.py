"""From where a request comes: a page of ours, a program, or a page of somebody else's.

A browser sends our cookie with what pages of other ports of this machine ask, as these are the same
site to it; so what it says of the page (`Origin`, `Sec-Fetch-Site`) is looked at, not the cookie.
The name that was asked for (`Host`) must be ours: a name of somebody else's that leads here would
make their page one of our origin.
"""

from __future__ import annotations

from outlay.core.errors import Problem
from outlay.workbench.guard.asked import AskedFor
from outlay.workbench.guard.refusal import RefusedError
from outlay.workbench.guard.table import Rule
from outlay.workbench.settings import Settings

__all__ = ["from_elsewhere", "refuse_host", "refuse_origin"]

SAFE = ("GET", "HEAD")
OURS = ("same-origin", "none")
"""What a browser says of what our page asked, or the person by the line of the address."""
UNNAMED = ("null", "same-origin")
"""What it says of a form of our pages, which tell nobody where one comes from (`no-referrer`): the
page of the form is not named, but that it is ours is. No page can say so of itself."""


def refuse_host(asked: AskedFor, settings: Settings) -> None:
    """Raise RefusedError where another name than ours was asked for."""
    if asked.header("host").lower() not in settings.hosts:
        raise RefusedError(
            403, Problem("not a name of this server", "Host", ascii(asked.header("host")[:80]),
                         ", ".join(sorted(settings.hosts))), close=True,
        )  # fmt: skip


def refuse_origin(asked: AskedFor, rule: Rule, settings: Settings) -> None:
    """Raise RefusedError for what a page of somebody else's makes a browser ask.

    A page may be come to from elsewhere: it shows nothing to who sent one there.
    """
    origin, site = asked.header("origin"), asked.header("sec-fetch-site")
    if origin and origin not in settings.origins and (origin, site) != UNNAMED:
        raise _foreign("Origin", origin)
    if site in OURS:
        return
    if site:
        if rule.sort in ("page", "open") and asked.method in SAFE and _visits(asked):
            return
        raise _foreign("Sec-Fetch-Site", site)
    if asked.method not in SAFE and not origin and asked.header("cookie"):
        raise _foreign("Origin", "")


def _visits(asked: AskedFor) -> bool:
    """Whether a person goes there in a window of their own."""
    kind = asked.header("sec-fetch-dest")
    return asked.header("sec-fetch-mode") == "navigate" and kind in ("document", "")


def from_elsewhere(asked: AskedFor) -> bool:
    """Whether a person came over a link of somebody else's: the cookie stays behind then."""
    return asked.header("sec-fetch-site") in ("cross-site", "same-site")


def _foreign(header: str, value: str) -> RefusedError:
    return RefusedError(
        403, Problem("asked by a page of somebody else's", header, ascii(value[:80]),
                     "a page of this server, or a program with a token")
    )  # fmt: skip
