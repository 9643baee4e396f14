"""What people read of a fleet's size."""

from __future__ import annotations

from outlay.results.models.size import Fleet, Size

__all__ = ["COLUMNS", "fleet_cells", "gap_line", "size_heading"]

COLUMNS = ("fleet", "peak chips", "mean chips", "chip-hours", "USD")


def size_heading(doc: Size) -> str:
    """What one replica holds."""
    r = doc.replica
    return (
        f"{r.model}, {r.weights} weights and {r.kv} cache, on {r.chip}: one replica of "
        f"{doc.chips_per_replica} chips holds "
        f"{doc.capacity_req_s_per_replica:.3g} requests/s within the SLO"
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
