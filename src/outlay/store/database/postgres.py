"""How PostgreSQL is reached: by its host or a socket, with TLS wherever the way leads elsewhere."""

from __future__ import annotations

import ssl

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.engine import make_url

from outlay.core.errors import InputError, Problem
from outlay.store.place import Place

__all__ = ["BUSY_CODES", "postgres_engine", "server_said"]

HERE = ("", "localhost", "127.0.0.1", "::1")
PORT = 5432
SLOWEST_S = 60.0
"""How long an answer may take; a writer waits for half of it at most."""
TLS = {"disable": False, "prefer": None, "require": True}
"""What the driver is told: off; on where the server has it; on, whoever the server is."""
BUSY_CODES = ("55P03", "40P01", "40001", "53300", "57014")
"""A lock that was not given in time, a deadlock, too many connections."""


def postgres_engine(place: Place, wait_s: float) -> Engine:
    """An engine whose commits are on the disk when they return. Raises InputError for an address
    with what is not known, and where the driver is not installed."""
    url = make_url(place.url)
    asked = {k: v if isinstance(v, str) else v[-1] for k, v in url.query.items()}
    connect: dict[str, object] = {
        "timeout": SLOWEST_S,
        "application_name": "outlay",
        "startup_params": {"synchronous_commit": "on", "lock_timeout": f"{wait_s:.0f}s"},
    }
    folder = asked.pop("host", "")
    connect["ssl_context"] = _tls(asked.pop("sslmode", ""), url, folder, place)
    if folder.startswith("/"):
        connect["unix_sock"] = f"{folder}/.s.PGSQL.{url.port or PORT}"
    elif folder:
        url = url.set(host=folder)
    if url.password is None:
        connect["password"] = ""  # the driver fails without words at a server that asks for one
    if asked:
        raise InputError(
            Problem("not known of an address", place.shown, ", ".join(sorted(asked))[:80],
                    "host (the folder of a socket), sslmode")
        )  # fmt: skip
    try:
        return create_engine(
            url.set(query={}), pool_size=8, max_overflow=24, pool_timeout=wait_s,
            pool_pre_ping=True, connect_args=connect,
        )  # fmt: skip
    except ModuleNotFoundError:
        raise InputError(
            Problem("PostgreSQL needs a package that is not installed", "store", place.shown,
                    hint="pip install 'outlay[postgres]'")
        ) from None  # fmt: skip


def _tls(mode: str, url: URL, folder: str, place: Place) -> ssl.SSLContext | bool | None:
    here = folder.startswith("/") or (folder or url.host or "") in HERE
    mode = mode or ("prefer" if here else "verify-full")
    if mode == "verify-full":
        return ssl.create_default_context()
    if mode not in TLS:
        raise InputError(
            Problem("no such way", f"{place.shown}: sslmode", mode[:80],
                    ", ".join((*TLS, "verify-full")))
        )  # fmt: skip
    return TLS[mode]


def server_said(err: BaseException) -> tuple[str, str]:
    """The code and the words of an error of the driver, without what it was asked."""
    if isinstance(err, OSError):
        return "", (err.strerror or str(err)).lower()
    first = err.args[0] if err.args else ""
    if isinstance(first, dict):
        return str(first.get("C", "")), str(first.get("M", ""))
    return "", str(first)
