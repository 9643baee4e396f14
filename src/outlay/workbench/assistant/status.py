"""How firm a number is, in five words, from the grades that sources, models and studies carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from outlay.results.explanation import Step
from outlay.results.study import Number
from outlay.workbench.assistant.shapes import STATUSES, Status

__all__ = ["of_claim", "of_grade", "of_numbers", "of_step", "weakest"]

GRADES: Mapping[str, Status] = {
    "measured": "measured",
    "official": "reported",
    "reported": "reported",
    "derived": "derived",
    "estimate": "estimated",
    "estimated": "estimated",
    "recalled": "estimated",
    "guess": "assumed",
    "assumption": "assumed",
    "planned": "reported",
}
"""Grade of a source, or kind of a claim → how firm. What is recalled is not what was said."""


def of_grade(grade: str) -> Status:
    """How firm a number of that grade is; of a grade that is not known: assumed."""
    return GRADES.get(grade, "assumed")


def weakest(found: Iterable[Status], least: Status = "derived") -> Status:
    """The weakest of them, and no firmer than `least`: what is worked out is not measured."""
    return max((*found, least), key=STATUSES.index)


def of_numbers(numbers: Iterable[Number], least: Status = "derived") -> Status:
    """How firm what is worked out from numbers of a study is."""
    return weakest((of_grade(n.grade) for n in numbers), least)


def of_claim(kind: str, *, vague: bool) -> Status:
    """How firm the number of a claim is: a document reports it, whatever it stands on."""
    return "estimated" if vague else of_grade(kind)


def of_step(step: Step, plan: Status) -> Status:
    """How firm an explained number is: that of the weakest input below it.

    plan: how firm what the plan found is.
    """
    if step.inputs:
        return weakest(of_step(s, plan) for s in step.inputs)
    origin = step.source
    if step.repeated:
        return "derived"  # it was looked at where it stands
    if step.assumption or (origin is None and not step.formula):
        return "assumed"
    if origin is None or origin.text == "plan":
        return plan
    if origin.grade:
        return of_grade(origin.grade)
    return "assumed" if origin.text == "default" else "derived"
