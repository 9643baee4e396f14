"""A what-if starts from the basis of its plan's branches only where that is of its own shape."""

from __future__ import annotations

import pytest

from outlay.planning.answers.what_if import WhatIf
from outlay.planning.programme.draft import WHOLE, Options
from outlay.planning.solver.basis import read
from outlay.planning.solver.solve import solve
from outlay.planning.solver.tree.branches import Branches
from support.golden_lp import tiny


def test_a_basis_of_a_programme_of_another_shape_is_not_handed_over() -> None:
    """Whole lots have columns of their own: the plan's programme is larger than the what-if's."""
    problem = tiny()
    whole = WhatIf(problem, WHOLE)
    branches = Branches(problem, Options())
    branches.basis = read(whole.session)
    other = WhatIf(problem, Options(), branches)
    assert whole.model.matrix.shape[1] > other.model.matrix.shape[1]
    assert other.solution.objective == pytest.approx(solve(problem).objective)
    same = WhatIf(problem, WHOLE, branches)
    assert same.solution.objective == pytest.approx(whole.solution.objective)
