"""Who asks: by the one link that the terminal shows, by a browser's cookie, by a token, by a proxy.

No secret is set by anybody: the link's is drawn at each start and used once; a cookie is a token of
the store, kept there as a hash and with an end.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from http.cookies import CookieError, SimpleCookie
from typing import Literal, Protocol

from outlay.results.kept.workbench import Role, Who
from outlay.workbench.guard.asked import AskedFor
from outlay.workbench.settings import Settings

__all__ = ["Entrance", "People"]

LINK_S = 24 * 3600.0
"""How long the terminal's link may be used."""
LONGEST_TOKEN = 200
LONGEST_NAME = 200


class People(Protocol):
    """What is asked of the store."""

    def who_of(self, token: str, /) -> Who | None:
        """Whose token it is."""
        ...

    def who_named(self, name: str, /) -> Who | None:
        """The one person of that name."""
        ...

    def make_token(
        self, by: Who, who_id: str, role: Role, days: float, said: str, kind: Literal["session"], /
    ) -> str:
        """A new secret, shown once: of a browser that somebody came in with."""
        ...

    def leave(self, token: str, /) -> None:
        """End it."""
        ...


class Entrance:
    """The ways in. admin: who the link lets in; none: there is no link, people bring tokens."""

    def __init__(self, settings: Settings, people: People, admin: Who | None) -> None:
        self._settings, self._people, self._admin = settings, people, admin
        self._lock = threading.Lock()
        self._link = ""
        self._until = 0.0

    @property
    def has_link(self) -> bool:
        """Whether there is somebody whom a link would let in."""
        return self._admin is not None

    def link(self) -> str:
        """A new address that lets one browser in, once; the one before is over."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._link, self._until = _hash(token), time.monotonic() + LINK_S
        return f"{self._settings.address}/enter?token={token}"

    def by_link(self, token: str) -> str:
        """The cookie that the link's token is changed for; empty where it is another, or used."""
        with self._lock:
            fits = bool(self._link) and hmac.compare_digest(self._link, _hash(token))
            if not fits or self._admin is None or time.monotonic() > self._until:
                return ""
            self._link = ""
        return self._session(self._admin, "a browser that came by the link")

    def by_token(self, token: str) -> str:
        """The cookie that a person's own token is changed for; empty where it is none."""
        who = self._of(token)
        return self._session(who, "a browser that came with a token") if who else ""

    def leave(self, asked: AskedFor) -> None:
        """End the sessions that a browser has here."""
        for value in self._cookies(asked):
            self._people.leave(value)

    def _session(self, who: Who, said: str) -> str:
        days = self._settings.cookie_days
        return self._people.make_token(who, who.id, who.role, days, said, "session")

    def who(self, asked: AskedFor) -> Who | None:
        """Who asks; None: nobody that is known here."""
        kind, _, token = asked.header("authorization").partition(" ")
        if kind:
            return self._of(token.strip()) if kind.lower() == "bearer" else None
        named = asked.header(self._settings.identity.lower()) if self._settings.identity else ""
        if named and asked.address in self._settings.proxies:
            return self._of_proxy(named)
        return next(filter(None, map(self._of, self._cookies(asked))), None)

    def cookie(self, value: str) -> str:
        """The header that lays the cookie in a browser; of an empty value: that takes it away."""
        days = self._settings.cookie_days if value else 0
        secure = "; Secure" if self._settings.secure else ""
        return (
            f"{self._settings.cookie}={value}; Path=/; Max-Age={int(days * 86_400)}; HttpOnly; "
            f"SameSite=Strict{secure}"
        )

    def _cookies(self, asked: AskedFor) -> list[str]:
        """The values of our cookie: another program of this host may have laid one of its name."""
        out = []
        for part in asked.header("cookie").split(";")[:50]:
            try:
                found = SimpleCookie(part.strip()).get(self._settings.cookie)
            except CookieError:
                continue
            if found is not None:
                out.append(found.value)
        return out[:3]

    def _of(self, token: str) -> Who | None:
        if not token or len(token) > LONGEST_TOKEN or not token.isascii():
            return None
        return self._people.who_of(token)

    def _of_proxy(self, name: str) -> Who | None:
        try:
            named = name.encode("latin-1").decode()
        except UnicodeDecodeError:
            return None
        return self._people.who_named(named) if 0 < len(named) <= LONGEST_NAME else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
