"""A finished run: the study and what every stage made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from outlay.catalogue.types import Chip, Model
from outlay.demand.types import DemandPaths
from outlay.planning.result import Plan
from outlay.runs.record import RunRecord
from outlay.serving.types import Capacity

__all__ = ["Check", "Run"]


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant of the run: what was compared, the worst difference, and the verdict."""

    id: str
    name: str
    statement: str
    worst: float
    tolerance: float
    where: str = ""
    status: Literal["holds", "broken", "not checked"] = "holds"


@dataclass(frozen=True)
class Run:
    """Everything a run made; `document` is the versioned result that reports are made from."""

    loaded: Any  # study.load.LoadedStudy
    chips: Mapping[str, Chip]
    models: Mapping[str, Model]
    demand: DemandPaths
    capacity: Capacity
    plan: Plan
    values: Any
    accounts: Any
    outlook: Any
    reading: Any
    checks: tuple[Check, ...]
    record: RunRecord
    document: Mapping[str, Any]
