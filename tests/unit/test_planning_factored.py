"""A factored basis leads to its corner on other numbers, or says that it does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.planning.programme.blocks import Matrix
from outlay.planning.programme.model import build
from outlay.planning.solver.basis import BASIC, Basis, read
from outlay.planning.solver.factored import Factored
from outlay.planning.solver.highs import Session
from support.studies import random_problem


@pytest.fixture(scope="module")
def solved() -> tuple[Matrix, Basis, np.ndarray, np.ndarray]:
    matrix = build(random_problem(7, factors=2, periods=4)).matrix
    session = Session(matrix)
    found = session.solve("simplex")
    return matrix, read(session), found.x, found.row_dual


def test_on_its_own_numbers_it_is_the_optimum(
    solved: tuple[Matrix, Basis, np.ndarray, np.ndarray],
) -> None:
    matrix, basis, x, prices = solved
    factored = Factored.of(matrix, basis)
    assert factored is not None
    there = factored.corner(matrix)
    assert there is not None
    assert there.x == pytest.approx(x, rel=1e-7, abs=1e-5)
    assert there.prices == pytest.approx(prices, rel=1e-7, abs=1e-5)


@pytest.mark.parametrize("by", [0.5, 0.8, 1.3, 3.0])
def test_entries_of_basic_columns_may_move_far(
    solved: tuple[Matrix, Basis, np.ndarray, np.ndarray], by: float
) -> None:
    """Of eight columns, all entries times so much: one step of refinement is not enough, and what
    comes out solves the new equations."""
    matrix, basis, _, _ = solved
    a = matrix.a.copy()
    few = np.flatnonzero(basis.column == BASIC)[:8]
    a.data = np.where(np.isin(a.indices, few), a.data * by, a.data)
    factored = Factored.of(matrix, basis)
    assert factored is not None
    there = factored.corner(replace(matrix, a=a))
    assert there is not None
    ax = a @ there.x
    size = np.maximum(abs(a) @ np.abs(there.x), matrix.row_unit)
    stands = (basis.row != BASIC) & np.isfinite(matrix.row_lower + matrix.row_upper)
    assert np.abs(ax - matrix.row_lower)[stands] == pytest.approx(0.0, abs=1e-7 * size.max())
    reduced = matrix.cost - a.T @ there.prices
    scale = np.abs(matrix.cost) + abs(a).T @ np.abs(there.prices)
    assert np.all(np.abs(reduced[basis.column == BASIC]) <= 1e-7 * scale.max())
    assert np.all(there.prices[basis.row == BASIC] == pytest.approx(0.0, abs=1e-7 * scale.max()))


def test_what_cannot_be_factored_is_none(
    solved: tuple[Matrix, Basis, np.ndarray, np.ndarray],
) -> None:
    matrix, basis, _, _ = solved
    column = basis.column.copy()
    column[:] = BASIC
    assert Factored.of(matrix, Basis(column, basis.row)) is None  # too many are basic
    a = matrix.a.copy()
    a.data = np.zeros(len(a.data))
    assert Factored.of(replace(matrix, a=a), basis) is None  # singular


def test_a_programme_that_is_too_far_away_is_none(
    solved: tuple[Matrix, Basis, np.ndarray, np.ndarray],
) -> None:
    matrix, basis, _, _ = solved
    factored = Factored.of(matrix, basis)
    assert factored is not None
    a = matrix.a.copy()
    a.data = np.zeros(len(a.data))
    assert factored.corner(replace(matrix, a=a)) is None
