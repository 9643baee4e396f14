"""What a template says, worked out from what was asked, the catalogue and the size."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from outlay.catalogue import find_chip
from outlay.catalogue.quotes import price_of, rent_of, sold_as_hardware
from outlay.core.periods import HOURS_PER_MONTH, HOURS_PER_YEAR, MONTHS_PER_YEAR, Period
from outlay.results.chips_models import Chip
from outlay.study.templates.asked import Asked, Size
from outlay.study.templates.sourced import (
    Figure,
    Sourced,
    exchange,
    hall_rent,
    of_quote,
    peers,
    site,
    token_prices,
)
from outlay.study.templates.written import (
    count,
    money,
    nice,
    number,
    place,
    plain,
    power,
    quoted,
    scaled,
    spoken,
    tokens,
)

__all__ = ["FILTERS", "facts"]

HOST_SHARE = 0.25
"""Server shell, network and storage over the chip's price, an assumption."""
HOST_NOTE = "assumption: a quarter of the chip, for server shell, network and storage"
LOST = 2.5
"""What a token not served costs over its price: customers leave, an assumption."""
SPARE = 1.1
"""A budget that nobody named, over what the first year's need costs."""
MOST_LOTS = 400
"""Beyond so many servers, whole servers say nothing more and take the solver longer."""
BUILD_LOW, BUILD, BUILD_HIGH = 7.0, 11.0, 16.0
"""Dollars a watt of a hall without its chips: the catalogue's C30 to C34, all of Asia."""
TOKENS_A_PARAMETER = 200
"""Of a training run, over active parameters: recent open models have 100 to 700."""
LATE = 3.0
"""Worth of an hour of a chip's training over its rent, an assumption."""
BROKEN = 4.0
"""Worth of an hour of a chip that a customer has a contract for, over its rent, an assumption."""
LEASE_SHARE = 0.5
"""Rent of a bare chip over some years against that on demand, an assumption."""
YEAR_SHARE = 0.75
"""Rent of a chip that is taken for a year over that on demand, an assumption."""
INPUT, OUTPUT, CONTEXT = 2_500, 700, 131_072
"""Mean tokens of a request, less where the model's context is short."""
UPKEEP = 0.2
"""Cash to run a chip beside its hall and power, over its price: upkeep of the horizon, and more."""
YEARS_OF_RENT = 2.0
"""What a chip that is never sold counts for in a budget, in years of its rent."""


def facts(asked: Asked, size: Size) -> dict[str, object]:
    """Everything that a template names."""
    periods, chip = asked.periods, asked.chip
    first = periods[0].month
    rent = of_quote(asked, chip, rent_of(chip, asked.as_of), "rents", "/chip-hour")
    price = None
    if sold_as_hardware(chip) or asked.door == "analyst":
        price = of_quote(asked, chip, price_of(chip, asked.as_of), "prices")
    tariff, pue = site(asked)
    hall = hall_rent(asked)
    sold, listed = token_prices(asked, size)
    known = [*(price.sources if price else ()), *rent.sources, *tariff.sources, *hall.sources,
             *listed, *exchange(asked)]  # fmt: skip
    return {
        "asked": asked,
        "given": asked.given,
        "chip": chip,
        "model": asked.model,
        "in_four_bits": asked.model.weight_dtype.endswith("4"),
        "size": size,
        "p": lambda n: _label(periods, n),
        "start": periods[0],
        "periods": len(periods),
        "years": sorted({p.fiscal_year(first) for p in periods}),
        "fiscal_start": first,
        "price": price.figure if price else None,
        "host": price.figure.times(HOST_SHARE, HOST_NOTE) if price else None,
        "tariff": tariff.figure,
        "pue": pue,
        "hall": hall.figure,
        "sold": sold,
        "lost": {k: f.times(LOST, f"assumption: {LOST:g} times the price, as customers leave")
                 for k, f in sold.items()},
        **_lengths(asked),
        **_rents(rent.figure),
        **_sizes(asked, size, price, rent),
        "running": nice(
            max(*size.need, 1.0) * (_upkeep(asked, tariff.figure, hall.figure) + (
                price.figure.value * UPKEEP if price else rent.figure.value * HOURS_PER_YEAR)),
            up=True,
        ),
        **_analyst(asked, known),
        "build": Figure(
            nice(BUILD * asked.rate), f"{asked.currency}/W", nice(BUILD_LOW * asked.rate),
            nice(BUILD_HIGH * asked.rate),
            note="assumption: halls without their chips cost 7 to 16 dollars a watt",
        ),
        "trained": nice(asked.model.active_params * TOKENS_A_PARAMETER),
    }  # fmt: skip


def _label(periods: tuple[Period, ...], n: int) -> str:
    last = periods[-1]
    return str(periods[n] if n < len(periods) else last.shift(n - len(periods) + 1))


def _command(text: str, asked: Asked) -> str:
    """A command of the head, as wide as the widest of them."""
    width = len(f"outlay plan {asked.name} --out out")
    return " ".join(text.split()).ljust(width)


def _lengths(asked: Asked) -> dict[str, object]:
    """Mean tokens of a request; a trace that the user named has its own."""
    context = asked.model.max_context or CONTEXT
    means = f"input: {min(INPUT, nice(context / 4)):_.0f}, " \
        f"output: {min(OUTPUT, nice(context / 16)):_.0f}, "  # fmt: skip
    return {"lengths": f"{{{'' if 'trace' in asked.given else means}trace: {plain(asked.trace)}}}"}


def _rents(rent: Figure) -> dict[str, object]:
    return {
        "rent": rent,
        "late": rent.times(LATE, f"assumption: {LATE:g} times the rent, for a launch that is late"),
        "rent_lease": rent.times(
            LEASE_SHARE, "assumption: half of the rent on demand; power is apart"
        ),
        "rent_year": rent.times(YEAR_SHARE, "assumption: a quarter less for a year's promise"),
        "rent_lost": rent.times(
            BROKEN, f"assumption: {BROKEN:g} times the rent, for a contract that is broken"
        ),
    }


def _sizes(asked: Asked, size: Size, price: Sourced | None, rent: Sourced) -> dict[str, object]:
    """What must be as large as the need: budgets, halls, whole servers."""
    chip, need = asked.chip, size.need
    year = int(MONTHS_PER_YEAR) // asked.periods[0].months
    most, year_end = max(need), need[min(year, len(need)) - 1]
    server = chip.chips_per_server
    paid = price.figure.value if price else rent.figure.value * HOURS_PER_YEAR * YEARS_OF_RENT
    servers = max(-(-year_end // server), 1.0)
    budget = asked.budget or nice(servers * server * paid * (1 + HOST_SHARE) * SPARE, up=True)
    return {
        "budget": budget,
        "need_end": most,
        "power": nice(max(most, server) * chip.it_w, up=True),
        "lot": server if most / server <= MOST_LOTS and server > 1 else None,
        "rent_lot": size.replica if most / size.replica <= MOST_LOTS else None,
        "trial": nice(max(most, 1.0) * 0.05, up=True),
    }


def _upkeep(asked: Asked, tariff: Figure, hall: Figure) -> float:
    """Hall and power of a chip over the horizon, twice over: halls stand before chips fill them."""
    months = len(asked.periods) * asked.periods[0].months
    return 2 * months * asked.chip.it_w / 1e3 * (hall.value + tariff.value * HOURS_PER_MONTH)


def _analyst(asked: Asked, known: list[str]) -> dict[str, object]:
    """A chip that needs no licence, other companies, and every source."""
    if asked.door != "analyst":
        return {"sources": known}
    other = _other(asked)
    price = of_quote(asked, other, price_of(other, asked.as_of), "home-prices")
    named, lines = peers(asked)
    return {
        "other": other,
        "other_price": price.figure,
        "other_host": price.figure.times(HOST_SHARE, HOST_NOTE),
        "peers": named,
        "sources": [*known, *price.sources, *lines],
    }


def _other(asked: Asked) -> Chip:
    """The chip without a licence beside an analyst's; of the same kind while the size is sought."""
    if asked.draft:
        return asked.chip
    return find_chip("h20-96g" if asked.chip.id == "ascend-910c" else "ascend-910c")


FILTERS: Mapping[str, Callable[..., object]] = {
    "command": _command, "count": count, "money": money, "nice": nice, "number": number,
    "place": place, "plain": plain, "power": power, "quoted": quoted, "scaled": scaled,
    "spoken": spoken, "tokens": tokens,
}  # fmt: skip
"""What a template calls to write a number."""
