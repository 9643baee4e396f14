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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import SolverError
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.blocks import Matrix
from outlay.planning.programme.draft import Options
from outlay.planning.programme.model import Model, build
from outlay.planning.solver.basis import Basis, hand_over, read
from outlay.planning.solver.certify import certify, require
from outlay.planning.solver.highs import SIMPLEX_BELOW, Session, Solution, Stop
from outlay.planning.solver.tree.cut import Cut, Cutter, End
from outlay.planning.solver.tree.like import Alike, nearest
from outlay.planning.solver.tree.pairs import Each, two_at_a_time
from outlay.planning.solver.tree.parting import (
    apart,
    by_state,
    differ,
    groups,
    likeliest_first,
    nodes_before,
    tail_chance,
    tail_leaves,
)
from outlay.planning.solver.tree.recall import Key, Known, Recall, content_key
from outlay.planning.solver.tree.recourse import Near, follow, toward

__all__ = ["Branches", "apart", "worth_it"]

NOTHING = np.zeros(0, dtype=np.int64), np.zeros(0)  # nodes and values, where nothing is held
LEADS = 4  # branches whose trunk is tried in the others, the likeliest first
SMALL = 0.05  # share of its cost by which a history may change with a factor that matters little
FEW = 6  # nodes whose decisions are held as one state of such a factor has them, at most
DEAR = 0.08
"""Share by which the tree's own trunk may cost a state more than foresight, to start from there."""


def worth_it(model: Model) -> bool:
    """Whether the way over branches is the shorter one: a large tree that can be taken apart."""
    large = model.matrix.shape[1] >= SIMPLEX_BELOW
    return large and apart(model.frame.original, model.draft.options)


class Branches:
    """The branches of one problem, each solved once. May be asked from several threads.

    stop: as of `Session`. recall: where what was solved before is looked up, and kept. near: where
    a programme like this one ended, from which the tree is solved where that leads anywhere.
    """

    def __init__(
        self,
        problem: PlanProblem,
        options: Options | None = None,
        stop: Stop | None = None,
        recall: Recall | None = None,
        near: Near | None = None,
    ) -> None:
        self.problem = problem
        self.stop, self._recall, self._near = stop, recall, near
        self._model: Model | None = None
        self._found: tuple[str, Solution] | None = None
        self.options = replace(options or Options(), whole_depth=0)
        self._cutter: Cutter | None = None
        self._alike: Alike | None = None
        self._whole: Array | None = None
        self._parts: dict[Key, End] = {}
        self._given_bases: dict[Key, Basis] = {}
        self._costs: dict[Key, float] = {}
        self._first: dict[int, Array] = {}
        self._locks: dict[Key, threading.Lock] = {}
        self._guard = threading.Lock()
        self.basis: Basis | None = None  # where the whole tree ended

    def solve(self, model: Model) -> tuple[Session, Solution]:
        """The whole tree, of which `model` is the programme.

        Raises SolverError where this way does not come to an optimum.
        """
        self._model = model
        key = content_key(model, self._near) if self._recall is not None else ""
        known = self._recall.load(key) if self._recall is not None else None
        if known is not None and known.fits(model):
            return self._again(model, key, known)
        leaves = self.problem.tree.leaves
        session, found = self._from(self._cut_by().whole(), self._start_of_all())
        self._costs[_key(leaves)] = found.objective
        if found.status == "optimal":
            self.basis, self._whole = read(session), found.x
            self._found = key, found
            self._keep()
            session = self._at(model.matrix, self.basis)
        return session, found

    def _start_of_all(self) -> Basis:
        """A basis of the whole tree: its branches start it near where they weigh what is dear as
        its tail does."""
        tree, tail, cutter = self.problem.tree, self.problem.tail, self._cut_by()
        if (start := self._from_near()) is not None:
            return start
        two_at_a_time(self._part, likeliest_first(tree)[:, None])
        if tail.weight <= 0:
            return self._side_by_side(cutter.whole(), tree.leaves, *NOTHING, two_at_a_time)
        alone = np.array([self._costs[(n,)] for n in tree.leaves.tolist()])
        dear, edge = tail_leaves(tree, tail, alone)
        self._parts = {k: p for k, p in self._parts.items() if len(k) == 1}
        costs = dict(self._costs)
        cutter.weigh(tail_chance(tree, tail, dear, edge))
        try:
            start = self._side_by_side(cutter.whole(), tree.leaves, *NOTHING, two_at_a_time)
        finally:  # what was found with those weights is no branch's cost
            cutter.weigh(None)
            self._costs, self._given_bases = costs, {}
            self._parts = {k: p for k, p in self._parts.items() if len(k) == 1}
        cutter.tail_at(start, dear, edge)
        return start

    @property
    def matrix(self) -> Matrix | None:
        """Of the programme that was solved: `basis` is one of this."""
        return None if self._model is None else self._model.matrix

    @property
    def ended(self) -> Near | None:
        """Where the whole tree ended, for a programme like it."""
        if self.matrix is None or self.basis is None or self._whole is None:
            return None
        return Near.of(self.matrix, self.basis, self._whole)

    def _from_near(self) -> Basis | None:
        """A basis of the whole tree from where one like it ended."""
        held = self._near and toward(self._cut_by(), self._near, self._session)
        return held.basis if held else None

    def _at(self, matrix: Matrix, basis: Basis) -> Session:
        """A new session there: what is asked of it later has the same bits whether the basis was
        found now or before."""
        session = self._session(matrix)
        hand_over(session, basis)
        return session

    def _again(self, model: Model, key: str, known: Known) -> tuple[Session, Solution]:
        """What was found before; whoever takes it certifies it."""
        m = model.matrix
        self._costs.update(known.costs)
        self._first.update(known.first)
        self.basis, self._whole = known.basis, known.x
        objective = float(m.cost @ known.x) + m.offset
        found = Solution(
            "optimal", known.x, known.row_dual, known.col_dual, objective, objective,
            known.method, 0.0, known.iterations,
        )  # fmt: skip
        self._found = key, found
        return self._at(m, known.basis), found

    def _keep(self) -> None:
        if self._recall is None or self._found is None or self.basis is None:
            return
        key, f = self._found
        first = {k[0]: self.first_orders(k[0]) for k in sorted(self._costs) if len(k) == 1}
        found = f.x, f.row_dual, f.col_dual, self.basis, f.method, f.iterations
        self._recall.save(key, Known(*found, self._costs, first))

    def cost(self, leaves: IntArray) -> float:
        """Objective where only the histories that end in `leaves` are possible, certified.

        It is an expected cost: a weight on the tail belongs to the whole tree alone.
        """
        if _key(leaves) not in self._costs:
            if len(leaves) > 1 and (ended := self.ended) is not None:
                self._known(leaves, ended)
            else:
                self._part(leaves)
        return self._costs[_key(leaves)]

    def costs(self, sets: Iterable[IntArray]) -> list[float]:
        """`cost` of each set, two at a time."""
        known = len(self._costs)
        found = two_at_a_time(self.cost, sets)
        if len(self._costs) > known:
            self._keep()
        return found

    def first_orders(self, leaf: int) -> Array:
        """[offer] chips ordered in the first period of the history that ends in `leaf`, alone."""
        if leaf in self._first:
            return self._first[leaf]
        part = self._part(np.array([leaf], dtype=np.int64))
        root = self.problem.tree.path(leaf)[0]
        return self._cut_by().first_orders(part.cut.spread(part.x), int(root))

    # one branch -----------------------------------------------------------------------------

    def _cut_by(self) -> Cutter:
        with self._guard:
            if self._cutter is None:
                model = self._model or build(self.problem, self.options)
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
            return self._kept(cut, leaves, *self._alone(cut, int(leaves[0])))
        start = self._side_by_side(cut, leaves, *NOTHING)
        return self._kept(cut, leaves, *self._from(cut, start))

    def _kept(self, cut: Cut, leaves: IntArray, session: Session, found: Solution) -> End:
        if found.status != "optimal":
            raise SolverError(f"a branch of the tree ended as {found.status}")
        require(certify(self._cut_by().programme(cut), found), self.options.tolerance)
        self._costs[_key(leaves)] = found.objective
        return End(cut, found.x, read(session))

    def _session(self, matrix: Matrix) -> Session:
        return Session(matrix, time_limit_s=self.options.time_limit_s, stop=self.stop)

    def _alone(self, cut: Cut, leaf: int) -> tuple[Session, Solution]:
        """A single history, from the one most like it of those that come before it."""
        order = likeliest_first(self.problem.tree).tolist()
        before = order[: order.index(leaf)]
        session = self._session(self._cut_by().programme(cut))
        if not before or self._alike is None:
            return session, session.solve("simplex")
        labels = self.problem.tree.labels
        like = self._part(np.array([before[nearest(labels[leaf], [labels[n] for n in before])]]))
        hand_over(session, self._alike.moved(like.basis, like.cut, cut))
        return session, session.solve("dual")

    def _from(self, cut: Cut, start: Basis) -> tuple[Session, Solution]:
        session = self._at(self._cut_by().programme(cut), start)
        return session, session.solve("dual")

    def _known(self, leaves: IntArray, ended: Near) -> None:
        """Some histories, from what the tree decides where they share a node; from their own
        branches where that is dear to them."""
        cut = self._cut_by().among(leaves)
        start = self._given_bases.pop(_key(leaves), None)
        if start is None:
            held = follow(self._cut_by(), cut, ended, self._session)
            chance = self.problem.tree.probability[leaves]
            alone = [self.cost(leaves[i : i + 1]) for i in range(len(leaves))]
            alike = float(chance @ np.array(alone)) / float(chance.sum())
            if held is None or held.cost > alike + DEAR * abs(alike):
                start = self._side_by_side(cut, leaves, *NOTHING)
            else:
                start = held.basis
        self._kept(cut, leaves, *self._from(cut, start))

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
        return self._laid(cut, first or [self._part(g) for g in groups(self.problem.tree, leaves)])

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
        m, at = self._cut_by().programme(cut), self._cut_by().column_node[cut.columns]
        cols = np.flatnonzero(np.isin(at, nodes))
        lower, upper = m.lower.copy(), m.upper.copy()
        lower[cols] = upper[cols] = np.clip(x[cut.columns[cols]], lower[cols], upper[cols])
        session = self._at(replace(m, lower=lower, upper=upper), start)
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
            sets = groups(self.problem.tree, leaves)
        else:
            sets = by_state(self.problem.tree, leaves, name)
        sets.sort(key=lambda g: -float(chance[g].sum()))  # stable: equal chances stay in order
        for lead in sets[:LEADS]:
            yield lead, groups(self.problem.tree, leaves, lead)

    def _smallest(self, leaves: IntArray) -> str | None:
        """The factor of prices whose states hardly differ where nothing else does: by the likeliest
        history and those that differ from it in that factor alone."""
        tree = self.problem.tree
        lead = int(leaves[np.argmax(tree.probability[leaves])])
        best, found = SMALL, None
        for f in tree.factors:
            others = [n for n in leaves.tolist() if differ(tree, lead, n) == [f.name]]
            if (
                not others
                or len(others) + 1 == len(leaves)
                or nodes_before(tree, leaves, f.name) > FEW
            ):
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
        a, b = self._cut_by().programme(own.cut), self._cut_by().programme(first.cut)
        pairs = (a.lower, b.lower), (a.upper, b.upper), (a.row_lower, b.row_lower)
        if not all(np.array_equal(x, y) for x, y in (*pairs, (a.row_upper, b.row_upper))):
            return False
        nodes = first.cut.nodes
        return self._held(own.cut, own.basis, nodes, first.cut.spread(first.x)) is not None


def _key(leaves: IntArray) -> Key:
    return tuple(leaves.tolist())
