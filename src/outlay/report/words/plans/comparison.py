"""Two results side by side, and a study run again, in words."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.core.quantities.formats import format_money, format_number
from outlay.report.words.language import Words
from outlay.results.comparison import Comparison, Replay

__all__ = ["comparison_lines", "comparison_sentence", "replay_lines"]


def comparison_sentence(found: Comparison, say: Words) -> str:
    """By how much the cash changes, and apart from it the prices that nobody pays."""
    priced = sum(s.value for s in found.steps if not s.paid)
    key = "comparison.changes_apart" if priced else "comparison.changes"
    return say(key, amount=format_money(found.cash, found.currency),
               priced=format_money(priced, found.currency))  # fmt: skip


def comparison_lines(found: Comparison, say: Words) -> Iterator[str]:
    """Orders of the first period that are not the same."""
    for o in found.orders:
        yield say("comparison.order", offer=o.offer, before=format_number(o.before),
                  after=format_number(o.after))  # fmt: skip


def replay_lines(found: Replay, say: Words) -> Iterator[str]:
    """Whether the result is the same, and what differs."""
    if found.same:
        yield say("replay.same", result=found.replayed)
        return
    yield say("replay.different", recorded=found.recorded[:16], replayed=found.replayed[:16])
    if found.inputs_changed:
        yield say("replay.made_from", parts=say.listed(found.inputs_changed))
    yield say("replay.parts", parts=say.listed(found.parts_changed))
