"""Drivers of token demand: users, sessions, messages, tokens; mix, price and efficiency.

Drivers explain, they do not extrapolate: their product is set beside the measured series, and
what they leave unexplained is shown as a gap, never spread over them in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outlay.core.errors import Problem, QuantityError

__all__ = [
    "Contribution",
    "Reconciliation",
    "Segment",
    "mix_multiplier",
    "price_response",
    "reconcile",
]

Array = npt.NDArray[np.float64]

GAP = "unexplained"


def mix_multiplier(share: Mapping[str, Sequence[float]], intensity: Mapping[str, float]) -> Array:
    """Tokens per message over those of plain chat, [period].

    Equation: 1 + sum_k s_k (i_k - 1): share s_k of the messages are of kind k (agent, video,
    reasoning), which take i_k times the tokens of a plain one. Shares are exclusive and sum to
    at most 1. Raises QuantityError.
    """
    shares = np.array([np.asarray(share[k], dtype=np.float64) for k in share])
    if len(shares) == 0:
        return np.ones(1)
    problems = [
        Problem("no token intensity for a kind of message", where=k, allowed="a ratio, 1 = plain")
        for k in share
        if k not in intensity
    ]
    if np.any(shares < 0) or np.any(shares.sum(axis=0) > 1 + 1e-12):
        problems.append(
            Problem("shares of messages must be >= 0 and sum to at most 1", where=", ".join(share))
        )
    if problems:
        raise QuantityError(problems)
    extra = np.array([intensity[k] - 1.0 for k in share])
    return np.asarray(1.0 + extra @ shares, dtype=np.float64)


def price_response(price: Sequence[float], elasticity: float) -> Array:
    """Volume over that at the first period's price: (p / p_0)^e, e usually below 0, [period]."""
    p = np.asarray(price, dtype=np.float64)
    if (p <= 0).any() or not np.isfinite(p).all():
        raise QuantityError("prices must be above zero", value=str(price))
    return (p / p.item(0)) ** elasticity


@dataclass(frozen=True)
class Segment:
    """A part of demand whose tokens a day are the product of its drivers.

    drivers: name -> [period], all above zero; for example users [user], sessions [1/user/day],
    messages [1/session], tokens [token/message], mix and price response [ratio], efficiency
    [ratio: tokens a later model takes for the same answer].
    """

    name: str
    drivers: Mapping[str, Array]

    @property
    def tokens_per_day(self) -> Array:
        """[period] token/day."""
        return np.asarray(np.prod(list(self.drivers.values()), axis=0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Contribution:
    """Part of the series' change from the first to the last period that a driver explains."""

    segment: str
    driver: str
    tokens_per_day: float


@dataclass(frozen=True)
class Reconciliation:
    """Drivers beside the series. explained: [segment, period]; series, gap: [period] token/day,
    gap = series - sum of explained; gap_factor = series / sum. contributions add up, with the
    gap's own change, to the series' change exactly."""

    segments: tuple[str, ...]
    explained: Array
    series: Array
    gap: Array
    gap_factor: Array
    contributions: tuple[Contribution, ...]


def reconcile(segments: Sequence[Segment], series: Sequence[float]) -> Reconciliation:
    """Set the sum of the segments beside the series and split the change by driver.

    Equation (LMDI-I): driver x of segment i explains L(V_i1, V_i0) ln(x_1 / x_0), with L the
    logarithmic mean (a - b) / (ln a - ln b); the parts add up without a rest. Source: Ang,
    Energy Policy 33 (2005) 867. Raises QuantityError for paths of unequal length or not above 0.
    """
    total = np.asarray(series, dtype=np.float64)
    problems = []
    for s in segments:
        for k, x in s.drivers.items():
            v = np.asarray(x, dtype=np.float64)
            if v.shape != total.shape:
                problems.append(
                    Problem("a driver of another length than the series", f"{s.name}.{k}",
                            str(v.shape), str(total.shape))
                )  # fmt: skip
            elif not (np.isfinite(v).all() and (v > 0).all()):
                problems.append(Problem("a driver must be above zero", f"{s.name}.{k}"))
    if problems:
        raise QuantityError(problems)
    explained = np.stack([s.tokens_per_day for s in segments])
    modelled: Array = explained.sum(axis=0)
    gap = total - modelled
    parts = []
    for i, s in enumerate(segments):
        v = explained[i, :]
        weight = _logarithmic_mean(v.item(-1), v.item(0))
        parts += [
            Contribution(s.name, k, weight * float(np.log(x.item(-1) / x.item(0))))
            for k, x in s.drivers.items()
        ]
    parts.append(Contribution("", GAP, gap.item(-1) - gap.item(0)))
    return Reconciliation(
        tuple(s.name for s in segments),
        explained,
        total,
        gap,
        total / modelled,
        tuple(parts),
    )


def _logarithmic_mean(a: float, b: float) -> float:
    if abs(a - b) <= 1e-12 * max(a, b):
        return a
    return (a - b) / float(np.log(a / b))
