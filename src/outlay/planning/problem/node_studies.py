"""The study as each node of the tree sees it: with the effects of the states that came about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.core.periods import Period
from outlay.core.quantities.fx import FxTable
from outlay.demand.build import money_in
from outlay.planning.problem.tree import Tree
from outlay.study.model.fields import Num, Schedule, value_at
from outlay.study.model.study import Study

__all__ = ["NodeStudies", "StudyAt", "in_force", "node_studies", "reveal_period"]

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
    """The study as each node sees it, and readers of its schedules by node."""

    base: Study
    tree: Tree
    fx: FxTable
    nodes: tuple[Study, ...]

    def period(self, node: int) -> Period:
        return self.tree.periods[int(self.tree.period[node])]

    def money(self, num: Num) -> float:
        return money_in(num, self.base, self.fx)

    def series(
        self, pick: Callable[[Study], Schedule | None], default: float, *, money: bool = False
    ) -> Array:
        """[node]: what `pick` of the node's study says for the node's period, else `default`."""
        out = np.full(len(self.tree), default)
        for node, study in enumerate(self.nodes):
            plan = pick(study)
            num = None if plan is None else value_at(plan, self.period(node))
            if num is not None:
                out[node] = self.money(num) if money else num.value
        return out

    def each(self, pick: Callable[[Study], Num | None], *, money: bool = True) -> Array:
        """[node]: one number of the node's study, 0 where it states none."""
        seen: dict[int, float] = {}
        for study in self.nodes:
            if id(study) not in seen:
                num = pick(study)
                value = 0.0 if num is None else self.money(num) if money else num.value
                seen[id(study)] = value
        return np.array([seen[id(study)] for study in self.nodes])


def node_studies(study: Study, study_at: StudyAt, tree: Tree, fx: FxTable) -> NodeStudies:
    cache: dict[tuple[tuple[str, str], ...], Study] = {}
    out = []
    for labels in in_force(study, tree):
        key = tuple(labels.items())
        if key not in cache:
            cache[key] = study_at(labels) if labels else study
        out.append(cache[key])
    return NodeStudies(study, tree, fx, tuple(out))
