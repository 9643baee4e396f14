"""Turn a plan on the tree into finance's flows by path and period."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import numpy as np

from outlay.core.arrays import Array, Number
from outlay.core.periods import HOURS_PER_DAY, SECONDS_PER_HOUR
from outlay.demand.types import DemandPaths, Load
from outlay.finance.book.departures import departures
from outlay.finance.types import Activity, Cost, Flows, Sale
from outlay.planning.problem.node_studies import Branches, NodeStudies
from outlay.planning.result import Plan
from outlay.results.chips_models import Chip
from outlay.runs.pipeline.bought import Paths, Payments, calendar_of, purchases_of
from outlay.runs.pipeline.firm import debts_of, outside_of, policy_of, stands
from outlay.runs.pipeline.rented import RENT, given_back, leases_of, with_what_is_paid
from outlay.runs.pipeline.trained import trained
from outlay.serving.types import Capacity
from outlay.study.model.fields import Num
from outlay.study.model.study import Study

__all__ = ["flows_of"]

Money: TypeAlias = Callable[[Num], float]
"""An amount of the study in its currency."""

TOKENS_PER_MTOK = 1e6
CATEGORY = {"energy": "power", "upkeep": "maintenance"}
"""Payments of the plan that accounts call otherwise."""
COUNTED = {
    "energy": "MWh", "site_rent": "MW-period", "staff": "MW-year", "upkeep": "chip-period",
    "upfront": "chip", "cancel_fee": "chip", "divert": "chip",
}  # fmt: skip
"""What the quantity of a payment counts; a chip or megawatt for a period is so much of either."""


def _costs(plan: Plan, at: Paths, paid: Payments, currency: str, leased: set[str]) -> list[Cost]:
    """Running payments of the plan, as they stand; rent of what is no lease among them."""
    out = []
    cloud = {
        o.id: (o.chip, at(_chip_hours(plan, i, paid)))
        for i, o in enumerate(plan.offers) if o.kind in ("reservation", "spot")
    }  # fmt: skip
    for key, amount in paid.amount.items():
        entry, item = key
        running = paid.treatment[key] in ("opex", "lease")
        if not running or not amount.any() or (entry in RENT and item in leased):
            continue
        if entry == "rent" and item in cloud:
            chip, hours = cloud[item]
            each = np.divide(at(amount), hours, out=at(amount).copy(), where=hours > 0)
            out.append(Cost(f"cloud:{item}", "cloud", _counted(hours, at(amount)), each,
                            currency, unit="chip-hour", chip=chip))  # fmt: skip
            continue
        quantity = paid.quantity[key]
        known = np.abs(quantity) > 0
        price = np.divide(amount, quantity, out=amount.copy(), where=known)
        many, each = at(_counted(quantity, amount)), at(price)
        out.append(
            Cost(f"{entry}:{item}", CATEGORY.get(entry, entry), many, each, currency,
                 unit=COUNTED.get(entry, "unit"), site=item,
                 variable=0.5 if entry == "energy" else 0.0)
        )  # fmt: skip
    return out


def _counted(quantity: Array, amount: Array) -> Array:
    """What is paid for; one of it where something is paid that the plan does not count."""
    uncounted: Array = (np.abs(quantity) <= 0) & (amount != 0)
    return np.asarray(np.where(uncounted, 1.0, quantity))


def _chip_hours(plan: Plan, o: int, paid: Payments) -> Array:
    """[node]: chip-hours for which the rent of an offer is paid, parts of periods counted as such.

    The plan counts the chips that stand in some of a period; of those that arrive or end in its
    midst only their part of it is paid.
    """
    tree, offer = plan.problem.tree, plan.offers[o]
    began: Array = (plan.deliveries[o] + plan.diverted[o]).sum(axis=0)
    node, t = np.nonzero(tree.ancestor >= 0)
    presence: Array = calendar_of(plan, offer).presence[t, tree.period[node]]
    many = began[tree.ancestor[node, t]] * (presence > 0)
    stood = np.bincount(node, many, len(tree))
    there = np.bincount(node, many * presence, len(tree))
    part = np.divide(there, stood, out=np.ones(len(tree)), where=stood > 0)
    chips = paid.quantity.get(("rent", offer.id), np.zeros(len(tree)))
    return np.asarray(chips * part * tree.seconds / SECONDS_PER_HOUR)


def _price(study: Study, service: str, kind: str) -> Num | None:
    """What customers pay for a token, None where the study does not say."""
    found = study.services.get(service)
    price = None if found is None else found.value.price
    if price is None:
        return None
    return {"input": price.input, "cached": price.cached, "output": price.output}.get(kind)


def _price_at(nodes: NodeStudies, service: str, kind: str) -> Array:
    """[node]: what customers pay for a million tokens, as the node's branch has it."""
    return nodes.each(lambda s: _price(s, service, kind)) * TOKENS_PER_MTOK


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
    plan: Plan,
    branches: Branches,
    at: Paths,
    cached_cost: float,
    price: Callable[[str, str], Array | float],
) -> tuple[list[Activity], list[Sale]]:
    """Chip-seconds and tokens served by service and kind; a cached token costs `cached_cost`.

    price: what customers pay for a million tokens of a service and kind, [path, period].

    A chip's work is counted at the rates of the capacity table of the branch. What is held for
    peaks, fragmentation and spares is not work: it stays idle, and finance shows its cost apart.
    """
    p, tree = plan.problem, plan.problem.tree
    rate = np.ones((len(p.loads), len(tree))) if p.rate_factor is None else p.rate_factor
    units, cached = branches.units(), branches.loads(lambda x: x.cached_per_unit)
    hours = p.hours[None] / HOURS_PER_DAY
    # A trace of work where no chip stands is the solver's rounding.
    stands = np.asarray(plan.stock.any(axis=(1, 2)))
    acts: list[Activity] = []
    sales: list[Sale] = []
    for i, load in enumerate(branches.demand[0].loads):
        by_chip: Array = (plan.served[i].sum(axis=1) * hours).sum(axis=1)  # [chip, node] units/s
        work: Array = by_chip.sum(axis=0) * tree.seconds  # units per period
        for kind, share, tokens in _parts(load, cached[i], cached_cost):
            if np.any(np.asarray(tokens) > 0):
                mtok = at(work * tokens / TOKENS_PER_MTOK)
                sales.append(
                    Sale(load.service, kind, mtok, price(load.service, kind),
                         source=f"services.{load.service}.value.price.{kind}")
                )  # fmt: skip
            for c, chip in enumerate(p.chips):
                per: Array = units[i, c] * rate[i]
                if p.chip_factor is not None:
                    per = per * p.chip_factor[c]
                busy: Array = np.divide(by_chip[c] * tree.seconds, per, out=np.zeros_like(per),
                                 where=per > 0) * share  # fmt: skip
                if busy.any() and stands[c]:
                    acts.append(Activity(load.service, kind, chip.id, at(busy)))
    acts += trained(plan, branches.demand[0], at)
    return acts, sales


def _names(plan: Plan) -> Iterator[str]:
    tree = plan.problem.tree
    for leaf in tree.leaves:
        yield " ".join(f"{k}={v}" for k, v in tree.labels[leaf].items()) or "base"


def flows_of(
    plan: Plan,
    demand: DemandPaths,
    capacity: Capacity,
    study: Study,
    chips: Mapping[str, Chip],
    money: Money,
    nodes: NodeStudies | None = None,
    branches: Branches | None = None,
) -> Flows:
    """Everything finance needs of the plan, by path (leaf of the tree) and period.

    nodes: the study as each node sees it, for what a branch changes of prices that customers pay
    and of what lies outside the plan. branches: demand and capacity by node, where effects of
    states change them.
    """
    at = Paths(plan)
    tree, currency = plan.problem.tree, plan.problem.currency
    paid = Payments.of(plan)
    policy = policy_of(study, money)
    hours = float(tree.seconds.mean()) / SECONDS_PER_HOUR

    def price(service: str, kind: str) -> Array | float:
        if nodes is not None:
            return at(_price_at(nodes, service, kind))
        num = _price(study, service, kind)
        return 0.0 if num is None else money(num) * TOKENS_PER_MTOK

    if branches is None:
        branches = Branches.same(demand, capacity, len(tree))
    acts, sales = _activities(plan, branches, at, study.rules.cached_token_cost.value, price)
    stock: Array = plan.stock.sum(axis=1)
    purchases = tuple(purchases_of(plan, at, paid, currency))
    leases = leases_of(plan, at, paid, currency, policy.borrowing_rate, hours, study)
    disposals, ends = departures(plan, purchases, leases)
    ends = (*ends, *given_back(plan, at, leases))
    firm, bought = outside_of(study, tree.periods, currency, money, at, nodes)
    return Flows(
        periods=tree.periods,
        currency=currency,
        paths=tuple(_names(plan)),
        probability=tree.probability[tree.leaves],
        node=at.nodes,
        purchases=(*purchases, *bought),
        disposals=disposals,
        opening=stands(plan, study, at, money),
        leases=with_what_is_paid(leases, ends, paid, at),
        lease_ends=ends,
        costs=tuple(_costs(plan, at, paid, currency, {x.id for x in leases})),
        debts=debts_of(plan, at, paid),
        outside=firm,
        sales=tuple(sales),
        activities=tuple(acts),
        available={c.id: at(stock[i] * np.asarray(c.usable) * tree.seconds)
                   for i, c in enumerate(plan.problem.chips) if stock[i].any()},
        power_kw={c: chips[c].it_w / 1e3 for c in chips},
    )  # fmt: skip
