"""One answered question, its standing words taken from the language table."""

from __future__ import annotations

from collections.abc import Iterable

from outlay.report.words.language import Words
from outlay.results.plans.answers import Answer

__all__ = ["answer"]


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
