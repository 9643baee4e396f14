r"""Training: a campaign's work is done by its date, or is paid for as not done.

Equation (rows `work`, at each node of the due period):
    \sum_{m on the path, in time} \sum_{kzh} busy × units per chip × seconds + short >= work
LaTeX: \sum_{m \in \pi(n)} \sum_{kzh} r_{ck} g_{cm} \tau_m \tfrac{t_h}{24} w_{ckzhm}
+ s_{cn} \ge W_c
Unit: units of work (FLOP, or reference-chip seconds; the solver sees shares of the work).
A block may do more than is asked in the period in which it runs; so work is a lower limit.
A steady campaign runs at one rate through the day: one column for all slices.
Rows `block`: a campaign that needs a block of chips at one site runs there with at least that
many or not at all: block × on <= \sum_k w <= big × on; on is 0/1 near the root, a share elsewhere.
In words: training fills what serving leaves, as long as the date is met.
"""

from __future__ import annotations

import numpy as np

from outlay.core.periods import HOURS_PER_DAY
from outlay.planning.programme.draft import Draft

__all__ = ["columns", "rows"]


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
        cell = (campaign.units_per_chip > 0)[:, None, None] & f.present & zones[None, :, None]
        cell = cell & when[None, None, :]
        exists[c] = cell[:, :, None, :]
        if campaign.steady:
            exists[c, :, :, 1:] = False
    axes = ("campaign", "chip", "zone", "slice", "node")
    train = b.column("train", axes, exists, unit=f.chip_unit, meaning="chips training")
    for c, campaign in enumerate(p.campaigns):
        if campaign.steady:
            train[c] = train[c, :, :, :1]
    d.col["train"] = train
    due = np.array([c.due for c in p.campaigns]).reshape(-1, 1) == tree.period[None, :]
    scale = np.array([c.work for c in p.campaigns]).reshape(-1, 1)
    d.col["short"] = b.column(
        "short", ("campaign", "node"), due, upper=scale, unit=np.maximum(scale, 1e-30),
        meaning="work not done",
    )  # fmt: skip
    for c, campaign in enumerate(p.campaigns):
        every = np.arange(len(tree))
        d.ledger.pay(d.col["short"][c], every, campaign.short_cost, "short", "penalty", campaign.id)
    _blocks(d)


def rows(d: Draft) -> None:
    p, b, f, tree = d.problem, d.blocks, d.frame, d.problem.tree
    work = np.array([c.work for c in p.campaigns]).reshape(-1, 1)
    has = (d.col["short"] >= 0) & (work > 0)
    row = b.row("work", ("campaign", "node"), has, lower=work, unit="units")
    b.put(row, d.col["short"], 1.0)
    ancestor, node = f.pairs
    for c, campaign in enumerate(p.campaigns):
        rate = campaign.units_per_chip[:, None, None] * np.ones((1, 1, len(tree)))
        if p.chip_factor is not None:
            rate = rate * p.chip_factor[:, None, :]
        rate = rate * np.broadcast_to(np.asarray(campaign.rate_factor), (len(tree),))
        done = rate * tree.seconds  # [chip, 1, node] units per chip in the node
        train = d.col["train"][c]
        if campaign.steady:
            b.put(row[c, node][None, None], train[:, :, 0, ancestor], done[..., ancestor])
        else:
            for h, hours in enumerate(p.slice_hours):
                share = done[..., ancestor] * hours / HOURS_PER_DAY
                b.put(row[c, node][None, None], train[:, :, h, ancestor], share)


def _blocks(d: Draft) -> None:
    p, b, f, tree = d.problem, d.blocks, d.frame, d.problem.tree
    train = d.col["train"]
    need = np.array([c.block_chips for c in p.campaigns])
    some = (train >= 0).any(axis=(1, 3))
    exists = some & (need > 0)[:, None, None]
    near = (tree.period < d.options.whole_depth)[None, None, :] & exists
    axes = ("campaign", "zone", "node")
    on = b.column("on", axes, exists, upper=1.0, integer=near.astype(float), meaning="runs")
    least = b.row("block", axes, exists, lower=0.0, unit="chips")
    most = b.row("block_on", axes, exists, upper=0.0, unit="chips")
    size = need[:, None, None]
    big = 256.0 * 4 * f.chip_unit
    b.put(least, on, -size)
    b.put(most, on, -big)
    for h in range(len(p.slices)):
        steady = np.array([c.steady for c in p.campaigns], dtype=bool)
        use = np.where(steady[:, None, None, None] & (h > 0), -1, train[:, :, :, h])
        b.put(least[:, None], use, 1.0)
        b.put(most[:, None], use, 1.0)
