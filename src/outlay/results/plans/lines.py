"""Facts of the first lines of a plan: what a signatory has to know beside the orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from outlay.results.base import Chips, Money, Row, Share, Unit

__all__ = [
    "AtRisk",
    "Bill",
    "Departure",
    "Expansion",
    "Lines",
    "Overrun",
    "Perimeter",
    "PowerReturn",
    "Return",
    "ServiceServed",
    "Standing",
    "Unserved",
]


@dataclass(frozen=True, slots=True)
class Expansion(Row):
    """An order of more power at one site on one node."""

    node: int
    """The node."""
    period: str
    """Period of the order."""
    branch: str
    """States known there."""
    probability: Share
    """Chance of the node."""
    site: str
    """The study's site."""
    mw: Annotated[float, Unit("MW")]
    """Megawatts ordered."""
    energised_at: str
    """Period in which they are there: the order's, and its lead."""
    spend: Money
    """What they cost to build in all."""
    rent: Money
    """Rent that the contract owes on them, used or not: for its term, at least while the horizon
    lasts; expected over the branches that follow."""


@dataclass(frozen=True, slots=True)
class Return(Row):
    """Chips that leave before their lease or life ends, on one node."""

    node: int
    """The node."""
    period: str
    """Period in which they leave."""
    branch: str
    """States known there."""
    probability: Share
    """Chance of the node."""
    what: str
    """The study's pool or offer."""
    chip: str
    """Catalogue id."""
    given_back: bool
    """Whether their lease ends; else they are taken out of service, owned or still owed."""
    quantity: Chips
    """Chips that leave."""
    rent_per_year: Money
    """Rent of them in a year: no longer owed where given back, owed all the same where not."""
    fee: Money
    """Paid for leaving in that period."""


@dataclass(frozen=True, slots=True)
class Departure(Row):
    """Chips of one pool or offer that leave early after the first period, over the branches."""

    what: str
    """The study's pool or offer."""
    chip: str
    """Catalogue id."""
    how: Literal["written off", "still owed", "given back", "sold"]
    """Owned and taken out of service; leased and taken out of service, their rent still owed;
    leased, their contract ended; owned and sold."""
    now: Chips
    """Chips that leave in the first period."""
    expected: Chips
    """Chips that leave later, mean over the branches."""
    most: Chips
    """Chips that leave later in the branch in which most do."""
    branch: str
    """That branch; empty: the only path, or every branch alike."""
    chance: Share
    """Chance that any leave later."""


@dataclass(frozen=True, slots=True)
class PowerReturn(Row):
    """Contracted power of a site given up on one node."""

    node: int
    """The node."""
    period: str
    """Period in which it is given up."""
    branch: str
    """States known there."""
    probability: Share
    """Chance of the node."""
    site: str
    """The study's site."""
    mw: Annotated[float, Unit("MW")]
    """Megawatts given up."""
    rent_per_year: Money
    """Rent of them in a year, no longer owed."""
    fee: Money
    """Paid for leaving in that period."""


@dataclass(frozen=True, slots=True)
class Standing(Row):
    """How firmly an order of the first period stands among plans that cost 1 % more."""

    offer: str
    """The study's offer."""
    status: Literal["firm", "flexible", "optional", "not tested"]
    """firm: hardly less in any; flexible: less in some; optional: left out in some."""
    least: Chips | None
    """Fewest in any of them; null where not tested."""
    most: Chips | None
    """Most in any of them; null where not tested."""


@dataclass(frozen=True, slots=True)
class Perimeter(Row):
    """Money of one year, expected: what the plan decides, and what stands outside it."""

    year: str
    """Fiscal year."""
    kind: Literal["capex", "running"]
    """Capital expenditure, or running costs and rent."""
    decided: Money
    """Paid for what the plan orders."""
    outside: Money
    """Due whatever the plan orders: what stands, what is contracted, what others build."""


@dataclass(frozen=True, slots=True)
class Bill(Row):
    """The expected discounted cost, cash apart from prices that nobody pays."""

    paid: Money
    """Cash paid over the horizon."""
    left: Money
    """Worth at the end of what is left then, less what is still owed."""
    unserved: Money
    """Price of what is not served: no cash."""
    broken: Money
    """Price of limits broken: no cash."""
    beside: Money
    """Capital expenditure due outside the plan in the years of the horizon, expected and not
    discounted: it is not in `paid`."""


@dataclass(frozen=True, slots=True)
class Overrun(Row):
    """A limit that the plan breaks at its stated price."""

    limit: str
    """The limit."""
    authorised: Money | None
    """The amount authorised; null where the limit is no authorisation."""
    expected: Money
    """By how much, mean over the branches."""
    worst: Money
    """By how much in the worst branch."""
    chance: Share
    """Chance of it."""


@dataclass(frozen=True, slots=True)
class AtRisk(Row):
    """The deposit of an order of the first period that a branch may refuse."""

    offer: str
    """The study's offer."""
    chance: Share
    """Chance that some of the deposit is lost."""
    expected: Money
    """Lost, mean over the branches."""
    worst: Money
    """Lost in the branch that refuses most."""


@dataclass(frozen=True, slots=True)
class ServiceServed(Row):
    """Share of one service's work that is served over the horizon."""

    service: str
    """The study's service, work or training."""
    expected: Share
    """Over all branches."""
    least: Share
    """In the branch that serves least of it."""
    branch: str
    """That branch; empty: the only path, or every branch alike."""


@dataclass(frozen=True, slots=True)
class Unserved(Row):
    """Why some of a service is not served."""

    service: str
    """The study's service, work or training."""
    share: Share
    """Share not served, expected."""
    reason: Literal["no chip", "no site", "not allowed", "no supply", "too late", "limit", "worth"]
    """No chip can, no site takes it, none may stand there, none on offer, none in time, a limit
    binds, or chips are dearer than it is worth."""
    what: str
    """The limit, or the period from which on chips can be there; empty: none."""


@dataclass(frozen=True, slots=True)
class Lines(Row):
    """What a signatory has to know beside the orders."""

    standing: tuple[Standing, ...]
    """How firmly each order of the first period stands."""
    perimeter: tuple[Perimeter, ...]
    """What the plan decides of each year's money."""
    bill: Bill
    """Cash, and prices that are none."""
    overruns: tuple[Overrun, ...]
    """Limits broken at their price, authorisations first."""
    departures: tuple[Departure, ...]
    """Chips that leave early after the first period, most first."""
    at_risk: tuple[AtRisk, ...]
    """Deposits that may be lost."""
    served: tuple[ServiceServed, ...]
    """Share of each service that is served."""
    unserved: tuple[Unserved, ...]
    """Services not wholly served, and why."""
