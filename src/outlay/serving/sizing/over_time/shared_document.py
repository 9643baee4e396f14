"""Kind `pool`: chips of a pool over time, and what each model's part of it held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from outlay.core.arrays import Array
from outlay.results.models.pool import Pool, PoolModel, PoolWindow
from outlay.results.models.size import Limits
from outlay.serving.metrics import summary
from outlay.serving.sizing.over_time.account import within
from outlay.serving.sizing.over_time.shared import Served, Shared, chips_over_time
from outlay.serving.sizing.replica import Replica

__all__ = ["pool_document"]

SAVES_NOTHING = (
    "sharing saves nothing here: the models need their chips at the same time, so each has a fleet "
    "of its own"
)


def pool_document(
    found: Shared, names: Sequence[tuple[str, str, Replica]], chip: str, warnings: tuple[str, ...]
) -> Pool:
    """The answer as a document; names: name, trace and replica of each model."""
    parts = [chips_over_time(s, found.end_s) for s in found.served]
    saved = found.separate_chips - found.peak_chips
    return Pool(
        chip=chip,
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
        series=_series(found, parts),
        notes=() if saved else (SAVES_NOTHING,),
        warnings=warnings,
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


def _series(found: Shared, parts: Sequence[tuple[Array, Array]]) -> tuple[PoolWindow, ...]:
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
            chips=tuple(most(at, chips, k) for at, chips in parts),
            together=most(found.times_s, found.chips, k),
        )
        for k in range(count)
    )
