"""What things are worth, by planning again with them changed or known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from outlay.planning.result import Plan
from outlay.runs.execute import Stages

__all__ = ["Worth", "WorthRow", "worth_of"]


@dataclass(frozen=True, slots=True)
class WorthRow:
    """One thing and its worth: expected, discounted cost that it saves, in `unit`."""

    key: str
    name: str
    value: float | None
    unit: str
    how: str


@dataclass(frozen=True)
class Worth:
    """All rows, tables to show with them, and the plan at half the compute."""

    rows: tuple[WorthRow, ...]
    tables: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    half: Plan | None = None


def _solve(problem: Any) -> Plan:
    from outlay.planning.solve import solve

    return solve(problem)


def _known(stages: Stages, names: tuple[str, ...]) -> Plan:
    from outlay.planning.build import build_problem

    return _solve(
        build_problem(
            stages.loaded.study, stages.loaded.at, stages.demand, stages.capacity, stages.chips,
            stages.fx, known=names,
        )
    )  # fmt: skip


def _by_state(plan: Plan, factor: str) -> dict[str, float]:
    """Expected cost given each state of `factor`."""
    tree = plan.problem.tree
    cost: dict[str, float] = {}
    chance: dict[str, float] = {}
    for i, leaf in enumerate(tree.leaves):
        state = tree.labels[leaf][factor]
        p = float(tree.probability[leaf])
        cost[state] = cost.get(state, 0.0) + p * float(plan.leaf_cost[i])
        chance[state] = chance.get(state, 0.0) + p
    return {s: c / chance[s] for s, c in cost.items() if chance[s] > 0}


def _knowing(stages: Stages, plan: Plan) -> list[WorthRow]:
    """Value of knowing each factor now, all of them now, and of each state over the worst."""
    tree, currency = plan.problem.tree, stages.loaded.study.currency
    names = tuple(f.name for f in tree.factors if 0 < f.reveal < len(tree.periods))
    rows: list[WorthRow] = []
    for name in names:
        told = _known(stages, (name,))
        saved = max(0.0, plan.expected_cost - told.expected_cost)
        by_state = _by_state(told, name)
        worst = max(by_state, key=lambda s: by_state[s])
        for state, cost in by_state.items():
            if state != worst:
                rows.append(
                    WorthRow(f"state:{name}:{state}", f"{name} {state} rather than {worst}",
                             by_state[worst] - cost, currency,
                             f"expected cost if {worst} less expected cost if {state}, both known "
                             "at the start")
                )  # fmt: skip
        rows.append(
            WorthRow(f"know:{name}", f"knowing {name} now", saved, currency,
                     "expected cost less expected cost with its state known at the start")
        )  # fmt: skip
    if len(names) > 1:
        told = _known(stages, names)
        rows.append(
            WorthRow("evpi", "knowing everything now", max(0.0, plan.expected_cost - told.expected_cost),
                     currency, "expected value of perfect information on the tree's factors")
        )  # fmt: skip
    elif names:
        rows.append(replace(rows[-1], key="evpi", name="knowing everything now"))
    return rows


def _margins(stages: Stages, plan: Plan) -> list[WorthRow]:
    """The dearest limits: one more megawatt, one thousand more chips of an offer, by duals."""
    currency = stages.loaded.study.currency
    total: dict[tuple[str, str, str], float] = {}
    for p in plan.prices:
        key = (p.family, p.item, p.unit)
        total[key] = total.get(key, 0.0) + p.value
    power = {i: v for (f, i, u), v in total.items() if u == "MW" and f == "sites"}
    rows = []
    if power:
        best = max(power, key=lambda k: power[k])
        rows.append(
            WorthRow("megawatt", f"one megawatt at {best} throughout", power[best], currency,
                     "sum over the tree of the site's shadow prices; small changes only")
        )  # fmt: skip
    offers = {o.id for o in plan.problem.offers}
    caps = {i: v for (f, i, u), v in total.items() if i in offers and u == "chip"}
    for item in sorted(caps, key=lambda k: -caps[k])[:3]:
        if caps[item] > 0:
            rows.append(
                WorthRow(f"chips:{item}", f"1,000 more {item} a period", 1000 * caps[item], currency,
                         "1,000 times the shadow prices of its caps; small changes only")
            )  # fmt: skip
    return rows


def _half(stages: Stages, plan: Plan) -> Plan | None:
    """The plan where every language model needs half the compute per token."""
    problem = plan.problem
    token = np.array([x.unit == "token/s" for x in problem.loads])
    if not token.any():
        return None
    rate = problem.rate_factor
    if rate is None:
        rate = np.ones((len(problem.loads), len(problem.tree)))
    return _solve(replace(problem, rate_factor=np.where(token[:, None], 2.0 * rate, rate)))


def worth_of(stages: Stages, plan: Plan) -> Worth:
    """Worth of knowing, of each state, of power and chips, and the plan at half the compute."""
    return Worth(rows=(*_knowing(stages, plan), *_margins(stages, plan)), half=_half(stages, plan))
