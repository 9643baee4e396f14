"""Run requests through replicas: pack the arrays, call the compiled engine, return records.

Independent routing (random, round robin) splits the arrivals first and runs each replica alone
(thinning); routing that looks at load runs the whole fleet behind one router.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.errors import InputError, Problem
from outlay.core.seeds import stream
from outlay.serving.engine.code.entries import entry
from outlay.serving.engine.fleets.rules import checked_rule
from outlay.serving.engine.policy import PREFIX_CACHES, ROUTING, Clients, Offload, Policy
from outlay.serving.engine.steps import PROGRESS_DEN, DenseTable
from outlay.serving.traffic.chains import PrefixTree, no_tree, prefix_tree
from outlay.serving.traffic.requests import Traffic

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState, Requests, Results
    from outlay.serving.engine.tiers import Offloaded

__all__ = ["Records", "run"]

INDEPENDENT = ("random", "round_robin")
Int32s = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Records:
    """What happened to each request, and to each replica. Arrays [request] unless said.

    start_s: first admission; first_s: first token; end_s: last token; NaN where it did not
    happen. cached_tokens: prefix hit at first admission. replica: -1 where never routed
    (a request that can never fit is rejected: `rejected`). made: tokens produced.
    Per replica: busy_s, on_s, running_s (sequence-seconds), steps, prefilled_tokens,
    peak_blocks, evicted_blocks. scaling: [tick, (time_s, replicas on, requests in flight)];
    switched: [switch, (time_s, replicas more or fewer on)] by a rule, in order of time.
    gap_s: seconds between start and end in which no replica held a request, over all of them.
    offloaded: with tiers beside memory, what they did.
    turned: 1 where a queue was full, 2 where it waited too long (`Policy.admission`); empty: none.
    place: in the traffic that was given, where that waited for ends: rows are in order of sending,
    `traffic` says when each was sent, and what was never sent is left out.
    """

    traffic: Traffic
    start_s: Array
    first_s: Array
    end_s: Array
    cached_tokens: Int32s
    replica: Int32s
    preemptions: Int32s
    made: Int32s
    rejected: BoolArray
    busy_s: Array
    on_s: Array
    running_s: Array
    kv_block_s: Array
    steps: IntArray
    prefilled_tokens: IntArray
    peak_blocks: IntArray
    evicted_blocks: IntArray
    until_s: float
    table: DenseTable
    scaling: Array = field(default_factory=lambda: np.empty((0, 3)))
    switched: Array = field(default_factory=lambda: np.empty((0, 2)))
    tables: tuple[DenseTable, ...] = ()  # per pool, where there are several
    gap_s: float = 0.0
    offloaded: Offloaded | None = None
    turned: Int32s = field(default_factory=lambda: np.empty(0, np.int32))
    place: IntArray = field(default_factory=lambda: np.empty(0, np.int64))


def _params(
    t: DenseTable, policy: Policy, classes: int, nodes: int, given: bool
) -> tuple[IntArray, Array]:
    max_batch = min(t.max_batch, policy.max_batch or t.max_batch)
    problems = []
    if policy.token_budget <= 0:
        problems.append(Problem("token_budget must be positive", value=str(policy.token_budget)))
    if not 0 <= policy.watermark < 1:
        problems.append(Problem("watermark must be in [0, 1)", value=str(policy.watermark)))
    if max_batch >= 1 << 20:
        problems.append(Problem("max_batch must be below 2^20", value=str(max_batch)))
    if problems:
        raise InputError(problems)
    cache = nodes > 0 and policy.prefix_cache == "lru"
    ints = np.array(
        [
            max_batch,
            policy.token_budget,
            t.block_tokens,
            t.capacity_blocks,
            t.progress_num,
            classes,
            cache,
            policy.ready,
            math.floor(policy.watermark * t.capacity_blocks),
            nodes,
            given,
        ],
        np.int64,
    )
    router = (policy.prefix_weight, policy.match_share, policy.balance_above, policy.balance_times)
    return ints, np.array([*t.pre, policy.cache_life_s, *router])


def never_fits(traffic: Traffic, t: DenseTable) -> BoolArray:
    """Requests whose whole context is larger than a replica's KV cache: rejected on arrival."""
    ahead = -(-t.progress_num // PROGRESS_DEN)
    tokens = traffic.input_tokens.astype(np.int64) + traffic.output_tokens - 1 + ahead
    return np.asarray(-(-tokens // t.block_tokens) > t.capacity_blocks)


def run(
    traffic: Traffic,
    table: DenseTable,
    policy: Policy | None = None,
    *,
    replicas: int = 1,
    until_s: float = math.inf,
    seed: int = 0,
    workers: int = 1,
    clients: Clients | None = None,
) -> Records:
    """Simulate `traffic` on `replicas` replicas, each with step times `table`.

    until_s: stop there; what is unfinished stays NaN. Same seed, same result for any `workers`.
    clients: send the requests in a closed loop. Raises InputError for impossible parameters.
    """
    from outlay.serving.engine import state as S  # noqa: N812
    from outlay.serving.engine.fleets.together import empty_fleet, together

    policy = policy or Policy()
    _check(policy, replicas)
    n = len(traffic)
    chains = traffic.has_prefixes and policy.prefix_cache == "lru"
    given = traffic.has_prefixes and policy.prefix_cache == "given"
    tree = prefix_tree(traffic, table.block_tokens) if chains else no_tree(traffic)
    ints = _packed(traffic, tree)
    rejected = never_fits(traffic, table)
    order = np.flatnonzero(~rejected).astype(np.int32)
    rq = S.Requests(traffic.arrival_s, ints, order, tree.nodes)
    times = np.full((n, 3), np.nan)
    done = np.zeros((n, 5), np.int32)
    done[:, S.W_REPLICA] = -1
    if policy.ready:
        times[:, S.T_FIRST] = traffic.arrival_s
        done[:, S.W_MADE] = 1
    re = S.Results(times, done)
    classes = int(np.max(traffic.priority)) + 1
    params, floats = _params(table, policy, classes, len(tree.nodes) if chains else 0, given)
    offload = policy.offload if chains else None
    loaded = np.zeros(n if offload else 0, np.int32)
    empty = partial(empty_fleet, params, tree, offload, loaded)
    draws = draw_routes(policy, n, seed)
    states: list[FleetState]
    if sends_wait(traffic, policy, clients):
        states = [empty(replicas)]
        fleet = (params, floats, states[0], tree.homes)
        found = _waiting(
            traffic, table, policy, clients, fleet, rq, re, rejected, draws, until_s, seed
        )
    elif runs_apart(policy, replicas):
        feeds = [order]
        if replicas > 1:
            owner = _owners(policy.routing, order, replicas, draws)
            feeds = [np.ascontiguousarray(order[owner == r]) for r in range(replicas)]
        done[order, S.W_REPLICA] = owner if replicas > 1 else 0
        states = _apart(rq, re, params, floats, table, feeds, until_s, workers, empty)
        logs = (np.empty((0, 3)), np.empty((0, 2)))
        found = _records(traffic, table, rejected, times, done, states, logs, until_s)
    else:
        engine = (params, floats, table.base_s, table.slope_s)
        states = [empty(replicas)]
        logs = together(rq, re, engine, policy, states[0], until_s, draws, tree.homes)
        found = _records(traffic, table, rejected, times, done, states, logs, until_s)
    return _with_tiers(found, offload, states)


def _with_tiers(found: Records, offload: Offload | None, states: list[FleetState]) -> Records:
    """Records with what tiers did, where there were any; rows in the order of the records."""
    if offload is None:
        return found
    from outlay.serving.engine.tiers import tally

    did = tally(offload, [s.tiers for s in states if s.tiers is not None])
    if len(found.place):
        did = replace(did, loaded_tokens=did.loaded_tokens[found.place])
    return replace(found, offloaded=did)


def _packed(t: Traffic, tree: PrefixTree) -> Int32s:
    """Requests' integers as the engine reads them: `state.Q_...`."""
    columns: list[npt.NDArray[np.integer]] = [t.input_tokens, t.output_tokens, t.priority]
    if t.has_prefixes:
        columns += [t.shared_tokens, tree.leaf, t.session]
    ints = np.empty((len(t), len(columns)), np.int32)
    for k, column in enumerate(columns):
        ints[:, k] = column
    return ints


def runs_apart(policy: Policy, replicas: int) -> bool:
    """Whether each replica can be run alone, with requests that were parted beforehand."""
    still = (policy.autoscale is None or replicas == 1) and not policy.failures
    return still and (policy.routing in INDEPENDENT or replicas == 1)


def _check(policy: Policy, replicas: int) -> None:
    if policy.prefix_cache not in PREFIX_CACHES:
        allowed = ", ".join(PREFIX_CACHES)
        raise InputError("unknown prefix_cache", value=policy.prefix_cache, allowed=allowed)
    if policy.routing not in ROUTING:
        allowed = ", ".join(sorted(ROUTING))
        raise InputError("unknown routing", value=policy.routing, allowed=allowed)
    if not 1 <= replicas <= 32_000:
        raise InputError("replicas must be 1 to 32000", value=str(replicas))
    if policy.autoscale is not None:
        checked_rule(policy.autoscale)


def _waiting(
    traffic: Traffic, table: DenseTable, policy: Policy, clients: Clients | None,
    fleet: tuple[IntArray, Array, FleetState, int], rq: Requests, re: Results, rejected: BoolArray,
    draws: Array, until_s: float, seed: int,
) -> Records:  # fmt: skip
    """A run in which a request is sent when others end; its rows in order of sending."""
    from outlay.serving.engine.fleets.sending import run_sends

    state, sent, turned, logs = run_sends(
        traffic, table, policy, clients, fleet, rq, re, rejected, draws, until_s, seed
    )
    place = np.argsort(sent, kind="stable")[: np.count_nonzero(np.isfinite(sent))]
    times, done = np.asarray(re.times, np.float64)[place], np.asarray(re.ints, np.int32)[place]
    moved = replace(traffic, arrival_s=sent).part(place)
    found = _records(moved, table, rejected[place], times, done, [state], logs, until_s)
    return replace(found, turned=turned[place], place=place)


def sends_wait(traffic: Traffic, policy: Policy, clients: Clients | None) -> bool:
    """Whether when a request is sent, or whether it is served, hangs on others."""
    return clients is not None or traffic.waits or policy.admission is not None


def draw_routes(policy: Policy, n: int, seed: int) -> Array:
    if policy.routing not in ("random", "power_of_two"):
        return np.empty((0, 2))
    return stream(seed, "serving", "routing").random((n, 2))


def _owners(how: str, order: Int32s, replicas: int, draws: Array) -> npt.NDArray[np.int16]:
    """The replica of each request of `order`, where routing looks at no load."""
    if how == "random":
        return (draws[:, 0][order] * replicas).astype(np.int16).clip(None, replicas - 1)
    return (np.arange(len(order)) % replicas).astype(np.int16)


def _apart(
    rq: Requests,
    re: Results,
    ints: IntArray,
    floats: Array,
    table: DenseTable,
    feeds: list[Int32s],
    until_s: float,
    workers: int,
    empty: Callable[[int], FleetState],
) -> list[FleetState]:
    """Each replica alone with its feed."""
    from outlay.serving.engine.fleets.together import room_to_look
    from outlay.serving.engine.state import R_LAST

    def one(feed: Int32s) -> FleetState:
        state = empty(1)
        state.row[0, R_LAST] = len(feed)
        seen = room_to_look(state)
        entry("run_pool")(
            until_s, ints, floats, table.base_s, table.slope_s, feed, seen, state, rq, re
        )
        return state

    if workers > 1 and len(feeds) > 1:
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(one, feeds))
    return [one(feed) for feed in feeds]


def _records(
    traffic: Traffic,
    table: DenseTable,
    rejected: BoolArray,
    times: Array,
    done: Int32s,
    states: list[FleetState],
    logs: tuple[Array, Array],
    until_s: float,
) -> Records:
    from outlay.serving.engine import state as S  # noqa: N812
    from outlay.serving.engine.state import R_EVICTED

    row = np.concatenate([np.asarray(s.row, np.int64) for s in states])
    flo = np.concatenate([np.asarray(s.flo, np.float64) for s in states])
    end = times[:, S.T_END]
    ends = end[np.isfinite(end)] if not math.isfinite(until_s) else np.empty(0)
    stop = until_s if math.isfinite(until_s) else float(np.max(ends)) if len(ends) else 0.0
    on_s = flo[:, S.F_ON]
    if len(states) > 1 or not np.any(on_s):
        on_s = np.full(len(row), stop)
    return Records(
        traffic=traffic,
        start_s=times[:, S.T_START],
        first_s=times[:, S.T_FIRST],
        end_s=times[:, S.T_END],
        cached_tokens=done[:, S.W_CACHED],
        replica=done[:, S.W_REPLICA],
        preemptions=done[:, S.W_PREEMPTED],
        made=done[:, S.W_MADE],
        rejected=rejected,
        busy_s=flo[:, S.F_BUSY],
        on_s=on_s,
        running_s=flo[:, S.F_RUN],
        kv_block_s=flo[:, S.F_KV],
        steps=row[:, S.R_STEPS],
        prefilled_tokens=row[:, S.R_PREFILLED],
        peak_blocks=row[:, S.R_PEAK],
        evicted_blocks=row[:, R_EVICTED],
        until_s=stop,
        table=table,
        scaling=logs[0],
        switched=logs[1],
    )
