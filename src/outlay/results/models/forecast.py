"""A token series forecast, and the forecaster's record: kinds `forecast`, `forecast_validation`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from outlay.results.base import Row, Share, Unit, absent
from outlay.results.document import Document

__all__ = [
    "Band",
    "Forecast",
    "ForecastValidation",
    "Method",
    "RecordPoint",
    "RecordRow",
    "SeriesValue",
]

Value = Annotated[float, Unit("unit")]
Factor = Annotated[float, Unit("ratio")]
Logs = Annotated[float, Unit("log of value")]
Method = Literal["pooled", "no growth", "last growth continued"]


@dataclass(frozen=True, slots=True)
class SeriesValue(Row):
    """A point of the series."""

    date: str
    """The day it is put on: the middle of the days it speaks of."""
    first_day: str
    """First day that it speaks of."""
    last_day: str
    """Last day that it speaks of."""
    value: Value
    """The value, in the series' unit."""
    floor: bool
    """Whether it is said as "over"."""
    grade: str
    """How good the source is."""
    source: str
    """Where it is said."""


@dataclass(frozen=True, slots=True)
class Band(Row):
    """Quantiles and mean of the sampled paths on one day, in the series' unit."""

    date: str
    """The day."""
    p05: Value
    """5th percentile."""
    p10: Value
    """10th percentile."""
    p50: Value
    """Median."""
    p90: Value
    """90th percentile."""
    p95: Value
    """95th percentile."""
    mean: Value
    """Mean; the long upper tail counts in full."""


@dataclass(frozen=True, slots=True)
class RecordRow(Row):
    """Scores of one method at one horizon; a factor of 1.5 is half too high or a third too low."""

    method: Method
    """The forecaster (`pooled`), or a naive row beside it."""
    horizon: str
    """Class of months ahead, or `all`."""
    n: int
    """Forecasts scored."""
    typical_factor: Factor
    """e to the mean absolute log error."""
    median_factor: Factor
    """e to the median absolute log error."""
    worst_factor: Factor
    """e to the largest absolute log error."""
    coverage_80: Share | None
    """Actual values inside the 80 % band; null for single numbers."""
    crps: Logs
    """Mean continuous ranked probability score."""


@dataclass(frozen=True, slots=True)
class RecordPoint(Row):
    """One forecast of one later point, beside what came and what naive rows said."""

    series: str
    """The series."""
    origin: str
    """Day on which it was made."""
    n_points: int
    """Points known then."""
    target: str
    """Day that it was made for."""
    actual: Value
    """What came."""
    p10: Value
    """10th percentile."""
    p50: Value
    """Median."""
    p90: Value
    """90th percentile."""
    crps: Logs
    """Continuous ranked probability score."""
    no_growth: Value
    """What no growth says."""
    last_growth: Value
    """What the last growth, continued, says."""
    horizon_months: Annotated[float, Unit("month")]
    """Months ahead."""
    covered: bool
    """Whether the 80 % band held."""


@dataclass(frozen=True, slots=True, repr=False)
class Forecast(Document):
    """Sampled paths of a token series, with the forecaster's record on it."""

    kind: ClassVar[str] = "forecast"
    series: str
    """The series."""
    unit: str
    """Unit of the values; empty: not given."""
    as_of: str
    """The day whose knowledge counts."""
    points: tuple[SeriesValue, ...]
    """What was known."""
    paths_summary: tuple[Band, ...]
    """The paths by day."""
    informative_until: str | None
    """Last day whose 80 % band is narrower than the factor below; null: none is."""
    informative_factor: Factor
    """A wider band says almost nothing."""
    models: tuple[str, ...]
    """Growth models that count equally."""
    n_paths: int
    """Paths sampled."""
    seed: int
    """Root of the random streams."""
    record: tuple[RecordRow, ...]
    """How such forecasts did on the series' own past; empty where it is too short."""
    record_points: tuple[RecordPoint, ...]
    """Each forecast of the record."""
    notes: tuple[str, ...]
    """What a reader must know."""
    paths: Annotated[tuple[tuple[Value, ...], ...], absent()] = ()
    """Path → value by day of `paths_summary`, where asked for."""


@dataclass(frozen=True, slots=True, repr=False)
class ForecastValidation(Document):
    """The forecaster on past data, beside two naive rows."""

    kind: ClassVar[str] = "forecast_validation"
    series: tuple[str, ...]
    """The series scored."""
    min_points: int
    """Points before the first origin."""
    seed: int
    """Root of the random streams."""
    record: tuple[RecordRow, ...]
    """Scores by horizon and method."""
    record_points: tuple[RecordPoint, ...]
    """Each forecast of the record."""
