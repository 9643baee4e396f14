"""Where a number comes from, down to the sentence of a document: kind `explanation`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from outlay.results.base import Row, Share, Unit, absent
from outlay.results.document import Document

__all__ = ["Branch", "Explanation", "Origin", "Step"]


def _is_none(value: object) -> bool:
    return value is None


def unless_none() -> Any:
    """Mark of a field that only some steps have; there it is written even where it is empty."""
    from pydantic import Field

    return Field(exclude_if=_is_none)


@dataclass(frozen=True, slots=True)
class Origin(Row):
    """The source of a number: one that the study names, or in words."""

    id: Annotated[str, absent()] = ""
    """Key of the study's source."""
    document: Annotated[str, absent()] = ""
    """The document, or the source's title."""
    publisher: Annotated[str, absent()] = ""
    """Who published it."""
    date: Annotated[str, absent()] = ""
    """Its date."""
    url: Annotated[str, absent()] = ""
    """Its address."""
    grade: Annotated[str, absent()] = ""
    """How good it is."""
    sentence: Annotated[str, absent()] = ""
    """The sentence that states the number, or the study's quotation."""
    claim: Annotated[str, absent()] = ""
    """Id of the claim in the reading of the document."""
    span: Annotated[tuple[int, int] | None, absent()] = None
    """Characters [start, end) of the sentence in the document."""
    text: Annotated[str, absent()] = ""
    """The source in words, where the study names none."""


@dataclass(frozen=True, slots=True)
class Step(Row):
    """One number on the way: worked out from its inputs, taken from a source, or assumed."""

    name: str
    """What it is: a path of the study, or a row of the accounts."""
    value: float | None
    """The number, in `unit`; null: several numbers, or no such number."""
    unit: str
    """Its unit."""
    formula: str
    """How it is worked out, in the names of its inputs; empty: it is an input itself."""
    inputs: tuple[Step, ...] = ()
    """What it is worked out from; empty where it is repeated."""
    label: Annotated[str | None, unless_none()] = None
    """What the row is called in the statements."""
    period: Annotated[str | None, unless_none()] = None
    """Period of the cell; empty: the row has none."""
    where: Annotated[str, absent()] = ""
    """File, line and path where it is written."""
    range: Annotated[tuple[float | None, float | None] | None, absent()] = None
    """Low and high end as stated, in `unit`."""
    source: Annotated[Origin | None, absent()] = None
    """Where it comes from."""
    assumption: Annotated[str | Literal[True] | None, absent()] = None
    """That it is one, and what the study says of it."""
    note: Annotated[str, absent()] = ""
    """What else a reader should know."""
    repeated: Annotated[bool | None, absent()] = None
    """Whether it was explained already, higher in the tree."""
    branch: Annotated[str, absent()] = ""
    """States of the branch that it is of, where the step above is expected over branches."""
    chance: Annotated[float | None, absent(), Unit("share")] = None
    """Chance of that branch among those that are looked at."""


@dataclass(frozen=True, slots=True)
class Branch(Row):
    """What a number is in one branch."""

    branch: str
    """States known there."""
    chance: Share
    """Its chance among the branches that are looked at."""
    value: float | None
    """The number, in the unit of the whole; null: no such number there."""


@dataclass(frozen=True, slots=True, repr=False)
class Explanation(Document, Step):
    """One number, and the tree of what it comes from."""

    kind: ClassVar[str] = "explanation"
    branches: Annotated[tuple[Branch, ...], absent()] = ()
    """The same number by branch, where it is expected over several; empty for an input."""
