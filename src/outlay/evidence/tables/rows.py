"""What the words of a row say of all its figures: labels, whom, when, in which unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from outlay.evidence.blocks.types import Cell
from outlay.evidence.rules import pattern
from outlay.evidence.tables.columns import Columns
from outlay.evidence.tables.heads import Heads
from outlay.evidence.tables.labels import Label, Labels
from outlay.evidence.tables.layout import Line
from outlay.evidence.tables.units import Said, currency_in, unit_of

__all__ = ["RowReader", "Said", "Told"]

_SLIP = Said(unit="?")


@dataclass(slots=True)
class Told:
    """What is said of the figures of a row."""

    line: Line
    labels: list[Label] = field(default_factory=list)
    """The innermost first; behind them the headings that it stands under."""
    path: tuple[str, ...] = ()
    subject: str = ""
    about: str = ""
    own: Said | None = None
    unit: str = ""
    period: str = ""
    kind: str = ""
    part: str = ""
    whole: dict[int, str] = field(default_factory=dict)
    """Claims of the row that this is a part of, by column."""
    metric: bool = False
    """Whether a column of metrics gave its label."""

    @property
    def label(self) -> Label:
        return self.labels[0] if self.labels else Label()

    @property
    def slipped(self) -> bool:
        return self.own is _SLIP

    def span(self) -> tuple[int, int]:
        cells = self.line.cells.values()
        return min(c.start for c in cells), max(c.end for c in cells)


class RowReader:
    """Reads the rows of one table from the first to the last."""

    def __init__(self, labels: Labels, columns: Columns, heads: Heads) -> None:
        self._labels, self._columns, self._heads = labels, columns, heads
        self._carried: dict[int, Cell] = {}
        self._above = Told(Line({}, {}, {}))

    def read(self, line: Line, sections: Sequence[Cell]) -> Told:
        """What a row says that stands under these headings."""
        row = Told(line)
        cells = self._of_labels(row)
        for i, cell in line.cells.items():
            role = self._columns.roles.get(i, "")
            if i in self._columns.labels or role == "":
                continue
            if i not in line.figures or role == "period":
                self._take(row, role, cell)
            if role == "lot":
                head = self._heads.path(line, i)
                row.about = " ".join((row.about, *(h.text for h in head[-1:]), cell.text)).strip()
            cells += [cell] if role in ("period", "lot") else []
        row.labels += [self._labels.of(c.text) for c in reversed(sections)]
        row.path = tuple(c.text for c in (*sections, *cells))
        self._as_part(row)
        return row

    def _of_labels(self, row: Told) -> list[Cell]:
        cells: list[Cell] = []
        for i in self._columns.labels:
            cell = row.line.cells.get(i)
            if cell is not None:
                self._carried = {k: c for k, c in self._carried.items() if k < i} | {i: cell}
            elif i != self._columns.labels[-1]:
                cell = self._carried.get(i)  # a name said once for the rows below it
            if cell is not None and cell not in cells:
                cells.append(cell)
                self._take(row, self._columns.roles.get(i, ""), cell)
        return cells

    def _as_part(self, row: Told) -> None:
        """ "of which servers" is a part of the row above it, of the same subject and metric."""
        part = pattern("tables.part").match(row.label.text)
        if part is None:
            self._above = row
        elif self._above.labels:
            row.part = row.label.text[part.end() :].strip(" :：")
            row.labels[0] = replace(self._above.label, text=row.label.text)
            row.subject, row.whole = row.subject or self._above.subject, self._above.whole

    def _take(self, row: Told, role: str, cell: Cell) -> None:
        """Take what one cell of a row says, by the role of its column."""
        label = self._labels.of(cell.text)
        if role in ("subject", "thing") and not pattern("tables.part").match(label.text):
            self._name(row, role, label)
        elif role in ("unit", "currency"):
            self._unit(row, role, cell)
        elif role in ("period", "status"):
            row.period = row.period or (label.period if role == "period" else "")
            row.kind = row.kind or (label.kind if label.kind != "reported" else "")
        elif role not in ("skip", "lot"):
            inner = role == "metric" or not row.metric
            row.labels.insert(0 if inner else len(row.labels), label)
            row.metric = row.metric or role == "metric"

    def _name(self, row: Told, role: str, label: Label) -> None:
        name = label.words if label.total else label.who or label.words
        if role == "subject" and row.subject:
            row.about, row.subject = row.about or row.subject, name
        elif row.subject and not label.total:
            row.about = name
        else:
            row.subject = name
        row.labels.insert(0, replace(label, hits=(), said=Said(), period=""))

    def _unit(self, row: Told, role: str, cell: Cell) -> None:
        code = currency_in(cell.text)
        if role == "unit":
            row.unit = cell.text
            slip = self._heads.has_slip(cell.text, row.span()[0])
            row.own = _SLIP if slip else unit_of(f"({cell.text})")
        elif row.own and row.own.unit and not row.own.currency:
            # the unit is what the price is for
            row.own = replace(unit_of(f"{code}/{row.unit}"), scale=row.own.scale)
        else:
            row.own = replace(row.own or Said(), currency=code)
