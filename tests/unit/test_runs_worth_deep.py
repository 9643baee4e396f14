"""What `--deep` says: sentences that fit the numbers, and chances that are already settled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from outlay.runs.execute import Options
from outlay.runs.run import run_study
from outlay.runs.worth_deep import _as_it_rises, _chances
from support.small import SMALL, small_run


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        ((0, 0, 0, 0, 0, 0), "no chip of x comes in even at today's price"),
        ((100, 100, 100, 90, 90, 80), "even at 5 times its price 80 are taken"),
        ((100, 90, 40, 40, 0, 0), "fewer than half of them from 1.5 times on; from 3 times its"),
        ((100, 90, 0, 0, 0, 0), "90 with a quarter on top; from 1.5 times its price on none is"),
    ],
)
def test_the_sentence_fits_the_chips_taken(taken: tuple[float, ...], said: str) -> None:
    assert said in _as_it_rises("x", taken)


def _settled(plan: Any, chance: float) -> Any:
    """The plan as if `granted` had this chance in the study, 0 or 1."""
    tree = plan.problem.tree
    granted = np.array([x.get("licence.h200") == "granted" for x in tree.labels])
    seen = np.array(["licence.h200" in x for x in tree.labels])
    p = np.where(seen, np.where(granted, chance, 1 - chance), 1.0)
    return replace(plan, problem=replace(plan.problem, tree=replace(tree, probability=p)))


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_a_settled_state_has_no_break_even_chance(chance: float) -> None:
    deep: dict[str, Any] = {"tables": {}, "notes": [], "rows": {}}
    _chances(_settled(small_run().plan, chance), deep)
    assert not deep["tables"]
    assert not deep["notes"]


def test_deep_runs_where_a_state_is_certain() -> None:
    sure = ("granted=100 %", "refused=0 %")
    changes = tuple(f"uncertainty.licence.h200.states.{s}" for s in sure)
    run = run_study(SMALL, Options(overrides=changes, worlds=0, deep=True))
    assert run.document["verdict"] == "valid"
    assert "break_even_chance" not in run.document["tables"]
