"""In which unit a bare figure is: what its cell, its labels and the table say, nearest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from outlay.evidence.blocks.types import Scope
from outlay.evidence.lexicon import Metric
from outlay.evidence.tables.cells import Figure
from outlay.evidence.tables.labels import Label
from outlay.evidence.tables.layout import Layout
from outlay.evidence.tables.units import TIMES, Said, unit_of
from outlay.results.claims import Ground

__all__ = ["Scales"]

Scaled = tuple[Figure, Ground]
_ALWAYS = frozenset({"employee", "user", "customer", "developer", "household", "request", "token",
                     "download", "parameter"})  # fmt: skip
"""Things that nobody enters with the amount paid for them."""


class Scales:
    """The units of one table."""

    def __init__(self, layout: Layout, titles: Sequence[Label], scope: Scope) -> None:
        self.titles, self.scope = titles, scope
        self.far = [t.said for t in titles]
        if scope.scale != 1 or scope.per:
            self.far.append(Said(scope.currency, scope.scale if scope.scale != 1 else 0, scope.per))
        self.money = any(f.currency or (f.scale and not f.unit) for f in self.far)
        self.signs = _signs(layout)
        heads = [unit_of(p[-1].text) for line in [layout] for p in line.header.values()]
        pers = {h.per: h for h in heads if h.per}
        self.pers = list(pers.values()) if len(pers) == 1 else []
        """What all prices of the table are for."""
        self.odd: dict[str, str] = {}
        """Labels with what above the table they go against."""

    def of(
        self, figure: Figure, rows: Sequence[Label], heads: Sequence[Label], own: Said | None,
        column: int,
    ) -> Scaled | str:  # fmt: skip
        """The figure in its unit and what that stands on, or why it has none."""
        if figure.dimension not in ("bare", "money"):
            return figure, "cell"
        bare = figure.dimension == "bare"
        if bare and any(h.said.unit == "fraction" for h in heads):
            return figure.times(0.01, "fraction", "fraction"), "cell"
        near = [*rows[:1], *heads, *rows[1:]]
        for label in heads:
            self._compare(label)
        if bare and not (own and (own.unit or own.currency)):
            for label in near:
                if found := self._count(figure, label, heads):
                    return found, "cell"
        return self._said(figure, near, own, column)

    def _compare(self, label: Label) -> None:
        """Note a label whose currency or scale is another than that above the table."""
        said = label.said
        if label.text in self.odd or not (said.currency and said.scale):
            return
        self.odd[label.text] = ""
        for title in self.titles:
            far = title.said
            if far.currency and far.scale and far.money != said.money:
                self.odd[label.text] = title.text

    def _count(self, figure: Figure, label: Label, heads: Sequence[Label]) -> Figure | None:
        """A number of things that a label names: "GPUs installed", 机柜数（个）."""
        said = label.said
        if not said.loose or said.dimension not in ("count", "token"):
            return None
        if not label.counted and (
            label.paid or (self.money and said.unit.split("/")[0] not in _ALWAYS)
        ):
            return None
        scale = said.scale or next((h.said.scale for h in heads if not h.said.currency), 0.0)
        return figure.times(said.factor * (scale or self.scope.counts), said.unit, said.dimension)

    def _said(
        self, figure: Figure, near: Sequence[Label], own: Said | None, column: int
    ) -> Scaled | str:
        """The figure with the nearest currency, scale, "per" or unit that is declared."""
        metric = next((m for n in near[:3] for m in n.hits), None)
        amounts = figure.unit != "" or not _is_no_amount(near[:3], metric)
        saids = [*([own] if own else []), *(n.said for n in near)]
        far = self.far if amounts else [f for f in self.far if f.unit and not f.currency]
        far = [*far, *self.pers] if figure.unit else far
        code, scale, per = figure.unit, 0.0, Said()
        ground: Ground = "cell"
        for n, said in enumerate((*saids, *far)):
            if said.unit and (not said.loose or (n >= len(saids) and said.scale)):
                if code or per.per:
                    continue
                ground = "cell" if n < len(saids) else "scope"
                nouns = [s.unit for s in (*saids, *self.far) if s.loose]
                return self._other(figure, said, scale, metric, nouns, ground)
            ground = "scope" if n >= len(saids) and not figure.unit else "cell"
            if said.per and not per.per and said.currency in ("", code or said.currency):
                per = said
            if not per.per or said is per:
                # a currency that a label says again, without a scale, has none
                again = n >= len(saids) and said.currency != "" and code != "" and not figure.unit
                scale = scale or (0.0 if said.unit else 1.0 if again else said.scale)
            code = code or said.currency
            if code and (scale or per.per):
                break
        scale = 1.0 if figure.scaled else scale or 1.0
        sure = metric and any(n.known and metric in n.hits for n in near[:3])
        if metric and sure and metric.implied not in ("", "chip") and not code and not per.per:
            odd = self.money and scale != 1 and ground == "scope"
            return "no unit" if odd else _implied(figure, metric.implied, scale)
        if not code and amounts and (scale != 1 or per.per or column in self.signs):
            code = self.signs.get(column) or self.signs.get(-1) or self.scope.currency
        if not code and amounts and metric and "money" in metric.dimensions:
            code, ground = self.scope.currency, "scope"
        if code and per.per:
            dimension = "money" if per.per in TIMES else "price"
            return figure.times(scale * per.per_factor, f"{code}/{per.per}", dimension), ground
        if code:
            return figure.times(scale, code, "money"), ground
        loose = next((f for f in self.far if f.loose and not self.money), None)
        if loose:
            return figure.times(loose.factor, loose.unit, loose.dimension), "scope"
        if self.scope.unit:
            return figure.times(self.scope.unit_factor, self.scope.unit, "count"), "scope"
        return "no unit"

    def _other(
        self, figure: Figure, said: Said, scale: float, metric: Metric | None,
        nouns: Sequence[str], ground: Ground,
    ) -> Scaled | str:  # fmt: skip
        """A unit that is no money, with its scale; of a rate, the thing that is counted."""
        unit, dimension = said.unit, said.dimension
        if dimension == "rate":
            nouns = [metric.implied] if metric and metric.implied else nouns
            if not nouns:
                return "no unit"
            unit = nouns[0].split("/")[0] + unit
            dimension = "token" if unit.startswith("token") else "count"
        scale = 1.0 if figure.scaled else said.scale or scale or 1.0
        return figure.times(said.factor * scale, unit, dimension), ground


def _implied(figure: Figure, implied: str, scale: float) -> Scaled | str:
    """The unit that a metric is always in: PUE, users."""
    if implied == "fraction" and (figure.high or 0) > 1:
        return "no unit"
    dimension = implied if implied in ("ratio", "fraction") else "count"
    return figure.times(scale if dimension == "count" else 1.0, implied, dimension), "cell"


def _is_no_amount(near: Sequence[Label], metric: Metric | None) -> bool:
    """Whether labels say that a figure is no money, whatever stands over the table."""
    for label in near:
        if label.said.currency or label.said.per or label.no_amount:
            return label.no_amount and not (label.said.currency or label.said.per)
    if metric is None or metric.dimensions & {"money", "price"}:
        return False
    return not any(n.paid for n in near)


def _signs(layout: Layout) -> dict[int, str]:
    """The currency of the signs in each column, and in all of them as -1, where it is but one."""
    found: dict[int, Counter[str]] = {-1: Counter()}
    for line in layout.lines:
        for i, f in line.figures.items():
            if f.dimension == "money":
                found.setdefault(i, Counter())[f.unit] += 1
                found[-1][f.unit] += 1
    return {i: next(iter(c)) for i, c in found.items() if len(c) == 1}
