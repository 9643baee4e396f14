"""A study for `outlay plan`: the one that is given, or a founder's first from a few options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from outlay.api.start.asking import Options
from outlay.core.errors import InputError, Problem

if TYPE_CHECKING:
    from outlay.api.studies import Study

__all__ = ["given_or_first"]

NAME = "study.yaml"
"""What a study is called that has no file."""


def given_or_first(
    study: Study | None,
    options: Options,
    save: str | Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Study:
    """The study given, or a first one as the options ask, which `save` keeps in a file.

    Raises InputError where both are given, or neither is.
    """
    flags = [f"--{k.replace('_', '-')}" for k, v in asdict(options).items() if v]
    if study is not None:
        flags += ["--save"] if save is not None else []
        if flags:
            raise InputError(
                Problem(
                    "a study file and what stands in for one", where=flags[0],
                    value=str(study)[:80], allowed="one of them",
                    hint="`--set services.api.model=…` changes a study for one run",
                )
            )  # fmt: skip
        return study
    if not flags:
        raise InputError(
            Problem(
                "nothing to plan", where="outlay plan",
                allowed="a study file, or --model, --tokens, --chip and --budget",
                hint='outlay plan --model qwen3-235b-a22b --tokens 6bn/day --budget "2m USD"; '
                "`outlay init founder study.yaml` writes a study to begin with",
            )
        )  # fmt: skip
    from outlay.api.start.first import first_study
    from outlay.api.start.init import write_new
    from outlay.report.words.check import begun_notes

    found = first_study("founder", Path(save or NAME), options, progress)
    for note in begun_notes(found.document()):
        progress(note)
    if save is not None:
        written = write_new(Path(save), found)
        progress(f"written: {', '.join(map(str, written))}")
    return found.loaded
