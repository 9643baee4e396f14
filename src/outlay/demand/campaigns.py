"""Training campaigns as work: how many reference chips, from when to when, at which places.

A campaign is so many busy seconds of its reference chip. `spread: even` is a steady need from
`start` to the end of `by`, the same share of every period; `spread: free` is one amount of work,
placed in time by the plan. A `block` is how many chips stand at one site while it runs; where they
are more than the mean that it needs, it runs for a share of the period.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from outlay.catalogue import find_model
from outlay.core.arrays import Array, BoolArray
from outlay.core.periods import SECONDS_PER_DAY, SECONDS_PER_HOUR, Period
from outlay.demand.types import CampaignNeed, Load
from outlay.study.model.fields import Num
from outlay.study.model.loads import Campaign

__all__ = ["campaign_chips", "campaign_needs", "steady_loads"]

TRAINING = "training"


def campaign_flop(c: Campaign) -> float:
    """Useful FLOP of a campaign: given, or 6 × active parameters × tokens (Kaplan et al. 2020)."""
    if c.flop is not None:
        return c.flop.value
    assert c.model is not None  # the study's checks hold
    assert c.tokens is not None
    return 6.0 * find_model(c.model).active_params * c.tokens.value


def campaign_chips(c: Campaign, share: float, periods: tuple[Period, ...]) -> Array:
    """[period] mean reference chips busy with `share` of a campaign, spread evenly.

    A period that the campaign fills in part counts the part; what lies outside the horizon is no
    work of the plan's.
    """
    seconds = share * campaign_flop(c) / (c.sustained.value * c.goodput.value)
    first, days = c.start.start, (c.by.end - c.start.start).days
    chips = seconds / (days * SECONDS_PER_DAY)
    out = np.zeros(len(periods))
    for t, p in enumerate(periods):
        inside = (min(c.by.end, p.end) - max(first, p.start)).days
        out[t] = chips * max(inside, 0) / p.days
    return out


def _placed(c: Campaign) -> bool:
    """Whether the plan has to place it: in time, or as a block at one site."""
    return c.spread == "free" or (c.block is not None and c.block.value > 0)


@dataclass(frozen=True)
class _Alike:
    """What campaigns have alike that the plan could not tell apart."""

    reference: str
    cost: float
    chips: tuple[str, ...]


@dataclass
class _Need:
    own: _Alike
    level: Array


def steady_loads(
    campaigns: Mapping[str, Campaign],
    periods: tuple[Period, ...],
    money: Callable[[Num], float],
    branches: Sequence[Mapping[str, Campaign]] = (),
) -> list[tuple[Load, Array]]:
    """Steady needs of reference chips [period], one load for all campaigns that compete alike.

    Campaigns at one place, counted in one reference chip and worth the same unserved, are one
    load: the plan could not tell them apart, and which goes first is not its business. branches:
    the campaigns as every branch has them, the base first. Alike is what is so in all of them:
    all have the same loads, named as the base names them.
    """
    every = branches or (campaigns,)

    def alike(c: Campaign) -> _Alike:
        return _Alike(c.reference, money(c.unserved), tuple(c.chips))

    found: dict[tuple[str, tuple[_Alike, ...]], _Need] = {}
    for name, c in campaigns.items():
        if _placed(c):
            continue
        seen = tuple(alike(other[name]) for other in every)
        for place, share in c.places.items():
            need = found.setdefault((place, seen), _Need(alike(c), np.zeros(len(periods))))
            need.level = need.level + campaign_chips(c, share.value, periods)
    places = [place for place, _ in found]
    labels: dict[str, int] = {}
    out = []
    for (place, seen), need in found.items():
        label = f"{TRAINING}@{place}"
        if places.count(place) > 1:
            label += f":{seen[0].reference}:{seen[0].cost:g}"
        labels[label] = labels.get(label, 0) + 1
        if labels[label] > 1:  # alike in the study itself, not in every branch
            label += f":{labels[label]}"
        own = need.own
        load = Load(label, label, TRAINING, "chip", label, (place,), own.cost / SECONDS_PER_HOUR,
                    0.0, 0.0, own.reference, own.chips)  # fmt: skip
        out.append((load, need.level))
    return out


def campaign_needs(
    campaigns: Mapping[str, Campaign], periods: tuple[Period, ...], money: Callable[[Num], float]
) -> tuple[CampaignNeed, ...]:
    """Campaigns that the plan places itself, one for each of their places."""
    out = []
    for name, c in campaigns.items():
        if not _placed(c):
            continue
        for place, share in c.places.items():
            chips = campaign_chips(c, share.value, periods)
            when = np.flatnonzero(_touched(c, periods))
            if not len(when) or not chips.any():
                continue  # the check of times says so
            label = f"training@{place}"
            load = Load(f"{name}@{place}", label, TRAINING, "chip", f"{name}@{place}", (place,),
                        money(c.unserved) / SECONDS_PER_HOUR, 0.0, 0.0, c.reference,
                        tuple(c.chips))  # fmt: skip
            block = 0.0 if c.block is None else c.block.value
            out.append(
                CampaignNeed(load, name, chips, int(when[0]), int(when[-1]),
                             c.spread == "even", block)
            )  # fmt: skip
    return tuple(out)


def _touched(c: Campaign, periods: tuple[Period, ...]) -> BoolArray:
    """[period]: the campaign may run in it."""
    return np.array([c.start.start < p.end and p.start < c.by.end for p in periods])
