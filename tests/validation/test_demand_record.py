"""The forecaster's record: rolling origin on public series, calibration on synthetic worlds."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from outlay.core.seeds import stream
from outlay.demand.forecasts.forecast import forecast
from outlay.demand.forecasts.growth_models import default_models
from outlay.demand.forecasts.kalman import GrowthModel
from outlay.demand.forecasts.scoring import Trial, record_table, rolling_origin
from outlay.demand.series.public import public_series, public_series_names
from outlay.demand.series.series import Point, Series
from support.shared import shared_dir


def all_trials(min_points: int, seed: int) -> list[Trial]:
    return [
        t
        for name in public_series_names()
        for t in rolling_origin(public_series(name), min_points=min_points, seed=seed)
    ]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("min_points", [3, 4])
def test_bars_on_the_public_series(min_points: int, seed: int) -> None:
    rows = {r.method: r for r in record_table(all_trials(min_points, seed)) if r.horizon == "all"}
    ours = rows["pooled"]
    assert ours.n >= 10
    assert ours.typical_factor <= 1.6
    assert ours.worst_factor <= 3.0
    assert 0.75 <= (ours.coverage_80 or 0) <= 0.95
    assert ours.crps < rows["no growth"].crps
    assert ours.crps < rows["last growth continued"].crps


def test_the_public_table_holds_the_measured_one() -> None:
    import csv

    path = shared_dir() / "data" / "token_volumes.csv"
    with path.open(encoding="utf-8") as source:
        rows = [r for r in csv.DictReader(source) if r["entity"] == "Google"]
    wanted = sorted(float(r["tokens_per_day_trillion"]) for r in rows if r["metric"] != "MAU")
    got = [
        p.value / 1e12
        for n in ("google-tokens", "google-api-tokens")
        for p in public_series(n).points
    ]
    np.testing.assert_allclose(sorted(got), wanted, rtol=0.015)


def synthetic(
    model: GrowthModel, cell: int, days: list[int], rng: np.random.Generator
) -> np.ndarray:
    """A true log path of the model's own prior at `days`; level 0 at the first."""
    mean, sd = model.growth_prior
    x = np.array([0.0, rng.normal(mean[cell], sd[cell])])
    out, before = [], 0.0
    for day in days:
        t = day / 365.25
        if t > before:
            F, Q = model.step(before, t)
            noise = np.linalg.cholesky(Q[cell] + 1e-14 * np.eye(2)) @ rng.normal(size=2)
            x, before = F[cell] @ x + noise, t
        out.append(x[0])
    return np.array(out)


@pytest.mark.parametrize("forecaster", ["the world's own model", "pooled"])
def test_bands_hold_the_truth_in_1000_synthetic_worlds(forecaster: str) -> None:
    """Simulation-based calibration (Talts et al., arXiv 1804.06788): truth drawn from the prior.

    A third of the worlds follows each model. The share of worlds inside the 90% band must be 87
    to 93%, when each world is forecast by its own model (which tests the filter and the
    sampling) and when all are forecast by the pool (which is what users get).
    """
    models = default_models()
    inside = []
    for world in range(1_000):
        rng = stream(7, "calibration", world)
        model = models[world % 3]
        weight = np.exp(model.log_prior)
        cell = int(rng.choice(len(weight), p=weight / weight.sum()))
        days = np.cumsum([0, *rng.integers(30, 200, size=int(rng.integers(4, 9)))]).tolist()
        target = days[-1] + int(rng.integers(60, 500))
        truth = synthetic(model, cell, [*days, target], rng)
        seen = truth[:-1] + 0.1 * rng.normal(size=len(days))
        start = date(2024, 1, 1)
        points = tuple(
            Point(start + timedelta(days=d), start + timedelta(days=d), float(np.exp(y)))
            for d, y in zip(days, seen, strict=True)
        )
        made = forecast(
            Series(f"w{world}", "", points),
            dates=[start + timedelta(days=target)],
            n_paths=200,
            models=None if forecaster == "pooled" else [model],
        )
        low, high = np.log(made.quantile([0.05, 0.95])[:, 0])
        inside.append(low <= truth[-1] <= high)
    assert 0.87 <= np.mean(inside) <= 0.93
