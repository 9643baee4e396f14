"""The study: everything a user writes, validated and in base units."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from outlay.core.periods import Period, horizon, parse_date
from outlay.study.fields import Months, Num, PeriodField, Schedule, StrictModel, number, schedule
from outlay.study.model_loads import Campaign, Service, Work
from outlay.study.model_supply import Offer, Pool, Rules, Site

__all__ = [
    "Budget",
    "DemandSettings",
    "Factor",
    "FinanceSettings",
    "Horizon",
    "Objective",
    "PerformanceSettings",
    "Sampled",
    "Source",
    "Study",
    "Unmodelled",
]

Day = Annotated[date, BeforeValidator(lambda raw: parse_date(raw))]


class Horizon(StrictModel):
    """First period and how many of the same length follow."""

    start: PeriodField
    periods: int = Field(ge=1, le=240)

    def all(self) -> tuple[Period, ...]:
        return horizon(self.start, self.periods)


class Source(StrictModel):
    """Where a fact comes from: a document beside the study, a page, or a catalogue row."""

    document: str | None = None
    url: str | None = None
    publisher: str = ""
    title: str = ""
    date: Day | None = None
    grade: Literal[
        "official", "reported", "derived", "estimate", "recalled", "guess", "assumption"
    ] = "reported"
    claim: str | None = None
    """Id of a claim in the document's ledger."""
    quote: str | None = None
    """Words of the document that carry the fact, verbatim, so that `explain` can show them."""
    note: str = ""


class Budget(StrictModel):
    """Authorisation by fiscal year (accrual) and limits on cash."""

    capex: dict[int, number("money")] = {}
    processors: dict[int, number("money")] = {}
    cash: number("money") | None = None
    debt_limit: number("money") | None = None
    debt_rate: number("rate_per_year") | None = None
    overrun_price: number("ratio") = Num(1.0, "ratio", note="cost of breaking a budget, per unit")
    other_capex: schedule("money") = Schedule(())
    """Capital expenditure outside this plan (ordinary servers, offices), by period."""
    source: str | None = None


class DemandSettings(StrictModel):
    """Total token volume by scenario state, and the event on top."""

    state_totals: dict[str, schedule("token_rate", ">0")] = {}
    reference_state: str = "base"
    event_peak: number("ratio", ">=1") | None = None
    source: str | None = None


class PerformanceSettings(StrictModel):
    """Software stack and its yearly gain, number formats, corrections known to the user."""

    stack: str = ""
    weights: str = "fp8"
    kv: str = "fp8"
    software_gain: number("growth", None) = Num(0.0, "growth")
    """Gain of every chip's rate per period, an assumption with a date."""
    domestic_factor: number("ratio", ">0") = Num(1.0, "ratio")
    source: str | None = None


class Life(StrictModel):
    """Book and economic life of an asset class, and what is left at the end."""

    book: number("duration", ">0")
    economic: number("duration", ">0") | None = None
    residual: number("fraction", "share") = Num(0.0, "fraction")


class FinanceSettings(StrictModel):
    """Accounting policy."""

    standard: Literal["us_gaap", "ifrs16"] = "us_gaap"
    tax: number("fraction", "share") | None = None
    lives: dict[Literal["accelerators", "servers", "network", "buildings"], Life] = {}
    staff_per_mw_year: number("money") | None = None
    maintenance: number("fraction", "share") = Num(0.0, "fraction")
    """Yearly upkeep over the purchase price of owned chips and hosts."""
    operating_cash_flow: dict[int, number("money")] = {}
    opening_cash: number("money") | None = None
    borrowing_rate: number("rate_per_year") | None = None
    source: str | None = None


class Factor(StrictModel):
    """An uncertain factor of the scenario tree: states, chances, when it is known, what it does.

    `effect`: state → {path in this study: value}, in force from the period of `reveal`.
    `from: forecast` makes the states out of demand paths.
    """

    reveal: PeriodField
    states: dict[str, number("fraction", "share")] = Field(min_length=1)
    effect: dict[str, dict[str, Any]] = {}
    origin: Literal["effect", "forecast", "demand"] = Field("effect", alias="from")
    source: str | None = None
    note: str = ""


class Sampled(StrictModel):
    """A factor that risk samples outside the tree."""

    distribution: Literal["lognormal", "normal", "uniform", "triangular", "exponential"]
    sigma: number("spread") | None = None
    mean: number("ratio") | None = None
    low: number("ratio") | None = None
    high: number("ratio") | None = None
    applies_to: list[str] = []
    source: str | None = None
    note: str = ""


class Correlation(StrictModel):
    """Rank correlation between two uncertain things, named `factor` or `factor=state`."""

    between: list[str] = Field(min_length=2, max_length=2)
    rank: float = Field(ge=-1, le=1)
    source: str | None = None


class Tail(StrictModel):
    """Weight of the mean of the worst (1 − cvar) share of outcomes."""

    cvar: number("fraction", "share")
    weight: float = Field(ge=0, le=1)


class Objective(StrictModel):
    """What the plan minimises."""

    minimise: Literal["expected_cost"] = "expected_cost"
    tail: Tail | None = None


class Unmodelled(StrictModel):
    """An input kept in the study that no stage uses yet; the report lists it."""

    what: str
    value: str
    why: str
    source: str | None = None


class Study(StrictModel):
    """A validated study. Paths such as `supply.h200-import.price` name its fields."""

    outlay: Literal[1]
    title: str
    as_of: Day
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    horizon: Horizon
    fiscal_year_start: int = Field(1, ge=1, le=12)
    discount_rate: number("rate_per_year")
    sources: dict[str, Source] = {}
    services: dict[str, Service] = {}
    work: dict[str, Work] = {}
    training: dict[str, Campaign] = {}
    fleet: dict[str, Pool] = {}
    supply: dict[str, Offer] = {}
    sites: dict[str, Site] = {}
    rules: Rules = Rules()
    budget: Budget = Budget()
    demand: DemandSettings = DemandSettings()
    performance: PerformanceSettings = PerformanceSettings()
    finance: FinanceSettings = FinanceSettings()
    uncertainty: dict[str, Factor | Sampled] = {}
    correlations: list[Correlation] = []
    objective: Objective = Objective()
    slices: Literal["mean", "peak_offpeak", "three"] = "peak_offpeak"
    unmodelled: list[Unmodelled] = []
    scenarios: dict[str, dict[str, Any]] = {}
    seed: int = 0

    def factors(self) -> dict[str, Factor]:
        """The factors of the scenario tree, in the order of the study."""
        return {k: f for k, f in self.uncertainty.items() if isinstance(f, Factor)}

    def sampled(self) -> dict[str, Sampled]:
        """The factors that risk samples."""
        return {k: f for k, f in self.uncertainty.items() if isinstance(f, Sampled)}
