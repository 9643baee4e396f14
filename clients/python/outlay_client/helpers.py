"""Written by hand: how a script comes in, waits for work, and follows a what-if.

All else in this package is generated from the interface (`make client`).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from .api.works import works_work
from .client import AuthenticatedClient
from .models.work import Work

__all__ = ["Event", "RefusedError", "ended", "enter", "events", "what_if"]

OVER = ("done", "failed", "cancelled", "interrupted")


class RefusedError(Exception):
    """What the server says is wrong: one line for each thing."""


def _told(response: httpx.Response) -> httpx.Response:
    """The response. Raises RefusedError with what the server says is wrong."""
    if response.is_success or response.is_redirect:
        return response
    response.read()
    try:
        rows: list[dict[str, str]] = response.json()["errors"]
        lines = ["; ".join(f"{k}: {v}" for k, v in row.items() if v) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError):
        text = re.sub(r"<style.*?</style>|<[^>]*>", " ", response.text, flags=re.S)
        lines = [" ".join(text.split())[:200]]
    raise RefusedError("\n".join([f"{response.status_code}", *lines]))


def enter(link: str, *, days: int = 1, said: str = "a script") -> AuthenticatedClient:
    """Come in by the link that `outlay serve` printed, which counts once, and get a token.

    A team's member has a token already: `AuthenticatedClient(base_url=…, token=…)`.
    """
    at = urlsplit(link)
    base = f"{at.scheme}://{at.netloc}"
    with httpx.Client(base_url=base, headers={"Origin": base}, timeout=30.0) as browser:
        _told(browser.get(link))
        who = _told(browser.get("/api/v1/me")).json()
        asked = {"person": who["id"], "role": "editor", "days": days, "said": said}
        made = _told(browser.post("/api/v1/tokens", json=asked)).json()
    (token,) = (v for v in made.values() if isinstance(v, str))
    return AuthenticatedClient(base_url=base, token=token, timeout=httpx.Timeout(60.0))


def ended(client: AuthenticatedClient, work: Work, *, every_s: float = 0.5) -> Work:
    """The work when it is over: done, failed, cancelled or interrupted."""
    found = work
    while found.state not in OVER:
        time.sleep(every_s)
        again = works_work.sync(found.id, client=client)
        if not isinstance(again, Work):
            raise RefusedError(f"the work {found.id} is not there")
        found = again
    return found


@dataclass(frozen=True)
class Event:
    """One event of a stream: its name, and what it carries."""

    name: str
    data: dict[str, Any]


def events(
    client: AuthenticatedClient, path: str, params: Sequence[tuple[str, str]]
) -> Iterator[Event]:
    """The events of a stream, as they come. Raises RefusedError."""
    with client.get_httpx_client().stream(
        "GET", path, params=list(params), timeout=httpx.Timeout(60.0, read=None)
    ) as response:
        _told(response)
        name, lines = "message", list[str]()
        for line in response.iter_lines():
            field, _, value = line.partition(":")
            if field == "event":
                name = value.strip()
            elif field == "data":
                lines.append(value.removeprefix(" "))
            elif not line and lines:
                found = json.loads("\n".join(lines))
                yield Event(name, found if isinstance(found, dict) else {"value": found})
                name, lines = "message", []


def what_if(
    client: AuthenticatedClient, study: str, changes: Sequence[str], *, tab: str = "script"
) -> Iterator[Event]:
    """What changes of a study (path=value) cost: `coarse` at once, then `exact`.

    A newer question of the same `tab` ends the older, which says `superseded`.
    """
    params = [("tab", tab), *(("set", change) for change in changes)]
    yield from events(client, f"/api/v1/studies/{study}/live", params)
