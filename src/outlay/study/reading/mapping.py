"""A study given as a mapping: read by the composer that reads files, with its limits and words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from numbers import Integral, Real
from types import SimpleNamespace
from typing import cast

from outlay.core.errors import Problem, StudyError, TooLargeError
from outlay.study.paths import text_of
from outlay.study.reading.strict_yaml import MAX_BYTES, Composer, Document, ParserEvent

__all__ = ["NAME", "read_mapping"]

NAME = "<mapping>"
"""What errors and results call a study that no file holds."""


@dataclass(frozen=True, slots=True)
class ScalarEvent:
    """A scalar as the YAML parser reports it; `plain`: not in quotes, so it may be no text."""

    value: str
    plain: bool
    start_mark: SimpleNamespace
    anchor: None = None

    @property
    def implicit(self) -> tuple[bool, bool]:
        return self.plain, not self.plain

    @property
    def style(self) -> str | None:
        return None if self.plain else '"'


@dataclass(frozen=True, slots=True)
class MappingStartEvent:
    """A mapping begins."""

    start_mark: SimpleNamespace
    anchor: None = None


class SequenceStartEvent(MappingStartEvent):
    """A list begins."""


class MappingEndEvent:
    """A mapping ends."""


class SequenceEndEvent:
    """A list ends."""


Event = ScalarEvent | MappingStartEvent | MappingEndEvent | SequenceEndEvent
Path = tuple[str | int, ...]


class _Walk:
    """The events of plain data, and the path of each; what is not plain is a problem."""

    def __init__(self) -> None:
        self.places: list[str] = []
        self.problems: list[Problem] = []

    def _mark(self, path: Path) -> SimpleNamespace:
        self.places.append(text_of(path))
        return SimpleNamespace(line=len(self.places) - 1)

    def _refuse(self, what: str, path: Path, value: object, allowed: str) -> None:
        found = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
        self.problems.append(Problem(what, text_of(path) or NAME, found, allowed))

    def events(self, value: object, path: Path = ()) -> Iterator[Event]:
        """`value` as a parser would report its text."""
        if isinstance(value, Mapping):
            yield MappingStartEvent(self._mark(path))
            for key, item in value.items():
                if isinstance(key, bool) or not isinstance(key, str | int | date):
                    self._refuse("a key that is not text", path, key, "text")
                    continue
                below = (*path, str(key))
                yield ScalarEvent(str(key), False, self._mark(below))
                yield from self.events(item, below)
            yield MappingEndEvent()
        elif isinstance(value, list | tuple):
            yield SequenceStartEvent(self._mark(path))
            for number, item in enumerate(value):
                yield from self.events(item, (*path, number))
            yield SequenceEndEvent()
        else:
            yield self._scalar(value, path)

    def _scalar(self, value: object, path: Path) -> ScalarEvent:
        mark = self._mark(path)
        if isinstance(value, str):
            return ScalarEvent(value, False, mark)
        if value is None or isinstance(value, bool):
            return ScalarEvent(json.dumps(value), True, mark)
        if isinstance(value, Integral):
            number = int(value)  # beyond some thousand digits Python itself will not print it
            digits = int(number.bit_length() * 0.30103)
            return ScalarEvent(str(number) if digits < 1000 else "9" * digits, True, mark)
        if isinstance(value, Real):
            text = repr(float(value))
            return ScalarEvent(text.replace("inf", ".inf").replace("nan", ".nan"), True, mark)
        if isinstance(value, date):
            return ScalarEvent(value.isoformat(), False, mark)
        self._refuse("not plain data", path, value, "text, a number, a date, a list or a mapping")
        return ScalarEvent("null", True, mark)


def read_mapping(data: Mapping[str, object]) -> Document:
    """What a mapping says, as `read_text` says it of a file; raises StudyError and TooLargeError.

    Errors name the path of what is wrong, as no line holds it.
    """
    walk = _Walk()
    composer = Composer(NAME, walk.places)
    for event in walk.events(data):
        composer.take(cast(ParserEvent, event))  # it holds what its kind is asked for
    if problems := [*composer.problems, *walk.problems]:
        raise StudyError(problems)
    root = composer.root
    assert root is not None
    assert isinstance(root.value, dict)
    text = json.dumps(root.value, ensure_ascii=False, indent=1) + "\n"
    if (size := len(text.encode())) > MAX_BYTES:
        raise TooLargeError(
            "too large for a study", where=NAME, value=f"{size:,} bytes", allowed=f"{MAX_BYTES:,}"
        )
    warnings = tuple(composer.warnings)
    return Document(root.value, root.mark, NAME, warnings, text, text.encode(), numbered=False)
