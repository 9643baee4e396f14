"""How a server is set: where it listens, who may come in, how much of everything there may be."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

__all__ = ["Settings"]

LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")
"""What the machine itself is called by a browser that runs on it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one server is started with. Sizes in bytes, times in seconds."""

    store: str
    """Where the store is: a file with its whole path, or `postgresql://…`."""
    host: str = "127.0.0.1"
    """Address that it listens at."""
    port: int = 8787
    """Port that it listens at; what stands here is the one that it got."""
    team: bool = False
    """Whether several people come in, each with a token of their own."""
    origin: str = ""
    """What browsers call it, `https://plan.example.org`; empty: this machine's own names."""
    proxies: tuple[str, ...] = ()
    """Addresses of the proxies that may say who somebody is."""
    identity: str = ""
    """The header in which they say it; empty: they do not."""
    max_body: int = 32_000_000
    """Most of one upload: a study with its files, a document, a run's folder."""
    max_small: int = 1_000_000
    """Most of a body that holds no file."""
    max_held: int = 256_000_000
    """Most of all bodies that are being read at once."""
    max_url: int = 32_000
    """Most of a path with its query."""
    max_connections: int = 512
    """Connections at once."""
    max_asked: int = 256
    """Requests at once, of everybody; who asks little still may beyond it."""
    max_asked_each: int = 96
    """Requests at once of one person, streams of events among them."""
    rate: float = 500.0
    """Requests a second that one person may go on with; a moved slider asks once a frame."""
    burst: int = 1500
    """Requests that one person may ask at once before that rate holds."""
    head_s: float = 10.0
    """Until a request's line and headers must be there."""
    body_s: float = 60.0
    """Until a body must be there."""
    pause_s: float = 10.0
    """Most between two pieces of a body."""
    send_s: float = 60.0
    """Most that a reader may leave a piece of an answer unread."""
    stop_s: int = 3
    """What answers in progress are given when the server is stopped."""
    cookie_days: float = 30.0
    """How long a browser that was let in stays so."""
    max_sessions: int = 2
    """Studies that are kept solved at once, each in a process of its own; all workspaces share
    them, and none takes from one that has no more."""
    kept_answers: int = 20_000_000
    """Characters of exact answers that are kept, so that a link is answered at once in any tab."""
    idle_s: float = 900.0
    """After which a study that nobody changes is let go of."""
    session_memory: int = 4 << 30
    """Most memory of a process that solves."""
    workers: int = 1
    """Processes for plans and sweeps; documents that are handed in have one beside them."""

    @property
    def hosts(self) -> frozenset[str]:
        """The values of `Host` that it answers to."""
        if self.origin:
            return frozenset({self.origin.partition("://")[2]})
        names = {*LOCAL_NAMES, self._shown_host}
        return frozenset(f"{name}:{self.port}" for name in names) | (
            frozenset(names) if self.port == 80 else frozenset()
        )

    @property
    def origins(self) -> frozenset[str]:
        """The values of `Origin` that may change anything."""
        if self.origin:
            return frozenset({self.origin})
        return frozenset(f"http://{host}" for host in self.hosts)

    @property
    def address(self) -> str:
        """What a browser is sent to."""
        return self.origin or f"http://{self._shown_host}:{self.port}"

    @property
    def cookie(self) -> str:
        """Name of the cookie: one of each port, as cookies are shared by all ports of a host."""
        return f"__Host-outlay-{self.port}" if self.secure else f"outlay-{self.port}"

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by TLS alone."""
        return self.origin.startswith("https://")

    @property
    def loopback(self) -> bool:
        """Whether nobody but this machine reaches the address."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False

    @property
    def _shown_host(self) -> str:
        return f"[{self.host}]" if ":" in self.host and "[" not in self.host else self.host
