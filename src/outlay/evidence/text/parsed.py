"""What a parser of a document gives back: its text, or why there is none."""

from __future__ import annotations

import time
from dataclasses import dataclass

__all__ = ["MOST_CHARACTERS", "Parsed", "UnreadError", "counted", "listed", "out_of_time"]

MOST_CHARACTERS = 5_000_000
_MOST_CPU_S, _MOST_S = 25.0, 40.0
_BEGUN = time.monotonic()
_LISTED = 8


@dataclass(frozen=True, slots=True)
class Parsed:
    """The text of a document, a date it carries, and what of it was not read."""

    text: str
    date: str = ""
    notes: tuple[str, ...] = ()


class UnreadError(Exception):
    """A document of which nothing can be read. hint: how to mend it."""

    def __init__(self, what: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(what)


def out_of_time() -> bool:
    """Whether a parser should end with what it has, before it is ended with nothing."""
    return time.process_time() > _MOST_CPU_S or time.monotonic() - _BEGUN > _MOST_S


def listed(names: list[str]) -> str:
    """The first names of a list, and how many there are more."""
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more:,} more" if more > 0 else "")


def counted(n: int, what: str) -> str:
    """How many there are of a thing that is called `what` where it is one."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"
