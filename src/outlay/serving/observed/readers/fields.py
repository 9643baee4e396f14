"""The mapping that a file holds, read by key: what is wrong is named by file and key.

What was asked for is remembered, so that what holds a measurement and was not taken can be told.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import Problem, TableError

__all__ = ["Fields", "refuse", "written"]

MOST = 1e19
"""No time of day in nanoseconds, rate or count of tokens of a load test is larger."""
NAMED = 60
"""Names of fields not taken that are told; a count stands for those beyond."""


def written(value: object) -> str:
    """A value as the file has it, cut short."""
    return json.dumps(value, default=repr)[:80]


def refuse(what: str, where: str, value: str = "", allowed: str = "", hint: str = "") -> NoReturn:
    """Raise what is wrong with a file of measurements."""
    raise TableError(Problem(what, where, value, allowed, hint))


@dataclass(slots=True)
class Fields:
    """A mapping and where it stands: file (with its line, of lines) and path of keys."""

    values: Mapping[str, object]
    file: str
    path: str = ""
    taken: set[str] = field(default_factory=set)

    def __contains__(self, key: str) -> bool:
        return self.values.get(key) is not None

    def at(self, key: str) -> str:
        """Where a key stands, for a message."""
        return f"{self.file}: {self.path}{key}"

    def raw(self, key: str) -> object:
        """What stands under a key; None where nothing does."""
        self.taken.add(key)
        return self.values.get(key)

    def number(
        self, key: str, factor: float = 1.0, *, least: float = 0.0, most: float = MOST
    ) -> float | None:
        """A number times `factor`; None where the file has none."""
        found = self.raw(key)
        return None if found is None else self._number(found, key, least, most) * factor

    def _number(self, found: object, key: str, least: float, most: float) -> float:
        allowed = f"a number of at least {least:g}" if least > -math.inf else "a number"
        if isinstance(found, bool) or not isinstance(found, int | float):
            refuse("not a number", self.at(key), written(found), allowed)
        if not least <= found <= most:
            limit = allowed if found < least else f"at most {most:g}"
            refuse("a number out of range", self.at(key), written(found), limit)
        return float(found)

    def whole(self, key: str) -> int | None:
        """A count; None where the file has none. 24.0 is one, 24.5 is not."""
        found = self.number(key)
        if found is None:
            return None
        if found != int(found):
            refuse("not a whole number", self.at(key), written(self.values[key]), "a count")
        return int(found)

    def needed(self, key: str) -> float:
        """A number without which the file says nothing."""
        found = self.number(key)
        if found is None:
            refuse("a key is missing", self.file, "", f"{self.path}{key}: a number")
        return found

    def text(self, key: str) -> str:
        """A text; '' where the file has none."""
        found = self.raw(key)
        if found is None:
            return ""
        if not isinstance(found, str):
            refuse("not a text", self.at(key), written(found), "a text")
        return found.strip()

    def flag(self, key: str) -> bool:
        """Whether a switch is on; what is missing is off."""
        found = self.raw(key)
        if found is not None and not isinstance(found, bool):
            refuse("not a truth value", self.at(key), written(found), "true, false")
        return bool(found)

    def inside(self, key: str) -> Fields:
        """The mapping under a key; an empty one where there is none."""
        found = self.raw(key)
        if found is None:
            return Fields({}, self.file, f"{self.path}{key}.")
        if not isinstance(found, dict):
            refuse("not a mapping", self.at(key), written(found), "{…}")
        return Fields(found, self.file, f"{self.path}{key}.")

    def items(self, key: str) -> tuple[Fields, ...]:
        """The mappings of the list under a key."""
        return tuple(
            self._mapping(item, f"{key}[{i}]") for i, item in enumerate(self.many(key) or ())
        )

    def _mapping(self, item: object, key: str) -> Fields:
        if not isinstance(item, dict):
            refuse("not a mapping", self.at(key), written(item), "{…}")
        return Fields(item, self.file, f"{self.path}{key}.")

    def many(self, key: str) -> list[object] | None:
        """The list under a key; None where there is none."""
        found = self.raw(key)
        if found is not None and not isinstance(found, list):
            refuse("not a list", self.at(key), written(found), "[…]")
        return found

    def numbers(self, key: str, factor: float = 1.0, *, least: float = 0.0) -> Array | None:
        """The list of numbers under a key, times `factor`; null is NaN."""
        found = self.many(key)
        return None if found is None else self.array(found, key) * factor

    def array(self, found: Sequence[object], key: str, *, least: float = 0.0) -> Array:
        """A list of numbers as an array; null is NaN."""
        if not set(map(type, found)) <= {int, float}:
            found = [
                math.nan if v is None else self._number(v, f"{key}[{i}]", least, MOST)
                for i, v in enumerate(found)
            ]
        out: Array = np.array(found, dtype=np.float64)
        bad = np.flatnonzero((out < least) | (out > MOST))
        if len(bad):
            i = int(bad.item(0))
            self._number(found[i], f"{key}[{i}]", least, MOST)
        return out

    def counts(self, key: str) -> IntArray | None:
        """The list of counts under a key; −1 for null."""
        found = self.numbers(key)
        if found is None:
            return None
        bad = np.flatnonzero(~np.isnan(found) & (found != np.floor(found)))
        if len(bad):
            i = int(bad.item(0))
            refuse("not a whole number", self.at(f"{key}[{i}]"), f"{found.item(i):g}", "a count")
        return np.where(np.isnan(found), -1, found).astype(np.int64)

    def same_length(self, **found: Array | IntArray | Sequence[object] | None) -> int:
        """Length of lists that speak of the same requests; refused where they differ."""
        lengths = {k: len(v) for k, v in found.items() if v is not None}
        if len(set(lengths.values())) > 1:
            said = ", ".join(f"{k} {n:,}" for k, n in lengths.items())
            refuse("lists of different lengths", f"{self.file}: {self.path}".rstrip(": "), said,
                   "one entry a request in each")  # fmt: skip
        return next(iter(lengths.values()), 0)

    def unread(self, *others: Fields, known: Sequence[str] = ()) -> tuple[str, ...]:
        """Names of fields that hold numbers and were not taken, of this mapping and others.

        known: names that hold no measurement (settings, places in a file).
        """
        names = [n for part in (self, *others) for n in part._left(set(known))]
        if len(names) > NAMED:
            names = [*names[:NAMED], f"and {len(names) - NAMED} more"]
        return tuple(names)

    def _left(self, known: set[str]) -> Iterator[str]:
        for key, value in self.values.items():
            if key not in self.taken | known and _holds_numbers(value):
                yield f"{self.path}{key}"


def _holds_numbers(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_numbers(v) for v in value.values())
    if isinstance(value, list):
        return any(_holds_numbers(v) for v in value[:100])
    return isinstance(value, int | float) and not isinstance(value, bool)
