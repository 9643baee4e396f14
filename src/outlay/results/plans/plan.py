"""The result of a study (kind `plan`): what was decided, what it costs, how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from outlay.results.base import Money, Unit, absent
from outlay.results.claims import Claims, Contradiction
from outlay.results.document import Document
from outlay.results.plans.accounts import Accounts
from outlay.results.plans.answers import Answer, Decision, Headline, Need, Peers
from outlay.results.plans.lines import Expansion, Lines, PowerReturn, Return
from outlay.results.plans.outlook import Outlook, Widest
from outlay.results.plans.pays import Pays
from outlay.results.plans.record import Record
from outlay.results.plans.rows import (
    Branch,
    Budget,
    Caution,
    Cell,
    Certificate,
    CostPart,
    Fleet,
    Invariant,
    Node,
    Observed,
    Order,
    Power,
    Price,
    Served,
    Slack,
    WorkServed,
)
from outlay.results.plans.training import TrainingRun
from outlay.results.plans.worth import (
    Deep,
    Half,
    Hedge,
    Megawatt,
    NoRegret,
    Values,
    Worth,
)
from outlay.results.study import Idle, Number, Source, Thing, Unused

__all__ = [
    "Plan",
]


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
    expansions: tuple[Expansion, ...]
    """Orders of more power at sites, by node."""
    returns: tuple[Return, ...]
    """Chips that leave before their lease or life ends, by node."""
    power_returns: tuple[PowerReturn, ...]
    """Contracted power given up, by node."""
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
    lines: Lines
    """What a signatory has to know beside the orders."""
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
    idle: tuple[Idle, ...]
    """Inputs that the study states and that reach nothing in it."""
    record: Record
    """What the result was made from."""
    things: tuple[Thing, ...] = ()
    """Chips, offers, pools, sites, services and factors by id, with what they are called."""
    uncertain: Annotated[tuple[str, ...], absent()] = ()
    """Factors of the study that are uncertain, in the scenario tree or sampled."""
    pays: Annotated[Pays | None, absent()] = None
    """Whether the plan pays; left out where some service has no price that customers pay."""
    cautions: Annotated[tuple[Caution, ...], absent()] = ()
    """Models and chips whose figures in the catalogue are another's, not whole or disputed."""
    observed: Annotated[tuple[Observed, ...], absent()] = ()
    """What engines were observed to take: the rates of these models on these chips carry it."""
    training: Annotated[tuple[TrainingRun, ...], absent()] = ()
    """Training campaigns of the study, and when each is done."""
    months: Mapping[str, int] = field(default_factory=dict)
    """Fiscal year → months of it that the horizon holds."""

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
    def expansions_now(self) -> tuple[Expansion, ...]:
        """Power ordered in the first period, most first."""
        roots = self.roots
        return tuple(sorted((x for x in self.expansions if x.node in roots), key=lambda x: -x.mw))

    @property
    def returns_now(self) -> tuple[Return, ...]:
        """Chips that leave early in the first period, most first."""
        roots = self.roots
        found = (x for x in self.returns if x.node in roots)
        return tuple(sorted(found, key=lambda x: -x.quantity))

    @property
    def power_returns_now(self) -> tuple[PowerReturn, ...]:
        """Power given up in the first period, most first."""
        roots = self.roots
        found = (x for x in self.power_returns if x.node in roots)
        return tuple(sorted(found, key=lambda x: -x.mw))

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

    @property
    def work_share(self) -> float | None:
        """Busy reference chips of other work served ÷ asked for; None where none are asked."""
        asked = sum(r.demand for r in self.work)
        return sum(r.served for r in self.work) / asked if asked > 0 else None

    def capex(self, year: str) -> float:
        """Expected capital expenditure of a fiscal year, all classes [currency]."""
        return sum(self.capex_by_year.get(year, {}).values())

    def authorised(self, year: str, kind: str = "capex") -> float | None:
        """The amount authorised for a year [currency]; None where there is none."""
        found = (b.amount for b in self.budgets if b.kind == kind and b.year == year)
        return next(found, None)

    @property
    def held(self) -> int:
        """How many of the invariants hold."""
        return sum(c.status == "holds" for c in self.invariants)

    @property
    def cash(self) -> float:
        """Of the cost, what is paid less what is left; prices that nobody pays apart [currency]."""
        return sum(p.value for p in self.cost_parts if p.treatment != "penalty")

    @property
    def cost(self) -> float:
        """Sum of the cost's parts: the expected discounted cost [currency]."""
        return sum(p.value for p in self.cost_parts)
