"""The dated exchange rate that a document's own conversions are checked against."""

from __future__ import annotations

from datetime import date
from functools import cache

from outlay.core.errors import FxError, QuantityError
from outlay.core.periods import parse_date
from outlay.core.quantities.fx import FxRate, FxTable
from outlay.evidence.lexicon import rows

__all__ = ["currency_of", "in_currency", "market_rate"]


@cache
def _table() -> tuple[FxTable, FxTable]:
    """Dated rates, and round reference levels that serve only where no dated rate does."""
    dated: list[FxRate] = []
    loose: list[FxRate] = []
    for r in rows("fx.csv"):
        rate = FxRate(
            r["base"], r["quote"], float(r["rate"]), parse_date(r["date"], end=True), r["kind"],
            r["source"], r["grade"],
        )  # fmt: skip
        (loose if r["kind"] == "reference" else dated).append(rate)
    return FxTable(dated, max_age_days=800), FxTable(loose, max_age_days=40_000)


def currency_of(unit: str) -> str:
    """The currency of a unit of money or of a price; '' for other units."""
    head = unit.split("/")[0]
    return head if len(head) == 3 and head.isalpha() and head.isupper() else ""


@cache
def market_rate(base: str, quote: str, on: str) -> tuple[float, str] | None:
    """(units of `quote` per `base`, grade) near the day `on`; None where no table knows it."""
    if base == quote:
        return 1.0, "identity"
    try:
        day = parse_date(on, end=True) if on else date(2025, 12, 31)
    except QuantityError:
        day = date(2025, 12, 31)
    dated, loose = _table()
    try:
        return dated.rate(base, quote, day), "dated"
    except FxError:
        pass
    for fallback in (date(2025, 12, 31), date(2024, 2, 1)):
        try:
            return dated.rate(base, quote, fallback), "other date"
        except FxError:
            continue
    usd: dict[str, float] = {}
    for code in (base, quote):
        for table in (dated, loose):
            try:
                usd[code] = table.rate("USD", code, date(2025, 12, 31))
                break
            except FxError:
                continue
    if len(usd) < 2:
        return None
    return usd[quote] / usd[base], "round level"


def in_currency(value: float, unit: str, target: str, on: str) -> float | None:
    """`value` of a money unit in `target` (a currency); None where no rate is known."""
    code = currency_of(unit)
    found = market_rate(code, target, on) if code else None
    return None if found is None else value * found[0]
