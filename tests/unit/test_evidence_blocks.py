"""Text of any form as headings, paragraphs, items and tables, by its marks or where it stands."""

from __future__ import annotations

import io
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.evidence.blocks.parse import blocks_of
from outlay.evidence.blocks.types import Blocks, Scope
from outlay.evidence.reading import read_text
from outlay.evidence.text.files import load_bytes
from outlay.evidence.text.printed.aligned import aligned_tables
from outlay.evidence.text.printed.pages import Word, lines_of
from outlay.evidence.types import Document


def blocks(text: str, form: str = "text") -> Blocks:
    return blocks_of(Document("t", text, form=form), Scope(), lambda _: ("", 1.0), lambda *_: "")


def kinds(text: str, form: str = "text") -> list[tuple[str, str]]:
    return [(b.kind, text[b.start : b.end]) for b in blocks(text, form).blocks]


def cells(text: str, table: object) -> list[list[str]]:
    return [[text[c.start : c.end] for c in row] for row in table.cells]  # type: ignore[attr-defined]


def test_headings_are_told_by_marks_numbers_capitals_and_standing_alone() -> None:
    text = (
        "Northern halls\n\nPART II\n\nItem 7. Liquidity\n\nWe hold cash.\n\n3.1 Lease terms\n\n"
        "RISK FACTORS\n\n**Power**\n\n- one hall\n- two halls\n\nOutlook\n\nIt will grow.\n"
    )
    found = blocks(text)
    assert [text[b.start : b.end] for b in found.blocks if b.kind == "heading"] == [
        "Northern halls", "PART II", "Item 7. Liquidity", "3.1 Lease terms", "RISK FACTORS",
        "**Power**", "Outlook",
    ]  # fmt: skip
    assert [k for k, _ in kinds(text) if k == "item"] == ["item", "item"]


def test_chinese_headings_have_their_levels() -> None:
    text = "第三节 经营讨论\n\n一、主要业务\n\n收入为5亿元。\n\n（二）算力\n\n一、预算：3亿元。\n"
    levels = [(b.level, text[b.start : b.end]) for b in blocks(text).blocks if b.kind == "heading"]
    assert levels == [(2, "第三节 经营讨论"), (3, "一、主要业务"), (4, "（二）算力")]


def test_lines_of_a_wrapped_text_are_one_paragraph() -> None:
    line = "The hall will be built in three phases and each of them needs a permit of its own"
    text = "\n".join([line] * 9) + ".\n\n" + "\n".join([line] * 3) + "."
    assert [k for k, _ in kinds(text)] == ["paragraph", "paragraph"]
    assert len(kinds("One is short.\nTwo is too.\n")) == 2


@given(
    st.lists(st.sampled_from(["A hall.", "# Halls", "", "- x", "| a | b |", "  2  3", "一、甲"]))
)
def test_every_line_is_in_one_block_or_table(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = blocks(text, "markdown")
    spans = sorted((b.start, b.end) for b in (*found.blocks, *found.tables))
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    covered = {i for a, b in spans for i in range(a, b)}
    assert all(i in covered for i, ch in enumerate(text) if not ch.isspace())
    for table in found.tables:
        for row in table.cells:
            for c in row:
                assert text[c.start : c.end].strip("*_` ") == c.text


# Columns told by where words stand.

TYPED = """Brightsea results (in thousands)

                          Three months ended      Year ended
                          June 30,                June 30,
                             2026        2025        2026        2025
Revenue                   $ 2,345     $ 1,900     $ 8,000     $ 6,200
Cost of revenue            (1,200)       (900)     (4,100)     (3,000)
Margin                         49%         53%         49%         52%

The results were not audited.  They may change.  A note follows.
"""


def test_columns_of_a_typed_table_are_told_by_its_spaces() -> None:
    (table,) = aligned_tables(TYPED, [(0, len(TYPED))])
    read = cells(TYPED, table)
    assert read[0] == ["Three months ended", "Year ended"]
    assert [(c.column, c.columns) for c in table.cells[0]] == [(1, 2), (3, 2)]
    assert read[3] == ["Revenue", "$ 2,345", "$ 1,900", "$ 8,000", "$ 6,200"]
    assert read[4][1:] == ["(1,200)", "(900)", "(4,100)", "(3,000)"]
    assert len(read) == 6


def test_dots_lead_to_a_value_and_wide_letters_take_two_places() -> None:
    text = "Land .......... 7,842   6,100\nHalls ......... 1,204     998\n"
    (table,) = aligned_tables(text, [(0, len(text))])
    assert cells(text, table)[1] == ["Halls", "1,204", "998"]
    text = (
        "项目            2025年      2024年\n"
        "资本开支        1,200       980\n收入            5,600       4,300\n"
    )
    (table,) = aligned_tables(text, [(0, len(text))])
    assert [c.column for c in table.cells[2]] == [0, 1, 2]


@pytest.mark.parametrize(
    "text",
    ["Item            2031      2030\nRevenue         840,1     612,4\n"
     "Purchases of land and of halls   95,300     41,800\nRent            12        13\n",
     "项目            2031年      2030年\n收入            5,600       4,300\n"
     "购建固定资产所支付的现金      1,200       980\n"],
)  # fmt: skip
def test_a_label_that_is_too_long_for_its_column_shifts_no_value(text: str) -> None:
    (table,) = aligned_tables(text, [(0, len(text))])
    assert all([c.column for c in row] == [0, 1, 2] for row in table.cells)


def test_values_that_stand_apart_keep_their_columns_where_no_row_has_all() -> None:
    text = "Site       2031        2030\nAlder        95\nBirch                    41\n"
    (table,) = aligned_tables(text, [(0, len(text))])
    assert [c.column for row in table.cells[1:] for c in row] == [0, 1, 0, 2]


@pytest.mark.parametrize(
    "text",
    ["One said so.  Two did not.  Three left.\nFour came.  Five went.  Six slept.\n",
     "Dear Sir,\n\n      I write to you.\n      Yours\n", "a  b\nc  d\n"],
)  # fmt: skip
def test_words_with_wide_spaces_are_no_table(text: str) -> None:
    assert not list(aligned_tables(text, [(0, len(text))]))


VALUES = st.integers(0, 99_999).map(lambda n: f"{n:,}")
LABELS = st.sampled_from(["Land", "Halls and roofs", "Power", "Chips on order", "Rent"])


@given(st.lists(st.tuples(LABELS, st.lists(VALUES, min_size=3, max_size=3)), min_size=2))
def test_any_typed_table_reads_back(rows: list[tuple[str, list[str]]]) -> None:
    text = "\n".join(f"{label:<20}" + "".join(f"{v:>12}" for v in values) for label, values in rows)
    (table,) = aligned_tables(text, [(0, len(text))])
    assert cells(text, table) == [[label, *values] for label, values in rows]
    assert all([c.column for c in row] == [0, 1, 2, 3] for row in table.cells)


# Pages.


def page(*lines: tuple[float, float, str]) -> list[Word]:
    """Words on a page: each line begins at left and stands at top; a letter is 5 wide."""
    words = []
    for left, top, text in lines:
        at = left
        for word in text.split(" "):
            words.append(Word(word, at, at + 5 * len(word), top, top + 10))
            at += 5 * len(word) + 3
    return words


def said(words: list[Word]) -> list[str]:
    return [" ".join(w.text for w in line) for line in lines_of(words)]


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    left = [(50, 60 + 12 * n, f"the hall has {n} racks and more") for n in range(8)]
    right = [(260, 60 + 12 * n, f"debt rose by {n} and fell again") for n in range(8)]
    lines = said(page((50, 30, "A title that stands over both of the columns of the page"),
                      *left, *right))  # fmt: skip
    assert lines[0].startswith("A title")
    assert lines.index("the hall has 7 racks and more") < lines.index(
        "debt rose by 0 and fell again"
    )
    assert "" in lines


def test_a_sentence_that_goes_on_in_the_next_column_is_one() -> None:
    left = [(50, 60 + 12 * n, "the hall has many racks and") for n in range(8)]
    right = [(260, 60 + 12 * n, "more of them than that") for n in range(8)]
    assert "" not in said(page(*left, *right))[:-1]


def test_a_table_is_not_taken_for_two_columns_of_prose() -> None:
    rows = [(50, 60 + 12 * n, "cost of all the halls") for n in range(8)]
    values = [(300, 60 + 12 * n, f"{n},100 {n},200 {n},300") for n in range(8)]
    assert said(page(*rows, *values))[0] == "cost of all the halls 0,100 0,200 0,300"


def test_a_table_of_a_pdf_has_its_columns() -> None:
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    pytest.importorskip("pdfplumber")
    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    sheet.setFont("Helvetica", 10)
    sheet.drawString(72, 726, "(US$ in millions)")
    rows = [("", "2026", "2025"), ("Revenue", "$ 1,234", "$ 1,100"), ("Loss", "(80)", "(70)")]
    for n, (label, *values) in enumerate(rows):
        sheet.drawString(72, 700 - 14 * n, label)
        for k, value in enumerate(values):
            sheet.drawRightString(340 + 90 * k, 700 - 14 * n, value)
    sheet.drawString(72, 600, "Debt fell by $300 million in the year.")
    sheet.save()
    found = load_bytes("a.pdf", out.getvalue())
    assert found.parsed
    (table,) = found.parsed.tables
    assert cells(found.text, table) == [
        ["2026", "2025"], ["Revenue", "$ 1,234", "$ 1,100"], ["Loss", "(80)", "(70)"],
    ]  # fmt: skip
    assert [[c.column for c in row] for row in table.cells] == [[1, 2], [0, 1, 2], [0, 1, 2]]
    document = Document("a.pdf", found.text, form="pdf")
    made = blocks_of(document, Scope(), lambda _: ("", 1.0), lambda *_: "", found.parsed.tables)
    assert (made.tables[0].scope.currency, made.tables[0].scope.scale) == ("USD", 1e6)


# Sheets.


def test_a_sheet_has_its_title_its_tables_and_its_merged_cells() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Halls"
    sheet["A1"] = "Halls of Brightsea (US$ millions)"
    sheet["B3"], sheet["D3"] = "Year ended June 30", "Plan"
    sheet.merge_cells("B3:C3")
    for r, row in enumerate([["Hall", 2025, 2026, 2027], ["North", 5, 6, 7], ["South", 8, 9, 10]]):
        for c, value in enumerate(row):
            sheet.cell(4 + r, 1 + c, value)
    sheet["A7"] = "South is leased."
    sheet["A9"], sheet["B9"] = "Chips", "H200"
    sheet["A10"], sheet["B10"] = "North", 4000
    out = io.BytesIO()
    made.save(out)
    found = load_bytes("a.xlsx", out.getvalue())
    assert found.parsed
    first, second = found.parsed.tables
    assert cells(found.text, first) == [
        ["Year ended June 30", "Plan"], ["Hall", "2025", "2026", "2027"],
        ["North", "5", "6", "7"], ["South", "8", "9", "10"],
    ]  # fmt: skip
    assert [(c.column, c.columns) for c in first.cells[0]] == [(1, 2), (3, 1)]
    assert cells(found.text, second) == [["Chips", "H200"], ["North", "4000"]]
    tables, marks = found.parsed.tables, found.parsed.marks
    assert [found.text[m.start : m.end] for m in marks] == ["Halls"]
    document = Document("a.xlsx", found.text, form="xlsx")
    of = partial(blocks_of, document, Scope(), lambda _: ("", 1.0), lambda *_: "")
    assert of(tables, marks).tables[0].scope.scale == 1e6


def test_what_parts_cells_is_what_most_lines_have() -> None:
    text = "Halls, as of 31 March 2026\nHall\tPower (MW)\tCapex (US$ m)\nTarn\t120\t1,450\n"
    (table,) = blocks(text, "csv").tables
    assert [[c.text for c in row] for row in table.cells] == [
        ["Hall", "Power (MW)", "Capex (US$ m)"], ["Tarn", "120", "1,450"],
    ]  # fmt: skip
    assert table.caption.startswith("Halls")


def test_a_sentence_above_a_table_is_no_caption() -> None:
    text = "Brightsea spent 74 billion yen.\n\n| | 2025 |\n|---|---|\n| Land | 5 |\n"
    (table,) = blocks(text, "markdown").tables
    assert table.caption == ""


def test_a_number_and_its_scale_on_two_lines_are_one() -> None:
    lines = [
        "Brightsea said that its debt at the end of the year stood at about $3.1",
        "billion and that it would build the hall in Ohio in phases, each of which",
        *["needs a permit from the county and from the state, as all of them know and"] * 8,
    ]
    debt = read_text("\n".join(lines) + " say.\n", "t", "2026-01-02").claims[0]
    assert (debt.value, debt.unit, debt.quote) == (3.1e9, "USD", "$3.1\nbillion")


def test_a_short_line_of_a_wrapped_text_stands_by_itself() -> None:
    line = "The hall will be built in three phases and each of them needs a permit of its"
    text = "\n".join([*[line] * 9, "own.", "", "Results", "(US$ in millions)", line])
    assert [t for _, t in kinds(text)][1:] == ["Results", "(US$ in millions)", line]
