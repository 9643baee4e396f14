"""Answer one sizing question: the best configurations within its limits first."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from functools import partial
from typing import Any

import numpy as np

from outlay.core.arrays import Array, BoolArray
from outlay.performance.constants.calibrated import Calibrated
from outlay.performance.constants.cases import case_for
from outlay.performance.constants.widths import Z90
from outlay.performance.operators.formats import native_precision
from outlay.performance.questions.layout_sweep import PARTS, Sweep, sweep
from outlay.performance.questions.loop import memory_given
from outlay.performance.questions.power import watts
from outlay.performance.types import Layout, Precision, Rate, Stack
from outlay.results.chips_models import Chip, Model

__all__ = ["checked_question", "edge_batches", "joined", "layout_at", "pareto", "search"]


def pareto(rate: Array, speed: Array) -> BoolArray:
    """Points that no other beats in both tokens/s per chip and tokens/s per user [point]."""
    order = np.lexsort((-speed, -rate))
    best = np.maximum.accumulate(np.append(-math.inf, speed[order]))[:-1]  # of those before
    keep = np.zeros(len(rate), dtype=bool)
    keep[order] = speed[order] > best
    return keep


def search(
    model: Model,
    chip: Chip,
    isl: float,
    osl: float,
    *,
    cached_share: float = 0.0,
    ttft_s: float | None = None,
    tpot_s: float | None = None,
    max_chips: int | None = None,
    phase: str = "aggregated",
    stack: Stack = Stack(),  # noqa: B008 - frozen, no state
    precision: Precision | None = None,
    speculative: bool = False,
    keep_all: bool = False,
    calibration: Calibrated | None = None,
) -> list[Rate]:
    """Best configurations of one question, most output tokens per chip first.

    Parameters
    ----------
    isl, osl : mean input and output tokens per request [token].
    cached_share : share of the input found in the prefix cache [fraction].
    ttft_s, tpot_s : limits at the closed-loop load of the configuration [s].
    max_chips : most chips in one replica; if not given a scale-up domain (at most 64), or
        more where the weights leave little room (`default_chips`).
    phase : aggregated, prefill or decode (a pool of a disaggregated deployment). A prefill
        pool's rate is input tokens, its first token one prompt alone, and no TPOT limit holds.
    keep_all : every point that fits, not only the Pareto front.
    calibration : constants and correction in place of the shipped ones (`read_calibration`).

    Returns
    -------
    The Pareto front of tokens/s per chip against tokens/s per user among the points within the
    limits. If none is, one `Rate` with `feasible` false and the reason.

    Raises
    ------
    ValueError : a length, share or phase that cannot be.
    """
    checked_question(isl, osl, cached_share, phase, ttft_s, tpot_s)
    precision = precision or native_precision(model, chip)
    calibration = calibration or Calibrated()
    ask = partial(
        sweep,
        model,
        chip,
        isl,
        osl,
        cached_share=cached_share,
        max_chips=max_chips,
        phase=phase,
        stack=stack,
        precision=precision,
        speculative=speculative,
        calibration=calibration,
    )
    s = ask()
    limit = math.inf if phase == "prefill" or tpot_s is None else tpot_s
    first = math.inf if ttft_s is None else ttft_s
    if min(limit, first) < math.inf:
        s = joined(s, ask(layouts=s.layouts, batches=edge_batches(s, limit, first)))
    ok = s.fits.copy()
    if not ok.any():
        k = case_for(model, chip, Layout(1), precision, stack, constants=calibration.constants)
        held, given = float(s.memory_bytes[:, 0].min()) / 2**30, float(memory_given(k)) / 2**30
        why = (
            f"weights and one request take {held:,.4g} GiB a chip; of its "
            f"{chip.memory_bytes / 2**30:,.4g} an engine fills {given:,.4g}"
        )
        return [_none(model, chip, precision, s, phase, why)]
    within = ok & (s.tpot_s <= limit) & (s.ttft_s <= first)
    if not within.any():
        why = _missed(s, ok, ttft_s, None if phase == "prefill" else tpot_s)
        fastest = int(np.argmin(np.where(ok, s.tpot_s, math.inf)))
        return [_none(model, chip, precision, s, phase, why, PARTS[int(s.bound.flat[fastest])])]
    i, j = np.nonzero(within)
    once = np.sort(np.unique(i + 1j * s.batch[i, j], return_index=True)[1])
    i, j = i[once], j[once]  # grids of few sequences repeat a layout's batch
    wait = s.ttft_s if phase == "prefill" else s.tpot_s  # what a user of this pool waits for
    rate, speed = s.tok_s_per_chip[i, j], 1.0 / wait[i, j]
    front = np.ones(len(i), dtype=bool) if keep_all else pareto(rate, speed)
    order = np.argsort(-rate[front], kind="stable")
    picks = zip(i[front][order], j[front][order], strict=True)
    return [_rate(model, chip, precision, s, int(a), int(b), phase) for a, b in picks]


def edge_batches(s: Sweep, limit: float, first: float) -> tuple[Array, Array]:
    """The largest batch within the limits and the next one beyond, by layout [layout]."""
    within = s.fits & (s.tpot_s <= limit) & (s.ttft_s <= first)
    last = np.where(within.any(axis=1), within.shape[1] - 1 - within[:, ::-1].argmax(axis=1), 0)
    rows = np.arange(len(last))
    return s.batch[rows, last], s.batch[rows, np.minimum(last + 1, s.batch.shape[1] - 1)]


def joined(a: Sweep, b: Sweep) -> Sweep:
    """Two sweeps of the same layouts, batches side by side."""
    both: dict[str, Any] = {
        f.name: np.concatenate([getattr(a, f.name), getattr(b, f.name)], axis=1)
        for f in fields(Sweep)
        if f.name not in ("layouts", "calibrated")
    }
    return replace(a, **both)


def checked_question(
    isl: float, osl: float, cached_share: float, phase: str,
    ttft_s: float | None, tpot_s: float | None,
) -> None:  # fmt: skip
    """Raise ValueError for a length, share, limit or phase that cannot be."""
    if not (isl > 0 and osl > 0 and math.isfinite(isl) and math.isfinite(osl)):
        raise ValueError("input and output lengths must be positive and finite")
    if not 0.0 <= cached_share < 1.0:
        raise ValueError("cached_share must be in [0, 1)")
    if any(x is not None and not x > 0.0 for x in (ttft_s, tpot_s)):
        raise ValueError("limits on the first token and per token must be above 0 s")
    if phase not in ("aggregated", "prefill", "decode"):
        raise ValueError(f"phase {phase!r}: aggregated, prefill or decode")


def _missed(s: Sweep, ok: BoolArray, ttft_s: float | None, tpot_s: float | None) -> str:
    fastest, first = float(s.tpot_s[ok].min()), float(s.ttft_s[ok].min())
    if tpot_s is not None and fastest > tpot_s:
        return f"fastest TPOT is {fastest * 1e3:.3g} ms, limit {tpot_s * 1e3:.3g} ms"
    if ttft_s is not None and first > ttft_s:
        return f"shortest TTFT is {first:.3g} s, limit {ttft_s:.3g} s"
    return "no layout meets both limits at once"


def layout_at(s: Sweep, i: int, phase: str) -> Layout:
    """A layout of a sweep by its row."""
    o = s.layouts
    return Layout(int(o.n_chips[i]), int(o.tp[i]), int(o.pp[i]), int(o.ep[i]), int(o.dp[i]), phase)


def _rate(
    model: Model, chip: Chip, precision: Precision, s: Sweep, i: int, j: int, phase: str
) -> Rate:
    rate, spread = float(s.tok_s_per_chip[i, j]), math.exp(Z90 * float(s.sd[i, j]))
    tpot = float(s.tpot_s[i, j])
    return Rate(
        chip=chip.id,
        model=model.id,
        layout=layout_at(s, i, phase),
        precision=precision,
        batch=int(s.batch[i, j]),
        ttft_s=float(s.ttft_s[i, j]),
        ttft_alone_s=float(s.first_alone_s[i, j]),
        tpot_s=tpot,
        tok_s_per_chip=rate,
        tok_s_per_user=1.0 / tpot,
        low=rate / spread,
        high=rate * spread,
        prefill_tok_s_per_chip=float(s.prefill_tok_s_per_chip[i, j]),
        decode_tok_s_per_chip=float(s.decode_tok_s_per_chip[i, j]),
        bound_by=PARTS[int(s.bound[i, j])],
        memory_bytes=float(s.memory_bytes[i, j]),
        watts_per_chip=float(watts(chip, s.utilisation[i, j])),
        feasible=True,
        calibrated=s.calibrated,
    )


def _none(
    model: Model, chip: Chip, precision: Precision, s: Sweep, phase: str, why: str,
    bound: str = "capacity",
) -> Rate:  # fmt: skip
    """The layout that needs least memory a chip, marked infeasible, with why and what limits it."""
    i = int(np.argmin(s.memory_bytes[:, 0]))
    return Rate(
        chip=chip.id,
        model=model.id,
        layout=layout_at(s, i, phase),
        precision=precision,
        batch=0,
        ttft_s=math.inf,
        ttft_alone_s=math.inf,
        tpot_s=math.inf,
        tok_s_per_chip=0.0,
        tok_s_per_user=0.0,
        low=0.0,
        high=0.0,
        prefill_tok_s_per_chip=0.0,
        decode_tok_s_per_chip=0.0,
        bound_by=bound,
        memory_bytes=float(s.memory_bytes[i, 0]),
        watts_per_chip=0.0,
        feasible=False,
        why_not=why,
        calibrated=s.calibrated,
    )
