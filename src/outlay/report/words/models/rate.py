"""What an answer about rates says: its sentence, its front, and the cells of its table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outlay.results.models.launch import Launch
    from outlay.results.models.mix import WorkerPool
    from outlay.results.models.rate import Configuration, Rate
    from outlay.results.models.simulation import Replica

__all__ = [
    "FIRST_TOKENS",
    "HEADS",
    "OF_A_PROMPT",
    "bar",
    "cells",
    "degrees",
    "first_tokens",
    "front",
    "reading",
    "rounded",
    "sentence",
    "shown",
    "started",
    "sureness",
]

HEADS = ("per user", "TTFT s", "alone", "per chip", "", "chips", "layout", "batch", "bound by")
"""Tokens per second and user, first token, tokens per second and chip, and a bar of the latter."""
FIRST_TOKENS = (
    "TTFT: mean time to the first token with the row's batch in flight; alone: of a request that "
    "finds the replica idle."
)
OF_A_PROMPT = "alone: time to the first token of a prompt that finds the pool idle."
SHOWN = 12
"""Rows of a front that are printed; its ends and its knee are among them."""
BAR = 14
"""Characters of the longest bar."""


def sentence(doc: Rate) -> str:
    """The best configuration, or why there is none, in one sentence."""
    best = doc.configurations[0]
    if not best.feasible:
        return (
            f"no configuration of {best.model}, {best.weights} weights and {best.kv} cache, on "
            f"{best.chip}: {best.why_not}"
        )
    kind = "output tokens/s per chip"
    if best.phase == "prefill":
        each = best.tok_s_per_chip / (doc.isl * (1.0 - doc.cached))
        kind = f"uncached input tokens/s per chip, {each:,.3g} requests/s"
    chips = "chip" if best.n_chips == 1 else "chips"
    return (
        f"{best.model}, {best.weights} weights and {best.kv} cache, on {best.chip}: "
        f"{rounded(best.tok_s_per_chip)} {kind} (90 %: {rounded(best.low)} to "
        f"{rounded(best.high)} tokens/s) from {best.n_chips} {chips} ({degrees(best)}), "
        f"{best.memory_bytes / 2**30:.0f} GiB and {best.watts_per_chip:,.0f} W a chip; "
        f"bound by {best.bound_by}."
    )


def front(doc: Rate) -> list[Configuration]:
    """Configurations that none beats in both, the slowest for a user first.

    In both: tokens per second and chip, and what a user waits for: each token, or of a prefill
    pool the first.
    """
    out: list[Configuration] = []
    quickest = sorted(
        (c for c in doc.configurations if c.feasible),
        key=lambda c: (_wait(c), -c.tok_s_per_chip),
    )
    for c in quickest:
        if not out or c.tok_s_per_chip > out[-1].tok_s_per_chip:
            out.append(c)
    return out[::-1]


def knee(points: Iterable[Configuration]) -> Configuration:
    """Where the product of both is greatest."""
    return max(points, key=lambda c: c.tok_s_per_chip / _wait(c))


def shown(points: list[Configuration]) -> list[Configuration]:
    """`SHOWN` of the front, evenly along it."""
    if len(points) <= SHOWN:
        return points
    last = len(points) - 1
    at = {round(i * last / (SHOWN - 2)) for i in range(SHOWN - 1)} | {points.index(knee(points))}
    return [points[i] for i in sorted(at)]


def reading(doc: Rate) -> str:
    """What the front says, in one sentence."""
    points = front(doc)
    most, fast, best = points[0], points[-1], knee(points)
    if len(points) == 1:
        return "One layout and batch is best both for the chip and for the user."
    said = (
        f"The front in {most.weights} weights and {most.kv} cache: "
        f"{rounded(most.tok_s_per_chip)} tokens/s a chip at {_speed(most)}, down to "
        f"{rounded(fast.tok_s_per_chip)} at {_speed(fast)}"
    )
    if best in (most, fast):
        return f"{said}."
    return f"{said}; the best of both is {rounded(best.tok_s_per_chip)} at {_speed(best)}."


def cells(row: Configuration, most: float) -> tuple[str, ...]:
    """A configuration under `HEADS`, its bar beside one of `most` tokens per second and chip.

    A dash where its pool has no such time.
    """
    first, alone = row.ttft_s, row.ttft_alone_s
    return (
        "-" if row.phase == "prefill" else rounded(row.tok_s_per_user),
        "-" if row.phase != "aggregated" or first is None else f"{first:.3g}",
        "-" if alone is None else f"{alone:.3g}",
        rounded(row.tok_s_per_chip), bar(row.tok_s_per_chip / most),
        str(row.n_chips), degrees(row), str(row.batch), row.bound_by,
    )  # fmt: skip


def first_tokens(points: Sequence[Configuration]) -> str:
    """What the first tokens of a front are; empty: a decode pool makes none."""
    return {"aggregated": FIRST_TOKENS, "prefill": OF_A_PROMPT}.get(points[0].phase, "")


def sureness(points: Iterable[Configuration]) -> str:
    """How wide the interval of a front is at its widest, and what it was measured on."""
    low, high, on, many = 1.0, 1.0, "", 0
    for c in points:
        low, high = min(low, c.low / c.tok_s_per_chip), max(high, c.high / c.tok_s_per_chip)
        on, many = on or c.calibrated, many + 1
    widest = " at the widest" if many > 1 else ""
    return f"How sure: 90 % within × {low:.2f} to × {high:.2f}{widest}; {on}."


NAMES = {"vllm": "vLLM", "sglang": "SGLang", "trtllm": "TensorRT-LLM"}


def started(doc: Rate) -> list[tuple[str, str]]:
    """How the first configuration is started in each engine: what is said, and the lines to run."""
    return [
        (f"{_engine(o)}: not this layout: {o.why_not}.", "")
        if o.why_not
        else (
            f"{_engine(o)}{_noted(o.notes)}:",
            _file(o.options) + o.command,
        )
        for o in doc.launch
    ]


def _noted(notes: Iterable[str]) -> str:
    said = "; ".join(notes)
    return f" ({said})" if said else ""


def _engine(o: Launch) -> str:
    worker = f", a {o.pool} worker" if o.pool else ""
    return f"{NAMES[o.engine]} {o.version}{worker}"


def _file(options: str) -> str:
    """A file of options, as a shell writes it before the command that names it."""
    return f"cat > options.yaml <<'END'\n{options}END\n" if options else ""


def _wait(c: Configuration) -> float:
    """What a user of it waits for [s]."""
    found = c.ttft_s if c.phase == "prefill" else c.tpot_s
    return float("inf") if found is None else found


def _speed(c: Configuration) -> str:
    if c.phase == "prefill":
        return f"{_wait(c):.3g} s to the first token of a prompt alone"
    return f"{rounded(c.tok_s_per_user)} tokens/s a user"


def bar(share: float) -> str:
    """A share as a bar of whole and part characters."""
    eighths = round(8 * BAR * share)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def degrees(row: Configuration | WorkerPool | Replica) -> str:
    """Degrees above one: tp4 pp4 dp2."""
    found = {"tp": row.tp, "pp": row.pp, "ep": row.ep, "dp": row.dp}
    return " ".join(f"{name}{n}" for name, n in found.items() if n > 1) or "single"


def rounded(x: float) -> str:
    return f"{x:,.0f}" if x >= 100.0 else f"{x:.3g}"
