"""The result of a study (kind `plan`): what was decided, what it costs, how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from outlay.results.accounts import Accounts
from outlay.results.answers import (
    Answer,
    Decision,
    Deep,
    Half,
    Headline,
    Hedge,
    Megawatt,
    Need,
    NoRegret,
    Peers,
    Values,
    Worth,
)
from outlay.results.base import Chips, Document, Money, Row, Share, Unit
from outlay.results.claims import Claims, Contradiction
from outlay.results.outlook import Outlook, Widest
from outlay.results.record import Record
from outlay.results.study import Number, Source, Unused

__all__ = [
    "Branch",
    "Budget",
    "Cell",
    "Certificate",
    "CostPart",
    "Fleet",
    "Invariant",
    "Node",
    "Order",
    "Plan",
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
    cost: Money
    """Discounted cost net of what is left, with the price of shedding."""


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


@dataclass(frozen=True, slots=True, repr=False)
class Plan(Document):
    """What to buy, lease and site, now and later in every branch; money; how sure; from what."""

    kind: ClassVar[str] = "plan"
    title: str
    """The study's title."""
    as_of: str
    """Day after which nothing is known."""
    currency: str
    """The study's currency: all money is in it unless said otherwise."""
    verdict: Literal["valid", "INVALID"]
    """INVALID where the run broke one of its own identities."""
    headline: Headline
    """The decision in a sentence and a few numbers, in words made from the facts below."""
    periods: tuple[str, ...]
    """Periods of the horizon."""
    states: tuple[str, ...]
    """States of demand."""
    status: str
    """Of the solver's answer."""
    objective: Money
    """What the plan minimises."""
    expected_cost: Money
    """Expected discounted cost, net of what is left, with the price of what is not served."""
    leaf_cost: tuple[Money, ...]
    """The same by branch."""
    prices: tuple[Price, ...]
    """Limits that bind, and what one more unit is worth."""
    slacks: tuple[Slack, ...]
    """Limits broken at their price."""
    certificates: tuple[Certificate, ...]
    """Checks of the solver's answer."""
    orders: tuple[Order, ...]
    """Orders by node."""
    nodes: tuple[Node, ...]
    """The scenario tree."""
    fleet: tuple[Fleet, ...]
    """Chips that stand."""
    served: tuple[Served, ...]
    """Tokens served."""
    work: tuple[WorkServed, ...]
    """Other work served."""
    power: tuple[Power, ...]
    """Megawatts by site."""
    branches: tuple[Branch, ...]
    """What each branch serves and costs."""
    capex_by_year: Mapping[str, Mapping[str, Money]]
    """Fiscal year → class → expected capital expenditure."""
    opex_by_year: Mapping[str, Mapping[str, Money]]
    """Fiscal year → kind → expected operating cost and lease payments."""
    budgets: tuple[Budget, ...]
    """What is authorised."""
    cost_parts: tuple[CostPart, ...]
    """Parts of the expected cost."""
    cost_per_mtok: Mapping[str, Mapping[str, Annotated[float, Unit("study currency/Mtok")]]]
    """Service → kind → cost of a million tokens; `KIND_direct`: of the work alone."""
    need: Need
    """What fleet the demand needs."""
    decision: Decision
    """What to order now and what waits."""
    worth: tuple[Worth, ...]
    """What things are worth."""
    megawatts: tuple[Megawatt, ...]
    """What one more megawatt is worth where, dearest first."""
    values: Values | None
    """Values of information; null with `--quick`."""
    no_regret: tuple[NoRegret, ...]
    """First orders that every history would place."""
    hedges: tuple[Hedge, ...]
    """What to order when a state is seen."""
    deep: Deep
    """What `--deep` adds."""
    half: Half
    """A model that needs half the compute."""
    peers: Peers
    """The plan beside its peers."""
    evidence: Claims
    """What the study's documents say."""
    contradictions: tuple[Contradiction, ...]
    """Of them, what contradicts itself."""
    outlook: Outlook | None
    """How the plan fares in sampled worlds; null where none were sampled."""
    widest: tuple[Widest, ...]
    """Numbers with the widest stated range."""
    accounts: Accounts
    """Statements, unit costs and leases."""
    capacity: tuple[Cell, ...]
    """What each chip does for each load."""
    answers: tuple[Answer, ...]
    """The questions, answered in words made from the facts above."""
    invariants: tuple[Invariant, ...]
    """Identities that the run was held to."""
    assumptions: tuple[Number, ...]
    """Numbers without a source."""
    facts: tuple[Number, ...]
    """Numbers with one."""
    sources: tuple[Source, ...]
    """The sources."""
    unmodelled: tuple[Unused, ...]
    """Inputs that no stage acts on."""
    record: Record
    """What the result was made from."""

    # What several readers ask of the facts is worked out here, once.

    @property
    def roots(self) -> frozenset[int]:
        """Nodes of the first period: those without a node before."""
        return frozenset(n.id for n in self.nodes if n.parent < 0)

    @property
    def orders_now(self) -> tuple[Order, ...]:
        """Orders of the first period, dearest first."""
        roots = self.roots
        return tuple(sorted((o for o in self.orders if o.node in roots), key=lambda o: -o.spend))

    @property
    def first_orders(self) -> dict[str, float]:
        """Offer → chips ordered in the first period."""
        roots, out = self.roots, dict[str, float]()
        for o in self.orders:
            if o.node in roots:
                out[o.offer] = out.get(o.offer, 0.0) + o.quantity
        return out

    @property
    def order_now(self) -> float:
        """Price of all that is ordered in the first period, hosts included [currency]."""
        roots = self.roots
        return sum(o.spend for o in self.orders if o.node in roots)

    @property
    def spend_by_node(self) -> dict[int, float]:
        """Node → price of what is ordered there [currency]."""
        out: dict[int, float] = {}
        for o in self.orders:
            out[o.node] = out.get(o.node, 0.0) + o.spend
        return out

    @property
    def served_share(self) -> float:
        """Tokens served ÷ asked for: all services, kinds and periods; 1 where none are asked."""
        asked = sum(r.demand for r in self.served if r.demand > 0)
        return sum(r.served for r in self.served if r.demand > 0) / asked if asked else 1.0

    def capex(self, year: str) -> float:
        """Expected capital expenditure of a fiscal year, all classes [currency]."""
        return sum(self.capex_by_year.get(year, {}).values())

    def authorised(self, year: str, kind: str = "capex") -> float | None:
        """The amount authorised for a year [currency]; None where there is none."""
        found = (b.amount for b in self.budgets if b.kind == kind and b.year == year)
        return next(found, None)

    def budget_left(self, year: str) -> float | None:
        """Authorised capital expenditure less the plan's [currency]; None without authorisation."""
        limit = self.authorised(year)
        return None if limit is None else limit - self.capex(year)

    @property
    def held(self) -> int:
        """How many of the invariants hold."""
        return sum(c.status == "holds" for c in self.invariants)

    @property
    def cost(self) -> float:
        """Sum of the cost's parts: the expected discounted cost [currency]."""
        return sum(p.value for p in self.cost_parts)
