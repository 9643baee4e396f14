"""One answered question, its standing words taken from the language table."""

from __future__ import annotations

from collections.abc import Iterable

from outlay.core.quantities.formats import format_money
from outlay.report.words.language import Words
from outlay.results.plans.answers import Answer

__all__ = ["answer", "money"]

WHOLE_FROM = 1e3
"""Money from which on no sentence gives cents."""


def money(value: float, currency: str) -> str:
    """An amount in a sentence."""
    return format_money(round(value) if abs(value) >= WHOLE_FROM else value, currency)


def answer(
    name: str,
    say: Words,
    sentence: str,
    *,
    open: str = "",
    figures: Iterable[str] = (),
    tables: Iterable[str] = (),
    notes: Iterable[str] = (),
) -> Answer:
    """The answer called `name`; its short name and question are the language's own."""
    return Answer(
        name, say(f"{name}.short"), say(f"{name}.question"), sentence, open,
        tuple(figures), tuple(tables), tuple(notes),
    )  # fmt: skip
