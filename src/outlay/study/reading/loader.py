"""Load a study: read strictly, lay overlays over it, validate, check, and keep the ledger."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from outlay.core.errors import Problem, StudyError
from outlay.core.ingest.files import handed_over
from outlay.core.ingest.json_text import strict_json
from outlay.core.periods import Period
from outlay.results.study import Idle, Number
from outlay.study.canonical import canonical
from outlay.study.checks.all import Entries, check, check_overlay
from outlay.study.checks.money import rates
from outlay.study.checks.unused import unused
from outlay.study.files import STUDY, Files, Named, kept_files, named_files
from outlay.study.implied import implied
from outlay.study.ledger import entries
from outlay.study.model.study import Factor, Study
from outlay.study.paths import Path as StudyPath
from outlay.study.paths import as_written, get, overlay_paths, read_path, text_of
from outlay.study.reading.cut import cut_out
from outlay.study.reading.lines import Lines
from outlay.study.reading.mapping import read_mapping
from outlay.study.reading.overlays import lay, lay_overrides, lay_scenario
from outlay.study.reading.problems import MAX_PROBLEMS, in_order, problems_of
from outlay.study.reading.read import Read
from outlay.study.reading.strict_yaml import Document, read_text, read_yaml
from outlay.study.reading.written import Mark, Said, as_text, said_in
from outlay.study.size import size_findings

__all__ = ["LoadedStudy", "load", "load_kept", "load_mapping", "loads"]

STDIN, PIPE = Path("<stdin>"), Path("<pipe>")
"""What errors and results call a study that another program hands over."""


@dataclass(frozen=True, repr=False)
class LoadedStudy:
    """A validated study with what it was read from.

    raw: plain data after overlays; lines: path → line; warnings: visible, not fatal; ledger:
    every number with its source (`facts`) or without (`assumptions`); source: what was read,
    before any overlay; path: of its file, or a name in the folder where its files are looked for.
    files: those that it names, read once with it; named: where, in its states and scenarios too.
    """

    study: Study
    raw: Mapping[str, Any]
    path: Path
    lines: Lines
    warnings: tuple[Problem, ...]
    ledger: tuple[Number, ...]
    source: Document = field(repr=False, compare=False)
    files: Files = field(repr=False, compare=False)
    named: tuple[Named, ...] = ()
    scenario: str | None = None
    overrides: tuple[str, ...] = ()
    _read: Read | None = field(default=None, repr=False, compare=False)
    _states: dict[frozenset[tuple[str, str]], Study] = field(
        default_factory=dict, repr=False, compare=False
    )

    def __repr__(self) -> str:
        laid = [f"scenario {self.scenario}"] if self.scenario else []
        said = repr(self.study).strip("<>").removeprefix("Study ")
        return f"<LoadedStudy {', '.join([said, *laid, *self.overrides])}>"

    @property
    def assumptions(self) -> tuple[Number, ...]:
        """Numbers without a source, Outlay's defaults included (`stated` is False)."""
        return tuple(e for e in self.ledger if e.is_assumption)

    @property
    def facts(self) -> tuple[Number, ...]:
        """Numbers with a source."""
        return tuple(e for e in self.ledger if not e.is_assumption)

    @property
    def idle(self) -> tuple[Idle, ...]:
        """What is stated and reaches nothing, in the study as written and in every state."""
        states = [
            {name: state}
            for name, factor in self.study.uncertainty.items()
            for state, effect in getattr(factor, "effect", {}).items()
            if effect
        ]
        everywhere = [unused(self.at(labels)) for labels in states]
        return tuple(
            Idle(text_of(path), as_text(get(self.raw, at)), rule.path, rule.reason,
                 self.lines.line(at) or None)
            for path, rule in unused(self.study).items()
            if all(path in found for found in everywhere)
            for at in (as_written(self.raw, path),)
        )  # fmt: skip

    @property
    def hash(self) -> str:
        """Hash of the inputs in base units: the same for any spelling, order or layout."""
        text = json.dumps(canonical(self.study), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def text(self) -> str:
        """The study as a file holds it, before any overlay; a mapping as JSON, which is YAML."""
        return self.source.text

    @property
    def inputs(self) -> Mapping[str, bytes]:
        """Every byte that the study brought in, by the name under which a run keeps it: its own
        file as "study.yaml", those that it names by their path beside it. `load_kept` reads it."""
        return MappingProxyType(self.files.inputs(self.source.raw, self.named))

    def again(
        self, overrides: Iterable[str] = (), scenario: str | None = None, *, brief: bool = False,
        allow_outside: bool = False,
    ) -> LoadedStudy:  # fmt: skip
        """The same source with more overrides after its own; a scenario takes its own's place.

        brief: for what is wrong with the study alone, not its states and scenarios; nothing is
        doubted, and no ledger is made.
        allow_outside: files that the overrides name may lie outside the study's folder.
        """
        over = (*self.overrides, *overrides)
        chosen = self.scenario if scenario is None else scenario
        if (over, chosen) == (self.overrides, self.scenario):
            return self
        files = self.files.lifted() if allow_outside else self.files
        return _load(self.source, self.path, files, over, chosen, brief=brief, before=self._read)

    def at(self, labels: Mapping[str, str]) -> Study:
        """The study where each factor of `labels` is in the state named; raises StudyError."""
        key = frozenset(labels.items())
        if key not in self._states:
            self._states[key] = _in_state(self, labels)
        return self._states[key]

    def resolve(self, path: str) -> StudyPath:
        """Read a path as users write it; raises StudyError with the nearest name."""
        return read_path(path, self.raw)


def load(
    path: str | Path,
    overrides: Iterable[str] = (),
    scenario: str | None = None,
    *,
    allow_outside: bool = False,
) -> LoadedStudy:
    """Load the study at `path`, with `--set`-like `overrides` and a named scenario laid over it.

    Files that it names are looked for in its folder; those of a study that another program hands
    over (`-` is standard input) in the working folder. allow_outside: they may lie elsewhere.

    Raises StudyError or TooLargeError with every problem found.
    """
    path = Path("/dev/stdin") if str(path) == "-" else Path(path)
    home = path
    if handed_over(path):
        home = STDIN if path.name == "stdin" else PIPE
    files = Files(home.parent, allow_outside)
    return _load(read_yaml(path, home.name), home, files, tuple(overrides), scenario)


def loads(
    text: str,
    name: str = STUDY,
    overrides: Iterable[str] = (),
    scenario: str | None = None,
    *,
    beside: Mapping[str, bytes] = MappingProxyType({}),
) -> LoadedStudy:
    """The same from text; files that the study names are looked for where `name` would lie, less
    those that are given."""
    files = Files(Path(name).parent).holding(beside)
    return _load(read_text(text, name), Path(name), files, tuple(overrides), scenario)


def load_mapping(
    data: Mapping[str, object],
    folder: str | Path = ".",
    overrides: Iterable[str] = (),
    scenario: str | None = None,
    *,
    allow_outside: bool = False,
) -> LoadedStudy:
    """The same from the content of a file; files that it names are looked for in `folder`."""
    document, folder = read_mapping(data), Path(folder)
    files = Files(folder, allow_outside)
    return _load(document, folder / document.name, files, tuple(overrides), scenario)


def load_kept(
    inputs: Mapping[str, bytes],
    path: str | Path,
    overrides: Iterable[str] = (),
    scenario: str | None = None,
    *,
    mapping: bool = False,
) -> LoadedStudy:
    """The same from what a run kept of its study (`LoadedStudy.inputs`): nothing else is read.

    path: what errors call the study. mapping: whether it was one, and is kept as JSON.
    """
    path, files = Path(path), kept_files(inputs)
    if STUDY not in inputs:
        raise StudyError("no study among the files that are kept", where=str(path))
    if not mapping:
        document = read_text(inputs[STUDY], path.name)
        return _load(document, path, files, tuple(overrides), scenario)
    data = strict_json(inputs[STUDY], str(path), StudyError)
    if not isinstance(data, dict):
        raise StudyError("the top of a study is a mapping", where=str(path))
    document = read_mapping(data)
    return _load(document, path.parent / document.name, files, tuple(overrides), scenario)


def _load(
    document: Document, path: Path, files: Files, overrides: tuple[str, ...],
    scenario: str | None, *, brief: bool = False, before: Read | None = None,
) -> LoadedStudy:  # fmt: skip
    read, lines = _laid(document, files, overrides, scenario, brief=brief, before=before)
    study, raw = read.study, read.raw
    if too_large := list(size_findings(study)):  # before anything walks its states
        raise StudyError([f.problem(lines.where) for f in too_large])
    numbers = tuple(entries(study))
    findings = check(study, raw, files, numbers, doubts=not brief)
    branches, fatal = ([], []) if brief else _branches(read, lines, files)
    fatal += [f.problem(lines.where) for f in findings if not f.warn]
    if fatal:
        raise StudyError(in_order(fatal))
    named = _taken(files, [(study, lines), *((b.study, b.lines) for b in branches)])
    doubts = [] if brief else [*said_in(raw, lines.where).warnings]
    warnings = (*document.warnings, *doubts, *(f.problem(lines.where) for f in findings if f.warn))
    ledger = () if brief else _ledger(study, numbers, lines, branches)
    return LoadedStudy(
        study, raw, path, lines, warnings, ledger, document, files, named, scenario, overrides,
        read,
    )  # fmt: skip


def _laid(
    document: Document, files: Files, overrides: tuple[str, ...], scenario: str | None, *,
    brief: bool, before: Read | None,
) -> tuple[Read, Lines]:  # fmt: skip
    """The study with what is laid over it, and the lines of its data."""
    raw = document.data
    lines = Lines(document.name, document.marks, numbered=document.numbered)
    if not brief:  # the file itself, before anything is laid over it
        before = read = _validate(raw, lines, files, before=before)
    if scenario is not None:
        raw, lines = lay_scenario(raw, lines, scenario)
    if overrides:
        raw, lines = lay_overrides(raw, lines, overrides)
    if scenario is not None or overrides or brief:
        read = _validate(raw, lines, files, before=before)
    return read, lines


def _taken(files: Files, studies: Sequence[tuple[Study, Lines]]) -> tuple[Named, ...]:
    """What the study names, and its states and scenarios, with every file of it read."""
    found: dict[Named, Lines] = {}
    for study, lines in studies:  # the study itself first: what it says is said there
        for n in named_files(study, files):
            found.setdefault(n, lines)
    named = tuple(replace(n, where=lines.where(n.at)) for n, lines in found.items())
    if late := files.take_all(named):
        raise StudyError(replace(p, where=n.where) for n, p in late)
    return named


def _validate(
    raw: Mapping[str, Any], lines: Lines, files: Files | None = None, *, written: bool = True,
    before: Read | None = None,
) -> Read:  # fmt: skip
    """The study in `raw`; with `files`, what is right is checked for meaning all the same.

    written: whether names and texts are looked at, which in a state of several factors they were.
    """
    known = frozenset[Mark]() if before is None else before.seen
    said = said_in(raw, lines.where, known) if written else Said()
    problems = said.problems
    try:
        read = Read.of(raw, before, said.seen)
    except ValidationError as err:
        problems += problems_of(err, raw, lines.where)
        if files is not None:
            problems += _meaning_of_the_rest(err, raw, lines, files)
    if problems:
        raise StudyError(in_order(problems))
    return read


def _meaning_of_the_rest(
    err: ValidationError, raw: Mapping[str, Any], lines: Lines, files: Files
) -> list[Problem]:
    """Problems of meaning in the entries that are well-formed, so that all errors come at once."""
    if err.error_count() > MAX_PROBLEMS:
        return []  # no study at all
    cut = cut_out(raw, [e["loc"] for e in err.errors(include_url=False)])
    if cut is None:
        return []
    try:
        read = Read.of(cut.rest)
    except ValidationError:
        return []
    study = read.study
    too_large = list(size_findings(study))
    if too_large:
        return [f.problem(lines.where) for f in too_large]
    found = [f.problem(lines.where) for f in check(study, cut.rest, files) if not f.warn]
    found += _branches(read, lines, files)[1]
    return [p for p in found if not cut.caused(p)]


def _in_state(loaded: LoadedStudy, labels: Mapping[str, str]) -> Study:
    raw, lines = dict(loaded.raw), loaded.lines
    for name, factor in loaded.study.uncertainty.items():
        effect = getattr(factor, "effect", {}).get(labels.get(name, ""), {})
        if effect:
            written = ("uncertainty", name, "effect", labels[name])
            raw, lines = lay(raw, lines, effect, f"{name} = {labels[name]}", written)
    return _validate(raw, lines, written=False, before=loaded._read).study


@dataclass(frozen=True, slots=True)
class _Branch:
    """The study in one state of one factor, or in one scenario."""

    written: StudyPath
    paths: tuple[StudyPath, ...]
    study: Study
    numbers: Entries
    lines: Lines


def _overlays(study: Study) -> Iterator[tuple[StudyPath, str, Mapping[str, Any], Period | None]]:
    """Where each stands, its name, what it changes, and from when on; None: throughout."""
    for name, factor in study.uncertainty.items():
        if isinstance(factor, Factor):
            for state, effect in factor.effect.items():
                at: StudyPath = ("uncertainty", name, "effect", state)
                yield at, f"{name} = {state}", effect, factor.reveal
    for name, overlay in study.scenarios.items():
        yield ("scenarios", name), f"scenario {name}", overlay, None


def _branches(read: Read, lines: Lines, files: Files) -> tuple[list[_Branch], list[Problem]]:
    """The study under each state's effect and each scenario alone, and what is wrong there."""
    branches: list[_Branch] = []
    problems: list[Problem] = []
    raw = read.raw
    for written, name, overlay, since in _overlays(read.study):
        if not overlay:
            continue
        if len(problems) > MAX_PROBLEMS:
            break
        try:
            laid, over = lay(dict(raw), lines, overlay, name, written)
            changed = _validate(laid, over, before=read).study
        except StudyError as err:
            problems += err.problems()
            continue
        paths = tuple(overlay_paths(raw, overlay))
        numbers = tuple(entries(changed))
        branches.append(_Branch(written, paths, changed, numbers, over))
        found = check_overlay(changed, laid, files, numbers, paths, since)
        problems += [f.problem(over.where) for f in found]
    return branches, problems


def _ledger(
    study: Study, numbers: Entries, lines: Lines, branches: Iterable[_Branch]
) -> tuple[Number, ...]:
    """Numbers of the study, then those that its states and scenarios set."""
    out = [
        replace(entry, where=lines.where(path), line=lines.line(path))
        if entry.stated
        else replace(entry, where="default", line=0)
        for path, entry in numbers
        if not math.isnan(entry.value)  # the mean of a trace in a file, which is read later
    ]
    out += [replace(n, where="default", line=0) for n in implied(study, out, rates(study.as_of))]
    for branch in branches:
        for path, entry in branch.numbers:
            if entry.stated and any(path[: len(p)] == p for p in branch.paths):
                written: StudyPath = (*branch.written, entry.path)
                where, line = lines.where(written), lines.line(written)
                out.append(replace(entry, path=text_of(written), where=where, line=line))
    return tuple(out)
