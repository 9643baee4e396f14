"""What is said to who stops a command before its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from outlay.report.words.language import Words, words

__all__ = ["Halt", "goes_on", "kept"]

LATER = "solve"
"""The stage after which a solved programme lies in the cache."""


@dataclass(frozen=True, slots=True)
class Halt:
    """Where a command was stopped.

    stages: those that had begun, in order. done, total: of the last count in the last of them.
    cached: whether there is a cache folder. out: the folder that was asked for, empty: none.
    """

    stages: tuple[str, ...]
    done: int
    total: int
    cached: bool
    out: str


def kept(halt: Halt, say: Words | None = None) -> str:
    """That it was stopped, and what of its work stays."""
    say = say or words()
    parts = [_written(halt, say), *(_cached(halt, say) if halt.cached else ())]
    return say("stopped.what", kept=say.clauses(parts))


def goes_on(halt: Halt, say: Words | None = None) -> str:
    """What to do to have the rest."""
    say = say or words()
    if "write" in halt.stages:
        return say("stopped.report")
    return say("stopped.go_on" if halt.cached and any(_cached(halt, say)) else "stopped.anew")


def _written(halt: Halt, say: Words) -> str:
    if "write" in halt.stages:
        return say("stopped.answer", out=halt.out)
    return say("stopped.nothing_in", out=halt.out) if halt.out else say("stopped.nothing")


def _cached(halt: Halt, say: Words) -> Iterator[str]:
    """What lies in the cache that did not before, in words."""
    if not halt.stages:
        return
    if halt.stages[-1] == "capacity":
        if halt.done:
            yield say("stopped.capacities", done=halt.done, total=halt.total)
    elif LATER in halt.stages:
        yield say("stopped.solved" if halt.stages[-1] != LATER else "stopped.all_capacities")
    elif "capacity" in halt.stages:
        yield say("stopped.all_capacities")
