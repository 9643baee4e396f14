"""Sampled demand paths from a short series: three growth models pooled with equal weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import Problem, TableError
from outlay.core.periods import DAYS_PER_YEAR
from outlay.core.seeds import stream
from outlay.demand.forecasts.growth_models import default_models
from outlay.demand.forecasts.kalman import GrowthModel, filter_cells
from outlay.demand.series.observe import Observations, observe
from outlay.demand.series.series import Series

__all__ = [
    "KNOWS_FACTOR",
    "MIN_POINTS",
    "Forecast",
    "forecast",
    "monthly_dates",
]


MIN_POINTS = 4
"""From here on growth and its change can both be seen; fewer give a warning."""

KNOWS_FACTOR = 10.0
"""An 80% band wider than this factor says almost nothing."""

_LOG_LIMIT = 600.0
"""Keeps absurd inputs (tenfold a day) inside floating point; no real path comes near."""

_GOLDEN = 0.6180339887498949
"""Additive step of the golden-ratio sequence: even cover of (0, 1) for any number of paths."""


@dataclass(frozen=True)
class Forecast:
    """Sampled paths in the series' unit.

    dates: [date], ascending. paths: [path, date], > 0. model_of_path: [path], index into `models`.
    Models count equally; within a model each path has its own draw of the parameters.
    notes: what the reader must know (few points, horizon beyond knowledge).
    """

    series: Series
    as_of: date
    dates: tuple[date, ...]
    models: tuple[str, ...]
    model_of_path: IntArray
    paths: Array
    notes: tuple[str, ...]

    def quantile(self, q: float | Sequence[float]) -> Array:
        """Quantiles over paths: [date], or [q, date]."""
        return np.asarray(np.quantile(self.paths, q, axis=0), dtype=np.float64)

    @property
    def mean(self) -> Array:
        """Mean over paths, [date]; the long upper tail counts in full."""
        return np.asarray(self.paths.mean(axis=0), dtype=np.float64)

    @property
    def band_80(self) -> tuple[Array, Array]:
        """The 10 % and the 90 % quantile, [date] each."""
        table = self.quantile([0.1, 0.9])
        return table[0, :], table[1, :]

    @property
    def informative_until(self) -> date | None:
        """Last date whose 80% band is narrower than `KNOWS_FACTOR`; None where none is."""
        low, high = self.band_80
        known = [d for d, wide in zip(self.dates, high <= KNOWS_FACTOR * low, strict=True) if wide]
        return known[-1] if known else None


def monthly_dates(as_of: date, months: int) -> tuple[date, ...]:
    """`as_of` and the same day of each of the next `months` months (clipped to month ends)."""
    out = [as_of]
    for i in range(1, months + 1):
        index = as_of.year * 12 + as_of.month - 1 + i
        year, month = divmod(index, 12)
        first_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
        out.append(
            min(
                date(year, month + 1, 1) + timedelta(days=as_of.day - 1),
                first_next - timedelta(days=1),
            )
        )
    return tuple(out)


def forecast(
    series: Series,
    as_of: date | None = None,
    dates: Sequence[date] | None = None,
    *,
    months: int = 24,
    n_paths: int = 2_000,
    seed: int = 0,
    models: Sequence[GrowthModel] | None = None,
) -> Forecast:
    """Forecast a series from what was known on `as_of`.

    Parameters: as_of, by default the last day the points speak of; dates, ascending and not
    before the last known point, by default `as_of` and `months` monthly dates after; n_paths, of
    which path i is the same for any n_paths. Raises TableError for fewer than two points or dates
    in the past.
    """
    as_of = as_of or max((p.end for p in series.points), default=None)
    known = series.known_on(as_of) if as_of else series
    if as_of is None or len(known.points) < 2:
        raise TableError(
            "too few points to see any growth",
            where=series.name,
            value=f"{len(known.points)} point(s)" + (f" on or before {as_of}" if as_of else ""),
            allowed=f"at least 2, and {MIN_POINTS} to be worth reading",
        )
    when = tuple(dates) if dates is not None else monthly_dates(max(as_of, known.last), months)
    _check_dates(series.name, when, known.last)
    chosen: tuple[GrowthModel, ...] = default_models() if models is None else tuple(models)
    obs = observe(known.points)
    t = np.array([(d - known.points[0].day).days / DAYS_PER_YEAR for d in when])
    model_of_path = np.arange(n_paths) % len(chosen)
    log_paths = np.empty((n_paths, len(when)))
    normals = _normals(seed, series.name, n_paths, len(when) + 1)
    for m, model in enumerate(chosen):
        mine = np.flatnonzero(model_of_path == m)
        log_paths[mine] = _sample(model, obs, t, mine // len(chosen), normals[mine])
    names = tuple(m.name for m in chosen)
    result = Forecast(
        known,
        as_of,
        when,
        names,
        model_of_path,
        np.exp(np.clip(log_paths, -_LOG_LIMIT, _LOG_LIMIT)),
        (),
    )
    return replace(result, notes=_notes(known, result))


def _check_dates(name: str, when: tuple[date, ...], last: date) -> None:
    problems = []
    if not when or list(when) != sorted(set(when)):
        problems.append(Problem("forecast dates must ascend, at least one", where=name))
    if when and when[0] < last:
        problems.append(
            Problem(
                "a forecast date lies before the last known point",
                where=name,
                value=str(when[0]),
                allowed=f"{last} or later",
            )
        )
    if problems:
        raise TableError(problems)


def _normals(seed: int, name: str, n_paths: int, n_steps: int) -> Array:
    """Standard normals [path, step, 2], one keyed stream per path."""
    return np.stack(
        [stream(seed, "forecast", name, i).standard_normal((n_steps, 2)) for i in range(n_paths)]
    )


def _sample(
    model: GrowthModel,
    obs: Observations,
    t_years: Array,
    index: IntArray,
    normals: Array,
) -> Array:
    """Log paths of one model, [path, date]: a cell by posterior weight, then the state forward."""
    now = filter_cells(model, obs)
    log_weight = model.log_prior + now.log_likelihood
    weight: Array = np.exp(log_weight - np.max(log_weight))
    u = (0.5 + index * _GOLDEN) % 1.0
    cdf = np.cumsum(weight / np.sum(weight))
    cell = np.minimum(np.searchsorted(cdf, u, side="right"), len(cdf) - 1)
    x: Array = now.mean[cell] + np.einsum("pij,pj->pi", _root(now.cov)[cell], normals[:, 0])
    out = np.empty((len(index), len(t_years)))
    before = now.t_years
    for j, t in enumerate(t_years.flat):
        if t > before:
            F, Q = model.step(before, float(t))
            x = np.einsum("pij,pj->pi", F[cell], x)
            x += np.einsum("pij,pj->pi", _root(Q)[cell], normals[:, j + 1])
            before = float(t)
        out[:, j] = x[:, 0]
    return out


def _root(cov: Array) -> Array:
    """Lower triangular root of positive semi-definite 2 x 2 matrices, [cell, 2, 2]."""
    a = np.sqrt(np.maximum(cov[:, 0, 0], 0.0))
    b = np.divide(cov[:, 1, 0], a, out=np.zeros_like(a), where=a > 0)
    root = np.zeros_like(cov)
    root[:, 0, 0] = a
    root[:, 1, 0] = b
    root[:, 1, 1] = np.sqrt(np.maximum(cov[:, 1, 1] - b**2, 0.0))
    return root


def _notes(series: Series, result: Forecast) -> tuple[str, ...]:
    notes = list(series.notes)
    n = len(series.points)
    if n < MIN_POINTS:
        notes.append(
            f"only {n} points: below {MIN_POINTS} the band comes from the prior, not from the data"
        )
    until = result.informative_until
    low, high = result.band_80
    if until is None:
        notes.append(
            f"these points say almost nothing about the future: the 80% band spans a factor of "
            f"{high.item(0) / low.item(0):.0f} from the first date on"
        )
    elif until < result.dates[-1]:
        notes.append(
            f"beyond {until} the data say almost nothing (80% band wider than a factor of "
            f"{KNOWS_FACTOR:.0f}); scenarios and supply must bound demand there"
        )
    return tuple(notes)
