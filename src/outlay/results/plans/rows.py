"""Rows of a plan: the tree, orders, fleet, what is served, power, limits, money, checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from outlay.core.periods import HOURS_PER_MONTH
from outlay.results.base import Chips, Money, Row, Share, Unit

__all__ = [
    "Branch",
    "Budget",
    "Caution",
    "Cell",
    "Certificate",
    "CostPart",
    "Fleet",
    "Invariant",
    "Node",
    "Observed",
    "Order",
    "Power",
    "Price",
    "Served",
    "Slack",
    "WorkServed",
]


@dataclass(frozen=True, slots=True)
class Node(Row):
    """A node of the scenario tree."""

    id: int
    """Its number."""
    parent: int
    """Number of the node before; −1: none, a root."""
    period: str
    """Its period."""
    probability: Share
    """Chance of being there."""
    labels: Mapping[str, str]
    """Factor → state, of what is known there."""
    name: str
    """Period and states."""


@dataclass(frozen=True, slots=True)
class Order(Row):
    """An order of one offer on one node."""

    node: int
    """The node."""
    period: str
    """Period of the order."""
    branch: str
    """States known there."""
    probability: Share
    """Chance of the node."""
    offer: str
    """The study's offer."""
    chip: str
    """Catalogue id."""
    kind: str
    """purchase, operating_lease, finance_lease, reservation, spot."""
    sites: tuple[str, ...]
    """Sites that it may go to."""
    quantity: Chips
    """Chips ordered."""
    delivered_at: str
    """Period in which they can start: the order's, and its lead."""
    unit_price: Annotated[float, Unit("study currency per chip")]
    """Price of a chip; 0 where rented."""
    rent_hour: Annotated[float, Unit("study currency per chip-hour")]
    """Rent; 0 where bought."""
    spend: Money
    """Price of the order, hosts included; rent apart."""

    term_months: Annotated[float, Unit("month")] = 0.0
    """Months for which it is rented; 0 where bought, or where it may be left at any time."""

    @property
    def rent(self) -> float:
        """Rent of the whole order over the term signed [currency]."""
        return self.quantity * self.rent_hour * self.term_months * HOURS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Fleet(Row):
    """Chips of one type that stand in one period."""

    period: str
    """The period."""
    chip: str
    """Catalogue id."""
    expected: Chips
    """Mean over the branches."""
    low: Chips
    """In the branch with fewest."""
    high: Chips
    """In the branch with most."""


@dataclass(frozen=True, slots=True)
class Served(Row):
    """Tokens a day of one service and kind in one period, expected over the branches."""

    period: str
    """The period."""
    service: str
    """The study's service."""
    kind: Literal["input", "cached", "output"]
    """Kind of token."""
    demand: Annotated[float, Unit("token/day")]
    """Asked for."""
    served: Annotated[float, Unit("token/day")]
    """Served."""
    shed_share: Share
    """Share of what is asked for that is not served."""
    smaller: Annotated[float, Unit("token/day")] = 0.0
    """Of what is served, by the smaller model that the service falls back on."""


@dataclass(frozen=True, slots=True)
class WorkServed(Row):
    """Other work of one load in one period, in busy reference chips, expected."""

    period: str
    """The period."""
    load: str
    """The load."""
    reference: str
    """The chip that it is counted in."""
    demand: Chips
    """Asked for."""
    served: Chips
    """Served."""


@dataclass(frozen=True, slots=True)
class Power(Row):
    """Power of one site in one period, expected over the branches."""

    period: str
    """The period."""
    site: str
    """The study's site."""
    region: str
    """Its region."""
    used_mw: Annotated[float, Unit("MW")]
    """IT power used."""
    energised_mw: Annotated[float, Unit("MW")]
    """IT power there."""
    full: Share
    """Chance that all of it is used."""


@dataclass(frozen=True, slots=True)
class Price(Row):
    """What one more unit of a limit is worth on one node (shadow price)."""

    family: str
    """Kind of limit."""
    item: str
    """The limit."""
    node: int
    """The node."""
    name: str
    """The node's period and states."""
    unit: str
    """Of what it is a limit."""
    value: Annotated[float, Unit("study currency per unit")]
    """Expected, discounted cost that one more unit saves."""
    here: Annotated[float, Unit("study currency per unit")]
    """The same as worth there and then: neither weighted nor discounted."""
    used: float
    """How much of it is used, in `unit`."""
    limit: float | None
    """The limit; null where it is not a number."""


@dataclass(frozen=True, slots=True)
class Slack(Row):
    """A limit broken at its stated price."""

    item: str
    """The limit."""
    node: int
    """The node."""
    name: str
    """The node's period and states."""
    amount: float
    """By how much, in `unit`."""
    unit: str
    """Of what it is a limit."""
    cost: Money
    """What that costs."""


@dataclass(frozen=True, slots=True)
class Certificate(Row):
    """The solver's answer checked on our own matrices; each residual is relative."""

    primal: float
    """Largest broken row or bound."""
    dual: float
    """Largest broken reduced cost."""
    gap: float
    """Primal less dual objective."""
    integrality: float
    """Largest distance of an integer from a whole number."""
    bound_gap: float
    """Objective less the best bound of an integer programme."""
    objective: Money
    """Objective worked out from our own matrices."""
    method: str
    """How the solver found it."""


@dataclass(frozen=True, slots=True)
class Budget(Row):
    """An amount that the study authorises for a year."""

    kind: Literal["capex", "processors"]
    """All capital expenditure, or processors."""
    year: str
    """Fiscal year."""
    name: str
    """What it is called."""
    amount: Money
    """The amount."""


@dataclass(frozen=True, slots=True)
class CostPart(Row):
    """Expected discounted cost of one kind of payment; the parts sum to the expected cost."""

    entry: str
    """The payment."""
    treatment: str
    """capex, opex, lease, financing, terminal …"""
    value: Money
    """Its part."""


@dataclass(frozen=True, slots=True)
class Branch(Row):
    """One branch of the tree: what it serves, its fleet at the end, its cost."""

    name: str
    """States of the branch; empty: the only path."""
    probability: Share
    """Its chance."""
    served: Share
    """Tokens served over the horizon."""
    served_last: Share
    """Tokens served in the last period."""
    chips: Chips
    """Chips at the end."""
    power_mw: Annotated[float, Unit("MW")]
    """IT power used at the end."""
    processors: Money
    """Processors paid in the first fiscal year."""
    cash: Money
    """Discounted cash paid, less what is left at the end."""
    unserved: Money
    """Discounted price of what is not served: no cash."""
    broken: Money
    """Discounted price of limits broken: no cash."""
    smaller: Share = 0.0
    """Tokens served by smaller models over the horizon, of what is asked for."""


@dataclass(frozen=True, slots=True)
class Cell(Row):
    """What one chip does for one load."""

    load: str
    """The load."""
    chip: str
    """Catalogue id."""
    units_per_chip: Annotated[float, Unit("load unit/s per chip")]
    """Rate within the promises."""
    low: Annotated[float, Unit("load unit/s per chip")]
    """5th percentile."""
    high: Annotated[float, Unit("load unit/s per chip")]
    """95th percentile."""
    load_factor: Share
    """Share of the rate at saturation that the promises leave."""
    chips_per_replica: Annotated[int, Unit("chip")]
    """Chips of a replica."""
    watts_per_chip: Annotated[float, Unit("W")]
    """IT power of a busy chip."""
    bound_by: str
    """What limits the rate."""
    method: str
    """How it was found."""
    why_not: str
    """Why the chip cannot serve the load; empty: it can."""
    weights: str = ""
    """Number format of the model's weights; empty: no model is served."""
    kv: str = ""
    """Number format of its cache."""


@dataclass(frozen=True, slots=True)
class Invariant(Row):
    """An identity that the run was held to."""

    id: str
    """Its number."""
    name: str
    """What it is about."""
    statement: str
    """What must hold."""
    worst: float
    """Largest difference found."""
    tolerance: float
    """What is allowed."""
    where: str
    """Where the largest is."""
    status: Literal["holds", "broken", "not checked"]
    """The verdict."""


@dataclass(frozen=True, slots=True)
class Caution(Row):
    """What of the catalogue a plan rests on with care."""

    kind: Literal["shapes", "figures", "left_out", "disputed"]
    """shapes, figures: another's stand in for it. left_out: parts that are not counted.
    disputed: another source gives a figure otherwise."""
    item: str
    """Catalogue id of the model or chip."""
    what: str
    """What stands in, what is left out, or the figure that is disputed."""
    used: Annotated[float, Unit("unit")] = 0.0
    """The disputed figure as it is used."""
    other: Annotated[float, Unit("unit")] = 0.0
    """As the other source gives it."""
    unit: str = ""
    """Unit of both."""


@dataclass(frozen=True, slots=True)
class Observed(Row):
    """What an engine was observed to take beyond the step times of a model on a chip."""

    model: str
    """Catalogue id."""
    chip: str
    """Catalogue id."""
    factor: Annotated[float, Unit("share")]
    """Times that a step takes."""
    step_s: Annotated[float, Unit("s")]
    """Longer that each step takes beside."""
    first_token_s: Annotated[float, Unit("s")]
    """Later that a first token comes."""
    engine: str = ""
    """What was observed, with its version; empty: not said."""
    day: str = ""
    """Last day of the measurements; empty: not said."""
