"""The study: everything a user writes, validated and in base units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from outlay.core.periods import Period, horizon
from outlay.study.model.catalogue_names import ChipName
from outlay.study.model.context import CrossCheck, Peer, RelativeRates, Rival, Unmodelled
from outlay.study.model.fields import (
    Day,
    Num,
    PeriodField,
    Schedule,
    StrictModel,
    number,
    schedule,
    yearly,
)
from outlay.study.model.loads import Campaign, Service, Work
from outlay.study.model.software import CacheFormat, StackName, WeightFormat
from outlay.study.model.supply import Offer, Pool, Rules, Site

__all__ = [
    "Budget",
    "Correlation",
    "DemandSettings",
    "Factor",
    "FinanceSettings",
    "Horizon",
    "Life",
    "Objective",
    "PerformanceSettings",
    "Sampled",
    "Source",
    "Study",
    "Tail",
]


class Horizon(StrictModel):
    """First period and how many of the same length follow."""

    start: PeriodField
    """First period: a month, quarter, half-year or year."""
    periods: int = Field(ge=1, le=240, strict=True)
    """How many periods of that length."""

    def all(self) -> tuple[Period, ...]:
        return horizon(self.start, self.periods)


class Source(StrictModel):
    """Where a fact comes from: a document beside the study, a page, or a catalogue row."""

    document: str | None = None
    """File beside the study."""
    url: str | None = None
    """Address of the page."""
    publisher: str = ""
    """Who published it."""
    title: str = ""
    """What it is called."""
    date: Day | None = None
    """When it was published; not later than the study's `as_of`."""
    grade: Literal[
        "official", "reported", "derived", "estimate", "recalled", "guess", "assumption"
    ] = "reported"
    """How good it is. Numbers from a source graded `assumption` are listed as assumptions."""
    claim: str | None = None
    """Id of a claim in the document's ledger."""
    quote: str | None = None
    """Words of the document that carry the fact, verbatim, so that `explain` can show them."""
    note: str = ""
    """Words for readers."""


class Budget(StrictModel):
    """Authorisation by fiscal year (accrual) and limits on cash."""

    capex: Annotated[dict[int, Num], yearly("money")] = Field(default_factory=dict)
    """Capital expenditure authorised in a fiscal year."""
    processors: Annotated[dict[int, Num], yearly("money")] = Field(default_factory=dict)
    """Part of it that may go to processors."""
    cash: Annotated[Num, number("money")] | None = None
    """Least cash that must remain."""
    debt_limit: Annotated[Num, number("money")] | None = None
    """Most debt."""
    debt_rate: Annotated[Num, number("rate_per_year")] | None = None
    """Interest on debt."""
    overrun_price: Annotated[Num, number("ratio")] | None = None
    """What a unit of money over a budget, below the floor of cash or short of the domestic share
    costs, on top of itself; none = they may not be broken."""
    other_capex: Annotated[Schedule, schedule("money")] = Schedule(())
    """Capital expenditure outside this plan (ordinary servers, offices), in each period."""
    source: str | None = None
    """Source of every number here that names none itself."""


class DemandSettings(StrictModel):
    """Total token volume by scenario state, and the event on top."""

    state_totals: dict[str, Annotated[Schedule, schedule("token_rate", ">0")]] = Field(
        default_factory=dict
    )
    """State of the demand factor → total volume at mid-period. Every service is scaled by its
    state's total over that of `reference_state`."""
    reference_state: str = "base"
    """The state for which the services' own growth is written."""
    event_peak: Annotated[Num, number("ratio", ">=1")] | None = None
    """Busiest day of the year over a normal one: its peak hours are a part of the day of their
    own, so many times the normal peak, of services and of work that follows demand. What is not
    served then costs its price; none of it can wait for other hours."""
    event_days: Annotated[Num, number("duration", ">0")] = Num(
        259_200.0, "s", note="one to three nights a year", written="3 days"
    )
    """Days of a calendar year as busy as that, spread alike over the days of `event_in`."""
    event_in: list[PeriodField] = Field(default_factory=list)
    """Periods in which the busiest days lie; none = anywhere in the year. A year without one here
    has no busiest days; a longer period of the study has those of the months it holds."""
    source: str | None = None
    """Source of every number here that names none itself."""

    def busy_month(self, month: Period) -> bool:
        """Whether some of the year's busiest days lie in the month."""
        return not self.event_in or any(p.contains(month.start) for p in self.event_in)

    def busy_days(self, year: int) -> int:
        """Days of the calendar year among which the busiest are."""
        months = (Period(year, m, 1) for m in range(1, 13))
        return sum(m.days for m in months if self.busy_month(m))


class PerformanceSettings(StrictModel):
    """Software stack and its yearly gain, number formats, corrections known to the user."""

    stack: StackName = ""
    """Serving software; none = the best known for the chip."""
    weights: WeightFormat = "fp8"
    """Number format of weights."""
    kv: CacheFormat = "fp8"
    """Number format of the key-value cache."""
    software_gain: Annotated[Num, number("growth", ">-1")] = Num(0.0, "1")
    """Gain of every chip's rate per period, an assumption with a date."""
    domestic_factor: Annotated[Num, number("ratio", ">0")] = Num(1.0, "1")
    """Correction of every domestic chip's rate."""
    calibration: str = ""
    """Folder that `outlay calibrate` or `outlay observe --fit` wrote, beside the study; none = the
    constants shipped."""
    cross_check: dict[ChipName, RelativeRates] = Field(default_factory=dict)
    """Rates of chips over the H200's, to compare with; the performance stage computes its own."""
    source: str | None = None
    """Source of every number here that names none itself."""


class Life(StrictModel):
    """Book and economic life of an asset class, and what is left at the end."""

    book: Annotated[Num, number("duration", ">0")]
    """Years of straight-line depreciation."""
    economic: Annotated[Num, number("duration", ">0")] | None = None
    """Years of use; none = the book life."""
    residual: Annotated[Num, number("fraction", "share")] = Num(0.0, "1")
    """Share of the price that is left at the end of the economic life, in the plan and in market
    value alike."""
    book_residual: Annotated[Num, number("fraction", "share")] = Num(0.0, "1")
    """Share of the price that depreciation leaves at the end of the book life."""
    tax: Annotated[Num, number("duration", ">0")] | None = None
    """Life for tax, written off in a straight line to nothing; none = for tax as in the books."""
    source: str | None = None
    """Source of every number here that names none itself."""


class FinanceSettings(StrictModel):
    """Accounting policy."""

    standard: Literal["us_gaap", "ifrs16"] = "us_gaap"
    """How leases are presented first; the other is shown beside it."""
    perimeter: Literal["plan", "firm"] = "plan"
    """Whose statements: the plan's alone, whose owner pays in what it needs, or the whole firm's,
    with its cash, `operating_cash_flow`, `budget.other_capex` and `sites.*.capex_due`."""
    tax: Annotated[Num, number("fraction", "share")] | None = None
    """Tax on income."""
    lives: dict[Literal["accelerators", "servers", "network", "buildings"], Life] = Field(
        default_factory=dict
    )
    """Asset class → life."""
    staff_per_mw_year: Annotated[Num, number("money")] | None = None
    """Staff by IT megawatt and year."""
    maintenance: Annotated[Num, number("fraction", "share")] = Num(0.0, "1")
    """Yearly upkeep over the purchase price of owned chips and hosts."""
    operating_cash_flow: Annotated[dict[int, Num], yearly("money")] = Field(default_factory=dict)
    """Cash that the business earns before capital expenditure."""
    opening_cash: Annotated[Num, number("money")] | None = None
    """Cash on the study's date."""
    borrowing_rate: Annotated[Num, number("rate_per_year")] | None = None
    """Rate at which lease payments are discounted; none = the discount rate."""
    source: str | None = None
    """Source of every number here that names none itself."""


class Factor(StrictModel):
    """An uncertain factor with states: its chances, when it is known, and what it does."""

    title: str = ""
    """What people call it; left out = a name made from the id."""
    reveal: PeriodField
    """Period from whose start the state is known."""
    states: dict[str, Annotated[Num, number("fraction", "share")]] = Field(min_length=1)
    """State → probability; they sum to 1."""
    effect: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """State → {path in this study: value}, in force from the period of `reveal`; the page says
    below which fields a state may change. With `in_tree: false` only `supply.<name>.cap: 0`."""
    origin: Literal["effect", "forecast", "demand"] = Field("effect", alias="from")
    """What the states do: their `effect`; demand paths of the forecast; `demand.state_totals`."""
    in_tree: bool = Field(True, strict=True)
    """False where risk samples the states outside the scenario tree."""
    source: str | None = None
    """Source of every number here that names none itself."""
    note: str = ""
    """Words for readers."""


class Sampled(StrictModel):
    """A factor that risk samples outside the tree."""

    title: str = ""
    """What people call it; left out = a name made from the id."""
    distribution: Literal["lognormal", "normal", "uniform", "triangular", "exponential"]
    """Shape of the multiplier (of the delay in periods, for `exponential`)."""
    sigma: Annotated[Num, number("spread")] | None = None
    """Spread, once or per year (`4 %/year`)."""
    mean: Annotated[Num, number("ratio")] | None = None
    """Mean; none = 1."""
    low: Annotated[Num, number("ratio")] | None = None
    """Least value of a uniform or triangular distribution."""
    high: Annotated[Num, number("ratio")] | None = None
    """Greatest value of a uniform or triangular distribution."""
    applies_to: list[str] = Field(default_factory=list)
    """Paths that it multiplies, or makes late (`exponential`); the page says below which."""
    source: str | None = None
    """Source of every number here that names none itself."""
    note: str = ""
    """Words for readers."""


def _factor_or_sampled(raw: object) -> str:
    if isinstance(raw, Sampled) or (isinstance(raw, Mapping) and "distribution" in raw):
        return "<sampled>"
    return "<factor>"


Uncertain = Annotated[
    Annotated[Factor, Tag("<factor>")] | Annotated[Sampled, Tag("<sampled>")],
    Discriminator(_factor_or_sampled),
]


class Correlation(StrictModel):
    """Rank correlation between two uncertain things, named `factor` or `factor=state`."""

    between: list[str] = Field(min_length=2, max_length=2)
    """The two, each `factor` or `factor=state`."""
    rank: float = Field(ge=-1, le=1, strict=True)
    """Spearman's rank correlation."""
    source: str | None = None
    """Its source."""
    note: str = ""
    """Words for readers."""


class Tail(StrictModel):
    """Weight of the mean of the worst (1 − cvar) share of outcomes."""

    cvar: Annotated[Num, number("fraction", "share")]
    """Level: 90 % looks at the worst tenth."""
    weight: float = Field(ge=0, le=1, strict=True)
    """Weight of the tail beside the expected cost."""


class Objective(StrictModel):
    """What the plan minimises."""

    minimise: Literal["expected_cost"] = "expected_cost"
    """Expected discounted cost."""
    tail: Tail | None = None
    """Weight of bad outcomes."""


def _version(raw: object) -> object:
    """The number alone: `true` is one to Python, and says nothing of a format."""
    return repr(raw) if isinstance(raw, bool) else raw


class Study(StrictModel):
    """A validated study. Paths such as `supply.h200-import.price` name its fields."""

    outlay: Annotated[Literal[1], BeforeValidator(_version)]
    """Version of this format."""
    title: str
    """What the study is called."""
    as_of: Day
    """The day on which it is written; no source may be later."""
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    """ISO code of the currency in which the plan counts."""
    horizon: Horizon
    """The periods planned."""
    fiscal_year_start: int = Field(1, ge=1, le=12, strict=True)
    """First month of the fiscal year; a period counts in the year that holds its first day."""
    discount_rate: Annotated[Num, number("rate_per_year", ">-1")]
    """Effective rate a year."""
    sources: dict[str, Source] = Field(default_factory=dict)
    """Name → where facts come from."""
    services: dict[str, Service] = Field(default_factory=dict)
    """Name → language-model traffic."""
    work: dict[str, Work] = Field(default_factory=dict)
    """Name → other work."""
    training: dict[str, Campaign] = Field(default_factory=dict)
    """Name → training campaign."""
    fleet: dict[str, Pool] = Field(default_factory=dict)
    """Name → chips that stand or are on order."""
    supply: dict[str, Offer] = Field(default_factory=dict)
    """Name → a way to get chips."""
    sites: dict[str, Site] = Field(default_factory=dict)
    """Name → a hall or campus."""
    rules: Rules = Rules()
    """Limits and margins for the whole fleet."""
    budget: Budget = Budget()
    """Money authorised."""
    demand: DemandSettings = DemandSettings()
    """Total volume by state of demand."""
    performance: PerformanceSettings = PerformanceSettings()
    """Software and number formats."""
    finance: FinanceSettings = FinanceSettings()
    """Accounting policy."""
    uncertainty: dict[str, Uncertain] = Field(default_factory=dict)
    """Name → what is uncertain: with states (the scenario tree) or sampled by risk."""
    correlations: list[Correlation] = Field(default_factory=list)
    """Rank correlations between uncertain things."""
    objective: Objective = Objective()
    """What the plan minimises."""
    slices: Literal["mean", "peak_offpeak"] = "peak_offpeak"
    """Parts of the day that the plan tells apart."""
    peers: dict[str, Peer] = Field(default_factory=dict)
    """Name → another firm's figures, shown beside the plan."""
    rivals: list[Rival] = Field(default_factory=list)
    """Statements that contradict a number of this study, and why it was kept."""
    cross_checks: list[CrossCheck] = Field(default_factory=list)
    """Figures that the report sets beside its own; inputs to no stage."""
    unmodelled: list[Unmodelled] = Field(default_factory=list)
    """Inputs that no stage uses yet."""
    scenarios: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Name → an overlay that holds only differences."""
    seed: int = Field(0, strict=True, ge=0, le=2**63 - 1)
    """Root of every random stream."""

    def __repr__(self) -> str:
        counts = {
            "service": len(self.services), "offer": len(self.supply), "site": len(self.sites)
        }  # fmt: skip
        held = ", ".join(f"{n} {k}{'' if n == 1 else 's'}" for k, n in counts.items())
        return f"<Study {self.title!r} as of {self.as_of}, {self.currency}: {held}>"

    __str__ = __repr__

    def factors(self) -> dict[str, Factor]:
        """The factors of the scenario tree, in the order of the study."""
        return {k: f for k, f in self.uncertainty.items() if isinstance(f, Factor) and f.in_tree}

    def sampled(self) -> dict[str, Sampled]:
        """The factors that risk samples from a distribution."""
        return {k: f for k, f in self.uncertainty.items() if isinstance(f, Sampled)}
