"""Two results side by side, and a study run again, in words."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.report.words.language import Words
from outlay.report.words.of_plan import words_for
from outlay.results.comparison import Comparison, Replay, Side

__all__ = [
    "comparison_lines",
    "comparison_sentence",
    "comparison_words",
    "replay_lines",
    "side_title",
]


def comparison_words(found: Comparison, say: Words | None = None) -> Words:
    """The words of a comparison: both plans' things by name, in the scale of their cash."""
    most = max(abs(found.before.cash), abs(found.after.cash))
    return words_for(found.things, found.currency, most, say)


def side_title(side: Side, say: Words) -> str:
    """A plan's study, and what sets it apart from another plan of it."""
    parts = [side.title]
    if side.scenario:
        parts.append(say("first.scenario", name=side.scenario))
    if side.overrides:
        parts.append(say("first.changed", changes=say.listed(side.overrides)))
    return say.listed(parts)


def comparison_sentence(found: Comparison, say: Words) -> str:
    """By how much the cash changes, and apart from it the prices that nobody pays."""
    priced = sum(s.value for s in found.steps if not s.paid)
    key = "comparison.changes_apart" if priced else "comparison.changes"
    return say(key, amount=say.money(found.cash), priced=say.money(priced))


def comparison_lines(found: Comparison, say: Words) -> Iterator[str]:
    """Orders of the first period that are not the same."""
    for o in found.orders:
        yield say("comparison.order", offer=say.called(o.offer), before=say.count(o.before),
                  after=say.count(o.after))  # fmt: skip


def replay_lines(found: Replay, say: Words) -> Iterator[str]:
    """Whether the result is the same, and what differs."""
    if found.same:
        yield say("replay.same", result=found.replayed)
        return
    yield say("replay.different", recorded=found.recorded[:16], replayed=found.replayed[:16])
    if found.inputs_changed:
        yield say("replay.made_from", parts=say.listed(found.inputs_changed))
    yield say("replay.parts", parts=say.listed(found.parts_changed))
