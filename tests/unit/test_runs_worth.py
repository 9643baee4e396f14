"""What things are worth: each number from a case whose answer is known on paper."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from outlay.planning.answers import decisions, value
from outlay.planning.answers.value import Values, _megawatt, values
from outlay.planning.answers.what_if import WhatIf
from outlay.planning.problem.tree import Factor
from outlay.planning.problem.types import Ceiling, Site
from outlay.planning.result import Plan, Price
from outlay.planning.solver.solve import solve
from outlay.results.plans.worth import Hedge, Megawatt, NoRegret, Worth
from outlay.results.study import Number
from outlay.runs.answers.worth import (
    _against,
    _half,
    _in_parts,
    _knowing,
    _margins,
    _megawatts,
    chip_step,
    power_step,
    worth_of,
)
from outlay.runs.answers.worth_deep import (
    chances,
    deep_of,
    hinges,
    licensed,
    price_curve,
    ranges,
    regrets,
)
from support.by_hand import two_by_two
from support.tiny_plan import PLAN, PROBLEM

CENT = 0.005


@cache
def hand() -> Plan:
    return solve(two_by_two())


def number(path: str, value: float, grade: str, *ends: float) -> Number:
    low, high = ends or (None, None)
    return Number(path, value, "CNY", low, high, "", grade, "", True, None)


LEDGER = (
    number("supply.import.price", 100.0, "reported", 90.0, 110.0),
    number("supply.home.price_of_old", 1.0, "guess"),
    number("supply.home.price.2026", 190.0, "assumption", 187.0, 200.0),
    number("supply.home.price.2027", 180.0, "reported"),
    number("supply.rent.rent", 0.03, "guess"),
)


def stages(**origins: str) -> Any:
    """Stages whose study has the factors named, by where they come from."""
    factors = {k: SimpleNamespace(origin=v) for k, v in origins.items()}
    study = SimpleNamespace(currency="CNY", factors=lambda: factors)
    return SimpleNamespace(loaded=SimpleNamespace(study=study, ledger=LEDGER))


def by_key(rows: Any) -> dict[str, Worth]:
    return {r.key: r for r in rows}


FOUND = Values(
    100.0,
    evpi=12.0,
    factors={"licence": 8.0, "demand": -1e-9},
    given={"licence": {"best": 70.0, "middle": 90.0, "worst": 120.0},
           "demand": {"low": 50.0, "high": 150.0}},
    vss=3.0,
    flexibility=float("inf"),
    megawatt={"hall": 0.75},
    chips={"a": {"2026": 1.0, "2027": 2.0}, "b": {"2026": 4.0, "2027": 5.0}, "c": {"2026": 4.0},
           "d": {"2026": 5.0}, "e": {"2026": 0.0}},
    quarter=None,
)  # fmt: skip


def test_a_state_is_worth_what_the_worst_costs_more() -> None:
    rows = by_key(_knowing(stages(licence="effect", demand="demand"), FOUND))
    assert {k: r.value for k, r in rows.items()} == {
        "state:licence:best": 50.0,
        "state:licence:middle": 30.0,
        "know:licence": 8.0,
        "know:demand": 0.0,  # rounding of the solver below nought
        "evpi": 12.0,
        "vss": 3.0,  # a plan that is impossible has no worth: no row for flexibility
    }
    best = rows["state:licence:best"]
    assert (best.what, best.of, best.state, best.rather_than) == (
        "state", "licence", "best", "worst",
    )  # fmt: skip
    assert (best.unit, rows["know:licence"].of) == ("CNY", "licence")


def test_what_a_state_saves_is_split_between_the_plans_own_branches() -> None:
    """Chat at 200 and the budget at 11 where refused, search at 5 where granted, at 0.9 each."""
    row = Worth("state:licence:granted", "state", "licence", "granted", "refused", 1.0, "CNY")
    other = Worth("know:licence", "know", "licence", "", "", 1.0, "CNY")
    (state, know) = _in_parts(PLAN, [row, other])
    assert state.unserved == pytest.approx(180 - 4.5)
    granted, refused = PLAN.leaf_cost
    assert state.cash == pytest.approx((refused - 180 - 9.9) - (granted - 4.5))
    assert (state.value, know) == (1.0, other)
    assert _in_parts(PLAN, [replace(row, state="none")]) == [replace(row, state="none")]


def test_a_megawatt_is_worth_its_prices_summed_over_the_tree() -> None:
    """Halls and ceilings; not racks, not the offers' limits, nor where there is no power."""
    hall, grid = _megawatts(PLAN)
    assert (hall.site, hall.kind, hall.value) == ("hall", "hall", 5 + 2 + 3)
    assert hall.full == pytest.approx((1 + 0.75) / 2)  # it is not where it is granted
    assert hall.under == ()
    assert (grid.site, grid.kind, grid.value, grid.full) == ("grid", "ceiling", 7.0, 1.0)


def test_a_hall_that_is_built_has_a_worth_from_the_day_it_has_power() -> None:
    """No power of its own: what is energised counts, and not before it is."""
    yard = Site("yard", "CN", np.zeros(3))
    prices = (
        Price("power", "yard", 0, "MW", 90.0, 90.0, 0.0, 0.0, True),
        Price("power", "yard", 1, "MW", 2.0, 8.0, 0.0, 0.0, True),
        Price("power", "yard", 2, "MW", 0.0, 0.0, -0.1, 0.0, False),
        Price("expansion", "yard", 2, "MW", 70.0, 70.0, 5.0, 5.0, True),
    )
    plan = replace(
        PLAN, problem=replace(PROBLEM, sites=(*PROBLEM.sites, yard)), prices=prices,
        energised_mw=np.array([[0.1, 0.2, 0.2], [0.0, 0.4, 0.4]]),
    )  # fmt: skip
    (found,) = _megawatts(plan)
    assert (found.site, found.value, found.full) == ("yard", 2.0, 0.25)
    assert _megawatt(plan) == {"hall": 0.0, "yard": 2.0}


def test_a_hall_under_a_ceiling_that_binds_says_so() -> None:
    ceilings = (
        Ceiling("north", ("hall",), np.ones(3)), Ceiling("loose", ("hall",), np.ones(3)),
        Ceiling("south", ("yard",), np.ones(3)),
    )  # fmt: skip
    prices = (
        Price("power", "hall", 1, "MW", 0.0, 0.0, 0.2, 0.2, False),
        Price("power", "rules.ceilings.north", 1, "MW", 4.0, 16.0, 1.0, 1.0, True),
        Price("power", "rules.ceilings.loose", 1, "MW", 0.0, 0.0, 0.2, 1.0, False),
        Price("power", "rules.ceilings.south", 1, "MW", 3.0, 12.0, 1.0, 1.0, True),
    )
    plan = replace(PLAN, problem=replace(PROBLEM, ceilings=ceilings), prices=prices)
    north, south, hall = _megawatts(plan)
    assert (north.site, north.value) == ("rules.ceilings.north", 4.0)
    assert (south.site, south.value) == ("rules.ceilings.south", 3.0)
    assert (hall.value, hall.full, hall.under) == (0.0, 0.0, ("rules.ceilings.north",))


def test_the_dearest_halls_and_offers_are_listed() -> None:
    kinds = [("d", "hall", 1.0), ("a", "hall", 5.0), ("grid", "ceiling", 9.0), ("c", "hall", 2.0),
             ("b", "hall", 3.0), ("e", "hall", 0.0)]  # fmt: skip
    held = sorted((Megawatt(n, k, v, 0.5, (), 0.2, v / 5) for n, k, v in kinds),  # type: ignore[arg-type]
                  key=lambda m: -m.value)  # fmt: skip
    rows = _margins(PLAN, FOUND, held)
    # the three dearest halls by their step, and a chip of the three dearest offers over the periods
    assert [(r.key, r.value, r.of, r.quantity) for r in rows] == [
        ("megawatt:a", 1.0, "a", 0.2), ("megawatt:b", 0.6, "b", 0.2), ("megawatt:c", 0.4, "c", 0.2),
        ("chips:b", 0.009, "b", 1.0), ("chips:d", 0.005, "d", 1.0), ("chips:c", 0.004, "c", 1.0),
    ]  # fmt: skip
    assert _margins(PLAN, replace(FOUND, chips={"e": {"2026": 0.0}}), ()) == []


def capped(limit: float, lot: float = 0.0, total: float = np.inf, value: float = 0.02) -> Plan:
    """The plan by hand with one price on the cap of its imports."""
    offers = tuple(
        replace(o, lot=lot, total_cap=total) if o.id == "import" else o for o in PLAN.offers
    )
    price = Price("supply", "import", 1, "chip", value, 4 * value, limit, limit, True)
    return replace(PLAN, offers=offers, prices=(price,))


STEPS = (
    (capped(64.0, 8.0, 64.0), 8.0, "in all"),  # a tenth is less than a lot
    (capped(20_000.0), 2000.0, "per period"),
    (capped(12_345.0), 1000.0, "per period"),
    (capped(1000.0, 8.0), 80.0, "per period"),  # ten lots, of 12.5
    (capped(3.0), 1.0, "per period"),
    (capped(np.inf), 1.0, "per period"),
)


@pytest.mark.parametrize(("plan", "chips", "basis"), STEPS)
def test_a_step_of_chips_is_a_tenth_of_the_cap_in_whole_lots(
    plan: Plan, chips: float, basis: str
) -> None:
    assert chip_step(plan, "import") == (chips, basis)
    (row,) = _margins(plan, replace(FOUND, chips={"import": {"2027-H1": 20.0}}), ())
    assert (row.quantity, row.basis) == (chips, basis)
    assert row.value == pytest.approx(0.02 * chips)  # the shadow price times the step


def test_a_cap_over_several_offers_has_a_step_too() -> None:
    price = Price("supply", "maker", 1, "chip", 0.02, 0.08, 500.0, 500.0, True)
    assert chip_step(replace(PLAN, prices=(price,)), "maker") == (50.0, "per period")


@pytest.mark.parametrize(("largest", "step"), [(400.0, 1.0), (10.0, 1.0), (2.4, 0.2), (0.1, 0.01)])
def test_a_step_of_power_is_a_megawatt_or_a_tenth_of_the_largest_hall(
    largest: float, step: float
) -> None:
    plan = replace(PLAN, energised_mw=np.array([[0.01, largest, largest / 2]]))
    assert power_step(plan) == step
    hall = next(m for m in _megawatts(plan) if m.kind == "hall")
    assert (hall.value, hall.step) == (10.0, step)
    assert hall.step_value == pytest.approx(10.0 * step)


def test_where_no_power_stands_a_step_is_a_megawatt() -> None:
    assert power_step(replace(PLAN, energised_mw=np.zeros((1, 3)))) == 1.0


def test_holding_the_orders_of_an_older_plan() -> None:
    """Ten at home instead of ten imports cost 1,900, the plan 1,850."""
    held = _against(hand(), {"home": 10.0, "import": 0.0})
    assert (held.key, held.value) == ("against", pytest.approx(50.0, abs=CENT))
    assert _against(hand(), {"import": 10.0}).value == 0.0
    closed = replace(two_by_two(), offers=tuple(
        replace(o, delivery_cap=np.zeros(3)) if o.id == "home" else o for o in two_by_two().offers
    ))  # fmt: skip
    impossible = replace(hand(), problem=closed)
    assert _against(impossible, {"home": 10.0}).value is None


def test_half_the_compute_takes_half_the_chips() -> None:
    leaner = _half(hand())
    assert leaner is not None
    assert leaner.objective == pytest.approx(925.0, abs=CENT)
    slow = replace(two_by_two(), rate_factor=np.full((1, 3), 0.5))
    again = _half(replace(hand(), problem=slow))
    assert again is not None
    assert again.objective == pytest.approx(1850.0, abs=CENT)
    work = replace(two_by_two(), loads=(replace(two_by_two().loads[0], unit="chip"),))
    assert _half(replace(hand(), problem=work)) is None


def test_all_of_it_for_the_case_by_hand() -> None:
    found = worth_of(stages(licence="effect"), hand())
    assert {r.key: r.value for r in found.rows} == {
        "state:licence:granted": pytest.approx(900.0, abs=CENT),
        "know:licence": pytest.approx(400.0, abs=CENT),
        "evpi": pytest.approx(400.0, abs=CENT),
    }
    v = found.values
    assert v.evpi == pytest.approx(400.0, abs=CENT)
    assert v.knowing == {"licence": pytest.approx(400.0, abs=CENT)}
    assert v.given["licence"]["granted"] == pytest.approx(1000.0, abs=CENT)
    assert v.given["licence"]["refused"] == pytest.approx(1900.0, abs=CENT)
    assert v.licence == {"licence": pytest.approx(900.0, abs=CENT)}
    assert (v.vss, v.flexibility, v.quarter, v.do_nothing) == (None, None, None, None)
    (rented,) = [h for h in found.hedges if h.offer == "rent"]
    assert rented.states == ("refused",)
    assert (rented.factor, rented.by, rented.last_date) == ("licence", "2027", "2027")
    assert (rented.quantity, rented.otherwise) == (pytest.approx(10.0), pytest.approx(0.0))
    assert found.half is not None
    assert found.half.objective == pytest.approx(925.0, abs=CENT)


def test_what_planning_finds_is_handed_on_field_by_field(monkeypatch: pytest.MonkeyPatch) -> None:
    hedge = Hedge("f", ("s",), "2026", "o", 7.0, 3.0, "2028")
    sure = NoRegret("o", "c", 4.0, 6.0)
    monkeypatch.setattr(decisions, "hedges", lambda plan: [hedge])
    monkeypatch.setattr(decisions, "no_regret", lambda plan, found: [sure])
    monkeypatch.setattr(value, "values", lambda *a, **k: replace(FOUND, do_nothing=9.0))
    priced = replace(hand(), prices=PLAN.prices)
    found = worth_of(stages(licence="effect", demand="demand"), priced)
    (h,) = found.hedges
    assert (h.factor, h.states, h.by, h.offer) == ("f", ("s",), "2026", "o")
    assert (h.quantity, h.otherwise, h.last_date) == (7.0, 3.0, "2028")
    (n,) = found.no_regret
    assert (n.offer, n.chip, n.quantity, n.planned) == ("o", "c", 4.0, 6.0)
    v = found.values
    assert (v.evpi, v.vss, v.flexibility, v.quarter, v.do_nothing) == (12.0, 3.0, None, None, 9.0)
    assert v.licence == {"licence": 50.0, "demand": 100.0}
    assert (v.megawatt, v.chips_1000["a"]) == ({"hall": 0.75}, {"2026": 1.0, "2027": 2.0})
    assert [(m.site, m.value) for m in found.megawatts] == [("hall", 10.0), ("grid", 7.0)]


def test_what_takes_more_plans_for_the_case_by_hand() -> None:
    """Doing nothing leaves ten units unserved through 2027 at a thousandth a second."""
    found = worth_of(stages(licence="effect"), hand(), deep=True)
    rows = by_key(found.rows)
    assert rows["vss"].value == pytest.approx(25.0, abs=CENT)
    assert rows["flexibility"].value == pytest.approx(50.0, abs=CENT)
    # nine months bring the import in 2026, before its licence is asked for: 1,850 - 10 x 100
    assert rows["quarter"].value == pytest.approx(850.0, abs=CENT)
    nothing = 10 * 365 * 86_400 * 1e-3
    assert found.values.do_nothing == pytest.approx(nothing)
    assert found.deep.do_nothing == pytest.approx(nothing - 1850)
    deep = found.deep
    assert [r.name for r in deep.regret] == ["plan", "as if refused", "nothing"]
    assert [(h.offer, h.of) for h in deep.hinges] == [
        ("home", "home"), ("import", "home"), ("import", "rent"), ("import", "rent"),
        ("import", "import"),
    ]  # fmt: skip
    assert [r.factor for r in deep.price_curve] == [1.0, 1.25, 1.5, 2.0, 3.0, 5.0]
    assert [r.offer for r in deep.break_even_chance] == ["import"]
    assert [r.tolerance for r in deep.near_optimal] == [0.01, 0.02, 0.05]


def test_how_dear_a_licensed_chip_may_become() -> None:
    """An import at 100 gives way to home at 190."""
    assert licensed(hand()) == {"import": ("licence", ("import",))}
    rows = price_curve(hand(), {"licence": {"refused": 1900.0, "granted": 1000.0}})
    assert [(r.factor, round(r.chips, 6)) for r in rows] == [
        (1.0, 10.0), (1.25, 10.0), (1.5, 10.0), (2.0, 0.0), (3.0, 0.0), (5.0, 0.0),
    ]  # fmt: skip
    assert [r.share for r in rows][:4] == [1.0, pytest.approx(1.0), pytest.approx(1.0), 0.0]
    assert {(r.offer, r.licence, r.state) for r in rows} == {("import", "licence", "granted")}
    assert price_curve(hand(), {}) == ()


def test_from_what_chance_an_import_is_ordered() -> None:
    (row,) = chances(hand())
    assert (row.offer, row.factor, row.state) == ("import", "licence", "granted")
    assert (row.stated, row.now) == (0.5, pytest.approx(10.0))
    assert row.ordered_from == pytest.approx(8 / 17, abs=0.02)


def test_a_chance_is_that_of_all_branches_with_the_state() -> None:
    """Three of ten histories grant it, in two branches each: home is ordered instead."""
    coin = Factor("coin", ("head", "tail"), (0.5, 0.5), 1)
    (row,) = chances(solve(two_by_two(0.3, coin)))
    assert (row.state, row.stated) == ("granted", pytest.approx(0.3))
    assert row.ordered_from == pytest.approx(8 / 17, abs=0.02)
    assert row.now == pytest.approx(0.0, abs=1e-6)


def test_how_far_the_dearest_first_orders_may_move() -> None:
    """An import put off for a chip at home costs 5: a hundredth of 1,850 moves 3.7 of them."""
    rows = ranges(hand())
    assert {r.offer for r in rows} == {"import"}
    assert [r.tolerance for r in rows] == [0.01, 0.02, 0.05]
    assert [r.low for r in rows] == pytest.approx([10 - 18.5 / 5, 10 - 37 / 5, 0.0], abs=1e-6)
    assert [r.best for r in rows] == pytest.approx([10.0] * 3)
    assert all(r.high >= r.best for r in rows)
    assert [r.no_regret for r in rows] == [True, True, False]


def test_the_dearest_of_the_first_orders_rent_by_the_year() -> None:
    plan = replace(hand(), orders=np.array([[1.0, 9, 9], [2.0, 9, 9], [3.0, 9, 9]]))
    names = list(dict.fromkeys(r.offer for r in ranges(plan)))
    # 3 rented for a year at 250 / 8760 of 8766 hours, 2 at 190, 1 at 100
    assert names == ["rent", "home", "import"]


def test_regret_of_first_decisions_the_plans_own_first() -> None:
    """Ten at home cost 50 more: 900 more where it is granted, 800 less where it is not."""
    rows = regrets(hand(), WhatIf(two_by_two()), {"home": 10.0})
    assert [r.decided for r in rows] == [
        "plan", "approved", "as if 2027 licence=refused", "nothing",
    ]  # fmt: skip
    plan, approved, home, idle = rows
    assert (plan.mean, plan.worst, plan.best, plan.better) == (0.0, 0.0, 0.0, 0.0)
    assert approved.by_branch == pytest.approx(home.by_branch)
    assert (home.name, home.mean) == ("as if refused", pytest.approx(50.0))
    assert (home.worst, home.where) == (pytest.approx(900.0), "2027 licence=granted")
    assert (home.best, home.best_where) == (pytest.approx(-800.0), "2027 licence=refused")
    assert home.better == 0.5
    assert home.by_branch == {
        "2027 licence=granted": pytest.approx(900.0),
        "2027 licence=refused": pytest.approx(-800.0),
    }
    assert (idle.mean, idle.worst) == (pytest.approx(650.0), pytest.approx(1500.0))
    assert (idle.best, idle.better) == (pytest.approx(-200.0), 0.5)


def test_the_chance_of_being_better_off_is_that_of_the_branches_which_are() -> None:
    """Home costs 190 for 168, where six in ten grant it; it is better where four refuse."""
    problem = two_by_two(0.6)
    home = next(r for r in regrets(solve(problem), WhatIf(problem)) if r.name == "as if refused")
    assert home.mean == pytest.approx(10 * (190 - 168))
    assert (home.better, home.where) == (pytest.approx(0.4), "2027 licence=granted")


def test_first_decisions_without_a_plan_come_last_and_have_no_numbers() -> None:
    shut = tuple(
        replace(o, delivery_cap=np.zeros(3)) if o.id == "home" else o for o in two_by_two().offers
    )
    plan = solve(replace(two_by_two(), offers=shut))
    last = regrets(plan, WhatIf(plan.problem), {"home": 10.0})[-1]
    assert (last.decided, last.mean, last.worst, last.best) == ("approved", None, None, None)
    assert (last.where, last.better, last.by_branch) == ("", None, {})


def test_an_order_hangs_on_the_price_of_the_chip_that_would_take_its_place() -> None:
    """Home at 185 ties with ten imports: below it they go, and the study only assumes its 190."""
    rows = hinges(hand(), WhatIf(two_by_two()), LEDGER)
    home, other, rent, cheap, own = rows
    assert (home.offer, home.now, home.then) == ("home", 0.0, pytest.approx(10.0))
    assert (other.offer, other.of, other.what, other.unit) == ("import", "home", "price", "CNY")
    assert (other.grade, other.assumed, other.inside) == ("assumption", True, False)
    assert (other.stated, other.at) == (190.0, pytest.approx(185.0, rel=0.01))
    assert (other.now, other.then) == (pytest.approx(10.0), 0.0)
    assert (rent.of, rent.what, rent.grade, rent.inside) == ("rent", "rent", "guess", None)
    assert (rent.stated, rent.at) == (0.03, pytest.approx(0.03 * 1.04, rel=0.01))
    assert cheap.at == pytest.approx(0.03 * 0.48, rel=0.01)
    # a price with a source comes after those that are assumed
    assert (own.of, own.assumed, own.inside) == ("import", False, True)
    assert own.at == pytest.approx(100 * 65 / 60, rel=0.01)
    assert hinges(hand(), WhatIf(two_by_two()), ()) == ()


def test_nothing_to_do_is_measured_from_the_plan() -> None:
    found = values(two_by_two(), hand(), ("factors",))
    assert deep_of(hand(), replace(found, do_nothing=2000.0)).do_nothing == pytest.approx(150.0)
    assert deep_of(hand(), found).do_nothing is None
