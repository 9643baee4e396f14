"""Facts behind the answers of a plan: need, decision, worth, a leaner model, peers, how sure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from outlay.results.base import Chips, Money, Row, Share, Unit, absent, named

__all__ = [
    "AloneLoad",
    "Answer",
    "Binding",
    "Chance",
    "Commitment",
    "Conditional",
    "Decision",
    "Deep",
    "Half",
    "HalfPart",
    "Headline",
    "Hedge",
    "Megawatt",
    "Need",
    "NoRegret",
    "Peer",
    "PeerTokens",
    "Peers",
    "PriceTaken",
    "ProcessorSpend",
    "Purchase",
    "Range",
    "Regret",
    "Tile",
    "Values",
    "Work",
    "Worth",
]


@dataclass(frozen=True, slots=True)
class Tile(Row):
    """One number of the headline, in words."""

    name: str
    """What it is."""
    text: str
    """The number with its unit."""
    range: str
    """Its range or what it stands beside; empty: none."""
    how: str
    """How it is worked out."""


@dataclass(frozen=True, slots=True)
class Headline(Row):
    """The decision in one sentence, and its few numbers."""

    sentence: str
    """The decision."""
    tiles: tuple[Tile, ...]
    """Its numbers."""


@dataclass(frozen=True, slots=True)
class Answer(Row):
    """One question, answered in words made from the facts of the plan."""

    id: str
    """evidence, need, decision, worth, accounting, half, peers or sure."""
    short: str
    """The question in a word or two."""
    question: str
    """The question."""
    sentence: str
    """The answer."""
    open: str
    """What of it was not worked out in this run; empty: nothing."""
    figures: tuple[str, ...]
    """Names of its pictures."""
    tables: tuple[str, ...]
    """Names of its tables."""
    notes: tuple[str, ...]
    """What else a reader should know."""


@dataclass(frozen=True, slots=True)
class Work(Row):
    """A number of chips by period, of one kind of work or one cause."""

    name: str
    """A service, `training`, `all`; or a cause of growth."""
    chips: tuple[Chips, ...]
    """Yardstick chips, one a period."""


@dataclass(frozen=True, slots=True)
class AloneLoad(Row):
    """Work reserved in chips of its own, beside the need."""

    load: str
    """The load."""
    chip: str
    """Its chip."""
    chips: Chips
    """How many."""


@dataclass(frozen=True, slots=True)
class Purchase(Row):
    """What the processor budget buys of one offer alone, hosts apart and supply caps ignored."""

    offer: str
    """The study's offer."""
    chip: str
    """Catalogue id."""
    price: Literal["planned", "low"]
    """As planned, or at the low end of its range."""
    unit_price: Annotated[float, Unit("study currency per chip")]
    """Price of a chip."""
    chips: Chips
    """Chips bought."""
    power_mw: Annotated[float, Unit("MW")]
    """Their IT power."""
    yardsticks: Chips
    """Yardstick chips that do the same work."""


@dataclass(frozen=True, slots=True)
class Need(Row):
    """What fleet the demand needs at the busiest hour, in one yardstick chip."""

    chip: str
    """The yardstick."""
    first: Annotated[str, named("from")]
    """First period."""
    to: str
    """The period that the growth is stated for: the last of the first fiscal year."""
    total: tuple[Chips, ...]
    """Need by period."""
    home: tuple[Chips, ...]
    """Of it, what may run in the home region."""
    home_region: str
    """The home region."""
    growth_parts: Mapping[str, Chips]
    """Cause → growth from the first period to `to`; sums to the difference."""
    growth: Chips
    """Growth from the first period to `to`, net of faster software."""
    token_share: Share | None
    """Share of more tokens in the growth before faster software; null where nothing grows."""
    largest_service: str
    """The service that grows most in chips; empty: none."""
    largest_growth: Chips
    """Its growth."""
    fleet_carries: Annotated[float, Unit("ratio")]
    """Multiple of the home need that the fleet that stands carries; 0 where nothing stands."""
    stands: bool
    """Whether any fleet stands."""
    tokens_per_second: tuple[Annotated[float, Unit("token/s")], ...]
    """Mean tokens a second by period, expected."""
    tokens_per_day: Annotated[float, Unit("token/day")]
    """Tokens a day in the first period, expected."""
    by_work: tuple[Work, ...]
    """Need by service, training and all."""
    by_cause: tuple[Work, ...]
    """Growth since the first period by cause, each before faster software."""
    alone: tuple[AloneLoad, ...]
    """Work reserved beside the need."""
    budget_year: str
    """Year of the processor budget; empty: there is none."""
    budget: Money | None
    """The processor budget of that year."""
    purchases: tuple[Purchase, ...]
    """What it buys of each offer alone."""
    published_rate: Annotated[float | None, Unit("token/day per chip")]
    """Tokens a day and chip of the published production day."""
    published_source: str
    """Where that day is published."""


@dataclass(frozen=True, slots=True)
class Commitment(Row):
    """What the orders of the first period commit."""

    firm: Money
    """Purchases, hosts included."""
    hoped: Money
    """Purchases paid only where a branch lets them in."""
    rent: Money
    """Rent over the terms signed."""


@dataclass(frozen=True, slots=True)
class Conditional(Row):
    """Chips of one offer expected to be ordered once a factor's state is known."""

    factor: str
    """What becomes known."""
    period: str
    """When."""
    offer: str
    """The study's offer."""
    by_state: Mapping[str, Chips]
    """State → chips; in the study's order of states."""
    gain: Mapping[str, Chips]
    """State → chips more than in the mean of the other states."""


@dataclass(frozen=True, slots=True)
class Binding(Row):
    """A limit that binds somewhere, dearest first."""

    limit: str
    """The limit."""
    family: str
    """Its kind: power, supply, capacity, budget …"""
    share: Share
    """Chance that it binds, mean over the periods."""
    value: float
    """What one more unit would save: expected, discounted, study currency."""
    unit: str
    """Of what it is a limit."""


@dataclass(frozen=True, slots=True)
class ProcessorSpend(Row):
    """Processors paid in the first fiscal year, over the branches, against the authorisation."""

    year: str
    """Fiscal year."""
    low: Money
    """In the branch that spends least."""
    high: Money
    """In the branch that spends most."""
    authorised: Money
    """The authorisation."""
    full: bool
    """Whether some branch spends it whole."""


@dataclass(frozen=True, slots=True)
class Decision(Row):
    """What to order now, what waits, and for what."""

    commitment: Commitment
    """What the first orders commit."""
    may_be_refused: tuple[str, ...]
    """Offers of the first orders that some branch does not let in when they are due."""
    waits_for: str
    """The first factor that becomes known; empty: none."""
    held_back: tuple[str, ...]
    """Offers that could be ordered now and wait for that factor, largest swing first."""
    factors: Mapping[str, str]
    """Factor → period in which it is known, in that order."""
    conditional: tuple[Conditional, ...]
    """Orders after each factor is known, by state."""
    broken: tuple[str, ...]
    """Limits that the plan breaks at their stated price."""
    processors: ProcessorSpend | None
    """Processors against their authorisation; null where there is none."""
    binding: tuple[Binding, ...]
    """Limits that bind."""


@dataclass(frozen=True, slots=True)
class Worth(Row):
    """One thing and its worth: expected, discounted cost that it would save."""

    key: str
    """Its name for programs: `state:FACTOR:STATE`, `know:FACTOR`, `evpi`, `chips:OFFER` …"""
    what: Literal[
        "state", "know", "evpi", "vss", "flexibility", "quarter", "megawatt", "chips", "against"
    ]
    """What sort of thing it is."""
    of: str
    """The factor, or the offer; empty: none."""
    state: str
    """The state that is had; empty: none."""
    rather_than: str
    """The worst state; empty: none."""
    value: float | None
    """The worth, in `unit`; null where no plan is left."""
    unit: str
    """The study's currency."""
    name: str = ""
    """The thing in words."""
    how: str = ""
    """How the worth is found, in words."""


@dataclass(frozen=True, slots=True)
class Megawatt(Row):
    """What one more megawatt through the horizon is worth at a site or under a ceiling."""

    site: str
    """Site or ceiling that fills."""
    value: Money
    """Shadow prices summed over the tree."""


@dataclass(frozen=True, slots=True)
class NoRegret(Row):
    """An order of the first period that every history would place had it been known."""

    offer: str
    """The study's offer."""
    chip: str
    """Catalogue id."""
    quantity: Chips
    """At least so many in every history."""
    planned: Chips
    """So many in the plan."""


@dataclass(frozen=True, slots=True)
class Hedge(Row):
    """What to order when a state is seen, and by when."""

    factor: str
    """What becomes known."""
    state: str
    """The state seen."""
    by: str
    """Period in which it is seen."""
    offer: str
    """What to order then."""
    quantity: Chips
    """Chips ordered where it is seen."""
    otherwise: Chips
    """Chips ordered in the other states."""
    last_date: str
    """Last period in which the order is placed."""


@dataclass(frozen=True, slots=True)
class Values(Row):
    """Values of information, of states, of power and of chips: expected, discounted."""

    evpi: Money | None
    """Of perfect information on the tree's factors."""
    vss: Money | None
    """Of the stochastic solution; with `--deep`."""
    flexibility: Money | None
    """Of re-deciding as branches unfold; with `--deep`."""
    quarter: Money | None
    """Of a quarter less lead on every offer; with `--deep`."""
    do_nothing: Money | None
    """Cost of ordering nothing new; with `--deep`."""
    knowing: Mapping[str, Money]
    """Factor → value of knowing it now."""
    given: Mapping[str, Mapping[str, Money]]
    """Factor → state → cost of the plan if the state were certain."""
    licence: Mapping[str, Money]
    """Factor → what its best state is worth against its worst."""
    megawatt: Mapping[str, Money]
    """Site → value of one more megawatt."""
    chips_1000: Mapping[str, Mapping[str, Money]]
    """Offer → period → value of 1,000 more chips deliverable then."""


@dataclass(frozen=True, slots=True)
class PriceTaken(Row):
    """Chips of a licensed offer taken as its price rises, in the state that costs least."""

    offer: str
    """The study's offer."""
    factor: Annotated[float, Unit("ratio")]
    """Times the price of today."""
    chips: Chips
    """Chips taken, expected."""
    share: Share | None
    """Of those taken at today's price; null where none are."""
    licence: str
    """The factor that opens its door."""
    state: str
    """The state it is in."""


@dataclass(frozen=True, slots=True)
class Chance(Row):
    """From what chance of its state on a licensed offer's first order is placed."""

    offer: str
    """The study's offer."""
    factor: str
    """The factor that opens its door."""
    state: str
    """The state that lets most in."""
    stated: Share
    """Chance in the study."""
    ordered_from: Share
    """Chance from which on it is ordered: 0 always, 1 never."""
    now: Chips
    """Chips ordered now."""


@dataclass(frozen=True, slots=True)
class Range(Row):
    """Least and most chips ordered in the first period by plans nearly as good."""

    offer: str
    """The study's offer."""
    tolerance: Share
    """How much dearer the plan may be."""
    low: Chips
    """Least."""
    best: Chips
    """In this plan."""
    high: Chips
    """Most."""
    no_regret: bool
    """Whether every such plan orders some."""


@dataclass(frozen=True, slots=True)
class Regret(Row):
    """What a way of deciding the first period would be sorry for, over the best in each history."""

    name: str
    """`plan`, or `as if` the states that it bets on."""
    decided: str
    """The same with its history in full."""
    worst: Money | None
    """Largest regret; null where some history has no plan left."""
    mean: Money | None
    """Expected regret."""
    where: str
    """The history of the largest."""


@dataclass(frozen=True, slots=True)
class Deep(Row):
    """What `--deep` adds; a part is left out where the study gives no cause for one."""

    price_curve: Annotated[tuple[PriceTaken, ...], absent()] = ()
    """How dear a licensed chip may become before others take its place."""
    break_even_chance: Annotated[tuple[Chance, ...], absent()] = ()
    """From what chance on a licensed chip is ordered."""
    near_optimal: Annotated[tuple[Range, ...], absent()] = ()
    """How far the dearest first orders may move."""
    regret: Annotated[tuple[Regret, ...], absent()] = ()
    """Regret of first decisions, least worst first."""
    do_nothing: Annotated[Money | None, absent()] = None
    """What ordering nothing new costs more than the plan."""


@dataclass(frozen=True, slots=True)
class HalfPart(Row):
    """One side of the comparison with a model that needs half the compute."""

    paid: Money
    """Paid, expected and discounted."""
    left: Money
    """Left in chips and leases at the end of the horizon (off)."""
    shed: Money
    """Demand not served, at its price."""
    cost: Money
    """The three together: expected discounted cost."""
    chips: Chips
    """Chips at the end, expected."""


@dataclass(frozen=True, slots=True)
class Half(Row):
    """The plan with the models as they are, and at half their compute."""

    status: Literal["computed", "not_computed", "no_model"]
    """Whether it was worked out; `no_model`: the study serves no language model."""
    planned: HalfPart | None
    """As planned."""
    half: HalfPart | None
    """At half the compute."""


@dataclass(frozen=True, slots=True)
class Peer(Row):
    """A peer's capital expenditure as known on the study's date."""

    company: str
    """The firm, or the group of firms."""
    period: str
    """Year it is for, as the firm counts."""
    low: float
    """Low end, in `currency`."""
    high: float | None
    """High end, in `currency`."""
    currency: str
    """ISO currency."""
    status: str
    """actual, guidance, estimate."""
    as_of: str
    """When it was said."""
    scope: str
    """What is counted in it."""


@dataclass(frozen=True, slots=True)
class PeerTokens(Row):
    """The latest known token volume of a firm; firms count different things."""

    firm: str
    """The firm."""
    date: str
    """Of the figure."""
    tokens_per_day: Annotated[float, Unit("token/day")]
    """The volume."""
    over: bool
    """Whether it is a floor."""
    grade: str
    """How good the source is."""


@dataclass(frozen=True, slots=True)
class Peers(Row):
    """The plan beside its peers."""

    capex: tuple[Peer, ...]
    """Capital expenditure of peers."""
    tokens: tuple[PeerTokens, ...]
    """Token volumes."""
    budget_year: str
    """Year of the first authorised capital expenditure; empty: none."""
    budget_usd: Annotated[float | None, Unit("USD")]
    """That authorisation."""
    us_four_ratio: Annotated[float | None, Unit("ratio")]
    """The four largest US builders over it."""
    google_ratio: Annotated[float | None, Unit("ratio")]
    """Google's tokens a day over those planned for the first period."""
