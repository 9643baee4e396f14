"""`outlay calibrate`: refit the constants to measurements, or measure the GPU of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = ["calibrate_command"]


def calibrate_command(
    measured: Annotated[
        Path | None, typer.Option(help="CSV of measurements to fit the constants to.")
    ] = None,
    training: Annotated[
        Path | None, typer.Option(help="CSV of training runs to fit the training constants to.")
    ] = None,
    local: Annotated[
        bool, typer.Option("--local", help="Measure the GPU of this machine (needs PyTorch).")
    ] = False,
    out: Annotated[Path, typer.Option(help="Folder for the result.")] = Path("calibration"),
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Refit the performance model, or measure the local GPU into a chip profile.

    `outlay rate`, `train` and `validate performance` take the folder as --calibration.
    """
    from outlay.core.errors import InputError, Problem

    if local == (measured is not None or training is not None):
        raise InputError(
            Problem(
                "say what to calibrate from",
                allowed="--measured CSV, --training CSV or both; or --local",
            )
        )
    if local:
        from outlay.performance.local import measure_local, profile_document

        body = profile_document(measure_local(), out)
    else:
        body = _refit(measured, training, out)
    if json_:
        from outlay.app.cli.output import print_json

        print_json("calibration", body)
        return
    for name, value in body.items():
        typer.echo(f"{name}: {value}")


def _refit(measured: Path | None, training: Path | None, out: Path) -> dict[str, Any]:
    from outlay.performance.calibrate import calibrate, write
    from outlay.performance.training_fit import calibrate_training, write_training

    # Both tables are read and fitted before either result is written.
    served = calibrate(measured) if measured else None
    trained = calibrate_training(training) if training else None
    body: dict[str, Any] = {}
    files: list[str] = []
    if served:
        body |= {
            "rows": len(served.questions),
            "refused": len(served.refused),
            "effects": len(served.constants.effects),
            "cells": len(served.cells),
            "data_sha256": served.sha256,
        }
        files += [str(p) for p in write(served, out)]
    if trained and training:
        fitted, runs = trained
        body["training_runs"] = runs
        files.append(str(write_training(fitted, training, runs, out)))
    return body | {"files": files}
