"""What people read of a fleet's size."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.core.periods import SECONDS_PER_HOUR
from outlay.report.words.models.rate import degrees, rounded
from outlay.results.models.size import Fleet, Limits, Size, Steady

__all__ = [
    "COLUMNS",
    "beside_line",
    "choice_lines",
    "class_line",
    "decision_line",
    "first_token_line",
    "fleet_cells",
    "gap_line",
    "pool_lines",
    "scaler_line",
    "size_heading",
    "steady_lines",
    "worst_line",
]

COLUMNS = ("fleet", "peak", "mean", "chip-hours", "USD/day", "USD/year", "USD/Mtok")

LEAST_SAVED = 0.005
"""Of the chip-hours of a fixed fleet: less is nothing."""
TARGETS = {
    "concurrency": "requests in flight",
    "hpa": "requests in flight",
    "rate": "requests/s",
    "tokens": "prompt tokens/s",
    "kv": "of the KV cache",
    "queue": "requests waiting",
}
"""What a scaler's target counts."""


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
    money = (f.usd_per_day, f.usd_per_year, f.usd_per_mtok)
    cost = ("–" if x is None else f"{x:,.0f}" if x >= 100 else f"{x:,.3g}" for x in money)
    return (
        f.fleet,
        f"{f.chips_peak:,.0f}",
        f"{f.chips_mean:,.1f}",
        f"{f.chip_hours:,.1f}",
        *cost,
    )


def worst_line(doc: Size) -> str:
    """How much of the whole, and of its worst hour, was within the limits."""
    said = []
    for f in doc.fleets:
        if f.within_share is None or f.worst_share is None or f.worst_from_s is None:
            continue
        share = f"{100 * f.within_share:.2f}, {100 * f.worst_share:.2f}"
        said.append(f"{f.fleet} {share} (from {_span(f.worst_from_s)})")
    width = _span(doc.fleets[0].worst_width_s or 0.0)
    return f"Within both limits, %: over all, and in the worst {width}: {'; '.join(said)}."


def _span(seconds: float) -> str:
    """A stretch of time in the unit that it has few of."""
    if seconds >= SECONDS_PER_HOUR:
        return f"{seconds / SECONDS_PER_HOUR:,.3g} h"
    return f"{seconds / 60:.3g} min" if seconds >= 120 else f"{seconds:.3g} s"


def beside_line(doc: Size) -> str:
    """What is kept beside each fleet, and the least that any could need."""
    beside = "nothing" if not doc.spare_chips else _chips(doc.spare_chips)
    bound = doc.bound_chip_hours
    least = "" if bound is None else f"; none can need less than {bound:,.1f} chip-hours"
    span = "" if doc.span_s is None else f" over {doc.span_s / SECONDS_PER_HOUR:,.2f} h"
    return f"Each held the limits in a replay{span}, {beside} beside the fixed one{least}."


def pool_lines(doc: Size) -> Iterator[str]:
    """Fleets of two pools beside the fixed one."""
    for apart in dict.fromkeys(p.apart for p in doc.pools):
        pools = [p for p in doc.pools if p.apart == apart]
        total, one = sum(p.chips for p in pools), f"{_chips(doc.fixed_chips)} of the fixed fleet"
        each = ", ".join(f"{p.pool} {p.replicas} ({_chips(p.chips)})" for p in pools)
        if apart == "length":
            yield (
                f"Prompts up to {pools[0].up_to_tokens:,} tokens apart: {each}; {_chips(total)} "
                f"against {one}."
            )
        else:
            ratio = f"{pools[0].replicas}:{pools[1].replicas}"
            yield f"Prefill to decode {ratio}: {each}; {_chips(total)} against {one}."


def choice_lines(doc: Size) -> Iterator[str]:
    """Chips that were compared, cheapest first."""
    for c in doc.choices:
        if c.chip_hours is None:
            yield f"{c.chip}: {c.why_not}"
            continue
        day = "no price is known" if c.usd_per_day is None else f"{c.usd_per_day:,.0f} USD a day"
        yield f"{c.chip}: {c.chip_hours:,.1f} chip-hours, {day}; {_chips(c.fixed_chips)} fixed"


def class_line(doc: Size) -> str:
    """Limits of classes that have their own."""
    each = (
        f"class {c.priority} "
        + " and ".join(f"{name} {x:g} s" for name, x in (("TTFT", c.ttft_s), ("TPOT", c.tpot_s))
                       if x is not None)
        for c in doc.classes
    )  # fmt: skip
    return f"Limits of their own, all held: {'; '.join(each)}."


def scaler_line(doc: Size) -> str:
    """What the scaler keeps to; empty where none is shown."""
    if doc.target_in_flight is None:
        return ""
    unit = TARGETS.get(doc.scaler, "")
    return f"{doc.scaler} scaling keeps to {doc.target_in_flight:.3g} {unit} per replica"


def decision_line(doc: Size) -> str:
    """What to have: the fixed fleet, and what switching its replicas would save of it."""
    fixed = next((f for f in doc.fleets if f.fleet == "fixed"), None)
    if fixed is None:
        return ""
    money = "" if fixed.usd_per_day is None else f", {fixed.usd_per_day:,.0f} USD a day"
    own = f"{_chips(round(fixed.chips_peak))} hold this load{money}"
    switched = [f for f in doc.fleets if f.fleet not in ("perfect", "fixed")]
    best = min(switched, key=lambda f: f.chip_hours, default=fixed)
    saved = 1.0 - best.chip_hours / fixed.chip_hours
    if saved < LEAST_SAVED:
        return f"{own}; switching replicas on and off saves nothing."
    how = best.fleet.removeprefix("real: ")
    way = "a schedule loaded ahead" if how == "scheduled ahead" else f"scaling by {how}"
    return (
        f"{own}; {way} saves {saved:.0%} of the chip-hours: {best.chips_mean:,.1f} chips on "
        f"average, {best.chips_peak:,.0f} at most."
    )


def gap_line(doc: Size) -> str:
    """The real fleet, or the fixed one where no scaler does better, over the perfect one."""
    gap = doc.gap
    name = "real" if any(f.fleet.startswith("real") for f in doc.fleets) else "fixed"
    money = "" if gap.usd is None else f" = {gap.usd:,.0f} USD"
    return f"{name} over perfect: {gap.chip_hours:,.1f} chip-hours{money}"


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
