"""What an uncertain factor does to a plan: which payments, chips, loads and dates it touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from outlay.core.arrays import Array
from outlay.risk.worlds.worlds import Worlds

__all__ = ["ENTRIES", "DemandCurve", "Effect", "EffectKind", "multiplier", "pays"]


_LAST_SCORE = 2.3263478740408408
"""Score of the 99th percentile: states say nothing of what comes once in a hundred times."""

_NODES = 200
"""Nodes of the Gauss-Hermite rule for means over the scores."""

EffectKind = Literal[
    "price",
    "host",
    "rent",
    "energy",
    "site",
    "money",
    "performance",
    "work",
    "demand",
    "delay",
    "state",
    "closed",
]

ENTRIES: Mapping[str, tuple[str, ...]] = {
    "price": (
        "deposit",
        "delivery",
        "levy",
        "refund",
        "cancel_fee",
        "divert",
        "residual",
        "resale",
    ),
    "host": ("host",),
    "rent": ("rent", "instalment", "exit_fee", "notice", "obligation"),
    "energy": ("energy",),
    "site": ("expansion", "site_rent"),
}
"""Ledger entries that each kind multiplies; `money` multiplies those it names."""


@dataclass(frozen=True, slots=True)
class Effect:
    """`factor` acts by `kind` on `items` (all of them where empty).

    price, host, rent, energy, site: multiplies such payments of offers, pools or sites; money
    those of `entries` (all where empty). performance: multiplies the rates of chips. work:
    multiplies the work per unit of services. demand: the factor's score picks the level of demand
    (see `DemandCurve`), or, where it is not a score, multiplies the volume of services. delay: an
    offer's deliveries, or a site's new power, come that many periods late. state: the factor is
    that of the tree, and its number the branch. closed: in its state number `state`, deliveries
    of offers from period `since` on never come.
    """

    factor: str
    kind: EffectKind
    items: tuple[str, ...] = ()
    state: int = -1
    since: int = 0
    entries: tuple[str, ...] = ()

    def touches(self, item: str) -> bool:
        return not self.items or item in self.items


def pays(effect: Effect, entry: str, item: str) -> bool:
    """Whether the effect multiplies this payment."""
    named = ENTRIES.get(effect.kind, effect.entries)
    return effect.touches(item) and (not named or entry in named)


def multiplier(effect: Effect, worlds: Worlds, n_periods: int) -> Array:
    """The factor's value in each world and period, [world, period]."""
    if effect.factor in worlds.path:
        path = worlds.path[effect.factor]
        if path.shape[1] == n_periods:
            return path
    return np.repeat(worlds[effect.factor][:, None], n_periods, axis=1)


@dataclass(frozen=True)
class DemandCurve:
    """Level of demand as a function of a standard normal score.

    scores: [knot], rising. level: [knot, period, load] over the expected level, > 0. Between
    knots the log level is linear in the score; beyond them it runs on to the 1st and the 99th
    percentile and stays. `of_states` puts a knot at the middle of each state's probability and
    scales each period so that the mean over the scores is the states' own: the plan was made for
    that mean, and the worlds must have it. `of_paths` sorts sampled paths.
    """

    scores: Array
    level: Array

    @classmethod
    def of_states(cls, probabilities: Sequence[float], level: Array) -> DemandCurve:
        """States ordered low to high, level [state, period, load] over the expected one."""
        from scipy.special import ndtri

        p = np.asarray(probabilities, dtype=np.float64)
        keep = p > 0
        middle = (np.cumsum(p) - p / 2)[keep]
        values = np.asarray(level, dtype=np.float64)[keep]
        raw = cls(np.asarray(ndtri(middle)), values)
        score, weight = np.polynomial.hermite_e.hermegauss(_NODES)
        mean: Array = np.einsum("w,wtl->tl", weight / np.sum(weight), raw.at(score))
        own: Array = np.einsum("s,stl->tl", p[keep], values)
        return cls(raw.scores, values * (own / mean))

    @classmethod
    def of_paths(cls, paths: Array) -> DemandCurve:
        """Sampled paths [path, period, load] over the expected level, sorted by mean log level."""
        from scipy.special import ndtri

        level: Array = np.log(paths.reshape(len(paths), -1)).mean(axis=1)
        order = np.argsort(level, kind="stable")
        middle = (np.arange(len(paths)) + 0.5) / len(paths)
        return cls(np.asarray(ndtri(middle)), np.asarray(paths[order], dtype=np.float64))

    def at(self, score: Array) -> Array:
        """[world, period, load] at each world's score [world]."""
        z = self.scores
        if len(z) == 1:
            return np.repeat(self.level, len(score), axis=0)
        score = np.clip(score, -_LAST_SCORE, _LAST_SCORE)
        hi = np.clip(np.searchsorted(z, score), 1, len(z) - 1)
        lo = hi - 1
        weight = (score - z[lo]) / (z[hi] - z[lo])
        if len(z) > 20:  # sampled paths: no running on beyond the sample
            weight = np.clip(weight, 0.0, 1.0)
        logs = np.log(self.level)
        w = weight[:, None, None]
        return np.asarray(np.exp(logs[lo] * (1 - w) + logs[hi] * w), dtype=np.float64)
