"""Outlay: an open planner for AI compute.

>>> import outlay
>>> loaded = outlay.load("study.yaml")             # doctest: +SKIP
>>> run = outlay.plan("study.yaml")                # doctest: +SKIP
>>> run.document["headline"]["sentence"]           # doctest: +SKIP
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from outlay.core.version import __version__

__all__ = ["__version__", "load", "plan", "read"]

if TYPE_CHECKING:
    from outlay.runs.types import Run
    from outlay.study.load import LoadedStudy

# The functions import their stage when called, so that `import outlay` costs nothing.


def load(path: str | Path, **options: Any) -> LoadedStudy:
    """Load and validate a study; raises StudyError with every problem found.

    options: `overrides` ("path=value", as with --set) and `scenario`, as in `outlay.study.load`.
    """
    from outlay.study import load as load_study

    return load_study(path, **options)


def plan(path: str | Path, **options: Any) -> Run:
    """Plan the study at `path`; options are the fields of `outlay.runs.execute.Options`."""
    from outlay.runs.execute import Options
    from outlay.runs.run import run_study

    return run_study(Path(path), Options(**options))


def read(documents: str | Path | list[str | Path], date: Any = None) -> Any:
    """Read documents into claims, contradictions and identities (see `outlay.evidence`)."""
    from outlay.evidence import read as read_documents

    return read_documents(documents, date=date)
