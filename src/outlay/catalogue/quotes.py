"""What a chip costs to buy or to rent: the catalogue's own figures, or worked out from like chips.

Where nobody has stated a price, it is the chip's bf16 peak at the median price of a peak among the
chips whose price is known; a rent is then its price at the median of rents over prices. Both are
marked as such, for a quote of the user's own to take their place.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from statistics import median

from outlay.catalogue.chip_rows import chips
from outlay.catalogue.market import known_on
from outlay.catalogue.tables import cite, rows
from outlay.results.chips_models import Chip

__all__ = ["Quote", "first_day", "price_of", "rent_of", "sold_as_hardware"]

NOT_SOLD = "not sold as hardware"
SPREAD = 1.3
"""Low and high of a figure that is worked out, under and over it: an assumption."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Low and high in dollars, of a chip or of its hour, and where they come from."""

    low: float
    high: float
    source: str = ""
    """The citation; empty: worked out, see `note`."""
    date: date | None = None
    """The last day that the source may be of."""
    grade: str = "assumption"
    note: str = ""

    @property
    def middle(self) -> float:
        """Geometric: a list of offers spreads by factors, not by sums."""
        return math.sqrt(self.low * self.high)


@cache
def _stated() -> dict[tuple[str, str], dict[str, str]]:
    """(chip, parameter) → its row."""
    return {(r["item"], r["parameter"]): dict(r) for r in rows("chip_parameters")}


@cache
def _newest() -> date:
    """The last day that the catalogue's exchange rates are of: on it, all of it was known."""
    return max(known_on(r["date"]) for r in rows("fx"))


def first_day() -> date:
    """The first day on which a chip's price and rent are both known, so that others follow."""
    ends = [f"{kind}_{end}" for kind in ("price", "rent") for end in ("low", "high")]
    days = [[known_on(_stated()[c, end]["date"]) for end in ends]
            for c in chips() if all((c, end) in _stated() for end in ends)]  # fmt: skip
    return min(max(each) for each in days)


def _quote(chip: Chip, kind: str, as_of: date) -> Quote | None:
    """The figures of the catalogue that were known on a day."""
    low, high = (_stated().get((chip.id, f"{kind}_{end}")) for end in ("low", "high"))
    if low is None or high is None:
        return None
    seen = known_on(low["date"])
    if seen > as_of and as_of < _newest():
        return None
    return Quote(
        float(low["value"]), float(high["value"]), cite(low["source"]), min(seen, as_of),
        low["grade"],
    )  # fmt: skip


def _median(values: Iterable[float]) -> float:
    """To two digits, as the note says it."""
    return float(f"{median(values):.2g}")


def _price_of_peak(as_of: date) -> float:
    """Dollars a TFLOP/s of dense bf16, the median over the chips whose price is known."""
    return _median(
        q.middle / (c.peak_flop_s["bf16"] / 1e12)
        for c in chips().values()
        if "bf16" in c.peak_flop_s and (q := _quote(c, "price", as_of)) is not None
    )


def _rent_of_price(as_of: date) -> float:
    """Dollars an hour for a dollar of price, the median over the chips with both."""
    return _median(
        rent.middle / price.middle
        for c in chips().values()
        if (rent := _quote(c, "rent", as_of)) and (price := _quote(c, "price", as_of))
    )


def _about(value: float, note: str) -> Quote:
    return Quote(value / SPREAD, value * SPREAD, note=note)


def sold_as_hardware(chip: Chip) -> bool:
    """Whether the chip can be bought at all; some are rented by their maker alone."""
    return chip.china_export != NOT_SOLD


def price_of(chip: Chip, as_of: date) -> Quote:
    """What a chip costs, as known on a day. The chip's peak in bf16 is known."""
    found = _quote(chip, "price", as_of)
    if found is not None:
        return found
    each = _price_of_peak(as_of)
    value = each * chip.peak_flop_s["bf16"] / 1e12
    note = f"no price is known: {each:g} USD a bf16 TFLOP/s, the median of priced chips"
    dearest = max(q.middle for c in chips().values() if (q := _quote(c, "price", as_of)))
    if value > dearest:
        value, note = dearest, "no price is known: that of the dearest chip with one"
    return _about(value, note)


def rent_of(chip: Chip, as_of: date) -> Quote:
    """What an hour of a chip costs on demand, as known on a day."""
    found = _quote(chip, "rent", as_of)
    if found is not None:
        return found
    share, price = _rent_of_price(as_of), price_of(chip, as_of)
    years = 1 / (share * 8766)
    return _about(
        price.middle * share,
        f"no rent is known: the price in {years:.2g} years, the median of chips with both",
    )
