"""The first screen: the decision, money, what is served, what is waited for, in that order."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from outlay.report.cells import shown_table
from outlay.report.scale import Scale, Step, signs, steps
from outlay.report.screen import first_lines
from outlay.report.tables.plan import table_of
from outlay.report.words.first import first_of
from outlay.report.words.language import words
from outlay.report.words.names import names_of
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.answers import said
from outlay.results.plans.plan import Plan
from outlay.results.study import Thing
from support.plans import hand_made

THINGS = (
    Thing("h200", "chip", "H200 SXM 141GB"), Thing("b200", "chip", "B200 HGX"),
    Thing("buy", "offer", "", "h200"), Thing("lease", "offer", "Eight B200 in a box", "b200"),
    Thing("inner", "site", ""), Thing("licence", "factor", ""),
)  # fmt: skip


def plan(**changes: object) -> Plan:
    return said(replace(hand_made(), things=THINGS, **changes))  # type: ignore[arg-type]


def test_the_first_screen_says_what_how_many_for_how_much_and_when() -> None:
    found = first_of(plan(), words_of(plan()))
    assert [(o.what, o.amount, o.money, o.there) for o in found.decide] == [
        ("H200 (buy)", "2,000", "$66m", "there 2026-Q2 if let in"),
        ("Eight B200 in a box", "512", "$3.5 an hour", "there 2026-Q2"),
        ("Power at Inner", "35 MW", "$17m + $44m rent", "there 2026-Q2"),
        ("Give back hired", "-2,500", "$1.5m", "2026-Q1"),
        ("Take out of service old", "-640", "", "2026-Q1"),
        ("Give up power at outer", "-3 MW", "$700,000", "2026-Q1"),
    ]
    assert found.money[0].text == "$64m"  # 57 of processors, 7 of servers
    assert "$120m authorised" in found.money[0].of
    assert found.costs[0].text == "$384m"  # 480 paid less 96 left
    back = next(c for c in found.costs if c.name.startswith("Net present value"))
    assert (back.text, back.note) == (
        "$12m", "-$12m to $48m by branch, return 21 % a year, back after 17 months"
    )  # fmt: skip
    assert [w.what for w in found.wait] == ["licence"]
    assert found.wait[0].then == ("local: granted 0, refused 9,000",
                                  "H200 (buy): granted 7,000, refused 0")  # fmt: skip


def test_rent_is_that_of_the_term_signed() -> None:
    """512 chips at $3.50 an hour for three months, each a twelfth of 365.25 days of 24 hours."""
    term = replace(hand_made().orders[1], term_months=3.0)
    found = first_of(plan(orders=(term,)), words_of(plan()))
    assert found.decide[0].money == "$3.93m rent, 3 mo"  # 512 × 3.5 × 2191.5 = 3,927,168


def test_what_is_ordered_later_whatever_happens_stands_beside_what_is_ordered_now() -> None:
    """The orders of one branch alone do not; those of a node that every branch passes do."""
    first, _, one_branch, _ = hand_made().orders
    sure = replace(one_branch, probability=1.0, quantity=12.0)
    found = first_of(plan(orders=(first, sure, one_branch)), words_of(plan()))
    assert "Later in any case: 12 H200 (buy) (2026-Q2)." in found.signed
    without = first_of(plan(orders=(first, one_branch)), words_of(plan())).signed
    assert not any("Later" in text for text in without)


def test_what_goes_over_an_authorisation_stands_first_beside_the_orders() -> None:
    first = first_of(plan(), words_of(plan()))
    assert first.signed[0].startswith(
        "Over what is authorised: capital expenditure of 2026, $5.5m above the $120m"
    )
    lines = [line for line, _ in first_lines(first, words_of(plan()), 300)]
    assert f"  {first.signed[0]}" in lines


def test_power_below_a_megawatt_is_said_in_kilowatts_everywhere() -> None:
    hall = tuple(replace(x, mw=0.04) for x in hand_made().expansions[:1])
    small = plan(expansions=hall, lines=replace(hand_made().lines, overruns=()))
    assert "40 kW of power at Inner" in small.headline.sentence
    decided = first_of(small, words_of(small)).decide
    assert [o.amount for o in decided if o.what == "Power at Inner"] == ["40 kW"]
    assert words().power(1.27) == "1.27 MW"


def test_the_line_below_the_title_says_of_what_and_what_was_changed() -> None:
    record = replace(hand_made().record, scenario="late-hall", overrides=("a=1",))
    about = first_of(plan(record=record), words_of(plan())).about
    assert about.endswith("tokens a day in 2026-Q1 · scenario late-hall · changed: a=1")


def test_customers_years_and_worlds_stand_beside_what_they_are_of() -> None:
    some = plan(months={"2026": 6})
    found = first_of(some, words_of(some))
    assert found.money[0].year == "2026 (6 months)"
    paid = next(c for c in found.costs if c.name.startswith("Customers pay"))
    assert (paid.name, paid.text) == ("Customers pay 2026 (6 months)", "$31m")
    assert paid.note.endswith("only chat have a price")
    assert found.served_sampled == "In 500 sampled worlds nine in ten serve at least 84 %"
    apart = next(c for c in found.costs if c.name == "Price of what is not served")
    assert (apart.text, apart.note) == (
        "$26m", "$10m to $90m in nine of ten sampled worlds; apart from cash: nobody pays it"
    )  # fmt: skip


def test_what_is_served_costs_and_binds_stands_before_the_orders() -> None:
    say = words_of(plan())
    lines = [line for line, _ in first_lines(first_of(plan(), say), say)]
    where = {k: next(i for i, x in enumerate(lines) if x.startswith(k)) for k in (
        "  Served", "  Net cost", "  Binds", "Decide now", "Wait for", "What it costs",
        "What is served", "What binds", "Read with care")}  # fmt: skip
    assert list(where.values()) == sorted(where.values())
    assert where["  Binds"] < 8


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_lost(width: int) -> None:
    say = words_of(plan())
    first = first_of(plan(), say)
    lines = [line for line, _ in first_lines(first, say, width)]
    assert max(map(len, lines)) <= width
    whole = " ".join(" ".join(lines).split())
    for text in (first.care, first.about, *first.changes, *(c.note for c in first.costs)):
        assert " ".join(text.split()) in whole


def test_many_orders_are_named_as_far_as_a_screen_goes_and_the_rest_is_summed() -> None:
    first = hand_made().orders[0]
    many = tuple(replace(first, offer=f"o{i}", quantity=10.0, spend=float(i)) for i in range(9))
    found = first_of(plan(orders=many), words_of(plan(orders=many)))
    assert [o.what for o in found.decide[:7]] == [
        "o8", "o7", "o6", "o5", "o4", "o3", "3 smaller orders"
    ]  # fmt: skip
    assert (found.decide[6].amount, found.decide[6].money) == ("30", "$3")
    # beside them a thousandth of a chip at $3.50 an hour for a month of 730.5 hours
    hired = replace(hand_made().orders[1], quantity=0.001, term_months=1.0)
    beside = first_of(plan(orders=(*many, hired)), words_of(plan())).decide[6]
    assert beside.money == "$3 + $2.56 rent"  # 2 + 1 + 0; 0.001 × 3.5 × 730.5


def test_names_come_from_titles_else_from_ids_and_no_two_share_one() -> None:
    found = names_of((
        Thing("h200-sxm", "chip", "H200 SXM 141GB"), Thing("h20-96g", "chip", "H20 96GB (China)"),
        Thing("gb300-nvl72", "chip", "GB300 NVL72 (per GPU)"),
        Thing("a100-40g-sxm", "chip", "A100 40GB SXM"),
        Thing("a100-80g-sxm", "chip", "A100 80GB SXM"),
        Thing("h200-import", "offer", "", "h200-sxm"), Thing("johor-h200", "offer", "", "h200-sxm"),
        Thing("h200", "offer", "", "h200-sxm"), Thing("h200-sxm-import", "offer", "", "h200-sxm"),
        Thing("cn-h20", "pool", "H20 in China", "h20-96g"),
        Thing("johor", "site", ""), Thing("us-oracle", "site", ""),
        Thing("licence.h200", "factor", ""), Thing("demand", "factor", ""),
        Thing("deep_think", "service", ""),
    ))  # fmt: skip
    assert found == {
        "h200-sxm": "H200", "h20-96g": "H20", "gb300-nvl72": "GB300",
        "a100-40g-sxm": "A100 40GB", "a100-80g-sxm": "A100 80GB",
        "h200-import": "H200 (import) [h200-import]", "johor-h200": "H200 (Johor)", "h200": "H200",
        "h200-sxm-import": "H200 (import) [h200-sxm-import]",
        "cn-h20": "H20 in China", "johor": "Johor", "us-oracle": "US Oracle",
        "licence.h200": "H200 licence", "demand": "demand", "deep_think": "deep think",
    }  # fmt: skip


def test_parts_places_and_ids_inside_texts_are_called_by_name() -> None:
    say = replace(words(), names={"h200-import": "H200 (import)", "h200": "H200", "run": "Big run"})
    assert say.called("h200-import:call-off") == "call-off of H200 (import)"
    assert say.called("run@NO") == "Big run in Norway"
    assert say.called("rate.h200") == "rate of H200"
    assert say.called("h200-import with call-off") == "H200 (import) with call-off"
    assert say.called("run@ZZ") == "Big run in ZZ"
    assert say.called("other") == "other"
    assert say.told("the cap of h200-import, not h200x or x.h200") == \
        "the cap of H200 (import), not h200x or x.h200"  # fmt: skip
    assert say.branch("2026-Q2 h200=granted demand=high") == \
        "2026-Q2, H200 granted, demand high"  # fmt: skip


SCALES = [
    # value, as a sentence says it
    (0.0, "$0"), (0.38, "$0.38"), (12.0, "$12"), (26_012.4, "$26,000"), (608_000.0, "$608,000"),
    (999_999.0, "$1m"), (1_302_132.5, "$1.3m"), (2.82e9, "$2.82bn"), (-2.82e9, "-$2.82bn"),
    (1.6e12, "$1.6tn"), (160e15, "$160,000tn"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), SCALES)
def test_money_has_three_digits_in_the_unit_that_fits(value: float, text: str) -> None:
    assert words().money(value) == text


COUNTS = [(0.0, "0"), (0.25, "0.25"), (1.52, "1.5"), (11.13, "11"), (724.6, "725"),
          (20_000.0, "20,000"), (131_415.0, "131k"), (1.2e6, "1.2m"), (-640.0, "-640")]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), COUNTS)
def test_chips_are_whole_with_separators_then_thousands(value: float, text: str) -> None:
    assert words().count(value) == text


def test_a_sign_is_of_one_currency_among_those_that_are_met() -> None:
    assert signs("CNY", {"USD"})["CNY"] == "¥"
    both = signs("CNY", {"JPY", "USD"})
    assert (both["CNY"], both["JPY"], both["USD"]) == ("CNY ", "JPY ", "$")
    dollars = signs("USD", {"HKD", "SGD"})
    assert (dollars["USD"], dollars["HKD"], dollars["SGD"]) == ("US$", "HK$", "SGD ")


def test_a_study_has_one_unit_of_money_and_small_tables_a_smaller_one() -> None:
    ladder = steps("1e12=tn 1e9=bn 1e6=m")
    scale = Scale("USD", {"USD": "$"}, ladder, ladder, Step(1e9, "bn"))
    assert scale.money_unit([39e9, 0.2e9]).word == "bn"
    assert scale.money_unit([0.38e9]).word == "bn"
    assert scale.money_unit([3e6]).word == "m"
    assert scale.money_unit([5e12]).word == "tn"
    assert scale.money_unit([]).word == "bn"
    big = words().scaled("USD", (), 1.2e6).scale
    assert big.unit.word == "m"


def test_no_id_of_a_thing_reaches_a_reader() -> None:
    """Sentences, tables and the first screen call things by name; paths of the study stay."""
    things = (
        *THINGS, Thing("local", "offer", "", "ascend"), Thing("ascend", "chip", "Ascend 910C"),
        Thing("outer", "site", ""), Thing("a100", "chip", "A100 80GB SXM"),
        Thing("h20", "chip", "H20 96GB (China)"), Thing("old", "pool", "", "h20"),
        Thing("hired", "pool", "", "a100"), Thing("older", "pool", "", "a100"),
    )  # fmt: skip
    found = said(replace(hand_made(), things=things))
    say = words_of(found)
    texts = [found.headline.sentence, *found.headline.lines]
    for answer in found.answers:
        texts += [answer.sentence, *answer.notes]
        for table in filter(None, (table_of(t, found, say) for t in answer.tables)):
            shown = shown_table(table, say)
            texts += [shown.title, *(c.name for c in shown.columns)]
            texts += [str(cell) for row in shown.rows for cell in row]
    lines = [line for line, _ in first_lines(first_of(found, say), say)]
    named = ("h200", "b200", "ascend", "a100", "h20", "inner", "outer")  # the others are English
    ids = re.compile(
        rf"(?<![\w.:-])(?:{'|'.join(named)})(?![\w-])|licence=\w+|demand=\w+|operating_lease"
    )
    names = re.compile("|".join(map(re.escape, sorted(say.names.values(), key=len, reverse=True))))
    rest = [names.sub("", t) for t in (*texts, *lines)]
    assert [(m[0], t) for t in rest if (m := ids.search(t))] == []
