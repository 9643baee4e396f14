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
    """Raw values; cells of text and of numbers in base units. how: how a cell is worked out."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    how: tuple[tuple[str, ...], ...] = ()


def _silent(_: object) -> str:
    return ""


class Sheet(Generic[R]):
    """A table in the making: rows of one type, then columns, each a heading and what it reads."""

    def __init__(self, say: Words, rows: Sequence[R]) -> None:
        self._say, self._rows = say, rows
        self._columns: list[tuple[Column, Callable[[R], Value], Callable[[R], str]]] = []

    def given(
        self,
        name: str,
        read: Callable[[R], Value],
        unit: str = "",
        *,
        number: bool = True,
        how: Callable[[R], str] = _silent,
    ) -> Sheet[R]:
        """A column whose heading is data: a period, a state, a year."""
        self._columns.append((Column(name, unit, number), read, how))
        return self

    def text(self, heading: str, read: Callable[[R], str]) -> Sheet[R]:
        """A column of text; what is a word of Outlay's own is in the language that is read."""
        say = self._say
        return self.given(say(f"heading.{heading}"), lambda r: say.coded(read(r)), number=False)

    def number(
        self,
        heading: str,
        read: Callable[[R], float | None],
        unit: str = "",
        how: Callable[[R], str] = _silent,
        **values: str,
    ) -> Sheet[R]:
        """A column of numbers in base units, shown in `unit`. values: what the heading names."""
        return self.given(self._say(f"heading.{heading}", **values), read, unit, how=how)

    def some(self, title: str, **values: object) -> Table | None:
        """The table, None where it has no row."""
        return self.table(title, **values) if self._rows else None

    def table(self, title: str, **values: object) -> Table:
        """The table, with its title from the language's own."""
        hows = tuple(tuple(how(r) for _, _, how in self._columns) for r in self._rows)
        return Table(
            self._say(f"title.{title}", **values),
            tuple(c for c, _, _ in self._columns),
            tuple(tuple(read(r) for _, read, _ in self._columns) for r in self._rows),
            hows if any(any(h) for h in hows) else (),
        )
