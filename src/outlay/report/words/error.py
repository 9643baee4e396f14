"""What people read of an error, and of a command that they stopped before its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from outlay.report.words.language import Words, words
from outlay.results.checks import Problem

__all__ = ["Halt", "goes_on", "kept", "problem_lines"]


def problem_lines(p: Problem) -> list[str]:
    """One thing that is wrong: where and what, then what was found, is allowed, and helps."""
    more = (("found", p.value), ("allowed", p.allowed), ("hint", p.hint))
    return [
        f"error: {f'{p.where}: ' if p.where else ''}{p.what}",
        *(f"  {label}: {text}" for label, text in more if text),
    ]


@dataclass(frozen=True, slots=True)
class Halt:
    """Where a command was stopped.

    out: the folder that was asked for, empty: none. written: whether the answer lies there. whole:
    whether its report does too.
    simulated, wanted: capacities that the cache has now, and how many were to be simulated. solved:
    whether it has the solved programme.
    """

    out: str = ""
    written: bool = False
    whole: bool = False
    simulated: int = 0
    wanted: int = 0
    solved: bool = False
    cases: tuple[int, int] = (0, 0)
    """Of a sweep: those that are kept, and how many there are."""


def kept(halt: Halt, say: Words | None = None) -> str:
    """That it was stopped, and what of its work stays."""
    say = say or words()
    if halt.cases[1]:
        done, total = (f"{n:,}" for n in halt.cases)
        return say("stopped.what", kept=say("sweep.stopped", done=done, n=total, at=halt.out))
    return say("stopped.what", kept=say.clauses([_written(halt, say), *_cached(halt, say)]))


def goes_on(halt: Halt, say: Words | None = None) -> str:
    """What to do to have the rest."""
    say = say or words()
    if halt.whole:
        return ""
    if halt.written:
        return say("stopped.report")
    again = halt.solved or halt.simulated or halt.cases[0]
    return say("stopped.go_on" if again else "stopped.anew")


def _written(halt: Halt, say: Words) -> str:
    if halt.written:
        return say("stopped.whole" if halt.whole else "stopped.answer", out=halt.out)
    return say("stopped.nothing_in", out=halt.out) if halt.out else say("stopped.nothing")


def _cached(halt: Halt, say: Words) -> Iterator[str]:
    """What lies in the cache, in words."""
    if halt.simulated:
        yield say("stopped.capacities", done=halt.simulated, total=halt.wanted)
    if halt.solved:
        yield say("stopped.solved")
