"""The exported programme, read back by the solver, is the one that was built."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csc_array

from outlay.core.errors import InputError
from outlay.planning.programme.draft import Options
from outlay.planning.programme.model import build
from outlay.planning.solver.highs import open_highs
from outlay.planning.solver.mps import write_mps
from outlay.planning.solver.solve import solve
from support.golden_lp import tiny
from support.studies import random_problem


def read_back(path: Path) -> Any:
    h = open_highs()
    h.setOptionValue("threads", 1)  # one number of threads per process, or the solver refuses
    h.setOptionValue("mip_rel_gap", 1e-9)
    h.readModel(str(path))
    return h


@pytest.mark.parametrize("seed", [1, 5, 9])
def test_read_back_its_optimum_is_the_objective_of_the_plan(tmp_path: Path, seed: int) -> None:
    problem = random_problem(seed)
    path = tmp_path / "plan.mps"
    shape = write_mps(problem, path)
    h = read_back(path)
    h.run()
    found = h.getInfo().objective_function_value
    assert found == pytest.approx(solve(problem).objective, rel=1e-7)
    lp = h.getLp()
    assert (lp.num_row_, lp.num_col_, len(lp.a_matrix_.value_)) == shape


def test_every_number_and_name_of_the_matrix_is_in_the_file(tmp_path: Path) -> None:
    """Each row family, and whole numbers near the root."""
    model = build(tiny(), Options(whole_depth=1))
    model = replace(model, matrix=replace(model.matrix, offset=7.5))
    path = tmp_path / "plan.mps"
    write_mps(model, path)
    m, lp = model.matrix, read_back(path).getLp()
    for wanted, got in (
        (m.cost, lp.col_cost_), (m.lower, lp.col_lower_), (m.upper, lp.col_upper_),
        (m.row_lower, lp.row_lower_), (m.row_upper, lp.row_upper_), (m.offset, lp.offset_),
    ):  # fmt: skip
        np.testing.assert_allclose(got, wanted, rtol=1e-12)
    theirs = csc_array((lp.a_matrix_.value_, lp.a_matrix_.index_, lp.a_matrix_.start_), m.a.shape)
    assert abs(theirs - m.a).max() <= 1e-12 * abs(m.a).max()
    assert m.integer.any()
    assert [int(k) == 1 for k in lp.integrality_] == m.integer.tolist()
    for blocks, names in ((m.columns, lp.col_names_), (m.rows, lp.row_names_)):
        assert len(set(names)) == len(names)
        for number, name in enumerate(names):
            block, _, place = name.rstrip("]").partition("[")
            assert blocks[block].index[tuple(int(i) for i in place.split(","))] == number


def test_another_ending_and_a_folder_that_is_not_there_are_refused(tmp_path: Path) -> None:
    problem = random_problem(1)
    with pytest.raises(InputError, match="ends in"):
        write_mps(problem, tmp_path / "plan.txt")
    with pytest.raises(FileNotFoundError):
        write_mps(problem, tmp_path / "nowhere" / "plan.mps")
