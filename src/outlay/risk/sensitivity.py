"""What the answer depends on: tornado, Sobol indices, indices from given worlds, goal seek."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import InfeasibleError, Problem

__all__ = [
    "Bar",
    "Sobol",
    "given_data_indices",
    "goal_seek",
    "saltelli_sample",
    "sobol_indices",
    "tornado",
]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a tornado: the answer at the factor's low and high value, all else at base."""

    factor: str
    low_value: float
    high_value: float
    at_low: float
    at_high: float
    base: float

    @property
    def swing(self) -> float:
        return abs(self.at_high - self.at_low)


def tornado(
    answer: Callable[[Mapping[str, float]], float],
    base: Mapping[str, float],
    ranges: Mapping[str, tuple[float, float]],
) -> tuple[Bar, ...]:
    """Move one factor at a time from its low to its high value; widest bar first.

    Ties keep the order of `ranges`. Interactions do not show here: see `sobol_indices`.
    """
    middle = float(answer(dict(base)))
    bars = [
        Bar(
            name,
            low,
            high,
            float(answer({**base, name: low})),
            float(answer({**base, name: high})),
            middle,
        )
        for name, (low, high) in ranges.items()
    ]
    return tuple(sorted(bars, key=lambda b: -b.swing))


@dataclass(frozen=True)
class Sobol:
    """Shares of the answer's variance: `first` [factor] by the factor alone, `total` [factor]
    with all its interactions."""

    first: Array
    total: Array


def saltelli_sample(n: int, factors: int, seed: int = 0) -> Array:
    """Points in the unit cube for `sobol_indices`: [n x (factors + 2), factor].

    Blocks A, B, then A with column i from B for each i; A and B are the halves of a scrambled
    Sobol sequence. Source: Saltelli et al., Comput. Phys. Commun. 181 (2010) 259, section 3.
    """
    from scipy.stats import qmc

    engine = qmc.Sobol(2 * factors, scramble=True, rng=np.random.default_rng(seed))
    base = engine.random(n)
    A, B = base[:, :factors], base[:, factors:]
    blocks = [A, B]
    for i in range(factors):
        mixed = A.copy()
        mixed[:, i] = B[:, i]
        blocks.append(mixed)
    return np.concatenate(blocks)


def sobol_indices(answer: Array, factors: int) -> Sobol:
    """Indices from answers at the points of `saltelli_sample`, in its order.

    Equations: V S_i = mean f(B) (f(A_B^i) - f(A)); V T_i = mean (f(A) - f(A_B^i))^2 / 2, answers
    centred first. Source: Saltelli et al. 2010, table 2, rows (b) and (f).
    """
    blocks = np.asarray(answer, dtype=np.float64).reshape(factors + 2, -1)
    blocks = blocks - blocks[:2].mean()
    a, b, mixed = blocks[0], blocks[1], blocks[2:]
    variance = float(blocks[:2].var())
    if variance == 0:
        return Sobol(np.zeros(factors), np.zeros(factors))
    first = (b * (mixed - a)).mean(axis=1) / variance
    total = ((a - mixed) ** 2).mean(axis=1) / 2 / variance
    return Sobol(first, total)


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


def goal_seek(
    answer: Callable[[float], float],
    target: float,
    low: float,
    high: float,
    *,
    tolerance: float = 1e-9,
    grid: int = 9,
) -> float:
    """Value in low..high at which `answer` reaches `target`: "which price makes us indifferent?"

    The range is cut into `grid` parts to find a change of sign (the lowest where there are
    several), then closed by bisection with secant steps; an answer that jumps over the target is
    closed to the jump. Raises InfeasibleError, with the ends' answers, where nothing crosses.
    """
    points = np.linspace(low, high, grid + 1)
    gaps = [float(answer(float(p))) - target for p in points]
    for a, b, fa, fb in zip(points, points[1:], gaps, gaps[1:], strict=False):
        if fa == 0:
            return float(a)
        if fa * fb < 0:
            return _close(answer, target, float(a), float(b), fa, fb, tolerance)
    if gaps[-1] == 0:
        return float(points[-1])
    raise InfeasibleError(
        f"nothing between {low:g} and {high:g} gives {target:g}",
        [Problem("answer at the ends", value=f"{gaps[0] + target:g} and {gaps[-1] + target:g}")],
    )


def _close(
    answer: Callable[[float], float],
    target: float,
    a: float,
    b: float,
    fa: float,
    fb: float,
    tolerance: float,
) -> float:
    """Illinois method, every third step a bisection, until |b - a| <= tolerance x scale."""
    scale = max(abs(a), abs(b), 1e-300)
    side = 0
    for step in range(200):
        if abs(b - a) <= tolerance * scale:
            break
        middle = (a + b) / 2 if step % 3 == 2 else (a * fb - b * fa) / (fb - fa)
        if not min(a, b) < middle < max(a, b):
            middle = (a + b) / 2
        f = float(answer(middle)) - target
        if f == 0:
            return middle
        if f * fb > 0:
            b, fb = middle, f
            fa = fa / 2 if side == -1 else fa
            side = -1
        else:
            a, fa = middle, f
            fb = fb / 2 if side == 1 else fb
            side = 1
    return (a + b) / 2


def rank_order(names: Sequence[str], share: Array) -> list[tuple[str, float]]:
    """Names with their shares, largest first."""
    order = np.argsort(-np.asarray(share), kind="stable")
    return [(names[i], float(share[i])) for i in order]
