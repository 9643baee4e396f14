"""What to order now, what waits and which limits stand in the way, from a plan on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from outlay.core.periods import Period
from outlay.planning.problem.tree import Factor, Tree
from outlay.planning.problem.types import Site
from outlay.planning.result import Price
from outlay.results.plans.answers import Decision, Waiting
from outlay.results.plans.rows import Budget, Order
from outlay.runs.answers.decision import (
    _conditional,
    _waits,
    _where,
    branch_factors,
    conditional_orders,
    decision_of,
)
from outlay.runs.answers.tables import order_rows
from outlay.runs.answers.worth import _megawatts
from outlay.runs.lines.decided import expansion_rows
from support.tiny_plan import GROWING, PLAN, TREE

ORDERS = order_rows(PLAN)


def decided(first_month: int = 1, *budgets: Budget) -> Decision:
    return decision_of(PLAN, ORDERS, budgets, first_month)


def test_first_orders_are_bought_hoped_for_or_rented() -> None:
    found = decided()
    # only the first period: 30 imported chips that the refused branch does not let in, 20 rented
    # for twelve months of 8,766 / 12 hours
    assert found.commitment.hoped == 30 * 110
    assert found.commitment.bought == 0.0
    assert found.commitment.rent == pytest.approx(20 * 0.002 * 12 * 730.5)
    assert found.may_be_refused == ("import",)


def test_an_offer_that_every_branch_lets_in_is_bought() -> None:
    open_door = replace(PLAN.offers[0], delivery_cap=np.full(3, 50.0))
    plan = replace(PLAN, offers=(open_door, *PLAN.offers[1:]))
    found = decision_of(plan, ORDERS, (), 1)
    assert (found.commitment.bought, found.commitment.hoped) == (30 * 110, 0.0)
    assert found.may_be_refused == ()


def test_a_door_is_looked_at_when_the_order_is_due() -> None:
    """Without lead the first orders come in the first period, which no branch has closed."""
    at_once = replace(PLAN.offers[0], lead_months=0.0)
    plan = replace(PLAN, offers=(at_once, *PLAN.offers[1:]))
    assert decision_of(plan, ORDERS, (), 1).may_be_refused == ()


def test_what_waits_and_for_what() -> None:
    found = decided()
    assert found.factors == {"licence": "2027-H1"}  # `late` is seen after the horizon
    assert found.states == {"licence": ("granted", "refused")}
    # home is not ordered now and swings by 2,500; imports swing too little and are ordered now
    assert found.held_back == (Waiting("home", ("licence",), "2027-H1", 2500.0),)


def test_an_offer_that_is_ordered_now_is_not_held_back() -> None:
    more = next(r for r in ORDERS if r.offer == "import" and r.node == 1)
    orders = (*ORDERS, replace(more, quantity=5000.0))
    assert [w.offer for w in decision_of(PLAN, orders, (), 1).held_back] == ["home"]
    later = [r for r in orders if r.offer != "import" or r.node == 1]
    held = decision_of(PLAN, later, (), 1).held_back
    assert [w.offer for w in held] == ["import", "home"]


def news(*reveals: int, orders: Sequence[tuple[int, float]]) -> list[Waiting]:
    """What a purchase waits for in three half-years; a and b say yes or no from their reveals on.

    Nodes: 0; 1 to 4 the four states in the second period; 5 to 8 the same in the third.
    """
    states = [{"a": a, "b": b} for a in ("yes", "no") for b in ("yes", "no")]
    tree = Tree(
        (*TREE.periods, Period.parse("2027-H2")),
        np.array([-1, 0, 0, 0, 0, 1, 2, 3, 4]),
        np.array([0, 1, 1, 1, 1, 2, 2, 2, 2]),
        np.array([1.0, *[0.25] * 8]), ({}, *states, *states),
        tuple(Factor(n, ("yes", "no"), (0.5, 0.5), t)
              for n, t in zip("ab", reveals, strict=True)),
    )  # fmt: skip
    one = next(r for r in ORDERS if r.offer == "home")
    return _waits(tree, [replace(one, node=n, quantity=q) for n, q in orders], ("a", "b"))


def test_what_waits_is_said_to_wait_for_what_is_news_when_it_is_first_ordered() -> None:
    """Chips that come only where both say yes; the odd hundred elsewhere is no first order."""
    both = news(1, 1, orders=[(1, 8000.0)])
    assert both == [Waiting("home", ("a", "b"), "2027-H1", 4000.0)]
    # b is heard in the third period, and there is the order; in the second, 90 chips of no weight
    later = news(1, 2, orders=[(1, 90.0), (2, 90.0), (5, 8000.0)])
    assert later == [Waiting("home", ("b",), "2027-H2", 4000.0)]
    # what is ordered alike whatever b says waits for a, though b is news then
    alike = news(1, 2, orders=[(5, 8000.0), (6, 8000.0)])
    assert alike == [Waiting("home", ("a",), "2027-H2", 8000.0)]
    assert news(1, 1, orders=[(n, 8000.0) for n in (1, 2, 3, 4)]) == []  # it comes in any case
    assert news(1, 1, orders=[(1, 900.0)]) == []


def test_orders_without_a_lot_that_are_not_whole_are_named() -> None:
    now = [r for r in ORDERS if r.node == 0]
    assert {r.offer for r in now} == {"import", "rent"}
    part = [replace(r, quantity=r.quantity + 0.4) for r in now]
    assert decision_of(PLAN, part, (), 1).not_whole == ("import", "rent")
    lots = replace(PLAN, offers=(replace(PLAN.offers[0], lot=5.0), *PLAN.offers[1:]))
    assert decision_of(lots, part, (), 1).not_whole == ("rent",)
    assert decided().not_whole == ()


def test_an_offer_whose_door_never_opens_is_not_held_back() -> None:
    shut = replace(PLAN.offers[1], delivery_cap=np.zeros(3))
    plan = replace(PLAN, offers=(PLAN.offers[0], shut, PLAN.offers[2]))
    assert decision_of(plan, ORDERS, (), 1).held_back == ()
    closed = replace(PLAN.offers[1], order_cap=np.array([0.0, np.inf, np.inf]))
    plan = replace(PLAN, offers=(PLAN.offers[0], closed, PLAN.offers[2]))
    assert decision_of(plan, ORDERS, (), 1).held_back == ()


def test_factors_stand_in_the_order_in_which_they_are_seen() -> None:
    periods = (*TREE.periods, Period.parse("2027-H2"))
    factors = (
        Factor("second", ("a", "b"), (0.5, 0.5), 2),
        Factor("known", ("a", "b"), (0.5, 0.5), 0),
        Factor("first", ("a", "b"), (0.5, 0.5), 1),
    )
    found = branch_factors(replace(TREE, periods=periods, factors=factors))
    assert list(found.items()) == [("first", "2027-H1"), ("second", "2027-H2")]


def test_orders_after_a_state_is_known_and_their_gain_over_the_other_states() -> None:
    found = {r.offer: r for r in decided().conditional}
    assert list(found) == ["import", "home", "rent"]
    assert {r.factor for r in found.values()} == {"licence"}
    assert {r.period for r in found.values()} == {"2027-H1"}
    assert found["import"].by_state == {"granted": 8.0, "refused": 0.0}
    assert found["home"].by_state == {"granted": 500.0, "refused": 3000.0}
    assert found["home"].gain == {"granted": -2500.0, "refused": 2500.0}
    assert found["rent"].gain == {"granted": -7.0, "refused": 7.0}


def test_orders_given_a_state_are_weighed_by_the_chances_within_it() -> None:
    """Granted is a tenth with little demand and three tenths with much: 40 and 80 make 70."""
    known = ({}, {"l": "yes", "d": "lo"}, {"l": "yes", "d": "hi"}, {"l": "no", "d": "hi"})
    tree = Tree(
        TREE.periods, np.array([-1, 0, 0, 0]), np.array([0, 1, 1, 1]),
        np.array([1.0, 0.1, 0.3, 0.6]), known, (),
    )  # fmt: skip

    def order(node: int, quantity: float) -> Order:
        chance = float(tree.probability[node])
        return Order(node, "", "", chance, "x", "c", "purchase", (), quantity, "", 1.0, 0.0, 0.0)

    rows = [order(0, 9.0), order(1, 40.0), order(2, 80.0), order(3, 5.0)]
    found = conditional_orders(rows, tree, "l")
    assert found == {"x": {"yes": pytest.approx(70.0), "no": pytest.approx(5.0)}}
    by_demand = conditional_orders(rows, tree, "d")["x"]
    assert by_demand == {"lo": pytest.approx(40.0), "hi": pytest.approx((0.3 * 80 + 0.6 * 5) / 0.9)}


def test_what_is_rented_anew_counts_once() -> None:
    """Half-years: 10 and 12 rented for six months each stand never together, bought they do."""
    known = ({}, {"l": "yes"}, {"l": "yes"})
    periods = (*TREE.periods, Period.parse("2027-H2"))
    tree = Tree(periods, np.array([-1, 0, 1]), np.array([0, 1, 2]), np.ones(3), known, ())

    def order(offer: str, node: int, quantity: float) -> Order:
        return Order(node, "", "", 1.0, offer, "c", "reservation", (), quantity, "", 0.0, 2.0, 0.0)

    rows = [order(x, n, q) for x in ("rent", "long", "buy") for n, q in ((1, 10.0), (2, 12.0))]
    months = float(tree.periods[1].months)
    found = conditional_orders(rows, tree, "l", {"rent": months, "long": 2 * months})
    assert found == {"rent": {"yes": 12.0}, "long": {"yes": 22.0}, "buy": {"yes": 22.0}}


def test_a_gain_is_over_the_mean_of_the_other_states() -> None:
    """Ten, thirty and eighty: ten is 45 less than the mean of the others."""
    labels = ({}, {"l": "a"}, {"l": "b"}, {"l": "c"})
    states = Factor("l", ("a", "b", "c"), (0.2, 0.3, 0.5), 1)
    tree = replace(
        TREE, parent=np.array([-1, 0, 0, 0]), period=np.array([0, 1, 1, 1]),
        probability=np.array([1.0, 0.2, 0.3, 0.5]), labels=labels, factors=(states,),
    )  # fmt: skip
    amounts = {1: 10.0, 2: 30.0, 3: 80.0}
    orders = [replace(ORDERS[0], node=n, quantity=q, probability=float(tree.probability[n]))
              for n, q in amounts.items()]  # fmt: skip
    (row,) = _conditional(orders, tree, {"l": "2027-H1"})
    assert row.by_state == pytest.approx({"a": 10.0, "b": 30.0, "c": 80.0})
    assert row.gain == pytest.approx({"a": -45.0, "b": -15.0, "c": 60.0})


def test_limits_broken_at_their_price_are_named() -> None:
    assert decided().broken == ("capex 2026",)


def test_limits_that_bind_with_their_chance_and_price_by_what_a_tenth_saves() -> None:
    rows = [(r.limit, r.family, r.unit, r.share, r.value) for r in decided().binding]
    assert rows == [
        ("capex 2026", "budget", "currency", 0.5, 0.25),  # a tenth of 900 at 0.25
        ("home", "supply", "chip", 0.5, pytest.approx(0.04)),  # of 5,000 at 0.04
        ("hall", "power", "rack", 0.25 / 2, 9.0),
        # the root and the refused branch: 1 + 0.75 of two periods; of 0.1 at 5 and of 0.2 at 3
        ("hall", "power", "MW", 1.75 / 2, 8.0),
        ("grid", "power", "MW", 0.25 / 2, 7.0),  # of 0.15 at 7
        ("import", "supply", "chip", 0.125, 0.02),  # of 50 at 0.02
        ("rent", "supply", "chip", 0.5, -0.5),
    ]


def test_limits_are_cut_by_what_a_tenth_saves_and_without_chips_of_no_limit() -> None:
    """Thirty halls dear by the megawatt but small; one cap of chips cheap each but large."""
    halls = [Price("power", f"g{i}", 0, "MW", 1e6, 1e6, 1e-6, 1e-6, True) for i in range(30)]
    cap = Price("supply", "home", 0, "chip", 3.0, 3.0, 5000.0, 5000.0, True)
    rest = Price("capacity", "big hall", 0, "chips", 9e9, 9e9, 7.0, 7.0, True)
    found = decision_of(replace(PLAN, prices=(rest, *halls, cap)), ORDERS, (), 1).binding
    assert (found[0].limit, found[0].tenth) == ("home", pytest.approx(1500.0))
    assert (len(found), {r.family for r in found}) == (25, {"supply", "power"})


def test_a_megawatt_has_one_worth_in_the_table_of_limits_and_in_that_of_halls() -> None:
    """A yard built for the second period: of its price before there is nothing to be more of."""
    yard = Site("yard", "CN", np.zeros(3))
    prices = (
        Price("power", "yard", 0, "MW", 90.0, 90.0, 0.0, 0.0, True),
        Price("power", "yard", 1, "MW", 2.0, 8.0, 0.0, 0.0, True),
    )
    plan = replace(
        PLAN, problem=replace(PLAN.problem, sites=(*PLAN.problem.sites, yard)), prices=prices,
        energised_mw=np.array([[0.1, 0.2, 0.2], [0.0, 0.4, 0.4]]),
    )  # fmt: skip
    (limit,) = decision_of(plan, ORDERS, (), 1).binding
    (hall,) = _megawatts(plan)
    assert limit.value == hall.value == 2.0
    assert limit.tenth == pytest.approx(0.1 * 2 * 0.4)  # of all that stands, not of the contract
    assert (limit.chance, limit.states) == (0.25, ("licence=granted",))


def test_a_limit_says_where_it_binds_and_over_what_a_cap_runs() -> None:
    rows = {(r.limit, r.unit): r for r in decided().binding}
    assert (rows["grid", "MW"].chance, rows["grid", "MW"].states) == (0.25, ("licence=granted",))
    # the hall binds at the root: every branch passes there
    assert (rows["hall", "MW"].chance, rows["hall", "MW"].states) == (1.0, ())
    assert (rows["home", "chip"].chance, rows["home", "chip"].states) == (1.0, ())
    assert (rows["home", "chip"].basis, rows["hall", "MW"].basis) == ("per period", "")
    capped = replace(PLAN.offers[1], total_cap=5000.0)
    plan = replace(PLAN, offers=(PLAN.offers[0], capped, PLAN.offers[2]))
    over = {r.limit: r.basis for r in decision_of(plan, ORDERS, (), 1).binding}
    assert (over["home"], over["import"]) == ("in all", "per period")


def test_a_tenth_more_of_a_limit_is_worth_its_price_times_a_tenth() -> None:
    rows = {(r.limit, r.unit): r.tenth for r in decided().binding}
    # 5 a MW of 0.1 at the root, 3 of 0.2 where refused; where it is not full it does not count
    assert rows["hall", "MW"] == pytest.approx(0.1 * (5 * 0.1 + 3 * 0.2))
    assert rows["home", "chip"] == pytest.approx(0.1 * 5000 * (0.01 + 0.03))
    assert rows["rent", "chip"] == 0.0  # no number bounds it


def test_where_a_limit_binds_is_told_by_states_only_if_they_tell_it() -> None:
    known = [{"l": a, "d": b} for a in ("yes", "no") for b in ("lo", "hi")]
    tree = Tree(
        TREE.periods, np.array([-1, 0, 0, 0, 0]), np.array([0, 1, 1, 1, 1]),
        np.array([1.0, 0.1, 0.2, 0.3, 0.4]), ({}, *known), (),
    )  # fmt: skip
    assert _where(tree, [1]) == (pytest.approx(0.1), ("l=yes", "d=lo"))
    assert _where(tree, [2, 4]) == (pytest.approx(0.6), ("d=hi",))
    assert _where(tree, [1, 4]) == (pytest.approx(0.5), ())  # a pattern that no states tell
    assert _where(tree, [0]) == (pytest.approx(1.0), ())


def test_power_ordered_now_is_committed() -> None:
    rows = expansion_rows(GROWING)
    found = decision_of(GROWING, ORDERS, (), 1, rows)
    assert found.commitment.power == pytest.approx(0.05 * 1e6 * 12)
    chips = found.commitment.rent
    owed = (replace(rows[0], rent=700.0), replace(rows[0], node=1, rent=1e6))
    assert decision_of(GROWING, ORDERS, (), 1, owed).commitment.rent == chips + 700


def test_processors_against_their_authorisation() -> None:
    assert decided().processors is None
    capex = Budget("capex", "2027", "authorised", 1.0)
    limit = Budget("processors", "2027", "processors", 90_249.6)
    found = decided(7, capex, limit).processors
    assert found is not None
    assert (found.year, found.authorised) == ("2027", 90_249.6)
    assert (found.low, found.high) == (15_916.0, pytest.approx(90_249.6))
    assert found.full
    loose = decided(7, replace(limit, amount=91_000.0)).processors
    assert loose is not None
    assert not loose.full
