"""What a template says, worked out from what was asked, the catalogue and the size.

The catalogue states prices in dollars; a study states them in its own currency, at the rate of its
day, which its list of sources names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from outlay.catalogue import cite, cost_references, find_chip, peer_capex, regions
from outlay.catalogue.list_prices import list_prices
from outlay.catalogue.market import fx, known_on
from outlay.catalogue.quotes import Quote, price_of, rent_of, sold_as_hardware
from outlay.core.periods import Period
from outlay.results.chips_models import Chip
from outlay.study.templates.asked import Asked, Size
from outlay.study.templates.written import (
    count,
    money,
    nice,
    number,
    place,
    power,
    quoted,
    scaled,
    spoken,
    tokens,
)

__all__ = ["Figure", "facts"]

HOST_SHARE = 0.25
"""Server shell, network and storage over the chip's price: an assumption that every template says."""
HOST_NOTE = "assumption: a quarter of the chip, for server shell, network and storage"
MARGIN = 2.0
"""List price of a token over what its chips cost in rent, where no list price is known."""
LOST = 2.5
"""What a token not served costs over its price: customers leave, an assumption."""
BUSY = 0.5
"""Mean load of a chip that is paid for all day, behind the price of a token."""
MOST_LOTS = 400
"""Beyond so many servers, whole servers say nothing more and take the solver longer."""
BUILD_LOW, BUILD, BUILD_HIGH = 7.0, 11.0, 16.0
"""Dollars a watt of a hall without its chips: the catalogue's C30 to C34, all of Asia."""
TOKENS_A_PARAMETER = 200
"""Of a training run, over active parameters: recent open models have 100 to 700."""
LATE = 3.0
"""Worth of an hour of a chip's training over its rent, an assumption."""
LEASE_SHARE = 0.5
"""Rent of a bare chip over three years against that on demand, an assumption."""
YEAR_SHARE = 0.75
"""Rent of a chip that is taken for a year over that on demand, an assumption."""
FALLBACK_TARIFF = 0.09
FALLBACK_PUE = 1.3


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


def _of_quote(asked: Asked, quote: Quote, source: str, per: str = "") -> Figure:
    """A quote in the study's currency."""
    low, middle, high = (
        nice(x * asked.rate, 3) for x in (quote.low, quote.middle, quote.high)
    )
    apart = low < high
    return Figure(
        nice(middle), f"{asked.currency}{per}", low if apart else None, high if apart else None,
        source if quote.source else "", quote.note,
    )  # fmt: skip


def _sources(asked: Asked, named: Mapping[str, Quote | None]) -> list[str]:
    """Lines of `sources:` for the quotes that have one."""
    lines = []
    for key, quote in named.items():
        if quote is not None and quote.source:
            title = f"{asked.chip.name}: {quote.source}"
            lines.append(_source(key, title, str(quote.date), quote.grade))
    return lines


def _source(key: str, title: str, day: str, grade: str) -> str:
    return (
        f"{key}: {{publisher: Outlay's catalogue, title: {quoted(title)}, date: {day}, "
        f"grade: {grade}}}"
    )


def _token_prices(asked: Asked, size: Size) -> tuple[dict[str, Figure], list[str]]:
    """Price of a million tokens by kind, and its source where one is listed."""
    unit = f"{asked.currency}/Mtok"
    listed = list_prices(asked.model.id, asked.as_of)
    if "input" in listed and "output" in listed:
        found, day = {}, max(known_on(p.date) for p in listed.values())
        for kind, p in listed.items():
            rate = fx().rate(p.currency, asked.currency, asked.rate_on)
            high = p.high * rate if p.high > p.low else None
            found[kind] = Figure(p.low * rate, unit, p.low * rate if high else None, high, "list")
        found.setdefault("cached", found["input"].times(0.25, "a quarter of the input's"))
        title = f"list price of {asked.model.name}: {cite(listed['output'].source)}"
        return found, [_source("list", title, str(min(day, asked.as_of)), listed["output"].grade)]
    hour = nice(rent_of(asked.chip, asked.as_of).middle * asked.rate)
    note = f"{MARGIN:g} times the rent of its chips at {BUSY:.0%} load; put your own price here"
    found = {
        kind: Figure(nice(MARGIN * hour / (rate * 3600 * BUSY) * 1e6), unit, note=note)
        for kind, rate in (("input", size.input_tok_s), ("output", size.output_tok_s))
    }
    found["cached"] = found["input"].times(0.25, "a quarter of the input's")
    return found, []


def _place(asked: Asked) -> tuple[Figure, float, list[str]]:
    """Electricity and PUE of the region, and the source where the catalogue knows it."""
    unit = f"{asked.currency}/kWh"
    for r in regions().values():
        if r.country == asked.region and r.tariff is not None:
            rate = fx().rate(r.tariff_currency, asked.currency, asked.rate_on)
            low, high = (None if x is None else x * rate for x in (r.tariff_low, r.tariff_high))
            figure = Figure(r.tariff * rate, unit, low, high, "tariff")
            grade = "reported" if r.grade not in _GRADES else r.grade
            line = _source("tariff", f"{r.name}: {cite(r.source)}", str(asked.as_of), grade)
            return figure, max(r.pue or FALLBACK_PUE, 1.2), [line]
    value = nice(FALLBACK_TARIFF * asked.rate)
    note = f"no tariff of {asked.region} is known"
    return Figure(value, unit, note=note), FALLBACK_PUE, []


_GRADES = ("official", "reported", "derived", "estimate", "recalled", "guess")


def _rent_of_hall(asked: Asked) -> tuple[Figure, list[str]]:
    """Rent of a hall by kilowatt and month; in the US as a broker reports it."""
    unit = f"{asked.currency}/kW-month"
    if asked.region == "US" and (row := cost_references().get("C61")) is not None:
        low, high = row.low * asked.rate, row.high * asked.rate
        line = _source("halls", f"{row.item}, {cite(row.source)}", "2025-06-30", row.grade)
        return Figure((low + high) / 2, unit, low, high, "halls"), [line]
    note = "an assumption: wholesale colocation asks 70 to 200 dollars"
    return Figure(nice(120 * asked.rate), unit, note=note), []


def _other(asked: Asked) -> Chip:
    """The chip without a licence beside an analyst's; of the same kind while the size is sought."""
    if asked.draft:
        return asked.chip
    return find_chip("h20-96g" if asked.chip.id == "ascend-910c" else "ascend-910c")


PEERS = ("Alphabet", "Microsoft", "Alibaba", "Tencent")


def _peers(asked: Asked) -> tuple[dict[str, str], list[str]]:
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


def _label(periods: tuple[Period, ...], n: int) -> str:
    last = periods[-1]
    return str(periods[n] if n < len(periods) else last.shift(n - len(periods) + 1))


def facts(asked: Asked, size: Size) -> dict[str, object]:
    """Everything that a template names."""
    periods, chip = asked.periods, asked.chip
    buys = sold_as_hardware(chip) or asked.door == "analyst"
    bought = price_of(chip, asked.as_of) if buys else None
    rented = rent_of(chip, asked.as_of)
    rent = _of_quote(asked, rented, "rents", "/chip-hour")
    price = None if bought is None else _of_quote(asked, bought, "prices")
    tariff, pue, tariff_source = _place(asked)
    hall, hall_source = _rent_of_hall(asked)
    sold, list_source = _token_prices(asked, size)
    first = periods[0].month
    years = sorted({p.fiscal_year(first) for p in periods})
    server = chip.chips_per_server
    whole = size.need[-1] / server <= MOST_LOTS
    exchange = (
        [_source("exchange", f"{number(asked.rate)} {asked.currency} a dollar",
                 str(asked.rate_on), "official")]
        if asked.currency != "USD"
        else []
    )  # fmt: skip
    each = (price.value if price else nice(rented.middle * asked.rate * 8766 * 2)) * (
        1 + HOST_SHARE
    )
    need = size.need
    end, year_end = max(need), need[min(12 // periods[0].months, len(need)) - 1]
    servers = max(-(-year_end // server), 1.0)
    budget = asked.budget or nice(servers * server * each * 1.1, up=True)
    context = asked.model.max_context or 131_072
    other = _other(asked)
    other_quote = price_of(other, asked.as_of)
    other_price = _of_quote(asked, other_quote, "home-prices")
    if asked.door == "analyst":
        peers, peer_sources = _peers(asked)
        if other_quote.source:
            title = f"{other.name}: {other_quote.source}"
            peer_sources.append(
                _source("home-prices", title, str(other_quote.date), other_quote.grade)
            )
    else:
        peers, peer_sources = {}, []
    return {
        "other": other,
        "other_price": other_price,
        "other_host": other_price.times(HOST_SHARE, HOST_NOTE),
        "peers": peers,
        "trial": nice(end * 0.05),
        "asked": asked,
        "given": asked.given,
        "budget": budget,
        "need_end": end,
        "power": nice(max(end, server) * chip.it_w, up=True),
        "length_in": min(2_500, nice(context / 4)),
        "length_out": min(700, nice(context / 16)),
        "chip": chip,
        "model": asked.model,
        "size": size,
        "p": lambda n: _label(periods, n),
        "start": periods[0],
        "periods": len(periods),
        "months": periods[0].months,
        "years": years,
        "fiscal_start": first,
        "price": price,
        "host": None if price is None else price.times(
            HOST_SHARE, HOST_NOTE
        ),
        "rent": rent,
        "build": Figure(nice(BUILD * asked.rate), f"{asked.currency}/W",
                        nice(BUILD_LOW * asked.rate), nice(BUILD_HIGH * asked.rate),
                        note="assumption: halls without their chips cost 7 to 16 dollars a watt"),
        "running": nice(end * chip.it_w / 1e3 * hall.value * 2 * len(periods) * periods[0].months),
        "trained": nice(asked.model.active_params * TOKENS_A_PARAMETER),
        "late": rent.times(LATE, f"assumption: {LATE:g} times the rent, for a launch that is late"),
        "rent_lease": rent.times(LEASE_SHARE, "assumption: half of the rent on demand, power apart"),
        "rent_year": rent.times(YEAR_SHARE, "assumption: a quarter less for a year's promise"),
        "each": each,
        "tariff": tariff,
        "pue": pue,
        "hall": hall,
        "sold": sold,
        "lost": {k: f.times(LOST, f"{LOST:g} times the price: a customer who leaves")
                 for k, f in sold.items()},
        "sources": [
            *_sources(asked, {"prices": bought, "rents": rented}), *tariff_source, *hall_source,
            *list_source, *exchange, *peer_sources,
        ],
        "lot": server if whole and server > 1 else None,
        "rent_lot": size.replica if end / size.replica <= MOST_LOTS else None,
        "server": server,
    }  # fmt: skip


FILTERS = {
    "money": money, "tokens": tokens, "count": count, "power": power, "number": number,
    "place": place, "scaled": scaled, "spoken": spoken, "quoted": quoted, "nice": nice,
}  # fmt: skip
"""What a template calls to write a number."""
