"""Turn a plan on the tree into finance's flows by path and period."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from outlay.core.annuity import level_annuity
from outlay.core.arrays import Array, Number
from outlay.core.periods import (
    HOURS_PER_DAY,
    HOURS_PER_YEAR,
    MONTHS_PER_YEAR,
    SECONDS_PER_HOUR,
    SECONDS_PER_YEAR,
    Period,
)
from outlay.demand.types import DemandPaths, Load
from outlay.finance.book.departures import departures
from outlay.finance.types import (
    Activity,
    AssetClass,
    Cost,
    Flows,
    Lease,
    LeaseEnd,
    Opening,
    Policy,
    Purchase,
    Sale,
)
from outlay.planning.problem.node_studies import Branches
from outlay.planning.problem.types import Offer
from outlay.planning.result import Plan
from outlay.results.chips_models import Chip
from outlay.runs.pipeline.agreed import agreed, as_ordered, deposit
from outlay.serving.types import Capacity
from outlay.study.model.fields import Num
from outlay.study.model.study import Study
from outlay.study.model.supply import Pool

__all__ = ["flows_of", "policy_of"]

Money: TypeAlias = Callable[[Num], float]
"""An amount of the study in its currency."""
Sums: TypeAlias = Mapping[tuple[str, str], tuple[Array, Array]]
"""(entry, item) → amounts and quantities by node."""

OPEX_ENTRIES = (
    "energy",
    "site_rent",
    "upkeep",
    "staff",
    "exit_fee",
    "notice",
    "cancel_fee",
    "divert",
)
"""Payments of the plan that are running costs, taken as they stand."""


class _Paths:
    """Node arrays as path arrays: paths that share a node share its value."""

    def __init__(self, plan: Plan) -> None:
        tree = plan.problem.tree
        self.tree = tree
        self.nodes = tree.ancestor[tree.leaves]  # [path, period]

    def __call__(self, by_node: Array) -> Array:
        return np.asarray(by_node[self.nodes], dtype=np.float64)


def policy_of(study: Study, money: Money) -> Policy:
    """Accounting policy of a study; book lives not given are five years, buildings twenty."""
    f = study.finance
    classes = {}
    for name, years in (("accelerators", 5.0), ("servers", 5.0), ("network", 5.0),
                        ("buildings", 20.0)):  # fmt: skip
        life = f.lives.get(name)  # type: ignore[call-overload]
        if life is None:
            classes[name] = AssetClass(years, years, source="default")
        else:
            classes[name] = AssetClass(
                life.book.value / SECONDS_PER_YEAR,
                (life.economic or life.book).value / SECONDS_PER_YEAR,
                life.residual.value,
                tax_years=0.0 if life.tax is None else life.tax.value / SECONDS_PER_YEAR,
            )
    borrow = f.borrowing_rate or study.discount_rate
    return Policy(
        classes=classes,
        discount_rate=study.discount_rate.value,
        standard=f.standard,
        borrowing_rate=borrow.value,
        tax_rate=0.0 if f.tax is None else f.tax.value,
        fiscal_year_start=study.fiscal_year_start,
        opening_cash=0.0 if f.opening_cash is None else money(f.opening_cash),
    )


def _flow_sums(plan: Plan) -> Sums:
    """(entry, item) → amounts and quantities by node."""
    n = len(plan.problem.tree)
    out: dict[tuple[str, str], tuple[Array, Array]] = {}
    for f in plan.flows:
        amount, quantity = out.setdefault((f.entry, f.item), (np.zeros(n), np.zeros(n)))
        amount[f.node] += f.amount
        quantity[f.node] += f.quantity
    return out


def _purchases(plan: Plan, at: _Paths, sums: Sums, currency: str) -> list[Purchase]:
    out = []
    for o, offer in enumerate(plan.offers):
        if offer.kind not in ("purchase", "finance_lease"):
            continue
        financed = offer.kind == "finance_lease"
        arrived = plan.deliveries[o].sum(axis=0) + plan.diverted[o].sum(axis=0)
        if not (arrived.any() or plan.orders[o].any()):
            continue
        ordered, levy = as_ordered(plan, offer)
        part = deposit(offer) if financed else offer.deposit
        # A deposit is a share of the price alone, which holds the levy where that differs by order
        share = agreed(plan, offer, part) * agreed(plan, offer, offer.price)
        refund = agreed(plan, offer, offer.refund)
        lost = plan.cancelled[o] * share * (1 - refund)
        back = plan.cancelled[o] * share * refund
        # What is paid on a finance lease before it begins is part of the right of use
        # (ASC 842-20-30-5); the rest is a liability that its instalments unwind (`_financed`).
        price = share if financed else ordered
        if not financed or np.any(deposit(offer)):
            out.append(
                Purchase(
                    f"{offer.id}:prepaid" if financed else offer.id, "accelerators",
                    at(arrived), at(np.broadcast_to(price, arrived.shape)), currency,
                    chip=offer.chip, levy=0.0 if financed else levy,
                    deposit_paid=at(plan.orders[o] * part * offer.price),
                    deposit_used=at(arrived * share), deposit_refunded=at(back),
                    deposit_lost=at(lost), index=f"price:{offer.id}",
                    source=f"supply.{offer.id}.price",
                )
            )  # fmt: skip
        host = np.broadcast_to(np.asarray(offer.host_cost, dtype=float), arrived.shape)
        if host.any():
            out.append(
                Purchase(f"{offer.id}:host", "servers", at(arrived), at(host), currency,
                         chip=offer.chip, source=f"supply.{offer.id}.host")
            )  # fmt: skip
    for (entry, item), (amount, quantity) in sums.items():
        if entry == "waited":  # who waits keeps the price of his order
            some = np.where(amount != 0, 1.0, 0.0)
            out.append(
                Purchase(f"{item}:waited", "accelerators", at(some), at(amount), currency,
                         unit="order", source=f"supply.{item}.price")
            )  # fmt: skip
        if entry == "expansion":
            price = np.divide(amount, quantity, out=np.zeros_like(amount), where=quantity > 0)
            out.append(
                Purchase(f"{item}:expansion", "buildings", at(quantity), at(price), currency,
                         site=item, unit="MW", source=f"sites.{item}.expand.capex")
            )  # fmt: skip
    return out


def _leases(
    plan: Plan, at: _Paths, currency: str, rate: float, hours: float, study: Study
) -> list[Lease]:
    """Leases of the plan, presented as the study says, else as the tests of ASC 842 decide.

    What the tests need is given: the price of the same chip bought (with its host, unless the
    lease pays one of its own; chips that are paid already say nothing), and its economic life.
    """
    tree, out = plan.problem.tree, []
    months = tree.periods[0].months
    life = {c.id: c.life_years for c in plan.problem.chips}
    bought = [o for o in plan.offers if o.kind == "purchase" and np.all(o.price > 0)]
    for o, offer in enumerate(plan.offers):
        if offer.kind != "operating_lease":
            continue
        starts = plan.deliveries[o].sum(axis=0)
        if not starts.any():
            continue
        term = max(1, round(offer.term_months / months))
        said = study.supply.get(offer.id)
        prices = [_with_host(o) for o in bought if o.chip == offer.chip]
        fair = max(0.0, min(prices, default=0.0) - float(np.mean(offer.host_cost)))
        out.append(
            Lease(offer.id, at(starts), at(np.asarray(offer.rent_hour) * hours), currency, term,
                  rate, fair_value=fair, economic_years=life[offer.chip],
                  treatment="by_tests" if said is None else said.accounting,
                  chip=offer.chip, index=f"rent:{offer.id}",
                  source=f"supply.{offer.id}.rent")
        )  # fmt: skip
    out += _financed(plan, at, currency, hours)
    for k, pool in enumerate(plan.problem.pools):
        rent = np.broadcast_to(np.asarray(pool.rent_hour, dtype=float), (len(tree),))
        held = plan.pool_stock[k].sum(axis=0)
        if not rent.any() or not held.any():
            continue
        path, start = at(held), np.zeros_like(at(held))
        start[:, 0] = path[:, 0]
        out.append(
            Lease(pool.id, start, at(rent * hours), currency, _contract(plan, k), rate,
                  chip=pool.chip, opening=True, source=f"fleet.{pool.id}.rent")
        )  # fmt: skip
    return out


def _financed(plan: Plan, at: _Paths, currency: str, hours: float) -> list[Lease]:
    """Finance leases: what the plan pays in level instalments, title passing at the end."""
    tree, out = plan.problem.tree, []
    months = tree.periods[0].months
    life = {c.id: c.life_years for c in plan.problem.chips}
    for o, offer in enumerate(plan.offers):
        starts = plan.deliveries[o].sum(axis=0) + plan.diverted[o].sum(axis=0)
        if offer.kind != "finance_lease" or not starts.any():
            continue
        price, levy = as_ordered(plan, offer)
        financed = price * (1.0 - agreed(plan, offer, deposit(offer))) * (1.0 + levy)
        yearly = financed * level_annuity(offer.finance_rate, offer.term_months / MONTHS_PER_YEAR)
        out.append(
            Lease(
                offer.id, at(starts), at(yearly * hours / HOURS_PER_YEAR), currency,
                max(1, round(offer.term_months / months)), offer.finance_rate,
                fair_value=float(financed.mean()), economic_years=life[offer.chip],
                chip=offer.chip, transfers=True, treatment="finance",
                index=f"price:{offer.id}", source=f"supply.{offer.id}.price",
            )
        )  # fmt: skip
    return out


def _with_host(offer: Offer) -> float:
    """Mean price of a chip with what it needs around it."""
    return float(np.mean(offer.price) + np.mean(offer.host_cost))


def _contract(plan: Plan, pool: int) -> int:
    """Periods for which the pool's contract runs, whatever the plan gives back of it."""
    tree, there = plan.problem.tree, plan.problem.pools[pool].available > 0
    return max(1, len(set(tree.period[there].tolist())))


def _given_back(plan: Plan, at: _Paths, leases: list[Lease]) -> list[LeaseEnd]:
    """What the plan gives back of the leased pools before their contracts end."""
    named = {x.id: x for x in leases if x.opening}
    out = []
    for k, pool in enumerate(plan.problem.pools):
        if pool.id in named:
            held = at(plan.pool_stock[k].sum(axis=0))
            gone = np.maximum(np.diff(held, axis=1, prepend=held[:, :1]) * -1.0, 0.0)
            gone[:, named[pool.id].term :] = 0.0  # the contract's own end is no early one
            if gone.any():
                out.append(LeaseEnd(pool.id, 0, gone))
    return out


def _costs(plan: Plan, at: _Paths, sums: Sums, currency: str) -> list[Cost]:
    out = []
    for (entry, item), (amount, quantity) in sums.items():
        if entry in OPEX_ENTRIES and amount.any():
            known = np.abs(quantity) > 0
            price = np.divide(amount, quantity, out=amount.copy(), where=known)
            out.append(
                Cost(f"{entry}:{item}", "power" if entry == "energy" else entry,
                     at(np.where(known, quantity, 1.0)), at(price), currency,
                     unit="MWh" if entry == "energy" else "unit", site=item,
                     variable=0.5 if entry == "energy" else 0.0)
            )  # fmt: skip
    for offer in plan.offers:
        if offer.kind in ("reservation", "spot"):
            amount, quantity = sums.get(("rent", offer.id), (np.zeros(0), np.zeros(0)))
            if amount.any():
                price = np.divide(amount, quantity, out=amount.copy(), where=quantity > 0)
                out.append(
                    Cost(f"cloud:{offer.id}", "cloud", at(np.where(quantity > 0, quantity, 1.0)),
                         at(price), currency, unit="chip-hour", chip=offer.chip)
                )  # fmt: skip
    return out


def _parts(
    load: Load, cached_per_unit: Number, cached_cost: float
) -> tuple[tuple[str, Number, Number], ...]:
    """(kind, share of the load's chip-seconds, tokens per unit); work has no tokens."""
    if load.unit != "token/s":
        return (("work", 1.0, 0.0),)
    if load.phase != "prefill":
        return (("output", 1.0, 1.0),)
    weight = cached_per_unit * cached_cost
    return (
        ("input", 1.0 / (1.0 + weight), 1.0),
        ("cached", weight / (1.0 + weight), cached_per_unit),
    )


def _activities(
    plan: Plan, branches: Branches, at: _Paths, cached_cost: float
) -> tuple[list[Activity], list[Sale]]:
    """Chip-seconds and tokens served by service and kind; a cached token costs `cached_cost`.

    A chip's work is counted at the rates of the capacity table of the branch. What is held for
    peaks, fragmentation and spares is not work: it stays idle, and finance shows its cost apart.
    """
    p, tree = plan.problem, plan.problem.tree
    rate = np.ones((len(p.loads), len(tree))) if p.rate_factor is None else p.rate_factor
    units, cached = branches.units(), branches.loads(lambda x: x.cached_per_unit)
    hours = p.slice_hours[None, :, None] / HOURS_PER_DAY
    acts: list[Activity] = []
    sales: list[Sale] = []
    for i, load in enumerate(branches.demand[0].loads):
        by_chip = (plan.served[i].sum(axis=1) * hours).sum(axis=1)  # [chip, node] units/s
        work = by_chip.sum(axis=0) * tree.seconds  # units per period
        for kind, share, tokens in _parts(load, cached[i], cached_cost):
            if np.any(np.asarray(tokens) > 0):
                sales.append(Sale(load.service, kind, at(work * tokens / 1e6)))
            for c, chip in enumerate(p.chips):
                per = units[i, c] * rate[i]
                if p.chip_factor is not None:
                    per = per * p.chip_factor[c]
                busy = np.divide(by_chip[c] * tree.seconds, per, out=np.zeros_like(per),
                                 where=per > 0) * share  # fmt: skip
                if busy.any():
                    acts.append(Activity(load.service, kind, chip.id, at(busy)))
    return acts, sales


def flows_of(
    plan: Plan,
    demand: DemandPaths,
    capacity: Capacity,
    study: Study,
    chips: Mapping[str, Chip],
    money: Money,
    branches: Branches | None = None,
) -> Flows:
    """Everything finance needs of the plan, by path (leaf of the tree) and period.

    branches: demand and capacity by node, where effects of states change them.
    """
    at = _Paths(plan)
    tree, currency = plan.problem.tree, plan.problem.currency
    sums = _flow_sums(plan)
    policy = policy_of(study, money)
    hours = float(tree.seconds.mean()) / SECONDS_PER_HOUR
    if branches is None:
        branches = Branches.same(demand, capacity, len(tree))
    acts, sales = _activities(plan, branches, at, study.rules.cached_token_cost.value)
    stock = plan.stock.sum(axis=1)
    purchases = tuple(_purchases(plan, at, sums, currency))
    leases = tuple(_leases(plan, at, currency, policy.borrowing_rate, hours, study))
    disposals, ends = departures(plan, purchases, leases)
    ends = (*ends, *_given_back(plan, at, list(leases)))
    opening = tuple(
        Opening(k, "accelerators", money(pool.book_value) * pool.quantity.value,
                _remaining_years(pool, tree.periods[0]), currency, chip=pool.chip)
        for k, pool in study.fleet.items()
        if pool.book_value is not None
    )  # fmt: skip
    return Flows(
        periods=tree.periods,
        currency=currency,
        paths=tuple(" ".join(f"{k}={v}" for k, v in tree.labels[n].items()) or "base"
                    for n in tree.leaves),
        probability=tree.probability[tree.leaves],
        node=at.nodes,
        purchases=purchases,
        disposals=disposals,
        opening=opening,
        leases=leases,
        lease_ends=ends,
        costs=tuple(_costs(plan, at, sums, currency)),
        sales=tuple(sales),
        activities=tuple(acts),
        available={c.id: at(stock[i] * np.asarray(c.usable) * tree.seconds)
                   for i, c in enumerate(plan.problem.chips) if stock[i].any()},
        power_kw={c: chips[c].it_w / 1e3 for c in chips},
    )  # fmt: skip


def _remaining_years(pool: Pool, first: Period) -> float:
    if pool.vintage is None or pool.life is None:
        return 2.0
    dies = pool.vintage.value + pool.life.value / SECONDS_PER_YEAR
    return float(max(0.25, dies - first.year - (first.month - 1) / 12))
