"""Solve a tree from its branches: each alone, then together from where they ended.

A history alone takes a few hundredths of the work of its tree. So the tree is taken apart where it
first branches, each branch is solved with the nodes before it (its trunk) as if it were certain,
by the same rule down to single histories, each of which starts from one that is like it. Then the
trunk of one branch is held in the others, which mends them within it, and the bases of all, laid
side by side, start the tree: short of the best only by what the trunk's decisions lack. Dual
simplex does the rest, its costs not perturbed, since the start is near the end. The trunk is that
of the likeliest branch that the others can live with: orders that one world has room for may be
more than another can take, and a basis half held is a poor start. The answer is that of the whole
programme, certified as any other; only the way is another.

Lots are any share in a branch: whole numbers are searched in the tree alone (`whole`), from the
optimum of this way.

What was solved on the way is kept: a history known at the start, or a state of a factor known, is
a branch that the values of information ask for (`planning.value`). A state that is no branch of
the tree starts from the trunk that the whole tree ended with.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import SolverError
from outlay.planning.problem.tree import Tree
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.blocks import Matrix
from outlay.planning.programme.draft import Options
from outlay.planning.programme.model import Model, build
from outlay.planning.solver.basis import Basis, hand_over, read
from outlay.planning.solver.certify import certify, require
from outlay.planning.solver.highs import SIMPLEX_BELOW, Session, Solution, Stop
from outlay.planning.solver.tree.cut import Cut, Cutter
from outlay.planning.solver.tree.like import Alike, nearest

__all__ = ["Branches", "apart", "worth_it"]

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Key = tuple[int, ...]
NOTHING = np.zeros(0, dtype=np.int64), np.zeros(0)
"""Nodes and values, where nothing is held."""
LEADS = 4
"""Branches whose trunk is tried in the others, the likeliest first."""
SMALL = 0.05
"""Share of its cost by which a history may change with a factor that hardly matters."""
FEW = 6
"""Nodes whose decisions are held as one state of such a factor has them, at most."""
DEAR = 0.04
"""Share by which the tree's own trunk may cost a state more than foresight, to start from there."""
THREADS = 2
"""Programmes solved at a time: the solver lets other threads run. Results do not depend on it."""


Each = Callable[[Callable[[IntArray], "End | None"], list[IntArray]], Iterable["End | None"]]
"""How to follow several branches: one after the other, as far as is asked for, or two at a time."""


@dataclass(frozen=True)
class End:
    """Where a branch, its trunk and all that follows, ended. x: [column of the branch], original
    units."""

    cut: Cut
    x: Array
    basis: Basis


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
    """The branches of one problem, each solved once. May be asked from several threads.

    stop: as of `Session`.
    """

    def __init__(
        self, problem: PlanProblem, options: Options | None = None, stop: Stop | None = None
    ) -> None:
        self.problem = problem
        self._stop = stop
        self.options = replace(options or Options(), whole_depth=0)
        self._cutter: Cutter | None = None
        self._alike: Alike | None = None
        self._whole: Array | None = None
        self._parts: dict[Key, End] = {}
        self._given_bases: dict[Key, Basis] = {}
        self._costs: dict[Key, float] = {}
        self._locks: dict[Key, threading.Lock] = {}
        self._guard = threading.Lock()
        self.basis: Basis | None = None
        """Where the whole tree ended: what asks after it again starts there."""

    def solve(self, model: Model) -> tuple[Session, Solution]:
        """The whole tree, of which `model` is the programme.

        Raises SolverError where this way does not come to an optimum.
        """
        self._cutter, self._alike = Cutter(model), Alike.of(model)
        leaves = self.problem.tree.leaves
        _two_at_a_time(self._part, self._likeliest_first()[:, None])
        cut = self._cutter.whole()
        session, found = self._from(cut, self._side_by_side(cut, leaves, *NOTHING, _two_at_a_time))
        self._costs[_key(leaves)] = found.objective
        if found.status == "optimal":
            self.basis, self._whole = read(session), found.x
        return session, found

    def cost(self, leaves: IntArray) -> float:
        """Objective where only the histories that end in `leaves` are possible, certified.

        It is an expected cost: a weight on the tail belongs to the whole tree alone.
        """
        if _key(leaves) not in self._costs:
            if self._whole is None or len(leaves) == 1:
                self._part(leaves)
            else:
                self._known(leaves, self._whole)
        return self._costs[_key(leaves)]

    def costs(self, sets: Iterable[IntArray]) -> list[float]:
        """`cost` of each set, two at a time."""
        return _two_at_a_time(self.cost, sets)

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
                model = build(self.problem, self.options)
                self._cutter, self._alike = Cutter(model), Alike.of(model)
            return self._cutter

    def _part(self, leaves: IntArray) -> End:
        """The branch with these leaves, solved once however often it is asked for."""
        key = _key(leaves)
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:  # a thread only ever waits for a smaller branch, or a likelier history
            part = self._parts.get(key)  # another thread may let it go once it is used
            if part is None:
                part = self._parts[key] = self._solve(leaves)
            return part

    def _solve(self, leaves: IntArray) -> End:
        cut = self._cut_by().among(leaves)
        if len(leaves) == 1:
            session, found = self._alone(cut, int(leaves[0]))
        else:
            session, found = self._from(cut, self._side_by_side(cut, leaves, *NOTHING))
        return self._kept(cut, leaves, session, found)

    def _kept(self, cut: Cut, leaves: IntArray, session: Session, found: Solution) -> End:
        if found.status != "optimal":
            raise SolverError(f"a branch of the tree ended as {found.status}")
        require(certify(cut.matrix, found), self.options.tolerance)
        self._costs[_key(leaves)] = found.objective
        return End(cut, found.x, read(session))

    def _session(self, matrix: Matrix) -> Session:
        return Session(matrix, time_limit_s=self.options.time_limit_s, stop=self._stop)

    def _likeliest_first(self) -> IntArray:
        """Leaves in the order in which they are solved; equal chances stay in order."""
        tree = self.problem.tree
        return tree.leaves[np.argsort(-tree.probability[tree.leaves], kind="stable")]

    def _alone(self, cut: Cut, leaf: int) -> tuple[Session, Solution]:
        """A single history, from the one most like it of those that come before it."""
        order = self._likeliest_first().tolist()
        before = order[: order.index(leaf)]
        session = self._session(cut.matrix)
        if not before or self._alike is None:
            return session, session.solve("simplex")
        labels = self.problem.tree.labels
        like = self._part(np.array([before[nearest(labels[leaf], [labels[n] for n in before])]]))
        hand_over(session, self._alike.moved(like.basis, like.cut, cut))
        return session, session.solve("dual")

    def _from(self, cut: Cut, start: Basis) -> tuple[Session, Solution]:
        session = self._session(cut.matrix)
        hand_over(session, start)
        return session, session.solve("dual")

    def _known(self, leaves: IntArray, x: Array) -> None:
        """Some histories of the tree, from what it decides where they share a node; from their own
        branches where that is dear to the likeliest of them."""
        cut = self._cut_by().among(leaves)
        start = self._given_bases.pop(_key(leaves), None)
        if start is None:
            ancestor = self.problem.tree.ancestor[leaves]
            nodes, count = np.unique(ancestor[ancestor >= 0], return_counts=True)
            alone = [self._part(leaves[i : i + 1]) for i in range(len(leaves))]
            first = int(np.argmax(self.problem.tree.probability[leaves]))
            likely = alone[first]
            end = self._held(likely.cut, likely.basis, nodes[count > 1], x)
            if end is None or _paid(end) > _paid(likely) + DEAR * abs(_paid(likely)):
                start = self._side_by_side(cut, leaves, *NOTHING)
            else:
                rest = [p for i, p in enumerate(alone) if i != first]
                ends = [self._held(p.cut, p.basis, nodes[count > 1], x) or p for p in rest]
                start = self._laid(cut, [end, *ends])
        session, found = self._from(cut, start)
        self._kept(cut, leaves, session, found)

    def _side_by_side(
        self, cut: Cut, leaves: IntArray, nodes: IntArray, x: Array, each: Each = map
    ) -> Basis:
        """A basis of a part of the tree from its branches, with what is decided in `nodes` as in x:
        the trunk as in the first of them that all others can follow; where none is, each branch
        that cannot keeps its own."""
        first: list[End] = []
        for lead_leaves, others in self._ways(leaves):
            lead = self._given(lead_leaves, nodes, x)
            if lead is None:
                continue
            at, ends, lost = lead.cut.spread(lead.x), [lead], False
            follow = partial(self._given, nodes=lead.cut.nodes, x=at)
            for other, end in zip(others, each(follow, others), strict=True):
                lost = lost or end is None
                if lost and first:
                    break
                ends.append(end or self._part(other))
            if not lost:
                return self._laid(cut, ends)
            first = first or ends
        return self._laid(cut, first or [self._part(g) for g in self._groups(leaves)])

    def _given(self, leaves: IntArray, nodes: IntArray, x: Array) -> End | None:
        """The branch with what is decided in `nodes` as in x [column of the tree]; None where that
        cannot be."""
        if len(leaves) == 1 or not len(nodes):
            part = self._part(leaves)
            return self._held(part.cut, part.basis, nodes, x) if len(nodes) else part
        cut = self._cut_by().among(leaves)
        end = self._held(cut, self._side_by_side(cut, leaves, nodes, x), nodes, x)
        if end is not None:
            self._given_bases[_key(leaves)] = end.basis
        return end

    def _laid(self, cut: Cut, ends: Sequence[End]) -> Basis:
        """Bases of branches side by side; a node that several have is as in the first."""
        whole = self._cut_by()
        out = Basis.slack(whole.matrix)
        done = np.zeros(len(self.problem.tree) + 1, dtype=bool)  # the last entry: no node
        for end in ends:
            cols, rows = end.cut.columns, end.cut.rows
            new = ~done[whole.column_node[cols]]
            out.column[cols[new]] = end.basis.column[new]
            new = ~done[whole.row_node[rows]]
            out.row[rows[new]] = end.basis.row[new]
            done[end.cut.nodes] = True
            done[-1] = True
        return Basis(out.column[cut.columns], out.row[cut.rows])

    def _held(self, cut: Cut, start: Basis, nodes: IntArray, x: Array) -> End | None:
        """Where the branch ends with what is decided in `nodes` as in x; None where it cannot."""
        m, at = cut.matrix, self._cut_by().column_node[cut.columns]
        cols = np.flatnonzero(np.isin(at, nodes))
        lower, upper = m.lower.copy(), m.upper.copy()
        lower[cols] = upper[cols] = np.clip(x[cut.columns[cols]], lower[cols], upper[cols])
        session = self._session(replace(m, lower=lower, upper=upper))
        hand_over(session, start)
        found = session.solve("dual")
        return End(cut, found.x, read(session)) if found.status == "optimal" else None

    def _ways(self, leaves: IntArray) -> Iterator[tuple[IntArray, list[IntArray]]]:
        """(histories that lead, the others in branches of their own), most promising first.

        By the factor of prices that changes least, if it changes little and few nodes come before
        it: the tree without it is nearly the tree, and what it decides can be done in any state.
        Else by the branches at the node where these histories part.
        """
        chance = self.problem.tree.probability
        name = self._smallest(leaves)
        if name is None:
            sets = self._groups(leaves)
        else:
            states = [self.problem.tree.labels[n].get(name) for n in leaves.tolist()]
            at = np.array([list(dict.fromkeys(states)).index(s) for s in states])
            sets = [leaves[at == i] for i in range(int(at.max()) + 1)]
        sets.sort(key=lambda g: -float(chance[g].sum()))  # stable: equal chances stay in order
        for lead in sets[:LEADS]:
            yield lead, self._groups(leaves, lead)

    def _smallest(self, leaves: IntArray) -> str | None:
        """The factor of prices whose states hardly differ where nothing else does: by the likeliest
        history and those that differ from it in that factor alone."""
        tree = self.problem.tree
        lead = int(leaves[np.argmax(tree.probability[leaves])])
        best, found = SMALL, None
        for f in tree.factors:
            others = [n for n in leaves.tolist() if _differ(tree, lead, n) == [f.name]]
            if not others or len(others) + 1 == len(leaves) or self._before(leaves, f.name) > FEW:
                continue
            cost = self.cost(np.array([lead]))
            spread = max(abs(self.cost(np.array([n])) - cost) for n in others)
            share = spread / max(1.0, abs(cost))
            if share <= best and all(self._follows(n, lead) for n in others):
                best, found = share, f.name
        return found

    def _follows(self, leaf: int, lead: int) -> bool:
        """Whether a history has the limits of another, and can do what that does in the nodes that
        both have: one that differs in prices."""
        own, first = self._part(np.array([leaf])), self._part(np.array([lead]))
        a, b = own.cut.matrix, first.cut.matrix
        pairs = (a.lower, b.lower), (a.upper, b.upper), (a.row_lower, b.row_lower)
        if not all(np.array_equal(x, y) for x, y in (*pairs, (a.row_upper, b.row_upper))):
            return False
        nodes = first.cut.nodes
        return self._held(own.cut, own.basis, nodes, first.cut.spread(first.x)) is not None

    def _before(self, leaves: IntArray, factor: str) -> int:
        """Nodes that histories of unlike states of the factor share."""
        tree = self.problem.tree
        nodes = np.unique(tree.ancestor[leaves])
        return sum(factor not in tree.labels[n] for n in nodes[nodes >= 0].tolist())

    def _groups(self, leaves: IntArray, lead: IntArray | None = None) -> list[IntArray]:
        """Leaves by the first node that `lead` has not; without a lead, by the node at which these
        histories part."""
        ancestor = self.problem.tree.ancestor[leaves]  # [leaf, period]
        if lead is None:
            common = np.all(ancestor == ancestor[:1], axis=0)
            known = ancestor[0, common]
        else:
            known = np.unique(self.problem.tree.ancestor[lead])
            leaves = np.setdiff1d(leaves, lead)
            ancestor = self.problem.tree.ancestor[leaves]
        new = ~np.isin(ancestor, known)
        after = ancestor[np.arange(len(leaves)), np.argmax(new, axis=1)]
        return [leaves[after == n] for n in dict.fromkeys(after.tolist())]


def _paid(end: End) -> float:
    """What a branch costs where it ended."""
    return float(end.cut.matrix.cost @ end.x + end.cut.matrix.offset)


def _differ(tree: Tree, a: int, b: int) -> list[str]:
    """Factors of which two nodes know unlike states."""
    one, other = tree.labels[a], tree.labels[b]
    return [f.name for f in tree.factors if one.get(f.name) != other.get(f.name)]


def _two_at_a_time(what: Callable[[Asked], Answer], of: Iterable[Asked]) -> list[Answer]:
    """Each answer, in order, two at a time."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(what, list(of)))


def _key(leaves: IntArray) -> Key:
    return tuple(leaves.tolist())
