"""The order of the report: each question, its sentence, one picture, one table, and the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from outlay.report.figures import FIGURES
from outlay.report.page.laid import Laid, laid
from outlay.report.tables.plan import table_of
from outlay.report.theme import Spec, to_svg
from outlay.report.words.language import Words
from outlay.results.plans.answers import Answer
from outlay.results.plans.plan import Plan

__all__ = ["Picture", "Section", "sections"]

NOTES = 3
"""Notes that stand beside the picture; more are folded."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing (SVG), what it shows, how, and from what; and the name of its files."""

    name: str
    title: str
    note: str
    source: str
    svg: str


@dataclass(frozen=True, slots=True)
class Section:
    """A question on its screen: what is seen at once, and what is folded behind it."""

    answer: Answer
    pictures: tuple[Picture, ...]
    tables: tuple[Laid, ...]
    notes: tuple[str, ...]
    more_notes: tuple[str, ...]
    documents: str = ""
    """The page of the documents read, already escaped."""


def sections(
    plan: Plan, say: Words, document_html: str = "", render: Callable[[Spec], str] = to_svg
) -> tuple[Section, ...]:
    """The answers of the plan with pictures and formatted tables, in the plan's order.

    document_html: the page of the documents read, already escaped.
    """
    return tuple(
        Section(
            answer,
            tuple(_pictures(answer, plan, say, render)),
            tuple(_tables(answer, plan, say)),
            answer.notes[:NOTES],
            answer.notes[NOTES:],
            document_html if answer.id == "evidence" else "",
        )
        for answer in plan.answers
    )


def _pictures(
    answer: Answer, plan: Plan, say: Words, render: Callable[[Spec], str]
) -> Iterator[Picture]:
    for name in answer.figures:
        drawn = FIGURES[name](plan, say)
        if drawn is not None:
            caption, spec = drawn
            # The drawing is our own specification's; texts in it were escaped by the renderer.
            parts = spec.get("usermeta", {})
            meta = parts if isinstance(parts, Mapping) else {}
            title, note, source = (str(meta.get(k, "")) for k in ("title", "note", "source"))
            yield Picture(name, title or caption, note, source, render(spec))


def _tables(answer: Answer, plan: Plan, say: Words) -> Iterator[Laid]:
    for name in answer.tables:
        table = table_of(name, plan, say)
        if table is not None and table.rows:
            yield laid(table, say)
