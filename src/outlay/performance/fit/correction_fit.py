"""Learn the correction's components from the residuals of the fit, and condense them to cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.performance.constants.cells import (
    AXES,
    CATEGORIES,
    LENGTHS,
    Cells,
    Names,
    cells_of,
)
from outlay.performance.constants.components import (
    COMPONENTS,
    shape_group,
    sizes_of,
    spread_of,
)
from outlay.performance.fit.fit import Data
from outlay.performance.measured.batch import Outcome
from outlay.performance.measured.rows import Question

__all__ = ["KIND", "Learned", "Observations", "build_cells", "condense", "learn", "observe"]

KIND = {
    "closed": "loop", "open": "loop", "burst": "loop", "single": "loop", "static": "loop",
    "offline": "fill", "server": "fill", "interactive": "fill",
    "disaggregated": "pool", "decode": "pool", "fleet": "pool", "prefill": "pre",
    "ttft": "first", "ttft under load": "first",
}  # fmt: skip
FIRST = 2.0  # first tokens scatter more than twice as much: their logarithms count a half
NOISE = {
    "ttft": 0.06,
    "ttft under load": 0.12,
    "ttft disaggregated": 0.16,
    "rate disaggregated": 0.25,  # two pools, of which either may limit
    "server": 0.20,
    "interactive": 0.25,
    "burst": 0.35,
    "open": 0.15,
    "static": 0.20,
}  # more, by scenario
CLIP = 0.6  # of a residual: beyond it an outlier, which pulls no harder
PRIOR_SD, PRIOR_SPREAD = 0.05, 1.5  # of a component, and of the logarithm of its variance
FINE = {"prompt": 1, "output": 1}  # digits to which cells tell lengths apart; else whole doublings
LEARN_CELLS = 1100
SEED = 20260605


@dataclass(frozen=True)
class Observations:
    """Residuals with what the components look at [observation]."""

    names: Mapping[str, Names]
    axes: Mapping[str, Array]
    residual: Array  # log(predicted / measured) of time
    noise: Array  # extra variance
    group: IntArray
    count: Array  # rows behind each

    def take(self, index: npt.NDArray[np.intp]) -> Observations:
        """A part of the observations."""
        return Observations(
            {k: v[index] for k, v in self.names.items()},
            {k: v[index] for k, v in self.axes.items()},
            self.residual[index],
            self.noise[index],
            self.group[index],
            self.count[index],
        )  # fmt: skip


def observe(
    questions: Sequence[Question], outcome: Outcome, data: Data, residual: Array
) -> tuple[Observations, npt.NDArray[np.intp]]:
    """Observations of all targets, and the target each came from."""
    keep = np.arange(len(data.question))
    first = np.array([k.startswith("ttft") for k in data.kind])
    residual = np.where(first, residual / FIRST, residual)
    chosen = [questions[int(i)] for i in data.question]
    layout = [q.place.layout for q in chosen]
    names = {
        "model": [q.model.id for q in chosen],
        "chip": [q.chip.id for q in chosen],
        "vendor": [q.chip.vendor.lower() for q in chosen],
        "family": [q.chip.family for q in chosen],
        "stack": [q.stack.name for q in chosen],
        "precision": [q.precision.weights for q in chosen],
        "kind": [KIND[k] for k in data.kind],
        "run": ["ttft" if k.startswith("ttft") else k for k in data.kind],
        "source": [q.source for q in chosen],
        "shape": [shape_group(q.model) for q in chosen],
    }
    columns = {k: np.array(v) for k, v in names.items()}
    columns["spread"] = spread_of(
        [p.tp for p in layout], [p.ep for p in layout], [p.dp for p in layout]
    )
    chips = np.array([float(p.n_chips) for p in layout])
    batch: Array = outcome.batch[data.question] * np.array([float(p.dp) for p in layout]) / chips
    axes = {
        "batch": np.log2(np.maximum(batch, 1e-3)),
        "prompt": np.log2([q.prompt for q in chosen]),
        "output": np.log2([q.output for q in chosen]),
        "chips": np.log2(chips),
        "active": np.log2([sizes_of(q.model)[0] for q in chosen]),
        "whole": np.log2([sizes_of(q.model)[1] for q in chosen]),
    }
    label = [f"{q.group}|{q.stack.name}" for q in chosen]
    group = np.unique(label, return_inverse=True)[1].astype(np.int64)
    noise = np.array([NOISE.get(k, 0.0) ** 2 for k in data.kind])
    count = np.ones(len(keep))
    return Observations(columns, axes, residual[keep], noise, group, count), keep


def condense(obs: Observations) -> Observations:
    """Average rows that agree in all names and chips, and in lengths and batch to a doubling."""
    keys: dict[tuple[object, ...], list[int]] = {}
    for i in range(len(obs.residual)):
        key = (
            *(str(obs.names[name][i]) for name in CATEGORIES),
            *(round(float(obs.axes[a][i]), FINE.get(a, 0)) for a in AXES),
            int(obs.group[i]),
        )
        keys.setdefault(key, []).append(i)
    index = list(keys.values())
    first = np.array([i[0] for i in index], dtype=np.intp)
    part = obs.take(first)
    clipped = np.clip(obs.residual, -CLIP, CLIP)
    return replace(
        part,
        axes={a: np.array([obs.axes[a][i].mean() for i in index]) for a in AXES},
        residual=np.array([clipped[i].mean() for i in index]),
        count=np.array([float(len(i)) for i in index]),
    )


def _matrices(a: Observations, b: Observations) -> list[npt.NDArray[np.float32]]:
    """Covariance of each component at unit variance [a, b]."""
    same: dict[str, BoolArray] = {n: a.names[n][:, None] == b.names[n][None, :] for n in CATEGORIES}
    apart = {x: ((a.axes[x][:, None] - b.axes[x][None, :]) / LENGTHS[x]) ** 2 for x in AXES}
    out = []
    for component in COMPONENTS:
        mask = np.ones((len(a.residual), len(b.residual)), dtype=bool)
        for name in component.names:
            mask &= same[name]
        m = mask.astype(np.float32)
        if component.axes:
            m *= np.exp(-0.5 * sum(apart[x] for x in component.axes)).astype(np.float32)
        out.append(m)
    return out


Learned: TypeAlias = tuple[dict[str, float], float, float]
"""Variances of the components, of a group and within a group."""


def learn(obs: Observations, start: Learned | None = None, seed: int = SEED) -> Learned:
    """Variances of the components, of a group and within a group, by penalised evidence.

    `start`: variances to begin from, in place of the prior's centres.
    """
    from scipy.linalg import cho_factor, cho_solve
    from scipy.optimize import minimize

    order = np.random.default_rng(seed).permutation(len(obs.residual))[:LEARN_CELLS]
    part = obs.take(order)
    mats = [*_matrices(part, part)]
    mats.append(np.equal(part.group[:, None], part.group[None, :]).astype(np.float32))
    y = np.clip(part.residual, -CLIP, CLIP)
    centre: Array = np.log(np.full(len(mats) + 1, PRIOR_SD**2))
    eye = np.eye(len(y))

    def objective(theta: Array) -> tuple[float, Array]:
        s2: Array = np.exp(theta)
        k = np.zeros((len(y), len(y)))
        for s, m in zip(s2[:-1].tolist(), mats, strict=True):
            k += s * m.astype(float)
        k[np.diag_indices(len(y))] += s2[-1] / part.count + part.noise
        factor: tuple[Array, bool] = cho_factor(k, lower=True)
        a: Array = cho_solve(factor, y)
        inverse: Array = cho_solve(factor, eye)
        pull: Array = (theta - centre) / PRIOR_SPREAD**2
        value = (
            0.5 * y @ a + np.log(np.diag(factor[0])).sum() + 0.5 * ((theta - centre) * pull).sum()
        )
        w: Array = np.outer(a, a) - inverse
        parts: list[float] = s2.tolist()
        slope = [-0.5 * s * float((w * m).sum()) for s, m in zip(parts[:-1], mats, strict=True)]
        slope.append(-0.5 * parts[-1] * float((np.diag(w) / part.count).sum()))
        return float(value), np.array(slope) + pull

    begin: Array = np.log([*start[0].values(), *start[1:]]) if start else centre
    found = minimize(objective, begin, jac=True, method="L-BFGS-B", options={"maxiter": 25})
    s2: Array = np.exp(found.x)
    labels = [c.label for c in COMPONENTS]
    return dict(zip(labels, map(float, s2), strict=False)), float(s2[-2]), float(s2[-1])


def build_cells(
    obs: Observations,
    variance: Mapping[str, float],
    group_var: float,
    noise: float,
) -> Cells:
    """Weights of the mean from condensed observations."""
    from scipy.linalg import cho_factor, cho_solve

    mats = _matrices(obs, obs)
    k = np.zeros((len(obs.residual), len(obs.residual)))
    for component, m in zip(COMPONENTS, mats, strict=True):
        k += variance[component.label] * m
    k += group_var * np.equal(obs.group[:, None], obs.group[None, :])
    k[np.diag_indices(len(k))] += noise / obs.count + obs.noise
    alpha: Array = cho_solve(cho_factor(k, lower=True), np.clip(obs.residual, -CLIP, CLIP))
    return cells_of(obs.names, obs.axes, alpha, obs.group, dict(variance), noise + group_var)
