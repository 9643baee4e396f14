"""What finance takes in: flows of a plan by scenario path and period, and accounting policy.

A *path* is one history from the root of the scenario tree to a leaf. Arrays are [path, period],
or anything that broadcasts to it: [period], [path, 1], a number. Periods have equal length.
Amounts are in the line's own `currency`; `Flows.fx` turns them into the reporting currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.periods import Period

__all__ = [
    "Activity",
    "AssetClass",
    "Cost",
    "Debt",
    "Disposal",
    "Flows",
    "Lease",
    "LeaseEnd",
    "Opening",
    "Outside",
    "Policy",
    "Purchase",
    "Sale",
    "Standard",
    "Treatment",
]

Values = Array | float
Standard = Literal["us_gaap", "ifrs16"]
Treatment = Literal["by_tests", "operating", "finance", "service"]


@dataclass(frozen=True)
class Purchase:
    """Things bought: `quantity` delivered in a period at `price` each, then owned.

    levy, duty: shares of the price paid on top and part of the asset's cost (IAS 16.16).
    vat: share paid with the price and recovered one period later (cash only).
    deposit_paid, deposit_used, deposit_refunded, deposit_lost: prepayments by period [currency];
    what is used reduces the payment at delivery. index: name of the price index that scales the
    price (risk samples it; default 1). outside: no cost of the fleet, so in no unit cost.
    worth_each: what a unit is taken to be new for its market value, where that is not its cost.
    late: part of the period gone when it comes, by which it is younger than its period.
    """

    id: str
    asset_class: str
    quantity: Values
    price: Values
    currency: str
    chip: str = ""  # pool of cost; empty = shared by all
    site: str = ""
    unit: str = "chip"
    levy: float = 0.0
    duty: float = 0.0
    vat: float = 0.0
    deposit_paid: Values = 0.0
    deposit_used: Values = 0.0
    deposit_refunded: Values = 0.0
    deposit_lost: Values = 0.0
    outside: bool = False
    worth_each: Values | None = None
    late: float = 0.0
    index: str = ""
    source: str = ""


@dataclass(frozen=True)
class Disposal:
    """Part of a purchase's vintage that leaves at the start of a period, and what it brings in.

    vintage: period of delivery; `quantity` [path, period] leaving; `proceeds` in the purchase's
    currency.
    """

    purchase: str
    vintage: int
    quantity: Values
    proceeds: Values = 0.0


@dataclass(frozen=True)
class Opening:
    """Assets that stand at the start: book value and what is left of their book life.

    market_value: what they would fetch at the start; none = book value. gone: share of them that
    is taken out of service at the start of a period; its book value is lost.
    """

    id: str
    asset_class: str
    book_value: float
    remaining_years: float
    currency: str
    chip: str = ""
    market_value: float | None = None
    gone: Values = 0.0
    source: str = ""


@dataclass(frozen=True)
class Lease:
    """A contract for the use of chips or space: cohorts of `quantity` start in each period.

    payment: per unit and period in the cohort's first period, growing by `escalation` a period.
    term: periods. in_advance: paid at the start of each period, else at the end of each of its
    `parts`.
    rate: annual incremental borrowing rate. fair_value: price of one unit if bought, and
    economic_years: its remaining life at the start (for the tests of ASC 842-10-25-2).
    identified: there is an identified asset and the customer controls its use (ASC 842-10-15-3);
    False makes it a service. opening: runs already at the start (no addition of the first period).
    variable: paid on top of the level payments in a period (its days are more or fewer than the
    mean's, a part of a period); a cost of that period, no liability (ASC 842-10-15-30, 20-25-5).
    lasting, worth_each, worth_class, late: where title passes, how many of each cohort are kept to
    the end, what one is new, how its value falls, and as of a purchase.
    """

    id: str
    quantity: Values
    payment: Values
    currency: str
    term: int
    rate: float
    fair_value: float = 0.0
    economic_years: float = 0.0
    chip: str = ""
    site: str = ""
    unit: str = "chip"
    escalation: float = 0.0
    in_advance: bool = False
    parts: int = 1
    transfers: bool = False  # title passes at the end
    purchase_option: bool = False  # reasonably certain to be exercised
    specialised: bool = False  # of no other use to the lessor
    identified: bool = True
    treatment: Treatment = "by_tests"
    opening: bool = False
    variable: Values = 0.0
    lasting: Values = 0.0
    worth_each: Values = 0.0
    worth_class: str = ""
    late: float = 0.0
    index: str = ""
    source: str = ""


@dataclass(frozen=True)
class LeaseEnd:
    """Part of a lease's cohort given back early, at the start of a period.

    start: the period in which the cohort began; `quantity` [path, period] given back. What leaving
    costs is a `Cost`.
    """

    lease: str
    start: int
    quantity: Values


@dataclass(frozen=True)
class Cost:
    """A running cost: `quantity` in `unit` at `price` per unit, by period.

    category: power, site_rent, maintenance, staff, cloud, cancellation, shortage, ...
    variable: share that follows use (for the curve against utilisation).
    """

    id: str
    category: str
    quantity: Values
    price: Values
    currency: str
    unit: str = "unit"
    chip: str = ""
    site: str = ""
    variable: float = 0.0
    index: str = ""
    source: str = ""


@dataclass(frozen=True)
class Debt:
    """A loan: drawn and repaid by period, `opening` owed at the start, annual `rate`.

    interest: of each period, where it is known; none = `rate` on what is owed at its start, all
    periods equally long.
    """

    id: str
    currency: str
    rate: float
    drawn: Values = 0.0
    repaid: Values = 0.0
    opening: float = 0.0
    source: str = ""
    interest: Values | None = None


@dataclass(frozen=True)
class Outside:
    """Cash that the firm earns outside the plan, after tax, by period."""

    id: str
    currency: str
    amount: Values
    source: str = ""


@dataclass(frozen=True)
class Sale:
    """Tokens served of one service and kind [Mtok per period] at a list price per Mtok."""

    service: str
    kind: str
    mtok: Values
    price: Values = 0.0
    currency: str = ""  # empty = reporting currency
    source: str = ""


@dataclass(frozen=True)
class Activity:
    """Chip-seconds that one chip type spends on one service and kind, by period."""

    service: str
    kind: str
    chip: str
    seconds: Values


@dataclass(frozen=True)
class AssetClass:
    """How a class of assets is written off and what it is worth.

    book_residual: share of cost left at the end of book life. residual: share that the asset is
    worth at the end of its economic life and after, to which its market value falls in a straight
    line. value_path: (age [years], share of cost) points of market value instead, linear between
    and constant after; it may rise. tax_years: straight line to nothing for tax over so many years;
    0 = for tax as in the books.
    """

    book_years: float
    economic_years: float
    residual: float = 0.0
    method: Literal["straight_line", "declining"] = "straight_line"
    value_path: tuple[tuple[float, float], ...] = ()
    tax_years: float = 0.0
    source: str = ""
    book_residual: float = 0.0


@dataclass(frozen=True)
class Policy:
    """Accounting policy and the terms of valuation.

    discount_rate, borrowing_rate, inflation: per year. tax_rate 0 = no tax; tax_relief: losses
    are carried forward, or used at once by the group. beyond_horizon: what to do with a lease
    that ends after the last period: `run_off` states what is still owed, `refuse` is an error.
    receivable_days, payable_days: working capital. funded: the owner keeps cash at `minimum_cash`.
    """

    classes: Mapping[str, AssetClass]
    discount_rate: float
    standard: Standard = "us_gaap"
    borrowing_rate: float = 0.0
    tax_rate: float = 0.0
    tax_relief: Literal["carry_forward", "group"] = "carry_forward"
    inflation: float = 0.0
    fiscal_year_start: int = 1
    receivable_days: float = 0.0
    payable_days: float = 0.0
    opening_cash: float = 0.0
    minimum_cash: Values = 0.0
    funded: bool = True
    beyond_horizon: Literal["run_off", "refuse"] = "run_off"
    short_term_months: float = 12.0  # leases up to this stay off the balance sheet when elected
    elect_short_term: bool = True
    life_test: float = 0.75  # ASC 842-10-55-2: "major part" of the life
    value_test: float = 0.90  # ASC 842-10-55-2: "substantially all" of the fair value

    def with_(self, **changes: Any) -> Policy:
        return replace(self, **changes)


@dataclass(frozen=True)
class Flows:
    """Everything finance needs of a plan, by path and period.

    probability: [path]. node: [path, period] ids of tree nodes (paths that share a node share its
    values). fx: currency → reporting currency per unit, [path, period]; the reporting currency
    itself need not be there. available: chip → chip-seconds that stand ready; power_kw: chip →
    IT power per chip, by which shared costs are spread.
    """

    periods: tuple[Period, ...]
    currency: str
    paths: tuple[str, ...] = ("base",)
    probability: Values = 1.0
    node: IntArray | None = None
    fx: Mapping[str, Values] = field(default_factory=dict)
    purchases: tuple[Purchase, ...] = ()
    disposals: tuple[Disposal, ...] = ()
    opening: tuple[Opening, ...] = ()
    leases: tuple[Lease, ...] = ()
    lease_ends: tuple[LeaseEnd, ...] = ()
    costs: tuple[Cost, ...] = ()
    debts: tuple[Debt, ...] = ()
    outside: tuple[Outside, ...] = ()
    sales: tuple[Sale, ...] = ()
    activities: tuple[Activity, ...] = ()
    available: Mapping[str, Values] = field(default_factory=dict)
    power_kw: Mapping[str, float] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.paths), len(self.periods)

    @property
    def periods_per_year(self) -> float:
        return 12 / self.periods[0].months

    @property
    def weights(self) -> Array:
        """[path]: probabilities."""
        return np.broadcast_to(np.asarray(self.probability, dtype=np.float64), (len(self.paths),))
