"""`outlay.validate("forecast")`: the forecaster against what came later, by rolling origin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from outlay.api.asked import checked
from outlay.api.says import MOST_SEED, Says
from outlay.results.models.forecast import ForecastValidation

__all__ = ["validate_forecast"]


@checked
def validate_forecast(
    *,
    series: Annotated[
        list[str] | None,
        Says("CSV or public series id; may be repeated. Default: all public series.", file=True),
    ] = None,
    unit: Annotated[str, Says("Unit of the CSVs' values.")] = "",
    min_points: Annotated[int, Says("Points before the first origin.", least=2)] = 4,
    paths: Annotated[int, Says("Sampled paths.", least=30, most=20_000)] = 2_000,
    seed: Annotated[int, Says("Root of the random streams.", least=0, most=MOST_SEED)] = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> ForecastValidation:
    """Score the forecaster on past data beside two naive rows: no growth, last growth continued.

    Exit 1 where no series is long enough.

    Raises TableError for a series that cannot be read.

    >>> found = validate_forecast(series=["google-tokens"], paths=60)
    >>> {row.method: round(row.typical_factor, 1) for row in found.record if row.horizon == "all"}
    {'pooled': 1.0, 'no growth': 2.5, 'last growth continued': 1.3}
    """
    from outlay.api.models.questions import listed, within
    from outlay.core.progress import Course, Told
    from outlay.demand.forecasts.document import record_points
    from outlay.demand.forecasts.scoring import Trial, record_table, rolling_origin
    from outlay.demand.series.as_of import load_series
    from outlay.demand.series.public import public_series_names

    within(validate_forecast, min_points=min_points, paths=paths)
    names = listed("--series", series) or list(public_series_names())
    course = Course(progress, {"": 1.0})
    trials: list[Trial] = []
    for i, name in enumerate(names):
        course(Told(f"forecasting {name}", done=i, total=len(names)))
        read = load_series(name, unit)
        trials += rolling_origin(read, min_points=min_points, n_paths=paths, seed=seed)
    return ForecastValidation(
        tuple(names), min_points, seed, record_table(trials), record_points(trials)
    )
