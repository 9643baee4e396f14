"""The files that a study names: inside its folder, each taken once, its bytes kept to the end."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from outlay.core.errors import InputError, Problem, StudyError
from outlay.core.ingest.files import opened, take
from outlay.core.ingest.inside import inside
from outlay.core.ingest.json_text import strict_json
from outlay.core.ingest.names import hidden
from outlay.study.checks.complete import is_trace_file, published_traces
from outlay.study.model.loads import TokenVolume
from outlay.study.model.study import Study
from outlay.study.paths import Path as StudyPath

__all__ = [
    "CALIBRATION", "CALIBRATION_FILES", "DOCUMENT", "MOST_IN_ALL", "SERIES", "STUDY", "TRACE",
    "Files", "Kind", "Named", "kept_files", "named_files", "one_name", "unnamed",
]  # fmt: skip

STUDY = "study.yaml"
"""What a study is called among the files that a run keeps."""
NAMES = "names.json"
"""Which kept file stands for a name that could not be kept as it is: name as written -> file."""
MOST_IN_ALL = 512_000_000
"""Bytes of all files that one study names."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is meant to be, in the user's words, and the bytes that it may have."""

    what: str
    most: int


DOCUMENT = Kind("document", 50_000_000)
SERIES = Kind("series of volumes", 2_000_000)
TRACE = Kind("trace of requests", 256_000_000)
CALIBRATION = Kind("file of a calibration", 20_000_000)
CALIBRATION_FILES = (
    "effects.csv", "calibration.toml", "cells.csv", "correction.toml", "training_fitted.toml",
    "overhead.toml",
)  # fmt: skip
"""What `outlay calibrate` and `outlay observe` write and a plan reads."""


@dataclass(frozen=True, slots=True)
class Named:
    """A file that stands in a study at a path. where: the line of its name, once that is known."""

    at: StudyPath
    name: str
    kind: Kind
    where: str = ""


@dataclass
class Files:
    """The files of one study, whatever is laid over it. None is read twice.

    folder: where they are looked for; None: only what was kept is there. outside: whether they may
    lie elsewhere (`--allow-outside`).
    """

    folder: Path | None
    outside: bool = False
    _taken: dict[str, bytes] = field(default_factory=dict, repr=False)
    _parts: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def lifted(self) -> Files:
        """The same, for a study whose files may lie elsewhere too."""
        return self if self.outside else replace(self, outside=True, _parts={})

    def holding(self, given: Mapping[str, bytes]) -> Files:
        """The same with files that are given, not read."""
        return replace(self, _taken=self._taken | {one_name(k): v for k, v in given.items()})

    def data(self, name: str, kind: Kind) -> bytes:
        """The bytes of a file as it stood when it was first asked for; raises InputError."""
        own = one_name(name)
        if own not in self._taken:
            self._taken[own] = take(self._path(name), most=kind.most, what=kind.what).data
        if len(self._taken[own]) > kind.most:
            raise InputError(_too_large(kind, name, len(self._taken[own])))
        return self._taken[own]

    def size(self, name: str) -> int:
        """Bytes of a file, which is not read for it; 0 where there is none."""
        own = one_name(name)
        if own in self._taken or self.folder is None:
            return len(self._taken.get(own, b""))
        try:
            return (self.folder / name).stat().st_size
        except (OSError, ValueError):
            return 0

    def wrong(self, name: str, kind: Kind) -> Problem | None:
        """Why a file cannot be taken, without reading it; None where it can."""
        own = one_name(name)
        if own in self._taken:
            size = len(self._taken[own])
            return _too_large(kind, name, size) if size > kind.most else None
        try:
            with opened(self._path(name), most=kind.most, what=kind.what):
                return None
        except InputError as err:
            return _beside(err.problems()[0], name)

    def folder_wrong(self, name: str) -> Problem | None:
        """Why a folder cannot be looked into; None where it can."""
        if self.parts(name):
            return None
        try:
            found = self._path(name)
        except InputError as err:
            return _beside(err.problems()[0], name)
        if found.is_dir():
            return None
        what = "a file, not a folder" if found.exists() else "no such folder beside the study"
        return Problem(what, value=name[:80], allowed="a folder that `outlay calibrate` wrote")

    def parts(self, name: str) -> tuple[str, ...]:
        """The files of a calibration that a folder holds, as the study would name them."""
        if name not in self._parts:
            whole = [f"{name.rstrip('/')}/{part}" for part in CALIBRATION_FILES]
            kept = tuple(n for n in whole if one_name(n) in self._taken)
            self._parts[name] = kept or tuple(n for n in whole if self._there(n))
        return self._parts[name]

    def take_all(self, named: Iterable[Named]) -> list[tuple[Named, Problem]]:
        """Read every file, unless all of them are too much; what cannot be read after all."""
        once = {one_name(n.name): n for n in named}
        total = 0
        for n in once.values():
            total += self.size(n.name)
            if total > MOST_IN_ALL:
                what, allowed = "the files of the study are too large in all", f"{MOST_IN_ALL:,}"
                return [(n, Problem(what, value=n.name[:80], allowed=f"{allowed} bytes"))]
        out = []
        for n in once.values():
            try:
                self.data(n.name, n.kind)
            except InputError as err:
                out.append((n, _beside(err.problems()[0], n.name)))
        return out

    def inputs(self, text: bytes, named: Iterable[Named]) -> dict[str, bytes]:
        """The study's own bytes and those of its files, by the name under which a run keeps each.

        A name keeps its file where no other takes it, on disks that fold case either; a file from
        outside the folder gets one of its own, which NAMES tells.
        """
        out, names = {STUDY: text}, dict[str, str]()
        places = _Places()
        for n in {one_name(n.name): n for n in named}.values():
            data = self.data(n.name, n.kind)
            key = places.free(_plain(n.name))
            if key is None:
                key = names[one_name(n.name)] = places.other(n.name)
            out[key] = data
        if names:
            out[NAMES] = (json.dumps(names, ensure_ascii=False, indent=1) + "\n").encode()
        return out

    def _there(self, name: str) -> bool:
        try:
            return os.path.lexists(self._path(name))
        except InputError:
            return False

    def _path(self, name: str) -> Path:
        if self.folder is None:
            raise StudyError(Problem("a file that was not kept with the study", name[:80]))
        return inside(self.folder, name, name[:80], StudyError, outside=self.outside)


def named_files(study: Study, files: Files) -> Iterator[Named]:
    """Every file that a study names, in its order; of a calibration those that its folder holds."""
    for name, source in study.sources.items():
        if source.document is not None:
            yield Named(("sources", name, "document"), source.document, DOCUMENT)
    for name, service in study.services.items():
        volume, trace = service.tokens_per_day, service.lengths.trace
        if isinstance(volume, TokenVolume) and volume.series.lower().endswith(".csv"):
            yield Named(("services", name, "tokens_per_day", "series"), volume.series, SERIES)
        if trace is not None and trace not in published_traces() and is_trace_file(trace):
            yield Named(("services", name, "lengths", "trace"), trace, TRACE)
        if is_trace_file(service.shape):
            yield Named(("services", name, "shape"), service.shape, TRACE)
    if own := study.performance.calibration:
        for part in files.parts(own):
            yield Named(("performance", "calibration"), part, CALIBRATION)


def kept_files(inputs: Mapping[str, bytes]) -> Files:
    """The files among what a run kept of its study (`Files.inputs`): no others are there.

    Raises StudyError where their names cannot be read.
    """
    taken = {k: v for k, v in inputs.items() if k not in (STUDY, NAMES)}
    names = strict_json(inputs[NAMES], NAMES, StudyError) if NAMES in inputs else {}
    if not isinstance(names, dict):
        raise StudyError("not names of the files that are kept", where=NAMES)
    named = {k: taken[v] for k, v in names.items() if isinstance(v, str) and v in taken}
    if len(named) != len(names):
        raise StudyError("not names of the files that are kept", where=NAMES)
    return Files(None, _taken=taken | named)


def unnamed(inputs: Mapping[str, bytes], named: Iterable[str]) -> list[str]:
    """Files that were handed in with a study and are none of those that it names."""
    names = strict_json(inputs[NAMES], NAMES, StudyError) if NAMES in inputs else {}
    known = {one_name(name) for name in named}
    by_name = names if isinstance(names, dict) else {}
    kept = {str(key) for name, key in by_name.items() if one_name(name) in known}
    return sorted(set(inputs) - known - kept - {STUDY, NAMES})


class _Places:
    """Names that are given away, so that no two are one on a disk that folds case."""

    def __init__(self) -> None:
        self.files = {STUDY, NAMES, "other"}
        self.folders = set[str]()
        self.others = 0

    def free(self, name: str | None) -> str | None:
        """The name itself where it can be a file's on every disk and nothing has it; else None."""
        if name is None or not all(map(_SAFE.fullmatch, name.split("/"))):
            return None
        folded = unicodedata.normalize("NFC", name).casefold()
        above = {folded[: m.start()] for m in re.finditer("/", folded)}
        if folded in self.files | self.folders or above & self.files:
            return None
        self.files.add(folded)
        self.folders |= above
        return name

    def other(self, name: str) -> str:
        """A name of our own."""
        self.others += 1
        end = re.sub(r"[^\w.-]+", "-", PurePath(name).name, flags=re.ASCII).strip("-.")
        return f"other/{self.others}-{end[-80:] or 'file'}"


_SAFE = re.compile(r'[^\\:*?"<>|]*[^\\:*?"<>|. ]')
"""A part of a path that every system takes."""


def _plain(name: str) -> str | None:
    """A name as a path inside a folder; None for one that leads elsewhere."""
    path = PurePath(name)
    odd = path.is_absolute() or path.drive or ".." in path.parts or not path.parts
    return None if odd else path.as_posix()


def one_name(name: str) -> str:
    """What two ways of writing one name have in common."""
    return _plain(name) or name


def _too_large(kind: Kind, name: str, size: int) -> Problem:
    found = f"{name[:80]}, {size:,} bytes"
    return Problem(f"too large for a {kind.what}", value=found, allowed=f"{kind.most:,} bytes")


def _beside(problem: Problem, name: str) -> Problem:
    """A problem of the door as one of the study: what stands there is the name in it."""
    what = problem.what
    if what == "no such file":
        what = "no such file beside the study"
    shown = ascii(name)[:80] if hidden(name) else name[:80]
    more = "" if problem.value in (shown, ascii(name)[:80]) else problem.value
    value = ", ".join(x for x in (shown, more) if x)
    return Problem(what, value=value, allowed=problem.allowed, hint=problem.hint)
