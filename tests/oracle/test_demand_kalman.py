"""The filter against Gaussian conditioning on dense covariances written from closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.demand.forecasts.growth_models import GROWTH_SD, DampedTrend, Gompertz, PowerLaw
from outlay.demand.forecasts.kalman import LEVEL_SD, filter_cells
from outlay.demand.series.observe import Observations

OBS = Observations(
    np.array([0.0, 0.13, 0.38, 0.4, 1.1, 1.62]),
    np.array([2.0, 2.6, 3.9, 3.8, 5.2, 5.9]),
    np.array([0.01, 0.002, 0.03, 0.01, 0.0009, 0.02]),
)


def integrated_ou_kernel(t: np.ndarray, k: float, q: float, w: float) -> np.ndarray:
    """Covariance of the log level: double integral of the OU covariance by fine quadrature."""
    n = 2400
    grid = (np.arange(n) + 0.5) * t.max() / n
    step = t.max() / n
    a, b = np.meshgrid(grid, grid, indexing="ij")
    growth = q**2 / (2 * k) * (np.exp(-k * np.abs(a - b)) - np.exp(-k * (a + b)))
    growth += GROWTH_SD**2 * np.exp(-k * (a + b))
    running = np.zeros((n + 1, n + 1))
    running[1:, 1:] = growth.cumsum(0).cumsum(1) * step**2
    index = np.round(t / step).astype(int)
    out = running[np.ix_(index, index)]
    return out + w**2 * np.minimum.outer(t, t)


def curve_kernel(t: np.ndarray, rise: np.ndarray, sd: float, w: float) -> np.ndarray:
    return sd**2 * np.outer(rise, rise) + w**2 * np.minimum.outer(t, t)


def conditioned(kernel: np.ndarray) -> tuple[float, float, float]:
    """Mean and variance of the last level, and log density of points 2.. given point 1."""
    prior = kernel + LEVEL_SD**2
    mean = np.full(len(OBS.log_value), OBS.log_value[0])
    S = prior + np.diag(OBS.log_var)
    gain = np.linalg.solve(S, prior[:, -1])
    resid = OBS.log_value - mean
    first = 0.5 * np.log(2 * np.pi * S[0, 0]) + 0.5 * resid[0] ** 2 / S[0, 0]
    _, logdet = np.linalg.slogdet(2 * np.pi * S)
    full = -0.5 * (logdet + resid @ np.linalg.solve(S, resid))
    return (
        float(mean[-1] + gain @ resid),
        float(prior[-1, -1] - gain @ prior[:, -1]),
        float(full + first),
    )


@pytest.mark.parametrize("cell", [0, 17, 37, 74])
def test_damped_trend_filter_equals_dense_conditioning(cell: int) -> None:
    model = DampedTrend.default()
    k, q, w = (float(a[cell]) for a in (model.damping, model.growth_sd, model.level_sd))
    mean, var, loglik = conditioned(integrated_ou_kernel(OBS.t_years, k, q, w))
    got = filter_cells(model, OBS)
    assert got.mean[cell, 0] == pytest.approx(mean, abs=2e-3)
    assert got.cov[cell, 0, 0] == pytest.approx(var, rel=2e-2)
    assert got.log_likelihood[cell] == pytest.approx(loglik, abs=2e-2)


@pytest.mark.parametrize("cell", [0, 7, 12, 24])
def test_power_law_filter_equals_dense_conditioning(cell: int) -> None:
    model = PowerLaw.default()
    birth, w = float(model.birth_years[cell]), float(model.level_sd[cell])
    rise = np.log1p(OBS.t_years / birth)
    sd = float(model.growth_prior[1][cell])
    mean, var, loglik = conditioned(curve_kernel(OBS.t_years, rise, sd, w))
    got = filter_cells(model, OBS)
    assert got.mean[cell, 0] == pytest.approx(mean, abs=1e-9)
    assert got.cov[cell, 0, 0] == pytest.approx(var, rel=1e-7)
    assert got.log_likelihood[cell] == pytest.approx(loglik, abs=1e-7)


@pytest.mark.parametrize("cell", [3, 13, 23])
def test_gompertz_filter_equals_dense_conditioning(cell: int) -> None:
    model = Gompertz.default()
    c, w = float(model.decline[cell]), float(model.level_sd[cell])
    rise = (1 - np.exp(-c * OBS.t_years)) / c
    mean, var, loglik = conditioned(curve_kernel(OBS.t_years, rise, GROWTH_SD, w))
    got = filter_cells(model, OBS)
    assert got.mean[cell, 0] == pytest.approx(mean, abs=1e-9)
    assert got.cov[cell, 0, 0] == pytest.approx(var, rel=1e-7)
    assert got.log_likelihood[cell] == pytest.approx(loglik, abs=1e-7)


def test_gompertz_is_the_damped_trend_without_growth_noise() -> None:
    one = np.array([1.3])
    trend = DampedTrend("t", one, np.array([1e-9]), np.array([0.2]), np.zeros(1))
    curve = Gompertz("g", one, np.array([0.2]), np.zeros(1))
    a, b = filter_cells(trend, OBS), filter_cells(curve, OBS)
    assert a.mean[0, 0] == pytest.approx(b.mean[0, 0], abs=1e-9)
    assert a.log_likelihood[0] == pytest.approx(b.log_likelihood[0], abs=1e-9)
