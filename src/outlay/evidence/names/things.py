"""What is no company and still has numbers of its own: sites, lots, projects, offices, apps."""

from __future__ import annotations

import re

from outlay.evidence.lexicon import common_words
from outlay.evidence.names.mention import ACTORS, Mention, Taken, each, follows, places_of
from outlay.evidence.rules import pattern, words
from outlay.evidence.text.simplified import simplified

__all__ = ["buyers", "of_a_notice", "said_apps", "things"]

_RULES = {
    "addressee": "bound", "addressee_too": "bound", "goes_to": "bound", "site": "site",
    "site_in": "site", "venture": "venture", "authority": "authority", "place": "place",
}  # fmt: skip
_TITLE = 400
"""How far into a notice its title can stand."""


def things(text: str, original: str, taken: list[Mention]) -> list[Mention]:
    """Sites, whom a limit binds, and offices and ventures that bear no name of their own."""
    busy = Taken(m for m in taken if m.kind not in ("analyst", "media"))
    out: list[Mention] = []
    for rule, kind in _RULES.items():
        for m in each(rule, original if kind == "bound" else text):
            start, end = m.span("name") if kind in ("bound", "place") else m.span()
            if kind == "site" and m["name"].split(" ")[0] in common_words():
                continue
            if kind == "place" and m["name"].isascii() and m["name"] not in words("names.places"):
                continue
            if busy.claim(start, end):
                owns = bool(follows("possessive", text, end))
                start = _begin(text, start)
                name = original[m.start("name") : m.end("name")]
                out.append(Mention(start, max(start, end), name, kind, owns))
    return out


def _begin(text: str, start: int) -> int:
    """The first place from `start` that cleaning left: a number of a lot is no quantity."""
    while text[start : start + 1] in (" ", "\t"):
        start += 1
    return start


def of_a_notice(text: str, original: str, taken: list[Mention]) -> list[Mention]:
    """The project of a notice and its lots, where the notice names nobody whose they are."""
    title = pattern("names.project").search(simplified(original[:_TITLE]))
    span = title.span("name") if title else (0, 0)
    if title is None or any(
        m.kind == "buyer" or (m.kind in ACTORS and m.start < span[1] and span[0] < m.end)
        for m in taken
    ):
        return []
    project = Mention(*span, original[span[0] : span[1]], "project")
    lots = [
        Mention(start, max(start, m.end()), f"{project.name}{m[0]}", "lot")
        for m in pattern("names.lot").finditer(original)
        for start in [_begin(text, m.start())]
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
    busy = Taken(m for m in taken if m.kind != "org")  # a body that is named as one elsewhere too
    out = []
    for m in each("buyer", text[:20_000]):
        start, said = m.start("name"), m["name"].strip()
        if busy.claim(start, start + len(said)):
            name = pattern("names.legal_end", "zh").sub("", original[start : start + len(said)])
            out.append(Mention(start, start + len(said), name, "buyer"))
    return out
