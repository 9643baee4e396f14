"""Several replicas behind one router: which compiled way runs them, and what scales them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import InputError
from outlay.core.periods import SECONDS_PER_DAY
from outlay.serving.engine.code.entries import entry
from outlay.serving.engine.fleets.rules import tick_times
from outlay.serving.engine.policy import ROUTING, Offload, Policy

if TYPE_CHECKING:
    from outlay.serving.engine.fleets.driven import Run
    from outlay.serving.engine.state import FleetState, Requests, Results
    from outlay.serving.engine.views import Ints
    from outlay.serving.traffic.chains import PrefixTree

__all__ = ["Engine", "control_events", "empty_fleet", "room_to_look", "together"]

Int32s = npt.NDArray[np.int32]
Engine: TypeAlias = tuple[IntArray, Array, Array, Array]
"""What a replica is to the engine: whole parameters, floats, and the times of a step."""


def empty_fleet(
    K: Ints, tree: PrefixTree, offload: Offload | None, loaded: Int32s, replicas: int
) -> FleetState:
    """Replicas that have done nothing; each entry of their caches has a block at least."""
    from outlay.serving.engine import state as I  # noqa: N812
    from outlay.serving.engine.state import new_state

    entries = 1
    if K[I.I_CACHE]:
        entries = int(min(replicas * K[I.I_NODES], replicas * K[I.I_TOTAL], tree.uses)) + replicas
    block, tiers = int(K[I.I_BLOCK]), None
    if offload is not None:
        from outlay.serving.engine.tiers import new_tiers

        tiers = new_tiers(offload, replicas, loaded, tree, int(K[I.I_TOTAL]), block)
    return new_state(replicas, int(K[I.I_MAXB]), int(K[I.I_CLASSES]), block, entries, tiers)


def room_to_look(state: FleetState) -> tuple[Array, Int32s]:
    """Room for what a router sees of each replica: its next event, its load."""
    replicas = state.row.shape[0]
    return np.empty(replicas), np.empty(replicas, np.int32)


def together(
    rq: Requests,
    re: Results,
    engine: Engine,
    policy: Policy,
    state: FleetState,
    until_s: float,
    draws: Array,
    homes: int,
) -> tuple[Array, Array]:
    """Several replicas behind one router: the logs of what was switched there.

    homes: sessions that a router may remember the replica of.
    """
    from outlay.serving.engine.fleets.driven import Replicas, arriving, drive, settle
    from outlay.serving.engine.state import F_CLOCK, F_ON, Q_INP

    ints, floats, base, slope = engine
    lean = not policy.failures and policy.routing == "least_loaded"
    rule = policy.autoscale
    none = (np.empty((0, 3)), np.empty((0, 2)))
    if lean and rule is None:
        empty = np.empty(0, np.int32)
        seen = room_to_look(state)
        entry("run_pool")(until_s, ints, floats, base, slope, empty, seen, state, rq, re)
        flo = np.asarray(state.flo, np.float64)  # all on, to the end of the last
        flo[:, F_ON] = flo[:, F_CLOCK].max() if until_s == math.inf else until_s
        return none
    order: Int32s = np.asarray(rq.order)
    times: Array = np.asarray(rq.arrival)[order]
    last = times.item(-1) if len(times) else 0.0
    end = min(until_s, last + SECONDS_PER_DAY)
    way = _pool_run if lean else _fleet_run
    go = way(rq, re, engine, policy, homes, end, draws, state, order, times)
    fleet = Replicas(state)
    if rule is None:
        go(until_s, True)
        settle(fleet, ended(re, until_s))
        return none

    prompts = np.asarray(rq.ints, np.int32)[order, Q_INP]
    total = arriving(rule, fleet, times, prompts, blocks_of(ints, base, slope, state))
    log = drive(rule, fleet, (until_s, end), go, total, cut=lean)
    return log, settle(fleet, ended(re, until_s))


def blocks_of(
    ints: IntArray, base: Array, slope: Array, state: FleetState
) -> Callable[[float], float]:
    """Share of a replica's KV blocks that all use together, at a time."""
    from outlay.serving.engine.state import I_TOTAL

    used: IntArray = np.zeros(1, np.int64)

    def blocks(t: float) -> float:
        entry("blocks_in_use")(t, ints, base, slope, used, state)
        return used.item(0) / ints.item(I_TOTAL)

    return blocks


def ended(re: Results, until_s: float) -> float:
    """When a run is over: as it was told, or with the last token."""
    from outlay.serving.engine.state import T_END

    ends = np.asarray(re.times, np.float64)[:, T_END]
    return until_s if math.isfinite(until_s) else float(np.nanmax(ends, initial=0.0))


def _pool_run(
    rq: Requests, re: Results, engine: Engine, policy: Policy, homes: int, end: float,
    draws: Array, state: FleetState, order: Int32s, times: Array,
) -> Run:  # fmt: skip
    """A pool that goes on where it stopped; its replicas are on, or not, as their status says."""
    empty, at, go_on = np.empty(0, np.int32), [0], entry("run_pool")
    seen = room_to_look(state)

    def go(until: float, whole: bool) -> bool:
        upto = len(order) if whole else int(np.searchsorted(times, until, side="left"))
        part = rq._replace(order=order[at[0] : upto])
        go_on(until, *engine, empty, seen, state, part, re)
        at[0] = upto
        return upto < len(order)

    return go


def _fleet_run(
    rq: Requests, re: Results, engine: Engine, policy: Policy, homes: int, end: float,
    draws: Array, state: FleetState, order: Int32s, times: Array,
) -> Run:  # fmt: skip
    """A whole fleet, of any routing and with failures, that goes on where it stopped."""
    from outlay.serving.engine.fleets.fleet import U_HELD, U_MORE

    replicas = state.row.shape[0]
    control_s, control = control_events(replace(policy, autoscale=None), replicas, end)
    rule = policy.autoscale
    delay = policy.load_delay_s if rule is None else rule.delay_s
    Z = np.array([0.0, 0.0, 0.0, delay, 0.0, policy.slack])
    home = np.full(homes, -1, np.int32)
    work = tuple(np.empty(n, np.int32) for n in (0, len(re.ints) + 1, len(re.ints) + 1))
    stand, at, go_on = np.zeros(4, np.int64), [0], entry("run_fleet")

    def go(until: float, whole: bool) -> bool:
        upto = len(order) if whole else int(np.searchsorted(times, until, side="left"))
        part = rq._replace(order=order[at[0] : upto])
        stand[U_MORE] = upto < len(order)
        go_on(
            until, ROUTING.index(policy.routing), draws, control_s, control, stand, Z, *engine,
            home, (work[0], work[1], work[2]), state, part, re,
        )  # fmt: skip
        at[0] = upto
        return upto < len(order) or stand.item(U_HELD) > 0

    return go


def control_events(policy: Policy, replicas: int, until_s: float) -> tuple[Array, IntArray]:
    """Failures, repairs and scaling ticks in order of time: times, and (kind, replica)."""
    events: list[tuple[float, int, int]] = []
    for f in policy.failures:
        if not 0 <= f.replica < replicas or not f.at_s >= 0 or not f.repair_s > 0:
            raise InputError("a failure names no replica or no time", value=repr(f))
        events.append((f.at_s, 0, f.replica))
        if math.isfinite(f.repair_s):
            events.append((f.at_s + f.repair_s, 1, f.replica))
    if policy.autoscale is not None:
        events += [(float(x), 2, -1) for x in tick_times(policy.autoscale, until_s)]
    events.sort()
    times = np.array([e[0] for e in events], dtype=float)
    return times, np.array([e[1:] for e in events], np.int64).reshape(-1, 2)
