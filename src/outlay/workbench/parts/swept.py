"""A sweep as a piece of HTML: what drives an answer, or an answer over two inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from outlay.core.errors import DrawingError, Problem, UnknownNameError, nearest
from outlay.report.pictures.sweep import drivers_picture, surface_picture
from outlay.report.pieces import section_piece
from outlay.report.sections import Picture, Section
from outlay.report.tables.sweep import drivers_table, surface_table
from outlay.report.tables.table import Table
from outlay.report.theme import Spec, to_svg
from outlay.report.words.language import Words, words
from outlay.report.words.sweeps.sweep import (
    answer_name,
    input_name,
    sweep_answers,
    sweep_lines,
    sweep_sentence,
    sweep_words,
)
from outlay.results.kept.sweep import Surface, Sweep
from outlay.results.plans.answers import Answer

if TYPE_CHECKING:
    import polars as pl

    from outlay.sweeps.asked.axes import Axis

__all__ = ["PARTS", "Wanted", "swept"]

PARTS = ("drivers", "surface")
Draw = Callable[[Spec], str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part, of which answer, over which two inputs; empty: the first that there are."""

    part: str
    x: str = ""
    y: str = ""
    of: str = ""
    language: str = "en"


def swept(
    found: Sweep, table: pl.DataFrame, axes: Sequence[Axis], wanted: Wanted, draw: Draw = to_svg
) -> str:
    """A part of a sweep as HTML without style, script or address of elsewhere.

    Raises UnknownNameError for a part, an answer or an input that it does not have.
    """
    say = sweep_words(found, words(wanted.language))
    _known("part", wanted.part, PARTS)
    answers = sweep_answers(found)
    of = wanted.of or (answers[0] if answers else "")
    sentence, lines = sweep_sentence(found, say), tuple(x.strip() for x in sweep_lines(found, say))
    if not of:
        answer = Answer("sweep", "", say("sweep.varied"), sentence, "", (), (), lines)
        return section_piece(Section(answer, (), (), lines, ()), say)
    _known("of", of, answers)
    if wanted.part == "drivers":
        title = say("sweep.drivers", of=answer_name(of, say))
        spec, shown = drivers_picture(found, of, say), drivers_table(found, of, say)
    else:
        surface = _surface(found, table, axes, wanted, of)
        x, y = (input_name(p, say) for p in (surface.x, surface.y))
        title = say("sweep.pair", x=f"{x[:1].upper()}{x[1:]}", y=y)
        spec, shown = surface_picture(found, surface, say), surface_table(found, surface, say)
    return _piece(title, sentence, lines, spec, shown, say, draw)


def _surface(
    found: Sweep, table: pl.DataFrame, axes: Sequence[Axis], wanted: Wanted, of: str
) -> Surface:
    """The answer over the two inputs that were asked for, or over the first pair."""
    from outlay.sweeps.found import surface_of

    paths = [a.path for a in axes]
    pair = next(((s.x, s.y) for s in found.surfaces), tuple(paths[:2]))
    if len(pair) < 2:
        raise UnknownNameError(
            Problem("one input alone is varied", "x, y", paths[0], "a sweep of two inputs or more")
        )
    x, y = (given or pair[n] for n, given in enumerate((wanted.x, wanted.y)))
    for name, path in (("x", x), ("y", y)):
        _known(name, path, paths)
    for held in found.surfaces:
        if (held.x, held.y, held.of) == (x, y, of):
            return held
    by_path = {a.path: a for a in axes}
    return surface_of(table, by_path[x], by_path[y], of, found.currency)


def _known(where: str, name: str, names: Sequence[str]) -> None:
    if name not in names:
        raise UnknownNameError(
            Problem("no such thing in this sweep", where, name, ", ".join(names)[:400],
                    nearest(name, names))
        )  # fmt: skip


def _piece(
    title: str, sentence: str, lines: tuple[str, ...], spec: Spec | None, table: Table,
    say: Words, draw: Draw,
) -> str:  # fmt: skip
    from outlay.report.page.laid import laid

    pictures: tuple[Picture, ...] = ()
    if spec is not None:
        try:
            svg = draw({k: v for k, v in spec.items() if k != "title"})  # the page says it above
            pictures = (Picture("sweep", title, "", "", svg),)
        except DrawingError:  # the table says the same
            pass
    answer = Answer("sweep", "", title, sentence, "", (), (), lines)
    return section_piece(Section(answer, pictures, (laid(table, say),), lines, ()), say)
