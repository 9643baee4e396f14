"""The oracle's autoscaler: the rule written a second time, over plain objects."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from outlay.serving.engine.policy import Autoscale

if TYPE_CHECKING:
    from outlay.serving.twin.replica import Twin
    from outlay.serving.twin.state import Replica

__all__ = ["ON", "Scaler", "begun", "close", "switch"]

ON = ("loading", "active", "draining")


def switch(rep: Replica, status: str, now: float) -> None:
    if rep.status in ON and status not in ON:
        rep.on_s += now - rep.since
        rep.spans.append((rep.since, now))
    if status in ON and rep.status not in ON:
        rep.since = now
    rep.status = status


@dataclass
class Scaler:
    """A rule, what it asked for at each tick, and what it changed."""

    rule: Autoscale
    arrived: list[tuple[float, int]]
    """Time and prompt of each request that can be served, in order."""
    asked: list[tuple[float, int]] = field(default_factory=list)
    changed: list[tuple[float, int]] = field(default_factory=list)
    calm: int = 0

    def first(self) -> int:
        """Replicas at the beginning."""
        return max(1, self.rule.minimum) if self.rule.metric != "schedule" else self.by_clock(0.0)

    def by_clock(self, now: float) -> int:
        """The schedule as whoever has to load ahead reads it."""
        most = 0
        for k, (at, n) in enumerate(self.rule.schedule):
            until = self.rule.schedule[k + 1][0] if k + 1 < len(self.rule.schedule) else math.inf
            begins = at - self.rule.delay_s if k else -math.inf
            if begins <= now < until:
                most = max(most, n)
        return most

    def measured(self, twin: Twin, now: float) -> float:
        metric, reps = self.rule.metric, twin.replicas
        if metric == "in_flight":
            return float(sum(r.load for r in reps))
        if metric == "waiting":
            return float(sum(r.waiting for r in reps))
        if metric == "kv":
            held = sum(twin.used(r, r.step_end is not None) + twin.pinned(r) for r in reps)
            return held / twin.table.capacity_blocks
        since = max(0.0, now - self.rule.window_s)
        seen = [prompt for at, prompt in self.arrived if since <= at < now]
        return float(len(seen) if metric == "rate" else sum(seen)) / max(now - since, 1e-9)

    def target(self, twin: Twin, now: float, on: int) -> int:
        """Replicas to have."""
        rule, top = self.rule, min(self.rule.maximum, len(twin.replicas))
        if rule.metric == "schedule":
            return min(self.by_clock(now), top)
        measured = self.measured(twin, now)
        want = math.ceil(measured / rule.target)
        if on and 1 - rule.tolerance <= measured / (on * rule.target) <= 1 + rule.tolerance:
            want = on
        self.asked.append((now, want))
        recent = [n for at, n in self.asked if at == now or at > now - rule.down_window_s]
        if want < on:
            want = min(on, max(recent))
        elif want > on:
            lately = [n for at, n in self.asked if at == now or at > now - rule.up_window_s]
            want = max(on, min(lately))
        want = self.limited(now, on, want)
        want = min(max(want, rule.minimum, 1), top)
        if want >= on:
            self.calm = 0
        else:
            self.calm += 1
            if self.calm <= rule.patience:
                return on
            self.calm = 0
        self.changed.append((now, want - on))
        return want

    def limited(self, now: float, on: int, want: int) -> int:
        rule = self.rule
        lately = [n for at, n in self.changed if at > now - rule.period_s]
        if want > on and rule.up_share < math.inf:
            start = on - sum(n for n in lately if n > 0)
            most = max(start + rule.up_count, math.ceil(start * (1.0 + rule.up_share)))
            return max(on, min(want, most))
        if want < on:
            start = on - sum(n for n in lately if n < 0)
            least = min(start - rule.down_count, math.floor(start * (1.0 - rule.down_share)))
            return min(on, max(want, least))
        return want

    def tick(self, twin: Twin, now: float) -> None:
        reps = twin.replicas
        for rep in reps:
            if rep.status == "draining" and rep.load == 0:
                switch(rep, "off", rep.clock)
        on = sum(r.status in ("active", "loading") for r in reps)
        want = self.target(twin, now, on)
        resting = sorted(reps, key=lambda r: r.status != "draining")
        for rep in [r for r in resting if r.status in ("draining", "off")][: max(0, want - on)]:
            if rep.status == "off":
                rep.ready_s = now + self.rule.delay_s
            switch(rep, "loading" if rep.status == "off" else "active", now)
        last = {id(r): -k for k, r in enumerate(reps)}
        working = sorted(reps, key=lambda r: (r.status != "loading", last[id(r)]))
        for rep in [r for r in working if r.status in ("loading", "active")][: max(0, on - want)]:
            switch(rep, "draining" if rep.load else "off", now)


def begun(twin: Twin, rule: Autoscale, order: list[int]) -> Scaler:
    """The scaler, and the replicas that are not there at the beginning switched off."""
    came = [(twin.t.arrival_s.item(i), twin.t.input_tokens.item(i)) for i in order]
    scaler = Scaler(rule, came)
    for rep in twin.replicas[scaler.first() :]:
        rep.status = "off"
    return scaler


def close(reps: list[Replica], end: float) -> None:
    """Count the time of those that are on at the end; a drained one was off by its last token."""
    for rep in reps:
        if rep.status in ON:
            gone = rep.status == "draining" and rep.load == 0
            rep.spans.append((rep.since, max(rep.since, rep.clock if gone else end)))
            rep.on_s += max(0.0, (rep.clock if gone else end) - rep.since)
