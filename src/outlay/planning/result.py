"""What planning hands on: the plan on every node, its money, its prices and its certificates."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.core.arrays import Array
from outlay.planning.problem.types import Offer, PlanProblem, Treatment
from outlay.results.plans.rows import Slack

__all__ = ["Certificates", "Flow", "Plan", "Price"]


@dataclass(frozen=True, slots=True)
class Flow:
    """One payment of the plan: `amount` in currency, positive = paid, at node `node`.

    entry: deposit, delivery, host, levy, refund, cancel_fee, divert, instalment, rent, exit_fee,
    notice, energy, site_rent, upkeep, expansion, resale, interest, shed, short, slack, revenue,
    residual, obligation, waited, staff. item: id of the offer, pool, site, load or limit.
    capex_class: `processors`, `servers`, `site`, ... for capex. quantity: chips, MW, MWh or units.
    discount: value at the start of the horizon of 1 paid then.
    """

    node: int
    entry: str
    item: str
    treatment: Treatment
    amount: float
    quantity: float
    discount: float
    capex_class: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """A shadow price: what one more `unit` of the limit saves, expected and discounted.

    family: row family (sites, supply, budget, ...). value: currency per unit at the start of the
    horizon, already weighted with the node's probability; here: the same undone (currency of
    the node per unit, if that node is reached). binding: the limit is used up.
    """

    family: str
    item: str
    node: int
    unit: str
    value: float
    here: float
    used: float
    limit: float
    binding: bool


@dataclass(frozen=True, slots=True)
class Certificates:
    """I6 and I7, recomputed from our own matrices in original units; residuals are relative.

    primal: largest violation of a row or bound. dual: largest reduced-cost sign violation.
    gap: |primal - dual objective| / max(1, |objective|). integrality: largest distance to a
    whole number; bound_gap: (objective - bound) / |objective| of an integer solve.
    """

    primal: float
    dual: float
    gap: float
    integrality: float
    bound_gap: float
    objective: float
    solver: str
    method: str
    rows: int
    columns: int
    nonzeros: int
    seconds: float

    def ok(self, tolerance: float = 1e-6) -> bool:
        return max(self.primal, self.dual, self.gap, self.integrality) <= tolerance


@dataclass(frozen=True)
class Plan:
    """The plan on every node of `problem.tree`.

    objective: (1 - w) × expected discounted cost + w × CVaR, in currency; expected_cost and
    leaf_cost [leaf] beside it. rounding: how much of it whole lots, steps and blocks cost,
    None where nothing is whole. Chips: orders [offer, node], deliveries [offer, site, node]
    (starts, of leases), diverted [offer, site, node], cancelled [offer, node], waiting
    [offer, node] (due, not yet delivered); arriving and left [offer, site, node]: by how much the
    mean stock of the node rises and falls, a chip that comes or goes inside a period counting in
    parts; early [offer, start node, node] chips sold or returned before their time, at the start
    of the node;
    stock [chip, site, node] all that stands there, pool_stock [pool, site, node].
    moved [chip, site, node]: net of chips moved between halls of one place (see `places`).
    Power: expansion_mw [site, node] ordered, energised_mw [site, node], used_mw [site, node],
    given_mw [site, node] rented power given up so far.
    Work: served [load, chip, zone, slice, node], shed and deferred [load, slice, node] units/s
    (deferred < 0: moved away), handed [load, slice, node] to a smaller model (< 0: taken by it),
    work [campaign, chip, zone, node] units, short [campaign, node].
    zones: site ids of each zone; sites of a zone take the same loads.
    """

    problem: PlanProblem
    offers: tuple[Offer, ...]  # those of the problem, then a renewal for each leased pool
    status: str
    objective: float
    expected_cost: float
    leaf_cost: Array
    zones: tuple[tuple[str, ...], ...]
    orders: Array
    deliveries: Array
    diverted: Array
    cancelled: Array
    waiting: Array
    arriving: Array
    left: Array
    early: Array
    stock: Array
    pool_stock: Array
    moved: Array
    expansion_mw: Array
    energised_mw: Array
    used_mw: Array
    given_mw: Array
    served: Array
    shed: Array
    handed: Array
    deferred: Array
    work: Array
    short: Array
    cash: Array  # [node], empty without a cash limit
    debt: Array
    flows: tuple[Flow, ...]
    prices: tuple[Price, ...]
    slacks: tuple[Slack, ...]
    certificates: Certificates
    rounding: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def any_share(self) -> float:
        """The objective without whole lots: what values, which know none, are set against."""
        return self.objective - (self.rounding or 0.0)
