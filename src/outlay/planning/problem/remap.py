"""The same problem on another tree: one history, a branch known, a factor seen earlier.

Data depend on what is known at a node, so a new tree takes each node's data from an old node of
the same period whose labels it shares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.errors import InputError
from outlay.planning.problem.axes import join, pick
from outlay.planning.problem.tree import Factor, Tree
from outlay.planning.problem.types import Offer, PlanProblem

__all__ = [
    "closed_door",
    "expected_path",
    "forest",
    "given",
    "known_early",
    "leaf_path",
    "leaves_given",
    "retree",
    "reweighted",
    "wait_and_see",
    "with_sure_tail",
]


def _doors(problem: PlanProblem) -> PlanProblem:
    """Which doors are closed is seen by comparing branches: written down before one goes."""
    offers = tuple(replace(o, closed=closed_door(o, problem.tree)) for o in problem.offers)
    return replace(problem, offers=offers)


def retree(problem: PlanProblem, tree: Tree, source: IntArray) -> PlanProblem:
    """`problem` on `tree`; node n takes its data from old node source[n]."""
    index = np.asarray(source, dtype=np.int64)
    return replace(pick(_doors(problem), lambda a: a[..., index]), tree=tree)


def leaf_path(problem: PlanProblem, leaf: int) -> PlanProblem:
    """The history that ends in `leaf`, alone and certain."""
    tree = problem.tree
    nodes = tree.path(leaf)
    n = len(nodes)
    index = np.arange(n, dtype=np.int64)
    labels = tuple(tree.labels[int(i)] for i in nodes)
    path = Tree(tree.periods, index - 1, index, np.ones(n), labels, ())
    return retree(problem, path, nodes)


def expected_path(problem: PlanProblem) -> PlanProblem:
    """One history with every number at its expected value: the mean-value problem.

    Infinite caps stay infinite; means are over the nodes of a period, by probability.
    """
    tree = problem.tree
    n = len(tree.periods)
    share = np.zeros((len(tree), n))
    share[np.arange(len(tree)), tree.period] = tree.probability

    def mean(a: Array) -> Array:
        if a.dtype == bool:  # a door that is open in some history is open on average
            return np.asarray(a.astype(float) @ share > 1 - 1e-12)
        finite = np.where(np.isfinite(a), a, 0.0) @ share
        endless = np.isinf(a).astype(float) @ share > 0
        return np.where(endless, np.inf, finite)

    index = np.arange(n, dtype=np.int64)
    path = Tree(tree.periods, index - 1, index, np.ones(n), ({},) * n, ())
    return replace(pick(_doors(problem), mean), tree=path)


def wait_and_see(problem: PlanProblem) -> list[tuple[float, PlanProblem]]:
    """(probability, history) for every leaf: everything known at the start."""
    tree = problem.tree
    return [(tree.probability.item(leaf), leaf_path(problem, int(leaf))) for leaf in tree.leaves]


def given(problem: PlanProblem, known: Mapping[str, str]) -> tuple[float, PlanProblem]:
    """(probability, problem) where `known` states are certain, but seen when they are seen now.

    The nodes of other states go, and probabilities are conditional on the rest.
    """
    tree = problem.tree
    _require_states(tree, known)
    leaves = leaves_given(tree, known)
    chance = float(tree.probability[leaves].sum())
    if chance <= 0:
        raise InputError("a state of probability 0 has no problem of its own", value=str(known))
    sub = _among(problem, leaves, chance)
    factors = tuple(f for f in tree.factors if f.name not in known)
    return chance, replace(sub, tree=replace(sub.tree, factors=factors))


def leaves_given(tree: Tree, known: Mapping[str, str]) -> IntArray:
    """Leaves of the histories that agree with the `known` states."""
    labels = [tree.labels[int(n)] for n in tree.leaves]
    fits = [all(x.get(k, v) == v for k, v in known.items()) for x in labels]
    return np.asarray(tree.leaves[np.array(fits, dtype=bool)])


def _among(problem: PlanProblem, leaves: IntArray, chance: float) -> PlanProblem:
    """The problem where the history is one of those that end in `leaves`, together `chance`.

    What is known when stays as it is; probabilities are conditional on the histories that remain.
    """
    tree = problem.tree
    weight = np.zeros(len(tree))
    keep_ = np.zeros(len(tree), dtype=bool)
    for leaf in leaves:
        path = tree.path(int(leaf))
        weight[path] += tree.probability.item(leaf) / chance
        keep_[path] = True
    keep = np.flatnonzero(keep_)
    new = np.full(len(tree), -1, dtype=np.int64)
    new[keep] = np.arange(len(keep))
    parent = np.where(tree.parent[keep] >= 0, new[tree.parent[keep]], -1)
    sub = Tree(
        tree.periods, parent, tree.period[keep], weight[keep],
        tuple(tree.labels[n] for n in keep), tree.factors,
    )  # fmt: skip
    return retree(problem, sub, keep)


def known_early(problem: PlanProblem, factor: str) -> list[tuple[float, PlanProblem]]:
    """(probability, problem) by state of `factor`, each with the state known from the start."""
    found = [f for f in problem.tree.factors if f.name == factor]
    if not found:
        raise InputError("unknown factor", value=factor)
    out = []
    for state in found[0].states:
        if _chance(problem.tree, factor, state) > 0:
            out.append(given(problem, {factor: state}))
    return out


def _chance(tree: Tree, factor: str, state: str) -> float:
    hit = tree.leaves_where(factor, state)
    return float(tree.probability[hit].sum()) if hit else 0.0


def _require_states(tree: Tree, known: Mapping[str, str]) -> None:
    factors: dict[str, Factor] = {f.name: f for f in tree.factors}
    for name, state in known.items():
        seen = {x[name] for x in tree.labels if name in x}
        if name not in factors and not seen:
            raise InputError("unknown factor", value=name)
        if seen and state not in seen:
            raise InputError("unknown state", where=name, value=state, allowed=", ".join(seen))


def forest(parts: list[tuple[float, PlanProblem]]) -> PlanProblem:
    """One problem whose histories start apart: each part at its probability.

    For objectives with a tail, where the parts cannot be solved one by one.
    """
    base = parts[0][1]
    parent, period, probability = [], [], []
    labels: list[Mapping[str, str]] = []
    offset = 0
    for chance, q in parts:
        t = q.tree
        parent.append(np.where(t.parent >= 0, t.parent + offset, -1))
        period.append(t.period)
        probability.append(chance * t.probability)
        labels.extend(t.labels)
        offset += len(t)
    tree = Tree(
        base.tree.periods, np.concatenate(parent), np.concatenate(period),
        np.concatenate(probability), tuple(labels), (),
    )  # fmt: skip
    return replace(join([q for _, q in parts]), tree=tree)


def reweighted(problem: PlanProblem, factor: str, state: str, chance: float) -> PlanProblem:
    """The problem with `state` of `factor` at probability `chance`, the rest in proportion."""
    tree = problem.tree
    old = _chance(tree, factor, state)
    if not 0 < old < 1:
        raise InputError("only a state that is neither sure nor impossible can be reweighted")
    hit = np.isin(tree.leaves, tree.leaves_where(factor, state))
    ratio = np.where(hit, chance / old, (1 - chance) / (1 - old))
    probability = np.zeros(len(tree))
    for leaf, weight in zip(tree.leaves, tree.probability[tree.leaves] * ratio, strict=True):
        probability[tree.path(int(leaf))] += weight
    return replace(problem, tree=replace(tree, probability=probability))


def with_sure_tail(problem: PlanProblem) -> PlanProblem:
    """The problem without weight on the tail: one history has no tail."""
    return replace(problem, tail=replace(problem.tail, weight=0.0))


def closed_door(offer: Offer, tree: Tree) -> BoolArray:
    """[node]: the branch closes the door on due orders of the offer (see `Offer`)."""
    if offer.closed is not None:
        return np.asarray(offer.closed, dtype=bool)
    best = np.full(len(tree.periods), -np.inf)
    np.maximum.at(best, tree.period, offer.delivery_cap)
    return np.asarray(offer.delivery_cap < best[tree.period])
