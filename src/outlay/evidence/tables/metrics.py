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


class Metrics:
    """The metrics of one table. named: labels along the axis of metrics, which keep apart."""

    def __init__(
        self, titles: Sequence[Label], document: str, rows_are: str, named: Sequence[Label]
    ) -> None:
        self.titles, self.rows_are = titles, rows_are
        self._file = tuple(h.metric for h in find_hits(re.sub(r"[_\W]+", " ", document), 0, 200))
        alike: dict[str, set[str]] = {}
        for label in named:
            for metric in label.hits[:1]:
                alike.setdefault(metric.family, set()).add(label.words.lower())
            if not label.hits and label.said.dimension in _FAMILIES:
                family = _FAMILIES[label.said.dimension]
                alike.setdefault(family, set()).add(label.words.lower())
        self._crowded = {family for family, words in alike.items() if len(words) > 1}

    def of(
        self, figure: Figure, rows: Sequence[Label], heads: Sequence[Label], part: str
    ) -> Measured:
        """The metric of a figure in its unit."""
        near = [*rows[:1], *heads] if self.rows_are == "metric" else [*heads]
        changed = [x for x in (*rows[:1], *heads) if x.change]
        shared = [x for x in (*rows[:1], *heads) if x.share]
        dimension = "" if changed or shared else figure.dimension
        name, family, ground = self._base(figure, dimension, near, rows)
        if figure.dimension == "money" and family in ("chips", "fleet", "processors", "shipments"):
            name, family = "AI processor spending", "AI processor spending"
        elif family in ("shipments", "production", "fleet") and figure.dimension == "count":
            if figure.unit not in ("chip", "unit"):
                name, family = f"{figure.unit} {name.split()[-1]}", f"{figure.unit} {family}"
        if part:
            name, family = f"{name}: {part}", f"{family} part"
        if changed and figure.dimension not in ("price", "count"):
            word = "growth" if figure.dimension in ("fraction", "ratio") else "change"
            if name.split(" ")[-1] not in ("growth", "change"):
                name = f"{name} {word}".strip()
            return Measured(name, f"{family} {word}".strip(), "change", ground)
        if shared and figure.dimension == "fraction":
            named = re.search(r"share|%| / | to ", name)
            return Measured(name if named else f"share of {name}", "share", "share", ground)
        return Measured(name, family, _quantity(figure), ground)

    def _base(
        self, figure: Figure, dimension: str, near: Sequence[Label], rows: Sequence[Label]
    ) -> tuple[str, str, Ground]:
        price = figure.unit.partition("/")[2] if figure.dimension == "price" else ""
        for label in near:
            words = own_words(label)
            metric = _fitting(label.hits, dimension)
            if price in UNIT_METRICS and (words or metric):
                return self._priced(price, label, words)
            if metric and label.total and not label.known and not words:
                continue
            if metric:
                return self._named(label, metric, words)
            title = next((m for t in self.titles if (m := _fitting(t.hits, dimension))), None)
            if words and title and not label.hits and self.rows_are == "metric" and dimension:
                if label is not rows[0] or label.total:
                    continue
                return f"{title.name}: {words}", f"{title.family} part", "cell"
            if words and not (label.change or label.share):
                family = _FAMILIES.get(figure.dimension, words.lower())
                return words, family, "cell"
        if price in UNIT_METRICS:
            return (*UNIT_METRICS[price], "cell")
        far = [*rows[1:], *self.titles] if self.rows_are == "metric" else [*rows, *self.titles]
        for label in far:
            if label.who and label in rows:
                continue
            if metric := _fitting(label.hits, dimension):
                total = rows and rows[0].total and self.rows_are == "metric"
                name = metric.name if label.known or not total else f"total {metric.name}"
                return name, metric.family, "cell" if label in rows else "scope"
        if metric := _fitting(self._file, dimension):
            return metric.name, metric.family, "scope"
        if self.rows_are == "metric" and rows and rows[0].total and rows[0].words:
            title = next((_topic(t) for t in self.titles if _topic(t)), "")
            name = f"{rows[0].words} {title[:1].lower()}{title[1:]}".strip()
            return name, name.lower(), "cell"
        topic = next((_topic(t) for t in self.titles if _topic(t)), "")
        name = _PLAIN.get(figure.dimension) or topic or figure.dimension
        return name, _FAMILIES.get(figure.dimension, name.lower()), "scope" if topic else ""

    def _named(self, label: Label, metric: Metric, words: str) -> tuple[str, str, Ground]:
        plain = label.known and metric.family not in self._crowded
        return (metric.name if plain or not words else words), metric.family, "cell"

    def _priced(self, per: str, label: Label, words: str) -> tuple[str, str, Ground]:
        name, family = UNIT_METRICS[per]
        if not words or label.known or roles_of(words):
            return name, family, "cell"
        if _fitting(label.hits, ""):
            return words, family, "cell"
        own = (
            words
            if re.search(r"(?i)price|rate|rent|cost|fee|[价租费]", words)
            else f"{words} price"
        )
        return own[:1].lower() + own[1:] if own[1:2].islower() else own, family, "cell"


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
