"""Who and what a text speaks of: known names in both languages, and unseen proper names."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from outlay.evidence.lexicon import is_han, rows
from outlay.evidence.names.han import unseen_han
from outlay.evidence.names.latin import shouted, unseen_latin
from outlay.evidence.names.mention import ACTORS, Mention, Mentions, follows, precedes
from outlay.evidence.names.things import buyers, of_a_notice, said_apps, things
from outlay.evidence.rules import pattern
from outlay.evidence.text.clean import Cleaned
from outlay.evidence.text.simplified import simplified

__all__ = ["ACTORS", "Mention", "Mentions", "find_mentions"]


def find_mentions(cleaned: Cleaned, original: str = "") -> Mentions:
    """Known names first; then unseen proper names that act, own, or carry a company's suffix.

    original: the text before it was cleaned, whose offsets are the same.
    """
    text, original = simplified(cleaned.text), original or cleaned.text
    found = _known(text)
    found += things(text, original, found)
    found += unseen_latin(text, {s.start for s in cleaned.sentences}, found)
    found += shouted(text, found)
    found += said_apps(text, found)
    found += buyers(text, original, found)
    if any(s.chinese for s in cleaned.sentences):
        found += unseen_han(text, original, cleaned, found)
        notice = of_a_notice(text, original, found)  # its project and lots, in place of sites
        found = [m for m in found if m.kind != "site"] + notice if notice else found
    return Mentions(_one_name(found, text, original))


def _one_name(found: list[Mention], text: str, original: str) -> list[Mention]:
    """The mentions with one name for a company that the text names in both scripts: "Qinghe
    Technology (青禾科技)"."""
    if text.isascii():
        return found
    names, same = {m.name for m in found}, dict[str, str]()
    for m in pattern("names.both_scripts").finditer(original):
        pair = [v for v in m.groupdict().values() if v]
        known = next((n for n in pair if n in names), "")
        same |= {n: known for n in pair if known and n != known}
    return [replace(m, name=same.get(m.name, m.name)) for m in found] if same else found


@cache
def _aliases() -> dict[str, list[tuple[str, str, str]]]:
    """Aliases by their first word (Latin) or first character (Chinese), longest first."""
    index: dict[str, list[tuple[str, str, str]]] = {}
    for r in rows("entities.csv"):
        for alias in [r["name"], *filter(None, r["aliases"].split("|"))]:
            forms = [alias]
            if not is_han(alias[0]) and alias.upper() != alias and len(alias) > 3:
                forms.append(alias.upper())
            for form in forms:
                word = re.match(r"[A-Za-z0-9]+", form)
                first = word[0] if word else form[0]
                index.setdefault(first, []).append((form, r["name"], r["kind"]))
    for entries in index.values():
        entries.sort(key=lambda e: -len(e[0]))
    return index


@cache
def _starter() -> re.Pattern[str]:
    han = "".join(sorted({k for k in _aliases() if is_han(k)}))
    return re.compile(rf"(?<![A-Za-z0-9])(?:[A-Z][A-Za-z0-9]*|xAI|iFlytek|910[BC])|[{han}]")


def _known(text: str) -> list[Mention]:
    index = _aliases()
    out: list[Mention] = []
    skip = 0
    for m in _starter().finditer(text):
        if m.start() < skip:
            continue
        for alias, name, kind in index.get(m[0], ()):
            end = m.start() + len(alias)
            if not text.startswith(alias, m.start()) or not _ends(alias, text, end):
                continue
            if alias == "字节" and (
                text[end : end + 1] in "数流码" or precedes("no_bytes", text, m.start())
            ):
                continue
            out.append(Mention(m.start(), end, name, kind, bool(follows("possessive", text, end))))
            skip = end
            break
    return out


def _ends(alias: str, text: str, end: int) -> bool:
    after = text[end : end + 1]
    return is_han(alias[-1]) or not (after.isascii() and after.isalnum())
