"""Two results of a study: what changed between them, or whether one is the other run again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from outlay.results.base import Chips, Money, Row, named
from outlay.results.document import Document
from outlay.results.study import Thing

__all__ = ["ChangedOrder", "Comparison", "Replay", "Side", "Step"]


@dataclass(frozen=True, slots=True)
class Side(Row):
    """One of the two results."""

    title: str
    """The study's title."""
    verdict: str
    """valid or INVALID."""
    expected_cost: Money
    """Expected discounted cost: the sum of its parts, prices that nobody pays among them."""
    cash: Money
    """Of it, cash: paid less what is left at the end."""
    result_hash: str
    """Hash of what was found."""
    input_hash: str
    """Hash of the study's inputs."""
    scenario: str
    """The named scenario; empty: none."""
    overrides: tuple[str, ...]
    """What `--set` changed."""


@dataclass(frozen=True, slots=True)
class Step(Row):
    """What one kind of payment changes."""

    name: str
    """The payment; `rounding`: what is left of the difference."""
    value: Money
    """Its change."""
    paid: bool
    """Whether it is cash; else the price of what is not served, or of a limit broken."""


@dataclass(frozen=True, slots=True)
class ChangedOrder(Row):
    """An order of the first period that is not the same in both."""

    offer: str
    """The study's offer."""
    before: Annotated[Chips, named("from")]
    """Chips ordered in the first result."""
    after: Annotated[Chips, named("to")]
    """Chips ordered in the second."""


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Document):
    """What changed from one result to another, as steps that sum to the difference."""

    kind: ClassVar[str] = "run"
    before: Annotated[Side, named("from")]
    """The first result."""
    after: Annotated[Side, named("to")]
    """The second."""
    currency: str
    """Of both."""
    difference: Money
    """Expected cost of the second less that of the first."""
    cash: Money
    """Of it, the difference in cash."""
    steps: tuple[Step, ...]
    """What each kind of payment changes, largest first; they sum to the difference."""
    orders: tuple[ChangedOrder, ...]
    """Orders of the first period that differ by half a chip or more."""
    things: tuple[Thing, ...] = ()
    """What the things of both are called."""


@dataclass(frozen=True, slots=True, repr=False)
class Replay(Document):
    """Whether a recorded study, run again, gives the same result."""

    kind: ClassVar[str] = "replay"
    same: bool
    """Whether the two hashes are equal."""
    recorded: str
    """Hash of the recorded result."""
    replayed: str
    """Hash of the result found now."""
    inputs_changed: tuple[str, ...]
    """Hashes and versions of what the result is made from that differ."""
    parts_changed: tuple[str, ...]
    """Fields of the result that differ."""
