"""Workers and journals of sweeps for tests: in this process, with whatever mishap is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from outlay.api.studies import loaded
from outlay.sweeps.begun import common_of
from outlay.sweeps.cases import Cases
from outlay.sweeps.executor import Batch, Outcome
from outlay.sweeps.spec import Spec, spec_of
from support.small import SMALL

__all__ = ["GRID", "Here", "Memory", "asked", "common_bytes"]

GRID = (
    "supply.h200-import.price=10_000..40_000:3",
    "uncertainty.licence.h200.states.granted=0..100 %:3",
)


@dataclass
class Memory:
    """A journal that is gone with its process."""

    held: dict[int, bytes] = field(default_factory=dict)
    outcasts: dict[int, str] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[int, bytes]]:
        return iter(sorted(self.held.items()))

    def put(self, rows: Sequence[tuple[int, bytes]]) -> None:
        for case, row in rows:
            self.held.setdefault(case, row)

    def quarantine(self, case: int, why: str) -> None:
        self.outcasts.setdefault(case, why)


@dataclass
class Here:
    """An executor in this process. work: bytes that all share → row of a case. loses: whether a
    batch is lost. last_first: whether what was handed in last comes back first."""

    work: Callable[[bytes], Callable[[int], bytes]] = lambda common: Cases(common).row
    loses: Callable[[Batch], bool] = lambda _: False
    room: int = 3
    last_first: bool = False
    closed: int = 0
    asked: list[Batch] = field(default_factory=list)
    _todo: list[Batch] = field(default_factory=list)
    _row: Callable[[int], bytes] | None = None

    def begin(self, common: bytes) -> None:
        self._row = self.work(common)

    def submit(self, batch: Batch) -> None:
        self.asked.append(batch)
        self._todo.append(batch)

    def wait(self, seconds: float) -> Sequence[Outcome]:
        assert self._row is not None
        batch = self._todo.pop(-1 if self.last_first else 0)
        if self.loses(batch):
            return [Outcome(batch, why="its process was ended by signal 9", lost=True)]
        return [Outcome(batch, tuple(map(self._row, batch.cases)))]

    def close(self) -> None:
        self.closed += 1


def asked(*vary: str, sample: int = 0, seed: int | None = None) -> Spec:
    """A sweep of the small study."""
    return spec_of(loaded(SMALL), vary, sample, seed)


def common_bytes(spec: Spec) -> bytes:
    """What its workers begin from."""
    return common_of(loaded(SMALL), spec.design).to_bytes()
