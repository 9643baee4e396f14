"""Scalers as users have them, and the target at which one holds an SLO with fewest hours."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from outlay.serving.engine.policy import Autoscale, Policy
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import DenseTable
from outlay.serving.metrics import Slo
from outlay.serving.sizing.limits import holds
from outlay.serving.traffic.requests import Traffic

__all__ = ["SCALERS", "Wish", "provisioned", "rule_of", "scaled"]

SCALERS = ("concurrency", "rate", "tokens", "kv", "queue", "hpa", "schedule", "none")
"""In the words of `--scaler`; `hpa` is concurrency with the pod autoscaler's own rules."""
METRIC = {
    "concurrency": "in_flight", "hpa": "in_flight", "rate": "rate", "tokens": "tokens", "kv": "kv",
    "queue": "waiting",
}  # fmt: skip
TRIES = 5
LARGEST = 4
"""Times the fixed fleet that a scaler may go to, where no limit is given."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a fleet is to follow the load, and what is kept beside it.

    target: of the scaler's metric per replica; None: the best that holds is looked for. minimum,
    maximum: replicas. zones: of which one may be lost, where there is more than one.
    """

    scaler: str = "concurrency"
    target: float | None = None
    minimum: int | None = None
    maximum: int | None = None
    up_window_s: float = 0.0
    down_window_s: float = 300.0
    interval_s: float | None = None
    delay_s: float = 120.0
    schedule: tuple[tuple[float, int], ...] = ()
    spares: int = 1
    zones: int = 1


def provisioned(replicas: float, wish: Wish) -> float:
    """Replicas to have where so many must serve: one zone may go, and spares stand by.

    Equation: ⌈n Z / (Z − 1)⌉ + spares; of the former at most ⌈/ Z⌉ are in one zone.
    """
    lost = wish.zones / (wish.zones - 1) if wish.zones > 1 else 1.0
    return math.ceil(replicas * lost - 1e-9) + wish.spares


def first_of(wish: Wish, fixed: int) -> int:
    """Replicas that a scaler begins with and keeps."""
    return wish.minimum or min(2, fixed)


def most_of(wish: Wish, fixed: int) -> int:
    """Replicas that a scaler may go to: as many as were asked for, if no limit was given."""
    asked = [wish.minimum or 1, *(n for _, n in wish.schedule)]
    return wish.maximum or max(LARGEST * fixed, *asked)


def rule_of(wish: Wish, target: float, fixed: int, t: Traffic) -> Autoscale:
    """The rule of the engine that a wish and a target come to; schedules begin with the trace."""
    by_clock = wish.scaler == "schedule"
    rule = Autoscale(
        target=target,
        minimum=first_of(wish, fixed),
        maximum=most_of(wish, fixed),
        interval_s=wish.interval_s or max(1.0, min(15.0, t.span_s / 240)),
        delay_s=wish.delay_s,
        patience=0,
        metric="schedule" if by_clock else METRIC[wish.scaler],
        up_window_s=wish.up_window_s,
        down_window_s=wish.down_window_s,
        schedule=tuple((t.arrival_s.item(0) + at, n) for at, n in wish.schedule),
    )
    if wish.scaler == "hpa":
        return replace(rule, tolerance=0.1, up_share=1.0, up_count=4)
    return rule


def scaled(
    t: Traffic,
    table: DenseTable,
    slo: Slo,
    policy: Policy,
    wish: Wish,
    best: Records,
    fixed: int,
    *,
    seed: int = 0,
) -> tuple[float, Records | None, str]:
    """Target, replay that held the SLO, and why there is none. best: replay of the fixed fleet."""
    most = most_of(wish, fixed)

    def trial(target: float) -> Records:
        rule = rule_of(wish, target, fixed, t)
        return run(t, table, replace(policy, autoscale=rule), replicas=max(2, most), seed=seed)

    if wish.scaler == "schedule" or wish.target is not None:
        target = math.nan if wish.target is None else wish.target
        records = trial(target)
        what = "the schedule given" if wish.target is None else f"{wish.scaler} at {target:g}"
        missed = f"{what} misses the SLO: not sized for; the fixed fleet stands"
        return (target, records, "") if holds(records, slo) else (target, None, missed)
    chosen: tuple[float, Records] | None = None
    low, high = 0.0, _highest(wish, t, best, fixed)
    for _ in range(TRIES):
        target = (low + high) / 2
        records = trial(target)
        if holds(records, slo):
            low = target
            if chosen is None or np.sum(records.on_s) < np.sum(chosen[1].on_s):
                chosen = (target, records)
        else:
            high = target
    if chosen is None:
        return (
            math.nan,
            None,
            f"no target of {wish.scaler} scaling that begins with {first_of(wish, fixed):,} of "
            f"{fixed:,} replicas holds the SLO; the fixed fleet stands (--scale-min N: more)",
        )
    return (*chosen, "")


def _highest(wish: Wish, t: Traffic, best: Records, fixed: int) -> float:
    """A target that is surely too high: thrice what a replica of the fixed fleet sees."""
    span = max(best.until_s - t.arrival_s.item(0), 1e-9)
    if wish.scaler == "kv":
        return 1.0
    if wish.scaler == "queue":
        return 32.0
    if wish.scaler == "rate":
        return 3.0 * len(t) / span / fixed
    if wish.scaler == "tokens":
        return 3.0 * float(np.sum(t.input_tokens)) / span / fixed
    return max(2.0, 3.0 * float(np.sum(best.running_s)) / span / fixed)
