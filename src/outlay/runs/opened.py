"""What the files of a study hold, from the bytes that were taken with it: nothing is opened again.

A plan reads them before any work, and `check` too, so that both refuse the same files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from outlay.core.errors import InputError, Problem
from outlay.study.files import CALIBRATION, DOCUMENT, SERIES, TRACE, Files

if TYPE_CHECKING:
    from datetime import date

    from outlay.demand.series_path import Read
    from outlay.evidence.types import Reading
    from outlay.performance.constants.calibrated import Calibrated
    from outlay.serving.traffic.shapes import Shape
    from outlay.study.model.study import Study
    from outlay.study.paths import Path as StudyPath
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["Shapes", "calibration_in", "documents_read", "placed", "refuse", "series_reader"]


class Shapes:
    """Shapes of traces; the same bytes are read once, whichever study names them."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes], Shape] = {}

    def of(self, study: Study, files: Files) -> dict[str, Shape]:
        """Of every trace that services name: published ones by name, the user's by file."""
        named = dict.fromkeys(s.lengths.trace for s in study.services.values() if s.lengths.trace)
        return {name: self.one(name, files) for name in named}

    def one(self, name: str, files: Files) -> Shape:
        """Of one; raises TableError where its file holds none."""
        from outlay.serving.traffic.shapes import known_shape, own_shape

        if (known := known_shape(name)) is not None:
            return known
        key = name, files.data(name, TRACE)
        if key not in self._known:
            self._known[key] = own_shape(name, key[1])
        return self._known[key]


def series_reader(files: Files) -> Read:
    """What reads a series that a study names."""
    return lambda name: files.data(name, SERIES)


def calibration_in(study: Study, files: Files) -> Calibrated | None:
    """The study's own calibration of speeds, or None for the shipped one."""
    own = study.performance.calibration
    if not own:
        return None
    from outlay.performance.constants.calibrated import calibration_of

    data = {n.rpartition("/")[2]: files.data(n, CALIBRATION) for n in files.parts(own)}
    return calibration_of(data, own)


def documents_read(loaded: LoadedStudy) -> Reading | None:
    """The documents the study cites, each read once and reconciled; None where it cites none."""
    cited: dict[str, tuple[StudyPath, date | None]] = {}
    for key, source in loaded.study.sources.items():
        if source.document is not None:
            cited.setdefault(source.document, (("sources", key, "document"), source.date))
    if not cited:
        return None
    from outlay.evidence import read

    found = [(name, loaded.files.data(name, DOCUMENT)) for name in cited]
    try:
        return read(found, date=next(day for _, day in cited.values()))
    except InputError as err:
        said = []
        for p in err.problems():
            at = next((at for name, (at, _) in cited.items() if p.where.startswith(name)), ())
            said.append(_under(loaded.lines.where(at), p))
        raise type(err)(said) from None


@contextmanager
def placed(loaded: LoadedStudy, at: StudyPath) -> Iterator[None]:
    """What is wrong with a file, with the place in the study that names it in front."""
    try:
        yield
    except InputError as err:
        there = loaded.lines.where(at)
        said = [p if p.where.startswith(there) else _under(there, p) for p in err.problems()]
        raise type(err)(said) from None


def _under(there: str, problem: Problem) -> Problem:
    return replace(problem, where=": ".join(x for x in (there, problem.where) if x))


def refuse(loaded: LoadedStudy, shapes: Shapes, *, documents: bool = True) -> None:
    """Read every file that the study, its states and scenarios name, as a plan would.

    documents: whether those that it cites too, which a plan reads in a stage of their own. Raises
    InputError with everything that is wrong, each at its file and field.
    """
    problems: list[Problem] = []
    wrong: type[InputError] = InputError
    for at, read in _readings(loaded, shapes, documents):
        try:
            with placed(loaded, at):
                read()
        except InputError as err:
            wrong = type(err)
            problems += err.problems()
    if problems:
        raise wrong(dict.fromkeys(problems))


def _readings(
    loaded: LoadedStudy, shapes: Shapes, documents: bool
) -> Iterator[tuple[StudyPath, Callable[[], object]]]:
    """Where a file is named, and what reads it."""
    from functools import partial

    from outlay.evidence.text.files import load_bytes

    files = loaded.files
    for study in _studies(loaded):
        yield from _forecasts(study, files)
        yield ("performance", "calibration"), partial(calibration_in, study, files)
    for n in loaded.named:
        if n.kind is TRACE:
            yield n.at, partial(shapes.one, n.name, files)
        elif n.kind is DOCUMENT and documents:
            yield n.at, partial(load_bytes, n.name, files.data(n.name, n.kind))


def _forecasts(study: Study, files: Files) -> Iterator[tuple[StudyPath, Callable[[], object]]]:
    """A few paths of each series say whether a forecast can be made of what was known."""
    from functools import partial

    from outlay.demand.series_path import FEW, sampled_paths
    from outlay.study.model.loads import TokenVolume

    for name, service in study.services.items():
        volume = service.tokens_per_day
        if isinstance(volume, TokenVolume):
            at = ("services", name, "tokens_per_day", "series")
            yield at, partial(
                sampled_paths, volume, study.horizon.all(), study.as_of, study.seed,
                series_reader(files), FEW,
            )  # fmt: skip


def _studies(loaded: LoadedStudy) -> Iterator[Study]:
    """The study, and what each state of each factor makes of it."""
    yield loaded.study
    for name, factor in loaded.study.uncertainty.items():
        for state, effect in getattr(factor, "effect", {}).items():
            if effect:
                yield loaded.at({name: state})
