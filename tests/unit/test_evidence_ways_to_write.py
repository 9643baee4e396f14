"""How other houses write a figure: glued currencies, cents, rates, columns, broken words."""

from __future__ import annotations

import pytest

from outlay.evidence import read_text

TABLE = "Norr Group\n\n| {} |\n|---|---|---|\n"


def figures(text: str) -> list[tuple[float, str]]:
    return [(c.value, c.unit) for c in read_text(text, date="2026-06-01").claims]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Revenue was MEUR 412 and net debt 96 MEUR.", [(412e6, "EUR"), (96e6, "EUR")]),
        ("Capital expenditure: TEUR 18,450.", [(18.45e6, "EUR")]),
        ("MNOK 2 150 was invested.", [(2.15e9, "NOK")]),
        ("Power costs 12 euro cents per kWh, or 9 Canadian cents per kWh.",
         [(0.12, "EUR/kWh"), (0.09, "CAD/kWh")]),
        ("Rent is $145 per kW of IT load per month.", [(145, "USD/kW-month")]),
        ("They pay $150 per contracted kW per month.", [(150, "USD/kW-month")]),
        ("$2.20 per GPU of the latest generation per hour is asked.", [(2.2, "USD/chip-hour")]),
        ("The campus cost $9 million per MW of load.", [(9, "USD/W")]),
        ("A chip has 192 GB of memory and 8 TB/s of bandwidth.",
         [(192e9, "byte"), (8e12, "byte/s")]),
        ("显存带宽为4.8TB/s。", [(4.8e12, "byte/s")]),
        ("The company will spend 4.5 bil-\nlion dollars on it.", [(4.5e9, "USD")]),
        ("| Region | US cents per kWh |\n|---|---|\n| North | 6.4 |\n", [(0.064, "USD/kWh")]),
        ("| Model | Input (cents per million tokens) |\n|---|---|\n| Lark | 30 |\n",
         [(0.3, "USD/Mtok")]),
        (TABLE.format("TEUR | 2025 | (2024)") + "| Revenue | 41 412 | (37 377) |\n",
         [(41.412e6, "EUR"), (37.377e6, "EUR")]),
        (TABLE.format("MEUR | 2025 (2024) | 2023") + "| Revenue | 1 412 (1 377) | 1 260 |\n",
         [(1412e6, "EUR"), (1377e6, "EUR"), (1260e6, "EUR")]),
        (TABLE.format("MEUR | 2025 | 2024") + "| Profit | 12 | (37) |\n",
         [(12e6, "EUR"), (-37e6, "EUR")]),
        (TABLE.format("Year | Chips allowed | of which for any one end user")
         + "| 2026 | 50,000 | 10,000 |\n", [(5e4, "chip"), (1e4, "chip")]),
    ],
)  # fmt: skip
def test_a_figure_is_read_as_its_house_writes_it(text, wanted):
    assert figures(text) == [(pytest.approx(v), u) for v, u in wanted]


def test_a_figure_whose_word_a_line_breaks_is_quoted_as_it_is_written():
    (claim,) = read_text("It has ordered 42,000 accel-\nerators for the site.").claims
    assert claim.quote == "42,000 accel-\nerators"
    assert read_text("A long-\nterm plan has 12 MW.").claims[0].quote == "12 MW"


def test_last_years_column_in_brackets_is_of_last_year():
    text = TABLE.format("MEUR | 2025 (2024) | 2023") + "| Revenue | 1 412 (1 377) | 1 260 |\n"
    assert [c.period for c in read_text(text).claims] == ["2025", "2024", "2023"]


PAIRED = """Brevik Cloud ASA: results for the first half of 2026

MNOK (2025 in brackets)

Revenue 1 412,5 (1 377,0)
Capital expenditure: 980,2 (640,8)
EBITDA margin 38,1 % (35,0 %)
"""


def test_lines_with_last_years_figures_in_brackets_are_a_table() -> None:
    read = {
        (c.metric, c.period[:4]): (c.value, c.unit, c.subject) for c in read_text(PAIRED).claims
    }
    assert read["revenue", "2026"] == (1412.5e6, "NOK", "Brevik Cloud")
    assert read["revenue", "2025"] == (1377e6, "NOK", "Brevik Cloud")
    assert read["capital expenditure", "2025"] == (640.8e6, "NOK", "Brevik Cloud")
    assert read["operating margin", "2025"][0] == 0.35


def test_brackets_without_a_year_above_are_no_table() -> None:
    text = (
        "Lots\n\nHall Nord 40 (12)\nHall Syd 30 (9)\n\nBrevik Cloud spent 4 MEUR to 5 MEUR in 2025."
    )
    assert [c.value_high for c in read_text(text).claims if c.unit == "EUR"] == [5e6]


def test_a_scale_in_a_unit_is_not_scaled_once_more() -> None:
    text = (
        PAIRED + "\nFor 2026 Brevik Cloud plans capital expenditure of 1 100 MNOK to 1 250 MNOK.\n"
    )
    plans = [c for c in read_text(text).claims if "plans" in c.sentence]
    assert [(c.value_low, c.value_high) for c in plans] == [(1.1e9, 1.25e9)]
