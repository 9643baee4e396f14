"""Offers, pools and chips of a study as the planning problem holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from outlay.core.annuity import monthly_annuity
from outlay.core.arrays import Array
from outlay.core.periods import HOURS_PER_YEAR, MONTHS_PER_YEAR, SECONDS_PER_YEAR, Period
from outlay.planning.problem.node_studies import NodeStudies, level
from outlay.planning.problem.types import CallOff, Chip, Kind, Limit, Offer, Pool, Wear
from outlay.results.chips_models import Chip as CatalogueChip
from outlay.study.model.fields import Num, Schedule, amount_in, value_at
from outlay.study.model.study import Study
from outlay.study.model.supply import Offer as StudyOffer
from outlay.study.model.supply import Pool as StudyPool

__all__ = [
    "chips_of", "draw_of", "exit_share", "offers_of", "on_top", "pools_of", "power_included",
    "shared_caps", "wear_of",
]  # fmt: skip

Places = Callable[[Sequence[str]], tuple[str, ...]]

INF = float("inf")
ROUNDING = 1e-9  # of a pool: less than that is no chip

_KINDS: dict[str, Kind] = {
    "purchase": "purchase",
    "finance_lease": "finance_lease",
    "lease": "operating_lease",
    "reservation": "reservation",
    "spot": "spot",
}


def chips_of(
    ns: NodeStudies, ids: Sequence[str], catalogue: Mapping[str, CatalogueChip]
) -> tuple[Chip, ...]:
    """Chips with power at work and idle, usable share, life and residual value."""
    wear = wear_of(ns.base, "accelerators")
    usable = ns.each(lambda s: s.rules.usable, money=False)
    return tuple(
        Chip(
            id=c,
            power_kw=catalogue[c].it_w / 1e3,
            life_years=wear.life_years,
            family=catalogue[c].family,
            domestic=catalogue[c].domestic_cn,
            usable=usable,
            residual=wear.residual,
            racks=_racks(ns.base, c),
            liquid=c in ns.base.rules.chip_power and ns.base.rules.chip_power[c].liquid,
            busy_use=draw_of(ns.base, c)[0],
            idle_use=draw_of(ns.base, c)[1],
        )
        for c in ids
    )


def draw_of(study: Study, chip: str) -> tuple[float, float]:
    """Shares of its nameplate that the chip draws at work and idle."""
    rules, own = study.rules, study.rules.chip_power.get(chip)
    busy, idle = rules.busy_power, rules.idle_power
    if own is not None:
        busy, idle = own.busy or busy, own.idle or idle
    return busy.value, idle.value


def _racks(study: Study, chip: str) -> float:
    """Racks that one chip takes."""
    own = study.rules.chip_power.get(chip)
    return 0.0 if own is None or own.per_rack is None else 1.0 / own.per_rack.value


def wear_of(study: Study, kind: Literal["accelerators", "servers", "buildings"]) -> Wear:
    """Economic life and residual curve of an asset class; the accounts read the same."""
    years = 20.0 if kind == "buildings" else 5.0
    life = study.finance.lives.get(kind)
    if life is None:
        return Wear(years)
    years = (life.economic or life.book).value / SECONDS_PER_YEAR
    if life.residual.value <= 0:
        return Wear(years)
    return Wear(years, ((0.0, 1.0), (years, life.residual.value)))


def _one_offer(ns: NodeStudies, name: str, offer: StudyOffer, places: Places) -> Offer:
    def get(study: Study) -> StudyOffer:
        return study.supply[name]

    price = ns.series(lambda s: get(s).price, 0.0, money=True)
    rent = ns.series(lambda s: get(s).rent, 0.0, money=True)
    rate = _borrowing_rate(ns)
    # The rent of a finance lease is the instalment on what it finances; the plan knows it by that
    # price. It holds whatever the price would bring with it: no levy, duty or deposit on top.
    by_rent = ns.of(lambda s: _by_rent(get(s))) > 0
    years = max(float(offer.term or 0), 1.0) / MONTHS_PER_YEAR
    financed = rent * HOURS_PER_YEAR / monthly_annuity(rate, years)
    price, rent = np.where(by_rent, financed, price), np.where(by_rent, 0.0, rent)
    cap = _caps(ns, lambda s: get(s).cap)
    upkeep = 0.0 * price
    if offer.by in ("purchase", "finance_lease"):
        upkeep = ns.base.finance.maintenance.value * (price + ns.each(lambda s: get(s).host))
    host = ns.each(lambda s: get(s).host)
    return Offer(
        id=name,
        chip=offer.chip,
        kind=_KINDS[offer.by],
        sites=places(offer.to),
        price=price,
        order_cap=ns.by_period(get, _order_cap),
        delivery_cap=cap,
        rent_hour=rent,
        lead_months=float(offer.lead),
        host_cost=host,
        levy=ns.of(lambda s: 0.0 if _by_rent(get(s)) else on_top(get(s))),
        upkeep_per_year=upkeep,
        deposit=ns.value(lambda s: 0.0 if _by_rent(get(s)) else get(s).deposit.value),
        refund=ns.value(lambda s: get(s).refund.value),
        total_cap=ns.value(lambda s: _total(get(s))),
        divert_sites=places(offer.divert_to),
        term_months=float(offer.term or 0),
        exit_share=exit_share(offer.early_exit, offer.notice) if offer.by in _MAY_LEAVE else None,
        notice_months=float(offer.notice or 0),
        finance_rate=rate,
        energy_included=power_included(offer),
        uses_power=offer.by not in _HOSTED and not power_included(offer),
        cancel_fee=None if offer.cancel_fee is None else offer.cancel_fee.value,
        divert_cost=0.0 if offer.divert_cost is None else ns.money(offer.divert_cost),
        resale=offer.resale,
        lot=0.0 if offer.lot is None else offer.lot.value,
    )


def _order_cap(offer: StudyOffer, period: Period) -> float:
    early = offer.first_order is not None and period.start < offer.first_order.start
    late = offer.last_order is not None and period.start >= offer.last_order.end
    return 0.0 if early or late or _unpriced(offer, period) else INF


def _unpriced(offer: StudyOffer, period: Period) -> bool:
    """Whether the offer's price or rent begins only later: until then nothing can be ordered."""
    said = [plan for plan in (offer.price, offer.rent) if plan is not None]
    return any(value_at(plan, period) is None for plan in said)


_MAY_LEAVE = ("lease", "reservation")
_HOSTED = ("reservation", "spot")  # on somebody else's power


def power_included(offer: StudyOffer) -> bool:
    """Whether the rent holds power and space."""
    return offer.by in _HOSTED if offer.energy_included is None else offer.energy_included


def exit_share(share: Num | None, notice: int | None) -> float | None:
    """Share of the rent still owed that leaving costs; a notice alone may be given for its rent."""
    if share is not None:
        return share.value
    return None if notice is None else 0.0


def _by_rent(offer: StudyOffer) -> bool:
    return offer.by == "finance_lease" and offer.rent is not None


def on_top(offer: StudyOffer) -> float:
    """Levy and duty, where the stated price does not have them inside."""
    levy = 0.0 if offer.levy is None or offer.levy.included else offer.levy.share.value
    return levy + (0.0 if offer.duty is None else offer.duty.value)


def _total(offer: StudyOffer) -> float:
    return INF if offer.cumulative_cap is None else offer.cumulative_cap.value


def _caps(ns: NodeStudies, pick: Callable[[Study], Schedule | None]) -> Array:
    """[node]: what a cap by period lets through in the node's period; none before its first entry,
    inf where none is stated."""

    def read(plan: Schedule | None, period: Period) -> float:
        return INF if plan is None else amount_in(plan, period) or 0.0

    return ns.by_period(pick, read)


def _borrowing_rate(ns: NodeStudies) -> float:
    rate = ns.base.finance.borrowing_rate
    return float(ns.base.discount_rate.value if rate is None else rate.value)


def offers_of(ns: NodeStudies, places: Places) -> tuple[Offer, ...]:
    """Every offer; one with a trial becomes two: the trial, and the call-off it buys."""
    out = list(_arrivals(ns, places))
    for name, offer in ns.base.supply.items():
        main = _one_offer(ns, name, offer, places)
        out.append(main)
        if offer.trial is not None:
            trial = offer.trial
            call = CallOff(name, trial.call_off.value)
            out[-1] = replace(main, total_cap=np.minimum(main.total_cap, trial.quantity.value))
            out.append(replace(main, id=f"{name}:call-off", call_off=call, lot=0.0))
    return tuple(out)


def _on_order(pool: StudyPool, first: Period) -> bool:
    """Whether the pool is an order already placed: it comes later, or is still to be paid for."""
    if pool.arrives is None:
        return False
    due = pool.owed is not None and pool.arrives.start >= first.start
    return due or pool.arrives.start > first.start


def _arrivals(ns: NodeStudies, places: Places) -> tuple[Offer, ...]:
    """Chips ordered before the horizon that arrive inside it: orders already placed.

    What is still owed on bought ones is paid as they arrive; leased ones owe their rent from then
    to the end of their lease, or of the horizon where it has none.
    """
    first = ns.tree.periods[0]
    return tuple(
        _arrival(ns, name, pool, pool.arrives, places)
        for name, pool in ns.base.fleet.items()
        if pool.arrives is not None and _on_order(pool, first)
    )


def _arrival(ns: NodeStudies, name: str, pool: StudyPool, arrives: Period, places: Places) -> Offer:
    """The order of one pool: all of it at its arrival, neither more nor less."""
    n = len(ns.tree)
    due = np.array([ns.period(i).contains(arrives.start) for i in range(n)])
    quantity = np.where(due, pool.quantity.value, 0.0)
    into = [arrives.ordinal - ns.period(i).ordinal for i in range(n) if due[i]]
    leased = pool.tenure == "leased"
    last = ns.tree.periods[-1] if pool.lease_end is None else pool.lease_end
    owed = 0.0 if pool.owed is None or leased else ns.money(pool.owed)
    return Offer(
        id=name,
        chip=pool.chip,
        kind="operating_lease" if leased else "purchase",
        sites=places(pool.places),
        price=np.where(due, owed, 0.0),
        order_cap=quantity,
        delivery_cap=quantity,
        rent_hour=np.full(n, _pool_rent(ns, pool)),
        order_floor=quantity,
        lead_months=float(into[0] if into else 0),
        term_months=float(last.shift(1).ordinal - arrives.ordinal) if leased else 0.0,
        exit_share=exit_share(pool.early_exit, pool.notice) if leased else None,
        notice_months=float(pool.notice or 0),
        uses_power=not pool.energy_included,
        energy_included=pool.energy_included,
    )


def _pool_rent(ns: NodeStudies, pool: StudyPool) -> float:
    """Rent of a chip of a leased pool; an owned one has none."""
    return ns.money(pool.rent) if pool.tenure == "leased" and pool.rent is not None else 0.0


def _cap_of(name: str) -> Callable[[Study], Schedule | None]:
    return lambda study: study.supply[name].cap


def _total_of(name: str) -> Callable[[Study], float]:
    return lambda study: _total(study.supply[name])


def shared_caps(ns: NodeStudies) -> tuple[Limit, ...]:
    """A trial and its call-off are one offer of the study: they share its caps."""
    out = []
    for name, offer in ns.base.supply.items():
        if offer.trial is None:
            continue
        both = (name, f"{name}:call-off")
        cap = _caps(ns, _cap_of(name))
        if np.isfinite(cap).any():
            out.append(Limit(f"{name} with call-off", both, cap))
        total = ns.of(_total_of(name))
        if np.isfinite(total).any():
            out.append(Limit(f"{name} with call-off, in all", both, total, cumulative=True))
    return (*out, *_warehouses(ns))


def _warehouses(ns: NodeStudies) -> Iterator[Limit]:
    """What offers install of a pool is what lies in its warehouse, and no more."""
    for name, pool in ns.base.fleet.items():
        takers = tuple(k for k, o in ns.base.supply.items() if o.from_pool == name)
        if takers:
            there = 0.0 if pool.not_installed is None else pool.not_installed.value
            takers += tuple(f"{k}:call-off" for k in takers if ns.base.supply[k].trial is not None)
            full = np.full(len(ns.tree), there)
            yield Limit(f"{name} not installed", takers, full, cumulative=True)


def _ends(ns: NodeStudies, pool: StudyPool) -> tuple[float, float]:
    """Months from the start of the horizon to the end of the pool's lease and of its life."""
    first = ns.tree.periods[0]
    lease = life = INF
    if pool.lease_end is not None:
        lease = float(pool.lease_end.shift(1).ordinal - first.ordinal)
    if pool.vintage is not None and pool.life is not None:
        dies = pool.vintage.value + pool.life.value / SECONDS_PER_YEAR
        life = (dies - first.start_year) * MONTHS_PER_YEAR
    return lease, life


def _there(ns: NodeStudies, quantity: float, ends: float) -> Array:
    """[node]: of `quantity` chips that are there until so many months from the start of the
    horizon, a part of a period as a part of them."""
    start = ns.tree.periods[0].ordinal
    out = np.zeros(len(ns.tree))
    for node in range(len(ns.tree)):
        period = ns.period(node)
        left = (ends - (period.ordinal - start)) / period.months
        out[node] = quantity * min(max(left, 0.0), 1.0)
    return np.where(out < ROUNDING * quantity, 0.0, out)


def _renewed_at(ns: NodeStudies, name: str) -> Array | None:
    """[node]: rent at which the pool's lease may be renewed, 0 where there is none yet."""
    if ns.base.fleet[name].renew_rent is None:
        return None
    return ns.series(lambda s: s.fleet[name].renew_rent, 0.0, money=True)


def pools_of(ns: NodeStudies, places: Places) -> tuple[Pool, ...]:
    """The fleet that stands; what is not installed yet is an offer of its own in the study."""
    out = []
    first = ns.tree.periods[0]
    whole = float(sum(x.months for x in ns.tree.periods))
    for name, pool in ns.base.fleet.items():
        if _on_order(pool, first):
            continue  # not part of the fleet at the start
        age = 0.0
        if pool.vintage is not None:
            age = max(0.0, first.start_year - pool.vintage.value)
        leased = pool.tenure == "leased"
        rent = _pool_rent(ns, pool)
        lease, life = _ends(ns, pool)
        idle = 0.0 if pool.not_installed is None else pool.not_installed.value
        # A lease of which no end is stated is counted as far as the horizon.
        runs = min(lease, whole) if pool.lease_end is None else lease
        upkeep = 0.0
        if pool.book_value is not None and not leased:
            upkeep = ns.base.finance.maintenance.value * ns.money(pool.book_value)
        out.append(
            Pool(
                id=name,
                chip=pool.chip,
                sites=places(pool.places),
                available=_there(ns, pool.quantity.value - idle, min(lease, life)),
                rent_hour=rent,
                contracted=_there(ns, pool.quantity.value, lease) if leased else None,
                stored=level(_there(ns, idle, lease)) if leased else 0.0,
                contract_months=max(runs, 0.0) if leased else 0.0,
                life_months=max(life, 0.0),
                exit_share=exit_share(pool.early_exit, pool.notice) if leased else None,
                notice_months=float(pool.notice or 0),
                upkeep_per_year=upkeep,
                retirable=True,
                uses_power=not pool.energy_included,
                energy_included=pool.energy_included,
                renew_rent_hour=_renewed_at(ns, name) if leased else None,
                renew_term_months=float(pool.renew_term),
                age_years=age,
            )
        )
    return tuple(out)
