"""Large trees in parts: L-shaped decomposition at the first branch, with its bound and gap.

The builds that all histories share are the first stage; each subtree below the first branch is a
problem of its own, solved wherever the caller's `map` runs it. Each gives a cut (Van Slyke and
Wets, SIAM J. Appl. Math. 17, 1969), one per subtree; the next trial is a point between the best
one so far and the master's (Ben-Ameur and Neto, Networks 49, 2007), which keeps it from
swinging. A subtree that cannot follow pays a steep price for the rows it breaks, so that its cut
points back to where it can.

Stops at the asked gap between the bound and the best plan; both are returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import InfeasibleError, InputError, SolverError
from outlay.planning.blocks import Matrix
from outlay.planning.check import check
from outlay.planning.highs import Session, cost_unit
from outlay.planning.model import Model, build
from outlay.planning.policy import first_stage_periods
from outlay.planning.rows.draft import Options
from outlay.planning.sparse import Sparse, beside, empty, from_entries
from outlay.planning.types import PlanProblem

__all__ = ["Decomposed", "Subtree", "solve_in_parts"]


STEEP = 1e4  # price of a broken row, in the solver's units of cost
LONG = 400

Found: TypeAlias = tuple[float, Array, Array, float]  # as `Subtree.cut` gives it
Run: TypeAlias = "Callable[[Callable[[Subtree], Found], Iterable[Subtree]], Iterable[Found]]"


@dataclass(frozen=True)
class Decomposed:
    """objective: cost of the best plan found; bound: no plan is cheaper; gap = 1 - bound/objective.

    x: [column] of `model`; history: (bound, objective) by round.
    """

    model: Model
    objective: float
    bound: float
    x: Array
    rounds: int
    history: tuple[tuple[float, float], ...]

    @property
    def gap(self) -> float:
        return (self.objective - self.bound) / max(1.0, abs(self.objective))


class Subtree:
    """One part below the first branch: rows that touch it, its columns, and the first stage's."""

    def __init__(self, m: Matrix, rows: IntArray, cols: IntArray, first: IntArray) -> None:
        self.rows, self.cols = rows, cols
        a = m.a[rows]
        self.link = a[:, first]
        broken = np.unique(self.link.nonzero()[0])
        self.session = Session(_part(m, a, rows, cols, broken))
        self.low, self.up = m.row_lower[rows].copy(), m.row_upper[rows].copy()
        self.n = len(cols)

    def cut(self, first: Array) -> Found:
        """(cost, slope over the first stage, own columns, amount broken) at a first stage."""
        shift = self.link @ first
        touched = np.flatnonzero(np.diff(self.link.indptr))
        low, up = self.low[touched] - shift[touched], self.up[touched] - shift[touched]
        self.session.set_rows(touched, low, up)
        found = self.session.solve("simplex")
        if found.status != "optimal":
            raise InfeasibleError(f"a subtree ended as {found.status}")
        slope = -(self.link.T @ found.row_dual)
        return found.objective, slope, found.x[: self.n], float(found.x[self.n :].sum())


def _part(m: Matrix, a: Sparse, rows: IntArray, cols: IntArray, broken: IntArray) -> Matrix:
    n = len(broken)
    size = m.row_unit[rows][broken]
    values, places = np.concatenate([size, -size]), np.concatenate([broken, broken])
    give = from_entries(values, places, np.arange(2 * n), (len(rows), 2 * n))
    one, zero = np.ones(2 * n), np.zeros(2 * n)
    return Matrix(
        np.concatenate([m.cost[cols], STEEP * cost_unit(m) * one]), 0.0,
        np.concatenate([m.lower[cols], zero]), np.concatenate([m.upper[cols], np.inf * one]),
        m.row_lower[rows].copy(), m.row_upper[rows].copy(), beside([a[:, cols], give]),
        np.concatenate([m.col_unit[cols], one]), m.row_unit[rows],
        np.zeros(len(cols) + 2 * n, dtype=bool), {}, {},
    )  # fmt: skip


def solve_in_parts(
    problem: PlanProblem,
    gap: float = 1e-3,
    options: Options | None = None,
    run: Run = map,
) -> Decomposed:
    """The plan of a tree whose parts are solved one by one, to within `gap`.

    run: maps the parts' solves (a thread pool's `map` runs them side by side: the solver leaves
    the interpreter while it works). Raises SolverError where the gap is not reached, InputError
    where the objective weighs the tail.
    """
    check(problem)
    if problem.tail.weight > 0:
        raise InputError(
            "a tail couples every history, so the tree cannot be solved in parts",
            where="objective.tail", value=str(problem.tail.weight), allowed="weight 0",
        )  # fmt: skip
    options = replace(options or Options(), tie="", whole_depth=0)
    model = build(problem, options)
    m = model.matrix
    group = _column_groups(model)
    row_group = _row_groups(m, group)
    first = np.flatnonzero(group < 0)
    names = np.unique(group[group >= 0])
    parts = [
        Subtree(m, np.flatnonzero(row_group == g), np.flatnonzero(group == g), first) for g in names
    ]
    if not parts:
        raise SolverError("nothing branches: solve it whole")
    return _rounds(model, first, row_group, parts, gap, run)


def _column_groups(model: Model) -> IntArray:
    """[column]: number of its subtree, -1 for the first stage."""
    tree = model.problem.tree
    split = min(first_stage_periods(tree), len(tree.periods) - 1)
    top = tree.ancestor[:, split]  # the subtree's top node, -1 above it
    out = np.full(len(model.matrix.cost), -1, dtype=np.int64)
    for block in model.matrix.columns.values():
        if block.axes and block.axes[-1] == "node":
            node = np.broadcast_to(np.arange(len(tree)), block.index.shape)
            hit = block.index >= 0
            out[block.index[hit]] = top[node[hit]]
    v = model.draft.vintages
    keep = model.matrix.columns["keep"].index
    if len(v):
        out[keep] = top[v.node]
    return out


def _row_groups(m: Matrix, group: IntArray) -> IntArray:
    rows = np.repeat(np.arange(m.a.shape[0]), np.diff(m.a.indptr))
    out = np.full(m.a.shape[0], -1, dtype=np.int64)
    np.maximum.at(out, rows, group[m.a.indices])
    return out


def _rounds(
    model: Model, first: IntArray, row_group: IntArray, parts: list[Subtree], gap: float, run: Run
) -> Decomposed:
    m = model.matrix
    master = _Master(m, first, np.flatnonzero(row_group < 0), len(parts))
    best, bound = np.inf, -np.inf
    best_first: Array | None = None
    best_x = np.zeros(len(m.cost))
    history: list[tuple[float, float]] = []
    trial = master.solve()[1]
    for round_ in range(1, LONG + 1):
        found = list(run(partial(_cut, first=trial), parts))
        broken = sum(f[3] for f in found)
        total = float(m.cost[first] @ trial) + m.offset + sum(f[0] for f in found)
        for number, (value, slope, _, _) in enumerate(found):
            master.add(number, value, slope, trial)
        if broken <= 1e-7 and total < best:
            best, best_first = total, trial
            best_x[first] = trial
            for part, f in zip(parts, found, strict=True):
                best_x[part.cols] = f[2]
        bound, point = master.solve()
        history.append((bound, best))
        if np.isfinite(best) and best - bound <= gap * max(1.0, abs(best)):
            return Decomposed(model, best, bound, best_x, round_, tuple(history))
        trial = point if best_first is None or round_ % 4 == 0 else 0.5 * (point + best_first)
    raise SolverError(f"decomposition stopped at bound {bound:.6g}, best {best:.6g}")


def _cut(part: Subtree, first: Array) -> Found:
    return part.cut(first)


class _Master:
    """The first stage with one estimate of cost per subtree and the cuts found so far."""

    def __init__(self, m: Matrix, first: IntArray, rows: IntArray, n: int) -> None:
        self.k, self.first, self.n = cost_unit(m), len(first), n
        a = beside([m.a[rows][:, first], empty((len(rows), n))])
        self.unit = np.concatenate([m.col_unit[first], np.full(n, self.k)])
        floor = np.full(n, -1e6 * self.k * max(1.0, float(np.abs(m.cost).max() / self.k)))
        self.matrix = Matrix(
            np.concatenate([m.cost[first], np.ones(n)]), m.offset,
            np.concatenate([m.lower[first], floor]),
            np.concatenate([m.upper[first], np.full(n, np.inf)]),
            m.row_lower[rows].copy(), m.row_upper[rows].copy(), a, self.unit, m.row_unit[rows],
            np.zeros(len(first) + n, dtype=bool), {}, {},
        )  # fmt: skip
        self.session = Session(self.matrix)

    def add(self, number: int, value: float, slope: Array, at: Array) -> None:
        """theta >= value + slope (x - at)."""
        cols = np.concatenate([np.flatnonzero(slope), [self.first + number]])
        values = np.concatenate([-slope[slope != 0], [1.0]]) * self.unit[cols]
        size = float(np.abs(values).max())
        low = (value - float(slope @ at)) / size
        self.session.h.addRow(low, np.inf, len(cols), cols.astype(np.int32), values / size)

    def solve(self) -> tuple[float, Array]:
        found = self.session.solve_now()
        return float(self.matrix.cost @ found) + self.matrix.offset, found[: self.first]
