"""The rows of a table: each number with what its row, its column and its caption say of it."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from outlay.evidence.calendar.words import Anchor, find_periods
from outlay.evidence.names.voices import is_future
from outlay.evidence.quantities.meaning import UNIT_METRICS, find_hits
from outlay.evidence.quantities.numbers import find_numbers
from outlay.evidence.quantities.quantity import Quantity, quantities
from outlay.evidence.quantities.spelling import slip_in
from outlay.evidence.tables.about import names_in
from outlay.evidence.tables.cells import ROLE_PATTERNS, Label, is_value, times
from outlay.evidence.tables.units import TableUnit, currency_in, in_brackets, unit_of
from outlay.evidence.text.clean import is_chinese
from outlay.evidence.text.grid import Cell, Grid
from outlay.evidence.types import Claim, Document

__all__ = ["MOST_CLAIMS", "TableReader"]

_CHANGE = re.compile(r"change|growth|yoy|y/y|同比|环比|增幅|增速|变动", re.IGNORECASE)
_PART = re.compile(
    r"[-–—• ]*(?:of which:?|o/w|thereof|including|incl\.?|其中)[:：]?\s*", re.IGNORECASE
)
_TOTAL = re.compile(
    r"(?:grand |sub-?)?total\b|combined\b|all companies|合计|总计|小计|总和", re.IGNORECASE
)
_MOST_OF_ROW = 6_000
MOST_CLAIMS = 100_000
_NOT_VALUES = frozenset({"skip", "subject", "metric", "period", "unit", "currency", "status"})


class TableReader:
    """Reads one grid with the conventions of its document."""

    def __init__(self, document: Document, grid: Grid, topic: str) -> None:
        self.document, self.grid = document, grid
        self.anchor = Anchor.of(document.date)
        self.topic = topic
        self.slips: dict[tuple[str, str], int] = {}
        """Words of units with a slip, what is meant, and the first line of each."""
        self._labels: dict[str, Label] = {}
        self.names = names_in(grid)
        self.caption = self._label(grid.caption)
        self.above = Label()
        self.above_who = ""

    def _label(self, text: str) -> Label:
        if text not in self._labels:
            self._labels[text] = self._read_label(text)
        return self._labels[text]

    def _read_label(self, text: str) -> Label:
        if not text:
            return Label()
        original, text = text, text.replace("_", " ")
        chinese = is_chinese(text)
        future = is_future(text, chinese)
        periods = [w.period for w in find_periods(text, self.anchor, future, chinese) if w.period]
        periods = periods or [
            w.period for w in find_periods(text, self.anchor, future, not chinese) if w.period
        ]
        hits = find_hits(text, 0, len(text))
        pick = max(hits, key=lambda h: (h.end - h.start, -h.metric.order)) if hits else None
        short = re.sub(r"[（(][^）)]*[)）]", "", text).strip(" :：*")
        metric = pick.metric.name if pick else ""
        return Label(
            short if len(text) < 80 else "",
            self.names.get(original, "") or self.names.get(original.split("\n")[0], ""),
            periods[0] if periods else "",
            metric,
            pick.metric.family if pick else "",
            pick.metric.implied if pick else "",
            unit_of(text),
            bool(
                re.search(
                    r"guidance|plan|target|budget|forecast|estimate|指引|计划|目标|预算|预计|预测|\d{4}E\b",
                    text,
                    re.IGNORECASE,
                )
            ),
        )

    def _roles(self, header: tuple[Cell, ...]) -> dict[int, str]:
        out: dict[int, str] = {}
        for i, cell in enumerate(header):
            bare = re.sub(r"[（(][^）)]*[)）]", "", cell.text).strip().replace("_", " ")
            for role, pattern in ROLE_PATTERNS.items():
                if pattern.fullmatch(bare) and not (role in ("low", "high") and i == 0):
                    out[i] = role
                    break
        return out

    def _dated_columns(self, body: Sequence[tuple[Cell, ...]], roles: dict[int, str]) -> None:
        """A column that holds nothing but periods dates its rows, whatever its header says."""
        if "period" in roles.values() or not body:
            return
        columns: dict[int, list[str]] = {}
        for row in body:
            for i, cell in enumerate(row):
                texts = columns.setdefault(i, [])
                if len(texts) < 200 and cell.text.strip():
                    texts.append(cell.text.strip())
        for i, texts in columns.items():
            if i not in roles and texts and all(self._is_period(t) for t in texts):
                roles[i] = "period"
                return

    def _is_period(self, text: str) -> bool:
        for chinese in (True, False):
            found = find_periods(text, self.anchor, False, chinese)
            if found and found[0].period and found[0].end - found[0].start >= len(text) - 1:
                return True
        return False

    def _part_of(self, label: Label) -> Label:
        """ "of which data centres" is a part of the row above it, in its unit."""
        part = _PART.match(label.text)
        above, self.above = self.above, self.above if part else label
        if part is None or not above.text:
            return label
        base = above.metric or above.text
        text = f"{base}: {label.text[part.end() :].strip(' :：')}"
        return replace(above, text=text, metric="", family=f"{above.family or base} part")

    def read(self, prefix: str, count: int) -> list[Claim]:
        rows = self.grid.rows
        header = rows[0]
        if sum(1 for c in header if is_value(c.text)) > len(header) / 2:
            header, body = tuple(Cell("", c.start, c.start) for c in header), rows
        else:
            body = rows[1:]
        roles = self._roles(header)
        slips = (i for i, c in enumerate(header) if self._has_slip(in_brackets(c.text), c.start))
        roles |= dict.fromkeys(slips, "skip")
        self._dated_columns(body, roles)
        columns = [self._label(c.text) for c in header]
        out: list[Claim] = []
        section = Label()
        for row in body:
            filled = [c for c in row if c.text]
            if len(filled) == 1 and not is_value(filled[0].text):
                section = self._label(filled[0].text)
                continue
            out.extend(self._row(row, roles, columns, section, prefix, count + len(out)))
            if len(out) > MOST_CLAIMS:
                break
        return out

    def _has_slip(self, unit: str, start: int) -> bool:
        """Whether a unit has a word that is near a known one; noted, by line."""
        slip = slip_in(unit)
        if slip[0] and slip not in self.slips:
            self.slips[slip] = self.document.text.count("\n", 0, start) + 1
        return slip[0] != ""

    def _row(
        self,
        row: tuple[Cell, ...],
        roles: dict[int, str],
        columns: list[Label],
        section: Label,
        prefix: str,
        count: int,
    ) -> list[Claim]:
        named: dict[str, str] = {}
        for i, cell in enumerate(row):
            if i in roles and cell.text:
                named.setdefault(roles[i], cell.text)
        first = next(
            (
                c.text
                for i, c in enumerate(row)
                if c.text and roles.get(i) not in ("skip", "period")
            ),
            "",
        )
        own = "" if is_value(first) or first == named.get("subject") else first
        label = self._part_of(self._label(named.get("metric") or own))
        part = _PART.match(named.get("subject", ""))
        if part and self.above_who:  # "of which servers" in the column of the names
            label = replace(
                label, text=f"part: {named['subject'][part.end() :]}", family="spending part"
            )
            named["subject"] = self.above_who
        self.above_who = named.get("subject", "")
        who = self._label(named.get("subject", ""))
        subject = who.subject or named.get("subject", "") or label.subject
        unit = unit_of(named["unit"]) if "unit" in named else None
        if "unit" in named and self._has_slip(named["unit"], row[0].start):
            return []
        if "currency" in named and currency_in(named["currency"]):
            unit = TableUnit(currency_in(named["currency"]), "money", unit.factor if unit else 1.0)
        period = self._label(named.get("period", "")).period
        out: list[Claim] = []
        ends = self._ends(row, roles)
        latest = ""
        for i, cell in enumerate(row):
            role = roles.get(i, "")
            if role in _NOT_VALUES or (ends and role == "high"):
                continue
            if not cell.text or i >= len(columns):
                continue
            column = columns[i]
            if column.period:
                latest = column.period
            elif latest and _CHANGE.search(column.text):
                column = replace(column, period=latest)
            claim = self._cell(cell, row, label, column, section, unit, subject, period, named)
            if claim is None:
                continue
            if ends and role == "low":
                claim = self._widen(claim, ends)
            out.append(replace(claim, id=f"{prefix}.c{count + len(out) + 1}"))
        return out

    def _ends(self, row: tuple[Cell, ...], roles: dict[int, str]) -> Cell | None:
        low = [row[i] for i, r in roles.items() if r == "low" and i < len(row)]
        high = [row[i] for i, r in roles.items() if r == "high" and i < len(row)]
        return high[0] if low and high else None

    def _widen(self, claim: Claim, high: Cell) -> Claim:
        number = find_numbers(high.text)
        low = find_numbers(claim.quote)
        if not number or not low or not claim.value_low:
            return replace(claim, value_high=None, hedge="over") if not high.text else claim
        top = number[0].value * (claim.value_low / low[0].value if low[0].value else 1.0)
        same = top == claim.value_low
        return replace(claim, value_high=top, hedge="exact" if same else "range")

    def _cell(
        self, cell: Cell, row: tuple[Cell, ...], label: Label, column: Label, section: Label,
        unit: TableUnit | None, subject: str, period: str, named: dict[str, str],
    ) -> Claim | None:  # fmt: skip
        text = cell.text
        if not is_value(text):
            return None
        negative = bool(re.fullmatch(r"[(（]\s?[\d,.]+\s?%?\s?[)）]", text))
        plain = text.strip("()（） ") if negative else text
        plain = re.sub(r"^[>≥＞]\s?", "over ", re.sub(r"^[<≤＜]\s?", "under ", plain))
        plain = re.sub(r"\s?[（(](?:[^（）()]*)[)）]$", "", plain)
        found = quantities(plain, find_numbers(plain), 0, len(plain), True)
        if not found:
            return None
        q = found[0]
        if q.unit.startswith("¥"):
            q = replace(q, unit="CNY" + q.unit[1:])
        if q.dimension == "bare" or (q.dimension == "money" and q.scale == 1):
            order = (
                (unit, column.unit)
                if re.fullmatch(
                    r"(?:value|amount|low|high|value low|value high|数值|值|金额)?",
                    column.text,
                    re.IGNORECASE,
                )
                else (column.unit, unit)
            )
            chosen = next(
                (u for u in (*order, label.unit, section.unit, self.caption.unit) if u), None
            )
            percent = column.unit if column.unit and column.unit.unit == "fraction" else None
            chosen = percent or chosen
            if q.dimension == "bare":
                applied = self._apply(q, chosen, label, column, section)
                if applied is None:
                    return None
                q = applied
            elif (
                chosen and chosen.dimension in ("money", "price") and chosen.unit.startswith(q.unit)
            ):
                q = replace(
                    q,
                    low=times(q.low, chosen.factor),
                    high=times(q.high, chosen.factor),
                    unit=chosen.unit,
                    rounding=q.rounding * chosen.factor,
                )
        metric, family = self._metric(q.unit, q.dimension, label, column, section)
        who = (
            ""
            if _TOTAL.match(subject or label.text)
            else (
                subject
                or column.subject
                or label.subject
                or section.subject
                or self.caption.subject
                or self.topic
            )
        )
        if q.dimension == "fraction" and _CHANGE.search(column.text):
            metric, family = f"{metric} growth", f"{family} growth"
        sign = -1.0 if negative else 1.0
        when = period or column.period or label.period or section.period or self.caption.period
        planned = (
            column.planned
            or label.planned
            or bool(
                re.search(
                    r"plan|guidance|target|estimate|press|计划|指引|预计",
                    named.get("status", ""),
                    re.IGNORECASE,
                )
            )
        )
        first, last = row[0].start, row[-1].end
        if last - first > _MOST_OF_ROW:  # which each of its claims would carry
            first, last = cell.start, cell.end
        return Claim(
            id="", document=self.document.name, subject=who, metric=metric or label.text,
            value_low=times(q.low, sign), value_high=times(q.high, sign), unit=q.unit, period=when,
            said_on=self.document.date, attribution="", hedge=q.hedge, kind="planned" if planned else "reported",
            condition="", span=(first, last), sentence=self.document.text[first:last],
            value_span=(cell.start, cell.end), quote=text, family=family or label.text.lower(),
            period_basis="stated" if when else "", rounding=q.rounding,
        )  # fmt: skip

    def _apply(
        self, q: Quantity, chosen: TableUnit | None, label: Label, column: Label, section: Label
    ) -> Quantity | None:
        """A bare number takes the unit of its column, row or caption, or its metric's own."""
        implied = column.implied or label.implied or section.implied
        base = label.family or column.family or section.family
        if (
            base in ("gross margin", "operating margin", "utilisation", "share")
            and chosen
            and chosen.dimension == "money"
        ):
            return None
        if chosen is not None and chosen.dimension in ("rate", "scale"):
            noun = implied.split("/")[0] or ("token" if base == "tokens" else "")
            if not noun:
                return None
            unit = noun + chosen.unit if chosen.unit else implied
            return replace(
                q,
                unit=unit,
                dimension="count",
                low=times(q.low, chosen.factor),
                high=times(q.high, chosen.factor),
                rounding=q.rounding * chosen.factor,
            )
        if implied and (chosen is None or chosen.dimension == "money") and implied != "chip":
            scale = 1.0
            if chosen is not None and chosen.unit.split("/")[0] == implied.split("/")[0]:
                scale = chosen.factor
            elif chosen is not None:
                return None
            return replace(
                q,
                unit=implied,
                dimension="ratio" if implied == "ratio" else "count",
                low=times(q.low, scale),
                high=times(q.high, scale),
            )
        if chosen is None:
            return None
        value = q.low if q.low is not None else q.high
        if (
            value is not None
            and 1990 <= value <= 2100
            and value == int(value)
            and q.scale == 1
            and chosen.dimension not in ("money", "power", "count")
        ):
            return None
        return replace(
            q, unit=chosen.unit, dimension=chosen.dimension, low=times(q.low, chosen.factor),
            high=times(q.high, chosen.factor), rounding=q.rounding * chosen.factor,
        )  # fmt: skip

    def _metric(
        self, unit: str, dimension: str, label: Label, column: Label, section: Label
    ) -> tuple[str, str]:
        if dimension == "price" and unit.split("/", 1)[1] in UNIT_METRICS:
            return UNIT_METRICS[unit.split("/", 1)[1]]
        if label.family.endswith(" part"):
            return label.text, label.family
        for source in (label, column, section, self.caption):
            if source.metric and source.metric not in ("growth", "decline"):
                if source is label and len(label.text) > len(label.metric) + 12:
                    return label.text, source.family
                return source.metric, source.family
        named = find_hits(re.sub(r"[_\W]+", " ", self.document.name), 0, 200)
        if named:
            return named[0].metric.name, named[0].metric.family
        plain = (
            ""
            if re.fullmatch(r"value|amount|low|value low|数值|金额", column.text, re.IGNORECASE)
            else column.text
        )
        own = {"power": "power capacity", "energy": "electricity consumption"}.get(dimension)
        if own:
            return own, own
        name = label.text or plain or ("amount" if dimension == "money" else dimension)
        return name, name.lower()
