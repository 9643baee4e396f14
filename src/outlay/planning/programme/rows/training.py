r"""Training: a campaign's work is done by its date, or is paid for as not done.

Equation (rows `work`, at each node of the due period):
    \sum_{m on the path, in time} \sum_{kzh} busy × units per chip × seconds + short >= work
LaTeX: \sum_{m \in \pi(n)} \sum_{kzh} r_{ck} g_{cm} \tau_m \tfrac{t_h}{24} w_{ckzhm}
+ s_{cn} \ge W_c
Unit: units of work (FLOP, or reference-chip seconds; the solver sees shares of the work).
A steady campaign runs at one rate through the day: one column for all slices.
Of a campaign that is `even`, each period's share of the work is due in that period.
Rows `block`: a campaign that needs a block of chips runs at one site, and while it runs so many
stand there beside what serves: \sum_k g_k (usable_k × standing_k - \sum_l busy_{lk}) >= block × on,
in each slice; g: in reference chips, l: all but other training, which waits its turn.
Rows `block_on`, `block_one`: work done at the site <= work asked × on; \sum_sites on <= 1. on is
0/1 near the root, a share elsewhere.
In words: training fills what serving leaves, as long as the date is met.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.periods import HOURS_PER_DAY
from outlay.planning.problem.types import Campaign
from outlay.planning.programme.draft import Draft
from outlay.planning.programme.rows.sites import standing

__all__ = ["columns", "rows"]

TRAINING = "training"
"""Phase of loads that a block does not run beside, but before or after."""


def columns(d: Draft) -> None:
    """train [campaign, chip, zone, slice, node] chips; short [campaign, node]; on [.., zone, node].

    A steady campaign has one column for the day: its index repeats over the slices.
    """
    f, p, b, tree = d.frame, d.problem, d.blocks, d.problem.tree
    n_zone, n_slice = len(f.zones), len(p.slices)
    shape = (len(p.campaigns), len(p.chips), n_zone, n_slice, len(tree))
    exists = np.zeros(shape, dtype=bool)
    for c, campaign in enumerate(p.campaigns):
        zones = np.asarray(f.zone_site[:, f.site_mask(campaign.sites)].any(axis=1))
        when = (tree.period >= campaign.start) & (tree.period <= campaign.due)
        able: BoolArray = campaign.units(len(tree)) > 0
        cell = able[:, None, :] & f.present & zones[None, :, None]
        cell = cell & when[None, None, :]
        if campaign.steady:
            exists[c, :, :, 0] = cell
        else:
            exists[c] = cell[:, :, None, :] & (p.hours > 0)
    axes = ("campaign", "chip", "zone", "slice", "node")
    train = b.column("train", axes, exists, unit=f.chip_unit, meaning="chips training")
    for c, campaign in enumerate(p.campaigns):
        if campaign.steady:
            train[c] = train[c, :, :, :1]
    d.col["train"] = train
    scale = _work(d)
    due = _due(d) & (scale > 0)
    d.col["short"] = b.column(
        "short", ("campaign", "node"), due, upper=scale, unit=np.maximum(scale, 1e-30),
        meaning="work not done",
    )  # fmt: skip
    for c, campaign in enumerate(p.campaigns):
        every = np.arange(len(tree))
        d.ledger.pay(d.col["short"][c], every, campaign.short_cost, "short", "penalty", campaign.id)
    _blocks(d)


def _due(d: Draft) -> BoolArray:
    """[campaign, node]: nodes at which work is due."""
    p, at = d.problem, d.problem.tree.period
    out = np.zeros((len(p.campaigns), len(p.tree)), dtype=bool)
    for c, campaign in enumerate(p.campaigns):
        out[c] = (at == campaign.due) | (campaign.even & (at >= campaign.start))
        out[c] &= at <= campaign.due
    return out


def _work(d: Draft) -> Array:
    """[campaign, node]: units asked for, those due at the node."""
    p = d.problem
    out = np.zeros((len(p.campaigns), len(p.tree)))
    for c, campaign in enumerate(p.campaigns):
        out[c] = campaign.work
    return out


def _rate(d: Draft, campaign: Campaign) -> Array:
    """[chip, node] units per second and chip."""
    p = d.problem
    out = campaign.rates(len(p.tree))
    return out if p.chip_factor is None else out * p.chip_factor


def rows(d: Draft) -> None:
    p, b, f, tree = d.problem, d.blocks, d.frame, d.problem.tree
    work = _work(d)
    has = d.col["short"] >= 0
    row = b.row("work", ("campaign", "node"), has, lower=work, unit="units")
    b.put(row, d.col["short"], 1.0)
    ancestor, node = f.pairs
    for c, campaign in enumerate(p.campaigns):
        done = _rate(d, campaign) * tree.seconds  # [chip, node] units per chip in the node
        at, due = (ancestor, node) if not campaign.even else (np.arange(len(tree)),) * 2
        for cols, share in _day(d, c):
            b.put(row[c, due][None, None], cols[..., at], (share * done)[:, None, at])
    _block_rows(d)


def _day(d: Draft, c: int) -> Iterator[tuple[IntArray, Array]]:
    """(columns [chip, zone, node], share of the day [node]); a steady campaign has one of each."""
    train = d.col["train"][c]
    if d.problem.campaigns[c].steady:
        yield train[:, :, 0], np.ones(len(d.problem.tree))
        return
    for h, hours in enumerate(d.problem.hours):
        yield train[:, :, h], hours / HOURS_PER_DAY


def _blocks(d: Draft) -> None:
    """on [campaign, zone, node]: runs there, or the share of the period in which it does."""
    p, b, tree = d.problem, d.blocks, d.problem.tree
    some = (d.col["train"] >= 0).any(axis=(1, 3))
    exists = some & np.array([c.block_chips > 0 for c in p.campaigns], dtype=bool)[:, None, None]
    near = (tree.period < d.options.whole_depth)[None, None, :] & exists
    d.col["on"] = b.column(
        "on", ("campaign", "zone", "node"), exists, upper=1.0, integer=near.astype(float),
        meaning="runs",
    )  # fmt: skip


def _block_rows(d: Draft) -> None:
    p, b, f, tree, on = d.problem, d.blocks, d.frame, d.problem.tree, d.col["on"]
    exists: BoolArray = on >= 0
    axes = ("campaign", "zone", "node")
    slices = exists[:, :, None] & (p.hours > 0)
    room = b.row("block", ("campaign", "zone", "slice", "node"), slices, lower=0.0, unit="chips")
    most = b.row("block_on", axes, exists, upper=0.0, unit="units/s")
    anywhere: BoolArray = np.asarray(exists.any(axis=1))
    one = b.row("block_one", ("campaign", "node"), anywhere, upper=1.0)
    b.put(one[:, None], on, 1.0)
    serves = [i for i, x in enumerate(p.loads) if x.phase != TRAINING]
    work = _work(d)
    for c, campaign in enumerate(p.campaigns):
        if campaign.block_chips <= 0:
            continue
        counts = campaign.units(len(tree))  # in reference chips, however fast software makes them
        b.put(room[c], on[c][:, None], -campaign.block_chips)
        for h in range(len(p.slices)):
            usable: Array = (counts * f.usable)[:, None, :] * np.ones((1, len(p.sites), 1))
            standing(d, room[c, f.site_zone, h], usable, (0, 1, 2))
            busy = d.col["busy"][serves][:, :, :, h]
            b.put(room[c, None, None, :, h], busy, -counts[None, :, None, :])
        for cols, share in _day(d, c):
            b.put(most[c][None], cols, share * _rate(d, campaign)[:, None])
        b.put(most[c], on[c], -(work[c] / tree.seconds)[None])
