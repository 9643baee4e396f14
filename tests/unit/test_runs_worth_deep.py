"""Where `--deep` has nothing to ask: chances that are already settled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.planning.result import Plan
from outlay.runs.answers.worth_deep import chances
from support.small import planned, small_run


def _settled(plan: Plan, chance: float) -> Plan:
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
    found = planned(*changes, worlds=0, deep=True).result
    assert found is not None
    assert found.verdict == "valid"
    assert found.deep.break_even_chance == ()
    assert found.deep.regret
