"""Placeholder until the readers of load tests' files stand here."""

from __future__ import annotations

from pathlib import Path

from outlay.core.errors import TableError
from outlay.serving.observed.types import Observation

__all__ = ["read_observations"]


def read_observations(path: str | Path, data: bytes | None = None) -> tuple[Observation, ...]:
    """The runs of a file."""
    raise TableError("no tool known", where=str(path))
