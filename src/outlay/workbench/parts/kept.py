"""Parts as they were made: each once, those used last stay.

A kept run is what its hash says, so its parts do not grow old. Whether somebody may see it is
asked before anything is looked up here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

__all__ = ["Shelf"]

MOST_TEXT = 40_000_000
"""Characters that stay."""


class Shelf:
    """Texts by key."""

    def __init__(self, most: int = MOST_TEXT) -> None:
        self._most, self._held = most, 0
        self._texts: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], str]) -> str:
        """What is kept under the key, or made now and kept."""
        found = self.held(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found

    def held(self, key: Hashable) -> str | None:
        """What is kept under the key; None: nothing."""
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
            return self._texts.get(key)

    def put(self, key: Hashable, text: str) -> None:
        """Keep it, as far as there is room."""
        with self._lock:
            self._held += len(text) - len(self._texts.pop(key, ""))
            self._texts[key] = text
            while self._held > self._most:
                self._held -= len(self._texts.popitem(last=False)[1])
