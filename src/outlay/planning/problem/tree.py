"""Scenario tree: nodes with a parent, a period, a probability and what is known there.

A node is one period of one history. Decisions and states live on nodes and look up their
ancestors, so two histories share every decision until something tells them apart:
non-anticipativity holds by structure (Birge and Louveaux, Introduction to Stochastic
Programming, 2011, chapter 2.4). Periods may have unequal lengths.

Several roots are allowed: a forest is the same problem with that much known at the start, which
is how the value of perfect information is measured.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import InputError, Problem
from outlay.core.periods import DAYS_PER_YEAR, MONTHS_PER_YEAR, SECONDS_PER_DAY, Period

__all__ = ["Factor", "Tree", "product_tree"]


PROBABILITY_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Factor:
    """Something unknown now: its states, their probabilities, and when they are seen.

    reveal: index of the first period whose decisions may use the state (0 = known at the start).
    """

    name: str
    states: tuple[str, ...]
    probabilities: tuple[float, ...]
    reveal: int


@dataclass(frozen=True)
class Tree:
    """Nodes in an order where every parent stands before its children.

    parent: [node], -1 at a root. period: [node], index into `periods`. probability: [node],
    of reaching the node. labels: [node], states of the factors known there.
    factors: what the tree branches on, kept for the values of information.
    """

    periods: tuple[Period, ...]
    parent: IntArray
    period: IntArray
    probability: Array
    labels: tuple[Mapping[str, str], ...]
    factors: tuple[Factor, ...] = ()

    def __len__(self) -> int:
        return len(self.parent)

    @cached_property
    def start_years(self) -> Array:
        """[period]: years from the start of the first period to the start of each."""
        origin = self.periods[0].start
        return np.array([(p.start - origin).days / DAYS_PER_YEAR for p in self.periods])

    @cached_property
    def years(self) -> Array:
        """[node]: length of the node's period in years."""
        by_period = np.array([p.days / DAYS_PER_YEAR for p in self.periods])
        return by_period[self.period]

    @cached_property
    def months(self) -> Array:
        """[node]: calendar months of the node's period: halls are let by the month."""
        return np.array([float(p.months) for p in self.periods])[self.period]

    @cached_property
    def seconds(self) -> Array:
        """[node]: length of the node's period in seconds."""
        by_period = np.array([p.days * SECONDS_PER_DAY for p in self.periods])
        return by_period[self.period]

    @cached_property
    def start_age(self) -> Array:
        """[period]: calendar months to the start of each, over 12: ages and terms count so."""
        months = np.array([p.ordinal for p in self.periods], dtype=float)
        return np.asarray((months - months[0]) / MONTHS_PER_YEAR)

    @property
    def end_age(self) -> float:
        """Calendar months of the horizon, over 12."""
        return self.start_age.item(-1) + self.periods[-1].months / MONTHS_PER_YEAR

    @property
    def end_years(self) -> float:
        """Years from the start of the first period to the end of the horizon."""
        return (self.periods[-1].end - self.periods[0].start).days / DAYS_PER_YEAR

    @cached_property
    def leaves(self) -> IntArray:
        """Nodes without a child."""
        return np.setdiff1d(np.arange(len(self)), self.parent)

    @cached_property
    def roots(self) -> IntArray:
        return np.flatnonzero(self.parent < 0)

    @cached_property
    def ancestor(self) -> IntArray:
        """[node, period]: the node of that period on the node's path, itself included; else -1."""
        out = np.full((len(self), len(self.periods)), -1, dtype=np.int64)
        period: list[int] = self.period.tolist()
        parent: list[int] = self.parent.tolist()
        for n, (up, t) in enumerate(zip(parent, period, strict=True)):
            if up >= 0:
                out[n] = out[up]
            out[n, t] = n
        return out

    def path(self, node: int) -> IntArray:
        """Nodes from the root to `node`."""
        row: IntArray = self.ancestor[node]
        return row[row >= 0]

    def leaves_where(self, factor: str, state: str) -> list[int]:
        """Leaves of the histories in which `factor` turns out `state`."""
        return [int(n) for n in self.leaves if self.labels[int(n)].get(factor) == state]

    def name(self, node: int) -> str:
        """`2026-Q3 licence=refused demand=high`: what the user calls the node."""
        known = " ".join(f"{k}={v}" for k, v in self.labels[node].items())
        period = str(self.periods[self.period.item(node)])
        return f"{period} {known}".strip()

    def lag_period(self, months: float) -> IntArray:
        """[period]: the last period from which something `months` ahead is there at its start.

        An order in the result arrives by the start of the period; -1 where even the first
        period is too late. With months = 0 it is the period itself.
        """
        out = np.full(len(self.periods), -1, dtype=np.int64)
        starts = [p.ordinal for p in self.periods]
        for t, start in enumerate(starts):
            ready = [u for u, s in enumerate(starts[: t + 1]) if s + months <= start + 1e-9]
            out[t] = ready[-1] if ready else -1
        return out

    def discount(self, annual_rate: float) -> Array:
        """[node]: value at the start of the horizon of 1 paid in the middle of the node's period.

        Equation: d_n = (1 + r)^-(s_n + y_n / 2), s_n start [years], y_n length [years].
        """
        middle = self.start_years[self.period] + self.years / 2
        return np.asarray((1.0 + annual_rate) ** -middle)

    def problems(self) -> list[Problem]:
        """What is wrong with the tree, all at once."""
        out = []
        n, t = len(self), len(self.periods)
        sizes = {len(self.period), len(self.probability), len(self.labels), n}
        if n == 0 or len(sizes) != 1:
            return [Problem("tree arrays differ in length", "tree", str(sorted(sizes)))]
        if np.any(self.parent >= np.arange(n)):
            out.append(Problem("a parent must stand before its children", "tree.parent"))
            return out
        if np.any((self.period < 0) | (self.period >= t)):
            return [*out, Problem("period out of range", "tree.period", allowed=f"0 … {t - 1}")]
        has = self.parent >= 0
        if np.any(self.period[has] != self.period[self.parent[has]] + 1):
            out.append(Problem("a child must lie one period after its parent", "tree.period"))
        if np.any(self.period[self.roots] != 0):
            out.append(Problem("a root must lie in the first period", "tree.period"))
        if np.any(self.period[self.leaves] != t - 1):
            out.append(Problem("every path must reach the last period", "tree"))
        ends = [p.end for p in self.periods[:-1]]
        if ends != [p.start for p in self.periods[1:]]:
            out.append(Problem("periods must follow one another without a gap", "tree.periods"))
        if not np.all(np.isfinite(self.probability)) or np.any(self.probability < 0):
            out.append(Problem("probabilities must be finite and not negative", "tree.probability"))
        total = float(self.probability[self.roots].sum())
        if abs(total - 1) > PROBABILITY_TOLERANCE:
            out.append(Problem("probabilities of the roots must sum to 1", "tree", f"{total:.12g}"))
        down = np.zeros(n)
        np.add.at(down, self.parent[has], self.probability[has])
        inner = np.setdiff1d(np.arange(n), self.leaves)
        for i in inner[np.abs(down[inner] - self.probability[inner]) > PROBABILITY_TOLERANCE]:
            what = "probabilities of the children must sum to the node's"
            out.append(Problem(what, self.name(int(i)), f"{down[i]:.12g}"))
        return out


def product_tree(
    periods: Sequence[Period], factors: Sequence[Factor], joint: Array | None = None
) -> Tree:
    """Every combination of the factors' states, each factor splitting the tree when it is seen.

    joint: probability of each combination [state of factor 0, state of factor 1, ...] where the
    factors depend on one another; independent otherwise. States of probability 0 are kept (they
    change nothing). A factor seen after the horizon splits nothing.
    Raises InputError where probabilities do not sum to 1.
    """
    factors = tuple(factors)
    _check_factors(factors, joint)
    shape = tuple(len(f.states) for f in factors)
    if joint is None:
        joint = np.ones(shape)
        for axis, f in enumerate(factors):
            view = [1] * len(shape)
            view[axis] = -1
            joint = joint * np.reshape(f.probabilities, view)
    parent: list[int] = []
    period: list[int] = []
    probability: list[float] = []
    labels: list[dict[str, str]] = []
    before: dict[tuple[int, ...], int] = {}
    known_before: tuple[int, ...] = ()
    for t in range(len(periods)):
        known = tuple(i for i, f in enumerate(factors) if f.reveal <= t)
        hidden = tuple(i for i in range(len(factors)) if i not in known)
        marginal = joint.sum(axis=hidden) if hidden else joint
        now: dict[tuple[int, ...], int] = {}
        for states in itertools.product(*(range(shape[i]) for i in known)):
            key = tuple(s for i, s in zip(known, states, strict=True) if i in known_before)
            now[states] = len(parent)
            parent.append(before[key] if t else -1)
            period.append(t)
            probability.append(float(marginal[states]))
            labels.append(
                {factors[i].name: factors[i].states[s] for i, s in zip(known, states, strict=True)}
            )
        before, known_before = now, known
    return Tree(
        tuple(periods),
        np.array(parent, dtype=np.int64),
        np.array(period, dtype=np.int64),
        np.array(probability),
        tuple(labels),
        factors,
    )


def _check_factors(factors: tuple[Factor, ...], joint: Array | None) -> None:
    out = []
    for f in factors:
        if len(f.states) != len(f.probabilities) or not f.states:
            out.append(Problem("one probability per state", f.name, str(len(f.probabilities))))
        elif min(f.probabilities) < 0 or abs(sum(f.probabilities) - 1) > PROBABILITY_TOLERANCE:
            found = f"{sum(f.probabilities):.12g}"
            out.append(Problem("probabilities must sum to 1", f.name, found, "1"))
    if joint is not None:
        shape = tuple(len(f.states) for f in factors)
        if joint.shape != shape:
            out.append(Problem("joint table has another shape", "joint", str(joint.shape)))
        elif joint.min() < 0 or abs(float(joint.sum()) - 1) > PROBABILITY_TOLERANCE:
            found = f"{float(joint.sum()):.12g}"
            out.append(Problem("joint probabilities must sum to 1", "joint", found, "1"))
    if out:
        raise InputError(out)
