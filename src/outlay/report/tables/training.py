"""Tables of training: what each run asks for, and when it is done."""

from __future__ import annotations

from collections.abc import Callable

from outlay.report.tables.table import Sheet, Table
from outlay.report.words.language import Words
from outlay.report.words.plans.follows.training import late_runs
from outlay.results.plans.plan import Plan
from outlay.results.plans.training import TrainingRun

__all__ = ["training", "training_by_branch"]


def training(plan: Plan, say: Words) -> Table | None:
    """Every run with its date, when it is done, on what, and what being late costs.

    What is the same for all, or nothing, has no column.
    """
    runs = plan.training

    def done(period: str) -> str:
        return period or say("row.not_in_time")

    apart = any(r.first != r.last for r in runs)
    sheet = (
        Sheet(say, runs)
        .text("run", lambda r: say.called(r.run))
        .text("from", lambda r: r.start)
        .text("asked_by", lambda r: r.by)
        .text("earliest" if apart else "done_in", lambda r: done(r.first))
    )
    if apart:
        sheet.text("half_chance", lambda r: done(r.middle)).text("latest", lambda r: done(r.last))
    if late_runs(runs):
        sheet.number("in_time", lambda r: r.in_time, "share")
        sheet.number("done_share", lambda r: r.done, "share")
        sheet.number("least_share", lambda r: r.least, "share")
    sheet.text("asked_chips", lambda r: _chips(r.chips, r.chip, say))
    if any(r.block for r in runs):
        sheet.number("at_one_site", lambda r: r.block or None, "chips")
    sheet.text(
        "busy_on", lambda r: say.listed(_chips(n, k, say) for k, n in _most_first(r).items())
    )
    sheet.number("price_late_hour", lambda r: r.price, plan.currency)
    sheet.number("price_of_all", lambda r: r.whole, plan.currency)
    if any(r.missed for r in runs):
        sheet.number("price_missed", lambda r: r.missed, plan.currency)
    return sheet.some("training", currency=plan.currency)


def _most_first(run: TrainingRun) -> dict[str, float]:
    return dict(sorted(run.held.items(), key=lambda x: -x[1]))


def _chips(n: float, chip: str, say: Words) -> str:
    return say("training.held", chips=say.count(n), chip=say.called(chip))


def training_by_branch(plan: Plan, say: Words) -> Table | None:
    """Branch by branch, the period in which the last of each run is done."""
    runs = plan.training
    if not runs:
        return None

    def at(run: TrainingRun) -> Callable[[str], str]:
        return lambda branch: run.done_by.get(branch, "") or say("row.not_in_time")

    sheet = Sheet(say, list(runs[0].done_by))
    sheet.text("branch", lambda b: say.branch(b) if b else say("row.only_path"))
    for run in runs:
        sheet.given(say.called(run.run), at(run), number=False)
    return sheet.some("training_by_branch")
