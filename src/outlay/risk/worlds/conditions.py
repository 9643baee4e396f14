"""What a world does to a plan's surroundings, as arrays: branch, demand, speed, delays, doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.planning.problem.types import Offer, PlanProblem
from outlay.risk.worlds.arrays import PLACE_JOIN
from outlay.risk.worlds.effects import DemandCurve, Effect, multiplier
from outlay.risk.worlds.worlds import Worlds

__all__ = ["Conditions", "Settings", "conditions_of"]


@dataclass(frozen=True)
class Settings:
    """What acts on the plan, and how results are grouped.

    demand: level by score of the factor whose effect is `demand` with the demand curve; expected:
    [load, period] mean level of each load's rate over the states. years: [period] label of the
    year in which a period's money is counted.
    """

    effects: tuple[Effect, ...]
    years: tuple[str, ...]
    demand: DemandCurve | None = None
    demand_factor: str = ""


@dataclass(frozen=True)
class Conditions:
    """Of each world: leaf [world]; level [world, period, load] of demand over the expected (over
    the node's own where settings hold no demand curve); work [world, period, load] and speed
    [world, period, chip] over the plan's; late [world, site] and slow [world, offer] periods;
    closed [world, offer] first period whose deliveries never come."""

    leaf: IntArray
    level: Array
    work: Array
    speed: Array
    late: Array
    slow: Array
    closed: IntArray


def conditions_of(
    problem: PlanProblem, offers: Sequence[Offer], settings: Settings, worlds: Worlds
) -> Conditions:
    """Everything but money, for every world at once."""
    return Conditions(
        _leaves(problem, settings, worlds),
        _level(problem, settings, worlds),
        _work(problem, settings, worlds),
        _speed(problem, settings, worlds),
        _late(problem, settings, worlds),
        _slow(offers, settings, worlds),
        _closed(problem, offers, settings, worlds),
    )


def _leaves(problem: PlanProblem, settings: Settings, worlds: Worlds) -> IntArray:
    """[world] the leaf that the world's states lead to; factors not sampled: likeliest."""
    tree = problem.tree
    names = {f.name: f for f in tree.factors}
    sampled = {e.factor for e in settings.effects if e.kind == "state"}
    out = np.empty(len(worlds), dtype=np.int64)
    states = {k: worlds[k].astype(int) for k in sampled if k in names}
    for i in range(len(worlds)):
        known = {k: names[k].states[v.item(i)] for k, v in states.items()}
        fits = [
            n for n in tree.leaves if all(tree.labels[n].get(k, v) == v for k, v in known.items())
        ]
        out[i] = max(fits, key=lambda n: tree.probability.item(n))
    return out


def _level(problem: PlanProblem, settings: Settings, worlds: Worlds) -> Array:
    """[world, period, load] demand over the expected level; over the node's own without a curve."""
    p, s = problem, settings
    n_periods = len(p.tree.periods)
    shape = (len(worlds), n_periods, len(p.loads))
    out = np.ones(shape)
    if s.demand is not None and s.demand_factor in worlds.names:
        score = worlds.score[:, worlds.names.index(s.demand_factor)]
        out = s.demand.at(score)
    for e in s.effects:
        if e.kind == "demand" and e.factor != s.demand_factor:
            m = multiplier(e, worlds, n_periods)
            hit = np.array([e.touches(x.service or x.id) for x in p.loads])
            out = np.where(hit[None, None, :], out * m[:, :, None], out)
    return out


def _work(problem: PlanProblem, settings: Settings, worlds: Worlds) -> Array:
    """[world, period, load] work per unit over the plan's."""
    p = problem
    n_periods = len(p.tree.periods)
    out = np.ones((len(worlds), n_periods, len(p.loads)))
    for e in settings.effects:
        if e.kind == "work":
            m = multiplier(e, worlds, n_periods)
            hit = np.array([e.touches(x.service) or e.touches(x.id) for x in p.loads])
            out[:, :, hit] *= m[:, :, None]
    return out


def _speed(problem: PlanProblem, settings: Settings, worlds: Worlds) -> Array:
    """[world, period, chip] performance over the plan's."""
    p = problem
    n_periods = len(p.tree.periods)
    out = np.ones((len(worlds), n_periods, len(p.chips)))
    for e in settings.effects:
        if e.kind == "performance":
            m = multiplier(e, worlds, n_periods)
            hit = np.array([e.touches(c.id) for c in p.chips])
            out[:, :, hit] *= m[:, :, None]
    return out


def _closed(
    problem: PlanProblem, offers: Sequence[Offer], settings: Settings, worlds: Worlds
) -> IntArray:
    """[world, offer] first period whose deliveries are refused; the horizon where none is."""
    n_periods = len(problem.tree.periods)
    out: IntArray = np.full((len(worlds), len(offers)), n_periods)
    for e in settings.effects:
        if e.kind == "closed":
            shut: BoolArray = worlds[e.factor].astype(int) == e.state
            hit = np.array([e.touches(o.id) for o in offers])
            early = np.minimum(out, e.since)
            out = np.where(shut[:, None] & hit[None, :], early, out)
    return out.astype(np.int64)


def _late(problem: PlanProblem, settings: Settings, worlds: Worlds) -> Array:
    """[world, site] periods by which new power comes late (the longest that applies)."""
    p = problem
    out = np.zeros((len(worlds), len(p.sites)))
    for e in settings.effects:
        if e.kind == "delay":
            hit = np.array([any(map(e.touches, s.id.split(PLACE_JOIN))) for s in p.sites])
            days = np.maximum(worlds[e.factor], 0.0)[:, None]
            out = np.where(hit[None], np.maximum(out, days), out)
    return out


def _slow(offers: Sequence[Offer], settings: Settings, worlds: Worlds) -> Array:
    """[world, offer] periods by which an offer's deliveries come late."""
    out = np.zeros((len(worlds), len(offers)))
    for e in settings.effects:
        if e.kind == "delay" and e.items:
            hit = np.array([e.touches(o.id) for o in offers])
            days = np.maximum(worlds[e.factor], 0.0)[:, None]
            out = np.where(hit[None], np.maximum(out, days), out)
    return out
