"""The planning problem as arrays: what may be bought, leased and built, where, and for what.

Everything is in base units named in the field: currency units of `PlanProblem.currency`, chips,
megawatts, load units per second, months and years. What an array runs over, and whether it may be
infinite or negative, stands with its field (`axes`); a node is one of `tree`, and a price, a cap
or a rent by node is the one that holds there. Nothing here knows of study files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

import numpy as np

from outlay.core.arrays import Array, BoolArray, Number
from outlay.planning.problem.axes import Amount, axes
from outlay.planning.problem.limits import Budget, Cash, Ceiling, Limit, ShareLimit, Tail
from outlay.planning.problem.tree import Tree

__all__ = [
    "Budget", "CallOff", "Campaign", "Cash", "Ceiling", "Chip", "Expansion", "Kind", "Limit",
    "Load", "Offer", "PlanProblem", "Pool", "ShareLimit", "Site", "Tail", "Tier", "Treatment",
    "Wear",
]  # fmt: skip


Kind = Literal["purchase", "finance_lease", "operating_lease", "reservation", "spot"]
"""purchase: owned, paid at order (deposit) and delivery. finance_lease: owned in all but name,
capex at delivery, paid in instalments over `term_months`. operating_lease: rent while it runs.
reservation: cloud capacity, rent for the whole term, used or not, on somebody else's power.
spot: rented for the period at hand, no further."""

Treatment = Literal["capex", "opex", "lease", "penalty", "income", "terminal", "financing"]
"""What a payment is in the accounts."""

INF = float("inf")


@dataclass(frozen=True, slots=True)
class Chip:
    """An accelerator type.

    power_kw: all-in IT power at maximum per chip, against the site's megawatts. busy_use, idle_use:
    mean share of it drawn, for energy, while the chip works and while it stands without work.
    usable: share of the stock that serves (spares, failures, repairs; 0 … 1). life_years: economic
    life, after which it is gone. residual: (age [years], share of price) points, linear between
    and constant after, for resale, for what it fetches at the end of its life and for what is left
    at the horizon; empty = straight line to 0 over life. upkeep_per_year: currency per chip and
    year.
    """

    id: str
    power_kw: float
    life_years: float = 5.0
    family: str = ""
    domestic: bool = False
    busy_use: float = 0.8
    idle_use: float = 0.3
    usable: Annotated[Number, axes("node")] = 1.0
    residual: tuple[tuple[float, float], ...] = ()
    upkeep_per_year: float = 0.0
    racks: float = 0.0  # racks per chip
    liquid: bool = False  # needs liquid cooling


@dataclass(frozen=True, slots=True)
class Wear:
    """What a thing that is no chip is worth by age: hosts with their network.

    residual: (age [years], share of price) points as of a chip; empty = straight line to 0 over
    life_years.
    """

    life_years: float = 5.0
    residual: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Expansion:
    """More power at a site: ordered in MW (in whole `step_mw` near the root), there after a lead.

    cap_mw: most that may be ordered in the node; total_mw: over a path. cost_per_w: currency
    per W, `deposit` of it at the order and the rest when energised; `asset_life_years` and
    `asset_residual` (share left at its end) for what is left of it at the horizon. term_months:
    how long the rent of what is energised is owed in any case (0 = while the horizon lasts).
    """

    step_mw: Amount
    lead_months: Amount
    cost_per_w: Annotated[Array, axes("node")]
    cap_mw: Annotated[Array, axes("node", endless=True)]
    total_mw: float = INF
    deposit: float = 0.5
    asset_life_years: float = 20.0
    asset_residual: float = 0.0
    term_months: Amount = 0.0


@dataclass(frozen=True, slots=True)
class Site:
    """A hall or region with energised power. Which chips and loads it takes: masks of the problem.

    power_mw: energised without expansion. it_power: True where megawatts are IT load,
    False where they are at the meter (then chips draw power × PUE of them).
    rent_kw_month: currency per kW (of the power_mw basis) and month, on the power of the chips that
    stand there, on minimum_use of all energised power at least. minimum_energy: share of the
    energised power's energy that is billed, drawn or not. exit_share, notice_months: stated, power
    may be given up for good, at that share of its rent to the end of the horizon, or so many months
    of it where that is more (never more than all of it). staff_mw_year: currency per MW of the
    chips that stand there and year. rack_limit and liquid_mw: inf = no limit.
    """

    id: str
    region: str
    power_mw: Annotated[Array, axes("node", endless=True)]
    pue: Annotated[Number, axes("node")] = 1.2
    it_power: bool = True
    tariff_kwh: Annotated[Number, axes("node")] = 0.0  # currency per kWh
    rent_kw_month: Annotated[Number, axes("node")] = 0.0
    minimum_use: float = 0.0
    minimum_energy: float = 0.0
    exit_share: float | None = None
    notice_months: Amount = 0.0
    staff_mw_year: Annotated[Number, axes("node")] = 0.0
    expansion: Expansion | None = None
    rack_limit: float = INF
    liquid_mw: float = INF
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallOff:
    """A call-off on a trial order: this offer's orders <= multiple × the trial's, on each path."""

    trial: str  # id of the offer ordered first, in an earlier period
    multiple: float


@dataclass(frozen=True, slots=True)
class Offer:
    """One way of getting a chip.

    price: currency per chip; for a lease 0 unless it has an upfront fee. host_cost: hosts, network
    and storage per chip, paid at delivery, class `servers`. rent_hour: currency per chip and hour.
    levy: share of price paid on top at delivery (0 where the price has it inside). Price, rent
    and levy hold as of the node of the order. upkeep_per_year: currency per chip and year.

    lead_months: order to use. deposit: share of price at the order; the rest at delivery.
    An order that is due is delivered, unless the branch closes the door
    on it (its delivery_cap is below that of the best history of the same period): then it waits,
    is diverted, or is cancelled, and `refund` of the deposit comes back. cancel_fee: share of
    price for cancelling a due order that could be delivered (None = that may not be done).

    order_cap, delivery_cap: most chips ordered, delivered in the node (inf = no cap);
    **a licence is a delivery_cap of 0 where it is refused**. total_cap: delivered over a path.
    sites: where it may stand. divert_sites: where it may stand instead, outside the licence cap,
    at divert_cost per chip. order_floor: orders already placed (committed).

    closed: the door is closed on due orders; None = where delivery_cap is below the best
    of the period. Kept when a branch is looked at alone.

    term_months: of leases (spot: ignored). exit_share: share of the rent still owed that is due
    when leaving early (None = may not leave); notice_months: rent still due after leaving.
    uses_power: stands against the site's megawatts. energy_included: rent holds power and space.
    resale: may be sold before its life ends, at the chip's residual share.
    budget_class: class of capex (`processors`, ...); lot: whole lots near the root (0 = any).
    """

    id: str
    chip: str
    kind: Kind
    sites: tuple[str, ...]
    price: Annotated[Array, axes("node")]
    order_cap: Annotated[Array, axes("node", endless=True)]
    delivery_cap: Annotated[Array, axes("node", endless=True)]
    rent_hour: Annotated[Array, axes("node")]
    lead_months: Amount = 0.0
    host_cost: Annotated[Number, axes("node")] = 0.0
    levy: Annotated[Number, axes("node")] = 0.0
    upkeep_per_year: Annotated[Number, axes("node")] = 0.0
    deposit: Annotated[Number, axes("node")] = 0.0
    refund: Annotated[Number, axes("node")] = 1.0
    cancel_fee: float | None = None
    total_cap: Annotated[Number, axes("node", endless=True)] = INF
    divert_sites: tuple[str, ...] = ()
    divert_cost: Amount = 0.0
    closed: Annotated[BoolArray | None, axes("node")] = None
    order_floor: Annotated[Array | None, axes("node")] = None
    term_months: Amount = 0.0
    exit_share: float | None = None
    notice_months: Amount = 0.0
    finance_rate: float = 0.0  # annual, of a finance lease's instalments
    uses_power: bool = True
    energy_included: bool = False
    resale: bool = False
    call_off: CallOff | None = None
    budget_class: str = "processors"
    host_class: str = "servers"
    lot: Amount = 0.0
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class Pool:
    """Chips that are there at the start, at any of `sites` (spread once, never moved).

    available: how many are installed, live and are leased, never rising along a path; a part of a
    period counts as a part of the chips. retirable: may be taken out of service (frees power).
    contracted: of leased pools, chips whose rent is owed, in use or not, whatever lives (None =
    what is available); stored: those of them that lie in a warehouse. contract_months: from the
    start of the horizon to the end of the contract, life_months: to the end of the chips' life.
    exit_share, notice_months: as of an offer; stated, the lease may be left, and rent is owed on
    what is kept and stored. renew_rent_hour: rent at which a lease that ends may be renewed for
    renew_term_months (0 = not in the node); None = it ends. upkeep_per_year: currency per chip.
    """

    id: str
    chip: str
    sites: tuple[str, ...]
    available: Annotated[Array, axes("node")]
    rent_hour: Annotated[Number, axes("node")] = 0.0
    contract_months: Amount = 0.0
    exit_share: float | None = None
    notice_months: Amount = 0.0
    upkeep_per_year: Amount = 0.0
    retirable: bool = True
    uses_power: bool = True
    energy_included: bool = False
    renew_rent_hour: Annotated[Array | None, axes("node")] = None
    renew_term_months: float = 12.0
    age_years: float = 0.0
    contracted: Annotated[Array | None, axes("node")] = None
    stored: Annotated[Number, axes("node")] = 0.0
    life_months: Annotated[float, axes(endless=True)] = INF

    @property
    def leased(self) -> Array:
        """[node]: chips whose rent is owed."""
        return self.available if self.contracted is None else self.contracted


@dataclass(frozen=True, slots=True)
class Tier:
    """A part of the work, and the price of not doing it over the load's `shed_cost`."""

    share: float
    times: float


@dataclass(frozen=True, slots=True)
class Load:
    """Work of one kind: a phase of a service, or other work in reference chips.

    shed_cost: currency per unit not served (unit × second of rate). group: loads of one group
    are shed and deferred in the same proportion (a request is served whole). deferrable: share of
    a slice's demand that may move to other slices of the same day. colocated: loads of one
    group must be served in the same place (one group, one answer per zone).
    revenue: currency per unit served, for plans that maximise profit. at_work: share of the chips
    that serve it that work at the mean; the rest is held for peaks, and idles.

    tiers: cheapest first, shares sum to 1; least: share that must be served in every slice and
    node; both alike for the loads of a group. instead_of: id of the load of which this one (a
    smaller model) may do up to `most` of the demand, at `loss` of that load's shed_cost; it has
    no demand of its own and a group of its own.
    """

    id: str
    shed_cost: Annotated[Number, axes("node")]
    group: str = ""
    service: str = ""
    phase: str = ""
    unit: str = "token/s"
    deferrable: Annotated[Number, axes("node")] = 0.0
    colocated: bool = False
    revenue: float = 0.0
    at_work: Annotated[Number, axes("node")] = 1.0
    tiers: tuple[Tier, ...] = (Tier(1.0, 1.0),)
    least: Annotated[Number, axes("node")] = 0.0
    instead_of: str = ""
    most: Annotated[Number, axes("node")] = 0.0
    loss: Annotated[Number, axes("node")] = 0.0


@dataclass(frozen=True, slots=True)
class Campaign:
    """Training work to be done between two periods: `work` units by the end of period `due`.

    units_per_chip: units per second (0 = cannot); units_by_node: the same as each branch has it,
    None = in all as in the base. short_cost: currency per unit not done.
    rate_factor: software gain. steady: runs at one rate through the day, not in slices.
    even: `work` is that of each node, due in its own period; else what is due at the end of `due`,
    on the way to each of its nodes. block_chips: least number of chips, each counted by its
    units_per_chip, that stand at the one site where it runs, beside what serves (0 = any number
    anywhere; runs there or not near the root, a share of the period elsewhere).
    """

    id: str
    work: Annotated[Number, axes("node")]
    start: int
    due: int
    units_per_chip: Annotated[Array, axes("chip")]
    sites: tuple[str, ...]
    short_cost: Annotated[Number, axes("node")]
    rate_factor: Annotated[Number, axes("node")] = 1.0
    steady: bool = True
    block_chips: Amount = 0.0
    even: bool = False
    units_by_node: Annotated[Array | None, axes("chip", "node")] = None

    def units(self, nodes: int) -> Array:
        """[chip, node]: units per second before software gains."""
        if self.units_by_node is not None:
            return self.units_by_node
        return np.broadcast_to(self.units_per_chip[:, None], (len(self.units_per_chip), nodes))

    def rates(self, nodes: int) -> Array:
        """[chip, node]: units per second."""
        return np.asarray(self.units(nodes) * self.rate_factor)


@dataclass(frozen=True)
class PlanProblem:
    """One planning problem, complete. `planning.check.check` lists everything wrong with it.

    slice_hours: hours per day, sum 24; hours_by_node: the same where nodes differ (a part of the
    day that a node has not has 0 hours and no demand), None = in all alike. demand: units per
    second. units_per_chip: units per second that one usable chip serves within its SLO at the
    start; 0 = cannot; units_by_node: the same as each branch has it, None = in all as in the base.
    rate_factor multiplies it (software gain ÷ growth of work per token), chip_factor too (what a
    branch says of a chip).
    site_chip: may stand there. site_load: may be served there.
    use_value: whether the use left of a lease that runs on after the horizon is worth what the
    chip's price loses over that time (never more than the rent owed), or nothing.
    terminal_value: share of the residual credited to what stands at the end. hosts: what hosts are
    worth by age.
    """

    currency: str
    tree: Tree
    discount_rate: float
    chips: tuple[Chip, ...]
    sites: tuple[Site, ...]
    offers: tuple[Offer, ...]
    pools: tuple[Pool, ...]
    loads: tuple[Load, ...]
    slices: tuple[str, ...]
    slice_hours: Annotated[Array, axes("slice")]
    demand: Annotated[Array, axes("load", "slice", "node")]
    units_per_chip: Annotated[Array, axes("load", "chip")]
    site_chip: Annotated[BoolArray, axes("site", "chip")]
    site_load: Annotated[BoolArray, axes("site", "load")]
    hours_by_node: Annotated[Array | None, axes("slice", "node")] = None
    units_by_node: Annotated[Array | None, axes("load", "chip", "node")] = None
    rate_factor: Annotated[Array | None, axes("load", "node")] = None
    chip_factor: Annotated[Array | None, axes("chip", "node")] = None
    campaigns: tuple[Campaign, ...] = ()
    budgets: tuple[Budget, ...] = ()
    limits: tuple[Limit, ...] = ()
    shares: tuple[ShareLimit, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    cash: Cash | None = None
    tail: Tail = field(default_factory=Tail)
    use_value: bool = True
    terminal_value: float = 1.0
    hosts: Wear = field(default_factory=Wear)
    notes: tuple[str, ...] = ()

    @property
    def hours(self) -> Array:
        """[slice, node]: hours per day."""
        if self.hours_by_node is not None:
            return self.hours_by_node
        return np.broadcast_to(self.slice_hours[:, None], (len(self.slices), len(self.tree)))

    @property
    def units(self) -> Array:
        """[load, chip, node]: units per second of a usable chip before what multiplies them."""
        if self.units_by_node is not None:
            return self.units_by_node
        shape = (*self.units_per_chip.shape, len(self.tree))
        return np.broadcast_to(self.units_per_chip[:, :, None], shape)

    @property
    def rates(self) -> Array:
        """[load, chip, node]: units per second of a usable chip."""
        out = self.units
        if self.rate_factor is not None:
            out = out * self.rate_factor[:, None, :]
        if self.chip_factor is not None:
            out = out * self.chip_factor[None, :, :]
        return out
