"""Finds a catalogue id from a name as people write it: case, punctuation, vendor, suffixes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from outlay.core.errors import Problem, UnknownNameError, nearest

__all__ = ["Names", "key"]

_WORD = re.compile(r"[a-z0-9.]+|[^\W_a-z0-9]+")


def key(name: str) -> str:
    """`name` without case, width, spaces or punctuation (dots inside numbers stay)."""
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", name).casefold()
    words: list[str] = _WORD.findall(folded)
    return [w.strip(".") for w in words if w.strip(".")]


class Names:
    """An index of names. `noise` holds words that carry no identity and may be left out."""

    def __init__(
        self, kind: str, entries: Mapping[str, tuple[str, ...]], noise: frozenset[str]
    ) -> None:
        self.kind = kind
        self.noise = noise
        # ids last: where an alias differs only in case, the hint shows the id
        self.written = (*(name for names in entries.values() for name in names), *entries)
        self._exact: dict[str, str] = {}
        for ident in entries:
            self._exact[key(ident)] = ident
        for ident, written in entries.items():
            for name in written:
                owner = self._exact.setdefault(key(name), ident)
                if owner != ident:
                    raise ValueError(f"{kind} name {name!r} means both {owner!r} and {ident!r}")
        self._reduced = {self._reduce(k): i for i in entries for k in (i, *entries[i])}

    def _reduce(self, name: str) -> str:
        return "".join(w for w in _words(name) if w not in self.noise)

    def get(self, name: str) -> str | None:
        """The id that `name` means, or None. `publisher/name` is read as `name`."""
        found = self._one(name)
        if found is None and "/" in name:
            before, _, last = name.rpartition("/")
            found = self._one(last)
            if found is not None and self._one(before) not in (None, found):
                return None  # two entries in one breath, such as "H100 / H200"
        return found

    def _one(self, name: str) -> str | None:
        found = self._exact.get(key(name))
        if found is None:
            reduced = self._reduce(name)
            found = self._exact.get(reduced) or (self._reduced.get(reduced) if reduced else None)
        return found

    def find(self, name: str) -> str:
        """The id that `name` means; raises UnknownNameError with the nearest one."""
        found = self.get(name) if isinstance(name, str) else None
        if found is None:
            raise UnknownNameError(
                Problem(
                    f"unknown {self.kind}",
                    value=repr(name),
                    allowed=f"a {self.kind} of the catalogue (`outlay catalogue {self.kind}s`)",
                    hint=nearest(str(name), self.written),
                )
            )
        return found
