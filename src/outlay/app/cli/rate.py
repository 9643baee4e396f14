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
    weights: Annotated[str, typer.Option(help="bf16, fp8, fp4, int8, int4.")] = "",
    kv: Annotated[str, typer.Option(help="bf16 or fp8.")] = "bf16",
    speculative: Annotated[bool, typer.Option(help="Multi-token prediction.")] = False,
    sweep: Annotated[bool, typer.Option("--sweep", help="All points, not the front.")] = False,
    charts: Annotated[
        Path | None, typer.Option(help="Write roofline, operator times and front (Vega-Lite).")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Best layouts and batches for one question, most tokens per second and chip first."""
    from outlay.catalogue import find_chip, find_model
    from outlay.core.errors import InputError, Problem
    from outlay.performance import Precision, Stack, search
    from outlay.performance.formats import KV_BYTES, WEIGHT_BYTES

    for name, value, known in (("--weights", weights, WEIGHT_BYTES), ("--kv", kv, KV_BYTES)):
        if value and value not in known:
            raise InputError(
                Problem("unknown number format", where=name, value=value, allowed=", ".join(known))
            )
    found_model, found_chip = find_model(model), find_chip(chip)
    try:
        rates = search(
            found_model, found_chip, isl, osl, cached_share=cached, ttft_s=ttft, tpot_s=tpot,
            max_chips=max_chips, phase=phase, stack=Stack(stack),
            precision=Precision(weights, kv) if weights else None, speculative=speculative,
            keep_all=sweep,
        )  # fmt: skip
    except ValueError as error:
        raise InputError(Problem(str(error), where="outlay rate")) from error
    if charts is not None and rates[0].feasible:
        _write_charts(charts, found_model, found_chip, rates, tpot, Stack(stack))
    if json_:
        from outlay.app.cli.output import print_json

        body = {
            "model": found_model.id,
            "chip": found_chip.id,
            "isl": isl,
            "osl": osl,
            "configurations": [_fields(r) for r in rates],
        }
        print_json("rate", body)
    else:
        _show(rates)
    if not rates[0].feasible:
        raise typer.Exit(1)


def _write_charts(
    folder: Path, model: Any, chip: Any, rates: list[Any], tpot: float | None, stack: Any
) -> None:
    import json

    from outlay.performance.figures import (
        operator_times,
        pareto_figure,
        roofline_figure,
        times_figure,
    )

    best = rates[0]
    where = (model, chip, best.layout, best.precision)
    times = operator_times(*where, batch=float(best.batch), stack=stack)
    specs = {
        "roofline": roofline_figure(*where, stack=stack),
        "operators": times_figure(times, f"{model.id} on {chip.id}: time per operator"),
        "pareto": pareto_figure(rates, tpot_s=tpot),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, spec in specs.items():
        (folder / f"{name}.vl.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")


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


def _show(rates: list[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    best = rates[0]
    if not best.feasible:
        console.print(f"no configuration: {best.why_not}")
        return
    table = Table(title=f"{best.model} on {best.chip}, {best.precision.weights} weights")
    for name in (
        "chips",
        "tp",
        "pp",
        "ep",
        "dp",
        "batch",
        "TTFT s",
        "TPOT ms",
        "tok/s/chip",
        "90 % interval",
        "tok/s/user",
        "bound by",
        "W/chip",
    ):
        table.add_column(name, justify="right")
    for r in rates[:30]:
        o = r.layout
        table.add_row(
            *(str(x) for x in (o.n_chips, o.tp, o.pp, o.ep, o.dp, r.batch)),
            f"{r.ttft_s:.2f}", f"{r.tpot_s * 1e3:.1f}", f"{r.tok_s_per_chip:.0f}",
            f"{r.low:.0f}-{r.high:.0f}", f"{r.tok_s_per_user:.0f}", r.bound_by,
            f"{r.watts_per_chip:.0f}",
        )  # fmt: skip
    console.print(table)
    console.print(best.calibrated)
