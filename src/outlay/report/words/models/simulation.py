"""What people read of a simulation."""

from __future__ import annotations

import math

from outlay.results.base import Percentiles
from outlay.results.models.simulation import Band, ClassRow, ClosedLoop, Simulation

__all__ = [
    "COLUMNS",
    "band_line",
    "class_line",
    "fleet_lines",
    "latency_rows",
    "limit_lines",
    "missing_lines",
    "queue_lines",
    "sending_lines",
    "simulation_heading",
    "simulation_lines",
]

COLUMNS = ("", "p50", "p90", "p99", "mean")
MOSTLY_QUEUE = 5.0
"""Times as long in the queue as from its end to the first token: latencies are the queue's."""


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
    return [(f"{name} [s]", *map(_cell, (p.p50, p.p90, p.p99, p.mean))) for name, p in times]


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
    """What held the limits, what became of the requests, throughput and energy."""
    r = doc.replica
    cut = f"{doc.unfinished:,} never finished, " if doc.unfinished else ""
    return [
        *limit_lines(doc),
        *sending_lines(doc),
        *queue_lines(doc),
        f"{doc.requests:,} requests: {doc.completed:,} done, {cut}{doc.rejected:,} never "
        f"fit, {doc.preemptions:,} preemptions; {100 * doc.cached_share:.1f} % of input "
        "cached",
        *missing_lines(doc),
        *offload_lines(doc),
        *fleet_lines(doc),
        f"{doc.output_tok_s:,.0f} output tok/s in {r.weights} weights and {r.kv} cache, "
        f"busy {100 * doc.utilisation:.1f} %, {doc.request_rate_s:,.4g} requests/s, "
        f"KV cache {100 * doc.kv_peak_share:.0f} % full at most, "
        f"{doc.joule_per_output_token:.2f} J per output token",
        f"{doc.simulated_s:,.0f} s of traffic in {doc.wall_s:.2f} s",
        *map(class_line, doc.classes),
        *map(band_line, doc.bands),
    ]


def limit_lines(doc: Simulation) -> list[str]:
    """Whether the limits hold at the 99th percentile, and what share is within; none without."""
    if doc.goodput_share is None or doc.goodput_req_s is None:
        return []
    pairs = (("TTFT", doc.ttft_limit_s, doc.ttft_s.p99), ("TPOT", doc.tpot_limit_s, doc.tpot_s.p99))
    asked = [(name, limit, p99) for name, limit, p99 in pairs if limit is not None]
    held = all(p99 is not None and p99 <= limit for _, limit, p99 in asked)
    said = ", ".join(f"{name} {limit:g} s" for name, limit, _ in asked)
    return [
        f"limits {'held' if held else 'missed'} at p99: {100 * doc.goodput_share:.2f} % within "
        f"limits ({said}), {doc.goodput_req_s:,.4g} requests/s of them"
    ]


def queue_lines(doc: Simulation) -> list[str]:
    """That users wait for a place more than for anything else, where it is not said already."""
    queue, first = doc.queue_s.p50, doc.ttft_s.p50
    if doc.overload is not None or queue is None or first is None or not math.isfinite(first):
        return []
    if not MOSTLY_QUEUE * (first - queue) < queue <= first:
        return []
    return [
        f"half of the requests waited {_cell(queue)} s or more before they began: the latencies "
        "are the queue's, and more replicas, or fewer requests at once, shorten them"
    ]


def missing_lines(doc: Simulation) -> list[str]:
    """How those without an answer stand in the latencies; nothing where all have one."""
    if doc.completed == doc.requests:
        return []
    return [
        f"of the latencies, percentiles count the {doc.requests - doc.completed:,} without an "
        "answer as infinite, means leave them out"
    ]


def fleet_lines(doc: Simulation) -> list[str]:
    """Replicas over time, and which of two pools is the busier."""
    on, pools, lines = doc.replicas_on, doc.pools_busy, []
    if on is not None:
        span = "" if on.most is None else f" ({on.least} to {on.most} while requests came)"
        lines.append(
            f"replicas on: {on.mean:,.2f} on average{span}, {on.chip_hours:,.2f} chip-hours"
        )
    if pools is not None:
        lines.append(
            f"prefill replicas are busy {100 * pools.prefill:.1f} %, "
            f"decode replicas {100 * pools.decode:.1f} %"
        )
    return lines


def class_line(row: ClassRow) -> str:
    """What a class of priority had."""
    good = "" if row.goodput_share is None else f", {100 * row.goodput_share:.2f} % within limits"
    times = ", ".join(
        f"{name} p50 {_cell(p.p50)} p99 {_cell(p.p99)} s"
        for name, p in (("ttft", row.ttft_s), ("tpot", row.tpot_s))
    )
    return (
        f"priority {row.priority}: {row.completed:,} of {row.requests:,} done, "
        f"{row.preemptions:,} preemptions; {times}{good}"
    )


def sending_lines(doc: Simulation) -> list[str]:
    """How requests were sent, a queue that grows, and what was turned away."""
    lines = []
    loop, over, away = doc.closed_loop, doc.overload, doc.turned_away
    if loop is not None and loop.capped:
        lines.append(
            f"at most {loop.users:,} in flight, {loop.in_flight:,.1f} on average: others wait at "
            f"the client{_held_back(loop)}, and times count from sending"
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


def _held_back(loop: ClosedLoop) -> str:
    """How long a cap holds requests back, where that is known."""
    if loop.held_back_s is None or loop.asked_req_s is None:
        return ""
    return f", {loop.held_back_s:,.4g} s on average of {loop.asked_req_s:,.4g}/s asked"


def band_line(band: Band) -> str:
    """Least and most of a latency over seeds."""
    low, high = band.low, band.high
    spans = (("p50", low.p50, high.p50), ("p90", low.p90, high.p90), ("p99", low.p99, high.p99),
             ("mean", low.mean, high.mean))  # fmt: skip
    each = ", ".join(f"{name} {_cell(a)} to {_cell(b)}" for name, a, b in spans)
    return f"{band.figure.removesuffix('_s')} [s], least to most over the seeds: {each}"


def _cell(x: float | None) -> str:
    if x is None:
        return "–"
    return f"{x:,.0f}" if 1e4 <= x < math.inf else f"{x:.4g}"
