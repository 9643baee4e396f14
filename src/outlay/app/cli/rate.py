"""`outlay rate`: the best configurations of one model on one chip, with their interval."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = ["rate_command"]


def rate_command(
    model: Annotated[str, typer.Option(help="Catalogue model, or a path to a config.json.")],
    chip: Annotated[str, typer.Option(help="Catalogue chip.")],
    isl: Annotated[float, typer.Option(min=1, help="Mean input tokens per request.")] = 1024,
    osl: Annotated[float, typer.Option(min=1, help="Mean output tokens per request.")] = 1024,
    cached: Annotated[float, typer.Option(min=0, max=0.999, help="Input share in cache.")] = 0.0,
    ttft: Annotated[float | None, typer.Option(help="Limit on the first token [s].")] = None,
    tpot: Annotated[float | None, typer.Option(help="Limit per output token [s].")] = None,
    max_chips: Annotated[int | None, typer.Option(min=1, max=4096, help="Per replica.")] = None,
    phase: Annotated[str, typer.Option(help="aggregated, prefill or decode.")] = "aggregated",
    stack: Annotated[str, typer.Option(help="vllm, sglang, trtllm; empty: not known.")] = "",
    weights: Annotated[
        str,
        typer.Option(
            help="bf16, fp16, fp8, fp6, fp4, int8, int4; empty: 4 bits where released so, else "
            "the 8-bit format that the chip computes in."
        ),
    ] = "",
    kv: Annotated[str, typer.Option(help="Of the cache: bf16, fp16, fp8, int8, fp4.")] = "bf16",
    speculative: Annotated[bool, typer.Option(help="Multi-token prediction.")] = False,
    sweep: Annotated[bool, typer.Option("--sweep", help="All points, not the front.")] = False,
    charts: Annotated[
        Path | None,
        typer.Option(help="Folder for roofline, operator times and front (SVG and Vega-Lite)."),
    ] = None,
    calibration: Annotated[
        Path | None, typer.Option(help="Folder of `outlay calibrate`, in place of the shipped one.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Best layouts and batches for one question, most tokens per second and chip first."""
    from outlay.app.cli.questions import (
        MOST_TOKENS,
        check_stack,
        chosen,
        in_range,
        timed_chip,
        warnings,
    )
    from outlay.catalogue import open_model
    from outlay.core.errors import InputError, Problem
    from outlay.performance import Stack, search
    from outlay.performance.calibrated import Calibrated, read_calibration
    from outlay.performance.cases import case_for
    from outlay.performance.formats import KV_BYTES, precision_for

    weights = chosen("--weights", weights, FORMATS) if weights else ""
    kv, phase = chosen("--kv", kv, KV_BYTES), chosen("--phase", phase, PHASES)
    for name, length in (("--isl", isl), ("--osl", osl)):
        in_range(name, length, 1.0, MOST_TOKENS, "tokens")
    for name, limit in (("--ttft", ttft), ("--tpot", tpot)):
        in_range(name, limit, 1e-6, 1e6, "s")
    fitted = read_calibration(calibration) if calibration else Calibrated()
    found_model, found_chip = open_model(model), timed_chip(chip)
    check_stack(stack)
    precision = precision_for(found_model, found_chip, weights, kv)
    notes = warnings(found_model, isl + osl, phase, speculative, ttft, tpot)
    try:
        rates = search(
            found_model, found_chip, isl, osl, cached_share=cached, ttft_s=ttft, tpot_s=tpot,
            max_chips=max_chips, phase=phase, stack=Stack(stack),
            precision=precision, speculative=speculative, keep_all=sweep, calibration=fitted,
        )  # fmt: skip
    except ValueError as error:
        raise InputError(Problem(str(error), where="outlay rate")) from error
    if charts is not None and rates[0].feasible:
        case = case_for(
            found_model, found_chip, rates[0].layout, precision, Stack(stack),
            constants=fitted.constants,
        )  # fmt: skip
        _write_charts(charts, rates, case, isl + osl / 2, ttft, tpot)
    if json_:
        from outlay.app.cli.output import print_json

        body = {
            "model": found_model.id,
            "chip": found_chip.id,
            "isl": isl,
            "osl": osl,
            "warnings": notes,
            "configurations": [_fields(r) for r in rates],
        }
        print_json("rate", body)
    else:
        _show(rates, isl * (1.0 - cached), notes)
    if not rates[0].feasible:
        raise typer.Exit(1)


def _write_charts(
    folder: Path,
    rates: list[Any],
    case: Any,
    context: float,
    ttft: float | None,
    tpot: float | None,
) -> None:
    from outlay.performance.roofline import part_times, roofline
    from outlay.report.pictures.rate import operators_picture, pareto_picture, roofline_picture
    from outlay.report.theme import write_picture

    best = rates[0]
    what = f"{best.model} on {best.chip}"
    pictures = {
        "roofline": roofline_picture(roofline(case, context), what),
        "operators": operators_picture(part_times(case, float(best.batch), context), what),
        "pareto": pareto_picture(rates, ttft_s=ttft, tpot_s=tpot),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, spec in pictures.items():
        write_picture(folder / f"{name}.vl.json", spec)
        write_picture(folder / f"{name}.svg", spec)


def _fields(r: Any) -> dict[str, Any]:
    return {
        "chip": r.chip, "model": r.model, "n_chips": r.layout.n_chips, "tp": r.layout.tp,
        "pp": r.layout.pp, "ep": r.layout.ep, "dp": r.layout.dp, "phase": r.layout.phase,
        "weights": r.precision.weights, "kv": r.precision.kv, "batch": r.batch,
        "ttft_s": r.ttft_s, "tpot_s": r.tpot_s, "tok_s_per_chip": r.tok_s_per_chip,
        "tok_s_per_user": r.tok_s_per_user, "low": r.low, "high": r.high,
        "prefill_tok_s_per_chip": r.prefill_tok_s_per_chip,
        "decode_tok_s_per_chip": r.decode_tok_s_per_chip, "bound_by": r.bound_by,
        "memory_bytes": r.memory_bytes, "watts_per_chip": r.watts_per_chip,
        "feasible": r.feasible, "why_not": r.why_not, "calibrated": r.calibrated,
    }  # fmt: skip


FORMATS = ("bf16", "fp16", "fp8", "fp6", "fp4", "int8", "int4")
PHASES = ("aggregated", "prefill", "decode")
SHOWN = 15  # rows of the front; --json has all


def _show(rates: list[Any], prompt: float, notes: list[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    best = rates[0]
    for note in notes:
        console.print(f"note: {note}")
    if not best.feasible:
        console.print(f"no configuration: {best.why_not}")
        return
    console.print(_sentence(best, prompt))
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    heads = ("chips", "layout", "batch", "TTFT s", "TPOT ms", "tok/s/chip", "90 % interval",
             "bound by")  # fmt: skip
    for name in heads:
        left = name in ("layout", "bound by")
        table.add_column(name, justify="left" if left else "right", no_wrap=True)
    for r in rates[:SHOWN]:
        table.add_row(
            str(r.layout.n_chips), _degrees(r.layout), str(r.batch),
            "-" if r.layout.phase == "decode" else f"{r.ttft_s:.2f}",
            "-" if r.layout.phase == "prefill" else f"{r.tpot_s * 1e3:.1f}",
            _rounded(r.tok_s_per_chip), f"{_rounded(r.low)}-{_rounded(r.high)}", r.bound_by,
        )  # fmt: skip
    console.print(table)
    if len(rates) > SHOWN:
        console.print(f"{len(rates) - SHOWN} more with --json")
    console.print(f"How sure: {best.calibrated}.")


def _degrees(layout: Any) -> str:
    """Degrees above one: tp4 pp4 dp2."""
    parts = [f"{n}{getattr(layout, n)}" for n in ("tp", "pp", "ep", "dp") if getattr(layout, n) > 1]
    return " ".join(parts) or "single"


def _rounded(x: float) -> str:
    return f"{x:,.0f}" if x >= 100.0 else f"{x:.3g}"


def _sentence(r: Any, prompt: float) -> str:
    kind = "output tokens/s per chip"
    if r.layout.phase == "prefill":
        each = r.tok_s_per_chip / prompt
        kind = f"uncached input tokens/s per chip, {each:,.3g} requests/s"
    return (
        f"{r.model}, {r.precision.weights} weights and {r.precision.kv} cache, on {r.chip}: "
        f"{_rounded(r.tok_s_per_chip)} {kind} (90 %: {_rounded(r.low)} to {_rounded(r.high)} "
        f"tokens/s) from {r.layout.n_chips} chips "
        f"({_degrees(r.layout)}), {r.memory_bytes / 2**30:.0f} GiB and {r.watts_per_chip:,.0f} W "
        f"a chip; bound by {r.bound_by}."
    )
