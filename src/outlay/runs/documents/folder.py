"""A plan as a folder holds it: its result, its study and the calculation of its accounts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from outlay.core.errors import InputError, Problem
from outlay.core.progress import Progress
from outlay.results.plans.plan import Plan
from outlay.results.plans.record import Record
from outlay.runs.documents.calculation import (
    Calculation,
    calculation_of,
    read_calculation,
)
from outlay.runs.documents.compare import read_result
from outlay.runs.documents.finished import Run
from outlay.runs.folder.names import AGAIN, RESULT, STUDY
from outlay.runs.folder.verify import kept_inputs

if TYPE_CHECKING:
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["Given", "given_by", "home_of", "planned", "read_folder", "study_beside"]


@dataclass(frozen=True)
class Given:
    """What a plan found, as far as its numbers are explained from it."""

    plan: Plan
    calculation: Calculation


def given_by(run: Run) -> Given:
    """Of a run that has its result."""
    assert run.result is not None
    return Given(run.result, calculation_of(run.accounts.accounts, run.result.record.result_hash))


def planned(loaded: LoadedStudy, progress: Progress = lambda _: None) -> Given:
    """Of a study planned now, without values and worlds."""
    from outlay.runs.pipeline.execute import Options
    from outlay.runs.run import run_study

    return given_by(run_study(loaded, Options(worlds=0, values=False), progress))


def home_of(path: Path) -> Path:
    """The folder of a run, of itself or of its result."""
    return path if path.is_dir() else path.parent


def study_beside(path: Path, made: Record) -> LoadedStudy:
    """The study in a run's folder, with the overrides and the scenario of its record.

    Raises InputError where it is not there, StudyError where it cannot be read.
    """
    from outlay.study.reading.loader import load_kept
    from outlay.study.reading.mapping import NAME

    folder = home_of(path)
    study = folder / STUDY
    if not study.is_file():
        raise InputError(
            Problem("the run's study is not beside its result", str(path),
                    allowed="a folder written by `plan --out`, with its inputs/study.yaml",
                    hint="name the folder that the result came from; alone it can be compared: "
                    "outlay compare RESULT OTHER")
        )  # fmt: skip
    mapping = made.study_file == NAME
    inputs = kept_inputs(folder)
    return load_kept(inputs, study, made.overrides, made.scenario or None, mapping=mapping)


def read_folder(path: Path, say: Progress = lambda _: None) -> tuple[LoadedStudy, Given]:
    """The study and what its plan found, from the folder or its result.json.

    Raises InputError where a part is missing, torn, changed, or of another plan than the others.
    """
    plan = read_result(path, say)
    folder = home_of(path)
    loaded = study_beside(path, plan.record)
    if loaded.hash != plan.record.input_hash:
        raise InputError(
            Problem(
                "stale: the study was changed after it was planned",
                str(folder / STUDY),
                allowed=f"the study that {folder / RESULT} is of",
                hint=AGAIN,
            )
        )
    return loaded, Given(plan, read_calculation(folder, plan.record.result_hash))
