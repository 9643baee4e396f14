"""The text of a study to begin with."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from outlay.study.templates.asked import Asked, Size
from outlay.study.templates.facts import FILTERS, facts

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["DRAFT", "beside", "study_text"]

DRAFT = Size((1_000.0,), 1_000.0, 1_000.0)
"""Of a study that is only written to find out its size."""


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("outlay.study.templates", "data"), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=False,
    )  # fmt: skip
    made.filters.update(FILTERS)
    return made


def _text(template: str, asked: Asked, size: Size) -> str:
    return _environment().get_template(template).render(facts(asked, size))


def beside(asked: Asked, size: Size) -> dict[str, str]:
    """Name → text of the files that the study reads: the analyst's has an article."""
    if asked.door != "analyst":
        return {}
    return {asked.article: _text("article.md.j2", asked, size)}


def study_text(asked: Asked, size: Size) -> str:
    """A study of the door that is asked for, as its file holds it."""
    return _text(f"{asked.door}.yaml.j2", asked, size)
