"""What things are worth: each number from a case whose answer is known on paper."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from outlay.planning.answers import decisions, value
from outlay.planning.answers.value import Values, values
from outlay.planning.problem.tree import Factor
from outlay.planning.problem.types import Site
from outlay.planning.result import Plan
from outlay.planning.solver.solve import solve
from outlay.results.plans.worth import Hedge, NoRegret, Worth
from outlay.runs.answers.worth import _against, _half, _knowing, _margins, _power, worth_of
from outlay.runs.answers.worth_deep import chances, deep_of, licensed, price_curve, ranges, regrets
from support.by_hand import two_by_two
from support.tiny_plan import PLAN, PROBLEM

CENT = 0.005


@cache
def hand() -> Plan:
    return solve(two_by_two())


def stages(**origins: str) -> Any:
    """Stages whose study has the factors named, by where they come from."""
    factors = {k: SimpleNamespace(origin=v) for k, v in origins.items()}
    study = SimpleNamespace(currency="CNY", factors=lambda: factors)
    return SimpleNamespace(loaded=SimpleNamespace(study=study))


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


def test_a_megawatt_is_worth_its_prices_summed_over_the_tree() -> None:
    # not racks, not a hall without power, not the offers' limits
    assert _power(PLAN) == {"hall": 5 + 2 + 3, "grid": 7.0}


def test_a_megawatt_anywhere_is_the_mean_by_the_power_that_stands() -> None:
    yard = Site("yard", "CN", np.array([0.3, 0.3, 0.6]))
    plan = replace(PLAN, problem=replace(PROBLEM, sites=(*PROBLEM.sites, yard)))
    rows = by_key(_margins(plan, FOUND, {"hall": 10.0, "grid": 7.0, "yard": 2.0}))
    hall, held = 0.5 / 3, 0.4  # megawatts over the nodes; a ceiling stands nowhere
    assert rows["megawatt"].value == pytest.approx((10 * hall + 2 * held) / (hall + held))
    # the three dearest offers, over their periods
    assert [(k, r.value, r.of) for k, r in rows.items() if k != "megawatt"] == [
        ("chips:b", 9.0, "b"), ("chips:d", 5.0, "d"), ("chips:c", 4.0, "c"),
    ]  # fmt: skip
    none = by_key(_margins(PLAN, replace(FOUND, chips={"e": {"2026": 0.0}}), {}))
    assert none == {}


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
    (rented,) = [h for h in found.hedges if h.offer == "rent" and h.state == "refused"]
    assert (rented.factor, rented.by, rented.last_date) == ("licence", "2027", "2027")
    assert (rented.quantity, rented.otherwise) == (pytest.approx(10.0), pytest.approx(0.0))
    assert found.half is not None
    assert found.half.objective == pytest.approx(925.0, abs=CENT)


def test_what_planning_finds_is_handed_on_field_by_field(monkeypatch: pytest.MonkeyPatch) -> None:
    hedge = Hedge("f", "s", "2026", "o", 7.0, 3.0, "2028")
    sure = NoRegret("o", "c", 4.0, 6.0)
    monkeypatch.setattr(decisions, "hedges", lambda plan: [hedge])
    monkeypatch.setattr(decisions, "no_regret", lambda plan, found: [sure])
    monkeypatch.setattr(value, "values", lambda *a, **k: replace(FOUND, do_nothing=9.0))
    priced = replace(hand(), prices=PLAN.prices)
    found = worth_of(stages(licence="effect", demand="demand"), priced)
    (h,) = found.hedges
    assert (h.factor, h.state, h.by, h.offer) == ("f", "s", "2026", "o")
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
    assert rows["quarter"].value == pytest.approx(0.0, abs=CENT)  # nine months are a year too
    nothing = 10 * 365 * 86_400 * 1e-3
    assert found.values.do_nothing == pytest.approx(nothing)
    assert found.deep.do_nothing == pytest.approx(nothing - 1850)
    deep = found.deep
    assert [r.name for r in deep.regret] == ["plan", "as if refused"]
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


def test_regret_of_first_decisions_least_worst_first() -> None:
    plan, home = regrets(hand())
    assert (plan.name, plan.decided) == ("plan", "plan")
    assert (plan.worst, plan.mean) == (pytest.approx(800.0), pytest.approx(400.0))
    assert plan.where == "2027 licence=refused"
    assert (home.name, home.decided) == ("as if refused", "as if 2027 licence=refused")
    assert (home.worst, home.mean) == (pytest.approx(900.0), pytest.approx(450.0))
    assert home.where == "2027 licence=granted"


def test_nothing_to_do_is_measured_from_the_plan() -> None:
    found = values(two_by_two(), hand(), ("factors",))
    assert deep_of(hand(), replace(found, do_nothing=2000.0)).do_nothing == pytest.approx(150.0)
    assert deep_of(hand(), found).do_nothing is None
