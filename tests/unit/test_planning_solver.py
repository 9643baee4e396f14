"""Blocks, solver, certificates, limits: the machinery under the row families."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from highspy import Highs

from outlay.core.errors import CancelledError, InputError, SolverError, TooLargeError
from outlay.planning.answers.value import values
from outlay.planning.programme.blocks import Blocks
from outlay.planning.programme.draft import Options
from outlay.planning.programme.model import build
from outlay.planning.programme.size import size_estimate
from outlay.planning.solver import highs
from outlay.planning.solver.certify import certify
from outlay.planning.solver.highs import Session, open_highs, refuse_version
from outlay.planning.solver.isolated import call_isolated, solve_isolated
from outlay.planning.solver.solve import solve
from support.studies import random_problem


def tiny() -> Blocks:
    """min x0 + 2 x1, x0 + x1 >= 3, x0 <= 2: x = (2, 1), cost 4, price 2."""
    b = Blocks()
    x = b.column(
        "x", ("i",), np.ones(2, dtype=bool), upper=np.array([2.0, np.inf]), cost=[1.0, 2.0]
    )
    row = b.row("need", ("i",), np.ones(1, dtype=bool), lower=3.0)
    b.put(row, x, 1.0)
    return b


def test_blocks_build_what_was_put() -> None:
    m = tiny().build()
    assert m.shape == (1, 2, 2)
    found = Session(m).solve("simplex")
    assert found.x == pytest.approx([2.0, 1.0])
    assert found.objective == pytest.approx(4.0)
    assert found.row_dual == pytest.approx([2.0])
    assert certify(m, found).ok(1e-9)


def test_absent_entries_are_skipped_and_doubles_add_up() -> None:
    b = Blocks()
    x = b.column("x", ("i",), np.array([True, False, True]), cost=1.0)
    assert x.tolist() == [0, -1, 1]
    row = b.row("r", ("i",), np.array([True, True, False]), lower=6.0)
    assert row.tolist() == [0, 1, -1]
    b.put(row, x, np.array([1.0, 5.0, 7.0]))
    b.put(row[:1], x[:1], 2.0)
    m = b.build()
    assert m.a.toarray().tolist() == [[3.0, 0.0], [0.0, 0.0]]


def test_units_change_the_numbers_seen_by_the_solver_only() -> None:
    b = tiny()
    b._col["unit"] = [np.array([1e6, 1e-6])]
    found = Session(b.build()).solve("simplex")
    assert found.x == pytest.approx([2.0, 1.0])
    assert found.row_dual == pytest.approx([2.0])


@pytest.mark.parametrize("what", ["x", "row_dual"])
def test_certificate_sees_a_wrong_answer(what: str) -> None:
    m = tiny().build()
    found = Session(m).solve("simplex")
    spoiled = replace(found, **{what: getattr(found, what) * 1.01})
    assert certify(m, found).ok(1e-6)
    assert not certify(m, spoiled).ok(1e-6)


def test_interior_point_has_the_last_word_where_simplex_gives_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ways, status = [], highs._status

    def gives_up(h: Highs) -> str:
        ways.append(h.getOptionValue("solver")[1])
        return status(h) if ways[-1] == "ipx" else "unknown"

    monkeypatch.setattr(highs, "_status", gives_up)
    m = tiny().build()
    found = Session(m).solve()
    assert ways == ["simplex", "simplex", "ipx"]
    assert (found.status, found.method) == ("optimal", "ipm")
    assert found.objective == pytest.approx(4.0)
    assert certify(m, found).ok(1e-9)


def test_a_build_with_wrong_integer_optima_is_refused() -> None:
    with pytest.raises(SolverError, match=r"1\.14\.0"):
        refuse_version("1.14.0")
    refuse_version("1.16.0")


def test_the_solver_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    open_highs()
    solve(random_problem(1))
    assert capfd.readouterr() == ("", "")


def test_size_is_estimated_before_building() -> None:
    for seed in range(6):
        problem = random_problem(seed)
        rows, columns, entries = build(problem).matrix.shape
        size = size_estimate(problem)
        assert 0.3 < size.rows / rows < 3
        assert 0.3 < size.columns / columns < 3
        assert 0.2 < size.entries / entries < 5


def test_a_model_over_the_limit_is_refused_with_its_numbers() -> None:
    with pytest.raises(TooLargeError, match=r"rows.*columns.*MB"):
        solve(random_problem(1), Options(memory_limit_mb=1.0))


def test_a_solve_in_its_own_process_gives_the_same_plan() -> None:
    problem = random_problem(2)
    assert solve_isolated(problem).objective == pytest.approx(solve(problem).objective)
    with pytest.raises(InputError):
        solve_isolated(replace(problem, discount_rate=float("nan")))


def test_a_solve_is_cancelled_at_once_and_leaves_no_process() -> None:
    import multiprocessing

    began = time.monotonic()
    with pytest.raises(CancelledError):
        call_isolated(time.sleep, (60,), 100.0, 1000.0, lambda: time.monotonic() - began > 0.2)
    with pytest.raises(SolverError, match="not solved within"):
        call_isolated(time.sleep, (60,), 0.3, 1000.0)
    assert time.monotonic() - began < 20
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("seed", range(4))
def test_whole_lots_near_the_root(seed: int) -> None:
    problem = random_problem(seed, factors=1)
    offers = tuple(replace(o, lot=7.0 if o.kind == "purchase" else 0.0) for o in problem.offers)
    problem = replace(problem, offers=offers)
    plan = solve(problem, Options(whole_depth=1, mip_gap=1e-5))
    lots = plan.orders[[o.kind == "purchase" for o in plan.offers], 0] / 7.0
    assert np.allclose(lots, np.round(lots), atol=1e-6)
    assert plan.certificates.ok(1e-6)
    assert plan.certificates.bound_gap <= 1e-4
    assert plan.objective >= solve(problem).objective - 1e-6 * abs(plan.objective)


@pytest.mark.parametrize("seed", [3, 9, 14])
def test_a_megawatt_is_worth_what_one_more_saves(seed: int) -> None:
    """The shadow price against a finite difference."""
    problem = random_problem(seed)
    plan = solve(problem, Options(full=True))
    worth = values(problem, plan, ("megawatt",)).megawatt
    step = 1e-5
    for i, s in enumerate(problem.sites):
        if s.minimum_use or s.minimum_energy or s.exit_share is not None:
            continue  # more power costs what is owed on it
        more = replace(s, power_mw=s.power_mw + step)
        sites = (*problem.sites[:i], more, *problem.sites[i + 1 :])
        gain = plan.objective - solve(replace(problem, sites=sites), Options(full=True)).objective
        assert gain <= worth[s.id] * step + 1e-6 * abs(plan.objective)
        assert gain == pytest.approx(worth[s.id] * step, rel=0.05, abs=2e-6 * plan.objective)
