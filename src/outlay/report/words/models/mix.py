"""What an answer about mixes of prefill and decode workers says."""

from __future__ import annotations

from collections.abc import Sequence

from outlay.report.words.models.rate import bar, degrees, rounded
from outlay.results.models.mix import Mix, WorkerPool
from outlay.results.models.rate import Rate

__all__ = [
    "FIRST_TOKENS",
    "HEADS",
    "beside",
    "cells",
    "first_tokens",
    "sentence",
    "shown",
    "sureness",
]

HEADS = (
    "per user", "TTFT s", "alone", "per chip", "", "chips", "mix", "prefill worker",
    "decode worker", "batch", "limited by",
)  # fmt: skip
"""Tokens per second and user, first token, tokens per second and chip with a bar, the workers."""
SHOWN = 12
"""Rows of a front that are printed, evenly along it."""
LINK = "the link between the pools"
FIRST_TOKENS = (
    "TTFT: mean time to the first token with the row's batch in each decode worker; alone: of a "
    "request that finds the mix idle."
)


def sentence(doc: Rate) -> str:
    """The best mix, or why there is none, in one sentence."""
    best = doc.mixes[0]
    if not best.feasible:
        return f"no mix of prefill and decode pools: {best.why_not}"
    limited = LINK if best.limited_by == "transfer" else f"the {best.limited_by} pool"
    return (
        f"{doc.model}, {best.weights} weights and {best.kv} cache, on {doc.chip}, two pools: "
        f"{rounded(best.tok_s_per_chip)} output tokens/s per chip of both "
        f"(90 %: {rounded(best.low)} to {rounded(best.high)} tokens/s) from {best.n_chips} chips, "
        f"{_workers(best.prefill, 'prefill')} and {_workers(best.decode, 'decode')} ({best.mix}): "
        f"{rounded(best.requests_s)} requests/s, limited by {limited}."
    )


def _workers(pool: WorkerPool, phase: str) -> str:
    many = "" if pool.workers == 1 else "s"
    chips = "1 chip" if pool.n_chips == 1 else f"{pool.n_chips} chips"
    return f"{pool.workers} {phase} worker{many} of {chips} ({degrees(pool)})"


def first_tokens(best: Mix) -> str:
    """When the first token of a mix comes, and at which load."""
    assert best.ttft_s is not None
    assert best.ttft_alone_s is not None
    assert best.kv_transfer_s is not None
    return (
        f"First token after {best.ttft_s:.3g} s with {rounded(best.concurrency)} requests in this "
        f"mix, {best.ttft_alone_s:.3g} s alone; a request's cache passes between the pools in "
        f"{1e3 * best.kv_transfer_s:.3g} ms of each."
    )


def beside(doc: Rate) -> str:
    """The best mix over the best replicas that run both phases."""
    best, both = doc.mixes[0], doc.configurations[0]
    if not both.feasible:
        return f"Replicas that do both: {both.why_not}."
    times = best.tok_s_per_chip / both.tok_s_per_chip
    return (
        f"Replicas that do both give {rounded(both.tok_s_per_chip)} within the same limits: "
        f"two pools give × {times:.2f} of that."
    )


def shown(points: Sequence[Mix]) -> list[Mix]:
    """`SHOWN` of the front, evenly along it, the slowest for a user first."""
    last = len(points) - 1
    at = range(len(points)) if last < SHOWN else [
        round(n * last / (SHOWN - 1)) for n in range(SHOWN)
    ]  # fmt: skip
    return [points[n] for n in at]


def cells(row: Mix, most: float) -> tuple[str, ...]:
    """A mix under `HEADS`, its bar beside one of `most` tokens per second and chip."""
    return (
        rounded(row.tok_s_per_user), f"{row.ttft_s:.3g}", f"{row.ttft_alone_s:.3g}",
        rounded(row.tok_s_per_chip), bar(row.tok_s_per_chip / most), str(row.n_chips), row.mix,
        f"{row.prefill.n_chips} {degrees(row.prefill)}",
        f"{row.decode.n_chips} {degrees(row.decode)}", rounded(row.decode.batch),
        "link" if row.limited_by == "transfer" else row.limited_by,
    )  # fmt: skip


def sureness(points: Sequence[Mix]) -> str:
    """How wide the interval of the first mix and those of a front are, and what they rest on."""
    best = points[0]
    low = min(m.low / m.tok_s_per_chip for m in points)
    high = max(m.high / m.tok_s_per_chip for m in points)
    others = f", of all mixes at most × {low:.2f} to × {high:.2f}" if len(points) > 1 else ""
    return (
        f"How sure: 90 % within × {best.low / best.tok_s_per_chip:.2f} to × "
        f"{best.high / best.tok_s_per_chip:.2f}{others}, as either pool may fall short; "
        f"{best.calibrated}."
    )
