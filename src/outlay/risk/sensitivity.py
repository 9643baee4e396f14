"""What the answer depends on: shares of variance from given worlds."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array

__all__ = ["given_data_indices"]


def given_data_indices(factors: Array, answer: Array, bins: int | None = None) -> Array:
    """First-order indices [factor] from worlds already evaluated; no further runs.

    Equation: S_i = Var(E[y | x_i]) / Var(y), the inner mean over bins of equal count, less the
    share that pure chance gives ((bins - 1) / (n - 1) of the rest), not below 0. Source:
    correlation ratio, Plischke et al., Eur. J. Oper. Res. 226 (2013) 536. For correlated factors
    it is the share that *knowing* the factor would explain.
    """
    x, y = np.asarray(factors, dtype=np.float64), np.asarray(answer, dtype=np.float64)
    n = len(y)
    total = float(((y - y.mean()) ** 2).sum())
    out = np.zeros(x.shape[1])
    if total <= 1e-24 * max(1.0, float((y**2).sum())):
        return out
    for j in range(x.shape[1]):
        levels = np.unique(x[:, j])
        if len(levels) < 2:
            continue
        if len(levels) <= 12:
            group = np.searchsorted(levels, x[:, j])
        else:
            count = bins or max(4, min(24, round(n**0.4)))
            group = np.argsort(np.argsort(x[:, j], kind="stable"), kind="stable") * count // n
        size = np.bincount(group)
        kept = size > 0
        mean = np.bincount(group, weights=y)[kept] / size[kept]
        between = float((size[kept] * (mean - y.mean()) ** 2).sum())
        k = int(kept.sum())
        within = (total - between) / max(n - k, 1)
        out[j] = max(0.0, (between - (k - 1) * within) / total)
    return out
