"""What a page shows of a what-if while one moves things (kind `headline`): facts and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from outlay.results.base import Chips, Money, Row, Share, Unit
from outlay.results.document import Document
from outlay.results.plans.what_if import Moved
from outlay.results.study import Thing

__all__ = ["Headline", "Ordered"]


@dataclass(frozen=True, slots=True)
class Ordered(Row):
    """What one offer is ordered now, beside the study as it stands."""

    offer: str
    """Its id."""
    called: str
    """What people call it."""
    chips: Chips
    """Chips ordered in the first period."""
    before: Chips
    """The same of the study as it stands."""
    shown: str
    """The chips as they are read."""
    shown_before: str
    """The same of the study as it stands."""
    changed: bool
    """Whether the two differ."""


@dataclass(frozen=True, slots=True, repr=False)
class Headline(Document):
    """A what-if as a page shows it: once at once (`coarse`), once when it is certified."""

    kind: ClassVar[str] = "headline"
    seq: Annotated[int, Unit("number")]
    """Number of the question that it answers; the largest is the newest."""
    stage: Literal["coarse", "exact"]
    """Coarse: read from the solved plan; exact: the certified optimum."""
    title: str
    """The study's title."""
    currency: str
    """Of its money: the study's, or the one that was asked for."""
    changes: tuple[str, ...]
    """What is changed: path=value."""
    moved: tuple[Moved, ...]
    """What that moves in the programme; empty: nothing."""
    objective: Money
    """What the plan of the changed study costs; coarse: what the solved plan becomes."""
    kept: bool
    """Whether a plan of that cost keeps every limit, in whole lots; else the best may cost more."""
    least: Money | None
    """No plan of the changed study costs less; null where that is not known."""
    gap: Share | None
    """The objective above `least`, as a share of it; null where no plan costs that."""
    base: Money
    """What the plan of the study as it stands costs."""
    difference: Money
    """What the change costs."""
    first_orders: Mapping[str, Chips]
    """Offer → chips ordered in the first period."""
    base_orders: Mapping[str, Chips]
    """The same of the study as it stands."""
    things: tuple[Thing, ...]
    """What the things of the study are called."""
    language: str
    """Of its sentences."""
    sentences: tuple[str, ...]
    """What it costs, how far from the best that may be, what it orders first."""
    cost_shown: str
    """The objective as it is read."""
    base_shown: str
    """The base as it is read."""
    difference_shown: str
    """The difference as it is read, with its sign."""
    least_shown: str
    """The least as it is read; empty where it is not known."""
    rate_shown: str
    """At which rate the study's currency was put into it; empty: it is the study's."""
    orders: tuple[Ordered, ...]
    """Every offer that is ordered now, there or in the study as it stands; most chips first."""
