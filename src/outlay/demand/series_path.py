"""The base path of a service whose volume is a named series: the forecast's median by period."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import PurePath

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import TableError
from outlay.core.ingest.text import decoded
from outlay.core.periods import Period
from outlay.demand.series.series import Series
from outlay.study.model.loads import TokenVolume

__all__ = ["FEW", "MANY", "Read", "base_path", "sampled_paths", "series_of"]

Read = Callable[[str], bytes]
"""Name of a file beside the study -> its bytes."""
MANY, FEW = 2_000, 3
"""Paths of a forecast, and those that show whether one can be made."""


def base_path(
    volume: TokenVolume,
    periods: tuple[Period, ...],
    as_of: date,
    seed: int,
    read: Read | None = None,
) -> Array:
    """Median forecast of the series at each period's middle, [period], token/day.

    Raises UnknownNameError, TableError.
    """
    return np.asarray(np.median(sampled_paths(volume, periods, as_of, seed, read), axis=0))


def sampled_paths(
    volume: TokenVolume,
    periods: tuple[Period, ...],
    as_of: date,
    seed: int,
    read: Read | None = None,
    paths: int = MANY,
) -> Array:
    """Sampled paths of the series at each period's middle, [path, period], token/day.

    volume.series: a public series of the catalogue, or a CSV file beside the study. Points dated
    after `as_of` do not enter. Raises UnknownNameError, TableError.
    """
    from outlay.demand.forecasts.forecast import forecast
    from outlay.demand.forecasts.growth_models import default_models

    series = series_of(volume.series, read)
    models = [
        m for m in default_models() if volume.forecast in ("pooled", m.name.split()[0].lower())
    ]
    dates = tuple(p.middle for p in periods)
    return forecast(series, as_of, dates, seed=seed, n_paths=paths, models=models or None).paths


def series_of(name: str, read: Read | None = None) -> Series:
    """The series of this name: the catalogue's, or of a CSV file beside the study.

    Raises UnknownNameError, TableError.
    """
    from outlay.demand.series.public import public_series
    from outlay.demand.series.read import parse_series

    if read is None or not name.lower().endswith(".csv"):
        return public_series(name)
    text = decoded(read(name), name, TableError)
    return parse_series(text, name=PurePath(name).stem, where=name)
