"""A filing without tags: scales of whole notes, numbers of shares, periods over sections."""

from __future__ import annotations

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
