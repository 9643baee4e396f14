"""Rows of the result, each worked out on paper from a plan written by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.runs.answers.tables import (
    branch_rows,
    capex_by_year,
    cost_parts,
    expected,
    fleet_rows,
    node_rows,
    opex_by_year,
    order_rows,
    paid_in_first_year,
    power_rows,
    served_rows,
    work_rows,
)
from outlay.runs.pipeline.invariants import check_plan
from support.tiny_plan import CAPACITY, DEMAND, PLAN, ROOT, TREE


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-12)


def test_the_plan_on_paper_keeps_every_identity() -> None:
    assert {c.id: c.status for c in check_plan(PLAN, DEMAND, CAPACITY)} == dict.fromkeys(
        ("I1d", "I1", "I2", "I3", "I4", "I5", "I6", "I8", "I9"), "holds"
    )


def test_an_expected_value_is_the_mean_over_the_nodes_of_its_period() -> None:
    assert expected(TREE, np.array([[7.0, 8.0, 4.0]])).tolist() == [[7.0, 0.25 * 8 + 0.75 * 4]]


def test_nodes_say_what_came_before_and_what_is_known() -> None:
    root, granted, refused = node_rows(TREE)
    assert (root.id, root.parent, root.period, root.probability) == (0, -1, "2026-H2", 1.0)
    assert (root.labels, root.name) == ({}, "2026-H2")
    assert (granted.id, granted.parent, granted.probability) == (1, 0, 0.25)
    assert (refused.id, refused.parent, refused.probability) == (2, 0, 0.75)
    assert refused.labels == {"licence": "refused"}
    assert refused.name == "2027-H1 licence=refused"


def test_orders_say_where_when_and_for_how_much() -> None:
    rows = {(r.offer, r.node): r for r in order_rows(PLAN)}
    # the fraction of a chip that the solver leaves in the refused branch is no order
    assert list(rows) == [("import", 0), ("import", 1), ("home", 1), ("home", 2),
                          ("rent", 0), ("rent", 2)]  # fmt: skip
    first = rows["import", 0]
    assert (first.period, first.delivered_at) == ("2026-H2", "2027-H1")
    assert (first.quantity, first.unit_price, first.rent_hour) == (30.0, 100.0, 0.0)
    assert first.spend == 30 * (100 + 10)
    assert (first.branch, first.probability) == ("", 1.0)
    assert (first.chip, first.kind, first.sites) == ("big", "purchase", ("hall",))
    later = rows["import", 1]
    assert (later.period, later.delivered_at) == ("2027-H1", "2027-H2")
    assert later.spend == 8 * (110 + 11)
    assert (later.branch, later.probability) == ("licence=granted", 0.25)
    assert rows["home", 2].spend == 3000 * (60 + 5)
    assert rows["home", 2].probability == 0.75
    leased = rows["rent", 2]
    assert (leased.unit_price, leased.rent_hour, leased.spend) == (0.0, 0.004, 0.0)
    assert leased.delivered_at == leased.period == "2027-H1"


def test_an_order_is_there_in_the_period_that_holds_the_end_of_its_lead() -> None:
    late = (replace(PLAN.offers[0], lead_months=4.0), *PLAN.offers[1:])
    assert order_rows(replace(PLAN, offers=late))[0].delivered_at == "2026-H2"


def test_the_fleet_stands_expected_and_over_the_branches() -> None:
    rows = {(r.period, r.chip): (r.expected, r.low, r.high) for r in fleet_rows(PLAN)}
    assert rows == {
        ("2027-H1", "big"): (0.25 * 30, 0.0, 30.0),
        ("2026-H2", "small"): (140.0, 140.0, 140.0),
        ("2027-H1", "small"): (0.25 * 130 + 0.75 * 122, 122.0, 130.0),
    }


def test_tokens_asked_for_served_and_turned_away() -> None:
    rows = {(r.kind, r.period): r for r in served_rows(PLAN, DEMAND)}
    assert {r.service for r in rows.values()} == {"chat"}
    # by hours: 6 x 400 + 18 x 200, of which 18 x 20 are turned away
    asked, missed = 3600 * 6000, 3600 * 360
    first = rows["input", "2026-H2"]
    assert (first.demand, first.served) == (close(asked), close(asked - missed))
    assert first.shed_share == close(0.06)
    cached = rows["cached", "2026-H2"]
    assert (cached.demand, cached.served) == (close(3 * asked), close(3 * (asked - missed)))
    # a quarter of 6 x 900 + 18 x 300 and three quarters of 6 x 800 + 18 x 400; 6 x 200 shed there
    later = rows["input", "2027-H1"]
    assert later.demand == close(3600 * (0.25 * 10_800 + 0.75 * 12_000))
    assert later.served == close(later.demand - 3600 * 0.75 * 1200)
    assert later.shed_share == close(900 / 11_700)
    out = rows["output", "2027-H1"]
    assert out.demand == close(later.demand / 10)
    assert out.served == close(later.served / 10)


def test_tokens_that_a_smaller_model_serves_are_served_and_said_apart() -> None:
    handed = np.zeros_like(PLAN.handed)
    handed[0, 1, ROOT], handed[1, 1, ROOT] = 40.0, 4.0  # a fifth of the quiet hours
    plan = replace(PLAN, handed=handed)
    rows = {(r.kind, r.period): r for r in served_rows(plan, DEMAND)}
    plain = {(r.kind, r.period): r for r in served_rows(PLAN, DEMAND)}
    assert {k: r.served for k, r in rows.items()} == {k: r.served for k, r in plain.items()}
    assert rows["input", "2026-H2"].smaller == close(3600 * 18 * 40)
    assert rows["cached", "2026-H2"].smaller == close(3 * 3600 * 18 * 40)
    assert rows["output", "2026-H2"].smaller == close(3600 * 18 * 4)
    assert rows["input", "2027-H1"].smaller == 0.0
    granted, refused = branch_rows(plan, DEMAND, 1)
    assert granted.smaller == close(18 * 44 * 184 / (6600 * 184 + 11_880 * 181))
    assert refused.smaller == close(18 * 44 * 184 / (6600 * 184 + 13_200 * 181))
    # with the rows of the smaller model, of which nothing is asked and which takes what is handed
    none = np.zeros_like(handed[:2])
    demand = replace(DEMAND, loads=(*DEMAND.loads, *DEMAND.loads[:2]))
    asked = np.concatenate([PLAN.problem.demand, none])
    whole = replace(
        plan, problem=replace(PLAN.problem, demand=asked),
        shed=np.concatenate([PLAN.shed, none]), handed=np.concatenate([handed, -handed[:2]]),
    )  # fmt: skip
    assert branch_rows(whole, demand, 1) == (granted, refused)


def test_other_work_is_counted_in_busy_chips() -> None:
    first, later = work_rows(PLAN, DEMAND)
    assert (first.load, first.reference, first.period) == ("search/dense", "small", "2026-H2")
    assert (first.demand, first.served) == ((6 * 10 + 18 * 6) / 24, 7.0)
    assert later.demand == 0.25 * (6 * 12 + 18 * 8) / 24 + 0.75 * (6 * 14 + 18 * 10) / 24
    assert later.served == later.demand - 0.25 * 6 * 3 / 24


def test_power_used_there_and_the_chance_that_it_is_all_used() -> None:
    first, later = power_rows(PLAN)
    assert (first.site, first.region, first.period) == ("hall", "CN", "2026-H2")
    assert (first.used_mw, first.energised_mw, first.full) == (0.07, 0.1, 0.0)
    assert later.used_mw == close(0.25 * 0.15 + 0.75 * 0.2)
    assert (later.energised_mw, later.full) == (close(0.2), 0.75)


def test_branches_say_what_they_serve_hold_and_cost() -> None:
    granted, refused = branch_rows(PLAN, DEMAND, 1)
    assert (granted.name, granted.probability) == ("licence=granted", 0.25)
    # prefill and decode together, by days of each period: 184 and 181
    asked, missed = 6600 * 184, 396 * 184
    assert granted.served == close(1 - missed / (asked + 11_880 * 181))
    assert refused.served == close(1 - (missed + 1320 * 181) / (asked + 13_200 * 181))
    assert (granted.served_last, refused.served_last) == (1.0, close(0.9))
    assert (granted.chips, refused.chips) == (160.0, 122.0)
    assert (granted.power_mw, refused.power_mw) == (0.15, 0.2)
    assert (granted.processors, refused.processors) == (600.0, 600.0)
    # chat at 0.95 x 30, training at 0.9 x 5; chat again at 0.9 x 200, the budget at 0.9 x 11
    assert (granted.unserved, refused.unserved) == (close(28.5 + 4.5), close(28.5 + 180.0))
    assert (granted.broken, refused.broken) == (0.0, close(9.9))
    assert granted.cash == close(14_353.038 - 33.0)
    assert refused.cash == close(82_477.7988 - 208.5 - 9.9)


def test_what_is_paid_in_the_first_fiscal_year_of_each_branch() -> None:
    # a year from July to June holds both periods; hosts and halls are other classes
    granted, refused = paid_in_first_year(PLAN, 7, "processors")
    assert granted == 600 + 2640 + 176 + 12_500
    assert refused == close(600 - 360 + 9.6 + 90_000)
    assert paid_in_first_year(PLAN, 1, "site").tolist() == [300.0, 300.0]


def test_capital_expenditure_by_year_and_class_is_expected() -> None:
    found = capex_by_year(PLAN, 1)
    assert found["2026"] == {"processors": 600.0, "site": 300.0}
    assert found["2027"] == {
        "processors": close(0.25 * (2640 + 176 + 12_500) + 0.75 * (90_009.6 - 360)),
        "servers": 0.25 * 330,
    }
    assert list(capex_by_year(PLAN, 7)) == ["2027"]


def test_operating_cost_by_year_is_expected_and_holds_rent_and_no_penalty() -> None:
    found = opex_by_year(PLAN, 1)
    assert found["2026"] == {"energy": 50.0, "rent": close(176.64 + 88.32), "upkeep": 7.0}
    assert found["2027"] == {
        "energy": 0.25 * 48 + 0.75 * 46,
        "rent": close(0.25 * (173.76 + 86.88) + 0.75 * (295.392 + 65.16)),
    }


def test_parts_of_the_cost_are_discounted_means_that_sum_to_it() -> None:
    parts = {(p.entry, p.treatment): p.value for p in cost_parts(PLAN)}
    assert parts["deposit", "capex"] == close(
        0.95 * 600 + 0.25 * 0.9 * (176 + 12_500) + 0.75 * 0.9 * 90_009.6
    )
    assert parts["residual", "terminal"] == close(0.25 * 0.8 * -1500)
    assert parts["shed", "penalty"] == close(0.95 * 30 + 0.75 * 0.9 * 200)
    assert sum(parts.values()) == close(PLAN.expected_cost)
