"""What a plan says: its sentences fit its facts, and every word stands in the language's table."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import outlay
import outlay.app.cli.plans.plan_text
import outlay.report
from outlay.app.cli.plans.plan_text import print_plan, print_report
from outlay.catalogue import disputes
from outlay.finance import account
from outlay.report.figures import FIGURES
from outlay.report.html import first_screen, render
from outlay.report.memo import memo_of
from outlay.report.pictures.comparison import comparison_picture
from outlay.report.pieces import Pieces
from outlay.report.screen import first_lines, screen
from outlay.report.sweep import sweep_page
from outlay.report.tables.comparison import comparison_steps
from outlay.report.tables.plan import TABLES, table_of
from outlay.report.words.check import begun_lines, check_lines
from outlay.report.words.error import Halt, kept
from outlay.report.words.first import first_of
from outlay.report.words.language import Words, words
from outlay.report.words.machine.cache import cache_lines
from outlay.report.words.machine.doctor import doctor_heads, doctor_lines
from outlay.report.words.machine.serve import begun, ended
from outlay.report.words.machine.store import store_lines
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.answers import said
from outlay.report.words.plans.comparison import (
    comparison_lines,
    comparison_sentence,
    replay_lines,
)
from outlay.report.words.plans.need import NAMED, care_of, caution, observed_of
from outlay.report.words.plans.what_if import what_if_lines
from outlay.report.words.plans.worth import worth_answer
from outlay.report.words.programme import export_sentence, goal_lines
from outlay.report.workbook.content import content_of
from outlay.report.workbook.make import workbook_bytes
from outlay.results.checks import Begun, Check, Kept
from outlay.results.kept.inputs import ExchangeRate
from outlay.results.plans.answers import Answer, Commitment, Headline
from outlay.results.plans.lines import Standing
from outlay.results.plans.outlook import Promise
from outlay.results.plans.pays import Earned
from outlay.results.plans.plan import Plan
from outlay.results.plans.rows import Caution, CostPart, Observed, WorkServed
from outlay.results.plans.worth import Chance, Deep, Half, PriceTaken
from outlay.results.programme import Export, Goal, Trial
from outlay.results.study import Idle, Number, Thing
from outlay.runs.documents.compare import compare_replay, compare_results
from outlay.study.checks.unused import RULES
from outlay.workbench.parts.catalogued import catalogued
from outlay.workbench.parts.compared import compared
from outlay.workbench.parts.exchanged import rate_line
from outlay.workbench.parts.plan import PARTS, Asked
from outlay.workbench.parts.tables import branches as paths_of
from support.explained import say_explained
from support.finance_cases import random_flows, random_policy
from support.machines import CLEARED, CRIPPLED, KEPT, SOUND, UNKEPT
from support.plans import hand_made
from support.stores import STORAGES
from support.sweep_made import SWEEPS
from support.what_ifs import CORNER, EXACT, QUICK

REPORT = Path(outlay.report.__file__).parent
SAY = words()
EXPORT = Export("study.yaml", "mps", "plan.mps", 1200, 900, 31_000)
CHECK = Check("study.yaml", "small", "2025-12-31", "0", (), (), (), (),
              (Kept("staff", "3", "no stage acts on it", None),),
              (Idle("supply.a.refund", "80 %", "supply.*.refund", "no_deposit", 7),
               Idle("supply.b.refund", "50 %", "supply.*.refund", "no_deposit", 9),
               Idle("finance.standard", "ifrs16", "finance.standard", "no_lease", 12)))  # fmt: skip
BEGUN = Begun(
    door="founder", title="Selling Qwen3 on TPU v7", as_of="2025-12-31", currency="USD",
    chip="tpu-v7", model="qwen3-8b", tokens_per_day=1e6, chips_needed=0.4, assumptions=60, facts=2,
    replica=4, ttft_s=5.0, tpot_s=0.1, usual=False, unpriced=("price", "rent"), rented_only=True,
    files=("study.yaml", "study.schema.json"), text="outlay: 1", weights="bf16", kv="fp8",
)  # fmt: skip
TRIED = (Trial(2.0, 0.91), Trial(1.5, 0.96))
GOAL = Goal("study.yaml", "rules.pue", "1", 1.3, 1.5, "served_share", 0.95, 0.96, True, 1.5, 2.0,
            TRIED)  # fmt: skip


def answer(plan: Plan, name: str) -> Answer:
    return next(a for a in said(plan).answers if a.id == name)


def with_need(**changes: object) -> Plan:
    plan = hand_made()
    return replace(plan, need=replace(plan.need, **changes))  # type: ignore[arg-type]


def with_decision(**changes: object) -> Plan:
    plan = hand_made()
    return replace(plan, decision=replace(plan.decision, **changes))  # type: ignore[arg-type]


def with_accounts(**changes: object) -> Plan:
    plan = hand_made()
    return replace(plan, accounts=replace(plan.accounts, **changes))  # type: ignore[arg-type]


def with_deep(**changes: object) -> Plan:
    plan = hand_made()
    return replace(plan, deep=replace(plan.deep, **changes))  # type: ignore[arg-type]


def taken(*chips: float) -> tuple[PriceTaken, ...]:
    factors = (1.0, 1.25, 1.5, 2.0, 3.0, 5.0)
    return tuple(
        PriceTaken("x", f, n, None, "licence", "granted")
        for f, n in zip(factors, chips, strict=True)
    )


CURVES = (
    ((0, 0, 0, 0, 0, 0), "no chip of x comes in even at today's price"),
    ((100, 100, 100, 90, 90, 80), "even at 5 times its price 80 are taken"),
    ((100, 90, 40, 40, 0, 0), "fewer than half of them from 1.5 times on; from 3 times its"),
    ((100, 90, 0, 0, 0, 0), "90 with a quarter on top; from 1.5 times its price on none is"),
)


@pytest.mark.parametrize(("chips", "text"), CURVES)
def test_a_price_curve_says_what_is_taken(chips: tuple[float, ...], text: str) -> None:
    assert text in answer(with_deep(price_curve=taken(*chips)), "worth").notes[3]


def with_lines() -> Iterator[Plan]:
    """Plans that between them make every sentence below the decision."""
    plan = hand_made()
    lines, first = plan.lines, plan.expansions[0]
    stands = lines.standing[0]
    yield replace(plan, orders=(), expansions=(), returns=())
    yield replace(plan, expansions=tuple(replace(first, site=f"hall {i}") for i in range(9)))
    back = plan.returns[0]
    yield replace(plan, returns=(replace(back, fee=0.0),), power_returns=())
    yield replace(plan, returns=(replace(back, given_back=False),))
    yield with_decision(commitment=Commitment(0.0, 0.0, 0.0, 0.0))
    rows = [replace(stands, status=s) for s in ("firm", "firm", "not tested")]
    named = tuple(replace(r, offer=f"o{i}") for i, r in enumerate(rows * 3))
    yield replace(plan, lines=replace(lines, standing=named))
    yield replace(plan, lines=replace(lines, standing=(replace(stands, status="not tested"),)))
    inside = tuple(replace(r, outside=0.0) for r in lines.perimeter)
    yield replace(plan, lines=replace(lines, perimeter=inside))
    idle = tuple(replace(r, decided=0.0) for r in lines.perimeter)
    yield replace(plan, lines=replace(lines, perimeter=idle))
    served = tuple(replace(lines.served[0], service=f"s{i}", branch="") for i in range(9))
    yield with_decision(binding=plan.decision.binding * 2)
    yield with_decision(binding=())
    yield replace(plan, lines=replace(lines, served=served))
    yield replace(plan, lines=replace(lines, served=lines.served[1:]))
    for reason in ("no chip", "no site", "not allowed", "no supply", "too late", "limit", "worth"):
        why = replace(lines.unserved[0], reason=reason)  # type: ignore[arg-type]
        yield replace(plan, orders=(), expansions=(), lines=replace(lines, unserved=(why,)))
    over = replace(lines.overruns[0], limit="processors 2026", chance=1.0)
    yield replace(plan, lines=replace(lines, overruns=(over,)))
    bound = plan.decision.binding[0]
    for family in ("supply", "budget", "share", "cash"):
        row = replace(bound, family=family, chance=0.3, states=())
        yield with_decision(binding=(row,))
    yield with_decision(binding=(replace(bound, basis="in all", states=("a=1", "a=2", "b=3")),))
    assert plan.outlook is not None
    still = replace(plan.outlook.tornado[0], swing=0.0)
    yield replace(plan, outlook=replace(plan.outlook, tornado=(still,)))


def alone(plan: Plan, **gone: object) -> Plan:
    return replace(plan, **gone)  # type: ignore[arg-type]


def test_only_an_assumed_price_is_said_to_be_one_and_an_order_is_named_once() -> None:
    lease, buy, local = hand_made().deep.hinges
    said = " ".join(answer(with_deep(hinges=(local, lease, buy)), "worth").notes)
    assert said.count("hangs on the assumed") == 2
    assert "local is not ordered" not in said
    twice = replace(lease, of="buy", what="price", unit="USD", stated=30_000.0, at=25_555.0)
    said = " ".join(answer(with_deep(hinges=(lease, twice, buy)), "worth").notes)
    assert said.count("The order of lease") == 1
    (note,) = [n for n in answer(with_deep(hinges=(twice,)), "worth").notes if "hangs" in n]
    assert note == (
        "The order of lease hangs on the assumed price of buy, $30,000: "
        "below $25,600 it is not placed."
    )


def with_pays(**changes: object) -> Plan:
    plan = hand_made()
    assert plan.pays is not None
    return replace(plan, pays=replace(plan.pays, **changes))  # type: ignore[arg-type]


def alike(earned: Earned, **changes: object) -> dict[str, object]:
    """What comes back, the same in one branch and so expected."""
    one = replace(earned, **{"probability": 1.0, **changes})  # type: ignore[arg-type]
    return {"expected": one, "branches": (one,)}


def of_what_studies_hold() -> Iterator[Plan]:
    """Studies that earn or not, train or not, are sure or not, so that all questions are put."""
    plan = hand_made()
    assert plan.pays is not None
    pays, run = plan.pays, plan.training[1]
    granted, refused = pays.branches
    good = replace(granted, branch="licence=refused", probability=0.6, irr=0.4, least_cash=9e6)
    free = replace(pays.margins[0], price=0.0, margin=None)
    yield with_pays(branches=(granted, good), margins=(free, replace(free, price=0.1)))
    yield with_pays(branches=(replace(granted, npv=-1e6), refused))
    yield with_pays(**alike(granted, payback=None, irr=None, paid_in=0.0))
    yield with_pays(**alike(granted, payback=0.0, branch=""))
    yield with_pays(**alike(granted, npv=-1e6, irr=None, payback=3.4))
    yield replace(plan, pays=None)
    hours = replace(plan.accounts.chip_hours.rows[1], chip="h200")
    both = replace(plan.accounts.chip_hours, rows=(plan.accounts.chip_hours.rows[0], hours))
    bought = replace(both, rows=both.rows[:1])
    yield replace(plan, accounts=replace(plan.accounts, standards=(), chip_hours=both))
    yield replace(plan, accounts=replace(plan.accounts, standards=(), chip_hours=replace(
        both, rows=(both.rows[0], replace(hours, included=True)))))  # fmt: skip
    nowhere = replace(both.rows[0], hall=None, power=None, idle=None, site="")
    yield replace(plan, accounts=replace(plan.accounts, chip_hours=replace(both, rows=(nowhere,))))
    other = replace(both, rows=(both.rows[0], replace(hours, chip="b200")))
    yield replace(plan, accounts=replace(plan.accounts, standards=(), chip_hours=other))
    accounts = replace(plan.accounts, standards=(), chip_hours=bought, unbooked=())
    yield replace(plan, accounts=accounts, pays=None)
    yield replace(plan, accounts=replace(accounts, unit_costs=()), pays=None, orders=(),
                  capex_by_year={})  # fmt: skip
    yield replace(plan, accounts=accounts)
    calm = replace(plan.decision, factors={}, states={}, conditional=(), held_back=())
    yield replace(plan, decision=calm, uncertain=(), outlook=None, worth=())
    yield with_need(budget=None, purchases=())
    yield with_need(budget=None, purchases=(), tokens_per_day=0.0)
    late = tuple(replace(plan.training[0], run=f"run {i}", reason="") for i in range(6))
    yield replace(plan, training=late, branches=plan.branches[:1])
    twice = replace(run, first="2026-Q1", last="2026-Q2")
    none = tuple(w for w in plan.need.by_work if w.name != "training")
    for runs in ((twice, run), (run,)):
        yield replace(plan, training=runs, need=replace(plan.need, by_work=none))
    most = (replace(none[0], name="training"), *none)
    for branches in (plan.branches, plan.branches[:1]):
        yield replace(
            plan, training=(twice, run), branches=branches, need=replace(plan.need, by_work=most)
        )  # fmt: skip
    yield replace(plan, worth=plan.worth[1:])
    chips = next(w for w in plan.worth if w.what == "chips")
    yield replace(plan, worth=(plan.worth[0], replace(chips, basis="in all")))


def variants() -> Iterator[Plan]:
    """Plans that between them make every sentence that can be said."""
    plan = hand_made()
    d = plan.decision
    assert d.processors is not None
    yield plan
    load = f"{plan.lines.served[0].service}/decode"
    told = [replace(plan.capacity[0], load=load, weights=w, kv="fp8") for w in ("bf16", "fp8")]
    yield replace(plan, capacity=tuple(told))
    yield replace(plan, orders=(), evidence=replace(plan.evidence, documents=()))
    yield replace(
        plan, served=tuple(replace(r, smaller=0.1 * r.served) for r in plan.served),
        branches=tuple(replace(b, smaller=0.1) for b in plan.branches),
    )  # fmt: skip
    done = WorkServed("2026-Q1", "run", "h200", 300.0, 270.0)
    yield replace(plan, served=(), work=(done,))
    yield replace(plan, things=(Thing("chat", "service", "a service of a long name"),))
    yield with_need(tokens_per_day=0.0)
    yield with_need(tokens_per_day=6e9, growth_parts={"more tokens": 9.0})
    dear = tuple(replace(o, spend=66e9) for o in plan.orders)
    yield replace(plan, orders=dear, budgets=(replace(plan.budgets[0], amount=160e9),))
    few = tuple(replace(r, expected=10.0) for r in plan.fleet)
    calm = tuple(replace(r, demand=1e9) for r in plan.served)
    yield replace(plan, fleet=few, served=calm)
    small = tuple(replace(t, tokens_per_day=6e9) for t in plan.peers.tokens)
    yield replace(plan, peers=replace(plan.peers, tokens=small))
    yield with_decision(processors=replace(d.processors, full=True))
    more = tuple(replace(plan.orders[0], offer=f"buy-{i}") for i in range(9))
    yield replace(plan, orders=more)
    yield replace(plan, orders=more[:6])
    soft = tuple(replace(c, severity="soft") for c in plan.evidence.contradictions)
    yield replace(plan, evidence=replace(plan.evidence, contradictions=soft))
    yield replace(plan, evidence=replace(plan.evidence, contradictions=()))
    yield replace(plan, values=None, worth=())
    yield replace(plan, worth=tuple(w for w in plan.worth if w.what != "quarter"))
    yield replace(plan, worth=tuple(replace(w, value=0.0) for w in plan.worth))
    yield replace(plan, worth=tuple(replace(w, value=None) for w in plan.worth))
    yield from (with_deep(price_curve=taken(*chips)) for chips, _ in CURVES)
    yield from (
        with_deep(break_even_chance=(Chance("buy", "licence", "granted", 0.4, at, 1.0),))
        for at in (0.0, 1.0)
    )
    state = plan.worth[0]
    yield replace(plan, worth=(replace(state, cash=1e6, unserved=-1e6), *plan.worth[1:]))
    yield replace(plan, expansions=(replace(plan.expansions[0], spend=0.0),))
    yield replace(plan, orders=(replace(plan.orders[0], unit_price=0.0, spend=0.0),))
    yield with_decision(binding=(replace(plan.decision.binding[0], family="expansion"),))
    left = plan.lines.departures[0]
    ends = tuple(replace(left, how=how) for how in ("still owed", "sold"))  # type: ignore[arg-type]
    yield replace(plan, lines=replace(plan.lines, departures=ends))
    early = (replace(left, now=5.0, branch=""), replace(left, now=0.0))
    yield replace(plan, lines=replace(plan.lines, departures=early))
    yield replace(plan, lines=replace(plan.lines, departures=early[1:]))
    own, other, none = plan.deep.regret
    yield with_deep(regret=(own,))
    yield with_deep(regret=(own, none))
    yield with_deep(regret=(own, replace(other, name="nothing", decided="nothing", best=1e6)))
    yield with_deep(regret=(own, replace(other, name="approved", decided="approved")))
    yield with_deep(hinges=tuple(replace(h, assumed=True) for h in plan.deep.hinges[1:]))
    yield replace(plan, megawatts=plan.megawatts[:1])
    yield replace(plan, hedges=(replace(plan.hedges[0], states=("granted", "capped")),))
    yield with_accounts(standards=())
    yield with_accounts(unbooked=(), perimeter="firm")
    yield with_accounts(unbooked=plan.accounts.unbooked[:1])
    yield replace(plan, half=Half("no_model", None, None))
    yield replace(plan, half=Half("not_computed", None, None))
    yield replace(plan, half=replace(plan.half, planned=plan.half.half, half=plan.half.planned))
    yield replace(plan, peers=replace(plan.peers, us_four_ratio=None, google_ratio=None))
    yield replace(plan, outlook=None)
    yield replace(plan, outlook=None, worth=())
    assert plan.outlook is not None
    share = replace(plan.outlook, distributions=(plan.outlook.distributions[3],
                                                  *plan.outlook.distributions[:3]))  # fmt: skip
    yield replace(plan, outlook=share)
    yield from with_lines()
    paid_in = tuple(replace(x, cash=1e6) for x in plan.accounts.standards)
    yield replace(plan, accounts=replace(plan.accounts, perimeter="firm", standards=paid_in))
    broken = tuple(replace(c, status="broken") for c in plan.invariants)
    yield replace(plan, verdict="INVALID", invariants=broken)
    yield replace(plan, record=replace(plan.record, study_file=""))
    idle = (Idle(f"x.{r.reason}", "1", r.path, r.reason) for r in RULES)
    yield replace(plan, idle=tuple(idle))
    yield replace(plan, decision=replace(plan.decision, rounding=0.0))
    yield from first_screens(plan)
    yield from of_what_studies_hold()
    yield from pictured(plan)


def pictured(plan: Plan) -> Iterator[Plan]:
    """Plans whose pictures say what others do not."""
    chips, accounts, outlook = plan.fleet[0], plan.accounts, plan.outlook
    for period, times in (("2026-01", 1e2), ("2026-H1", 1e4)):
        yield replace(plan, fleet=(replace(chips, period=period, expected=1e3 * times),))
    tokens = tuple(replace(r, demand=r.demand / 1e6, served=r.served / 1e6) for r in plan.served)
    halls = tuple(replace(plan.power[1], site=f"hall {i}") for i in range(14))
    offers = tuple(replace(plan.orders[0], offer=f"offer {i}") for i in range(14))
    yield replace(plan, served=tokens, power=halls, orders=offers)
    kinds = ("processors", "site", "storage", "committed halls", "outside this plan")
    whole = tuple(b for b in plan.budgets if b.kind == "capex")
    for budgets in ((), plan.budgets, whole):
        yield replace(plan, budgets=budgets, capex_by_year={"2026": dict.fromkeys(kinds, 1e6)})
    yield replace(plan, orders=plan.orders[2:], expansions=plan.expansions[1:],
                  need=replace(plan.need, announced=()))  # fmt: skip
    free = tuple(replace(u, price=None, listed=None, margin=None) for u in accounts.unit_costs)
    own, *rents = accounts.chip_hours.rows
    hours = replace(accounts.chip_hours, rows=(replace(own, per_hour=2.0), *rents))
    yield replace(plan, accounts=replace(accounts, unit_costs=free, chip_hours=hours),
                  nodes=plan.nodes[:1])  # fmt: skip
    yield from priced(plan)
    yield replace(plan, need=replace(plan.need, total=(3000.0, 5300.0)))
    assert outlook is not None
    shares = [d for d in outlook.distributions if d.unit == "fraction"]
    money = [d for d in outlook.distributions if d.name == "cash"]
    more = [replace(shares[0], name=f"served/{k}") for k in ("chat", "api")]
    more += [replace(shares[0], name="served_share/2026-Q1")]
    more += [replace(money[0], name=f"{k}/{y}") for k in ("capex", "opex") for y in (2026, 2027)]
    more += [replace(money[0], name=f"{k}/capex 2026") for k in ("budget", "over")]
    speed = (replace(outlook.tornado[0], factor="rate.h200"),)
    yield replace(plan, outlook=replace(
        outlook, tornado=speed, distributions=(*outlook.distributions, *more),
        probabilities=tuple(BROKEN),
    ))  # fmt: skip


BROKEN = [
    Promise(f"about {output}", output, limit, side, chance, 0.01, by)  # type: ignore[arg-type]
    for output, limit, side, chance, by in (
        ("served_share", 0.999, "below", 0.81, 0.134), ("served/chat", 0.999, "below", 0.4, 0.02),
        ("served/api", 0.999, "below", 0.6, 0.3), ("budget/capex 2026", 95e6, "above", 0.0, 0.0),
        ("budget/processors 2026", 90e6, "above", 0.008, 2e6),
        ("over/capex 2027", 0.0, "above", 0.07, 4e6), ("other", 0.0, "above", 0.02, 1e6),
    )
]  # fmt: skip


def priced(plan: Plan) -> Iterator[Plan]:
    """Plans whose tokens have other prices beside them, chips of other kinds, no more orders."""
    accounts = plan.accounts
    for prices in ({"price": None}, {"listed": None}):
        rows = tuple(replace(u, **prices) for u in accounts.unit_costs)  # type: ignore[arg-type]
        yield replace(plan, accounts=replace(
            accounts, unit_costs=rows, utilisation=accounts.utilisation[:2], unbooked=(),
            chip_hours=replace(accounts.chip_hours, rows=tuple(
                replace(h, held=True) for h in accounts.chip_hours.rows)),
        ), budgets=())  # fmt: skip
    yield replace(plan, fleet=(*plan.fleet, replace(plan.fleet[-1], chip="b200")),
                  budgets=tuple(b for b in plan.budgets if b.kind == "capex"))  # fmt: skip


def first_screens(plan: Plan) -> Iterator[Plan]:
    """Plans whose first screens say what others do not."""
    things = (Thing("buy", "offer", "", "h200"), Thing("h200", "chip", "H200 SXM 141GB"))
    parts = tuple(
        replace(plan.orders[0], offer=f"buy{part}", spend=1e6 - i)
        for i, part in enumerate((":call-off", ":renewal", "@NO", "", *"abcdef"))
    )
    yield replace(plan, things=things, orders=parts)
    yield replace(plan, orders=parts[:4])
    owed = replace(plan.lines.bill, left=-1e6)
    yield replace(plan, lines=replace(plan.lines, bill=owed))
    yield replace(plan, orders=(), expansions=(), returns=(), power_returns=())
    kinds = ("purchase", "operating_lease", "finance_lease", "reservation", "spot")
    yield replace(plan, orders=tuple(replace(plan.orders[0], kind=k) for k in kinds),
                  capex_by_year={"2026": {"site": 1e6}},
                  opex_by_year={"2026": {"exit_fee": 1e6, "site_rent": 1e6}})  # fmt: skip
    assert plan.outlook is not None
    names = ("cash", "unserved_cost", "served_share", "served/chat", "capex/2026", "opex/2026",
             "budget/capex 2026", "cost_per_mtok")  # fmt: skip
    many_ends = tuple(replace(plan.outlook.distributions[0], name=n) for n in names)
    swing = replace(plan.outlook.tornado[0], factor="rate.h200")
    shown = replace(plan.outlook, distributions=(*plan.outlook.distributions, *many_ends),
                    tornado=(swing,))  # fmt: skip
    yield replace(plan, outlook=shown, things=things)
    need = replace(plan.need, by_work=tuple(
        replace(w, chips=(2e5,) * len(w.chips)) for w in plan.need.by_work
    ))  # fmt: skip
    yield replace(plan, need=need)
    yield replace(plan, orders=parts[:7], contradictions=plan.contradictions[:1])
    small = tuple(replace(x, mw=0.4) for x in plan.expansions)
    yield replace(plan, expansions=small, lines=replace(plan.lines, standing=()))
    unpriced = tuple(replace(r, priced=False) for r in plan.accounts.revenue)
    yield replace(plan, accounts=replace(plan.accounts, revenue=unpriced))
    for status in ("firm", "flexible", "optional", "not tested"):
        stands = (Standing("buy", status, 1.0, 2.0),)  # type: ignore[arg-type]
        yield replace(plan, lines=replace(plan.lines, standing=stands))
    many = tuple(replace(plan.lines.served[0], service=f"s{i}", least=1.0) for i in range(9))
    yield replace(plan, lines=replace(plan.lines, served=many))
    less = tuple(replace(r, least=0.5, branch="licence=refused") for r in many)
    yield replace(plan, lines=replace(plan.lines, served=less))
    alike = tuple(
        replace(c, by_state=dict.fromkeys(c.by_state, 1.0)) for c in plan.decision.conditional
    )
    sure = [replace(plan.orders[2], offer=f"o{i}", probability=1.0) for i in range(5)]
    told = replace(plan.record, scenario="late", overrides=("a=1",))
    yield replace(plan, things=(Thing("inner-old", "site", ""),))
    yield replace(plan, orders=(*plan.orders, *sure), record=told)
    hired = replace(plan.orders[1], term_months=12.0)
    yield replace(plan, orders=(hired,), months={"2026": 12, "2027": 6})
    monthly = replace(plan.orders[2], term_months=1.0)
    yield replace(plan, orders=(*plan.orders, monthly), months={"2026": 12})
    yield replace(plan, decision=replace(plan.decision, conditional=alike))
    for n in (13, 14):  # one row behind the fold of a table, or more
        yield replace(plan, orders=plan.orders[:1] * n)


class Heard(dict[str, str]):
    """The texts of a language, and which of them were asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self.keys_asked: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.keys_asked.add(key)
        return super().__getitem__(key)


def say_papers(plan: Plan, say: Words) -> None:
    """The memo of one year of work without tokens; the workbook of accounts with leases, debts and
    sales, and of some that only cost."""
    net = plan.accounts.income["income.net"]
    year = replace(net, by_year=dict(list(net.by_year.items())[:1]))
    kept = {**plan.accounts.income, "income.net": year}
    memo_of(replace(plan, accounts=replace(plan.accounts, income=kept), served=()), say)
    say("memo.fonts")  # said in English whatever the memo's language
    rng = np.random.default_rng(3)
    flows, policy = random_flows(rng, 4, 2), random_policy(rng)
    paid = policy.with_(opening_cash=0.0, minimum_cash=0.0, funded=True, tax_rate=0.0)
    costs = replace(flows, sales=(), debts=(), purchases=(), disposals=(), outside=(), leases=(),
                    lease_ends=())  # fmt: skip
    counted = ("MWh", "MW-period", "MW-year", "chip-period", "chip-hour")
    costs = replace(costs, costs=tuple(replace(costs.costs[0], id=u, unit=u) for u in counted))
    content = content_of(said(plan, say), say)
    for a in (account(flows, policy), account(costs, paid)):
        spent = {str(year): 1e12 for year in a.years}
        workbook_bytes(a, replace(content, capex=spent, authorised=spent), say=say)


CHIP_FIGURES = (
    "memory", "memory_bandwidth", "link_bandwidth", "net_bandwidth", "domain_chips", "tdp",
    "server_power", "it_power", "peak_fp4",
)  # fmt: skip
CAUTIONS = (
    Caution("shapes", "seed", "qwen"),
    Caution("figures", "own", "h20"),
    Caution("left_out", "flash", "its tables lie outside"),
    *(Caution("disputed", "mi455x", figure, 19.6, 23.3, "TB/s") for figure in CHIP_FIGURES),
)


def drafted_plan() -> Plan:
    """A plan whose study is a draft: a document states its budget alone."""
    guess = Number("sites.main.power", 2e7, "W", None, None, "", "assumption", "default", True, 3)
    size = replace(guess, path="services.tokens.tokens_per_day", note="default: what 9 chips serve")
    peer = replace(guess, path="peers.other.capex.2026")
    fact = replace(guess, path="budget.capex.2026", source="a-c1", grade="reported", note="")
    return replace(hand_made(), assumptions=(guess, size, peer), facts=(fact,))


def test_a_draft_that_stands_on_defaults_is_no_finding() -> None:
    plan = said(drafted_plan(), SAY)
    told = (
        "No finding: 2 of the 3 numbers of this draft are defaults, and its documents do not "
        "state demand, the price of chips, the power of sites."
    )
    assert plan.headline == Headline(told, (), (), "en")
    first = first_of(plan, SAY)
    assert (first.stands, first.heading) == (told, "What would be ordered on these defaults")
    assert next(line for line, _ in first_lines(first, SAY)) == told[:80].rpartition(" ")[0]
    assert memo_of(plan, SAY).decision == told
    assert not memo_of(plan, SAY).orders
    assert told in first_screen(plan, SAY)
    stated = [replace(plan.facts[0], path=p) for p in ("supply.buy.price", "sites.main.power.2026")]
    enough = said(replace(plan, facts=(*plan.facts, *stated)), SAY)
    assert first_of(enough, SAY).stands == ""
    assert enough.headline.tiles
    own = replace(plan, assumptions=tuple(replace(n, note="ours") for n in plan.assumptions))
    assert first_of(said(own, SAY), SAY).stands == ""


def say_parts(plan: Plan, say: Words) -> None:
    """What the workbench says around the questions of the report."""
    plan = said(plan, say)
    pieces = Pieces(plan, words_of(plan, say), draw=lambda _: "")
    for make in PARTS.values():
        for branch in ("", *paths_of(plan)):
            make(Asked(pieces, None, branch))
    PARTS["sites"](Asked(replace(pieces, plan=replace(plan, power=())), None, ""))
    PARTS["evidence"](Asked(replace(pieces, plan=replace(plan, answers=())), None, ""))
    catalogued(outlay.catalogue("chips"), say)
    catalogued(outlay.catalogue("chips", "h200-sxm"), say)
    compared(compare_results(plan, plan), say, lambda _: "")
    rate_line(ExchangeRate("EUR", 0.9, "2025-12-31", "a bank"), "USD", say)


def say_everything(say: Words) -> None:
    for facts in variants():
        plan = said(facts, say)
        render(plan, "text", "<p>page</p>", say, draw=str)
        names = [*TABLES, *(f"statement_{x}" for x in ("income", "cash", "balance"))]
        for name in names:
            table_of(name, plan, say)
        memo_of(plan, say)
        list(screen(plan, say))
        print_plan(plan, full=True, say=say)
        print_plan(plan, say=say)
        print_report(Path("report.html"), say)
    plan = hand_made()
    for facts in (drafted_plan().facts, ()):
        print_plan(said(replace(drafted_plan(), facts=facts), say), say=say)
    say_papers(plan, say)
    list(care_of(CAUTIONS, say))
    seen = Observed("flash", "h20", 1.1, 1e-3, 5e-3, "vLLM 0.33", "2026-05")
    for n in (1, NAMED + 1):
        list(observed_of([seen] * n, say))
    for c in CAUTIONS:
        list(care_of([c], say)), caution(c, say)
    cheaper = replace(plan, orders=(), record=replace(plan.record, result_hash="5", code_hash="6"))
    say_parts(plan, say)
    found = compare_results(plan, cheaper)
    comparison_sentence(found, say), comparison_steps(found, say)
    entries = [k.partition(".")[2] for k in say.texts if k.startswith("payment.")]
    all_paid = (*plan.cost_parts, *(CostPart(k, "opex", 1e7) for k in entries))
    comparison_steps(compare_results(plan, replace(plan, cost_parts=all_paid)), say)
    shed = replace(plan, cost_parts=(*plan.cost_parts, CostPart("shed", "penalty", 1e6)))
    apart = compare_results(plan, shed)
    comparison_sentence(apart, say), comparison_steps(apart, say)
    list(comparison_lines(found, say))
    comparison_picture(found, say)
    list(replay_lines(compare_replay(plan, plan), say))
    list(replay_lines(compare_replay(plan, cheaper), say))
    say_explained(say)
    export_sentence(EXPORT, say)
    list(goal_lines(GOAL, say))
    for found_if in (
        QUICK,
        EXACT,
        CORNER,
        replace(CORNER, least=None, base_orders={}, first_orders={}),
        replace(QUICK, moved=()),
    ):
        list(what_if_lines(found_if, say))
    list(begun_lines(BEGUN, say))
    list(check_lines(CHECK, "study.yaml", everything=False, say=say))
    for machine in (SOUND, CRIPPLED, replace(SOUND, status="warning")):
        doctor_heads(say), list(doctor_lines(machine, say))
    for swept in SWEEPS:
        sweep_page(swept, say, draw=lambda _: "")
        say("sweep.files", out="out", page="sweep.html")  # by the command
        kept(Halt(out="store.db", cases=(3, 9)), say)
    say("page.undrawn")  # by the page's template
    for shelf in (KEPT, UNKEPT, CLEARED, replace(CLEARED, shelves=())):
        list(cache_lines(shelf, say))
    for storage in STORAGES:
        list(store_lines(storage, say))
    for link in ("http://127.0.0.1:8787/enter?token=x", ""):
        list(begun("http://127.0.0.1:8787", link, "store.db", say))
    ended(say)


def test_every_word_of_the_table_is_said() -> None:
    heard = Heard(SAY.texts)
    say_everything(Words(heard))
    # Countries by their code; fields by their place in a study: test_workbench_inputs.
    places = {k for k in SAY.texts if k.startswith(("place.", "field."))}
    assert set(SAY.texts) - heard.keys_asked - places == set()


def test_every_figure_of_a_chip_that_the_catalogue_disputes_has_a_name() -> None:
    said = {d.parameter for d in disputes() if d.table == "chips"}
    assert {("peak_fp4" if p.startswith("peak_") else p) for p in said} <= set(CHIP_FIGURES)


def test_what_a_plan_rests_on_with_care_is_named_or_counted() -> None:
    borrowed, left_out, disputed = CAUTIONS[1:4]
    assert list(care_of([left_out, replace(disputed, what="memory_bandwidth")], SAY)) == [
        "not all of flash is counted",
        "the memory bandwidth of mi455x is disputed (19.6 TB/s used, elsewhere 23.3)",
    ]
    assert caution(left_out, SAY) == "its tables lie outside"
    assert caution(borrowed, SAY) == "the figures of h20 stand in for those of own"
    many = "3 stand-ins, parts left out or disputed figures of models and chips"
    assert list(care_of([borrowed, left_out, disputed], SAY)) == [many]


def test_every_key_in_the_code_is_in_the_table() -> None:
    found = set()
    for file in (*REPORT.rglob("*.py"), Path(outlay.app.cli.plans.plan_text.__file__)):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            said = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
            if said and node.func.id == "say" and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    assert len(found) > 100  # others are made of what a fact is called
    assert found <= set(SAY.texts)


def test_who_begins_is_told_what_to_doubt_and_what_to_do_next() -> None:
    written, size, numbers, few, slow, unpriced, rented, then = begun_lines(BEGUN)
    assert written == "study.yaml: Selling Qwen3 on TPU v7; beside it study.schema.json."
    assert size == (
        "1M tokens/day today; the busiest hour of the horizon takes 1 tpu-v7 for qwen3-8b in bf16 "
        "weights and fp8 cache."
    )
    assert numbers == "2 numbers have a source; 60 are assumptions for you to replace."
    assert "keep 10.0% of the 4 tpu-v7 busy that hold qwen3-8b" in few  # 0.4 of 4
    assert "the first token in 5 s and each one after it in 100 ms" in slow
    assert "no price or rent of tpu-v7 is known" in unpriced
    assert "tpu-v7 is rented and never sold" in rented
    assert then == "Next: outlay check study.yaml; then outlay plan study.yaml --out out"
    usual = replace(BEGUN, chips_needed=4.0, usual=True, unpriced=(), rented_only=False)
    assert len(list(begun_lines(usual))) == 4


def test_another_language_is_another_table_of_the_same_keys() -> None:
    loud = Words({k: text.upper() if "{" not in text else f"{text}!" for k, text in
                  SAY.texts.items()} | {"language.large": SAY("language.large")})  # fmt: skip
    plan = said(hand_made(), loud)
    assert (
        plan.answers[1].question == "WHAT FLEET DOES THE DEMAND NEED, AND WHAT WOULD THE BUDGET"
        " BUY?"
    )
    assert plan.worth[0].name == "licence: granted rather than refused!"
    table = table_of("purchases", plan, loud)
    assert table is not None
    assert [c.name for c in table.columns][:4] == ["OFFER", "CHIP", "PRICE", "PRICE PER CHIP"]


def test_the_table_is_one_level_of_texts() -> None:
    file = REPORT / "data" / "words.en.toml"
    for section, texts in tomllib.loads(file.read_text(encoding="utf-8")).items():
        assert all(isinstance(text, str) for text in texts.values()), section


def test_orders_are_told_largest_first_and_small_ones_counted() -> None:
    plan = hand_made()
    first = plan.orders[0]
    many = tuple(
        replace(first, offer=f"o{i}", quantity=100.0 + i, spend=float(i)) for i in range(7)
    )
    kept = replace(plan, lines=replace(plan.lines, overruns=()))
    sentence = answer(replace(kept, orders=many), "decision").sentence
    assert sentence.startswith("Order now 106 o6, 105 o5,")
    assert (
        "and 4 smaller orders, 35 MW of power at inner: $60m of purchases, $6m of purch" in sentence
    )
    assert "hold back local, late and others until licence is known" in sentence
    idle = replace(kept, orders=(), expansions=())
    assert answer(idle, "decision").sentence.startswith("Order nothing now;")


def test_what_becomes_known_is_told_by_the_chips_of_every_state() -> None:
    known = answer(hand_made(), "decision").notes[0]
    assert known == (
        "licence is known in 2026-Q2; chips then ordered, by state: "
        "local: granted 0, refused 9,000; buy: granted 7,000, refused 0."
    )


@pytest.mark.parametrize(
    ("cost", "text"),
    [(1.2e6, "in the first period cost $1.2m more than any share"), (0.4, "cost nothing")],
)
def test_what_whole_lots_cost_is_said_where_any_are_asked_for(cost: float, text: str) -> None:
    plan = hand_made()
    found = replace(plan, decision=replace(plan.decision, rounding=cost))
    assert any(text in note for note in answer(found, "decision").notes)
    none = replace(plan, decision=replace(plan.decision, rounding=None))
    assert not any("Whole lots" in note for note in answer(none, "decision").notes)


def test_worth_is_said_to_be_cash_and_what_is_no_cash_and_a_state_in_both() -> None:
    worth = answer(hand_made(), "worth")
    assert worth.sentence.startswith("licence: granted rather than refused: $21m; knowing lic")
    assert worth.sentence.endswith(
        "$5.1m; each is cash and the price of what is not served, which nobody pays, weighed as "
        "one: the first means $22m less for what is not served, $3m more cash."
    )
    assert worth.notes[0] == (
        "In this plan's own branches, licence: granted rather than refused means $3m more cash "
        "paid, net of what is left, $22m less for what is not served, as a price that nobody "
        "pays, expected and discounted. Together $19m, and not the $21m above: the parts compare "
        "branches of one plan, whose first orders are alike; the worth compares two plans, each "
        "made for its state."
    )
    tile = next(x for x in said(hand_made()).headline.tiles if x.name.startswith("licence"))
    assert tile.range == (
        "$22m less for what is not served, $3m more cash, in this plan's branches"
    )  # fmt: skip


def test_the_largest_fact_worth_knowing_is_named() -> None:
    sure = answer(hand_made(), "sure")
    assert sure.sentence.endswith(
        "the fact most worth finding out is licence now: $4.1m in cash and "
        "in the price of what is not served."
    )
    # cash and the price of what is not served apart: never 310 to 610, their sum
    assert "cost between $300m and $520m in cash (discounted, less what is left)" in sure.sentence
    assert (
        "what is not served is priced between $10m and $90m in nine in ten of them" in sure.sentence
    )
    assert "serve at least 84 % of the tokens" in sure.sentence


def test_the_leaner_model_is_cheaper_where_it_is() -> None:
    plan = hand_made()
    # paid 390 less 290, left 40 less 28: cash alone, what is turned away apart
    assert "saves $88m of expected discounted cash" in answer(plan, "half").sentence
    assert "demand turned away is priced $28m lower" in answer(plan, "half").sentence
    assert "4,100 chips of all kinds smaller" in answer(plan, "half").sentence
    turned = replace(plan.half, planned=plan.half.half, half=plan.half.planned)
    assert "4,100 chips of all kinds larger" in answer(replace(plan, half=turned), "half").sentence


def test_what_was_not_worked_out_is_said_to_be_open() -> None:
    quick = worth_answer(replace(hand_made(), values=None), SAY)
    assert (quick.sentence, quick.open) == ("Not computed in this run.", "run without --quick")
    shallow = replace(hand_made(), deep=Deep(), worth=hand_made().worth[:2])
    assert "run with --deep" in worth_answer(said(shallow), SAY).open
    assert worth_answer(said(hand_made()), SAY).open == ""


def test_a_goal_says_what_was_tried_and_a_programme_where_it_lies() -> None:
    lines = list(goal_lines(GOAL, SAY))
    assert "rules.pue" in lines[0]
    assert all(x in lines[0] for x in ("1.5", "0.96", "1.3", "served_share"))
    assert all(x in lines[1] for x in ("0.95", "1.5", "2"))
    assert all(x in lines[2] for x in ("1.5", "0.96"))
    assert all(x in lines[3] for x in ("2", "0.91"))
    assert len(list(goal_lines(replace(GOAL, jumps=False), SAY))) == 3
    assert all(x in export_sentence(EXPORT, SAY) for x in ("plan.mps", "1,200", "900", "31,000"))


def test_the_answers_name_tables_and_pictures_that_there_are() -> None:
    for plan in map(said, variants()):
        for a in plan.answers:
            assert set(a.figures) <= set(FIGURES)
            for name in a.tables:
                table_of(name, plan, SAY)


def test_inputs_that_reach_nothing_are_told_with_their_reason_those_of_a_field_together() -> None:
    lines = check_lines(CHECK, "study.yaml", everything=False)
    assert "    –  supply.*.refund (2) – there is no deposit to come back" in lines
    assert "    –  finance.standard – the study has no lease" in lines
    assert "    –  staff: 3 – no stage acts on it" in lines
    assert (
        "; 3 inputs are stated that reach nothing in it, 1 is kept that no stage uses" in lines[-1]
    )
    everything = check_lines(CHECK, "study.yaml", everything=True)
    assert "    9  supply.b.refund: 50 % – there is no deposit to come back" in everything


def test_the_page_and_the_memo_name_what_reaches_nothing() -> None:
    plan = said(hand_made())
    page = render(plan, "")
    for text in ("supply.buy.refund", "80 %", "there is no deposit to come back"):
        assert text in page
    assert any("supply.buy.refund" in text for text in memo_of(plan).caveats)
