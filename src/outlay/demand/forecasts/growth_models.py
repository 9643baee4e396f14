"""Three ways volumes grow: damped local trend, power law in time, Gompertz curve.

Each is a grid of parameter cells with weak priors that are the same for every series, in the
two-state form of `kalman`. Growth is in log units per year: 0.69 doubles, 2.3 is tenfold.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from outlay.core.arrays import Array

__all__ = ["DampedTrend", "Gompertz", "PowerLaw", "default_models"]


def _lognormal_grid(median: float, log_sd: float, spread: tuple[float, ...]) -> tuple[Array, Array]:
    """Values median x e^(log_sd z) at the standard scores `spread`, with log prior -z^2/2."""
    z = np.array(spread)
    return median * np.exp(log_sd * z), -0.5 * z**2


_FIVE = (-1.6, -0.8, 0.0, 0.8, 1.6)
_SLOW = (-3.2, -2.4, *_FIVE)
"""With a long lower end: steady growth for years must be learnable, though few series show it."""
_OLD = (*_FIVE, 2.4, 3.2)
_THREE = (-1.2, 0.0, 1.2)

GROWTH_SD = 3.0
"""Prior sd of growth at the first point [1/year]: anything from a fall to e^6 a year."""


def _grid(*axes: tuple[Array, Array]) -> tuple[list[Array], Array]:
    """Product of (values, log prior) axes: one array per axis and the log prior, [cell]."""
    values = np.array(list(product(*(v for v, _ in axes))))
    log_prior = np.array([sum(p) for p in product(*(lp for _, lp in axes))])
    return [values[:, i] for i in range(len(axes))], log_prior


@dataclass(frozen=True)
class DampedTrend:
    """Local linear trend whose growth reverts to zero: ds = -k s dt + q dW, dl = s dt + w dV.

    damping k [1/year], growth_sd q [1/year per sqrt(year)], level_sd w [1 per sqrt(year)].
    Source of the exact step: integrated Ornstein-Uhlenbeck process, Gillespie, Phys. Rev. E 54
    (1996) 2084, equations 2.9 and 3.6 to 3.12.
    """

    name: str
    damping: Array
    growth_sd: Array
    level_sd: Array
    log_prior: Array

    @classmethod
    def default(cls) -> DampedTrend:
        (k, q, w), log_prior = _grid(
            _lognormal_grid(1.2, 0.7, _SLOW),
            _lognormal_grid(0.8, 0.8, _FIVE),
            _lognormal_grid(0.15, 0.8, _THREE),
        )
        return cls("damped trend", k, q, w, log_prior)

    @property
    def growth_prior(self) -> tuple[Array, Array]:
        return np.zeros_like(self.damping), np.full_like(self.damping, GROWTH_SD)

    def step(self, t0_years: float, t1_years: float) -> tuple[Array, Array]:
        dt = t1_years - t0_years
        k, q2 = self.damping, self.growth_sd**2
        decay = np.exp(-k * dt)
        reach = -np.expm1(-k * dt) / k
        var_s = q2 * -np.expm1(-2 * k * dt) / (2 * k)
        cov = q2 * reach**2 / 2
        var_l = q2 / k**2 * (dt - 2 * reach - np.expm1(-2 * k * dt) / (2 * k))
        F = np.zeros((len(k), 2, 2))
        F[:, 0, 0] = 1.0
        F[:, 0, 1] = reach
        F[:, 1, 1] = decay
        Q = np.empty((len(k), 2, 2))
        Q[:, 0, 0] = np.maximum(var_l, 0.0) + self.level_sd**2 * dt
        Q[:, 0, 1] = Q[:, 1, 0] = cov
        Q[:, 1, 1] = var_s
        return F, Q


@dataclass(frozen=True)
class PowerLaw:
    """Volume proportional to (age)^b from a birth `birth_years` before the first point.

    l(t) = a + b ln(birth + t) + w V(t): the level wanders about the law with sd w per sqrt(year).
    """

    name: str
    birth_years: Array
    level_sd: Array
    log_prior: Array

    @classmethod
    def default(cls) -> PowerLaw:
        (birth, w), log_prior = _grid(
            _lognormal_grid(0.5, 1.0, _OLD), _lognormal_grid(0.25, 0.6, _FIVE)
        )
        return cls("power law", birth, w, log_prior)

    @property
    def growth_prior(self) -> tuple[Array, Array]:
        return np.zeros_like(self.birth_years), np.minimum(GROWTH_SD * self.birth_years, 6.0) + 1.0

    def step(self, t0_years: float, t1_years: float) -> tuple[Array, Array]:
        rise = np.log((self.birth_years + t1_years) / (self.birth_years + t0_years))
        return _curve_step(rise, self.level_sd, t1_years - t0_years)


@dataclass(frozen=True)
class Gompertz:
    """Growth that dies away at the rate `decline`: l(t) = a + s (1 - e^(-c t)) / c + w V(t)."""

    name: str
    decline: Array
    level_sd: Array
    log_prior: Array

    @classmethod
    def default(cls) -> Gompertz:
        (c, w), log_prior = _grid(
            _lognormal_grid(1.2, 0.8, _SLOW), _lognormal_grid(0.25, 0.6, _FIVE)
        )
        return cls("Gompertz", c, w, log_prior)

    @property
    def growth_prior(self) -> tuple[Array, Array]:
        return np.zeros_like(self.decline), np.full_like(self.decline, GROWTH_SD)

    def step(self, t0_years: float, t1_years: float) -> tuple[Array, Array]:
        c = self.decline
        rise = np.exp(-c * t0_years) * -np.expm1(-c * (t1_years - t0_years)) / c
        return _curve_step(rise, self.level_sd, t1_years - t0_years)


def _curve_step(rise: Array, level_sd: Array, dt_years: float) -> tuple[Array, Array]:
    F = np.zeros((len(rise), 2, 2))
    F[:, 0, 0] = F[:, 1, 1] = 1.0
    F[:, 0, 1] = rise
    Q = np.zeros((len(rise), 2, 2))
    Q[:, 0, 0] = level_sd**2 * dt_years
    return F, Q


def default_models() -> tuple[DampedTrend, PowerLaw, Gompertz]:
    """The three models that the forecaster pools with equal weight."""
    return DampedTrend.default(), PowerLaw.default(), Gompertz.default()
