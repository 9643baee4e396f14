"""What exactly a claim measures: the words that make another measure of one of the same name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from outlay.evidence.checks.compare import sort_of
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.quantities.meaning import find_hits
from outlay.evidence.rules import pattern, words
from outlay.evidence.types import Claim

__all__ = ["Things", "in_table"]

_WORD = re.compile(r"[A-Za-z][\w&'’-]*|\d+[A-Za-z]\w*|[\u3400-\u9fff]+")
_CLAUSE = re.compile(r"[;；。]|[,，](?!\d)|\.(?=\s|$)")
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][\w&’'-]+|“[^”]+”|《[^》]+》")
_BEFORE = re.compile(r"(?:[A-Za-z][\w&'’-]*[ -]){0,3}$|[\u3400-\u9fff]{0,4}$")
_CALENDAR = re.compile(
    r"\bthree months\b|(?:FY|Q[1-4]|H[12]|CY)?\s?'?(?:19|20)\d\d\s?年?(?:度|[EeAaPF]\b)?"
    r"|\bQ[1-4]\b|\d+(?:st|nd|rd|th)?\b"
    r"|[(（][^()（）]*[)）]"
)


@dataclass(frozen=True, slots=True)
class _Words:
    """Words beside the name of a measure: those that change it, and those that may."""

    strong: frozenset[str]
    weak: frozenset[str]
    named: str


def _place(c: Claim) -> tuple[object, ...]:
    return c.document, c.span, c.family, c.unit


def in_table(c: Claim) -> bool:
    """Whether a claim is a cell."""
    before = c.sentence[: max(0, c.value_span[0] - c.span[0])]
    return bool(c.row or c.column) or "|" in before or "\t" in c.sentence


def _plain(text: str, but: str = "") -> frozenset[str]:
    skip = {*words("checks.plain"), *(w.lower() for w in _WORD.findall(but))}
    found = (w.lower() for w in _WORD.findall(_CALENDAR.sub(" ", text)))
    return frozenset(w.removesuffix("s") for w in found if w not in skip)


class Things:
    """What the claims of a reading measure; each is looked at once."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        claims = list(claims)
        self._words: dict[str, _Words] = {}
        self._listed = Counter(map(_place, claims))
        self._beside = Counter((c.document, c.span, c.unit) for c in claims)
        self._who: dict[str, str] = {}
        names = {c.subject for c in claims if c.subject}
        longer: dict[str, list[str]] = defaultdict(list)
        for name in names:
            for space in re.finditer(" ", name):
                longer[name[: space.start()]].append(name)
        for name in names:
            self._who[name] = longer[name][0] if len(longer[name]) == 1 else name

    def who(self, c: Claim) -> str:
        """Its subject by the one longer name that begins with it."""
        return self._who.get(c.subject, c.subject)

    def key(self, c: Claim) -> tuple[str, ...]:
        """What has to agree before two values are set against one another."""
        head, _, rest = c.unit.partition("/")
        money = currency_of(c.unit)
        rate = "" if head in ("token", "request") else rest
        return (
            self.who(c), c.family, self._of(c).named, sort_of(c), c.about,
            c.period.removeprefix("FY"), "money" if money else head, rate,
        )  # fmt: skip

    def single(self, c: Claim) -> bool:
        """Whether its actor has one such figure a period, so that another is a contradiction."""
        return c.family in words("checks.single")

    def sole(self, a: Claim, b: Claim) -> bool:
        """Whether any other value of either would be a contradiction: neither is one of a list;
        two tables may be of two segments that only their headings name."""
        for c in (a, b):
            several = self._listed[_place(c)] > 1 or pattern("checks.lists").search(c.sentence)
            at = c.value_span[0] - c.span[0]
            change = pattern("checks.changed").search(c.sentence[max(0, at - 30) : at])
            if (several or change) and not in_table(c):
                return False
        return self.single(a) and not (in_table(a) and in_table(b))

    def alike(self, a: Claim, b: Claim, strictly: bool) -> bool:
        """Whether no word beside one measure makes another of it; strictly: nor may make."""
        one, other = self._of(a), self._of(b)
        if a.tag and b.tag and a.tag != b.tag:
            return False
        if one.strong != other.strong:
            return False
        return not strictly or one.weak == other.weak

    def amounts_beside(self, c: Claim) -> int:
        """How many amounts of its unit stand in its sentence, itself with them."""
        return 0 if in_table(c) else self._beside[c.document, c.span, c.unit]

    def told_apart(self, a: Claim, b: Claim) -> bool:
        """Whether each has a name in its sentence that the other has not: two deals, two sites."""
        one, other = (
            {w for w in _NAME.findall(c.sentence) if w.lower() not in words("checks.plain")}
            - {*c.subject.split(), *c.attribution.split()}
            for c in (a, b)
        )  # fmt: skip
        return bool(one - other and other - one)

    def _of(self, c: Claim) -> _Words:
        known = self._words.get(c.id)
        if known is None:
            known = self._words[c.id] = _of_cell(c) if in_table(c) else _of_prose(c)
        return known


def _named(c: Claim) -> str:
    """The name of a measure: the trade's where an actor has one figure of it, else as printed."""
    if c.family in words("checks.single"):
        return c.family
    return " ".join(sorted(_plain(c.metric))) or c.metric


def _qualifiers(text: str, start: int, end: int) -> frozenset[str]:
    return frozenset(m[0].lower() for m in pattern("checks.qualifier").finditer(text, start, end))


def _of_cell(c: Claim) -> _Words:
    label = " ".join((*c.row, *c.column)) or c.metric
    known = "" if c.family in words("checks.single") else c.metric
    for hit in find_hits(label, 0, len(label)):
        if hit.metric.family == c.family:
            known += " " + label[hit.start : hit.end]
    strong = _plain(label, f"{known} {c.subject}") | _qualifiers(label, 0, len(label))
    return _Words(strong, frozenset(), _named(c))


def _of_prose(c: Claim) -> _Words:
    """The words before and after the name of the measure, in the clause of the value."""
    text, at = c.sentence, c.value_span[0] - c.span[0]
    hits = [h for h in find_hits(text, 0, len(text)) if h.metric.family == c.family]
    hit = min(hits, key=lambda h: abs(h.start - at), default=None)
    named = _named(c)
    if hit is None:
        return _Words(frozenset(), frozenset(), named)
    start = max((m.end() for m in _CLAUSE.finditer(text, 0, min(hit.start, at))), default=0)
    end = min((m.start() for m in _CLAUSE.finditer(text, max(hit.end, at))), default=len(text))
    strong = set(_qualifiers(text, start, end))
    near = _BEFORE.search(text[start : hit.start])
    beside, first = (_WORD.findall(near[0])[::-1], near.start()) if near else ([], 0)
    plain, own = words("checks.plain"), {w.lower() for w in _WORD.findall(c.subject)}
    weak: set[str] = set()
    for word in beside:
        if word.lower() in plain or word.lower().removesuffix("'s").removesuffix("’s") in own:
            break
        (strong if word[0].isupper() and start + first > 0 else weak).add(word.lower())
    after = pattern("checks.about").search(text[hit.end : end])
    if after is not None and hit.end + after.end() != at:
        strong |= _plain(after[0], c.subject)
    return _Words(frozenset(strong), frozenset(weak), named)
