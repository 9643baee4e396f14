"""Facts behind the answers of a plan: need, decision, worth, a leaner model, peers, how sure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from outlay.results.base import Chips, Money, Row, Share, Unit, absent, named

__all__ = [
    "AloneLoad",
    "Announced",
    "Answer",
    "Asked",
    "Binding",
    "Commitment",
    "Conditional",
    "Decision",
    "Headline",
    "Need",
    "Peer",
    "PeerTokens",
    "Peers",
    "ProcessorSpend",
    "Purchase",
    "Tile",
    "Waiting",
    "Work",
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
    """The decision in one sentence, what must be known with it, and its few numbers."""

    sentence: str
    """The decision."""
    lines: tuple[str, ...]
    """What a signatory has to know beside it, a sentence each."""
    tiles: tuple[Tile, ...]
    """Its numbers."""
    language: Literal["en", "zh"] = "en"
    """The language of its sentences and of the answers'."""


@dataclass(frozen=True, slots=True)
class Answer(Row):
    """One question, answered in words made from the facts of the plan."""

    id: str
    """evidence, need, decision, pays, training, worth, accounting, costs, half, peers or sure."""
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
class Asked(Row):
    """Tokens a day that are asked for in one period, all services and kinds."""

    period: str
    """The period."""
    least: Annotated[float, Unit("token/day")]
    """In the state that asks for least."""
    expected: Annotated[float, Unit("token/day")]
    """Mean over the states by their chance."""
    most: Annotated[float, Unit("token/day")]
    """In the state that asks for most."""


@dataclass(frozen=True, slots=True)
class Announced(Row):
    """A dated volume that the study's demand goes on from."""

    date: str
    """The middle of the days that it may be of."""
    tokens_per_day: Annotated[float, Unit("token/day")]
    """The volume, times the share of its series that the study serves."""
    floor: bool
    """Whether it was said as a floor."""
    source: str
    """Where it is written; empty: nowhere said."""


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
    asked: Annotated[tuple[Asked, ...], absent()] = ()
    """Tokens a day by period over the states of demand; empty where none are asked for."""
    announced: Annotated[tuple[Announced, ...], absent()] = ()
    """Points of the one series that all of the demand follows; empty where it follows none."""


@dataclass(frozen=True, slots=True)
class Commitment(Row):
    """What the orders of the first period commit."""

    bought: Money
    """Purchases that every branch lets in, hosts included."""
    hoped: Money
    """Purchases paid only where a branch lets them in."""
    rent: Money
    """Rent over the terms signed: of chips, and of halls that are ordered."""
    power: Money
    """More power ordered at sites."""


@dataclass(frozen=True, slots=True)
class Conditional(Row):
    """Chips of one offer expected to be ordered once a factor's state is known; those of a lease
    that ends and is signed anew count once."""

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
class Waiting(Row):
    """An offer that could be ordered now and first is where something is known."""

    offer: str
    """The study's offer."""
    factors: tuple[str, ...]
    """The factors whose states tell its first orders apart: those that become known in their
    period, else the last known before."""
    period: str
    """Period of its first orders."""
    swing: Chips
    """Chips ordered then in the states with most less those in the states with fewest."""


@dataclass(frozen=True, slots=True)
class Binding(Row):
    """A limit that binds somewhere, that of which a tenth more saves most first."""

    limit: str
    """The limit."""
    family: str
    """Its kind: power, expansion, supply, budget, share or cash."""
    basis: Literal["per period", "in all", ""]
    """Of a cap on chips: in each period of the study, or over all of them."""
    chance: Share
    """Chance that it binds in some period."""
    states: tuple[str, ...]
    """factor=state of the branches where it binds; empty: in every one, or in no such pattern."""
    share: Share
    """Chance that it binds, mean over the periods."""
    value: Annotated[float, Unit("study currency per unit")]
    """What one more unit would save where there is any: expected, discounted."""
    tenth: Money
    """What a tenth more of it would save at that price, summed over the nodes: small changes; of a
    hall's megawatts, of all that are energised."""
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
    held_back: tuple[Waiting, ...]
    """Offers that could be ordered now and wait for a factor, largest swing first."""
    factors: Mapping[str, str]
    """Factor → period in which it is known, in that order."""
    states: Mapping[str, tuple[str, ...]]
    """Factor → its states, in the study's order."""
    conditional: tuple[Conditional, ...]
    """Orders after each factor is known, by state."""
    broken: tuple[str, ...]
    """Limits that the plan breaks at their stated price."""
    processors: ProcessorSpend | None
    """Processors against their authorisation; null where there is none."""
    binding: tuple[Binding, ...]
    """Limits that bind."""
    rounding: Money | None
    """What whole lots, steps and blocks in the first period cost; null where none are asked for."""
    not_whole: tuple[str, ...]
    """Offers of the first orders that state no lot and whose chips are no whole number."""


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
    named: Annotated[tuple[str, ...], absent()] = ()
    """Peers that the study names."""
