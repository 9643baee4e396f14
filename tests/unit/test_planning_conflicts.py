"""A conflict in a large tree is searched in the history that lacks most."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.core.errors import InfeasibleError
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.model import build
from outlay.planning.solver import infeasible
from outlay.planning.solver.solve import solve
from support.by_hand import two_by_two


def short(import_cap: float, home_cap: float) -> PlanProblem:
    """All of the work of ten chips must be served in 2027; no import where it is refused."""
    p = two_by_two()
    cap = np.where([x.get("licence") == "refused" for x in p.tree.labels], 0.0, import_cap)
    bought = replace(p.offers[0], delivery_cap=cap)
    home = replace(p.offers[1], delivery_cap=np.full(len(p.tree), home_cap))
    return replace(p, offers=(bought, home), loads=(replace(p.loads[0], least=1.0),))


def conflicts(problem: PlanProblem) -> dict[str, tuple[str, str]]:
    with pytest.raises(InfeasibleError) as caught:
        solve(problem)
    return {x.what: (x.where, x.hint) for x in caught.value.conflicts}


@pytest.mark.parametrize("large", [False, True])
def test_the_history_that_lacks_most_is_named(monkeypatch: pytest.MonkeyPatch, large: bool) -> None:
    """Granted, 5 + 3 of ten chips come: two lack; refused, 3: seven lack."""
    if large:
        monkeypatch.setattr(infeasible, "SIMPLEX_BELOW", 0)
    found = conflicts(short(5.0, 3.0))
    served = [v for k, v in found.items() if "(`least`)" in k]
    capped = [v for k, v in found.items() if k == "deliveries are capped"]
    assert len(served) == len(capped) == 1
    if large:
        assert "licence=refused" in served[0][0]
        assert "licence=refused" in capped[0][0]
        assert "fall by 0.7 of the work" in served[0][1]
        assert "rise by 7 chips" in capped[0][1]


def test_no_history_is_named_where_each_alone_has_a_plan() -> None:
    """Then what conflicts is that they share decisions, which the tree alone can show."""
    model = build(short(10.0, 10.0))
    assert infeasible._worst_history(model, None) is None
    assert infeasible._worst_history(build(short(10.0, 3.0)), None) is not None
