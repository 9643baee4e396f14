"""A solved programme kept warm: the same problem with other numbers, from where the last ended.

Where only numbers differ (prices, caps, chances, not what may exist), the new programme has the
old one's rows and columns, so costs, entries and bounds are edited in the solver and a few steps
of simplex do the rest. Whole lots are let go: a price or a held order asks where the plan would
go, and a warm start needs a programme without whole numbers.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import SolverError
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.draft import Options
from outlay.planning.programme.model import Model, build
from outlay.planning.solver.basis import hand_over
from outlay.planning.solver.certify import certify, require
from outlay.planning.solver.highs import Session, Solution
from outlay.planning.solver.solve import solve_linear
from outlay.planning.solver.tree.branches import Branches

__all__ = ["WhatIf", "relaxed", "warm"]


def warm(model: Model, branches: Branches | None = None) -> tuple[Session, Solution]:
    """The programme solved, in no step where its branches kept the basis that it ended with.

    A basis of a programme of another shape (with whole lots, or without) is none of its own.
    """
    options = model.draft.options
    if branches is not None and branches.basis is not None:
        size = len(branches.basis.row), len(branches.basis.column)
        if size != model.matrix.shape[:2]:
            return solve_linear(model)
        session = Session(model.matrix, time_limit_s=options.time_limit_s)
        hand_over(session, branches.basis)
        found = session.solve("simplex")
        if found.status == "optimal":
            return session, found
    return solve_linear(model, branches)


def relaxed(problem: PlanProblem, options: Options) -> Model:
    """The programme of the problem with any share of lots, steps and blocks."""
    return build(problem, options).any_share


class WhatIf:
    """Solves a problem, then variants of it. Raises SolverError where one has no optimum.

    branches: those that the plan was solved from.
    """

    def __init__(
        self,
        problem: PlanProblem,
        options: Options | None = None,
        branches: Branches | None = None,
    ) -> None:
        self.options = options or Options()
        self.model = relaxed(problem, self.options)
        self.session, self.solution = warm(self.model, branches)
        self._checked(self.solution)

    def solve(self, problem: PlanProblem) -> tuple[Model, Solution]:
        """The variant's programme and its certified optimum."""
        model = relaxed(problem, self.options)
        if not self._alike(model):
            self.model = model
            self.session, self.solution = solve_linear(model)
        else:
            self._edit(model)
            self.solution = self.session.solve()
            if not self._sound(self.solution):
                self.session, self.solution = solve_linear(model)
        self._checked(self.solution)
        return self.model, self.solution

    def held(self, cols: IntArray, values: Array) -> Solution | None:
        """The optimum of the last programme with these columns held; None where there is none.

        A hair of the solver's own slack beyond a bound is cut off. The bounds go back after.
        """
        m = self.session.matrix
        lower, upper = m.lower[cols].copy(), m.upper[cols].copy()
        at = np.clip(values, lower, upper)
        start = self.session.h.getBasis()
        self.session.set_bounds(cols, at, at)
        found = self.session.solve("dual")
        if found.status == "optimal" and not self._sound(found):
            self.session.h.clearSolver()
            found = self.session.solve("simplex-plain")
        if found.status == "optimal":
            require(certify(self.session.matrix, found), self.options.tolerance)
        self.session.set_bounds(cols, lower, upper)
        # Every question starts from the same place: no answer depends on those before it.
        self.session.h.setBasis(start)
        if found.status not in ("optimal", "infeasible"):
            raise SolverError(f"the plan with its first orders held ended as {found.status}")
        return found if found.status == "optimal" else None

    def _alike(self, other: Model) -> bool:
        a, b = self.model.matrix, other.matrix
        names = list(a.columns) == list(b.columns) and list(a.rows) == list(b.rows)
        return names and all(
            np.array_equal(x[k].index, y[k].index)
            for x, y in ((a.columns, b.columns), (a.rows, b.rows))
            for k in x
        )

    def _edit(self, model: Model) -> None:
        """Bring the session to `model`'s numbers, in the units of its first programme."""
        s, old, new = self.session, self.session.matrix, model.matrix
        cols = np.flatnonzero(new.cost != old.cost)
        s.set_costs(cols, new.cost[cols])
        cols = np.flatnonzero((new.lower != old.lower) | (new.upper != old.upper))
        if len(cols):
            s.set_bounds(cols, new.lower[cols], new.upper[cols])
        rows = np.flatnonzero((new.row_lower != old.row_lower) | (new.row_upper != old.row_upper))
        if len(rows):
            s.set_rows(rows, new.row_lower[rows], new.row_upper[rows])
        s.set_entries(new.a)
        matrix = replace(new, col_unit=old.col_unit, row_unit=old.row_unit)
        self.session.matrix = matrix
        self.model = replace(model, matrix=matrix)

    def _sound(self, solution: Solution) -> bool:
        """Whether it is an optimum that may be shown."""
        found = certify(self.session.matrix, solution)
        return solution.status == "optimal" and found.ok(self.options.tolerance)

    def _checked(self, solution: Solution) -> None:
        require(certify(self.model.matrix, solution), self.options.tolerance)
