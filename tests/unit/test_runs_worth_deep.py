"""What `--deep` works out: chances that are already settled are asked no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from outlay.runs.execute import Options
from outlay.runs.run import run_study
from outlay.runs.worth_deep import chances
from outlay.study.load import load
from support.small import SMALL, small_run


def _settled(plan: Any, chance: float) -> Any:
    """The plan as if `granted` had this chance in the study, 0 or 1."""
    tree = plan.problem.tree
    granted = np.array([x.get("licence.h200") == "granted" for x in tree.labels])
    seen = np.array(["licence.h200" in x for x in tree.labels])
    p = np.where(seen, np.where(granted, chance, 1 - chance), 1.0)
    return replace(plan, problem=replace(plan.problem, tree=replace(tree, probability=p)))


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_a_settled_state_has_no_break_even_chance(chance: float) -> None:
    assert chances(_settled(small_run().plan, chance)) == ()


def test_deep_runs_where_a_state_is_certain() -> None:
    sure = ("granted=100 %", "refused=0 %")
    changes = tuple(f"uncertainty.licence.h200.states.{s}" for s in sure)
    result = run_study(load(SMALL, changes), Options(worlds=0, deep=True)).result
    assert result is not None
    assert result.verdict == "valid"
    assert result.deep.break_even_chance == ()
    assert result.deep.near_optimal
