"""Why nothing fits: elastic relaxation, then the smallest conflicting subset, in user's words.

Every limit of the user's (caps, power, budgets, shares, commitments, floors) gets an elastic
variable; the cheapest repair names the limits that must give. Then each limit outside the repair
is dropped in turn where the rest still conflicts, which leaves an irreducible conflict (Chinneck,
Feasibility and Infeasibility in Optimization, 2008, chapter 6: deletion filter). For every
member the least relaxation that alone makes the problem feasible is given.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.errors import Problem
from outlay.planning.problem.remap import wait_and_see
from outlay.planning.programme.blocks import Matrix
from outlay.planning.programme.model import Model, build
from outlay.planning.programme.sparse import beside, from_entries, stacked
from outlay.planning.solver.extract import label
from outlay.planning.solver.highs import SIMPLEX_BELOW, Session, Stop

__all__ = ["conflicts"]


# Families that state a wish or a limit of the user; the rest are identities.
LIMITS = {
    "delivery_cap": "deliveries are capped",
    "order_cap": "orders are capped or committed",
    "limit": "a shared cap on deliveries",
    "renewal": "renewals are limited to what ends",
    "call_off": "a call-off is limited by its trial order",
    "power": "energised power",
    "racks": "racks",
    "liquid": "liquid-cooled power",
    "expansion_total": "total expansion",
    "budget": "the budget",
    "share": "the least share of spend",
    "cash_floor": "the cash floor",
    "pool": "chips that must stay",
    "work": "training work",
    "least": "the least share that must be served (`least`)",
}
SMALL = 1e-7


def conflicts(model: Model, stop: Stop | None = None) -> list[Problem]:
    """The smallest set of limits that conflict, and what would mend each.

    model: known to be infeasible. stop: as of `Session`. A large tree is searched in the history
    that lacks most, where one alone has no plan.
    """
    elastic = _Elastic(model, stop)
    if model.matrix.shape[1] >= SIMPLEX_BELOW:
        elastic = _worst_history(model, stop) or elastic
    collected = elastic.filter()
    if collected is None:
        return [Problem("the plan's identities conflict; no limit of the study can mend it")]
    core = elastic.irreducible(collected)
    return [elastic.problem(i) for i in core]


def _worst_history(model: Model, stop: Stop | None) -> _Elastic | None:
    """That of the history whose limits must give most, for their size; None where none must."""
    worst, most = None, SMALL
    for _, alone in wait_and_see(model.frame.original):
        elastic = _Elastic(build(alone, model.draft.options), stop)
        give = elastic.total()
        if give > most:
            worst, most = elastic, give
    return worst


class _Elastic:
    """The model with one elastic column for each of the user's limits, relative to its size."""

    def __init__(self, model: Model, stop: Stop | None = None) -> None:
        self.model = model
        m = model.matrix
        rows = [m.rows[name].index[m.rows[name].index >= 0] for name in LIMITS if name in m.rows]
        self.rows = np.concatenate(rows)
        order = m.columns["order"].index
        cols = order[order >= 0]
        self.cols = cols[m.lower[cols] > 0]  # commitments: a column's lower bound
        self.n = len(self.rows) + len(self.cols)
        matrix = self._matrix()
        self.first = len(m.cost)
        self.session = Session(matrix, stop=stop)
        self.proven = False  # whether the last solve found that nothing fits

    def _matrix(self) -> Matrix:
        m, n_rows = self.model.matrix, self.model.matrix.shape[0]
        rows, cols = self.rows, self.cols
        near = np.where(np.isfinite(m.row_upper[rows]), m.row_upper[rows], m.row_lower[rows])
        self.size = np.concatenate([np.maximum(np.abs(near), m.row_unit[rows]), m.lower[cols]])
        # an upper limit gives by going up, a lower one by going down
        sign = np.where(np.isfinite(m.row_upper[rows]), -1.0, 1.0)
        give = np.concatenate([sign * self.size[: len(rows)], self.size[len(rows) :]])
        place = np.concatenate([rows, n_rows + np.arange(len(cols))])
        shape = (n_rows + len(cols), self.n)
        elastic = from_entries(give, place, np.arange(self.n), shape)
        own = np.arange(len(cols))
        held = from_entries(np.ones(len(cols)), own, cols, (len(cols), len(m.cost)))
        a = beside([stacked([m.a, held]), elastic])
        lower = m.lower.copy()
        lower[cols] = 0.0
        zero, one = np.zeros(self.n), np.ones(self.n)
        return Matrix(
            np.concatenate([0 * m.cost, one]), 0.0,
            np.concatenate([lower, zero]), np.concatenate([m.upper, one * np.inf]),
            np.concatenate([m.row_lower, m.lower[cols]]),
            np.concatenate([m.row_upper, np.full(len(cols), np.inf)]),
            a, np.concatenate([m.col_unit, one]),
            np.concatenate([m.row_unit, m.col_unit[cols]]),
            np.zeros(len(m.cost) + self.n, dtype=bool), m.columns, m.rows,
        )  # fmt: skip

    def _solve(self, hard: BoolArray, free: BoolArray) -> Array | None:
        """Elastic values: hard limits hold, free ones cost nothing; None where nothing fits."""
        every = self.first + np.arange(self.n)
        upper = np.where(hard, 0.0, np.inf)
        self.session.set_bounds(every, np.zeros(self.n), upper)
        self.session.set_costs(every, np.where(free, 0.0, 1.0))
        found = self.session.solve("simplex")
        self.proven = found.status == "infeasible"
        if found.status != "optimal":
            return None
        return np.where(free, 0.0, found.x[self.first :])

    def total(self) -> float:
        """By how much the limits must give together, each for its size."""
        none = np.zeros(self.n, dtype=bool)
        give = self._solve(none, none)
        return float("inf") if give is None else float(give.sum())

    def filter(self) -> IntArray | None:
        """Elastic filter: limits that must give, made hard one round after the other."""
        hard = np.zeros(self.n, dtype=bool)
        free = np.zeros(self.n, dtype=bool)
        for _ in range(self.n + 1):
            give = self._solve(hard, free)
            if give is None:
                return np.flatnonzero(hard) if hard.any() else None
            must = (give > SMALL) & ~hard
            if not must.any():
                return np.flatnonzero(hard) if hard.any() else None
            hard |= must
        return np.flatnonzero(hard)

    def irreducible(self, collected: IntArray) -> list[int]:
        """Deletion filter: drop every member without which the rest still conflicts."""
        core = list(collected)
        for member in list(core):
            rest = [i for i in core if i != member]
            if rest and self._conflict(rest):
                core = rest
        return [int(i) for i in core]

    def _conflict(self, members: list[int]) -> bool:
        hard = np.zeros(self.n, dtype=bool)
        hard[members] = True
        return self._solve(hard, ~hard) is None and self.proven

    def relaxation(self, member: int) -> float | None:
        """Give of one limit of the study that alone makes everything fit, in its own unit."""
        hard = np.ones(self.n, dtype=bool)
        same = self._same(member)
        hard[same] = False
        give = self._solve(hard, np.zeros(self.n, dtype=bool))
        return None if give is None else float((give[same] * self.size[same]).max())

    def _same(self, member: int) -> IntArray:
        """The rows that one statement of the study made: a least level holds in every node."""
        m = self.model.matrix
        if member < len(self.rows):
            block, at = m.row_at(int(self.rows[member]))
            if block.name == "least":
                return np.flatnonzero(np.isin(self.rows, block.index[at[0]]))
        return np.array([member])

    def problem(self, member: int) -> Problem:
        m, tree = self.model.matrix, self.model.problem.tree
        least = self.relaxation(member)
        if member < len(self.rows):
            row = int(self.rows[member])
            block, at = m.row_at(row)
            what, unit = LIMITS[block.name], block.unit
            upper = bool(np.isfinite(m.row_upper[row]))
            value = float(m.row_upper[row] if upper else m.row_lower[row])
            words = "at most" if upper else "at least"
        else:
            block, at = m.column_at(int(self.cols[member - len(self.rows)]))
            what, unit, words = "orders already committed", "chips", "at least"
            value = float(self.size[member])
        where = f"{label(self.model, block, at)} in {tree.name(at[-1])}"
        mend = "raise" if words == "at most" else "lower"
        hint = (
            f"alone it would have to {'rise' if mend == 'raise' else 'fall'} by {least:,.6g} {unit}"
            if least is not None
            else "changing it alone is not enough: another limit conflicts too"
        )
        return Problem(what, where, f"{words} {value:,.6g} {unit}", hint=hint)
