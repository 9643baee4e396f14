"""How often and how much at once: of one person, of everybody, and of those who are not let in."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from outlay.core.errors import Problem
from outlay.workbench.guard.refusal import RefusedError
from outlay.workbench.settings import Settings

__all__ = ["Buckets", "Room"]

MOST_KNOWN = 10_000
"""Of whom the rate is remembered: those who have not asked for longest are forgotten."""

FEW = 8
"""Requests at once that one person may ask of a server that others keep full: a page that is open,
and what is asked in it. How many they all are is bounded by the connections."""


class Buckets:
    """A bucket of requests for each name, filled at a rate; who has none left waits."""

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str) -> float:
        """Take one; returns 0, or the seconds until there is one to take."""
        now = self._clock()
        left, before = self._left.pop(name, (self._burst, now))
        left = min(self._burst, left + (now - before) * self._rate)
        late = 0.0 if left >= 1.0 else (1.0 - left) / self._rate
        self._left[name] = (left if late else left - 1.0, now)
        while len(self._left) > MOST_KNOWN:
            self._left.popitem(last=False)
        return late


class Room:
    """What is asked at once, and the bytes of bodies that are held meanwhile."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._each: dict[str, int] = {}
        self._held = 0

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Room for one more request of `name`. Raises RefusedError where there is none."""
        most, each = self._settings.max_asked, self._settings.max_asked_each
        own = self._each.get(name, 0)
        if own >= FEW and sum(self._each.values()) >= most:
            raise _too_much(503, "this server", most)
        if own >= each:
            raise _too_much(429, "you", each)
        self._each[name] = own + 1
        try:
            yield
        finally:
            self._each[name] -= 1
            if not self._each[name]:
                del self._each[name]

    def hold(self, size: int) -> None:
        """Count bytes that are read. Raises RefusedError where bodies hold too much already."""
        if self._held + size > self._settings.max_held:
            raise RefusedError(503, Problem("too many bodies at once", "this server"),
                               close=True, retry_after="5")  # fmt: skip
        self._held += size

    def free(self, size: int) -> None:
        """Count them off."""
        self._held -= size


def _too_much(status: int, who: str, most: int) -> RefusedError:
    problem = Problem("too much is asked at once", who, allowed=f"{most} requests")
    return RefusedError(status, problem, close=True, retry_after="1")
