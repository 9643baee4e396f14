"""The exported programme, read back by the solver, is the one that was built."""

from __future__ import annotations

from pathlib import Path

import pytest

from outlay.core.errors import SolverError
from outlay.planning.highs import Session, open_highs
from outlay.planning.model import build
from outlay.planning.mps import write_mps
from support.studies import random_problem


@pytest.mark.parametrize("seed", [1, 5])
@pytest.mark.parametrize("scaled", [False, True])
def test_read_back_it_has_the_same_optimum(tmp_path: Path, seed: int, scaled: bool) -> None:
    matrix = build(random_problem(seed)).matrix
    path = tmp_path / "plan.mps"
    write_mps(matrix, path, scaled=scaled)
    h = open_highs()
    h.setOptionValue("threads", 1)  # one number of threads per process, or the solver refuses
    h.readModel(str(path))
    h.run()
    session = Session(matrix)
    found = session.solve("simplex")
    assert found.status == "optimal"
    unit = session.cost_unit if scaled else 1.0
    assert h.getInfo().objective_function_value * unit == pytest.approx(found.objective, rel=1e-6)
    assert (h.getLp().num_row_, h.getLp().num_col_) == matrix.shape[:2]
    text = path.read_text()
    assert all(f"{name}[" in text for name, b in matrix.rows.items() if (b.index >= 0).any())


def test_another_ending_is_refused(tmp_path: Path) -> None:
    matrix = build(random_problem(1)).matrix
    with pytest.raises(SolverError, match="mps"):
        write_mps(matrix, tmp_path / "plan.txt")
