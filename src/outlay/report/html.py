"""The report: one HTML file that opens from disk, offline, with the study's text inside."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from outlay.report.page.cite import citation
from outlay.report.page.laid import quoted
from outlay.report.page.opening import opening
from outlay.report.page.rests import rests, rests_on
from outlay.report.sections import sections
from outlay.report.theme import Spec, page_css, to_svg
from outlay.report.words.language import Words
from outlay.report.words.of_plan import words_of
from outlay.results.plans.plan import Plan

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

__all__ = ["css", "first_screen", "page_words", "render", "template"]


def render(
    plan: Plan,
    study_text: str,
    document_html: str = "",
    say: Words | None = None,
    draw: Callable[[Spec], str] = to_svg,
) -> str:
    """The report of the plan as HTML text.

    study_text: the study as the user wrote it. document_html: the evidence stage's page of the
    documents read (already escaped). draw: how a picture becomes markup. Every other text is
    escaped here.
    """
    from markupsafe import Markup

    say = words_of(plan, say)
    style = css("report.css", "first.css", "narrow.css")
    return template("report.html.j2").render(
        plan=plan,
        say=page_words(say),
        css=Markup(style + page_css()),
        running_head=Markup(quoted(plan.title)),
        safe=Markup,
        opening=opening(plan, say),
        beside=_styled,
        whys=_unexplained,
        files="",
        sections=sections(plan, say, document_html, draw),
        study_text=study_text,
        rests=rests(plan, say),
        rests_on=rests_on(plan, say),
        cite=citation(plan, say),
    )


def first_screen(plan: Plan, say: Words | None = None) -> str:
    """The first screen as a piece of HTML for a notebook."""
    from markupsafe import Markup

    say = words_of(plan, say)
    return template("screen.html.j2").render(
        plan=plan,
        say=page_words(say),
        css=Markup(css("first.css", "notebook.css")),
        opening=opening(plan, say),
        beside=_styled,
        whys=_unexplained,
    )


def _styled(side: str, per_cent: float) -> Markup:
    """A bar's place as a style."""
    from markupsafe import Markup

    return Markup(f' style="{side}:{per_cent:.1f}%"')


def _unexplained(_: str) -> str:
    """A page of its own has nobody to ask where a number comes from."""
    return ""


def css(*names: str) -> str:
    """Style sheets, one after the other."""
    folder = files("outlay.report").joinpath("templates")
    return "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)


@cache
def template(name: str) -> Template:
    """A template, which escapes what it is filled with."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    env = Environment(
        loader=PackageLoader("outlay.report", "templates"),
        autoescape=select_autoescape(["html", "j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return env.get_template(name)


def page_words(say: Words) -> Callable[..., Markup]:
    """Texts of the page, which may hold HTML; what is filled in is escaped."""
    from markupsafe import Markup

    def text(key: str, **values: object) -> Markup:
        return Markup(say.texts[key]).format(**values)

    return text
