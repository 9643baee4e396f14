"""`outlay calibrate`: refit the constants to measurements, or measure the GPU of this machine."""

from __future__ import annotations

from outlay.api.models.calibrate import calibrate
from outlay.app.cli.command import command
from outlay.app.cli.output import tell
from outlay.results.models.calibration import Calibration

__all__ = ["calibrate_command"]


def _show(doc: Calibration) -> None:
    from outlay.report.words.models.calibration import lines

    for line in lines(doc):
        tell(line)


calibrate_command = command(calibrate, _show)
