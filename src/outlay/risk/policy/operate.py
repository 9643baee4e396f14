"""The day's operation at one node: what can be served with what stands there, re-optimised.

A small linear programme per (node, world). Only right-hand sides and bounds differ between
worlds, so each solve starts from one fixed basis (that of the node's own demand): few pivots,
and the same bits whatever was solved before.
"""

# ruff: noqa: N802 (the solver's own names)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, BoolArray, IntArray, Number
from outlay.core.errors import SolverError
from outlay.core.periods import HOURS_PER_DAY
from outlay.demand.types import EVENT
from outlay.planning.problem.fallback import whose
from outlay.planning.problem.types import PlanProblem
from outlay.planning.solver.highs import open_highs
from outlay.risk.worlds.arrays import PlanArrays, row_sums

__all__ = ["NodeOperation", "Operated"]

Index = npt.NDArray[np.int32]
_DEVEX = 1  # the solver's number of it
_SHAKEN = "dual_simplex_cost_perturbation_multiplier"
_STEPS = "simplex_iteration_limit"
_ENDLESS = 2**31 - 1  # its default limit of steps
_MOST_STEPS = 20
"""Steps for each row and column after which a solve whose costs are not shaken may be going in a
circle; none seen took one for each."""


def _at(value: Number, node: int) -> float:
    return float(value if np.ndim(value) == 0 else np.asarray(value)[node])


@dataclass(frozen=True)
class Operated:
    """shed [world, group, slice]: unserved share of the *reference* demand (of the node, before
    the world's factor). cost [world]: of shedding and of what smaller models serve, over the
    node's period."""

    shed: Array
    cost: Array


@dataclass(frozen=True)
class _Layout:
    """Columns: busy (load, chip, zone, slice), then given up (way, slice), then moved."""

    load: IntArray
    chip: IntArray
    zone: IntArray
    slice: IntArray
    cap_chip: IntArray  # of each capacity row
    cap_zone: IntArray
    row_group: IntArray  # of each balance row
    n_groups: int
    n_slices: int


@dataclass(frozen=True)
class _Ways:
    """Ways not to serve a group by its own model: each of its tiers, then its smaller model."""

    group: IntArray
    size: Array  # most of it, share of the group's demand
    shed: BoolArray  # False: the smaller model serves it
    cost: Array  # [way, slice] of giving up all of the group's demand in this way

    @classmethod
    def of(
        cls,
        p: PlanProblem,
        groups: tuple[tuple[int, ...], ...],
        units: Array,
        smaller: IntArray,
        node: int,
    ) -> _Ways:
        """units: [load, slice] asked for over the node's period; smaller: [load], -1 = none."""
        rows = []
        for g, members in enumerate(groups):
            loads, own = [p.loads[i] for i in members], units[list(members)]
            if loads[0].instead_of:
                continue
            price = np.array([_at(x.shed_cost, node) for x in loads])
            income = np.array([x.revenue for x in loads])
            for t in loads[0].tiers:
                rows.append((g, t.share, True, (price * t.times + income) @ own))
            small = [p.loads[smaller.item(i)] for i in members if smaller.item(i) >= 0]
            if small:
                most, loss = min(_at(x.most, node) for x in small), _at(small[0].loss, node)
                rows.append((g, most, False, price * loss @ own))
        group, size, shed, cost = zip(*rows, strict=True)
        return cls(np.array(group), np.array(size), np.array(shed), np.array(cost))


class _Rows(NamedTuple):
    """The rows' coefficients, one row after the other."""

    shape: tuple[int, int]
    start: Index
    column: Index
    value: Array


class _Answer(Protocol):
    @property
    def col_value(self) -> Sequence[float]: ...


class _Solver(Protocol):
    """What this stage asks of HiGHS, which tells the type checker nothing."""

    def setOptionValue(self, name: str, value: str | float, /) -> object: ...
    def passModel(self, *parts: object) -> object: ...
    def run(self) -> object: ...
    def clearSolver(self) -> object: ...
    def getModelStatus(self) -> object: ...
    def getBasis(self) -> object: ...
    def setBasis(self, basis: object, /) -> object: ...
    def getSolution(self) -> _Answer: ...
    def changeRowsBounds(self, n: int, at: Index, low: Array, up: Array, /) -> object: ...
    def changeColsBounds(self, n: int, at: Index, low: Array, up: Array, /) -> object: ...
    def changeColsCost(self, n: int, at: Index, cost: Array, /) -> object: ...


class NodeOperation:
    r"""Least cost of shedding at one node.

    min \sum_ih w_ih u_ih / c_g  subject to
    \sum_kz r_lk y_lkzh + D_lh \sum_i u_ih - M_l v_gh = D_lh f_g     (balance, per load and slice)
    \sum_kz r_lk y_lkzh = D_lh u_ih                (the same of a smaller model, i its way)
    \sum_l y_lkzh <= a_kz                                             (capacity, per slice)
    \sum_h t_h v_gh = 0,  v_gh >= -d_gh f_g,  0 <= u_ih <= s_i f_g
    y: busy chips; u: given up in way i of group g (a tier of size s, or to the smaller model) and
    v: moved, in units of the reference demand D and its mean M;
    f_g: the world's work over the reference (volume x work per token c_g); a: usable chips there.
    With performance p_k of a chip, y counts chips x p_k and a_kz is p_k x usable x standing.
    A least level of service holds where a plan is made; a world that breaks it pays its tiers.
    """

    def __init__(self, problem: PlanProblem, arrays: PlanArrays, node: int, stands: Array) -> None:
        """stands: [chip, zone] True where a chip can stand at the node in some world."""
        self.problem, self.arrays, self.node = problem, arrays, node
        p = problem
        self.demand = np.asarray(p.demand[:, :, node], dtype=np.float64)
        self.hours = p.hours[:, node]
        self.mean = self.demand @ self.hours / HOURS_PER_DAY
        of = whose(p)
        self.own = of == np.arange(len(of))
        self.asked = self.demand[of]
        smaller = np.full(len(of), -1, dtype=np.int64)
        smaller[of[~self.own]] = np.flatnonzero(~self.own)
        seconds = p.tree.seconds.item(node) * self.hours / HOURS_PER_DAY
        self.groups = arrays.groups
        self.ways = _Ways.of(p, self.groups, self.demand * seconds, smaller, node)
        self.of = of
        self.leave = self._leave()
        self._build(stands)
        self._solver: _Solver | None = None
        self._basis: object = None

    def _leave(self) -> Array:
        """[group, slice] most that may move away, in means of the day (as the plan has it)."""
        out = np.zeros((len(self.groups), len(self.problem.slices)))
        if np.sum(~self._event()) < 2:
            return out
        for g, loads in enumerate(self.groups):
            share = min(_at(self.problem.loads[i].deferrable, self.node) for i in loads)
            busy = [i for i in loads if self.mean.item(i) > 0]
            if share > 0 and busy:
                out[g] = share * np.min(
                    [self.demand[i, :] / self.mean.item(i) for i in busy], axis=0
                )
        return np.where(self._event(), 0.0, out)

    def _event(self) -> BoolArray:
        """[slice]: the busiest days, out of which and into which nothing is moved."""
        return np.array([name == EVENT for name in self.problem.slices], dtype=bool)

    def _build(self, stands: Array) -> None:
        from scipy.sparse import coo_matrix

        p, f, n = self.problem, self.arrays, self.node
        n_h = len(p.slices)
        # Only groups of which something may move have columns and a row for it.
        self.moving = np.flatnonzero((self.leave > 0).any(axis=1))
        n_g = len(self.moving)
        rate = f.rate[:, :, n]
        can = (rate > 0)[:, :, None] & (f.zone_load.T > 0)[:, None, :] & stands.astype(bool)[None]
        exists = can[..., None] & (self.asked > 0)[:, None, None, :]
        load, chip, zone, slice_ = np.nonzero(exists)
        group_of = np.empty(len(p.loads), dtype=np.int64)
        for g, members in enumerate(self.groups):
            group_of[list(members)] = g
        keys = np.stack([chip, zone, slice_])
        caps, cap_row = np.unique(keys, axis=1, return_inverse=True)
        wanted_l, wanted_h = np.nonzero(
            (self.asked > 0) | ((self.leave[group_of] > 0).any(axis=1) & (self.mean > 0))[:, None]
        )
        balance = np.full(self.demand.shape, -1)
        balance[wanted_l, wanted_h] = np.arange(len(wanted_l))
        size = np.maximum(self.asked[wanted_l, wanted_h], self.mean[wanted_l])  # row scale
        self.unit = self._chip_unit(rate)
        y = np.arange(len(load))
        n_y, n_b = len(y), len(wanted_l)
        n_i = len(self.ways.group)
        given = n_y + np.arange(n_i * n_h).reshape(n_i, n_h)
        moved = n_y + n_i * n_h + np.arange(n_g * n_h).reshape(n_g, n_h)
        rows, cols, data = [balance[load, slice_]], [y], [rate[load, chip] * self.unit]
        data[0] = data[0] / size[rows[0]]
        g_of_row = group_of[wanted_l]
        for i, g in enumerate(self.ways.group.tolist()):
            up = self._part(i, g, group_of)[wanted_l]
            hit = np.flatnonzero(up)
            rows.append(hit)
            cols.append(given[i, wanted_h[hit]])
            data.append((up * self.asked[wanted_l, wanted_h] / size)[hit])
        at = np.searchsorted(self.moving, g_of_row)
        hit = np.flatnonzero(np.isin(g_of_row, self.moving))
        rows.append(hit)
        cols.append(moved[at[hit], wanted_h[hit]])
        data.append((-self.mean[wanted_l] / size)[hit])
        rows.append(n_b + cap_row.ravel())
        cols.append(y)
        data.append(np.ones(n_y))
        n_c = caps.shape[1]
        rows.append(np.repeat(n_b + n_c + np.arange(n_g), n_h))
        cols.append(moved.ravel())
        data.append(np.tile(self.hours / HOURS_PER_DAY, n_g))
        shape = (n_b + n_c + n_g, n_y + (n_i + n_g) * n_h)
        csr = coo_matrix(
            (np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))), shape=shape
        ).tocsr()
        start, column = (np.asarray(x, dtype=np.int32) for x in (csr.indptr, csr.indices))
        self.matrix = _Rows(shape, start, column, csr.data)
        self.want = self.demand[wanted_l, wanted_h] / size
        self.given_cols, self.moved_cols = given, moved
        self.cost_unit = float(
            2.0 ** np.round(np.log2(max(np.max(self.ways.cost, initial=0.0), 1e-300)))
        )
        self.layout = _Layout(
            load, chip, zone, slice_, caps[0], caps[1], g_of_row, len(self.groups), n_h
        )  # fmt: skip

    def _part(self, way: int, group: int, group_of: IntArray) -> Array:
        """[load] sign of a way in a load's balance: 1 as given up, -1 as taken by the fallback."""
        ours: BoolArray = group_of[self.of] == group
        taken = 0.0 if self.ways.shed.item(way) else -1.0
        return np.where(ours, np.where(self.own, 1.0, taken), 0.0)

    def _chip_unit(self, rate: Array) -> float:
        best: Array = rate.max(axis=1, initial=0.0)
        need: Array = np.divide(
            self.demand.max(axis=1, initial=0.0), best, out=np.zeros(len(best)), where=best > 0
        )
        return float(2.0 ** np.round(np.log2(max(float(np.sum(need)), 1e-9) / 16.0)))

    # solving ------------------------------------------------------------------------------

    def _rows(self, work: Array, available: Array) -> tuple[Array, Array]:
        """[world, row] bounds for work factors [world, group] and chips [world, chip, zone]."""
        want: Array = self.want * work[:, self.layout.row_group]
        caps: Array = available[:, self.layout.cap_chip, self.layout.cap_zone] / self.unit
        zero = np.zeros((len(work), len(self.moving)))
        low = np.concatenate([want, np.full_like(caps, -np.inf), zero], axis=1)
        return low, np.concatenate([want, caps, zero], axis=1)

    def _cols(self, work: Array) -> tuple[Array, Array]:
        """[world, column] bounds of what is given up and moved."""
        n, n_h = len(work), self.layout.n_slices
        given = np.repeat(self.ways.size * work[:, self.ways.group], n_h, axis=1)
        leave: Array = (self.leave[self.moving] * work[:, self.moving, None]).reshape(n, -1)
        may: Array = np.where(self._event(), 0.0, np.inf)
        up = np.tile(may, (n, len(self.moving)))
        return (
            np.concatenate([np.zeros_like(given), -leave], axis=1),
            np.concatenate([given, up], axis=1),
        )

    def _open(self, available: Array) -> _Solver:
        """Pass the model once and keep the basis of the node's own demand."""
        import highspy

        h = cast(_Solver, open_highs())
        h.setOptionValue("threads", 1)
        h.setOptionValue("presolve", "off")
        h.setOptionValue("solver", "simplex")
        # A few dozen steps from a basis near by: exact edge weights and shaken costs, which save
        # steps of long solves, cost more than they save.
        h.setOptionValue("simplex_dual_edge_weight_strategy", _DEVEX)
        h.setOptionValue(_SHAKEN, 0.0)
        ones = np.ones((1, self.layout.n_groups))
        rlo, rup = (x.ravel() for x in self._rows(ones, available[None, :, :]))
        clo, cup = (x.ravel() for x in self._cols(ones))
        n_y = len(self.layout.load)
        a = self.matrix
        cost = np.concatenate([np.zeros(n_y), self.ways.cost.ravel() / self.cost_unit,
                               np.zeros(self.moved_cols.size)])  # fmt: skip
        h.passModel(
            a.shape[1], a.shape[0], len(a.value), int(highspy.MatrixFormat.kRowwise), 1, 0.0, cost,
            np.concatenate([np.zeros(n_y), clo]), np.concatenate([np.full(n_y, np.inf), cup]),
            rlo, rup, a.start, a.column, a.value,
            np.zeros(a.shape[1], dtype=np.int32),
        )  # fmt: skip
        self._optimal: object = highspy.HighsModelStatus.kOptimal
        self._steps = _MOST_STEPS * sum(a.shape)
        if not self._solved(h):
            raise SolverError(f"operation of node {self.node} has no optimum")
        self._solver, self._basis = h, h.getBasis()
        self._row_index = np.arange(a.shape[0], dtype=np.int32)
        self._col_index = np.arange(n_y, a.shape[1], dtype=np.int32)
        return h

    def _solved(self, h: _Solver) -> bool:
        """Solve what was passed; once more with shaken costs where that does not end."""
        h.setOptionValue(_STEPS, self._steps)
        h.run()
        if h.getModelStatus() == self._optimal:
            return True
        h.setOptionValue(_SHAKEN, 1.0)
        h.setOptionValue(_STEPS, _ENDLESS)
        h.clearSolver()
        h.run()
        h.setOptionValue(_SHAKEN, 0.0)
        return h.getModelStatus() == self._optimal

    def run(
        self, volume: Array, work_per_unit: Array, available: Array, reference: Array
    ) -> Operated:
        """Operate the node in each world.

        volume, work_per_unit: [world, group] over the node's own; available: [world, chip, zone]
        usable chips times performance; reference: [chip, zone] the same at the node's own (fixes
        the starting basis).
        """
        h = self._solver or self._open(reference)
        work = volume * work_per_unit
        rlo, rup = self._rows(work, available)
        clo, cup = self._cols(work)
        per_unit: Array = work_per_unit[:, self.ways.group, None]  # [world, way, one]
        cost: Array = (self.ways.cost / per_unit).reshape(len(work), -1) / self.cost_unit
        x = np.empty((len(work), self.given_cols.size))
        first, last = self.given_cols.item(0), self.given_cols.item(-1) + 1
        for w in range(len(work)):
            h.clearSolver()
            h.changeRowsBounds(rlo.shape[1], self._row_index, rlo[w, :], rup[w, :])
            h.changeColsBounds(clo.shape[1], self._col_index, clo[w, :], cup[w, :])
            h.changeColsCost(cost.shape[1], self._col_index[: cost.shape[1]], cost[w, :])
            h.setBasis(self._basis)
            if not self._solved(h):
                raise SolverError(f"operation of node {self.node} ended without an optimum")
            x[w, :] = h.getSolution().col_value[first:last]
        most: Array = (self.ways.size * work[:, self.ways.group])[..., None]
        found: Array = x.reshape(len(work), -1, self.layout.n_slices)
        given = np.clip(found, 0.0, most) / per_unit  # [world, way, slice]
        shed = np.zeros((len(work), self.layout.n_groups, self.layout.n_slices))
        for i in np.flatnonzero(self.ways.shed).tolist():
            shed[:, self.ways.group.item(i)] += given[:, i]
        return Operated(shed, row_sums(self.ways.cost * given))

    def __getstate__(self) -> dict[str, Any]:
        """Without the solver: a process opens its own."""
        return {**self.__dict__, "_solver": None, "_basis": None}
