"""How many replicas an autoscaler asks for: a metric over its target, then held back in time."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import InputError, Problem
from outlay.serving.engine.policy import METRICS, Autoscale

__all__ = ["Asking", "Ticks", "checked_rule", "first_count", "scheduled", "tick_times"]

MOST_TICKS = 5_000_000


def checked_rule(rule: Autoscale) -> None:
    """Raise InputError for a rule that cannot be followed."""
    by_clock = rule.metric == "schedule"
    wrong = [
        (name, value, allowed)
        for name, value, allowed, ok in (
            ("metric", rule.metric, ", ".join(METRICS), rule.metric in METRICS),
            ("target", rule.target, "above 0", by_clock or rule.target > 0),
            ("interval_s", rule.interval_s, "above 0", rule.interval_s > 0),
            ("delay_s", rule.delay_s, "0 or more", rule.delay_s >= 0),
            ("window_s", rule.window_s, "above 0", rule.window_s > 0),
            ("period_s", rule.period_s, "above 0", rule.period_s > 0),
            ("tolerance", rule.tolerance, "0 to 1", 0 <= rule.tolerance < 1),
            ("schedule", len(rule.schedule), "one entry at least", rule.schedule or not by_clock),
        )
        if not ok
    ]
    times = [t for t, _ in rule.schedule]
    if any(b <= a for a, b in pairwise(times)):
        wrong.append(("schedule", "times that fall", "times that rise"))
    if any(n < 1 for _, n in rule.schedule):
        wrong.append(("schedule", "no replica", "1 or more at all times"))
    if wrong:
        raise InputError(
            [Problem(f"autoscaling: {name} cannot be", value=str(value), allowed=allowed)
             for name, value, allowed in wrong]
        )  # fmt: skip


def scheduled(rule: Autoscale, t: float) -> int:
    """Replicas that are on at `t`: the most that serve from now until one started now is loaded."""
    begun = bisect_right(rule.schedule, t, key=_time)
    coming = bisect_right(rule.schedule, t + rule.delay_s, key=_time)
    return max(n for _, n in rule.schedule[max(begun - 1, 0) : max(begun, coming, 1)])


def _time(entry: tuple[float, int]) -> float:
    return entry[0]


def first_count(rule: Autoscale) -> int:
    """Replicas that are there when the first request comes."""
    return scheduled(rule, 0.0) if rule.metric == "schedule" else max(rule.minimum, 1)


def tick_times(rule: Autoscale, until_s: float) -> Array:
    """When the rule is asked: every interval, or as the schedule changes."""
    if rule.metric == "schedule":
        at = {max(0.0, t - rule.delay_s) for t, _ in rule.schedule}
        at |= {t for t, _ in rule.schedule}
        return np.array(sorted(x for x in at if 0 < x <= until_s), dtype=float)
    if until_s / rule.interval_s > MOST_TICKS:
        raise InputError("too many scaling ticks", hint="use a longer interval_s")
    return np.arange(rule.interval_s, until_s + rule.interval_s, rule.interval_s)


class Ticks:
    """When a rule is asked, by number; of a run whose end nobody knows, without end."""

    def __init__(self, rule: Autoscale, until_s: float) -> None:
        self._rule = rule
        listed = rule.metric == "schedule" or math.isfinite(until_s)
        self._times: Array | None = tick_times(rule, until_s) if listed else None

    def at(self, k: int) -> float:
        """The time of tick `k`, from 0; never where there are fewer."""
        if self._times is not None:
            return self._times.item(k) if k < len(self._times) else math.inf
        if k >= MOST_TICKS:
            raise InputError("too many scaling ticks", hint="use a longer interval_s")
        return self._rule.interval_s * (k + 1)


class Asking:
    """A rule with its memory. total: the metric over all replicas at a time."""

    def __init__(self, rule: Autoscale, total: Callable[[float], float], most: int) -> None:
        self.rule, self.total, self.most = rule, total, min(rule.maximum, most)
        self.asked: list[tuple[float, int]] = []  # in the longer window
        self.done: list[tuple[float, int]] = []  # changes in the last period
        self.calm = 0

    def wanted(self, t: float, on: int) -> int:
        """Replicas to have on from `t`, where `on` are; fewer only where it may be fewer now."""
        rule = self.rule
        if rule.metric == "schedule":
            return min(scheduled(rule, t), self.most)
        total = self.total(t)
        want = math.ceil(total / rule.target)
        if on > 0 and abs(total / (on * rule.target) - 1.0) <= rule.tolerance:
            want = on
        want = int(min(max(self._limited(t, on, self._steady(t, on, want)), rule.minimum, 1),
                       self.most))  # fmt: skip
        self.calm = self.calm + 1 if want < on else 0
        if want < on and self.calm <= rule.patience:
            return on
        if want < on:
            self.calm = 0
        self.done.append((t, want - on))
        return want

    def _steady(self, t: float, on: int, want: int) -> int:
        """No more than the least, no fewer than the most that was asked for in the windows."""
        rule = self.rule
        self.asked.append((t, want))
        longest = t - max(rule.up_window_s, rule.down_window_s)
        self.asked = [x for x in self.asked if x[0] > longest or x[0] == t]
        up = min(n for at, n in self.asked if at > t - rule.up_window_s or at == t)
        down = max(n for at, n in self.asked if at > t - rule.down_window_s or at == t)
        return min(max(on, up), down)

    def _limited(self, t: float, on: int, want: int) -> float:
        """No more change in a period than the rule allows."""
        rule = self.rule
        self.done = [x for x in self.done if x[0] > t - rule.period_s]
        if want > on:
            start = on - sum(n for _, n in self.done if n > 0)
            return min(want, max(start + rule.up_count, _up(start, rule.up_share), on))
        if want < on:
            start = on - sum(n for _, n in self.done if n < 0)
            least = min(start - rule.down_count, math.floor(start * (1.0 - rule.down_share)))
            return max(want, min(least, on))
        return want


def _up(start: int, share: float) -> float:
    return math.ceil(start * (1.0 + share)) if math.isfinite(share) else math.inf
