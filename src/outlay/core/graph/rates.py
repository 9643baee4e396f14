"""Internal rates of return for many cash flows at once."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray

__all__ = ["internal_rate"]


_LOWEST, _HIGHEST = -0.999, 1e6  # rates per year between which a root is looked for
_GRID = 64
_STEPS = 80


def internal_rate(flows: Array, years: Array) -> Array:
    """Rate per year at which the present value of `flows` is zero; NaN where there is none.

    Parameters: flows [..., period], any currency; years [..., period], time of each flow.
    Equation: Σ_t flows_t (1 + r)^(−years_t) = 0. Where several rates do (flows that change sign
    more than once), the one nearest to zero. Method: sign changes on a grid of log(1 + r), then
    bisection with secant steps, all cases together.
    """
    flows, years = np.broadcast_arrays(flows, years)
    shape = flows.shape[:-1]
    x, y = flows.reshape(-1, flows.shape[-1]), years.reshape(-1, flows.shape[-1])
    # u = log(1 + r) makes the present value a sum of exponentials, which bisects well
    grid: Array = np.linspace(np.log1p(_LOWEST), np.log1p(_HIGHEST), _GRID)
    grid = np.unique(np.concatenate([grid, np.linspace(-0.7, 0.7, _GRID), [0.0]]))
    values: Array = np.stack([_present(x, y, np.full(len(x), u)) for u in grid])
    change: BoolArray = np.signbit(values[1:]) != np.signbit(values[:-1])
    change &= np.isfinite(values[1:]) & np.isfinite(values[:-1])
    mixed: BoolArray = (x.min(axis=1) < 0) & (x.max(axis=1) > 0)
    near: Array = np.minimum(np.abs(grid[1:]), np.abs(grid[:-1]))
    distance: Array = np.where(change, near[:, None], np.inf)
    cell: IntArray = distance.argmin(axis=0)
    found: BoolArray = mixed & change.any(axis=0)
    out = np.full(len(x), np.nan)
    if found.any():
        out[found] = np.expm1(_bisect(x[found], y[found], grid[cell[found]], grid[cell[found] + 1]))
    return out.reshape(shape)


def _present(x: Array, y: Array, u: Array) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray((x * np.exp(-u[:, None] * y)).sum(axis=1))


def _bisect(x: Array, y: Array, low: Array, high: Array) -> Array:
    """Root of the present value in log(1 + r) between bounds of opposite sign."""
    low, high = low.copy(), high.copy()
    f_low = _present(x, y, low)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        f = _present(x, y, middle)
        same: BoolArray = np.signbit(f) == np.signbit(f_low)
        low, f_low = np.where(same, middle, low), np.where(same, f, f_low)
        high = np.where(same, high, middle)
    return (low + high) / 2
