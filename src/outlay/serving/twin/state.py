"""What the oracle keeps: results by request, running sequences, replicas."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from outlay.serving.twin.cache import BlockCache
from outlay.serving.twin.tiers import Store

__all__ = ["Replica", "Sequence", "TwinResult"]


@dataclass
class TwinResult:
    """Per request: start, first, end [s] (NaN = did not happen), cached, replica, preemptions.

    sent_s, turned: where requests wait for others; when each was sent, and which were turned away.
    """

    start_s: list[float]
    first_s: list[float]
    end_s: list[float]
    cached_tokens: list[int]
    replica: list[int]
    preemptions: list[int]
    made: list[int]
    busy_s: list[float]
    on_s: list[float]
    loaded_tokens: list[int]  # from tiers, at first admission
    stores: list[Store] = field(default_factory=list)  # of each replica
    spans: list[list[tuple[float, float]]] = field(default_factory=list)  # likewise
    sent_s: list[float] = field(default_factory=list)
    turned: list[int] = field(default_factory=list)

    @property
    def tier_loaded(self) -> list[list[int]]:
        return [[shelf.loaded for shelf in s.shelves] for s in self.stores]

    @property
    def tier_stored(self) -> list[list[int]]:
        return [[shelf.stored for shelf in s.shelves] for s in self.stores]

    @property
    def load_s(self) -> list[float]:
        return [s.load_s for s in self.stores]

    @property
    def longer_s(self) -> list[float]:
        return [s.longer_s for s in self.stores]


@dataclass(eq=False)
class Sequence:
    """A running request. `progress0`: token counter when it began to decode."""

    i: int
    admitted: int
    target: int
    done: int
    shared_blocks: int
    decoding: bool = False
    progress0: int = 0
    made0: int = 0
    chunk: int = 0
    slot: int = 0  # only its order matters: sequences that end together leave by slot


@dataclass(eq=False)
class Replica:
    store: Store
    clock: float = 0.0
    steps: int = 0  # decode steps since the replica was last empty
    running: list[Sequence] = field(default_factory=list)
    queues: dict[int, deque[int]] = field(default_factory=dict)
    cache: BlockCache | None = None
    step_end: float | None = None
    admissions: int = 0
    busy_s: float = 0.0
    on_s: float = 0.0
    spans: list[tuple[float, float]] = field(default_factory=list)  # switched on, and off
    since: float = 0.0
    ready_s: float = math.inf
    status: str = "active"
    free: list[int] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        return sum(len(q) for q in self.queues.values())

    @property
    def load(self) -> int:
        return self.waiting + len(self.running)
