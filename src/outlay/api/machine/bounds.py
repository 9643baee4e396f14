"""Processors, memory, and what the system lets a process have of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from outlay.report.drawing.desk import SPACE
from outlay.results.machine.doctor import Bound

__all__ = ["bounds", "group_memory"]

GROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")
MEMORY = 1e9
"""Bytes: a small study with its pictures takes about half of them."""
Name = Literal[
    "processors", "memory", "address_space", "files", "file_size", "processor_time"
]  # fmt: skip
Unit = Literal["core", "byte", "file", "s"]
LIMITS: tuple[tuple[Name, str, Unit, float], ...] = (
    ("address_space", "RLIMIT_AS", "byte", float(SPACE)),
    ("files", "RLIMIT_NOFILE", "file", 64.0),
    ("file_size", "RLIMIT_FSIZE", "byte", 50e6),
    ("processor_time", "RLIMIT_CPU", "s", 120.0),
)
"""Limit of the system, its unit, and what the plan of a small study needs."""
UNLIMITED = 1 << 60
"""From here on a number of the system means that there is no limit."""


def bounds() -> tuple[Bound, ...]:
    """What there is of each; a limit that the system does not tell is left out."""
    return tuple(
        Bound(
            name=name, value=value, unit=unit, least=least,
            status="warning" if value is not None and least is not None and value < least else "ok",
        )
        for name, value, unit, least in _bounds()
    )  # fmt: skip


def _bounds() -> Iterator[tuple[Name, float | None, Unit, float | None]]:
    yield "processors", float(_processors()), "core", None
    sizes = [x for x in (_machine_memory(), group_memory()) if x is not None]
    yield "memory", min(sizes, default=None), "byte", MEMORY
    try:
        import resource
    except ImportError:  # Windows has none
        return
    for name, which, unit, least in LIMITS:
        if (number := getattr(resource, which, None)) is not None:
            most = resource.getrlimit(number)[0]
            none = most == resource.RLIM_INFINITY or most >= UNLIMITED
            yield name, None if none else float(most), unit, least


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1


def _machine_memory() -> float | None:
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):
        return None


def group_memory(groups: Path | None = None, own: Path | None = None) -> float | None:
    """The least memory that the process's control group, or one above it, may take."""
    groups, own = groups or GROUPS, own or OWN_GROUP
    found = []
    for name, file in (("", "memory.max"), ("memory", "memory.limit_in_bytes")):
        for path in _paths(own, name):
            here = groups / name / path.strip("/")
            for folder in (here, *here.parents):
                if not folder.is_relative_to(groups):
                    break
                found += _number(folder / file)
    return min(found, default=None)


def _paths(own: Path, controller: str) -> list[str]:
    """The group of this process, and the root, which is what a container sees of its own."""
    try:
        lines = own.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    parts = [line.split(":", 2) for line in lines]
    return ["/", *(p[2] for p in parts if len(p) == 3 and controller in (p[1], *p[1].split(",")))]


def _number(path: Path) -> list[float]:
    try:
        value = float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):  # `max`: no limit
        return []
    return [value] if value < UNLIMITED else []
