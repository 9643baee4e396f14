"""A server behind the door: its sockets, and how it is run until it is stopped."""

from __future__ import annotations

import logging
import socket
from contextlib import closing

import uvicorn

from outlay.core.errors import InputError, Problem
from outlay.workbench.guard.door import Door
from outlay.workbench.guard.wire import MOST_HEAD, wire
from outlay.workbench.settings import Settings

__all__ = ["bound", "server_of"]


def bound(host: str, port: int) -> socket.socket:
    """A socket at that address. Raises InputError where it cannot be had."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM,
                                   flags=socket.AI_PASSIVE)  # fmt: skip
    except (OSError, UnicodeError):
        raise InputError(
            Problem("not an address of this machine", "--host", host[:80], "127.0.0.1, ::1, …")
        ) from None
    family, kind, proto, _, address = found[0]
    out = socket.socket(family, kind, proto)
    try:
        out.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        out.bind(address)
        out.listen(512)
    except OSError as err:
        out.close()
        raise _not_had(host, port, err) from None
    out.setblocking(False)
    return out


def _not_had(host: str, port: int, err: OSError) -> InputError:
    said = (err.strerror or str(err)).lower()
    hint = f"--port {port + 1}, or --port 0 for any that is free" if port < 65_535 else "--port 0"
    if _answers(host, port):
        return InputError(
            Problem("a program listens there already", "--port", str(port), hint=hint)
        )
    return InputError(Problem(f"the address cannot be had: {said}", "--host, --port",
                              f"{host}, {port}", hint=hint))  # fmt: skip


def _answers(host: str, port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(0.5)
        try:
            return probe.connect_ex((host.strip("[]"), port)) == 0
        except OSError:
            return False


def server_of(door: Door, settings: Settings) -> uvicorn.Server:
    """The server, not yet running. It says nothing of itself, and believes no proxy's headers."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False
    config = uvicorn.Config(
        door,
        http=wire(settings), ws="none", lifespan="on", loop="asyncio", log_config=None,
        access_log=False, proxy_headers=False, server_header=False, date_header=True,
        h11_max_incomplete_event_size=MOST_HEAD, timeout_keep_alive=30,
        timeout_graceful_shutdown=settings.stop_s,
    )  # fmt: skip
    return uvicorn.Server(config)
