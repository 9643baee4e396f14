"""Tagged facts to claims with exact value, unit, entity and period; what a cover says."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Literal

from outlay.evidence.blocks.types import Cell, Table
from outlay.evidence.lexicon import rows
from outlay.evidence.tagged.facts import TaggedFact, distinct, in_words, read_facts
from outlay.evidence.tagged.periods import fiscal_end_among, period_of, quarter_to
from outlay.evidence.types import Claim, Document
from outlay.evidence.xbrl.raw import Context, RawFact, Tagged
from outlay.evidence.xbrl.values import day_of, unit_of
from outlay.results.claims import Grounds

__all__ = ["Cover", "Tags", "by_registrant", "tags_of"]

_CHANGE = re.compile(r"^(?:IncreaseDecrease|.*PeriodIncreaseDecrease)|Growth|Change(?!able)")
_SUFFIX = re.compile(
    r"[,.\s]+(?:inc|incorporated|corp|corporation|co|company|ltd|limited|plc|llc|lp|nv|sa|se|ag"
    r"|holdings?|group|de|the)\.?$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_HEADER = re.compile(r"(?<![\d,.])(?:19|20)\d\d(?![\d,.]\d)|[^\W\d_]{3}")
"""A number in the head of a table that is a day or a year, or stands among words."""
_PAST = "previously reported"
"""Of what an amended filing says that the one before it said."""
AMENDS = "it amends a filing before it"
_GROUNDS = Grounds("tag", "tag", "tag", "tag")


@dataclass(frozen=True, slots=True)
class Cover:
    """What a filing's cover tags; empty where it does not."""

    entity: str = ""
    date: str = ""
    period: str = ""
    fiscal_end: int = 0
    currency: str = ""
    amends: bool = False


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
    said = _said(tagged)
    name, end, year_end, quarter, amends = (
        said.get(concept, RawFact("", "", "", "", ""))
        for concept in (
            "EntityRegistrantName", "DocumentPeriodEndDate", "CurrentFiscalYearEndDate",
            "DocumentFiscalPeriodFocus", "AmendmentFlag",
        )
    )  # fmt: skip
    spans = [(c.start, c.end) for c in tagged.contexts.values()]
    fiscal = _month_of(day_of(year_end)) or fiscal_end_among(spans)
    units = (unit_of(tagged.units[f.unit])[0] for f in tagged.facts if f.unit in tagged.units)
    money = Counter(u for u in units if re.fullmatch(r"[A-Z]{3}", u)).most_common(1)
    whole = tagged.contexts.get(end.context, Context("", "", ""))
    start, last = whole.start, whole.end
    if start and quarter.text in ("Q1", "Q2", "Q3"):  # its context runs from January
        start = quarter_to(last) or start
    return Cover(
        entity_named(name.text or tagged.entity),
        day_of(end),
        period_of(start, last, fiscal) if start else "",
        fiscal,
        money[0][0] if money else "",
        amends.text.lower() in ("true", "yes", "☒", "1"),
    )


def _said(tagged: Tagged) -> dict[str, RawFact]:
    """What the facts of a cover say, by their concepts: the first of each that is of the whole."""
    out: dict[str, RawFact] = {}
    for fact in tagged.facts:
        context = tagged.contexts.get(fact.context)
        if fact.name.startswith("dei:") and fact.text and not (context and context.dimensions):
            out.setdefault(fact.name[4:], fact)
    return out


def _month_of(day: str) -> int:
    """The month that a fiscal year ends in; its first week is still the month before."""
    month, last = int(day[-5:-3] or 0), int(day[-2:] or 0)
    return ((month - 2) % 12 + 1 if last <= 7 else month) if month else 0


@dataclass(frozen=True)
class Tags:
    """The tagged numbers of a document, and what its cover says."""

    cover: Cover
    facts: tuple[TaggedFact, ...]
    notes: tuple[str, ...]

    def claims(
        self,
        document: Document,
        prefix: str,
        words: Iterable[Claim] = (),
        tables: Iterable[Table] = (),
    ) -> tuple[list[Claim], list[str]]:
        """A claim for every tagged number, then what else was read, and notes of what is none.

        words: claims of text and tables; those whose number is a tagged one are that fact.
        """
        labels = self.labelled(tables)
        groups: dict[tuple[str, str, Context], list[TaggedFact]] = defaultdict(list)
        for fact in self.facts:
            groups[fact.raw.name, fact.unit, fact.context].append(fact)
        claims: list[Claim] = []
        places: list[tuple[int, int, int]] = []
        told = 0
        for facts in groups.values():
            kept = distinct(facts)
            for fact in facts:
                told += int(fact.raw.said.get("times", "1"))
                n = next((i for i, k in enumerate(kept) if k.value == fact.value), 0)
                if fact.raw.start >= 0:
                    places.append((fact.raw.start, fact.raw.end, len(claims) + n))
            claims += _of_one_thing([
                _claim(document, fact, self.cover, f"{prefix}.t{len(claims) + n}", labels)
                for n, fact in enumerate(kept, 1)
            ], dated="filed" in facts[0].raw.said)  # fmt: skip
        notes = [f"{told:,} tagged numbers; each counted once: {len(claims):,}", *self.notes]
        if self.cover.amends:
            notes.insert(0, AMENDS)
        claims = _apart(claims)
        return [*claims, *_beside(words, claims, sorted(places))], notes

    def shown(self, start: int, end: int) -> bool:
        """Whether a tagged number stands there."""
        n = bisect_left(self._starts, end)
        return n > 0 and self._starts[n - 1] >= start

    @cached_property
    def _starts(self) -> list[int]:
        return sorted(f.raw.start for f in self.facts if f.raw.start >= 0)

    def covers(self, table: Table) -> bool:
        """Whether all numbers of a table but those of its headers and labels are tagged."""
        begun = False
        for row in table.cells:
            plain = [c for c in row if not self.shown(c.start, c.end)]
            begun = begun or len(plain) < len(row)
            numbers = [c.text for c in plain if c.column > 0 and _DIGIT.search(c.text)]
            if any(begun or not _HEADER.search(n) for n in numbers):
                return False
        return begun

    def labelled(self, tables: Iterable[Table]) -> dict[int, tuple[tuple[str, ...], ...]]:
        """Labels of row and column of the facts in tables, by their places."""
        out: dict[int, tuple[tuple[str, ...], ...]] = {}
        for table in tables:
            heads: list[Cell] = []
            section: tuple[str, ...] = ()
            begun = False
            for row in table.cells:
                plain = [c for c in row if not self.shown(c.start, c.end)]
                if len(plain) == len(row):
                    section = (row[0].text,) if len(row) == 1 else ()
                    heads += [] if begun else row
                    continue
                begun = True
                labels = (*section, *(c.text for c in plain[:1] if c.column == 0))
                for cell in row:
                    if cell not in plain:
                        n = bisect_left(self._starts, cell.start)
                        out[self._starts[n]] = labels, tuple(_over(cell, heads))
        return out


def _over(cell: Cell, heads: Iterable[Cell]) -> Iterator[str]:
    """The headers that stand over a cell."""
    first, last = cell.column, cell.column + cell.columns
    return (h.text for h in heads if h.column < last and first < h.column + h.columns)


def _of_one_thing(claims: list[Claim], *, dated: bool) -> list[Claim]:
    """Of figures of one thing the one that was filed last holds, and no earlier one's record."""
    if dated:
        first = claims[0]
        rest = (replace(c, status="earlier", replaced_by=first.id) for c in claims[1:])
        return [first, *rest]
    past = (c.about.endswith(_PAST) for c in claims)
    return [replace(c, status="earlier") if p else c for c, p in zip(claims, past, strict=True)]


def _beside(
    words: Iterable[Claim], facts: Sequence[Claim], places: Sequence[tuple[int, int, int]]
) -> list[Claim]:
    """The claims of words less those on a tagged number."""
    same: dict[str, str] = {}
    rest = []
    for c in words:
        n = bisect_left(places, (c.value_span[1],))
        _, end, fact = places[n - 1] if n else (0, 0, -1)
        if fact < 0 or end <= c.value_span[0]:
            rest.append(c)
            continue
        same[c.id] = facts[fact].id
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
    facts, notes = read_facts(tagged)
    return Tags(cover_of(tagged), tuple(facts), tuple(notes))


def _claim(
    document: Document,
    fact: TaggedFact,
    cover: Cover,
    name: str,
    labels: Mapping[int, tuple[tuple[str, ...], ...]],
) -> Claim:
    raw, context = fact.raw, fact.context
    known = _metrics().get(fact.raw.name)
    metric = known[0] if known else in_words(fact.raw.name)
    about = "; ".join(_about(a, m) for a, m in context.dimensions)
    shown = raw.start >= 0
    start, end = (raw.start, raw.end) if shown else (0, 0)
    first, last = _line(document.text, start, end) if shown else (0, 0)
    row, column = labels.get(raw.start, ((), ()))
    hidden = f"{fact.raw.name}: {raw.text} (tagged, not shown)"
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
        tag=fact.raw.name, row=row, column=column,
    )  # fmt: skip


def _about(axis: str, member: str) -> str:
    return f"{in_words(axis)} {member[1:]}" if member[:1] == "=" else in_words(member)


def _line(text: str, start: int, end: int) -> tuple[int, int]:
    """The line that a number stands in; of a long one the part around it."""
    first = max(text.rfind("\n", 0, start) + 1, start - 300)
    last = text.find("\n", end)
    return first, min(last if last >= 0 else len(text), end + 300)


def _quantity(fact: TaggedFact) -> Literal["level", "change", "share", "price", "count"]:
    local = fact.raw.name.rpartition(":")[2]
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
    known = (names.get(_bare(c.subject), c.subject) for c in claims)
    out = [
        c if c.subject == k else replace(c, subject=k) for c, k in zip(claims, known, strict=True)
    ]
    amending = {d.name for d in documents if any(n.what == AMENDS for n in d.notes)}
    return _by_last_filing(out, amending)


def _by_last_filing(claims: list[Claim], amending: Container[str]) -> list[Claim]:
    """The claims, those of tags replaced where another document says otherwise later."""
    things: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for n, c in enumerate(claims):
        if c.reader == "tagged" and c.status == "current":
            things[c.subject, c.tag, c.unit, c.period, c.about].append(n)
    for places in things.values():
        held = max((claims[n] for n in places), key=lambda c: (c.document in amending, c.said_on))
        for n in places:
            slack = (held.rounding + claims[n].rounding) * (1 + 1e-9)
            if held.document != claims[n].document and abs(held.value - claims[n].value) > slack:
                claims[n] = replace(claims[n], status="earlier", replaced_by=held.id)
    return claims
