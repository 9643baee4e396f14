"""Solve a changed programme from the basis of another with the same rows and columns.

What moved says what the old basis is worth. Where only costs moved, its corner is a plan already,
and the primal simplex mends it; where only right sides or bounds did, its prices are a bound
already, and the dual one mends those. Either ends a few hundred to a few thousand steps away. The
dual one goes without the perturbation of costs that it begins with from nothing, which alone takes
some 2,000 steps to undo; where it does not end within a limit the perturbed one goes on from there,
and behind all stands the plan's own way. A tree whose corner breaks many limits, or which the dual
one does not mend soon, starts from the old plan's trunk instead (`solver.tree.recourse`).

Every question starts from the same basis, that of the study as it stands, so that no answer depends
on those before it: the optimum need not be a single corner, and another start may end in another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.arrays import Array
from outlay.planning.answers.estimate import Bounds, Columns, implied, least
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.blocks import Block, Matrix
from outlay.planning.programme.draft import Options
from outlay.planning.programme.model import Model
from outlay.planning.solver.basis import Basis, hand_over, read
from outlay.planning.solver.certify import certify
from outlay.planning.solver.factored import Place
from outlay.planning.solver.highs import Session, Solution, Stop
from outlay.planning.solver.tree.branches import Branches, apart
from outlay.planning.solver.tree.recall import Recall
from outlay.planning.solver.tree.recourse import Near

if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["Corner", "Moved", "Started", "Warm", "alike", "corner", "corner_of", "moved"]

Moved = str
"""What of a programme moved: structure, entries, right side, bound, cost."""

DUAL, PRIMAL = 1, 4
"""The solver's numbers of its strategies."""
ENDLESS = 2**31 - 1
FEW = 1000
PRIMAL_STEPS, DUAL_STEPS = 0.1, 0.25
"""Most steps of the primal simplex, and of the dual one without perturbation, per row: what any
change of the reference took, with room (0.05 and 0.2)."""
FAR = 0.055
"""Share of limits broken at the corner from which a tree is solved sooner by its branches."""
TAKEN = 0.04
"""The same where the trunk of the old plan is at hand, which its histories follow."""
TRIED = 0.022
"""Most steps of the dual simplex, per row, before that trunk is followed: what ends at all near
the corner has ended by then."""
NEAR = 0.005
"""Gap with which a first answer is content; beyond it the rows are asked for more bounds."""
SLIPS = 10
"""Prices that are moved before that, for the solver's slack."""
FEASIBLE = 1e-7
"""Residual up to which a corner keeps a limit, relative to the numbers that cancel in it: the
solver's own."""


def alike(a: Matrix, b: Matrix) -> bool:
    """Whether both have the same rows and columns, so that a basis of one is one of the other."""
    return (
        a.shape[:2] == b.shape[:2]
        and _same_blocks(a.columns, b.columns)
        and _same_blocks(a.rows, b.rows)
    )


def _same_blocks(a: Mapping[str, Block], b: Mapping[str, Block]) -> bool:
    return list(a) == list(b) and all(np.array_equal(a[k].index, b[k].index) for k in a)


def moved(old: Matrix, new: Matrix) -> tuple[Moved, ...]:
    """What differs, from what weighs most; nothing where the programmes are the same."""
    if not alike(old, new):
        return ("structure",)

    def differs(*names: str) -> bool:
        return any(not np.array_equal(getattr(old, n), getattr(new, n)) for n in names)

    found = {
        "entries": (old.a - new.a).nnz > 0,
        "right side": differs("row_lower", "row_upper"),
        "bound": differs("lower", "upper"),
        "cost": differs("cost") or old.offset != new.offset,
    }
    return tuple(name for name, is_so in found.items() if is_so)


class Warm(Session):
    """A programme in the solver at a basis of its own shape."""

    def __init__(
        self, matrix: Matrix, basis: Basis, *, time_limit_s: float = 600.0, stop: Stop | None = None
    ) -> None:
        super().__init__(matrix, time_limit_s=time_limit_s, stop=stop)
        # Rows and columns have their units already: scaled once more, the steps double.
        self._set(solver="simplex", simplex_scale_strategy=0)
        hand_over(self, basis)
        self._keeps: bool | None = None  # whether the corner keeps all limits
        self._broken = 0  # limits that it breaks

    def here(self) -> Solution:
        """The corner of the basis, in no step: as a rule it breaks limits, or is not the best."""
        import highspy

        self._set(simplex_strategy=DUAL, simplex_iteration_limit=0, presolve="off")
        found = self._run("corner")
        feasible = int(highspy.SolutionStatus.kSolutionStatusFeasible)
        self._keeps = int(self.h.getInfo().primal_solution_status) == feasible
        self._broken = int(self.h.getInfo().num_primal_infeasibilities)
        return found

    def far(self, share: float = FAR) -> bool:
        """Whether the corner breaks so many limits that the dual simplex has a long way to go."""
        if self._keeps is None:
            self.here()
        return self._broken > max(FEW, share * self.matrix.shape[0])

    def finish(self, *, soon: bool = False) -> Solution:
        """The optimum from here; `unknown` where no way ends, or with `soon` none in few steps.

        Primal from a corner that keeps all limits, dual from one that does not.
        """
        if self._keeps is None:
            self.here()
        rows = self.matrix.shape[0]
        primal, dual = (max(FEW, int(share * rows)) for share in (PRIMAL_STEPS, DUAL_STEPS))
        ways = [(DUAL, 0.0, dual), (DUAL, 1.0, ENDLESS)]
        if self._keeps:
            ways.insert(0, (PRIMAL, 1.0, primal))
        elif soon:
            ways = [(DUAL, 0.0, max(FEW, int(TRIED * rows)))]
        for strategy, perturbed, most in ways:
            self._set(
                simplex_strategy=strategy,
                dual_simplex_cost_perturbation_multiplier=perturbed,
                simplex_iteration_limit=most,
            )
            found = self._run("primal" if strategy == PRIMAL else "dual")
            if found.status != "unknown":
                break
        # As a session is opened: what is solved here later has its own settings.
        self._set(dual_simplex_cost_perturbation_multiplier=1.0, simplex_strategy=DUAL)
        self._set(simplex_iteration_limit=ENDLESS, presolve="choose")
        self._warm, self._moved = found.status == "optimal", False
        return found

    def _run(self, method: str) -> Solution:
        import highspy

        before = self.h.getRunTime()
        # The limit counts all that one object has solved.
        self.h.setOptionValue("time_limit", before + self.time_limit_s)
        self.h.run()
        self._go_on()
        s = highspy.HighsModelStatus
        names = {
            s.kOptimal: "optimal", s.kModelEmpty: "optimal", s.kInfeasible: "infeasible",
            s.kTimeLimit: "limit",
        }  # fmt: skip
        status = names.get(self.h.getModelStatus(), "unknown")
        return self._read(status, method, self.h.getRunTime() - before)

    def _set(self, **options: float | str) -> None:
        for name, value in options.items():
            self.h.setOptionValue(name, value)


@dataclass(frozen=True)
class Corner:
    """The old basis on the new numbers.

    objective: what its corner costs. broken: limits that the corner does not keep; where it keeps
    all, a plan costs that much. least: no plan costs less; minus infinity where nothing is known.
    x: [column].
    """

    objective: float
    least: float
    broken: int
    x: Array

    @property
    def gap(self) -> float:
        """By how much the corner is above the bound, as a share of what it costs."""
        return max(0.0, self.objective - self.least) / max(1.0, abs(self.objective))


def corner(session: Warm, old_prices: Array | None = None) -> Corner:
    """Where the session stands. old_prices: [row] of the programme whose best the basis is."""
    found = session.here()
    return corner_of(session.matrix, Place(found.x, found.row_dual), old_prices)


def corner_of(m: Matrix, at: Place, old_prices: Array | None = None) -> Corner:
    """What a corner is worth. old_prices: [row] of the programme whose best its basis is."""
    objective = float(m.cost @ at.x) + m.offset
    by = Columns.of(m)
    # Without missing bounds to fill, which takes longer than all the rest, the corner's own
    # prices are a bound, but for the solver's slack: so it is where right sides and bounds moved.
    plain = least(m, at.prices, Bounds(m.lower, m.upper), mend=SLIPS, by=by)
    if np.isinf(plain) or plain < objective - 1e-9 * abs(objective):
        asked = [at.prices, *([] if old_prices is None else [old_prices])]
        bounds = None
        for more in (1, 2):
            bounds = implied(m, more, bounds)
            plain = max([plain, *(least(m, y, bounds, by=by) for y in asked)])
            if plain >= objective - NEAR * abs(objective):
                break
    x = np.clip(at.x, m.lower, m.upper)
    return Corner(objective, min(plain, objective), _broken(m, at.x), x)


def _broken(m: Matrix, x: Array) -> int:
    """Rows and bounds that x breaks."""
    ax, size = m.a @ x, np.asarray(abs(m.a) @ np.abs(x))
    over = np.maximum(ax - m.row_upper, m.row_lower - ax)
    out = np.maximum(x - m.upper, m.lower - x)
    rows = over > FEASIBLE * (m.row_unit + size)
    return int(rows.sum() + (out > FEASIBLE * (m.col_unit + np.abs(x))).sum())


class Started(Branches):
    """Branches whose tree starts from a basis at hand, where there is one for its programme.

    start: of a programme → the basis, or a session that stands there already, or None.
    """

    def __init__(
        self,
        problem: PlanProblem,
        start: Callable[[Matrix], Basis | Warm | None],
        options: Options | None = None,
        stop: Stop | None = None,
        recall: Recall | None = None,
        near: Near | None = None,
    ) -> None:
        super().__init__(problem, options, stop, recall, near)
        self._start = start
        self.started = False
        """Whether the start led to the answer."""

    def solve(self, model: Model) -> tuple[Session, Solution]:
        """As of `Branches`; from the start where it comes to an end that is certified."""
        self._model = model
        at = self._start(model.matrix)
        if isinstance(at, Basis):
            at = Warm(model.matrix, at, time_limit_s=self.options.time_limit_s)
        if at is None or not alike(at.matrix, model.matrix):
            return super().solve(model)
        way = self._way(at)
        if way is None:
            return super().solve(model)
        session, found = way
        ended = found.status == "infeasible" or (
            found.status == "optimal" and certify(model.matrix, found).ok(self.options.tolerance)
        )
        if not ended:
            return super().solve(model)
        if found.status == "optimal":
            self.basis, self._whole = read(session), found.x
        self.started = True
        return session, found

    def _way(self, at: Warm) -> tuple[Session, Solution] | None:
        """Where it ends from that corner; None where the branches are the shorter way."""
        tree = apart(self.problem, self.options)
        near = tree and self._near is not None
        if not near:
            return None if tree and at.far() else (at, at.finish())
        if not at.far(TAKEN):
            found = at.finish(soon=True)
            if found.status != "unknown":
                return at, found
        start = self._from_near()
        if start is not None:
            return self._from(self._cut_by().whole(), start)
        return None if at.far() else (at, at.finish())
