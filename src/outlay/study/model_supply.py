"""What a study says of supply: the fleet that stands, offers to buy or lease, sites, rules."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from outlay.study.fields import Months, Num, PeriodField, Schedule, StrictModel, number, schedule

__all__ = ["Expansion", "Offer", "Pool", "Rules", "Site", "Trial"]


class Pool(StrictModel):
    """Chips that stand already, or are on order and paid (`arrives`).

    `places`: regions or sites where they stand. `book_value` per chip on `as_of`.
    """

    note: str = ""
    source: str | None = None
    chip: str
    quantity: number("chips")
    places: list[str] = Field(min_length=1)
    arrives: PeriodField | None = None
    tenure: Literal["owned", "leased"] = "owned"
    rent: number("price_per_chip_hour") | None = None
    lease_end: PeriodField | None = None
    vintage: number("year") | None = None
    life: number("duration", ">0") | None = None
    not_installed: number("chips") | None = None
    book_value: number("money") | None = None


class Trial(StrictModel):
    """A trial order that buys the right to a larger call-off once a branch is known."""

    quantity: number("chips", ">0")
    call_off: number("ratio")
    source: str | None = None


class Levy(StrictModel):
    """A charge on the price, as a share; `included` where the stated price has it inside."""

    share: number("fraction", "share")
    included: bool
    source: str | None = None


class Offer(StrictModel):
    """A way to get chips: bought, leased, reserved or spot, with clock, limits and places.

    `cap`: arrivals per period (before its first entry: none). `lead`: order to installed.
    `needs`: the uncertain factor without which a delivery cannot happen (its states set `cap`).
    """

    note: str = ""
    source: str | None = None
    chip: str
    by: Literal["purchase", "finance_lease", "lease", "reservation", "spot"]
    price: schedule("money", ">0") | None = None
    host: number("money") | None = None
    """Server shell, network and storage per chip, bought with it."""
    rent: schedule("price_per_chip_hour", ">0") | None = None
    term: Months | None = None
    notice: Months | None = None
    early_exit: number("fraction", "share") | None = None
    """Share of the remaining rent that leaving early costs."""
    accounting: Literal["operating", "finance", "service"] = "operating"
    lead: Months = 0
    first_order: PeriodField | None = None
    last_order: PeriodField | None = None
    to: list[str] = Field(min_length=1)
    needs: str | None = None
    cap: schedule("chips") | None = None
    cumulative_cap: number("chips") | None = None
    deposit: number("fraction", "share") = Num(0.0, "fraction")
    refund: number("fraction", "share") = Num(0.0, "fraction")
    """Share of the deposit that comes back when an order cannot be delivered."""
    divert_to: list[str] = []
    levy: Levy | None = None
    duty: number("fraction", "share") | None = None
    trial: Trial | None = None
    domestic: bool | None = None
    lot: number("chips", ">0") | None = None


class Expansion(StrictModel):
    """More power that may be ordered: at most `per_period`, `lead` before it is energised."""

    step: number("power", ">0") | None = None
    per_period: number("power", ">0")
    first: PeriodField
    limit: number("power", ">0") | None = None
    lead: Months = 0
    capex: number("price_per_watt") | None = None
    source: str | None = None


class Site(StrictModel):
    """A hall or campus: energised IT power, growth, efficiency, price, and what it may hold.

    `power` is IT power for accelerators (before PUE), by period: growth already committed is an
    entry. `holds`: any, domestic (chips designed in the country), or a list of chip ids.
    `loads`: service, work or campaign names, or phases (prefill, decode, dense, training,
    reserved), that it may run; empty = all whose `serve_from` names it or its region.
    """

    note: str = ""
    source: str | None = None
    region: str
    power: schedule("power")
    expand: Expansion | None = None
    pue: number("ratio", ">=1")
    electricity: number("energy_price")
    rent: number("price_per_watt_month") | None = None
    capex_due: schedule("money") = Schedule(())
    """Money still to pay for committed growth, by period."""
    holds: Literal["any", "domestic"] | list[str] = "any"
    loads: list[str] = []
    tags: list[str] = []


class Rules(StrictModel):
    """Limits and margins that hold for the whole fleet."""

    usable: number("fraction", "share") = Num(0.92, "fraction", note="failures, spares, upgrades")
    slo_load: number("fraction", "share") | None = None
    """Share of saturated throughput at which the SLO holds; None = from the serving stage."""
    pooled_peak: number("ratio", ">=1") | None = None
    """Coincident busiest hour of the pooled fleet over its mean; None = from service shapes."""
    fragmentation: number("ratio", ">=1") = Num(1.0, "ratio")
    """Chips held over chips needed: many models, small pools, N+1."""
    domestic_share: number("fraction", "share") | None = None
    """Least share of chip spend in the home country that goes to domestic chips."""
    home: str = ""
    """Country code of the domestic rule."""
    cached_token_cost: number("fraction", "share") = Num(
        0.04, "fraction", note="cost of a cached input token over a computed one"
    )
