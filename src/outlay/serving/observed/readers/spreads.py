"""Statistics of one metric, as tools state them or as values of each request give them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from outlay.core.arrays import Array
from outlay.serving.observed.readers.fields import Fields, refuse
from outlay.serving.observed.types import METRICS, Spread

__all__ = ["checked", "flat", "named", "of_values", "only_mean", "stated"]

QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.99)
"""Probabilities at which values of each request are summed up."""
_SLACK = 1e-6
"""Relative: tools round what they write."""
_P = re.compile(r"p(\d{1,2}(?:[._]\d+)?)")
_TENTHS = {"p001": 0.001, "p999": 0.999}
"""guidellm's: p001 is 0.1 %, where p01 is 1 %."""


def flat(fields: Fields, name: str, unit: str = "_ms", factor: float = 1e-3) -> Spread | None:
    """A metric whose statistics stand beside each other, as `p99_ttft_ms`; None without one."""
    found: dict[str, float | None] = {
        word: fields.number(f"{word}_{name}{unit}", factor)
        for word in ("mean", "std", "min", "max", "median")
    }
    quantiles: dict[float, float] = {}
    end = f"_{name}{unit}"
    for key in fields.values:
        if key.endswith(end) and (at := _probability(key.removesuffix(end))) is not None:
            _put(quantiles, at, fields.number(key, factor))
    _put(quantiles, 0.5, found["median"])
    out = Spread(found["mean"], found["std"], found["min"], found["max"], quantiles)
    return checked(out, fields, name) if quantiles or out.mean is not None else None


def stated(fields: Fields, factor: float = 1.0, *, count: str = "count") -> Spread | None:
    """A metric of its own mapping, as {"mean": …, "p99": …} or {"avg": …}; None if it is empty.

    Percentiles may stand in a mapping of their own.
    """
    mean = fields.number("mean", factor)
    if mean is None:
        mean = fields.number("avg", factor)
    std = fields.number("std", factor)
    if std is None:
        std = fields.number("std_dev", factor)
    low, high = fields.number("min", factor), fields.number("max", factor)
    quantiles: dict[float, float] = {}
    for part in (fields, fields.inside("percentiles")):
        for key in part.values:
            if (at := _probability(key)) is not None:
                _put(quantiles, at, part.number(key, factor))
    _put(quantiles, 0.5, fields.number("median", factor))
    n = fields.whole(count) if count in fields else None
    if (mean is None and not quantiles) or n == 0:
        return None
    return checked(Spread(mean, std, low, high, quantiles, n), fields, "")


def of_values(values: Array) -> Spread | None:
    """Statistics of the values themselves; those not stated (NaN) are left out."""
    good = values[~np.isnan(values)]
    if not len(good):
        return None
    at = {q: float(np.quantile(good, q)) for q in QUANTILES}
    return Spread(float(np.mean(good)), float(np.std(good)), float(np.min(good)),
                  float(np.max(good)), at, len(good))  # fmt: skip


def only_mean(total: float | None, count: int | None) -> Spread | None:
    """A mean from a total, where that is all a file has."""
    return Spread(mean=total / count, count=count) if total is not None and count else None


def checked(spread: Spread, fields: Fields, name: str) -> Spread:
    """The same; refused where quantiles fall as their probability rises, or leave min and max."""
    ladder = [
        *([("min", spread.minimum)] if spread.minimum is not None else []),
        *((f"p{100 * q:g}", v) for q, v in sorted(spread.quantiles.items())),
        *([("max", spread.maximum)] if spread.maximum is not None else []),
    ]
    for (a, low), (b, high) in pairwise(ladder):
        if high < low - _SLACK * abs(low) - 1e-12:
            refuse(f"{b} is below {a}", fields.at(name).rstrip(" .:"), f"{high:g} and {low:g}",
                   "quantiles that rise")  # fmt: skip
    return spread


def named(found: Mapping[str, Spread | None]) -> dict[str, Spread]:
    """Those that are there, in the order of METRICS."""
    return {k: s for k in METRICS if (s := found.get(k)) is not None}


def _put(quantiles: dict[float, float], at: float, value: float | None) -> None:
    if value is not None:
        quantiles.setdefault(at, value)


def _probability(word: str) -> float | None:
    """0.99 of `p99`, 0.999 of `p99.9`, `p99_9` and `p999`; None of another word."""
    if word in _TENTHS:
        return _TENTHS[word]
    found = _P.fullmatch(word)
    if found is None:
        return None
    return round(float(found[1].replace("_", ".")) / 100, 6)
