"""Kind `pool`: chips of a pool over time, and what each model's part of it held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from outlay.core.arrays import Array
from outlay.core.periods import DAYS_PER_YEAR, SECONDS_PER_DAY, SECONDS_PER_HOUR
from outlay.results.models.pool import Pool, PoolModel, PoolWindow
from outlay.results.models.size import Limits
from outlay.serving.metrics import summary, within
from outlay.serving.sizing.over_time.shared import Served, Shared, chips_over_time
from outlay.serving.sizing.replica import Replica

__all__ = ["pool_document"]

SAVES_NOTHING = (
    "sharing saves nothing here: the models need their chips at the same time, so each has a fleet "
    "of its own"
)


def pool_document(
    found: Shared,
    names: Sequence[tuple[str, str, Replica]],
    warnings: tuple[str, ...],
    *,
    spares: int = 0,
    price: float | None = None,
) -> Pool:
    """The answer as a document; names: name, trace and replica of each model.

    spares: replicas that stand by, in the pool of the largest, which has room for any. price: USD
    per chip-hour, else the middle of the chip's rents.
    """
    chip = names[0][2].chip
    sizes = [s.tenant.table.n_chips for s in found.served]
    spare, apart_spare = spares * max(sizes), spares * sum(sizes)
    rents = chip.rent_usd_h
    usd_h = price if price is not None else sum(rents) / 2 if rents else None
    tokens = sum(float(np.sum(s.tenant.traffic.output_tokens)) for s in found.served)

    def cost(chips: float, hours: float) -> float | None:
        return None if usd_h is None else chips * hours * usd_h

    day = cost(found.peak_chips + spare, SECONDS_PER_DAY / SECONDS_PER_HOUR)
    whole = cost(found.peak_chips + spare, found.end_s / SECONDS_PER_HOUR)
    parts = [chips_over_time(s, found.end_s) for s in found.served]
    saved = found.separate_chips - found.peak_chips
    return Pool(
        chip=chip.id,
        chips=found.peak_chips,
        peak_s=found.peak_s,
        apart_chips=found.separate_chips,
        saved_chips=saved,
        window_s=found.width_s,
        end_s=found.end_s,
        models=tuple(
            _model(s, at, chips, found.end_s, *named)
            for s, (at, chips), named in zip(found.served, parts, names, strict=True)
        ),
        series=_series(found, [name for name, _, _ in names], parts),
        notes=() if saved else (SAVES_NOTHING,),
        warnings=warnings,
        spare_chips=spare,
        apart_spare_chips=apart_spare,
        usd_per_chip_hour=usd_h,
        usd_per_day=day,
        usd_per_year=None if day is None else day * DAYS_PER_YEAR,
        apart_usd_per_day=cost(
            found.separate_chips + apart_spare, SECONDS_PER_DAY / SECONDS_PER_HOUR
        ),
        usd_per_mtok=None if whole is None else whole / tokens * 1e6,
    )


def _model(
    s: Served, at: Array, chips: Array, end: float, name: str, trace: str, replica: Replica
) -> PoolModel:
    slo, held = s.tenant.slo, summary(s.records, s.tenant.slo)
    spans = np.diff(np.append(at, end))
    return PoolModel(
        name=name,
        trace=trace,
        requests=len(s.tenant.traffic),
        slo=Limits(slo.ttft_s, slo.tpot_s, slo.percentile),
        replica=replica.describe(),
        load_delay_s=s.tenant.load_delay_s,
        apart_chips=s.fixed * s.tenant.table.n_chips,
        peak_chips=float(np.max(chips)),
        mean_chips=float(np.sum(spans * chips)) / end,
        loads=s.loads,
        follows=s.counts is not None,
        ttft_s=held.ttft_s,
        tpot_s=held.tpot_s,
        within_share=float(np.mean(within(s.records, slo))),
    )


def _series(
    found: Shared, names: Sequence[str], parts: Sequence[tuple[Array, Array]]
) -> tuple[PoolWindow, ...]:
    count = max(1, int(np.ceil(found.end_s / found.width_s - 1e-9)))
    edges = np.minimum(np.arange(count + 1) * found.width_s, found.end_s)

    def most(at: Array, chips: Array, k: int) -> float:
        """Most chips at any time of a window."""
        first = max(0, int(np.searchsorted(at, edges.item(k), side="right")) - 1)
        last = int(np.searchsorted(at, edges.item(k + 1), side="left"))
        return float(np.max(chips[first : max(first + 1, last)]))

    return tuple(
        PoolWindow(
            time_s=(edges.item(k) + edges.item(k + 1)) / 2,
            model=name,
            chips=most(at, chips, k),
            together=most(found.times_s, found.chips, k),
        )
        for k in range(count)
        for name, (at, chips) in zip(names, parts, strict=True)
    )
