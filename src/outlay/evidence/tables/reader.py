"""The figures of a table, each with what its row, its column and its title say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from outlay.evidence.blocks.types import Cell, Table
from outlay.evidence.quantities.spelling import slip_in
from outlay.evidence.rules import pattern
from outlay.evidence.tables.cells import Figure
from outlay.evidence.tables.labels import Label, Labels
from outlay.evidence.tables.layout import Layout, Line, roles_of
from outlay.evidence.tables.metrics import Metrics, own_words
from outlay.evidence.tables.scales import Scales
from outlay.evidence.tables.units import Said, currency_in, in_brackets, unit_of
from outlay.evidence.tagged.claims import Tags
from outlay.evidence.types import Claim, Document
from outlay.results.claims import Ground, Grounds

__all__ = ["TableReader"]

_MOST_OF_ROW = 6_000
_LABELS = ("subject", "thing", "lot", "metric", "status", "unit", "currency", "period")


@dataclass(slots=True)
class _Row:
    """A row while it is read."""

    line: Line
    labels: list[Label]
    """The innermost first; behind them the headings that it stands under."""
    path: tuple[str, ...]
    subject: str = ""
    about: str = ""
    own: Said | None = None
    unit: str = ""
    named: bool = False
    """Whether a column of metrics gave its label."""
    period: str = ""
    kind: str = ""
    part: str = ""
    span: tuple[int, int] = (0, 0)


class TableReader:
    """Reads one table; counts its number cells and why some were not read."""

    def __init__(self, document: Document, table: Table, topic: str) -> None:
        self.document, self.table = document, table
        self.numbers = 0
        self.tags: Tags | None = None
        self.unread: Counter[str] = Counter()
        self.slips: dict[tuple[str, str], int] = {}
        """Words of units with a slip, what is meant, and the first line of each."""
        texts = (c.text for row in table.cells for c in row if len(c.text) < 200)
        self.labels = Labels(texts, table.caption, table.scope, document.date)
        self.layout = Layout.of(table, self.labels.is_period)
        lines = [*table.caption.split("\n"), *(c.text for c in self.layout.titles)]
        self.titles = [self.labels.of(t) for t in reversed(lines) if t]
        self.entity = (
            next((t.named for t in self.titles if t.sure), "")
            or (table.scope.topic or table.scope.entity)
            or next((t.named for t in self.titles if t.named), "")
        )
        self._heads: dict[tuple[int, int], list[Label]] = {}
        self._periods: dict[tuple[int, int], str] = {}
        self._slipped: dict[int, bool] = {}
        self._ends: dict[int, dict[int, int]] = {}
        self._carried: dict[int, Cell] = {}
        self._above: tuple[Label, dict[int, str]] = (Label(), {})
        self.rows_are = self._axis()
        self.scales = Scales(self.layout, self.titles, table.scope)
        self.metrics = Metrics(self.titles, document.name, self.rows_are, self._named())
        first = [line for line in self.layout.lines if line.figures][:1]
        self.dated = any(self._period_of(line, i) for line in first for i in line.figures)

    def _axis(self) -> str:
        """What the rows are where no header says so: of subjects or of metrics."""
        roles = {self.layout.roles.get(i) for i in self.layout.labels}
        if roles & {"subject", "thing"}:
            return "subject"
        rows = [
            self.labels.of(line.cells[i].text)
            for line in self.layout.lines[:400] if line.section is None
            for i in self.layout.labels[-1:] if i in line.cells
        ]  # fmt: skip
        heads = [
            label for line in self.layout.lines[:1] for i in line.figures
            for label in self._head(line, i) if not label.period
        ]  # fmt: skip
        names = sum(1 for r in rows if r.who)
        metrics = sum(1 for r in rows if r.hits and not r.who and not r.total)
        titled = any(t.hits for t in self.titles)
        if "metric" in roles or (metrics > names and (not titled or 3 * metrics >= len(rows))):
            return "metric"
        if names or any(h.who for h in heads):
            return "subject" if names else "metric"
        if any(h.hits or h.said.unit for h in heads if not (h.change or h.share)):
            return "subject"
        return "subject" if titled and not self.entity else "metric"

    def _named(self) -> list[Label]:
        """The labels along the axis of metrics, which are to keep apart."""
        if self.rows_are == "metric" or not self.layout.lines:
            return [
                self.labels.of(line.cells[i].text)
                for line in self.layout.lines[:400]
                for i in self.layout.labels[-1:] if i in line.cells and line.figures
            ]  # fmt: skip
        line = self.layout.lines[0]
        return [h for i in line.header for h in self._head(line, i)[:1]]

    def read(self, prefix: str, count: int, most: int) -> list[Claim]:
        """The claims of the table, up to a number of them, numbered on from `count`."""
        out: list[Claim] = []
        sections: list[Cell] = []
        fresh = True
        for line in self.layout.lines:
            if line.section is not None:
                sections = [*sections, line.section] if fresh else [line.section]
                fresh = True
                continue
            fresh = not line.figures
            row = self._row(line, sections)
            if len(out) <= most:
                out += self._claims(row, prefix, count + len(out))
            else:
                self.numbers += len(line.figures)
                self.unread["too many"] += len(line.figures)
            if sections and row.labels and row.labels[0].total:
                sections, fresh = [], True
        return out

    def _row(self, line: Line, sections: Sequence[Cell]) -> _Row:
        roles = self.layout.roles
        labels: list[Label] = []
        row = _Row(line, labels, ())
        cells: list[Cell] = []
        for i in self.layout.labels:
            cell = line.cells.get(i)
            if cell is None and i != self.layout.labels[-1]:
                cell = self._carried.get(i)  # a name said once for the rows below it
            elif cell is not None:
                self._carried[i] = cell
                for later in [k for k in self._carried if k > i]:
                    del self._carried[later]
            if cell is not None and cell not in cells:
                cells.append(cell)
                label = self.labels.of(cell.text)
                self._role(row, roles.get(i, ""), label)
        for i, cell in line.cells.items():
            if i not in self.layout.labels and i not in line.figures and i in roles:
                self._role(row, roles[i], self.labels.of(cell.text))
            elif roles.get(i) == "period":
                self._role(row, "period", self.labels.of(cell.text))
            if roles.get(i) in ("period", "lot") and i not in self.layout.labels:
                cells.append(cell)
            if roles.get(i) == "lot":
                head = self._path(line, i)
                row.about = " ".join((row.about, head[-1].text if head else "", cell.text)).strip()
        labels += [self.labels.of(c.text) for c in reversed(sections)]
        row.path = tuple(c.text for c in (*sections, *cells))
        starts = [c.start for c in line.cells.values()]
        ends = [c.end for c in line.cells.values()]
        row.span = (min(starts), max(ends)) if starts else (0, 0)
        return row

    def _role(self, row: _Row, role: str, label: Label) -> None:
        """Take what one cell of a row says, by the role of its column."""
        part = pattern("tables.part").match(label.text)
        if role in ("subject", "thing") and not part:
            if role == "subject" and row.subject:
                row.about, row.subject = row.about or row.subject, ""
            name = label.who or label.words
            if role == "thing" and row.subject:
                row.about = name
            elif row.subject == "":
                row.subject = name
            if label.total:
                row.subject = label.words
            row.labels.insert(0, replace(label, hits=(), said=Said(), period=""))
        elif role == "unit":
            said = unit_of(f"({label.text})") if not self._has_slip(label.text, row.line) else None
            row.own = said or Said(unit="?")
            row.unit = label.text
            if said and row.own.currency == "" and currency_in(label.text):
                row.own = replace(said, currency=currency_in(label.text))
        elif role == "currency":
            own = row.own or Said()
            row.own = replace(own, currency=currency_in(label.text))
            if own.unit and not own.currency:  # the unit is what the price is for
                row.own = replace(unit_of(f"{row.own.currency}/{row.unit}"), scale=own.scale)
        elif role == "period":
            row.period = row.period or label.period
            row.kind = row.kind or (label.kind if label.kind != "reported" else "")
        elif role == "status":
            row.kind = label.kind if label.kind != "reported" else row.kind
        elif role != "skip":
            first = role == "metric" or not row.named
            row.labels.insert(0 if first else len(row.labels), label)
            row.named = row.named or role == "metric"

    def _has_slip(self, unit: str, line: Line) -> bool:
        """Whether a unit has a word that is near a known one; noted, by line."""
        slip = slip_in(unit)
        if slip[0] and slip not in self.slips:
            start = min((c.start for c in line.cells.values()), default=0)
            self.slips[slip] = self.document.text.count("\n", 0, start) + 1
        return slip[0] != ""

    def _head(self, line: Line, column: int) -> list[Label]:
        """The headers of a column, the nearest first."""
        key = id(line.header), column
        if key not in self._heads:
            self._heads[key] = [self.labels.of(c.text) for c in reversed(self._path(line, column))]
        return self._heads[key]

    def _path(self, line: Line, column: int) -> tuple[Cell, ...]:
        if column in line.header or column in self.layout.labels:
            return line.header.get(column, ())
        for near in (column - 1, column + 1, column - 2):  # headers over the signs of figures
            if near in line.header and near not in line.cells and near not in self.layout.labels:
                return line.header[near]
        return ()

    def _period_of(self, line: Line, column: int) -> str:
        """The period that stands over a column."""
        key = id(line.header), column
        if key not in self._periods:
            path = [c.text for c in self._path(line, column)]
            stub = [c.text for i in self.layout.labels[:1] for c in line.header.get(i, ())]
            title = [t.text for t in self.titles[:1]]
            own = self.labels.period_of(path)
            over = self.labels.period_of([*title, *stub, *path]) if path else ""
            alone = self.labels.period_of([*title, *stub])
            self._periods[key] = over if own or over != alone else ""
        return self._periods[key]

    def _claims(self, row: _Row, prefix: str, count: int) -> list[Claim]:
        out: list[Claim] = []
        label = row.labels[0] if row.labels else Label()
        part = pattern("tables.part").match(label.text)
        if part is None:
            self._above = (label, {})
        elif self._above[0].text:
            row.part = label.text[part.end() :].strip(" :：")
            row.labels[0] = replace(self._above[0], text=label.text)
            row.subject = row.subject or self._whose(self._above[0])
        seen: list[str] = []
        fresh = False
        if id(row.line.header) not in self._ends:
            self._ends[id(row.line.header)] = self._pairs(row.line)
        pairs = self._ends[id(row.line.header)]
        for i in sorted(row.line.figures):
            figure = row.line.figures[i]
            if figure.year and self.layout.roles.get(i) == "period":
                continue
            self.numbers += 1
            high = pairs.get(i)
            low = next((k for k, v in pairs.items() if v == i), None)
            if low in row.line.figures:
                continue
            if high in row.line.figures:
                top = row.line.figures[high].high
                figure = replace(figure, high=top, hedge="exact" if figure.low == top else "range")
            elif high is not None or low is not None:
                end = (
                    {"low": None, "hedge": "up_to"}
                    if high is None
                    else {"high": None, "hedge": "over"}
                )
                figure = replace(figure, **end)  # type: ignore[arg-type]
            if fresh and not any(h.change or h.share for h in self._head(row.line, i)):
                seen, fresh = [], False
            fresh = fresh or any(h.change or h.share for h in self._head(row.line, i))
            period = self._period_of(row.line, i)
            seen += [period] if period else []
            latest = max(seen, key=lambda p: p.removeprefix("FY"), default="")
            key = f"{prefix}.c{count + len(out) + 1}"
            made = self._cell(key, row, i, figure, period, latest)
            cell = row.line.cells[i]
            if isinstance(made, str) and self.tags and self.tags.shown(cell.start, cell.end):
                continue
            if isinstance(made, str):
                self.unread[made] += 1 + (high in row.line.figures)
                continue
            if row.part:
                made = replace(made, part_of=self._above[1].get(i, ""))
            else:
                self._above[1][i] = key
            out.append(made)
        return out

    def _pairs(self, line: Line) -> dict[int, int]:
        """Columns of low ends with those of the high ends that belong to them."""
        roles = {i: roles_of(p[-1].text) for i, p in line.header.items() if p}
        out: dict[int, int] = {}
        low: int | None = None
        for i, role in roles.items():
            if role == "low" and i not in self.layout.labels:
                low = i
            elif role == "high" and low is not None:
                out[low], low = i, None
        return out

    def _whose(self, label: Label) -> str:
        return (label.who or label.words) if self.rows_are == "subject" else ""

    def _cell(
        self, key: str, row: _Row, column: int, figure: Figure, period: str, latest: str
    ) -> Claim | str:
        """The claim of one figure, or why there is none."""
        heads = self._head(row.line, column)
        why = self._no_claim(row, column, figure, heads)
        if why:
            return why
        found = self.scales.of(figure, row.labels, heads, row.own, column)
        if isinstance(found, str):
            return found
        figure, unit_ground = found
        metric = self.metrics.of(figure, row.labels, heads, row.part)
        segment = self._segment(heads)
        subject, subject_ground = self._subject(row, heads, figure.dimension == "price")
        when, when_ground = self._when(row, heads, period, latest)
        near = (*heads, *row.labels[:1])
        told = (*near, *(t for t in self.titles if t.kind == "planned"))
        kind = row.kind or next((x.kind for x in told if x.kind != "reported"), "reported")
        cell = row.line.cells[column]
        first, last = row.span
        if last - first > _MOST_OF_ROW:  # which each of its claims would carry
            first, last = cell.start, cell.end
        return Claim(
            id=key, document=self.document.name, subject=subject, metric=metric.name,
            value_low=figure.low, value_high=figure.high, unit=figure.unit, period=when,
            said_on=self.document.date, attribution=next((x.voice for x in near if x.voice), ""),
            hedge=figure.hedge, kind=kind, condition="", span=(first, last),  # type: ignore[arg-type]
            sentence=self.document.text[first:last], value_span=(cell.start, cell.end),
            quote=self.document.text[cell.start : cell.end], family=metric.family,
            about=row.about or ("" if subject == segment else segment), rounding=figure.rounding, quantity=metric.quantity,
            period_basis="stated" if when else "",
            grounds=Grounds(subject_ground, metric.ground, when_ground, unit_ground),
            row=row.path, column=tuple(c.text for c in self._path(row.line, column)),
        )  # fmt: skip

    def _segment(self, heads: Sequence[Label]) -> str:
        """The part of the subject that a column is of, where the rows are the metrics."""
        head = heads[0] if heads else Label()
        plain = head.period or head.who or head.total or head.change or head.share or head.voice
        if self.rows_are != "metric" or plain or head.kind != "reported" or head.said != Said():
            return ""
        firm = pattern("tables.firm").search(head.words)
        return "" if (head.hits and not firm) or roles_of(head.text) else own_words(head)

    def _column_name(self, heads: Sequence[Label]) -> str:
        """The name that a column is of: a known one, or any where nobody else is named."""
        known = next((h.who for h in heads if h.who), "")
        segment = "" if known else self._segment(heads)
        firm = pattern("tables.firm").search(segment) or not self.entity
        return known or (segment if firm else "")

    def _no_claim(self, row: _Row, column: int, figure: Figure, heads: Sequence[Label]) -> str:
        role = self.layout.roles.get(column, "")
        if figure.low is None and figure.high is None:
            return "no number that is known"
        if role == "skip":
            return self._slip_of(row.line, column) or "an ordinal or a code"
        if column in self.layout.labels or role in _LABELS:
            return "a label"
        if row.own is not None and row.own.unit == "?":
            return "a slip in the unit"
        if self._slip_of(row.line, column):
            return "a slip in the unit"
        declared = any(h.said.unit or h.said.currency for h in heads)
        if column in self.layout.years and not declared and figure.year:
            return "a year"
        if row.line.header and not heads and column > self.layout.last:
            return "no header"
        if not heads and not row.labels and not self.titles:
            return "no header"
        return ""

    def _slip_of(self, line: Line, column: int) -> str:
        path = self._path(line, column)
        if column not in self._slipped:
            said = in_brackets(path[-1].text) if path else ""
            header = Line(dict(enumerate(path)), {}, {})
            self._slipped[column] = bool(said) and self._has_slip(said, header)
        return "a slip in the unit" if self._slipped[column] else ""

    def _subject(self, row: _Row, heads: Sequence[Label], price: bool) -> tuple[str, Ground]:
        if row.subject:
            return row.subject, "cell"
        label = row.labels[0] if row.labels else Label()
        column = self._column_name(heads)
        if self.rows_are == "subject" and label.words and not label.period:
            if label.total and column == "":
                return label.words, "cell"
            return label.who or column or label.words, "cell"
        named = column or next((x.who for x in row.labels if x.who), "")
        if price and not named and label.sure:
            named = label.named  # "H200, each"
        if named:
            return named, "cell"
        return self.entity, "scope" if self.entity else ""

    def _when(
        self, row: _Row, heads: Sequence[Label], period: str, latest: str
    ) -> tuple[str, Ground]:
        if row.period or period:
            return row.period or period, "cell"
        said = next((x.period for x in row.labels if x.period), "")
        if said:
            return said, "cell"
        if self.dated or any(h.timeless for h in heads if not h.total):
            change = latest and any(h.change or h.share for h in heads)
            return (latest, "cell") if change else ("", "")
        said = next((t.period for t in self.titles if t.period), "")
        if said:
            return said, "scope"
        return self.table.scope.period, "scope" if self.table.scope.period else ""
