"""A titled table of raw values with units, and how it is made: a heading beside what it reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from outlay.report.words.language import Words

__all__ = ["Column", "Sheet", "Table", "Value"]

Value = str | float | None
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: heading, unit that its numbers are shown in, whether it holds numbers."""

    name: str
    unit: str = ""
    number: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Raw values; cells of text and of numbers in base units. how: how a cell is worked out. why:
    what to explain for more of it."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    how: tuple[tuple[str, ...], ...] = ()
    why: tuple[tuple[str, ...], ...] = ()


def _silent(_: object) -> str:
    return ""


class Sheet(Generic[R]):
    """A table in the making: rows of one type, then columns, each a heading and what it reads."""

    def __init__(self, say: Words, rows: Sequence[R]) -> None:
        self._say, self._rows = say, rows
        self._columns: list[tuple[Column, Callable[[R], Value]]] = []
        self._hows: list[Callable[[R], str]] = []
        self._whys: list[Callable[[R], str]] = []

    def given(
        self,
        name: str,
        read: Callable[[R], Value],
        unit: str = "",
        *,
        number: bool = True,
        how: Callable[[R], str] = _silent,
        why: Callable[[R], str] = _silent,
    ) -> Sheet[R]:
        """A column whose heading is data: a period, a state, a year. why: paths to explain."""
        self._columns.append((Column(name, unit, number), read))
        self._hows.append(how)
        self._whys.append(why)
        return self

    def text(
        self, heading: str, read: Callable[[R], str], why: Callable[[R], str] = _silent
    ) -> Sheet[R]:
        """A column of text; what is a word of Outlay's own is in the language that is read."""
        say = self._say
        name = say(f"heading.{heading}")
        return self.given(name, lambda r: say.coded(read(r)), number=False, why=why)

    def number(
        self,
        heading: str,
        read: Callable[[R], float | None],
        unit: str = "",
        how: Callable[[R], str] = _silent,
        why: Callable[[R], str] = _silent,
        **values: str,
    ) -> Sheet[R]:
        """A column of numbers in base units, shown in `unit`. values: what the heading names."""
        return self.given(self._say(f"heading.{heading}", **values), read, unit, how=how, why=why)

    def some(self, title: str, **values: object) -> Table | None:
        """The table, None where it has no row."""
        return self.table(title, **values) if self._rows else None

    def table(self, title: str, **values: object) -> Table:
        """The table, with its title from the language's own."""
        return Table(
            self._say(f"title.{title}", **values),
            tuple(c for c, _ in self._columns),
            tuple(tuple(read(r) for _, read in self._columns) for r in self._rows),
            self._told(self._hows),
            self._told(self._whys),
        )

    def _told(self, tell: Sequence[Callable[[R], str]]) -> tuple[tuple[str, ...], ...]:
        """What is told of each cell; nothing where it is of none."""
        told = tuple(tuple(of(r) for of in tell) for r in self._rows)
        return told if any(map(any, told)) else ()
