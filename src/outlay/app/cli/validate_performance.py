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
    calibration: Annotated[
        Path | None, typer.Option(help="Folder of `outlay calibrate`, in place of the shipped one.")
    ] = None,
) -> None:
    """Predict every row of a table of measurements and say how far off, and how sure.

    Rows of serving and of training runs may stand in one file. Rows that cannot be predicted are
    listed with the reason; none is dropped in silence.
    """
    from outlay.app.cli.output import progress
    from outlay.core.errors import InputError, Problem
    from outlay.performance.calibrated import Calibrated, read_calibration
    from outlay.performance.crossval import SPLITS
    from outlay.performance.score import validation_document
    from outlay.performance.validate import cross_validate_table, predict_table, seen_by_the_fit

    if held_out and held_out not in SPLITS:
        raise InputError(
            Problem("unknown split", where="--held-out", value=held_out, allowed=", ".join(SPLITS))
        )
    if held_out and calibration:
        raise InputError(
            Problem(
                "--held-out refits, so that a calibration would not be used",
                where="--calibration",
                value=str(calibration),
                allowed="one of the two",
            )
        )
    fitted = read_calibration(calibration) if calibration else Calibrated()
    if held_out:
        rows = cross_validate_table(measured, held_out, progress)
    else:
        rows = predict_table(measured, fitted)
    seen = not held_out and seen_by_the_fit(measured, fitted)
    body = {"seen_by_the_fit": seen} | validation_document(rows)
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
    overall = body["overall"]
    assert isinstance(overall, dict)
    if overall["n"]:
        console.print(
            f"{overall['n']} rows in {overall['groups']} groups: median error "
            f"{overall['median_abs_log_ratio']:.1%}, bias {overall['bias']:+.1%}, "
            f"{overall['coverage_90']:.0%} inside the 90 % interval."
        )
    if body["seen_by_the_fit"]:
        console.print(
            "The constants were fitted to this very table: for errors on what a fit has not seen, "
            "add --held-out group, model or chip."
        )
    console.print()
    for by in dict.fromkeys(g["by"] for g in groups):
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
        for column in (f"by {by}", "rows", "groups", "error", "its 90 %", "p90", "bias", "inside"):
            left = column.startswith("by")
            table.add_column(column, justify="left" if left else "right", no_wrap=not left,
                             overflow="fold")  # fmt: skip
        for g in (g for g in groups if g["by"] == by):
            low, high = g["median_interval_90"]
            table.add_row(
                g["name"], str(g["n"]), str(g["groups"]), f"{g['median_abs_log_ratio']:.1%}",
                f"{low:.1%}-{high:.1%}", f"{g['p90_abs_log_ratio']:.1%}", f"{g['bias']:+.1%}",
                f"{g['coverage_90']:.0%}",
            )  # fmt: skip
        console.print(table)
        console.print()
    console.print(
        "error: median in each group of |log(predicted / measured)|, then over groups; p90: its "
        "90th percentile over groups; inside: rows in the 90 % interval"
    )
    rows = body["rows"]
    assert isinstance(rows, list)
    refused = [r for r in rows if r["status"] != "predicted"]
    console.print(f"{len(refused)} of {len(rows)} not predicted")
    for r in refused[:40]:
        console.print(f"  {r['row_id']}: {r['status']}: {r['why']}")
