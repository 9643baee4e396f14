"""Sampled worlds: every uncertain factor drawn at once, correlated by rank where stated.

World i takes the i-th number of one stream per factor, keyed by the factor's name: it does not
depend on how many worlds are drawn, on other factors' order, on workers or on the machine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import Problem, QuantityError, nearest
from outlay.core.seeds import stream
from outlay.risk.worlds.marginals import Marginal

__all__ = ["WorldModel", "Worlds", "draw_worlds", "latent_correlation"]


@dataclass(frozen=True)
class WorldModel:
    """What is uncertain: `factors` by name; `rank` correlations by pair of names.

    years: [period] middle of each period from the start, for factors that are paths.
    """

    factors: Mapping[str, Marginal]
    rank: Mapping[tuple[str, str], float] = field(default_factory=dict)
    years: tuple[float, ...] = (0.5,)


@dataclass(frozen=True)
class Worlds:
    """Drawn worlds, in order.

    score: [world, factor] latent standard normals, correlated. value: [world, factor]; of a path
    factor its value at the last period. path: name -> [world, period] for path factors.
    """

    names: tuple[str, ...]
    score: Array
    value: Array
    path: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, name: str) -> Array:
        """[world] values of a factor."""
        return np.asarray(self.value[:, self.names.index(name)], dtype=np.float64)

    def take(self, index: Sequence[int] | IntArray) -> Worlds:
        """The worlds of `index`, in its order."""
        i = np.asarray(index, dtype=np.int64)
        return Worlds(
            self.names, self.score[i], self.value[i], {k: v[i] for k, v in self.path.items()}
        )


def latent_correlation(names: Sequence[str], rank: Mapping[tuple[str, str], float]) -> Array:
    """Correlation of the latent scores for Spearman rank correlations.

    Equation: r = 2 sin(pi rho / 6), exact for a Gaussian copula (Kruskal, JASA 53 (1958) 814).
    Raises QuantityError for unknown names, values outside -1..1, and sets of correlations that
    cannot hold together (smallest eigenvalue below zero).
    """
    problems: list[Problem] = []
    R = np.eye(len(names))
    for (a, b), rho in rank.items():
        where = f"correlation {a} ~ {b}"
        for name in (a, b):
            if name not in names:
                problems.append(
                    Problem("no such factor", where, name, ", ".join(names), nearest(name, names))
                )
        if not -1 <= rho <= 1 or a == b:
            problems.append(Problem("not a rank correlation", where, f"{rho:g}", "-1 to 1"))
        if not problems:
            i, j = names.index(a), names.index(b)
            R[i, j] = R[j, i] = 2 * np.sin(np.pi * rho / 6)
    if problems:
        raise QuantityError(problems)
    lowest = float(np.min(np.linalg.eigvalsh(R))) if len(names) else 1.0
    if lowest < -1e-9:
        raise QuantityError(
            "these correlations cannot hold together",
            where=", ".join(f"{a} ~ {b}" for a, b in rank),
            value=f"smallest eigenvalue {lowest:.3f}",
            allowed="a positive semi-definite set",
            hint="weaken or drop one of them",
        )
    return R


def draw_worlds(model: WorldModel, n: int, seed: int) -> Worlds:
    """Draw `n` worlds. Raises QuantityError for bad parameters, all at once.

    The latent scores are R^(1/2) e with the symmetric root, so that the order in which factors
    are named changes nothing. A path follows Brownian motion pinned to its own last score:
    correlation between factors holds at the horizon.
    """
    names = tuple(model.factors)
    bad = [p for k, m in model.factors.items() for p in m.problems(f"uncertainty.{k}")]
    if bad:
        raise QuantityError(bad)
    R = latent_correlation(names, model.rank)
    independent = np.stack(
        [stream(seed, "world", k).standard_normal(n) for k in names] or [np.zeros(n)], axis=1
    )
    if names:
        score = _correlate(independent, R)
    else:
        score = np.zeros((n, 0))
    years = np.asarray(model.years, dtype=np.float64)
    value = np.empty((n, len(names)))
    path: dict[str, Array] = {}
    for j, (name, marginal) in enumerate(model.factors.items()):
        if marginal.per_year:
            noise = stream(seed, "world", name, "path").standard_normal((n, len(years)))
            walk = _pinned_walk(score[:, j], noise, years)
            path[name] = np.stack(
                [marginal.value(walk[:, t], years.item(t)) for t in range(len(years))], axis=1
            )
            value[:, j] = path[name][:, -1]
        else:
            value[:, j] = marginal.value(score[:, j])
    return Worlds(names, score, value, path)


def _correlate(independent: Array, R: Array) -> Array:
    """Rows times the symmetric root of R; factors without correlation keep their own numbers."""
    partners: IntArray = (np.abs(R) > 0).sum(axis=1)
    linked = np.flatnonzero(partners > 1)
    score = independent.copy()
    if len(linked):
        eigenvalue, vector = np.linalg.eigh(R[np.ix_(linked, linked)])
        root = (vector * np.sqrt(np.maximum(eigenvalue, 0.0))) @ vector.T
        # An explicit sum over a fixed axis: row i has the same bits whatever rows are beside it.
        mixed = (independent[:, linked][:, None, :] * root[None, :, :]).sum(axis=2)
        score[:, linked] = mixed
    return score


def _pinned_walk(last: Array, noise: Array, years: Array) -> Array:
    """Standardised Brownian motion W(t)/sqrt(t), [world, period], with the last value given.

    Backward from the horizon: W(s) given W(t) is normal, mean W(t) s / t, variance
    s (t - s) / t (Brownian bridge).
    """
    walk = np.empty_like(noise)
    W = last * math.sqrt(years.item(-1))
    walk[:, -1] = last
    for k in range(len(years) - 2, -1, -1):
        s, t = years.item(k), years.item(k + 1)
        W = W * s / t + noise[:, k] * math.sqrt(s * (t - s) / t)
        walk[:, k] = W / math.sqrt(s)
    return walk
