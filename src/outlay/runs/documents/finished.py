"""A finished run: the study and what every stage made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from outlay.demand.types import DemandPaths
from outlay.planning.result import Plan
from outlay.results.chips_models import Chip, Model
from outlay.results.plans.outlook import Outlook
from outlay.results.plans.plan import Plan as Result
from outlay.results.plans.record import Record
from outlay.results.plans.rows import Invariant
from outlay.runs.pipeline.money import RunAccounts
from outlay.serving.types import Capacity

if TYPE_CHECKING:
    from outlay.evidence.types import Reading
    from outlay.planning.answers.kept import Kept
    from outlay.runs.answers.worth import Worth
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["Run"]


@dataclass(frozen=True, repr=False)
class Run:
    """Everything a run made; `result` is the document that reports are made from."""

    loaded: LoadedStudy
    chips: Mapping[str, Chip]
    models: Mapping[str, Model]
    demand: DemandPaths
    capacity: Capacity
    plan: Plan
    values: Worth | None
    accounts: RunAccounts
    outlook: Outlook | None
    reading: Reading | None
    checks: tuple[Invariant, ...]
    record: Record
    result: Result | None = None
    kept: Kept | None = None
    """Where the solve of the study as it is written ended, for what-ifs: this one, or of a variant
    the one that it was given."""

    def __repr__(self) -> str:
        return f"Run({self.loaded.path.name!r}, {self.result!r})"
