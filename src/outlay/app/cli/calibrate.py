"""`outlay calibrate`: refit the constants to measurements, or measure the GPU of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["calibrate_command"]


def calibrate_command(
    measured: Annotated[
        Path | None, typer.Option(help="CSV of measurements to fit the constants to.")
    ] = None,
    local: Annotated[
        bool, typer.Option("--local", help="Measure the GPU of this machine (needs PyTorch).")
    ] = False,
    out: Annotated[Path, typer.Option(help="Folder for the result.")] = Path("calibration"),
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Refit the performance model, or measure the local GPU into a chip profile."""
    from outlay.core.errors import InputError, Problem

    if local == (measured is not None):
        raise InputError(
            Problem("say what to calibrate from", allowed="either --measured CSV or --local")
        )
    if local:
        from outlay.performance.local import measure_local, profile_document

        body = profile_document(measure_local(), out)
    else:
        from outlay.performance.calibrate import calibrate, write

        assert measured is not None
        done = calibrate(measured)
        body = {
            "rows": len(done.questions),
            "refused": len(done.refused),
            "effects": len(done.constants.effects),
            "cells": len(done.cells),
            "data_sha256": done.sha256,
            "files": [str(p) for p in write(done, out)],
        }
    if json_:
        from outlay.app.cli.output import print_json

        print_json("calibration", body)
        return
    for name, value in body.items():
        typer.echo(f"{name}: {value}")
