"""Exchange rates with dates and sources: monthly averages, spots, cross rates through USD.

A conversion on a day takes the last rate on or before it (a monthly average is known on the last
day of its month), never a later one, and refuses a rate older than `max_age_days`.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial

from outlay.core.errors import FxError, nearest
from outlay.core.periods import parse_date

__all__ = ["FxRate", "FxTable"]

PIVOT = "USD"


@dataclass(frozen=True, slots=True)
class FxRate:
    """`rate` units of `quote` for one `base`, known at the end of `known_on`."""

    base: str
    quote: str
    rate: float
    known_on: date
    kind: str = "spot"  # monthly_average, spot, pboc_midpoint, assumption
    source: str = ""
    grade: str = ""


class FxTable:
    """Dated rates against USD; every other pair is crossed through it."""

    def __init__(self, rates: Iterable[FxRate], max_age_days: int = 400) -> None:
        self.max_age_days = max_age_days
        self._dated: dict[str, list[tuple[date, FxRate]]] = {}
        for r in rates:
            self._add(r)
        for entries in self._dated.values():
            entries.sort(key=lambda e: (e[0], e[1].kind != "monthly_average"))

    def _add(self, rate: FxRate) -> None:
        if not 0 < rate.rate < float("inf"):
            raise FxError("a rate must be positive", value=f"{rate.rate!r} {rate.quote}")
        if PIVOT not in (rate.base, rate.quote):
            raise FxError("a rate must be against USD", value=f"{rate.base}/{rate.quote}")
        if rate.base != PIVOT:  # keep all as units of the other currency per USD
            rate = FxRate(
                PIVOT, rate.base, 1 / rate.rate, rate.known_on, rate.kind, rate.source, rate.grade
            )  # fmt: skip
        self._dated.setdefault(rate.quote, []).append((rate.known_on, rate))

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]]) -> FxTable:
        """A table from rows with the columns date, kind, base, quote, rate, source, grade.

        A monthly average is known on the last day of its month.
        """
        known_on = cache(partial(parse_date, end=True))  # thousands of rows, few dates
        return cls(
            FxRate(
                base=r["base"],
                quote=r["quote"],
                rate=float(r["rate"]),
                known_on=known_on(r["date"]),
                kind=r["kind"],
                source=r["source"],
                grade=r["grade"],
            )
            for r in rows
        )

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted({PIVOT, *self._dated}))

    def as_of(self, day: date) -> FxTable:
        """The table with only the rates known on or before `day`."""
        kept = [r for entries in self._dated.values() for known, r in entries if known <= day]
        return FxTable(kept, self.max_age_days)

    def per_usd(self, currency: str, on: date) -> FxRate:
        """The rate of `currency` per USD that holds on `on`. Raises FxError."""
        if currency == PIVOT:
            return FxRate(PIVOT, PIVOT, 1.0, on, "identity")
        entries = self._dated.get(currency)
        if not entries:
            raise FxError(
                f"no exchange rate for {currency}",
                value=currency,
                allowed=", ".join(self.currencies),
                hint=nearest(currency, self.currencies),
            )
        at = bisect.bisect_right(entries, on, key=lambda e: e[0])
        if at == 0:
            raise FxError(
                f"no exchange rate for {currency} on or before {on}",
                value=str(on),
                allowed=f"from {entries[0][0]}",
            )
        found = entries[at - 1][1]
        if on - found.known_on > timedelta(days=self.max_age_days):
            raise FxError(
                f"the last exchange rate for {currency} is too old for {on}",
                value=str(found.known_on),
                allowed=f"at most {self.max_age_days} days old",
                hint="give a rate in the study, with its source",
            )
        return found

    def rate(self, frm: str, to: str, on: date) -> float:
        """Units of `to` for one `frm` on day `on`; crosses through USD. Raises FxError.

        Equation: rate(a → b) = (b per USD) / (a per USD).
        """
        above = self.per_usd(to, on).rate
        below = self.per_usd(frm, on).rate
        return 1.0 if frm == to else above / below

    def convert(self, amount: float, frm: str, to: str, on: date) -> float:
        """`amount` of `frm` in `to` at the rate of day `on`. Raises FxError."""
        return amount * self.rate(frm, to, on)
