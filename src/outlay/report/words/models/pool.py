"""What people read of a pool that several models share."""

from __future__ import annotations

from outlay.results.models.pool import Pool, PoolModel

__all__ = ["COLUMNS", "pool_cells", "pool_heading", "pool_lines"]

COLUMNS = ("model", "replica", "apart", "peak", "mean", "loads", "TTFT", "TPOT", "within")


def pool_heading(doc: Pool) -> str:
    """How many chips, and what that saves."""
    return (
        f"{doc.chips:,.0f} × {doc.chip} serve {len(doc.models)} models, each within its limits; "
        f"fleets apart take {doc.apart_chips:,.0f}: sharing saves {doc.saved_chips:,.0f}"
    )


def pool_cells(m: PoolModel) -> tuple[str, ...]:
    """One model, a cell for each of `COLUMNS`."""
    times = ("–" if p is None else f"{p:.3g}" for p in (m.ttft_s.p99, m.tpot_s.p99))
    return (
        m.name,
        f"{m.replica.n_chips} (tp {m.replica.tp})",
        f"{m.apart_chips:,.0f}",
        f"{m.peak_chips:,.0f}" + ("" if m.follows else " fixed"),
        f"{m.mean_chips:,.1f}",
        f"{m.loads:,}",
        *times,
        f"{100 * m.within_share:.2f} %",
    )


def pool_lines(doc: Pool) -> list[str]:
    """When the pool is full, how it changes, and where each trace came from."""
    fullest = max(doc.series, key=lambda w: w.together)
    parts = ", ".join(f"{w.model} {w.chips:,.0f}" for w in doc.series if w.time_s == fullest.time_s)
    loading = "; ".join(f"{m.name} {m.load_delay_s:g} s" for m in doc.models)
    return [
        f"most at {doc.peak_s / 60:,.0f} min of {doc.end_s / 60:,.0f}: up to {parts} around then",
        f"replicas change every {doc.window_s:,.0f} s, loaded ahead ({loading}); TTFT and TPOT are "
        f"99th percentiles in seconds, limits hold at {100 * doc.models[0].slo.percentile:g} %",
        _spares(doc),
        _money(doc),
        *(f"{m.name}: {m.requests:,} requests of {m.trace}" for m in doc.models),
        *(f"note: {n}" for n in doc.notes),
    ]


def _spares(doc: Pool) -> str:
    """What stands by, and what fleets apart would have stand by."""
    if not doc.apart_spare_chips:
        return "no chip is spare"
    return (
        f"{doc.spare_chips:,.0f} more chips are spare, for whichever model loses a replica; fleets "
        f"apart keep {doc.apart_spare_chips:,.0f}"
    )


def _money(doc: Pool) -> str:
    """What the pool costs, spares included, and what fleets apart would."""
    day, year, apart = doc.usd_per_day, doc.usd_per_year, doc.apart_usd_per_day
    if day is None or year is None or apart is None or doc.usd_per_mtok is None:
        return f"no rent of {doc.chip} is known: --price says what it costs"
    return (
        f"at {doc.usd_per_chip_hour:,.2f} USD a chip-hour, spares included: {day:,.0f} USD/day, "
        f"{year:,.0f} USD/year, {doc.usd_per_mtok:,.2f} USD/Mtok out; "
        f"fleets apart {apart:,.0f} USD/day"
    )
