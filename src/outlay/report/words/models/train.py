"""What an answer about a training run says: its sentence, and the cells of its table."""

from __future__ import annotations

from outlay.core.periods import SECONDS_PER_DAY, SECONDS_PER_HOUR
from outlay.core.quantities.formats import format_number, format_quantity
from outlay.results.models.train import Train, TrainConfiguration

__all__ = ["HEADS", "cells", "sentence"]

MILLION = 1e6
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
        f"{_tokens(best.tokens_per_step)}{usual}; {best.hidden:.0%} of the exchange "
        f"between chips runs behind compute, with software of {doc.software}"
    )
    if doc.tokens is None or best.run_s is None:
        return f"{text}."
    hours = best.run_s / SECONDS_PER_HOUR * doc.n_chips
    million = hours >= MILLION
    spent = f"{format_number(hours / MILLION)} million" if million else format_number(hours)
    return (
        f"{text}; {_tokens(doc.tokens)} in {_time(best.run_s)} without failures and restarts: "
        f"{spent} chip-hours."
    )


def _tokens(number: float) -> str:
    """Tokens as people count them; every one of less than a million."""
    if number >= MILLION:
        return format_quantity(number, "token")
    return "1 token" if number == 1 else f"{format_number(number, 6)} tokens"


def _time(seconds: float) -> str:
    """Days of a run; a shorter one in the unit that fits it."""
    if seconds >= SECONDS_PER_DAY:
        return f"{seconds / SECONDS_PER_DAY:,.1f} days"
    return format_quantity(seconds, "s")


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
