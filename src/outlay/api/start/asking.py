"""What is asked of a first study, read from options; every mistake at once, by its option."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

from outlay.api.says import Says
from outlay.core.errors import InputError, Problem, nearest
from outlay.core.ingest.files import take
from outlay.core.ingest.inside import inside
from outlay.study.model.countries import country_of

if TYPE_CHECKING:
    from outlay.results.chips_models import Chip as Accelerator
    from outlay.study.templates.asked import Asked, Door

__all__ = ["AsOf", "Budget", "Chip", "Model", "Options", "Tokens", "asked_of"]

Chip = Annotated[str, Says("The chip that you think of (`outlay catalogue chips`).")]
Model = Annotated[str, Says("The model that you serve (`outlay catalogue models`).")]
Tokens = Annotated[str, Says("Tokens a day, read and written together: 6bn/day.")]
Budget = Annotated[str, Says('What may be spent on chips in all: "2m USD".')]
AsOf = Annotated[str, Says("Day whose knowledge the study holds; default: today.", day=True)]


T = TypeVar("T")
LAST_YEAR = 2150
"""Of the day whose knowledge a study holds: what is built then ends before the last year of one."""
MOST_TOKENS = 1e16
MOST_MONEY = 1e18
"""In any currency: all that the world makes in a century, in the smallest of them."""
LEAST_TOKENS = 1e5
"""A day: below, no chip has anything to do; above, all accelerators of the world have."""


@dataclass(frozen=True, slots=True)
class Options:
    """Options as they were typed; empty: not given."""

    chip: str = ""
    model: str = ""
    tokens: str = ""
    budget: str = ""
    currency: str = ""
    region: str = ""
    trace: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class _Usual:
    """What a door takes where an option is not given."""

    chip: str
    model: str
    tokens_per_day: float
    currency: str = "USD"


USUAL: Mapping[str, _Usual] = {
    "founder": _Usual("h200-sxm", "qwen3-235b-a22b", 6e9),
    "lab": _Usual("h200-sxm", "llama-3.1-70b", 2e9),
    "operator": _Usual("b200-hgx", "deepseek-v3.1", 2e12),
    "analyst": _Usual("h200-sxm", "qwen3-235b-a22b", 5e12, "CNY"),
}
REGIONS = {"CNY": "CN", "EUR": "FI", "NOK": "NO", "MYR": "MY", "THB": "TH", "SGD": "SG"}
"""Currency → country where the option is not given; any other: US."""


def asked_of(door: str, name: str, folder: Path, options: Options) -> Asked:
    """The options, read. Raises InputError with each that cannot be, by its flag."""
    from outlay.catalogue import chips, find_model, models
    from outlay.core.quantities.quantity import parse
    from outlay.study.templates.asked import Asked

    wrong: list[Problem] = []

    def read(flag: str, text: str, how: Callable[[str], T], usual: T) -> T:
        if not text:
            return usual
        try:
            return how(text)
        except InputError as err:
            wrong.extend(
                Problem(p.what, flag, p.value or p.where or text, p.allowed, p.hint)
                for p in err.problems()
            )
            return usual

    known: Door = read("door", door or " ", _door, "founder")
    usual = USUAL[known]
    chip = read("--chip", options.chip, _chip, chips()[usual.chip])
    model = read("--model", options.model, find_model, models()[usual.model])
    tokens = read("--tokens", options.tokens, _volume, usual.tokens_per_day)
    day = read("--as-of", options.as_of, _day, date.today())
    money = read("--budget", options.budget, lambda text: parse(text, "money"), None)
    budget = read("--budget", options.budget, _positive, None)
    spoken = money.currency if money is not None and money.currency else usual.currency
    currency = options.currency.strip().upper() or spoken
    rates = {c: read("--currency", c, lambda c: _rate(c, day), (1.0, day))
             for c in {currency, spoken}}  # fmt: skip
    rate, rate_on = rates[currency]
    if budget is not None:
        budget *= rate / rates[spoken][0]
    trace = read("--trace", options.trace, lambda text: _trace(text, folder), "servegen_m_large")
    region = read("--region", options.region, country_of, REGIONS.get(currency, "US"))
    if wrong:
        raise InputError(list(dict.fromkeys(wrong)))
    given = frozenset(k for k, v in asdict(options).items() if v)
    return Asked(
        door=known, name=name, as_of=day, chip=chip, model=model, tokens_per_day=tokens,
        currency=currency, rate=rate, rate_on=rate_on, budget=budget, region=region, trace=trace,
        given=given,
    )  # fmt: skip


def _door(text: str) -> Door:
    from outlay.study.templates.asked import DOORS

    for door in DOORS:
        if door == text.strip().casefold():
            return door
    raise InputError(
        Problem("no such door", value=repr(text), allowed=", ".join(DOORS),
                hint=nearest(text, DOORS))
    )  # fmt: skip


def _chip(text: str) -> Accelerator:
    """A chip whose speed can be worked out."""
    from outlay.api.models.questions import timed_chip

    return timed_chip(text)


def _volume(text: str) -> float:
    """Tokens a day."""
    from outlay.core.quantities.quantity import parse

    found = parse(text if "/" in text else f"{text}/day", "token_rate").value
    if not LEAST_TOKENS <= found <= MOST_TOKENS:
        raise InputError("out of range", value=text, allowed="100_000/day to 10_000T/day")
    return found


def _day(text: str) -> date:
    """A day on which the catalogue knows prices."""
    from outlay.catalogue.quotes import first_day
    from outlay.core.periods import parse_date

    found = parse_date(text)
    if found < first_day():
        raise InputError(
            "before the catalogue's prices", value=text, allowed=f"{first_day()} or later"
        )
    if found.year > LAST_YEAR:
        raise InputError("a year that cannot be meant", value=text, allowed=f"up to {LAST_YEAR}")
    return found


def _positive(text: str) -> float:
    """Money that buys something."""
    from outlay.core.quantities.quantity import parse

    found = parse(text, "money").value
    if found <= 0:
        raise InputError("not an amount to spend", value=text, allowed="more than 0")
    if found > MOST_MONEY:
        raise InputError("out of range", value=text, allowed=f"up to {MOST_MONEY:g}")
    return found


def _rate(currency: str, day: date) -> tuple[float, date]:
    """Units of a currency for a dollar, and the day of that rate."""
    from outlay.catalogue import fx

    found = fx().per_usd(currency, day)
    return found.rate, min(found.known_on, day)


def _trace(text: str, folder: Path) -> str:
    """A published trace by its name, or a file, as a study in `folder` names it."""
    from outlay.serving.traffic.shapes import known_shape, own_shape
    from outlay.study.checks.complete import is_trace_file, published_traces
    from outlay.study.files import TRACE

    if known_shape(text) is not None:
        return text
    if not is_trace_file(text):
        raise InputError(
            "unknown trace", value=repr(text), hint=nearest(text, published_traces()),
            allowed=f"{', '.join(published_traces())}, or a file (CSV, Parquet, JSON lines)",
        )  # fmt: skip
    try:
        name = os.path.relpath(text, folder)
    except ValueError:  # on another drive
        name = text
    try:
        inside(folder, name, "")
    except InputError as err:  # no study that names it would be taken
        said = [replace(p, hint="copy it there") for p in err.problems()]
        raise InputError(said) from None
    own_shape(text, take(text, most=TRACE.most, what=TRACE.what).data)
    return name
