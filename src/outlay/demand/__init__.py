"""Demand: tokens over time by service and kind, from announcements, growth and day shapes.

`forecast(series, as_of, dates) -> Forecast` samples paths; `rolling_origin` says how such
forecasts did; `scenario_states(paths, probabilities)` makes branches with the mean kept;
`shape(name)` gives the load over the day. `outlay.demand.build.build_demand(study, ...)` makes
the `DemandPaths` of a study.
"""

from outlay.demand.forecasts.forecast import forecast
from outlay.demand.forecasts.scoring import record_table, rolling_origin
from outlay.demand.scenario import scenario_states
from outlay.demand.series.public import public_series

__all__ = ["forecast", "public_series", "record_table", "rolling_origin", "scenario_states"]
