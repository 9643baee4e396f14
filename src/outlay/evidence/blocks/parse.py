"""Any text to blocks: headings, paragraphs, items and tables, each in its scope."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from outlay.evidence.blocks.brackets import unbracketed
from outlay.evidence.blocks.grid import csv_grid, find_grids
from outlay.evidence.blocks.lines import lines_between
from outlay.evidence.blocks.measures import Measure, decimal_of, measure_of, under
from outlay.evidence.blocks.paired import paired_tables
from outlay.evidence.blocks.types import Block, Blocks, Cell, Scope, Table
from outlay.evidence.text.clean import wrapped_width
from outlay.evidence.text.parsed import Mark, ParsedTable
from outlay.evidence.text.printed.aligned import aligned_tables
from outlay.evidence.types import Document

__all__ = ["PerOf", "TopicOf", "blocks_of"]

PerOf = Callable[[str], tuple[str, float]]
"""What a price is for, in words ("per 1K tokens"): our name for it, and the factor of the price."""
TopicOf = Callable[[int, int], str]
"""Whom or what a heading names, by its span; '' where it names none."""
_FOOT = re.compile(
    r"[（(\[]?[\d*†‡a-z][)）\]]|[*†‡]|(?:Notes?|Sources?|注|附注|数据来源|来源|备注)\s?[:：]?"
)
_INTRODUCES = re.compile(r"([(（][^()（）\n]{3,120}[)）])\s*[:：]\s*\Z")
_SIGNED = re.compile(r"[(]?[$€£¥]\s?[(]?(?:\d[\d,]*)?[)]?\Z")
_HEADING = re.compile(r"[A-Z][a-z]{2}|(?:FY ?)?(?:19|20)\d\d(?![\d.,])")
_ABOVE, _LONG, _LAST = 3, 160, 140
_MANY, _NEARLY_ALL = 5, 0.9
_OPENING = 2_400


def blocks_of(
    document: Document,
    base: Scope,
    per_of: PerOf,
    topic_of: TopicOf,
    tables: Sequence[ParsedTable] = (),
    marks: Sequence[Mark] = (),
) -> Blocks:
    """The blocks of a document's text in the scope `base`.

    tables, marks: what the file itself says that is a table, a heading.
    """
    text = document.text
    found = [_marked(text, t) for t in tables] or _found(document)
    blocks = lines_between(text, found, marks, wrapped_width(text))
    told = decimal_of(_texts(document, found))
    base = replace(base, decimal=told)
    reader = _Reader(text, base, per_of, topic_of)
    made, placed = reader.read(blocks, found)
    placed = _by_the_others(placed, reader.scaled)
    return Blocks.of(base, tuple(made), tuple(placed), tuple(n for t in found for n in t.notes))


def _texts(document: Document, tables: Sequence[Table]) -> Iterator[str]:
    """What shows how numbers are written: cells of a file of cells, else all of the text."""
    if document.form != "csv":
        yield document.text[:400_000]
        return
    cells = (c.text for t in tables for row in t.cells for c in row if c.text)
    yield from (c for c, _ in zip(cells, range(40_000), strict=False))


def _found(document: Document) -> list[Table]:
    """Tables of a text whose form says nothing of them."""
    text = document.text
    if document.form == "csv" and (whole := csv_grid(text)):
        return [unbracketed(whole)]
    found = find_grids(text)
    if document.form in ("text", "markdown"):
        ends = [0, *(t.end for t in found)]
        free = list(zip(ends, [*(t.start for t in found), len(text)], strict=True))
        found += [_marked(text, t) for t in aligned_tables(text, free)]
        found.sort(key=lambda t: t.start)
        ends = [0, *(t.end for t in found)]
        free = list(zip(ends, [*(t.start for t in found), len(text)], strict=True))
        found += paired_tables(text, free)
        found.sort(key=lambda t: t.start)
    return [unbracketed(t) for t in found]


def _marked(text: str, table: ParsedTable) -> Table:
    cells = tuple(tuple(Cell(text[c.start : c.end], *c) for c in row) for row in table.cells)
    return Table(table.start, table.end, cells, text[slice(*table.caption)].strip())


class _Reader:
    """Goes through blocks and tables in order and hands down what is said once for all."""

    def __init__(self, text: str, base: Scope, per_of: PerOf, topic_of: TopicOf) -> None:
        self.text, self.per_of, self.topic_of = text, per_of, topic_of
        self.open: list[tuple[int, Scope]] = [(0, base)]
        """Sections open here: level of their heading, scope."""
        self.introduced = Measure()
        """What a sentence said of the tables below it, in this section; not of prose."""
        self.scaled: list[int] = []
        """Starts of the tables for which a scale was said."""
        self.begun = False
        """Whether a section was begun below the title."""

    def read(
        self, blocks: Sequence[Block], tables: Sequence[Table]
    ) -> tuple[list[Block], list[Table]]:
        made: list[Block] = []
        placed: list[Table] = []
        n = 0
        for table in (*tables, None):
            stop = n
            while stop < len(blocks) and (table is None or blocks[stop].start < table.start):
                stop += 1
            above = _above(self.text, blocks[n:stop]) if table else []
            for block in blocks[n:stop]:
                made.append(self._block(block, block in above))
            n = stop
            if table:
                foot = _foot(self.text, blocks[n : n + _ABOVE], table.end)
                placed.append(self._table(table, above, foot))
        return made, placed

    def _block(self, block: Block, of_table: bool) -> Block:
        line = self.text[block.start : min(block.end, block.start + 400)]
        heading = block.kind == "heading"
        if heading:
            self._begin(block)
        if not heading and (said := self._introduced(block)):
            self.introduced = said
        alone = heading or (block.end - block.start <= _LONG and "\n" not in line)
        title = heading or (alone and (of_table or line[-1] not in ".。!?！？"))
        said = replace(measure_of(line, title=title), unit="")  # of bare numbers in tables alone
        scope = self._under(self.open[-1][1], said)
        if not said:
            return replace(block, scope=scope)
        if heading or (alone and _is_for_more(said, of_table)):
            self._hand_down(block, said, scope)
        return replace(block, scope=scope, kind="caption" if of_table else block.kind)

    def _introduced(self, block: Block) -> Measure:
        """What the last sentence of a paragraph says in brackets of the tables that it introduces:
        "The following tables present … (in millions):"."""
        last = _INTRODUCES.search(self.text, max(block.start, block.end - _LAST), block.end)
        said = measure_of(last[1], title=True) if last else Measure()
        return replace(said, unit="", per="") if said.scale else Measure()

    def _begin(self, heading: Block) -> None:
        """A section begins; those of its level and below it end."""
        while len(self.open) > 1 and self.open[-1][0] >= heading.level:
            self.open.pop()
        self.introduced = Measure()
        self.begun = self.begun or bool(self.text[: heading.start].strip())
        topic = self.topic_of(heading.start, heading.end)
        above = self.open[-1][1]
        self.open.append((heading.level, replace(above, topic=topic) if topic else above))

    def _hand_down(self, block: Block, said: Measure, scope: Scope) -> None:
        """What is said holds to the end of its section; on the cover, for all that follows."""
        level = self.open[-1][0]
        cover = block.start < _OPENING and len(self.open) <= 2
        if cover and (said.wide or not self.begun):
            self.open = [(0, scope), (level, scope)] if level else [(0, scope)]
        else:
            self.open[-1] = (level, scope)

    def _table(self, table: Table, above: Sequence[Block], foot: str) -> Table:
        scope = self._under(self.open[-1][1], self.introduced)
        lines = [self.text[b.start : b.end].strip("#* ") for b in above]
        caption = table.caption or "\n".join(lines)
        lone = _lone_cells(table)
        for line in (foot, *lines, *table.caption.split("\n"), *lone):
            for part in line.split("\n"):
                said = measure_of(part, title=True)
                scope = self._under(scope, replace(said, unit="") if part in lone else said)
        if scope.scale != 1.0:
            self.scaled.append(table.start)
        told = decimal_of(c.text for row in table.cells[:400] for c in row)
        return replace(
            table, caption=caption, foot=foot, scope=replace(scope, decimal=told or scope.decimal)
        )

    def _under(self, scope: Scope, said: Measure) -> Scope:
        made = under(scope, said)
        if said.per:
            per, factor = self.per_of(said.per)
            if per:
                made = replace(made, per=per, scale=(said.scale or 1.0) * factor, counts=1.0)
        return made


def _by_the_others(tables: list[Table], scaled: Sequence[int]) -> list[Table]:
    """Tables of money of which no scale is said, in that of all the others: a filing says it over
    the first tables of a note, or at the foot of its pages. It is a guess, and marked as one."""
    starts = {*scaled}
    told = Counter(t.scope.scale for t in tables if t.start in starts)
    scale, most = told.most_common(1)[0] if told else (1.0, 0)
    if most < _MANY or most < _NEARLY_ALL * told.total():
        return tables
    counts = Counter(t.scope.counts for t in tables if t.scope.scale == scale).most_common(1)[0][0]
    return [
        t if t.scope.scale != 1.0 or t.scope.per or not _in_whole_money(t)
        else replace(t, scope=replace(t.scope, scale=scale, counts=counts, guessed=True))
        for t in tables
    ]  # fmt: skip


def _in_whole_money(table: Table) -> bool:
    """Whether a table has amounts with a sign and without cents."""
    return any(_SIGNED.match(c.text) for row in table.cells for c in row)


def _is_for_more(said: Measure, of_table: bool) -> bool:
    """Whether a line says how the numbers below it are read, and not those of one table alone."""
    return (said.scale > 0 or said.per != "") and (said.wide or not of_table)


def _above(text: str, blocks: Sequence[Block]) -> list[Block]:
    """The lines above a table that belong to it: up to three short ones, to the nearest heading."""
    kept: list[Block] = []
    for block in reversed(blocks[-_ABOVE:]):
        line = text[block.start : block.end]
        sentence = line[-1] in ".。!?！？" and not measure_of(line, title=True)
        if len(line) > _LONG or "\n" in line or sentence:
            break
        kept.insert(0, block)
        if block.kind == "heading" and len(kept) > 1:
            break
    return kept


def _foot(text: str, blocks: Sequence[Block], end: int) -> str:
    """The notes right below a table."""
    kept: list[str] = []
    for block in blocks:
        line = text[block.start : block.end]
        gap = text[end : block.start]
        if block.kind == "heading" or gap.count("\n") > 2 or not _FOOT.match(line):
            break
        kept.append(line)
        end = block.end
    return "\n".join(kept)


def _starts(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether a row has a first cell."""
    return any(c.text and c.column == 0 for row in rows for c in row)


def _may_head(cell: Cell) -> bool:
    """Whether a cell has no number but a year, or one behind a word: "Fair value (Level 2)"."""
    return _HEADING.match(cell.text) is not None or not any(map(str.isdigit, cell.text))


def _lone_cells(table: Table) -> list[str]:
    """Cells at the head of a table that stand for all of it: alone in a row, or in its corner."""
    out: list[str] = []
    for r, row in enumerate(table.cells[:3]):
        filled = [c for c in row if c.text]
        header = r == 0 or all(map(_may_head, filled[1:]))
        fresh = r < 2 or not _starts(table.cells[:r])
        corner = [c for c in filled[:1] if c.column == 0 and fresh and header]
        for cell in filled if len(filled) == 1 else corner:
            if len(cell.text) <= _LONG:
                out.append(cell.text)
    return out
