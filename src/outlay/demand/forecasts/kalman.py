"""Two-state Kalman filter on irregular dates, run for a whole grid of parameters at once.

State x = (log level, growth-like state). A model gives, per parameter cell and step, the
transition F and noise Q; every model of `growth_models` fits this form. Arrays [cell, ...].
Source: Durbin & Koopman, Time Series Analysis by State Space Methods (2nd ed.), section 4.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from outlay.core.arrays import Array
from outlay.demand.series.observe import Observations

__all__ = ["Filtered", "GrowthModel", "filter_cells"]


LEVEL_SD = 10.0
"""Prior sd of the log level about the first observation: a factor of e^10, no information."""


class GrowthModel(Protocol):
    """A model of log volume in two states, for every cell of its parameter grid."""

    @property
    def name(self) -> str:
        """As it stands in results."""

    @property
    def log_prior(self) -> Array:
        """Log prior weight, [cell]."""

    @property
    def growth_prior(self) -> tuple[Array, Array]:
        """Mean and sd of the second state at the first point, [cell] each."""

    def step(self, t0_years: float, t1_years: float) -> tuple[Array, Array]:
        """Transition F and noise covariance Q from t0 to t1, [cell, 2, 2] each."""


@dataclass(frozen=True)
class Filtered:
    """State given all observations: `mean` [cell, 2], `cov` [cell, 2, 2] at `t_years`;
    `log_likelihood` [cell]."""

    t_years: float
    mean: Array
    cov: Array
    log_likelihood: Array


def filter_cells(model: GrowthModel, obs: Observations) -> Filtered:
    """Run the filter over the observations.

    Equations, with H = (1, 0): x' = F x; P' = F P F^T + Q; v = y - H x'; S = H P' H^T + R;
    K = P' H^T / S; x = x' + K v; P = P' - K S K^T; log L += -(ln 2 pi S + v^2 / S) / 2.
    The first observation's likelihood is left out: under a diffuse level it is a constant.
    """
    growth_mean, growth_sd = model.growth_prior
    cells = len(growth_mean)
    x: Array = np.stack([np.full(cells, obs.log_value.item(0)), growth_mean], axis=1)
    P = np.zeros((cells, 2, 2))
    P[:, 0, 0] = LEVEL_SD**2
    P[:, 1, 1] = growth_sd**2
    log_likelihood = np.zeros(cells)
    points = zip(obs.t_years.flat, obs.log_value.flat, obs.log_var.flat, strict=True)
    for i, (t, y, r) in enumerate(points):
        if i:
            F, Q = model.step(obs.t_years.item(i - 1), float(t))
            x = np.einsum("cij,cj->ci", F, x)
            P = F @ P @ F.transpose(0, 2, 1) + Q
        v = y - x[:, 0]
        S = P[:, 0, 0] + r
        K = P[:, :, 0] / S[:, None]
        x = x + K * v[:, None]
        P = P - K[:, :, None] * K[:, None, :] * S[:, None, None]
        if i:
            log_likelihood -= 0.5 * (np.log(2 * np.pi * S) + v**2 / S)
    return Filtered(obs.t_years.item(-1), x, P, log_likelihood)
