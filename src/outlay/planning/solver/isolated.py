"""A solve in a process of its own: limited in time and memory, cancelled at any moment.

The child is spawned (nothing of the parent's state is shared), sends one answer through a pipe,
and is killed when the caller cancels, when time is up, or when it outgrows its memory. Nothing is
written anywhere, so nothing is left behind.
"""

from __future__ import annotations

import multiprocessing as mp
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar, TypeVarTuple

from outlay.core.errors import CancelledError, OutlayError, SolverError
from outlay.core.spawned import end_with_parent, safe_path
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.draft import Options
from outlay.planning.result import Plan
from outlay.planning.solver.solve import solve

__all__ = ["call_isolated", "solve_isolated"]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
POLL_S = 0.05
START_S = 60.0  # to spawn, import and build, on top of the solver's own limit


def solve_isolated(
    problem: PlanProblem,
    options: Options | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Plan:
    """`solve` in a child process. Raises CancelledError, SolverError (limits), and what `solve`
    raises."""
    options = options or Options()
    limit = options.time_limit_s + START_S
    return call_isolated(solve, (problem, options), limit, options.memory_limit_mb, cancelled)


def call_isolated(
    function: Callable[[*Ts], T],
    args: tuple[*Ts],
    time_limit_s: float,
    memory_limit_mb: float,
    cancelled: Callable[[], bool] = lambda: False,
) -> T:
    """`function(*args)` in a spawned process; its exception of our own tree is raised here."""
    context = mp.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(there, function, args, memory_limit_mb), daemon=True)
    with safe_path():
        child.start()
    there.close()
    end = time.monotonic() + time_limit_s
    try:
        while not here.poll(POLL_S):
            if cancelled():
                raise CancelledError("the solve was cancelled")
            if time.monotonic() > end:
                raise SolverError(f"not solved within {time_limit_s:g} s")
            if not child.is_alive() and not here.poll(0):
                raise SolverError(f"the solver's process died (exit code {child.exitcode})")
        try:
            answer: T | OutlayError = here.recv()
        except EOFError:
            child.join(1.0)
            raise SolverError(f"the solver's process died (exit code {child.exitcode})") from None
    finally:
        here.close()
        if child.is_alive():
            child.kill()
        child.join()
        child.close()
    if isinstance(answer, OutlayError):
        raise answer
    return answer


def _run(
    pipe: Connection, function: Callable[[*Ts], T], args: tuple[*Ts], memory_mb: float
) -> None:
    end_with_parent()
    answer: T | OutlayError
    try:
        _limit_memory(memory_mb)
        answer = function(*args)
    except OutlayError as error:
        answer = error
    except MemoryError:
        answer = SolverError(f"the solve outgrew {memory_mb:,.0f} MB")
    pipe.send(answer)
    pipe.close()


def _limit_memory(memory_mb: float) -> None:
    """Address space, where the system has such a limit; code and libraries come on top."""
    try:
        import resource
    except ImportError:  # not on this system: the parent's time limit still holds
        return
    overhead_mb = 4096.0
    most = int((memory_mb + overhead_mb) * 2**20)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
