"""Diagnoses made by hand: a machine where all is right, and one where nothing is."""

from __future__ import annotations

from dataclasses import replace

from outlay.api.machine.libraries import EXTRAS, MODULES
from outlay.results.machine.cache import Cache, Shelf
from outlay.results.machine.doctor import (
    Bound,
    Doctor,
    Font,
    Library,
    Place,
    Program,
    Terminal,
    Trial,
)

__all__ = ["CLEARED", "CRIPPLED", "KEPT", "SOUND", "UNKEPT"]

USES = ("apart", "study", "plan", "picture", "memo", "folder")
BOUNDS = (
    ("processors", 4.0, "core", None), ("memory", 1e9, "byte", 1.5e9),
    ("address_space", None, "byte", 72e9), ("files", 1024.0, "file", 64.0),
    ("file_size", 5e4, "byte", 5e7), ("processor_time", 60.0, "s", 120.0),
)  # fmt: skip
SHELVES = tuple(
    Shelf(name=name, entries=3, bytes=2_300_000, damaged=0, foreign=0)  # type: ignore[arg-type]
    for name in ("capacity", "solved", "numba")
)
SOUND = Doctor(
    status="ok",
    program=Program(outlay="0.1.0", folder="/opt/outlay", python="3.12.1",
                    executable="/usr/bin/python3", platform="Linux", status="ok"),
    libraries=tuple(
        Library(name=n, version="2.0", wanted=">=1.5", extra=EXTRAS.get(n, ""), said="",
                status="ok") for n in MODULES
    ),
    places=tuple(
        Place(use=u, folder=f"/{u}", writable=True, free=5_000_000_000, said="",  # type: ignore[arg-type]
              status="ok") for u in ("cache", "temporary", "current")
    ),
    caches=SHELVES,
    fonts=(Font(use="memo", family="Libertinus Serif", status="ok"),
           Font(use="chinese", family="Noto Sans CJK SC", status="ok")),
    terminal=Terminal(encoding="utf-8", locale="C.UTF-8", interactive=True, width=120, status="ok"),
    bounds=tuple(
        Bound(name=n, value=None, unit=u, least=m, status="ok")  # type: ignore[arg-type]
        for n, _, u, m in BOUNDS
    ),
    trials=tuple(Trial(name=n, seconds=0.5, said="", status="ok") for n in USES),  # type: ignore[arg-type]
)  # fmt: skip
CRIPPLED = Doctor(
    status="failed",
    program=replace(SOUND.program, python="3.10.2", executable="", status="warning"),
    libraries=(
        replace(SOUND.libraries[0], version="", said="no module named 'numpy'", status="failed"),
        replace(SOUND.libraries[1], version="1.4", status="warning"),
        replace(SOUND.libraries[-2], version="", wanted="", status="warning"),
        replace(SOUND.libraries[-1], version="1.4", status="warning"),
    ),
    places=(
        *(replace(p, writable=False, free=None, said="read-only file system", status="warning")
          for p in SOUND.places),
        replace(SOUND.places[0], free=None),
        replace(SOUND.places[1], free=1_000, status="warning"),
        replace(SOUND.places[2], folder="", free=900, status="warning"),
    ),
    caches=tuple(replace(s, damaged=2, foreign=1, bytes=900) for s in SHELVES),
    fonts=tuple(replace(f, family="", status="warning") for f in SOUND.fonts),
    terminal=Terminal(encoding="", locale="", interactive=False, width=None, status="warning"),
    bounds=tuple(
        Bound(name=n, value=v, unit=u, least=m, status="ok" if m is None else "warning")  # type: ignore[arg-type]
        for n, v, u, m in BOUNDS
    ),
    trials=(
        *(Trial(name=n, seconds=0.5, said="ended by signal 5", status="failed")  # type: ignore[arg-type]
          for n in USES),
        Trial(name="plan", seconds=0.0, said="not tried", status="warning"),
    ),
)  # fmt: skip
KEPT = Cache(folder="/cache", cleared=False, shelves=CRIPPLED.caches)
UNKEPT = Cache(folder="", cleared=False, shelves=())
CLEARED = Cache(
    folder="/cache", cleared=True,
    shelves=tuple(replace(s, removed=2, removed_bytes=1_500, stuck=1, foreign=1) for s in SHELVES),
)  # fmt: skip
