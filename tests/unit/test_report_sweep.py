"""A sweep in words, tables and pictures: each says the facts of the document it is given."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from outlay.report.pictures.sweep import drivers_picture, surface_picture
from outlay.report.sweep import sweep_page
from outlay.report.tables.sweep import (
    drivers_table,
    refusals_table,
    spreads_table,
    surface_table,
    varied_table,
    without_table,
)
from outlay.report.words.language import words
from outlay.report.words.sweeps.sweep import (
    answer_name,
    input_name,
    sweep_lines,
    sweep_sentence,
    sweep_words,
)
from outlay.results.schema import from_json, to_text
from support.sweep_made import SWEEPS, SWEPT

SAY = sweep_words(SWEPT)
ENDS, DRAWN = SWEEPS[1:3]


def test_the_answer_comes_first_and_names_what_does_not_matter() -> None:
    assert sweep_sentence(SWEPT, SAY) == (
        "Chance of H200 licence granted, not price of H200 from abroad, moves the first order: "
        "$1m at 10 %, $3m at 40 %. It explains 80 % of what the cases differ by, price of H200 "
        "from abroad 10 %."
    )
    close = replace(SWEPT, drivers=SWEPT.drivers[2:], spreads=SWEPT.spreads[1:])
    assert sweep_sentence(close, SAY) == (
        "Price of H200 from abroad and chance of H200 licence granted move the first order of "
        "H200 from abroad, by 50 % and 40 % of what the cases differ by; the first: 100 at "
        "$20,000, no plan at $40,000."
    )
    assert "in the lowest third of 10 % to 40 %" in sweep_sentence(DRAWN, SAY)


def test_a_sweep_in_which_nothing_moves_or_nothing_can_be_says_so() -> None:
    still = replace(SWEPT, spreads=(), drivers=(), surfaces=())
    assert sweep_sentence(still, SAY).startswith("Nothing that was varied moves the first order")
    none = replace(still, optimal=0)
    assert sweep_sentence(none, SAY) == (
        "None of the 6 cases has a plan: no plan meets every limit."
    )  # fmt: skip


def test_cases_without_a_plan_are_counted_with_their_reasons() -> None:
    lines = list(sweep_lines(SWEPT, SAY))
    assert lines[0] == "6 cases, 2 with a certified plan"
    assert "  1 without one: no plan meets every limit" in lines
    assert "    1, the first is case 2: chances that do not sum to 1" in lines
    assert "    and 1 more reasons, in the table" in lines
    few = [x for x in sweep_lines(DRAWN, SAY) if x.startswith("Take the shares with care")]
    assert few == ["Take the shares with care: 6 cases are few for 2 inputs; 40 or more say it "
                   "better."]  # fmt: skip
    enough = replace(DRAWN, cases=40)
    assert not [x for x in sweep_lines(enough, SAY) if x.startswith("Take the shares")]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("supply.h200-import.price", "price of H200 from abroad"),
        ("uncertainty.licence.h200.states.granted", "chance of H200 licence granted"),
        ("uncertainty.other.states.high", "chance of other high"),
        ("discount_rate", "discount rate"),
        ("horizon.periods", "periods of horizon"),
        ("finance.lives.servers.book", "lives servers book of finance"),
    ],
)
def test_an_input_has_a_name_for_people(path: str, name: str) -> None:
    assert input_name(path, SAY) == name


def test_an_answer_has_a_name_for_people() -> None:
    assert answer_name("first_orders.h200-import", SAY) == "the first order of H200 from abroad"
    assert answer_name("capex.2026", SAY) == "capital expenditure of 2026"
    assert answer_name("cost_per_mtok.chat.output", SAY) == (
        "the cost of a million output tokens of chat"
    )  # fmt: skip
    assert answer_name("power_mw_at_end", SAY) == "power_mw_at_end"


def test_tables_hold_what_the_document_says() -> None:
    drivers = drivers_table(SWEPT, "order_now", SAY)
    assert drivers.rows[0] == ("chance of H200 licence granted", 0.8, "$1m", "$3m")
    assert drivers.rows[1] == ("price of H200 from abroad", 0.1, "$2.2m", "$1.8m")
    assert spreads_table(SWEPT, SAY).rows[0][1:] == ("$1m", "$1.1m", "$2m", "$2.9m", "$3m")
    assert spreads_table(SWEPT, SAY).rows[1][1:] == ("0", "10", "50", "90", "100")
    surface = surface_table(SWEPT, SWEPT.surfaces[0], SAY)
    assert [c.name for c in surface.columns][1:] == ["$20,000", "$30,000", "$40,000"]
    assert surface.rows == (("10 %", "$1m", "no plan", "$1.2m"), ("40 %", "$2m", "$2.5m", "$3m"))
    without = without_table(SWEPT, SWEPT.surfaces[0], SAY)
    assert without is not None
    assert without.rows == (("10 %", "0", "1", "0"), ("40 %", "0", "0", "0"))
    assert without_table(SWEPT, replace(SWEPT.surfaces[0], without=((0, 0),)), SAY) is None
    refusals = refusals_table(SWEPT, SAY)
    assert refusals is not None
    assert refusals.rows[1] == ("refused", 1.0, "2", "chances that do not sum to 1")
    assert varied_table(SWEPT, SAY).rows[0] == (
        "price of H200 from abroad", "3 values, $20,000 to $40,000", "$27,000",
        "supply.h200-import.price",
    )  # fmt: skip
    assert varied_table(ENDS, SAY).rows[0][1] == "$20,000, then $40,000, alone"
    assert varied_table(DRAWN, SAY).rows[0][1] == "drawn between $20,000 and $40,000"


def drawn(spec: object) -> str:
    return json.dumps(spec, ensure_ascii=False)


def test_pictures_draw_shares_swings_and_fields() -> None:
    shares = drivers_picture(SWEPT, "order_now", SAY)
    assert '"high": 0.8' in drawn(shares)
    assert "80 %" in drawn(shares)
    swings = drawn(drivers_picture(ENDS, "order_now", SAY))
    assert "$1m → $3m" in swings
    assert '"low": 1.8' in swings, "the lower end is drawn first"
    field = drawn(surface_picture(SWEPT, SWEPT.surfaces[0], SAY))
    assert '"x": "$40,000", "y": "40 %", "value": 3000000.0, "text": "$3m"' in field
    assert '"value": null, "text": "no plan"' in field
    assert drivers_picture(SWEPT, "served_share", SAY) is None


def test_the_page_escapes_what_the_study_says_and_asks_for_nothing() -> None:
    page = sweep_page(SWEPT, draw=lambda _: "<svg></svg>")
    assert "A study &lt;of chips&gt;" in page
    assert "<of chips>" not in page
    assert page.count("<svg>") == 3
    assert "<script" not in page
    assert sweep_sentence(SWEPT, SAY) in page
    assert SWEPT.sha256 in page
    chinese = sweep_page(SWEPT, words("zh"), draw=lambda _: "")
    assert "不是" in chinese or "而非" in chinese


def test_the_document_reads_back() -> None:
    for found in SWEEPS:
        assert from_json(to_text(found), "sweep") == found
