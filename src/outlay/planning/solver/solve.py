"""From a problem to a certified plan: check, estimate, build, solve, certify, read back."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import NoReturn

import numpy as np

from outlay.core.errors import InfeasibleError, SolverError
from outlay.planning.problem.check import check
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.draft import Options
from outlay.planning.programme.model import Model, build
from outlay.planning.programme.size import refuse_too_large
from outlay.planning.result import Certificates, Plan
from outlay.planning.solver.certify import certify, require
from outlay.planning.solver.extract import extract
from outlay.planning.solver.highs import SIMPLEX_BELOW, Session, Solution, Stop
from outlay.planning.solver.tree.branches import Branches, worth_it
from outlay.planning.solver.whole import Whole, search

__all__ = ["Options", "solve", "solve_linear", "solve_model"]


def solve(
    problem: PlanProblem, options: Options | None = None, branches: Branches | None = None
) -> Plan:
    """The best plan of `problem`. branches: where its branches are kept for later questions.

    Raises InputError where the problem is wrong (all problems at once), TooLargeError before
    building what would not fit, InfeasibleError with the limits in conflict, SolverError where
    the certificate fails or a limit of time is reached.
    """
    options = options or Options()
    check(problem)
    refuse_too_large(problem, options)
    model = build(problem, options)
    return solve_model(model, branches)


def solve_model(model: Model, branches: Branches | None = None, *, edited: bool = False) -> Plan:
    """Solve what was built; the certificate is required, with a second try by plain simplex.

    edited: bounds of the programme were moved by hand, so that its branches say nothing of it.
    """
    if model.matrix.integer.any():
        return _solve_whole(model, branches, edited=edited)
    _, solution, certificate = _certified(model, branches, edited)
    return extract(model, solution, certificate)


def _certified(
    model: Model, branches: Branches | None, edited: bool
) -> tuple[Session, Solution, Certificates]:
    options = model.draft.options
    session, solution = solve_linear(model, branches, edited=edited)
    if solution.status != "optimal":
        _refuse(model, solution, None if branches is None else branches.stop)
    certificate = certify(model.matrix, solution)
    if not certificate.ok(options.tolerance):
        session.h.clearSolver()
        again = session.solve("simplex", options.mip_gap)
        if again.status == "optimal":
            solution, certificate = again, certify(model.matrix, again)
    require(certificate, options.tolerance)
    return session, solution, certificate


def solve_linear(
    model: Model, branches: Branches | None = None, *, edited: bool = False
) -> tuple[Session, Solution]:
    """Over branches where that is worth it and comes to an end, else the programme as it stands."""
    options = model.draft.options
    if options.method == "auto" and worth_it(model) and not edited:
        began = time.perf_counter()
        try:
            session, found = (branches or Branches(model.frame.original, options)).solve(model)
        except SolverError:  # a branch without a plan of its own, or out of time: the plain way
            pass
        else:
            return session, replace(found, seconds=time.perf_counter() - began)
    stop = None if branches is None else branches.stop
    session = Session(model.matrix, time_limit_s=options.time_limit_s, stop=stop)
    return session, session.solve(options.method, options.mip_gap)


def _solve_whole(model: Model, branches: Branches | None, *, edited: bool) -> Plan:
    """Whole numbers near the root, then prices from the programme with those held.

    The linear programme comes first: its optimum is what the whole numbers are set against, and
    from its basis they are searched. A small one is left to the solver's own integer method.
    """
    options, m = model.draft.options, model.matrix
    relaxed = model.any_share
    session, least, _ = _certified(relaxed, branches, edited)
    columns = np.flatnonzero(m.integer)
    small = m.shape[1] < SIMPLEX_BELOW
    found = _exact(model, least) if small else search(session, least, columns, options.mip_gap)
    if found is None:
        raise InfeasibleError("no plan in whole lots, steps and blocks meets every limit", [])
    lower, upper = m.lower.copy(), m.upper.copy()
    lower[columns] = upper[columns] = found.values
    held = replace(relaxed.matrix, lower=lower, upper=upper)
    final = found.solution
    if small:
        final = Session(held, time_limit_s=options.time_limit_s).solve("simplex")
    if final.status != "optimal":
        raise SolverError("the plan with its whole numbers held did not solve")
    gap = max(0.0, (final.objective - found.bound) / max(1.0, abs(final.objective)))
    away = float(np.abs(final.x[columns] - found.values).max(initial=0.0))
    done = replace(
        certify(held, final), integrality=away, bound_gap=gap, method="mip",
        seconds=least.seconds + found.solution.seconds + final.seconds,
    )  # fmt: skip
    require(done, options.tolerance)
    plan = extract(replace(model, matrix=held), final, done)
    return replace(plan, rounding=max(0.0, plan.objective - least.objective))


def _exact(model: Model, least: Solution) -> Whole | None:
    """By the solver's integer method, repeated without presolve where its answer cannot be.

    The bound must be at least the relaxation's (I7) and the answer as certified as any other.
    """
    options, m = model.draft.options, model.matrix
    for method in ("mip", "mip-plain"):
        session = Session(m, time_limit_s=options.time_limit_s)
        found = session.solve(method, options.mip_gap)
        if found.status == "infeasible":
            return None
        if found.status != "optimal":
            _refuse(model, found)
        certificate = certify(m, found)
        slack = options.tolerance * max(1.0, abs(least.objective))
        sound = min(found.bound, found.objective) >= least.objective - slack
        if sound and certificate.ok(options.tolerance):
            break
    require(certificate, options.tolerance)
    return Whole(found, np.round(found.x[m.integer]), found.bound, 1)


def _refuse(model: Model, solution: Solution, stop: Stop | None = None) -> NoReturn:
    if solution.status == "infeasible":
        from outlay.planning.solver.infeasible import conflicts

        found = conflicts(model, stop)
        raise InfeasibleError("no plan meets every limit", found)
    if solution.status == "limit":
        raise SolverError(f"not solved within {model.draft.options.time_limit_s:g} s")
    raise SolverError(f"the solver ended without an answer ({solution.status})")
