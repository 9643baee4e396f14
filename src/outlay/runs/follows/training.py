"""Facts of training: by when each run is done in every branch, on what, and what is missed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.periods import HOURS_PER_DAY, SECONDS_PER_HOUR, Period
from outlay.demand.campaigns import campaign_chips
from outlay.demand.types import DemandPaths
from outlay.planning.result import Plan
from outlay.results.plans.lines import Unserved
from outlay.results.plans.training import DONE, TrainingRun
from outlay.runs.answers.tables import branch_name
from outlay.study.model.fields import Num
from outlay.study.model.loads import Campaign

__all__ = ["training_runs"]

Money = Callable[[Num], float]
NEVER = np.iinfo(np.int64).max
"""Period of what is not done by its date."""


@dataclass(frozen=True)
class _Part:
    """A run at one of its places.

    asked, done, missed: [node] reference-chip seconds due or placed there, those done, those that
    are due there and are not. held: chip → [node] chips busy. paid: price of what is missed,
    expected and discounted. name: what `lines.unserved` calls it.
    """

    name: str
    asked: Array
    done: Array
    missed: Array
    held: Mapping[str, Array]
    paid: float


def training_runs(
    plan: Plan,
    demand: DemandPaths,
    training: Mapping[str, Campaign],
    money: Money,
    unserved: Iterable[Unserved],
    by_node: Sequence[Mapping[str, Campaign]] = (),
) -> tuple[TrainingRun, ...]:
    """The study's campaigns of which some lies within the horizon, in its order.

    by_node: the campaigns as each node has them; none = everywhere as in the study.
    """
    reasons = {u.service: u for u in unserved}
    seen = by_node or (training,) * len(plan.problem.tree)
    rows = [
        _row(plan, demand, name, c, money, reasons, [x[name] for x in seen])
        for name, c in training.items()
    ]
    return tuple(r for r in rows if r is not None)


def _row(
    plan: Plan,
    demand: DemandPaths,
    name: str,
    c: Campaign,
    money: Money,
    reasons: Mapping[str, Unserved],
    seen: Sequence[Campaign],
) -> TrainingRun | None:
    tree = plan.problem.tree
    asks = sum((campaign_chips(c, x.value, tree.periods) for x in c.places.values()),
               np.zeros(len(tree.periods)))  # fmt: skip
    when = np.flatnonzero(_touches(c, tree.periods))
    if not asks.any():
        return None
    parts = [x for place in c.places for x in _parts(plan, demand, name, c, place, money, seen)]
    share = _shares(plan, parts)
    ended = _ended(plan, parts, share, int(when[-1]))
    chance = tree.probability[tree.leaves]
    least = int(np.argmin(share))
    alike = float(share.max() - share.min()) < 1 - DONE
    late = bool((share < DONE).any())
    why = next((reasons[x.name] for x in parts if x.name in reasons), None) if late else None
    hours = np.array([p.days * HOURS_PER_DAY for p in tree.periods])
    price = money(c.unserved)
    return TrainingRun(
        run=name,
        start=str(tree.periods[when[0]]),
        by=str(tree.periods[when[-1]]),
        chip=c.reference,
        chips=float(asks[when] @ hours[when] / hours[when].sum()),
        block=0.0 if c.block is None else c.block.value,
        held=_held(plan, parts, when),
        done_by={branch_name(tree, int(n)): _called(tree.periods, t)
                 for n, t in zip(tree.leaves, ended, strict=True)},
        first=_called(tree.periods, min(ended)),
        middle=_called(tree.periods, _middle(ended, chance)),
        last=_called(tree.periods, max(ended)),
        in_time=float(chance[share >= DONE].sum()),
        done=float(share @ chance),
        least=share.item(least),
        where="" if alike else branch_name(tree, tree.leaves.item(least)),
        missed=sum(x.paid for x in parts),
        price=price,
        whole=float(asks @ hours) * price,
        reason="" if why is None else why.reason,
        what="" if why is None else why.what,
    )  # fmt: skip


def _touches(c: Campaign, periods: tuple[Period, ...]) -> BoolArray:
    """[period]: the campaign may run in it."""
    return np.array([c.start.start < p.end and p.start < c.by.end for p in periods])


def _called(periods: tuple[Period, ...], t: int) -> str:
    return "" if t == NEVER else str(periods[t])


def _parts(
    plan: Plan,
    demand: DemandPaths,
    name: str,
    c: Campaign,
    place: str,
    money: Money,
    seen: Sequence[Campaign],
) -> list[_Part]:
    """The run at one place: placed by the plan, or its share of a steady load."""
    placed = [i for i, x in enumerate(demand.campaigns) if x.load.id == f"{name}@{place}"]
    if placed:
        return [_placed(plan, placed[0])]
    return _steady(plan, demand, c, place, money, seen)


def _placed(plan: Plan, i: int) -> _Part:
    """A campaign that the plan places itself."""
    p, tree = plan.problem, plan.problem.tree
    campaign = p.campaigns[i]
    due: BoolArray = (tree.period == campaign.due) | (
        campaign.even & (tree.period >= campaign.start) & (tree.period <= campaign.due)
    )
    by_chip: Array = plan.work[i].sum(axis=1)  # [chip, node]
    rates = campaign.rates(len(tree))
    if p.chip_factor is not None:
        rates = rates * p.chip_factor
    chips = np.divide(by_chip, rates * tree.seconds, out=np.zeros_like(by_chip), where=rates > 0)
    return _Part(
        campaign.id,
        np.where(due, campaign.work, 0.0),
        by_chip.sum(axis=0),
        np.where(due, plan.short[i], 0.0),
        {chip.id: chips[k] for k, chip in enumerate(p.chips) if chips[k].any()},
        _price(plan, "short", campaign.id),
    )


def _steady(
    plan: Plan,
    demand: DemandPaths,
    c: Campaign,
    place: str,
    money: Money,
    seen: Sequence[Campaign],
) -> list[_Part]:
    """Its share of the loads that it may be part of: alike campaigns of a place are one."""
    p, tree = plan.problem, plan.problem.tree
    cost = money(c.unserved) / SECONDS_PER_HOUR
    mine = [
        i for i, x in enumerate(demand.loads)
        if x.phase == "training" and x.places == (place,) and x.reference_chip == c.reference
        and x.chips_allowed == tuple(c.chips) and np.isclose(x.shed_cost, cost, rtol=1e-9)
    ]  # fmt: skip
    if not mine:
        return []
    weight: Array = p.hours[None]
    asked: Array = (p.demand[mine] * weight).sum(axis=(0, 1))
    shed: Array = (plan.shed[mine] * weight).sum(axis=(0, 1))
    own = _asked(seen, place, tree.periods)[np.arange(len(tree)), tree.period] * tree.seconds
    missed: Array = own * np.divide(shed, asked, out=np.zeros_like(shed), where=asked > 0)
    # of the load's chips, those that its part of the load keeps busy
    part: Array = np.divide(own, asked / HOURS_PER_DAY * tree.seconds, out=np.zeros_like(own),
                            where=asked > 0)  # fmt: skip
    held = _busy(plan, mine)
    paid = sum(_price(plan, "shed", demand.loads[i].id, part) for i in mine)
    names = {demand.loads[i].service or demand.loads[i].id for i in mine}
    return [
        _Part(sorted(names)[0], own, own - missed, missed,
              {k: v * part for k, v in held.items()}, paid)
    ]  # fmt: skip


def _asked(seen: Sequence[Campaign], place: str, periods: tuple[Period, ...]) -> Array:
    """[node, period]: reference chips busy with the run at a place, as each node has it."""
    known: dict[int, Array] = {}
    for c in seen:
        if id(c) not in known:
            share = c.places[place].value if place in c.places else 0.0
            known[id(c)] = campaign_chips(c, share, periods)
    return np.array([known[id(c)] for c in seen])


def _busy(plan: Plan, loads: list[int]) -> dict[str, Array]:
    """Chip → [node] chips busy with the loads, mean of the day."""
    p = plan.problem
    rate = np.ones((len(p.loads), len(p.tree))) if p.rate_factor is None else p.rate_factor
    out: dict[str, Array] = {}
    for i in loads:
        done: Array = (plan.served[i].sum(axis=1) * p.hours[None] / HOURS_PER_DAY).sum(axis=1)
        for k, chip in enumerate(p.chips):
            per: Array = p.units[i, k] * rate[i]
            if p.chip_factor is not None:
                per = per * p.chip_factor[k]
            busy = np.divide(done[k], per, out=np.zeros_like(per), where=per > 0)
            if busy.any():
                out[chip.id] = out.get(chip.id, np.zeros_like(busy)) + busy
    return out


def _price(plan: Plan, entry: str, item: str, part: Array | None = None) -> float:
    """Price of what is not done, expected and discounted; part: [node] share of it."""
    tree = plan.problem.tree
    return sum(
        f.amount * f.discount * tree.probability.item(f.node)
        * (1.0 if part is None else part.item(f.node))
        for f in plan.flows
        if (f.entry, f.item) == (entry, item)
    )  # fmt: skip


def _shares(plan: Plan, parts: Iterable[_Part]) -> Array:
    """[leaf]: share of the run that is done by its date; all of it where nothing is asked."""
    tree = plan.problem.tree
    whole, missed = np.zeros(len(tree.leaves)), np.zeros(len(tree.leaves))
    for x in parts:
        path: IntArray = tree.ancestor[tree.leaves]
        whole += x.asked[path].sum(axis=1)
        missed += x.missed[path].sum(axis=1)
    share = 1.0 - np.divide(missed, whole, out=np.zeros_like(missed), where=whole > 0)
    return np.clip(share, 0.0, 1.0)


def _ended(plan: Plan, parts: Iterable[_Part], share: Array, due: int) -> list[int]:
    """[leaf]: period in which the last of it is done; NEVER where some is not by its date."""
    tree = plan.problem.tree
    path: IntArray = tree.ancestor[tree.leaves]
    last = np.zeros(len(tree.leaves), dtype=np.int64)
    for x in parts:
        run = np.cumsum(x.done[path], axis=1)
        full: BoolArray = run >= run[:, [due]] * DONE
        last = np.maximum(last, np.argmax(full, axis=1))
    return [int(t) if s >= DONE else NEVER for t, s in zip(last, share, strict=True)]


def _middle(ended: Iterable[int], chance: Array) -> int:
    """Least period by which it is done with a chance of a half."""
    found = sorted(zip(ended, chance.tolist(), strict=True))
    total = 0.0
    for t, p in found:
        total += p
        if total >= 0.5:
            return t
    return NEVER


def _held(plan: Plan, parts: Iterable[_Part], when: IntArray) -> dict[str, float]:
    """Chip → chips busy with it, mean of its periods by their days, expected."""
    tree = plan.problem.tree
    inside: BoolArray = np.isin(tree.period, when)
    days: Array = np.where(inside, tree.seconds * tree.probability, 0.0)
    out: dict[str, float] = {}
    for x in parts:
        for chip, busy in x.held.items():
            out[chip] = out.get(chip, 0.0) + float(busy @ days / days.sum())
    return {k: v for k, v in out.items() if v > 0}
