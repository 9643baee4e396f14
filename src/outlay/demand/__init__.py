"""Demand: tokens over time by service and kind, from announcements, growth and day shapes.

`forecast(series, as_of, dates) -> Forecast` samples paths; `rolling_origin` says how such
forecasts did; `scenario_states(paths, probabilities)` makes branches with the mean kept;
`shape(name)` gives the load over the day. `outlay.demand.build.build_demand(study, ...)` makes
the `DemandPaths` of a study.
"""

from outlay.demand.day_shape import Shape, busiest_hour, shape
from outlay.demand.forecasts.forecast import Forecast, forecast
from outlay.demand.forecasts.scoring import Trial, crps_sample, record_table, rolling_origin
from outlay.demand.scenario import ScenarioStates, scenario_states
from outlay.demand.series.public import public_series, public_series_names
from outlay.demand.series.read import parse_series, read_series
from outlay.demand.series.series import Point, Series, make_series
from outlay.demand.types import KINDS, DemandPaths, Load, Slice

__all__ = [
    "KINDS",
    "DemandPaths",
    "Forecast",
    "Load",
    "Point",
    "ScenarioStates",
    "Series",
    "Shape",
    "Slice",
    "Trial",
    "busiest_hour",
    "crps_sample",
    "forecast",
    "make_series",
    "parse_series",
    "public_series",
    "public_series_names",
    "read_series",
    "record_table",
    "rolling_origin",
    "scenario_states",
    "shape",
]
