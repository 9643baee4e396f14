"""Are the training dates met, in words: what is done by when, on what, and what is late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words
from outlay.report.words.plans.answer import answer
from outlay.results.plans.answers import Answer
from outlay.results.plans.plan import Plan
from outlay.results.plans.training import DONE, TrainingRun

__all__ = ["dates_note", "late_runs", "training_answer"]

NAMED = 5
"""Runs that the sentence names."""


def training_answer(plan: Plan, say: Words) -> Answer:
    """The answer about the runs of a study and their dates."""
    late = late_runs(plan.training)
    alone = len(plan.branches) <= 1
    if late:
        runs = [_late(r, alone, say) for r in late[:NAMED]]
        sentence = say("training.late", late=len(late), all=len(plan.training),
                       runs=say.clauses(_more(runs, len(late), say)))  # fmt: skip
    else:
        runs = [say("training.run", run=say.called(r.run), by=r.by) for r in plan.training[:NAMED]]
        sentence = say("training.met_alone" if alone else "training.met",
                       runs=say.listed(_more(runs, len(plan.training), say)))  # fmt: skip
    by_branch = any(r.first != r.last for r in plan.training)
    return answer(
        "training", say, sentence, tables=("training", *(["training_by_branch"] * by_branch)),
        notes=_notes(plan.training, say),
    )  # fmt: skip


def late_runs(runs: Sequence[TrainingRun]) -> list[TrainingRun]:
    """Runs of which some is not done by its date in some branch, the latest first."""
    return sorted((r for r in runs if r.least < DONE), key=lambda r: (r.in_time, r.done))


def dates_note(plan: Plan, say: Words) -> str:
    """One sentence for a study in which training is a lesser part: its dates are met."""
    n = len(plan.training)
    return say("training.note" if n > 1 else "training.note_one", n=n)


def _more(told: list[str], n: int, say: Words) -> list[str]:
    return told if n <= NAMED else [*told, say("training.more", n=n - NAMED)]


def _late(r: TrainingRun, alone: bool, say: Words) -> str:
    """A run that is late: how likely it is in time, how much of it is done, and why not all."""
    why = say(f"why.{r.reason.replace(' ', '_')}", what=say.told(r.what)) if r.reason else ""
    return say(
        "training.late_alone" if alone else "training.late_run",
        run=say.called(r.run), by=r.by, percent=format_number(100 * r.in_time),
        share=format_number(100 * r.done), why=say("training.why", why=why) if why else "",
        least=format_number(100 * r.least), where=say.branch(r.where),
    )  # fmt: skip


def _notes(runs: Sequence[TrainingRun], say: Words) -> Iterator[str]:
    for r in runs:
        run = say.called(r.run)
        if r.first != r.last and r.first:
            last = say("training.last", last=r.last) if r.last else say("training.never")
            middle = say("training.middle", middle=r.middle) if r.middle else ""
            yield say("training.when", run=run, first=r.first, middle=middle, last=last)
        if r.missed > 0:
            yield say("training.missed", run=run, missed=say.money(r.missed))
