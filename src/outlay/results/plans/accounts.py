"""The accounts inside a plan: statements, unit costs, leases under each standard, chip-hours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from outlay.results.base import Chips, Money, Row, Share, Unit, absent

__all__ = [
    "BRIDGE",
    "Accounts",
    "BridgeLine",
    "ChipHour",
    "ChipHours",
    "Revenue",
    "Standard",
    "StatementLine",
    "Unbooked",
    "UnitCost",
    "Unpriced",
    "Utilisation",
    "WrittenOff",
]


Step = Literal[
    "cash", "revenue", "tax", "outside", "unserved", "limits", "interest", "left", "owed",
    "objective",
]  # fmt: skip
BRIDGE: tuple[Step, ...] = (
    "cash", "revenue", "tax", "outside", "unserved", "limits", "interest", "left", "owed",
)  # fmt: skip
"""What lies between the cash of the accounts and the objective, in the order it is shown."""


@dataclass(frozen=True, slots=True)
class BridgeLine(Row):
    """One step from the cash of the accounts to the plan's objective, expected and discounted."""

    key: Step
    """What is added: positive makes the plan dearer; `objective` is the sum of the others."""
    value: Money
    """Its amount."""


@dataclass(frozen=True, slots=True)
class StatementLine(Row):
    """One line of a statement by fiscal year, expected over the branches."""

    label: str
    """The line as accountants call it."""
    by_year: Mapping[str, Money]
    """Fiscal year → amount; a balance is the year's end."""
    how: Annotated[Mapping[str, str], absent()] = field(default_factory=dict)
    """Fiscal year → how the amount is worked out; of lines that are not zero throughout."""

    @property
    def moves(self) -> bool:
        """Whether it comes to a unit of currency in some year; a line of nothing does not."""
        return any(abs(v) >= 1 for v in self.by_year.values())


@dataclass(frozen=True, slots=True)
class UnitCost(Row):
    """Cost of a million tokens of one service and kind over the horizon, expected."""

    service: str
    """The study's service."""
    kind: str
    """input, cached, output; work where nothing is counted in tokens."""
    direct: Annotated[float, Unit("study currency per million tokens")]
    """Of the work alone."""
    full: Annotated[float, Unit("study currency per million tokens")]
    """With idle capacity spread."""
    low: Annotated[float, Unit("study currency per million tokens")]
    """The same in the branch where it is least."""
    median: Annotated[float, Unit("study currency per million tokens")]
    """The same in the middle of the branches by their chance."""
    high: Annotated[float, Unit("study currency per million tokens")]
    """The same in the branch where it is most."""
    replacement: Annotated[float | None, Unit("study currency per million tokens")]
    """The same with chips that stand in no books at what they would cost today, by the year; null
    where all have a book value, or one of them no price in the study."""
    price: Annotated[float | None, Unit("study currency per million tokens")]
    """What the study's customers pay, mean of what is served; null where it does not say."""
    listed: Annotated[float | None, Unit("study currency per million tokens")]
    """Public list price in the lowest tier."""
    margin: Share | None
    """1 − full ÷ what customers pay, else ÷ the list price; null where chips that serve stand in
    no books, so that the cost is that of new money only."""
    how_direct: str
    """How `direct` is worked out."""
    how_full: str
    """How `full` is worked out."""

    @property
    def path(self) -> str:
        """What `outlay explain` calls the cost."""
        return f"cost_per_mtok.{self.service}.{self.kind}"


@dataclass(frozen=True, slots=True)
class Revenue(Row):
    """What customers of one service pay, expected over the branches."""

    service: str
    """The study's service."""
    priced: bool
    """Whether the study says what they pay; if not, it earns nothing here."""
    by_year: Mapping[str, Money]
    """Fiscal year → amount."""


@dataclass(frozen=True, slots=True)
class Unbooked(Row):
    """Owned chips of the fleet without a book value: what they cost is in no number here."""

    pool: str
    """The study's pool."""
    chip: str
    """Catalogue id."""
    chips: Chips
    """How many."""
    replacement: Annotated[float | None, Unit("study currency per chip")]
    """What one with its host costs today, of the study's cheapest purchase; null where it has
    none."""


@dataclass(frozen=True, slots=True)
class WrittenOff(Row):
    """Chips of a pool that the plan takes out of service before their end, expected."""

    pool: str
    """The study's pool."""
    chips: Chips
    """How many."""
    amount: Money | None
    """Book value lost; null where the pool has none."""


@dataclass(frozen=True, slots=True)
class Unpriced(Row):
    """List prices that could not be put into the study's currency."""

    currency: str
    """The currency they are in."""
    why: str
    """What is missing."""


@dataclass(frozen=True, slots=True)
class Utilisation(Row):
    """A point of the curve of cost against utilisation."""

    service: str
    """The study's service."""
    utilisation: Share
    """Share of the fleet's time that is busy, every chip alike."""
    cost: Annotated[float, Unit("study currency per million output tokens")]
    """Cost there."""
    here: bool
    """Whether this is where the plan stands (its chips unlike)."""


@dataclass(frozen=True, slots=True)
class Standard(Row):
    """The plan's leases in the first fiscal year under one standard, expected."""

    standard: Literal["us_gaap_operating", "us_gaap_finance", "ifrs16", "service"]
    """How the leases are presented."""
    cash: Money
    """Cash flow before financing of the owner."""
    capex_paid: Money
    """Capital expenditure paid."""
    leases_added: Money
    """Leases added to assets."""
    ebitda: Money
    """EBITDA."""
    lease_cost: Money
    """Lease cost in operating cost."""
    amortisation_and_interest: Money
    """Amortisation and interest of leases."""
    lease_liability: Money
    """Lease liability at the year's end."""
    leverage: Annotated[float, Unit("ratio")]
    """Debt and leases ÷ EBITDA."""


PerHour = Annotated[float, Unit("study currency per chip-hour")]
HourIfKnown = Annotated[float | None, Unit("study currency per chip-hour")]


@dataclass(frozen=True, slots=True)
class ChipHour(Row):
    """What an hour of a chip costs, owned or rented, at one offer."""

    offer: str
    """The study's offer."""
    chip: str
    """Catalogue id."""
    way: Literal["own", "rent"]
    """Owned (paid for its whole life, used or not) or rented."""
    per_hour: PerHour
    """Owned: price and host as an annuity over their economic lives, less what is left at the end;
    rented: the rent."""
    upkeep: PerHour
    """Upkeep of an owned chip and its host; nought where rented."""
    hall: HourIfKnown
    """Hall of an owned chip: its rent, or the cost of more power there; null where rented, or where
    the chip stands in no site of the study."""
    power: HourIfKnown
    """Power of an owned chip in an hour in which it works; null as `hall`."""
    idle: HourIfKnown
    """The same in an hour in which it stands without work."""
    site: str
    """The study's site whose hall and power these are, the cheapest where it may stand; empty where
    there is none."""
    included: bool
    """Whether the rent holds power and hall; never of an owned chip."""
    term: Annotated[float | None, Unit("month")]
    """Months for which the rent is paid, used or not; null where owned, and where it is paid by the
    hour used: spot, and what is signed for a month or less."""
    price: Annotated[float | None, Unit("study currency per chip")]
    """Price with levy, duty and host; null where rented."""
    left: Annotated[float | None, Unit("study currency per chip")]
    """Of the price, what is left at the end of the lives as the study states it; null where
    rented."""
    held: Annotated[bool, absent()] = False
    """Whether it comes out of the firm's own stock and costs its host alone: nobody sells it, so
    that it is no measure of owning beside renting."""

    @property
    def whole(self) -> float | None:
        """Cost of an hour at work with power and hall; None where the offer leaves them out."""
        if self.way == "rent":
            return self.per_hour if self.included else None
        if self.hall is None or self.power is None:
            return None
        return self.per_hour + self.upkeep + self.hall + self.power

    def beside(self, rent: ChipHour) -> float | None:
        """Cost of an owned hour at work with what the rent holds: power and hall, or neither."""
        return self.whole if rent.included else self.per_hour + self.upkeep

    def even(self, rent: ChipHour) -> float | None:
        """Share of the owned chip's hours from which on it costs less than renting those alone.

        In the others it stands idle, its hall and its idle power paid. Infinite where renting costs
        less at any use, None where the study does not say what the hall and the power cost.
        """
        fixed, saved = self.per_hour + self.upkeep, rent.per_hour
        if rent.included:
            if self.hall is None or self.power is None or self.idle is None:
                return None
            fixed += self.hall + self.idle
            saved -= self.power - self.idle
        return fixed / saved if saved > 0 else math.inf


@dataclass(frozen=True, slots=True)
class ChipHours(Row):
    """Chip-hours owned and rented, same chips together, cheapest first."""

    years: Annotated[float, Unit("year")]
    """Economic life that owned chips are spread over."""
    rate: Annotated[float, Unit("1/year")]
    """Discount rate of the annuity."""
    rows: tuple[ChipHour, ...]
    """The offers."""

    @property
    def pairs(self) -> tuple[tuple[ChipHour, ChipHour, float], ...]:
        """Chips that can be owned and rented: the cheapest owned beside the rent that is hardest to
        beat, by the hour used and for a term apart, and the share of its hours from which on the
        owned one costs less; lowest first."""
        hardest: dict[tuple[str, bool], tuple[ChipHour, ChipHour, float]] = {}
        for rent in (r for r in self.rows if r.way == "rent"):
            owned = [
                (r, rent, share)
                for r in self.rows
                if r.way == "own"
                and not r.held
                and r.chip == rent.chip
                and (share := r.even(rent)) is not None
            ]
            key = (rent.chip, rent.term is None)
            if owned:
                mine = min(owned, key=lambda p: p[2])
                hardest[key] = max(hardest.get(key, mine), mine, key=lambda p: p[2])
        return tuple(sorted(hardest.values(), key=lambda p: (p[2], p[0].chip)))


@dataclass(frozen=True, slots=True)
class Accounts(Row):
    """Accounts of the plan under the study's policy, expected over the branches."""

    perimeter: Literal["plan", "firm"]
    """Whose statements: the plan's, whose owner pays in what it needs, or the whole firm's."""
    income: Mapping[str, StatementLine]
    """Income statement: row of the accounts → line."""
    cash: Mapping[str, StatementLine]
    """Cash flow statement: row → line."""
    balance: Mapping[str, StatementLine]
    """Balance sheet at the year's end: row → line."""
    returns: Mapping[str, float]
    """`return.npv` (study currency) and `return.irr` (1/year), where the plan earns."""
    utilisation: tuple[Utilisation, ...]
    """Cost of output tokens against utilisation, for the services that serve most."""
    unit_costs: tuple[UnitCost, ...]
    """Cost per million tokens beside list prices."""
    unpriced: tuple[Unpriced, ...]
    """List prices that are left out."""
    year: str
    """The fiscal year of `standards`: the first."""
    earns: bool
    """Whether the plan carries revenue."""
    standards: tuple[Standard, ...]
    """The leases under each standard; empty where the plan holds none."""
    chip_hours: ChipHours
    """Owning beside renting."""
    revenue: tuple[Revenue, ...]
    """What customers pay, by service."""
    unsold: tuple[str, ...]
    """The study's other work: no price can be stated for it, so that it earns nothing here."""
    unbooked: tuple[Unbooked, ...]
    """Owned chips without a book value: where there are any, unit costs are of new money only."""
    written_off: tuple[WrittenOff, ...]
    """What the plan takes out of service before its end."""
    bridge: tuple[BridgeLine, ...]
    """From the cash of the accounts to the plan's objective, expected and discounted."""

    @property
    def statements(self) -> dict[str, tuple[StatementLine, ...]]:
        """Statement → its lines of more than nothing, in the order of accountants."""
        of = {"income": self.income, "cash": self.cash, "balance": self.balance}
        return {k: tuple(x for x in lines.values() if x.moves) for k, lines in of.items()}
