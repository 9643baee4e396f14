"""Goal seek: the value of one input at which an answer that rises or falls reaches a target."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from outlay.core.errors import InfeasibleError, InputError, Problem, SolverError

__all__ = ["Goal", "goal_seek"]

_TURN = 1e-6
"""How far an answer may lie outside those beside it, as a share of the range's, and be noise."""
_STEEP = 100.0
"""An answer that is steeper than so many times its mean over the range jumps."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Where the target is reached.

    value: the input asked for whose answer is nearest to the target. answer: the answer there.
    low, high: the narrowest range found in which the answer crosses the target; jumps: whether it
    does so at once, so that no value gives the target itself.
    tried: every input with its answer, in the order of asking.
    """

    value: float
    answer: float
    jumps: bool
    low: float
    high: float
    tried: tuple[tuple[float, float], ...]


def goal_seek(
    answer: Callable[[float], float],
    target: float,
    low: float,
    high: float,
    *,
    tolerance: float = 1e-6,
    most: int = 40,
) -> Goal:
    """Value in low..high at which `answer`, which only rises or only falls, reaches `target`.

    tolerance: of the answer, as a share of the target (of what the answer moves by over the range
    where the target is 0); of the value, as a share of the range. most: answers asked for.
    Method: Chandrupatla, Advances in Engineering Software 28 (1997) 145.
    Raises InputError for an empty range or an answer that turns within it, InfeasibleError where
    the answers at both ends lie on one side of the target, SolverError where an answer is no
    number or `most` is not enough.
    """
    if not (math.isfinite(target) and math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError(
            "a goal needs a finite target and a range from low to high",
            value=f"target {target:g} in {low:g} to {high:g}", allowed="low below high",
        )  # fmt: skip
    tried: list[tuple[float, float]] = []

    def ask(x: float) -> float:
        if len(tried) >= most:
            raise SolverError(
                f"{target:g} was not reached with {most} answers asked for: "
                f"{_words(sorted(tried, key=lambda t: abs(t[1] - target))[:2])} are the nearest"
            )
        found = float(answer(x))
        tried.append((x, found))
        if not math.isfinite(found):
            raise SolverError(f"no answer at {x:g}; tried: {_words(tried)}")
        return found - target

    a, b = low, high
    fa, fb = ask(a), ask(b)
    span = abs(fb - fa)
    close = tolerance * (abs(target) or span)
    if min(abs(fa), abs(fb)) > close and fa * fb > 0:
        raise InfeasibleError(
            f"nothing between {low:g} and {high:g} gives {target:g}",
            [_out_of_reach(target, tried)],
        )
    c, fc, share = a, fa, 0.5  # share: the next input's place between a and b
    while min(abs(fa), abs(fb)) > close and abs(b - a) > tolerance * (high - low):
        x = a + share * (b - a)
        f = ask(x)
        if not min(fa, fb) - _TURN * span <= f <= max(fa, fb) + _TURN * span:
            raise InputError(
                f"the answer turns between {low:g} and {high:g}: more than one value may give "
                f"{target:g}", value=_words(sorted(tried)),
                hint="narrow the range to where the answer only rises or only falls",
            )  # fmt: skip
        if f * fa > 0:
            c, fc = a, fa
        else:
            c, fc, b, fb = b, fb, a, fa
        a, fa = x, f
        share = _next(a, b, c, fa, fb, fc, tolerance * (high - low))
    x, f = (a, fa) if abs(fa) <= abs(fb) else (b, fb)
    jumps = abs(f) > close and abs(fb - fa) > _STEEP * tolerance * span
    return Goal(x, dict(tried)[x], jumps, min(a, b), max(a, b), tuple(tried))


def _next(a: float, b: float, c: float, fa: float, fb: float, fc: float, least: float) -> float:
    """Share of the way from a to b: by the parabola through the three where it fits, or half."""
    xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
    share = 0.5
    if phi**2 < xi and (1 - phi) ** 2 < 1 - xi:
        share = fa / (fb - fa) * fc / (fb - fc)
        share += (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    edge = min(0.5 * least / abs(b - a), 0.5)
    return min(max(share, edge), 1 - edge)


def _out_of_reach(target: float, ends: list[tuple[float, float]]) -> Problem:
    (low, at_low), (high, at_high) = ends
    if at_low == at_high:
        hint = "the answer does not move over this range"
    else:
        beyond = "above" if (at_high > at_low) == (target > at_low) else "below"
        hint = f"look {beyond} {high if beyond == 'above' else low:g}"
    least, most = sorted((at_low, at_high))
    return Problem(
        "the range does not reach the target", value=_words(ends),
        allowed=f"{least:g} to {most:g}", hint=hint,
    )  # fmt: skip


def _words(tried: list[tuple[float, float]]) -> str:
    return ", ".join(f"{answer:g} at {x:g}" for x, answer in tried)
