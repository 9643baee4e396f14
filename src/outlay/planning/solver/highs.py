"""The solver at arm's length: open, pass, solve, fall back, edit, read back in original units.

HiGHS prints a banner on construction, so file descriptor 1 is redirected while it is made. A
build that returned wrong integer optima (1.14.0) is refused. The status is never trusted alone:
interior point that ends without a clean optimum is solved again by simplex; where that gives up
with an error, as on some small programmes, interior point has the last word.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import CancelledError, SolverError
from outlay.planning.programme.blocks import Matrix
from outlay.planning.programme.sparse import Sparse

if TYPE_CHECKING:
    from highspy import Highs, HighsCallbackEvent, HighsStatus

__all__ = [
    "REFUSED_VERSIONS",
    "SIMPLEX_BELOW",
    "Session",
    "Solution",
    "Stop",
    "cost_unit",
    "open_highs",
    "refuse_version",
]


REFUSED_VERSIONS = ("1.14.0",)
# Columns below which simplex from scratch beats interior point (benchmarks/planning_tree.py).
SIMPLEX_BELOW = 20_000
_DUAL, _PRIMAL = 1, 4  # the solver's numbers of its simplex strategies
_ENDLESS = 2**31 - 1  # its default limit of iterations
# From a basis near the optimum: most steps of each way, in rows of the programme, and what is next.
_STEPS = {"primal": 1.0, "dual": 0.75, "dual-perturbed": 2.0}
_NEAR = {"primal": ["ipm"], "dual": ["dual-perturbed", "ipm"]}
_LOCK = threading.Lock()


Stop = Callable[[], bool]
"""Whether what is asked is still wanted: True to give up."""


@dataclass(frozen=True)
class Solution:
    """In original units. status: optimal, infeasible, unbounded, limit, or unknown.

    row_dual: cost per unit of the row's bound; col_dual: reduced cost. bound: best bound of an
    integer solve, else the objective. method: what found it.
    """

    status: str
    x: Array
    row_dual: Array
    col_dual: Array
    objective: float
    bound: float
    method: str
    seconds: float
    iterations: int


def refuse_version(version: str) -> None:
    """Raise SolverError for a build of the solver that is known to return wrong optima."""
    if version.strip() in REFUSED_VERSIONS:
        raise SolverError(
            f"HiGHS {version} returns wrong integer optima and is refused; install 1.16"
        )


def open_highs() -> Highs:
    """A silent Highs instance. Raises SolverError for a refused build."""
    import highspy

    with _LOCK:
        sys.stdout.flush()
        kept = os.dup(1)
        sink = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(sink, 1)
            h = highspy.Highs()  # type: ignore[no-untyped-call]
            h.setOptionValue("output_flag", False)
            version = h.version()
        finally:
            os.dup2(kept, 1)
            os.close(sink)
            os.close(kept)
    refuse_version(version)
    return h


class _Rays(Protocol):
    """What the solver's own types leave out."""

    def getDualRay(self) -> tuple[HighsStatus, bool, Array]: ...  # noqa: N802 - its name


class Session:
    """One matrix in the solver, solved and edited in place (warm).

    stop: asked at every step of the simplex whether to give up, which raises CancelledError.
    """

    def __init__(
        self, matrix: Matrix, *, time_limit_s: float = 600.0, stop: Stop | None = None
    ) -> None:
        self.matrix = matrix
        self.h = open_highs()
        self._stop = stop
        if stop is not None:
            self.h.cbSimplexInterrupt += self._ask
        self.h.setOptionValue("threads", 1)
        self.time_limit_s = time_limit_s
        self.cost_unit = cost_unit(matrix)
        self._pass()
        self._warm = False
        self._moved = False  # bounds or rows edited since the last solve

    # building -----------------------------------------------------------------------------

    def _pass(self) -> None:
        m = self.matrix
        import highspy

        a = m.a.copy()
        rows = np.repeat(np.arange(a.shape[0]), np.diff(a.indptr))
        a.data = a.data * m.col_unit[a.indices] / m.row_unit[rows]
        inf = highspy.kHighsInf
        lo, up = _clip(m.lower / m.col_unit, inf), _clip(m.upper / m.col_unit, inf)
        rlo, rup = _clip(m.row_lower / m.row_unit, inf), _clip(m.row_upper / m.row_unit, inf)
        cost = m.cost * m.col_unit / self.cost_unit
        kind = m.integer.astype(np.int32)
        status = self.h.passModel(
            a.shape[1], a.shape[0], a.nnz, int(highspy.MatrixFormat.kRowwise), 1, 0.0,
            cost, lo, up, rlo, rup,
            a.indptr.astype(np.int32), a.indices.astype(np.int32), a.data, kind,
        )  # fmt: skip
        if status == highspy.HighsStatus.kError:
            raise SolverError("the solver refused the model")

    # warm edits ---------------------------------------------------------------------------

    def set_costs(self, cols: IntArray, cost: Array) -> None:
        self.matrix.cost[cols] = cost
        scaled = cost * self.matrix.col_unit[cols] / self.cost_unit
        self.h.changeColsCost(len(cols), cols.astype(np.int32), scaled)

    def set_bounds(self, cols: IntArray, lower: Array, upper: Array) -> None:
        m = self.matrix
        self._moved = True
        m.lower[cols], m.upper[cols] = lower, upper
        unit = m.col_unit[cols]
        self.h.changeColsBounds(
            len(cols), cols.astype(np.int32), _clip(lower / unit), _clip(upper / unit)
        )

    def set_rows(self, rows: IntArray, lower: Array, upper: Array) -> None:
        m = self.matrix
        self._moved = True
        m.row_lower[rows], m.row_upper[rows] = lower, upper
        unit = m.row_unit[rows]
        for r, lo, up in zip(rows, _clip(lower / unit), _clip(upper / unit), strict=True):
            self.h.changeRowBounds(int(r), float(lo), float(up))

    def set_entries(self, a: Sparse) -> None:
        """Entries of the matrix that differ from those of `a`, of the same shape."""
        m = self.matrix
        change = (a - m.a).tocoo()
        there = np.abs(change.data) > 0
        rows, cols = change.row[there], change.col[there]
        self._moved = self._moved or bool(len(rows))
        scaled = np.asarray(a[rows, cols]).ravel() * m.col_unit[cols] / m.row_unit[rows]
        for r, c, v in zip(rows.tolist(), cols.tolist(), scaled.tolist(), strict=True):
            self.h.changeCoeff(r, c, v)

    # solving ------------------------------------------------------------------------------

    def solve(self, method: str = "auto", mip_gap: float = 1e-3) -> Solution:
        """Solve; interior point first on large models, simplex when warm or when it fails.

        method: auto, ipm, simplex (dual), or one from a basis near the optimum: primal, where it is
        feasible; dual, where it is not, with costs as they are. After as many steps as there are
        rows, dual goes on with costs perturbed, then both give way to interior point. auto takes
        primal where nothing but costs has been edited since an optimum, which leaves that optimum
        feasible.
        """
        h = self.h
        whole = bool(self.matrix.integer.any())
        # The solver's clock runs on over all solves of one object; the limit is of each.
        h.setOptionValue("time_limit", float(h.getRunTime() + self.time_limit_s))
        h.setOptionValue("mip_rel_gap", float(mip_gap))
        if method == "auto":
            small = self.matrix.shape[1] < SIMPLEX_BELOW
            still = "simplex" if self._moved else "primal"
            method = still if self._warm else "simplex" if small else "ipm"
        tries = [method, "simplex", "simplex-plain", "ipm"] if not whole else ["mip", "mip-plain"]
        if method in _NEAR:
            tries[1:1] = _NEAR[method]
        began = time.perf_counter()
        for i, name in enumerate(tries):
            if i and name == tries[i - 1]:
                continue
            self._configure(name)
            h.run()
            self._go_on()
            status = _status(h)
            if status not in ("unknown", "unbounded"):  # every cost is bounded: a slip of one way
                break
            if i + 1 < len(tries) and tries[i + 1] not in _STEPS:
                h.clearSolver()
        self._warm, self._moved = status == "optimal", False
        return self._read(status, name, time.perf_counter() - began)

    def lowest(self) -> tuple[Array, float] | None:
        """(values of all columns, what they cost) in the solver's units, from where it stands:
        those that were added after the matrix too. None where it ends otherwise."""
        self._configure("dual")
        self.h.setOptionValue("simplex_iteration_limit", _ENDLESS)
        self.h.setOptionValue("time_limit", float(self.h.getRunTime() + self.time_limit_s))
        self.h.run()
        self._go_on()
        if _status(self.h) != "optimal":
            return None
        return np.array(self.h.getSolution().col_value), self.h.getInfo().objective_function_value

    def ray(self) -> Array | None:
        """Prices [row] in original units, at which the limits contradict each other, where it was
        found infeasible; their sign is the solver's."""
        asked: _Rays = cast("_Rays", self.h)
        _, there, found = asked.getDualRay()
        return np.asarray(found, np.float64) / self.matrix.row_unit if there else None

    def _go_on(self) -> None:
        if self._stop is not None and self._stop():
            raise CancelledError("a newer question took the place of this one")

    def _ask(self, event: HighsCallbackEvent) -> None:
        if self._stop is not None and self._stop():
            event.interrupt()

    def _configure(self, name: str) -> None:
        h = self.h
        most = int(_STEPS[name] * self.matrix.shape[0]) if name in _STEPS else _ENDLESS
        h.setOptionValue("simplex_strategy", _PRIMAL if name == "primal" else _DUAL)
        h.setOptionValue("simplex_iteration_limit", most)
        # Near the optimum, perturbed costs lead away from it first.
        h.setOptionValue("dual_simplex_cost_perturbation_multiplier", float(name != "dual"))
        # The matrix is scaled already; the last resort lets the solver scale it once more.
        h.setOptionValue("simplex_scale_strategy", 4 if name.endswith("plain") else 0)
        if name == "ipm":
            h.setOptionValue("solver", "ipx")
            h.setOptionValue("run_crossover", "on")
        elif name.startswith("simplex") or name in _STEPS:
            h.setOptionValue("solver", "simplex")
        else:
            h.setOptionValue("solver", "choose")  # integers: the solver's own choice
        h.setOptionValue("presolve", "off" if name.endswith("plain") else "choose")

    def _read(self, status: str, method: str, seconds: float) -> Solution:
        h, m = self.h, self.matrix
        info = h.getInfo()
        sol = h.getSolution()
        rows, cols, _ = m.shape
        x = np.array(sol.col_value) * m.col_unit if len(sol.col_value) == cols else np.zeros(cols)
        whole = bool(m.integer.any())
        k = self.cost_unit
        if not whole and len(sol.row_dual) == rows:
            row_dual = np.array(sol.row_dual) * k / m.row_unit
            col_dual = np.array(sol.col_dual) * k / m.col_unit
        else:
            row_dual, col_dual = np.zeros(rows), np.zeros(cols)
        objective = float(m.cost @ x) + m.offset
        bound = float(info.mip_dual_bound) * k + m.offset if whole else objective
        iterations = int(info.simplex_iteration_count) + int(info.ipm_iteration_count)
        return Solution(
            status, x, row_dual, col_dual, objective, bound, method, seconds, iterations
        )


def cost_unit(matrix: Matrix) -> float:
    """Power of two that brings the median scaled cost near 1."""
    c = np.abs(matrix.cost * matrix.col_unit)
    c = c[c > 0]
    return float(2.0 ** np.round(np.log2(np.median(c)))) if len(c) else 1.0


def _clip(values: Array, inf: float = float("inf")) -> Array:
    return np.clip(values, -inf, inf)


def _status(h: Highs) -> str:
    import highspy

    s = highspy.HighsModelStatus
    names = {
        s.kOptimal: "optimal",
        s.kModelEmpty: "optimal",
        s.kInfeasible: "infeasible",
        s.kUnbounded: "unbounded",
        s.kUnboundedOrInfeasible: "unknown",
        s.kTimeLimit: "limit",
        s.kInterrupt: "limit",
    }
    return names.get(h.getModelStatus(), "unknown")
