"""What an XLSX file says of its cells besides their values: formulas, errors, what is hidden.

The parts are read as they unpack, up to a number of bytes; a document type, which could make a part
grow, is refused.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from outlay.evidence.text.parsed import UnreadError

__all__ = ["Cells", "Sheet"]

_PIECE = 1 << 20
_MOST_CELLS = 3_000_000
_MOST_COLUMNS = 16_384
_NAME = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_YES = ("1", "true")
Handler = Callable[[str, Mapping[str, str]], None]


@dataclass(slots=True)
class Sheet:
    """Cells count from nought, as (row, column)."""

    rows: int = 0
    """Number of the last row."""
    columns: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: int = 0
    """With a value saved with the file."""
    bare: list[tuple[int, int]] = field(default_factory=list)
    """Formulas without one."""
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """First cell of each merged range, and its last."""


class Cells:
    """The sheets of a workbook by their names.

    most: bytes that may be unpacked in all.
    """

    def __init__(self, archive: zipfile.ZipFile, most: int) -> None:
        self._archive, self._left = archive, most
        self._parts: dict[str, str] = {}
        self._recalculated = False
        home = self._home()
        links: dict[str, str] = {}
        self._each(_links_of(home), lambda n, a: links.update(_link(n, a, home)))
        self._each(home, lambda n, a: self._book(n, a, links))

    def of(self, name: str) -> Sheet:
        """What is odd on a sheet."""
        part = self._parts.get(name)
        if part is None:
            raise UnreadError(f"sheet {name} is not in the file")
        reader = _Reader(recalculated=self._recalculated)
        self._each(part, reader.start, reader.end, reader.text)
        return reader.sheet

    def _home(self) -> str:
        found: dict[str, str] = {}

        def root(name: str, values: Mapping[str, str]) -> None:
            if values.get("Type", "").endswith("/officeDocument"):
                found["home"] = values.get("Target", "").lstrip("/")

        self._each("_rels/.rels", root)
        return found.get("home", "xl/workbook.xml")

    def _book(self, name: str, values: Mapping[str, str], links: Mapping[str, str]) -> None:
        if name == "sheet":
            link = next((v for k, v in values.items() if k.rpartition(" ")[2] == "id"), "")
            self._parts[values.get("name", "")] = links.get(link, "")
        elif name == "calcPr":
            self._recalculated = values.get("fullCalcOnLoad", "") in _YES

    def _each(
        self,
        part: str,
        start: Handler,
        end: Callable[[str], None] = lambda _: None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Tell of each element of a part as it is read."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = lambda n, a: start(n.rpartition(" ")[2], a)
        parser.EndElementHandler = lambda n: end(n.rpartition(" ")[2])
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _refuse
        try:
            with self._archive.open(part) as file:
                while piece := file.read(_PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise UnreadError("the workbook unpacks to far more than its size")
                    parser.Parse(piece, False)
            parser.Parse(b"", True)
        except KeyError:
            raise UnreadError(f"the workbook lacks its part {part}") from None


def _refuse(*_: object) -> None:
    raise UnreadError("the workbook holds a document type, which no spreadsheet writes")


def _links_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _link(name: str, values: Mapping[str, str], home: str) -> dict[str, str]:
    if name != "Relationship":
        return {}
    target = values.get("Target", "")
    inside = target.lstrip("/") if target.startswith("/") else posixpath.join(
        posixpath.dirname(home), target
    )  # fmt: skip
    return {values.get("Id", ""): posixpath.normpath(inside)}


def _place(name: str) -> tuple[int, int] | None:
    """Row and column of a cell by its name."""
    at = _NAME.fullmatch(name)
    if at is None:
        return None
    column = 0
    for letter in at[1]:
        column = 26 * column + ord(letter) - 64
    return int(at[2]) - 1, column - 1


class _Reader:
    """Takes a sheet's elements one after another."""

    def __init__(self, *, recalculated: bool) -> None:
        self.sheet = Sheet()
        self._recalculated = recalculated
        self._row, self._column, self._cells = -1, -1, 0
        self._kind, self._formula, self._value = "", False, ""
        self._in_value = False

    def start(self, name: str, values: Mapping[str, str]) -> None:
        if name == "c":
            self._cell(values)
        elif name == "v":
            self._in_value = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._row = int(values["r"]) - 1 if "r" in values else self._row + 1
            self._column = -1
            if values.get("hidden") in _YES or _nought(values.get("ht")):
                self.sheet.hidden_rows.add(self._row)
        elif name == "col" and (values.get("hidden") in _YES or _nought(values.get("width"))):
            first, last = int(values.get("min", "1")), int(values.get("max", "1"))
            columns = range(max(first, 1) - 1, min(last, _MOST_COLUMNS))
            self.sheet.hidden_columns.update(columns)
        elif name == "mergeCell":
            ends = [at for end in values.get("ref", "").split(":") if (at := _place(end))]
            if len(ends) == 2:
                self.sheet.merged[ends[0]] = ends[1]

    def _cell(self, values: Mapping[str, str]) -> None:
        self._cells += 1
        if self._cells > _MOST_CELLS:
            raise UnreadError(f"a sheet has over {_MOST_CELLS:,} cells", "split it")
        if at := _place(values.get("r", "")):
            self._row, self._column = at
        else:
            self._column += 1
        self._kind, self._formula, self._value = values.get("t", "n"), False, ""
        self.sheet.rows = max(self.sheet.rows, self._row)
        self.sheet.columns = max(self.sheet.columns, self._column)

    def text(self, text: str) -> None:
        if self._in_value and len(self._value) < 100:
            self._value += text

    def end(self, name: str) -> None:
        if name == "v":
            self._in_value = False
        elif name == "c":
            at = (self._row, self._column)
            if self._kind == "e":
                self.sheet.errors[at] = self._value.strip()[:20] or "error"
            elif self._formula and self._saved():
                self.sheet.formulas += 1
            elif self._formula:
                self.sheet.bare.append(at)

    def _saved(self) -> bool:
        """Whether a formula has a value. A program that calculates nothing writes nought, and asks
        for the workbook to be calculated when it is opened."""
        nought = self._recalculated and self._kind == "n" and self._value.strip() in ("0", "0.0")
        return self._kind == "str" or (self._value.strip() != "" and not nought)


def _nought(size: str | None) -> bool:
    try:
        return size is not None and float(size) == 0
    except ValueError:
        return False
