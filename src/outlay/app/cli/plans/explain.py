"""`outlay explain`: where a number comes from, down to the sentence."""

from __future__ import annotations

from typing import Annotated

from outlay.api.plans.explain import ExplanationAnswer, explain
from outlay.api.says import Says
from outlay.app.cli.command import command
from outlay.app.cli.output import tell

__all__ = ["explain_command"]


def show(
    doc: ExplanationAnswer,
    *,
    level: Annotated[int, Says("How many levels of the tree, in 40 lines.", least=1)] = 1,
) -> None:
    """Print the tree."""
    from outlay.report.words.explanation import explanation_lines
    from outlay.report.words.language import words
    from outlay.report.words.of_plan import words_of

    say = words() if doc.plan is None else words_of(doc.plan)
    for line in explanation_lines(doc, level, say, doc.asked, doc.states):
        tell(line)


explain_command = command(explain, show, rows="branches")
