"""Units of numbers that are printed without one: from a metric, a neighbour, the document."""

from __future__ import annotations

import re
from dataclasses import replace

from outlay.evidence.blocks.types import Scope
from outlay.evidence.names.mention import Mention
from outlay.evidence.quantities.meaning import Hit
from outlay.evidence.quantities.quantity import Quantity
from outlay.evidence.quantities.rates import rate_after, rate_before
from outlay.evidence.quantities.unit_words import noun_before
from outlay.evidence.rules import pattern
from outlay.evidence.sentences.governing import PeriodChooser
from outlay.evidence.text.triggers import within
from outlay.results.claims import Ground

__all__ = ["UnitGiver"]

_SIBLING_GAP, _METRIC_GAP, _RANGE_GAP = 90, 40, 22
_FEW_CHIPS = 2
_COUNTED_ONLY = ("chip", "fraction", "site", "rack", "server")
_LOOSE = ("ratio", "fraction", "points", "bare")
_AMOUNTS = {
    "capex", "revenue", "profit", "spending", "opex", "r&d", "ebitda", "backlog", "depreciation",
    "operating profit", "gross profit", "cloud revenue", "free cash flow",
}  # fmt: skip


class UnitGiver(PeriodChooser):
    """Gives bare numbers of one sentence their unit; the sentence reader is built on it."""

    conventions: dict[str, str]
    here: list[Mention]
    scope: Scope

    def _units(self, found: list[Quantity], hits: list[Hit]) -> list[Quantity]:
        """Give bare numbers their unit: from a metric word, the neighbour, or a convention."""
        out: list[Quantity] = []
        found = [self._price_ahead(q, found[i + 1 : i + 2]) for i, q in enumerate(found)]
        for i, q in enumerate(found):
            if q.dimension == "bare":
                solid = [o for o in out if o.dimension not in _LOOSE]
                q = self._bare(q, hits, solid[-1] if solid else None, found[i + 1 :])
            if q.unit == "request" and pattern("sentences.downloads").search(
                self.text, max(0, q.start - 14), q.start
            ):
                q = replace(q, unit="download")
            q = self._person(q) if q.unit == "person" else q
            q = self._priced(self._same_price(out[-1], q) if out else q, hits, out)
            out.append(self._scaled(self._in_currency(q)))
        return [q for q in out if q.unit]

    def _person(self, q: Quantity) -> Quantity:
        """People whom somebody employs; other people count nothing of the trade."""
        near = self.text[max(self.s.start, q.start - 40) : q.start]
        employed = pattern("sentences.employs").search(near)
        return replace(q, unit="employee" if employed else "")

    def _in_currency(self, q: Quantity) -> Quantity:
        """A sign that several currencies share, as this document means it."""
        if q.unit.startswith("¥"):
            return replace(q, unit=self.conventions["¥"] + q.unit[1:])
        signed = self.text[q.start] == "$" or "dollar" in self.text[q.start : q.end]
        if q.unit.startswith("USD") and signed and "$" in self.conventions:
            return replace(q, unit=self.conventions["$"] + q.unit[3:])
        return q

    def _scaled(self, q: Quantity) -> Quantity:
        """An amount under "in millions", which has no scale of its own."""
        said = q.scale != 1 or q.factor != 1  # "12 million", "12 MEUR"
        if q.dimension != "money" or said or q.form != "digits" or self.scope.scale == 1:
            return q
        return replace(q.times(self.scope.scale), scale=self.scope.scale, ground="scope")

    def _priced(self, q: Quantity, hits: list[Hit], out: list[Quantity]) -> Quantity:
        """An amount among prices is one: "input is $3 per million tokens, output $15"."""
        if q.dimension != "money" or q.scale != 1 or "/" in q.unit:
            return q
        near = _price_before(q, out)
        price = near.unit if near is not None else self.state.price
        factor = near.factor / q.factor if near is not None else 1.0
        told = near is not None or (
            price and within("sentences.priced", self.text, self.s.start, self.s.end)
        )
        if not told or not price.startswith(f"{q.unit}/"):
            return q
        if any(h.metric.family in _AMOUNTS and h.end <= q.start for h in hits):
            return q
        return replace(q.times(factor), unit=price, dimension="price", ground="guess")

    def _price_ahead(self, q: Quantity, after: list[Quantity]) -> Quantity:
        """ "from $12.00 to $6.00 per million tokens": the first is per million tokens too."""
        if q.dimension != "money" or q.scale != 1 or not after:
            return q
        nxt, gap = after[0], self.text[q.end : after[0].start]
        begun = pattern("sentences.step_begins").search(self.text, max(0, q.start - 12), q.start)
        if nxt.dimension != "price" or not nxt.unit.startswith(f"{q.unit}/") or not begun:
            return q
        if not pattern("sentences.ends_step").fullmatch(gap):
            return q
        return replace(q.times(nxt.factor / q.factor), unit=nxt.unit, dimension=nxt.dimension)

    def _same_price(self, last: Quantity, q: Quantity) -> Quantity:
        """ "fell to $2.10 per GPU-hour from $2.85": the second is per GPU-hour too."""
        gap = self.text[last.end : q.start]
        if not last.unit.startswith(f"{q.unit}/") or not q.unit or len(gap) > 24:
            return q
        part = pattern("sentences.of_which").search(gap)
        if not part and not pattern("sentences.comparing").search(gap):
            return q
        return replace(q.times(last.factor / q.factor), unit=last.unit, dimension=last.dimension)

    def _bare(
        self, q: Quantity, hits: list[Hit], last: Quantity | None, rest: list[Quantity]
    ) -> Quantity:
        found = (
            self._in_range(q, rest) or self._of_chip(q) or self._of_metric(q, hits)
            or self._of_noun(q)
            or self._of_neighbour(q, last) or self._of_batch(q, last)
        )  # fmt: skip
        return found or self._of_document(q, hits) or q

    def _of_chip(self, q: Quantity) -> Quantity | None:
        """ "14,000 H100 and 8,000 H200": a chip's name says what is counted."""
        if q.form != "digits" or q.value < _FEW_CHIPS:
            return None
        named = any(m.kind == "chip" and 0 < m.start - q.end <= 1 for m in self.here)
        return replace(q, unit="chip", dimension="count") if named else None

    def _of_neighbour(self, q: Quantity, last: Quantity | None) -> Quantity | None:
        """The unit of the number before, which this one adds to or is compared with."""
        if last is None or not (
            self._is_further(q, last)
            or self._is_compared(q, last)
            or _is_sibling(q, last)
            or self._goes_on(q, last)
            or self._is_of_all(q, last)
            or self._is_listed(q, last)
            or self._is_end(q, last)
        ):
            return None
        return replace(q, unit=last.unit, dimension=last.dimension)

    def _in_range(self, q: Quantity, rest: list[Quantity]) -> Quantity | None:
        """ "from 10 to 15 GW": the first takes the unit of the second."""
        nxt = rest[0] if rest else None
        if nxt is None or nxt.dimension in ("bare", "fraction") or nxt.start - q.end >= _RANGE_GAP:
            return None
        gap = self.text[q.end : nxt.start]
        if pattern("sentences.of_these").fullmatch(gap):
            return replace(q, unit=nxt.unit, dimension=nxt.dimension)
        if not re.search(r"\bto\b|至|到", gap) or re.search(r"[,，;；]", gap):
            return None
        if q.scale != nxt.scale and q.scale <= 1:
            return None
        return replace(q.times(nxt.factor), unit=nxt.unit, dimension=nxt.dimension)

    def _of_metric(self, q: Quantity, hits: list[Hit]) -> Quantity | None:
        """The unit that a metric of the same clause implies, for numbers large enough for it."""
        implied = [
            h.metric.implied for h in hits
            if h.metric.implied and 0 <= q.start - h.end < _METRIC_GAP
            and not pattern("sentences.clause_break").search(self.text[h.end : q.start])
        ]  # fmt: skip
        if not implied or q.form == "vague" or implied[-1] in _COUNTED_ONLY:
            return None
        unit = implied[-1]
        big = q.scale > 1 or "," in self.text[q.start : q.end] or q.value >= 1000
        if not big and unit != "ratio":
            return None
        dimension = "token" if "token" in unit else "ratio" if unit == "ratio" else "count"
        per = rate_after(self.text, q.end, self.s.end) if unit == "token" else ""
        if unit == "token" and not per:
            per = rate_before(self.text, self.s.start, q.start)
        return replace(q, unit=unit + per, dimension=dimension)

    def _of_noun(self, q: Quantity) -> Quantity | None:
        """The noun before a Chinese number, where a classifier follows it or it is large."""
        if not self.s.chinese or q.form not in ("digits", "words"):
            return None
        noun = noun_before(self.text, self.s.start, q.start)
        if noun and (q.scale > 1 or self.text[q.end : q.end + 1] in "个架台张套家项"):
            return replace(q, unit=noun, dimension="count")
        return None

    def _of_document(self, q: Quantity, hits: list[Hit]) -> Quantity | None:
        """ "Depreciation grew, to 5.4 billion": the currency of the document, in a money metric."""
        if self._declared(q):
            return replace(q, unit=self.scope.currency, dimension="money", ground="scope")
        currency = self.scope.currency or self.state.currency
        near = [
            h for h in hits if 0 <= q.start - h.end < _SIBLING_GAP and h.metric.family in _AMOUNTS
        ]  # fmt: skip
        if not currency or q.scale < 1e6 or not near or q.form == "vague":
            return None
        if re.match(r"[ -]?[A-Za-z]", self.text[q.end : q.end + 2]) and not re.match(
            r" (?:in|by|for|from|and|over|or|a|at|on|as|this|last|next)\b", self.text[q.end :]
        ):
            return None
        ground: Ground = "scope" if self.scope.currency else "guess"
        return replace(q, unit=currency, dimension="money", ground=ground)

    def _declared(self, q: Quantity) -> bool:
        """ "余额为312,450" under 单位：万元: a large number that no word of its own follows."""
        if self.scope.scale == 1 or not self.scope.currency or q.scale != 1 or q.form != "digits":
            return False
        grouped = "," in self.text[q.start : q.end]
        ends = pattern("sentences.stands_alone").match(self.text, q.end)
        said = pattern("sentences.amounts_to").search(self.text, self.s.start, q.start)
        return grouped and (ends is not None or q.end >= self.s.end) and said is not None

    def _is_further(self, q: Quantity, last: Quantity) -> bool:
        """ "20,000 chips and a further 5,000": more of what was counted last."""
        if last.dimension != "count" or q.value < 100:
            return False
        if not pattern("sentences.further").search(self.text, max(last.end, q.start - 24), q.start):
            return False
        return not re.match(r"[ -]?[A-Za-z]", self.text[q.end : q.end + 2].strip(" ")) or bool(
            re.match(r" (?:in|by|for|from|and|over|later|to)\b", self.text[q.end : q.end + 7])
        )

    def _goes_on(self, q: Quantity, last: Quantity) -> bool:
        """ "reached 12,000 units in May and should pass 40,000": the same thing, later."""
        if last.dimension not in ("count", "token", "power") or q.value < 100:
            return False
        lead = pattern("sentences.goes_on").search(self.text, max(last.end, q.start - 40), q.start)
        return lead is not None and not re.match(
            r" ?[A-Za-z%]*[A-Z%]", self.text[q.end : q.end + 8]
        )

    def _is_of_all(self, q: Quantity, last: Quantity) -> bool:
        """ "Of the 18,000 GPUs of Acme, 14,400 were in use": a part of them."""
        opens = pattern("sentences.out_of_all").match(self.text, self.s.start, last.start)
        gap = self.text[last.end : q.start]
        near = len(gap) < _SIBLING_GAP and 0 < q.value <= 2 * last.value and last.dimension in (
            "count", "power"
        )  # fmt: skip
        return bool(opens) and near and not re.match(r"[ -]?[A-Z%]", self.text[q.end : q.end + 2])

    def _of_batch(self, q: Quantity, last: Quantity | None) -> Quantity | None:
        """ "The first batch of 4,000 arrives in July": of what the sentence before counts."""
        unit = last.unit if last is not None else self.state.lead.unit if self.state.lead else ""
        if unit not in _COUNTED_ONLY or q.value < _FEW_CHIPS or unit == "fraction":
            return None
        if not pattern("sentences.batch_of").search(self.text, max(0, q.start - 40), q.start):
            return None
        return replace(q, unit=unit, dimension="count")

    def _is_listed(self, q: Quantity, last: Quantity) -> bool:
        """ "ordered 30,000 GPUs: 18,000 from Castor and 12,000 from Pollux": parts of them."""
        if last.dimension != "count" or not 1 < q.value <= 2 * last.value:
            return False
        opens = pattern("sentences.list_opens").fullmatch(self.text[last.end : q.start])
        whose = pattern("sentences.list_item").match(self.text, q.end)
        goes_on = pattern("sentences.list_goes_on").fullmatch(self.text[last.end : q.start])
        colon = goes_on is not None and ":" in self.text[self.s.start : last.start]
        return whose is not None and (opens is not None or colon)

    def _is_end(self, q: Quantity, last: Quantity) -> bool:
        """ "from 22,000 GPUs to 28,000": the end of the step that began with the last."""
        step = pattern("sentences.ends_step").fullmatch(self.text[last.end : q.start])
        plain = not re.match(r"[ -]?[A-Za-z%]*[A-Z%]", self.text[q.end : q.end + 8])
        return step is not None and plain and last.dimension in ("count", "token", "power")

    def _is_compared(self, q: Quantity, last: Quantity) -> bool:
        """ "12,000 chips, up from 9,000", "rather than 120,000": the same thing."""
        if q.scale != 1 or last.dimension not in ("count", "token"):
            return False
        gap = self.text[last.end : q.start]
        near = q.value >= 100 and 0.02 < q.value / (last.value or 1) < 50 and len(gap) < 40
        return near and bool(pattern("sentences.comparing").search(gap))


def _price_before(q: Quantity, out: list[Quantity]) -> Quantity | None:
    """The last price of the sentence, where it stands near and has no scale."""
    here = next((o for o in reversed(out) if o.dimension == "price"), None)
    near = here is not None and q.start - here.end < _SIBLING_GAP and here.scale == 1
    return here if near else None


def _is_sibling(q: Quantity, last: Quantity) -> bool:
    """Two large figures side by side, of which only the first names its unit."""
    large = q.scale > 1 and last.scale > 1
    kind = last.dimension in ("money", "token", "count", "price")
    return large and kind and q.start - last.end < _SIBLING_GAP
