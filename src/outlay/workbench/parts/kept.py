"""Parts as they were made: each once, those used last stay.

A kept run is what its hash says, so its parts do not grow old. Whether somebody may see it is
asked before anything is looked up here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["Shelf"]

T = TypeVar("T", str, bytes)
MOST_TEXT = 40_000_000
"""Characters that stay, or bytes."""


class Shelf(Generic[T]):
    """Texts or bytes by key."""

    def __init__(self, most: int = MOST_TEXT) -> None:
        self._most, self._held = most, 0
        self._texts: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under the key, or made now and kept."""
        found = self.held(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found

    def held(self, key: Hashable) -> T | None:
        """What is kept under the key; None: nothing."""
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
            return self._texts.get(key)

    def put(self, key: Hashable, text: T) -> None:
        """Keep it, as far as there is room."""
        with self._lock:
            before = self._texts.pop(key, None)
            self._held += len(text) - (0 if before is None else len(before))
            self._texts[key] = text
            while self._held > self._most:
                self._held -= len(self._texts.popitem(last=False)[1])
