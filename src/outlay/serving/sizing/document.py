"""Kind `size`: chips, hours and money of the perfect fleet, of those that follow, and the fixed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from outlay.core.errors import InputError
from outlay.core.periods import DAYS_PER_YEAR, SECONDS_PER_DAY, SECONDS_PER_HOUR
from outlay.results.models.size import (
    ClassLimits,
    CostCurve,
    Fleet,
    Gap,
    Latency,
    Limits,
    Size,
    Window,
)
from outlay.results.models.size import Steady as SteadyRow
from outlay.serving.metrics import Slo
from outlay.serving.sizing.drawn.steady import Asked, Steady
from outlay.serving.sizing.fleet import Ran, Sizing
from outlay.serving.sizing.replica import Replica

__all__ = ["cost_curve", "sizing_document", "steady_row"]


def cost_curve(price_usd_h: float, chips: int, tokens_per_s: float, points: int = 12) -> CostCurve:
    """USD per million output tokens of one replica against the share of its SLO rate in use.

    Equation: price × chips / (3600 × use × tokens/s) × 1e6; a chip costs the same idle or busy.
    """
    use = np.geomspace(0.02, 1.0, points)
    cost = price_usd_h * chips / (SECONDS_PER_HOUR * use * tokens_per_s) * 1e6
    return CostCurve(tuple(use.tolist()), tuple(cost.tolist()))


def steady_row(asked: Asked, found: Steady, usd_h: float | None) -> SteadyRow:
    """The load, the replicas that hold it, and what its tokens cost on all chips."""
    s = found.sizing
    tokens_s = found.rate_req_s * asked.output_tokens
    hour = None if usd_h is None else usd_h * (s.fixed_chips + s.spare_chips)
    return SteadyRow(
        users=asked.users,
        asked_req_s=asked.rate_req_s,
        rate_req_s=found.rate_req_s,
        in_flight=found.in_flight,
        input_tokens=asked.input_tokens,
        output_tokens=asked.output_tokens,
        length_cv=asked.length_cv,
        burst_cv=asked.burst_cv,
        requests=found.requests,
        seed=asked.seed,
        replicas=s.fixed_chips // s.chips_per_replica,
        spare_replicas=s.spare_chips // s.chips_per_replica,
        fleets=found.fleets,
        output_tok_s=tokens_s,
        usd_per_hour=hour,
        usd_per_mtok=None if hour is None else hour / (SECONDS_PER_HOUR * tokens_s) * 1e6,
        think_s=asked.think_s,
    )


def sizing_document(
    s: Sizing, replica: Replica, slo: Slo, price: float | None, warnings: tuple[str, ...],
    load: tuple[Asked, Steady] | None = None,
) -> Size:  # fmt: skip
    """The answer as a document; `price` in USD per chip-hour, else the middle of the rents.

    load: what was asked for in place of a trace, and what it was sized to.
    """
    if price is not None and not price >= 0:
        raise InputError("price must not be negative", value=str(price))
    rents = replica.chip.rent_usd_h
    usd_h = price if price is not None else sum(rents) / 2 if rents else None
    out_tokens = s.summary.output_tok_s / max(s.summary.request_rate_s, 1e-12)
    tokens_s = s.capacity_req_s * out_tokens

    def usd(hours: float) -> float | None:
        return None if usd_h is None else hours * usd_h

    rows = tuple(_fleet(f, s, usd) for f in s.fleets)
    ideal = rows[0]
    real_mean = float(np.mean(s.real_chips))
    gap_hours = s.real_chip_hours - s.ideal_chip_hours
    return Size(
        chips_peak=ideal.chips_peak,
        chips_mean=ideal.chips_mean,
        chip_hours=ideal.chip_hours,
        capacity_req_s_per_replica=s.capacity_req_s,
        chips_per_replica=s.chips_per_replica,
        slo=Limits(slo.ttft_s, slo.tpot_s, slo.percentile),
        fixed_chips=s.fixed_chips,
        spare_chips=s.spare_chips,
        usd_per_chip_hour=usd_h,
        fleets=rows,
        gap=Gap(real_mean - ideal.chips_mean, gap_hours, usd(gap_hours)),
        cost_against_use=cost_curve(usd_h, s.chips_per_replica, tokens_s)
        if usd_h
        else CostCurve((), ()),
        replica=replica.describe(),
        latency=Latency(s.summary.ttft_s, s.alone_s, s.summary.tpot_s),
        target_in_flight=None if math.isnan(s.target_in_flight) else s.target_in_flight,
        window_s=s.window_s,
        series=tuple(
            Window(t, s.rate_req_s.item(i), s.ideal_chips.item(i), s.real_chips.item(i))
            for i, t in enumerate(map(float, s.time_s))
        ),
        notes=s.notes,
        warnings=warnings,
        steady=None if load is None else steady_row(*load, usd_h),
        bound_chip_hours=s.bound_chip_hours or None,
        scaler=s.scaler,
        span_s=s.span_s or None,
        classes=tuple(ClassLimits(rank, x.ttft_s, x.tpot_s) for rank, x in slo.classes),
    )


def _fleet(f: Ran, s: Sizing, usd: Callable[[float], float | None]) -> Fleet:
    """Chips, hours and money of a fleet over the trace, by day, by year and by token."""
    cost = usd(f.chip_hours)
    day = None if cost is None or not s.span_s else cost / s.span_s * SECONDS_PER_DAY
    return Fleet(
        f.name,
        f.chips_peak,
        float(np.mean(f.chips)),
        f.chip_hours,
        cost,
        day,
        None if day is None else day * DAYS_PER_YEAR,
        None if cost is None or not s.output_tokens else cost / s.output_tokens * 1e6,
        f.share,
        f.worst_share,
        f.worst_from_s,
        f.worst_width_s,
    )
