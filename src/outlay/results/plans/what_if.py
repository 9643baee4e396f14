"""The answer to a what-if (kind `what_if`): at once from the plan that is solved, then exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from outlay.results.base import Chips, Money, Share
from outlay.results.document import Document
from outlay.results.study import Thing

__all__ = ["Moved", "WhatIf"]

Moved = Literal["structure", "entries", "right side", "bound", "cost"]
"""What a change moves in the programme, from what weighs most."""


@dataclass(frozen=True, slots=True, repr=False)
class WhatIf(Document):
    """A study with some of its fields changed, beside the study as it stands."""

    kind: ClassVar[str] = "what_if"
    title: str
    """The study's title."""
    currency: str
    """The study's currency."""
    changes: tuple[str, ...]
    """What is changed: path=value."""
    moved: tuple[Moved, ...]
    """What that moves in the programme; empty: nothing."""
    stage: Literal["quick", "exact"]
    """Quick: read from the solved plan; exact: the certified optimum."""
    objective: Money
    """What the plan of the changed study costs; quick: what the solved plan becomes."""
    kept: bool
    """Whether a plan of that cost keeps every limit, in whole lots; else the best may cost more."""
    least: Money | None
    """No plan of the changed study costs less; null where that is not known."""
    gap: Share | None
    """The objective above `least`, as a share of the objective; null where no plan costs that."""
    base: Money
    """What the plan of the study as it stands costs."""
    first_orders: Mapping[str, Chips]
    """Offer → chips ordered in the first period."""
    base_orders: Mapping[str, Chips]
    """The same of the study as it stands."""
    things: tuple[Thing, ...] = ()
    """What the things of the study are called."""

    @property
    def difference(self) -> float:
        """What the change costs [currency]."""
        return self.objective - self.base
