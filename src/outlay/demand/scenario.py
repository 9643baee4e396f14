"""From many sampled paths to a few states for the scenario tree, with the mean kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import QuantityError

__all__ = ["ScenarioStates", "scenario_states"]


_NAMES = {1: ("base",), 2: ("low", "high"), 3: ("low", "base", "high")}


@dataclass(frozen=True)
class ScenarioStates:
    """States ordered from low to high.

    probabilities: [state], sum 1. values: [state, period, ...] conditional means of the paths, so
    that probabilities @ values is the paths' own mean. share: [path, state], how much of each
    path belongs to a state (0 or 1 except where a border cuts a path).
    """

    names: tuple[str, ...]
    probabilities: Array
    values: Array
    share: Array


def scenario_states(
    paths: Array,
    probabilities: Sequence[float] | None = None,
    n: int = 3,
    *,
    tail: float = 0.0,
) -> ScenarioStates:
    """Cluster paths [path, period, ...] (> 0) into states by their mean log level.

    With `probabilities` (low to high, sum 1) the ordered paths are cut at those shares; without,
    into `n` clusters of least within-cluster variance of the score (exact, by dynamic
    programming). Each state is the mean of its paths: expected demand is that of the forecast.
    tail: share of paths at either end whose level is drawn in to that quantile, period by
    period, before means are taken; a band beyond which supply, not demand, decides.
    Raises QuantityError for probabilities that are not, or fewer paths than states.
    """
    count = len(paths)
    score: Array = np.log(paths.reshape(count, -1)).mean(axis=1)
    order = np.argsort(score, kind="stable")
    if probabilities is not None:
        p = np.asarray(probabilities, dtype=np.float64)
        if len(p) == 0 or np.any(p <= 0) or abs(np.sum(p) - 1.0) > 1e-9:
            raise QuantityError(
                "probabilities of demand states must be above 0 and sum to 1",
                value=", ".join(f"{x:g}" for x in p.flat),
            )
    else:
        sizes = _cut_least_variance(score[order], n)
        p = sizes / count
    if count < len(p):
        raise QuantityError(
            "fewer paths than states", value=str(count), allowed=f"at least {len(p)}"
        )
    share = np.zeros((count, len(p)))
    edges = np.concatenate([[0.0], np.cumsum(p) * count])
    edges[-1] = count
    low = np.arange(count, dtype=np.float64)
    for k in range(len(p)):
        part = np.minimum(low + 1.0, edges.item(k + 1)) - np.maximum(low, edges.item(k))
        share[order, k] = np.clip(part, 0.0, 1.0)
    size: Array = share.sum(axis=0)
    weight = share / size
    if tail > 0:
        paths = np.clip(paths, *np.quantile(paths, [tail, 1 - tail], axis=0))
    values: Array = np.tensordot(weight.T, paths, axes=1)
    names = _NAMES.get(len(p), tuple(f"state{k + 1}" for k in range(len(p))))
    return ScenarioStates(names, size / count, values, share)


def _cut_least_variance(x: Array, n: int) -> Array:
    """Sizes of the n runs of sorted `x` with the least total within-run sum of squares.

    Source: Fisher, "On grouping for maximum homogeneity", JASA 53 (1958) 789. Above 600 points
    the cuts are sought between 600 quantile bins, each kept whole.
    """
    if not 1 <= n <= len(x):
        raise QuantityError("no such number of states", value=str(n), allowed=f"1 to {len(x)}")
    bins = np.array_split(np.arange(len(x)), min(len(x), max(600, n)))
    size = np.array([len(b) for b in bins], dtype=np.float64)
    centred = x - np.mean(x)
    total = np.array([np.sum(centred[b]) for b in bins])
    square = np.array([np.sum(centred[b] ** 2) for b in bins])
    cs, ct, cq = (np.concatenate([[0.0], np.cumsum(v)]) for v in (size, total, square))
    m = len(bins)
    i, j = np.meshgrid(np.arange(m + 1), np.arange(m + 1), indexing="ij")  # run of bins i..j-1
    weight = np.where(j > i, cs[j] - cs[i], 1.0)
    cost = np.where(j > i, (cq[j] - cq[i]) - (ct[j] - ct[i]) ** 2 / weight, np.inf)
    best: Array = cost[0, :]
    cuts: list[IntArray] = []
    for _ in range(1, n):
        reach = best[:, None] + cost
        cuts.append(reach.argmin(axis=0))
        best = reach.min(axis=0)
    ends = [m]
    for cut in reversed(cuts):
        ends.append(cut.item(ends[-1]))
    edges = cs[np.array([0, *reversed(ends)])]
    return np.asarray(np.diff(edges), dtype=np.float64)
