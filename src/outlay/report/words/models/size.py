"""What people read of a fleet's size."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.report.words.models.rate import degrees, rounded
from outlay.results.models.size import Fleet, Limits, Size, Steady

__all__ = ["COLUMNS", "first_token_line", "fleet_cells", "gap_line", "size_heading", "steady_lines"]

COLUMNS = ("fleet", "peak chips", "mean chips", "chip-hours", "USD")


def _on(doc: Size) -> str:
    r = doc.replica
    return f"{r.model}, {r.weights} weights and {r.kv} cache, on {r.chip}"


def _chips(number: float) -> str:
    return "1 chip" if number == 1 else f"{number:,.0f} chips"


def size_heading(doc: Size) -> str:
    """What one replica holds."""
    return (
        f"{_on(doc)}: one replica of {_chips(doc.chips_per_replica)} ({degrees(doc.replica)}) "
        f"holds {doc.capacity_req_s_per_replica:.3g} requests/s within the SLO"
    )


def fleet_cells(f: Fleet) -> tuple[str, ...]:
    """One way to run the fleet, a cell for each of `COLUMNS`."""
    cost = "–" if f.usd is None else f"{f.usd:,.0f}"
    return f.fleet, f"{f.chips_peak:,.0f}", f"{f.chips_mean:,.1f}", f"{f.chip_hours:,.1f}", cost


def gap_line(doc: Size) -> str:
    """The real fleet over the perfect one."""
    gap = doc.gap
    money = "" if gap.usd is None else f" = {gap.usd:,.0f} USD"
    return f"real over perfect: {gap.chip_hours:,.1f} chip-hours{money}"


def _asked(s: Steady) -> str:
    """The load that was asked for."""
    users = "" if s.users is None else f"{s.users:,.0f} user{'' if s.users == 1 else 's'} at once"
    rate = "" if s.asked_req_s is None else f"{s.asked_req_s:,.4g} requests/s"
    return " and ".join(x for x in (users, rate) if x)


def _within(slo: Limits) -> str:
    """The limits, at their percentile."""
    at = f"p{100 * slo.percentile:g}"
    limits = (("TTFT", slo.ttft_s), ("TPOT", slo.tpot_s))
    return " and ".join(f"{name} {at} {x:g} s" for name, x in limits if x is not None)


def steady_lines(doc: Size, s: Steady) -> Iterator[str]:
    """The fleet for a load without a trace: chips, load, money."""
    r = doc.replica
    chips = _chips(doc.fixed_chips + doc.spare_chips)
    many = "replica" if s.replicas == 1 else "replicas"
    spread = f", lengths spread by CV {s.length_cv:g}" if s.length_cv else ""
    yield (
        f"{_on(doc)}: {_asked(s)}, {s.input_tokens:,.4g} tokens in and {s.output_tokens:,.4g} out"
        f"{spread}, need {chips}: {s.replicas:,} {many} of {_chips(r.n_chips)} ({degrees(r)}) and "
        f"{s.spare_replicas:,} to spare."
    )
    drawn = "Poisson" if s.burst_cv == 1 else f"CV {s.burst_cv:g}"
    split = f", split over {s.fleets:,} fleets that are alike" if s.fleets > 1 else ""
    how = (
        f"Sized as a trace is, on a stream drawn at random ({drawn}, {s.requests:,} requests, seed "
        f"{s.seed})"
        if s.think_s is None
        else f"Run as a closed loop, each user's next request {s.think_s:g} s after the answer on "
        f"average ({s.requests:,} requests, seed {s.seed})"
    )
    yield (
        f"{how}: {s.rate_req_s:,.4g} requests/s, {rounded(s.in_flight)} in flight, "
        f"{rounded(s.output_tok_s)} output tokens/s{split}. A replica holds "
        f"{doc.capacity_req_s_per_replica:.3g} requests/s within {_within(doc.slo)}."
    )
    if s.usd_per_hour is None or s.usd_per_mtok is None:
        yield f"No rent of {r.chip} is known: --price says what it costs."
        return
    yield (
        f"Cost: {doc.usd_per_chip_hour:,.4g} USD per chip-hour is {s.usd_per_hour:,.4g} USD an hour"
        f", {s.usd_per_mtok:,.3g} USD per million output tokens, spares included."
    )


def first_token_line(doc: Size) -> str:
    """When the first token comes: at the load, and of a request alone."""
    at, alone, step = doc.latency.ttft_s, doc.latency.ttft_alone_s, doc.latency.tpot_s
    return (
        f"First token: p50 {_seconds(at.p50)}, p99 {_seconds(at.p99)} at this load; "
        f"p50 {_seconds(alone.p50)} of a request alone. Each later token: p50 "
        f"{_seconds(step.p50)}, p99 {_seconds(step.p99)}."
    )


def _seconds(x: float | None) -> str:
    return "never" if x is None or x == float("inf") else f"{x:.3g} s"
