"""The forecast and its record as result documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from outlay.demand.forecasts.forecast import KNOWS_FACTOR, Forecast
from outlay.demand.forecasts.scoring import Trial, record_table
from outlay.demand.series.series import Point
from outlay.results.models import forecast as results

__all__ = ["forecast_document", "record_points"]

QUANTILES = (0.05, 0.10, 0.50, 0.90, 0.95)


def forecast_document(
    made: Forecast, trials: Sequence[Trial], *, seed: int, with_paths: bool = False
) -> results.Forecast:
    """The `forecast` document; values in the series' unit (token/day where given)."""
    levels: list[list[float]] = made.quantile(QUANTILES).T.tolist()
    means: list[float] = made.mean.tolist()
    paths: list[list[float]] = made.paths.tolist() if with_paths else []
    until = made.informative_until
    return results.Forecast(
        series=made.series.name,
        unit=made.series.unit,
        as_of=made.as_of.isoformat(),
        points=tuple(map(_point, made.series.points)),
        paths_summary=tuple(
            results.Band(day.isoformat(), p05, p10, p50, p90, p95, mean)
            for day, (p05, p10, p50, p90, p95), mean in zip(made.dates, levels, means, strict=True)
        ),
        informative_until=until.isoformat() if until else None,
        informative_factor=KNOWS_FACTOR,
        models=made.models,
        n_paths=len(made.paths),
        seed=seed,
        record=record_table(trials),
        record_points=record_points(trials),
        notes=made.notes,
        paths=tuple(map(tuple, paths)),
    )


def record_points(trials: Sequence[Trial]) -> tuple[results.RecordPoint, ...]:
    """Each forecast of a record, as the documents hold it."""
    return tuple(
        results.RecordPoint(
            **asdict(t) | {"origin": t.origin.isoformat(), "target": t.target.isoformat()},
            horizon_months=t.months,
            covered=t.covered,
        )
        for t in trials
    )


def _point(p: Point) -> results.SeriesValue:
    return results.SeriesValue(
        date=p.day.isoformat(),
        first_day=p.start.isoformat(),
        last_day=p.end.isoformat(),
        value=p.value,
        floor=p.floor,
        grade=p.grade,
        source=p.source,
    )
