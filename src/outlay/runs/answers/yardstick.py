"""What fleet the demand needs, in one yardstick chip, and what a budget would buy of it.

The yardstick makes loads comparable: `need = peak rate / (units per yardstick chip × usable)`.
It is a reading aid, not an input: the plan itself counts every chip at its own rates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.quantities.fx import FxTable
from outlay.demand.build import money_in
from outlay.demand.types import DemandPaths, Load
from outlay.planning.problem.types import PlanProblem, Pool
from outlay.planning.programme.blocks import Matrix
from outlay.planning.programme.sparse import from_entries
from outlay.planning.solver.highs import Session
from outlay.results.chips_models import Chip
from outlay.results.plans.answers import Purchase
from outlay.runs.answers.tables import expected
from outlay.study.model.fields import value_at
from outlay.study.model.study import Study

__all__ = ["Need", "fleet_carries", "need_of", "purchases", "yardstick"]


@dataclass(frozen=True)
class Need:
    """Chips of type `chip` that each load takes in its busiest slice, [load, period], expected.

    `parts` splits the growth from the first period to each later one, [part, period], summing to
    the difference: more tokens, larger models, software, and each other load by name.
    """

    chip: str
    loads: tuple[str, ...]
    by_load: Array
    parts: Mapping[str, Array]
    home: BoolArray  # [load]: may run in the home region
    placed: Array  # [campaign, period]: training that the plan places, spread evenly
    placed_home: BoolArray  # [campaign]

    @property
    def total(self) -> Array:
        """[period]: of all."""
        return np.asarray(self.by_load.sum(axis=0) + self.placed.sum(axis=0))

    @property
    def at_home(self) -> Array:
        """[period]: of what may run in the home region."""
        loads: Array = self.by_load[self.home].sum(axis=0)
        placed: Array = self.placed[self.placed_home].sum(axis=0)
        return loads + placed


def yardstick(problem: PlanProblem, demand: DemandPaths) -> int:
    """Index of the chip that serves most loads; where several do, the fastest of them."""
    can = problem.units_per_chip > 0
    token = np.array([x.unit == "token/s" for x in demand.loads], dtype=bool)
    best: IntArray = can.sum(axis=0)
    named = [x.reference_chip for x in demand.loads if x.reference_chip]
    for i, c in enumerate(problem.chips):
        if c.id in named:
            best[i] += named.count(c.id)  # other work is counted in it already
    speed: Array = np.where(token[:, None], problem.units_per_chip, 0).sum(axis=0)
    return int(np.lexsort((speed, best))[-1])


def _usable(problem: PlanProblem, chip: int, node: int = 0) -> float:
    """Share of what stands that serves, in the node: at the start where none is named."""
    share = np.broadcast_to(np.asarray(problem.chips[chip].usable), (len(problem.tree),))
    return float(share[node])


def need_of(problem: PlanProblem, demand: DemandPaths, home: str, study: Study) -> Need:
    """Need of every load in yardstick chips, and what its growth is made of."""
    y = yardstick(problem, demand)
    units = problem.units_per_chip[:, y]
    per_chip = np.where(units > 0, units * _usable(problem, y), np.nan)
    peak = expected(problem.tree, problem.demand[:, 0, :])  # [load, period]
    need = np.nan_to_num(peak * _inverse(problem, y) / per_chip[:, None])
    flat = np.nan_to_num(peak / per_chip[:, None])
    steady, placed = _placed(problem, demand, y)
    parts = {**_language(demand, flat), **_other(demand, flat, steady)}
    total: Array = need.sum(axis=0) + placed.sum(axis=0)
    parts["faster software"] = total - need[:, :1].sum() - placed[:, :1].sum() - sum(parts.values())
    regions = {home, *(s for s, x in study.sites.items() if x.region == home)}
    works = (*demand.loads, *(c.load for c in demand.campaigns))
    at_home = np.array([not x.places or bool(regions & set(x.places)) for x in works], dtype=bool)
    n = len(demand.loads)
    return Need(
        problem.chips[y].id, tuple(x.id for x in demand.loads), need, parts, at_home[:n], placed,
        at_home[n:],
    )  # fmt: skip


def _inverse(problem: PlanProblem, y: int) -> Array:
    """[load, period] expected chips that do the work of one at the base's rates."""
    own, units = problem.units[:, y], problem.units_per_chip[:, y][:, None]
    known = (own > 0) & (units > 0)
    relative = np.divide(own, units, out=np.ones_like(own), where=known)
    factor = 1.0 if problem.rate_factor is None else problem.rate_factor
    inverse = expected(problem.tree, 1.0 / (factor * relative))
    return np.asarray(inverse)


def _language(demand: DemandPaths, flat: Array) -> dict[str, Array]:
    """[period] growth of the language loads: by their volume, and by the size of their models."""
    token = np.array([x.unit == "token/s" for x in demand.loads], dtype=bool)
    compute = demand.compute.T  # [load, period]
    volume = flat * compute[:, :1] - flat[:, :1] * compute[:, :1]
    larger = flat * (compute - compute[:, :1])
    return {
        "more tokens": volume[token].sum(axis=0),
        "larger models": larger[token].sum(axis=0),
    }


def _other(demand: DemandPaths, flat: Array, steady: Array) -> dict[str, Array]:
    """[period] growth of each other work by name; all training, placed or not, is one."""

    def name_of(load: Load) -> str:
        return "training" if load.phase == "training" else load.service

    works = (*demand.loads, *(c.load for c in demand.campaigns))
    parts: dict[str, Array] = {}
    for name in dict.fromkeys(name_of(x) for x in works if x.unit == "chip"):
        mine = np.array([x.unit == "chip" and name_of(x) == name for x in demand.loads], dtype=bool)
        parts[name] = (flat[mine] - flat[mine][:, :1]).sum(axis=0)
        if name == "training":
            parts[name] = parts[name] + (steady - steady[:, :1]).sum(axis=0)
    return parts


def _placed(problem: PlanProblem, demand: DemandPaths, y: int) -> tuple[Array, Array]:
    """[campaign, period] yardstick chips, without and with what software gains by then."""
    flat = np.zeros((len(demand.campaigns), len(problem.tree.periods)))
    need = flat.copy()
    for i, (asked, campaign) in enumerate(zip(demand.campaigns, problem.campaigns, strict=True)):
        per = campaign.units_per_chip.item(y) * _usable(problem, y)
        rates: Array = campaign.rates(len(problem.tree))[y]
        gain = rates / max(campaign.units_per_chip.item(y), 1e-300)
        if per > 0:
            flat[i] = asked.chips / per
            need[i] = flat[i] * expected(problem.tree, 1.0 / gain)
    return flat, need


def fleet_carries(problem: PlanProblem, demand: DemandPaths, node: int, mask: BoolArray) -> float:
    """Largest multiple of the busiest-slice need of `mask`ed loads that the pools alone carry.

    A small linear programme: chips of each pool are shared among the loads they can serve so that
    every load gets the same multiple of its need. Sites and power are left out: an upper bound.
    """
    wanted: BoolArray = mask & (problem.demand[:, 0, node] > 0)
    loads: list[int] = np.flatnonzero(wanted).tolist()
    pools = [p for p in problem.pools if p.available[node] > 0]
    pairs = _pairs(problem, pools, loads, node)
    n = len(pairs)
    if not n or not loads:
        return 0.0
    have: Array = np.array([p.available[node] for p in pools])
    scale = max(1.0, float(have.max()))
    row = {i: len(pools) + r for r, i in enumerate(loads)}
    # [pair] what a pair takes of its pool; what it does of its load; [load] less the multiple
    entries = [(1.0, k, j) for j, (k, _, _) in enumerate(pairs)]
    entries += [
        (u / problem.demand[i, 0, node] * scale, row[i], j) for j, (_, i, u) in enumerate(pairs)
    ]
    entries += [(-1.0, r, n) for r in row.values()]
    value, at, column = (np.array(x) for x in zip(*entries, strict=True))
    rows, zero = len(pools) + len(loads), np.zeros(len(loads))
    solved = Session(
        Matrix(
            cost=np.append(np.zeros(n), -1.0),
            offset=0.0,
            lower=np.zeros(n + 1),
            upper=np.full(n + 1, np.inf),
            row_lower=np.concatenate([np.full(len(pools), -np.inf), zero]),
            row_upper=np.concatenate([have / scale, zero]),
            a=from_entries(value, at, column, (rows, n + 1)),
            col_unit=np.ones(n + 1),
            row_unit=np.ones(rows),
            integer=np.zeros(n + 1, dtype=bool),
            columns={},
            rows={},
        )
    ).solve("simplex")
    return solved.x.item(-1) if solved.status == "optimal" else 0.0


def _pairs(
    problem: PlanProblem, pools: Sequence[Pool], loads: Sequence[int], node: int
) -> list[tuple[int, int, float]]:
    """(pool, load, units per chip that stands) where the pool may serve the load."""
    index = {c.id: i for i, c in enumerate(problem.chips)}
    sites = {s.id: i for i, s in enumerate(problem.sites)}
    rate, units = problem.rate_factor, problem.units[:, :, node]
    pairs = []
    for k, p in enumerate(pools):
        for i in loads:
            u = float(units[i, index[p.chip]] * (1 if rate is None else rate[i, node]))
            here = any(problem.site_load[sites[s], i] for s in p.sites)
            if u > 0 and here:
                pairs.append((k, i, u * _usable(problem, index[p.chip], node)))
    return pairs


def _relative(problem: PlanProblem, need: Need, chip: int, tokens: BoolArray) -> float:
    """Yardstick chips' worth of one chip on the language loads it can serve, at their mix."""
    y = next(i for i, c in enumerate(problem.chips) if c.id == need.chip)
    weight = need.by_load[:, 0] * tokens
    mine, ref = problem.units_per_chip[:, chip], problem.units_per_chip[:, y]
    ok = (mine > 0) & (ref > 0) & (weight > 0)
    if not ok.any():
        return 0.0
    return float(weight[ok].sum() / (weight[ok] * ref[ok] / mine[ok]).sum())


def purchases(
    study: Study,
    problem: PlanProblem,
    demand: DemandPaths,
    need: Need,
    chips: Mapping[str, Chip],
    amount: float,
    fx: FxTable,
) -> tuple[Purchase, ...]:
    """What `amount` (in the study's currency) buys of each purchase offer, hosts apart.

    Where an offer's price has a range, its low end is a row of its own.
    """
    tokens = np.array([x.unit == "token/s" for x in demand.loads], dtype=bool)
    index = {c.id: i for i, c in enumerate(problem.chips)}
    out = []
    for name, offer in study.supply.items():
        if offer.price is None or offer.chip not in index:
            continue
        num = value_at(offer.price, demand.periods[0]) or offer.price.entries[0][1]
        relative = _relative(problem, need, index[offer.chip], tokens)
        options: list[tuple[float, Literal["planned", "low"]]] = [(num.value, "planned")]
        if num.low is not None and num.low < num.value:
            options.append((num.low, "low"))
        for value, which in options:
            price = money_in(replace(num, value=value), study, fx)
            if price <= 0:  # chips owned already and waiting to be installed
                continue
            count = amount / price
            power_mw = count * chips[offer.chip].it_w / 1e6
            out.append(Purchase(name, offer.chip, which, price, count, power_mw, count * relative))
    return tuple(out)
