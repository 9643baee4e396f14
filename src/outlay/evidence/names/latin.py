"""Proper names that no table knows, in Latin letters: by what they do and how they end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from outlay.evidence.lexicon import CURRENCY_BY_PREFIX, common_words
from outlay.evidence.names.mention import Mention, Taken, follows, places_of, precedes
from outlay.evidence.rules import pattern, words

__all__ = ["shouted", "unseen_latin"]


def unseen_latin(text: str, sentence_starts: set[int], taken: list[Mention]) -> list[Mention]:
    """Capitalised words that act like a company, and every other place of the same words."""
    busy = Taken(taken)
    plain = set(re.findall(r"(?<![A-Za-z])[a-z]{3,}", text))
    found: list[tuple[int, int, str]] = []
    strong: Counter[str] = Counter()
    people: set[str] = set()
    for from_, start, said in _proper(text, sentence_starts):
        name, opens = " ".join(said), from_ in sentence_starts
        end = start + len(name)
        if _is_common(name, said) or not busy.claim(start, end):
            continue
        if _is_person(text, from_, start, end):
            people |= {name, said[-1]}
            continue
        first = start in sentence_starts
        if _is_heading(text, end, said, first, opens) or _is_term(text, end, said):
            continue
        if _is_actor(text, start, end, said, first) and not _is_plain(name, said, plain):
            strong[name] += 1
        found.append((start, end, name))
    inner = {name for start, _, name in found if start not in sentence_starts}
    often = Counter(name for _, _, name in found)
    for _, end, name in found:
        again = often[name] > 1 or " " in name
        does = follows("verb_like", text, end) or (name in inner and follows("acts", text, end))
        if again and not strong[name] and does:
            strong[name] += not _is_plain(name, name.split(" "), plain)
    kept = {n for n in strong if strong[n] and n not in people}
    full = _full_names(kept, plain | people)
    out = [_mention(text, s, e, _canonical(full.get(n, n))) for s, e, n in found if n in full]
    short, busy = {n: f for n, f in full.items() if n not in kept}, Taken([*taken, *out])
    apart = lambda a, b: not re.search(r"[A-Za-z]", text[a - 1 : a] + text[b : b + 1])  # noqa: E731
    out += [
        _mention(text, at, at + len(name), _canonical(short[name]))
        for name, places in places_of(short, text, apart).items()
        for at in places
        if busy.claim(at, at + len(name))
    ]
    return out


def _mention(text: str, start: int, end: int, name: str) -> Mention:
    kind = "analyst" if pattern("names.studies").search(name) else "org"
    return Mention(start, end, name, kind, bool(follows("possessive", text, end)))


def _full_names(kept: set[str], never: set[str]) -> dict[str, str]:
    """Each name as the text has it in full: "Lumen" is Lumen Labs, where no one else begins so."""
    full: dict[str, set[str]] = {}
    for name in kept:
        said = name.split(" ")
        for n in range(1, len(said)):
            full.setdefault(" ".join(said[:n]), set()).add(name)
    out = {name: name for name in kept}
    for short, names in full.items():
        longest = max(names, key=len)
        alone = all(longest.startswith(n) for n in names)
        new = short in kept or (
            " " not in short and len(short) > 3 and short not in common_words()
            and not {short, short.lower()} & never
        )  # fmt: skip
        if alone and new:
            out[short] = longest
    return out


def _proper(text: str, sentence_starts: set[int]) -> Iterator[tuple[int, int, list[str]]]:
    """Runs of capitalised words, one for each name in "Lumen Labs and the Vale of Orr": where the
    run begins, where the name does, and its words."""
    for m in pattern("names.proper").finditer(text):
        at = m.start()
        whole = pattern("names.body").match(m[0])  # "Bank of Orr" is one name
        joins = " (?:and|of the) " if whole else " (?:and|of(?: the)?) "
        for part in re.split(f"({joins})", m[0]):
            cut, said = _trimmed(part.split(" "), at in sentence_starts)
            if said and not re.fullmatch(joins, part):
                yield at, at + cut, said
            at += len(part)


def _trimmed(said: list[str], opens: bool) -> tuple[int, list[str]]:
    """Characters cut off the front, and the words of the name: no joining or common words at its
    ends, no legal form, quarter or office behind it. `opens`: the words open a sentence."""
    cut, joins = 0, ("", "and", "of", "&", "the")
    common, keep = common_words(), common_words("opens_a_name")
    while said and (said[0] in joins or (said[0] in common and (opens or said[0] not in keep))):
        cut += len(said[0]) + 1
        said = said[1:]
    while said and (
        said[-1] in words("names.no_end")
        or said[-1].isdigit()
        or re.fullmatch(r"[QH][1-4]|FY\d*|C[EFOT]O|[1-4]Q|[12]H", said[-1])
    ):
        said = said[:-1]
    return cut, said


def _is_common(name: str, said: list[str]) -> bool:
    common = common_words()
    said = [w.capitalize() if w.isupper() else w for w in said if w not in CURRENCY_BY_PREFIX]
    odd = len(name) < 3 or re.search(r"^\d| \d|-[a-z]", name)
    return bool(odd) or all(w in common or w in words("names.no_name") for w in said)


def _is_plain(name: str, said: list[str], plain: set[str]) -> bool:
    """Words that the text also writes small are a term ("Term Loan"), not a name."""
    return all(w.lower() in plain or w in common_words() for w in said)


def _is_term(text: str, end: int, said: list[str]) -> bool:
    """A short word in capitals that is a term of the field, or does nothing."""
    if len(said) > 1 or not said[0].isupper() or len(said[0]) >= 4:
        return False
    return said[0] in words("names.terms") or not follows("acronym_acts", text, end)


def _is_person(text: str, from_: int, start: int, end: int) -> bool:
    if " " in text[start:end] and pattern("names.suffix").search(text[start:end]):
        return False
    cut = text[from_:start]
    before = precedes("office", text, start) or (cut and pattern("names.office").search(cut))
    return bool(before or follows("role", text, end))


def _is_heading(text: str, end: int, said: list[str], first: bool, opens: bool) -> bool:
    """The place of a dateline: "MUMBAI, 3 March -", "MUMBAI: Reliance will build"."""
    capitals = " ".join(said).isupper()
    company = len(said) > 1 and pattern("names.suffix").search(" ".join(said))
    dated = first and (capitals or len(said) <= 2) and not company
    if dated and follows("place_of_news", text, end):
        return True
    return opens and capitals and len(said) <= 3 and bool(follows("place_alone", text, end))


def _is_actor(text: str, start: int, end: int, said: list[str], first: bool) -> bool:
    """Whether what stands behind a name, its form or its place in a headline makes it act."""
    name, heads = text[start:end], first and start < 120 and follows("headline", text, end)
    if heads or follows("legal_form", text, end) or _is_acting_acronym(name, text, end):
        return True
    after_name = re.search(r"[’'] ?s? $|[A-Z]\w* $", text[max(0, start - 12) : start])
    if (first or after_name) and len(said) == 1 and follows("acts_weakly", text, end):
        return False
    ends = len(said) > 1 and pattern("names.suffix").search(name)
    return bool(ends or pattern("names.body").match(name)) or _acts(text, end, said, first)


def _acts(text: str, end: int, said: list[str], first: bool) -> bool:
    """Whether a verb stands behind a name, or behind an aside: "Orr Software, whose year ends,"."""
    aside = re.match(r",[^,.;:]{3,90},", text[end : end + 100])
    if follows("acts", text, end + aside.end() if aside else end):
        return True
    rule = "owns" if not first else "does_something" if len(said) > 1 else ""
    return bool(rule and follows(rule, text, end))


def _is_acting_acronym(name: str, text: str, end: int) -> bool:
    return len(name) < 4 and name.isupper() and bool(follows("acronym_acts", text, end))


def _canonical(name: str) -> str:
    """A company's name without its legal form and without capitals all through."""
    short = pattern("names.legal_end", "en").sub("", name).strip(" ,") or name
    if short.isupper() and len(short) > 5:
        short = " ".join(w if len(w) <= 2 else w.capitalize() for w in short.split())
    return short


def shouted(text: str, taken: list[Mention]) -> list[Mention]:
    """A filer's name in capitals at the head of a filing, in ordinary letters."""
    m = pattern("names.shouted").search(text[:600])
    if m is None or not Taken(taken).claim(*m.span()):
        return []
    return [Mention(m.start(), m.end(), _canonical(m[0].strip(" #\t\n")), "company")]
