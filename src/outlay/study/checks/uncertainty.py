"""Uncertain factors of a study must be whole: chances sum to 1, states and paths exist."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from outlay.study.checks.branches import branch_findings
from outlay.study.findings import Finding, unknown
from outlay.study.model.loads import TokenVolume
from outlay.study.model.study import Factor, Sampled, Study
from outlay.study.paths import overlay_paths

__all__ = ["uncertainty_findings"]

At = tuple[str | int, ...]
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "lognormal": ("sigma",),
    "normal": ("sigma",),
    "uniform": ("low", "high"),
    "triangular": ("low", "high"),
    "exponential": ("mean",),
}


def uncertainty_findings(study: Study, raw: Mapping[str, Any]) -> Iterator[Finding]:
    """Chances, states, effects, correlations and needs that do not fit."""
    for name, factor in study.uncertainty.items():
        path: At = ("uncertainty", name)
        if isinstance(factor, Factor):
            yield from _factor(path, factor, bool(study.demand.state_totals))
        else:
            yield from _sampled(path, factor)
        yield from branch_findings(name, factor, raw)
    yield from _conflicts(study, raw)
    yield from _demand(study)
    yield from _correlations(study)
    yield from _needs(study)
    tail = study.objective.tail
    if tail is not None and tail.cvar.value >= 1:
        what = "a tail that holds no outcome"
        yield Finding(("objective", "tail", "cvar"), what, tail.cvar.written, "less than 100 %")


def _factor(path: At, factor: Factor, totals: bool) -> Iterator[Finding]:
    total = math.fsum(p.value for p in factor.states.values())
    if abs(total - 1) > 1e-9:
        at = (*path, "states")
        yield Finding(at, "probabilities that do not sum to 1", f"{total:.6g}", "exactly 1")
    for state in factor.effect:
        if state not in factor.states:
            yield unknown((*path, "effect", state), "state", state, factor.states)
    what = "a factor whose states change nothing"
    if factor.origin == "effect" and not any(factor.effect.values()):
        yield Finding(path, what, warn=True, hint="give `effect`, or `from: demand`")
    if factor.origin == "demand" and not totals and not any(factor.effect.values()):
        yield Finding((*path, "from"), what, warn=True, hint="give `demand.state_totals`")


def _sampled(path: At, factor: Sampled) -> Iterator[Finding]:
    for name in _NEEDS[factor.distribution]:
        if getattr(factor, name) is None:
            yield Finding(path, f"`{name}` is missing", factor.distribution)
    low, high = factor.low, factor.high
    if low is not None and high is not None and low.value > high.value:
        yield Finding(path, "low is above high", f"{low.written} > {high.written}")


def _conflicts(study: Study, raw: Mapping[str, Any]) -> Iterator[Finding]:
    """Two factors that set one path: the order would decide, so it is refused."""
    owners: dict[tuple[str | int, ...], str] = {}
    for name, factor in study.uncertainty.items():
        for state, effect in getattr(factor, "effect", {}).items():
            for path in overlay_paths(raw, effect):
                for taken, owner in owners.items():
                    short = min(len(taken), len(path))
                    if owner != name and taken[:short] == path[:short]:
                        at = ("uncertainty", name, "effect", state)
                        text = ".".join(map(str, path))
                        yield Finding(at, f"`{owner}` sets the same path", text)
                owners.setdefault(path, name)


def _demand(study: Study) -> Iterator[Finding]:
    found = [n for n, f in study.factors().items() if f.origin != "effect"]
    for name in found[1:]:
        at: At = ("uncertainty", name, "from")
        yield Finding(at, "a second factor of demand", name, f"one; `{found[0]}` is the first")
    series = any(isinstance(s.tokens_per_day, TokenVolume) for s in study.services.values())
    if found and study.factors()[found[0]].origin == "forecast" and not series:
        what, hint = "a forecast without a series", "or `from: demand` and `demand.state_totals`"
        allowed = "a service with `tokens_per_day: {series: …}`"
        yield Finding(("uncertainty", found[0], "from"), what, "forecast", allowed, hint)
    if study.demand.state_totals:
        yield from _state_totals(study, found)


def _state_totals(study: Study, found: list[str]) -> Iterator[Finding]:
    """States of the factor of demand against those that totals are stated for."""
    totals = study.demand.state_totals
    if study.demand.reference_state not in totals:
        yield unknown(("demand", "reference_state"), "state", study.demand.reference_state, totals)
    states = study.factors()[found[0]].states if found else {}
    for state in totals:
        if found and state not in states and state != study.demand.reference_state:
            yield unknown(("demand", "state_totals", state), "state", state, states)
    for state in states:
        if state not in totals:
            yield Finding(("demand", "state_totals"), f"no total for state `{state}`")


def _correlations(study: Study) -> Iterator[Finding]:
    pairs: dict[frozenset[str], int] = {}
    for n, correlation in enumerate(study.correlations):
        for k, text in enumerate(correlation.between):
            path: At = ("correlations", n, "between", k)
            name, sign, state = text.partition("=")
            factor = study.uncertainty.get(name)
            if factor is None:
                yield unknown(path, "uncertain factor", name, study.uncertainty)
            elif sign and state not in getattr(factor, "states", {}):
                yield unknown(path, "state", state, getattr(factor, "states", {}))
        at: At = ("correlations", n, "between")
        pair = frozenset(correlation.between)
        if len(pair) == 1:
            yield Finding(at, "a correlation of a thing with itself", correlation.between[0])
        elif pair in pairs:
            first = f"once; `correlations.{pairs[pair]}` has them"
            yield Finding(at, "stands twice", ", ".join(correlation.between), first)
        pairs.setdefault(pair, n)


def _needs(study: Study) -> Iterator[Finding]:
    with_states = [n for n, f in study.uncertainty.items() if isinstance(f, Factor)]
    for name, offer in study.supply.items():
        if offer.needs is not None and offer.needs not in with_states:
            yield unknown(("supply", name, "needs"), "uncertain factor", offer.needs, with_states)
