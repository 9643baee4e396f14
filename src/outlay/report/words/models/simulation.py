"""What people read of a simulation."""

from __future__ import annotations

from outlay.results.base import Percentiles
from outlay.results.models.simulation import Simulation

__all__ = ["COLUMNS", "latency_rows", "simulation_heading", "simulation_lines"]

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
    return [
        f"{doc.requests:,} requests: {doc.completed:,} done, {doc.rejected:,} never "
        f"fit, {doc.preemptions:,} preemptions; {100 * doc.cached_share:.1f} % of input "
        "cached",
        *offload_lines(doc),
        f"{doc.output_tok_s:,.0f} output tok/s in {r.weights} weights and {r.kv} cache, "
        f"busy {100 * doc.utilisation:.1f} %, "
        f"{doc.joule_per_output_token:.2f} J per output token",
        f"{100 * doc.goodput_share:.2f} % within limits; {doc.simulated_s:,.0f} s of "
        f"traffic in {doc.wall_s:.2f} s",
    ]
