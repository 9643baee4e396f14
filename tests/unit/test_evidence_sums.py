"""Totals of tables against the sum of their rows."""

from __future__ import annotations

import pytest

from outlay.evidence import read_text

_TABLE = """# Capex (US$ bn)

| Company | Q1 2025 | Q2 2025 |
|---|---|---|
| Amazon | 25.0 | 31.4 |
| Microsoft | 21.4 | 24.2 |
| Meta | 13.7 | 17.0 |
| Total | 60.1 | {total} |
"""


@pytest.mark.parametrize(("total", "verdict"), [("72.6", "agrees"), ("82.6", "disagrees")])
def test_a_total_is_set_against_its_rows(total: str, verdict: str) -> None:
    reading = read_text(_TABLE.format(total=total), date="2025-11-05")
    sums = {i.stated: i for i in reading.identities if i.name == "sum of rows"}
    assert sums[60.1e9].verdict == "agrees"
    found = sums[float(total) * 1e9]
    assert found.verdict == verdict
    assert found.computed == pytest.approx(72.6e9)
    named = {i for c in reading.contradictions for i in c.claims}
    assert (found.claims[0] in named) == (verdict == "disagrees")


def test_a_part_of_a_row_is_not_added_twice() -> None:
    text = _TABLE.format(total="72.6").replace(
        "| Meta |", "| of which servers | 9.0 | 9.9 |\n| Meta |"
    )
    reading = read_text(text, date="2025-11-05")
    sums = [i for i in reading.identities if i.name == "sum of rows"]
    assert [i.verdict for i in sums] == ["agrees", "agrees"]


@pytest.mark.parametrize("gap", [" ", "  "])
def test_two_spaces_within_a_name_stop_no_reading(gap: str) -> None:
    found = read_text(f"Alpha Metals{gap}Group ordered 12,000 chips.", date="2025-11-05").claims
    assert [c.value for c in found] == [12_000.0]
