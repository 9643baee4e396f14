"""What stands over the columns of a table: labels, periods, slips of units."""

from __future__ import annotations

from collections.abc import Sequence

from outlay.evidence.blocks.types import Cell
from outlay.evidence.quantities.spelling import slip_in
from outlay.evidence.rules import pattern
from outlay.evidence.tables.columns import Columns
from outlay.evidence.tables.labels import Label, Labels
from outlay.evidence.tables.layout import Line
from outlay.evidence.tables.metrics import own_words
from outlay.evidence.tables.units import Said, in_brackets, roles_of

__all__ = ["Heads"]


class Heads:
    """The headers of the columns of one table, each read once."""

    def __init__(
        self, text: str, labels: Labels, columns: Columns, titles: Sequence[Label]
    ) -> None:
        self._text, self._labels, self._columns = text, labels, columns
        self._title = [t.text for t in titles[:1]]
        self.slips: dict[tuple[str, str], int] = {}
        """Words of units with a slip, what is meant, and the first line of each."""
        self._read: dict[tuple[int, int], list[Label]] = {}
        self._periods: dict[tuple[int, int], str] = {}
        self._slipped: dict[int, bool] = {}

    def of(self, line: Line, column: int) -> list[Label]:
        """The headers of a column, the nearest first."""
        key = id(line.header), column
        if key not in self._read:
            path = self.path(line, column)
            self._read[key] = [self._labels.of(c.text) for c in reversed(path)]
        return self._read[key]

    def path(self, line: Line, column: int) -> tuple[Cell, ...]:
        """The cells over a column, the uppermost first."""
        labels = self._columns.labels
        if column in line.header or column in labels:
            return line.header.get(column, ())
        for near in (column - 1, column + 1, column - 2):  # headers over the signs of figures
            if near in line.header and near not in line.cells and near not in labels:
                return line.header[near]
        return ()

    def period_of(self, line: Line, column: int) -> str:
        """The period that stands over a column."""
        key = id(line.header), column
        if key not in self._periods:
            path = [c.text for c in self.path(line, column)]
            stub = [c.text for i in self._columns.labels[:1] for c in line.header.get(i, ())]
            above = [*self._title, *stub]
            own = self._labels.period_of(path)
            over = self._labels.period_of([*above, *path]) if path else ""
            new = own or over != self._labels.period_of(above)
            self._periods[key] = over if new else ""
        return self._periods[key]

    def corner(self, line: Line) -> str:
        """The period that stands over the labels of the rows: it is of the whole table."""
        stub = [c for i in self._columns.labels[:1] for c in line.header.get(i, ())]
        return next((p for c in stub if (p := self._labels.of(c.text).period)), "")

    def has_slip(self, unit: str, start: int) -> bool:
        """Whether a unit has a word that is near a known one; noted, by line."""
        slip = slip_in(unit)
        if slip[0] and slip not in self.slips:
            self.slips[slip] = self._text.count("\n", 0, start) + 1
        return slip[0] != ""

    def slipped(self, line: Line, column: int) -> bool:
        """Whether the unit in the header of a column has a slip."""
        if column not in self._slipped:
            path = self.path(line, column)
            said = in_brackets(path[-1].text) if path else ""
            self._slipped[column] = said != "" and self.has_slip(said, path[-1].start)
        return self._slipped[column]

    def segment(self, heads: Sequence[Label]) -> str:
        """What a column is of, where the rows are the metrics: a part of the subject, a firm."""
        head = heads[0] if heads else Label()
        told = head.period or head.who or head.total or head.turned or head.voice
        if (
            told
            or head.kind != "reported"
            or head.said != Said()
            or roles_of(head.text) not in ("", "thing")
        ):
            return ""
        firm = pattern("tables.firm").search(head.words)
        return "" if head.hits and not firm else own_words(head)
