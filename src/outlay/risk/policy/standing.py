"""What stands at a node of the plan in sampled worlds, and what there is to serve with it."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.periods import HOURS_PER_DAY
from outlay.planning.result import Plan
from outlay.risk.policy.operate import NodeOperation
from outlay.risk.worlds.arrays import PlanArrays, row_sums

__all__ = ["Standing"]

RESERVED = "reserved"


class Standing:
    """A node of the plan: its constants, worked out once, and its chips in each world.

    volume [load, slice], whole [load]: units asked for over the node's period; expected [load]:
    expected demand of the period over the node's own (1 where there is none); training and
    planned [chip, zone]: chips that campaigns keep busy, and usable chips as planned; income
    [group]: of serving all that the node asks for.
    """

    def __init__(self, plan: Plan, arrays: PlanArrays, node: int) -> None:
        self.plan, self.arrays, self.node = plan, arrays, node
        self.path: list[int] = plan.problem.tree.path(node).tolist()
        self._stock = plan.stock[:, :, node]
        came: Array = plan.deliveries + plan.diverted
        self._coming: Array = came[:, :, self.path]
        self.planned: Array = self._usable(np.maximum(self._stock, 0.0))
        stands = (self.planned > 0).astype(np.float64)
        self.operation = NodeOperation(plan.problem, arrays, node, stands)
        self.training = self._training()
        self.expected = self._expected()
        seconds = plan.problem.tree.seconds.item(node)
        hours = self.operation.hours / HOURS_PER_DAY
        self.volume = self.operation.demand * hours * seconds
        self.whole: Array = self.volume.sum(axis=1)
        price = np.array([x.revenue for x in plan.problem.loads])
        by_load = price * (self.operation.demand @ np.asarray(seconds * hours))
        self.income = np.array([float(np.sum(by_load[list(m)])) for m in arrays.groups])
        self._reserved = [i for i, x in enumerate(plan.problem.loads) if x.phase == RESERVED]

    def reserved(self, speed: Array) -> Array:
        """[world, load] for chips reserved as such: their mean speed, which cancels; else 1.

        speed: [world, chip]. A reserved chip is a chip however fast it is, while `available`
        counts fast chips for more.
        """
        out = np.ones((len(speed), len(self.plan.problem.loads)))
        for i in self._reserved:
            stands: Array = self._stock.sum(axis=1)
            stands = np.where(self.arrays.rate[i, :, self.node] > 0, stands, 0.0)
            if np.sum(stands) > 0:
                out[:, i] = row_sums(speed * stands) / np.sum(stands)
        return out

    def available(self, late: Array, slow: Array, closed: IntArray) -> Array:
        """[world, chip, zone] usable chips, mean over the node's period.

        slow [world, offer]: a delivery of period u that is d periods late is missing from the
        share min(1, max(0, d - (t - u))) of period t. closed [world, offer]: deliveries from that
        period on never come. late [world, site]: power energised after the first period is
        missing in the same way, and chips beyond what is there stand idle.
        """
        end = len(self.path)
        stock = np.repeat(self._stock[None], len(late), axis=0)
        for u in range(end):
            missing = np.clip(slow - (end - 1 - u), 0.0, 1.0)
            missing = np.where(closed <= u, 1.0, missing)
            for i in np.flatnonzero(missing.any(axis=0)).tolist():
                came = self._coming[i, :, u]
                if came.any():
                    chip = self.arrays.offer_chip.item(i)
                    stock[:, chip, :] -= came * missing[:, i, None]
        stock = np.maximum(stock, 0.0)
        if late.any():
            stock = stock * self._powered(late)[:, None, :]
        return self._usable(stock)

    def _usable(self, stock: Array) -> Array:
        usable = self.arrays.usable[:, [self.node]]
        return np.asarray((stock * usable) @ self.arrays.zone_site.T, dtype=np.float64)

    def _powered(self, late: Array) -> Array:
        """[world, site] share of what stands that has power when new halls are late."""
        there, used = self.plan.energised_mw[:, self.path], self.plan.used_mw[:, self.node]
        missing = np.zeros_like(late)
        for u in range(1, len(self.path)):
            rise = np.maximum(there[:, u] - there[:, u - 1], 0.0)
            missing += rise * np.clip(late - (len(self.path) - 1 - u), 0.0, 1.0)
        left = np.maximum(there[:, -1] - missing, 0.0)
        draws: BoolArray = np.broadcast_to(used > 1e-9, left.shape)
        share = np.divide(left, used, out=np.ones_like(left), where=draws)
        share[~late.any(axis=1)] = 1.0  # then it is the plan's own
        return np.clip(share, 0.0, 1.0)

    def _training(self) -> Array:
        """[chip, zone] chips that campaigns keep busy at the node (of the plan's own rates)."""
        p, node = self.plan.problem, self.node
        out: Array = np.zeros((len(p.chips), len(self.plan.zones)))
        for c, campaign in enumerate(p.campaigns):
            rate = campaign.rates(len(p.tree))[:, node] * p.tree.seconds.item(node)
            if p.chip_factor is not None:
                rate = rate * p.chip_factor[:, node]
            done = self.plan.work[c, :, :, node]
            out += np.divide(done, rate[:, None], out=np.zeros_like(done), where=rate[:, None] > 0)
        return np.asarray(out, dtype=np.float64)

    def _expected(self) -> Array:
        p, tree = self.plan.problem, self.plan.problem.tree
        same = np.flatnonzero(tree.period == tree.period[self.node])
        volume: Array = np.einsum("lhn,hn->ln", p.demand[:, :, same], p.hours[:, same])
        weight = tree.probability[same] / np.sum(tree.probability[same])
        own = p.demand[:, :, self.node] @ p.hours[:, self.node]
        ratio: Array = np.divide(volume @ weight, own, out=np.ones(len(own)), where=own > 0)
        return ratio
