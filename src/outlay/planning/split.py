"""Which chips stand in which hall: a place's plan spread over its halls, along the tree.

The programme knows chips by place and power by hall. Walking from the root, what leaves is taken
from halls that shrink, what arrives goes to halls with power to fill, both in proportion; what
still does not match the halls' power is moved, and shown as moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from outlay.planning.rows.stock import vintages

__all__ = ["Halls", "split"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Halls:
    """starts, diverts, left [offer, hall, node]; stock, moved [chip, hall, node]; pool [pool, …]."""

    starts: Array
    diverts: Array
    left: Array
    stock: Array
    pool: Array
    moved: Array


def split(model: Any, r: Any, starts: Array, diverts: Array, left: Array) -> Halls:
    """Spread everything over the halls by each hall's share of its place's power.

    Each thing that stands (pool, or starts of an offer) is followed as one line: its hall shares
    change only by what arrives or leaves, and by moves where the power says so.
    """
    f = model.frame
    stock = place_stock(model, r, starts + diverts)
    share = _shares(model, r)  # [hall, node] of the place's power
    place = f.hall_place
    spread = share[None]
    pool = r.get("pool")[:, place, :] * spread
    by_hall = stock[:, place, :] * spread
    tree = f.problem.tree
    up = np.maximum(tree.parent, 0)
    before = np.where(tree.parent >= 0, by_hall[..., up], 0.0)
    arrive = _arrival_shares(model, share, r)
    s = starts[:, place, :] * arrive[None]
    v = diverts[:, place, :] * arrive[None]
    out = left[:, place, :] * _leaving_shares(model, share)[None]
    moved = by_hall - before
    for i, k in enumerate(f.offer_chip):
        moved[k] -= s[i] + v[i] - out[i]
    for i, k in enumerate(f.pool_chip):
        gone = r.get("pool")[i][:, up] - r.get("pool")[i]
        gone = np.where(tree.parent >= 0, np.maximum(gone, 0.0), 0.0)[place]
        moved[k] += gone * _leaving_shares(model, share)
        moved[k] -= np.where(tree.parent < 0, pool[i], 0.0)
    several = np.bincount(place, minlength=len(f.problem.sites))[place] > 1
    moved = np.where(several[None, :, None], moved, 0.0)
    return Halls(s, v, out, by_hall, pool, moved)


def place_stock(model: Any, r: Any, starts: Array) -> Array:
    """[chip, place, node]: everything that stands there, own, leased or from a pool."""
    f = model.frame
    stock = r.get("stock").sum(axis=0)
    v = vintages(model.draft)
    for i, (k, terms) in enumerate(zip(f.offer_chip, f.terms, strict=True)):
        if terms.exit:
            stock[k] += starts[i]
    if len(v):
        np.add.at(stock, (f.offer_chip[v.offer], v.site, v.node), r.get("keep"))
    for i, k in enumerate(f.pool_chip):
        stock[k] += r.get("pool")[i]
    return np.asarray(stock)


def _shares(model: Any, r: Any) -> Array:
    """[hall, node]: the hall's part of its place's power; by megawatts where nothing draws."""
    f = model.frame
    power = np.maximum(r.get("power").sum(axis=0), 0.0)
    total = np.zeros((len(f.problem.sites), power.shape[1]))
    np.add.at(total, f.hall_place, power)
    count = np.bincount(f.hall_place, minlength=len(f.problem.sites))[f.hall_place]
    at = total[f.hall_place]
    return np.where(at > 1e-12, power / np.where(at > 1e-12, at, 1.0), 1.0 / count[:, None])


def _arrival_shares(model: Any, share: Array, r: Any) -> Array:
    """[hall, node]: arrivals go where power rises, in proportion to the rise."""
    f, tree = model.frame, model.frame.problem.tree
    power = np.maximum(r.get("power").sum(axis=0), 0.0)
    up = np.maximum(tree.parent, 0)
    rise = np.where(tree.parent >= 0, np.maximum(power - power[:, up], 0.0), power)
    total = np.zeros((len(f.problem.sites), power.shape[1]))
    np.add.at(total, f.hall_place, rise)
    at = total[f.hall_place]
    return np.where(at > 1e-12, rise / np.where(at > 1e-12, at, 1.0), share)


def _leaving_shares(model: Any, share: Array) -> Array:
    """[hall, node]: what leaves is taken from where it stood one node earlier."""
    tree = model.frame.problem.tree
    return np.where(tree.parent >= 0, share[:, np.maximum(tree.parent, 0)], share)
