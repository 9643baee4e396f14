"""Pictures of `outlay rate`: the roofline, time by operator, the Pareto front."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from outlay.performance.questions.roofline import PartTime, Roofline
from outlay.performance.questions.search import pareto
from outlay.performance.types import Mix, Rate
from outlay.report.charts.axis import Axis
from outlay.report.charts.band import Band, draw_fan
from outlay.report.charts.bar import Amount, stacked_bars
from outlay.report.charts.line import Curve, Dot, Limit, draw_lines
from outlay.report.theme import Spec

__all__ = ["mixes_picture", "operators_picture", "pareto_picture", "roofline_picture"]


def roofline_picture(of: Roofline, what: str) -> Spec:
    """FLOP/s of decode and prefill against operations per byte, under the roof."""
    ridge = of.peak_flop_s / of.bandwidth_byte_s
    knots = [0.25, 1.0, ridge / 4, ridge, 4 * ridge, 64 * ridge]
    return draw_lines(
        [Curve("roof of the chip", knots, [of.roof_flop_s(x) for x in knots])],
        Axis("operations per byte", log=True),
        Axis("TFLOP/s per chip", per=1e12, log=True),
        "What decode at five batches and prefill of three prompts achieve, under the roof that "
        "memory bandwidth and peak set.",
        dots=[Dot(p.phase, p.flop_per_byte, p.flop_s, f"{p.tokens:g} tokens") for p in of.points],
        heading=(f"{what}: roofline",),
    )


def operators_picture(times: Sequence[PartTime], what: str) -> Spec:
    """Time of a pass by part."""
    return stacked_bars(
        [Amount(t.phase, t.seconds, t.part) for t in times],
        Axis("ms per pass", per=1e-3),
        "Where the time of a decode step and of a prefill pass goes.",
        lying=True,
        heading=(f"{what}: time per operator",),
    )


def pareto_picture(
    rates: Sequence[Rate], *, ttft_s: float | None = None, tpot_s: float | None = None
) -> Spec:
    """Tokens/s per chip of the best layouts, with the interval, against what a user waits for.

    A prefill pool's tokens are of the prompt, and its users wait for the first token.
    """
    feasible = [r for r in rates if r.feasible]
    prefill = feasible[0].layout.phase == "prefill"
    wait = np.array([r.ttft_s if prefill else r.tpot_s for r in feasible])
    best = pareto(np.array([r.tok_s_per_chip for r in feasible]), 1.0 / wait)
    if prefill:
        x, y = Axis("TTFT, s", zero=False), Axis("uncached input tokens/s per chip")
        limit = Limit("TTFT limit", ttft_s) if ttft_s else None
    else:
        x, y = Axis("output tokens/s per user", zero=False), Axis("output tokens/s per chip")
        limit = Limit("TPOT limit", 1.0 / tpot_s) if tpot_s else None

    across = wait if prefill else 1.0 / wait
    order = [i for i in np.argsort(across, kind="stable") if best[i]]
    at = across[order].tolist()
    front = [feasible[i] for i in order]
    return draw_fan(
        [Band("90 % interval", at, [r.low for r in front], [r.high for r in front])],
        Curve("best layouts", at, [r.tok_s_per_chip for r in front]),
        x,
        y,
        f"{y.unit} of the best layouts against {x.unit}.",
        limits=[limit] if limit else [],
        knots=True,
        heading=("Pareto front with its 90 % interval",),
    )


def mixes_picture(
    mixes: Sequence[Mix], rates: Sequence[Rate], *, tpot_s: float | None = None
) -> Spec:
    """Tokens/s per chip of the best mixes, with the interval, beside replicas that do both."""
    found = sorted((m for m in mixes if m.feasible), key=lambda m: 1.0 / m.tpot_s)
    at = [1.0 / m.tpot_s for m in found]
    x, y = Axis("output tokens/s per user", zero=False), Axis("output tokens/s per chip")
    both = [r for r in rates if r.feasible]
    best = pareto(
        np.array([r.tok_s_per_chip for r in both]), np.array([r.tok_s_per_user for r in both])
    )
    return draw_fan(
        [Band("90 % interval", at, [m.low for m in found], [m.high for m in found])],
        Curve("mixes of two pools", at, [m.tok_s_per_chip for m in found]),
        x,
        y,
        f"{y.unit} of the best mixes of prefill and decode workers, and of replicas that do both, "
        f"against {x.unit}.",
        dots=[
            Dot("replicas that do both", r.tok_s_per_user, r.tok_s_per_chip, f"batch {r.batch}")
            for r, keep in zip(both, best, strict=True)
            if keep
        ],
        limits=[Limit("TPOT limit", 1.0 / tpot_s)] if tpot_s else [],
        heading=("Mixes of prefill and decode pools with their 90 % interval",),
    )
