"""How far long work has come: lines for people that also carry a stage, a count and a share.

Who listens is any function of a text, as `print` is; who wants more than the text finds it on the
line. Nothing here prints.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping

__all__ = ["COUNTED", "Count", "Course", "Progress", "Told", "counting"]

Progress = Callable[[str], None]
"""Who is told: any function of a line."""

PARTS = 20
"""Lines that one count tells at most, so that a listener that prints is not drowned."""


class Told(str):
    """A line of progress.

    stage: name of the stage that begins with it, empty within one. done, total: what of the stage
    is done, in its own count; a total of 0: not counted. seconds: how long the stage is guessed to
    take, where that is known better than before. share: of all the work; None: not known. keeps:
    what was put into the cache, or a folder, just now, which stays whatever comes; empty: nothing.
    at: that folder. step: share of all the work up to the line that comes next.
    """

    stage: str
    done: int
    total: int
    seconds: float
    share: float | None
    keeps: str
    at: str
    step: float

    def __new__(
        cls,
        text: str,
        *,
        stage: str = "",
        done: int = 0,
        total: int = 0,
        seconds: float = 0.0,
        share: float | None = None,
        keeps: str = "",
        at: str = "",
        step: float = 0.0,
    ) -> Told:
        line = super().__new__(cls, text)
        line.stage, line.done, line.total = stage, done, total
        line.seconds, line.share, line.step = seconds, share, step
        line.keeps, line.at = keeps, at
        return line


class Count:
    """Counts what of one stage is done, from any thread, and tells now and then."""

    def __init__(self, tell: Progress, what: str, total: int) -> None:
        self._tell, self._what, self._total = tell, what, total
        self._done, self._guard = 0, threading.Lock()

    def __call__(self, more: int = 1) -> None:
        """`more` of them are done."""
        with self._guard:
            before, self._done = self._done, min(self._done + more, self._total)
            if self._done * PARTS // self._total > before * PARTS // self._total:
                text = f"{self._what}: {self._done} of {self._total}"
                self._tell(Told(text, done=self._done, total=self._total))


COUNTED = re.compile(r"\b(\d+) of (\d+)\b")


def counting(tell: Progress) -> Progress:
    """Passes lines on; one that says `3 of 12` carries the count.

    For stages whose code is part of the key of what they leave in the cache: they say texts alone.
    """

    def told(line: str) -> None:
        found = None if isinstance(line, Told) else COUNTED.search(line)
        tell(Told(line, done=int(found[1]), total=int(found[2])) if found else line)

    return told


class Course:
    """The stages that lie ahead; says on each line what share of them all is done.

    seconds: stage → how long it is guessed to take. What is told is passed on.
    """

    def __init__(self, tell: Progress, seconds: Mapping[str, float] | None = None) -> None:
        self.seconds = dict(seconds or {})
        self._tell, self._stage, self._past, self._share = tell, "", 0.0, 0.0

    def __call__(self, line: str) -> None:
        """Pass a line on, with its share where it says how far the work is."""
        if not isinstance(line, Told):
            self._tell(line)
            return
        if line.stage:
            self._past += self.seconds.get(self._stage, 0.0)
            self._stage = line.stage
        if line.seconds:
            self.seconds[self._stage] = line.seconds
        inside = line.done / line.total if line.total else 0.0
        stage = self.seconds.get(self._stage, 0.0)
        here = self._past + inside * stage
        next_ = stage * max(1 / line.total, 1 / PARTS) if line.total else stage
        whole = max(sum(self.seconds.values()), here) or 1.0
        self._share = max(self._share, here / whole)  # a better guess never takes back what is done
        self._tell(
            Told(
                line, stage=line.stage, done=line.done, total=line.total, seconds=line.seconds,
                share=self._share, keeps=line.keeps, at=line.at,
                step=min(next_ / whole, 1.0 - self._share),
            )
        )  # fmt: skip
