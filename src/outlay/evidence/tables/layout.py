"""Which cells of a table are titles, headers and labels, and which are figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from outlay.evidence.blocks.types import Cell, Table
from outlay.evidence.rules import words
from outlay.evidence.tables.cells import Figure, figure_of, is_missing
from outlay.evidence.tables.units import Said, unit_of

__all__ = ["Layout", "Line", "roles_of"]

Row = dict[int, Cell]
_ROLES = ("subject", "thing", "lot", "metric", "period", "unit", "currency", "low", "high", "value",
          "status", "skip")  # fmt: skip
_TAIL = re.compile(r"[)）%％x×]{1,2}|\([a-z]\)|[¹²³⁰-⁹*†]+|bps|pp|pts?")
_SIGN = re.compile(r"\s*[A-Z]{0,3}[$€£¥￥₩₹]\s*")
_THOUSANDS = re.compile(r"(?:(?<!\d)[’'`]|(?<=[A-Za-z$€£¥]))000s?\b")
_MOST_SPREAD = 400_000


@dataclass(slots=True)
class Line:
    """A row of the body: its cells by column, the figures among them, the header above it."""

    cells: Row
    figures: dict[int, Figure]
    header: dict[int, tuple[Cell, ...]]
    section: Cell | None = None
    """Its one cell, where it is a heading of the rows below it."""


@dataclass(slots=True)
class Layout:
    """A table taken apart."""

    titles: list[Cell] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    roles: dict[int, str] = field(default_factory=dict)
    labels: tuple[int, ...] = ()
    """Columns of the labels of the rows, left of the first figures."""
    numbers: frozenset[int] = frozenset()
    years: frozenset[int] = frozenset()
    """Columns of years and nothing else."""
    last: int = 0
    """The last column that has a header; -1 where there is no header."""

    @classmethod
    def of(cls, table: Table, is_period: Callable[[str], bool]) -> Layout:
        """Take a table apart. is_period: whether a text is a period and nothing else."""
        made = cls()
        rows, spreads = _spread(table)
        origin = {id(c): n for n, row in enumerate(table.cells) for c in row}
        decimal = table.scope.decimal or "."
        memo: dict[str, Figure | None] = {}

        def figure(text: str) -> Figure | None:
            if text not in memo:
                found = None if _THOUSANDS.search(text) else figure_of(text, decimal)
                dated = found and not found.year and is_period(text)
                memo[text] = None if dated else found
            return memo[text]

        def is_label(text: str) -> bool:
            return (figure(text) is None or is_period(text)) and not is_missing(text)

        def heads(text: str) -> bool:
            """Whether it can stand in a header: "Within 1 year" too."""
            said = figure(text)
            return is_label(text) or (said is not None and said.dimension == "duration")

        pairs = max((max(row, default=0) for row in rows), default=0) == 1
        first = _header_end(rows, heads, is_period, made.titles)
        if pairs and first == 1 and not _is_header(rows[0], is_period):
            first = 0  # a list of names with their values
        header = rows[:first]
        paths = _paths(header, spreads)
        fresh: list[Row] = []
        original = [[c.text for c in row.values()] for row in header]
        for n in range(first, len(rows)):
            row = {i: c for i, c in rows[n].items()
                   if c.column == i and (origin[id(c)] == n or is_label(c.text))}  # fmt: skip
            if not row:
                continue
            distinct = {id(c) for c in row.values()}
            plain = all(is_label(c.text) for c in row.values())
            again = not (pairs and not paths) and len(distinct) > 1 and plain and (
                [c.text for c in row.values()] in original
                or all(is_period(c.text) for i, c in row.items() if i > 0)
                or all(c.header for c in row.values())
            )  # fmt: skip
            if again:
                fresh.append(rows[n])
                continue
            if fresh:
                paths, fresh = _paths(fresh, spreads), []
            figures = {i: f for i, c in row.items() if (f := figure(c.text)) is not None}
            row = _joined(row, figures, figure)
            one = next(iter(row.values())) if len(distinct) == 1 and plain else None
            made.lines.append(Line(row, figures, paths, one))
        made._columns(paths, is_period)
        return made

    def _columns(
        self, paths: dict[int, tuple[Cell, ...]], is_period: Callable[[str], bool]
    ) -> None:
        figures: Counter[int] = Counter()
        years: Counter[int] = Counter()
        texts: Counter[int] = Counter()
        periods: Counter[int] = Counter()
        for line in self.lines:
            if line.section is not None:
                continue
            for i, c in line.cells.items():
                if i in line.figures:
                    figures[i] += 1
                    years[i] += line.figures[i].year
                elif not is_missing(c.text):
                    texts[i] += 1
                    periods[i] += is_period(c.text)
        self.last = max(paths, default=-1)
        for i, path in paths.items():
            role = roles_of(path[-1].text)
            if role and (figures[i] <= texts[i] or role in ("low", "high", "value", "skip", "lot")
                         or role == "period"):  # fmt: skip
                self.roles[i] = role
        used = sorted({*figures, *texts})
        first = used[0] if used else 0
        self.years = frozenset(i for i in figures if years[i] == figures[i] and not texts[i])
        if first in self.years and len(used) > 1 and figures[first] > 0:
            self.roles.setdefault(first, "period")
        elif self._is_ordinal(first) and len(used) > 2:
            self.roles[first] = "skip"
        if "period" not in self.roles.values():
            dated = (
                i for i in used if texts[i] and periods[i] == texts[i] and figures[i] == years[i]
            )
            self.roles |= dict.fromkeys((i for i in [next(dated, -1)] if i >= 0), "period")
        free = ("low", "high", "value", None)
        self.numbers = frozenset(
            i for i in figures if figures[i] >= texts[i] and self.roles.get(i) in free
        )
        start = min(self.numbers, default=max(used, default=0) + 1)
        self.labels = tuple(
            i for i in used
            if i < start and texts[i] and self.roles.get(i) in (None, "subject", "thing", "metric")
        )  # fmt: skip

    def _is_ordinal(self, column: int) -> bool:
        found = [line.figures[column] for line in self.lines if column in line.figures]
        plain = all(f.dimension == "bare" for f in found)
        return len(found) > 1 and plain and [f.low for f in found] == [*range(1, len(found) + 1)]


def _is_header(row: Row, is_period: Callable[[str], bool]) -> bool:
    """Whether a row of two cells is a header, and not a name with its value."""
    texts = [c.text for c in row.values()]
    said = [t for t in texts if roles_of(t) or is_period(t) or unit_of(t) != Said()]
    return all(c.header for c in row.values()) or len(texts) < 2 or texts[-1] in said


@lru_cache(maxsize=4096)
def roles_of(header: str) -> str:
    """What a column is by its header: subject, metric, period, unit, low, …; empty: not told."""
    bare = re.sub(r"[（(][^）)]*[)）]", "", header).replace("_", " ").strip(" .:：*").lower()
    for role in _ROLES:
        if bare in words(f"tables.{role}_column"):
            return role
    return "skip" if bare.endswith((" id", " source")) else ""


def _spread(table: Table) -> tuple[list[Row], bool]:
    """Rows by column, a cell of several rows or columns in each of them; whether any is."""
    rows: list[Row] = [{} for _ in table.cells]
    width = max((c.column for row in table.cells for c in row), default=0) + 1
    left, spans = _MOST_SPREAD, False
    for n, row in enumerate(table.cells):
        for c in row:
            if not c.text:
                continue
            down, across = (
                min(n + max(c.rows, 1), len(rows)),
                min(c.column + max(c.columns, 1), width),
            )
            spans |= c.columns > 1
            size = max((down - n) * (across - c.column), 1)
            if size > left:
                down, across, size = n + 1, c.column + 1, 1
            left -= size
            for r in range(n, down):
                for i in range(c.column, max(across, c.column + 1)):
                    rows[r].setdefault(i, c)
    return rows, spans


def _header_end(
    rows: list[Row], is_label: Callable[[str], bool], is_period: Callable[[str], bool],
    titles: list[Cell],
) -> int:  # fmt: skip
    """The first row of the body; rows of one cell above the header are titles."""
    n, last = 0, None
    widest = max(map(len, rows), default=0)
    while n < len(rows):
        row = rows[n]
        distinct = {id(c): c for c in row.values()}
        labels = [c for c in distinct.values() if is_label(c.text)]
        if len(labels) < len(distinct):
            mostly = 2 * (len(distinct) - len(labels)) < len(distinct)
            flagged = all(c.header for c in row.values())
            if last is None or not flagged:
                return n + 1 if mostly and flagged else n
        flagged = all(c.header for c in row.values())
        if row and last is None and len(distinct) == 1:
            cell = next(iter(row.values()))
            if cell.column > 0 and len(row) < widest - 1:
                last = row
            elif n + 1 < len(rows):
                titles.append(cell)
        elif row and last is not None:
            grouped = len({id(c) for c in last.values()}) < len(distinct) or any(
                c.columns > 1 for c in last.values()
            )
            dated = len(distinct) > 1 and all(is_period(c.text) for i, c in row.items() if i > 0)
            unit = 0 not in row and not (len(distinct) == 1 and min(row) == 0)
            if not (dated or flagged or unit or (grouped and len(distinct) > 1)):
                return n
            last = row
        elif row:
            last = row
        n += 1
    return n


def _paths(header: list[Row], spread: bool) -> dict[int, tuple[Cell, ...]]:
    """What stands above each column, the uppermost first."""
    found: dict[int, list[Cell]] = {}
    width = max((max(row) for row in header if row), default=-1) + 1
    for n, row in enumerate(header):
        distinct = {id(c) for c in row.values()}
        if len(distinct) == 1 and len(row) >= width > 1 and n < len(header) - 1:
            continue  # a title
        carried: Cell | None = None
        for i in range(width):
            cell = row.get(i)
            if cell is None and not spread and n < len(header) - 1 and i > 0:
                cell = carried if i in header[-1] else None
            carried = cell if i > 0 else None
            if cell and not (found.get(i) and found[i][-1] is cell):
                found.setdefault(i, []).append(cell)
    return {i: tuple(path) for i, path in sorted(found.items())}


def _joined(row: Row, figures: dict[int, Figure], read: Callable[[str], Figure | None]) -> Row:
    """The row, its "$", ")" and "%" that have a cell of their own put to their figure."""
    order = sorted(row)
    out = dict(row)
    for k, i in enumerate(order):
        if i not in figures:
            continue
        text = row[i].text
        before = order[k - 1] if k else -1
        after = order[k + 1] if k + 1 < len(order) else -1
        if before >= i - 2 and before >= 0 and _SIGN.fullmatch(row[before].text):
            text = row[before].text.strip() + text
            out.pop(before, None)
        if 0 <= after <= i + 2 and _TAIL.fullmatch(row[after].text.strip()):
            text += row[after].text.strip()
            out.pop(after, None)
            figures.pop(after, None)
        if text != row[i].text:
            figures[i] = read(text) or figures[i]
    return out
