"""What is no company and still has numbers of its own: sites, lots, projects, offices, apps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from outlay.evidence.lexicon import common_words
from outlay.evidence.names.mention import ACTORS, Mention, Taken, each, follows, places_of
from outlay.evidence.rules import pattern

__all__ = ["buyers", "of_a_notice", "said_apps", "things"]

_TITLE = 400
"""How far into a notice its title can stand."""


def things(text: str, taken: list[Mention]) -> list[Mention]:
    """Sites, and offices and ventures that bear no name of their own."""
    busy = Taken(m for m in taken if m.kind not in ("analyst", "media"))
    out: list[Mention] = []
    for rule in ("site", "site_in", "venture", "authority"):
        for m in each(rule, text) if rule.startswith("site") else _english(rule, text):
            kind = "site" if rule.startswith("site") else rule
            if kind == "site" and m["name"].split(" ")[0] in common_words():
                continue
            if busy.claim(*m.span()):
                owns = bool(follows("possessive", text, m.end()))
                out.append(Mention(*m.span(), m["name"], kind, owns))
    return out


def _english(rule: str, text: str) -> Iterator[re.Match[str]]:
    return pattern(f"names.{rule}").finditer(text)


def of_a_notice(original: str, taken: list[Mention]) -> list[Mention]:
    """The project of a notice and its lots, where the notice names nobody whose they are."""
    title = pattern("names.project").search(original[:_TITLE])
    span = title.span("name") if title else (0, 0)
    if title is None or any(
        m.kind == "buyer" or (m.kind in ACTORS and m.start < span[1] and span[0] < m.end)
        for m in taken
    ):
        return []
    project = Mention(*span, title["name"], "project")
    lots = [
        Mention(*m.span(), f"{project.name}{m[0]}", "lot")
        for m in pattern("names.lot").finditer(original)
    ]
    return [project, *lots]


def said_apps(text: str, taken: list[Mention]) -> list[Mention]:
    """Apps by their first mention: "Parley, its chatbot"."""
    apps = {m["name"] for m in pattern("names.app", "en").finditer(text)} - {m.name for m in taken}
    apart = lambda a, b: not re.search(r"[A-Za-z]", text[a - 1 : a] + text[b : b + 1])  # noqa: E731
    return [
        Mention(at, at + len(name), name, "app", bool(follows("possessive", text, at + len(name))))
        for name, places in sorted(places_of(apps, text, apart).items())
        for at in places
    ]


def buyers(text: str, original: str, taken: list[Mention]) -> list[Mention]:
    """Whose tender or filing it is, by its label."""
    busy = Taken(taken)
    out = []
    for m in each("buyer", text[:20_000]):
        start, said = m.start("name"), m["name"].strip()
        if busy.claim(start, start + len(said)):
            name = pattern("names.legal_end", "zh").sub("", original[start : start + len(said)])
            out.append(Mention(start, start + len(said), name, "buyer"))
    return out
