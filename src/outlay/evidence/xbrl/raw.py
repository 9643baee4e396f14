"""Tagged facts as their file has them: nothing is counted out yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

__all__ = ["Context", "Dimension", "RawFact", "Tagged", "Unit"]

Dimension = tuple[str, str]
"""Its axis and the member of it; a typed one's value after an equals sign."""
Unit = tuple[tuple[str, ...], tuple[str, ...]]
"""What is multiplied, and what it is divided by."""


class Context(NamedTuple):
    """Whom and when facts are of. start: empty for an instant."""

    entity: str
    start: str
    end: str
    dimensions: tuple[Dimension, ...] = ()


class RawFact(NamedTuple):
    """A fact as it stands.

    kind: nonfraction, nonnumeric, fraction; plain: of an instance. said:
    its other attributes. start, end: where it is shown, both -1 where it is not.
    """

    kind: str
    name: str
    context: str
    unit: str
    text: str
    start: int = -1
    end: int = -1
    said: Mapping[str, str] = {}


class Tagged(NamedTuple):
    """Tagged facts of a document, with the contexts and units that they name.

    entity: whose facts they are, where the file says it once.
    """

    facts: tuple[RawFact, ...]
    contexts: Mapping[str, Context]
    units: Mapping[str, Unit]
    entity: str = ""

    def moved(self, at: Callable[[int], int], to: Callable[[int], int]) -> Tagged:
        """The facts in another text, where what begins or ends at a place does so at another."""
        placed = (f._replace(start=at(f.start), end=to(f.end)) for f in self.facts)
        shown = (f if 0 <= f.start < f.end else f._replace(start=-1, end=-1) for f in placed)
        return self._replace(facts=tuple(shown))
