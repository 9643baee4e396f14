"""Replay a run: whether a recorded study, run again, gives the same result."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.says import Says
from outlay.results.comparison import Replay

if TYPE_CHECKING:
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["replay"]


def replay(
    run: Annotated[Path, Says("Folder written by `outlay plan --out`.", argument=True)],
    progress: Callable[[str], None] = lambda _: None,
) -> Replay:
    """Run a recorded study again: same inputs and seed must give the same result hash.

    Exit code 1 where the hash differs; the parts that differ are named.

    Raises InputError where the folder holds no result of this version, or not its study.

    >>> replay(Path("no/such/run"))
    Traceback (most recent call last):
    outlay.core.errors.InputError: no/such/run: no result here; allowed: a folder written by ...
    """
    from outlay.api.plans.session import solved_in
    from outlay.core.errors import InputError
    from outlay.report.words.plans.answers import said
    from outlay.runs.documents.compare import compare_replay, read_result
    from outlay.runs.pipeline.execute import Options
    from outlay.runs.run import run_study
    from outlay.study.reading.loader import load
    from outlay.study.reading.mapping import NAME

    folder = Path(run)
    old = read_result(folder)
    study = (folder if folder.is_dir() else folder.parent) / "study.yaml"
    if not study.is_file():
        raise InputError("the run's study is not beside its result", where=str(study))
    made = old.record
    options = Options(
        seed=made.seed,
        worlds=made.worlds,
        values=made.values,
        deep=made.deep,
        against=made.against,
    )
    read = _mapping if made.study_file == NAME else load
    # A variant that began from the folder's basis begins there again: several plans may cost the
    # same, and from elsewhere another of them may be found.
    kept = solved_in(study.parent, progress) if made.basis else None
    if kept is not None and kept.hash != made.basis:
        progress(f"{study.parent}: the basis is not the one that the run began from")
        kept = None
    loaded = read(study, made.overrides, made.scenario or None)
    again = run_study(loaded, options, progress, kept)
    assert again.result is not None
    return compare_replay(old, said(again.result))


def _mapping(path: Path, overrides: Sequence[str], scenario: str | None) -> LoadedStudy:
    """A study that was a mapping, kept as JSON: its facts name paths, where a file's have lines."""
    from outlay.core.errors import InputError, Problem
    from outlay.study.reading.loader import load_mapping

    try:
        data: Mapping[str, object] = json.loads(path.read_bytes())
    except ValueError as err:
        raise InputError(Problem("not a JSON document", str(path), str(err)[:120])) from None
    return load_mapping(data, path.parent, overrides, scenario)
