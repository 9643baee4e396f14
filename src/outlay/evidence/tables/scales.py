"""In which unit a bare figure is: what its cell, its labels and the table say, nearest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from outlay.evidence.blocks.types import Scope
from outlay.evidence.lexicon import Metric, unit_at
from outlay.evidence.rules import pattern
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
_PRICED = ("chip", "server", "rack")
_MOVES = frozenset({"fraction", "ratio", "points"})
_THOUSAND, _CENTS = 1_000, 0.02
_PERCENT = 100.0
"""Above it no margin is a percentage: "Gross margin" of 43,718 is money."""


class Scales:
    """The units of one table."""

    def __init__(self, layout: Layout, titles: Sequence[Label], scope: Scope) -> None:
        self.titles, self.scope = titles, scope
        self.signs = _signs(layout)
        self.far = _far(titles, scope)
        if len(self.signs) > 1 and 2 * (len(self.signs) - 1) >= len(layout.header) - 1:
            self.far = _less_loose(self.far)
        self.money = -1 in self.signs or any(
            f.currency or (f.scale and not f.unit) for f in self.far
        )
        heads = [unit_of(p[-1].text) for p in layout.header.values()]
        self.pers = _only_per(heads)
        """What all prices of the table are for."""
        self.thing = _thing(layout)
        """What the rows are kinds of, where a column is headed "Chip"."""
        self.mixed = any(map(_is_of_things, heads))
        """Whether a column declares a unit of its own, no money and no share."""
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
        counts = bare and not (own and (own.unit or own.currency))
        if counts and (found := self._counted(figure, heads, near)):
            return found, "cell"
        made = self._said(figure, near, own, column)
        if self.scope.guessed and not isinstance(made, str) and made[1] == "scope":
            return "no unit" if figure.rounding < _CENTS else (made[0], "guess")
        return made

    def _counted(
        self, figure: Figure, heads: Sequence[Label], near: Sequence[Label]
    ) -> Figure | None:
        """A number of the pieces that the table is of, or of things that a label names."""
        if self.thing and any(pattern("tables.pieces").fullmatch(h.words) for h in heads):
            return figure.times(self.scope.counts, self.thing, "count")
        found = (self._count(figure, label, heads, near) for label in near)
        return next(filter(None, found), None)

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

    def _is_money(self, label: Label, near: Sequence[Label]) -> bool:
        """Whether amounts of money are what stands about a thing that a label names."""
        if label.said.unit.split("/")[0] in _ALWAYS:
            return False
        return self.money or any(n.said.currency for n in near if n is not label)

    def _count(
        self, figure: Figure, label: Label, heads: Sequence[Label], near: Sequence[Label]
    ) -> Figure | None:
        """A number of things that a label names: "GPUs installed", 机柜数（个）."""
        said = label.said
        if not said.loose or said.dimension not in ("count", "token"):
            return None
        if self._is_paid(label, heads, near):
            return None
        scale = said.scale or next((h.said.scale for h in heads if not h.said.currency), 0.0)
        implied = label.hits[0].implied if label.known and label.hits else ""
        unit = implied if implied not in ("", "chip") else said.unit  # 日均Token调用量 is of tokens
        return figure.times(said.factor * (scale or self.scope.counts), unit, said.dimension)

    def _is_paid(self, label: Label, heads: Sequence[Label], near: Sequence[Label]) -> bool:
        """Whether the numbers of a thing are what was paid for it."""
        apart = self.mixed and label in heads and not label.paid
        return not label.counted and not apart and (label.paid or self._is_money(label, near))

    def _said(
        self, figure: Figure, near: Sequence[Label], own: Said | None, column: int
    ) -> Scaled | str:
        """The figure with the nearest currency, scale, "per" or unit that is declared."""
        metric = next((m for n in near[:3] for m in n.hits), None)
        if metric and (
            self._moves(figure, metric, near)
            or (metric.implied == "fraction" and abs(figure.high or 0) > _PERCENT)
        ):
            metric, near = None, [replace(n, hits=(), no_amount=False) for n in near]
        amounts = figure.unit != "" or not _is_no_amount(near[:3], metric)
        saids = [*([own] if own else []), *(n.said for n in near)]
        told = self._sum(figure, saids, amounts)
        if told.unit:
            if told.unit.unit == "share" and not told.unit.scale:
                heads = (s.scale for s in saids if s.unit == "share" and s.scale)
                told.unit = replace(told.unit, scale=next(heads, self.scope.counts))
            nouns = [metric.implied] if metric and metric.implied else []
            return _other(figure, told, [*nouns, *_loose(saids), *_loose(self.far)])
        return self._of_money(figure, told, near[:3], metric, amounts, column)

    def _of_money(
        self, figure: Figure, told: _Sum, near: Sequence[Label], metric: Metric | None,
        amounts: bool, column: int,
    ) -> Scaled | str:  # fmt: skip
        scale = 1.0 if figure.scaled else told.scale or 1.0
        if implied := _implied_by(near, metric, told):
            odd = self.money and scale != 1 and told.ground == "scope"
            return "no unit" if odd else _implied(figure, implied, scale)
        if told.per.per and told.ground == "scope" and self._is_unsigned(column):
            return "no unit"
        if amounts and not told.code:
            self._guess(told, column, metric, scale)
        if not told.code:
            return self._last(figure)
        return _amount(figure, told, scale, near, self.thing)

    def _sum(self, figure: Figure, saids: Sequence[Said], amounts: bool) -> _Sum:
        told = _Sum(figure.unit, figure.unit != "")
        far = [f for f in self.far if amounts or (f.unit and not f.currency)]
        far += self.pers if told.signed else []
        for n, said in enumerate(saids):
            if self._in_all(said, figure, n > 2):
                said = replace(said, per="", currency="")
            if told.take(said, False):
                return told
        for said in far:
            if told.take(said, True):
                return told
        return told

    def _is_unsigned(self, column: int) -> bool:
        """Whether prices have a sign of currency in other columns and none in this one."""
        return -1 in self.signs and column not in self.signs

    def _moves(self, figure: Figure, metric: Metric, near: Sequence[Label]) -> bool:
        """Whether "Gross increases", "Unrealized gains" are amounts, among amounts of money."""
        told = near[0].no_amount or any(n.no_amount or n.turned for n in near[1:3])
        moves = metric.dimensions <= _MOVES and not metric.implied
        return moves and self.money and figure.rounding >= 0.5 and not told

    def _in_all(self, said: Said, figure: Figure, over: bool) -> bool:
        """Whether a whole number under "Net income per share" is of what is divided."""
        whole = figure.rounding >= 0.5 and (over or abs(figure.high or 0) >= _THOUSAND)
        return said.per == "share" and whole and any(f.scale for f in self.far)

    def _guess(self, told: _Sum, column: int, metric: Metric | None, scale: float) -> None:
        """A currency that no label says: that of the signs in the table, of the document."""
        if scale != 1 or told.per.per or column in self.signs:
            told.code = self.signs.get(column) or self.signs.get(-1) or self.scope.currency
        if not told.code and metric and "money" in metric.dimensions:
            told.code, told.ground = self.scope.currency, "scope"

    def _last(self, figure: Figure) -> Scaled | str:
        """Things that the title counts, the unit of the document; else none."""
        loose = next((f for f in self.far if f.loose and not self.money), None)
        if loose:
            return figure.times(loose.factor, loose.unit, loose.dimension), "scope"
        if self.scope.unit:
            return figure.times(self.scope.unit_factor, self.scope.unit, "count"), "scope"
        return "no unit"


@dataclass(slots=True)
class _Sum:
    """What the labels of a figure declare, one after another, the nearest first."""

    code: str
    signed: bool
    """Whether the cell itself says the currency."""
    scale: float = 0.0
    per: Said = field(default_factory=Said)
    unit: Said | None = None
    ground: Ground = "cell"

    @property
    def priced(self) -> bool:
        return self.code != "" or self.per.per != ""

    def take(self, said: Said, far: bool) -> bool:
        """Take what one declares; whether nothing is left to look for."""
        self.ground = "scope" if far and not self.signed else "cell"
        if said.unit and (not said.loose or (far and said.scale)):
            self.unit = None if self.priced else said
            return not self.priced
        self._take_money(said, far)
        return bool(self.code and (self.scale or self.per.per))

    def _take_money(self, said: Said, far: bool) -> None:
        if said.per and not self.per.per and said.currency in ("", self.code or said.currency):
            self.per = said
        if not self.scale and not said.unit and (not self.per.per or said is self.per):
            # a currency that a label says again, without a scale, has none
            again = far and said.currency and self.code and not self.signed
            self.scale = 1.0 if again else said.scale
        self.code = self.code or said.currency


def _far(titles: Sequence[Label], scope: Scope) -> list[Said]:
    """What the titles and the scope of a table declare."""
    far = [t.said for t in titles]
    if scope.scale != 1 or scope.per:
        far.append(Said(scope.currency, scope.scale if scope.scale != 1 else 0, scope.per))
    return far


def _less_loose(saids: Sequence[Said]) -> list[Said]:
    """What is declared, less the units that are no more than words of a title."""
    return [replace(s, unit="", dimension="") if s.loose else s for s in saids]


def _only_per(heads: Sequence[Said]) -> list[Said]:
    """The one thing that prices are for, where the headers name no second."""
    pers = {h.per: h for h in heads if h.per}
    return list(pers.values()) if len(pers) == 1 else []


def _is_of_things(head: Said) -> bool:
    """Whether a column declares a unit of its own, no money and no share."""
    plain = head.unit and not (head.loose or head.currency or head.per)
    return bool(plain) and head.dimension not in ("fraction", "points", "ratio")


def _loose(saids: Sequence[Said]) -> list[str]:
    return [s.unit for s in saids if s.loose]


def _implied_by(near: Sequence[Label], metric: Metric | None, told: _Sum) -> str:
    """The unit of a metric that a label names and nothing else, where none is declared."""
    if metric is None or told.priced or metric.implied == "chip":
        return ""
    return metric.implied if any(n.known and metric in n.hits for n in near) else ""


def _amount(figure: Figure, told: _Sum, scale: float, near: Sequence[Label], thing: str) -> Scaled:
    """Money, or a price: of a unit, of the thing that a label of the row counts."""
    per, factor = told.per.per, told.per.per_factor
    if not per:
        return figure.times(scale, told.code, "money"), told.ground
    if per == "unit":
        per = next((n.said.unit for n in near if n.said.unit in _PRICED), thing or per)
    dimension = "money" if per in TIMES else "price"
    return figure.times(scale * factor, f"{told.code}/{per}", dimension), told.ground


def _other(figure: Figure, told: _Sum, nouns: Sequence[str]) -> Scaled | str:
    """A unit that is no money, with its scale; of a rate, the thing that is counted."""
    said = told.unit or Said()
    unit, dimension = said.unit, said.dimension
    if dimension == "rate":
        if not nouns:
            return "no unit"
        unit = nouns[0].split("/")[0] + unit
        dimension = "token" if unit.startswith("token") else "count"
    scale = 1.0 if figure.scaled else said.scale or told.scale or 1.0
    return figure.times(said.factor * scale, unit, dimension), told.ground


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


def _thing(layout: Layout) -> str:
    """Chips or servers, where a column without figures is headed by that word."""
    figured = {i for line in layout.lines for i in line.figures}
    for i, path in layout.header.items():
        text = path[-1].text.lower()
        places = [0] if text.isascii() else range(len(text))
        found = [hit[0].unit for n in places if i not in figured and (hit := unit_at(text, n))]
        if named := next((u for u in found if u in _PRICED), ""):
            return named
    return ""


def _signs(layout: Layout) -> dict[int, str]:
    """The currency of the signs in each column, and in all of them as -1, where it is but one."""
    found: dict[int, Counter[str]] = {-1: Counter()}
    for line in layout.lines:
        for i, f in line.figures.items():
            if f.dimension == "money":
                found.setdefault(i, Counter())[f.unit] += 1
                found[-1][f.unit] += 1
    return {i: next(iter(c)) for i, c in found.items() if len(c) == 1}
