"""Demand and capacity as each node's study has them: what a branch changes, its nodes alone see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import Problem, StudyError
from outlay.demand.types import DemandPaths, Load
from outlay.planning.problem.node_studies import NodeStudies, in_force
from outlay.serving.types import Capacity

__all__ = ["Branches"]


@dataclass(frozen=True)
class Branches:
    """One demand and one capacity for each study that differs, the base first.

    at: [node] which of them the node sees. state: [node] number of the state of demand that is
    known there, -1 where none is.
    """

    demand: tuple[DemandPaths, ...]
    capacity: tuple[Capacity, ...]
    at: IntArray
    state: IntArray

    @classmethod
    def of(
        cls, ns: NodeStudies, demand: Sequence[DemandPaths], capacity: Sequence[Capacity]
    ) -> Branches:
        """Raises StudyError where a branch would change which work there is, and in what unit."""
        for other in demand[1:]:
            _same_work(demand[0], other)
        name = next((k for k, f in ns.base.factors().items() if f.origin != "effect"), None)
        states = demand[0].states
        known = [labels.get(name or "") for labels in in_force(ns.base, ns.tree)]
        state = np.array([-1 if k is None else states.index(k) for k in known], dtype=np.int64)
        return cls(tuple(demand), tuple(capacity), ns.at, state)

    @classmethod
    def same(cls, demand: DemandPaths, capacity: Capacity, nodes: int) -> Branches:
        """Where no branch changes any of it; every node sees the expected demand."""
        at = np.zeros(nodes, dtype=np.int64)
        return cls((demand,), (capacity,), at, at - 1)

    def rates(self, pick: Callable[[DemandPaths], Array], period: IntArray) -> Array:
        """[..., node] of what `pick` finds as [state, period, ...]: of the state that is known at
        the node, else expected over the states; period: [node]."""
        table = [pick(d) for d in self.demand]
        chances = [d.probabilities for d in self.demand]
        mean = [np.einsum("s,s...->...", p, x) for p, x in zip(chances, table, strict=True)]
        at_node = []
        for v, s, t in zip(self.at.tolist(), self.state.tolist(), period.tolist(), strict=True):
            at_node.append(mean[v][t] if s < 0 else table[v][s, t])
        return np.stack(at_node, axis=-1)

    def loads(self, pick: Callable[[Load], float]) -> Array:
        """[load, node] of what `pick` finds in each load."""
        return np.array([[pick(x) for x in d.loads] for d in self.demand]).T[:, self.at]

    def over(self, pick: Callable[[DemandPaths], Array], period: IntArray) -> Array:
        """[load, node] of what `pick` finds as [period, load]."""
        table = np.stack([pick(d) for d in self.demand])
        return np.asarray(table[self.at, period].T)

    def peak(self) -> Array:
        """[load, node]: capacity held over the rate."""
        return np.stack([d.peak for d in self.demand])[self.at].T

    def units(self) -> Array:
        """[load, chip, node] of the capacity tables."""
        return np.moveaxis(np.stack([c.units_per_chip for c in self.capacity])[self.at], 0, -1)


def _same_work(base: DemandPaths, other: DemandPaths) -> None:
    def named(d: DemandPaths) -> tuple[object, ...]:
        return (*((x.id, x.unit, x.phase, x.places) for x in d.loads), *d.slices, *d.states)

    if named(base) != named(other):
        odd = sorted({str(x) for x in named(base)} ^ {str(x) for x in named(other)})
        raise StudyError(
            Problem(
                "a state may not change which work there is, where, or which parts the day has",
                where="uncertainty",
                value="; ".join(odd)[:200],
            )
        )
