"""Replay or draw requests on replicas of a model on a chip."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.models import serving_options as o
from outlay.api.says import File, Says
from outlay.results.document import Document, extended
from outlay.results.models.simulation import Simulation

if TYPE_CHECKING:
    from outlay.serving.metrics import Slo
    from outlay.serving.requests import Requests
    from outlay.serving.traffic.requests import Traffic

__all__ = ["Simulated", "simulate"]

TRACE = "Requests: a table or JSON in any published form, or a folder of ServeGen or of sessions."


@dataclass(frozen=True, slots=True, repr=False)
class Simulated(Simulation):
    """A simulation that was run here, with what happened to each request."""

    records: Requests = field(kw_only=True, compare=False)
    """A row a request: `.to_polars()`, `.write(path)`."""
    slo: Slo = field(kw_only=True)
    """The limits that goodput was counted for."""

    def save(self, folder: str | Path) -> Path:
        """Write `simulation.json` and the pictures into the folder; returns the former's path."""
        from outlay.report.pictures.serving import latency_picture, timeline_picture
        from outlay.report.theme import write_pictures

        path = Document.save(self, folder)
        records = self.records.records
        write_pictures({
            path.with_name("latency.svg"): latency_picture(records, self.slo),
            path.with_name("timeline.svg"): timeline_picture(records),
        })  # fmt: skip
        return path


@checked
def simulate(
    *,
    model: o.ModelName,
    chip: o.ChipName,
    trace: Annotated[File | None, Says(TRACE)] = None,
    clients: Annotated[File | None, Says("Client rates (ServeGen) instead of a trace.")] = None,
    workload: Annotated[
        File | None, Says("A load test's YAML (inference-perf) instead of a trace.")
    ] = None,
    rate: Annotated[
        float | None, Says("Draw requests at this rate, 1/s.", least=1e-9, most=1e9)
    ] = None,
    requests: Annotated[int, Says("How many to draw.", least=1, most=50_000_000)] = 20_000,
    isl: o.Isl = 1024.0,
    osl: o.Osl = 256.0,
    burst_cv: o.BurstCv = 1.0,
    length_cv: o.LengthCv = 0.0,
    replicas: Annotated[int, Says("Replicas behind the router.", least=1, most=32_000)] = 1,
    n_chips: o.Chips = None,
    tp: o.Tp = None,
    pp: o.Pp = 1,
    dp: o.Dp = 1,
    ep: o.Ep = 1,
    weights: o.Weights = "",
    kv: o.Kv = "bf16",
    stack: o.StackName = "",
    calibration: o.CalibrationFolder = None,
    prefill_replicas: Annotated[
        int,
        Says("Split: this many replicas prefill, `--replicas` decode.", least=0, most=32_000),
    ] = 0,
    routing: o.Routing = "least_loaded",
    prefix_weight: o.PrefixWeight = None,
    prefix_cache: o.PrefixCache = "lru",
    cache_life: Annotated[
        float | None, Says("Life of an unused prefix, s.", least=0, most=1e9)
    ] = None,
    offload: o.Offload = "",
    offload_write: o.OffloadWrite = "through",
    offload_load: o.OffloadLoad = "overlap",
    token_budget: Annotated[int, Says("Tokens of one step.", least=1, most=2**30)] = 8192,
    max_batch: Annotated[
        int | None, Says("Most sequences in a batch.", least=1, most=2**20 - 1)
    ] = None,
    ttft_p99: Annotated[
        float | None, Says("TTFT limit for goodput, s.", least=1e-6, most=1e6)
    ] = None,
    tpot_p99: Annotated[
        float | None, Says("TPOT limit for goodput, s.", least=1e-6, most=1e6)
    ] = None,
    speed: o.Speed = 1.0,
    spread: o.Spread = 0.0,
    sort: o.Sort = False,
    session_rate: o.SessionRate = 0.05,
    columns: o.Columns = "",
    time_unit: o.TimeUnit = "",
    block_tokens: o.BlockTokens = None,
    seed: o.Seed = 0,
    workers: Annotated[int, Says("Threads (independent routing only).", least=1, most=1024)] = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> Simulated:
    """Simulate serving: latency, throughput, preemptions and energy of a trace on replicas.

    Raises InputError for a source, layout or policy that cannot be, TableError for a trace that
    cannot be read, InfeasibleError where the model does not fit.

    >>> found = simulate(model="llama-3.1-8b", chip="h100-sxm", tp=1, rate=2.0, requests=200)
    >>> (found.completed, len(found.records))
    (200, 200)
    """
    from outlay.api.models.questions import chosen, config_notes, format_note, promise_notes
    from outlay.api.models.served import (
        idle_notes,
        longer_note,
        none_fits_note,
        overhead_notes,
        routing_note,
        served,
        source_of,
        weight_of_prefixes,
    )
    from outlay.core.errors import InputError, Problem
    from outlay.performance import read_calibration
    from outlay.serving import offload as tiers
    from outlay.serving import replay
    from outlay.serving.engine.policy import PREFIX_CACHES, ROUTING, Policy
    from outlay.serving.metrics import Slo
    from outlay.serving.requests import Requests
    from outlay.serving.traffic.columns import columns_of

    def one_source() -> None:
        if sum(s is not None for s in (trace, clients, workload, rate)) != 1:
            raise InputError(
                Problem(
                    "give exactly one source of requests",
                    allowed="--trace FILE, --clients FILE, --workload FILE or --rate R",
                )
            )

    on = served(
        model, chip, one_source, partial(chosen, "--routing", routing, ROUTING),
        partial(weight_of_prefixes, prefix_weight, routing),
        partial(chosen, "--prefix-cache", prefix_cache, PREFIX_CACHES),
        partial(chosen, "--offload-write", offload_write, tiers.WRITES),
        partial(chosen, "--offload-load", offload_load, tiers.LOADS),
        lambda: offload and tiers.asked_tiers(offload),
        weights=weights, kv=kv, stack=stack, n_chips=n_chips, tp=tp, pp=pp, dp=dp, ep=ep,
    )  # fmt: skip
    fitted = read_calibration(calibration) if calibration else None
    t: Traffic
    warnings: tuple[str, ...] = ()
    source = "rate"
    if trace is not None:
        source = source_of("trace", trace)
        t, warnings = replay.read_traffic(
            trace, sort=sort, spread_s=spread, speed=speed, session_rate=session_rate, seed=seed,
            columns=columns_of(columns), time_unit=time_unit, block_tokens=block_tokens,
            requests=requests, mean_tokens=(isl, osl),
        )  # fmt: skip
    elif clients is not None:
        source = source_of("clients", clients)
        from outlay.serving.traffic.clients import client_traffic

        t, warnings = client_traffic(
            Path(clients), most=requests, seed=seed, mean_tokens=(isl, osl)
        )
    elif workload is not None:
        source = "workload"
        from outlay.serving.traffic.workload import workload_traffic

        t, warnings = workload_traffic(Path(workload), seed=seed)
    else:
        assert rate is not None
        t = replay.drawn_traffic(requests, rate, isl, osl, burst_cv, length_cv, seed)
    warnings += idle_notes(
        simulate,
        source,
        requests=requests, isl=isl, osl=osl, burst_cv=burst_cv, length_cv=length_cv, sort=sort,
        spread=spread, speed=speed, session_rate=session_rate, columns=columns,
        time_unit=time_unit, block_tokens=block_tokens,
    )  # fmt: skip
    policy = Policy(
        routing=chosen("--routing", routing, ROUTING),
        token_budget=token_budget,
        max_batch=max_batch,
        prefix_weight=weight_of_prefixes(prefix_weight, routing),
        prefix_cache=chosen("--prefix-cache", prefix_cache, PREFIX_CACHES),
        cache_life_s=math.inf if cache_life is None else cache_life,
    )
    warnings = (
        *config_notes(on.model), *warnings, *longer_note(on.model, t),
        *promise_notes(**{"--ttft-p99": ttft_p99, "--tpot-p99": tpot_p99}),
        *format_note(on.model, on.chip, on.weights), *routing_note(policy, t),
        *tiers.idle_note(
            offload, chosen("--prefix-cache", prefix_cache, PREFIX_CACHES), prefixes=t.has_prefixes
        ),
    )  # fmt: skip
    for w in warnings:
        progress(f"note: {w}")
    replica = replay.replica_for_traffic(
        t, on.model, on.chip, n_chips=n_chips, tp=tp, pp=pp, dp=dp, ep=ep, weights=on.weights,
        kv=on.kv, stack=stack, calibration=fitted,
    )  # fmt: skip
    own = overhead_notes(fitted, replica)
    warnings += own
    for w in own:
        progress(f"note: {w}")
    token_bytes = replica.cache_bytes()
    beside = tiers.offload_of(
        tiers.asked_tiers(offload), token_bytes,
        write=chosen("--offload-write", offload_write, tiers.WRITES),
        load=chosen("--offload-load", offload_load, tiers.LOADS),
    ) if offload else None  # fmt: skip
    policy = replace(policy, offload=beside)
    slo = Slo(ttft_p99, tpot_p99)
    records, result, wall_s = replay.simulate(
        t, replica, replicas=replicas, policy=policy, slo=slo, seed=seed, workers=workers,
        prefill_replicas=prefill_replicas,
    )  # fmt: skip
    if records.rejected.all():
        warnings += (none_fits_note(t, replica),)
        progress(f"note: {warnings[-1]}")
    doc = replay.simulation_document(
        result, replica, replicas, wall_s, warnings, prefill_replicas=prefill_replicas,
        offload=tiers.offload_row(beside, records, token_bytes),
    )  # fmt: skip
    return extended(Simulated, doc, records=Requests(records), slo=slo)
