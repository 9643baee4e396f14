"""Replay a run: whether a recorded study, run again, gives the same result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from outlay.api.asked import checked
from outlay.api.says import Says
from outlay.results.comparison import Replay

__all__ = ["replay"]


@checked
def replay(
    run: Annotated[Path, Says("Folder written by `outlay plan --out`.", argument=True)],
    progress: Callable[[str], None] = lambda _: None,
) -> Replay:
    """Run a recorded study again: same inputs and seed must give the same result hash.

    Exit code 1 where the hash differs; the parts that differ are named.

    Raises InputError where the folder holds no result of this version, or not its study, and where
    a file of it was changed, which is named.

    >>> replay(Path("no/such/run"))
    Traceback (most recent call last):
    outlay.core.errors.InputError: no/such/run: no result here; allowed: a folder written by ...
    """
    from outlay.api.plans.compare import refuse_study
    from outlay.api.plans.session import solved_in
    from outlay.report.words.plans.answers import said
    from outlay.runs.documents.compare import compare_replay, read_result
    from outlay.runs.documents.folder import home_of, study_beside
    from outlay.runs.pipeline.execute import Options
    from outlay.runs.run import run_study

    folder = Path(run)
    refuse_study(folder)
    old = read_result(folder, progress)
    made = old.record
    options = Options(
        seed=made.seed,
        worlds=made.worlds,
        values=made.values,
        deep=made.deep,
        against=made.against,
    )
    loaded = study_beside(folder, made)
    # A variant that began from the folder's basis begins there again: several plans may cost the
    # same, and from elsewhere another of them may be found.
    kept = solved_in(home_of(folder), progress) if made.basis else None
    if kept is not None and kept.hash != made.basis:
        progress(f"{folder}: the basis is not the one that the run began from")
        kept = None
    again = run_study(loaded, options, progress, kept)
    assert again.result is not None
    return compare_replay(old, said(again.result))
