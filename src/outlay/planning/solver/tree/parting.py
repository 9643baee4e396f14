"""How the histories of a tree part: at which nodes, and by which factors."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.planning.problem.limits import Tail
from outlay.planning.problem.tree import Tree
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.draft import Options

__all__ = [
    "apart",
    "by_state",
    "differ",
    "groups",
    "likeliest_first",
    "nodes_before",
    "tail_chance",
    "tail_leaves",
]


def apart(problem: PlanProblem, options: Options) -> bool:
    """Whether a tree can be taken apart: one that branches, without ties or idle branches."""
    tree = problem.tree
    possible = bool(np.all(tree.probability[tree.leaves] > 0))
    return len(tree.leaves) > 1 and possible and not options.tie


def likeliest_first(tree: Tree) -> IntArray:
    """Leaves by falling chance; equal chances stay in order."""
    return tree.leaves[np.argsort(-tree.probability[tree.leaves], kind="stable")]


def groups(tree: Tree, leaves: IntArray, lead: IntArray | None = None) -> list[IntArray]:
    """Leaves by the first node that `lead` has not, those of `lead` apart; without a lead, by the
    node at which these histories part."""
    if lead is None:
        ancestor = tree.ancestor[leaves]  # [leaf, period]
        known = ancestor[0, np.all(ancestor == ancestor[:1], axis=0)]
    else:
        known = np.unique(tree.ancestor[lead])
        leaves = np.setdiff1d(leaves, lead)
        ancestor = tree.ancestor[leaves]
    new = ~np.isin(ancestor, known)
    after = ancestor[np.arange(len(leaves)), np.argmax(new, axis=1)]
    return [leaves[after == n] for n in dict.fromkeys(after.tolist())]


def by_state(tree: Tree, leaves: IntArray, factor: str) -> list[IntArray]:
    """Leaves by the state of a factor, in the order of their first leaf."""
    states = [tree.labels[n].get(factor) for n in leaves.tolist()]
    at = np.array([list(dict.fromkeys(states)).index(s) for s in states])
    return [leaves[at == i] for i in range(int(at.max()) + 1)]


def nodes_before(tree: Tree, leaves: IntArray, factor: str) -> int:
    """Nodes of these histories in which the factor's state is not known."""
    nodes = np.unique(tree.ancestor[leaves])
    return sum(factor not in tree.labels[n] for n in nodes[nodes >= 0].tolist())


def differ(tree: Tree, a: int, b: int) -> list[str]:
    """Factors of which two nodes know unlike states."""
    one, other = tree.labels[a], tree.labels[b]
    return [f.name for f in tree.factors if one.get(f.name) != other.get(f.name)]


def tail_leaves(tree: Tree, tail: Tail, cost: Array) -> tuple[IntArray, int]:
    """(leaves wholly in the dearest 1 - level, the leaf at which that begins), were `cost` [leaf]
    what they cost."""
    order = tree.leaves[np.argsort(-cost, kind="stable")]
    inside = np.cumsum(tree.probability[order]) <= 1.0 - tail.level
    dear = order[inside]
    return dear, int(order[min(len(dear), len(order) - 1)])


def tail_chance(tree: Tree, tail: Tail, dear: IntArray, edge: int) -> Array:
    """[node]: chances of the leaves as a weight on the tail counts them.

    (1 - w) × chance, and w × their part in the dearest 1 - level; a hundredth of the chance at
    least, so that every leaf decides for itself.
    """
    part = np.zeros(len(tree))
    part[dear] = tree.probability[dear]
    part[edge] += max(1.0 - tail.level - float(part.sum()), 0.0)
    weighed = (1 - tail.weight) * tree.probability + tail.weight * part / (1.0 - tail.level)
    out = np.zeros(len(tree))
    out[tree.leaves] = np.maximum(weighed, 0.01 * tree.probability)[tree.leaves]
    return out
