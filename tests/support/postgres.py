"""A PostgreSQL server of one's own: in a folder, on a socket there, gone at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import pg8000.dbapi

USER = "postgres"
"""Whom a server runs as where we are root, who may run none."""


def programs() -> Path | None:
    """The folder of initdb and postgres: on the path, or where Debian has them; the newest."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    there = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((p.parent for p in there), key=lambda p: float(p.parent.name), default=None)


def _command(*words: str) -> list[str]:
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *words] \
        if os.getuid() == 0 else list(words)  # fmt: skip


@contextmanager
def cluster() -> Iterator[Path]:
    """A folder in which a server can be started; skips where none can run."""
    pytest.importorskip("pg8000", reason="the driver is not installed")
    if (bin := programs()) is None:
        pytest.skip("PostgreSQL's programs are not installed")
    place = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path may have 107 bytes
    try:
        if os.getuid() == 0:
            shutil.chown(place, USER, USER)
        subprocess.run(
            _command(str(bin / "initdb"), "-D", str(place / "data"), "-A", "trust", "-U", "outlay",
                     "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"),
            check=True, capture_output=True, cwd=place,
        )  # fmt: skip
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def started(place: Path, *, sync: bool = False) -> subprocess.Popen[bytes]:
    """The server of a folder, once it lets us in. sync: whether commits are on the disk."""
    bin = programs()
    assert bin is not None
    run = subprocess.Popen(
        _command(str(bin / "postgres"), "-D", str(place / "data"), "-k", str(place), "-c",
                 "listen_addresses=", "-c", f"fsync={'on' if sync else 'off'}", "-c",
                 "max_connections=200"),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=place,
    )  # fmt: skip
    try:
        _wait(place, run)
    except BaseException:
        run.kill()
        raise
    return run


def address(place: Path) -> str:
    """Of the server's first database."""
    return f"postgresql://outlay@/postgres?host={place}"


@contextmanager
def server() -> Iterator[str]:
    """Address of a database of a server that nobody else has; skips where none can run."""
    with cluster() as place:
        run = started(place)
        try:
            yield address(place)
        finally:
            run.terminate()
            run.wait(20)


def _connected(place: Path) -> pg8000.dbapi.Connection:
    import pg8000.dbapi

    return pg8000.dbapi.connect("outlay", database="postgres", unix_sock=f"{place}/.s.PGSQL.5432")


def _wait(place: Path, run: subprocess.Popen[bytes]) -> None:
    """Until it lets us in."""
    import pg8000.dbapi

    until = time.monotonic() + 30
    while True:
        try:
            _connected(place).close()
            return
        except pg8000.dbapi.Error:
            assert run.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server lets nobody in"
            time.sleep(0.02)


def database(url: str) -> str:
    """Address of a new, empty database of the server at an address."""
    name = f"t{time.monotonic_ns()}"
    conn = _connected(Path(url.partition("host=")[2]))
    conn.autocommit = True
    conn.cursor().execute(f"CREATE DATABASE {name}")
    conn.close()
    return url.replace("/postgres?", f"/{name}?")
