"""How far a command has come, on stderr: one line that moves on a terminal, else a line a step."""

from __future__ import annotations

import math
import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING

from outlay.app.cli.output import say
from outlay.core.progress import Told

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

__all__ = ["Shown"]

STEP = 0.1
"""Share of the work after which a pipe gets another line within a stage."""
SECONDS = 5.0
"""Seconds that a pipe goes without such a line at least."""
NEARLY = 0.95
"""Of the way to the next line that is taken for gone before it comes."""
SURE = (0.05, 2.0)
"""Share done and seconds passed from which on the time left is said."""


class Shown:
    """Shows what it is told, and knows where the work was when it was stopped.

    A line without a share is a note: it stays. `pause` takes the moving line away, so that
    something else can be printed; the next line brings it back.
    """

    def __init__(self) -> None:
        self.stages: list[str] = []
        """Those that have begun, in order."""
        self.simulated = (0, 0)
        """Capacities that were worked out, and how many were to be."""
        self.kept: set[str] = set()
        """What was put into the cache, or a folder."""
        self.cases = (0, 0)
        """Of a sweep: cases that are kept, and how many there are."""
        self.kept_in = ""
        """The folder that has the answer, once it is kept."""
        self._began = time.monotonic()
        self._share, self._last, self._at = 0.0, 0.0, 0.0
        self._since, self._step, self._known = self._began, 0.0, False
        self._bar: Bar | None = None
        self._guard = threading.RLock()  # counts come from threads of the work

    def __enter__(self) -> Shown:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, at: TracebackType | None
    ) -> None:
        self.pause()

    def __call__(self, line: str) -> None:
        """Show a line of progress, or a note."""
        with self._guard:
            if not isinstance(line, Told):
                self._note(line)
                return
            self._remember(line)
            if line.keeps:
                return
            begins = bool(line.stage)
            known = self._known = line.share is not None
            self._share = self._share if line.share is None else line.share
            self._since, self._step = time.monotonic(), line.step
            if sys.stderr.isatty():
                self._move(str(line))
            elif begins or self._due():
                self._last, self._at = self._share, time.monotonic()
                say(f"{_percent(self._share)}  {line}{self._ahead()}" if known else line)

    def _remember(self, line: Told) -> None:
        """What may have to be said of the work when it is stopped."""
        if line.keeps:
            self.kept.add(line.keeps)
            self.kept_in = line.at or self.kept_in
            self.cases = (line.done, line.total) if line.total else self.cases
        if line.stage:
            self.stages.append(line.stage)
            self.simulated = (self.simulated[1], self.simulated[1])  # of a stage that is over
        elif line.total and self.stages[-1:] == ["capacity"]:
            self.simulated = (line.done, line.total)

    def pause(self) -> None:
        """Take the moving line away."""
        with self._guard:
            if self._bar is not None:
                self._bar.stop()
                self._bar = None

    def share(self) -> float | None:
        """Share done by now: between two lines it nears the next, as fast as before.

        None where the work did not say.
        """
        if not self._known:
            return None
        before = self._since - self._began
        if self._share <= 0.0 or before <= 0.0 or self._step <= 0.0:
            return self._share
        usual = self._step * before / self._share
        gone = (time.monotonic() - self._since) / usual
        return self._share + NEARLY * self._step * -math.expm1(-gone)

    def left(self) -> float | None:
        """Seconds that the rest may take; None where that cannot be said yet."""
        passed, share = time.monotonic() - self._began, self.share()
        if share is None or share < SURE[0] or passed < SURE[1]:
            return None
        return passed * (1.0 - share) / share

    def _ahead(self) -> str:
        left = self.left()
        return "" if left is None else f" ({_time(left)})"

    def _due(self) -> bool:
        waited = time.monotonic() - self._at
        return waited >= SECONDS or (self._share - self._last >= STEP and waited >= 1.0)

    def _note(self, line: str) -> None:
        if self._bar is None:
            say(line)
        else:
            self._bar.console.print(line, highlight=False, markup=False, emoji=False)

    def _move(self, text: str) -> None:
        if self._bar is None:
            self._bar = _bar(self)
            self._bar.add_task(text, total=1.0)
            self._bar.start()
        task = self._bar.task_ids[0]
        self._bar.update(task, description=text)


def _percent(share: float) -> str:
    return f"{100 * share:3.0f} %"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s left"
    return f"about {round(seconds / 60)} min left"


def _bar(shown: Shown) -> Bar:
    """One line: share, a bar, time left, what is being done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
    from rich.text import Text

    class Share(ProgressColumn):
        """Share done, worked out anew whenever the line is drawn; the bar beside it follows."""

        def render(self, task: Task) -> Text:
            done = shown.share()
            task.completed, task.total = done or 0.0, None if done is None else 1.0
            return Text("" if done is None else _percent(done))

    class Left(ProgressColumn):
        """Time left, worked out anew whenever the line is drawn."""

        def render(self, task: Task) -> Text:
            left = shown.left()
            return Text("" if left is None else _time(left))

    return Progress(
        Share(),
        BarColumn(bar_width=16),
        Left(),
        TextColumn("{task.description}", markup=False),
        console=Console(file=sys.stderr),
        transient=True,
        refresh_per_second=4,
    )
