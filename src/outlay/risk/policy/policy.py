"""A plan lived through in worlds: orders stand, the branch is followed, operation is re-made.

What was ordered at the root stays; later orders are those of the tree branch that the world's
states lead to. Chips come late where the world delays them, payments change with its prices,
and each period's operation is optimised again for the world's demand and performance. Worlds
that pass through the same node are worked out together; row i still depends on world i alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.planning.result import Plan
from outlay.risk.policy.flows import Payments
from outlay.risk.policy.standing import Standing
from outlay.risk.worlds.arrays import PlanArrays, last_sums, row_sums
from outlay.risk.worlds.conditions import Conditions, Settings, conditions_of
from outlay.risk.worlds.worlds import Worlds

__all__ = ["PlanPolicy"]


TOKENS = "token/s"
MTOK = 1e6
_LEAST = 1e-12
"""Least demand over the node's own, so that costs per unit stay finite."""


class _Operated(NamedTuple):
    """[world, period, load] wanted and unserved; [world, period] price of what is not served."""

    wanted: Array
    unserved: Array
    cost: Array


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
    _nodes: dict[int, Standing] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        p = self.plan.problem
        self.arrays = PlanArrays.of(self.plan)
        self.payments = Payments(self.plan, self.arrays.offers, self.settings.effects)
        self.n_periods = len(p.tree.periods)
        self.discount = p.tree.discount(p.discount_rate)
        self.services = tuple(dict.fromkeys(x.service or x.id for x in p.loads))
        self.has_tokens = any(x.unit == TOKENS for x in p.loads)
        self.counted = [i for i, x in enumerate(p.loads) if x.unit == TOKENS or not self.has_tokens]
        self.years = tuple(dict.fromkeys(self.settings.years))
        self.first = np.array([g[0] for g in self.arrays.groups])
        self.group_of = np.empty(len(p.loads), dtype=np.int64)
        for g, members in enumerate(self.arrays.groups):
            self.group_of[list(members)] = g
        self.outputs = self._outputs()

    def _outputs(self) -> tuple[str, ...]:
        p = self.plan.problem
        periods = [str(x) for x in p.tree.periods]
        return (
            "cost",
            "served_share",
            *(f"served_share/{x}" for x in periods),
            *(f"served/{s}" for s in self.services),
            *(f"capex/{y}" for y in self.years),
            *(f"opex/{y}" for y in self.years),
            *(("cost_per_mtok",) if self.has_tokens else ()),
            "cash",
            "unserved_cost",
            *(f"budget/{b.id}" for b in p.budgets),
            *(f"over/{b.id}" for b in p.budgets if np.ndim(b.amount)),
        )

    # the evaluator ------------------------------------------------------------------------

    def evaluate(self, worlds: Worlds) -> Array:
        """[world, output]."""
        if not len(worlds):
            return np.zeros((0, len(self.outputs)))
        p = self.plan.problem
        c = conditions_of(p, self.arrays.offers, self.settings, worlds)
        nodes: IntArray = p.tree.ancestor[c.leaf]
        money = self.payments.of(worlds, nodes, c.closed)
        return self._table(nodes, money, self._operate(nodes, c))

    def _operate(self, nodes: IntArray, c: Conditions) -> _Operated:
        """Each period's operation in every world; nodes: [world, period] its path."""
        n, n_t, n_l = len(nodes), self.n_periods, len(self.group_of)
        out = _Operated(np.zeros((n, n_t, n_l)), np.zeros((n, n_t, n_l)), np.zeros((n, n_t)))
        for t in range(n_t):
            at: IntArray = nodes[:, t]
            for node in sorted({at.item(i) for i in range(n)}):
                self._at(t, node, np.flatnonzero(at == node), c, out)
        return out

    def _at(self, t: int, node: int, w: IntArray, c: Conditions, out: _Operated) -> None:
        """The worlds `w` at the node of period `t` through which they pass, into `out`."""
        here = self._standing(node)
        ratio: Array = c.level[w, t]
        speed: Array = c.speed[w, t]
        work: Array = c.work[w, t] * here.reserved(speed)
        if self.settings.demand is not None:
            ratio = ratio * here.expected
        there = here.available(c.late[w], c.slow[w], c.closed[w])
        volume: Array = ratio[:, self.first]
        done = here.operation.run(
            np.maximum(volume, _LEAST),
            work[:, self.first],
            np.maximum(there * speed[:, :, None] - here.training, 0.0),
            np.maximum(here.planned - here.training, 0.0),
        )
        # what is shed is taken off its income by its cost
        out.cost[w, t] = done.cost - row_sums(volume * here.income)
        out.wanted[w, t] = here.whole * volume[:, self.group_of]
        out.unserved[w, t] = last_sums(here.volume * done.shed[:, self.group_of])

    def _standing(self, node: int) -> Standing:
        if node not in self._nodes:
            self._nodes[node] = Standing(self.plan, self.arrays, node)
        return self._nodes[node]

    # the answer ---------------------------------------------------------------------------

    def _table(self, nodes: IntArray, money: Array, done: _Operated) -> Array:
        """[world, output]."""
        p, f, c = self.plan.problem, self.payments.flows, self.counted
        discount = self.discount[nodes]
        served = done.wanted - done.unserved

        def share(loads: Sequence[int], t: slice | int = slice(None)) -> Array:
            return _share(*(row_sums(of[:, t][..., loads]) for of in (served, done.wanted)))

        def paid(of: BoolArray) -> Array:
            return row_sums(money[:, of])

        cost = row_sums(done.cost * discount)
        cash = row_sums(money * f.cash * f.discount)
        year = np.array(self.settings.years)[self.payments.period]
        out = [row_sums(money * f.discount) + cost, share(c)]
        out += [share(c, t) for t in range(self.n_periods)]
        for s in self.services:
            out.append(share([i for i, x in enumerate(p.loads) if (x.service or x.id) == s]))
        out += [paid(f.capex & (year == y)) for y in self.years]
        out += [paid(f.running & (year == y)) for y in self.years]
        if self.has_tokens:
            counted: Array = served[..., c]
            tokens = row_sums(last_sums(counted) * discount) / MTOK
            out.append(np.divide(cash, tokens, out=np.zeros_like(cash), where=tokens > 0))
        out += [cash, cost + row_sums(money * f.short * f.discount)]
        over = []
        for b in p.budgets:
            inside = np.isin(self.payments.period, b.periods) & f.capex
            if b.classes:
                inside &= np.isin(f.cls, b.classes)
            spent = paid(inside)
            out.append(spent)
            if np.ndim(b.amount):
                most: Array = np.asarray(b.amount)[nodes[:, max(b.periods)]]
                over.append(np.where(np.isfinite(most), spent - most, -spent))
        return np.stack([*out, *over], axis=1)

    def __getstate__(self) -> dict[str, Any]:
        """Without the nodes: a process makes its own."""
        return {**self.__dict__, "_nodes": {}}


def _share(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.ones_like(part), where=whole > 0)
