"""Facts of question 8: the plan's policy in sampled worlds, and the widest of its inputs."""

from __future__ import annotations

from collections.abc import Iterable

from outlay.core.progress import Count, Progress
from outlay.planning.result import Plan
from outlay.results.plans.outlook import Outlook, Widest
from outlay.results.study import Number
from outlay.runs.pipeline.execute import Options, Stages

__all__ = ["outlook_of", "widest_of"]

PARALLEL_FROM = 2_000
"""Worlds from which a second process pays for its start."""
MOST_WIDE = 20


def outlook_of(
    stages: Stages, plan: Plan, options: Options, progress: Progress = lambda _: None
) -> Outlook | None:
    """Distributions over sampled worlds; None where the study holds nothing uncertain."""
    from outlay.risk.of_plan import plan_outlook

    study = stages.loaded.study
    if not study.uncertainty:
        return None
    return plan_outlook(
        study,
        plan,
        stages.demand,
        stages.capacity,
        n=options.worlds,
        seed=options.seed,
        workers=options.workers if options.worlds >= PARALLEL_FROM else 1,
        done=Count(progress, "outlook: sampled worlds", options.worlds),
    )


def widest_of(ledger: Iterable[Number]) -> tuple[Widest, ...]:
    """Numbers with the widest stated range: replace these first."""
    found = [
        Widest(e.path, e.value, e.low, e.high, e.unit, e.high / e.low, e.grade)
        for e in ledger
        if e.low is not None and e.high is not None and e.low > 0 and e.value > 0
    ]
    return tuple(sorted(found, key=lambda r: -r.ratio)[:MOST_WIDE])
