"""Chances of states that are varied: the others of their factor are scaled, so that all make 1."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from outlay.study.model.study import Study

__all__ = ["Chances", "chances_of", "factor_of", "settled"]

Chances = Mapping[str, Mapping[str, float]]
"""Factor → state → chance."""


def factor_of(path: Sequence[str | int]) -> tuple[str, str] | None:
    """Factor and state of a path that names a state's chance."""
    if len(path) == 4 and (path[0], path[2]) == ("uncertainty", "states"):
        return str(path[1]), str(path[3])
    return None


def chances_of(study: Study) -> dict[str, dict[str, float]]:
    """Those that the study states."""
    return {
        name: {state: float(chance.value) for state, chance in factor.states.items()}
        for name, factor in study.uncertainty.items()
        if hasattr(factor, "states")
    }


def settled(
    stated: Mapping[str, float], varied: Mapping[str, float], drawn: Collection[str]
) -> dict[str, float]:
    """State → chance of one factor, where `varied` are moved. drawn: those that nobody wrote.

    The states that stay share what is left as they share it in the study. Drawn chances that leave
    less than nothing, or nothing for another state to take up, are scaled to sum to 1 themselves;
    such chances that somebody wrote stay, and the study's own check refuses them.
    """
    rest = {state: p for state, p in stated.items() if state not in varied}
    left, held = 1.0 - math.fsum(varied.values()), math.fsum(rest.values())
    if left >= 0.0 and held > 0.0:
        return {s: varied[s] if s in varied else p * left / held for s, p in stated.items()}
    out = {s: varied.get(s, 0.0 if left < 0.0 else p) for s, p in stated.items()}
    total = math.fsum(out.values())
    if drawn and total > 0.0:
        return {s: p / total for s, p in out.items()}
    return out
