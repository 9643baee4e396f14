"""Training runs inside a plan: by when each is asked for, and when it is done in each branch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from outlay.results.base import Chips, Money, Row, Share, Unit

__all__ = ["DONE", "TrainingRun"]

DONE = 0.999
"""Share of a run from which on it counts as done."""


@dataclass(frozen=True, slots=True)
class TrainingRun(Row):
    """One training campaign of the study."""

    run: str
    """The study's campaign."""
    start: str
    """First period of the horizon in which it may run."""
    by: str
    """Last period of the horizon in which it may run: the date asked."""
    chip: str
    """Catalogue id of the chip that it is counted in."""
    chips: Chips
    """Such chips busy with it, mean of its periods, as the study asks."""
    block: Chips
    """Fewest such chips that stand at one site while it runs; 0: any number."""
    held: Mapping[str, Chips]
    """Chip → chips busy with it, mean of its periods, expected over the branches."""
    done_by: Mapping[str, str]
    """Branch → period in which the last of it is done; empty: not by the date."""
    first: str
    """Period in which it is done in the earliest branch; empty: in none by the date."""
    middle: str
    """Period by which it is done with a chance of a half or more; empty: not by the date."""
    last: str
    """Period in which it is done in the latest branch; empty: in some not by the date."""
    in_time: Share
    """Chance that all of it is done by the date."""
    done: Share
    """Share of it that is done by the date, expected."""
    least: Share
    """The same in the branch that does least."""
    where: str
    """That branch; empty: all do alike, or there is one."""
    missed: Money
    """Price of what is not done by the date in this plan, expected and discounted: no cash."""
    price: Annotated[float, Unit("study currency per chip-hour")]
    """Price of an hour of such a chip's work that is not done."""
    whole: Money
    """Price of leaving all of it undone, at that price."""
    reason: str
    """Why not all of it is done: a reason of `lines.unserved`; empty: all of it is."""
    what: str
    """What that reason is about: a limit or a period; empty: nothing of the kind."""
