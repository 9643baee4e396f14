"""No number cell of a table is dropped in silence, whatever its labels, spans and units."""
# ruff: noqa: E501 - tables are kept in one piece

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.evidence.blocks.types import Scope
from outlay.evidence.tables.reader import TableReader
from outlay.evidence.types import Document
from support.evidence_tables import table

LABELS = st.sampled_from([
    "", "2024", "2025E", "Q3 2026", "FY2027", "Revenue", "Capex (US$ m)", "MW", "Company", "Total",
    "Tern Cloud", "of which servers", "y/y", "% of total", "GPUs", "Unit", "Note", "Metric", "Value",
    "Year ended March 31,", "单位：万元", "资本开支", "同比", "机柜数（个）", "Thereafter", "Phase",
    "Price (USD bilion)", "No.", "Input", "US$/GPU-hour", "Contract term (months)", "{2}", "—", "x",
])  # fmt: skip
NUMBERS = st.sampled_from([
    "1", "2", "3", "1,234", "48.1", "(4.2)", "-7", "52%", "175–185", "$1.50", "2025", "2,940,000",
    "12.5 (1)", "~200", ">40", "1.2bn", "40 MW", "€3.10", "0", "1 234", "12,5", "3.5x", "¥9", "7¹",
])  # fmt: skip
CELLS = st.one_of(NUMBERS, NUMBERS, st.sampled_from(["", "n/a", "—", "nil", "live", "Tarn", "{2}"]))
ROWS = st.lists(st.tuples(LABELS, st.lists(CELLS, min_size=1, max_size=5)), min_size=1, max_size=8)


LABELLED = ("2024", "2025", "2025E", "Q3 2026", "FY2027", "Year ended March 31,")


@settings(max_examples=300, deadline=None)
@given(st.lists(LABELS, min_size=1, max_size=6), ROWS, st.booleans(), st.sampled_from([1.0, 1e6]))
def test_claims_and_those_counted_as_unread_are_all_number_cells(
    heads: list[str], rows: list[tuple[str, list[str]]], header: bool, scale: float
) -> None:
    lines = ([heads] if header else []) + [[label, *cells] for label, cells in rows]
    text = "\n".join("|".join(line) for line in lines)
    scope = Scope(entity="Tern Cloud", currency="USD" if scale > 1 else "", scale=scale)
    made = table(text, "", scope, heads=int(header))
    reader = TableReader(Document("t.html", text, "2026-02-01"), made)
    found = reader.read("t", 0, 1000)
    body = [c.text for row in made.cells[int(header) :] for c in row]
    numbers = [t for t in body if re.search(r"\d", t) and t not in LABELLED]
    years = body.count("2025") + body.count("2024")  # numbers, or labels of a row or a column
    assert len(found) + reader.unread.total() == reader.numbers
    assert len(numbers) <= reader.numbers <= len(numbers) + years
    places = {c.value_span for c in found}
    assert len(places) == len(found)
    for c in found:
        assert text[slice(*c.value_span)] == c.quote
        assert c.unit
        assert c.value_low is not None or c.value_high is not None
        assert set(c.row) | set(c.column) <= {x.text for row in made.cells for x in row}


@settings(max_examples=60, deadline=None)
@given(st.permutations(["Tern", "Skua", "Gannet", "Petrel"]), st.integers(1, 9000))
def test_the_order_of_rows_changes_no_claim(names: list[str], first: int) -> None:
    values = {n: f"{first + 7 * k:,}" for k, n in enumerate(sorted(names))}

    def read(order: list[str]) -> set[tuple]:
        text = "Company|2024|2025E\n" + "\n".join(f"{n}|{values[n]}|9.5" for n in order)
        made = table(text, "Capital expenditure, € m")
        reader = TableReader(Document("t.html", text, "2026-02-01"), made)
        return {
            (c.subject, c.value_low, c.unit, c.period, c.metric) for c in reader.read("t", 0, 99)
        }

    assert read(names) == read(sorted(names))
    assert len(read(names)) == 8
