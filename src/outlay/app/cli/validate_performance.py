"""`outlay validate performance`: score the performance model on a table of measurements."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["validate_performance_command"]


def validate_performance_command(
    measured: Annotated[Path, typer.Option(help="CSV of measurements, columns as documented.")],
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    held_out: Annotated[
        str,
        typer.Option(help="Refit without each `group`, `model` or `chip` before predicting it."),
    ] = "",
) -> None:
    """Predict every row of a table of measurements and say how far off, and how sure.

    Rows that cannot be predicted are listed with the reason; none is dropped in silence.
    """
    from outlay.core.errors import InputError, Problem
    from outlay.performance.crossval import SPLITS, cross_validate
    from outlay.performance.predict import predict_file
    from outlay.performance.score import validation_document

    if held_out and held_out not in SPLITS:
        raise InputError(
            Problem("unknown split", where="--held-out", value=held_out, allowed=", ".join(SPLITS))
        )
    rows = cross_validate(measured, held_out) if held_out else predict_file(measured)
    body = validation_document(rows)
    if json_:
        from outlay.app.cli.output import print_json

        print_json("validation", body)
        return
    _show(body)


def _show(body: dict[str, object]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    groups = body["groups"]
    assert isinstance(groups, list)
    for by in dict.fromkeys(g["by"] for g in groups):
        table = Table(title=f"by {by}", title_justify="left")
        for column in (
            "",
            "rows",
            "groups",
            "median error",
            "90th percentile",
            "bias",
            "in 90 % interval",
        ):
            table.add_column(column, justify="left" if not column else "right")
        for g in (g for g in groups if g["by"] == by):
            low, high = g["median_interval_90"]
            table.add_row(
                g["name"], str(g["n"]), str(g["groups"]),
                f"{g['median_abs_log_ratio']:.1%} ({low:.1%}-{high:.1%})",
                f"{g['p90_abs_log_ratio']:.1%}", f"{g['bias']:+.1%}", f"{g['coverage_90']:.0%}",
            )  # fmt: skip
        console.print(table)
    rows = body["rows"]
    assert isinstance(rows, list)
    refused = [r for r in rows if r["status"] != "predicted"]
    console.print(f"{len(refused)} of {len(rows)} not predicted")
    for r in refused[:40]:
        console.print(f"  {r['row_id']}: {r['status']}: {r['why']}")
