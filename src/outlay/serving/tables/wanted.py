"""What is wanted of a table's columns, and what was read of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import Problem, TableError, TooLargeError
from outlay.core.ingest.names import hidden
from outlay.core.ingest.table import MOST_PROBLEMS

__all__ = [
    "MAX_ROWS", "Cells", "Growing", "Lines", "Lists", "Numbered", "Read", "Rows", "Table", "Want",
    "bare", "not_read", "once",
]  # fmt: skip

MAX_ROWS = 50_000_000
MOST_COLUMNS = 10_000
MOST_BLANK = 1_000_000
"""Empty lines of one file: each is kept in mind, for the lines of the rows."""
MOST_NAMES = 20
"""Columns that a note names."""
Cells = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Want:
    """A column that is wanted.

    name: what messages call it. column: as the table calls it. kind: `number`; `whole`; `stamp`
    (nanoseconds since 1970, universal time); `time` (numbers, or seconds from the first stamp where
    the column holds stamps); `text`; `key` (hashes of texts, 0 for an empty one); `lists` of whole
    numbers. least, most: what a number may be. empty: whether a cell may be empty (NaN, or no
    text). stamps: whether a `time` is most likely a stamp.
    """

    name: str
    column: str
    kind: str = "number"
    least: float = 0.0
    most: float = 1e300
    hint: str = ""
    empty: bool = False
    dtype: type[np.generic] | None = None
    stamps: bool = False

    @property
    def array_type(self) -> type[np.generic]:
        """Of the array that holds it."""
        own: dict[str, type[np.generic]] = {
            "number": np.float64, "whole": np.int32, "stamp": np.int64, "text": np.object_,
            "key": np.uint64, "time": np.float64,
        }  # fmt: skip
        return self.dtype or own[self.kind]

    @property
    def allowed(self) -> str:
        """What a cell may hold, in words."""
        if self.kind == "stamp":
            return "2023-11-16 18:15:46.6805900"
        if self.kind == "time" and self.most > 1e15:
            return "a number of at least 0, or stamps as 2023-11-16 18:15:46.6805900"
        if self.kind in ("key", "text"):
            return "a text or a whole number"
        kind = "a whole number" if self.kind == "whole" else "a finite number"
        if self.most >= 1e300:
            return f"{kind} of at least {self.least:g}"
        return f"{kind} from {self.least:,.0f} to {self.most:,.0f}"


class Rows(Protocol):
    """Where the rows of a table stand."""

    def at(self, row: int) -> str:
        """The place of a row, counted from 0."""


@dataclass
class Lines:
    """Rows of a text: its file, and the lines that are no rows."""

    where: str
    header: int = 1
    """Lines before the first row."""
    blank: list[int] = field(default_factory=list)
    """Lines below them that hold nothing, rising."""

    def line(self, row: int) -> int:
        """The line of a row, counted from 1."""
        first = self.header + 1
        blank: IntArray = np.array(self.blank, dtype=np.int64)
        rows_before = blank - first - np.arange(len(blank))
        return first + row + int(np.searchsorted(rows_before, row, side="right"))

    def at(self, row: int) -> str:
        return f"{self.where}:{self.line(row)}"

    def leave_out(self, lines: IntArray | Sequence[int]) -> None:
        """Lines that hold nothing, below those left out before; raises TooLargeError."""
        if len(self.blank) + len(lines) > MOST_BLANK:
            raise TooLargeError("too many empty lines", where=self.where, allowed=f"{MOST_BLANK:,}")
        self.blank += map(int, lines)


@dataclass(frozen=True, slots=True)
class Numbered:
    """Rows of a file that has no lines for them: its name, and what a row is called."""

    where: str
    what: str = "row"

    def at(self, row: int) -> str:
        return f"{self.where}, {self.what} {row + 1}"


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of whole numbers in one array: those of row i stand from ends[i - 1] to ends[i]."""

    values: IntArray
    ends: IntArray

    @property
    def counts(self) -> IntArray:
        """Numbers of each row."""
        return np.diff(self.ends, prepend=0)

    def ordered(self, order: IntArray) -> Lists:
        """The lists in another order, or some of them."""
        counts = self.counts
        starts = (self.ends - counts)[order]
        ends: IntArray = np.cumsum(counts[order])
        steps = np.arange(np.sum(counts[order])) - np.repeat(ends - counts[order], counts[order])
        return Lists(self.values[np.repeat(starts, counts[order]) + steps], ends)


@dataclass(frozen=True)
class Read:
    """Columns by the names that were wanted, and where their rows stand."""

    columns: Mapping[str, Cells]
    rows: Rows
    others: tuple[str, ...] = ()
    """Columns that were met beside those of the header."""
    lists: Mapping[str, Lists] = field(default_factory=dict)
    """Those of `lists`."""
    stamped: frozenset[str] = frozenset()
    """Those of `time` that hold stamps."""

    def __getitem__(self, name: str) -> Cells:
        return self.columns[name]

    def numbers(self, name: str) -> Array:
        """A column of `number`."""
        return self.columns[name].astype(np.float64, copy=False)

    def integers(self, name: str) -> IntArray:
        """A column of `stamp`, or of `whole` that is not stored smaller."""
        return self.columns[name].astype(np.int64, copy=False)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))


class Table(Protocol):
    """A table whose header is known and whose rows can be read once."""

    where: str
    form: str
    """`CSV`, `TSV`, `JSON lines`, `JSON`, `Parquet`."""
    names: list[str]
    """Columns as they are written."""
    header_at: str
    """Where they stand."""

    def read(self, wants: Sequence[Want]) -> Read:
        """The columns that are wanted. Raises TableError, TooLargeError."""


class Growing:
    """An array that grows by pieces; what was not filled takes no memory."""

    def __init__(self, dtype: type[np.generic], room: int) -> None:
        self.array: Cells = np.empty(room, dtype)
        self.n = 0

    def add(self, values: Cells) -> None:
        end = self.n + len(values)
        if end > len(self.array):
            larger = np.empty(max(2 * len(self.array), end), self.array.dtype)
            larger[: self.n] = self.array[: self.n]
            self.array = larger
        self.array[self.n : end] = values
        self.n = end

    def whole(self) -> Cells:
        return self.array[: self.n]


def bare(name: str) -> str:
    """A column's name as two spellings of it are alike: no case, spaces, dashes, underscores."""
    return re.sub(r"[\s_\-]+", "", name.casefold())


def once(names: Sequence[str], where: str) -> dict[str, str]:
    """The column of each bare name; raises TableError where two are spellings of one."""
    if len(names) > MOST_COLUMNS:
        most = f"{MOST_COLUMNS:,}"
        raise TooLargeError("too many columns", where=where, value=f"{len(names):,}", allowed=most)
    out: dict[str, str] = {}
    problems = []
    for name in names:
        key = bare(name)
        if not key:
            continue
        if key in out:
            both = f"{shown(out[key])} and {shown(name)}"
            problems.append(
                Problem(
                    "a column given twice", where, both, "each column once",
                    "leave out the one that is not meant",
                )
            )  # fmt: skip
        out.setdefault(key, name)
    if problems:
        raise TableError(problems[:MOST_PROBLEMS])
    return out


def shown(name: str) -> str:
    """A name as a message shows it: never its control characters."""
    return ascii(name)[1:-1][:60] if hidden(name) else name[:60]


def not_read(names: Iterable[str], used: Iterable[str], of: str = "") -> tuple[str, ...]:
    """One note that names the columns nobody asked for; none where all were.

    of: which table, where there are several.
    """
    taken = set(used)
    rest = [shown(n) or "(no name)" for n in dict.fromkeys(names) if n not in taken]
    if not rest:
        return ()
    more = f" and {len(rest) - MOST_NAMES} more" if len(rest) > MOST_NAMES else ""
    return (f"columns{of} not read: {', '.join(rest[:MOST_NAMES])}{more}",)
