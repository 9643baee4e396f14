"""Solve a tree from its branches: each alone, then together from where they ended.

A history alone takes a few hundredths of the work of its tree, and an interior point grows faster
than the programme. So the tree is taken apart where it first branches, each branch is solved with
the nodes before it (its trunk) as if it were certain, by the same rule down to single histories;
then the trunk of the likeliest branch is held in the others, which mends them within it, and the
bases of all, laid side by side, start the tree: feasible, and short of the best only by what the
trunk's decisions lack. Primal simplex does the rest. The answer is that of the whole programme,
certified as any other; only the way is another.

Lots are any share in a branch: whole numbers are searched in the tree alone (`whole`), from the
optimum of this way.

What was solved on the way is kept: a history known at the start, or a state of a factor known, is
a branch that the values of information ask for (`planning.value`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import SolverError
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.blocks import Matrix
from outlay.planning.programme.draft import Options
from outlay.planning.programme.model import Model, build
from outlay.planning.solver.basis import Basis, hand_over, read
from outlay.planning.solver.certify import certify, require
from outlay.planning.solver.cut import Cut, Cutter
from outlay.planning.solver.highs import SIMPLEX_BELOW, Session, Solution

__all__ = ["Branches", "apart", "worth_it"]

Key = tuple[int, ...]
THREADS = 2
"""Programmes solved at a time: the solver lets other threads run. Results do not depend on it."""


@dataclass(frozen=True)
class Part:
    """A solved branch: its trunk and all that follows. x: [column of the branch], original units.

    chance: of its histories, in the tree.
    """

    cut: Cut
    x: Array
    basis: Basis
    chance: float


def apart(problem: PlanProblem, options: Options) -> bool:
    """Whether a tree can be taken apart: one that branches, without ties or idle branches."""
    tree = problem.tree
    possible = bool(np.all(tree.probability[tree.leaves] > 0))
    return len(tree.leaves) > 1 and possible and not options.tie


def worth_it(model: Model) -> bool:
    """Whether the way over branches is the shorter one: a large tree that can be taken apart."""
    large = model.matrix.shape[1] >= SIMPLEX_BELOW
    return large and apart(model.frame.original, model.draft.options)


class Branches:
    """The branches of one problem, each solved once. May be asked from several threads."""

    def __init__(self, problem: PlanProblem, options: Options | None = None) -> None:
        self.problem = problem
        self.options = replace(options or Options(), whole_depth=0)
        self._cutter: Cutter | None = None
        self._parts: dict[Key, Part] = {}
        self._costs: dict[Key, float] = {}
        self._locks: dict[Key, threading.Lock] = {}
        self._guard = threading.Lock()
        self.basis: Basis | None = None
        """Where the whole tree ended: what asks after it again starts there."""

    def solve(self, model: Model) -> tuple[Session, Solution]:
        """The whole tree, of which `model` is the programme.

        Raises SolverError where this way does not come to an optimum.
        """
        self._cutter = Cutter(model)
        leaves = self.problem.tree.leaves
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(self._part, [leaves[i : i + 1] for i in range(len(leaves))]))
            list(pool.map(self._part, self._groups(leaves)[1]))
        session, found = self._together(self._cutter.whole(), leaves)
        self._costs[_key(leaves)] = found.objective
        self.basis = read(session) if found.status == "optimal" else None
        return session, found

    def cost(self, leaves: IntArray) -> float:
        """Objective where only the histories that end in `leaves` are possible, certified.

        It is an expected cost: a weight on the tail belongs to the whole tree alone.
        """
        if _key(leaves) not in self._costs:
            self._part(leaves)
        return self._costs[_key(leaves)]

    def costs(self, sets: Iterable[IntArray]) -> list[float]:
        """`cost` of each set, two at a time."""
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(self.cost, list(sets)))

    def first_orders(self, leaf: int) -> Array:
        """[offer] chips ordered in the first period of the history that ends in `leaf`, alone."""
        part = self._part(np.array([leaf], dtype=np.int64))
        columns, x = self._cut_by().matrix.columns, part.cut.spread(part.x)
        root = self.problem.tree.path(leaf)[0]

        def taken(name: str) -> Array:
            index = columns[name].index[..., root]
            return np.where(index >= 0, x[index], 0.0)

        direct = (columns["order"].index < 0).all(axis=-1)  # ordering is starting
        started = (taken("start") + taken("divert")).sum(axis=-1)
        return np.where(direct, started, taken("order"))

    # one branch -----------------------------------------------------------------------------

    def _cut_by(self) -> Cutter:
        with self._guard:
            if self._cutter is None:
                self._cutter = Cutter(build(self.problem, self.options))
            return self._cutter

    def _part(self, leaves: IntArray) -> Part:
        """The branch with these leaves, solved once however often it is asked for."""
        key = _key(leaves)
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:  # a thread only ever waits for a smaller branch than its own
            part = self._parts.get(key)  # another thread may let it go once it is used
            if part is None:
                part = self._parts[key] = self._solve(leaves)
            return part

    def _solve(self, leaves: IntArray) -> Part:
        cut = self._cut_by().among(leaves)
        if len(leaves) == 1:
            session = self._session(cut.matrix)
            found = session.solve("simplex")
        else:
            session, found = self._together(cut, leaves)
        if found.status != "optimal":
            raise SolverError(f"a branch of the tree ended as {found.status}")
        require(certify(cut.matrix, found), self.options.tolerance)
        self._costs[_key(leaves)] = found.objective
        chance = float(self.problem.tree.probability[leaves].sum())
        return Part(cut, found.x, read(session), chance)

    def _session(self, matrix: Matrix) -> Session:
        return Session(matrix, time_limit_s=self.options.time_limit_s)

    def _together(self, cut: Cut, leaves: IntArray) -> tuple[Session, Solution]:
        """Solve a part of the tree from its branches."""
        trunk, groups = self._groups(leaves)
        start = self._side_by_side(cut, trunk, [self._part(g) for g in groups])
        for g in groups:  # their costs stay; single histories serve other branches too
            if len(g) > 1:
                self._parts.pop(_key(g), None)
        session = self._session(cut.matrix)
        hand_over(session, start)
        return session, session.solve("primal")

    def _side_by_side(self, cut: Cut, trunk: IntArray, parts: list[Part]) -> Basis:
        """A basis of a part of the tree from its branches, the trunk as in the likeliest."""
        parts = sorted(parts, key=lambda p: -p.chance)  # stable: equal chances stay in order
        whole = self._cut_by()
        out = Basis.slack(whole.matrix)
        done = np.zeros(len(self.problem.tree) + 1, dtype=bool)  # the last entry: no node
        held = parts[0].cut.spread(parts[0].x)
        for i, part in enumerate(parts):
            cols, rows = part.cut.columns, part.cut.rows
            at = whole.column_node[cols]
            basis = part.basis
            if i:
                on_trunk = np.flatnonzero(np.isin(at, trunk))
                basis = self._held(part, on_trunk, held[cols[on_trunk]])
            new = ~done[at]
            out.column[cols[new]] = basis.column[new]
            new = ~done[whole.row_node[rows]]
            out.row[rows[new]] = basis.row[new]
            done[part.cut.nodes] = True
            done[-1] = True
        return Basis(out.column[cut.columns], out.row[cut.rows])

    def _held(self, part: Part, cols: IntArray, values: Array) -> Basis:
        """Basis of the branch with its trunk held at `values`; its own where that cannot be."""
        m = part.cut.matrix
        lower, upper = m.lower.copy(), m.upper.copy()
        lower[cols] = upper[cols] = np.clip(values, lower[cols], upper[cols])
        session = self._session(replace(m, lower=lower, upper=upper))
        hand_over(session, part.basis)
        found = session.solve("simplex")
        return read(session) if found.status == "optimal" else part.basis

    def _groups(self, leaves: IntArray) -> tuple[IntArray, list[IntArray]]:
        """(nodes that all these histories share, leaves by the node that follows)."""
        ancestor = self.problem.tree.ancestor[leaves]  # [leaf, period]
        if len(leaves) == 1:
            return ancestor[0], [leaves]
        shared = int(np.argmax(np.any(ancestor != ancestor[:1], axis=0)))
        after = ancestor[:, shared]
        return ancestor[0, :shared], [leaves[after == n] for n in dict.fromkeys(after.tolist())]


def _key(leaves: IntArray) -> Key:
    return tuple(leaves.tolist())
