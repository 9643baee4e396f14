"""The head of a sweep: hands batches to workers, journals what comes back, tries the lost again.

It holds nothing that the journal does not: killed at any moment, the next one goes on from there.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from outlay.core.errors import OutlayError
from outlay.core.progress import Progress, Told
from outlay.sweeps.asked.design import Design
from outlay.sweeps.begun import common_of
from outlay.sweeps.cases import row_of
from outlay.sweeps.executor import Batch, Executor, Outcome
from outlay.sweeps.journal import Journal, Journals, Stored
from outlay.sweeps.spec import Spec, begun

if TYPE_CHECKING:
    from outlay.results.kept.workbench import Who
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["STAGE", "TRIES", "conduct", "swept"]

STAGE = "sweep"
TRIES = 3
"""How often a case may be lost with its worker before it is tried no more."""
BATCH_S = 2.0
"""Seconds that a batch should take, so that little is lost with a worker."""
LARGEST = 200
WAIT_S = 1.0


def swept(
    store: Journals, who: Who, loaded: LoadedStudy, spec: Spec, executor: Executor,
    progress: Progress = lambda _: None, *, anew: bool = False, at: str = "",
) -> tuple[Stored, Spec]:  # fmt: skip
    """A sweep of a study, from where its journal in the store is to its last case.

    anew: from its first case, beside what is there. at: where the store is, for people.
    Raises InputError, SolverError for a study that cannot be begun with, OutlayError where the
    workers are gone for good; the rows that are there stay, and so they do at an interruption.
    """
    journal, spec = begun(store, who, spec, anew=anew)
    design = spec.design

    def common() -> bytes:
        return common_of(loaded, design, progress).to_bytes()

    conduct(design, common, journal, executor, progress, at)
    return journal, spec


def conduct(
    design: Design, common: Callable[[], bytes], journal: Journal, executor: Executor,
    progress: Progress = lambda _: None, at: str = "",
) -> None:  # fmt: skip
    """Have every case of a design that has no row yet worked out and journalled.

    common: what the workers begin from, asked for where a row is missing.
    """
    head = _Head(design, journal, executor, progress, at)
    if not head.missing:
        return
    try:
        executor.begin(common())
        head.run()
    finally:
        executor.close()


@dataclass
class _Head:
    design: Design
    journal: Journal
    executor: Executor
    progress: Progress
    at: str
    missing: deque[int] = field(default_factory=deque)
    tries: dict[int, int] = field(default_factory=dict)
    alone: deque[int] = field(default_factory=deque)
    """Cases whose batch was lost: each goes alone, so that it is seen which of them it was."""
    flying: int = 0
    done: int = 0
    before: int = 0
    total: int = 0
    began: float = 0.0

    def __post_init__(self) -> None:
        there = {case for case, _ in self.journal.rows()}
        self.before = len(there)
        self.missing = deque(k for k in range(self.design.cases) if k not in there)
        self.total = len(self.missing)
        self.began = time.monotonic()

    def run(self) -> None:
        """To the last case."""
        self.began = time.monotonic()
        self._tell()
        while self.missing or self.alone or self.flying:
            for batch in self._batches():
                self.executor.submit(batch)
                self.flying += 1
            for outcome in self.executor.wait(WAIT_S):
                self.flying -= 1
                self._take(outcome)
                self._tell()

    def _batches(self) -> Iterator[Batch]:
        for _ in range(max(0, self.executor.room - self.flying)):
            if self.alone:
                yield Batch((self.alone.popleft(),))
            elif self.missing:
                size = self._size()
                yield Batch(tuple(self.missing.popleft() for _ in range(size)))

    def _size(self) -> int:
        """Cases of the next batch: as many as take some seconds, fewer towards the end."""
        room = self.executor.room
        passed = time.monotonic() - self.began
        fast = int(BATCH_S * self.done / (passed * room)) if self.done else 1
        even = -(-len(self.missing) // (2 * room))
        return max(1, min(fast, even, LARGEST, len(self.missing)))

    def _take(self, outcome: Outcome) -> None:
        cases = outcome.batch.cases
        if not outcome.lost:
            if len(outcome.rows) != len(cases):
                raise OutlayError(outcome.why or "a worker gave no row for a case")
            self.journal.put(list(zip(cases, outcome.rows, strict=True)))
            self.done += len(cases)
            return
        if len(cases) > 1:  # nobody knows which of them it was
            self.alone.extend(cases)
            return
        (case,) = cases
        self.tries[case] = self.tries.get(case, 0) + 1
        if self.tries[case] < TRIES:
            self.alone.append(case)
            return
        self.journal.quarantine(case, outcome.why)
        values = self.design.case(case).values
        why = f"tried {TRIES} times: {outcome.why}"
        self.journal.put([(case, row_of(case, values, "quarantined", why, {}))])
        self.done += 1

    def _tell(self) -> None:
        cases = f"{self.design.cases:,}"
        text = f"{self.before + self.done:,} of {cases} cases"
        stage = STAGE if not self.done else ""
        self.progress(Told(text, stage=stage, done=self.done, total=self.total))
        self.progress(
            Told(text, keeps=STAGE, at=self.at, done=self.before + self.done,
                 total=self.design.cases)
        )  # fmt: skip
