"""What the catalogue knows for a study to begin with: each figure in the study's currency, with its
source, or as an assumption that says how it was reached.

The catalogue states prices in dollars; a study states them in its own currency, at the rate of its
day, which its list of sources names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from outlay.catalogue import cite, cost_references, peer_capex, regions
from outlay.catalogue.list_prices import list_prices
from outlay.catalogue.market import fx, known_on
from outlay.catalogue.quotes import Quote, rent_of
from outlay.results.chips_models import Chip
from outlay.study.templates.asked import Asked, Size
from outlay.study.templates.written import money, nice, number, quoted

__all__ = [
    "Figure",
    "Sourced",
    "exchange",
    "hall_rent",
    "of_quote",
    "peers",
    "site",
    "token_prices",
]

MARGIN = 2.0
"""List price of a token over what its chips cost in rent, where no list price is known."""
BUSY = 0.5
"""Mean load of a chip that is paid for all day, behind the price of a token."""
CACHED = 0.25
"""Price of a cached token over that of a computed one, where no list price is known."""
LEAST_PUE = 1.2
"""A hall of one's own choosing is no record: the catalogue's best are below."""
TARIFF, PUE = 0.09, 1.3
"""Dollars a kilowatt-hour, and power drawn over IT power, where no region is known."""
HALL = 120.0
"""Dollars a kilowatt and month, where no rent is known: between Johor and the US."""
HALL_IN_US = "C61"
PEERS = ("Alphabet", "Microsoft", "Alibaba", "Tencent")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its spread, as a template writes it."""

    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    source: str = ""
    note: str = ""

    def __str__(self) -> str:
        def said(x: float) -> str:
            return money(x, self.unit)

        parts = [f"value: {said(self.value)}"]
        if self.low is not None and self.high is not None:
            parts += [f"low: {said(self.low)}", f"high: {said(self.high)}"]
        if self.source:
            parts.append(f"source: {self.source}")
        if self.note:
            parts.append(f"note: {quoted(self.note)}")
        return f"{{{', '.join(parts)}}}" if len(parts) > 1 else said(self.value)

    def times(self, factor: float, note: str) -> Figure:
        """An assumption that leans on this figure."""
        low, high = (None if x is None else nice(x * factor) for x in (self.low, self.high))
        return Figure(nice(self.value * factor), self.unit, low, high, note=note)


@dataclass(frozen=True, slots=True)
class Sourced:
    """A figure, and the lines of `sources:` that it needs."""

    figure: Figure
    sources: tuple[str, ...] = ()


def of_quote(asked: Asked, chip: Chip, quote: Quote, key: str, per: str = "") -> Sourced:
    """A quote in the study's currency."""
    low, high = (nice(x * asked.rate, 3) for x in (quote.low, quote.high))
    apart = low < high
    figure = Figure(
        nice(quote.middle * asked.rate), f"{asked.currency}{per}", low if apart else None,
        high if apart else None, key if quote.source else "", quote.note,
    )  # fmt: skip
    if not quote.source:
        return Sourced(figure)
    title = f"{chip.name}: {quote.source}"
    return Sourced(figure, (_source(key, title, str(quote.date), quote.grade),))


def exchange(asked: Asked) -> tuple[str, ...]:
    """The rate at which the catalogue's dollars were converted."""
    if asked.currency == "USD":
        return ()
    title = f"{number(asked.rate)} {asked.currency} a dollar"
    return (_source("exchange", title, str(asked.rate_on), "official"),)


def _source(key: str, title: str, day: str, grade: str) -> str:
    return (
        f"{key}: {{publisher: Outlay's catalogue, title: {quoted(title)}, date: {day}, "
        f"grade: {grade}}}"
    )


def token_prices(asked: Asked, size: Size) -> tuple[dict[str, Figure], Sequence[str]]:
    """Price of a million tokens by kind, and its source where one is listed."""
    unit = f"{asked.currency}/Mtok"
    listed = list_prices(asked.model.id, asked.as_of)
    if "input" in listed and "output" in listed:
        found, day = {}, max(known_on(p.date) for p in listed.values())
        for kind, p in listed.items():
            rate = fx().rate(p.currency, asked.currency, asked.rate_on)
            high = p.high * rate if p.high > p.low else None
            found[kind] = Figure(p.low * rate, unit, p.low * rate if high else None, high, "list")
        found.setdefault("cached", found["input"].times(CACHED, "a quarter of the input's"))
        title = f"list price of {asked.model.name}: {cite(listed['output'].source)}"
        return found, [_source("list", title, str(min(day, asked.as_of)), listed["output"].grade)]
    hour = nice(rent_of(asked.chip, asked.as_of).middle * asked.rate)
    note = f"{MARGIN:g} times the rent of its chips at {BUSY:.0%} load; put your own price here"
    found = {
        kind: Figure(nice(MARGIN * hour / (rate * 3600 * BUSY) * 1e6), unit, note=note)
        for kind, rate in (("input", size.input_tok_s), ("output", size.output_tok_s))
    }
    found["cached"] = found["input"].times(CACHED, "a quarter of the input's")
    return found, []


def site(asked: Asked) -> tuple[Sourced, float]:
    """Electricity and PUE of the region, and the source where the catalogue knows it."""
    unit = f"{asked.currency}/kWh"
    for r in regions().values():
        if r.country == asked.region and r.tariff is not None:
            rate = fx().rate(r.tariff_currency, asked.currency, asked.rate_on)
            low, high = (None if x is None else x * rate for x in (r.tariff_low, r.tariff_high))
            figure = Figure(r.tariff * rate, unit, low, high, "tariff")
            line = _source("tariff", f"{r.name}: {cite(r.source)}", str(asked.as_of), r.grade)
            return Sourced(figure, (line,)), max(r.pue or PUE, LEAST_PUE)
    note = f"assumption: no tariff of {asked.region} is known"
    return Sourced(Figure(nice(TARIFF * asked.rate), unit, note=note)), PUE


def hall_rent(asked: Asked) -> Sourced:
    """Rent of a hall by kilowatt and month; in the US as a broker reports it."""
    unit = f"{asked.currency}/kW-month"
    if asked.region == "US" and (row := cost_references().get(HALL_IN_US)):
        low, high = row.low * asked.rate, row.high * asked.rate
        line = _source(
            "halls",
            f"{row.item}, {cite(row.source)}",
            str(known_on(row.date.replace("-H1", "-06"))),
            row.grade,
        )
        return Sourced(Figure((low + high) / 2, unit, low, high, "halls"), (line,))
    note = "assumption: wholesale colocation asks 70 to 200 dollars"
    return Sourced(Figure(nice(HALL * asked.rate), unit, note=note))


def peers(asked: Asked) -> tuple[dict[str, str], Sequence[str]]:
    """Capital expenditure of other companies for a whole year, as known on the day."""
    lines, named = [], {}
    for company in PEERS:
        known = [
            r for r in peer_capex()
            if r.company == company and r.period.isdigit() and known_on(r.as_of) <= asked.as_of
        ]  # fmt: skip
        if known:
            row = max(known, key=lambda r: known_on(r.as_of))
            key = company.casefold()
            amount = money((row.low * (row.high or row.low)) ** 0.5, row.currency)
            named[key] = f"{{capex: {{{row.period}: {{value: {amount}, source: {key}}}}}}}"
            title = f"{company}, {row.scope}: {cite(row.source)}"
            lines.append(_source(key, title, str(known_on(row.as_of)), row.grade))
    return named, lines
