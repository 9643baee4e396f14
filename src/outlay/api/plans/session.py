"""A study kept solved, so that a change of it is answered at once."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.says import File, Says
from outlay.api.studies import AllowOutside, Overrides, Scenario, StudyFile, refuse_twice

if TYPE_CHECKING:
    from outlay.planning.answers.kept import Kept
    from outlay.results.plans.what_if import WhatIf
    from outlay.runs.what_if import Base

__all__ = ["Session", "session", "solved_in"]


class Session:
    """A solved study. One question is in flight at a time: a newer one ends it."""

    def __init__(self, base: Base, progress: Callable[[str], None] = lambda _: None) -> None:
        self._base, self._progress = base, progress
        self._guard, self._latest = threading.Lock(), 0

    def __repr__(self) -> str:
        return f"Session({self._base.loaded.study.title!r})"

    @property
    def cost(self) -> float:
        """What the plan of the study as it stands costs [study currency]."""
        return self._base.plan.objective

    def ask(self, changes: Mapping[str, object] | Sequence[str]) -> Iterator[WhatIf]:
        """The quick answer, then the exact one, to changes: {path: value} or ["path=value"].

        A change that moves what may exist (a new offer, another tree) has no quick answer. The
        question before, where its answers are still awaited in another thread, raises
        CancelledError there. No answer depends on the questions before it.

        Raises InputError where a change is wrong, InfeasibleError where no plan of the changed
        study meets every limit.
        """
        from outlay.runs.what_if import ask

        ticket, asked = self._next(), _texts(changes)
        refuse_twice(asked)
        return ask(self._base, asked, stop=lambda: self._latest != ticket, progress=self._progress)

    def cancel(self) -> None:
        """End the question in flight, which raises CancelledError in its own thread."""
        self._next()

    def _next(self) -> int:
        with self._guard:
            self._latest += 1
            return self._latest


def _texts(changes: Mapping[str, object] | Sequence[str]) -> tuple[str, ...]:
    from outlay.core.errors import InputError

    allowed = '{"path": value} or ["path=value"]'
    if isinstance(changes, Mapping):
        return tuple(
            f"{path}={value if isinstance(value, str) else json.dumps(value, default=str)}"
            for path, value in changes.items()
        )
    if isinstance(changes, str):
        raise InputError(
            "a text where a list is meant", where="changes", value=repr(changes)[:80],
            allowed=allowed, hint=f"[{changes!r}]"[:120],
        )  # fmt: skip
    if not isinstance(changes, Sequence) or not all(isinstance(c, str) for c in changes):
        raise InputError("not changes", where="changes", value=repr(changes)[:80], allowed=allowed)
    return tuple(changes)


def solved_in(
    folder: str | Path | None, progress: Callable[[str], None] = lambda _: None
) -> Kept | None:
    """Where the study was solved, as the folder keeps it; what cannot be used is said."""
    from outlay.planning.answers.kept import read_kept

    if folder is None:
        return None
    kept, why = read_kept(Path(folder))
    if why:
        progress(why)
    return kept


def _there(out: str | Path | None) -> None:
    """Refuse a folder that is not there: whoever names one believes that it was solved there."""
    from outlay.core.errors import InputError, nearest
    from outlay.core.ingest.names import path_problem

    if out is None or os.path.isdir(out):
        return
    if problem := path_problem(out, "--out"):
        raise InputError(problem)
    beside = Path(out).absolute().parent
    names = [p.name for p in beside.iterdir() if p.is_dir()] if beside.is_dir() else []
    raise InputError(
        "not a folder" if Path(out).exists() else "no such folder", where="--out", value=str(out),
        allowed="a folder in which `outlay plan` solved the study",
        hint=nearest(Path(out).name, sorted(names)),
    )  # fmt: skip


@checked
def session(
    study: StudyFile,
    *,
    overrides: Overrides = (),
    scenario: Scenario = None,
    allow_outside: AllowOutside = False,
    out: Annotated[
        File | None, Says("Folder in which `plan` solved the study: what-ifs start from there.")
    ] = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Session:
    """Solve a study and keep it, so that what-ifs are answered in seconds, and first ideas at once.

    Raises InputError where the input is wrong, InfeasibleError where no plan meets every limit.

    >>> lab = session("examples/lab-training/study.yaml")
    >>> quick, exact = lab.ask({"discount_rate": "12 %/year"})
    >>> quick.stage, exact.stage, exact.moved[-1], exact.objective > lab.cost
    ('quick', 'exact', 'cost', True)
    """
    from outlay.api.studies import loaded
    from outlay.runs.folder.verify import verify
    from outlay.runs.what_if import solved

    _there(out)
    if out is not None:
        verify(Path(out), progress)
    found = loaded(study, overrides, scenario, allow_outside=allow_outside)
    return Session(solved(found, solved_in(out, progress), progress), progress)
