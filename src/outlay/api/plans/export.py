"""A study's programme in a file that any solver of linear programmes reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from outlay.api.asked import checked
from outlay.api.says import File, Says
from outlay.api.studies import AllowOutside, Overrides, Scenario, StudyFile
from outlay.results.programme import Export

__all__ = ["export_mps"]


@checked
def export_mps(
    study: StudyFile,
    *,
    out: Annotated[
        File,
        Says("The file, which ends in .mps.", writes="file", endings=(".mps",), made="programme"),
    ] = Path("programme.mps"),
    overrides: Overrides = (),
    scenario: Scenario = None,
    allow_outside: AllowOutside = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Export:
    """Write the programme of a study as an MPS file: its optimum is the plan's objective.

    A column or row is named by its block and its place there, counted from 0: `order[3,17]` is
    what of offer 3 is ordered on node 17.

    Raises InputError where the study or the file's name is wrong, OSError where it cannot be
    written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     done = export_mps("examples/lab-training/study.yaml", out=f"{folder}/lab.mps")
    >>> done.form, done.rows > 100
    ('mps', True)
    """
    from outlay.api.studies import loaded
    from outlay.planning.solver.mps import write_mps
    from outlay.runs.pipeline.execute import prepare

    found = loaded(study, overrides, scenario, allow_outside=allow_outside)
    stages = prepare(found, progress)
    rows, columns, entries = write_mps(stages.problem, Path(out))
    return Export(found.path.name, "mps", str(out), rows, columns, entries)
