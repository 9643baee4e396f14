"""Which chips stand in which hall: a place's plan spread over its halls, along the tree.

The programme knows chips by place and power by hall. Walking from the root, what leaves is taken
from halls that draw more than planned, what arrives goes to halls that draw less; the little that
still does not match (chips of unlike power) is moved within the place, and shown as moved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.planning.programme.model import Model

__all__ = ["Halls", "Reader", "split"]

KW_PER_MW = 1e3
TINY = 1e-12


class Reader:
    """Values of a model's columns; what does not exist is 0."""

    def __init__(self, model: Model, x: Array) -> None:
        self.model, self.x = model, x

    def get(self, name: str) -> Array:
        index = self.model.draft.col[name]
        return np.where(index >= 0, self.x[np.maximum(index, 0)], 0.0)


@dataclass(frozen=True)
class Halls:
    """starts, diverts, arriving, left [offer, hall, node]; stock, moved [chip, hall, node]; pool
    likewise."""

    starts: Array
    diverts: Array
    arriving: Array
    left: Array
    stock: Array
    pool: Array
    moved: Array


def split(
    model: Model, r: Reader, starts: Array, diverts: Array, arriving: Array, left: Array
) -> Halls:
    """Spread everything over the halls; exact where a place is one hall."""
    f, tree = model.frame, model.frame.problem.tree
    place = f.hall_place
    stock = place_stock(model, r, starts + diverts)
    pool = r.get("pool")
    arrive, leave = np.zeros_like(stock), np.zeros_like(stock)
    for i, k in enumerate(f.offer_chip):
        arrive[k] += arriving[i]
        leave[k] += left[i]
    up = np.maximum(tree.parent, 0)
    gone: Array = np.where(tree.parent >= 0, np.maximum(pool[..., up] - pool, 0.0), 0.0)
    for i, k in enumerate(f.pool_chip):
        leave[k] += gone[i]
    by_hall, goes_in, goes_out, moved = _walk(model, r, stock, arrive, leave)
    share = _share(by_hall, stock[:, place])
    return Halls(
        starts[:, place] * goes_in[f.offer_chip],
        diverts[:, place] * goes_in[f.offer_chip],
        arriving[:, place] * goes_in[f.offer_chip],
        left[:, place] * goes_out[f.offer_chip],
        by_hall,
        pool[:, place] * share[f.pool_chip],
        moved,
    )


def _walk(
    model: Model, r: Reader, stock: Array, arrive: Array, leave: Array
) -> tuple[Array, Array, Array, Array]:
    """(stock, share of arrivals, share of leavers, moved), each [chip, hall, node]."""
    f, tree = model.frame, model.frame.problem.tree
    n_chip, n_hall, n = stock.shape[0], len(f.halls), len(tree)
    by_hall, moved = np.zeros((n_chip, n_hall, n)), np.zeros((n_chip, n_hall, n))
    goes_in, goes_out = np.ones(by_hall.shape), np.ones(by_hall.shape)
    target: Array = np.maximum(r.get("power").sum(axis=0), 0.0) * KW_PER_MW  # [hall, node]
    for s in range(stock.shape[1]):
        halls = np.flatnonzero(f.hall_place == s)
        if len(halls) == 1:
            by_hall[:, halls[0]] = stock[:, s]
            continue
        for node in range(n):
            kw = f.draw_kw[:, s, node][:, None]
            up = int(tree.parent[node])
            want: Array = target[halls, node]
            all_kw = float(want.sum())
            if up < 0:  # at a root everything is placed at once, by power
                part = want / all_kw if all_kw > TINY else np.full(len(halls), 1.0)
                part = part / float(part.sum())
                by_hall[:, halls, node] = stock[:, s, node][:, None] * part
                goes_in[:, halls, node] = goes_out[:, halls, node] = part
                continue
            x = by_hall[:, halls, up]
            over: Array = np.maximum((x * kw).sum(axis=0) - want, 0.0)
            out: Array = _share(x * (over + TINY), (x * (over + TINY)).sum(axis=1, keepdims=True))
            x = np.maximum(x - out * leave[:, s, node][:, None], 0.0)
            under: Array = np.maximum(want - (x * kw).sum(axis=0), 0.0)
            short_kw = float(under.sum())
            in_ = under / short_kw if short_kw > TINY else want / max(all_kw, TINY)
            x = x + arrive[:, s, node][:, None] * in_[None, :]
            y = _match(x, stock[:, s, node], want, kw)
            by_hall[:, halls, node], moved[:, halls, node] = y, y - x
            goes_in[:, halls, node], goes_out[:, halls, node] = in_[None, :], out
    return by_hall, goes_in, goes_out, moved


def _match(x: Array, stock: Array, want: Array, kw: Array) -> Array:
    """x [chip, hall] moved as little as it takes to meet the chips' totals and the halls' kW."""
    y, whole = x, max(float(want.sum()), TINY)
    for _ in range(200):  # iterative proportional fitting; both margins agree in total
        y = y * _share(stock, y.sum(axis=1))[:, None]
        lost = np.where(y.sum(axis=1) <= 0, stock, 0.0)
        y = y + lost[:, None] * (want / whole)[None, :]
        power: Array = (y * kw).sum(axis=0)
        if float(np.abs(power - want).max()) <= 1e-9 * max(float(want.max()), 1.0):
            break
        y = y * np.where(power > TINY, want / np.where(power > TINY, power, 1.0), 1.0)[None, :]
    return y * _share(stock, y.sum(axis=1))[:, None]


def _share(part: Array, whole: Array) -> Array:
    whole = np.broadcast_to(whole, np.shape(part))
    return np.where(whole > TINY, part / np.where(whole > TINY, whole, 1.0), 0.0)


def place_stock(model: Model, r: Reader, starts: Array) -> Array:
    """[chip, place, node]: everything that stands there, own, leased or from a pool."""
    f = model.frame
    stock: Array = r.get("stock").sum(axis=0)
    v = model.draft.vintages
    for i, (k, terms) in enumerate(zip(f.offer_chip, f.terms, strict=True)):
        if terms.exit:
            stock[k] += starts[i] * np.diag(terms.clock.presence)[f.problem.tree.period]
    if len(v):
        np.add.at(stock, (f.offer_chip[v.offer], v.site, v.node), r.get("keep") * v.presence)
    for i, k in enumerate(f.pool_chip):
        stock[k] += r.get("pool")[i]
    return stock
