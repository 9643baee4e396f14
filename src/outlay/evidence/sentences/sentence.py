"""Read one sentence: its quantities become claims with subject, metric, period and voice."""

from __future__ import annotations

import re
from dataclasses import replace

from outlay.evidence.blocks.types import Scope
from outlay.evidence.calendar.words import Anchor, When, in_tense
from outlay.evidence.names.mentions import Mention
from outlay.evidence.names.subjects import subject_of
from outlay.evidence.names.voices import condition, is_future, kind_of, looks_ahead
from outlay.evidence.quantities.meaning import (
    Hit,
    Meaning,
    find_hits,
    kind_of_quantity,
    meaning_of,
)
from outlay.evidence.quantities.numbers import Number
from outlay.evidence.quantities.quantity import Quantity, quantities
from outlay.evidence.quantities.ranks import find_ranks
from outlay.evidence.rules import pattern
from outlay.evidence.sentences.bare_numbers import UnitGiver
from outlay.evidence.sentences.beside import converted, of_like, share_of
from outlay.evidence.sentences.context import State, calendar_of
from outlay.evidence.sentences.denials import settled
from outlay.evidence.sentences.respective import respective
from outlay.evidence.text.clean import Sentence
from outlay.evidence.text.triggers import search, within
from outlay.evidence.types import Claim, Document, Kind
from outlay.results.claims import Ground, Grounds

__all__ = ["SentenceReader"]

_CLAUSE = re.compile(r"[;；]|[,，](?!\d)")
_CURRENCY = re.compile(r"[A-Z]{3}(?:/|$)")
_SMALL = ("site", "chip", "rack", "server", "employee")
_FEW = ("unit", "order", "company", "country", "model", "request", "container")


class SentenceReader(UnitGiver):
    """Reads one sentence in its context; holds what every claim of the sentence shares."""

    def __init__(
        self, document: Document, text: str, s: Sentence, here: list[Mention], anchor: Anchor,
        state: State, silenced: tuple[int, int], conventions: dict[str, str], scope: Scope,
    ) -> None:  # fmt: skip
        self.document, self.text, self.s, self.here = document, text, s, here
        self.anchor = calendar_of(anchor, state.calendar, s.start, here)
        self.state, self.silenced = state, silenced
        self.conventions, self.scope = conventions, scope
        self.body = text[s.start : s.end]
        self.future = is_future(text, s.start, s.end, s.chinese)
        self.periods: list[When] = []
        self.days: list[tuple[int, int]] = []  # where any of the calendar stands
        self._governing: dict[int, When | None] = {}

    def read(self, numbers: list[Number], who: str, prefix: str, count: int) -> list[Claim]:
        s, text = self.s, self.text
        agreed = self._says("sentences.agreed")
        found = in_tense(self.body, self.anchor, s.chinese,
                         lambda said: not agreed and looks_ahead(said, s.chinese))  # fmt: skip
        self.days = [(w.start + s.start, w.end + s.start) for w in found]
        found = [self._of_report(w) for w in found if not self._is_dateline(w)]
        self.periods = [w.moved(s.start) for w in found]
        kept = [n for n in numbers if not self._is_calendar(n)]
        found_quantities = quantities(text, kept, s.start, s.end, self._chip_near())
        hits = find_hits(text, self._label(), s.end) if found_quantities else []
        if not any(h.start >= s.start for h in hits) and pattern("sentences.it_is").match(
            self.body
        ):
            hits = find_hits(text, *self.state.topic)
        resolved = self._units(found_quantities, hits)
        out: list[Claim] = []
        for q in resolved:
            claim = self._claim(q, hits, resolved, out, who, f"{prefix}.c{count + len(out) + 1}")
            if claim is not None:
                out.append(claim)
        out = respective(text, s.start, s.end, out, self.periods, self.here, hits)
        out = settled(text, out, s.start, s.end, self.state.corrects)
        for start, end, rank, metric in find_ranks(text, s.start, s.end, s.chinese):
            rank_id = f"{prefix}.c{count + len(out) + 1}"
            out.append(self._rank(rank_id, start, end, rank, metric, who))
        self._carry(out)
        return out

    def _of_report(self, w: When) -> When:
        """A quarter without a year that has the number of the one reported is that one."""
        period = self.state.default_period
        alike = w.loose and re.fullmatch(r".+-[QH]\d", period) and w.period[-2:] == period[-2:]
        return replace(w, period=period, loose=False) if alike else w

    def _says(self, rule: str) -> bool:
        """Whether the sentence holds what a rule finds."""
        return within(rule, self.text, self.s.start, self.s.end) is not None

    def _label(self) -> int:
        """Where the words begin that name what the sentence states."""
        return self.state.label if self.state.label >= 0 else self.s.start

    def _chip_near(self) -> bool:
        named = any(m.kind == "chip" for m in self.here) or self.state.scene.product
        return bool(named or self._says("sentences.chip_word"))

    def _is_calendar(self, n: Number) -> bool:
        return any(start < n.end and n.start < end for start, end in self.days) and not (
            n.currency or (n.scale > 1 and n.form == "digits" and n.value > 9999)
        )

    def _accept(self, q: Quantity, meaning: Meaning) -> bool:
        """Whether a quantity states something of the trade: no share price, no age, no caption."""
        if self._is_share_price(q) or (q.vague and pattern("sentences.caption").search(self.body)):
            return False
        quoted = self.text[q.start : q.end]
        if q.form == "fraction" and pattern("sentences.parts_alone").fullmatch(quoted):
            return False  # "calendar quarters" without a numeral divides nothing
        if q.dimension == "duration":
            return self._is_term(q, meaning)
        if q.dimension in ("data", "frequency"):
            return meaning.found
        small = q.form == "words" and q.scale == 1
        if small and q.dimension == "count" and self.text[q.number_end : q.number_end + 1] == "-":
            return False  # "an eight-GPU server" counts nothing
        if q.dimension == "count" and small:
            return q.unit in _SMALL and q.value >= 2
        if q.unit in _FEW and small:
            return False
        if q.unit == "request" and self.text[q.number_end : q.number_end + 1] == "次":
            return q.value >= 1000
        return not (q.unit == "ratio" and q.form == "words" and not meaning.found)

    def _is_share_price(self, q: Quantity) -> bool:
        if q.unit.endswith(("/share", "/ADS")):
            return True
        if q.dimension not in ("money", "fraction", "price"):
            return False
        start, end = max(self.s.start, q.start - 60), min(self.s.end, q.end + 30)
        near = self.text[start:end]
        if near.isascii() and not pattern("sentences.share_hint").search(near.lower()):
            return False
        before = re.split(r"[,，](?!\d)", self.text[max(start, q.start - 24) : q.start])[-1]
        beside = pattern("sentences.per_share").search(before)
        after = pattern("sentences.per_share").match(self.text, q.end, end)
        moved = pattern("sentences.share_price").search(self.text, start, end)
        return bool(beside or after or moved)

    def _is_term(self, q: Quantity, meaning: Meaning) -> bool:
        """Whether a duration is one of the trade: a term, a delivery, a latency; not an age."""
        if meaning.family == "latency":
            return True
        if not meaning.found or q.unit == "s":
            return False
        if pattern("sentences.past_after").match(self.text, q.end, self.s.end):
            return False
        amount = search("sentences.amount_over", self.text, max(0, q.start - 40), q.start)
        return amount is None

    def _claim(
        self, q: Quantity, hits: list[Hit], others: list[Quantity], done: list[Claim], who: str,
        claim_id: str,
    ) -> Claim | None:  # fmt: skip
        s, text = self.s, self.text
        meaning = meaning_of(text, q, hits, others)
        if not self._accept(q, meaning):
            return None
        wants_product = self._wants_product(q, meaning)
        subject, product, named = subject_of(
            text, s.start, s.end, q.start, self.here, self.silenced, self.state.scene, wants_product
        )
        earlier = self._said_before(q)
        kind = self._kind(q, who, done)
        period, basis = self._period(q, others, done, kind, meaning.family)
        kind = self._kind_fits(kind, period, earlier)
        whole = self._whole(q, done)
        beside, earlier = self._meaning_beside(q, meaning, done, earlier)
        if whole is not None:
            period, basis = (
                (whole.period, "context") if basis != "stated" and whole.period else (period, basis)
            )
            if not self._company_here():
                subject, named = whole.subject, whole.grounds.subject
            beside = share_of(beside, whole)
        earlier = earlier or self._compared(q, beside, others)
        end = self._written_to(q)
        claim = Claim(
            id=claim_id,
            document=self.document.name,
            subject=subject,
            metric=beside.metric,
            value_low=q.low,
            value_high=q.high,
            unit=q.unit,
            period=period,
            said_on=self.document.date,
            attribution=who or (self.state.voice if self._continues() else ""),
            hedge="may" if q.hedge == "exact" and self._may(q) else q.hedge,
            kind=kind,
            condition=condition(text, s.start, s.end, s.chinese) or self._carried_condition(kind),
            span=(s.start, s.end),
            sentence=self.document.text[s.start : s.end],
            value_span=(q.start, end),
            quote=self.document.text[q.start : end],
            family=beside.family,
            about=product if wants_product or q.unit == "chip" else "",
            period_basis=basis,
            status="earlier" if earlier else "current",
            vague=q.vague,
            rounding=q.rounding,
            whole=whole.id if whole else "",
            compared_with=self._beside(q, done) if earlier else "",
            headline=s.start < 200 and s.paragraph == 0,
            quantity=kind_of_quantity(text, q, beside, s.start),
            grounds=self._grounds(q, named, meaning, beside, period, basis),
        )
        return converted(claim, self._converts(q, done))

    def _said_before(self, q: Quantity) -> bool:
        """Whether the words before a level say that it was so once."""
        start = max(self.s.start, q.start - 60)
        left = search("sentences.earlier_left", self.text, start, q.start)
        return q.dimension not in ("ratio", "points") and bool(left)

    def _compared(self, q: Quantity, meaning: Meaning, others: list[Quantity]) -> bool:
        """Whether another figure of the sentence is set beside this one, which is of before."""
        if self._compared_period(q, others):
            return True
        grown = q.dimension == "fraction" and meaning.family.endswith("growth")
        return not grown and self._set_beside(q, others)

    def _written_to(self, q: Quantity) -> int:
        """Where a quantity ends as it is written: a word that a line's end breaks is longer."""
        said, read = self.document.text[q.start : q.end], self.text[q.start : q.end]
        broken = 0 if said == read else said.find("-\n")
        if broken <= 0 or read[broken] == "-":
            return q.end
        return q.end + len(said[broken:]) - len(said[broken + 1 :].lstrip())

    def _wants_product(self, q: Quantity, meaning: Meaning) -> bool:
        if q.unit.endswith(("/chip", "chip-hour")) or meaning.family in ("memory", "draw"):
            return True
        return meaning.family == "compute" and not any(
            m.kind in ("company", "unit") for m in self.here
        )

    def _company_here(self) -> bool:
        return any(m.kind == "company" for m in self.here)

    def _grounds(
        self, q: Quantity, named: Ground, own: Meaning, meaning: Meaning, period: str, basis: str
    ) -> Grounds:
        """What each field stands on: the sentence, what the document says of itself, a guess."""
        when: Ground = "sentence" if basis == "stated" else (
            "scope" if period in (self.scope.period, self.state.default_period) else "guess"
        )  # fmt: skip
        said: Ground = "sentence" if own.found and own.metric == meaning.metric else (
            "guess" if meaning.found else "")  # fmt: skip
        return Grounds(named, said, when if period else "", q.ground)

    def _kind(self, q: Quantity, who: str, done: list[Claim]) -> Kind:
        start, end = self._clause_from(q.start), min(self.s.end, q.end + 60)
        before = done[-1].kind if done and done[-1].status == "current" else "reported"
        source = self.state.voice_kind if who else ""
        chinese, voice = self.s.chinese, who or self.state.voice
        return kind_of(self.text, start, end, chinese, voice, source, before)

    def _carried_condition(self, kind: Kind) -> str:
        on = kind == "planned" and pattern("sentences.the_source").match(self.body)
        return self.state.condition if on else ""

    def _whole(self, q: Quantity, done: list[Claim]) -> Claim | None:
        """The amount that the number is a part of: "of which", "of that total", 其中."""
        lead, end = self.state.lead, q.start  # "$870 million, of which" is itself the whole
        end = min(self.s.end, q.end + 40) if q.dimension == "fraction" else end
        if lead is None or not search("sentences.of_that", self.text, self.s.start, end):
            return None
        which = self._says("sentences.of_which")
        if q.dimension != "fraction" and not (q.dimension == "money" and which):
            return None
        return done[0] if done and which else lead

    def _meaning_beside(
        self, q: Quantity, meaning: Meaning, done: list[Claim], earlier: bool
    ) -> tuple[Meaning, bool]:
        """A figure without a word of its own shares that of the figure it is set beside."""
        if not done:
            return meaning, earlier
        last = done[-1]
        before = self.text[max(0, q.start - 12) : q.start]
        if pattern("sentences.in_brackets").search(before):
            own = Meaning(last.metric, last.family) if last.unit == q.unit else meaning
            return own, True
        gap = self.text[last.value_span[1] : q.start]
        grown = last.metric.endswith((" growth", " change"))
        if grown and pattern("sentences.reaching").fullmatch(gap):
            ends = r" (?:growth|change)$"
            return Meaning(re.sub(ends, "", last.metric), re.sub(ends, "", last.family)), earlier
        if meaning.found:
            return meaning, earlier
        listed = pattern("sentences.listed_on").fullmatch(gap) if last.unit == q.unit else None
        if listed and last.family not in ("amount", "number") and not grown:
            return Meaning(last.metric, last.family), earlier
        if earlier or pattern("sentences.estimate_word").search(gap):
            return of_like(q, done, meaning), earlier
        return meaning, earlier

    def _beside(self, q: Quantity, done: list[Claim]) -> str:
        """The claim that an earlier figure is set beside: in its sentence, or "this figure"."""
        unit = q.unit.split("/")[0]
        for c in reversed(done):
            if c.status == "current" and c.unit.split("/")[0] == unit:
                return c.id
        lead = self.state.lead
        pointing = pattern("sentences.anaphor").match(self.body)
        return lead.id if lead and not done and (pointing or lead.unit == q.unit) else ""

    def _continues(self) -> bool:
        return pattern("sentences.continues").match(self.body) is not None

    def _kind_fits(self, kind: Kind, period: str, earlier: bool) -> Kind:
        """A plan cannot be for a period that had ended when it was said."""
        year = re.search(r"\d{4}", period)
        if kind != "planned" or not year or not self.anchor.year:
            return kind
        past = int(year[0]) < self.anchor.year + (1 if earlier else 0)
        return "reported" if past else kind

    def _clause_from(self, pos: int) -> int:
        ends = [m.end() for m in _CLAUSE.finditer(self.text, self.s.start, pos)]
        return ends[-1] if ends else self.s.start

    def _converts(self, q: Quantity, done: list[Claim]) -> Claim | None:
        if not done or q.dimension not in ("money", "price"):
            return None
        last = done[-1]
        a, b = last.unit.split("/"), q.unit.split("/")
        if len(a[0]) != 3 or not a[0].isupper() or a[0] == b[0]:
            return None
        if a[1:] != b[1:] and b[1:] and a[1:]:
            return None
        gap = self.text[last.value_span[1] : q.start]
        fits = gap.strip() and len(gap) < 30 and pattern("sentences.converts").fullmatch(gap)
        return last if fits else None

    def _rank(
        self, claim_id: str, start: int, end: int, rank: float, metric: str, who: str
    ) -> Claim:
        s = self.s
        subject, _, _ = subject_of(
            self.text, s.start, s.end, start, self.here, self.silenced, self.state.scene, False
        )
        stated = next((w.period for w in self.periods if w.period), "")
        text = self.document.text
        return Claim(
            claim_id, self.document.name, subject, metric, rank, rank, "rank", stated,
            self.document.date, who, "exact", "reported", "", (s.start, s.end),
            text[s.start : s.end], (start, end), text[start:end], family="rank",
            period_basis="stated" if stated else "",
        )  # fmt: skip

    def _carry(self, found: list[Claim]) -> None:
        """Update what later sentences lean on."""
        state = self.state
        state.told = [] if found else [w for w in self.periods if w.period]
        state.topic = (0, 0) if found else (self.s.start, self.s.end)
        self._carry_parts()
        live = [c for c in found if c.status == "current" and not c.negated]
        self._carry_periods(live)
        if not found and self.periods and self.periods[0].period and not self.future:
            state.periods["reported"] = self.periods[0].period
        leads = [c for c in live if c.unit.split("/")[0] not in ("fraction", "ratio", "rank")]
        if leads and not pattern("sentences.anaphor").match(self.body):
            state.lead = leads[0]
        for c in found:
            if _CURRENCY.match(c.unit):
                state.price = c.unit if "/" in c.unit else state.price
                state.currency = c.unit[:3]

    def _carry_parts(self) -> None:
        """The last quarter and half that were named, and not only compared with."""
        parts = self.state.parts
        for w in (w for w in self.periods if w.period[-2:-1] in ("Q", "H")):
            left = max(self.s.start, w.start - 24)
            compared = pattern("sentences.set_against").search(self.text, left, w.start)
            if not compared or w.period[-2] not in parts:
                parts[w.period[-2]] = w.period

    def _carry_periods(self, live: list[Claim]) -> None:
        """What the sentence begins with goes on, not what it compares."""
        state, opened = self.state, set[str]()
        for c in live:
            kind = "reported" if c.kind == "reported" else "plan"
            if c.period_basis == "stated":
                state.report = state.report or (c.period if kind == "reported" else "")
                if kind not in opened:
                    state.periods[kind] = c.period
                if c.kind == "planned" and c.period:
                    state.plan_periods.add(c.period)
            opened |= {kind} if c.period else set()
