"""The questions of one study, in lanes: every tab's first answer before any tab's exact one.

Two threads step through generators of answers. The first lane gives each question its first answer,
oldest first; the second lane takes it from there. While the solver works in the second, which it
does without Python's lock, the first lane is free for another tab. A question that a newer one of
its tab has replaced is stopped wherever it stands.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from outlay.core.errors import CancelledError, OutlayError

__all__ = ["LATE", "Lanes", "Question", "Step"]

LATE = "late"
"""What a question says that has no first answer, as a change of the programme's form has none: the
second lane goes on with it, and the first is free."""
SETTLE_S = 0.15
"""How long a question stands before it is solved exactly: while one drags, none is."""


@dataclass
class Question:
    """One question of one tab. steps: its answers, as they are found."""

    seq: int
    steps: Iterator[tuple[str, object]]
    late: bool = False
    """Whether it has no first answer, and goes to the second lane at once."""
    stopped: threading.Event = field(default_factory=threading.Event)
    told_at: float = 0.0


Step = Callable[[int, str, object], None]
"""Who is told: number of the question, what (`coarse`, `exact` …), and the answer."""


class Lanes:
    """Two threads and what waits for them. wrong: an error of ours as what is told."""

    def __init__(self, tell: Step, wrong: Callable[[OutlayError], object]) -> None:
        self._tell, self._wrong = tell, wrong
        self._first: deque[Question] = deque()
        self._second: deque[Question] = deque()
        self._known: dict[int, Question] = {}
        self._bell = threading.Condition()
        for lane in (self._firsts, self._seconds):
            threading.Thread(target=lane, daemon=True).start()

    def add(self, question: Question) -> None:
        """Hand a question in."""
        with self._bell:
            self._known[question.seq] = question
            (self._second if question.late else self._first).append(question)
            self._bell.notify_all()

    def stop(self, seq: int) -> None:
        """End a question; nothing more is told of it but its end."""
        with self._bell:
            if (found := self._known.get(seq)) is not None:
                found.stopped.set()
                self._bell.notify_all()

    def _firsts(self) -> None:
        while True:
            with self._bell:
                self._bell.wait_for(lambda: bool(self._first))
                question = self._first.popleft()
            if self._stepped(question):
                with self._bell:
                    question.told_at = time.monotonic()
                    self._second.append(question)
                    self._bell.notify_all()

    def _seconds(self) -> None:
        while True:
            question = self._settled()
            while self._stepped(question):
                pass

    def _settled(self) -> Question:
        """The next question that nobody has replaced for a moment, once no first answer waits."""
        with self._bell:
            while True:
                self._bell.wait_for(lambda: bool(self._second))
                question = self._second[0]
                left = question.told_at + SETTLE_S - time.monotonic()
                if question.stopped.is_set() or (left <= 0 and not self._first):
                    return self._second.popleft()
                self._bell.wait(max(left, 0.01))

    def _stepped(self, question: Question) -> bool:
        """Find and tell its next answer; False where there is none."""
        try:
            if question.stopped.is_set():
                raise CancelledError("a newer question took the place of this one")
            found = next(question.steps, None)
            if found is not None:
                if found[0] != LATE:
                    self._tell(question.seq, *found)
                return True
            self._end(question)
        except CancelledError:
            self._end(question)
        except OutlayError as err:
            self._tell(question.seq, "problem", self._wrong(err))
            self._end(question)
        except Exception as err:
            said = f"{type(err).__name__}: {err}"[:300]
            self._tell(question.seq, "problem", self._wrong(OutlayError(said)))
            self._end(question)
        return False

    def _end(self, question: Question) -> None:
        with self._bell:
            self._known.pop(question.seq, None)
        self._tell(question.seq, "end", None)
