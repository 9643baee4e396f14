"""What an answer about a training run says: its sentence, and the cells of its table."""

from __future__ import annotations

from outlay.core.periods import SECONDS_PER_DAY, SECONDS_PER_HOUR
from outlay.results.models.train import Train, TrainConfiguration

__all__ = ["HEADS", "cells", "sentence"]

HEADS = ("layout", "mb", "recompute", "step s", "tok/s/chip", "90 % interval", "MFU", "GiB")


def sentence(doc: Train) -> str:
    """The best layout and the days of the run, or why there is none, in one sentence."""
    best, precision = doc.configurations[0], doc.precision
    if not best.feasible:
        return f"no layout fits: the smallest {best.why_not}"
    usual = " (usual for its size and tokens)" if doc.batch_usual else ""
    text = (
        f"{doc.model} in {precision} on {doc.n_chips:,} {doc.chip}: "
        f"{best.tok_s_per_chip:,.0f} tokens/s per chip (90 %: {best.low:,.0f} to {best.high:,.0f}),"
        f" {best.mfu:.0%} of the peak in {precision}, {best.step_s:.2f} s a step of "
        f"{best.tokens_per_step / 1e6:.2f}M tokens{usual}; {best.hidden:.0%} of the exchange "
        f"between chips runs behind compute, with software of {doc.software}"
    )
    if doc.tokens is None or best.run_s is None:
        return f"{text}."
    days = best.run_s / SECONDS_PER_DAY
    hours = best.run_s / SECONDS_PER_HOUR * doc.n_chips
    return (
        f"{text}; {doc.tokens:.3g} tokens take {days:,.1f} days without failures and restarts: "
        f"{hours / 1e6:,.3g} million chip-hours."
    )


def cells(row: TrainConfiguration) -> tuple[str, ...]:
    """A layout under `HEADS`."""
    degrees = {"tp": row.tp, "pp": row.pp, "cp": row.cp, "dp": row.dp, "ep": row.ep}
    parts = [f"{name}{n}" for name, n in degrees.items() if n > 1]
    parts += ["sharded"] if row.fully_sharded else []
    part = row.recompute == "full" and row.recomputed < 1.0
    again = f"{row.recompute} {row.recomputed:.0%}" if part else row.recompute
    return (
        " ".join(parts), str(row.micro_batch), again, f"{row.step_s:.2f}",
        f"{row.tok_s_per_chip:,.0f}", f"{row.low:,.0f}-{row.high:,.0f}", f"{row.mfu:.1%}",
        f"{row.memory_bytes / 2**30:.0f}",
    )  # fmt: skip
