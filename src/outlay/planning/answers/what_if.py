"""A solved programme kept warm: the same problem with other numbers, from where the last ended.

Where only numbers differ (prices, caps, chances, not what may exist), the new programme has the
old one's rows and columns, so costs, entries and bounds are edited in the solver and a few steps
of simplex do the rest.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.draft import Options
from outlay.planning.programme.model import Model, build
from outlay.planning.solver.certify import certify, require
from outlay.planning.solver.highs import Solution
from outlay.planning.solver.solve import solve_linear

__all__ = ["WhatIf"]


class WhatIf:
    """Solves a problem, then variants of it. Raises SolverError where one has no optimum."""

    def __init__(self, problem: PlanProblem, options: Options | None = None) -> None:
        self.options = options or Options()
        self.model = build(problem, self.options)
        self.session, self.solution = solve_linear(self.model)
        self._checked(self.solution)

    def solve(self, problem: PlanProblem) -> tuple[Model, Solution]:
        """The variant's programme and its certified optimum."""
        model = build(problem, self.options)
        if not self._alike(model):
            self.model = model
            self.session, self.solution = solve_linear(model)
        else:
            self._edit(model)
            self.solution = self.session.solve()
            if self.solution.status != "optimal":
                self.session, self.solution = solve_linear(model)
        self._checked(self.solution)
        return self.model, self.solution

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

    def _checked(self, solution: Solution) -> None:
        require(certify(self.model.matrix, solution), self.options.tolerance)
