"""`outlay.rate`: the best configurations of one model on one chip, with their interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.says import Says
from outlay.results.document import Document
from outlay.results.models.rate import Configuration, Phase, Rate

if TYPE_CHECKING:
    from outlay.performance.operators.case import Case
    from outlay.performance.types import Mix
    from outlay.performance.types import Rate as Found
    from outlay.report.theme import Spec

__all__ = ["RateAnswer", "rate"]

DRAWN, ENDINGS = ("roofline", "operators", "pareto", "mixes"), ("vl.json", "svg")
"""What its pictures are called, and the forms in which each is written."""
PHASES: tuple[Phase, ...] = ("aggregated", "prefill", "decode")


@dataclass(frozen=True, slots=True, repr=False)
class RateAnswer(Rate):
    """Kind `rate`, and its pictures: roofline, operator times, front, and that of mixes."""

    pictures: Callable[[], Mapping[str, Spec]] = field(kw_only=True, compare=False)
    """Name → Vega-Lite specification; none where nothing fits."""

    def draw(self, folder: str | Path) -> None:
        """Write each picture into the folder as SVG and as Vega-Lite."""
        from outlay.core.written import refuse_unmeant
        from outlay.report.theme import write_pictures

        pictures = self.pictures()
        if pictures:
            refuse_unmeant(Path(folder))
            Path(folder).mkdir(parents=True, exist_ok=True)
        write_pictures({
            Path(folder) / f"{name}.{ending}": spec
            for name, spec in pictures.items()
            for ending in ENDINGS
        })  # fmt: skip

    def save(self, folder: str | Path) -> Path:
        """Write `rate.json` and the pictures into the folder; returns the document's path."""
        written = Document.save(self, folder)
        self.draw(folder)
        return written


@checked
def rate(
    model: Annotated[str, Says("Catalogue model, or a path to a config.json.", file=True)],
    chip: Annotated[str, Says("Catalogue chip.")],
    *,
    isl: Annotated[float, Says("Mean input tokens per request.", least=1)] = 1024,
    osl: Annotated[float, Says("Mean output tokens per request.", least=1)] = 1024,
    cached: Annotated[float, Says("Input share in cache.", least=0, most=0.999)] = 0.0,
    ttft: Annotated[float | None, Says("Limit on the first token [s].")] = None,
    tpot: Annotated[float | None, Says("Limit per output token [s].")] = None,
    max_chips: Annotated[
        int | None, Says("Per replica; of both pools of a mix together.", least=1, most=4096)
    ] = None,
    disaggregated: Annotated[
        bool, Says("Mixes of prefill and decode workers, beside replicas that do both.")
    ] = False,
    phase: Annotated[str, Says("aggregated, prefill or decode.")] = "aggregated",
    stack: Annotated[str, Says("vllm, sglang, trtllm; empty: not known.", empty=True)] = "",
    weights: Annotated[
        str,
        Says(
            "bf16, fp16, fp8, fp6, fp4, int8, int4; empty: as released, 8 bits in the format "
            "that the chip computes in.",
            empty=True,
        ),
    ] = "",
    kv: Annotated[str, Says("Of the cache: bf16, fp16, fp8, int8, fp4.")] = "bf16",
    speculative: Annotated[
        bool, Says("Multi-token prediction.", flag="--speculative/--no-speculative")
    ] = False,
    sweep: Annotated[bool, Says("All points, not the front.")] = False,
    charts: Annotated[
        Path | None,
        Says(
            "Folder for roofline, operator times and front (SVG and Vega-Lite).",
            writes="folder",
            names=tuple(f"{name}.{ending}" for name in DRAWN for ending in ENDINGS),
        ),
    ] = None,
    calibration: Annotated[
        Path | None, Says("Folder of `outlay calibrate`, in place of the shipped one.")
    ] = None,
) -> RateAnswer:
    """Say how fast one chip serves a model: tokens/s per chip against what users wait for.

    The best layouts and batches for the question, most tokens per second and chip first.

    With --disaggregated also the best mixes of two pools: the layout of a prefill and of a decode
    worker, how many of each, the chips of both, and which pool limits.

    Returns a document with the Pareto front of tokens per second and chip against tokens per
    second and user; where nothing fits, one configuration that says why. Its `launch` holds the
    commands that start the first in vLLM, SGLang and TensorRT-LLM, or the rule that refuses it.

    Raises InputError for a model, chip, format or length that cannot be.

    >>> best = rate("llama-3.1-8b", "h100-sxm", isl=1024, osl=256).configurations[0]
    >>> best.low < best.tok_s_per_chip < best.high
    True
    """
    from outlay.api.models.mixes import mix_row, refuse_parts_of_a_mix, to_start
    from outlay.api.models.questions import (
        FORMATS,
        MOST_TOKENS,
        asked_of,
        check_stack,
        check_starts,
        chosen,
        format_note,
        in_range,
        warnings,
        with_shapes,
    )
    from outlay.api.models.served import without_overhead
    from outlay.api.models.smaller import rate_saving
    from outlay.core.errors import InputError, Problem
    from outlay.performance import Stack, search, search_mixes
    from outlay.performance.constants.calibrated import Calibrated, read_calibration
    from outlay.performance.constants.cases import case_for
    from outlay.performance.launch.commands import launches
    from outlay.performance.operators.formats import KV_BYTES, precision_for

    found_model, found_chip = asked_of(
        model,
        chip,
        lambda: weights and chosen("--weights", weights, FORMATS),
        partial(chosen, "--kv", kv, KV_BYTES),
        partial(chosen, "--phase", phase, PHASES),
        partial(in_range, "--isl", isl, 1.0, MOST_TOKENS, "tokens"),
        partial(in_range, "--osl", osl, 1.0, MOST_TOKENS, "tokens"),
        partial(in_range, "--ttft", ttft, 1e-6, 1e6, "s"),
        partial(in_range, "--tpot", tpot, 1e-6, 1e6, "s"),
        partial(check_stack, stack),
        partial(refuse_parts_of_a_mix, phase, max_chips, disaggregated=disaggregated, sweep=sweep),
        also=with_shapes,
    )
    weights = chosen("--weights", weights, FORMATS) if weights else ""
    kv, pool = chosen("--kv", kv, KV_BYTES), chosen("--phase", phase, PHASES)
    fitted = read_calibration(calibration) if calibration else Calibrated()
    precision = precision_for(found_model, found_chip, weights, kv)
    check_starts(found_model, found_chip, precision, stack)
    notes = [
        *warnings(found_model, isl + osl, pool, speculative, ttft, tpot),
        *format_note(found_model, found_chip, weights),
        *without_overhead(fitted, found_model, found_chip),
    ]
    of_both = partial(
        search_mixes, found_model, found_chip, isl, osl, cached_share=cached, ttft_s=ttft,
        tpot_s=tpot, max_chips=max_chips, stack=Stack(stack), precision=precision,
        speculative=speculative, calibration=fitted,
    )  # fmt: skip
    try:
        ask = partial(
            search, found_model, found_chip, isl, osl, cached_share=cached, ttft_s=ttft,
            tpot_s=tpot, max_chips=max_chips, phase=pool, stack=Stack(stack),
            speculative=speculative, calibration=fitted,
        )  # fmt: skip
        rates = ask(precision=precision, keep_all=sweep)
        notes += rate_saving(
            found_model, found_chip, weights, rates[0], lambda other: ask(precision=other)
        )
        mixes = of_both() if disaggregated else []
    except ValueError as error:
        raise InputError(Problem(str(error), where="outlay rate")) from error

    case = partial(
        case_for, found_model, found_chip, rates[0].layout, precision, Stack(stack),
        constants=fitted.constants,
    )  # fmt: skip
    start = partial(
        launches, found_model, found_chip, tokens=isl + osl, stack=stack, given=model,
        verified=float(case().c["mtp_verified"]) if speculative else 0.0,
    )  # fmt: skip
    made = RateAnswer(
        model=found_model.id, chip=found_chip.id, isl=float(isl), osl=float(osl),
        warnings=tuple(notes), configurations=tuple(_row(r, pool) for r in rates),
        cached=float(cached), mixes=tuple(map(mix_row, mixes)),
        pictures=partial(_pictures, rates, mixes, case, isl + osl / 2, ttft, tpot),
        launch=tuple(
            o
            for layout, batch in to_start(rates[0], mixes)
            for o in start(layout, precision, batch)
        ),
    )  # fmt: skip
    if charts is not None:
        made.draw(charts)
    return made


def _pictures(
    rates: Sequence[Found],
    mixes: Sequence[Mix],
    case_of_best: Callable[[], Case],
    context: float,
    ttft_s: float | None,
    tpot_s: float | None,
) -> Mapping[str, Spec]:
    from outlay.performance.questions.roofline import part_times, roofline
    from outlay.report.pictures import rate as draw

    of_mixes = {}
    if mixes and mixes[0].feasible:
        of_mixes["mixes"] = draw.mixes_picture(mixes, rates, tpot_s=tpot_s)
    best = rates[0]
    if not best.feasible:
        return of_mixes
    case, what = case_of_best(), f"{best.model} on {best.chip}"
    return of_mixes | {
        "roofline": draw.roofline_picture(roofline(case, context), what),
        "operators": draw.operators_picture(part_times(case, float(best.batch), context), what),
        "pareto": draw.pareto_picture(rates, ttft_s=ttft_s, tpot_s=tpot_s),
    }


def _row(r: Found, phase: Phase) -> Configuration:
    return Configuration(
        chip=r.chip, model=r.model, n_chips=r.layout.n_chips, tp=r.layout.tp,
        pp=r.layout.pp, ep=r.layout.ep, dp=r.layout.dp, phase=phase,
        weights=r.precision.weights, kv=r.precision.kv, batch=r.batch,
        ttft_s=r.ttft_s if math.isfinite(r.ttft_s) else None,
        ttft_alone_s=r.ttft_alone_s if math.isfinite(r.ttft_alone_s) else None,
        tpot_s=r.tpot_s if math.isfinite(r.tpot_s) else None,
        tok_s_per_chip=r.tok_s_per_chip, tok_s_per_user=r.tok_s_per_user, low=r.low, high=r.high,
        prefill_tok_s_per_chip=r.prefill_tok_s_per_chip,
        decode_tok_s_per_chip=r.decode_tok_s_per_chip, bound_by=r.bound_by,
        memory_bytes=r.memory_bytes, watts_per_chip=r.watts_per_chip, feasible=r.feasible,
        why_not=r.why_not, calibrated=r.calibrated,
    )  # fmt: skip
