"""Load a study: read strictly, lay overlays over it, validate, check, and keep the ledger."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from outlay.core.errors import InputError, Problem, StudyError, nearest
from outlay.results.study import Idle, Number
from outlay.study.canonical import canonical
from outlay.study.checks.all import Entries, check, check_overlay
from outlay.study.checks.complete import complete
from outlay.study.checks.money import rates
from outlay.study.checks.unused import unused
from outlay.study.implied import implied
from outlay.study.ledger import entries
from outlay.study.model.study import Study
from outlay.study.paths import Path as StudyPath
from outlay.study.paths import apply_overlay, as_written, get, overlay_paths, read_path, text_of
from outlay.study.reading.cut import cut_out
from outlay.study.reading.mapping import read_mapping
from outlay.study.reading.problems import problems_of
from outlay.study.reading.strict_yaml import Document, Mark, read_text, read_yaml

__all__ = ["LoadedStudy", "load", "load_mapping", "loads"]

LONGEST = 300
"""Characters of a field as written."""


@dataclass(frozen=True)
class Lines:
    """Where each path of the study is written."""

    name: str
    marks: Mark
    laid_over: tuple[tuple[StudyPath, str], ...] = ()
    """Paths that an overlay set, and what to call it; later ones win."""
    numbered: bool = True
    """False where no file holds the study: places are paths."""

    def line(self, path: StudyPath) -> int:
        """Line of the deepest part of `path` that the file holds; 0 without a file."""
        if not self.numbered:
            return 0
        mark = self.marks
        line = mark.line
        for part in path:
            found = mark.children.get(part)
            if found is None and isinstance(part, str) and part.isdigit():
                found = mark.children.get(int(part))
            if found is None:
                break
            mark, line = found, found.line
        return line

    def where(self, path: StudyPath) -> str:
        """`file:line: path`, or the override that set it."""
        text = f": {text_of(path)}" if path else ""
        for laid, name in reversed(self.laid_over):
            if path[: len(laid)] == laid:
                return name if name.startswith("--set") and path == laid else name + text
        place = f"{self.name}:{self.line(path)}{text}" if self.numbered else text[2:] or self.name
        # What is wrong with a whole may come from a part that was laid into it.
        parts = [name for laid, name in self.laid_over if path and laid[:-1] == path]
        return f"{place}, with {parts[-1]}" if parts else place

    def __getitem__(self, path: str | StudyPath) -> int:
        return self.line(tuple(path.split(".")) if isinstance(path, str) else path)


@dataclass(frozen=True, repr=False)
class LoadedStudy:
    """A validated study with what it was read from.

    raw: plain data after overlays; lines: path → line; warnings: visible, not fatal; ledger:
    every number with its source (`facts`) or without (`assumptions`); source: what was read,
    before any overlay; path: of its file, or a name in the folder where its files are looked for.
    """

    study: Study
    raw: Mapping[str, Any]
    path: Path
    lines: Lines
    warnings: tuple[Problem, ...]
    ledger: tuple[Number, ...]
    source: Document = field(repr=False, compare=False)
    scenario: str | None = None
    overrides: tuple[str, ...] = ()
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
            Idle(text_of(path), _said(get(self.raw, at)), rule.path, rule.reason,
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

    def again(
        self, overrides: Iterable[str] = (), scenario: str | None = None, *, brief: bool = False
    ) -> LoadedStudy:
        """The same source with more overrides after its own; a scenario takes its own's place.

        brief: the study alone is checked, not its states and scenarios, and no ledger is made.
        """
        over = (*self.overrides, *overrides)
        chosen = self.scenario if scenario is None else scenario
        if (over, chosen) == (self.overrides, self.scenario):
            return self
        return _load(self.source, self.path, over, chosen, brief=brief)

    def at(self, labels: Mapping[str, str]) -> Study:
        """The study where each factor of `labels` is in the state named; raises StudyError."""
        key = frozenset(labels.items())
        if key not in self._states:
            self._states[key] = _in_state(self, labels)
        return self._states[key]

    def resolve(self, path: str) -> StudyPath:
        """Read a path as users write it; raises StudyError with the nearest name."""
        return read_path(path, self.raw)


def _said(value: object) -> str:
    """A field as written, in one text."""
    text = _flat(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _flat(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{k}: {_flat(v)}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(map(_flat, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def load(
    path: str | Path, overrides: Iterable[str] = (), scenario: str | None = None
) -> LoadedStudy:
    """Load the study at `path`, with `--set`-like `overrides` and a named scenario laid over it.

    Raises StudyError or TooLargeError with every problem found.
    """
    return _load(read_yaml(Path(path)), Path(path), tuple(overrides), scenario)


def loads(
    text: str, name: str = "study.yaml", overrides: Iterable[str] = (), scenario: str | None = None
) -> LoadedStudy:
    """The same from text; files that the study names are looked for in the working folder."""
    return _load(read_text(text, name), Path(name), tuple(overrides), scenario)


def load_mapping(
    data: Mapping[str, object],
    folder: str | Path = ".",
    overrides: Iterable[str] = (),
    scenario: str | None = None,
) -> LoadedStudy:
    """The same from the content of a file; files that it names are looked for in `folder`."""
    document = read_mapping(data)
    return _load(document, Path(folder) / document.name, tuple(overrides), scenario)


def _load(
    document: Document, path: Path, overrides: tuple[str, ...], scenario: str | None,
    *, brief: bool = False,
) -> LoadedStudy:  # fmt: skip
    raw: dict[str, Any] = document.data
    lines = Lines(document.name, document.marks, numbered=document.numbered)
    if not brief:  # the file itself, before anything is laid over it
        study = _validate(raw, lines, path.parent)
    if scenario is not None:
        raw, lines = _lay_scenario(raw, lines, scenario)
    if overrides:
        raw, lines = _lay_overrides(raw, lines, overrides)
    if scenario is not None or overrides or brief:
        study = _validate(raw, lines, path.parent)
    numbers = tuple(entries(study))
    findings = check(study, raw, path.parent, numbers)
    branches, fatal = ([], []) if brief else _branches(study, raw, lines, path.parent)
    fatal += [f.problem(lines.where) for f in findings if not f.warn]
    if fatal:
        raise StudyError(_sorted(fatal))
    warnings = (*document.warnings, *(f.problem(lines.where) for f in findings if f.warn))
    ledger = () if brief else _ledger(study, numbers, lines, branches)
    return LoadedStudy(study, raw, path, lines, warnings, ledger, document, scenario, overrides)


def _sorted(problems: Iterable[Problem]) -> list[Problem]:
    """Problems once each, in the order of the file."""

    def line(problem: Problem) -> int:
        parts = problem.where.split(":")
        return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0

    return sorted(dict.fromkeys(problems), key=line)


def _validate(raw: Mapping[str, Any], lines: Lines, folder: Path | None = None) -> Study:
    """The study in `raw`; with `folder`, what is right is checked for meaning all the same."""
    try:
        return complete(Study.model_validate(raw))
    except ValidationError as err:
        problems = problems_of(err, raw, lines.where)
        if folder is not None:
            problems += _meaning_of_the_rest(err, raw, lines, folder)
        raise StudyError(_sorted(problems)) from None


def _meaning_of_the_rest(
    err: ValidationError, raw: Mapping[str, Any], lines: Lines, folder: Path
) -> list[Problem]:
    """Problems of meaning in the entries that are well-formed, so that all errors come at once."""
    cut = cut_out(raw, [e["loc"] for e in err.errors(include_url=False)])
    if cut is None:
        return []
    try:
        study = complete(Study.model_validate(cut.rest))
    except ValidationError:
        return []
    found = [f.problem(lines.where) for f in check(study, cut.rest, folder) if not f.warn]
    found += _branches(study, cut.rest, lines, folder)[1]
    return [p for p in found if not cut.caused(p)]


def _lay_scenario(raw: dict[str, Any], lines: Lines, scenario: str) -> tuple[dict[str, Any], Lines]:
    overlays = raw.get("scenarios") or {}
    if scenario not in overlays:
        raise StudyError(
            "no such scenario",
            where=lines.where(("scenarios",)) if overlays else lines.name,
            value=scenario,
            allowed=", ".join(overlays) or "none is given",
            hint=nearest(scenario, overlays),
        )
    return _lay(raw, lines, overlays[scenario], f"scenario {scenario}", ("scenarios", scenario))


def _lay_overrides(
    raw: dict[str, Any], lines: Lines, overrides: tuple[str, ...]
) -> tuple[dict[str, Any], Lines]:
    problems: list[Problem] = []
    for text in overrides:
        path, sign, value = text.partition("=")
        name = f"--set {path.strip()}"
        if not sign:
            problems.append(Problem("not an override", "--set", text[:80], "path=value"))
            continue
        try:
            parsed = read_text("value: " + value.strip(), name).data["value"]
            raw, lines = _lay(raw, lines, {path.strip(): parsed}, name, None)
        except InputError as err:
            problems += [replace(p, where=name) for p in err.problems()]
    if problems:
        raise StudyError(problems)
    return raw, lines


def _lay(
    raw: dict[str, Any],
    lines: Lines,
    overlay: Mapping[str, Any],
    name: str,
    written: StudyPath | None,
) -> tuple[dict[str, Any], Lines]:
    """`raw` with `overlay` over it, and lines that say what set each path."""
    try:
        laid = apply_overlay(raw, overlay)
    except StudyError as err:
        found = err.problems()
        if written:
            found = [replace(p, where=lines.where((*written, p.value))) for p in found]
        raise StudyError(found) from None
    called = f"{lines.where(written).split(': ')[0]}: {name}" if written else name
    over = tuple((p, called) for p in overlay_paths(raw, overlay))
    return laid, replace(lines, laid_over=(*lines.laid_over, *over))


def _in_state(loaded: LoadedStudy, labels: Mapping[str, str]) -> Study:
    raw, lines = dict(loaded.raw), loaded.lines
    for name, factor in loaded.study.uncertainty.items():
        effect = getattr(factor, "effect", {}).get(labels.get(name, ""), {})
        if effect:
            written = ("uncertainty", name, "effect", labels[name])
            raw, lines = _lay(raw, lines, effect, f"{name} = {labels[name]}", written)
    return _validate(raw, lines)


@dataclass(frozen=True, slots=True)
class _Branch:
    """The study in one state of one factor, or in one scenario."""

    written: StudyPath
    paths: tuple[StudyPath, ...]
    study: Study
    numbers: Entries


def _overlays(study: Study) -> Iterator[tuple[StudyPath, str, Mapping[str, Any]]]:
    for name, factor in study.uncertainty.items():
        for state, effect in getattr(factor, "effect", {}).items():
            yield ("uncertainty", name, "effect", state), f"{name} = {state}", effect
    for name, overlay in study.scenarios.items():
        yield ("scenarios", name), f"scenario {name}", overlay


def _branches(
    study: Study, raw: Mapping[str, Any], lines: Lines, folder: Path
) -> tuple[list[_Branch], list[Problem]]:
    """The study under each state's effect and each scenario alone, and what is wrong there."""
    branches: list[_Branch] = []
    problems: list[Problem] = []
    for written, name, overlay in _overlays(study):
        if not overlay:
            continue
        try:
            laid, over = _lay(dict(raw), lines, overlay, name, written)
            changed = _validate(laid, over)
        except StudyError as err:
            problems += err.problems()
            continue
        paths = tuple(overlay_paths(raw, overlay))
        numbers = tuple(entries(changed))
        branches.append(_Branch(written, paths, changed, numbers))
        found = check_overlay(changed, laid, folder, numbers, paths)
        problems += [f.problem(over.where) for f in found]
    return branches, problems


def _under(path: StudyPath, prefixes: Iterable[StudyPath]) -> bool:
    return any(path[: len(p)] == p for p in prefixes)


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
            if entry.stated and _under(path, branch.paths):
                written: StudyPath = (*branch.written, entry.path)
                where, line = lines.where(written), lines.line(written)
                out.append(replace(entry, path=text_of(written), where=where, line=line))
    return tuple(out)
