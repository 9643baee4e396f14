"""A filing without tags: scales of whole notes, numbers of shares, periods over sections."""

from __future__ import annotations

import pytest

from outlay.evidence.reading import read_text
from outlay.evidence.rules import pattern

LONG = (
    "The Company leases halls and machines under agreements that end between 2027 and 2041, some "
    "of which it may renew. The following table shows what it owes under them, by kind of asset "
    "and by due date (in {}):"
)


def _values(text: str) -> dict[str, tuple[float | None, str]]:
    return {c.quote: (c.value_low, c.unit) for c in read_text(text, "note.md").claims}


def test_a_long_paragraph_says_the_scale_of_the_tables_below_it() -> None:
    table = "| | 2027 | 2028 |\n|---|---|---|\n| Halls | $4,812 | $517 |\n"
    for words, scale in (("millions", 1e6), ("thousands", 1e3), ("billions of yen", 1e9)):
        text = f"# Note 4. Leases\n\n{LONG.format(words)}\n\n{table}\nA fee of $374 was paid.\n"
        found = _values(text)
        assert found["$4,812"][0] == 4812 * scale
        assert found["$374"][0] == 374  # prose beside it has its own words


def test_whole_numbers_under_a_heading_of_amounts_per_share_are_money() -> None:
    text = (
        "# Note 2. Net income per share\n\n(in millions, except per share amounts)\n\n"
        "| | 2025 | 2024 |\n|---|---|---|\n| Basic net income per share: | | |\n"
        "| Net income | $6,204 | $5,118 |\n| Weighted-average shares | 2,431 | 2,402 |\n"
        "| Net income per share | $2.55 | $2.13 |\n"
    )
    found = _values(text)
    assert found["$6,204"] == (6.204e9, "USD")
    assert found["2,431"] == (2.431e9, "share")
    assert found["$2.55"] == (2.55, "USD/share")


def test_a_law_is_no_period_that_is_reported() -> None:
    assert pattern("blocks.act_of").search("Securities Exchange Act of 1934")


def _grid(*rows: tuple[str, ...]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


@pytest.mark.parametrize(
    ("corner", "heads"),
    [
        ("in millions", ("2031", "2030")),
        ("$ in millions, except per share data", ("May 31, 2031", "May 31, 2030")),
        ("(in millions)", ("FY2031", "FY2030")),
        ("dollars in millions", ("Fair value (Level 1)", "Fair value (Level 2)")),
    ],
)
def test_a_corner_beside_years_in_a_second_header_row_says_the_scale(
    corner: str, heads: tuple[str, str]
) -> None:
    rows = [("Cash dividends", "$412", "$397"), ("Capital expenditures", "1,204", "988")]
    second = _values(_grid(("", "Fiscal", "Fiscal"), (corner, *heads), *rows))
    assert [v for v, _ in second.values()] == [412e6, 397e6, 1204e6, 988e6]
    years = ("", "2030", "2029")
    third = _values(_grid(("", "Fiscal", "Fiscal"), years, (corner, *heads), *rows))
    assert [v for v, _ in third.values()] == [412e6, 397e6, 1204e6, 988e6]


def test_a_number_beside_the_first_cell_of_a_second_row_makes_it_no_corner() -> None:
    rows = [("Debt (in millions)", "$412"), ("Staff costs", "$1,204")]
    found = _values(_grid(("Line", "2031"), *rows))
    assert found == {"$412": (412e6, "USD"), "$1,204": (1204, "USD")}
