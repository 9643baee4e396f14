"""The fewest chips that hold an SLO over a trace, ideal and real."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.models import serving_options as o
from outlay.api.says import File, Says
from outlay.results.document import Document, extended
from outlay.results.models.size import Size

if TYPE_CHECKING:
    from outlay.serving.sizing.fleet import Sizing

__all__ = ["Sized", "size"]

MOST_WINDOWS = 1_000_000
"""Of a trace: each is a row of the answer."""


@dataclass(frozen=True, slots=True, repr=False)
class Sized(Size):
    """A size that was found here, with the arrays that its pictures are made of."""

    sizing: Sizing = field(kw_only=True, compare=False)
    """Fleets over time."""

    def save(self, folder: str | Path) -> Path:
        """Write `size.json` and the pictures into the folder; returns the former's path."""
        from outlay.report.pictures.serving import chips_picture, cost_picture
        from outlay.report.theme import write_pictures

        path = Document.save(self, folder)
        pictures = {path.with_name("chips.svg"): chips_picture(self.sizing)}
        curve = self.cost_against_use
        if curve.usd_per_mtok:
            drawn = cost_picture(curve.use, curve.usd_per_mtok, "USD")
            pictures[path.with_name("cost.svg")] = drawn
        write_pictures(pictures)
        return path


@checked
def size(
    *,
    trace: Annotated[File, Says("Requests: CSV, Parquet or JSONL.")],
    model: o.ModelName,
    chip: o.ChipName,
    ttft_p99: Annotated[float | None, Says("Limit on TTFT, s.", least=1e-6, most=1e6)] = None,
    tpot_p99: Annotated[float | None, Says("Limit on TPOT, s.", least=1e-6, most=1e6)] = None,
    percentile: Annotated[
        float, Says("Percentile that the limits hold at.", least=0.001, most=0.99999)
    ] = 0.99,
    n_chips: o.Chips = None,
    tp: o.Tp = None,
    pp: o.Pp = 1,
    dp: o.Dp = 1,
    ep: o.Ep = 1,
    weights: o.Weights = "",
    kv: o.Kv = "bf16",
    stack: o.StackName = "",
    routing: o.Routing = "least_loaded",
    prefix_cache: o.PrefixCache = "lru",
    window: Annotated[float | None, Says("Window of the series, s.", least=1e-3, most=1e9)] = None,
    load_delay: Annotated[float, Says("Seconds to start a replica.", least=0, most=1e6)] = 120.0,
    price: Annotated[
        float | None,
        Says("USD per chip-hour; else the catalogue's middle rent.", least=0, most=1e6),
    ] = None,
    speed: o.Speed = 1.0,
    spread: o.Spread = 0.0,
    sort: o.Sort = False,
    session_rate: o.SessionRate = 0.05,
    seed: o.Seed = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> Sized:
    """Size a fleet: fewest chips for a trace and SLO over time, ideal, real, and the gap.

    Raises InputError for limits, layouts or prices that cannot be, TableError for a trace that
    cannot be read, InfeasibleError where no number of chips holds the limits.

    >>> size(trace="trace.csv", model="llama-3.1-8b", chip="h100-sxm")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    outlay.core.errors.InputError: no limit to size for; allowed: --ttft-p99 S, ...
    """
    from outlay.api.models.questions import chosen, config_notes, format_note, promise_notes
    from outlay.api.models.served import longer_note, served
    from outlay.api.models.smaller import size_saving
    from outlay.core.errors import InputError, Problem
    from outlay.serving import replay
    from outlay.serving.engine.policy import PREFIX_CACHES, ROUTING, Policy
    from outlay.serving.engine.steps import dense
    from outlay.serving.sizing.document import sizing_document
    from outlay.serving.sizing.fleet import size as sized

    on = served(
        model, chip, partial(replay.checked_slo, ttft_p99, tpot_p99, percentile),
        partial(chosen, "--routing", routing, ROUTING),
        partial(chosen, "--prefix-cache", prefix_cache, PREFIX_CACHES),
        weights=weights, kv=kv, stack=stack, n_chips=n_chips, tp=tp, pp=pp, dp=dp, ep=ep,
    )  # fmt: skip
    slo = replay.checked_slo(ttft_p99, tpot_p99, percentile)
    t, warnings = replay.read_traffic(
        trace, sort=sort, spread_s=spread, speed=speed, session_rate=session_rate, seed=seed
    )
    if window is not None and t.span_s > window * MOST_WINDOWS:
        raise InputError(
            Problem("too narrow for this trace", "--window", f"{window:g} s, {t.span_s:.4g} s long",
                    f"at least {t.span_s / MOST_WINDOWS:.3g} s: {MOST_WINDOWS:,} windows")
        )  # fmt: skip
    warnings = (
        *config_notes(on.model), *warnings, *longer_note(on.model, t),
        *promise_notes(**{"--ttft-p99": ttft_p99, "--tpot-p99": tpot_p99}),
        *format_note(on.model, on.chip, on.weights),
    )  # fmt: skip
    for w in warnings:
        progress(f"note: {w}")
    ask = partial(
        replay.replica_for_traffic, t, on.model, on.chip, n_chips=n_chips, tp=tp, pp=pp, dp=dp,
        ep=ep, kv=on.kv, stack=stack, slo=slo,
    )  # fmt: skip
    replica = ask(weights=on.weights)
    policy = Policy(
        routing=chosen("--routing", routing, ROUTING),
        prefix_cache=chosen("--prefix-cache", prefix_cache, PREFIX_CACHES),
    )
    found = sized(
        t, dense(replica.table), slo, policy, window_s=window, load_delay_s=load_delay, seed=seed
    )
    saving = size_saving(on.weights, replica, found, t, slo, policy, window, seed, ask)
    for w in saving:
        progress(f"note: {w}")
    doc = sizing_document(found, replica, slo, price, (*warnings, *saving))
    return extended(Sized, doc, sizing=found)
