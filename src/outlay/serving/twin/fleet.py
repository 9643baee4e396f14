"""The oracle's router: the same events as the compiled fleet, in plain Python."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from outlay.serving.twin.scaling import ON, begun, close, switch

if TYPE_CHECKING:
    from outlay.core.arrays import Array, IntArray
    from outlay.serving.twin.replica import Twin
    from outlay.serving.twin.state import Replica

__all__ = ["run_routed"]


def choose(twin: Twin, i: int, now: float) -> Replica | None:
    active = [r for r in twin.replicas if r.status == "active"]
    if not active:
        return None
    how = twin.policy.routing
    least = min(active, key=lambda r: r.load)
    if how == "random":
        return active[min(int(twin.draws.item(i, 0) * len(active)), len(active) - 1)]
    if how == "round_robin":
        return active[twin.turn % len(active)]
    if how == "power_of_two":
        a, b = (active[min(int(u * len(active)), len(active) - 1)] for u in twin.draws[i, :].flat)
        return b if b.load < a.load else a
    if how == "least_tokens":
        return min(active, key=lambda r: (prompts(twin, r), r.load))
    if how == "session_affinity" and twin.t.has_prefixes:
        home = at_home(twin, twin.t.session.item(i), active)
        return home if home.load <= least.load + twin.policy.slack else least
    if how in ("prefix_aware", "cache_aware") and twin.lru:
        return by_cache(twin, i, active, now)
    return least


def at_home(twin: Twin, session: int, active: list[Replica]) -> Replica:
    if session < 0:
        return min(active, key=lambda r: r.load)
    if session in twin.home and twin.replicas[twin.home[session]].status == "active":
        return twin.replicas[twin.home[session]]
    return active[(session * 2654435761 % 2**32 // 2**12) % len(active)]


def prompts(twin: Twin, rep: Replica) -> int:
    """Prompt tokens of requests waiting or running."""
    waiting = [i for queue in rep.queues.values() for i in queue]
    return sum(twin.t.input_tokens.item(i) for i in [*waiting, *(s.i for s in rep.running)])


def by_cache(twin: Twin, i: int, active: list[Replica], now: float) -> Replica:
    policy, prompt, block = twin.policy, twin.t.input_tokens.item(i), twin.table.block_tokens
    loads = [r.load for r in active]
    match: list[float] = []
    for rep in active:
        assert rep.cache is not None
        hit = rep.cache.hit(i, (prompt - 1) // block, now, policy.cache_life_s)
        match.append(hit * block / prompt)
    places = range(len(active))
    if policy.routing == "prefix_aware":
        cost = [load / max(max(loads), 1) for load in loads]
        score = [policy.prefix_weight * match[k] - cost[k] for k in places]
        return active[max(places, key=lambda k: (score[k], -loads[k], -k))]
    most, fewest = max(loads), min(loads)
    if most - fewest > policy.balance_above and most > policy.balance_times * fewest:
        return min(active, key=lambda r: r.load)
    if max(match) >= policy.match_share:
        return active[max(places, key=lambda k: (match[k], -loads[k], -k))]
    return min(active, key=lambda r: r.load)


def fail(twin: Twin, rep: Replica, now: float) -> list[int]:
    """The replica's requests, running ones first in order of admission; all state is lost."""
    lost = []
    for s in sorted(rep.running, key=lambda s: s.admitted):
        if s.decoding:
            twin.out.made[s.i] = twin.made(rep, s)
        twin.out.preemptions[s.i] += 1
        lost.append(s.i)
    rep.free += sorted(s.slot for s in rep.running)
    for c in sorted(rep.queues):
        lost += rep.queues[c]
    if rep.step_end is not None:
        rep.busy_s += now - rep.clock
    rep.running, rep.queues, rep.step_end, rep.steps = [], {}, None, 0
    if rep.cache is not None:
        rep.cache.clear()
        rep.store.clear()
    rep.clock = now
    switch(rep, "failed", now)
    return lost


def fail_or_repair(twin: Twin, kind: int, rep: Replica, now: float, delay: float) -> list[int]:
    """A failure (kind 0) or a repair (1); requests that the failed replica drops."""
    if kind == 0 and rep.status in ON:
        return fail(twin, rep, now)
    if kind == 1 and rep.status == "failed":
        switch(rep, "loading", now)
        rep.ready_s = now + delay
    return []


def route(twin: Twin, i: int, now: float) -> bool:
    """Put request `i` in the queue of the replica that the router chooses; False where none is."""
    chosen = choose(twin, i, now)
    if chosen is None:
        return False
    twin.turn += 1
    if chosen.load == 0:
        chosen.clock = max(chosen.clock, now)
    twin.enqueue(chosen, i)
    twin.out.replica[i] = twin.replicas.index(chosen)
    if twin.t.has_prefixes and twin.t.session.item(i) >= 0:
        twin.home[twin.t.session.item(i)] = twin.replicas.index(chosen)
    return True


def run_routed(twin: Twin, order: list[int], events: tuple[Array, IntArray], until: float) -> None:
    """Arrivals, control events and replicas that become ready, in order of time."""
    times, control = events
    reps, policy = twin.replicas, twin.policy
    rule = policy.autoscale
    delay = rule.delay_s if rule is not None else policy.load_delay_s
    scaler = None if rule is None else begun(twin, rule, order)
    held: list[int] = []
    none: deque[int] = deque()
    k = e = 0
    while True:
        arrival = twin.t.arrival_s.item(order[k]) if k < len(order) else math.inf
        event = times.item(e) if e < len(times) else math.inf
        loading = [r for r in reps if r.status == "loading"]
        ready_s = min((r.ready_s for r in loading), default=math.inf)
        now = min(arrival, event, ready_s)
        if now == math.inf or now > until:
            break
        for rep in reps:
            twin.advance(rep, now, none)
        idle = not any(r.load for r in reps) and not held
        if arrival == math.inf and ready_s == math.inf and idle:
            break
        batch: list[int] = []
        if ready_s <= now:
            for rep in loading:  # all of them, before what was held is shared out
                if rep.ready_s <= now:
                    switch(rep, "active", now)
            batch, held = held, []
        elif event <= now:
            kind, r = control.item(e, 0), control.item(e, 1)
            e += 1
            if kind == 2 and scaler is not None:
                scaler.tick(twin, now)
            else:
                batch = fail_or_repair(twin, kind, reps[r], now, delay)
        else:
            batch = [order[k]]
            k += 1
        held += [i for i in batch if not route(twin, i, now)]
    for rep in reps:
        twin.advance(rep, until, none)
    last = max([0.0, *(x for x in twin.out.end_s if math.isfinite(x))])
    close(reps, last if until == math.inf else until)
