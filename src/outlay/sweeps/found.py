"""What a sweep found, from its table: spreads, what drives what, and answers over two inputs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.results.kept.sweep import Column, Driver, Refusal, Spread, Surface, Varied
from outlay.risk.sensitivity import given_data_indices
from outlay.sweeps.asked.axes import Axis
from outlay.sweeps.asked.design import Design
from outlay.sweeps.cases import CAPEX, FIRST
from outlay.sweeps.table import facts_of, unit_of

if TYPE_CHECKING:
    import polars as pl

__all__ = ["answers_of", "columns_of", "drivers_of", "refusals_of", "spreads_of", "surface_of",
           "surfaces_of", "varied_of"]  # fmt: skip

OPTIMAL = "optimal"
ANSWERS = ("order_now", "objective", "served_share")
"""Answers that every reader asks for, first."""
OFFERS, SURFACES = 6, 6
"""First orders shown, those that move most; pairs of inputs at most."""
LEVELS, BINS = 40, 6
"""Values of an input that are shown one by one; parts of its range otherwise."""
DRAWN_PAIR = 60
"""Cases with a plan from which on two drawn inputs are shown against each other."""
STILL = 1e-9
"""Share of its size by which an answer moves that does not move."""
BAD: Mapping[str, Literal["infeasible", "refused", "failed", "quarantined"]] = {
    "infeasible": "infeasible", "refused": "refused", "failed": "failed",
    "quarantined": "quarantined",
}  # fmt: skip
"""Statuses of cases without a plan, as readers meet them."""


def varied_of(axes: Sequence[Axis]) -> tuple[Varied, ...]:
    """The axes, as readers meet them."""
    return tuple(Varied(a.path, a.way, a.unit, a.stated, a.values) for a in axes)


def columns_of(frame: pl.DataFrame, axes: Sequence[Axis], currency: str) -> tuple[Column, ...]:
    """The columns that say what came out."""
    return tuple(Column(n, unit_of(n, currency)) for n in facts_of(frame, axes))


def _good(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return frame.filter(pl.col("status") == OPTIMAL)


def _floats(frame: pl.DataFrame, name: str) -> list[float | None]:
    out: list[float | None] = frame.get_column(name).to_list()
    return out


def _cases(frame: pl.DataFrame) -> IntArray:
    out: list[int] = frame.get_column("case").to_list()
    return np.array(out, dtype=np.int64)


def _texts(frame: pl.DataFrame, name: str) -> list[str]:
    out: list[str] = frame.get_column(name).to_list()
    return out


def _numbers(frame: pl.DataFrame, name: str) -> Array:
    """A column, 0 where a plan lacks it: an offer that a case does not have is not ordered."""
    return np.array([v or 0.0 for v in _floats(frame, name)], dtype=np.float64)


def _list(values: Array) -> list[float]:
    numbers: list[float] = values.tolist()
    return numbers


def _counts(values: IntArray) -> list[int]:
    numbers: list[int] = values.tolist()
    return numbers


def _at(values: Array | IntArray, level: float) -> BoolArray:
    """Where values are at a level."""
    return np.asarray(values == level, dtype=np.bool_)


def _moves(values: Array) -> bool:
    numbers = _list(values)
    size = max(map(abs, numbers), default=0.0)
    return bool(numbers) and _span(values) > STILL * max(size, STILL)


def _span(values: Array) -> float:
    """How far values are apart."""
    numbers = _list(values)
    return max(numbers) - min(numbers)


def answers_of(frame: pl.DataFrame, axes: Sequence[Axis]) -> tuple[str, ...]:
    """Answers that move, in the order of what readers ask: the first order, cost, what is served,
    the first orders of offers that move most, capital expenditure by year."""
    good, facts = _good(frame), facts_of(frame, axes)
    if not good.height:
        return ()
    orders = [n for n in facts if n.startswith(f"{FIRST}.")]
    ranked = sorted(orders, key=lambda n: (-_span(_numbers(good, n)), n))[:OFFERS]
    years = [n for n in facts if n.startswith(f"{CAPEX}.")]
    named = [n for n in (*ANSWERS, *ranked, *years) if n in facts]
    return tuple(n for n in named if _moves(_numbers(good, n)))


def spreads_of(frame: pl.DataFrame, axes: Sequence[Axis], currency: str) -> tuple[Spread, ...]:
    """How far the answers move."""
    good = _good(frame)
    out = []
    for name in answers_of(frame, axes):
        at = _list(np.quantile(_numbers(good, name), [0.0, 0.1, 0.5, 0.9, 1.0]))
        least, low, middle, high, most = at
        out.append(Spread(name, unit_of(name, currency), least, low, middle, high, most))
    return tuple(out)


def refusals_of(frame: pl.DataFrame) -> tuple[Refusal, ...]:
    """Why cases have no plan, the most frequent reason first."""
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], int] = {}
    rows = zip(_counts(_cases(frame)), _texts(frame, "status"), _texts(frame, "why"), strict=True)
    for case, status, why in rows:
        if status != OPTIMAL:
            counts[status, why] += 1
            first.setdefault((status, why), case)
    ranked = sorted(counts.items(), key=lambda x: (-x[1], first[x[0]]))
    return tuple(Refusal(BAD[s], why, n, first[s, why]) for (s, why), n in ranked)


def drivers_of(frame: pl.DataFrame, design: Design, currency: str) -> tuple[Driver, ...]:
    """What moves each answer, the strongest first."""
    good, axes = _good(frame), design.axes
    if not good.height:
        return ()
    cases = _cases(good)
    numbers = _counts(cases)
    seen = _Seen(
        np.column_stack([_codes(good, a) for a in axes]),
        np.array([design.moved(k) for k in numbers], dtype=np.int64),
        cases // design.inner,
    )
    out = list[Driver]()
    for name in answers_of(frame, axes):
        values, unit = _numbers(good, name), unit_of(name, currency)
        shares = _shares(seen, values, axes)
        mine = [
            Driver(name, unit, a.path, share, *_at_ends(seen, values, design, j))
            for j, (a, share) in enumerate(zip(axes, shares, strict=True))
        ]
        out += sorted(mine, key=lambda d: -d.share)
    return tuple(out)


@dataclass(frozen=True)
class _Seen:
    """Cases with a plan. codes: [case, axis] its inputs as numbers. moved: [case] which end is
    moved alone, 0: none. point: [case] which point of what is crossed it is at."""

    codes: Array
    moved: IntArray
    point: IntArray


def _codes(frame: pl.DataFrame, axis: Axis) -> Array:
    """An input as numbers: of texts the place of each in its list."""
    if axis.unit:
        held = [np.nan if v is None else v for v in _floats(frame, axis.path)]
        return np.array(held, dtype=np.float64)
    places = {v: float(i) for i, v in enumerate(axis.values)}
    texts = [places.get(v, -1.0) for v in _texts(frame, axis.path)]
    return np.array(texts, dtype=np.float64)


def _shares(seen: _Seen, values: Array, axes: Sequence[Axis]) -> list[float]:
    """Of the variance what each input explains; of swings one at a time their squares."""
    if not any(a.way == "ends" for a in axes):
        filled = np.where(np.isnan(seen.codes), -np.inf, seen.codes)
        return _list(given_data_indices(filled, values))
    swings = list[float]()
    end = 1
    still = _at(seen.moved, 0)
    for j, axis in enumerate(axes):
        if axis.way == "ends":
            mine = sum(v != axis.stated for v in axis.values)
            swings.append(_swing(seen, values, range(end, end + mine)))
            end += mine
        else:
            swings.append(_means_apart(seen.codes[still, j], values[still]))
    total = math.fsum(s**2 for s in swings)
    return [s**2 / total if total > 0 else 0.0 for s in swings]


def _means_apart(codes: Array, values: Array) -> float:
    """How far the means at each level of an input are apart."""
    levels = _list(np.unique(codes))
    means = [m for x in levels if (m := _mean(values, _at(codes, x))) is not None]
    return max(means, default=0.0) - min(means, default=0.0)


def _swing(seen: _Seen, values: Array, ends: range) -> float:
    """How far an input that is moved alone moves the answer, mean over the points of the rest."""
    mine: BoolArray = np.isin(seen.moved, np.array([0, *ends]))
    points = _counts(np.unique(seen.point))
    spans = list[float]()
    for point in points:
        here = mine & _at(seen.point, point)
        if np.count_nonzero(here) > 1:
            spans.append(_span(values[here]))
    return math.fsum(spans) / len(spans) if spans else 0.0


def _at_ends(
    seen: _Seen, values: Array, design: Design, j: int
) -> tuple[float | None, float | None]:
    """The answer where an input is low, and where it is high."""
    axis, code = design.axes[j], seen.codes[:, j]
    if axis.way == "drawn":
        third = (axis.high - axis.low) / 3
        low, high = axis.low + third, axis.high - third
        return _mean(values, code <= low), _mean(values, code >= high)
    if axis.way == "ends":
        place = {end: n + 1 for n, end in enumerate(design.ends)}
        first, last = (place.get((j, n), 0) for n in (0, 1))
        return _mean(values, _at(seen.moved, first)), _mean(values, _at(seen.moved, last))
    ends = (axis.low, axis.high) if axis.unit else (0.0, len(axis.values) - 1.0)
    return _mean(values, _at(code, ends[0])), _mean(values, _at(code, ends[1]))


def surfaces_of(frame: pl.DataFrame, design: Design, currency: str) -> tuple[Surface, ...]:
    """Each answer that moves over each pair of inputs that are crossed; without any, over the two
    drawn inputs that move the first answer most."""
    axes = design.axes
    answers = answers_of(frame, axes)
    pairs = list(combinations([a for a in axes if a.way in ("grid", "list")], 2))[:SURFACES]
    if not pairs and answers and design.drawn and _good(frame).height >= DRAWN_PAIR:
        ranked = [d.path for d in drivers_of(frame, design, currency) if d.of == answers[0]]
        able = [a for p in ranked for a in axes if a.path == p]
        pairs = [(able[0], able[1])] if len(able) > 1 else []
    return tuple(surface_of(frame, x, y, name, currency) for x, y in pairs for name in answers)


def surface_of(frame: pl.DataFrame, x: Axis, y: Axis, of: str, currency: str) -> Surface:
    """One answer over two inputs."""
    xs, at_x = _levels(frame, x)
    ys, at_y = _levels(frame, y)
    good = np.array([status == OPTIMAL for status in _texts(frame, "status")], dtype=np.bool_)
    values = _numbers(frame, of)
    cells, without = list[tuple[float | None, ...]](), list[tuple[int, ...]]()
    for j in range(len(ys)):
        there = [_at(at_y, j) & _at(at_x, i) for i in range(len(xs))]
        cells.append(tuple(_mean(values, good & here) for here in there))
        without.append(tuple(int(np.count_nonzero(here & ~good)) for here in there))
    return Surface(
        of, unit_of(of, currency), x.path, y.path, xs, ys,
        tuple(cells), tuple(without),
    )  # fmt: skip


def _mean(values: Array, where: BoolArray) -> float | None:
    """The mean of some of the values; None of none."""
    count = np.count_nonzero(where)
    return float(np.sum(values[where])) / count if count else None


def _levels(frame: pl.DataFrame, axis: Axis) -> tuple[tuple[str | float, ...], Array]:
    """Values of an input that a surface shows, and which of them each case has."""
    codes = _codes(frame, axis)
    if not axis.unit:
        return tuple(axis.values), codes
    levels = np.unique(codes[~np.isnan(codes)])
    if len(levels) <= LEVELS and axis.way != "drawn":
        at = np.where(np.isnan(codes), -1.0, np.searchsorted(levels, codes))
        return tuple(_list(levels)), at
    width = (axis.high - axis.low) / BINS
    at = np.clip(np.floor((codes - axis.low) / width), 0, BINS - 1)
    middles = (axis.low + width * (i + 0.5) for i in range(BINS))
    return tuple(middles), np.where(np.isnan(at), -1.0, at)
