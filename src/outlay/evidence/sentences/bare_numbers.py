"""Units of numbers that are printed without one: from a metric, a neighbour, the last price."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from dataclasses import replace

from outlay.evidence.quantities.meaning import Hit
from outlay.evidence.quantities.quantity import Quantity
from outlay.evidence.quantities.rates import rate_after
from outlay.evidence.quantities.unit_words import noun_before
from outlay.evidence.sentences.governing import COMPARING, PeriodChooser

__all__ = ["UnitGiver"]

_PRICED = re.compile(
    r"\b(?:charg\w+|pric\w+|asks?|costs?|sells?|goes?|rents?)\b|价格|售价|降至|单价|租金"
)


def hits_of(hits: list[Hit], *families: str) -> bool:
    return any(h.metric.family in families for h in hits)


_SIBLING_GAP = 90
_FURTHER = re.compile(
    r"\b(?:a further|another|an additional|additional|an extra|the (?:remaining|other))\s$|(?:另外|另有|再|其余|剩余|追加|再采购|再买)的?$"
)


class UnitGiver(PeriodChooser):
    """Gives bare numbers of one sentence their unit; the sentence reader is built on it."""

    conventions: dict[str, str]

    def _units(self, found: list[Quantity], hits: list[Hit]) -> list[Quantity]:
        """Give bare numbers their unit: from a metric word, the neighbour, or a convention."""
        out: list[Quantity] = []
        for i, q in enumerate(found):
            if q.dimension == "bare":
                solid = [
                    o for o in out if o.dimension not in ("ratio", "fraction", "points", "bare")
                ]
                q = self._bare(q, hits, solid[-1] if solid else None, found[i + 1 :])
            if out and "/" in out[-1].unit and out[-1].unit.startswith(f"{q.unit}/"):
                q = self._same_price(out[-1], q)
            if (
                (
                    q.dimension == "money"
                    and q.scale == 1
                    and "/" not in q.unit
                    and self.state.price.startswith(q.unit + "/")
                )
                and _PRICED.search(self.body)
                and not hits_of(hits, "capex", "revenue", "profit")
            ):
                q = replace(q, unit=self.state.price, dimension="price")
            if q.unit == "request" and re.search(
                r"下载[^，。；]{0,8}$", self.text[max(0, q.start - 14) : q.start]
            ):
                q = replace(q, unit="download")
            if q.unit.startswith("¥"):
                q = replace(q, unit=self.conventions["¥"] + q.unit[1:])
            elif (
                q.unit.startswith("USD")
                and "$" in self.conventions
                and (self.text[q.start] == "$" or "dollar" in self.text[q.start : q.end])
            ):
                q = replace(q, unit=self.conventions["$"] + q.unit[3:])
            out.append(q)
        return [q for q in out if q.unit]

    def _same_price(self, last: Quantity, q: Quantity) -> Quantity:
        """ "fell to $2.10 per GPU-hour from $2.85": the second is per GPU-hour too."""
        gap = self.text[last.end : q.start]
        if len(gap) < 24 and last.unit.split("/")[0] == q.unit and COMPARING.search(gap):
            return replace(q, unit=last.unit, dimension=last.dimension)
        return q

    def _bare(
        self, q: Quantity, hits: list[Hit], last: Quantity | None, rest: list[Quantity]
    ) -> Quantity:
        found = self._in_range(q, rest) or self._of_metric(q, hits) or self._of_noun(q)
        if found is not None:
            return found
        if last is not None and (
            self._is_further(q, last) or self._is_compared(q, last) or _is_sibling(q, last)
        ):
            return replace(q, unit=last.unit, dimension=last.dimension)
        return q

    def _in_range(self, q: Quantity, rest: list[Quantity]) -> Quantity | None:
        """ "from 10 to 15 GW": the first takes the unit of the second."""
        nxt = rest[0] if rest else None
        if nxt is None or nxt.dimension in ("bare", "fraction") or nxt.start - q.end >= 22:
            return None
        gap = self.text[q.end : nxt.start]
        if not re.search(r"\bto\b|至|到", gap) or re.search(r"[,，;；]", gap):
            return None
        if q.scale != nxt.scale and q.scale <= 1:
            return None
        return replace(q, unit=nxt.unit, dimension=nxt.dimension)

    def _of_metric(self, q: Quantity, hits: list[Hit]) -> Quantity | None:
        """The unit that a metric of the same clause implies, for numbers large enough for it."""
        clause_hit = [
            h for h in hits
            if h.metric.implied and h.end <= q.start and q.start - h.end < 40
            and not re.search(r"[,，;；。](?!(?:目前|如今|现在|现已|眼下)?(?:已|约|为|达|超)*$)", self.text[h.end : q.start])
        ]  # fmt: skip
        if not clause_hit or q.form == "vague":
            return None
        implied = clause_hit[-1].metric.implied
        big = q.scale > 1 or "," in self.text[q.start : q.end] or (q.low or q.high or 0) >= 1000
        if not (big or implied == "ratio"):
            return None
        if implied in ("chip", "fraction", "site", "rack", "server"):
            return None
        dimension = "token" if "token" in implied else "count"
        dimension = "ratio" if implied == "ratio" else dimension
        per = rate_after(self.text, q.end, self.s.end) if implied == "token" else ""
        return replace(q, unit=implied + per, dimension=dimension)

    def _of_noun(self, q: Quantity) -> Quantity | None:
        """The noun before a Chinese number, where a classifier follows it or it is large."""
        if not self.s.chinese or q.form not in ("digits", "words"):
            return None
        noun = noun_before(self.text, self.s.start, q.start)
        if noun and (q.scale > 1 or self.text[q.end : q.end + 1] in "个架台套张家项"):
            return replace(q, unit=noun, dimension="count")
        return None

    def _is_further(self, q: Quantity, last: Quantity) -> bool:
        """ "20,000 chips and a further 5,000": more of what was counted last."""
        if last.dimension != "count" or (q.low or q.high or 0) < 100:
            return False
        if not _FURTHER.search(self.text, max(last.end, q.start - 24), q.start):
            return False
        return not re.match(r"[ -]?[A-Za-z]", self.text[q.end : q.end + 2].strip(" ")) or bool(
            re.match(r" (?:in|by|for|from|and|over|later|to)\b", self.text[q.end : q.end + 7])
        )

    def _is_compared(self, q: Quantity, last: Quantity) -> bool:
        """ "12,000 chips, up from 9,000": the same thing before."""
        if q.scale != 1 or last.dimension not in ("count", "token"):
            return False
        value, other = q.low or q.high or 0, last.low or last.high or 1
        gap = self.text[last.end : q.start]
        near = value >= 100 and 0.02 < value / other < 50 and len(gap) < 40
        return near and bool(COMPARING.search(gap))


def _is_sibling(q: Quantity, last: Quantity) -> bool:
    """Two large figures side by side, of which only the first names its unit."""
    large = q.scale > 1 and last.scale > 1
    kind = last.dimension in ("money", "token", "count", "price")
    return large and kind and q.start - last.end < _SIBLING_GAP
