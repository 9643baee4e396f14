"""Proper names that no table knows, in Chinese: by what stands before and after them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from outlay.evidence.names.mention import Mention, Taken, places_of
from outlay.evidence.rules import pattern
from outlay.evidence.text.clean import Cleaned

__all__ = ["unseen_han"]


def unseen_han(text: str, original: str, cleaned: Cleaned, taken: list[Mention]) -> list[Mention]:
    """Companies and apps by their contexts, then every other place where a found name stands."""
    busy = Taken(taken)
    out: list[Mention] = []
    names: set[str] = set()
    for start, end, kind in _candidates(text, cleaned):
        if kind == "org":
            end = _cut(text, start, end)
            if end - start < 2 or text.startswith("中心", end):
                continue
            if pattern("names.never").search(text[start:end]):
                continue
        if busy.claim(start, end):
            name = pattern("names.legal_end", "zh").sub("", original[start:end])
            names |= {name} if kind == "org" else set()
            out.append(Mention(start, end, name, kind, text[end : end + 1] == "的"))
    for m in pattern("names.short").finditer(text):
        if not re.search(r"公司|项目|集团$", m["name"]):
            names.add(original[m.start("name") : m.end("name")])
    for name, places in places_of(names, original).items():
        for start in places:
            end = start + len(name)
            if busy.claim(start, end):
                out.append(Mention(start, end, name, "org", text[end : end + 1] == "的"))
    return _short_names(out, names)


def _candidates(text: str, cleaned: Cleaned) -> Iterator[tuple[int, int, str]]:
    """Spans that a context makes a name, the surest first."""
    no = pattern("names.no_lead")
    for rule, kind in (("org", "org"), ("app", "app"), ("bidder", "org"), ("platform", "app"),
                       ("winner", "org"), ("speaks", "org")):  # fmt: skip
        for m in pattern(f"names.{rule}", "zh").finditer(text):
            if rule == "app" or not no.match(m["name"]):
                yield *m.span("name"), kind
    for s in cleaned.sentences:
        if not s.chinese:
            continue
        title = pattern("names.title").match(text, s.start, s.end) if s.start < 200 else None
        if title and s.heading and not no.match(title["name"]):
            yield *title.span("name"), "org"
        dated = pattern("names.opening_date").match(text, s.start, s.end)
        lead = pattern("names.lead").match(text, dated.end() if dated else s.start, s.end)
        if lead and not no.match(lead["name"]) and re.search("[\u3400-\u9fff]|[A-Z]", lead["name"]):
            yield *lead.span("name"), "org"


def _cut(text: str, start: int, end: int) -> int:
    """The end of the name within: 星澜科技 of 星澜科技副总裁."""
    inner = pattern("names.org_within").match(text[start:end])
    return start + inner.end() if inner else end


def _short_names(found: list[Mention], names: set[str]) -> list[Mention]:
    """One name for one company: 恒泰云科技 is 恒泰云 where the text uses both."""
    plain = {n: pattern("names.tail").sub("", n) for n in names}
    short = {n: s for n, s in plain.items() if s != n and len(s) >= 2 and s in names}
    return [replace(m, name=short[m.name]) if m.name in short else m for m in found]
