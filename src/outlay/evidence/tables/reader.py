"""The figures of a table, each with what its row, its column and its title say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from outlay.evidence.blocks.types import Cell, Table
from outlay.evidence.rules import pattern
from outlay.evidence.tables.cells import Figure
from outlay.evidence.tables.columns import Columns
from outlay.evidence.tables.heads import Heads
from outlay.evidence.tables.labels import Label, Labels, is_name
from outlay.evidence.tables.layout import Line, layout_of
from outlay.evidence.tables.metrics import Metrics, own_words
from outlay.evidence.tables.rows import RowReader, Told
from outlay.evidence.tables.scales import Scales
from outlay.evidence.tables.units import Said
from outlay.evidence.tagged.claims import Tags
from outlay.evidence.types import Claim, Document, Hedge
from outlay.results.claims import Ground, Grounds

__all__ = ["TableReader"]

_MOST_OF_ROW = 6_000
_LABELS = ("subject", "thing", "lot", "metric", "status", "unit", "currency", "period")
_FEW = 400


class TableReader:
    """Reads one table; counts its number cells and why some were not read."""

    def __init__(self, document: Document, table: Table, tags: Tags | None = None) -> None:
        self.document, self.scope, self.tags = document, table.scope, tags
        self.numbers = 0
        self.unread: Counter[str] = Counter()
        texts = (c.text for row in table.cells for c in row if len(c.text) < 200)
        self.labels = Labels(texts, table.caption, table.scope, document.date)
        layout = layout_of(table, self.labels.is_period)
        self.lines = layout.lines
        self.columns = Columns(layout, self.labels.is_period)
        titles = [*table.caption.split("\n"), *(c.text for c in layout.titles)]
        self.titles = [self.labels.of(t) for t in reversed(titles) if t]
        self.entity = self._entity()
        self.heads = Heads(document.text, self.labels, self.columns, self.titles)
        self.rows = RowReader(self.labels, self.columns, self.heads)
        self.rows_are = self._axis()
        self.scales = Scales(layout, self.titles, table.scope)
        self.metrics = Metrics(self.titles, document.name, self.rows_are, self._named())
        told = next((t.period for t in self.titles if t.period), "")
        self.scope_period = told or self.scope.period
        first = [line for line in self.lines if line.figures][:1]
        self.dated = any(self.heads.period_of(line, i) for line in first for i in line.figures)

    def _entity(self) -> str:
        """Whom the table is of: whom its title names, or the document."""
        sure = next((t.named for t in self.titles if t.sure), "")
        return sure or self.scope.topic or self.scope.entity

    def _axis(self) -> str:
        """What the rows are where no header says so: of subjects or of metrics."""
        roles = {self.columns.roles.get(i) for i in self.columns.labels}
        if roles & {"subject", "thing"}:
            return "subject"
        rows = self._row_labels()
        if self._title_measures(rows):
            return "metric"
        names = sum(r.who != "" for r in rows)
        metrics = sum(r.measures for r in rows)
        titled = any(t.hits for t in self.titles)
        many = metrics > names and (not titled or 3 * metrics >= len(rows))
        if "metric" in roles or many:
            return "metric"
        return "subject" if names or self._heads_measure(titled) else "metric"

    def _title_measures(self, rows: Sequence[Label]) -> bool:
        """Whether all figures are of what the title names, the rows being periods."""
        if self.columns.labels and not (rows and all(r.period and not r.hits for r in rows)):
            return False
        first = self.lines[:1]
        heads = (h for line in first for i in line.figures for h in self.heads.of(line, i))
        return any(t.hits for t in self.titles) and not any(h.hits for h in heads)

    def _heads_measure(self, titled: bool) -> bool:
        """Whether the columns name the metrics, or the title does of rows that are of nobody."""
        heads = [
            head for line in self.lines[:1] for i in line.figures
            for head in self.heads.of(line, i) if not head.period
        ]  # fmt: skip
        if any(h.who for h in heads):
            return False
        measured = any(h.hits or h.said.unit for h in heads if not h.turned)
        return measured or (titled and not self.entity)

    def _row_labels(self) -> list[Label]:
        inner = self.columns.labels[-1:]
        return [
            self.labels.of(line.cells[i].text)
            for line in self.lines[:_FEW] if line.section is None
            for i in inner if i in line.cells
        ]  # fmt: skip

    def _named(self) -> list[Label]:
        """The labels along the axis of metrics, which are to keep apart."""
        if self.rows_are == "metric" or not self.lines:
            return self._row_labels()
        line = self.lines[0]
        return [h for i in line.header for h in self.heads.of(line, i)[:1]]

    def read(self, prefix: str, count: int, most: int) -> list[Claim]:
        """The claims of the table, up to a number of them, numbered on from `count`."""
        out: list[Claim] = []
        sections: list[Cell] = []
        fresh = True
        for line in self.lines:
            if line.section is not None:
                kept = sections if fresh else self._dating(sections, line.section)
                sections = [*kept, line.section]
                fresh = True
                continue
            fresh = not line.figures
            if len(out) > most:
                self.numbers += len(line.figures)
                self.unread["too many"] += len(line.figures)
                continue
            row = self.rows.read(line, sections)
            out += self._claims(row, prefix, count + len(out))
            if sections and row.label.closes(sections[-1].text):
                sections, fresh = self._dating(sections, sections[-1]), True
        return out

    def _dating(self, sections: Sequence[Cell], new: Cell) -> list[Cell]:
        """Of the headings of rows those that are periods, which hold to the next one."""
        if self.labels.is_period(new.text):
            return []
        return [s for s in sections if self.labels.is_period(s.text)]

    def _claims(self, row: Told, prefix: str, count: int) -> list[Claim]:
        out: list[Claim] = []
        latest = _Latest()
        for i, (figure, cells) in self._figures(row.line).items():
            self.numbers += cells
            heads = self.heads.of(row.line, i)
            period = self.heads.period_of(row.line, i)
            latest.see(period, any(h.turned for h in heads))
            key = f"{prefix}.c{count + len(out) + 1}"
            made = self._claim(key, row, i, figure, period or latest.of_change)
            if isinstance(made, str):
                cell = row.line.cells[i]
                shown = self.tags is not None and self.tags.shown(cell.start, cell.end)
                self.unread[made] += 0 if shown else cells
                continue
            if row.part:
                made = replace(made, part_of=row.whole.get(i, ""))
            else:
                row.whole[i] = key
            out.append(made)
        return out

    def _figures(self, line: Line) -> dict[int, tuple[Figure, int]]:
        """The figures of a row by column, with the cells each is of: two of a low and high end."""
        roles, pairs = self.columns.roles, self.columns.pairs
        found = {
            i: (f, 1) for i, f in sorted(line.figures.items())
            if not (f.year and roles.get(i) == "period")
        }  # fmt: skip
        for low, high in pairs.items():
            if low in found and high in found:
                bottom, top = found[low][0], found.pop(high)[0].high
                hedge: Hedge = "exact" if bottom.low == top else "range"
                found[low] = replace(bottom, high=top, hedge=hedge), 2
            elif low in found:
                found[low] = replace(found[low][0], high=None, hedge="over"), 1
            elif high in found:
                found[high] = replace(found[high][0], low=None, hedge="up_to"), 1
        return found

    def _whole_of(self, line: Line, column: int, heads: Sequence[Label]) -> list[Label]:
        """The heads of the column before, for one headed "of which": it counts the same things."""
        part = heads and not heads[0].said.unit and pattern("tables.part").match(heads[0].text)
        return [h for h in self.heads.of(line, column - 1) if h.said.unit] if part else []

    def _claim(self, key: str, row: Told, column: int, figure: Figure, period: str) -> Claim | str:
        """The claim of one figure, or why there is none."""
        heads = self.heads.of(row.line, column)
        if why := self._no_claim(row, column, figure, heads):
            return why
        over = self._whole_of(row.line, column, heads)
        found = self.scales.of(figure, row.labels, [*heads, *over], row.own, column)
        if isinstance(found, str):
            return found
        figure, unit_ground = found
        metric = self.metrics.of(figure, row.labels, heads, row.part)
        segment = self.heads.segment(heads) if self.rows_are == "metric" else ""
        subject, subject_ground = self._subject(row, heads, segment, figure.dimension == "price")
        when, when_ground = self._when(row, heads, period)
        near = (*heads, *row.labels[:1])
        cell = row.line.cells[column]
        first, last = row.span()
        if last - first > _MOST_OF_ROW:  # which each of its claims would carry
            first, last = cell.start, cell.end
        return Claim(
            id=key, document=self.document.name, subject=subject, metric=metric.name,
            value_low=figure.low, value_high=figure.high, unit=figure.unit, period=when,
            said_on=self.document.date, attribution=next((x.voice for x in near if x.voice), ""),
            hedge=figure.hedge, kind=self._kind(row, near), condition="", span=(first, last),  # type: ignore[arg-type]
            sentence=self.document.text[first:last], value_span=(cell.start, cell.end),
            quote=self.document.text[cell.start : cell.end], family=metric.family,
            about=row.about or ("" if subject == segment else segment) or _way(figure, heads),
            rounding=figure.rounding,
            period_basis="stated" if when else "", quantity=metric.quantity,
            grounds=Grounds(subject_ground, metric.ground, when_ground, unit_ground),
            row=row.path, column=tuple(c.text for c in self.heads.path(row.line, column)),
        )  # fmt: skip

    def _kind(self, row: Told, near: Sequence[Label]) -> str:
        told = (*near, *(t for t in self.titles if t.kind == "planned"))
        return row.kind or next((x.kind for x in told if x.kind != "reported"), "reported")

    def _no_claim(self, row: Told, column: int, figure: Figure, heads: Sequence[Label]) -> str:
        role = self.columns.roles.get(column, "")
        if figure.low is None and figure.high is None:
            return "no number that is known"
        if role != "skip" and (column in self.columns.labels or role in _LABELS):
            return "a label"
        if row.slipped or self.heads.slipped(row.line, column):
            return "a slip in the unit"
        if role == "skip":
            return "an ordinal or a code"
        if figure.year and column in self.columns.years and not any(h.declared for h in heads):
            return "a year"
        return "" if heads or self._is_told(row, column) else "no header"

    def _is_told(self, row: Told, column: int) -> bool:
        """Whether a figure without a header is one of its row, and not beyond the header."""
        beyond = row.line.header and column > self.columns.last
        return not beyond and bool(row.labels or self.titles)

    def _subject(
        self, row: Told, heads: Sequence[Label], segment: str, price: bool
    ) -> tuple[str, Ground]:
        firm = pattern("tables.firm").search(segment) is not None
        firm = firm or (not self.entity and is_name(segment))  # of nobody else
        column = next((h.who for h in heads if h.who), segment if firm else "")
        named = row.subject or self._row_name(row.label, column) or column
        named = named or next(filter(None, (x.who for x in row.labels)), "")
        if price and not named and row.label.sure:
            named = row.label.named  # "H200, each"
        return (named, "cell") if named else (self.entity, "scope" if self.entity else "")

    def _row_name(self, label: Label, column: str) -> str:
        if self.rows_are != "subject" or label.period:
            return ""
        return label.words if label.total and not column else label.who or column or label.words

    def _when(self, row: Told, heads: Sequence[Label], period: str) -> tuple[str, Ground]:
        """The period of the row, else of the column, else of a heading, of the table."""
        turned = any(h.turned for h in heads)
        over = row.period or ("" if turned and self._own_period(row) else period)
        over = over or self._own_period(row)
        if over:
            return over, "cell"
        if self.dated or any(h.timeless for h in heads if not h.total):
            return "", ""
        over = self.heads.corner(row.line) or self.scope_period
        return over, "scope" if over else ""

    def _own_period(self, row: Told) -> str:
        return next((x.period for x in row.labels if x.period), "")


def _way(figure: Figure, heads: Sequence[Label]) -> str:
    """What a price is of where a heading over its column says so: batch, reserved, peak."""
    if figure.dimension != "price":
        return ""
    plain = (own_words(h) for h in heads[1:] if not h.hits and h.said == Said())
    return next((w for w in plain if w and not any(map(str.isdigit, w))), "")


class _Latest:
    """The latest period of the columns that a column of changes stands behind."""

    def __init__(self) -> None:
        self.of_change = ""
        self._seen: list[str] = []
        self._closed = False

    def see(self, period: str, turned: bool) -> None:
        """The next column: its period, and whether it is of changes or shares."""
        if self._closed and not turned:
            self._seen = []
        self._closed = turned
        self._seen += [period] if period else []
        latest = max(self._seen, key=lambda p: p.removeprefix("FY"), default="")
        self.of_change = latest if turned else ""
