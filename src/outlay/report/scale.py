"""In which unit a study's numbers are read: chosen once from its data, for every reader.

A reader is the terminal, the page, the memo, a picture or the workbook.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from outlay.core.quantities.currencies import CODES, SYMBOLS
from outlay.core.quantities.formats import format_number

__all__ = ["Scale", "Step", "signs", "steps"]

ALIKE = {"¥": ("CNY", "JPY"), "$": ("USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD")}
"""Signs that several currencies share."""
SURE = {"USD": "US$", "HKD": "HK$"}
"""What a currency is called beside another of the same sign; others by their code."""
SMALL = 0.01
"""Of the study's unit: a table in which nothing is larger has a smaller one."""


@dataclass(frozen=True, slots=True)
class Step:
    """A unit in which numbers are read: base units in one of it, and its word."""

    size: float
    word: str


def steps(text: str) -> tuple[Step, ...]:
    """The units of a language, `1e9=bn 1e6=m`, largest first; the base unit has no word."""
    found = (part.partition("=") for part in text.split())
    return (*(Step(float(size), word) for size, _, word in found), Step(1.0, ""))


def signs(currency: str, others: Collection[str]) -> dict[str, str]:
    """Currency → its sign, which is its own among those that are met together."""
    met = {currency, *others}
    out = {c: SYMBOLS.get(c, f"{c} ") for c in CODES}
    for sign, alike in ALIKE.items():
        if len(met.intersection(alike)) > 1:
            out |= {c: SURE.get(c, f"{c} ") for c in alike if out[c] == sign or c in SURE}
    return out


@dataclass(frozen=True, slots=True)
class Scale:
    """How numbers are read in one study.

    signs: currency → sign. money_steps, count_steps: units of a language, largest first. unit:
    that of the study's money, in which its largest yearly figure has one to three digits before
    the point. amount: how sign, number and word stand together.
    """

    currency: str
    signs: Mapping[str, str]
    money_steps: Sequence[Step]
    count_steps: Sequence[Step]
    unit: Step
    amount: str = "{minus}{sign}{n}{word}"

    def money(self, value: float, currency: str = "") -> str:
        """An amount as a sentence says it, in the unit that fits it: ¥5.02bn, $608,000, -€12."""
        if not math.isfinite(value):
            return str(value)
        step = fitting(abs(value), self.money_steps)
        shown = abs(value) / step.size
        minus = "-" if value < 0 and shown else ""
        sign = self.signs.get(currency or self.currency, f"{currency or self.currency} ")
        return self.amount.format(minus=minus, sign=sign, n=format_number(shown), word=step.word)

    def count(self, value: float) -> str:
        """Things counted: 1.5, 14, 20,000, 131k, 1.2m; parts of one only where there are few."""
        if not math.isfinite(value):
            return str(value)
        minus, size = "-" if value < 0 else "", abs(value)
        if 0 < size < 9.95:
            return minus + format_number(size, 2)
        return f"{minus}{round(size):,}" if size < 1e5 else self._short(value)

    def counts(self, values: Sequence[float]) -> list[str]:
        """Counts that stand in one list: where one is cut short, so are all that can be."""
        if all(abs(v) < 1e5 for v in values):
            return [self.count(v) for v in values]
        least = min(s.size for s in self.count_steps if s.size > 1)
        return [self._short(v) if abs(v) >= least else self.count(v) for v in values]

    def _short(self, value: float) -> str:
        step = fitting(abs(value), self.count_steps)
        return f"{'-' if value < 0 else ''}{format_number(abs(value) / step.size)}{step.word}"

    def money_unit(self, amounts: Iterable[float]) -> Step:
        """The unit of a table or an axis of money: the study's, a smaller one for small amounts."""
        return self._unit(amounts, self.unit, self.money_steps)

    def count_unit(self, amounts: Iterable[float]) -> Step:
        """The unit of an axis of things counted."""
        most = max((abs(a) for a in amounts), default=0.0)
        return Step(1.0, "") if most < 1e5 else fitting(most, self.count_steps)

    @staticmethod
    def _unit(amounts: Iterable[float], own: Step, ladder: Sequence[Step]) -> Step:
        most = max((abs(a) for a in amounts), default=0.0)
        if SMALL * own.size <= most < 1000 * own.size or not most:
            return own
        return fitting(most, ladder)


def fitting(size: float, ladder: Sequence[Step]) -> Step:
    """The largest unit of which there is one at least, once rounded; else the smallest."""
    return next((s for s in ladder if size >= s.size * 0.9995), ladder[-1])
