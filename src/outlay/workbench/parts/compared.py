"""Two kept plans side by side: steps of cash that sum to the difference, orders that changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from outlay.report.pictures.comparison import comparison_picture
from outlay.report.pieces import section_piece
from outlay.report.sections import Picture, Section
from outlay.report.tables.comparison import comparison_steps
from outlay.report.theme import Spec, to_svg
from outlay.report.words.language import Words
from outlay.report.words.plans.comparison import (
    comparison_lines,
    comparison_sentence,
    comparison_words,
)
from outlay.results.plans.answers import Answer

if TYPE_CHECKING:
    from outlay.results.comparison import Comparison

__all__ = ["compared"]


def compared(found: Comparison, say: Words, draw: Callable[[Spec], str] = to_svg) -> str:
    """The comparison as HTML: the sentence, the waterfall, the steps."""
    from outlay.report.page.laid import laid

    say = comparison_words(found, say)
    sentence = comparison_sentence(found, say).removesuffix(":")
    lines = tuple(comparison_lines(found, say))
    spec = comparison_picture(found, say)
    bare = {k: v for k, v in spec.items() if k != "title"}  # the page says it above
    title = say("parts.steps")
    answer = Answer("compare", "", title, say.sentence(sentence), "", (), (), lines)
    steps = laid(comparison_steps(found, say), say)
    picture = Picture("compare", title, "", "", draw(bare))
    return section_piece(Section(answer, (picture,), (steps,), lines, ()), say)
