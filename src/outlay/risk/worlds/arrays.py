"""Index arrays of a finished plan that its operation in a world needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.planning.problem.types import Offer, PlanProblem
from outlay.planning.programme.frame import with_renewals
from outlay.planning.result import Plan

__all__ = ["PLACE_JOIN", "PlanArrays", "last_sums", "row_sums"]


PLACE_JOIN = "+"
"""Halls that planning treats as one place are named with this between them."""


@dataclass(frozen=True)
class PlanArrays:
    """offers: those of the plan's arrays, renewals of leased pools included; rate [load, chip,
    node] units per second of a usable chip; groups: loads served together; usable [chip];
    offer_chip [offer]; zone_site [zone, site] and zone_load [zone, load], 0 or 1."""

    offers: tuple[Offer, ...]
    rate: Array
    groups: tuple[tuple[int, ...], ...]
    usable: Array
    offer_chip: IntArray
    zone_site: Array
    zone_load: Array

    @classmethod
    def of(cls, plan: Plan) -> PlanArrays:
        p = plan.problem
        zone = np.zeros((len(plan.zones), len(p.sites)))
        number = {s.id: i for i, s in enumerate(p.sites)}
        for z, names in enumerate(plan.zones):
            zone[z, [number[n] for n in names]] = 1.0
        chip = {c.id: i for i, c in enumerate(p.chips)}
        offers = p.offers if len(p.offers) == len(plan.orders) else with_renewals(p).offers
        return cls(
            offers,
            p.rates,
            _groups(p),
            np.array([np.broadcast_to(np.asarray(c.usable), (len(p.tree),)) for c in p.chips]),
            np.array([chip[o.chip] for o in offers], dtype=np.int64),
            zone,
            (zone @ p.site_load.astype(float) > 0).astype(float),
        )


def _groups(p: PlanProblem) -> tuple[tuple[int, ...], ...]:
    found: dict[str, list[int]] = {}
    for i, load in enumerate(p.loads):
        found.setdefault(load.group or f"\0{load.id}", []).append(i)
    return tuple(tuple(v) for v in found.values())


def last_sums(values: Array) -> Array:
    """Sums along the last axis, added up as they lie: a row has the same bits whatever is beside
    it. (NumPy adds in the order of memory, which a batch of one and one of many do not share.)"""
    return np.asarray(np.ascontiguousarray(values).sum(axis=-1))


def row_sums(values: Array) -> Array:
    """[world]: sums of all that stands in each world's row."""
    return last_sums(np.ascontiguousarray(values).reshape(len(values), -1))
