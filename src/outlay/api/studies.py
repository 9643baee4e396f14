"""A study as Python holds one: the path of its file, its content, or loaded already."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.says import Says

if TYPE_CHECKING:
    from outlay.study.reading.loader import LoadedStudy

    Study = str | Path | LoadedStudy | Mapping[str, object]
else:
    Study = Path  # what the command line makes of a text

__all__ = ["AllowOutside", "Overrides", "Scenario", "Study", "StudyFile", "loaded", "refuse_twice"]

StudyFile = Annotated[Study, Says("The study file (YAML); - is standard input.", argument=True)]
Overrides = Annotated[Sequence[str], Says("Override one field: path=value.", flag="--set")]
Scenario = Annotated[str | None, Says("A named scenario of the study.")]
AllowOutside = Annotated[bool, Says("Files that the study names may lie outside its folder.")]


def refuse_twice(overrides: Sequence[str]) -> None:
    """Raise InputError for a path that is set more than once in one call: one would be lost."""
    from outlay.core.errors import InputError, Problem

    held: dict[str, list[str]] = {}
    for text in overrides:
        path, sign, value = text.partition("=")
        if sign:
            spelled = path.strip().replace("[", ".").replace("]", "")
            held.setdefault(spelled, []).append(value.strip())
    twice = {path: values for path, values in held.items() if len(values) > 1}
    if twice:
        raise InputError(
            [Problem("set twice", f"--set {path}", ", ".join(values)[:80], "once")
             for path, values in twice.items()]
        )  # fmt: skip


def loaded(
    study: Study,
    overrides: Iterable[str] = (),
    scenario: str | None = None,
    folder: str | Path = ".",
    *,
    allow_outside: bool = False,
) -> LoadedStudy:
    """The study, loaded and checked, with overrides ("path=value") and a scenario laid over it.

    A mapping holds what the file would; files that it names are looked for in `folder`, and errors
    name paths where they would name lines. One that is loaded already is laid over again from what
    it was read from: overrides come after its own, a scenario takes the place of its own. Files
    that it names lie in its folder or below, unless allow_outside lifts this.

    Raises StudyError or TooLargeError with every problem found.

    >>> loaded("examples/gpu-cloud-founder/study.yaml", ["discount_rate=10 %/year"])
    <LoadedStudy 'An inference cloud with 64 chips' ... discount_rate=10 %/year>
    """
    from outlay.core.errors import InputError, Problem
    from outlay.study.reading.loader import LoadedStudy, load, load_mapping

    if isinstance(overrides, str):
        raise InputError(
            Problem(
                "a text where a list is meant",
                where="overrides",
                value=repr(overrides)[:80],
                allowed='a list of texts "path=value"',
                hint=f"overrides=[{overrides!r}]"[:120],
            )
        )
    over = tuple(overrides)
    refuse_twice(over)
    if isinstance(study, LoadedStudy):
        return study.again(over, scenario, allow_outside=allow_outside)
    if isinstance(study, Mapping):
        return load_mapping(study, folder, over, scenario, allow_outside=allow_outside)
    if isinstance(study, str | Path):
        _refuse_result(Path(study))
        return load(study, over, scenario, allow_outside=allow_outside)
    raise InputError(
        Problem(
            "not a study",
            value=type(study).__name__,
            allowed="the path of its file, a mapping with its content, or a loaded study",
        )
    )


def _refuse_result(path: Path) -> None:
    """What a plan wrote is no study, and no field of it would make sense as one."""
    from outlay.core.errors import InputError, Problem
    from outlay.runs.folder.manifest import begins_as_ours
    from outlay.runs.folder.names import MANIFEST, STUDY

    document = path.suffix == ".json" and os.path.isfile(path) and begins_as_ours(path)
    if document or os.path.isfile(os.path.join(path, MANIFEST)):
        raise InputError(
            Problem("what a plan wrote, not a study", str(path), allowed="a study file (YAML)",
                    hint=f"the study that was planned lies in the folder of the run: {STUDY}")
        )  # fmt: skip
