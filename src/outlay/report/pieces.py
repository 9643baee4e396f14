"""Pieces of the report for a page of somebody else's: no style, no script, no address inside.

What the report says with styles of its own stands here in attributes: `data-width` and `data-left`
of a bar, in per cent. Whoever shows a piece sets them, and the narrow tables' headings, by script,
which a policy against styles in the markup allows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from typing import TYPE_CHECKING

from outlay.report.html import css, page_words, template
from outlay.report.page.laid import Laid, laid
from outlay.report.page.opening import opening
from outlay.report.page.rests import rests, rests_on
from outlay.report.sections import Picture, Section, sections
from outlay.report.tables.table import Table
from outlay.report.theme import Spec, page_css, to_svg
from outlay.report.words.explanation import explanation_tree
from outlay.report.words.language import Words
from outlay.results.plans.answers import Answer
from outlay.results.plans.plan import Plan

if TYPE_CHECKING:
    from markupsafe import Markup

    from outlay.results.explanation import Explanation

__all__ = ["Pieces", "look", "picked", "section_piece", "table_pieces"]

RESTS = ("assumptions", "facts", "sources", "cautions", "observed", "unmodelled", "idle")
CHECKS = ("checks", "record")
VEGA = ' class="marks"'
"""What the renderer calls a drawing, which the page around it may mean otherwise."""
MARK = re.compile(r"(<(?:path|line)\b[^>]*)><title>([^<]*)</title>")
"""A mark that says its label."""
LEVELS = 2
"""Of an explanation, seen at once."""


def look(scope: str) -> str:
    """The report's style sheet for what stands inside `scope` (a selector)."""
    whole = css("report.css", "first.css", "narrow.css") + page_css()
    return f"{scope} {{\n{whole.replace(':root', '&')}\n}}\n"


def picked(
    name: str, label: str, none: str, options: Sequence[tuple[str, str]], chosen: str
) -> str:
    """A list to choose from: what is chosen of (value, text); `none` stands for no choice."""
    return template("pick_piece.html.j2").render(
        name=name, label=label, options=[("", none), *options], chosen=chosen
    )


def _beside(side: str, per_cent: float) -> Markup:
    """A bar's place as an attribute that a script reads."""
    from markupsafe import Markup

    return Markup(f' data-{side}="{per_cent:.1f}"')


def section_piece(
    section: Section, say: Words, files: str | None = None, *, whys: bool = False
) -> str:
    """A question with its sentence, pictures and tables."""
    from markupsafe import Markup

    bare = replace(
        section,
        tables=tuple(_bare(t, whys) for t in section.tables),
        pictures=tuple(replace(p, svg=_marked(p, whys)) for p in section.pictures),
    )
    return template("section.html.j2").render(
        s=bare, number=None, say=page_words(say), safe=Markup,
        files=files,
    )  # fmt: skip


def _marked(picture: Picture, whys: bool) -> str:
    """The drawing under no name of the renderer's, its marks with what explains them."""
    svg = picture.svg.replace(VEGA, "", 1)
    if not whys or not picture.whys:
        return svg

    def mark(found: re.Match[str]) -> str:
        why = picture.whys.get(unescape(found[2]))
        return (
            found[0]
            if why is None
            else f'{found[1]} data-why="{escape(why)}"{found[0][len(found[1]) :]}'
        )

    return MARK.sub(mark, svg)


def table_pieces(
    tables: Sequence[Table | None], say: Words, *, cut: bool = True, whys: bool = False
) -> str:
    """Tables one below the other; those of nothing are left out."""
    made = [_bare(laid(t, say), whys) for t in tables if t is not None and t.rows]
    return template("tables_piece.html.j2").render(tables=made, say=page_words(say), cut=cut)


def _bare(table: Laid, whys: bool) -> Laid:
    """Without the headings that a style would carry."""
    return replace(table, headings="", whys=whys)


@dataclass(frozen=True)
class Pieces:
    """What is made of one plan, in one language.

    files: address of the run's folder, before `pictures/…`; none: nothing can be taken along.
    draw: how a picture becomes markup. whys: whether somebody explains numbers.
    """

    plan: Plan
    say: Words
    files: str | None = None
    draw: Callable[[Spec], str] = to_svg
    whys: bool = True

    def first(self) -> str:
        """The first screen: what to decide now, what it costs, what is served, what binds."""
        return template("first_piece.html.j2").render(
            plan=self.plan, say=page_words(self.say), opening=opening(self.plan, self.say),
            beside=_beside, whys=self._path,
        )  # fmt: skip

    def answers(self, answers: Sequence[Answer], documents: str = "") -> str:
        """Questions with their pictures and tables. documents: the page of those read, escaped."""
        plan = replace(self.plan, answers=tuple(answers))
        found = sections(plan, self.say, documents, self.draw)
        return "\n".join(section_piece(s, self.say, self.files, whys=self.whys) for s in found)

    def tables(self, tables: Sequence[Table | None]) -> str:
        """Tables one below the other."""
        return table_pieces(tables, self.say, whys=self.whys)

    def rests(self, *, checks: bool = False) -> str:
        """What the plan rests on; or its checks and its record."""
        found = rests(self.plan, self.say)
        rows = [found[name] for name in (CHECKS if checks else RESTS) if found[name].n]
        said = self._checked() if checks else rests_on(self.plan, self.say)
        return template("rests_piece.html.j2").render(
            tables=[_bare(t, self.whys) for t in rows], say=page_words(self.say), said=said,
            heading="page.checks" if checks else "page.rests",
        )  # fmt: skip

    def why(self, doc: Explanation) -> str:
        """Where a number comes from: what it is worked out from, and what to open from there."""
        head, tree = explanation_tree(doc, LEVELS, self.say)
        return template("why_piece.html.j2").render(head=head, tree=tree)

    def _path(self, path: str) -> Markup:
        """What explains a number, as an attribute; none where nobody does."""
        from markupsafe import Markup

        return Markup(' data-why="{}"').format(path) if path and self.whys else Markup("")

    def _checked(self) -> str:
        valid = self.plan.verdict == "valid"
        key = "page.checks_valid" if valid else "page.checks_invalid"
        return self.say(key, held=self.plan.held, n=len(self.plan.invariants))
