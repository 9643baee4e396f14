"""Certificates I6 and I7: residuals, complementary gap and objective from our own matrices.

Everything is recomputed in original units from the matrix that was built, not from what the
solver reports. A residual is relative to the size of the numbers that cancel in it:
    row: violation / (1 + max(|bound|, sum_j |a_ij x_j|))
    reduced cost: wrong-signed part / (one unit of cost + |c_j| + sum_i |a_ij y_i|)
    gap: |primal - dual objective| / (1 + |primal objective| + largest single term)
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import SolverError
from outlay.planning.programme.blocks import Matrix
from outlay.planning.result import Certificates
from outlay.planning.solver.highs import Solution, cost_unit

__all__ = ["certify", "require"]


def certify(m: Matrix, s: Solution) -> Certificates:
    """Residuals of a solution; for integer solves the dual part is the bound instead."""
    rows, cols, nnz = m.shape
    whole = bool(m.integer.any())
    primal = _primal(m, s.x)
    integrality = float(np.abs(s.x - np.round(s.x))[m.integer].max(initial=0.0)) if whole else 0.0
    dual = gap = bound_gap = 0.0
    if whole:
        bound_gap = max(0.0, (s.objective - s.bound) / max(1.0, abs(s.objective)))
    else:
        dual, gap = _dual(m, s)
    return Certificates(
        primal, dual, gap, integrality, bound_gap, s.objective, "HiGHS", s.method,
        rows, cols, nnz, s.seconds,
    )  # fmt: skip


def _primal(m: Matrix, x: Array) -> float:
    ax = m.a @ x
    size = np.asarray(abs(m.a) @ np.abs(x))
    over: Array = np.maximum(ax - m.row_upper, m.row_lower - ax)
    bound: Array = np.maximum(_finite(m.row_lower), _finite(m.row_upper))
    worst = float((over / (m.row_unit + np.maximum(bound, size))).max(initial=0.0))
    out: Array = np.maximum(x - m.upper, m.lower - x)
    near: Array = np.maximum(_finite(m.lower), _finite(m.upper))
    return max(worst, float((out / (m.col_unit + near)).max(initial=0.0)), 0.0)


def _dual(m: Matrix, s: Solution) -> tuple[float, float]:
    y, unit = s.row_dual, cost_unit(m)
    d = m.cost - m.a.T @ y
    size = np.abs(m.cost) + np.asarray(abs(m.a).T @ np.abs(y))
    # Where a bound is missing the price may not push toward it.
    wrong: Array = np.where(np.isinf(m.lower), np.maximum(d, 0), 0)
    wrong = np.maximum(wrong, np.where(np.isinf(m.upper), np.maximum(-d, 0), 0))
    worst = float((wrong / (unit / m.col_unit + size)).max(initial=0.0))
    bad: Array = np.where(np.isinf(m.row_lower), np.maximum(y, 0), 0)
    bad = np.maximum(bad, np.where(np.isinf(m.row_upper), np.maximum(-y, 0), 0))
    worst = max(worst, float((bad / (unit / m.row_unit + np.abs(y))).max(initial=0.0)))
    terms = _bound_terms(d, m.lower, m.upper), _bound_terms(y, m.row_lower, m.row_upper)
    dual = sum(float(t.sum()) for t in terms) + m.offset
    biggest = max(float(np.abs(t).max(initial=0.0)) for t in terms)
    gap = abs(s.objective - dual) / (1.0 + abs(s.objective) + biggest)
    return worst, gap


def _bound_terms(price: Array, lower: Array, upper: Array) -> Array:
    """price × the bound that it leans on; a missing bound has been counted as dual residual."""
    at = np.where(price > 0, lower, upper)
    return np.where(np.isfinite(at), price * np.where(np.isfinite(at), at, 0.0), 0.0)


def _finite(v: Array) -> Array:
    return np.where(np.isfinite(v), np.abs(v), 0.0)


def require(c: Certificates, tolerance: float) -> None:
    """Raise SolverError where a certificate is above the tolerance."""
    if not c.ok(tolerance):
        raise SolverError(
            f"the solver's answer failed its certificate: primal {c.primal:.1e}, "
            f"dual {c.dual:.1e}, gap {c.gap:.1e}, integrality {c.integrality:.1e} "
            f"(allowed {tolerance:.0e}; method {c.method})"
        )
