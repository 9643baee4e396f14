"""The page of a sweep, with its pictures: the answer in a sentence first, then what drives what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from outlay.core.errors import DrawingError
from outlay.core.written import write_atomic
from outlay.report.html import css, page_words, template
from outlay.report.page.laid import Laid, laid
from outlay.report.pictures.sweep import drivers_picture, surface_picture
from outlay.report.tables.sweep import (
    drivers_table,
    refusals_table,
    spreads_table,
    surface_table,
    varied_table,
    without_table,
)
from outlay.report.theme import Spec, page_css, to_svg
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
from outlay.results.schema import to_text

__all__ = ["Part", "Shown", "sweep_page", "sweep_parts", "write_sweep"]

ANSWERS = 4
"""Answers whose drivers are seen at once; the others are folded."""
QUERY = "SELECT status, count(*) FROM 'sweep.parquet' GROUP BY status"
Draw = Callable[[Spec], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A drawing (SVG; empty: it could not be drawn), and what it shows."""

    title: str
    svg: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page: the first picture and the first table are seen, the others folded."""

    id: str
    title: str
    pictures: tuple[Shown, ...] = ()
    tables: tuple[Laid, ...] = ()


def sweep_parts(found: Sweep, say: Words, draw: Draw = to_svg) -> Iterator[Part]:
    """The parts of the page, in order: drivers, surfaces, spreads, what was varied, the rest."""
    if found.spreads:
        yield _drivers(found, say, draw)
        pairs = dict.fromkeys((s.x, s.y) for s in found.surfaces)
        for n, pair in enumerate(pairs, 1):
            mine = [s for s in found.surfaces if (s.x, s.y) == pair]
            yield _surfaces(f"surface-{n}", mine, found, say, draw)
        yield Part("spreads", say("sweep.spreads"), (), (laid(spreads_table(found, say), say),))
    yield Part("varied", say("sweep.varied"), (), (laid(varied_table(found, say), say),))
    if (table := refusals_table(found, say)) is not None:
        yield Part("without", say("sweep.without"), (), (laid(table, say),))


def _drivers(found: Sweep, say: Words, draw: Draw) -> Part:
    answers = sweep_answers(found)
    specs = [s for a in answers[:ANSWERS] if (s := drivers_picture(found, a, say)) is not None]
    tables = tuple(laid(drivers_table(found, a, say), say) for a in answers)
    title = say("sweep.drivers", of=answer_name(answers[0], say))
    return Part("drivers", title, tuple(_drawn(s, draw) for s in specs), tables)


def _surfaces(id: str, mine: list[Surface], found: Sweep, say: Words, draw: Draw) -> Part:
    tables = [laid(surface_table(found, s, say), say) for s in mine]
    if (table := without_table(found, mine[0], say)) is not None:
        tables.append(laid(table, say))
    pictures = tuple(_drawn(surface_picture(found, s, say), draw) for s in mine)
    x, y = (input_name(p, say) for p in (mine[0].x, mine[0].y))
    return Part(id, say("sweep.pair", x=f"{x[:1].upper()}{x[1:]}", y=y), pictures, tuple(tables))


def _drawn(spec: Spec, draw: Draw) -> Shown:
    """The caption stands on the page, so that the drawing has no title of its own."""
    title = str(spec.get("description", ""))
    try:
        return Shown(title, draw({k: v for k, v in spec.items() if k != "title"}))
    except DrawingError:  # the tables say the same
        return Shown(title, "")


def sweep_page(found: Sweep, say: Words | None = None, draw: Draw = to_svg) -> str:
    """The page as HTML text; every text in it is escaped."""
    from markupsafe import Markup

    say = sweep_words(found, say)
    return template("sweep.html.j2").render(
        title=say("sweep.title", title=found.title),
        kicker=say("sweep.kicker", n=f"{found.cases:,}", study=found.study),
        sentence=sweep_sentence(found, say),
        lines=[line.strip() for line in sweep_lines(found, say)],
        parts=list(sweep_parts(found, say, draw)),
        rows_text=say("sweep.rows_text", files="sweep.parquet, sweep.csv", query=QUERY),
        sealed=say("sweep.sealed", hash=found.sha256) if found.sha256 else "",
        css=Markup(css("report.css", "first.css", "narrow.css") + page_css()),
        say=page_words(say),
        safe=Markup,
    )


def write_sweep(found: Sweep, folder: Path, language: str = "en") -> Path:
    """Write the document, the page and its first pictures into a folder that is there; returns the
    page's path. A picture that cannot be drawn is left out; the page says so in its place."""
    say = sweep_words(found, words(language))
    write_atomic(folder / "sweep.json", to_text(found) + "\n")
    answers = sweep_answers(found)
    specs = {
        "drivers.svg": drivers_picture(found, answers[0], say) if answers else None,
        "surface.svg": surface_picture(found, found.surfaces[0], say) if found.surfaces else None,
    }
    for name, spec in specs.items():
        if spec is not None:
            try:
                write_atomic(folder / name, to_svg(spec))
            except DrawingError:
                continue
    write_atomic(folder / "sweep.html", sweep_page(found, words(language)))
    return folder / "sweep.html"
