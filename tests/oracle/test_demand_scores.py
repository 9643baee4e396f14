"""Scores and clusters against closed forms and brute force."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import norm

from outlay.demand.forecasts.scoring import crps_sample
from outlay.demand.scenario import _cut_least_variance


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
