"""What the columns of a table are for, by their headers and by what stands in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from outlay.evidence.tables.cells import is_missing
from outlay.evidence.tables.layout import Layout
from outlay.evidence.tables.units import roles_of

__all__ = ["Columns"]

_OF_LABELS = (None, "subject", "thing", "metric")
_OF_FIGURES = (None, "low", "high", "value")
_ALWAYS = ("low", "high", "value", "skip", "lot", "period")
"""Roles that a header gives whatever stands below it; the others are of words."""


class Columns:
    """The columns of one table: roles by header, those of labels, of years, the last of all.

    Labels stand left of the first figures. `pairs` are columns of low ends with those of the high
    ends that belong to them.
    """

    def __init__(self, layout: Layout, is_period: Callable[[str], bool]) -> None:
        self._layout = layout
        self._figures: Counter[int] = Counter()
        self._years: Counter[int] = Counter()
        self._texts: Counter[int] = Counter()
        self._periods: Counter[int] = Counter()
        self._count(is_period)
        self.roles: dict[int, str] = {}
        for i, path in layout.header.items():
            role = roles_of(path[-1].text)
            if role and (role in _ALWAYS or self._figures[i] <= self._texts[i]):
                self.roles[i] = role
        self._used = sorted({*self._figures, *self._texts})
        self.last = max(layout.header, default=-1)
        self.years = frozenset(i for i in self._figures if self._is_dated(i) and not self._texts[i])
        self._by_content()
        self.labels = self._of_labels()
        self.pairs = self._ends()

    def _of_labels(self) -> tuple[int, ...]:
        numbers = [i for i in self._figures if self._figures[i] >= self._texts[i]]
        numbers = [i for i in numbers if self.roles.get(i) in _OF_FIGURES]
        left = [i for i in self._used if i < min(numbers, default=i + 1) and self._texts[i]]
        return tuple(i for i in left if self.roles.get(i) in _OF_LABELS)

    def _count(self, is_period: Callable[[str], bool]) -> None:
        for line in self._layout.lines:
            if line.section is not None:
                continue
            for i, c in line.cells.items():
                if i in line.figures:
                    self._figures[i] += 1
                    self._years[i] += line.figures[i].year
                elif not is_missing(c.text):
                    self._texts[i] += 1
                    self._periods[i] += is_period(c.text)

    def _is_dated(self, i: int) -> bool:
        """Whether a column holds periods and years and nothing else."""
        return self._periods[i] == self._texts[i] and self._figures[i] == self._years[i]

    def _by_content(self) -> None:
        """Roles that what stands in the columns gives: of the years, of the ordinals."""
        first = self._used[0] if self._used else 0
        if first in self.years and len(self._used) > 1:
            self.roles.setdefault(first, "period")
        elif len(self._used) > 2 and self._is_ordinal(first):
            self.roles[first] = "skip"
        if "period" not in self.roles.values():
            dated = [i for i in self._used if self._texts[i] and self._is_dated(i)]
            self.roles |= dict.fromkeys(dated[:1], "period")

    def _is_ordinal(self, column: int) -> bool:
        lines = self._layout.lines
        found = [line.figures[column] for line in lines if column in line.figures]
        plain = all(f.dimension == "bare" for f in found)
        return len(found) > 1 and plain and [f.low for f in found] == [*range(1, len(found) + 1)]

    def _ends(self) -> dict[int, int]:
        out: dict[int, int] = {}
        low: int | None = None
        for i, path in self._layout.header.items():
            role = roles_of(path[-1].text)
            if role == "low" and i not in self.labels:
                low = i
            elif role == "high" and low is not None:
                out[low], low = i, None
        return out
