"""The study, its demand and its capacity as each node of the tree sees them: of its own branch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from outlay.core.arrays import Array, IntArray, Number
from outlay.core.errors import Problem, StudyError
from outlay.core.periods import Period
from outlay.core.quantities.fx import FxTable
from outlay.demand.build import money_in
from outlay.demand.types import DemandPaths, Load
from outlay.planning.problem.tree import Tree
from outlay.serving.types import Capacity
from outlay.study.model.fields import Num, Schedule, mean_in, value_at
from outlay.study.model.study import Study

__all__ = [
    "Branches",
    "NodeStudies",
    "StudyAt",
    "in_force",
    "level",
    "node_studies",
    "reveal_period",
]

T = TypeVar("T")
StudyAt = Callable[[Mapping[str, str]], Study]


def reveal_period(study: Study, name: str) -> int:
    """Index of the first period whose decisions may use the factor's state."""
    periods, at = study.horizon.all(), study.factors()[name].reveal.start
    return next((i for i, p in enumerate(periods) if p.start >= at), len(periods))


def in_force(study: Study, tree: Tree) -> list[dict[str, str]]:
    """[node]: labels of factors that have come about; knowing one early does not bring it on."""
    reveal = {name: reveal_period(study, name) for name in study.factors()}
    return [
        {k: v for k, v in labels.items() if reveal[k] <= int(t)}
        for labels, t in zip(tree.labels, tree.period, strict=True)
    ]


@dataclass(frozen=True)
class NodeStudies:
    """The study as each node sees it, and readers of its schedules by node.

    studies: those that differ, the base first; at: [node] which of them the node sees; names: the
    states that make each.
    """

    tree: Tree
    fx: FxTable
    studies: tuple[Study, ...]
    at: IntArray
    names: tuple[str, ...] = ("",)

    @property
    def base(self) -> Study:
        return self.studies[0]

    @cached_property
    def nodes(self) -> tuple[Study, ...]:
        return tuple(self.studies[i] for i in self.at)

    def period(self, node: int) -> Period:
        return self.tree.periods[int(self.tree.period[node])]

    def money(self, num: Num) -> float:
        return money_in(num, self.base, self.fx)

    def series(
        self,
        pick: Callable[[Study], Schedule | None],
        default: float,
        *,
        unsaid: float | None = None,
        money: bool = False,
        mean: bool = False,
    ) -> Array:
        """[node]: what `pick` of the node's study says for the node's period, else `default`.

        unsaid: what holds where the study says nothing for any period; none = `default` too. mean:
        over the period, by months, of what changes inside it; else what holds at its start.
        """

        def read(plan: Schedule | None, period: Period) -> float:
            if plan is None:
                return default if unsaid is None else unsaid
            if mean:
                return mean_in(plan, period, default)
            num = value_at(plan, period)
            if num is None:
                return default
            return self.money(num) if money else num.value

        return self.by_period(pick, read)

    def by_period(self, pick: Callable[[Study], T], read: Callable[[T, Period], float]) -> Array:
        """[node]: what `read` makes, for the node's period, of what `pick` finds in its study.

        Nodes of one period whose studies hold the same thing there share one reading.
        """
        held = [pick(study) for study in self.studies]
        known: dict[tuple[int, int], float] = {}
        out = np.zeros(len(self.tree))
        for node, (i, t) in enumerate(
            zip(self.at.tolist(), self.tree.period.tolist(), strict=True)
        ):
            key = id(held[i]), t
            if key not in known:
                known[key] = read(held[i], self.tree.periods[t])
            out[node] = known[key]
        return out

    def each(self, pick: Callable[[Study], Num | None], *, money: bool = True) -> Array:
        """[node]: one number of the node's study, 0 where it states none."""

        def one(study: Study) -> float:
            num = pick(study)
            return 0.0 if num is None else self.money(num) if money else num.value

        return self.of(one)

    def of(self, pick: Callable[[Study], float]) -> Array:
        """[node]: what `pick` makes of the node's study."""
        return np.array([pick(study) for study in self.studies])[self.at]

    def value(self, pick: Callable[[Study], float]) -> Number:
        """The same as one number where no branch changes it."""
        return level(self.of(pick))


def level(by_node: Array) -> Number:
    """One number where all nodes have the same, else the array."""
    same = bool(np.all(by_node == by_node[0]))
    return float(by_node[0]) if same else by_node


def node_studies(study: Study, study_at: StudyAt, tree: Tree, fx: FxTable) -> NodeStudies:
    """study_at: the study under given factor states."""
    acts = {name: {k for k, e in f.effect.items() if e} for name, f in study.factors().items()}
    number: dict[tuple[tuple[str, str], ...], int] = {(): 0}
    studies, at = [study], []
    for labels in in_force(study, tree):
        # States without an effect change nothing in the study: they share one
        key = tuple((k, v) for k, v in labels.items() if v in acts[k])
        if key not in number:
            number[key] = len(studies)
            studies.append(study_at(dict(key)))
        at.append(number[key])
    names = tuple(" ".join(f"{k}={v}" for k, v in key) for key in number)
    return NodeStudies(tree, fx, tuple(studies), np.array(at, dtype=np.int64), names)


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

    def campaigns(self, number: int, pick: Callable[[Load], float]) -> Array:
        """[node] of what `pick` finds in the load of a campaign that the plan places."""
        return np.array([pick(d.campaigns[number].load) for d in self.demand])[self.at]

    def units(self, *, campaigns: bool = False) -> Array:
        """[load, chip, node] of the capacity tables; campaigns: of those that the plan places."""
        first = len(self.demand[0].loads)
        rows = slice(first, None) if campaigns else slice(first)
        every = np.stack([c.units_per_chip[rows] for c in self.capacity])
        return np.moveaxis(every[self.at], 0, -1)


def _same_work(base: DemandPaths, other: DemandPaths) -> None:
    def named(d: DemandPaths) -> tuple[object, ...]:
        every = (*d.loads, *(c.load for c in d.campaigns))
        return (*((x.id, x.unit, x.phase, x.places) for x in every), *d.slices, *d.states)

    if named(base) != named(other):
        odd = sorted({str(x) for x in named(base)} ^ {str(x) for x in named(other)})
        raise StudyError(
            Problem(
                "a state may not change which work there is, where, or which parts the day has",
                where="uncertainty",
                value="; ".join(odd)[:200],
            )
        )
