"""How much the workbench's processes may take."""

from __future__ import annotations

import os
from dataclasses import dataclass

from outlay.core.apart import Limits
from outlay.workbench.settings import Settings

__all__ = ["ENVIRONMENT", "Room", "environment", "long_lived", "room_of"]

ENVIRONMENT = ("OUTLAY_CACHE", "OUTLAY_PERFORMANCE", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS",
               "NUMBA_CACHE_DIR", "POLARS_MAX_THREADS")  # fmt: skip
"""Of our environment what processes of ours keep, beyond what all keep."""
FOREVER = 1 << 30
"""Seconds of processor that nothing of ours uses up."""


@dataclass(frozen=True, slots=True)
class Room:
    """store: its address. sessions: studies kept solved at once. workers: processes for plans and
    sweeps. readings: processes for documents that are handed in. readers: processes that read
    studies and folders. idle_s: after which a session that nobody asks ends. memory: bytes of each
    process. answers: characters of exact answers that are kept. lease_s: for how long a worker has
    work before it must say that it is still there."""

    store: str
    sessions: int = 4
    workers: int = 1
    readings: int = 0
    readers: int = 2
    idle_s: float = 900.0
    memory: int = 6 << 30
    answers: int = 0
    lease_s: float = 15.0


def room_of(settings: Settings) -> Room:
    """What the settings allow."""
    return Room(
        settings.store, settings.max_sessions, settings.workers, min(1, settings.workers),
        idle_s=settings.idle_s, memory=settings.session_memory,
        answers=settings.kept_answers,
    )  # fmt: skip


def long_lived(memory: int) -> Limits:
    """Of a process that stays: its memory is limited, not its time."""
    return Limits(wall_s=FOREVER, memory=memory, cpu_s=FOREVER, reserves=True)


def environment() -> dict[str, str]:
    """What a process of ours is told beyond its message."""
    return {k: os.environ[k] for k in ENVIRONMENT if k in os.environ}
