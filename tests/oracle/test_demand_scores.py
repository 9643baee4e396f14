"""Scores, clusters and night filling against closed forms, brute force and a linear programme."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.stats import norm

from outlay.demand.scenario import _cut_least_variance
from outlay.demand.scoring import crps_sample
from outlay.demand.shape import fill_night, sharpen


def test_crps_of_a_sample_equals_the_double_sum() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=37), 0.4
    pairs = np.abs(x[:, None] - x[None, :]).mean()
    assert crps_sample(x, y) == pytest.approx(np.abs(x - y).mean() - pairs / 2, rel=1e-12)


def test_crps_of_many_normals_is_the_closed_form() -> None:
    """Gneiting & Raftery 2007: CRPS(N(0,1), y) = y(2 Phi(y) - 1) + 2 phi(y) - 1/sqrt(pi)."""
    x = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    for y in (-2.0, 0.0, 0.7):
        closed = y * (2 * norm.cdf(y) - 1) + 2 * norm.pdf(y) - 1 / np.sqrt(np.pi)
        assert crps_sample(x, y) == pytest.approx(closed, abs=2e-4)


@pytest.mark.parametrize("seed", range(5))
def test_clusters_are_those_of_an_exhaustive_search(seed: int) -> None:
    x = np.sort(np.random.default_rng(seed).normal(size=14))

    def cost(edges: tuple[int, ...]) -> float:
        parts = np.split(x, list(edges))
        return sum(((p - p.mean()) ** 2).sum() for p in parts)

    best = min(combinations(range(1, 14), 2), key=cost)
    sizes = _cut_least_variance(x, 3)
    got = tuple(int(e) for e in np.cumsum(sizes)[:-1])
    assert cost(got) == pytest.approx(cost(best), rel=1e-12)


@pytest.mark.parametrize(("top", "wait"), [(1.7, 0.1), (2.9, 0.3), (1.4, 0.5), (1.4, 0.0)])
def test_night_filling_reaches_the_lowest_top_of_a_linear_programme(
    top: float, wait: float
) -> None:
    """min z: f_h + m_h <= z, sum m = moved, m >= 0."""
    curve = sharpen(1 + 0.5 * np.sin(np.arange(24) / 24 * 2 * np.pi), top)
    fixed = (1 - wait) * curve
    A = np.hstack([np.eye(24), -np.ones((24, 1))])
    best = linprog(
        np.r_[np.zeros(24), 1],
        A_ub=A,
        b_ub=-fixed,
        A_eq=np.r_[np.ones(24), 0][None],
        b_eq=[wait * curve.sum()],
    )
    got = fill_night(curve, wait)
    assert got.max() == pytest.approx(best.fun, rel=1e-9)
    assert got.sum() == pytest.approx(curve.sum(), rel=1e-12)
    assert (got >= fixed - 1e-12).all()
