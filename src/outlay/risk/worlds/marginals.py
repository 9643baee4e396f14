"""Distributions of what is uncertain, as functions of a standard normal score.

Every factor is a monotone function of one latent score z, so that rank correlation between
factors is that of their scores, and a world is the same on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import Problem, QuantityError

__all__ = ["Kind", "Marginal", "normal_cdf"]

Kind = Literal["lognormal", "normal", "uniform", "triangular", "exponential", "states"]


def normal_cdf(z: Array) -> Array:
    """Standard normal distribution function."""
    from scipy.special import ndtr

    return np.asarray(ndtr(z), dtype=np.float64)


@dataclass(frozen=True)
class Marginal:
    """One distribution.

    lognormal, normal: `mean` and `sigma` (of the log for lognormal, where `mean` is the mean of
    the factor itself: no drift). uniform, triangular: `low` to `high`, mode `mean`.
    exponential: `mean`. states: `probabilities` in order; the value is the state's number.
    per_year: sigma grows with the root of time, and the factor is a path that starts at `mean`.
    """

    kind: Kind
    mean: float = 1.0
    sigma: float = 0.0
    low: float = 0.0
    high: float = 0.0
    probabilities: tuple[float, ...] = ()
    per_year: bool = False

    def problems(self, where: str) -> list[Problem]:
        """What is wrong with the parameters, all at once."""
        out: list[Problem] = []

        def check(ok: bool, what: str, value: object) -> None:
            if not ok:
                out.append(Problem(what, where, str(value)))

        numbers = (self.mean, self.sigma, self.low, self.high, *self.probabilities)
        check(bool(np.isfinite(numbers).all()), "not a finite number", numbers)
        check(self.sigma >= 0, "sigma below zero", self.sigma)
        if self.kind in ("lognormal", "exponential"):
            check(self.mean > 0, f"{self.kind} needs a mean above zero", self.mean)
        if self.kind in ("uniform", "triangular"):
            check(self.low < self.high, "low must be below high", (self.low, self.high))
        if self.kind == "triangular":
            check(self.low <= self.mean <= self.high, "mode outside low..high", self.mean)
        if self.kind == "states":
            p = self.probabilities
            good = bool(p) and min(p) >= 0 and abs(sum(p) - 1) < 1e-9
            check(good, "probabilities must be >= 0 and sum to 1", p)
        if self.per_year:
            check(self.kind in ("lognormal", "normal"), "no path of this kind", self.kind)
        return out

    def value(self, z: Array, years: float = 1.0) -> Array:
        """Value at score `z`, [any shape]; for a path, at `years` from the start.

        Equations, u = Phi(z): lognormal m exp(s z - s^2 / 2); normal m + s z; uniform
        a + (b - a) u; triangular by its inverse; exponential -m ln(1 - u); states the first
        k with p_0 + ... + p_k > u. s is sigma x sqrt(years) where per year.
        """
        s = self.sigma * (np.sqrt(years) if self.per_year else 1.0)
        if self.kind == "lognormal":
            return np.asarray(self.mean * np.exp(s * z - s**2 / 2), dtype=np.float64)
        if self.kind == "normal":
            return np.asarray(self.mean + s * z, dtype=np.float64)
        u = normal_cdf(np.asarray(z, dtype=np.float64))
        if self.kind == "uniform":
            return np.asarray(self.low + (self.high - self.low) * u, dtype=np.float64)
        if self.kind == "triangular":
            return self._triangular(u)
        if self.kind == "exponential":
            return np.asarray(-self.mean * np.log(normal_cdf(-np.asarray(z))), dtype=np.float64)
        if self.kind == "states":
            edges = np.cumsum(self.probabilities)[:-1]
            return np.asarray(np.searchsorted(edges, u, side="right"), dtype=np.float64)
        raise QuantityError("unknown distribution", value=str(self.kind))

    def _triangular(self, u: Array) -> Array:
        a, c, b = self.low, self.mean, self.high
        cut = (c - a) / (b - a)
        left = a + np.sqrt(u * (b - a) * (c - a))
        right = b - np.sqrt((1 - u) * (b - a) * (b - c))
        return np.asarray(np.where(u < cut, left, right), dtype=np.float64)
