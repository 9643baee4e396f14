"""The workbook's cover says of a plan what its facts say, beside the sentences of the memo."""

from __future__ import annotations

from dataclasses import replace

from outlay.report.memo import memo_of
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.answers import said
from outlay.report.workbook.content import Content, content_of
from outlay.results.plans.plan import Plan
from support.plans import hand_made


def content(plan: Plan) -> Content:
    return content_of(plan, words_of(plan))


def test_orders_are_those_of_the_first_period_with_their_own_prices() -> None:
    plan = said(hand_made())
    found = {o.name: o for o in content(plan).orders}
    orders = [o for o in plan.orders if o.node == 0]
    sites = [x for x in plan.expansions if x.node == 0]
    assert set(found) == {o.offer for o in orders} | {x.site for x in sites}
    for o in orders:
        row = found[o.offer]
        assert (row.amount, row.price, row.sum, row.rent_hour, row.there_by) == (
            o.quantity, o.unit_price, o.spend, o.rent_hour, o.delivered_at,
        )  # fmt: skip
        assert row.chips
    assert {o.offer: found[o.offer].sure for o in orders} == {
        r.offer: r.status for r in plan.lines.standing if r.offer in {o.offer for o in orders}
    }
    for x in sites:
        assert (found[x.site].amount, found[x.site].sum) == (x.mw, x.spend)
        assert not found[x.site].chips


def test_money_is_that_of_the_year_and_its_own_mark() -> None:
    plan = said(hand_made())
    found = content(plan)
    assert found.capex == {y: sum(k.values()) for y, k in plan.capex_by_year.items()}
    assert found.authorised == {
        b.year: b.amount for b in plan.budgets if b.name and b.kind == "capex"
    }
    assert len(plan.budgets) > len(found.authorised)
    assert [v for _, v in found.bridge] == [b.value for b in plan.accounts.bridge]


def test_the_cover_says_what_the_memo_says() -> None:
    plan = said(hand_made())
    memo, texts = memo_of(plan), [t for _, lines in content(plan).said for t in lines]
    assert {*memo.signed, *memo.changes, *memo.earns, memo.care} <= set(texts)
    assert any(memo.figures[0].text in t and memo.figures[0].range in t for t in texts)


def test_a_run_that_broke_an_identity_shows_no_decision() -> None:
    plan = replace(said(hand_made()), verdict="INVALID")
    found = content(plan)
    assert found.orders == found.said == ()
    assert "states no decision" in found.decision
    nothing = replace(said(hand_made()), orders=(), expansions=())
    assert content(nothing).decision == "Order nothing now"
