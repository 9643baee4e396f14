"""Replay or draw requests on replicas of a model on a chip."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
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
    from outlay.performance.types import StepTable
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
    steps: StepTable = field(kw_only=True, compare=False, repr=False)
    """Step times that a replica ran with."""

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
    concurrency: Annotated[int | None, o.CONCURRENCY] = None,
    users: Annotated[
        int | None, Says("Closed loop: users at once, with --think.", least=1, most=10**7)
    ] = None,
    think: o.Think = 0.0,
    thinking: o.Thinking = "fixed",
    ramp: o.Ramp = 0.0,
    max_concurrency: Annotated[int | None, o.CAP] = None,
    requests: Annotated[int, Says("How many to draw.", least=1, most=50_000_000)] = 20_000,
    isl: o.Isl = 1024.0,
    osl: o.Osl = 256.0,
    burst_cv: o.BurstCv = 1.0,
    length_cv: o.LengthCv = 0.0,
    replicas: Annotated[int, Says("Replicas behind the router.", least=1, most=32_000)] = 1,
    n_chips: Annotated[int | None, o.CHIPS] = None,
    tp: Annotated[int | None, o.TP] = None,
    pp: o.Pp = 1,
    dp: o.Dp = 1,
    ep: o.Ep = 1,
    weights: o.Weights = "",
    kv: o.Kv = "bf16",
    stack: o.StackName = "",
    calibration: Annotated[File | None, o.CALIBRATION_FOLDER] = None,
    prefill_replicas: Annotated[
        int,
        Says("Split: this many replicas prefill, `--replicas` decode.", least=0, most=32_000),
    ] = 0,
    routing: o.Routing = "least_loaded",
    prefix_weight: Annotated[float | None, o.PREFIX_WEIGHT] = None,
    prefix_cache: o.PrefixCache = "lru",
    cache_life: Annotated[
        float | None, Says("Life of an unused prefix, s.", least=0, most=1e9)
    ] = None,
    offload: o.Offload = "",
    offload_write: o.OffloadWrite = "through",
    offload_load: o.OffloadLoad = "overlap",
    slack: Annotated[float | None, o.SLACK] = None,
    token_budget: o.TokenBudget = 8192,
    max_batch: Annotated[int | None, o.MAX_BATCH] = None,
    watermark: o.Watermark = 0.01,
    kv_tokens: Annotated[int | None, o.KV_TOKENS] = None,
    memory_share: Annotated[float | None, o.MEMORY_SHARE] = None,
    kv_block: Annotated[int | None, o.KV_BLOCK] = None,
    speculative: Annotated[float | None, o.TOKENS_PER_STEP] = None,
    step_table: Annotated[File | None, o.STEP_FILE] = None,
    max_waiting: Annotated[int | None, o.MOST_WAITING] = None,
    max_wait: Annotated[float | None, o.MOST_WAIT] = None,
    autoscale: o.ScaleRule = "",
    fail: Annotated[list[str] | None, o.FAILING] = None,
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
    block_tokens: Annotated[int | None, o.BLOCK_TOKENS] = None,
    seed: o.Seed = 0,
    seeds: o.Seeds = 1,
    workers: Annotated[int, Says("Threads (independent routing only).", least=1, most=1024)] = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> Simulated:
    """Simulate serving: latency, throughput, preemptions and energy of a trace on replicas.

    Requests come at times of their own (a trace, a rate), or in a closed loop: --concurrency or
    --users send the next one when one ends, of the lengths asked for or of a trace in its order.

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
        of_share,
        other_size_note,
        overhead_notes,
        routing_note,
        served,
        source_of,
        speculative_note,
        weight_of_prefixes,
        with_options,
    )
    from outlay.performance import read_calibration
    from outlay.serving import offload as tiers
    from outlay.serving import replay
    from outlay.serving.engine.policy import PREFIX_CACHES, ROUTING, Policy
    from outlay.serving.metrics import Slo
    from outlay.serving.options import (
        admission_of,
        autoscale_of,
        clients_of,
        failures_of,
        fits_fleet,
        loop_notes,
        ran_notes,
        refuse_idle,
    )
    from outlay.serving.requests import Requests

    sources = {"trace": trace, "clients": clients, "workload": workload, "rate": rate}
    sending = partial(clients_of, concurrency, users, think, thinking, ramp, max_concurrency)
    on = served(
        model, chip,
        partial(_one_source, sources, concurrency=concurrency, users=users, cap=max_concurrency),
        partial(chosen, "--routing", routing, ROUTING),
        partial(weight_of_prefixes, prefix_weight, routing),
        partial(chosen, "--prefix-cache", prefix_cache, PREFIX_CACHES),
        partial(chosen, "--offload-write", offload_write, tiers.WRITES),
        partial(chosen, "--offload-load", offload_load, tiers.LOADS),
        lambda: offload and tiers.asked_tiers(offload),
        sending, lambda: fits_fleet(autoscale_of(autoscale), autoscale, replicas),
        partial(failures_of, fail or (), replicas),
        partial(
            refuse_idle, routing=routing, slack=slack, prefix_cache=prefix_cache,
            cache_life=cache_life, offload=offload, offload_write=offload_write,
            offload_load=offload_load, think=think, thinking=thinking,
            memory_share=memory_share, kv_tokens=kv_tokens, table=step_table,
        ),
        weights=weights, kv=kv, stack=stack, n_chips=n_chips, tp=tp, pp=pp, dp=dp, ep=ep,
    )  # fmt: skip
    fitted = read_calibration(calibration) if calibration else None
    drawn = partial(
        _drawn, sources, requests=requests, isl=isl, osl=osl, burst_cv=burst_cv,
        length_cv=length_cv, sort=sort, spread=spread, speed=speed, session_rate=session_rate,
        columns=columns, time_unit=time_unit, block_tokens=block_tokens,
    )  # fmt: skip
    t, warnings = drawn(seed)
    warnings += idle_notes(
        simulate,
        next(
            (
                source_of(n, {"trace": trace, "clients": clients}.get(n))
                for n, s in sources.items() if s is not None
            ),
            "concurrency",
        ),
        requests=requests, isl=isl, osl=osl, burst_cv=burst_cv, length_cv=length_cv, sort=sort,
        spread=spread, speed=speed, session_rate=session_rate, columns=columns,
        time_unit=time_unit, block_tokens=block_tokens,
    )  # fmt: skip
    policy = Policy(
        routing=chosen("--routing", routing, ROUTING),
        token_budget=token_budget,
        max_batch=max_batch,
        prefix_weight=weight_of_prefixes(prefix_weight, routing),
        watermark=watermark,
        slack=math.inf if slack is None else slack,
        prefix_cache=chosen("--prefix-cache", prefix_cache, PREFIX_CACHES),
        cache_life_s=math.inf if cache_life is None else cache_life,
        admission=admission_of(max_waiting, max_wait),
        autoscale=autoscale_of(autoscale),
        failures=failures_of(fail or (), replicas),
        load_delay_s=0.0,  # a repair is over when the replica serves again
    )
    warnings = (
        *config_notes(on.model), *warnings, *longer_note(on.model, t),
        *promise_notes(**{"--ttft-p99": ttft_p99, "--tpot-p99": tpot_p99}),
        *format_note(on.model, on.chip, on.weights), *routing_note(policy, t),
        *loop_notes(sending(), t), *speculative_note(speculative),
        *tiers.idle_note(
            offload, chosen("--prefix-cache", prefix_cache, PREFIX_CACHES), prefixes=t.has_prefixes
        ),
    )  # fmt: skip
    for w in warnings:
        progress(f"note: {w}")
    replica = with_options(
        replay.replica_for_traffic(
            t, on.model, on.chip, n_chips=n_chips, tp=tp, pp=pp, dp=dp, ep=ep, weights=on.weights,
            kv=on.kv, stack=stack,
            calibration=of_share(fitted, memory_share, stack),
        ), step_table, kv_tokens, kv_block, speculative,
    )  # fmt: skip
    own = overhead_notes(fitted, replica) + other_size_note(replica)
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
    runs = partial(
        replay.simulate, replica=replica, replicas=replicas, policy=policy, slo=slo,
        workers=workers, prefill_replicas=prefill_replicas, clients=sending(),
    )  # fmt: skip
    records, result, wall_s = runs(t, seed=seed)
    others = [runs(drawn(seed + k)[0], seed=seed + k)[1] for k in range(1, seeds)]
    late = ran_notes(records, policy.failures, (result, *others), sending())
    if records.rejected.all():
        late += (none_fits_note(t, replica, kv_tokens),)
    for w in late:
        progress(f"note: {w}")
    warnings += late
    doc = replay.simulation_document(
        result, replica, replicas, wall_s, warnings, prefill_replicas=prefill_replicas,
        offload=tiers.offload_row(beside, records, token_bytes), records=records,
        clients=sending(), over_seeds=(result, *others), policy=policy, slo=slo, asked=t,
    )  # fmt: skip
    return extended(Simulated, doc, records=Requests(records), slo=slo, steps=replica.table)


def _one_source(
    sources: Mapping[str, object], *, concurrency: int | None, users: int | None, cap: int | None
) -> None:
    """Raise InputError unless requests come from one place, and are sent in one way."""
    from outlay.core.errors import InputError, Problem

    given = [name for name, value in sources.items() if value is not None]
    closed = concurrency is not None or users is not None
    if len(given) > 1 or (not given and not closed):
        raise InputError(
            Problem(
                "give exactly one source of requests",
                allowed="--trace FILE, --clients FILE, --workload FILE or --rate R; a closed loop "
                "(--concurrency N, --users N) needs none",
            )
        )
    if closed and sources["rate"] is not None:
        raise InputError(
            Problem(
                "an open and a closed loop at once",
                "--rate",
                f"{sources['rate']}",
                "--rate R, or --concurrency N",
                "--max-concurrency N caps an open loop",
            )
        )
    if cap is not None and not given:
        raise InputError(Problem("a cap on nothing", "--max-concurrency", f"{cap}", "with a rate"))


def _drawn(
    sources: Mapping[str, object], seed: int, *, requests: int, isl: float, osl: float,
    burst_cv: float, length_cv: float, sort: bool, spread: float, speed: float,
    session_rate: float, columns: str, time_unit: str, block_tokens: int | None,
) -> tuple[Traffic, tuple[str, ...]]:  # fmt: skip
    """The requests from where they come, and what is to be said of them."""
    from outlay.serving import replay
    from outlay.serving.traffic.columns import columns_of

    trace, clients, workload = (
        None if sources[name] is None else Path(str(sources[name]))
        for name in ("trace", "clients", "workload")
    )
    if trace is not None:
        return replay.read_traffic(
            trace, sort=sort, spread_s=spread, speed=speed, session_rate=session_rate, seed=seed,
            columns=columns_of(columns), time_unit=time_unit, block_tokens=block_tokens,
            requests=requests, mean_tokens=(isl, osl),
        )  # fmt: skip
    if clients is not None:
        from outlay.serving.traffic.clients import client_traffic

        return client_traffic(clients, most=requests, seed=seed, mean_tokens=(isl, osl))
    if workload is not None:
        from outlay.serving.traffic.workload import workload_traffic

        return workload_traffic(workload, seed=seed)
    rate = sources["rate"]
    each = float(rate) if isinstance(rate, int | float) else 1.0  # times of a closed loop: unused
    return replay.drawn_traffic(requests, each, isl, osl, burst_cv, length_cv, seed), ()
