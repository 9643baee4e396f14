"""Mixes of prefill and decode workers as `outlay.rate` answers them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from outlay.core.errors import InputError, Problem
from outlay.results.models.mix import Mix, WorkerPool

if TYPE_CHECKING:
    from outlay.performance.types import Layout, Pool, Rate
    from outlay.performance.types import Mix as Found

__all__ = ["mix_row", "refuse_parts_of_a_mix", "to_start"]


def refuse_parts_of_a_mix(
    phase: str, max_chips: int | None, *, disaggregated: bool, sweep: bool
) -> None:
    """Raise InputError for what a question about mixes cannot be asked with."""
    if not disaggregated:
        return
    both, found = "--disaggregated", []
    if phase.strip().casefold() != "aggregated":
        found.append(
            Problem(f"one pool, where {both} asks for both", "--phase", repr(phase),
                    f"without --phase; or --phase without {both}")
        )  # fmt: skip
    if sweep:
        found.append(
            Problem(f"{both} tries a million mixes and gives their front", "--sweep", "yes",
                    f"without --sweep; or --sweep without {both}")
        )  # fmt: skip
    if max_chips is not None and max_chips < 2:
        what = "fewer chips than two pools have"
        found.append(Problem(what, "--max-chips", str(max_chips), f"2 to 4_096 with {both}"))
    if found:
        raise InputError(found)


def to_start(best: Rate, mixes: Sequence[Found]) -> list[tuple[Layout, float]]:
    """Layouts that are started, with the requests in each: of the workers of the first mix where
    mixes are asked for, else of the first configuration; none where nothing fits."""
    if mixes:
        pools = (("prefill", mixes[0].prefill), ("decode", mixes[0].decode))
        fits = mixes[0].feasible
        return [(replace(p.layout, phase=phase), p.batch) for phase, p in pools if fits]
    return [(best.layout, float(best.batch))] if best.feasible else []


def _pool(p: Pool) -> WorkerPool:
    o = p.layout
    return WorkerPool(
        workers=p.workers, n_chips=o.n_chips, tp=o.tp, pp=o.pp, ep=o.ep, dp=o.dp, batch=p.batch,
        requests_s=p.requests_s, memory_bytes=p.memory_bytes, bound_by=p.bound_by,
    )  # fmt: skip


def mix_row(m: Found) -> Mix:
    """A mix that was found, as a row of the answer."""

    def known(seconds: float) -> float | None:
        return seconds if math.isfinite(seconds) else None

    return Mix(
        mix=f"{m.prefill.workers}P{m.decode.workers}D",
        n_chips=m.n_chips,
        tok_s_per_chip=m.tok_s_per_chip,
        low=m.low,
        high=m.high,
        tok_s_per_user=1.0 / m.tpot_s,
        tpot_s=known(m.tpot_s),
        ttft_s=known(m.ttft_s),
        ttft_alone_s=known(m.ttft_alone_s),
        kv_transfer_s=known(m.transfer_s),
        requests_s=m.requests_s,
        concurrency=m.concurrency,
        limited_by=m.limited_by,
        prefill=_pool(m.prefill),
        decode=_pool(m.decode),
        weights=m.precision.weights,
        kv=m.precision.kv,
        feasible=m.feasible,
        why_not=m.why_not,
        calibrated=m.calibrated,
    )
