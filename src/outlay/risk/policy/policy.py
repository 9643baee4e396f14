"""A plan lived through in a world: orders stand, the branch is followed, operation is re-made.

What was ordered at the root stays; later orders are those of the tree branch that the world's
states lead to. Chips come late where the world delays them, payments change with its prices,
and each period's operation is optimised again for the world's demand and performance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.periods import HOURS_PER_DAY
from outlay.planning.result import Plan
from outlay.risk.policy.operate import NodeOperation
from outlay.risk.worlds.arrays import PlanArrays
from outlay.risk.worlds.conditions import Conditions, Settings, conditions_of
from outlay.risk.worlds.effects import ENTRIES, multiplier, pays
from outlay.risk.worlds.worlds import Worlds

__all__ = ["PlanPolicy"]


TOKENS = "token/s"
RESERVED = "reserved"
MTOK = 1e6
_SHORT = "short"
"""Entry of training not done: like what is shed, its price is no cash."""
_REMADE = ("shed", "revenue")
"""Entries that the new operation replaces; all others follow from orders and what stands."""


@dataclass
class PlanPolicy:
    """An `Evaluator` of `plan` under `settings`.

    Outputs: `cost` (discounted, with penalties, less what is left at the end), of it `cash` and
    `unserved_cost` (the rest is the price of limits broken), `served_share` of
    tokens (or of all work where nothing is counted in tokens), `served_share/<period>`,
    `served/<service>`, `capex/<year>`, `opex/<year>`, `cost_per_mtok` (cash), and `budget/<id>` for
    each budget, `over/<id>` its excess where the amount depends on the branch.
    """

    plan: Plan
    settings: Settings
    _operations: dict[int, NodeOperation] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        p = self.plan.problem
        self.arrays = PlanArrays.of(self.plan)
        self.n_periods = len(p.tree.periods)
        self.services = tuple(dict.fromkeys(x.service or x.id for x in p.loads))
        counted = np.array([x.unit == TOKENS for x in p.loads])
        self.counted = counted if counted.any() else np.ones(len(p.loads), dtype=bool)
        self.has_tokens = bool(counted.any())
        self.flows = _Flows.of(self.plan)
        years = dict.fromkeys(self.settings.years)
        periods = [str(x) for x in p.tree.periods]
        self.outputs: tuple[str, ...] = (
            "cost",
            "served_share",
            *(f"served_share/{x}" for x in periods),
            *(f"served/{s}" for s in self.services),
            *(f"capex/{y}" for y in years),
            *(f"opex/{y}" for y in years),
            *(("cost_per_mtok",) if self.has_tokens else ()),
            "cash",
            "unserved_cost",
            *(f"budget/{b.id}" for b in p.budgets),
            *(f"over/{b.id}" for b in p.budgets if np.ndim(b.amount)),
        )

    # the evaluator ------------------------------------------------------------------------

    def evaluate(self, worlds: Worlds) -> Array:
        """[world, output]."""
        c = conditions_of(self.plan.problem, self.arrays.offers, self.settings, worlds)
        money = self._payments(worlds, c.leaf, c.closed)
        rows = [self._world(i, c, money[i, ...]) for i in range(len(worlds))]
        return np.array(rows).reshape(len(worlds), len(self.outputs))

    # money --------------------------------------------------------------------------------

    def _payments(self, worlds: Worlds, leaf: IntArray, closed: IntArray) -> Array:
        """[world, flow] undiscounted payments on the world's path, remade entries left out.

        What an offer is paid falls with the share of its starts that a closed door refuses.
        """
        f, tree = self.flows, self.plan.problem.tree
        on_path: BoolArray = tree.ancestor[leaf][:, tree.period[f.node]] == f.node[None, :]
        out: Array = np.where(on_path & ~f.remade[None, :], f.amount[None, :], 0.0)
        period = tree.period[f.node]
        for e in self.settings.effects:
            if e.kind in (*ENTRIES, "money"):
                hit = np.array(
                    [pays(e, entry, item) for entry, item in zip(f.entry, f.item, strict=True)],
                    dtype=bool,
                )
                m = multiplier(e, worlds, self.n_periods)
                out[:, hit] *= m[:, period[hit]]
        later = np.array([x != "deposit" for x in f.entry], dtype=bool)  # paid before the door shut
        items = np.array(f.item, dtype=np.str_)
        for i, offer in enumerate(self.arrays.offers):
            shut = np.flatnonzero(closed[:, i] < self.n_periods)
            mine = np.flatnonzero((items == offer.id) & later) if len(shut) else shut
            for w in shut.flat if len(mine) else ():
                out[w, mine] *= self._kept(i, leaf.item(w), closed.item(w, i))[period[mine]]
        return out

    def _kept(self, offer: int, leaf: int, closed: int) -> Array:
        """[period] share of the starts paid for there that came before the door closed.

        A purchase and spot capacity are paid in the period of their start, a lease over its term.
        """
        p = self.plan.problem
        path = p.tree.path(leaf)
        starts: Array = (self.plan.deliveries + self.plan.diverted)[offer, ...][:, path].sum(axis=0)
        came: Array = np.where(np.arange(len(path)) < closed, starts, 0.0)
        share = np.ones(len(path))
        for t in range(len(path)):
            first = t
            if self.arrays.offers[offer].kind not in ("purchase", "spot"):
                term = self.arrays.offers[offer].term_months
                end = p.tree.periods[t].start
                while first > 0 and _months(p.tree.periods[first - 1].start, end) < term:
                    first -= 1
            whole = np.sum(starts[first : t + 1])
            if whole > 0:
                share[t] = np.sum(came[first : t + 1]) / whole
        return share

    # one world ----------------------------------------------------------------------------

    def _world(self, i: int, c: Conditions, money: Array) -> list[float]:
        p, f = self.plan.problem, self.flows
        tree = p.tree
        nodes = tree.path(c.leaf.item(i))
        first = [g[0] for g in self.arrays.groups]
        wanted = np.zeros((self.n_periods, len(p.loads)))
        unserved = np.zeros_like(wanted)
        shed_cost = np.zeros(self.n_periods)
        for t, node in enumerate(map(int, nodes)):
            op = self._operation(node)
            ratio = c.level[i, t, ...]
            speed = c.speed[i, t, ...]
            if self.settings.demand is not None:
                ratio = ratio * self._expected_over_node(node)
            training = self._training(node)
            there = self._available(nodes[: t + 1], c.late[i, :], c.slow[i, :], c.closed[i, :])
            done = op.run(
                np.maximum(ratio[first], 1e-12),
                (c.work[i, t, ...] * self._reserved(node, speed))[first],
                np.maximum(there * speed[:, None] - training, 0.0),
                np.maximum(self._available(nodes[: t + 1]) - training, 0.0),
            )
            shed_cost[t] = done.cost - self._revenue(op, ratio[first])
            hours = op.hours / HOURS_PER_DAY
            volume = op.demand * hours * tree.seconds.item(node)  # [load, slice]
            whole: Array = volume.sum(axis=1)
            for g, loads in enumerate(self.arrays.groups):
                share, shed = ratio.item(first[g]), done.shed[g, :]
                for j in loads:
                    wanted[t, j] = whole.item(j) * share
                    unserved[t, j] = volume[j, :] @ shed
        discount = tree.discount(p.discount_rate)[nodes]
        total = float(money @ f.discount + shed_cost @ discount)
        return self._row(total, wanted, unserved, shed_cost, money, discount, nodes)

    def _row(
        self,
        total: float,
        wanted: Array,
        unserved: Array,
        shed_cost: Array,
        money: Array,
        discount: Array,
        nodes: IntArray,
    ) -> list[float]:
        p, f = self.plan.problem, self.flows
        c = self.counted
        served = wanted - unserved
        out = [total, _share(np.sum(served[:, c]), np.sum(wanted[:, c]))]
        out += [
            _share(np.sum(served[t, :][c]), np.sum(wanted[t, :][c])) for t in range(self.n_periods)
        ]
        for s in self.services:
            mine = np.array([(x.service or x.id) == s for x in p.loads])
            out.append(_share(np.sum(served[:, mine]), np.sum(wanted[:, mine])))
        year = np.array(self.settings.years)[p.tree.period[f.node]]
        years = list(dict.fromkeys(self.settings.years))
        cash = float((money * f.cash) @ f.discount)
        out += [float(np.sum(money[f.capex & (year == y)])) for y in years]
        out += [float(np.sum(money[f.running & (year == y)])) for y in years]
        if self.has_tokens:
            tokens = float(served[:, c].sum(axis=1) @ discount) / MTOK
            out.append(cash / tokens if tokens > 0 else 0.0)
        out.append(cash)
        out.append(float(shed_cost @ discount + (money * f.short) @ f.discount))
        over = []
        for b in p.budgets:
            inside = np.isin(p.tree.period[f.node], b.periods) & f.capex
            if b.classes:
                inside &= np.isin(f.cls, b.classes)
            spent = float(np.sum(money[inside]))
            out.append(spent)
            if np.ndim(b.amount):
                most = np.asarray(b.amount).item(nodes.item(max(b.periods)))
                over.append(spent - most if np.isfinite(most) else -spent)
        return out + over

    # pieces of a node ---------------------------------------------------------------------

    def _operation(self, node: int) -> NodeOperation:
        if node not in self._operations:
            path = self.plan.problem.tree.path(node)
            stands = (self._available(path) > 0).astype(np.float64)
            self._operations[node] = NodeOperation(self.plan.problem, self.arrays, node, stands)
        return self._operations[node]

    def _available(
        self,
        path: Sequence[int] | IntArray,
        late: Array | None = None,
        slow: Array | None = None,
        closed: IntArray | None = None,
    ) -> Array:
        """[chip, zone] usable chips in the last node of `path`, mean over its period.

        slow [offer]: a delivery of period u that is d periods late is missing from the share
        min(1, max(0, d - (t - u))) of period t. closed [offer]: deliveries from that period on
        never come. late [site]: power energised after the first period is missing in the same
        way, and chips beyond what is there stand idle.
        """
        plan, fr = self.plan, self.arrays
        stock = plan.stock[:, :, int(path[-1])].copy()
        end = len(path)
        if slow is not None and closed is not None and (slow.any() or (closed < end).any()):
            for u, at in enumerate(map(int, path)):
                missing = np.clip(slow - (len(path) - 1 - u), 0.0, 1.0)
                missing = np.where(closed <= u, 1.0, missing)[:, None]
                gone = (plan.deliveries[:, :, at] + plan.diverted[:, :, at]) * missing
                np.subtract.at(stock, fr.offer_chip, gone)
        stock = np.maximum(stock, 0.0)
        if late is not None and late.any():
            stock = stock * self._powered(path, late)[None, :]
        return np.asarray(
            (stock * fr.usable[:, [int(path[-1])]]) @ fr.zone_site.T, dtype=np.float64
        )

    def _powered(self, path: Sequence[int] | IntArray, late: Array) -> Array:
        """[site] share of what stands that has power when new halls are `late` periods late."""
        there = self.plan.energised_mw[:, list(path)]
        used = self.plan.used_mw[:, int(path[-1])]
        missing = np.zeros(len(late))
        for u in range(1, len(path)):
            rise = np.maximum(there[:, u] - there[:, u - 1], 0.0)
            missing += rise * np.clip(late - (len(path) - 1 - u), 0.0, 1.0)
        left = np.maximum(there[:, -1] - missing, 0.0)
        share = np.divide(left, used, out=np.ones(len(used)), where=used > 1e-9)
        return np.asarray(np.clip(share, 0.0, 1.0), dtype=np.float64)

    def _training(self, node: int) -> Array:
        """[chip, zone] chips that campaigns keep busy at the node (of the plan's own rates)."""
        p = self.plan.problem
        out: Array = np.zeros((len(p.chips), len(self.plan.zones)))
        for c, campaign in enumerate(p.campaigns):
            rate = campaign.rates(len(p.tree))[:, node] * p.tree.seconds.item(node)
            if p.chip_factor is not None:
                rate = rate * p.chip_factor[:, node]
            done = self.plan.work[c, :, :, node]
            out += np.divide(done, rate[:, None], out=np.zeros_like(done), where=rate[:, None] > 0)
        return np.asarray(out, dtype=np.float64)

    def _reserved(self, node: int, speed: Array) -> Array:
        """[load] for chips reserved as such: their mean speed, which cancels; else 1.

        A reserved chip is a chip however fast it is, while `available` counts fast chips for more.
        """
        p = self.plan.problem
        out = np.ones(len(p.loads))
        for i, load in enumerate(p.loads):
            if load.phase == RESERVED:
                stands: Array = self.plan.stock[:, :, node].sum(axis=1)
                stands = np.where(self.arrays.rate[i, :, node] > 0, stands, 0.0)
                if np.sum(stands) > 0:
                    out[i] = float(stands @ speed / np.sum(stands))
        return out

    def _expected_over_node(self, node: int) -> Array:
        """[load] expected demand of the period over the node's own (1 where there is none)."""
        p, tree = self.plan.problem, self.plan.problem.tree
        same = np.flatnonzero(tree.period == tree.period[node])
        volume: Array = np.einsum("lhn,hn->ln", p.demand[:, :, same], p.hours[:, same])
        weight = tree.probability[same] / np.sum(tree.probability[same])
        own = p.demand[:, :, node] @ p.hours[:, node]
        ratio: Array = np.divide(volume @ weight, own, out=np.ones(len(own)), where=own > 0)
        return ratio

    def _revenue(self, op: NodeOperation, volume: Array) -> float:
        """Income of serving everything the world wants (what is shed is taken off by its cost)."""
        p = self.plan.problem
        price = np.array([x.revenue for x in p.loads])
        if not price.any():
            return 0.0
        seconds = np.asarray(p.tree.seconds.item(op.node) * op.hours / HOURS_PER_DAY)
        by_load = price * (op.demand @ seconds)
        by_group = [float(np.sum(by_load[list(m)])) for m in self.arrays.groups]
        return float(volume @ np.array(by_group))

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_operations": {}}


def _months(a: date, b: date) -> int:
    return (b.year - a.year) * 12 + b.month - a.month


def _share(part: float | np.floating, whole: float | np.floating) -> float:
    return float(part / whole) if whole > 0 else 1.0


@dataclass(frozen=True)
class _Flows:
    """The plan's payments as arrays, [flow]."""

    node: IntArray
    amount: Array
    discount: Array
    entry: tuple[str, ...]
    item: tuple[str, ...]
    cls: npt.NDArray[np.str_]
    capex: BoolArray
    running: BoolArray
    remade: BoolArray
    cash: BoolArray
    short: BoolArray

    @classmethod
    def of(cls, plan: Plan) -> _Flows:
        rows = plan.flows
        treatment = np.array([r.treatment for r in rows], dtype=np.str_)
        return cls(
            np.array([r.node for r in rows], dtype=np.int64),
            np.array([r.amount for r in rows], dtype=np.float64),
            np.array([r.discount for r in rows], dtype=np.float64),
            tuple(r.entry for r in rows),
            tuple(r.item for r in rows),
            np.array([r.capex_class for r in rows], dtype=np.str_),
            treatment == "capex",
            np.isin(treatment, ("opex", "lease")),
            np.array([r.entry in _REMADE for r in rows], dtype=bool),
            treatment != "penalty",
            np.array([r.entry == _SHORT for r in rows], dtype=bool),
        )
