"""What must be true: the value of one input at which a number of the result reaches a target."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated

from outlay.api.asked import checked
from outlay.api.says import Says
from outlay.api.studies import AllowOutside, Overrides, Scenario, StudyFile
from outlay.results.programme import Goal, Trial

__all__ = ["solve_for"]

USUAL = 12
"""Plans that a goal usually takes, for the share that is said to be done."""


def _written(value: float, unit: str) -> str:
    """A number in base units as a study writes it."""
    if unit == "1/year":
        return f"{100 * value!r} %/year"
    return f"{value!r} {unit}".removesuffix(" 1")


@checked
def solve_for(
    study: StudyFile,
    input: Annotated[str, Says("The input to move (supply.h200-import.price).", argument=True)],
    *,
    target: Annotated[
        str,
        Says(
            "A number of the result and what it should be: expected_cost=90bn, order_now=2bn, "
            "served_share=0.95, first_orders.OFFER=10_000, capex_by_year.2026.processors=30bn."
        ),
    ],
    low: Annotated[str, Says("Low end of the range; default: the stated range, or a tenth.")] = "",
    high: Annotated[str, Says("High end; default: the stated range, or ten times.")] = "",
    tolerance: Annotated[float, Says("Of the target, as a share.", least=1e-9, most=0.1)] = 1e-3,
    most: Annotated[int, Says("Plans asked for at most.", least=3, most=1000)] = 40,
    overrides: Overrides = (),
    scenario: Scenario = None,
    allow_outside: AllowOutside = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Goal:
    """Find the value of an input at which a number of the result reaches a target.

    The study is planned again for each value tried; the number must only rise or only fall over
    the range. Where it jumps (an offer is taken or not) the range in which it does is given.

    Raises InputError for an input that is no single number, a target that is none, or a number
    that turns within the range; InfeasibleError where the range does not reach the target.

    >>> found = solve_for("examples/lab-training/study.yaml", "discount_rate",
    ...                   target="expected_cost=26.1m", low="5 %/year", high="15 %/year")
    >>> 0.05 < found.value < 0.15, abs(found.answer / 26.1e6 - 1) < 1e-3
    (True, True)
    """
    from outlay.api.plans.goals import number_at, read_target, span_of, stated_number
    from outlay.api.studies import loaded
    from outlay.core.progress import Course, Told
    from outlay.risk.goal import goal_seek
    from outlay.runs.pipeline.execute import Options
    from outlay.runs.run import run_study
    from outlay.study.model.shape import field_of

    found = loaded(study, overrides, scenario, allow_outside=allow_outside)
    entry = stated_number(found, input)
    path, wanted = read_target(target)
    least, greatest = span_of(found, entry, low, high)
    lean, tried = Options(worlds=0, values=False), list[float]()
    course = Course(progress, {"": 1.0})

    field = field_of(found.resolve(input)).number
    whole = field is not None and field.whole

    def at_step(value: float) -> float:
        """The value that is tried: of what has no parts, the nearest whole number."""
        return float(round(value)) if whole else value

    @cache
    def planned(value: float) -> float:
        moved = found.again([f"{input}={_written(value, entry.unit)}"])
        result = run_study(moved, lean).result
        assert result is not None
        at = number_at(result, path)
        tried.append(at)
        line = f"{input} = {value:g} {entry.unit}: {path} = {at:g}"
        course(Told(line, done=len(tried), total=max(USUAL, len(tried) + 1)))
        return at

    def answer(value: float) -> float:
        return planned(at_step(value))

    goal = goal_seek(answer, wanted, least, greatest, tolerance=tolerance, most=most)
    return Goal(
        study=found.path.name,
        input=input,
        unit=entry.unit,
        stated=entry.value,
        target_path=path,
        target=wanted,
        value=at_step(goal.value),
        answer=goal.answer,
        jumps=goal.jumps,
        low=at_step(goal.low),
        high=at_step(goal.high),
        tried=tuple(dict.fromkeys(Trial(at_step(v), a) for v, a in goal.tried)),
    )
