"""How a configuration is started by a serving engine."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.results.base import Row

__all__ = ["Launch"]


@dataclass(frozen=True, slots=True)
class Launch(Row):
    """The command line that starts a configuration in one engine, or why none does."""

    engine: str
    """vllm, sglang, trtllm."""
    version: str
    """Version of the engine whose arguments these are."""
    pool: str
    """prefill or decode: of a disaggregated deployment; empty: it serves whole requests."""
    command: str
    """For a shell, once on each server; empty: the engine cannot run the configuration."""
    options: str
    """YAML file that the command names; empty: none is needed."""
    notes: tuple[str, ...]
    """What the command takes for granted."""
    why_not: str
    """The rule of the engine that refuses; empty: none does."""
