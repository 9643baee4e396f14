"""`outlay export mps`: a study's programme for any solver."""

from __future__ import annotations

from outlay.api.plans.export import export_mps
from outlay.app.cli.command import command
from outlay.app.cli.output import tell
from outlay.results.programme import Export

__all__ = ["export_mps_command"]


def _show(found: Export) -> None:
    from outlay.report.words.programme import export_sentence

    tell(export_sentence(found))


export_mps_command = command(export_mps, _show)
