"""What an answer about rates says: its sentence, and the cells of its table."""

from __future__ import annotations

from outlay.results.models.rate import Configuration, Rate

__all__ = ["HEADS", "cells", "sentence"]

HEADS = (
    "chips", "layout", "batch", "TTFT s", "TPOT ms", "tok/s/chip", "90 % interval", "bound by"
)  # fmt: skip


def sentence(doc: Rate) -> str:
    """The best configuration, or why there is none, in one sentence."""
    best = doc.configurations[0]
    if not best.feasible:
        return f"no configuration: {best.why_not}"
    kind = "output tokens/s per chip"
    if best.phase == "prefill":
        each = best.tok_s_per_chip / (doc.isl * (1.0 - doc.cached))
        kind = f"uncached input tokens/s per chip, {each:,.3g} requests/s"
    return (
        f"{best.model}, {best.weights} weights and {best.kv} cache, on {best.chip}: "
        f"{_rounded(best.tok_s_per_chip)} {kind} (90 %: {_rounded(best.low)} to "
        f"{_rounded(best.high)} tokens/s) from {best.n_chips} chips ({_degrees(best)}), "
        f"{best.memory_bytes / 2**30:.0f} GiB and {best.watts_per_chip:,.0f} W a chip; "
        f"bound by {best.bound_by}."
    )


def cells(row: Configuration) -> tuple[str, ...]:
    """A configuration under `HEADS`; a dash where its pool has no such time."""
    first, each = row.ttft_s, row.tpot_s
    return (
        str(row.n_chips), _degrees(row), str(row.batch),
        "-" if row.phase == "decode" or first is None else f"{first:.2f}",
        "-" if row.phase == "prefill" or each is None else f"{each * 1e3:.1f}",
        _rounded(row.tok_s_per_chip), f"{_rounded(row.low)}-{_rounded(row.high)}", row.bound_by,
    )  # fmt: skip


def _degrees(row: Configuration) -> str:
    """Degrees above one: tp4 pp4 dp2."""
    degrees = {"tp": row.tp, "pp": row.pp, "ep": row.ep, "dp": row.dp}
    return " ".join(f"{name}{n}" for name, n in degrees.items() if n > 1) or "single"


def _rounded(x: float) -> str:
    return f"{x:,.0f}" if x >= 100.0 else f"{x:.3g}"
