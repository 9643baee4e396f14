"""Kept runs as they were read, and their parts as they were made: each once, the newest used stay.

A run is what its hash says, so nothing here grows old; whether somebody may see it is asked of the
store every time, before anything is looked up.
"""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from outlay.report.pieces import Pieces
from outlay.report.words.language import words
from outlay.report.words.of_plan import words_of
from outlay.runs.documents.compare import compare_results
from outlay.runs.documents.explain import explain
from outlay.runs.documents.folder import read_folder
from outlay.workbench.parts.compared import compared
from outlay.workbench.parts.fragment import Asked, fragment

if TYPE_CHECKING:
    from outlay.results.comparison import Comparison
    from outlay.results.explanation import Explanation
    from outlay.results.kept.workbench import Who
    from outlay.runs.documents.folder import Given
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["Shelf", "Stock"]

MOST_RUNS = 6
"""Runs that stay read."""
MOST_TEXT = 40_000_000
"""Characters of parts that stay made."""
T = TypeVar("T")


class Stock(Protocol):
    """What is needed of the store."""

    def run(self, who: Who, id: str) -> object:
        """The run; raises where it is not there for them."""

    def export_run(self, who: Who, id: str, folder: Path) -> object:
        """Write its folder."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A run's study and what its plan found."""

    loaded: LoadedStudy
    given: Given


class _Newest(Generic[T]):
    """Things by key, of which those used last are kept."""

    def __init__(self, most: int, size: Callable[[T], int]) -> None:
        self._most, self._size, self._held = most, size, 0
        self._found: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under the key, or made now and kept."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = make()
        with self._lock:
            if key not in self._found:
                self._found[key] = made
                self._held += self._size(made)
            while self._held > self._most and len(self._found) > 1:
                self._held -= self._size(self._found.popitem(last=False)[1])
        return made


class Shelf:
    """Parts of kept runs as HTML."""

    def __init__(self, store: Stock) -> None:
        self._store = store
        self._runs: _Newest[_Read] = _Newest(MOST_RUNS, lambda _: 1)
        self._parts: _Newest[str] = _Newest(MOST_TEXT, len)

    def part(self, who: Who, run: str, part: str, asked: Asked) -> str:
        """A part of a run. Raises UnknownNameError for one that it has not, and the store's errors
        where the run is not there for them."""
        self._store.run(who, run)

        def make() -> str:
            read = self._read(who, run)
            return fragment(read.given.plan, read.loaded, part, asked)

        return self._parts.get((run, part, asked), make)

    def explanation(
        self, who: Who, run: str, path: str, period: str = "", branch: str = ""
    ) -> Explanation:
        """Where a number of the run comes from. Raises UnknownNameError for a path of nothing."""
        self._store.run(who, run)
        read = self._read(who, run)
        return explain(read.loaded, path, given=read.given, period=period, branch=branch)

    def why(self, who: Who, run: str, path: str, language: str = "", branch: str = "") -> str:
        """The same as HTML."""
        doc = self.explanation(who, run, path, branch=branch)
        plan = self._read(who, run).given.plan
        say = words_of(plan, words(language or plan.headline.language))
        return Pieces(plan, say).why(doc)

    def comparison(self, who: Who, before: str, after: str) -> Comparison:
        """From one run to another. Raises InputError where their currencies differ."""
        for run in (before, after):
            self._store.run(who, run)
        first, second = (self._read(who, run).given.plan for run in (before, after))
        return compare_results(first, second)

    def compared(self, who: Who, before: str, after: str, language: str = "") -> str:
        """The same as HTML."""
        found = self.comparison(who, before, after)
        return self._parts.get((before, after, language), lambda: compared(found, language))

    def _read(self, who: Who, run: str) -> _Read:
        """The run, read from its folder with every file held against the manifest."""

        def make() -> _Read:
            with tempfile.TemporaryDirectory(prefix="outlay-run-") as place:
                folder = Path(place) / "run"
                self._store.export_run(who, run, folder)
                return _Read(*read_folder(folder))

        return self._runs.get(run, make)
