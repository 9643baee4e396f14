"""A tree as its trunk and what each history does after it: near its end from a plan that is near.

The nodes that several histories share are few, and once they are decided each history is a small
programme of its own, whose cost is a convex function of what was decided. So a trunk that is at
hand is held, each history follows it from a basis at hand, and the prices at which it ends are a
plane below that function. The trunk that is best for all planes found so far bounds the optimum
from below; a step toward it, a part of the way alone, since planes say little far from where they
were found, is followed in turn, until both are near. A trunk that a history cannot follow gives a
plane that cuts it off.

What is decided there is then held once more, so that the bases of trunk and histories, laid side
by side, are one of the whole tree: a plan, and nearly the best. A basis of the trunk that comes
from the planes is none of the tree's: the dual simplex goes a long way from there.

Sources: Van Slyke and Wets, SIAM J. Appl. Math. 17, 1969 (planes); Ben-Ameur and Neto, Networks 49,
2007 (a part of the way).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.planning.programme.blocks import Matrix, key_of
from outlay.planning.solver.basis import Basis, hand_over, read
from outlay.planning.solver.highs import Session, Solution
from outlay.planning.solver.tree.cut import Cut, Cutter
from outlay.planning.solver.tree.pairs import two_at_a_time

__all__ = ["Held", "Near", "follow", "toward"]

SMALL = 0.1
"""Share of the rows that a trunk may have at most: of a larger one, planes take too many steps."""
GAP = 3e-3
"""Distance of plan and bound, over the cost, at which the whole tree is the shorter way."""
STEPS = 40
"""Most trunks that are followed."""
PART = 0.3
"""Of the way to the trunk that is best for the planes."""
DEEP = -1e7
"""Cost of a history below which no plane is asked for yet, in the solver's units."""
DUST = 1e-11
"""Slope of a plane that is none, over the largest or in the solver's units."""

Opens = Callable[[Matrix], Session]
"""How a programme is given to the solver: with whose limit of time, and who may stop it."""


@dataclass(frozen=True)
class Near:
    """Where a programme with the same rows and columns ended. x: [column]."""

    key: str
    basis: Basis
    x: Array

    @classmethod
    def of(cls, matrix: Matrix, basis: Basis, x: Array) -> Near:
        """Of the programme that ended there."""
        return cls(key_of(matrix), basis, x)


@dataclass(frozen=True)
class _Parted:
    """Numbers of columns and rows: those of the trunk, and of each history those after it.
    linked: of the trunk's columns those that a history's rows hold."""

    columns: IntArray
    rows: IntArray
    chains: tuple[tuple[IntArray, IntArray], ...]
    linked: IntArray

    @classmethod
    def of(cls, by: Cutter, cut: Cut) -> _Parted | None:
        """Some histories; None where they share no node, or where what they share is no small
        part."""
        m, ancestor = by.programme(cut), by.model.problem.tree.ancestor[list(cut.leaves)]
        nodes, count = np.unique(ancestor[ancestor >= 0], return_counts=True)
        chain = np.full(int(nodes.max(initial=0)) + 2, -1, dtype=np.int64)  # the last: no node
        for k, path in enumerate(ancestor):
            chain[np.intersect1d(path[path >= 0], nodes[count == 1])] = k
        of_column = chain[by.column_node[cut.columns]]
        of_row = chain[by.row_node[cut.rows]]
        row = np.repeat(of_row, np.diff(m.a.indptr))
        column = of_column[m.a.indices]
        rows = np.flatnonzero(of_row < 0)
        # A history's row holds columns of its own and of the trunk, the trunk's none but its own.
        apart = bool(np.all((column == row) | (column < 0)))
        if not apart or not 0 < len(rows) <= SMALL * len(of_row) or len(ancestor) < 2:
            return None
        columns = np.flatnonzero(of_column < 0)
        held = np.zeros(len(of_column), dtype=bool)
        held[m.a.indices[(row >= 0) & (column < 0)]] = True
        chains = tuple(
            (np.flatnonzero(of_column == k), np.flatnonzero(of_row == k))
            for k in range(len(ancestor))
        )
        return cls(columns, rows, chains, np.flatnonzero(held[columns]))


@dataclass(frozen=True)
class Held:
    """A trunk that all histories follow: the basis of the tree that this is, and what it costs."""

    basis: Basis
    cost: float


@dataclass(frozen=True)
class _Ended:
    """How histories end from a trunk. cost: of the tree, infinite where one cannot follow."""

    trunk: Array
    found: list[Solution]
    cost: float


def follow(by: Cutter, cut: Cut, near: Near, opens: Opens) -> Held | None:
    """Some histories with the trunk as the whole tree has it in `near`, and each one's best after
    it; None where that cannot be."""
    parted = _Parted.of(by, cut)
    if parted is None:
        return None
    basis = Basis(near.basis.column[cut.columns], near.basis.row[cut.rows])
    tree = _Tree(by.programme(cut), parted, basis, opens)
    return tree.along(near.x[cut.columns][parted.columns])


def toward(by: Cutter, near: Near, opens: Opens) -> Held | None:
    """A plan of the whole tree near the best one; None where no trunk was found that every history
    can follow."""
    m, parted = by.matrix, _Parted.of(by, by.whole())
    if parted is None or near.key != key_of(m) or by.model.problem.tail.weight > 0:
        return None
    tree = _Tree(m, parted, near.basis, opens, each=two_at_a_time)
    held = tree.held(near.x[parted.columns])
    if held is None:
        return None
    planes = _Planes(m, parted, opens)
    at, best, least = held[0], None, np.inf
    for _ in range(STEPS):
        ended = tree.ended(at)
        planes.add(tree, ended)
        if ended.cost < least:
            best, least = at, ended.cost
        asked = planes.lowest()
        if asked is None:
            break
        goal, bound = asked
        if best is not None and least - bound <= GAP * max(1.0, abs(least)):
            break
        at = goal if best is None else PART * goal + (1 - PART) * best
    return None if best is None else tree.along(best)


class _Tree:
    """Trunk and histories in the solver, each history where it last ended."""

    def __init__(
        self,
        m: Matrix,
        parted: _Parted,
        basis: Basis,
        opens: Opens,
        each: Callable[[Callable[[_Chain], Solution], Iterable[_Chain]], Iterable[Solution]] = map,
    ) -> None:
        self.m, self.parted, self._start, self._opens = m, parted, basis, opens
        self._each = each
        self.chains = [_Chain(m, parted, k, basis, opens) for k in range(len(parted.chains))]

    def held(self, x: Array) -> tuple[Array, Basis] | None:
        """The trunk with what the histories see of it as in x [column of it]: all of it, and its
        basis."""
        p = self.parted
        session = self._opens(_part(self.m, p.columns, p.rows))
        hand_over(session, Basis(self._start.column[p.columns], self._start.row[p.rows]))
        m, linked = session.matrix, p.linked
        at = np.clip(x[linked], m.lower[linked], m.upper[linked])
        session.set_bounds(linked, at, at)
        found = session.solve("dual")
        return (found.x, read(session)) if found.status == "optimal" else None

    def ended(self, trunk: Array) -> _Ended:
        """Each history's best after this trunk."""
        found = list(self._each(lambda chain: chain.after(trunk), self.chains))
        cost = float(self.m.cost[self.parted.columns] @ trunk) + self.m.offset
        whole = all(f.status == "optimal" for f in found)
        return _Ended(trunk, found, cost + sum(f.objective for f in found) if whole else np.inf)

    def along(self, x: Array) -> Held | None:
        """What the histories see of the trunk as in x [column of it], and each one's best after it;
        None where that cannot be."""
        held = self.held(x)
        if held is None:
            return None
        ended, p = self.ended(held[0]), self.parted
        if not np.isfinite(ended.cost):
            return None
        out = Basis.slack(self.m)
        out.column[p.columns], out.row[p.rows] = held[1].column, held[1].row
        for chain, (columns, rows) in zip(self.chains, p.chains, strict=True):
            own = read(chain.session)
            out.column[columns], out.row[rows] = own.column, own.row
        return Held(out, ended.cost)


class _Chain:
    """What a history does after the trunk."""

    def __init__(self, m: Matrix, parted: _Parted, k: int, basis: Basis, opens: Opens) -> None:
        columns, rows = parted.chains[k]
        self.matrix = _part(m, columns, rows)
        self.link = m.a[rows][:, parted.columns]
        self.back = self.link.T.tocsr()
        self._touched = np.flatnonzero(np.diff(self.link.indptr) > 0)
        # Its limits move with the trunk; those of the matrix stay, planes are made of them.
        own = replace(
            self.matrix,
            row_lower=self.matrix.row_lower.copy(),
            row_upper=self.matrix.row_upper.copy(),
        )
        self.session = opens(own)
        hand_over(self.session, Basis(basis.column[columns], basis.row[rows]))

    def after(self, trunk: Array) -> Solution:
        """Its best after this trunk, from where it last ended."""
        rows, taken = self._touched, (self.link @ trunk)[self._touched]
        m = self.matrix
        self.session.set_rows(rows, m.row_lower[rows] - taken, m.row_upper[rows] - taken)
        return self.session.solve("dual")


class _Planes:
    """The trunk's programme with a cost for each history, above all planes found."""

    def __init__(self, m: Matrix, parted: _Parted, opens: Opens) -> None:
        self._trunk = _part(m, parted.columns, parted.rows)
        self._offset, self._many = m.offset, len(parted.columns)
        self._session = opens(self._trunk)
        for _ in parted.chains:
            self._session.h.addCol(1.0, DEEP, np.inf, 0, np.zeros(0, np.int32), np.zeros(0))

    def add(self, tree: _Tree, ended: _Ended) -> None:
        """A plane of each history: below its cost, or before what it cannot follow."""
        for k, (chain, found) in enumerate(zip(tree.chains, ended.found, strict=True)):
            if found.status == "optimal":
                slope = -(chain.back @ found.row_dual)
                at = found.objective - float(slope @ ended.trunk)
                self._below(k, slope, at)
            elif (ray := chain.session.ray()) is not None:
                self._before(chain, ray, ended.trunk)

    def _below(self, k: int, slope: Array, at: float) -> None:
        """Cost of history k >= at + slope × trunk."""
        unit = self._session.cost_unit
        scaled: Array = slope * self._trunk.col_unit / unit
        some = np.flatnonzero(np.abs(scaled) > DUST)
        self._session.h.addRow(
            at / unit, np.inf, len(some) + 1, np.append(some, self._many + k).astype(np.int32),
            np.append(-scaled[some], 1.0),
        )  # fmt: skip

    def _before(self, chain: _Chain, ray: Array, trunk: Array) -> None:
        """at + slope × trunk <= 0, what the limits of the history add up to at these prices."""
        m = chain.matrix
        for y in (ray, -ray):
            y = np.where(np.abs(y) * m.row_unit <= DUST, 0.0, y)
            d = -(m.a.T @ y)
            d = np.where(np.abs(d) * m.col_unit <= DUST, 0.0, d)
            at = _leaning(y, m.row_lower, m.row_upper) + _leaning(d, m.lower, m.upper)
            slope: Array = -(chain.back @ y) * self._trunk.col_unit
            most = float(np.abs(slope).max(initial=0.0))
            if most > 0 and np.isfinite(at) and at + float(-(chain.back @ y) @ trunk) > 0:
                some = np.flatnonzero(np.abs(slope) > DUST * most)
                self._session.h.addRow(
                    -np.inf, -at / most, len(some), some.astype(np.int32), slope[some] / most
                )
                return

    def lowest(self) -> tuple[Array, float] | None:
        """(the trunk that is best for all planes, what no plan costs less than)."""
        found = self._session.lowest()
        if found is None:
            return None
        x, objective = found
        m = self._trunk
        at = np.clip(x[: self._many] * m.col_unit, m.lower, m.upper)
        return at, objective * self._session.cost_unit + self._offset


def _leaning(price: Array, lower: Array, upper: Array) -> float:
    """Sum of price × the bound that it leans on, minus infinity where that is missing."""
    at: Array = np.where(price > 0, lower, np.where(price < 0, upper, 0.0))
    return -np.inf if np.isinf(at).any() else float(price @ at)


def _part(m: Matrix, columns: IntArray, rows: IntArray) -> Matrix:
    """The programme of these columns and rows, its numbers its own."""
    return Matrix(
        m.cost[columns], 0.0, m.lower[columns], m.upper[columns], m.row_lower[rows],
        m.row_upper[rows], m.a[rows][:, columns], m.col_unit[columns], m.row_unit[rows],
        m.integer[columns], {}, {},
    )  # fmt: skip
