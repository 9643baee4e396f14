"""Shares of variance from given worlds, against a sum whose shares are known."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.risk.sensitivity import given_data_indices


def test_indices_from_given_worlds_find_the_variance_shares() -> None:
    x = np.random.default_rng(0).normal(size=(4000, 4))
    y = 3 * x[:, 0] + 2 * x[:, 1] + np.sqrt(3) * x[:, 2]
    share = given_data_indices(x, y)
    np.testing.assert_allclose(share, [9 / 16, 4 / 16, 3 / 16, 0], atol=0.03)
    assert (given_data_indices(x, np.ones(4000)) == 0).all()
    states = (x[:, :1] > 0.5).astype(float)
    p = states.mean()
    step = given_data_indices(states, 2 * states[:, 0] + x[:, 1])
    assert step[0] == pytest.approx(4 * p * (1 - p) / (4 * p * (1 - p) + 1), abs=0.03)
