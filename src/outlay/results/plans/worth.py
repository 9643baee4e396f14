"""What things are worth inside a plan: information, states, limits, ranges, a leaner model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from outlay.results.base import Chips, Money, Row, Share, Unit, absent

__all__ = [
    "Chance",
    "Deep",
    "Half",
    "HalfPart",
    "Hedge",
    "Hinge",
    "Megawatt",
    "NoRegret",
    "PriceTaken",
    "Range",
    "Regret",
    "Values",
    "Worth",
]


@dataclass(frozen=True, slots=True)
class Worth(Row):
    """One thing and its worth: expected, discounted cost that it would save."""

    key: str
    """Its name for programs: `state:FACTOR:STATE`, `know:FACTOR`, `megawatt:HALL` …"""
    what: Literal[
        "state", "know", "evpi", "vss", "flexibility", "quarter", "megawatt", "chips", "against"
    ]
    """What sort of thing it is."""
    of: str
    """The factor, the offer or the hall; empty: none."""
    state: str
    """The state that is had; empty: none."""
    rather_than: str
    """The worst state; empty: none."""
    value: float | None
    """The worth in `unit`, cash and the price of what is not served; null where no plan is left."""
    unit: str
    """The study's currency."""
    name: str = ""
    """The thing in words."""
    how: str = ""
    """How the worth is found, in words."""
    cash: Annotated[Money | None, absent()] = None
    """Of a state, less cash that this plan pays in its branches than in those of the worst state,
    expected and discounted, less what is left; below 0 it pays more."""
    unserved: Annotated[Money | None, absent()] = None
    """Of a state, the same of the price of what is not served: no cash."""
    quantity: Annotated[float | None, absent()] = None
    """Of chips and power, how much more of it: chips (whole lots), or MW; a step that fits."""
    basis: Annotated[Literal["per period", "in all", ""], absent()] = ""
    """Of chips, whether so many more in each period, or in all of them together."""


@dataclass(frozen=True, slots=True)
class Megawatt(Row):
    """What one more megawatt through the horizon is worth in a hall or under a ceiling."""

    site: str
    """The hall, or the ceiling over several."""
    kind: Literal["hall", "ceiling"]
    """Which of the two."""
    value: Money
    """What a megawatt saves, all other limits as they are: shadow prices summed over the tree."""
    full: Share
    """Share of branch-periods with power, by chance, in which all of it is used."""
    under: tuple[str, ...]
    """Ceilings over the hall that bind: where they do, a megawatt in it alone is of no use."""
    step: Annotated[float, Unit("MW")] = 1.0
    """Megawatts that are a step in this study: one, or less where its halls are small."""
    step_value: Money = 0.0
    """What so many more save."""


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
    """What a factor decides about an offer: what to order in which states, and by when."""

    factor: str
    """What becomes known."""
    states: tuple[str, ...]
    """The states in which more than the mean is ordered."""
    by: str
    """Period in which it is seen."""
    offer: str
    """What to order then, a trial with its call-off."""
    quantity: Chips
    """Chips ordered in those states, expected."""
    otherwise: Chips
    """Chips ordered in the others, expected."""
    last_date: str
    """Last period in which the order is placed in those states."""


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
    """What other first decisions cost more than the plan's, all that follows decided anew."""

    name: str
    """`plan`, `nothing`, `approved` (last approved orders), or `as if` the states it bets on."""
    decided: str
    """The same with its history in full."""
    mean: Money | None
    """What it costs more, as the plan counts cost; null where some branch has no plan left."""
    worst: Money | None
    """Most that it costs more in one branch."""
    where: str
    """That branch."""
    best: Money | None
    """Least that it costs more in one branch; below 0 it is better off there."""
    best_where: str
    """That branch."""
    better: Share | None
    """Chance of the branches in which it is better off than the plan."""
    by_branch: Mapping[str, Money]
    """Branch → what it costs more there."""


@dataclass(frozen=True, slots=True)
class Hinge(Row):
    """A price at which an order of the first period tips, all else as it is."""

    offer: str
    """The order."""
    of: str
    """The offer whose price it hangs on."""
    what: Literal["price", "rent"]
    """Which of its prices."""
    grade: str
    """Grade of that price: `assumption` and `guess` are nobody's word."""
    assumed: bool
    """Whether it is an assumption or a guess."""
    stated: float
    """The price in the study, in `unit`."""
    at: float
    """The price at which the order tips, in `unit`."""
    unit: str
    """Unit that the study states it in."""
    inside: bool | None
    """Whether that is within the range that the study states; null where it states none."""
    now: Chips
    """Chips ordered now."""
    then: Chips
    """Chips ordered just beyond that price."""


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
    """Regret of first decisions, least first."""
    hinges: Annotated[tuple[Hinge, ...], absent()] = ()
    """Prices that first orders hang on: assumed ones first, the nearest first."""
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
