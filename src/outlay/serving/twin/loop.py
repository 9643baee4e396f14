"""The oracle's senders: users and sessions whose next request waits for an end, in plain Python."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from outlay.serving.engine.fleets.sending import check_sends, pauses, starts, thoughts
from outlay.serving.twin.cache import EPS_S
from outlay.serving.twin.fleet import choose, route
from outlay.serving.twin.scaling import Scaler, begun, close, switch

if TYPE_CHECKING:
    from outlay.core.arrays import BoolArray
    from outlay.serving.engine.policy import Clients
    from outlay.serving.twin.replica import Twin
    from outlay.serving.twin.state import Replica

__all__ = ["run_senders"]


class Senders:
    """Requests that are due, and what each end makes due."""

    def __init__(self, twin: Twin, clients: Clients | None, never: BoolArray, seed: int) -> None:
        t = twin.t
        self.twin, self.clients, self.never = twin, clients, never
        self.timed = clients is not None and clients.timed
        self.pause, self.think = pauses(t), thoughts(len(t), clients, seed)
        self.sent = [math.nan] * len(t)
        self.turned = [0] * len(t)
        self.user = [-1] * len(t)
        self.due: dict[int, float] = {}
        self.ended: set[int] = set()
        before = [t.after.item(i) if t.waits else -1 for i in range(len(t))]
        self.kids = {i: [j for j, b in enumerate(before) if b == i] for i in range(len(t))}
        self.file = deque(i for i, b in enumerate(before) if b < 0)
        self.free: list[tuple[float, int]] = []
        if clients is None:
            self.due = {i: t.arrival_s.item(i) for i in self.file}
            self.file.clear()
        else:
            self.free = [(float(x), u) for u, x in enumerate(starts(clients).flat)]

    def hand_out(self, now: float) -> None:
        """Users who are free take the next requests of the file."""
        self.free.sort()
        while self.free and self.file and self.free[0][0] <= now:
            free_s, user = self.free.pop(0)
            i = self.file.popleft()
            self.user[i] = user
            at = max(free_s, self.twin.t.arrival_s.item(i)) if self.timed else free_s
            self.due[i] = at + float(self.pause.item(i))

    def end(self, i: int, now: float) -> None:
        """Request `i` is over for its sender."""
        self.ended.add(i)
        for j in self.kids[i]:
            self.user[j] = self.user[i]
            self.due[j] = now + float(self.pause.item(j))
        u = self.user[i]
        at_work = any(
            self.user[j] == u and j not in self.ended
            for j in [*self.due, *(k for k, s in enumerate(self.sent) if not math.isnan(s))]
        )
        if u >= 0 and not at_work:
            self.free.append((now + float(self.think.item(i)), u))

    def see_ends(self) -> None:
        lag = self.twin.table.first_token_s
        for i, end in enumerate(self.twin.out.end_s):
            if i not in self.ended and not math.isnan(end):
                self.end(i, end + lag)

    def send(self, i: int, now: float) -> None:
        self.sent[i] = self.due.pop(i)
        twin = self.twin
        most = None if twin.policy.admission is None else twin.policy.admission.most_waiting
        if self.never[i]:
            self.end(i, self.sent[i])
            return
        chosen = choose(twin, i, now)
        if most is not None and chosen is not None and chosen.waiting >= most:
            twin.turn += 1
            self.turned[i] = 1
            self.end(i, self.sent[i])
        else:
            route(twin, i, now)

    def send_all(self, now: float) -> bool:
        """Send what is due, in the file's order; whether there was any."""
        batch = sorted(i for i, due in self.due.items() if due <= now + EPS_S)
        for i in batch:
            self.send(i, now)
        return bool(batch)

    def late(self) -> int | None:
        """The request that waits to begin and was sent first of those."""
        waiting = [
            (self.sent[i], i)
            for rep in self.twin.replicas
            for q in rep.queues.values()
            for i in q
            if math.isnan(self.twin.out.start_s[i])
        ]
        return min(waiting)[1] if waiting else None

    def late_s(self, late: int | None) -> float:
        """When that request has waited too long."""
        admission = self.twin.policy.admission
        if late is None or admission is None:
            return math.inf
        return self.sent[late] + admission.wait_s

    def next_s(self) -> float:
        """When a step ends or begins, a request is due, or a user free."""
        times = [r.step_end for r in self.twin.replicas if r.step_end is not None]
        times += [r.clock for r in self.twin.replicas if _starts_now(r)]
        times += [*self.due.values(), *(at for at, _ in self.free if self.file)]
        return min(times, default=math.inf)

    def left(self) -> bool:
        """Whether requests are still to come, or to end, or replicas to load."""
        reps = self.twin.replicas
        at_work = any(r.load or r.status == "loading" for r in reps)
        return bool(self.file or self.due or at_work)

    def drop(self, i: int, at: float) -> None:
        rep = self.twin.replicas[self.twin.out.replica[i]]
        rep.queues[self.twin.t.priority.item(i)].remove(i)
        self.turned[i] = 2
        self.end(i, at)


def _starts_now(rep: Replica) -> bool:
    return rep.step_end is None and rep.load > 0


def begin(twin: Twin, now: float, none: deque[int]) -> None:
    """Steps that start now."""
    for rep in [r for r in twin.replicas if _starts_now(r) and r.clock <= now + EPS_S]:
        twin.advance(rep, now + 2 * EPS_S, none)


def scaling_s(twin: Twin, scaler: Scaler | None, ticks: int) -> float:
    """When a replica has loaded, or the rule is asked for the next time."""
    if scaler is None:
        return math.inf
    rule = scaler.rule
    if rule.metric == "schedule":
        listed = {max(0.0, t - rule.delay_s) for t, _ in rule.schedule}
        times = sorted(x for x in listed | {t for t, _ in rule.schedule} if x > 0)
        tick = times[ticks] if ticks < len(times) else math.inf
    else:
        tick = rule.interval_s * (ticks + 1)
    return min([tick, *(r.ready_s for r in twin.replicas if r.status == "loading")])


def scale(x: Senders, scaler: Scaler | None, now: float) -> int:
    """Replicas that have loaded serve; where there are none, the rule is asked: how many ticks."""
    ready = [r for r in x.twin.replicas if r.status == "loading" and r.ready_s <= now]
    for rep in ready:
        switch(rep, "active", now)
    if ready or scaler is None:
        return 0
    scaler.arrived = [
        (s, x.twin.t.input_tokens.item(i))
        for i, s in enumerate(x.sent)
        if not math.isnan(s) and not x.never[i]
    ]
    scaler.tick(x.twin, now)
    return 1


def run_senders(
    twin: Twin, clients: Clients | None, never: BoolArray, until: float, seed: int
) -> tuple[list[float], list[int]]:
    """When each request was sent (NaN: never), and which were turned away (1 full, 2 late)."""
    sent, turned = _sent(twin, clients, never, until, seed)
    if twin.policy.autoscale is not None:
        last = max([0.0, *filter(math.isfinite, twin.out.end_s)])
        close(twin.replicas, last if until == math.inf else until)
    return sent, turned


def _sent(
    twin: Twin, clients: Clients | None, never: BoolArray, until: float, seed: int
) -> tuple[list[float], list[int]]:
    check_sends(twin.t, twin.table, twin.policy, clients)
    x = Senders(twin, clients, never, seed)
    none: deque[int] = deque()
    rule = twin.policy.autoscale
    scaler = None if rule is None else begun(twin, rule, [])
    ticks = 0
    while True:
        late = x.late()
        late_s = x.late_s(late)
        now = min(late_s, x.next_s())
        at = scaling_s(twin, scaler, ticks)
        if at < now and at <= until and x.left():
            ticks += scale(x, scaler, at)
            continue
        if now == math.inf or now > until:
            return x.sent, x.turned
        for rep in [r for r in twin.replicas if r.step_end is not None]:
            twin.advance(rep, now, none)
        x.see_ends()
        x.hand_out(now + EPS_S)
        if x.send_all(now):
            continue
        if late is not None and late_s <= now + EPS_S:
            x.drop(late, late_s)
        else:
            begin(twin, now, none)
