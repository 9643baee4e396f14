"""What a reader took for its opposite: each number in its own unit, with what it is and is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from outlay.report.cells import shown_table
from outlay.report.figures import FIGURES
from outlay.report.page.rests import rests, rests_on
from outlay.report.tables.plan import table_of
from outlay.report.tables.table import Column, Table
from outlay.report.words.language import words
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.answers import said
from outlay.report.words.quantities import quantity
from outlay.results.plans.outlook import Distribution, Promise
from outlay.results.plans.plan import Plan
from support.plans import hand_made

PLAN = hand_made()
SAY = words_of(PLAN)


def shown(name: str, plan: Plan = PLAN) -> list[tuple[Any, ...]]:
    """The heading and the rows of a table as they are read."""
    table = table_of(name, plan, SAY)
    assert table is not None
    text = shown_table(table, SAY)
    return [tuple(c.name for c in text.columns), *text.rows]


def title_of(name: str, plan: Plan) -> str:
    made = FIGURES[name](plan, words_of(plan))
    assert made is not None
    meta: Any = made[1]["usermeta"]
    return str(meta["title"])


def note_of(name: str, plan: Plan) -> str:
    made = FIGURES[name](plan, words_of(plan))
    assert made is not None
    meta: Any = made[1]["usermeta"]
    return str(meta["note"])


def with_outlook(**parts: Any) -> Plan:
    assert PLAN.outlook is not None
    return replace(PLAN, outlook=replace(PLAN.outlook, **parts))


def promise(output: str, limit: float, side: Any, chance: float, by: float) -> Promise:
    return Promise(f"{output} is kept", output, limit, side, chance, 0.0176, by)


PROMISES = with_outlook(probabilities=(
    promise("budget/processors 2026", 90e6, "above", 0.008, 2e6),
    promise("budget/capex 2026", 95e6, "above", 0.0, 0.0),
    promise("served/api", 0.999, "below", 0.4, 0.1),
    promise("served/chat", 0.999, "below", 0.802, 0.48),
    promise("served_share", 0.999, "below", 0.808, 0.134),
))  # fmt: skip


def test_what_breaks_is_said_and_how_often_and_not_the_promise_beside_a_number() -> None:
    heading, *rows = shown("promises", PROMISES)
    assert heading[:2] == ("what is broken", "in so many worlds")
    assert [r[:2] for r in rows] == [  # all of it first, then the most often
        ("not everything is served", "80.8 %"), ("chat is not served in full", "80.2 %"),
        ("api is not served in full", "40 %"),
    ]  # fmt: skip
    assert rows[0][2:] == ("1.76 %", "13.4 %", "99.9 %")


def test_spending_goes_over_a_limit_that_is_named_and_is_money() -> None:
    _, *rows = shown("promises_money", PROMISES)
    # 25m of capital expenditure is due beside the plan: its own limit is what that leaves
    assert [(r[0], r[1], r[4]) for r in rows] == [
        ("spending on processors 2026 goes over what is authorised", "0.8 %", "$90m"),
        ("spending of this plan on capital expenditure 2026 goes over what is left of the "
         "authorisation", "0 %", "$95m"),
    ]  # fmt: skip
    alone = replace(PROMISES, lines=replace(PROMISES.lines, perimeter=()))
    assert shown("promises_money", alone)[2][0] == (
        "spending on capital expenditure 2026 goes over what is authorised"
    )  # fmt: skip


def test_outcomes_are_money_and_shares_apart_each_in_its_unit() -> None:
    def of(name: str, unit: str, p05: float) -> Distribution:
        return Distribution(name, unit, *[p05] * 9, "high", p05)

    plan = with_outlook(distributions=(
        of("served_share", "fraction", 0.6), of("served_share/2026-Q1", "fraction", 0.7),
        of("served/chat", "fraction", 0.0471), of("capex/2026", "USD", 45e6),
        of("opex/2026", "USD", 9e6), of("cash", "USD", 72e6), of("cost", "USD", 99e6),
    ))  # fmt: skip
    assert [r[:2] for r in shown("outcomes", plan)[1:]] == [
        ("cash, less what is left", "$72m"),
        ("capital expenditure of this plan alone: 2026", "$45m"), ("running costs: 2026", "$9m"),
    ]  # fmt: skip
    assert [r[:2] for r in shown("outcomes_served", plan)[1:]] == [
        ("share of tokens served", "60 %"), ("chat", "4.71 %"),
    ]  # fmt: skip
    assert [r[:2] for r in shown("outcomes_by_period", plan)[1:]] == [("2026-Q1", "70 %")]
    alone = replace(plan, lines=replace(plan.lines, perimeter=()))
    assert shown("outcomes", alone)[2][0] == "capital expenditure: 2026"


def test_costs_are_counted_below_what_customers_pay_and_of_new_money_where_books_are_silent() -> (
    None
):
    cost = PLAN.accounts.unit_costs[0]
    listed = (replace(cost, price=None, listed=0.5), replace(cost, kind="input", price=None))
    paid = (*listed, replace(cost, service="api", full=2.0, price=1.5, listed=3.0))

    def plan(rows: Any, unbooked: Any = ()) -> Plan:
        return replace(PLAN, accounts=replace(PLAN.accounts, unit_costs=rows, unbooked=unbooked))

    # the api alone has customers, and costs 2 at a price of 1.5
    assert title_of("unit_cost", plan(paid)) == (
        "0 of 1 kinds of tokens that customers pay for cost less than the price paid."
    )
    assert title_of("unit_cost", plan(listed, PLAN.accounts.unbooked)) == (
        "1 of 2 kinds of tokens cost less than their list price, in new money only; "
        "what customers pay is not stated."
    )
    note = note_of("unit_cost", plan(listed))
    assert "list price" in note
    assert "customers pay" not in note


def test_a_state_is_worth_what_is_paid_and_what_nobody_pays_and_the_bar_adds_up() -> None:
    plan = said(PLAN)
    assert title_of("worth", plan) == (
        "Licence: granted rather than refused: $22m less for what is not served, $3m more cash."
    )
    made = FIGURES["worth"](plan, SAY)
    assert "$19m" in str(made)  # 22 less 3
    row = shown("worth", plan)[1]
    assert row[:4] == ("licence: granted rather than refused", "$21m", "$3m", "-$22m")


def test_debt_over_earnings_that_are_none_is_no_number() -> None:
    heading, *rows = shown("standards")
    assert heading[-1].endswith("(n/m: not meaningful where EBITDA is not above 0)")
    assert [r[-1] for r in rows] == ["n/m", "n/m", "n/m", "2.84"]
    earning = tuple(replace(s, ebitda=10e6, leverage=1.25) for s in PLAN.accounts.standards)
    heading, *rows = shown(
        "standards", replace(PLAN, accounts=replace(PLAN.accounts, standards=earning))
    )
    assert heading[-1] == "debt and leases ÷ EBITDA"
    assert {r[-1] for r in rows} == {"1.25"}


def test_a_branch_without_orders_says_so_and_the_root_is_in_the_title() -> None:
    roots = PLAN.roots
    plan = replace(PLAN, orders=tuple(o for o in PLAN.orders if o.node in roots))
    made = FIGURES["tree"](plan, SAY)
    assert made is not None
    assert str(made[1]).count("'text': 'no order'") >= 2
    assert "$66m is ordered before licence is known" in title_of("tree", plan)
    assert "given what is known before" in note_of("tree", plan)


def test_a_tree_is_titled_by_all_that_is_ordered_before_something_is_known() -> None:
    root = next(n for n in PLAN.nodes if n.id in PLAN.roots)
    between = replace(root, id=9, parent=root.id, period="2026-Q2")
    leaves = tuple(replace(n, parent=9, period="2026-Q3") for n in PLAN.nodes if n is not root)
    more = replace(PLAN.orders[0], node=9, period="2026-Q2", spend=10e6)
    orders = (*(o for o in PLAN.orders if o.node == root.id), more)
    plan = replace(PLAN, nodes=(root, between, *leaves), orders=orders,
                   periods=("2026-Q1", "2026-Q2", "2026-Q3"))  # fmt: skip
    made = FIGURES["tree"](plan, SAY)
    assert title_of("tree", plan).startswith("$76m is ordered before licence is known")  # 66 and 10
    assert "$76m" in str(made[1] if made else "")


def test_a_calendar_names_the_marks_that_it_draws() -> None:
    now = tuple(o for o in PLAN.orders if o.node in PLAN.roots)
    untested = replace(PLAN, orders=now, lines=replace(PLAN.lines, standing=()))
    assert note_of("calendar", untested) == "Area and number: chips. Filled is ordered now."
    note = note_of("calendar", PLAN)
    assert note == (
        "Area and number: chips. Outlined may be fewer at 1 % more cost, dotted may be left out at "
        "1 % more cost, or waits for what becomes known, only orders of the first period come "
        "in whole lots."
    )
    months = {"2026": 12}
    for term, anew in ((1.0, True), (12.0, False), (0.0, False)):
        orders = (*PLAN.orders, replace(PLAN.orders[2], offer="hired", term_months=term))
        text = note_of("calendar", replace(PLAN, orders=orders, months=months))
        assert ("rented anew count each time" in text) is anew


def test_orders_say_how_firm_they_are_where_that_was_tested() -> None:
    assert shown("orders_now")[0][-3:] == ("at 1 % more", "least", "most")
    untested = replace(PLAN, lines=replace(PLAN.lines, standing=()))
    assert shown("orders_now", untested)[0][-1] == "sum with hosts"
    table = table_of("orders_now", untested, SAY)
    assert table is not None
    assert "not tested: run with --deep" in table.title
    assert [r[6] for r in shown("orders_now", untested)[1:]] == ["$66m", "–"]  # rent has no sum


def test_the_need_in_all_stands_first_then_the_largest() -> None:
    work = PLAN.need.by_work[0]
    rows = [replace(work, name=k, chips=(n, 2 * n)) for k, n in (("few", 1.0), ("many", 9.0),
                                                                 ("all", 10.0))]  # fmt: skip
    plan = replace(PLAN, need=replace(PLAN.need, by_work=tuple(rows)))
    assert [r[0] for r in shown("need", plan)[1:]] == ["all", "many", "few"]


def test_chips_of_several_kinds_are_said_to_be() -> None:
    assert title_of("fleet", PLAN).startswith("4,800 chips stand in Q2 26, all of them")
    more = replace(PLAN, fleet=(*PLAN.fleet, replace(PLAN.fleet[-1], chip="b200", expected=200.0)))
    assert title_of("fleet", more).startswith("5,000 chips of all kinds stand in Q2 26, 4,800 of")


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((153_000, 86_335, 7_050, 12), ["153k", "86.3k", "7.05k", "12"]),
        ((86_335, 7_050), ["86,335", "7,050"]),
        ((1.2e6, 90_000), ["1.2m", "90k"]),
    ],
)
def test_counts_of_a_list_are_cut_short_together(values: Any, texts: list[str]) -> None:
    assert SAY.counts(values) == texts
    assert words("zh").scaled("CNY").counts((153_000, 86_335, 7_050)) == [
        "15.3万", "8.63万", "7,050"
    ]  # fmt: skip


def test_counts_of_a_table_or_a_line_are_in_one_style() -> None:
    hedge = replace(PLAN.hedges[0], quantity=203_000.0, otherwise=62_995.0)
    plan = replace(PLAN, hedges=(hedge, replace(hedge, quantity=78_535.0, otherwise=12.0)))
    assert [r[4:6] for r in shown("hedges", plan)[1:]] == [("203k", "63k"), ("78.5k", "12")]
    assert "203k chips if" in title_of("wait", plan)
    assert "63k otherwise" in title_of("wait", plan)
    first = replace(PLAN.decision.conditional[0], by_state={"granted": 86_335.0, "refused": 153e3})
    decision = replace(PLAN.decision, conditional=(first,))
    notes = next(a.notes for a in said(replace(PLAN, decision=decision)).answers
                 if a.id == "decision")  # fmt: skip
    assert any("granted 86.3k, refused 153k" in n for n in notes)
    few = replace(PLAN, hedges=(replace(hedge, quantity=78_535.0),))
    assert shown("hedges", few)[1][4:6] == ("78,535", "62,995")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.2, "1", "20 %"), (1.0, "1", "100 %"), (1.8, "1", "× 1.8"),
        (4.3e25, "FLOP", "4.30e25 FLOP"), (30_000, "USD", "$30,000"),
        (2e-7, "USD/token", "0.2 USD/Mtok"), (6e9, "token/day", "6bn tokens/day"),
        (0.05, "s", "50 ms"), (3.0, "month", "3 month"), (64, "chip", "64 chips"),
    ],
)  # fmt: skip
def test_a_number_of_the_study_is_written_as_people_do(value: float, unit: str, text: str) -> None:
    assert quantity(value, unit, SAY) == text


def test_numbers_stated_and_defaults_are_counted_apart_and_alike_everywhere() -> None:
    a, f = PLAN.assumptions[0], PLAN.facts[0]
    plan = replace(
        PLAN, assumptions=(replace(a, stated=True), replace(a, stated=False, value=0.2, unit="1")),
        facts=(replace(f, stated=True, grade="guess"), replace(f, stated=True, grade="official")),
    )  # fmt: skip
    assert rests_on(plan, SAY).startswith(
        "Of the 3 numbers that the study states, 2 are assumptions or guesses and 1 have a "
        "better source; 1 more are defaults of Outlay's."
    )
    assert any("2 of the 3 numbers that the study states" in n
               for x in said(plan).answers for n in x.notes)  # fmt: skip
    listed = rests(plan, SAY)["assumptions"]
    assert "1 that the study states, then 1 defaults of Outlay's" in listed.title
    assert "20 %" in [text for text, _ in listed.rows[1].cells]


def test_too_little_to_see_is_nought_and_never_more_than_less_than_nothing() -> None:
    table = Table("x", (Column("a", "bn"),), ((50e6,), (-30e3,), (30e3,), (-70e3,)))
    assert [r[0] for r in shown_table(table, SAY).rows] == ["50", "-0.03", "0.03", "-0.07"]
    small = Table("x", (Column("a", "bn"),), ((50e6,), (-3e3,), (3e3,), (-7e3,)))
    assert [r[0] for r in shown_table(small, SAY).rows] == ["50", "0", "<0.01", "-0.01"]


def test_what_is_due_beside_is_told_only_where_it_can_be_seen() -> None:
    own = {"processors": 57e6, "servers": 7e6}
    for beside, text in ((0.0, "$64m of $120m"), (1e4, "$64m of $120m"), (25e6, "$64m decided")):
        year = {**own, "outside this plan": beside}
        assert title_of("capex", replace(PLAN, capex_by_year={"2026": year})).startswith(text)


def test_a_chip_that_is_held_already_is_no_measure_of_owning() -> None:
    hours = PLAN.accounts.chip_hours
    stock = replace(hours.rows[0], offer="stock", per_hour=0.1, price=2_000.0, held=True)
    more = replace(hours, rows=(stock, *hours.rows))
    assert [p[0].offer for p in more.pairs] == ["buy", "buy"]  # by the term, and by the hour
    assert more.pairs == hours.pairs
    plan = replace(PLAN, accounts=replace(PLAN.accounts, chip_hours=more))
    row = shown("own_or_lease", plan)[1]
    assert (row[2], row[4], row[10]) == ("own, held already", "$0.1", "$2,000")
