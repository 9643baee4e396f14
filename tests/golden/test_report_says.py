"""Every table, sentence and tile of the plan made by hand, kept as the text that a reader meets.

`plan_says.txt` was held against the numbers in `support/plans.py` by eye: a change in it is a
change in what people read, and must be held against them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from outlay.report.cells import cell
from outlay.report.memo import memo_of
from outlay.report.screen import screen
from outlay.report.tables.plan import table_of
from outlay.report.tables.table import Table
from outlay.report.words.answers import said
from outlay.report.words.language import words
from support.plans import hand_made

KEPT = Path(__file__).with_name("plan_says.txt")


def table_lines(table: Table) -> Iterator[str]:
    yield f"== {table.title}"
    yield " | ".join(f"{c.name} [{c.unit}]" if c.unit else c.name for c in table.columns)
    for row in table.rows:
        yield " | ".join(cell(v, c.unit) for v, c in zip(row, table.columns, strict=True))


def lines() -> Iterator[str]:
    say = words()
    plan = said(hand_made(), say)
    for t in plan.headline.tiles:
        yield " | ".join((t.name, t.text, t.range, t.how))
    for a in plan.answers:
        yield f"# {a.id}: {a.sentence}"
        yield from (f"- {note}" for note in a.notes)
        for name in a.tables:
            table = table_of(name, plan, say)
            assert table is not None, name
            yield from table_lines(table)
    yield "# terminal"
    for table in screen(plan, say):
        yield from table_lines(table)
    memo = memo_of(plan, say)
    yield f"# memo: {memo.title}; {memo.subtitle}; {memo.footer}"
    yield from (" | ".join((f.name, f.text, f.range)) for f in memo.figures)
    yield from (f"- {text}" for text in (*memo.caveats, *memo.sources))


def test_what_a_reader_meets_is_what_the_plan_holds() -> None:
    assert [x.rstrip() for x in lines()] == KEPT.read_text(encoding="utf-8").splitlines()
