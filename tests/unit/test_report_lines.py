"""The lines below the decision: what each says, from facts made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outlay.report.cells import shown_table
from outlay.report.memo import memo_of
from outlay.report.screen import screen
from outlay.report.tables.plan import table_of
from outlay.report.tables.table import Column, Table
from outlay.report.words.language import words
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.answers import said
from outlay.report.words.plans.lines import states
from outlay.results.plans.answers import Answer, Commitment
from outlay.results.plans.lines import Standing, Unserved
from outlay.results.plans.plan import Plan
from support.plans import hand_made

SAY = words()
PLAN = hand_made()


def sentence(plan: Plan) -> str:
    return said(plan).headline.sentence


def of(plan: Plan, name: str) -> Answer:
    return next(a for a in said(plan).answers if a.id == name)


def lines(plan: Plan) -> list[str]:
    return list(said(plan).headline.lines)


def line(plan: Plan, start: str) -> str:
    return next(x for x in lines(plan) if x.startswith(start))


def with_lines(**changes: object) -> Plan:
    return replace(PLAN, lines=replace(PLAN.lines, **changes))  # type: ignore[arg-type]


def test_the_first_line_says_chips_megawatts_and_returns() -> None:
    said_now = sentence(PLAN)
    assert "Order now 2,000 buy, 512 lease, 35 MW of power at inner: " in said_now
    assert "$31m of rent over the terms signed, $17m for power; " in said_now
    assert (
        "give back 2,500 hired, 3 MW of power at outer: $27m of rent a year ends, "
        "$2.2m is paid for leaving; "
        "take out of service 640 old" in said_now
    )
    free = replace(PLAN, returns=(replace(PLAN.returns[0], fee=0.0),), power_returns=())
    owed = replace(PLAN, returns=(replace(PLAN.returns[0], given_back=False),), power_returns=())
    assert (
        "take out of service 2,500 hired, though $21m of rent a year is owed on what "
        "is leased of it" in sentence(owed)
    )
    assert "$21m of rent a year ends, nothing is paid for leaving" in sentence(free)


def test_power_of_several_halls_is_summed_and_each_named() -> None:
    one = PLAN.expansions[0]
    two = replace(PLAN, expansions=(one, replace(one, site="outer", mw=150.0)))
    assert "185 MW of power (150 MW at outer, 35 MW at inner): " in sentence(two)


def test_an_authorisation_that_is_overrun_is_the_first_thing_said() -> None:
    assert sentence(PLAN).startswith(
        "Over what is authorised: capital expenditure of 2026, $5.5m above the $120m in the worst "
        "branch (chance of any 40 %). Order now"
    )
    sure = with_lines(overruns=(replace(PLAN.lines.overruns[0], chance=1.0),))
    assert "2026, $5.5m above the $120m. Order now" in sentence(sure)
    assert sentence(with_lines(overruns=PLAN.lines.overruns[1:])).startswith("Order now")


def test_firm_flexible_and_optional_orders_are_told_apart() -> None:
    assert lines(PLAN)[0] == (
        "Among plans that cost up to 1 % more, flexible (kept, in other numbers): buy (1,500 to "
        "2,500); optional (left out in some): lease; not tested: power."
    )
    firm = with_lines(standing=(Standing("buy", "firm", 1990.0, 2500.0),))
    assert "more, firm (kept in all): buy; not tested: power." in lines(firm)[0]
    untested = with_lines(standing=(Standing("buy", "not tested", None, None),))
    assert lines(untested)[0] == (
        "Whether any of this may be left out at little cost was not tested (run with --deep)."
    )
    table = table_of("orders_now", said(PLAN), SAY)
    assert table is not None
    assert [r[-3:] for r in table.rows] == [
        ("flexible", 1500.0, 2500.0), ("optional", 0.0, 800.0),
    ]  # fmt: skip


def test_what_the_plan_decides_stands_beside_all_of_it() -> None:
    assert lines(PLAN)[1] == (
        "Of the money of 2026, this plan decides $64m of $89m capital expenditure, $9m of $15m "
        "running costs and rent; the rest is due whatever it orders."
    )
    own = tuple(replace(r, outside=0.0) for r in PLAN.lines.perimeter)
    assert lines(with_lines(perimeter=own))[1] == (
        "Of the money of 2026, this plan decides all $64m of capital expenditure, all $9m of "
        "running costs and rent."
    )
    idle = tuple(replace(r, decided=0.0) for r in PLAN.lines.perimeter)
    assert (
        "this plan decides none of $25m capital expenditure, none of $6m running"
        in (lines(with_lines(perimeter=idle))[1])
    )
    tile = said(PLAN).headline.tiles[1]
    assert tile.range == "authorised $120m, $64m decided by this plan"


def test_cash_and_prices_that_nobody_pays_are_never_one_sum() -> None:
    """Branches of 350 and 390 in cash, which with what they shed would read 397 to 420."""
    assert lines(PLAN)[2] == (
        "Cash over the horizon, expected and discounted: $480m paid (running costs and rent of "
        "what stands in it), $96m of value left at the end, net of what is owed then; net $350m to "
        "$390m by branch. Not in it: $25m of capital expenditure outside this plan (undiscounted), "
        "what customers pay. Apart from cash, as prices that nobody pays: $26m for what is not "
        "served, $1.3m for limits broken."
    )
    alone = replace(
        with_lines(bill=replace(PLAN.lines.bill, beside=0.0), perimeter=()),
        accounts=replace(PLAN.accounts, revenue=()),
    )
    assert line(alone, "Cash") == (
        "Cash over the horizon, expected and discounted: $480m paid, $96m of value left at the "
        "end, net of what is owed then; net $350m to $390m by branch. Apart from cash, as prices "
        "that nobody pays: $26m for what is not served, $1.3m for limits broken."
    )
    table = table_of("served_by_branch", said(PLAN), SAY)
    assert table is not None
    assert [r[-3:] for r in table.rows] == [(350e6, 47e6, 3e6), (390e6, 30e6, 1e6)]
    bill = table_of("bill", said(PLAN), SAY)
    assert bill is not None
    assert [r[1] for r in bill.rows] == [480e6, 96e6, 26e6, 1.3e6]


def test_what_is_served_of_each_service_and_least_where() -> None:
    assert line(PLAN, "Served") == (
        "Served over the horizon: least where licence is refused: chat 81 % (86 % expected); all "
        "others in full."
    )
    assert line(PLAN, "Not served") == "Not served in full: chat: inner is at its limit."
    whole = with_lines(served=PLAN.lines.served[1:], unserved=())
    assert "Every service is served in full in every branch." in lines(whole)
    almost = with_lines(served=(replace(PLAN.lines.served[0], expected=0.9991, least=0.998),))
    assert "chat 99.8 % (99.91 % expected)" in line(almost, "Served")


REASONS = (
    (Unserved("chat", 1.0, "no chip", ""), "no chip in the study can serve it"),
    (Unserved("chat", 1.0, "no site", ""), "no site takes it"),
    (Unserved("chat", 1.0, "not allowed", ""), "no chip that can serve it may stand where"),
    (Unserved("chat", 1.0, "no supply", ""), "no offer brings a chip that can serve it"),
    (Unserved("chat", 1.0, "too late", "2026-Q2"), "no chip can be there before 2026-Q2"),
    (Unserved("chat", 1.0, "limit", "inner"), "inner is at its limit"),
    (Unserved("chat", 1.0, "worth", ""), "more chips cost more than serving it is worth"),
)


@pytest.mark.parametrize(("row", "text"), REASONS)
def test_nothing_is_ordered_only_beside_what_goes_unserved(row: Unserved, text: str) -> None:
    idle = replace(with_lines(unserved=(row,), overruns=()), orders=(), expansions=(), returns=(),
                   power_returns=())  # fmt: skip
    assert sentence(idle).startswith("Order nothing now; ")
    assert f"not served: 100 % of chat ({text}" in sentence(idle)


def test_a_limit_says_where_it_binds_and_that_a_cap_is_per_period() -> None:
    assert line(PLAN, "Limits") == (
        "Limits that bind, and what a tenth more of each is worth, in cash and in the price of "
        "what is not served: power of inner where licence is granted: a tenth more is worth $3.9m; "
        "the cap of buy per period in every branch: a tenth more is worth $2.4m."
    )
    first, cap = PLAN.decision.binding
    some = replace(first, states=(), chance=0.35)
    path = replace(cap, basis="in all", states=("a=1", "a=2", "b=3"), chance=0.2)
    plan = replace(PLAN, decision=replace(PLAN.decision, binding=(some, path)))
    assert line(plan, "Limits") == (
        "Limits that bind, and what a tenth more of each is worth, in cash and in the price of "
        "what is not served: power of inner in some branches (chance 35 %): a tenth more is worth "
        "$3.9m; the cap of buy over the horizon where a is 1 or 2 and b is 3: a tenth more is "
        "worth $2.4m."
    )
    grown = replace(first, family="expansion")
    plan = replace(PLAN, decision=replace(PLAN.decision, binding=(grown,)))
    assert "what is not served: further expansion of inner where licence" in line(plan, "Limits")
    closed = replace(first, tenth=0.0)  # a tenth more of nothing
    plan = replace(PLAN, decision=replace(PLAN.decision, binding=(closed,)))
    assert not any(x.startswith("Limits") for x in lines(plan))
    dearer = replace(first, value=-1.0)  # more of it would cost
    plan = replace(PLAN, decision=replace(PLAN.decision, binding=(dearer,)))
    assert not any(x.startswith("Limits") for x in lines(plan))


def test_services_that_suffer_in_one_branch_stand_together_and_so_do_their_reasons() -> None:
    chat, whole = PLAN.lines.served
    office = replace(chat, service="office", expected=0.5, least=0.066)
    cloud = replace(chat, service="cloud", least=0.5, branch="licence=granted demand=high")
    cause = PLAN.lines.unserved[0]
    why = [cause, replace(cause, service="office"),
           Unserved("cloud", 0.2, "worth", "")]  # fmt: skip
    plan = with_lines(served=(chat, office, cloud, whole), unserved=tuple(why))
    assert line(plan, "Served") == (
        "Served over the horizon: least where licence is refused: office 6.6 % (50 % expected), "
        "chat 81 % (86 % expected); least where licence is granted and demand is high: cloud 50 % "
        "(86 % expected); all others in full."
    )
    assert line(plan, "Not served") == (
        "Not served in full: chat, office: inner is at its limit; cloud: more chips cost more "
        "than serving it is worth."
    )


def test_limits_stand_by_what_a_tenth_more_would_save() -> None:
    first, cap = PLAN.decision.binding
    rows = (first, *(replace(cap, limit=f"c{i}", tenth=1e6 * i) for i in range(1, 6)))
    plan = replace(PLAN, decision=replace(PLAN.decision, binding=rows))
    assert line(plan, "Limits").endswith(
        "the cap of c5 per period in every branch: a tenth more is worth $5m; the cap of c4 per "
        "period in every branch: a tenth more is worth $4m; power of inner where licence is "
        "granted: a tenth more is worth $3.9m; 3 more in the table."
    )


def test_deposits_that_may_be_lost_are_told_expected_and_worst() -> None:
    assert lines(PLAN)[-1] == (
        "Deposits of up to $12m on buy are lost if refused: $7.2m expected (chance 60 %)."
    )
    assert not any("Deposits" in x for x in lines(with_lines(at_risk=())))


def test_what_leaves_later_is_told_by_what_becomes_of_it() -> None:
    old, hired = PLAN.lines.departures
    assert line(PLAN, "Chips that leave") == (
        "Chips that leave later, before their lease or life ends, expected over the branches: "
        "owned and written off: 300 of older (up to 750); given back, the rent ended: 90 of hired "
        "(up to 90)."
    )
    owed = with_lines(departures=(replace(old, how="still owed"), replace(hired, how="sold")))
    text = line(owed, "Chips that leave")
    assert "leased, the rent still owed: 300 of older" in text
    assert "; sold: 90 of hired" in text
    four = line(with_lines(departures=(old,) * 4), "Chips that leave")
    assert four.endswith(
        "over the branches, none of them now: owned and written off: 300 of older (up to 750), "
        "300 of older (up to 750) and 2 more."
    )
    table = table_of("departures", PLAN, SAY)
    assert table is not None
    assert table.rows[0] == (
        "older", "a100", "written off", 0.0, 300.0, 0.4, 750.0, "licence granted",
    )  # fmt: skip
    assert not any(x.startswith("Chips that leave") for x in lines(with_lines(departures=())))
    notes = of(PLAN, "accounting").notes
    assert (
        "Over the horizon and expected over the branches, the plan takes 300 chips of older out of "
        "service before their end (none now; later up to 750 where licence is granted); what is "
        "lost is not known, since they have no book value." in notes
    )


def test_what_waits_for_the_same_stands_together() -> None:
    assert sentence(PLAN).endswith(
        "; hold back local, late and others until licence is known; both until "
        "licence and demand are known."
    )


def test_orders_that_are_not_whole_are_not_passed_over_in_the_cost_of_lots() -> None:
    free = replace(PLAN, decision=replace(PLAN.decision, rounding=0.0))
    notes = of(free, "decision").notes
    assert (
        "Whole lots, steps and blocks in the first period cost nothing: where they are stated, the "
        "best shares are whole; later orders are expected ones and not made whole." in notes
    )
    assert "Orders that state no lot and are not whole: 1 (lease)." in notes
    many = replace(PLAN.decision, not_whole=("a", "b", "c", "d", "e", "f"))
    assert (
        "Orders that state no lot and are not whole: 6 (a, b and 4 more)."
        in of(replace(PLAN, decision=many), "decision").notes
    )
    whole = replace(PLAN, decision=replace(PLAN.decision, not_whole=()))
    assert not any("no lot" in x for x in of(whole, "decision").notes)


def test_the_terminal_tells_what_costs_nothing_and_what_comes_in_some_branches() -> None:
    buy, lease = PLAN.orders[:2]
    stock = replace(buy, offer="stock", unit_price=0.0, spend=12e6)
    gift = replace(buy, offer="gift", unit_price=0.0, spend=0.0)
    plan = replace(PLAN, orders=(buy, lease, stock, gift))
    table = next(iter(screen(plan, SAY)))
    assert [c.name for c in table.columns][-1] == "sum with hosts"
    rows = {r[0]: r[2:] for r in table.rows}
    assert rows["buy"] == ("2026-Q2 if let in", "$30,000", "$66m")
    assert rows["lease"] == ("2026-Q2", "$3.5 an hour", "rent")
    assert rows["stock"] == ("2026-Q2", "nothing", "$12m")
    assert rows["gift"] == ("2026-Q2", "nothing", "nothing")
    assert rows["power at inner"][-1] == "$17m + $44m rent"


def test_capital_expenditure_outside_the_plan_is_not_called_the_plans() -> None:
    spent = {"2026": {"processors": 57e6, "servers": 7e6, "outside this plan": 25e6}}
    plan = replace(PLAN, capex_by_year=spent)
    table = next(t for t in screen(plan, SAY) if t.rows and t.rows[0][0] == "2026")
    assert [c.name for c in table.columns][1:3] == ["in all", "this plan decides"]
    assert table.rows[0][1:3] == ("$89m", "$64m")


def test_work_without_a_price_is_named_beside_services_without_one() -> None:
    notes = of(PLAN, "pays").notes
    assert (
        "A study cannot state what customers pay for other work (cloud): it earns nothing in these "
        "accounts." in notes
    )
    none = replace(PLAN, accounts=replace(PLAN.accounts, unsold=()))
    assert not any("other work" in x for x in of(none, "pays").notes)


def test_what_the_tree_leaves_unserved_stands_beside_the_mean_of_the_worlds() -> None:
    assert (
        "; the $26m of the first lines is the tree's, in which what is sampled stands at its "
        "central value; the mean of the worlds is $50m; " in of(PLAN, "sure").sentence
    )
    full = with_lines(bill=replace(PLAN.lines.bill, unserved=0.0))
    assert "the tree's" not in of(full, "sure").sentence


def test_states_of_one_factor_are_alternatives() -> None:
    assert states(["licence=refused", "demand=high", "demand=base"], SAY) == (
        "licence is refused and demand is high or base"
    )


def test_the_memo_says_what_is_signed_for_and_a_broken_run_nothing() -> None:
    plan = said(PLAN)
    bought = words_of(plan).money(plan.decision.commitment.bought)
    over, signed = memo_of(plan).signed[:2]
    assert over.startswith("Over what is authorised: capital expenditure of 2026")
    assert bought in signed
    assert memo_of(replace(plan, verdict="INVALID")).signed == ()


def test_orders_that_cost_nothing_say_so() -> None:
    free = replace(PLAN.decision, commitment=Commitment(0.0, 0.0, 0.0, 0.0))
    assert "at inner: nothing to pay; " in sentence(replace(PLAN, decision=free))


def test_a_table_is_shown_in_the_largest_unit_that_it_reaches() -> None:
    """One unit a table, so that its columns compare: 2.5 m beside 0.04 m, never bn beside m."""

    def shown(unit: str, *values: float | None) -> tuple[str, list[str]]:
        columns = (Column("a", unit), Column("b", unit))
        rows = tuple((v, 40_000.0 if v and v < 1e6 else None) for v in values)
        found = shown_table(Table("", columns, rows), SAY)
        assert {c.unit for c in found.columns} == {found.columns[0].unit}
        return found.columns[0].unit, [r[0] for r in found.rows]  # type: ignore[misc]

    assert shown("bn", 2.5e9, 4e6) == ("bn", ["2.5", "<0.01"])
    assert shown("bn", 2.5e6, None) == ("m", ["2.5", "–"])
    assert shown("bn", 250.0) == ("", ["250"])
    assert shown("bn", 0.0) == ("", ["0"])
    assert shown("bn", 2.5e9, -4e6) == ("bn", ["2.5", "0"])
    assert shown("thousand", 2500.0) == ("", ["2,500"])
    assert shown("thousand", 250_000.0) == ("thousand", ["250"])
    assert shown("T/day", 6e9) == ("bn/day", ["6"])
    assert shown("share", 0.25) == ("", ["25 %"])
