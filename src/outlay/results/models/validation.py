"""How far off the performance model is on a table of measurements: kind `validation`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from outlay.results.base import Row, Share, Unit, absent
from outlay.results.document import Document

__all__ = ["By", "Overall", "ScoredGroup", "ScoredRow", "Validation"]

By = Literal["metric and kind", "source", "chip", "model"]
LogRatio = Annotated[float, Unit("log of predicted / measured")]


@dataclass(frozen=True, slots=True)
class ScoredRow(Row):
    """One metric of one measured row, in the row's own unit."""

    row_id: str
    """The row."""
    metric: str
    """What was measured."""
    unit: str
    """Its unit, as the table has it."""
    measured: Annotated[float, Unit("unit")]
    """What was measured; 0 where the cell is no number above 0."""
    predicted: Annotated[float | None, Unit("unit")]
    """What the model says; null where it cannot."""
    low: Annotated[float | None, Unit("unit")]
    """Low end of its 90 % interval."""
    high: Annotated[float | None, Unit("unit")]
    """High end of its 90 % interval."""
    status: str
    """predicted, or why not: unknown_model, unknown_chip, not_comparable, …"""
    why: str
    """What was assumed, or why it cannot be predicted."""
    primary: bool
    """Whether it is the row's own metric; others are of the same run."""


@dataclass(frozen=True, slots=True)
class ScoredGroup(Row):
    """Error of one set of rows: medians inside each group first, then over groups."""

    by: By
    """What the rows were told apart by."""
    name: str
    """Which of them."""
    n: int
    """Rows."""
    groups: int
    """Groups: one model, chip, lengths, source and metric."""
    median_abs_log_ratio: LogRatio
    """Median error, without its sign."""
    median_interval_90: tuple[LogRatio, LogRatio]
    """Its 90 % interval, by drawing groups again."""
    p90_abs_log_ratio: LogRatio
    """90th percentile of the error over groups."""
    bias: LogRatio
    """Median error with its sign; positive is predicted too high."""
    coverage_90: Share
    """Rows inside their 90 % interval."""


@dataclass(frozen=True, slots=True)
class Overall(Row):
    """Error of every row's own metric; where nothing was predicted, the counts alone."""

    n: int
    """Rows that were predicted."""
    rows: int
    """Rows of the table."""
    predictable: Share
    """Rows that could be predicted."""
    status: Mapping[str, int]
    """Status → rows."""
    name: Annotated[str, absent()] = ""
    """all."""
    groups: Annotated[int | None, absent()] = None
    """Groups: one model, chip, lengths, source and metric."""
    median_abs_log_ratio: Annotated[LogRatio | None, absent()] = None
    """Median error, without its sign."""
    median_interval_90: Annotated[tuple[LogRatio, LogRatio] | None, absent()] = None
    """Its 90 % interval, by drawing groups again."""
    p90_abs_log_ratio: Annotated[LogRatio | None, absent()] = None
    """90th percentile of the error over groups."""
    bias: Annotated[LogRatio | None, absent()] = None
    """Median error with its sign; positive is predicted too high."""
    coverage_90: Annotated[Share | None, absent()] = None
    """Rows inside their 90 % interval."""


@dataclass(frozen=True, slots=True, repr=False)
class Validation(Document):
    """Every row of a table of measurements, predicted; how far off, and how sure."""

    kind: ClassVar[str] = "validation"
    seen_by_the_fit: bool
    """Whether the constants were fitted to this very table."""
    rows: tuple[ScoredRow, ...]
    """The measurements in the table's order."""
    groups: tuple[ScoredGroup, ...]
    """Errors of sets of rows, most groups first."""
    overall: Overall
    """Error of the whole table."""
    warnings: tuple[str, ...] = ()
    """What of the question was not used."""
