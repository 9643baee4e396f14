"""Read one sentence: its quantities become claims with subject, metric, period and voice."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from dataclasses import replace

from outlay.evidence.calendar.words import Anchor, When, find_periods
from outlay.evidence.names.mentions import Mention
from outlay.evidence.names.subjects import subject_of
from outlay.evidence.names.voices import condition, is_denied, is_future, kind_of
from outlay.evidence.quantities.meaning import Hit, Meaning, find_hits, meaning_of
from outlay.evidence.quantities.numbers import Number
from outlay.evidence.quantities.quantity import Quantity, quantities
from outlay.evidence.quantities.ranks import find_ranks
from outlay.evidence.sentences.bare_numbers import UnitGiver
from outlay.evidence.sentences.context import State, note_heading
from outlay.evidence.sentences.governing import ANAPHOR
from outlay.evidence.text.clean import Sentence
from outlay.evidence.types import Claim, Document, Kind

__all__ = ["SentenceReader"]

_SHARE_PRICE = re.compile(
    r"\b(?:shares?|stock|ADRs?|ADSs?)\b[^.;]{0,40}\b(?:rose|fell|closed|gained|lost|jumped|dropped|slid|traded|trading|"
    r"climbed|surged|tumbled|opened|ended|up|down|slipped|added|advanced|rall\w+|soar\w+|plung\w+|sank)\b"
    r"|\b(?:share|stock) price|per share|a share\b|target price|price target|earnings per|"
    r"股价|(?:港股|美股|A股)[^，。]{0,8}[涨跌]|收盘|收涨|收跌|涨停|跌停|每股|目标价|市盈率|盘中|盘前|盘后|个股|A股|恒指|指数(?:上涨|下跌|涨|跌)",
    re.IGNORECASE,
)
_OF_THAT = re.compile(
    r"(?<!each )\b(?:of (?:the|this|that) (?:amount|sum|total|figure|money|budget|spending|capex|outlay|investment)|of (?:which|that|this|it)\b|of the (?:\w+ )?total\b)|其中"
)
_CONVERTS = re.compile(
    r"^\s?(?:[(（]\s?)?(?:(?:,|，)?\s?(?:or|or about|equivalent to|approximately|about|around|roughly|equal to|some|约合|折合|合|相当于|约|即|等值|大约)\s?(?:about|approximately|around|roughly|人民币|约)?\s?)?$"
)
_EARLIER_LEFT = re.compile(
    r"(?:\b(?:from|up from|down from|compared (?:with|to)|versus|vs\.?|against|(?<!more )(?<!less )(?<!fewer )(?<!greater )(?<!rather )than(?: the)?|exceed(?:s|ing)? (?:its|their|the)|above (?:its|their|the|last year’s|last year's)|previous(?:ly)?|"
    r"earlier|prior|original(?:ly)?|former|below (?:its|their|the)|instead of|rather than|increase from|rise from|over its)(?: (?:guidance|estimate|forecast|figure|plan|target|level|range|outlook))?(?: (?:of|at|was|a))?"
    r"(?: (?:about|around|roughly|nearly|some|approximately|just|only|the|its|a|an|between|US|up to))*"
    r"|(?:此前|原先|原定|原计划|之前|上年同期|去年同期|上年|去年|前值|从|由|较|相比|对比|高于|低于)(?:的|为|约|预计|预测|指引|目标|计划|指引的|预期的)*)\s*$"
)


_REACHING = re.compile(
    r"[,，]?\s?(?:year[- ]on[- ]year |year[- ]over[- ]year )?(?:to|at|reaching|totall?ing|达到?|至|到|为)\s?(?:about |around |nearly |approximately |roughly |约|近)?$"
)
_ESTIMATED = re.compile(r"estimates?|expect\w+|forecasts?|consensus|guidance|预期|预测|此前")
_CAPTION = re.compile(
    r"\b(?:(?:amounts|figures|values|numbers) (?:are )?(?:stated |expressed |shown )?in|unless otherwise|unless stated|except per)\b",
    re.IGNORECASE,
)
_AGREED = re.compile(
    r"\b(?:agreed|signed|struck|clinched|sealed|announced|unveiled|approved) (?:a |an |to |the )"
)
_SET_AGAINST = re.compile(r"(?:from|than|versus|against|for|with|to|in|较|比|由|从)\s*(?:the )?$")


def text_of(text: str, q: Quantity) -> str:
    return text[q.start : q.end]


class SentenceReader(UnitGiver):
    """Reads one sentence in its context; holds what every claim of the sentence shares."""

    def __init__(
        self,
        document: Document,
        text: str,
        s: Sentence,
        here: list[Mention],
        anchor: Anchor,
        state: State,
        silenced: tuple[int, int],
        conventions: dict[str, str],
    ) -> None:
        self.document, self.text, self.s, self.here = document, text, s, here
        self.anchor, self.state, self.silenced = anchor, state, silenced
        self.conventions = conventions
        self.body = text[s.start : s.end]
        self.future = is_future(self.body, s.chinese)
        self.periods: list[When] = []
        self._governing: dict[int, When | None] = {}

    def read(self, numbers: list[Number], who: str, prefix: str, count: int) -> list[Claim]:
        s, text = self.s, self.text
        ahead = self.future and not _AGREED.search(self.body)
        found = find_periods(self.body, self.anchor, ahead, s.chinese)
        found = [w for w in found if not self._is_dateline(self.body[w.start : w.end])]
        self.periods = [replace(w, start=w.start + s.start, end=w.end + s.start) for w in found]
        if s.heading:
            note_heading(self.body, self.anchor, s.chinese, self.state)
        kept = [n for n in numbers if not self._is_calendar(n)]
        chip_near = bool(
            any(m.kind == "chip" for m in self.here)
            or re.search(
                r"chip|GPU|processor|accelerator|芯片|加速卡|算力卡|处理器|显卡", self.body
            )
            or self.state.scene.product
        )
        found_quantities = quantities(text, kept, s.start, s.end, chip_near)
        hits = find_hits(text, s.start, s.end) if found_quantities else []
        resolved = self._units(found_quantities, hits)
        out: list[Claim] = []
        for q in resolved:
            claim = self._claim(q, hits, resolved, out, who, f"{prefix}.c{count + len(out) + 1}")
            if claim is not None:
                out.append(claim)
        for start, end, rank, metric in find_ranks(text, s.start, s.end, s.chinese):
            rank_id = f"{prefix}.c{count + len(out) + 1}"
            out.append(self._rank(rank_id, start, end, rank, metric, who))
        self._carry(out)
        return out

    def _is_calendar(self, n: Number) -> bool:
        return any(w.start < n.end and n.start < w.end for w in self.periods) and not (
            n.currency or (n.scale > 1 and n.form == "digits" and n.value > 9999)
        )

    def _accept(self, q: Quantity, meaning: Meaning) -> bool:
        around = self.text[max(self.s.start, q.start - 60) : min(self.s.end, q.end + 30)]
        if q.unit.endswith(("/share", "/ADS")):
            return False
        if q.form == "fraction" and re.fullmatch(r"[a-z]+(?<!ha)[^f]s", text_of(self.text, q)):
            return False  # "calendar quarters" without a numeral divides nothing
        if q.vague and _CAPTION.search(self.body):
            return False
        if q.dimension in ("money", "fraction", "price") and _SHARE_PRICE.search(around):
            return False
        if q.dimension == "duration":
            return (meaning.found and q.unit not in ("s",)) or meaning.family == "latency"
        small = q.form == "words" and q.scale == 1
        if small and self.text[q.number_end : q.number_end + 1] == "-" and q.dimension == "count":
            return False  # "an eight-GPU server" counts nothing
        if q.dimension == "count" and small:
            return q.unit in ("site", "chip", "rack", "server", "employee") and (q.low or 0) >= 2
        if q.dimension in ("data", "frequency"):
            return meaning.found
        if (
            q.unit in ("unit", "order", "company", "country", "model", "request", "container")
            and small
        ):
            return False
        if q.unit == "request" and self.text[q.number_end : q.number_end + 1] == "次":
            return (q.low or q.high or 0) >= 1000
        return not (
            q.dimension == "ratio" and q.unit == "ratio" and q.form == "words" and not meaning.found
        )

    def _claim(
        self,
        q: Quantity,
        hits: list[Hit],
        others: list[Quantity],
        done: list[Claim],
        who: str,
        claim_id: str,
    ) -> Claim | None:
        s, text = self.s, self.text
        meaning = meaning_of(text, q, hits, others)
        if not self._accept(q, meaning):
            return None
        converts = self._converts(q, done)
        wants_product = (
            q.unit.endswith("/chip")
            or q.unit.endswith("chip-hour")
            or (meaning.family in ("memory", "draw"))
            or (
                meaning.family == "compute"
                and not any(m.kind in ("company", "unit") for m in self.here)
            )
        )
        subject, product, _ = subject_of(
            text, s.start, s.end, q.start, self.here, self.silenced, self.state.scene, wants_product
        )
        earlier = bool(_EARLIER_LEFT.search(text, max(s.start, q.start - 60), q.start))
        clause = text[self._clause_from(q.start) : min(s.end, q.end + 60)]
        kind = kind_of(
            clause,
            s.chinese,
            who or self.state.voice,
            self.state.voice_kind if who else "",
            done[-1].kind if done and done[-1].status == "current" else "reported",
        )
        period, basis = self._period(q, others, done, kind, meaning.family)
        kind = self._kind_fits(kind, period, earlier)
        hedge = q.hedge
        if hedge == "exact" and self._may(q):
            hedge = "may"
        whole = ""
        own_condition = condition(self.body, s.chinese)
        carried = (
            self.state.condition
            if kind == "planned"
            and re.match(r"The (?:individual|person|source)|They|He|She", self.body)
            else ""
        )
        if (
            _OF_THAT.search(text, s.start, min(s.end, q.end + 40))
            and self.state.lead
            and (
                q.dimension == "fraction"
                or (q.dimension == "money" and re.search(r"其中|(?<!each )of which", self.body))
            )
        ):
            lead = (
                done[0]
                if done and re.search(r"(?<!each )of which|其中", self.body)
                else self.state.lead
            )
            whole = lead.id
            if basis != "stated" and lead.period:
                period, basis = lead.period, "context"
            if not [m for m in self.here if m.kind == "company"]:
                subject = lead.subject
            if meaning.metric.startswith("share") and "share of" not in meaning.metric:
                meaning = replace(
                    meaning, metric=meaning.metric.replace("share", f"share of {lead.metric}", 1)
                )
        if done and re.search(
            r"[(（](?:FY|Q[1-4] )?(?:19|20)\d\d年?[:：]\s?$", text[max(0, q.start - 12) : q.start]
        ):
            if done[-1].unit == q.unit:
                meaning = Meaning(done[-1].metric, done[-1].family)
            earlier = True
        elif not meaning.found and done:
            meaning = self._meaning_beside(q, meaning, done, earlier)
        earlier = earlier or self._compared_period(q, others) or self._set_beside(q, others)
        beside = self._beside(q, done) if earlier else ""
        claim = Claim(
            id=claim_id,
            document=self.document.name,
            subject=subject,
            metric=meaning.metric,
            value_low=q.low,
            value_high=q.high,
            unit=q.unit,
            period=period,
            said_on=self.document.date,
            attribution=who or (self.state.voice if self._continues() else ""),
            hedge=hedge,
            kind=kind,
            condition=own_condition or carried,
            span=(s.start, s.end),
            sentence=self.document.text[s.start : s.end],
            value_span=(q.start, q.end),
            quote=self.document.text[q.start : q.end],
            family=meaning.family,
            about=product if wants_product or q.unit == "chip" else "",
            period_basis=basis,
            status="earlier" if earlier else "current",
            negated=is_denied(clause, s.chinese),
            vague=q.vague,
            rounding=q.rounding,
            converts=converts.id if converts else "",
            whole=whole,
            compared_with=beside,
            headline=s.start < 200 and s.paragraph == 0,
        )
        if converts is not None:
            claim = replace(
                claim, subject=converts.subject, metric=converts.metric, family=converts.family,
                period=converts.period, period_basis=converts.period_basis, kind=converts.kind,
                status=converts.status, negated=converts.negated, about=converts.about,
            )  # fmt: skip
        return claim

    def _meaning_beside(
        self, q: Quantity, meaning: Meaning, done: list[Claim], earlier: bool
    ) -> Meaning:
        """A figure without a word of its own shares that of the figure it is set beside."""
        last = done[-1]
        gap = self.text[last.value_span[1] : q.start]
        if last.family.endswith(" growth") and _REACHING.match(gap):
            return Meaning(last.metric.removesuffix(" growth"), last.family.removesuffix(" growth"))
        if earlier or _ESTIMATED.search(gap):
            like = next((c for c in reversed(done) if c.unit == q.unit), None)
            if like is not None and not like.metric.endswith(("growth", "change")):
                return Meaning(like.metric, like.family)
        return meaning

    def _beside(self, q: Quantity, done: list[Claim]) -> str:
        """The claim that an earlier figure is set beside: in its sentence, or "this figure"."""
        unit = q.unit.split("/")[0]
        for c in reversed(done):
            if c.status == "current" and c.unit.split("/")[0] == unit:
                return c.id
        lead = self.state.lead
        if lead and (ANAPHOR.match(self.body) or lead.unit == q.unit) and not done:
            return lead.id
        return ""

    def _continues(self) -> bool:
        return bool(
            re.match(r"(?:They|The (?:individual|person|sources?|people)|He|She|该|其)", self.body)
        )

    def _may(self, q: Quantity) -> bool:
        window = self.text[max(self.s.start, q.start - 45) : q.start]
        window = re.split(r"[,，;；]", window)[-1]
        return bool(
            re.search(
                r"\b(?:may|might|could|potentially|possibly|perhaps)\b|或(?=达|将|为|超|增)|可能|或许|有可能",
                window,
            )
        )

    def _kind_fits(self, kind: Kind, period: str, earlier: bool) -> Kind:
        """A plan cannot be for a period that had ended when it was said."""
        year = re.search(r"\d{4}", period)
        if kind != "planned" or not year or not self.anchor.year:
            return kind
        past = int(year[0]) < self.anchor.year + (1 if earlier else 0)
        return "reported" if past else kind

    def _clause_from(self, pos: int) -> int:
        best = self.s.start
        for m in re.finditer(r"[;；]|[,，](?!\d)", self.text[self.s.start : pos]):
            best = self.s.start + m.end()
        return best

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
        return last if _CONVERTS.match(gap) and len(gap) < 30 and gap.strip() else None

    def _rank(
        self, claim_id: str, start: int, end: int, rank: float, metric: str, who: str
    ) -> Claim:
        s = self.s
        subject, _, _ = subject_of(
            self.text, s.start, s.end, start, self.here, self.silenced, self.state.scene, False
        )
        stated = [w.period for w in self.periods if w.period]
        return Claim(
            id=claim_id, document=self.document.name, subject=subject, metric=metric, value_low=rank,
            value_high=rank, unit="rank", period=stated[0] if stated else "", said_on=self.document.date,
            attribution=who, hedge="exact", kind="reported", condition="", span=(s.start, s.end),
            sentence=self.document.text[s.start : s.end], value_span=(start, end),
            quote=self.document.text[start:end], family="rank", period_basis="stated" if stated else "",
        )  # fmt: skip

    def _carry(self, found: list[Claim]) -> None:
        """Update what later sentences lean on."""
        state = self.state
        for w in self.periods:
            if w.period[-2:-1] in ("Q", "H"):
                compared = _SET_AGAINST.search(self.text, max(self.s.start, w.start - 24), w.start)
                if not compared or w.period[-2] not in state.parts:
                    state.parts[w.period[-2]] = w.period
        for c in found:
            if c.period_basis == "stated" and c.status == "current":
                if c.kind == "reported":
                    state.report = state.report or c.period
                state.periods.setdefault("reported" if c.kind == "reported" else "plan", "")
                state.periods["reported" if c.kind == "reported" else "plan"] = c.period
        if not found and self.periods and self.periods[0].period and not self.future:
            state.periods["reported"] = self.periods[0].period
        money = [
            c
            for c in found
            if c.status == "current" and c.unit.split("/")[0] not in ("fraction", "ratio", "rank")
        ]
        if money and not ANAPHOR.match(self.body):
            state.lead = money[0]
        prices = [c.unit for c in found if "/" in c.unit and c.unit[:3].isupper()]
        state.price = prices[-1] if prices else state.price
        for c in found:
            if (
                c.kind == "planned"
                and c.period
                and c.period_basis == "stated"
                and c.status == "current"
            ):
                state.plan_periods.add(c.period)
