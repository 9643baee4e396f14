"""What the files of a study hold, from the bytes that were taken with it: nothing is opened again.

A plan reads them before any work, and `check` too, so that both refuse the same files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from outlay.core.errors import InputError, Problem, QuantityError, TableError
from outlay.study.checks.complete import is_trace_file
from outlay.study.files import CALIBRATION, DOCUMENT, SERIES, TRACE, Files, one_name
from outlay.study.model.loads import TokenVolume

if TYPE_CHECKING:
    from datetime import date

    from outlay.demand.day_shape import ByPhase
    from outlay.demand.series_path import Read
    from outlay.evidence.types import Reading
    from outlay.performance.constants.calibrated import Calibrated
    from outlay.serving.traffic.shapes import Shape
    from outlay.study.model.study import Study
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["Shapes", "calibration_in", "documents_read", "refuse", "series_reader"]


class Shapes:
    """Shapes of traces; the same bytes are read once, whichever study names them."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes], Shape] = {}
        self._days: dict[tuple[str, bytes], ByPhase] = {}

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

    def day(self, name: str, files: Files) -> ByPhase:
        """Busiest hours of a shape of the catalogue, or of the requests in a file of the user's.

        Raises TableError where the file holds none, or less than a day of them.
        """
        from outlay.demand.day_shape import busiest_hour

        if not is_trace_file(name):
            return busiest_hour(name)
        key = name, files.data(name, TRACE)
        if key not in self._days:
            self._days[key] = _day(name, key[1])
        return self._days[key]


def _day(name: str, data: bytes) -> ByPhase:
    from outlay.demand.day_shape import busiest_in
    from outlay.serving.traffic.loaders import load_trace

    t = load_trace(name, sort=True, data=data).traffic
    try:
        return busiest_in(
            t.arrival_s, *(x.astype(float) for x in (t.input_tokens, t.output_tokens))
        )
    except QuantityError as err:
        raise TableError([replace(p, where=name) for p in err.problems()]) from None


def series_reader(files: Files) -> Read:
    """What reads a series that a study names."""
    return lambda name: files.data(name, SERIES)


def calibration_in(folder: str, files: Files) -> Calibrated | None:
    """A calibration of speeds in a folder that the study names, or None for the shipped one."""
    if not folder:
        return None
    from outlay.performance.constants.calibrated import calibration_of

    data = {n.rpartition("/")[2]: files.data(n, CALIBRATION) for n in files.parts(folder)}
    return calibration_of(data, folder)


def documents_read(loaded: LoadedStudy) -> Reading | None:
    """The documents the study cites, each read once and reconciled; None where it cites none."""
    own: dict[str, date | None] = {}
    for source in loaded.study.sources.values():
        if source.document is not None:
            own.setdefault(one_name(source.document), source.date)
    if not own:
        return None
    from outlay.evidence import read

    try:
        found = [(name, loaded.files.data(name, DOCUMENT)) for name in own]
        days = set(own.values())  # documents of several days are asked for their own
        return read(found, date=days.pop() if len(days) == 1 else None)
    except InputError as err:
        said = []
        for p in err.problems():
            cited = ((one_name(n.name), n) for n in loaded.named if n.kind is DOCUMENT)
            where = next((n.where for name, n in cited if p.where.startswith(name)), "")
            said += _under(where, InputError(p))
        raise type(err)(said) from None


def _under(there: str, err: InputError) -> list[Problem]:
    """What is wrong with a file, with the place in the study that names it in front."""
    return [replace(p, where=": ".join(x for x in (there, p.where) if x)) for p in err.problems()]


def refuse(loaded: LoadedStudy, shapes: Shapes, *, documents: bool = True) -> None:
    """Read every file that the study, its states and scenarios name, as a plan would.

    documents: whether those that it cites too, which a plan reads in a stage of their own. Raises
    InputError with everything that is wrong, each at its file and field.
    """
    problems: list[Problem] = []
    wrong: type[InputError] = InputError
    for where, read in _readings(loaded, shapes, documents):
        try:
            read()
        except InputError as err:
            wrong = type(err)
            problems += _under(where, err)
    if problems:
        raise wrong(dict.fromkeys(problems))


Opening = tuple[str, Callable[[], object]]
"""Where a file is named, and what reads it."""


def _readings(loaded: LoadedStudy, shapes: Shapes, documents: bool) -> Iterator[Opening]:
    files = loaded.files
    for n in loaded.named:
        if n.kind is TRACE:
            reads = shapes.day if n.at[-1] == "shape" else shapes.one
            yield n.where, partial(reads, n.name, files)
        elif n.kind is SERIES:
            yield n.where, partial(_series, n.name, files)
        elif n.kind is DOCUMENT and documents:
            yield n.where, partial(_text, n.name, files)
    yield from _calibrations(loaded)
    yield from _forecasts(loaded)


def _series(name: str, files: Files) -> object:
    from outlay.demand.series_path import series_of

    return series_of(name, series_reader(files))


def _text(name: str, files: Files) -> object:
    from outlay.evidence.text.files import load_bytes

    return load_bytes(name, files.data(name, DOCUMENT))


def _forecast(volume: TokenVolume, study: Study, files: Files) -> object:
    """A few paths say whether a forecast can be made of what was known."""
    from outlay.demand.series_path import FEW, sampled_paths

    periods = study.horizon.all()
    return sampled_paths(volume, periods, study.as_of, study.seed, series_reader(files), FEW)


def _calibrations(loaded: LoadedStudy) -> Iterator[Opening]:
    parts = [n for n in loaded.named if n.kind is CALIBRATION]
    folders = {n.name.rpartition("/")[0]: n.where for n in reversed(parts)}
    if (own := loaded.study.performance.calibration) and not parts:
        folders[own] = loaded.lines.where(("performance", "calibration"))
    for folder, where in folders.items():
        yield where, partial(calibration_in, folder, loaded.files)


def _forecasts(loaded: LoadedStudy) -> Iterator[Opening]:
    places = {n.name: n.where for n in reversed(loaded.named) if n.kind is SERIES}
    for study in _studies(loaded):
        for name, service in study.services.items():
            volume, at = service.tokens_per_day, ("services", name, "tokens_per_day", "series")
            if isinstance(volume, TokenVolume):
                where = places.get(volume.series) or loaded.lines.where(at)
                yield where, partial(_forecast, volume, study, loaded.files)


def _studies(loaded: LoadedStudy) -> Iterator[Study]:
    """The study, and what each state of each factor makes of it."""
    yield loaded.study
    for name, factor in loaded.study.uncertainty.items():
        for state, effect in getattr(factor, "effect", {}).items():
            if effect:
                yield loaded.at({name: state})
