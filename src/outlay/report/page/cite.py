"""How to cite a plan: what it is, of which day, and the two hashes that tell it from any other."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.report.words.language import Words
from outlay.results.plans.plan import Plan

__all__ = ["Citation", "citation"]

DIGITS = 12
"""Of a hash: as many as nobody meets twice."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence for a list of sources, and the same for BibTeX."""

    text: str
    bibtex: str


def citation(plan: Plan, say: Words) -> Citation:
    """How to cite the plan."""
    record = plan.record
    named = {
        "title": plan.title, "as_of": plan.as_of, "version": record.versions["outlay"],
        "input": record.input_hash[:DIGITS], "result": record.result_hash[:DIGITS],
    }  # fmt: skip
    plain = {**named, "title": _plain(plan.title), "year": plan.as_of[:4]}
    return Citation(say("cite.text", **named), say("cite.bibtex", **plain))


def _plain(text: str) -> str:
    """Text inside the braces of BibTeX: signs that TeX acts on stand for themselves."""
    special = {c: f"\\{c}" for c in "&%$#_"} | dict.fromkeys("{}\\~^")
    return text.translate({ord(c): to for c, to in special.items()})
