"""Pictures of `outlay simulate` and `outlay size`: latency, load, chips and cost."""

from __future__ import annotations

from collections.abc import Sequence

from outlay.core.periods import SECONDS_PER_HOUR
from outlay.report.charts.axis import Axis
from outlay.report.charts.line import Curve, Limit, draw_lines, draw_panels
from outlay.report.theme import Spec
from outlay.serving.engine.run import Records
from outlay.serving.metrics import Slo, cumulative, latencies, timeline
from outlay.serving.sizing.fleet import Sizing

__all__ = ["chips_picture", "cost_picture", "latency_picture", "timeline_picture"]


def latency_picture(records: Records, slo: Slo) -> Spec:
    """Cumulative shares of TTFT, TPOT and end-to-end time, over all arrivals."""
    values = latencies(records)
    curves = []
    for key, name in (("ttft", "TTFT"), ("tpot", "TPOT"), ("e2e", "end to end")):
        seconds, share = cumulative(values[key])
        some = seconds > 0  # a log has no zero
        if some.any():
            curves.append(Curve(name, seconds[some].tolist(), share[some].tolist()))
    bounds = (("TTFT limit", slo.ttft_s), ("TPOT limit", slo.tpot_s))
    return draw_lines(
        curves,
        Axis("seconds", log=True, note=" (log)"),
        Axis("share of arrivals", kind="share", domain=(0.0, 1.0)),
        "Share of arrivals whose first token, time per token and whole answer took at most so "
        "long.",
        limits=[Limit(name, at) for name, at in bounds if at is not None],
        hold="after",
        heading=("How long requests took",),
    )


def timeline_picture(records: Records) -> Spec:
    """Queue, running requests, KV tokens and power over time, one panel each."""
    series = timeline(records)
    at = series.time_s.tolist()
    panels = (
        ("requests waiting", series.waiting),
        ("requests running", series.running),
        ("KV tokens", series.kv_tokens),
        ("power, W", series.power_w),
    )
    return draw_panels(
        [(Curve("", at, values.tolist()), Axis(unit)) for unit, values in panels],
        Axis("time, s"),
        "Requests waiting and running, tokens in the cache and power over the run.",
        heading=("Queue, batch, cache and power over time",),
    )


def chips_picture(sizing: Sizing) -> Spec:
    """Chips over time: perfect scaling, real scaling, and the fleet that never changes."""
    at = sizing.time_s.tolist()
    fixed = [float(sizing.fixed_chips + sizing.spare_chips)] * len(at)
    return draw_lines(
        [
            Curve("fixed", at, fixed),
            Curve("real", at, sizing.real_chips.tolist()),
            Curve("perfect", at, sizing.ideal_chips.tolist()),
        ],
        Axis("hours", per=SECONDS_PER_HOUR),
        Axis("chips"),
        "Chips in service over time of a fleet that follows the load at once, one that lags, and "
        "one that never changes.",
        hold="around",
        heading=("Chips over time: perfect, real and fixed",),
    )


def cost_picture(use: Sequence[float], cost_per_mtok: Sequence[float], currency: str) -> Spec:
    """Cost per million output tokens against the share of the SLO's rate that is used."""
    return draw_lines(
        [Curve("", use, cost_per_mtok)],
        Axis("share of the rate that holds the SLO", kind="share"),
        Axis(f"{currency} per million tokens", log=True, note=" (log)"),
        "Cost of a million output tokens against the share of a replica's rate that is in use.",
        knots=True,
        heading=("Cost of a million output tokens against use",),
    )
