"""What exactly a claim measures: the words that make another measure of one of the same name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from outlay.evidence.checks.compare import sort_of
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.quantities.meaning import Hit, find_hits
from outlay.evidence.rules import pattern, words
from outlay.evidence.types import Claim

__all__ = ["Things", "content", "in_table", "qualifiers", "stands", "when"]

_WORD = re.compile(r"[A-Za-z][\w&'’-]*|\d+[A-Za-z]\w*|[\u3400-\u9fff]+")
_CLAUSE = re.compile(r"[;；。]|[,，](?!\d)|\.(?=\s|$)")
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][\w&’'-]+|“[^”]+”|《[^》]+》")
_BEFORE = re.compile(r"(?:[A-Za-z][\w&'’-]*[ -]){0,3}$|[\u3400-\u9fff]{0,4}$")
_PAUSE = re.compile(r"[;；。:：]|[,，](?!\d)|\.(?=\s|$)")
_HAN, _ECHO = 4, 3  # letters or words of an echo
_UNITS = frozenset(
    ["mw", "gw", "kw", "gwh", "mwh", "usd", "rmb", "cny", "eur", "gbp", "hkd", "jpy", "yen",
     "dollar", "euro", "亿元", "万元", "元"]
)  # fmt: skip
_MONTH = 7  # of 2026-04
_NOW = ("W", "chip", "server", "rack", "site")
_CALENDAR = re.compile(
    r"\b[Tt]hree [Mm]onths\b|(?:FY|Q[1-4]|H[12]|CY)?\s?'?(?:19|20)\d\d\s?年?(?:度|[EeAaPF]\b)?"
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


def _said(text: str) -> list[str]:
    """The words of a text, in its order."""
    return [m[0] for m in _WORD.finditer(text)]


def _plain(text: str, but: str = "") -> frozenset[str]:
    return _without(_content(text), but)


def _without(found: frozenset[str], but: str) -> frozenset[str]:
    skip = {w.lower() for w in _said(but)} if found else set[str]()
    return frozenset(w.removesuffix("s") for w in found if w not in skip)


@lru_cache(4096)
def _content(text: str) -> frozenset[str]:
    """The words of a text but those that change no measure."""
    plain = frozenset(words("checks.plain"))
    found = (w.lower() for w in _said(_CALENDAR.sub(" ", text)))
    return frozenset(w for w in found if w not in plain)


@lru_cache(4096)
def content(text: str) -> frozenset[str]:
    """The words of a text but those that change no measure; of Chinese, pairs of letters."""
    found = _plain(text)
    han = (w for w in found if not w.isascii())
    pairs = {w[i : i + 2] for w in han for i in range(len(w) - 1)}
    return frozenset(w for w in found if w.isascii()) | pairs - set(words("checks.plain"))


def qualifiers(text: str) -> frozenset[str]:
    """The words of a text that make of one measure another."""
    return _qualifiers(text, 0, len(text))


@lru_cache(4096)
def _label(text: str) -> tuple[frozenset[str], frozenset[str], tuple[tuple[str, str], ...]]:
    """Of a label its words, those that make another measure, and the families it names."""
    hits = find_hits(text, 0, len(text))
    named = tuple((h.metric.family, text[h.start : h.end]) for h in hits)
    return _content(text), _qualifiers(text, 0, len(text)), named


class Things:
    """What the claims of a reading measure; each is looked at once."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        claims = list(claims)
        self._words: dict[str, _Words] = {}
        self._listed = Counter(map(_place, claims))
        self._beside = Counter((c.document, c.span, c.unit) for c in claims)
        self._who: dict[str, str] = {}
        names = sorted({c.subject for c in claims if c.subject})
        for name in names:
            first, end = bisect_left(names, name + " "), bisect_left(names, name + "!")
            self._who[name] = names[first] if end - first == 1 else name
        for name in names:
            short = pattern("names.tail", "zh").sub("", name)
            if short != name and short in self._who:
                self._who[short] = name

    def who(self, c: Claim) -> str:
        """Its subject by the one longer name that begins with it."""
        return self._who.get(c.subject, c.subject)

    def near(self, c: Claim) -> tuple[str, ...]:
        """What of the key is known without a look at the words."""
        return self.who(c), c.family, _named(c.family, c.metric), when(c)

    def key(self, c: Claim) -> tuple[str, ...]:
        """What has to agree before two values are set against one another."""
        head, _, rest = c.unit.partition("/")
        money = currency_of(c.unit)
        rate = "" if head in ("token", "request") else rest
        return (
            self.who(c), c.family, self._of(c).named, sort_of(c), c.about,
            when(c), "money" if money else head, rate,
        )  # fmt: skip

    def led(self, c: Claim) -> tuple[str, ...]:
        """The last words before a value, but those that make no other measure: an echo of them
        beside another value speaks of the same thing, however its measure is called."""
        before = c.sentence[: max(0, c.value_span[0] - c.span[0])]
        clause = _PAUSE.split(before)[-1]
        own = {w.lower() for w in _said(c.subject)}
        plain = words("checks.plain")
        said = [w for w in _said(clause) if w.lower() not in plain]
        han = "".join(w for w in said if not w.isascii())
        if len(han) > _HAN:
            for word in (w for w in plain if not w.isascii()):
                han = han.replace(word, "")
            return (han[-_HAN:],) if len(han) >= _HAN else ()
        last = [w.lower() for w in said if w.isascii()][-_ECHO:]
        return tuple(last) if len(last) == _ECHO and set(last) - own else ()

    def said_in(self, cell: Claim, prose: Claim) -> bool:
        """Whether the labels of a cell stand in a sentence about the same thing."""
        label = " ".join((*cell.row, *cell.column))
        named = _plain(label, self.who(cell)) - _UNITS
        text = prose.sentence
        if _qualifiers(text, 0, len(text)) - _qualifiers(label, 0, len(label)):
            return False
        return bool(named) and named <= _plain(text)

    def single(self, c: Claim) -> bool:
        """Whether its actor has one such figure a period, so that another is a contradiction."""
        return c.family in words("checks.single")

    def sole(self, a: Claim, b: Claim) -> bool:
        """Whether any other value of either would be a contradiction: neither is one of a list;
        two tables may be of two segments that only their headings name."""
        for c in (a, b):
            several = self._listed[_place(c)] > 1 or pattern("checks.lists").search(c.sentence)
            if several and not in_table(c):
                return False
        return self.single(a) and not (in_table(a) and in_table(b))

    def alike(self, a: Claim, b: Claim, strictly: bool) -> bool:
        """Whether no word beside one measure makes another of it; strictly: nor may make."""
        one, other = self._of(a), self._of(b)
        if (a.tag and b.tag and a.tag != b.tag) or _changes(a) != _changes(b):
            return False
        if one.strong != other.strong:
            return False
        return not strictly or one.weak == other.weak

    def amounts_beside(self, c: Claim) -> int:
        """How many amounts of its unit stand in its sentence, itself with them."""
        return 0 if in_table(c) else self._beside[c.document, c.span, c.unit]

    def told_apart(self, a: Claim, b: Claim) -> bool:
        """Whether each has a name in its sentence that the other has not: two deals, two sites."""
        one, other = _others_named(a), _others_named(b)
        return bool(one - other and other - one) or self._led_apart(a, b)

    def _led_apart(self, a: Claim, b: Claim) -> bool:
        """Whether the same words but for a name stand before both."""
        one, other = self.led(a), self.led(b)
        differ = [(x, y) for x, y in zip(one, other, strict=False) if x != y]
        named = (x.title() in a.sentence and y.title() in b.sentence for x, y in differ)
        return 0 < len(differ) < len(one) and one[0].isascii() and all(named)

    def _of(self, c: Claim) -> _Words:
        known = self._words.get(c.id)
        if known is None:
            known = self._words[c.id] = _of_cell(c) if in_table(c) else _of_prose(c)
        return known


def _others_named(c: Claim) -> set[str]:
    """The names of a sentence but those of whom it is about and who says it."""
    found = {m[0] for m in _NAME.finditer(c.sentence)}
    own = {*c.subject.split(), *c.attribution.split()}
    return {w for w in found if w.lower() not in words("checks.plain")} - own


def _changes(c: Claim) -> bool:
    """Whether the words before a value say that it is a difference."""
    at = c.value_span[0] - c.span[0]
    before = c.sentence[max(0, at - 30) : at]
    return not in_table(c) and bool(pattern("checks.changed").search(before))


def stands(c: Claim) -> bool:
    """Whether a value is a price or a stock, which stands until another is said."""
    return c.unit in _NOW or c.unit.startswith("token/") or sort_of(c) == "price"


def when(c: Claim) -> str:
    """The period of a value; none where a price or a stock is said to be of the day it is said."""
    day = c.period.removeprefix("FY")
    return "" if stands(c) and len(day) >= _MONTH and c.said_on.startswith(day) else day


@lru_cache(4096)
def _named(family: str, metric: str) -> str:
    """The name of a measure: the trade's where an actor has one figure of it, else as printed."""
    if family in words("checks.single"):
        return family
    return " ".join(sorted(_plain(metric))) or metric


def _qualifiers(text: str, start: int, end: int) -> frozenset[str]:
    return frozenset(m[0].lower() for m in pattern("checks.qualifier").finditer(text, start, end))


def _of_cell(c: Claim) -> _Words:
    known = c.subject if c.family in words("checks.single") else f"{c.metric} {c.subject}"
    labels = [_label(text) for text in (*c.row, *c.column) or (c.metric,)]
    for _, _, named in labels:
        known += "".join(f" {words}" for family, words in named if family == c.family)
    found = frozenset[str]().union(*(content for content, _, _ in labels))
    other = frozenset[str]().union(*(qualifiers for _, qualifiers, _ in labels))
    return _Words(_without(found, known) | other, frozenset(), _named(c.family, c.metric))


def _of_prose(c: Claim) -> _Words:
    """The words before and after the name of the measure, in the clause of the value."""
    text, at = c.sentence, c.value_span[0] - c.span[0]
    hits = [h for h in find_hits(text, 0, len(text)) if h.metric.family == c.family]
    hit = min(hits, key=lambda h: abs(h.start - at), default=None)
    named = _named(c.family, c.metric)
    if hit is None:
        return _Words(frozenset(), frozenset(), named)
    start, end = _clause(text, hit, at)
    own = c.subject.lower()
    strong = {q for q in _qualifiers(text, start, end) if q not in own}
    if hit.start >= at:
        strong |= _owner(text[start:at])
    names, weak = _beside(c, start, hit.start)
    strong |= names
    after = pattern("checks.about").search(text[hit.end : end])
    if after is not None and hit.end + after.end() != at:
        strong |= _plain(after[0], c.subject)
    return _Words(frozenset(strong), frozenset(weak), named)


def _clause(text: str, hit: Hit, at: int) -> tuple[int, int]:
    """Where the clause of a value and of the name of its measure begins and ends."""
    start = max((m.end() for m in _CLAUSE.finditer(text, 0, min(hit.start, at))), default=0)
    end = min((m.start() for m in _CLAUSE.finditer(text, max(hit.end, at))), default=len(text))
    return start, end


def _owner(before: str) -> set[str]:
    """Whose it is, where words before a value say so: "Acme's API carried 3 trillion tokens"."""
    of = pattern("checks.owned").search(before)
    if of is None or of[0].lower() in words("checks.plain"):
        return set()
    return {of[0].lower()}


def _beside(c: Claim, start: int, end: int) -> tuple[set[str], set[str]]:
    """(names, other words) just before the name of a measure, back to a word that changes none."""
    names, weak = set[str](), set[str]()
    near = _BEFORE.search(c.sentence[start:end])
    if near is None:
        return names, weak
    plain, named_by = words("checks.plain"), {w.lower() for w in _said(c.subject)}
    for word in _said(near[0])[::-1]:
        if word.lower() in plain or word.lower().removesuffix("'s").removesuffix("’s") in named_by:
            break
        (names if word[0].isupper() and start + near.start() > 0 else weak).add(word.lower())
    return names, weak
