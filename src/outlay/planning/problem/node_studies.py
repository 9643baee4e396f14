"""The study as each node of the tree sees it: with the effects of the states that came about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from outlay.core.arrays import Array, IntArray, Number
from outlay.core.periods import Period
from outlay.core.quantities.fx import FxTable
from outlay.demand.build import money_in
from outlay.planning.problem.tree import Tree
from outlay.study.model.fields import Num, Schedule, value_at
from outlay.study.model.study import Study

__all__ = ["NodeStudies", "StudyAt", "in_force", "level", "node_studies", "reveal_period"]

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
    ) -> Array:
        """[node]: what `pick` of the node's study says for the node's period, else `default`.

        unsaid: what holds where the study says nothing for any period; none = `default` too.
        """
        out = np.full(len(self.tree), default)
        for node, study in enumerate(self.nodes):
            plan = pick(study)
            if plan is None:
                out[node] = default if unsaid is None else unsaid
                continue
            num = value_at(plan, self.period(node))
            if num is not None:
                out[node] = self.money(num) if money else num.value
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
