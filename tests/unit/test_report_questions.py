"""Which questions a study is asked: those that it gives cause for, in one order."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from outlay.report.html import render
from outlay.report.tables.plan import table_of
from outlay.report.words.language import words
from outlay.report.words.plans.answers import said
from outlay.report.words.plans.follows.pays import years
from outlay.report.words.plans.follows.questions import asked, hours_beside
from outlay.results.plans.accounts import ChipHour, ChipHours
from outlay.results.plans.answers import Answer, Work
from outlay.results.plans.plan import Plan
from outlay.results.plans.worth import Deep, Half
from support.plans import hand_made
from support.small import small_study

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
EIGHT = ("evidence", "need", "decision", "worth", "accounting", "half", "peers", "sure")
"""The questions of a large study that earns in part and trains beside its services."""
ALL = (*EIGHT[:3], "pays", "training", *EIGHT[3:])
PLAN = hand_made()


def like_the_reference() -> Plan:
    """Some services have no price, a sixth of the chips train and are in time, all else is held."""
    need = replace(PLAN.need, by_work=(
        Work("chat", (2000.0, 3300.0)), Work("training", (400.0, 600.0)),
        Work("all", (2400.0, 3900.0)),
    ))  # fmt: skip
    return replace(PLAN, pays=None, training=PLAN.training[1:], need=need)


def without(**gone: object) -> Plan:
    return replace(PLAN, **gone)  # type: ignore[arg-type]


def ways(*rows: tuple[str, str, float]) -> Plan:
    """The plan without leases, its chip-hours as (chip, way, cost)."""
    blank = PLAN.accounts.chip_hours.rows[1]
    hours = tuple(
        replace(blank, offer=f"o{i}", chip=c, way=way, per_hour=n)  # type: ignore[arg-type]
        for i, (c, way, n) in enumerate(rows)
    )
    return replace(
        PLAN, accounts=replace(PLAN.accounts, standards=(), chip_hours=ChipHours(5.0, 0.1, hours))
    )


def less(ids: tuple[str, ...], *gone: str) -> tuple[str, ...]:
    return tuple(x for x in ids if x not in gone)


TABLE = (
    ("all that can be held", PLAN, ALL),
    ("the reference", like_the_reference(), EIGHT),
    ("no document", without(evidence=replace(PLAN.evidence, documents=())), less(ALL, "evidence")),
    ("no peer named", without(peers=replace(PLAN.peers, named=())), less(ALL, "peers")),
    ("some service without a price", without(pays=None), less(ALL, "pays")),
    ("no training", without(training=()), less(ALL, "training")),
    ("a little training, in time", without(training=PLAN.training[1:]), less(ALL, "training")),
    ("a little training, late", without(training=PLAN.training[:1]), ALL),
    ("no language model", without(half=Half("no_model", None, None)), less(ALL, "half")),
    ("not computed", without(half=Half("not_computed", None, None), values=None, worth=()), ALL),
    ("nothing with a worth", without(worth=(), deep=Deep()), less(ALL, "worth")),
    ("bought and rented", ways(("a", "own", 1.0), ("b", "rent", 2.0)), ALL),
    ("bought only", ways(("a", "own", 1.0)), less(ALL, "accounting")),
    ("rented only, without a lease", ways(("a", "rent", 1.0)), less(ALL, "accounting")),
)  # fmt: skip


@pytest.mark.parametrize(("plan", "ids"), [x[1:] for x in TABLE], ids=[x[0] for x in TABLE])
def test_a_study_is_asked_what_it_holds(plan: Plan, ids: tuple[str, ...]) -> None:
    assert asked(plan) == ids
    assert tuple(a.id for a in said(plan).answers) == ids


def test_what_it_costs_is_asked_where_neither_earning_nor_leasing_is() -> None:
    plan = replace(ways(("a", "own", 1.0)), pays=None)
    assert asked(plan) == less((*ALL[:3], "training", "worth", "costs", *EIGHT[5:]))
    costs = of(plan, "costs")
    assert costs.sentence.startswith(
        "2026 takes $64m of capital expenditure and $15m of running costs and rent"
    )
    # the tables of money stand somewhere, once
    assert {"statement_income", "unit_costs", "bridge"} <= set(costs.tables)


def test_a_study_without_documents_says_so_where_it_says_what_it_rests_on() -> None:
    none = replace(PLAN, evidence=replace(PLAN.evidence, documents=()))
    line = "The study names no document; its numbers stand on their own."
    assert line in render(said(none), "", draw=lambda _: "").partition('id="assumptions"')[2]
    assert line not in render(said(PLAN), "", draw=lambda _: "")


def test_worlds_serve_tokens_or_other_work() -> None:
    assert "serve at least 84 % of the tokens" in of(PLAN, "sure").sentence
    assert "serve at least 84 % of the work" in of(replace(PLAN, served=()), "sure").sentence


def test_demand_that_nobody_turns_away_is_not_priced() -> None:
    full, lean = PLAN.half.planned, PLAN.half.half
    assert full is not None
    assert lean is not None
    same = replace(PLAN.half, planned=replace(full, shed=lean.shed))
    assert "turned away" in of(PLAN, "half").sentence
    assert "turned away" not in of(replace(PLAN, half=same), "half").sentence


def test_training_has_a_question_from_half_of_the_work_on() -> None:
    in_time = replace(PLAN, training=PLAN.training[1:])
    for chips, there in ((2000.0, True), (1999.0, False)):
        work = (Work("training", (chips,)), Work("all", (4000.0,)))
        plan = replace(in_time, need=replace(PLAN.need, by_work=work))
        assert ("training" in asked(plan)) is there
        note = "The training run is done by its date in every branch."
        assert (note in of(plan, "need").notes) is not there


def of(plan: Plan, name: str) -> Answer:
    return next(a for a in said(plan).answers if a.id == name)


def test_each_picture_of_money_stands_once_and_that_of_owning_where_it_is_asked() -> None:
    for plan in (PLAN, ways(("a", "own", 1.0)), replace(PLAN, pays=None)):
        drawn = [f for a in said(plan).answers for f in a.figures]
        assert len(set(drawn)) == len(drawn)
        assert {"margin", "cash", "unit_cost", "utilisation", "own_or_rent"} <= set(drawn)
    assert of(PLAN, "pays").figures[0] == "margin"
    assert of(PLAN, "accounting").figures == ("own_or_rent",)
    assert of(replace(PLAN, pays=None), "accounting").figures[0] == "own_or_rent"


def test_each_table_of_money_stands_once() -> None:
    for plan in (PLAN, ways(("a", "own", 1.0)), replace(PLAN, pays=None)):
        tables = [t for a in said(plan).answers for t in a.tables]
        assert len(set(tables)) == len(tables)
        assert {"statement_income", "statement_cash", "unit_costs", "bridge"} <= set(tables)


def test_whose_statements_these_are_is_said_once_where_earning_is() -> None:
    for plan, name in ((PLAN, "pays"), (replace(PLAN, pays=None), "accounting")):
        told = [a.id for a in said(plan).answers for n in a.notes if n.startswith("The statements")]
        assert told == [name]


PUT = (
    ("need", replace(PLAN, need=replace(PLAN.need, budget=None)),
     "What fleet does the demand need?"),
    ("worth", replace(PLAN, worth=tuple(w for w in PLAN.worth if w.what == "chips")),
     "What is each thing worth: more chips?"),
    ("accounting", ways(("a", "own", 1.0), ("a", "rent", 2.0)),
     "Own or rent: what does an hour of a chip cost?"),
    ("decision", replace(PLAN, decision=replace(PLAN.decision, factors={})),
     "What to order, and when?"),
    ("sure", replace(PLAN, uncertain=()),
     "How sure are we, and which number is most worth replacing?"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "plan", "question"), PUT, ids=[x[0] for x in PUT])
def test_a_question_is_put_as_the_study_is_asked_it(name: str, plan: Plan, question: str) -> None:
    assert of(plan, name).question == question
    assert of(PLAN, name).question != question


def test_it_says_whether_it_pays_how_much_and_where_it_stops() -> None:
    found = of(PLAN, "pays")
    assert found.sentence == (
        "It pays in some branches, with a chance of 40 % together; what comes back is worth $12m "
        "more than what is put in, at 10 % a year (-$12m to $48m by branch); of this present "
        "value, $3m rests on what is left at the end (without it: $9m); net income is $4m in 2026, "
        "$8m in 2027; the owner pays in $7m at most (licence refused)."
    )
    assert found.notes[0] == (
        "A million tokens of chat bring $0.6 and cost $0.4: 33.3 % of the price is left. At a "
        "price of $0.4 nothing would be left; at today's price nothing would be left if the chips "
        "that serve it were busy 31 % of the time (55 % in this plan)."
    )
    assert "60 % of the price is lost" in found.notes[1]
    assert "something is lost however busy" in found.notes[1]
    assert found.notes[2] == (
        "The rate of return is 21 % a year; the money is back after 17 months."
    )
    tile = next(t for t in said(PLAN).headline.tiles if t.name == "Net present value")
    assert (tile.text, tile.range) == ("$12m", "-$12m to $48m by branch")


def test_cash_is_told_where_the_owner_pays_in_nothing() -> None:
    assert PLAN.pays is not None
    rows = tuple(replace(b, paid_in=0.0) for b in PLAN.pays.branches)
    plan = replace(PLAN, pays=replace(PLAN.pays, branches=rows))
    assert "cash is lowest at $1m, in 2026-Q2 (licence refused)." in of(plan, "pays").sentence


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "6 months"), (1.96, "24 months"), (2.0, "2 years"), (3.14, "3.1 years")],
)
def test_a_time_is_said_in_the_unit_that_people_say(value: float, text: str) -> None:
    assert years(value, words()) == text


def test_a_late_run_is_told_with_its_chance_and_the_reason() -> None:
    found = of(PLAN, "training")
    assert found.sentence == (
        "Not every run is done by its date (1 of 2 late): flagship by 2026-Q2 with a chance of "
        "40 %, 82 % of it expected and 70 % at least (licence refused): inner is at its limit."
    )
    assert found.notes[0] == (
        "flagship is done in 2026-Q1 at the earliest, by 2026-Q2 with a chance of a half, in some "
        "branches not by its date."
    )
    assert "priced at $3.5m, expected and discounted: no cash" in found.notes[1]
    met = replace(PLAN, training=PLAN.training[1:], need=replace(PLAN.need, by_work=()))
    assert of(met, "training").sentence == (
        "Every run is done by its date in every branch: tuning by 2026-Q1."
    )


def test_an_hour_owned_is_set_beside_one_rented_of_the_same_chip() -> None:
    plan = ways(("a", "own", 1.0), ("b", "own", 1.5), ("b", "rent", 2.0), ("c", "rent", 1.2))
    found = hours_beside(plan)
    assert found is not None
    assert [(h.chip, h.per_hour) for h in found] == [("b", 1.5), ("b", 2.0)]
    apart = hours_beside(ways(("a", "own", 1.0), ("c", "rent", 1.2), ("d", "rent", 1.1)))
    assert apart is not None
    assert [h.chip for h in apart] == ["a", "d"]
    assert (
        "An hour of b costs $1.5 owned and $2 rented (o2), power and hall in neither, upkeep with "
        "the owner;"
    ) in of(plan, "accounting").sentence


def test_no_answer_shows_a_table_twice() -> None:
    for plan in (PLAN, ways(("b", "own", 1.5), ("b", "rent", 2.0))):
        for answer in said(plan).answers:
            assert len(set(answer.tables)) == len(answer.tables), answer.id


def test_an_hour_owned_holds_what_the_rent_beside_it_holds() -> None:
    """1.5 for the chip, 0.2 of hall and 0.3 of power at work; a rent that holds them all."""
    plan = ways(("b", "own", 1.5), ("b", "rent", 2.1))
    own, rent = plan.accounts.chip_hours.rows
    own = replace(own, upkeep=0.1, hall=0.2, power=0.3, idle=0.1, site="inner")
    rent = replace(rent, included=True, term=None)

    def asked_of(*rows: ChipHour) -> Plan:
        hours = replace(plan.accounts.chip_hours, rows=rows)
        return replace(plan, accounts=replace(plan.accounts, chip_hours=hours))

    sentence = of(asked_of(own, rent), "accounting").sentence
    assert sentence.startswith(
        "An hour of b costs $2.1 owned and $2.1 rented (o1), power, hall and upkeep in either;"
    )
    assert hours_beside(asked_of(replace(own, hall=None), rent)) is None  # unlike things
    # while it waits 1.5 + 0.1 + 0.2 + 0.1; an hour of work takes 0.2 more of power
    ((_, _, share),) = asked_of(own, rent).accounts.chip_hours.pairs
    assert share == pytest.approx(1.9 / (2.1 - 0.2))
    free = replace(rent, per_hour=0.1)
    assert asked_of(own, free).accounts.chip_hours.pairs[0][2] == float("inf")


def cells(name: str, plan: Plan = PLAN) -> list[dict[str, object]]:
    """Rows of a table, heading → value."""
    table = table_of(name, said(plan), words())
    assert table is not None
    heads = [c.name for c in table.columns]
    return [dict(zip(heads, r, strict=True)) for r in table.rows]


def test_tables_of_earning_say_which_is_which() -> None:
    chat, agents = cells("margins")
    assert (chat["customers pay"], chat["costs"], chat["revenue"], chat["cost"]) == (
        0.6, 0.4, 78e6, 52e6,
    )  # fmt: skip
    assert (agents["margin"], agents["even at utilisation"]) == (-0.6, None)
    mean, worst, best = cells("earned")
    assert [r["branch"] for r in (mean, worst, best)] == [
        "expected", "licence refused", "licence granted",
    ]  # fmt: skip
    assert (worst["net present value"], worst["paid in by the owner"]) == (-12e6, 7e6)
    assert (best["net income 2026"], best["net income 2027"]) == (13e6, 26e6)
    assert (mean["rate of return a year"], mean["back after, years"]) == (0.21, 1.4)
    assert (mean["of it stands at the end"], mean["least cash"]) == (3e6, 21e6)


def test_tables_of_training_say_when_and_on_what() -> None:
    late, early = cells("training")
    assert (late["from"], late["asked by"], late["earliest"], late["latest"]) == (
        "2026-Q1", "2026-Q2", "2026-Q1", "not by its date",
    )  # fmt: skip
    assert (late["chance in time"], late["done by its date"], late["least in a branch"]) == (
        0.4, 0.82, 0.7,
    )  # fmt: skip
    assert (late["asks for"], late["done on, mean"]) == ("900 h200", "400 h200, 190 b200")
    assert (late["at one site"], early["at one site"], late["price of an hour not done"]) == (
        512.0, None, 11.0,
    )  # fmt: skip
    assert (late["price if none is done"], early["price of what is late (no cash)"]) == (43e6, 0.0)
    (alone,) = cells("training", replace(PLAN, training=PLAN.training[1:]))
    assert list(alone) == ["run", "from", "asked by", "done in", "asks for", "done on, mean",
                           "price of an hour not done", "price if none is done"]  # fmt: skip
    granted, refused = cells("training_by_branch")
    assert (granted["flagship"], refused["flagship"]) == ("2026-Q1", "not by its date")


@cache
def planned(name: str, **options: Any) -> Plan:
    import outlay

    return outlay.plan(EXAMPLES / name / "study.yaml", worlds=0, **options)


def test_a_founder_is_asked_whether_it_pays_and_no_peers() -> None:
    ids = tuple(a.id for a in planned("gpu-cloud-founder").answers)
    assert ids == ("need", "decision", "pays", "worth", "accounting", "half", "sure")
    # 64 chips at most, eight in a box: not a thousand more
    chips, rented = [w for w in planned("gpu-cloud-founder").worth if w.what == "chips"]
    assert chips.name.startswith("8 more H200 bought")
    assert chips.name.endswith("over the horizon")
    assert chips.quantity == 8
    assert rented.name.endswith("rented by the month in every period")
    assert chips.value > rented.value > 0


def test_a_laboratory_is_asked_for_its_dates_and_no_prices() -> None:
    plan = planned("lab-training")
    assert tuple(a.id for a in plan.answers) == (
        "need", "decision", "training", "worth", "accounting", "sure",
    )  # fmt: skip
    assert [(r.run, r.by) for r in plan.training] == [
        ("base-run", "2026-Q4"), ("ablations", "2026-Q4"), ("next-run", "2027-Q4"),
    ]  # fmt: skip


def test_what_a_quick_run_leaves_out_stays_open_where_the_study_holds_it() -> None:
    quick = {a.id: a.open for a in planned("gpu-cloud-founder", quick=True).answers}
    assert quick["worth"] == quick["half"] == "run without --quick"
    assert "half" not in {a.id for a in planned("lab-training", quick=True).answers}


def test_the_reference_holds_what_its_eight_questions_are_about() -> None:
    from outlay.study.reading.loader import load

    study = load(EXAMPLES / "bytedance-2026" / "study.yaml").study
    assert study.peers
    assert any(s.document for s in study.sources.values())
    assert any(s.value.price is None for s in study.services.values())
    assert not all(s.value.price is None for s in study.services.values())
    assert study.factors()


def small(**changes: object) -> Plan:
    """A study of one service and one offer, without anything uncertain."""
    import outlay

    study: dict[str, object] = {
        "outlay": 1, "title": "Certain", "as_of": "2025-12-31", "currency": "USD",
        "horizon": {"start": "2026-Q1", "periods": 2}, "discount_rate": "10 %/year",
        "slices": "mean",
        "work": {"render": {"reference": "h200-sxm", "need": 40, "serve_from": ["US"],
                            "unserved": "10 USD/chip-hour"}},
        "supply": {"buy": {"chip": "h200-sxm", "by": "purchase", "price": "30_000 USD",
                           "to": ["US"]}},
        "sites": {"hall": {"region": "US", "power": "1 MW", "pue": 1.2,
                           "electricity": "0.1 USD/kWh"}},
        **changes,
    }  # fmt: skip
    return outlay.plan(study)


def test_a_study_of_one_future_reads_as_one() -> None:
    plan = small()
    answers = {a.id: a for a in plan.answers}
    assert tuple(answers) == ("need", "decision", "costs", "sure")
    assert answers["decision"].question == "What to order, and when?"
    assert "tree" not in answers["decision"].figures
    assert answers["costs"].question == "What does it cost, by year?"
    assert answers["sure"].open == ""
    assert answers["sure"].sentence.startswith("The study states nothing uncertain: this is the")


def say_money(value: float) -> str:
    return words().money(value)


def test_a_study_of_leases_alone_is_asked_how_they_are_reported() -> None:
    lease = {"chip": "h200-sxm", "by": "lease", "rent": "2 USD/chip-hour", "term": "1 year",
             "to": ["US"]}  # fmt: skip
    plan = small(supply={"lease": lease})
    answers = {a.id: a for a in plan.answers}
    assert tuple(answers) == ("need", "decision", "accounting", "sure")
    assert answers["accounting"].question.startswith("Own or lease: cash, reported capex")
    order, running = plan.headline.tiles[:2]
    assert order.name == "Order now"
    assert order.how == "rent over the terms signed; nothing is bought"
    # at two dollars an hour for a year of 8,766
    assert order.text == say_money(plan.orders_now[0].quantity * 2 * 8766)
    assert running.name == "Running costs and rent 2026"
    cloud = small(supply={"rent": {**lease, "by": "reservation", "accounting": "service"}})
    assert tuple(a.id for a in cloud.answers) == ("need", "decision", "costs", "sure")
    costs = next(a.sentence for a in cloud.answers if a.id == "costs")
    paid = sum(cloud.opex_by_year["2026"].values())
    assert costs == f"2026 takes {say_money(paid)} of running costs and rent."


def test_the_small_study_has_no_peers_and_no_prices() -> None:
    study = small_study().study
    assert not study.peers
    assert all(s.value.price is None for s in study.services.values())
