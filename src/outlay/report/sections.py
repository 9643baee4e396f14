"""The order of the report: each question, its sentence, one picture, one table, and the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

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
    """A drawing (SVG), what it shows, how, and from what; and the name of its files.

    whys: label of a mark → what explains it.
    """

    name: str
    title: str
    note: str
    source: str
    svg: str
    whys: Mapping[str, str] = field(default_factory=dict)


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
            yield Picture(name, title or caption, note, source, render(spec), _whys(spec))


def _whys(spec: Spec) -> dict[str, str]:
    """Label of each mark that says what explains it."""
    layers = cast("Sequence[Spec]", spec.get("layer", [spec]))
    data = [
        cast("Mapping[str, Sequence[Mapping[str, str]]]", one.get("data", {})) for one in layers
    ]
    rows = [row for one in data for row in one.get("values", ())]
    return {str(row["label"]): str(row["why"]) for row in rows if row.get("why")}


def _tables(answer: Answer, plan: Plan, say: Words) -> Iterator[Laid]:
    for name in answer.tables:
        table = table_of(name, plan, say)
        if table is not None and table.rows:
            yield laid(table, say)
