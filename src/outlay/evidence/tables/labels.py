"""What a header, the label of a row or a caption says: whom, what, when, in which unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from outlay.evidence.blocks.types import Scope
from outlay.evidence.calendar.words import Anchor, When, find_periods, shift_year
from outlay.evidence.lexicon import Metric, common_words, unit_at
from outlay.evidence.names.mentions import find_mentions
from outlay.evidence.quantities.meaning import find_hits
from outlay.evidence.rules import pattern, words
from outlay.evidence.tables.units import TIMES, Said, unit_of
from outlay.evidence.text.clean import Cleaned, Sentence, is_chinese
from outlay.evidence.text.simplified import simplified
from outlay.evidence.text.triggers import hint
from outlay.evidence.types import Kind

__all__ = ["Label", "Labels", "is_name"]

_BRACKET = re.compile(r"\s*[（(\[]([^（()）\[\]]*)[)）\]]")
_RANGE = re.compile(r"((?:19|20)\d\d)\s?(?:[-–—]|to)\s?((?:19|20)\d\d)")
_MOST_NAMED = 200_000
_CASED = re.compile(
    r"(?i:\b(?:ended|ending|months|weeks|quarter|half)\b)|(?<=[A-Z])[A-Z]{3,}(?![A-Z\d])"
)
_ISO = re.compile(r"\b(?:usd|eur|gbp|cny|rmb|hkd|jpy|krw|inr|twd|sgd)\b")
_MONEY = re.compile(
    r"(?<=\S) [A-Z]{3}(?: (?:[kmbt]|mm|mn|bn|tn|[mbt]r?illions?|thousands?))?(?: per .+)?$"
)
_MONTH_YEAR = re.compile(
    r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[-’' ](\d\d)(?![\d,])"
)
_YEAR_OR_WORD = re.compile(r"[^\W\d_]|(?<!\d)(?:19|20)\d\d(?!\d)")
_MAY_DATE = re.compile(r"\d|[年月季期半]|(?i:year|quarter|half|month)")
_SORTS = tuple(
    f"tables.{sort}"
    for sort in ("planned", "estimated", "other_voice", "change", "share", "total", "no_period",
                 "no_amount", "paid", "priced", "counted")
)  # fmt: skip
"""Rules for what a label is besides whom, what and when."""
_YEARS = re.compile(r"(?i)\byears ended\b")


@dataclass(frozen=True, slots=True)
class Label:
    """A text of a table; what it does not say is empty."""

    text: str = ""
    words: str = ""
    """Without brackets, marks of notes, unit and period."""
    who: str = ""
    """The name that it is."""
    named: str = ""
    """A name within it."""
    sure: bool = False
    """Whether that is a name that is known."""
    period: str = ""
    hits: tuple[Metric, ...] = ()
    """Metrics that it names, the longest word first."""
    known: bool = False
    """Whether its words are those of its metrics and no others."""
    said: Said = field(default_factory=Said)
    kind: Kind = "reported"
    voice: str = ""
    change: bool = False
    share: bool = False
    total: bool = False
    timeless: bool = False
    no_amount: bool = False
    """Whether it is of shares, ratios, heads: no money, whatever stands over the table."""
    paid: bool = False
    """Whether it is of what is paid for a thing, and not of the things."""
    counted: bool = False

    def closes(self, heading: str) -> bool:
        """Whether it is the sum of the rows under a heading, the last of them."""
        return self.total or self.words.lower() in (f"总{heading}", f"total {heading.lower()}")

    @property
    def measures(self) -> bool:
        """Whether it is of a metric and not of anybody, nor of a sum."""
        return bool(self.hits) and not self.who and not self.total

    @property
    def declared(self) -> bool:
        """Whether it declares a unit or a currency."""
        return self.said.unit != "" or self.said.currency != ""

    @property
    def turned(self) -> bool:
        """Whether it is of changes or shares and not of amounts."""
        return self.change or self.share


class Labels:
    """The texts of one table as labels, each read once."""

    def __init__(self, texts: Iterable[str], caption: str, scope: Scope, day: str) -> None:
        self.scope = scope
        self.anchor = replace(Anchor.of(scope.date or day), fiscal_end=scope.fiscal_end)
        texts = list(texts)
        self._names = _names(caption.split("\n"), texts)
        self._read: dict[str, Label] = {}
        self._is_period: dict[str, bool] = {}
        self.fiscal = (
            pattern("tables.fiscal").search(caption) is not None
            and pattern("tables.calendar").search(caption) is None
        )
        self.base = scope.period
        lines = (w.period for line in caption.split("\n") for w in self._periods(line[:300]))
        self.base = scope.period or next(lines, "")

    def of(self, text: str) -> Label:
        if text not in self._read:
            self._read[text] = self._label(text) if text else Label()
        return self._read[text]

    def is_period(self, text: str) -> bool:
        """Whether a text is a period and nothing else."""
        if text not in self._is_period:
            self._is_period[text] = len(text) < 60 and self._all_period(text)
        return self._is_period[text]

    def _all_period(self, text: str) -> bool:
        if not _YEAR_OR_WORD.search(text):
            return False
        text = _short(_BRACKET.sub("", text)).strip(" :：,，*")
        this, last = pattern("tables.this_period"), pattern("tables.last_period")
        return bool(this.search(text) or last.search(text)) or any(
            w.period and w.end - w.start >= len(text) - 1 for w in self._periods(text)
        )

    def period_of(self, path: Sequence[str]) -> str:
        """The period of labels that stand over one another: "Year ended March 31," over "2025"."""
        said = [t for t in path if t]
        for text in (_join(said), _join(said[::-1])):
            for w in self._periods(text):
                inside = any(text[w.start : w.end].strip(" ,") in t for t in said)
                if w.period and not inside and re.search(r"(?:19|20)\d\d", text[w.start : w.end]):
                    return w.period
        return next((p for t in reversed(said) if (p := self.of(t).period)), "")

    def _periods(self, text: str) -> list[When]:
        return [self._of_year(w) for w in _said_in(text, self.anchor)]

    def _of_year(self, when: When) -> When:
        """A quarter or a month without a year is of the year that the table is of, or of none."""
        if not when.loose:
            return when
        year = re.match(r"(?:FY)?\d{4}", self.base)
        part = re.search(r"-.*", when.period)
        return replace(when, period=year[0] + part[0] if year and part else "")

    def _period(self, text: str) -> str:
        text = _short(text)
        bare = _BRACKET.sub("", text).strip(" :：,，*")
        if pattern("tables.this_period").search(bare):
            return self.base
        if pattern("tables.last_period").search(bare):
            return shift_year(self.base, -1)
        found = self._periods(text)
        if not found:
            return ""
        period = found[0].period
        run = _RANGE.search(text, max(found[0].start - 1, 0), found[0].end + 8)
        if run and int(run[1]) < int(run[2]):
            period = "/".join(f"{'FY' if period.startswith('FY') else ''}{y}" for y in run.groups())
        elif self.fiscal and re.fullmatch(r"\d{4}(?:-[QH]\d)?", period):
            period = f"FY{period}"
        return period

    def _label(self, text: str) -> Label:
        bare, plain = _bare(text)
        named, covers, sure = self._names.get(text.split("\n")[0], ("", 0, False))
        who = named if sure and 2 * covers >= len(bare.words) else ""
        return replace(bare, who=who, named=named, sure=sure, period=self._period(plain))


@lru_cache(maxsize=4096)
def _bare(text: str) -> tuple[Label, str]:
    """What a label says whatever table it stands in, and its text as it is read."""
    plain = text.replace("_", " ")
    if plain != text:  # capex_usd_bn
        plain = _declaring(_ISO.sub(lambda m: m[0].upper(), plain))
    words, plain = _words(plain), simplified(plain)
    own = simplified(words)
    known = _is_known(own)
    hits = find_hits(plain, 0, len(plain))
    if not known and pattern("tables.other_thing").search(own):
        hits = []
    ranked = sorted(hits, key=lambda h: (h.start - h.end, h.metric.order))
    metrics = tuple(dict.fromkeys(h.metric for h in ranked))
    firm = words in (plain, text) and pattern("tables.firm").search(words)
    made = Label(text, words, hits=metrics, known=known, said=Said() if firm else unit_of(plain))
    sorts = hint(_SORTS)
    return (_sorted(made, plain, own) if sorts.may(plain) or sorts.may(own) else made), plain


def _sorted(label: Label, plain: str, own: str) -> Label:
    """The label with what its words say besides whom, what and when."""
    planned, estimated = pattern("tables.planned"), pattern("tables.estimated")
    kind: Kind = "planned" if planned.search(plain) else "reported"
    voice = pattern("tables.other_voice").search(plain)
    change = pattern("tables.change").search(plain) is not None
    return replace(
        label,
        kind="estimated" if estimated.search(plain) else kind,
        voice=voice[0].lower() if voice else "",
        change=change,
        share=not change and pattern("tables.share").search(plain) is not None,
        total=pattern("tables.total").search(plain) is not None,
        timeless=pattern("tables.no_period").search(plain) is not None,
        no_amount=pattern("tables.no_amount").search(plain) is not None,
        paid=any(pattern(f"tables.{rule}").search(own) for rule in ("paid", "priced")),
        counted=pattern("tables.counted").search(own) is not None,
    )


@lru_cache(maxsize=4096)
def _said_in(text: str, anchor: Anchor) -> tuple[When, ...]:
    """The periods that a text names, in the first language in which it names any."""
    if not _MAY_DATE.search(text):
        return ()
    chinese = is_chinese(text)
    text = _CASED.sub(lambda m: m[0].lower(), _YEARS.sub("Year ended", text))
    none: list[When] = []  # "notes due 2030" names no period in any language
    for language in (chinese, not chinese):
        found = find_periods(text, anchor, False, language)
        found = [w for w in found if not any(w.start < n.end > n.start < w.end for n in none)]
        if any(w.period for w in found):
            return tuple(w for w in found if w.period)
        none += [w for w in found if not w.relative]
    return ()


def is_name(said: str) -> bool:
    """Whether words may be the name of somebody: capitals, none of them a common word."""
    parts = said.split()
    written = all(p[0].isupper() and len(p) > 2 and p.replace("&", "").isalnum() for p in parts)
    return 0 < len(parts) <= 4 and written and not any(p.lower() in _common() for p in parts)


@cache
def _common() -> frozenset[str]:
    return frozenset(w.lower() for w in common_words()) | set(words("tables.no_name", "en"))


def _declaring(name: str) -> str:
    """The name of a field, its last words its unit: lease_term_years is "lease term (years)"."""
    if money := _MONEY.search(name):
        return f"{name[: money.start()]} ({money[0].strip()})"
    head, _, tail = name.rpartition(" ")
    unit = unit_at(tail, 0)
    if unit is None or unit[1] < len(tail) or tail in TIMES or not head:
        return name
    said = unit_of(name)
    counted = unit[0].dimension in ("count", "token")
    return name if counted or said.currency or said.per else f"{head} ({tail})"


def _short(text: str) -> str:
    """Mar-25 is March 2025."""
    return _MONTH_YEAR.sub(r"\1 20\2", text)


def _join(texts: Sequence[str]) -> str:
    return " ".join(_BRACKET.sub("", t).strip(" :：") for t in texts)[-300:]


@lru_cache(maxsize=4096)
def _words(text: str) -> str:
    """A label without its brackets, its unit behind a comma, its marks of notes."""
    text = _BRACKET.sub("", text).strip(" :：*†‡·•–—-")
    head, comma, tail = text.rpartition(",")
    said = unit_of(tail) if comma else None
    if said and head and (said.currency or (said.unit and not said.loose)):
        text = head
    return re.sub(r"[¹²³⁰-⁹]+$", "", text.strip(" :：*")).strip()


def _is_known(words: str) -> bool:
    """Whether a label is the word of one metric and fillers."""
    hits = find_hits(words, 0, len(words))
    if not hits:
        return False
    h = min(hits, key=lambda h: (h.start - h.end, h.metric.order))
    left = pattern("tables.fillers").sub(" ", f"{words[: h.start]} {words[h.end :]}")
    return not re.search(r"[A-Za-z\u3400-\u9fff]", left)


def _names(titles: Sequence[str], texts: Sequence[str]) -> dict[str, tuple[str, int, bool]]:
    """Names in the texts of a table, found in one go over all of them, with their lengths; in
    titles those too that no list knows."""
    firsts = (t.split("\n")[0] for t in (*titles, *texts) if t)
    joined = "\n".join(dict.fromkeys(firsts))[:_MOST_NAMED]
    lines, at = [], 0
    for n, line in enumerate(joined.split("\n")):
        lines.append(Sentence(at, at + len(line), n, is_chinese(line), False))
        at += len(line) + 1
    found: dict[str, tuple[str, int, bool]] = {}
    for m in find_mentions(Cleaned(joined, tuple(lines), ())).all:
        if m.kind in ("company", "org", "unit", "app", "model", "chip"):
            end = joined.find("\n", m.start)
            line = joined[joined.rfind("\n", 0, m.start) + 1 : end if end >= 0 else None]
            if line not in found and (m.kind != "org" or line in titles):
                found[line] = m.name, m.end - m.start, m.kind != "org"
    return found
