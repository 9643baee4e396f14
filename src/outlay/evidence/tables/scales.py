"""In which unit a bare figure is: what its cell, its labels and the table say, nearest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from outlay.evidence.blocks.types import Table
from outlay.evidence.lexicon import Metric
from outlay.evidence.rules import pattern
from outlay.evidence.tables.cells import Figure
from outlay.evidence.tables.labels import Label
from outlay.evidence.tables.layout import Layout
from outlay.evidence.tables.units import Said, unit_of
from outlay.results.claims import Ground

__all__ = ["Scales"]

Scaled = tuple[Figure, Ground]
_ALWAYS = frozenset({"employee", "user", "customer", "developer", "household", "request", "token",
                     "download", "parameter"})  # fmt: skip
"""Things that nobody enters with the amount paid for them."""


class Scales:
    """The units of one table."""

    def __init__(self, layout: Layout, titles: Sequence[Label], table: Table, rows: str) -> None:
        self.titles = titles
        self.far = [t.said for t in titles]
        scope = table.scope
        self.scope = scope
        if scope.scale != 1 or scope.per:
            self.far.append(Said(scope.currency, scope.scale if scope.scale != 1 else 0, scope.per))
        self.signs = _signs(layout)
        heads = [unit_of(p[-1].text) for line in layout.lines[:1] for p in line.header.values()]
        pers = {h.per: h for h in heads if h.per}
        self.pers = list(pers.values()) if len(pers) == 1 else []
        """What all prices of the table are for."""
        self.money = any(f.currency or (f.scale and not f.unit) for f in self.far)
        self.odd: dict[str, str] = {}
        """Labels with what above the table they go against."""

    def of(
        self, figure: Figure, rows: Sequence[Label], heads: Sequence[Label], own: Said | None,
        column: int,
    ) -> Scaled | str:  # fmt: skip
        """The figure in its unit and what that stands on, or why it has none."""
        if figure.dimension not in ("bare", "money"):
            return figure, "cell"
        percent = any(h.said.unit == "fraction" for h in heads)
        if figure.dimension == "bare" and percent:
            return figure.times(0.01, "fraction", "fraction"), "cell"
        near = [*rows[:1], *heads, *rows[1:]]
        saids = [*([own] if own else []), *(n.said for n in near)]
        for label in heads:
            self._compare(label)
        if figure.dimension == "money":
            return self._sign(figure, saids), "cell"
        metric = next((m for n in near[:3] for m in n.hits), None)
        if not (own and (own.unit or own.currency)):
            for label in near:
                if found := self._count(figure, label, heads):
                    return found, "cell"
        return self._bare(figure, saids, near, metric, column)

    def _compare(self, label: Label) -> None:
        """Note a label whose currency or scale is another than that above the table."""
        said = label.said
        if label.text in self.odd or not (said.currency and said.scale):
            return
        self.odd[label.text] = ""
        for title in self.titles:
            far = title.said
            if (
                far.currency
                and far.scale
                and (far.currency, far.scale) != (said.currency, said.scale)
            ):
                self.odd[label.text] = title.text

    def _sign(self, figure: Figure, saids: Sequence[Said]) -> Figure:
        """An amount with its currency: the scale and the "per" of its labels."""
        per = next((s for s in (*saids, *self.far, *self.pers) if s.per), None)
        if per and (per.currency in ("", figure.unit)):
            return self._priced(figure, per.per_factor, figure.unit, per.per)
        scale = next((s.scale for s in (*saids, *self.far) if s.scale and not s.unit), 1.0)
        return figure if figure.scaled else figure.times(scale, figure.unit, "money")

    def _priced(self, figure: Figure, factor: float, code: str, per: str) -> Figure:
        dimension = "money" if per in ("day", "week", "month", "quarter", "year") else "price"
        return figure.times(1.0 if figure.scaled else factor, f"{code}/{per}", dimension)

    def _count(self, figure: Figure, label: Label, heads: Sequence[Label]) -> Figure | None:
        """A number of things that a label names: "GPUs installed", 机柜数（个）."""
        said = label.said
        if not said.loose or said.dimension not in ("count", "token"):
            return None
        text = label.words or label.text
        paid = pattern("tables.paid").search(text) or pattern("tables.priced").search(text)
        counted = pattern("tables.counted").search(text) is not None
        if paid and not counted:
            return None
        if self.money and not (counted or said.unit.split("/")[0] in _ALWAYS):
            return None
        scale = said.scale or next((h.said.scale for h in heads if not h.said.currency), 0.0)
        factor = said.factor * (scale or self.scope.counts)
        return figure.times(1.0 if figure.scaled else factor, said.unit, said.dimension)

    def _bare(
        self, figure: Figure, saids: Sequence[Said], near: Sequence[Label], metric: Metric | None,
        column: int,
    ) -> Scaled | str:  # fmt: skip
        implied = metric.implied if metric and metric.implied != "chip" else ""
        amounts = not self._is_no_amount(near, metric)
        far = self.far if amounts else [f for f in self.far if f.unit and not f.currency]
        code, scale, per = "", 0.0, Said()
        ground: Ground = "cell"
        for n, said in enumerate((*saids, *far)):
            if n >= len(saids):
                ground = "scope"
            if (said.unit and not said.loose) or (said.unit and n >= len(saids) and said.scale):
                if code or per.per:
                    continue
                return self._other(figure, said, scale, implied, near, ground)
            if not per.per or said is per:
                own = n < len(saids) or said.currency == "" or code == ""
                scale = scale or (0.0 if said.unit else said.scale if own else 1.0)
            code = code or said.currency
            per = said if said.per and not per.per else per
            if code and (scale or per.per):
                break
        sure = any(n.known and metric in n.hits for n in near[:3])
        if implied and sure and not code and not per.per:
            return self._implied(figure, implied, scale, len(saids), ground)
        if not code and amounts and (scale or per.per or column in self.signs):
            code = self.signs.get(column) or self.signs.get(-1) or self.scope.currency
        if not code and amounts and metric and "money" in metric.dimensions:
            code, ground = self.scope.currency, "scope"
        if code and per.per:
            return self._priced(figure, (scale or 1.0) * per.per_factor, code, per.per), ground
        if code:
            return figure.times(1.0 if figure.scaled else scale or 1.0, code, "money"), ground
        loose = next((f for f in self.far if f.loose and not self.money), None)
        if loose:
            return figure.times(loose.factor, loose.unit, loose.dimension), "scope"
        if self.scope.unit:
            return figure.times(self.scope.unit_factor, self.scope.unit, "count"), "scope"
        return "no unit"

    def _other(
        self, figure: Figure, said: Said, scale: float, implied: str, near: Sequence[Label],
        ground: Ground,
    ) -> Scaled | str:  # fmt: skip
        """A unit that is no money, with its scale."""
        unit, factor = said.unit, said.factor * (said.scale or scale or 1.0)
        if said.dimension == "rate":
            noun = implied.split("/")[0] or next(
                (n.said.unit.split("/")[0] for n in near if n.said.loose), ""
            )
            noun = noun or next((f.unit.split("/")[0] for f in self.far if f.loose), "")
            if not noun:
                return "no unit"
            unit = noun + unit
        if figure.scaled:
            factor = said.factor
        return figure.times(factor, unit, "token" if unit.startswith("token") else said.dimension
                            if said.dimension != "rate" else "count"), ground  # fmt: skip

    def _implied(
        self, figure: Figure, implied: str, scale: float, near: int, ground: Ground
    ) -> Scaled | str:
        """The unit that a metric is always in: PUE, users."""
        if self.money and scale and ground == "scope":
            return "no unit"
        if implied == "fraction" and (figure.high or 0) > 1:
            return "no unit"
        dimension = implied if implied in ("ratio", "fraction") else "count"
        factor = 1.0 if figure.scaled or dimension != "count" else scale or 1.0
        return figure.times(factor, implied, dimension), "cell"

    def _is_no_amount(self, near: Sequence[Label], metric: Metric | None) -> bool:
        """Whether labels say that a figure is no money, whatever stands over the table."""
        for label in near[:3]:
            if label.said.currency or label.said.per:
                return False
            if pattern("tables.no_amount").search(label.text):
                return True
        if metric is None or metric.dimensions & {"money", "price"}:
            return False
        return not any(pattern("tables.paid").search(n.text) for n in near[:3])


def _signs(layout: Layout) -> dict[int, str]:
    """The currency of the signs in each column, and in all of them as -1, where it is but one."""
    found: dict[int, Counter[str]] = {-1: Counter()}
    for line in layout.lines:
        for i, f in line.figures.items():
            if f.dimension == "money":
                found.setdefault(i, Counter())[f.unit] += 1
                found[-1][f.unit] += 1
    return {i: next(iter(c)) for i, c in found.items() if len(c) == 1}
