"""What people read of a simulation."""

from __future__ import annotations

from outlay.results.base import Percentiles
from outlay.results.models.simulation import Band, Simulation

__all__ = [
    "COLUMNS",
    "band_line",
    "latency_rows",
    "sending_lines",
    "simulation_heading",
    "simulation_lines",
]

COLUMNS = ("", "p50", "p90", "p99", "mean")


def simulation_heading(doc: Simulation) -> str:
    """Model, replicas of both pools where there are two, and layout."""
    r, fill = doc.replica, doc.prefill_replicas
    split = f"{fill} to prefill and {doc.replicas} to decode, each " if fill else ""
    return (
        f"{r.model} on {split or f'{doc.replicas} × '}{r.n_chips} {r.chip} "
        f"(tp {r.tp}, pp {r.pp}, dp {r.dp}, ep {r.ep}; {r.weights} weights, {r.kv} cache)"
    )


def latency_rows(doc: Simulation) -> list[tuple[str, ...]]:
    """Latencies in seconds, a cell for each of `COLUMNS`."""
    times: tuple[tuple[str, Percentiles], ...] = (
        ("ttft", doc.ttft_s), ("tpot", doc.tpot_s), ("e2e", doc.e2e_s), ("queue", doc.queue_s)
    )  # fmt: skip
    return [
        (f"{name} [s]", *("–" if v is None else f"{v:.4g}" for v in (p.p50, p.p90, p.p99, p.mean)))
        for name, p in times
    ]


def offload_lines(doc: Simulation) -> list[str]:
    """Where cached input lay, what moved, and what loading took; nothing without tiers."""
    o = doc.offload
    if o is None:
        return []
    lines = [f"of input, {100 * o.memory_hit_share:.1f} % was cached in memory"]
    for t in o.tiers:
        size = "without end" if t.capacity_tokens is None else f"{t.capacity_tokens:,.0f} tokens"
        back = "at once" if t.load_tok_s is None else f"{t.load_tok_s:,.0f} tok/s back"
        lines.append(
            f"  {100 * t.hit_share:.1f} % in {t.name} ({size}, {back}): "
            f"{t.loaded_bytes / 1e9:,.1f} GB loaded, {t.stored_bytes / 1e9:,.1f} GB written"
        )
    how = {"through": "written through", "evict": "written on eviction"}[o.write]
    lines.append(
        f"{how}, {o.bytes_per_token / 1e3:,.1f} kB a token; {o.load_s:,.1f} s of loading made "
        f"steps {o.longer_s:,.1f} s longer"
    )
    return lines


def simulation_lines(doc: Simulation) -> list[str]:
    """What became of the requests, throughput and energy, and what held the limits."""
    r = doc.replica
    within = "" if doc.goodput_share is None else f"{100 * doc.goodput_share:.2f} % within limits; "
    return [
        *sending_lines(doc),
        f"{doc.requests:,} requests: {doc.completed:,} done, {doc.rejected:,} never "
        f"fit, {doc.preemptions:,} preemptions; {100 * doc.cached_share:.1f} % of input "
        "cached",
        *offload_lines(doc),
        f"{doc.output_tok_s:,.0f} output tok/s in {r.weights} weights and {r.kv} cache, "
        f"busy {100 * doc.utilisation:.1f} %, "
        f"{doc.joule_per_output_token:.2f} J per output token",
        f"{within}{doc.simulated_s:,.0f} s of traffic in {doc.wall_s:.2f} s",
        *map(band_line, doc.bands),
    ]


def sending_lines(doc: Simulation) -> list[str]:
    """How requests were sent, a queue that grows, and what was turned away."""
    lines = []
    loop, over, away = doc.closed_loop, doc.overload, doc.turned_away
    if loop is not None and loop.capped:
        lines.append(
            f"at most {loop.users:,} in flight, {loop.in_flight:,.1f} on average: others wait at "
            "the client, and times count from sending"
        )
    elif loop is not None:
        ramp = f", started over {loop.ramp_s:g} s" if loop.ramp_s else ""
        think = f" who think {loop.think_s:g} s ({loop.thinking})" if loop.think_s else ""
        lines.append(
            f"closed loop of {loop.users:,} users{think}{ramp}: {doc.request_rate_s:,.4g} "
            f"requests/s, {loop.in_flight:,.1f} in flight on average"
        )
    if over is not None:
        lines.append(
            f"overload: the queue grows by {over.grows_req_s:,.3g} a second: the replicas hold "
            f"{over.held_req_s:,.4g}/s of the {over.asked_req_s:,.4g}/s asked; the latencies above "
            "grow with the length of the run"
        )
    if away is not None:
        lines.append(
            f"turned away: {away.refused:,} found a full queue, {away.dropped:,} waited too long"
        )
    return lines


def band_line(band: Band) -> str:
    """Least and most of a latency over seeds."""
    low, high = band.low, band.high
    spans = (("p50", low.p50, high.p50), ("p90", low.p90, high.p90), ("p99", low.p99, high.p99),
             ("mean", low.mean, high.mean))  # fmt: skip
    each = ", ".join(f"{name} {_cell(a)} to {_cell(b)}" for name, a, b in spans)
    return f"{band.figure.removesuffix('_s')} [s], least to most over the seeds: {each}"


def _cell(x: float | None) -> str:
    return "–" if x is None else f"{x:.4g}"
