"""Who sends what when, packed for the compiled loop: users, sessions, and what is turned away."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.arrays import Array, BoolArray, Int32Array, IntArray
from outlay.core.errors import InputError, Problem
from outlay.core.seeds import stream
from outlay.serving.engine.policy import ROUTING, THINKING, Autoscale, Clients, Policy
from outlay.serving.engine.steps import DenseTable
from outlay.serving.traffic.requests import Traffic

if TYPE_CHECKING:
    from outlay.serving.engine.fleets.driven import Run
    from outlay.serving.engine.fleets.loop import Sends
    from outlay.serving.engine.state import FleetState, Requests, Results

__all__ = ["check_sends", "pauses", "run_sends", "starts", "thoughts"]

SHORTEST_S = 1e-8
"""Of a step: ends that decide arrivals are told apart to a billionth of a second."""


def check_sends(traffic: Traffic, table: DenseTable, policy: Policy, c: Clients | None) -> None:
    """Raise InputError for users, waits or limits that cannot be, all at once."""
    found: list[Problem] = []

    def must(ok: bool, what: str, value: object, allowed: str) -> None:
        if not ok:
            found.append(Problem(what, value=str(value), allowed=allowed))

    if c is not None:
        must(1 <= c.users <= 10_000_000, "users of a closed loop", c.users, "1 to 10 million")
        must(0 <= c.think_s < 1e9, "seconds of thinking", c.think_s, "0 to 1e9")
        must(0 <= c.ramp_s < 1e9, "seconds over which users start", c.ramp_s, "0 to 1e9")
        must(c.think in THINKING, "how users think", repr(c.think), ", ".join(THINKING))
    a = policy.admission
    if a is not None:
        most = a.most_waiting
        must(most is None or 1 <= most < 1 << 30, "most waiting at a replica", most, "1 on")
        must(a.wait_s > 0, "seconds until a request is dropped", a.wait_s, "more than 0")
    alone = not policy.failures and not policy.ready
    must(
        alone,
        "requests that wait for others, or are turned away",
        "in a fleet that fails or splits", "one or the other",
    )  # fmt: skip
    step = min(float(np.min(table.base_s[1:] + table.slope_s[1:])), table.prefill_s(1.0))
    must(step >= SHORTEST_S, "a step too short for a closed loop", step, f"{SHORTEST_S:g} s on")
    if found:
        raise InputError(found)


def pauses(traffic: Traffic) -> Array:
    """Seconds between what a request waits for and when it is sent [request]."""
    n = len(traffic)
    if len(traffic.pause_s) == n:
        return np.ascontiguousarray(traffic.pause_s, np.float64)
    return np.zeros(n)


def thoughts(n: int, c: Clients | None, seed: int) -> Array:
    """Seconds that a user thinks after each of `n` requests [request]."""
    if c is None or not c.think_s:
        return np.zeros(n)
    if c.think == "fixed":
        return np.full(n, c.think_s)
    drawn: Array = stream(seed, "serving", "thinking").standard_exponential(n)
    return drawn * c.think_s


def starts(c: Clients) -> Array:
    """When each user begins [user]."""
    return np.arange(c.users, dtype=np.float64) * (c.ramp_s / c.users)


def _families(traffic: Traffic) -> tuple[Int32Array, Int32Array, Int32Array]:
    """Requests that wait for none; of each request the first that waits for it; their siblings."""
    n = len(traffic)
    first, sibling = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    if not traffic.waits:
        return np.arange(n, dtype=np.int32), first, sibling
    waiting = np.flatnonzero(traffic.after >= 0)
    order = waiting[np.argsort(traffic.after[waiting], kind="stable")]
    before: Int32Array = traffic.after[order]
    same: BoolArray = before[1:] == before[:-1]
    sibling[order[:-1][same]] = order[1:][same]
    heads_of = np.concatenate([[True], ~same])
    first[before[heads_of]] = order[heads_of]
    return np.flatnonzero(traffic.after < 0).astype(np.int32), first, sibling


def _sends(traffic: Traffic, rejected: BoolArray, c: Clients | None, seed: int) -> Sends:
    from outlay.serving.engine.fleets.loop import N_HEAP, Sends

    n = len(traffic)
    heads, first, sibling = _families(traffic)
    users = 0 if c is None else c.users
    size = users + (n if traffic.waits or len(traffic.pause_s) == n else 0)
    due, who = np.zeros(size + 1), np.zeros(size + 1, np.int32)
    tally = np.zeros(5, np.int64)
    if c is not None:
        due[:users], who[:users] = starts(c), -1 - np.arange(users)  # in order: it is a heap
        who[:users] = who[:users][np.lexsort((who[:users], due[:users]))]
        tally[N_HEAP] = users
    return Sends(
        heads=heads,
        at=traffic.arrival_s,
        first=first,
        sibling=sibling,
        pause=pauses(traffic),
        think=thoughts(n, c, seed),
        user=np.full(n, -1, np.int32),
        open=np.ones(users, np.int32),
        never=rejected.astype(np.int32),
        turned=np.zeros(n, np.int32),
        sent=np.zeros(n, np.int32),
        due=due,
        who=who,
        batch=np.zeros(n, np.int32),
        tally=tally,
    )


def run_sends(
    traffic: Traffic,
    table: DenseTable,
    policy: Policy,
    clients: Clients | None,
    replicas: tuple[IntArray, Array, FleetState, int],
    rq: Requests,
    re: Results,
    rejected: BoolArray,
    draws: Array,
    until_s: float,
    seed: int,
) -> tuple[FleetState, Array, Int32Array, tuple[Array, Array]]:
    """Run; the fleet, when each request was sent (NaN: never), which were turned away, and the
    logs of what was switched.

    replicas: their parameters, whole numbers and others, their state, empty, and how many
    sessions a router may remember.
    """
    from outlay.serving.engine.code.entries import entry
    from outlay.serving.engine.fleets.loop import N_HEAD, N_HEAP
    from outlay.serving.engine.state import F_CLOCK, F_ON

    check_sends(traffic, table, policy, clients)
    params, floats, state, homes = replicas
    x = _sends(traffic, rejected, clients, seed)
    sent = np.full(len(traffic), np.nan)
    rq = rq._replace(arrival=sent)
    a = policy.admission
    most = -1 if a is None or a.most_waiting is None else a.most_waiting
    run_loop, empty, home = entry("run_loop"), np.empty(0, np.int32), np.full(homes, -1, np.int32)
    timed = int(clients is not None and clients.timed)
    wait_s = math.inf if a is None else a.wait_s
    Z = np.array([math.inf, 0, 0, 0, 0, policy.slack])

    def go(until: float, _: bool) -> bool:
        """Run to a time; whether requests are left that nobody has sent."""
        run_loop(
            until, ROUTING.index(policy.routing), timed, table.first_token_s, most, wait_s, draws,
            Z, params, floats, table.base_s, table.slope_s, home, empty, x, state, rq, re,
        )  # fmt: skip
        coming = np.asarray(x.who, np.int32)[: x.tally[N_HEAP]]
        return x.tally[N_HEAD] < len(x.heads) or bool(np.any(coming >= 0))

    rule = policy.autoscale
    if rule is not None:
        logs = _scaled(rule, go, traffic, (params, table), state, sent, rejected, re, until_s)
        return state, sent, np.asarray(x.turned, np.int32), logs
    go(until_s, True)
    flo = np.asarray(state.flo, np.float64)
    flo[:, F_ON] = float(np.max(flo[:, F_CLOCK])) if until_s == math.inf else until_s
    none = (np.empty((0, 3)), np.empty((0, 2)))
    return state, sent, np.asarray(x.turned, np.int32), none


def _scaled(
    rule: Autoscale,
    go: Run,
    traffic: Traffic,
    engine: tuple[IntArray, DenseTable],
    state: FleetState,
    sent: Array,
    never: BoolArray,
    re: Results,
    until_s: float,
) -> tuple[Array, Array]:
    """Run under a rule, which sees what has been sent by each tick; the logs of what it switched.

    A tick comes after all that happens by then, so that there is an order at one time.
    """
    from outlay.serving.engine.fleets.driven import Replicas, arriving, drive, settle
    from outlay.serving.engine.fleets.together import blocks_of, ended

    fleet = Replicas(state)
    able = np.flatnonzero(~never)

    def total(t: float) -> float:
        came = able[sent[able] < t]
        came = came[np.argsort(sent[came], kind="stable")]
        seen = arriving(
            rule, fleet, sent[came], traffic.input_tokens[came].astype(np.int64),
            blocks_of(engine[0], engine[1].base_s, engine[1].slope_s, state),
        )  # fmt: skip
        return seen(t)

    log = drive(rule, fleet, (until_s, until_s), go, total, cut=True)
    return log, settle(fleet, ended(re, until_s))
