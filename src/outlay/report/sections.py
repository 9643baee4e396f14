"""The order of the report: each question with its sentence, its pictures and its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from outlay.report.cells import shown_table
from outlay.report.figures import FIGURES
from outlay.report.tables.plan import table_of
from outlay.report.tables.table import Table
from outlay.report.theme import Spec, to_svg
from outlay.report.words.language import Words
from outlay.results.plans.answers import Answer
from outlay.results.plans.plan import Plan

__all__ = ["Block", "Section", "sections"]


@dataclass(frozen=True, slots=True)
class Block:
    """One thing below an answer: a picture (SVG), a text, a table, or a fragment of a page."""

    caption: str = ""
    svg: str = ""
    text: str = ""
    table: Table | None = None
    html: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """An answer and what is shown below it."""

    answer: Answer
    blocks: tuple[Block, ...]


def sections(
    plan: Plan, say: Words, document_html: str = "", render: Callable[[Spec], str] = to_svg
) -> tuple[Section, ...]:
    """The answers of the plan with pictures and formatted tables, in the plan's order.

    document_html: the page of the documents read, already escaped.
    """
    return tuple(
        Section(a, tuple(_blocks(a, plan, say, document_html, render))) for a in plan.answers
    )


def _blocks(
    answer: Answer, plan: Plan, say: Words, document_html: str, render: Callable[[Spec], str]
) -> Iterator[Block]:
    for name in answer.figures:
        drawn = FIGURES[name](plan, say)
        if drawn is not None:
            caption, spec = drawn
            # The drawing is our own specification's; texts in it were escaped by the renderer.
            yield Block(caption, svg=render(spec))
    for note in answer.notes:
        yield Block(text=note)
    for name in answer.tables:
        table = table_of(name, plan, say)
        if table is not None:
            yield Block(table=shown_table(table, say))
    if answer.id == "evidence" and document_html:
        yield Block(say("page.documents"), html=document_html)
