"""`outlay train`: the best layouts of one training run, with what limits its memory and time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = ["train_command"]

MOST_STEP_TOKENS, MOST_RUN_TOKENS = 1e12, 1e18
SHOWN = 12  # rows of the table; --json has all


def train_command(
    model: Annotated[str, typer.Option(help="Catalogue model, or a path to a config.json.")],
    chip: Annotated[str, typer.Option(help="Catalogue chip.")],
    chips: Annotated[int, typer.Option(min=1, max=1_000_000, help="Chips of the run.")],
    seq_len: Annotated[int, typer.Option(min=1, max=10_000_000, help="Tokens a sequence.")] = 4096,
    batch_tokens: Annotated[float, typer.Option(min=1, help="Tokens per optimiser step.")] = 4e6,
    tokens: Annotated[
        float | None, typer.Option(min=1, help="Tokens of the whole run, for its days.")
    ] = None,
    precision: Annotated[str, typer.Option(help="bf16 or fp8.")] = "bf16",
    calibration: Annotated[
        Path | None, typer.Option(help="Folder of `outlay calibrate`, in place of the shipped one.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Best 3-D and expert layouts of a training run, most tokens per second and chip first."""
    from outlay.app.cli.questions import chosen, context_note, in_range, timed_chip
    from outlay.catalogue import open_model
    from outlay.core.errors import InputError, Problem
    from outlay.performance.calibrated import Calibrated, read_calibration
    from outlay.performance.training import train

    precision = chosen("--precision", precision, ("bf16", "fp8"))
    in_range("--batch-tokens", batch_tokens, 1.0, MOST_STEP_TOKENS, "tokens")
    in_range("--tokens", tokens, 1.0, MOST_RUN_TOKENS, "tokens")
    found_model, found_chip = open_model(model), timed_chip(chip)
    if precision not in found_chip.peak_flop_s:
        raise InputError(
            Problem(f"{found_chip.id} has no such peak", where="--precision", value=precision,
                    allowed=", ".join(found_chip.peak_flop_s) or "none: its peaks are not known")
        )  # fmt: skip
    if not seq_len <= batch_tokens < float("inf"):
        raise InputError(
            Problem("not a step of at least one sequence", where="--batch-tokens",
                    value=f"{batch_tokens:g}", allowed=f"{seq_len} or more")
        )  # fmt: skip
    fitted = read_calibration(calibration) if calibration else Calibrated()
    rates = train(
        found_model, found_chip, chips, seq_len=seq_len, global_batch_tokens=batch_tokens,
        precision=precision, constants=fitted.training,
    )  # fmt: skip
    if not rates:
        raise InputError(
            Problem("no layout divides these chips, layers and sequences", where="--chips",
                    value=str(chips), allowed="a multiple of few primes, no more than sequences "
                    f"of a step ({round(batch_tokens / seq_len)}) times tp × pp")
        )  # fmt: skip
    best = rates[0]
    notes = context_note(found_model, seq_len)
    if abs(best.tokens_per_step / batch_tokens - 1.0) > 0.05:
        notes.append(
            f"no layout shares {batch_tokens:,.0f} tokens a step evenly: "
            f"{best.tokens_per_step:,.0f} are taken"
        )
    if json_:
        from outlay.app.cli.output import print_json

        print_json("train", {
            "model": found_model.id, "chip": found_chip.id, "n_chips": chips,
            "precision": precision, "seq_len": seq_len, "warnings": notes,
            "configurations": [_fields(r, tokens) for r in rates],
        })  # fmt: skip
    else:
        for note in notes:
            typer.echo(f"note: {note}")
        _show(rates, precision, tokens)
    if not best.feasible:
        raise typer.Exit(1)


def _fields(r: Any, tokens: float | None) -> dict[str, Any]:
    o = r.layout
    return {
        "tp": o.tp, "pp": o.pp, "cp": int(o.cp), "dp": o.dp, "ep": o.ep, "vp": int(o.vp),
        "micro_batch": o.micro_batch, "recompute": o.recompute, "step_s": r.step_s,
        "tokens_per_step": r.tokens_per_step, "tok_s_per_chip": r.tokens_s_per_chip,
        "low": r.low, "high": r.high, "model_flop_s_per_chip": r.model_flop_s_per_chip,
        "mfu": r.mfu, "mfu_bf16": r.mfu_bf16, "memory_bytes": r.memory_bytes,
        "run_s": None if tokens is None else tokens / (r.tokens_s_per_chip * r.n_chips),
        "feasible": r.feasible, "why_not": r.why_not,
    }  # fmt: skip


def _show(rates: list[Any], precision: str, tokens: float | None) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    best = rates[0]
    if not best.feasible:
        console.print(f"no layout fits: the smallest {best.why_not}")
        return
    console.print(_sentence(best, precision, tokens))
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("layout", "mb", "recompute", "step s", "tok/s/chip", "90 % interval", "MFU",
                 "GiB"):  # fmt: skip
        table.add_column(name, justify="left" if name == "layout" else "right", no_wrap=True)
    for r in rates[:SHOWN]:
        table.add_row(
            _degrees(r.layout), str(r.layout.micro_batch), r.layout.recompute,
            f"{r.step_s:.2f}", f"{r.tokens_s_per_chip:,.0f}", f"{r.low:,.0f}-{r.high:,.0f}",
            f"{r.mfu:.1%}", f"{r.memory_bytes / 2**30:.0f}",
        )  # fmt: skip
    console.print(table)
    if len(rates) > SHOWN:
        console.print(f"{len(rates) - SHOWN} more with --json")


def _degrees(layout: Any) -> str:
    names = ("tp", "pp", "cp", "dp", "ep")
    return " ".join(f"{n}{int(getattr(layout, n))}" for n in names if getattr(layout, n) > 1)


def _sentence(r: Any, precision: str, tokens: float | None) -> str:
    text = (
        f"{r.model} in {precision} on {r.n_chips:,} {r.chip}: {r.tokens_s_per_chip:,.0f} tokens/s "
        f"per chip (90 %: {r.low:,.0f} to {r.high:,.0f}), {r.mfu:.0%} of the peak in "
        f"{precision}, {r.step_s:.2f} s a step of {r.tokens_per_step / 1e6:.2f}M tokens"
    )
    if tokens is None:
        return text + "."
    days = tokens / (r.tokens_s_per_chip * r.n_chips) / 86400.0
    return text + f"; {tokens:.3g} tokens take {days:,.1f} days without failures and restarts."
