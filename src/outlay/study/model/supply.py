"""What a study says of supply: the fleet that stands, offers to buy or lease, sites, rules."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from outlay.study.model.catalogue_names import ChipName, RegionCode
from outlay.study.model.fields import (
    UNSAID_PERIOD,
    Months,
    Num,
    PeriodField,
    Schedule,
    StrictModel,
    number,
    schedule,
    unsaid,
)

__all__ = ["Ceiling", "ChipPower", "Expansion", "Levy", "Offer", "Pool", "Rules", "Site", "Trial"]


class Pool(StrictModel):
    """Chips that stand already, or are on order (`arrives`), paid but for what is `owed`."""

    title: str = ""
    """What people call it; left out = a name made from the id."""
    note: str = ""
    """Words for readers."""
    source: str | None = None
    """Source of every number here that names none itself."""
    chip: ChipName
    """Catalogue id."""
    quantity: Annotated[Num, number("chips", whole=True)]
    """Chips, those not yet installed included."""
    places: list[str] = Field(min_length=1)
    """Regions or sites where they stand."""
    arrives: PeriodField | None = None
    """Period in which chips on order are installed; none = they stand."""
    owed: Annotated[Num, number("money")] | None = None
    """What is still to pay for one chip on order, as it arrives; none = it is paid."""
    tenure: Literal["owned", "leased"] = "owned"
    """Who owns them."""
    rent: Annotated[Num, number("price_per_chip_hour")] | None = None
    """Rent of leased chips."""
    lease_end: PeriodField | None = None
    """Last period of the lease, until whose end its rent is owed, whatever becomes of the chips;
    none = to the end of the horizon."""
    early_exit: Annotated[Num, number("fraction", "share")] | None = None
    """Share of the rent still owed that leaving the lease early costs; none, and no notice = it
    cannot be left."""
    notice: Months | None = None
    """Months of rent that leaving the lease early costs at least."""
    renew_rent: Annotated[Schedule, schedule("price_per_chip_hour", ">0")] | None = None
    """Rent at which a lease that ends may be renewed, by period of the renewal; none = it ends, and
    the chips go."""
    renew_term: Annotated[Months, Field(gt=0)] = 12
    """Length of a renewal, after which it may be renewed again."""
    vintage: Annotated[Num, number("year")] | None = None
    """Mean date of installation, as a year (2024.5 = mid-2024)."""
    life: Annotated[Num, number("duration", ">0")] | None = None
    """Economic life from `vintage`; chips retire at its end."""
    not_installed: Annotated[Num, number("chips", whole=True)] | None = None
    """How many of `quantity` lie in a warehouse, their rent owed like that of the others; an offer
    with `from_pool` installs them."""
    book_value: Annotated[Num, number("money")] | None = None
    """Book value of one chip on the study's date."""
    energy_included: bool = Field(False, strict=True)
    """True where the rent holds power and space."""


class Trial(StrictModel):
    """A trial order that buys the right to a larger call-off once a branch is known."""

    quantity: Annotated[Num, number("chips", ">0", whole=True)]
    """Chips of the trial order."""
    call_off: Annotated[Num, number("ratio")]
    """Most chips that may be called off, over the trial."""
    source: str | None = None
    """Source of every number here that names none itself."""


class Levy(StrictModel):
    """A charge on the price, as a share; `included` where the stated price has it inside."""

    share: Annotated[Num, number("fraction", "share")]
    """Share of the price."""
    included: bool = Field(strict=True)
    """True where the stated price has the levy inside."""
    source: str | None = None
    """Source of every number here that names none itself."""


class Offer(StrictModel):
    """A way to get chips: bought, leased, reserved or spot, with clock, limits and places."""

    title: str = ""
    """What people call it; left out = a name made from the id."""
    note: str = ""
    """Words for readers."""
    source: str | None = None
    """Source of every number here that names none itself."""
    chip: ChipName
    """Catalogue id."""
    by: Literal["purchase", "finance_lease", "lease", "reservation", "spot"]
    """The kind of contract."""
    price: Annotated[Schedule, schedule("money")] | None = None
    """Price of a chip, by period of order; before its first entry none can be ordered. Nothing
    only for chips `from_pool`. A finance lease may name it instead of its rent: it is then paid in
    level monthly instalments over the term, at `finance.borrowing_rate`."""
    host: Annotated[Num, number("money")] | None = None
    """Server shell, network and storage per chip, bought with it."""
    rent: Annotated[Schedule, schedule("price_per_chip_hour", ">0")] | None = None
    """Rent of a chip, by period of order; before its first entry none can be ordered."""
    term: Months | None = None
    """Length of a lease or reservation."""
    notice: Months | None = None
    """Months of rent that leaving early costs at least; none, and no `early_exit` = it cannot be
    left."""
    early_exit: Annotated[Num, number("fraction", "share")] | None = None
    """Share of the remaining rent that leaving early costs; none, and no notice = it cannot be
    left."""
    accounting: Literal["by_tests", "operating", "finance", "service"] = "by_tests"
    """How a lease is presented: where not said, as the tests of ASC 842 decide from its term, its
    rent, the price of the same chip and the chip's economic life."""
    lead: Months = 0
    """From order to installed."""
    first_order: PeriodField | None = None
    """First period in which it may be ordered."""
    last_order: PeriodField | None = None
    """Last period in which it may be ordered."""
    to: list[str] = Field(min_length=1)
    """Regions or sites where the chips may stand."""
    needs: str | None = None
    """The uncertain factor without which a delivery cannot happen (its states set `cap`)."""
    cap: Annotated[Schedule, schedule("chips", whole=True)] | None = None
    """Most chips that arrive in each period; before its first entry none; left out = no limit."""
    cumulative_cap: Annotated[Num, number("chips", whole=True)] | None = None
    """Most chips over the horizon."""
    deposit: Annotated[Num, number("fraction", "share")] = Num(0.0, "1")
    """Share of the price due at the order."""
    refund: Annotated[Num, number("fraction", "share")] = Num(0.0, "1")
    """Share of the deposit that comes back when an order cannot be delivered."""
    divert_to: list[str] = Field(default_factory=list)
    """Regions or sites that may take chips which cannot be delivered to `to`."""
    levy: Levy | None = None
    """A charge on the price."""
    duty: Annotated[Num, number("fraction", "share")] | None = None
    """Import duty on top of the price."""
    trial: Trial | None = None
    """A trial order with its call-off."""
    domestic: bool | None = Field(None, strict=True)
    """Whether the chip counts as domestic; none = as the catalogue has it."""
    lot: Annotated[Num, number("chips", ">0", whole=True)] | None = None
    """Orders are multiples of this."""
    from_pool: str | None = None
    """A pool of the fleet whose chips `not_installed` this offer installs."""
    cancel_fee: Annotated[Num, number("fraction", "share")] | None = None
    """Share of the price (of a lease: of all its rent) that cancelling an order costs when it could
    be delivered, beside the deposit that is not refunded; none = it may not be cancelled."""
    divert_cost: Annotated[Num, number("money")] | None = None
    """What sending a chip to `divert_to` costs, on top of its price."""
    resale: bool = Field(False, strict=True)
    """True where bought chips may be sold before the end of their life, at what the residual curve
    says they are worth."""
    energy_included: bool | None = Field(None, strict=True)
    """True where the rent holds power and space; none = of reservations and spot, not of leases."""


class Expansion(StrictModel):
    """More power that may be ordered: at most `per_period`, `lead` before it is energised."""

    step: Annotated[Num, number("power", ">0")] | None = None
    """Orders are multiples of this; none = any amount."""
    per_period: Annotated[Num, number("power", ">0")] = unsaid("one step")
    """Most power energised in a period."""
    first: PeriodField = UNSAID_PERIOD
    """First period in which it can be energised; left out = the horizon's first and `lead`."""
    limit: Annotated[Num, number("power", ">0")] | None = None
    """Most power in all, on top of `power`."""
    lead: Months = 0
    """From order to energised."""
    capex: Annotated[Num, number("price_per_watt")] | None = None
    """Money per watt of IT power."""
    term: Months | None = None
    """How long the rent of what is energised is owed in any case; none = to the horizon's end."""
    source: str | None = None
    """Source of every number here that names none itself."""


class Site(StrictModel):
    """A hall or campus: energised IT power, growth, efficiency, price, and what it may hold."""

    title: str = ""
    """What people call it; left out = a name made from the id."""
    note: str = ""
    """Words for readers."""
    source: str | None = None
    """Source of every number here that names none itself."""
    region: RegionCode
    """Country code of the place."""
    power: Annotated[Schedule, schedule("power")]
    """IT power for accelerators (before PUE) by period; growth already committed is an entry."""
    expand: Expansion | None = None
    """Power that may be ordered."""
    pue: Annotated[Num, number("ratio", ">=1")]
    """Power drawn over IT power."""
    electricity: Annotated[Num, number("energy_price")]
    """Price of a kilowatt-hour."""
    racks: Annotated[Num, number("ratio", whole=True)] | None = None
    """Racks that the hall has; none = no limit. `rules.chip_power` says what a rack takes."""
    liquid: Annotated[Num, number("power")] | None = None
    """IT power that may be cooled by liquid; none = no limit."""
    rent: Annotated[Num, number("price_per_watt_month")] | None = None
    """Rent of a hall, by contracted IT power and month."""
    minimum_use: Annotated[Num, number("fraction", "share")] = Num(
        1.0, "1", note="a hall is paid for whether used or not"
    )
    """Share of the contracted power whose rent is owed, used or not; beyond it, rent by use."""
    early_exit: Annotated[Num, number("fraction", "share")] | None = None
    """Share of the rent to the end of the horizon that giving up rented power costs; none, and no
    notice = it cannot be given up."""
    notice: Months | None = None
    """Months of rent that giving up rented power costs at least."""
    minimum_energy: Annotated[Num, number("fraction", "share")] = Num(0.0, "1")
    """Share of the contracted power's energy that is billed, drawn or not (take-or-pay)."""
    capex_due: Annotated[Schedule, schedule("money")] = Schedule(())
    """Money still to pay for committed growth, by period."""
    holds: Literal["any", "domestic"] | list[ChipName] = "any"
    """any, domestic (chips designed in the country), or a list of chip ids."""
    loads: list[str] = Field(default_factory=list)
    """Services, work, campaigns or phases (prefill, decode, dense, training, reserved) that it may
    run; none = all that may be served from it."""
    tags: list[str] = Field(default_factory=list)
    """Words to group sites by."""


class Ceiling(StrictModel):
    """A limit on the power of several sites together (grid, builders, transformers)."""

    places: list[str] = Field(min_length=1)
    """Regions or sites that share the limit."""
    power: Annotated[Schedule, schedule("power")]
    """Most IT power energised for accelerators in all of them, by period."""
    source: str | None = None
    """Source of every number here that names none itself."""


class ChipPower(StrictModel):
    """What one kind of chip asks of its hall: draw over its nameplate, rack and cooling."""

    busy: Annotated[Num, number("fraction", "share")] | None = None
    """While it works; none = `busy_power`."""
    idle: Annotated[Num, number("fraction", "share")] | None = None
    """While it stands without work; none = `idle_power`."""
    per_rack: Annotated[Num, number("chips", ">0", whole=True)] | None = None
    """Chips in a rack; none = it takes no rack of those that are counted."""
    liquid: bool = Field(False, strict=True)
    """True where it is cooled by liquid."""
    source: str | None = None
    """Source of every number here that names none itself."""


class Rules(StrictModel):
    """Limits and margins that hold for the whole fleet."""

    usable: Annotated[Num, number("fraction", "share")] = Num(
        0.92, "1", note="failures, spares, upgrades"
    )
    """Share of installed chips that can be used."""
    slo_load: Annotated[Num, number("fraction", "share")] | None = None
    """Share of saturated throughput at which the SLO holds; none = from the serving stage."""
    pooled_peak: Annotated[Num, number("ratio", ">=1")] | None = None
    """Coincident busiest hour of the pooled fleet over its mean; none = from service shapes."""
    fragmentation: Annotated[Num, number("ratio", ">=1")] = Num(1.0, "1")
    """Chips held over chips needed: many models, small pools, N+1."""
    domestic_share: Annotated[Num, number("fraction", "share")] | None = None
    """Least share of chip spend in the home country that goes to domestic chips."""
    home: RegionCode = ""
    """Country code of the domestic rule."""
    cached_token_cost: Annotated[Num, number("fraction", "share")] = Num(
        0.04, "1", note="cost of a cached input token over a computed one"
    )
    """Cost of a cached input token over a computed one."""
    busy_power: Annotated[Num, number("fraction", "share")] = Num(
        0.8, "1", note="mean draw of a chip at work over its nameplate"
    )
    """Share of its nameplate that a chip draws while it works."""
    idle_power: Annotated[Num, number("fraction", "share")] = Num(
        0.3, "1", note="host, fans and memory of a chip without work"
    )
    """Share of its nameplate that a chip draws while it stands without work."""
    chip_power: dict[ChipName, ChipPower] = Field(default_factory=dict)
    """Chip → what it draws, where it differs."""
    ceilings: dict[str, Ceiling] = Field(default_factory=dict)
    """Limits on the power of several sites together."""
