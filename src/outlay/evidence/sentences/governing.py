"""Which period a number speaks of: calendar words of its clause, of its neighbours, of the text."""

from __future__ import annotations

import re

from outlay.evidence.calendar.base import months_before, number
from outlay.evidence.calendar.words import Anchor, When, end_of, shift_year
from outlay.evidence.quantities.quantity import Quantity
from outlay.evidence.rules import pattern
from outlay.evidence.sentences.context import State
from outlay.evidence.text.clean import Sentence
from outlay.evidence.text.triggers import may, search, within
from outlay.evidence.types import Claim, Document, Kind

__all__ = ["PeriodChooser"]

_DAY = re.compile(
    r"(\d{1,2}|[一二三四五六七八九十]{1,3})日|(?<!\d)(\d{1,2})(?:st|nd|rd|th)?(?: [A-Z]|,|$)"
)
_PLAN_FAMILIES = frozenset(
    ["capex", "spending", "investment", "chips", "order", "processors", "revenue"]
)
_FLOW_FAMILIES = frozenset(
    [
        "capex",
        "revenue",
        "profit",
        "spending",
        "investment",
        "ebitda",
        "opex",
        "r&d",
        "depreciation",
        "amount",
        "tokens",
        "share",
    ]
)


def _flows(q: Quantity, family: str) -> bool:
    """Whether a number is of a period (revenue, growth) and not of a moment (a price, a site)."""
    if q.dimension in ("fraction", "points") and "price" not in family:
        return True
    return q.dimension in ("money", "token") and (
        family in _FLOW_FAMILIES
        or "spending" in family
        or "profit" in family
        or "revenue" in family
    )


class PeriodChooser:
    """Chooses periods within one sentence; the sentence reader is built on it."""

    document: Document
    text: str
    s: Sentence
    body: str
    anchor: Anchor
    state: State
    periods: list[When]
    future: bool
    _governing: dict[int, When | None]

    def _period(
        self, q: Quantity, others: list[Quantity], done: list[Claim], kind: Kind, family: str
    ) -> tuple[str, str]:
        """The period a number speaks of, and whether the sentence states it."""
        chosen = self._stated_period(q, others)
        if family.endswith("growth") and done and done[-1].status == "earlier":
            now = next((c for c in reversed(done) if c.status == "current"), None)
            if now and chosen is not None and self._governing.get(done[-1].value_span[0]) is chosen:
                return now.period, now.period_basis  # "was 12bn, compared with 7bn in 2024, up 72%"
        same = [c for c in done if c.status == "current"]
        alike = same and chosen in (None, self._governing.get(same[-1].value_span[0]))
        if alike and _flows(q, family) and self._was_before(q):
            return shift_year(same[-1].period, -1), "context"
        if chosen is not None:
            period = chosen.period
            if chosen.relative == "this":
                period = self.state.default_period or chosen.period
            elif chosen.relative:
                period = self._relative_period(chosen, done)
            if period:
                return period, "context" if chosen.relative == "end" else "stated"
        if same and same[-1].period and not (same[-1].unit == q.unit and self._may(q)):
            return same[-1].period, same[-1].period_basis
        if pattern("calendar.whole_life").search(self._clause(q)):
            return "", ""
        lead, state = self.state.lead, self.state
        if lead and pattern("sentences.anaphor").match(self.body):
            return lead.period, "context"
        if state.told and pattern("sentences.it_is").match(self.body):
            return state.told[-1].period, "context"  # "misstated the budget for 2026. It is $3bn"
        if kind == "reported" and self.anchor.year and pattern("sentences.now").match(self.body):
            state.periods["reported"] = str(self.anchor.year)
        carried = state.periods.get("reported" if kind == "reported" else "plan", "")
        if not carried and kind != "reported" and self.anchor.year:
            other = state.periods.get("reported", "")
            carried = other if other[:4] >= str(self.anchor.year) else ""
        if carried and (state.default_period or _flows(q, family)):
            return carried, "context"
        if kind == "planned" and not self._is_habit():
            plans = state.plan_periods
            fits = family in _PLAN_FAMILIES or "spending" in family
            if fits and len(plans) == 1 and len(next(iter(plans))) == 4:
                return next(iter(plans)), "context"
        if carried and self.text[max(0, self.s.start - 3) : self.s.start].rstrip().endswith(
            ("；", ";")
        ):
            return carried, "context"  # the same sentence, after its semicolon
        if self.anchor.year and pattern("sentences.now").search(self._clause(q)):
            return str(self.anchor.year), "context"
        planned = search("sentences.modal", self.text, self.s.start, q.start)
        if state.default_period and kind == "reported" and not planned:
            return state.default_period, "context"
        return "", ""

    def _clause(self, q: Quantity) -> str:
        """The words of the number's clause, and a few behind it."""
        cut = [
            m.end() for m in re.finditer(r"[;；]|[,，](?!\d)", self.text[self.s.start : q.start])
        ]
        start = self.s.start + (cut[-1] if cut else 0)
        return self.text[start : min(self.s.end, q.end + 60)]

    def _was_before(self, q: Quantity) -> bool:
        """ "Revenue was $4bn, up from $3bn": a year before, where nothing else is said."""
        left = max(self.s.start, q.start - 40)
        return within("calendar.up_from", self.text, left, q.start) is not None

    def _may(self, q: Quantity) -> bool:
        left = max(self.s.start, q.start - 45)
        window = self.text[left : q.start]
        if not may("sentences.may", self.text, left, q.start):
            return False
        return bool(pattern("sentences.may").search(re.split(r"[,，;；]", window)[-1]))

    def _is_habit(self) -> bool:
        return within("sentences.habit", self.text, self.s.start, self.s.end) is not None

    def _stated_period(self, q: Quantity, others: list[Quantity]) -> When | None:
        """The calendar words that govern a number: near, in its clause, not another number's."""
        if q.start in self._governing:
            return self._governing[q.start]
        usable = [w for w in self.periods if w.period or w.relative]
        best: tuple[float, When] | None = None
        for w in usable:
            cost = self._period_cost(w, q, others)
            if cost is not None and (best is None or cost < best[0]):
                best = (cost, w)
        self._governing[q.start] = best[1] if best else None
        return self._governing[q.start]

    def _period_cost(self, w: When, q: Quantity, others: list[Quantity]) -> float | None:
        """How far the words `w` are from the number, None where they are another's."""
        text, after = self.text, w.start >= q.end
        lo, hi = (q.end, w.start) if after else (w.end, q.start)
        gap = text[lo:hi]
        between = sum(1 for o in others if o is not q and lo <= o.start < hi)
        shared = after and w.relative.startswith("same") and "respectively" in gap
        if shared and not pattern("sentences.comparing").search(gap):
            return 1.0  # "$266m and $61m, respectively, in the prior year"
        if after:
            starts = self.future and re.search(r"\bfrom (?:the )?$", gap)  # "will use 40 from May"
            base = not starts and _is_base(w, q, gap, between)
            if base or self._said_of_next(w, q, others, gap):
                return None
        else:
            if self._said_of_before(w, q, others, gap):
                return None
            if self._in_brackets(w):
                return None if not 0 <= q.start - w.end <= 4 else 0.0
            if self._compares(w, q, gap, between):
                return None
        if after and ((w.relative == "end" and between) or ";" in gap or "；" in gap):
            return None
        if not after and ("," in gap or "，" in gap) and self._in_aside(w):
            return None
        cost = (0.9 if after else 1.0) * len(gap)
        cost += 25 * (gap.count(";") + gap.count("；"))
        cost += (14 if after else 5) * (gap.count(",") + gap.count("，"))
        cost += (60 if after else 14) * between
        if after and (
            pattern("calendar.right_behind").match(gap)
            or pattern("sentences.right_after").fullmatch(gap)
        ):
            cost -= 20
        return cost

    def _in_aside(self, w: When) -> bool:
        """ "Its campus, which opened in March, draws 85 MW": when another thing was."""
        left = max(self.s.start, w.start - 80)
        return within("calendar.aside", self.text, left, w.start) is not None

    def _in_brackets(self, w: When) -> bool:
        """ "(2024: 310)": a year in brackets before its number."""
        text = self.text
        return text[w.end : w.end + 1] in (":", "：") and text[w.start - 1 : w.start] in ("(", "（")

    def _said_of_next(self, w: When, q: Quantity, others: list[Quantity], gap: str) -> bool:
        """Whether words after the number belong to a later one, or to when it was said."""
        text = self.text
        if self._heads_next(w, others, gap) or self._after_next(w, q, others):
            return True
        if within("sentences.said_then", text, q.end, w.start):
            return True  # "the $35bn it had projected in September": when it was said
        if self.s.chinese and "，" in gap and self._behind_another(w, q, others):
            return True  # 订购1万颗，首批4000颗于今年4月到货
        # "revenue of 540 (2024: 310)": the year is the second number's
        opened = gap.endswith(("(", "（", "(\n", "（\n")) and text[w.end : w.end + 1] in (":", "：")
        return bool(opened) or self._in_brackets(w)

    def _heads_next(self, w: When, others: list[Quantity], gap: str) -> bool:
        """ "capex of 31.5bn, first-half 70.1bn": the period is the next number's."""
        return pattern("sentences.heads_clause").search(gap) is not None and any(
            o.start >= w.end and not re.search(r"[,，;；]", self.text[w.end : o.start])
            for o in others
        )

    def _after_next(self, w: When, q: Quantity, others: list[Quantity]) -> bool:
        """Whether a clause with a number of its own begins before the words."""
        inner = [o for o in others if q.end <= o.start < w.start]
        if not inner:
            return False
        if pattern("calendar.next_begins").search(self.text, q.end, inner[-1].start):
            return True  # "720 MW as follows: 90 MW by June 2027", "has 140 MW and will reach 400"
        ahead = pattern("calendar.next_clause").search(self.text, q.end, w.start)
        if ahead is None or inner[-1].start <= ahead.start():
            return False
        # "half are in use, and a third will be replaced by 2028"
        return not pattern("sentences.modal").search(self.text, self.s.start, ahead.start())

    def _behind_another(self, w: When, q: Quantity, others: list[Quantity]) -> bool:
        return any(q.end < o.start < w.start and w.start - o.end <= 6 for o in others)

    def _said_of_before(self, w: When, q: Quantity, others: list[Quantity], gap: str) -> bool:
        """Whether words before the number belong to an earlier one, or to what it grew from."""
        text, base = self.text, w.relative.startswith("same")
        gone = w.relative == "part" or (w.period and w.period[:4] < str(self.anchor.year))
        gone = gone or any(o.end <= w.start for o in others)
        if (
            gone
            and pattern("sentences.modal").search(gap)
            and re.search(r"[,，;；]|\band\b|\bbut\b", gap)
        ):
            return True  # "burned $10bn in the quarter and may need to borrow $38bn"
        if (
            base
            and re.search(r"[,，;；]", gap)
            and pattern("sentences.base_of_growth").search(
                text, max(self.s.start, w.start - 30), w.start
            )
        ):
            return True  # "up 14% from a year earlier, missing estimates of $16bn"
        if q.dimension == "ratio" and gap in ("的", "同期的"):
            return True  # 是去年的4倍
        grew = pattern("sentences.grew_zh").match(
            gap
        )  # 较去年同期增长23.5%: the base of the change
        than = re.search(r"[较比]$", text[max(self.s.start, w.start - 2) : w.start])
        return grew is not None and than is not None

    def _compares(self, w: When, q: Quantity, gap: str, between: int) -> bool:
        """Whether words before the number say only what it is compared with."""
        base = w.relative.startswith("same")
        stated = search(
            "sentences.compared_period", self.text, max(self.s.start, w.start - 24), w.start
        )
        if q.dimension in ("points", "ratio") and (base or stated):
            return True
        if base:
            return between > 0 or (stated is not None and re.match(r"\s*to\b", gap) is not None)
        return stated is not None and (between > 0 or bool(re.search(r"[,，]", gap)))

    def _relative_period(self, w: When, done: list[Claim]) -> str:
        if w.relative in ("part", "year"):
            return self._whole_or_part(w)
        if w.relative == "end":
            return self._end(w, done)
        stated = [p.period for p in self.periods if p.period and p.start < w.start]
        base = next((c.period for c in reversed(done) if c.period and c.status == "current"), "")
        base = base or (stated[0] if stated else "") or self.state.periods.get("reported", "")
        base = base or self.state.default_period
        base = base or (self.state.report if w.relative == "same" else "")
        back = re.fullmatch(r"same-(\d+)m", w.relative)
        if back:
            return months_before(base, int(back[1]))
        if not base and self.anchor.year:
            base = str(self.anchor.year)
        if not base:
            return ""
        if w.relative == "year-1":
            return shift_year(re.match(r"(?:FY)?\d{4}|", base)[0], -1)  # type: ignore[index]
        if w.relative.startswith("same@"):
            return re.sub(r"(?:19|20)\d{2}", w.relative[5:], base)
        if w.relative == "start":
            year = re.match(r"(?:FY)?(\d{4})", base)
            return f"{year[1]}-01" if year and self.anchor.fiscal_end == 12 else ""
        return shift_year(base, -1) if w.relative == "same-1" else base

    def _end(self, w: When, done: list[Claim]) -> str:
        """ "At year-end" is the last month of the period that is reported, or of the last year."""
        part = re.search("quarter|季", self.text[w.start : w.end])
        said = [c.period for c in reversed(done) if not re.search(r"\d-\d", c.period)]
        state, base = self.state, ""
        for period in (*said, state.parts.get("Q", ""), state.default_period, state.report):
            if period and not base:
                base = period if part else re.sub(r"-.*", "", period)
        if base:
            return end_of(base, self.anchor.fiscal_end)
        if not self.anchor.year or part:
            return ""
        return f"{self.anchor.year - (not self.future)}-12"

    def _whole_or_part(self, w: When) -> str:
        """ "in the quarter" is the last one named; "for the full year" the year of the report."""
        state = self.state
        if w.relative == "part":
            kind = "H" if self.text.endswith("half", 0, w.end) else "Q"
            return state.parts.get(kind, "")
        base = state.default_period or state.parts.get("Q", "") or str(self.anchor.year or "")
        return re.match(r"(?:FY)?\d{4}|", base)[0]  # type: ignore[index]

    def _is_dateline(self, w: When) -> bool:
        """The day of the news itself ("on 3 March", 3月6日) is not the period of its numbers."""
        words = self.body[w.start : w.end]
        if pattern("calendar.as_at").search(self.body[max(0, w.start - 12) : w.start]):
            return False
        day = _DAY.search(words)
        said = re.fullmatch(r"\d{4}-(\d{2})-(\d{2})", self.document.date)
        if not day or not said or not re.search(r"月|[A-Z][a-z]{2}", words):
            return False
        near = abs(number(day[1] or day[2]) - int(said[2])) <= 3
        return near and w.period == self.document.date[:7]

    def _set_beside(self, q: Quantity, others: list[Quantity]) -> bool:
        """A figure of "the same period last year" stands there for comparison only."""
        w = self._stated_period(q, others)
        return w is not None and w.relative.startswith(("same-", "same@"))

    def _compared_period(self, q: Quantity, others: list[Quantity]) -> bool:
        """Whether the words before the number's own period compare: "above 2024's 76.8bn"."""
        w = self._stated_period(q, others)
        if w is None or not 0 <= q.start - w.end < 24:
            return False
        if re.search(r"[,，;；]", self.text[w.end : q.start]):
            return False
        left = max(self.s.start, w.start - 24)
        return bool(pattern("sentences.compared_period").search(self.text, left, w.start))


def _is_base(w: When, q: Quantity, gap: str, between: int) -> bool:
    """Whether words after the number name what it is compared with."""
    base = w.relative.startswith("same")
    level = r"\s?(?:that|those|the (?:level|amount|figure|number|total)|its)\b"
    if q.dimension == "ratio" and (base or gap in ("的", "同期的") or re.match(level, gap)):
        return True  # "five times the level of a year ago"
    if (between and base) or pattern("sentences.comparing").search(gap):
        return True
    return base and (len(gap) > 24 or bool(re.search(r"[,，;；]", gap)))
