"""From numbers to quantities: unit, rate, range and hedge of each number in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from outlay.evidence.lexicon import currency_suffix, unit_at
from outlay.evidence.quantities.hedges import hedge_of
from outlay.evidence.quantities.numbers import Number
from outlay.evidence.quantities.rates import price_of_one, with_rate
from outlay.evidence.quantities.unit_words import unit_after
from outlay.evidence.rules import pattern
from outlay.evidence.text.triggers import search
from outlay.evidence.types import Hedge
from outlay.results.claims import Ground

__all__ = ["Quantity", "quantities"]

_GROUPED = re.compile(r"[1-9]\d{0,2}\.\d{3}")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: [low, high] in base units, the words' hedge, and its span.

    `dimension` is money, price, count, token, power, …, or `bare` where no unit was found.
    """

    start: int
    end: int
    low: float | None
    high: float | None
    unit: str
    dimension: str
    hedge: Hedge
    rounding: float
    scale: float
    form: str
    noun: str = ""
    vague: bool = False
    number_end: int = 0
    factor: float = 1.0  # of the unit word: 0.01 for percent, 1e6 for MW
    ground: Ground = "sentence"  # of unit and scale: the words beside it, the document, a guess

    @property
    def value(self) -> float:
        """The end that is known, or the lower of both."""
        return self.low if self.low is not None else self.high or 0.0

    def times(self, factor: float) -> Quantity:
        """The same of another scale."""
        low, high = (None if v is None else v * factor for v in (self.low, self.high))
        return replace(self, low=low, high=high, rounding=self.rounding * factor,
                       factor=self.factor * factor)  # fmt: skip


def _joins(text: str, a: Quantity, b: Quantity, begin: int) -> bool:
    """Whether two neighbouring quantities are the ends of one range."""
    if b.start - a.number_end > 26:
        return False
    between = text[a.end : b.start] if a.end <= b.start else text[a.number_end : b.start]
    join = pattern("quantities.joins").fullmatch(between)
    if join is None:
        return False
    word = join["word"]
    before = text[max(begin, a.start - 60) : a.start]
    if word in ("and", "or", "或"):
        choice = word != "and" and a.scale == 1
        return choice or bool(pattern("quantities.between").search(before))
    if word in ("to", "至", "到"):
        if pattern("quantities.from_before").search(before):
            return pattern("quantities.ranging").search(before) is not None
        if pattern("quantities.change_before").search(before):
            return b.dimension == "fraction"
    return True


def _merge(a: Quantity, b: Quantity) -> Quantity | None:
    """The range [a, b]; units and scales given once hold for both ends."""
    if a.dimension not in ("bare", b.dimension) and b.dimension != "bare":
        return None
    if a.unit and b.unit and a.unit.split("/")[0] != b.unit.split("/")[0]:
        return None
    ends = [a.low, b.high] if None not in (a.low, b.high) else [
        a.high if a.low is None else a.low, b.low if b.high is None else b.high]  # fmt: skip
    low, high = (e if e is not None else 0.0 for e in ends)
    unit, dimension = (b.unit, b.dimension) if b.unit else (a.unit, a.dimension)
    if a.scale == 1 and b.scale > 1 and low * b.scale <= high * 1.0001 and low < 1e4:
        low *= b.scale
    if a.dimension == "bare" and b.dimension != "bare":
        low *= b.factor
    if low > high:
        return None
    return replace(b, start=a.start, low=low, high=high, unit=unit, dimension=dimension,
                   hedge="range")  # fmt: skip


def _hedge(text: str, n: Number, dimension: str, begin: int, end: int) -> Hedge:
    hedge = hedge_of(text, begin, n.start, end, n.more)
    if hedge == "exact" and end != n.end:
        hedge = hedge_of(text, begin, n.start, n.end, n.more)
    spread = search("quantities.spread", text, max(begin, n.start - 30), n.start)
    if dimension == "duration" and hedge in ("under", "over") and spread:
        return "exact"  # "worth $3bn over five years" is a time, not a bound
    return "about" if n.form == "vague" and hedge == "exact" else hedge


def _one(text: str, n: Number, begin: int, stop: int, chip_near: bool) -> Quantity:
    unit, dimension, factor, end = unit_after(text, n, stop, chip_near, begin)
    if unit and dimension not in ("money", "fraction", "ratio"):
        half = pattern("quantities.and_half").match(text, end)
        n, end = (replace(n, value=n.value + 0.5), half.end()) if half else (n, end)
    unit, dimension, more, end = with_rate(text, unit, dimension, n, end, begin, stop, chip_near)
    factor *= more
    if dimension == "count" and n.value % 1 and _GROUPED.fullmatch(text, n.start, n.end):
        factor *= 1000  # "1.318 employees": nothing is counted in thousandths
    minus = search("quantities.minus", text, max(begin, n.start - 10), n.start)
    value = (-1.0 if minus else 1.0) * float(f"{n.value * factor:.12g}")  # 35.6 % is 0.356
    hedge = _hedge(text, n, dimension, begin, end)
    low = None if hedge in ("under", "up_to") else value
    high = None if hedge == "over" or n.form == "vague" else value
    return Quantity(
        n.start, end, low, high, unit, dimension, hedge, n.rounding * factor, n.scale, n.form,
        text[n.end : end].strip(), n.form == "vague", n.end, factor,
    )  # fmt: skip


def _is_no_amount(text: str, n: Number, begin: int) -> bool:
    """Whether a number says what another is of (per 1,000 calls, ± 2 %), or is a code (910C)."""
    if pattern("quantities.beside_another").search(text, max(begin, n.start - 16), n.start):
        return True
    coded = n.form == "digits" and n.scale == 1 and not n.currency
    after = coded and pattern("quantities.code_after").match(text, n.end)
    return bool(after) and unit_at(text, n.end) is None and not currency_suffix().match(text, n.end)


def _rated(text: str, q: Quantity, n: Number, begin: int, stop: int, chip_near: bool) -> Quantity:
    """The quantity with a rate that reaches over the next number: "per 1 million tokens"."""
    unit, dimension, factor, end = with_rate(
        text, q.unit, q.dimension, n, q.end, begin, stop, chip_near
    )
    if end <= q.end and dimension == q.dimension:
        return q
    return replace(q.times(factor), unit=unit, dimension=dimension, end=end)


def quantities(
    text: str, numbers: list[Number], begin: int, stop: int, chip_near: bool
) -> list[Quantity]:
    """Quantities of one sentence [begin, stop), ranges merged, left to right."""
    out: list[Quantity] = []
    for i, n in enumerate(numbers):
        if _is_no_amount(text, n, begin):
            continue
        limit = max(numbers[i + 1].start if i + 1 < len(numbers) else stop, n.end)
        q = _one(text, n, begin, limit if n.form != "vague" else stop, chip_near)
        if q.dimension in ("money", "token", "count", "energy") and limit < stop:
            q = _rated(text, q, n, begin, stop, chip_near)
        if out and q.start < out[-1].end:
            continue  # "per 1 million tokens": the number belongs to the unit before it
        if out and q.dimension == "price" and "/" not in text[q.start : q.end]:
            one = price_of_one(text, begin, n.start)
            if one and out[-1].start >= one[2]:
                out.pop()  # "one megawatt costs": a unit, not a quantity
        if out and _joins(text, out[-1], q, begin) and (merged := _merge(out[-1], q)):
            out[-1] = merged
            continue
        out.append(q)
    return out
