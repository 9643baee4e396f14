"""The facts of the first lines in one row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from outlay.planning.result import Plan
from outlay.results.plans.lines import Lines
from outlay.results.plans.rows import Budget, Order
from outlay.results.plans.worth import Range
from outlay.runs.answers.decision import may_be_refused
from outlay.runs.lines.decided import at_risk, overruns, return_rows, standing_of
from outlay.runs.lines.leaving import departures
from outlay.runs.lines.money import bill_of, perimeter_of
from outlay.runs.lines.unserved import served_of, unserved_of

__all__ = ["lines_of"]


def lines_of(
    plan: Plan,
    orders: Iterable[Order],
    ranges: Iterable[Range],
    budgets: Sequence[Budget],
    first_month: int,
    committed: Mapping[int, Mapping[str, float]],
) -> Lines:
    """What a signatory has to know beside the orders.

    ranges: how far first orders may move in plans nearly as good. committed: see `perimeter_of`.
    """
    tree = plan.problem.tree
    now = [r for r in orders if tree.parent[r.node] < 0]
    return Lines(
        standing=standing_of(now, ranges),
        perimeter=perimeter_of(plan, first_month, committed),
        bill=bill_of(plan, committed),
        overruns=overruns(plan, budgets),
        departures=departures(plan, return_rows(plan)),
        at_risk=at_risk(plan, now, may_be_refused(plan)),
        served=served_of(plan),
        unserved=unserved_of(plan),
    )
