"""What a figure measures: the words of its row or its column, or what stands above the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from outlay.evidence.lexicon import Metric
from outlay.evidence.quantities.meaning import UNIT_METRICS, find_hits
from outlay.evidence.rules import pattern
from outlay.evidence.tables.cells import Figure
from outlay.evidence.tables.labels import Label
from outlay.evidence.tables.units import roles_of
from outlay.results.claims import Ground

__all__ = ["Measured", "Metrics", "own_words"]

Quantity = Literal["level", "change", "share", "price", "bound", "count"]
_GROWING = ("growth", "decline")
_FAMILIES = {"power": "power", "energy": "energy", "token": "tokens", "duration": "term"}
_PLAIN = {"power": "power capacity", "energy": "electricity consumption", "money": "amount",
          "token": "token volume"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    name: str
    family: str
    quantity: Quantity = "level"
    ground: Ground = "cell"


_RATIO = re.compile(r"\w ?/ ?\w|\w to \w")
"""Words that name a share of their own: "capex / revenue"."""


class Metrics:
    """The metrics of one table. named: labels along the axis of metrics, which keep apart."""

    def __init__(
        self, titles: Sequence[Label], document: str, rows_are: str, named: Sequence[Label]
    ) -> None:
        self.titles, self.rows_are = titles, rows_are
        self._file = tuple(h.metric for h in find_hits(re.sub(r"[_\W]+", " ", document), 0, 200))
        alike: dict[str, set[str]] = {}
        for label in named:
            metric = _fitting(label.hits, label.said.dimension)
            family = metric.family if metric else _FAMILIES.get(label.said.dimension, "")
            alike.setdefault(family, set()).add(label.words.lower())
        self._crowded = {family for family, words in alike.items() if len(words) > 1}

    def of(
        self, figure: Figure, rows: Sequence[Label], heads: Sequence[Label], part: str
    ) -> Measured:
        """The metric of a figure in its unit."""
        own = (*rows[:1], *heads)
        turned = [x for x in own if x.turned]
        near = own if self.rows_are == "metric" else tuple(heads)
        dimension = "" if turned else figure.dimension
        found = (self._of_label(figure, dimension, x, rows[:1]) for x in near)
        base = next((f for f in found if f), None) or self._far(figure, dimension, rows)
        name, family = _of_things(figure, base.name, base.family)
        if part:
            name, family = f"{name}: {part}", f"{family} part"
        return _turned(figure, turned, Measured(name, family, _quantity(figure), base.ground))

    def _by_title(self, label: Label, words: str, dimension: str) -> Measured | None:
        title = self._title(dimension)
        if not title or not dimension or label.hits or self.rows_are != "metric":
            return None
        return Measured(f"{title.name}: {words}", f"{title.family} part")

    def _of_label(
        self, figure: Figure, dimension: str, label: Label, row: Sequence[Label]
    ) -> Measured | None:
        """What one label names; a row that names nothing is a part of what the title does."""
        words, metric = own_words(label), _fitting(label.hits, dimension)
        per = _per(figure)
        if per and (words or metric):
            return self._priced(per, label, words)
        if metric and (words or label.known or not label.total):
            return self._named(label, metric, words)
        if not words or metric:
            return None
        if part := self._by_title(label, words, dimension):
            return part if label in row and not label.total else None
        if label.turned and not _RATIO.search(words):
            return None
        return Measured(words, _family(figure, words))

    def _named(self, label: Label, metric: Metric, words: str) -> Measured:
        plain = not words or (label.known and metric.family not in self._crowded)
        return Measured(metric.name if plain else words, metric.family)

    def _title(self, dimension: str) -> Metric | None:
        return next((m for t in self.titles if (m := _fitting(t.hits, dimension))), None)

    def _far(self, figure: Figure, dimension: str, rows: Sequence[Label]) -> Measured:
        """What headings and titles name, the file, or what such a unit is most often of."""
        if per := _per(figure):
            return Measured(*UNIT_METRICS[per])
        by_row = self.rows_are == "metric"
        total = rows[0] if by_row and rows and rows[0].total else None
        for label in (*rows[by_row:], *self.titles):
            metric = None if label.who and label in rows else _fitting(label.hits, dimension)
            if metric:
                name = f"total {metric.name}" if total and not label.known else metric.name
                return Measured(name, metric.family, ground="cell" if label in rows else "scope")
        if metric := _fitting(self._file, dimension):
            return Measured(metric.name, metric.family, ground="scope")
        return self._plain(figure, total)

    def _plain(self, figure: Figure, total: Label | None) -> Measured:
        topic = next(filter(None, map(_topic, self.titles)), "")
        if total and total.words:
            name = f"{total.words} {topic[:1].lower()}{topic[1:]}".strip()
            return Measured(name, name.lower())
        name = _PLAIN.get(figure.dimension) or topic or figure.dimension
        return Measured(name, _family(figure, name), ground="scope" if topic else "")

    def _priced(self, per: str, label: Label, words: str) -> Measured:
        name, family = UNIT_METRICS[per]
        if not words or label.known or roles_of(words):
            return Measured(name, family)
        if _fitting([h.metric for h in find_hits(words, 0, len(words))], ""):
            return Measured(words, family)
        priced = re.search(r"(?i)price|rate|rent|cost|fee|[价租费]", words)
        own = words if priced else f"{words} price"
        return Measured(own[:1].lower() + own[1:] if own[1:2].islower() else own, family)


def _family(figure: Figure, name: str) -> str:
    return _FAMILIES.get(figure.dimension, name.lower())


def _turned(figure: Figure, turned: Sequence[Label], level: Measured) -> Measured:
    """The change or the share of a metric where a label says so."""
    name, family = level.name, level.family
    if any(x.change for x in turned) and figure.dimension not in ("price", "count"):
        word = "growth" if figure.dimension in ("fraction", "ratio") else "change"
        named = name if name.split(" ")[-1] in ("growth", "change") else f"{name} {word}"
        return Measured(named.strip(), f"{family} {word}".strip(), "change", level.ground)
    if turned and figure.dimension == "fraction":
        named = name if re.search(r"share|%| / | to ", name) else f"share of {name}"
        return Measured(named, "share", "share", level.ground)
    return level


def _per(figure: Figure) -> str:
    """What a price is for, where such prices have a name."""
    per = figure.unit.partition("/")[2] if figure.dimension == "price" else ""
    return per if per in UNIT_METRICS else ""


def _of_things(figure: Figure, name: str, family: str) -> tuple[str, str]:
    """Money for chips is spending on them; shipments of servers are none of chips."""
    if figure.dimension == "money" and family in ("chips", "fleet", "processors", "shipments"):
        return "AI processor spending", "AI processor spending"
    counted = figure.dimension == "count" and figure.unit not in ("chip", "unit")
    if counted and family in ("shipments", "production", "fleet"):
        return f"{figure.unit} {name.split()[-1]}", f"{figure.unit} {family}"
    return name, family


def _quantity(figure: Figure) -> Quantity:
    if figure.dimension == "points":
        return "change"
    if figure.dimension == "price":
        return "price"
    if figure.hedge in ("up_to", "under"):
        return "bound"
    plain = figure.dimension in ("count", "token") and "/" not in figure.unit
    return "count" if plain else "level"


def _fitting(hits: Sequence[Metric], dimension: str) -> Metric | None:
    if dimension == "duration":  # of "contract term" the term
        hits = sorted(hits, key=lambda m: m.family == "duration")
    for m in hits:
        if m.name not in _GROWING and (
            not dimension
            or dimension in m.dimensions
            or (dimension == "price" and "price" in m.dimensions)
            or (dimension in ("count", "token", "ratio", "fraction") and m.implied != "")
        ):
            return m
    return None


def own_words(label: Label) -> str:
    """The words of a label that name a metric: no period, no name, no kind of number."""
    if label.who or label.period or label.voice or (label.total and not label.known):
        return "" if not (label.total and re.search(r"\s\w{4}", label.words)) else label.words
    if label.kind != "reported" and len(label.words) < 12 and not label.hits:
        return ""
    words = label.words
    if pattern("tables.time").search(words):
        return ""
    return "" if roles_of(words) in ("value", "low", "high", "metric", "unit") else words


def _topic(title: Label) -> str:
    """What a title is about: its words up to the first unit, date or remark."""
    words = re.split(r"[,;:，；：]|\. |\b(?:as of|at|for|in|by|ended)\b", title.words.lstrip("# "))[
        0
    ]
    return words.strip() if len(words) <= 60 and not words[:1].isdigit() else ""
