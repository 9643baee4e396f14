"""One thing that a check found: where, what, and whether it is fatal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from outlay.core.errors import Problem, nearest

__all__ = ["Finding", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem (or, with `warn`, a doubt) at a path of the study."""

    path: tuple[str | int, ...]
    what: str
    value: str = ""
    allowed: str = ""
    hint: str = ""
    warn: bool = False

    def problem(self, where: Callable[[tuple[str | int, ...]], str]) -> Problem:
        return Problem(self.what, where(self.path), self.value, self.allowed, self.hint)


def unknown(path: tuple[str | int, ...], kind: str, name: str, names: Iterable[str]) -> Finding:
    """`name` is not one of `names`: the nearest is the hint, a short list is shown whole."""
    valid = list(dict.fromkeys(names))
    allowed = ", ".join(valid) if len(valid) <= 20 else ""
    return Finding(path, f"unknown {kind}", name[:80], allowed or "none", nearest(name, valid))
