"""What `outlay simulate` does: traffic from a trace or drawn, a replica, a run, a document."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np

from outlay.core.errors import InputError, Problem
from outlay.performance.constants.calibrated import Calibrated
from outlay.results.chips_models import Chip, Model
from outlay.results.document import extended
from outlay.results.models.simulation import Offloading, Simulation, Summary
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.pools import run_split
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import dense
from outlay.serving.metrics import Slo, summary
from outlay.serving.sizing.replica import Replica, replica_for
from outlay.serving.spec import Lengths
from outlay.serving.traffic.chunks import is_chunks
from outlay.serving.traffic.generate import service_traffic, spread_slots
from outlay.serving.traffic.loaders import Trace, load_trace
from outlay.serving.traffic.requests import Traffic

__all__ = [
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


def checked_slo(ttft_s: float | None, tpot_s: float | None, percentile: float) -> Slo:
    """Limits as given, or InputError naming each that cannot be."""
    problems = [
        Problem(f"{name} must be a positive number of seconds", value=str(value))
        for name, value in (("--ttft-p99", ttft_s), ("--tpot-p99", tpot_s))
        if value is not None and not 0 < value < 1e9
    ]
    if not 0 < percentile < 1:
        problems.append(Problem("--percentile must be between 0 and 1", value=str(percentile)))
    if ttft_s is None and tpot_s is None:
        problems.append(
            Problem("no limit to size for", allowed="--ttft-p99 S, --tpot-p99 S, or both")
        )
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
) -> tuple[Records, Summary, float]:
    """Run, summarise; also the wall-clock seconds of both together.

    prefill_replicas: with any, prompts run there and `replicas` only decode.
    """
    table = dense(replica.table)
    records: Records
    begin = time.perf_counter()
    if prefill_replicas < 0:
        raise InputError("prefill replicas must not be negative", value=str(prefill_replicas))
    if prefill_replicas:
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
        records = run(t, table, policy, replicas=replicas, seed=seed, workers=workers)
    result = summary(records, slo)
    return records, result, time.perf_counter() - begin


def simulation_document(
    summary_: Summary,
    replica: Replica,
    replicas: int,
    wall_s: float,
    warnings: tuple[str, ...],
    *,
    prefill_replicas: int = 0,
    offload: Offloading | None = None,
) -> Simulation:
    """What a run did, on what, and how long it took."""
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
    )
