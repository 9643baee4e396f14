"""What `outlay simulate` does: traffic from a trace or drawn, a replica, a run, a document."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np

from outlay.core.arrays import Array, BoolArray
from outlay.core.errors import InputError, Problem
from outlay.performance.constants.calibrated import Calibrated
from outlay.results.base import Percentiles
from outlay.results.chips_models import Chip, Model
from outlay.results.document import extended
from outlay.results.models.simulation import (
    Band,
    ClassRow,
    ClosedLoop,
    Offloading,
    PoolsBusy,
    ReplicasOn,
    Simulation,
    Summary,
    TurnedAway,
)
from outlay.serving.engine.policy import Clients, Policy
from outlay.serving.engine.pools import run_split
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import dense
from outlay.serving.metrics import Slo, latencies, percentiles, summary, within
from outlay.serving.overload import overload_of
from outlay.serving.sizing.replica import Replica, replica_for
from outlay.serving.spec import Lengths
from outlay.serving.traffic.chunks import is_chunks
from outlay.serving.traffic.generate import service_traffic, spread_slots
from outlay.serving.traffic.loaders import Trace, load_trace
from outlay.serving.traffic.requests import Traffic

__all__ = [
    "bands",
    "checked_slo",
    "drawn_traffic",
    "of_mean_request",
    "read_traffic",
    "replica_for_traffic",
    "simulate",
    "simulation_document",
]


def read_traffic(
    path: str | Path,
    *,
    sort: bool = False,
    spread_s: float = 0.0,
    speed: float = 1.0,
    session_rate: float = 0.05,
    seed: int = 0,
    columns: Mapping[str, str] = MappingProxyType({}),
    time_unit: str = "",
    block_tokens: int | None = None,
    requests: int = 1_000_000,
    mean_tokens: tuple[float, float] | None = None,
) -> tuple[Traffic, tuple[str, ...]]:
    """A trace ready to replay, and warnings to show.

    spread_s: spread quantised times inside slots of this length. speed: replay this many times
    as fast. session_rate: starts per second of recorded sessions, which have no common clock.
    columns, time_unit, block_tokens: what the trace does not say; see `load_trace`. requests,
    mean_tokens: of a folder of clients, how many are drawn and how long those are whose lengths it
    does not have; see `client_traffic`.
    """
    problems = [
        Problem(f"{name} must be {rule}", value=str(value))
        for name, value, ok, rule in (
            ("speed", speed, 0 < speed < 1e9, "positive"),
            ("spread", spread_s, spread_s >= 0, "at least 0"),
            ("session rate", session_rate, session_rate > 0, "positive"),
        )
        if not ok
    ]
    if problems:
        raise InputError(problems)
    if is_chunks(Path(path)):
        from outlay.serving.traffic.clients import client_traffic

        drawn, said = client_traffic(path, most=requests, seed=seed, mean_tokens=mean_tokens)
        first = (f"{said[0]}; ServeGen clients, a folder", *said[1:])
        if len(drawn) == requests:
            first += (f"the first {requests:,} requests of the folder are drawn",)
        return (drawn if speed == 1.0 else drawn.scaled(speed)), first
    found: Trace = load_trace(
        path, sort=sort, columns=columns, time_unit=time_unit, block_tokens=block_tokens
    )
    t = found.traffic
    if found.session_id is not None:
        from outlay.serving.traffic.sessions import place

        t = place(t, found.session_id, session_rate, seed=seed)
    warnings = [found.said, *found.warnings]
    if spread_s:
        t = replace(t, arrival_s=spread_slots(t.arrival_s, spread_s, seed=seed))
        warnings = [w for w in warnings if "grid" not in w]
    return (t if speed == 1.0 else t.scaled(speed)), tuple(warnings)


def drawn_traffic(
    requests: int, rate: float, isl: float, osl: float, cv: float, length_cv: float, seed: int
) -> Traffic:
    """Poisson (or burstier) traffic with lognormal lengths (`length_cv` 0 = all alike)."""
    if requests < 1 or requests > 50_000_000:
        raise InputError("requests must be 1 to 50 million", value=str(requests))
    return service_traffic(
        requests, rate, isl, osl, Lengths(length_cv, length_cv), cv=cv, seed=seed, name="drawn"
    )


def replica_for_traffic(
    t: Traffic,
    model: str | Model,
    chip: str | Chip,
    *,
    n_chips: int | None = None,
    tp: int | None = None,
    pp: int = 1,
    dp: int = 1,
    ep: int = 1,
    weights: str = "",
    kv: str = "bf16",
    stack: str = "",
    calibration: Calibrated | None = None,
) -> Replica:
    """The named layout, or the best one for the traffic's mean lengths and cached share."""
    ask = partial(
        replica_for, model, chip, n_chips=n_chips, tp=tp, pp=pp, dp=dp, ep=ep, weights=weights,
        kv=kv, stack=stack, calibration=calibration,
    )  # fmt: skip
    return of_mean_request(t, ask)


def of_mean_request(t: Traffic, replica: Callable[..., Replica]) -> Replica:
    """The replica for the traffic's mean lengths and cached share."""
    cached = float(np.sum(t.shared_tokens)) if t.has_prefixes else 0.0
    total = float(np.sum(t.input_tokens))
    return replica(
        total / len(t), float(np.mean(t.output_tokens)),
        cached_share=min(0.99, max(0.0, cached / total)),
    )  # fmt: skip


def checked_slo(
    ttft_s: float | None, tpot_s: float | None, percentile: float, *, classes: str = ""
) -> Slo:
    """Limits as given, or InputError naming each that cannot be; those of `classes` are enough."""
    problems = [
        Problem(f"{name} must be a positive number of seconds", value=str(value))
        for name, value in (("--ttft-p99", ttft_s), ("--tpot-p99", tpot_s))
        if value is not None and not 0 < value < 1e9
    ]
    if not 0 < percentile < 1:
        problems.append(Problem("--percentile must be between 0 and 1", value=str(percentile)))
    if ttft_s is None and tpot_s is None and not classes.strip():
        allowed = "--ttft-p99 S, --tpot-p99 S, or both"
        problems.append(Problem("no limit to size for", allowed=allowed))
    if problems:
        raise InputError(problems)
    return Slo(ttft_s, tpot_s, percentile)


def simulate(
    t: Traffic,
    replica: Replica,
    *,
    replicas: int = 1,
    policy: Policy | None = None,
    slo: Slo | None = None,
    seed: int = 0,
    workers: int = 1,
    prefill_replicas: int = 0,
    clients: Clients | None = None,
) -> tuple[Records, Summary, float]:
    """Run, summarise; also the wall-clock seconds of both together.

    prefill_replicas: with any, prompts run there and `replicas` only decode. clients: send the
    requests in a closed loop.
    """
    table = dense(replica.table)
    records: Records
    begin = time.perf_counter()
    if prefill_replicas < 0:
        raise InputError("prefill replicas must not be negative", value=str(prefill_replicas))
    if prefill_replicas:
        _refuse_split(t, policy, clients)
        records = run_split(
            t,
            table,
            table,
            policy,
            prefill_replicas=prefill_replicas,
            decode_replicas=replicas,
            seed=seed,
        )
    else:
        records = run(
            t, table, policy, replicas=replicas, seed=seed, workers=workers, clients=clients
        )
    result = summary(records, slo)
    return records, result, time.perf_counter() - begin


def _refuse_split(t: Traffic, policy: Policy | None, clients: Clients | None) -> None:
    """Raise InputError where prompts run apart and a part of the question cannot be said so."""
    policy = policy or Policy()
    asked = {
        "users, or a cap on requests in flight": clients is not None,
        "turns that wait for answers": t.waits,
        "--max-waiting or --max-wait": policy.admission is not None,
        "--autoscale or --fail": policy.autoscale is not None or bool(policy.failures),
    }
    problems = [
        Problem(f"{what} with a split fleet", "--prefill-replicas", allowed="one or the other")
        for what, given in asked.items()
        if given
    ]
    if problems:
        raise InputError(problems)


def _loop(
    records: Records, clients: Clients | None, asked: Traffic | None = None
) -> ClosedLoop | None:
    """Who sent the requests, and how many were under way while they did.

    asked: the requests at times of their own, which a cap holds back.
    """
    if clients is None:
        return None
    sent = records.traffic.arrival_s
    stop = sent.item(-1)
    ends: Array = np.nan_to_num(records.end_s + records.table.first_token_s, nan=stop)
    gone = records.rejected | (records.turned > 0)
    under_way: Array = np.where(gone, 0.0, np.minimum(ends, stop) - sent)
    span = stop - sent.item(0)
    rate = back = None
    if clients.timed and asked is not None and len(asked) > 1:
        own: Array = asked.arrival_s
        rate = (len(own) - 1) / max(own.item(-1) - own.item(0), 1e-9)
        back = float(np.mean(sent - own[records.place]))
    return ClosedLoop(
        users=clients.users,
        think_s=clients.think_s,
        thinking=clients.think,
        ramp_s=clients.ramp_s,
        capped=clients.timed,
        in_flight=float(np.sum(under_way)) / span if span else float(np.sum(~gone)),
        asked_req_s=rate,
        held_back_s=back,
    )


def _switched(records: Records, policy: Policy, n_chips: int) -> ReplicasOn | None:
    """Replicas over time, where a rule or failures switch them."""
    if policy.autoscale is None and not policy.failures:
        return None
    end, last = records.until_s, records.traffic.arrival_s.item(-1)
    times, more = records.switched[:, 0], records.switched[:, 1]
    on_s = float(np.sum(np.minimum(records.on_s, end)))
    if not policy.failures:  # what a rule switches after the last token counts for nothing
        on_s = float(np.sum(more * (end - np.minimum(times, end))))
    stands: BoolArray = np.searchsorted(times, times, side="right") == 1 + np.arange(len(times))
    held: Array = np.cumsum(more)
    counts = [int(x) for x in held[stands & (times <= last)].tolist()]
    return ReplicasOn(
        mean=on_s / max(end, 1e-12),
        least=min(counts, default=None),
        most=max(counts, default=None),
        chip_hours=on_s * n_chips / 3600.0,
    )


def _pools_busy(records: Records, prefill_replicas: int) -> PoolsBusy | None:
    """Busy shares of both pools; None where there is one."""
    if not prefill_replicas:
        return None
    busy: Array = records.busy_s / np.maximum(records.on_s, 1e-12)
    return PoolsBusy(
        prefill=float(np.mean(busy[:prefill_replicas])),
        decode=float(np.mean(busy[prefill_replicas:])),
    )


def _classes(records: Records, slo: Slo) -> tuple[ClassRow, ...]:
    """What each class of priority had; nothing where all are of one."""
    t = records.traffic
    ranks: list[int] = np.unique(t.priority).tolist()
    if len(ranks) < 2:
        return ()
    values, limited = latencies(records), slo.ttft_s is not None or slo.tpot_s is not None
    good, more = within(records, slo, values), t.output_tokens > 1
    rows = []
    for rank in ranks:
        mine: BoolArray = t.priority == rank
        rows.append(
            ClassRow(
                priority=rank,
                requests=int(np.sum(mine)),
                completed=int(np.sum(np.isfinite(records.end_s[mine]))),
                preemptions=int(np.sum(records.preemptions[mine])),
                ttft_s=Percentiles(**percentiles(values["ttft"][mine])),
                tpot_s=Percentiles(**percentiles(values["tpot"][mine[more]])),
                goodput_share=float(np.mean(good[mine])) if limited else None,
            )
        )
    return tuple(rows)


def _extreme(each: Sequence[Percentiles], pick: Callable[[list[float]], float]) -> Percentiles:
    """Percentile by percentile; what was never reached is infinite."""

    def of(values: Sequence[float | None]) -> float:
        return pick([math.inf if x is None else x for x in values])

    return Percentiles(
        p50=of([p.p50 for p in each]),
        p90=of([p.p90 for p in each]),
        p99=of([p.p99 for p in each]),
        mean=of([p.mean for p in each]),
    )


def bands(found: Sequence[Summary]) -> tuple[Band, ...]:
    """Least and most of each latency over runs; none of a single one."""
    if len(found) < 2:
        return ()
    latencies = {
        "ttft_s": [s.ttft_s for s in found],
        "tpot_s": [s.tpot_s for s in found],
        "e2e_s": [s.e2e_s for s in found],
        "queue_s": [s.queue_s for s in found],
    }
    return tuple(
        Band(figure, _extreme(each, min), _extreme(each, max)) for figure, each in latencies.items()
    )


def simulation_document(
    summary_: Summary,
    replica: Replica,
    replicas: int,
    wall_s: float,
    warnings: tuple[str, ...],
    *,
    prefill_replicas: int = 0,
    offload: Offloading | None = None,
    records: Records | None = None,
    clients: Clients | None = None,
    over_seeds: Sequence[Summary] = (),
    policy: Policy | None = None,
    slo: Slo | None = None,
    asked: Traffic | None = None,
) -> Simulation:
    """What a run did, on what, and how long it took.

    asked: the requests before they were sent. over_seeds: what it did under each seed, the first
    among them.
    """
    refused, dropped = (
        int(np.count_nonzero(records.turned == k)) if records is not None else 0 for k in (1, 2)
    )
    slo = slo or Slo()
    limits = {"ttft_limit_s": slo.ttft_s, "tpot_limit_s": slo.tpot_s}
    more = {} if records is None else {
        "closed_loop": _loop(records, clients, asked),
        "overload": overload_of(records) if clients is None else None,
        "replicas_on": _switched(records, policy or Policy(), replica.layout.n_chips),
        "pools_busy": _pools_busy(records, prefill_replicas),
        "classes": _classes(records, slo),
    }  # fmt: skip
    return extended(
        Simulation,
        summary_,
        wall_s=wall_s,
        requests_per_wall_s=summary_.requests / max(wall_s, 1e-9),
        replicas=replicas,
        replica=replica.describe(),
        warnings=warnings,
        prefill_replicas=prefill_replicas,
        offload=offload,
        turned_away=TurnedAway(refused, dropped) if refused + dropped else None,
        seeds=max(1, len(over_seeds)),
        bands=bands(over_seeds),
        **limits,
        **more,
    )
