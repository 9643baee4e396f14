"""What the oracle keeps: results by request, running sequences, cached chains, replicas."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Chain", "Replica", "Sequence", "TwinResult"]


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
    sent_s: list[float] = field(default_factory=list)
    turned: list[int] = field(default_factory=list)


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
class Chain:
    """A cached chain: blocks it owns, tokens it stands for, last use, references."""

    own: int
    tokens: int
    used_s: float
    refs: int = 0


@dataclass(eq=False)
class Replica:
    clock: float = 0.0
    steps: int = 0  # decode steps since the replica was last empty
    running: list[Sequence] = field(default_factory=list)
    queues: dict[int, deque[int]] = field(default_factory=dict)
    chains: OrderedDict[Any, Chain] = field(default_factory=OrderedDict)
    step_end: float | None = None
    admissions: int = 0
    busy_s: float = 0.0
    on_s: float = 0.0
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
