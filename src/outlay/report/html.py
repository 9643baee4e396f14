"""The report: one HTML file that opens from disk, offline, with the study's text inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from outlay.core.quantities.formats import format_number
from outlay.report.cells import shown_table
from outlay.report.sections import sections
from outlay.report.tables import decision
from outlay.report.tables.table import Sheet, Table
from outlay.report.theme import Spec, page_css, to_svg
from outlay.report.words.check import reason
from outlay.report.words.language import Words
from outlay.report.words.of_plan import words_of
from outlay.results.plans.plan import Plan
from outlay.results.study import Number

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

__all__ = ["first_screen", "render"]


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
    css = files("outlay.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    return _template("report.html.j2").render(
        plan=plan,
        say=_page_words(say),
        css=Markup(css + page_css()),
        safe=Markup,
        sections=sections(plan, say, document_html, draw),
        study_text=study_text,
        assumptions=_numbers(plan.assumptions, "assumptions", say),
        facts=_numbers(plan.facts, "facts", say),
        sources=_sources(plan, say),
        unmodelled=_unmodelled(plan, say),
        idle=_idle(plan, say),
        checks=_checks(plan, say),
        record=_record(plan, say),
    )


def first_screen(plan: Plan, say: Words | None = None) -> str:
    """The decision, its numbers and the orders to place now as a piece of HTML for a notebook."""
    say = words_of(plan, say)
    orders = shown_table(decision.orders_now(plan, say), say)
    return _template("screen.html.j2").render(plan=plan, say=_page_words(say), orders=orders)


@cache
def _template(name: str) -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    env = Environment(
        loader=PackageLoader("outlay.report", "templates"),
        autoescape=select_autoescape(["html", "j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return env.get_template(name)


def _page_words(say: Words) -> Callable[..., Markup]:
    """Texts of the page, which may hold HTML; what is filled in is escaped."""
    from markupsafe import Markup

    def text(key: str, **values: object) -> Markup:
        return Markup(say.texts[key]).format(**values)

    return text


def _numbers(rows: Sequence[Number], name: str, say: Words) -> Table:
    """Numbers of the study: assumptions with their notes, facts with their sources."""
    sheet = (
        Sheet(say, rows)
        .text("where", lambda n: n.path)
        .text("line", lambda n: str(n.line or ""))
        .text("value", lambda n: f"{format_number(n.value, 4)} {n.unit}".strip())
    )
    if name == "facts":
        return sheet.text("source", lambda n: n.source).table(name)
    return sheet.text("note", lambda n: n.note).table(name)


def _sources(plan: Plan, say: Words) -> Table:
    return (
        Sheet(say, plan.sources)
        .text("key", lambda s: s.id)
        .text("date", lambda s: s.date)
        .text("grade", lambda s: s.grade)
        .text("what", lambda s: s.text)
        .table("sources")
    )


def _unmodelled(plan: Plan, say: Words) -> Table:
    return (
        Sheet(say, plan.unmodelled)
        .text("what", lambda u: u.what)
        .text("value", lambda u: u.value)
        .text("why", lambda u: u.why)
        .table("unmodelled")
    )


def _idle(plan: Plan, say: Words) -> Table:
    return (
        Sheet(say, plan.idle)
        .text("where", lambda i: i.path)
        .text("line", lambda i: str(i.line or ""))
        .text("value", lambda i: i.value)
        .text("why", lambda i: reason(i, say))
        .table("idle")
    )


def _checks(plan: Plan, say: Words) -> Table:
    return (
        Sheet(say, plan.invariants)
        .text("none", lambda c: c.id)
        .text("name", lambda c: c.name)
        .text("identity", lambda c: c.statement)
        .text("worst", lambda c: f"{c.worst:.1e}")
        .text("allowed", lambda c: f"{c.tolerance:.0e}")
        .text("verdict", lambda c: c.status)
        .table("invariants")
    )


def _record(plan: Plan, say: Words) -> Table:
    made_from = asdict(plan.record) | {"overrides": list(plan.record.overrides)}
    return (
        Sheet(say, [(k, str(v)) for k, v in made_from.items()])
        .text("what", lambda r: r[0])
        .text("value", lambda r: r[1])
        .table("record")
    )
