"""What a caption or a heading says of the numbers under it: "in thousands", US$bn, 单位：万元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from outlay.evidence.blocks.types import Scope
from outlay.evidence.lexicon import (
    CURRENCY_BY_PREFIX,
    CURRENCY_BY_SUFFIX,
    GLUED_SCALE,
    scale_factor,
    unit_at,
)
from outlay.evidence.rules import pattern

__all__ = ["Measure", "asides", "decimal_of", "measure_of", "under"]

_BRACKETS = re.compile(r"[(（\[]([^()（）\[\]\n]{1,120})[)）\]]")
_SENTENCE = re.compile(
    r"[^.。!?！？\n]+(?:(?:\.(?=[A-Za-z\d])|(?<=U\.S)\.|(?<=Tsd)\.|(?<=Mi[ol])\.|(?<=Mrd)\.|(?<=Rs)\.)"
    r"[^.。!?！？\n]*)*"
)
_PIECE = re.compile(r"[^,;，；:：|]+")
_SPACE = re.compile(r"[\s.:：\-–—=*_#|“”\"]+")
_THOUSANDS = re.compile(r"['’`‘]?000(?:['’]?s)?(?!\d)|[Tt]sd\.?(?![a-z])|T(?=€|EUR)")
_DIMENSIONS = ("power", "energy", "token", "count", "area", "compute", "data", "bandwidth")
_LINE, _PER = 400, 40
_TRAILING = re.compile(r"^.{0,100}?\b(in [^()（）]+)$")


_MAY_SAY = re.compile(
    r"[$€£¥₩₹₪฿%]|(?<![A-Za-z])[A-Z]{2,3}(?![a-z])|000|[元万亿千百币位億萬]|[kMG]W|"
    r"(?i:thousand|million|billion|trillion|lakh|crore|\b[bm]n\b|dollar|yuan|renminbi|euro|\byen\b|"
    r"\bwon\b|rupee|pound|ringgit|baht|franc|kron|rupiah|riyal|dirham|shekel|token|hour)"
)
"""What a statement has, to pass over nearly all other lines at once."""
_SIGNS, _CAPITALS = re.compile("[$€£¥₩₹₪฿%元万亿千百币位億萬]"), re.compile("[A-Z][A-Z]")
_NAMED = re.compile(
    "thousand|million|billion|trillion|lakh|crore|bn|mn|dollar|yuan|renminbi|euro|yen|won|rupee|"
    "pound|ringgit|baht|franc|kron|rupiah|riyal|dirham|shekel|token|hour|000|kw"
)
"""What `_MAY_SAY` cannot do without, each found in a tenth of its time."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A statement: the fields of `Scope` that it fills, and whether it is for all that follows."""

    currency: str = ""
    scale: float = 0.0
    counts: float = 0.0
    unit: str = ""
    unit_factor: float = 1.0
    per: str = ""
    """What it is a price for, as written: "/GPU-hour", "per 1M tokens"."""
    wide: bool = False

    def __bool__(self) -> bool:
        return bool(self.currency or self.scale or self.unit or self.per)


def under(scope: Scope, said: Measure) -> Scope:
    """The scope of what stands under a statement; a new currency alone leaves the scale."""
    if not said:
        return scope
    made = replace(scope, currency=said.currency or scope.currency)
    if said.scale:
        made = replace(made, scale=said.scale, counts=said.counts or 1.0)
    elif said.currency and said.per:
        made = replace(made, scale=1.0, counts=1.0)
    if said.unit:
        made = replace(made, unit=said.unit, unit_factor=said.unit_factor)
    return made


def measure_of(text: str, *, title: bool) -> Measure:
    """What a line says of the numbers under it. title: a heading, a caption or a line alone, where
    it may be a part of what is said; a sentence must say nothing else.
    """
    if len(text) > _LINE or not (_may_say(text) if title else _opens(text)):
        return Measure()
    out = Measure(wide=bool(pattern("blocks.for_all").search(text)))
    for one in _statements(text, title):  # the first that says a thing, says it
        out = Measure(
            out.currency or one.currency, out.scale or one.scale, out.counts or one.counts,
            out.unit or one.unit, out.unit_factor if out.unit else one.unit_factor,
            out.per or one.per, out.wide,
        )  # fmt: skip
    return _of_shares(out, text) if out.scale else out


def _of_shares(said: Measure, text: str) -> Measure:
    """A statement with the scale that it has for numbers of shares, where that is another."""
    if own := pattern("blocks.shares_in").search(text):
        return replace(said, counts=scale_factor().get(own[1].lower().rstrip("s"), 1.0))
    return replace(said, counts=1.0) if pattern("blocks.shares_apart").search(text) else said


def _may_say(text: str, at: int = 0) -> bool:
    hint = _SIGNS.search(text, at) or _CAPITALS.search(text, at) or _NAMED.search(text.lower())
    return hint is not None and _MAY_SAY.search(text, at) is not None


def _statements(text: str, title: bool) -> Iterator[Measure]:
    """The statements of a line: in brackets, then piece by piece of each sentence."""
    some = False
    for m in _BRACKETS.finditer(text) if title else ():
        for piece in _PIECE.finditer(m[1]):
            made = _read(piece[0], bare=True)
            some = some or bool(made)
            yield made
    for sentence in _SENTENCE.finditer(_BRACKETS.sub(" ", text)):
        labelled = False
        for n, p in enumerate(_PIECE.finditer(sentence[0])):
            if n and not (title or labelled or some):
                break
            made = _read(p[0], bare=labelled, title=title)
            tail = _TRAILING.match(p[0]) if title and not made else None
            yield _read(tail[1], bare=True) if tail else made
            some = True
            labelled = bool(pattern("blocks.measure_label").search(p[0]))


def _opens(text: str) -> bool:
    """Whether the first word of a sentence can be one of a statement."""
    at = m.end() if (m := _SPACE.match(text)) else 0
    find_currency, _ = _currencies()
    found = pattern("blocks.measure_filler").match(text, at) or find_currency.match(text, at)
    found = found or _scales().match(text, at) or pattern("blocks.measure_but").match(text, at)
    return found is not None and _may_say(text, at)


def asides(text: str) -> Iterator[tuple[int, int]]:
    """Where a text says in brackets, or in a whole sentence, how to read the numbers under it."""
    for m in _BRACKETS.finditer(text):
        if any(_read(p[0], bare=True).scale for p in _PIECE.finditer(m[1])):
            yield m.span()


@cache
def _currencies() -> tuple[re.Pattern[str], dict[str, str]]:
    words = CURRENCY_BY_SUFFIX | CURRENCY_BY_PREFIX
    words |= {w.removesuffix("s"): c for w, c in words.items() if w.endswith("s") and len(w) > 4}
    names = sorted(words, key=len, reverse=True)
    exact = [re.escape(w) for w in names if len(w) < 4 or not w.isascii()]
    loose = [re.escape(w) for w in names if len(w) >= 4 and w.isascii()]
    return (
        re.compile(rf"(?:(?i:{'|'.join(loose)})(?![a-z])|{'|'.join(exact)})"),
        {w.lower(): c for w, c in words.items()} | words,
    )


@cache
def _scales() -> re.Pattern[str]:
    long = [w for w in scale_factor() if len(w) > 1 or not w.isascii()]
    words = "|".join(re.escape(w) for w in sorted({*long}, key=len, reverse=True))
    return re.compile(rf"(?:(?i:hundreds?|{words})(?:s(?![a-z]))?|[mMkKbB])(?![A-Za-z])")


def _read(piece: str, *, bare: bool, title: bool = True) -> Measure:
    """A piece of a line that is a statement from end to end, or nothing. bare: a currency or a unit
    alone is one."""
    at, said = 0, _Said(told=bare)
    while at < len(piece):
        if space := _SPACE.match(piece, at):
            at = space.end()
        elif pattern("blocks.measure_but").match(piece, at):
            break
        elif per := pattern("blocks.measure_per").match(piece, at):
            rest = piece[per.start() :]
            sure = said.currency and (said.told or title) and len(rest) < _PER
            scale = said.factor if said.factor > 1 else 0.0
            return Measure(said.currency, scale, per=rest) if sure else Measure()
        else:
            at = said.take(piece, at)
            if at < 0:
                return Measure()
    return said.measure(piece, bare)


@dataclass(slots=True)
class _Said:
    """The words of a statement as far as they are read. told: whether they say that it is one."""

    told: bool
    currency: str = ""
    factor: float = 1.0
    unit: str = ""
    unit_factor: float = 1.0
    letter: bool = False
    """Whether a scale is no more than a letter."""

    def take(self, piece: str, at: int) -> int:
        """Where the word at a place ends; -1 where it is none of a statement."""
        find_currency, codes = _currencies()
        if m := find_currency.match(piece, at):
            code = codes.get(m[0]) or codes[m[0].lower()]
            same = self.currency and code in ("CNY", "USD")  # 人民币…元, US…dollars
            self.currency = self.currency if same else code
            self.factor *= GLUED_SCALE.get(m[0], 1.0)
        elif not self.currency and (hit := unit_at(piece, at)) and hit[0].dimension in _DIMENSIONS:
            self.unit, self.unit_factor = hit[0].unit, hit[0].factor
            return hit[1]
        elif m := _THOUSANDS.match(piece, at):
            self.factor, self.letter = self.factor * 1e3, True
        elif m := _scales().match(piece, at):
            self._scale(m[0])
        elif m := pattern("blocks.measure_filler").match(piece, at):
            self.told = True
        return m.end() if m else -1

    def _scale(self, said: str) -> None:
        word = said.lower().rstrip("s") if said.isascii() else said
        hundreds = word == "hundred"
        self.factor *= 100.0 if hundreds else scale_factor().get(word) or scale_factor()[said]
        self.letter = self.letter or len(said) == 1

    def measure(self, piece: str, bare: bool) -> Measure:
        """What was said, where it is enough."""
        scale = self.factor if self.factor > 1 else 0.0
        if self.unit:
            factor = self.unit_factor * self.factor
            return Measure(unit=self.unit, unit_factor=factor) if bare else Measure()
        if (self.letter and not self.currency) or not (scale or (self.currency and self.told)):
            return Measure()
        money = self.currency or pattern("blocks.money_only").search(piece)
        code = "CNY" if self.currency == "¥" else self.currency
        return Measure(code, scale, 0.0 if money else scale)


_COMMA = re.compile(
    r"(?=\d)(?<![\d.,])(?:\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|0,\d+)(?![\d.,]*\d)"
)
_POINT = re.compile(
    r"(?=\d)(?<![\d.,])(?:\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}|0\.\d+)(?![\d.,]*\d)"
)
_WEAK_COMMA = re.compile(r"(?=\d)(?<![\d.,])\d+,(?:\d{1,2}|\d{4,})(?![\d.,]*\d)")
_WEAK_POINT = re.compile(r"(?=\d)(?<![\d.,])\d+\.(?:\d{1,2}|\d{4,})(?![\d.,]*\d)")


def decimal_of(texts: Iterator[str]) -> str:
    """What parts the fraction of the numbers in these texts: "." or ","; empty where they show
    neither, or both alike."""
    strong, weak = 0, 0
    for text in texts:
        strong += len(_POINT.findall(text)) - len(_COMMA.findall(text))
        weak += len(_WEAK_POINT.findall(text)) - len(_WEAK_COMMA.findall(text))
    told = strong or weak
    return "." if told > 0 else "," if told < 0 else ""
