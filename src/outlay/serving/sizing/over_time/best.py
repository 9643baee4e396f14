"""The best schedule that is found: replicas by window, replayed, with as few hours as it can be.

A schedule that holds is looked for in one family (so many replicas per unit of the windows' work),
then lowered window by window where the replay still holds. It knows the future and loads at once,
so no scaler does better than the best of all schedules; this one is near it, not proven to be it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.periods import SECONDS_PER_HOUR
from outlay.serving.engine.policy import Autoscale, Policy
from outlay.serving.engine.run import Records, never_fits, run
from outlay.serving.engine.steps import PROGRESS_DEN, DenseTable
from outlay.serving.metrics import Slo
from outlay.serving.sizing.limits import holds
from outlay.serving.traffic.requests import Traffic

__all__ = ["best_schedule", "busy_hours", "schedule_rule"]

FAMILY, LOWERED = 7, 10
"""Replays that look for a schedule of the family, and that then lower it."""


def schedule_rule(counts: IntArray, begin: float, width: float, delay_s: float) -> Autoscale:
    """The rule that has so many replicas serve in each window [window]."""
    change = np.flatnonzero(np.diff(counts, prepend=-1))
    steps = tuple((0.0 if k == 0 else begin + k * width, counts.item(k)) for k in map(int, change))
    return Autoscale(math.inf, delay_s=delay_s, metric="schedule", schedule=steps)


def best_schedule(
    t: Traffic,
    table: DenseTable,
    slo: Slo,
    policy: Policy,
    load: Array,
    width: float,
    most: int,
    *,
    seed: int = 0,
) -> tuple[IntArray, Records] | None:
    """Replicas by window of a schedule that holds the SLO, and its replay; None where none is
    better than `most` all the time.

    load: work of each window over what a replica at the SLO's edge does in it [window].
    """
    begin = t.arrival_s.item(0)

    def trial(counts: IntArray) -> Records:
        rule = schedule_rule(counts, begin, width, 0.0)
        return run(t, table, replace(policy, autoscale=rule), replicas=most, seed=seed)

    def of(factor: float) -> IntArray:
        wanted: IntArray = np.clip(np.ceil(load * factor - 1e-9), 1, most).astype(np.int64)
        return wanted

    best: tuple[IntArray, Records] | None = None
    low, high = math.log(0.25), math.log(4.0)
    for _ in range(FAMILY):
        middle = 0.5 * (low + high)
        counts = of(math.exp(middle))
        if np.min(counts) == most:
            high = middle
            continue
        records = trial(counts)
        if holds(records, slo):
            best, high = (counts, records), middle
        else:
            low = middle
    if best is None:
        return None
    return _lowered(best, trial, slo, load, LOWERED)


def _lowered(
    best: tuple[IntArray, Records],
    trial: Callable[[IntArray], Records],
    slo: Slo,
    load: Array,
    tries: int,
) -> tuple[IntArray, Records]:
    """The schedule with one replica fewer in as many windows as still hold, those first that would
    be least pressed by it."""
    share = 0.25
    for _ in range(tries):
        counts = best[0]
        some = np.flatnonzero(counts > 1)
        pick = int(len(some) * share)
        if pick < 1:
            break
        pressed = load[some] / (counts[some] - 1)
        fewer = counts.copy()
        fewer[some[np.argsort(pressed, kind="stable")[:pick]]] -= 1
        records = trial(fewer)
        if holds(records, slo):
            best = (fewer, records)
        else:
            share *= 0.4
    return best


def busy_hours(t: Traffic, table: DenseTable) -> float:
    """Replica-hours that no schedule can go below: what the requests keep replicas busy for.

    A token is never cheaper than in the batch at which a step costs least per sequence, and over
    the context of its own sequence alone; a prompt than without what may be cached. What steps with
    prompts save counts for every step.
    """
    base, slope = table.base_s[1:], table.slope_s[1:]
    saving = table.pre.item(3)
    each = float(np.min(base / np.arange(1, len(base) + 1))) * (1.0 - saving)
    per_step = PROGRESS_DEN / table.progress_num
    out = np.maximum(t.output_tokens - 1, 0).astype(float)
    cached = np.zeros(len(t))
    if t.has_prefixes:
        cached = np.maximum(cached, np.maximum(t.shared_tokens, t.group_tokens))
    fresh = np.maximum(t.input_tokens - cached, 0.0)
    context = t.input_tokens * out + out * (out - 1) / 2
    decode = (each * out + float(np.min(slope)) * context) * per_step
    prompt = table.pre.item(1) * fresh + table.pre.item(2) * fresh * fresh / 2
    served = ~never_fits(t, table)
    return float(np.sum((decode + prompt)[served])) / SECONDS_PER_HOUR
