"""Read YAML 1.2 strictly: plain data with the line of every node, or a list of what is wrong.

The parser's events are composed here, not by a library's loader, so that nothing is guessed:
the core schema only (`NO` is text, `1:30` is text, no octal, no dates), every key is text and
stands once, object tags and merge keys are refused, numbers are finite, and size, depth and the
nodes that aliases stand for are counted while they are read, before anything walks them.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from outlay.core.errors import Problem, StudyError, TooLargeError
from outlay.core.ingest.files import take
from outlay.core.ingest.text import decoded
from outlay.study.reading.slips import line_slip

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError

__all__ = ["Composer", "Document", "Mark", "read_text", "read_yaml"]

MAX_BYTES = 3_000_000  # what the parser reads in less than two seconds, as are the next three
MAX_LINES = 200_000
MAX_LINE_CHARS = 1_000_000
MAX_WRITTEN = 40_000  # nodes in the text
MAX_NODES = 1_000_000  # nodes after aliases
MAX_DEPTH = 64
MAX_DIGITS = 40
MAX_PROBLEMS = 200
"""Told of one file: whoever has more has another kind of file."""

_CORE = "tag:yaml.org,2002:"
_TAGS = {_CORE + t for t in ("str", "int", "float", "bool", "null", "map", "seq")}
_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
    "map": (dict,),
    "seq": (list,),
}
"""Tag → what may stand behind it."""
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""As the parser counts lines."""
_QUOTED = re.compile(r"'[^'\n]*'|\"(?:[^\"\\\n]|\\.)*\"")


class _Position(Protocol):
    line: int


class ParserEvent(Protocol):
    """What is asked of the parser's events; the kind of an event says which of these it has."""

    start_mark: _Position
    anchor: str | None
    tag: object
    value: str
    implicit: tuple[bool, ...]
    style: str | None
    version: tuple[int, ...] | None


@dataclass(slots=True)
class Mark:
    """Line of a node and of what it holds: keys of a mapping, indices of a list."""

    line: int
    children: dict[str | int, Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says: plain dicts, lists and scalars, and the lines they stand on.

    text: the file's own; raw: its bytes as they came in. numbered: False where nobody wrote lines
    (a study given as a mapping).
    """

    data: dict[str, Any]
    marks: Mark
    name: str
    warnings: tuple[Problem, ...] = ()
    text: str = ""
    raw: bytes = b""
    numbered: bool = True


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being filled; `size` and `height` count what aliases stand for."""

    value: dict[str, Any] | list[Any]
    mark: Mark
    anchor: str | None
    size: int = 1
    height: int = 1
    key: str | None = None
    key_line: int = 0
    drop: bool = False  # a duplicate key: read on, keep the first


@dataclass(slots=True)
class _Done:
    value: object
    mark: Mark
    size: int
    height: int


def read_yaml(path: Path, name: str = "") -> Document:
    """Read the study at `path`; raises StudyError or TooLargeError with every problem found."""
    data = take(path, most=MAX_BYTES, what="study file", error=StudyError).data
    return read_text(data, name or path.name)


def read_text(raw: bytes | str, name: str) -> Document:
    """Read YAML text; `name` is what errors call the file."""
    data = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    text = decoded(raw, name, StudyError) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    _refuse_large(text, name)
    composer = Composer(name)
    composer.run(text)
    if composer.problems:
        raise StudyError(composer.problems)
    root = composer.root
    if root is None or root.value is None:
        raise StudyError("the file is empty", where=name, allowed="a mapping: `outlay: 1`, …")
    if not isinstance(root.value, dict):
        raise StudyError(
            "the top of a study is a mapping",
            where=f"{name}:{root.mark.line}",
            value="a list" if isinstance(root.value, list) else repr(root.value)[:60],
            allowed="`outlay: 1`, `title: …`",
        )
    return Document(root.value, root.mark, name, tuple(composer.warnings), text, data)


def _refuse_large(text: str, name: str) -> None:
    """Refuse by counts that cost nothing, before the parser starts."""
    lines = sum(map(text.count, "\n\r\x85\u2028\u2029")) - text.count("\r\n") + 1
    if lines > MAX_LINES:
        raise TooLargeError(
            "too many lines", where=name, value=f"{lines:,}", allowed=f"{MAX_LINES:,}"
        )
    if (escapes := text.count("\\")) > MAX_LINES:
        raise TooLargeError(
            "too many escapes", where=name, value=f"{escapes:,}", allowed=f"{MAX_LINES:,}"
        )
    if (commas := text.count(",")) > MAX_LINES:
        raise TooLargeError(
            "too many entries", where=name, value=f"{commas:,} commas", allowed=f"{MAX_LINES:,}"
        )
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE_CHARS:
            raise TooLargeError(
                "line too long",
                where=f"{name}:{number}",
                value=f"{len(line):,} characters",
                allowed=f"{MAX_LINE_CHARS:,}",
            )
        if line.count("[") + line.count("{") > MAX_DEPTH and _flow_depth(line) > MAX_DEPTH:
            raise TooLargeError(
                "nested too deeply", where=f"{name}:{number}", allowed=f"{MAX_DEPTH} levels"
            )


def _flow_depth(line: str) -> int:
    depth = deepest = 0
    for char in _QUOTED.sub("", line):
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth = max(depth - 1, 0)
    return deepest


class Composer:
    """Builds the tree from events and counts as it goes.

    places: what stands for the lines of a study that no file holds, one an event.
    """

    def __init__(self, name: str, places: Sequence[str] | None = None) -> None:
        self.name = name
        self.places = places
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.root: _Done | None = None
        self.stack: list[_Open] = []
        self.anchors: dict[str, _Done] = {}
        self.written = 0
        self.total = 0
        self.documents = 0

    def run(self, text: str) -> None:
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
        from ruamel.yaml.reader import ReaderError

        try:
            for event in _events(text):
                self.take(event)
        except MarkedYAMLError as err:
            self._no_yaml(err, text)
        except ReaderError as err:
            line = text.count("\n", 0, err.position) + 1
            self._bad("not YAML: a control character", line, repr(chr(err.character)))
        except (YAMLError, ValueError, RecursionError) as err:
            self._bad(f"not YAML: {str(err).splitlines()[0][:200]}", 0)

    def _no_yaml(self, err: MarkedYAMLError, text: str) -> None:
        mark: _Position | None = err.problem_mark or err.context_mark
        if err.context_mark is not None and "expected ':'" in str(err.problem):
            mark = err.context_mark  # where the key stands; the problem is seen a line later
        line = mark.line + 1 if mark else 0
        what = " ".join(str(p) for p in (err.problem, err.context) if p)
        written = "".join(_LINE_END.split(text)[line - 1 : line] if line else [])
        begun = err.context_mark.line + 1 if err.context_mark is not None else line
        hint = line_slip(written) or (f"it begins in line {begun}" if begun != line else "")
        self._bad(f"not YAML: {what}", line, written.strip(), hint=hint)

    def take(self, event: ParserEvent) -> None:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._scalar(event)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._open(event, {} if kind.startswith("Mapping") else [])
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            top = self.stack.pop()
            self._place(_Done(top.value, top.mark, top.size, top.height), top.anchor)
        elif kind == "AliasEvent":
            self._alias(event)
        elif kind == "DocumentStartEvent":
            self._document(event)

    def _document(self, event: ParserEvent) -> None:
        self.documents += 1
        line = event.start_mark.line + 1
        if self.documents > 1:
            self._bad("a second document in the file", line, "---", "one study in one file")
        if event.version is not None and tuple(event.version) != (1, 2):
            self._bad("not YAML 1.2", line, "%YAML " + ".".join(map(str, event.version)), "1.2")

    def _at(self, line: int) -> str:
        if self.places is not None:
            return self.places[line - 1] or self.name
        return f"{self.name}:{line}" if line else self.name

    def _bad(
        self, what: str, line: int, value: str = "", allowed: str = "", hint: str = ""
    ) -> None:
        self.problems.append(Problem(what, self._at(line), value[:80], allowed, hint))
        if len(self.problems) == MAX_PROBLEMS:
            raise StudyError([*self.problems, Problem("and perhaps more: reading ends here")])

    def _count(self, size: int, height: int, line: int, written: bool) -> None:
        self.written += written
        self.total += size
        where = self._at(line)
        if self.written > MAX_WRITTEN or self.total > MAX_NODES:
            limit = MAX_WRITTEN if self.written > MAX_WRITTEN else MAX_NODES
            raise TooLargeError("too many entries", where=where, allowed=f"{limit:,} nodes")
        if len(self.stack) + height > MAX_DEPTH:
            raise TooLargeError("nested too deeply", where=where, allowed=f"{MAX_DEPTH} levels")

    def _tag(self, event: ParserEvent, line: int) -> str | None:
        tag = getattr(event, "tag", None)
        if tag is None or str(tag) in ("!", ""):
            return None
        if str(tag) not in _TAGS:
            self._bad("an object tag", line, str(tag), hint="a study holds plain data only")
            return None
        return str(tag).removeprefix(_CORE)

    def _agrees(self, tag: str | None, value: object, line: int) -> None:
        """A tag says what stands there, or is refused: it changes no value."""
        kinds = _KINDS.get(tag or "", (object,))
        if not isinstance(value, kinds) or (isinstance(value, bool) and tag in ("int", "float")):
            hint = "leave the tag out"
            self._bad("a tag that says another kind of value", line, f"!!{tag}", hint=hint)

    def _open(self, event: ParserEvent, value: dict[str, Any] | list[Any]) -> None:
        line = event.start_mark.line + 1
        self._agrees(self._tag(event, line), value, line)
        self._count(1, 1, line, True)
        self._refuse_as_key(line)
        self.stack.append(_Open(value, Mark(line), event.anchor))

    def _refuse_as_key(self, line: int) -> None:
        """A list, mapping or alias cannot be a key."""
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            raise StudyError("a key that is not text", where=self._at(line), allowed="text")

    def _alias(self, event: ParserEvent) -> None:
        line = event.start_mark.line + 1
        self._refuse_as_key(line)
        done = self.anchors.get(event.anchor or "")
        if done is None:
            self._bad("an alias without an anchor before it", line, f"*{event.anchor}")
            done = _Done(None, Mark(line), 1, 1)
        self._count(done.size, done.height, line, True)
        self._place(done, None)

    def _scalar(self, event: ParserEvent) -> None:
        line = event.start_mark.line + 1
        tag = self._tag(event, line)
        self._count(1, 1, line, True)
        top = self.stack[-1] if self.stack else None
        if any("\ud800" <= c <= "\udfff" for c in event.value):
            self._bad("half a surrogate pair", line, ascii(event.value))
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, event.value, line)
            return
        plain = event.implicit[0] and event.style is None
        if tag == "str" or (tag is None and not plain):
            value: object = event.value
        else:
            value = self._resolve(event.value, line)
        self._agrees(tag, value, line)
        self._place(_Done(value, Mark(line), 1, 1), event.anchor)

    def _key(self, top: _Open, key: str, line: int) -> None:
        assert isinstance(top.value, dict)
        top.key, top.key_line, top.drop = key, line, False
        if key == "<<":
            self._bad("a merge key", line, "<<", hint="YAML 1.2 has none; repeat the entries")
            top.drop = True
        elif key in top.value:
            first = top.mark.children[key].line
            hint = f"first in line {first}" if self.places is None else ""
            self._bad("a key stands twice", line, key, hint=hint)
            top.drop = True

    def _place(self, done: _Done, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = done
        if not self.stack:
            self.root = done
            return
        top = self.stack[-1]
        top.size += done.size
        top.height = max(top.height, done.height + 1)
        if isinstance(top.value, list):
            top.mark.children[len(top.value)] = done.mark
            top.value.append(done.value)
            return
        assert top.key is not None
        if not top.drop:
            top.value[top.key] = done.value
            top.mark.children[top.key] = Mark(top.key_line, done.mark.children)
        top.key = None

    def _resolve(self, text: str, line: int) -> str | float | bool | None:
        """A plain scalar by the YAML 1.2 core schema, less its octal and hexadecimal forms."""
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INT.fullmatch(text):
            digits = text.lstrip("+-")
            if len(digits) > MAX_DIGITS:
                self._bad("a number too long", line, f"{len(digits)} digits", f"{MAX_DIGITS}")
                return 0
            if len(digits) > 1 and digits[0] == "0":
                self._warn("leading zeros: read as decimal", line, f"{text} = {int(text)}")
            return int(text)
        if _INFINITE.fullmatch(text) or (_FLOAT.fullmatch(text) and not math.isfinite(float(text))):
            self._bad("not a finite number", line, text, "a finite number")
            return 0
        if not _FLOAT.fullmatch(text):
            return text
        value = float(text)
        if value == 0 and re.search("[1-9]", re.split("[eE]", text)[0]):
            self._bad("a number that no computer tells from 0", line, text, "0, or more")
        return value

    def _warn(self, what: str, line: int, value: str) -> None:
        self.warnings.append(Problem(what, self._at(line), value))


def _events(text: str) -> Iterator[ParserEvent]:
    from ruamel.yaml import YAML

    yield from YAML(typ="safe", pure=True).parse(io.StringIO(text))
