"""Tagged facts to claims with exact value, unit, entity and period; what a cover says."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Literal

from outlay.evidence.lexicon import rows
from outlay.evidence.tagged.periods import fiscal_end_among, period_of, quarter_to
from outlay.evidence.tagged.raw import Context, RawFact, Tagged
from outlay.evidence.tagged.values import day_of, duration_of, is_nil, unit_of, valued
from outlay.evidence.types import Claim, Document
from outlay.results.claims import Grounds

__all__ = ["Cover", "Tags", "by_registrant", "facts_of", "tags_of"]

_KNOWN = {
    "us-gaap": "us-gaap", "dei": "/dei/", "ifrs-full": "ifrs-full", "iso4217": "iso4217",
    "srt": "/srt/",
}  # fmt: skip
"""Prefixes by which namespaces are known, and what stands in theirs."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|\d+")
_PERCENT = re.compile(r"Percent|Rate(?!d)|Yield|Margin")
_CHANGE = re.compile(r"^(?:IncreaseDecrease|.*PeriodIncreaseDecrease)|Growth|Change(?!able)")
_SUFFIX = re.compile(
    r"[,.\s]+(?:inc|incorporated|corp|corporation|co|company|ltd|limited|plc|llc|lp|nv|sa|se|ag"
    r"|holdings?|group|de|the)\.?$",
    re.IGNORECASE,
)
_PAST = "previously reported"
"""Of what an amended filing says that the one before it said."""
AMENDS = "it amends a filing before it"
_GROUNDS = Grounds("tag", "tag", "tag", "tag")
_MOST_NAMED = 60


@dataclass(frozen=True, slots=True)
class Cover:
    """What a filing's cover tags; empty where it does not."""

    entity: str = ""
    date: str = ""
    period: str = ""
    fiscal_end: int = 0
    currency: str = ""
    amends: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """A fact with its context looked up and its number made out."""

    raw: RawFact
    concept: str
    context: Context
    value: float
    rounding: float
    unit: str


def _named(tagged: Tagged, name: str) -> str:
    """A name of the file's with the prefix that its namespace is known by."""
    prefix, _, local = name.rpartition(":")
    uri = next((u for p, u in tagged.prefixes.items() if p.lower() == prefix.lower()), "")
    usual = next((known for known, part in _KNOWN.items() if part in uri), prefix)
    return f"{usual}:{local}" if usual else local


def in_words(name: str) -> str:
    """CamelCase as words: "PaymentsToAcquireLand" is payments to acquire land."""
    local = name.rpartition(":")[2].removesuffix("Member").removesuffix("Axis")
    words = _WORD.findall(local)
    return " ".join(w if w.isupper() and len(w) > 1 else w.lower() for w in words) or local


@cache
def _metrics() -> dict[str, tuple[str, int]]:
    """Our name of a concept, and how far down it stands among those of one name."""
    return {r["concept"]: (r["metric"], n) for n, r in enumerate(rows("concepts.csv"))}


@cache
def _families() -> dict[str, str]:
    return {r["metric"]: r["family"] for r in rows("metrics.csv")}


@cache
def _entities() -> dict[str, str]:
    found: dict[str, str] = {}
    for r in rows("entities.csv"):
        for alias in (r["name"], *r["aliases"].split("|")):
            found.setdefault(_bare(alias), r["name"])
    return found


def _bare(name: str) -> str:
    short = name.strip()
    while (cut := _SUFFIX.sub("", short)) != short and cut:
        short = cut
    return short.casefold()


def entity_named(name: str) -> str:
    """The name by which we know a registrant: "NVIDIA CORP" is NVIDIA; else as it stands."""
    return _entities().get(_bare(name), name.strip()) if name.strip() else ""


def cover_of(tagged: Tagged) -> Cover:
    """Entity, period and calendar that the facts of a cover say."""
    said: dict[str, RawFact] = {}
    for fact in tagged.facts:
        concept = _named(tagged, fact.name)
        context = tagged.contexts.get(fact.context)
        if concept.startswith("dei:") and fact.text and not (context and context.dimensions):
            said.setdefault(concept[4:], fact)
    name = said.get("EntityRegistrantName")
    end = said.get("DocumentPeriodEndDate")
    year_end = said.get("CurrentFiscalYearEndDate")
    spans = [(c.start, c.end) for c in tagged.contexts.values()]
    fiscal = _month_of(day_of(year_end)) if year_end else 0
    fiscal = fiscal or fiscal_end_among(spans)
    units = (unit_of(tagged.units[f.unit])[0] for f in tagged.facts if f.unit in tagged.units)
    money = Counter(u for u in units if re.fullmatch(r"[A-Z]{3}", u))
    whole = tagged.contexts.get(end.context) if end else None
    start, last = (whole.start, whole.end) if whole else ("", "")
    quarter = said.get("DocumentFiscalPeriodFocus")
    if start and quarter and quarter.text in ("Q1", "Q2", "Q3"):  # its context runs from January
        start = quarter_to(last) or start
    amends = said.get("AmendmentFlag")
    return Cover(
        entity_named(name.text if name else tagged.entity),
        day_of(end) if end else "",
        period_of(start, last, fiscal) if start else "",
        fiscal,
        money.most_common(1)[0][0] if money else "",
        amends is not None and amends.text.lower() in ("true", "yes", "☒", "1"),
    )


def _month_of(day: str) -> int:
    """The month that a fiscal year ends in; its first week is still the month before."""
    month, last = int(day[-5:-3] or 0), int(day[-2:] or 0)
    return ((month - 2) % 12 + 1 if last <= 7 else month) if month else 0


@dataclass(frozen=True)
class Tags:
    """The tagged numbers of a document, and what its cover says."""

    cover: Cover
    facts: tuple[_Read, ...]
    notes: tuple[str, ...]

    def claims(
        self, document: Document, prefix: str, words: Iterable[Claim] = ()
    ) -> tuple[list[Claim], list[str]]:
        """A claim for every tagged number, then what else was read, and notes of what is none.

        words: claims of text and tables; those whose number is a tagged one are that fact.
        """
        groups: dict[tuple[str, str, Context], list[_Read]] = defaultdict(list)
        for fact in self.facts:
            groups[fact.concept, fact.unit, fact.context].append(fact)
        claims: list[Claim] = []
        places: list[tuple[int, int, int]] = []
        told = 0
        for facts in groups.values():
            kept = _distinct(facts)
            for fact in facts:
                told += int(fact.raw.said.get("times", "1"))
                n = next((i for i, k in enumerate(kept) if k.value == fact.value), 0)
                if fact.raw.start >= 0:
                    places.append((fact.raw.start, fact.raw.end, len(claims) + n))
            claims += _of_one_thing([
                _claim(document, fact, self.cover, f"{prefix}.t{len(claims) + n}")
                for n, fact in enumerate(kept, 1)
            ], dated="filed" in facts[0].raw.said)  # fmt: skip
        notes = [f"{told:,} tagged numbers; each counted once: {len(claims):,}", *self.notes]
        if self.cover.amends:
            notes.insert(0, AMENDS)
        claims = _apart(claims)
        return [*claims, *_beside(words, claims, sorted(places))], notes

    def shown(self, start: int, end: int) -> bool:
        """Whether a tagged number stands there."""
        n = bisect_left(self.starts, end)
        return n > 0 and self.starts[n - 1] >= start

    @cached_property
    def starts(self) -> list[int]:
        return sorted(f.raw.start for f in self.facts if f.raw.start >= 0)


def _of_one_thing(claims: list[Claim], *, dated: bool) -> list[Claim]:
    """Of figures of one thing the one that was filed last holds, and no earlier one's record."""
    if dated:
        first = claims[0]
        rest = (replace(c, status="earlier", replaced_by=first.id) for c in claims[1:])
        return [first, *rest]
    past = (c.about.endswith(_PAST) for c in claims)
    return [replace(c, status="earlier") if p else c for c, p in zip(claims, past, strict=True)]


def _beside(
    words: Iterable[Claim], facts: list[Claim], places: Sequence[tuple[int, int, int]]
) -> list[Claim]:
    """The claims of words less those on a tagged number, which is given their labels."""
    same: dict[str, str] = {}
    rest = []
    for c in words:
        n = bisect_left(places, (c.value_span[1],))
        _, end, fact = places[n - 1] if n else (0, 0, -1)
        if fact < 0 or end <= c.value_span[0]:
            rest.append(c)
            continue
        same[c.id] = facts[fact].id
        if c.row and not facts[fact].row:
            facts[fact] = replace(facts[fact], row=c.row, column=c.column)
    if not same:
        return rest
    return [
        replace(
            c, converts=same.get(c.converts, c.converts), whole=same.get(c.whole, c.whole),
            compared_with=same.get(c.compared_with, c.compared_with),
            replaced_by=same.get(c.replaced_by, c.replaced_by),
            part_of=same.get(c.part_of, c.part_of),
        )
        for c in rest
    ]  # fmt: skip


def tags_of(tagged: Tagged) -> Tags:
    """What the tagged facts of a document say."""
    facts, notes = _read(tagged)
    return Tags(cover_of(tagged), tuple(facts), tuple(notes))


def _read(tagged: Tagged) -> tuple[list[_Read], list[str]]:
    units = {k: unit_of(_units(tagged, u)) for k, u in tagged.units.items()}
    names = {n: _named(tagged, n) for n in {f.name for f in tagged.facts}}
    contexts = {k: _context(tagged, c) for k, c in tagged.contexts.items()}
    out: list[_Read] = []
    unread: dict[str, Counter[str]] = defaultdict(Counter)
    halves: list[RawFact] = []
    fraction: RawFact | None = None
    for raw in tagged.facts:
        if raw.kind in ("numerator", "denominator"):
            halves.append(raw)
            if fraction is None or len(halves) < 2:
                continue
            numbers = [valued(h) for h in sorted(halves, key=lambda h: h.kind, reverse=True)]
            over, under = numbers
            if not over or not under or not under[0]:
                unread["a fraction without its numbers"][names[fraction.name]] += 1
                continue
            found: tuple[float, float] | None = (over[0] / under[0], 0.0)
            raw, fraction = fraction, None
        elif raw.kind == "fraction" and not is_nil(raw):
            fraction, halves = raw, []
            continue
        else:
            found = None
        name = names[raw.name]
        unit, factor = units.get(raw.unit, ("", 1.0))
        if raw.kind == "nonnumeric" or (raw.kind == "plain" and not raw.unit):
            length = duration_of(raw)
            if length is None:
                continue  # words
            found, unit, factor = (length[0], 0.0), length[1], 1.0
        context = contexts.get(raw.context)
        if is_nil(raw):
            unread["nil, without a value"][name] += 1
            continue
        found = found or valued(raw)
        if found is None:
            unread["no number in their text"][name] += 1
        elif context is None:
            unread["of a context that the file does not hold"][name] += 1
        elif raw.unit and raw.unit not in units:
            unread["in a unit that the file does not hold"][name] += 1
        else:
            unit = unit or _pure(name, raw)
            out.append(_Read(raw, name, context, found[0] * factor, found[1] * factor, unit))
    notes = []
    for why, counts in unread.items():
        told = [f"{n} ({c:,})" if c > 1 else n for n, c in counts.items()]
        more = f" and {len(told) - _MOST_NAMED:,} more" if len(told) > _MOST_NAMED else ""
        total = sum(counts.values())
        notes.append(f"tagged facts {why}, {total:,}: {', '.join(told[:_MOST_NAMED])}{more}")
    return out, notes


def _units(
    tagged: Tagged, unit: tuple[tuple[str, ...], tuple[str, ...]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    over, under = (tuple(_named(tagged, m) for m in side) for side in unit)
    return over, under


def _context(tagged: Tagged, context: Context) -> Context:
    named = ((_named(tagged, a), m if m[:1] == "=" else _named(tagged, m))
             for a, m in context.dimensions)  # fmt: skip
    return replace(context, dimensions=tuple(named))


def _pure(name: str, raw: RawFact) -> str:
    """What a pure number counts: a share in hundredths, things, or nothing."""
    if _PERCENT.search(name) or raw.said.get("scale") == "-2":
        return "fraction"
    return "unit" if "NumberOf" in name else "ratio"


def _distinct(facts: Sequence[_Read]) -> list[_Read]:
    """Facts of one thing that differ by more than rounding; the last filed, or finest, first."""
    order = sorted(
        facts, key=lambda f: (f.raw.said.get("filed", ""), -f.rounding, f.raw.start >= 0),
        reverse=True,
    )  # fmt: skip
    kept: list[_Read] = []
    seen: set[float] = set()
    for fact in order:
        same = fact.value in seen or (
            "filed" not in fact.raw.said
            and any(
                abs(k.value - fact.value) <= (k.rounding + fact.rounding) * (1 + 1e-9)
                for k in kept[:8]
            )
        )
        if not same:
            seen.add(fact.value)
            kept.append(fact)
    return kept


def _claim(document: Document, fact: _Read, cover: Cover, name: str) -> Claim:
    raw, context = fact.raw, fact.context
    known = _metrics().get(fact.concept)
    metric = known[0] if known else in_words(fact.concept)
    about = "; ".join(_about(a, m) for a, m in context.dimensions)
    shown = raw.start >= 0
    start, end = (raw.start, raw.end) if shown else (0, 0)
    first, last = _line(document.text, start, end) if shown else (0, 0)
    hidden = f"{fact.concept}: {raw.text} (tagged, not shown)"
    return Claim(
        id=name, document=document.name, subject=cover.entity, metric=metric,
        value_low=fact.value, value_high=fact.value, unit=fact.unit,
        period=period_of(context.start, context.end, cover.fiscal_end or 12),
        said_on=raw.said.get("filed", "") or document.date, attribution="", hedge="exact",
        kind="reported", condition="", span=(first, last),
        sentence=document.text[first:last] if shown else hidden, value_span=(start, end),
        quote=document.text[start:end] if shown else raw.text,
        family=_families().get(metric, metric), about=about, period_basis="stated",
        rounding=fact.rounding, reader="tagged", quantity=_quantity(fact), grounds=_GROUNDS,
        tag=fact.concept,
    )  # fmt: skip


def _about(axis: str, member: str) -> str:
    return f"{in_words(axis)} {member[1:]}" if member[:1] == "=" else in_words(member)


def _line(text: str, start: int, end: int) -> tuple[int, int]:
    """The line that a number stands in; of a long one the part around it."""
    first = max(text.rfind("\n", 0, start) + 1, start - 300)
    last = text.find("\n", end)
    return first, min(last if last >= 0 else len(text), end + 300)


def _quantity(fact: _Read) -> Literal["level", "change", "share", "price", "count"]:
    local = fact.concept.rpartition(":")[2]
    if _CHANGE.search(local):
        return "change"
    if fact.unit == "fraction":
        return "share"
    if re.match(r"[A-Z]{3}/", fact.unit):
        return "price"
    if re.fullmatch(r"[A-Z]{3}(?:/.*)?", fact.unit) or fact.unit in ("ratio", "W", "Wh"):
        return "level"
    return "level" if fact.unit in ("year", "month", "week", "day", "hour") else "count"


def _apart(claims: list[Claim]) -> list[Claim]:
    """Of concepts that share our name the first has it; another with another value has its own."""
    groups: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for n, c in enumerate(claims):
        if c.tag in _metrics():
            groups[c.metric, c.period, c.about, c.unit].append(n)
    for places in groups.values():
        if len({claims[n].tag for n in places}) < 2:
            continue
        first = min((claims[n].tag for n in places), key=lambda t: _metrics()[t][1])
        held = {claims[n].value for n in places if claims[n].tag == first}
        for n in places:
            c = claims[n]
            if c.tag != first and c.value not in held:
                own = in_words(c.tag)
                claims[n] = replace(c, metric=own, family=own)
    return claims


def by_registrant(claims: Sequence[Claim], documents: Sequence[Document]) -> list[Claim]:
    """The claims of all documents, a company under the name that it files under.

    Of the figures that its filings tag for one thing the last one holds.
    """
    names = {_bare(c.subject): c.subject for c in claims if c.reader == "tagged" and c.subject}
    if not names:
        return list(claims)
    amending = {d.name for d in documents if any(n.what == AMENDS for n in d.notes)}
    out = []
    last: dict[tuple[str, ...], Claim] = {}
    for c in claims:
        name = names.get(_bare(c.subject), c.subject)
        out.append(c if c.subject == name else replace(c, subject=name))
        if c.reader == "tagged" and c.status == "current":
            key = (name, c.tag, c.unit, c.period, c.about)
            held = last.setdefault(key, c)
            if (c.document in amending, c.said_on) > (held.document in amending, held.said_on):
                last[key] = c
    for n, c in enumerate(out):
        held = last.get((c.subject, c.tag, c.unit, c.period, c.about), c)
        if c.reader == "tagged" and c.status == "current" and held.document != c.document:
            slack = (held.rounding + c.rounding) * (1 + 1e-9)
            if abs(held.value - c.value) > slack:
                out[n] = replace(c, status="earlier", replaced_by=held.id)
    return out


def facts_of(claims: Iterable[Claim], metric: str, period: str = "") -> list[Claim]:
    """Live tagged claims of whole entities by our metric, and by period where one is given."""
    return [
        c for c in claims
        if c.reader == "tagged" and c.status == "current" and c.metric == metric and not c.about
        and period in ("", c.period)
    ]  # fmt: skip
