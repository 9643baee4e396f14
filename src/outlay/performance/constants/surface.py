"""The correction of one question over batch, chips and kind of layout.

Only the cells that agree with a question in a term's names take part in it: their weights are
worked out once, then a table [kind, chips, batch] from which any number of points is read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray, Number
from outlay.performance.constants.cells import Cells
from outlay.performance.constants.components import SPREADS, Component
from outlay.performance.constants.widths import widths

__all__ = ["Correction", "Surface", "Term"]

MOST = 0.9  # bound of a correction's logarithm: beyond it the closed forms, not the data, are off


@dataclass(frozen=True)
class Correction:
    """Multiplier on time, standard deviation of its logarithm, groups behind it, in words.

    var: the variance that cells leave, before scale and levels; unseen: as `Surface`.
    """

    factor: Number
    sd: Number
    groups: int
    note: str
    var: Number = 0.0
    unseen: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Term:
    """What one component has of a question: cells whose names agree, by group [cell]."""

    component: Component
    variance: float
    cells: IntArray
    weight: Array  # by the model's sizes, and lengths once given
    starts: IntArray  # of each group


@dataclass(frozen=True)
class Surface:
    """The correction of one question: its terms, variance of the silent ones, words for it."""

    cells: Cells
    terms: tuple[Term, ...]
    held_to: tuple[tuple[Term, ...], ...]  # what terms of a chip say of its elders
    own: int  # of `terms`, how many are not of the chip itself
    silent: float  # variance of terms that no measurement supports, and of noise
    unseen: Mapping[str, float]  # levels that no measurement has: share of their variance
    kind: str  # how the number was measured
    groups: int
    note: str
    _tables: dict[tuple[int, int, tuple[float, ...]], tuple[Array, Array]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def at_lengths(self, lengths: Mapping[str, float]) -> Surface:
        """The same at token lengths (`prompt`, `output`; base-2 logarithms)."""
        near = {axis: self.cells.near(axis, place)[0] for axis, place in lengths.items()}

        def of(term: Term) -> Term:
            weight = term.weight
            for axis in term.component.axes:
                weight = weight * near[axis][term.cells] if axis in near else weight
            return replace(term, weight=weight)

        held_to = tuple(tuple(map(of, terms)) for terms in self.held_to)
        return replace(self, terms=tuple(map(of, self.terms)), held_to=held_to)

    def at(self, batch_per_chip: Number, chips: Number, spread: IntArray) -> Correction:
        """Correction at batch per chip, chips of a replica and kind of layout (its place in
        `SPREADS`), arrays that broadcast."""
        b: Array = np.log2(np.maximum(batch_per_chip, 1e-3))
        sizes, place = np.unique(np.log2(chips), return_inverse=True)
        where = np.reshape(place, np.shape(chips))
        low, high = math.floor(b.min()), math.ceil(b.max())
        mean, var = self._table(low, max(high, low + 1), tuple(sizes.tolist()))
        left: IntArray = np.minimum((b - low).astype(np.intp), mean.shape[2] - 2)
        share = b - low - left
        m: Array = mean[spread, where, left]
        v: Array = var[spread, where, left]
        m = m + share * (mean[spread, where, left + 1] - m)
        v = v + share * (var[spread, where, left + 1] - v)
        factor: Number = np.exp(-np.clip(m, -MOST, MOST))
        sd: Number = np.sqrt(widths().variance(self.kind, v, self.unseen))
        return Correction(factor, sd, self.groups, self.note, v, self.unseen)

    def _table(self, low: int, high: int, sizes: tuple[float, ...]) -> tuple[Array, Array]:
        """Mean and variance [kind of layout, size, batch from `low` to `high` doublings]."""
        key = (low, high, sizes)
        if key not in self._tables:
            self._tables[key] = self._work_out(*key)
        return self._tables[key]

    def _work_out(self, low: int, high: int, sizes: tuple[float, ...]) -> tuple[Array, Array]:
        cells = self.cells
        by_batch, by_chips = cells.near("batch", *range(low, high + 1)), cells.near("chips", *sizes)
        shape = (len(SPREADS), len(sizes), high - low + 1)
        mean, var = self._sum(self.terms[: self.own], shape, by_batch, by_chips)
        var += self.silent
        of_chip, left = self._sum(self.terms[self.own :], shape, by_batch, by_chips)
        theirs = [self._sum(terms, shape, by_batch, by_chips)[0] for terms in self.held_to]
        if "chip" in self.unseen:
            return mean + np.maximum.reduce(theirs or [of_chip]), var + left
        # A measured chip is held to its elders as far as its own measurements leave it open.
        whole = max(sum(term.variance for term in self.terms[self.own :]), 1e-300)
        behind = np.maximum(np.maximum.reduce([of_chip, *theirs]) - of_chip, 0.0)
        return mean + of_chip + left / whole * behind, var + left

    def _sum(
        self, terms: tuple[Term, ...], shape: tuple[int, ...], by_batch: Array, by_chips: Array
    ) -> tuple[Array, Array]:
        """Means and what is left of the variances of some terms [kind, size, batch]."""
        cells = self.cells
        mean, var = np.zeros(shape), np.zeros(shape)
        for term in terms:
            axes = term.component.axes
            along_b = by_batch[:, term.cells] if "batch" in axes else np.ones((1, len(term.cells)))
            along_n = term.weight * (by_chips[:, term.cells] if "chips" in axes else 1.0)
            along_n = along_n.reshape(-1, len(term.cells))
            if "spread" not in term.component.names:
                m, v = self._of(term, along_b, along_n)
                mean += m
                var += v
                continue
            for i, kind in enumerate(SPREADS):
                mine: BoolArray = cells.named("spread", kind)[term.cells]
                if not mine.any():
                    var[i] += term.variance
                    continue
                m, v = self._of(term, along_b, along_n * mine)
                mean[i] += m
                var[i] += v
        return mean, var

    def _of(self, term: Term, along_b: Array, along_n: Array) -> tuple[Array, Array]:
        """Mean and what is left of the variance of one term [size, batch]."""
        s2 = term.variance
        mean = s2 * ((along_n * self.cells.alpha[term.cells]) @ along_b.T)
        nearest = np.maximum.reduceat(
            (along_n**2)[:, None, :] * (along_b**2)[None, :, :], term.starts, axis=2
        )
        n: Array = nearest.sum(axis=2)  # groups near: n / (n + noise / s2) is what they take away
        left: Array = s2 * (1.0 - n / (n + self.cells.noise / s2))
        return mean, left
