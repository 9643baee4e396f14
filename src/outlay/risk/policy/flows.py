"""The plan's payments in sampled worlds: those on the path, at the world's prices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.planning.problem.types import Offer
from outlay.planning.result import Plan
from outlay.risk.worlds.effects import ENTRIES, Effect, multiplier, pays
from outlay.risk.worlds.worlds import Worlds

__all__ = ["Flows", "Payments"]

_SHORT = "short"
"""Entry of training not done: like what is shed, its price is no cash."""
_REMADE = ("shed", "revenue")
"""Entries that the new operation replaces; all others follow from orders and what stands."""


@dataclass(frozen=True)
class Flows:
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
    def of(cls, plan: Plan) -> Flows:
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


class Payments:
    """What `plan` pays in a world. Which payments an effect or an offer touches is the same in
    every world and looked up once."""

    def __init__(self, plan: Plan, offers: Sequence[Offer], effects: Iterable[Effect]) -> None:
        self.plan, self.offers = plan, offers
        self.flows = f = Flows.of(plan)
        self.period: IntArray = plan.problem.tree.period[f.node]
        pairs = list(zip(f.entry, f.item, strict=True))
        self._touched: list[tuple[Effect, IntArray]] = []
        for e in effects:
            if e.kind in (*ENTRIES, "money"):
                hit = {pair: pays(e, *pair) for pair in dict.fromkeys(pairs)}
                at = np.flatnonzero([hit[pair] for pair in pairs])
                self._touched.append((e, at))
        later: dict[str, list[int]] = {}  # paid before the door shut: the deposit
        for j, (entry, item) in enumerate(pairs):
            if entry != "deposit":
                later.setdefault(item, []).append(j)
        self._later = [np.array(later.get(o.id, ()), dtype=np.int64) for o in offers]

    def of(self, worlds: Worlds, nodes: IntArray, closed: IntArray) -> Array:
        """[world, flow] undiscounted payments on the world's path, remade entries left out.

        nodes: [world, period] the path. What an offer is paid falls with the share of its starts
        that a closed door (closed: [world, offer]) refuses.
        """
        f, n_periods = self.flows, nodes.shape[1]
        on_path: BoolArray = nodes[:, self.period] == f.node[None, :]
        out: Array = np.where(on_path & ~f.remade[None, :], f.amount[None, :], 0.0)
        for e, at in self._touched:
            out[:, at] *= multiplier(e, worlds, n_periods)[:, self.period[at]]
        for i, mine in enumerate(self._later):
            shut = np.flatnonzero(closed[:, i] < n_periods) if len(mine) else mine
            for k in range(len(shut)):
                w = shut.item(k)
                kept = self._kept(i, nodes[w, :], closed.item(w, i))
                out[w, mine] *= kept[self.period[mine]]
        return out

    def _kept(self, offer: int, path: IntArray, closed: int) -> Array:
        """[period] share of the starts paid for there that came before the door closed.

        A purchase and spot capacity are paid in the period of their start, a lease over its term.
        """
        periods = self.plan.problem.tree.periods
        starts: Array = (self.plan.deliveries[offer] + self.plan.diverted[offer])[:, path].sum(
            axis=0
        )
        came: Array = np.where(np.arange(len(path)) < closed, starts, 0.0)
        share = np.ones(len(path))
        for t in range(len(path)):
            first = t
            if self.offers[offer].kind not in ("purchase", "spot"):
                term = self.offers[offer].term_months
                end = periods[t].start
                while first > 0 and _months(periods[first - 1].start, end) < term:
                    first -= 1
            whole = np.sum(starts[first : t + 1])
            if whole > 0:
                share[t] = np.sum(came[first : t + 1]) / whole
        return share


def _months(a: date, b: date) -> int:
    return (b.year - a.year) * 12 + b.month - a.month
