"""A programme that was written out, and a goal that was sought, in words."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words, words
from outlay.results.programme import Export, Goal

__all__ = ["export_sentence", "goal_lines"]


def export_sentence(found: Export, say: Words | None = None) -> str:
    """What was written where."""
    return (say or words())(
        "programme.written", path=found.path, rows=f"{found.rows:,}",
        columns=f"{found.columns:,}", entries=f"{found.entries:,}",
    )  # fmt: skip


def goal_lines(found: Goal, say: Words | None = None) -> Iterator[str]:
    """The value, whether it gives the target itself, and everything that was tried."""
    say = say or words()
    unit = "" if found.unit == "1" else found.unit

    def number(value: float) -> str:
        return format_number(value, 5)

    yield say(
        "goal.found", input=found.input, value=number(found.value), unit=unit,
        path=found.target_path, answer=number(found.answer), stated=number(found.stated),
    )  # fmt: skip
    if found.jumps:
        yield say("goal.jumps", target=number(found.target), low=number(found.low),
                  high=number(found.high), unit=unit)  # fmt: skip
    for t in sorted(found.tried, key=lambda t: t.value):
        yield say("goal.tried", value=number(t.value), unit=unit, answer=number(t.answer))
