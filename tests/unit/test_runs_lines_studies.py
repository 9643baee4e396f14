"""The first lines of small studies whose answer is known by hand, from the file to the sentence."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

import outlay
from outlay.report.screen import screen
from outlay.report.words.language import words
from outlay.results.plans.plan import Plan

BASE: dict[str, Any] = {
    "outlay": 1,
    "title": "a thousand chips of work",
    "as_of": "2025-12-31",
    "currency": "USD",
    "horizon": {"start": "2026-Q1", "periods": 4},
    "discount_rate": "0 %/year",
    "slices": "mean",
    "work": {
        "serve": {
            "kind": "dense", "reference": "h200-sxm", "need": "1000", "serve_from": ["US"],
            "unserved": "20 USD/chip-hour",
        }
    },
    "supply": {"b": {"chip": "h200-sxm", "by": "purchase", "price": "30_000 USD", "to": ["US"]}},
    "sites": {
        "a": {"region": "US", "power": "100 MW", "pue": "1.0", "electricity": "0 USD/kWh"}
    },
    "rules": {"usable": "100 %", "fragmentation": "1", "slo_load": "100 %"},
}  # fmt: skip


def planned(**parts: Any) -> Plan:
    """The plan of the base study with `section__field` replaced."""
    study = deepcopy(BASE)
    for path, value in parts.items():
        section, *rest = path.split("__")
        at = study if not rest else study.setdefault(section, {})
        for key in rest[:-1]:
            at = at[key]
        at[(rest or [section])[-1]] = value
    return outlay.plan(study, quick=True, worlds=20)


def test_an_authorisation_that_may_be_overrun_is_overrun_in_the_first_line() -> None:
    """A thousand chips at 30,000 are 30m, of which 10m are authorised; not serving costs more."""
    plan = planned(budget={"capex": {"2026": "10m USD"}, "overrun_price": "1"})
    (over,) = plan.lines.overruns
    assert (over.limit, over.authorised, over.chance) == ("capex 2026", 10e6, 1.0)
    assert over.worst == pytest.approx(20e6)
    assert plan.headline.sentence == (
        "Over what is authorised: capital expenditure of 2026, $20m above the $10m. "
        "Order now 1,000 H200 (b): $30m of purchases."
    )
    # the price of the overrun is nobody's money
    assert plan.lines.bill.paid == pytest.approx(30e6)
    assert plan.lines.bill.broken == pytest.approx(20e6)


def test_a_budget_that_binds_is_why_work_is_not_served() -> None:
    """Ten millions buy a third of the chips; the rest of the work is priced, not paid."""
    plan = planned(budget={"capex": {"2026": "10m USD"}})
    (served,) = plan.lines.served
    assert served.expected == pytest.approx(1 / 3)
    (why,) = plan.lines.unserved
    assert (why.reason, why.what) == ("limit", "capex 2026")
    assert plan.lines.bill.unserved == pytest.approx(2000 / 3 * 365 * 24 * 20)
    assert "Served over the horizon: serve 33 %." in plan.headline.lines
    # a tenth more, 1m, buys 33.3 chips: so much work more, and what they are worth at the end
    assert plan.lines.overruns == ()


def test_nothing_is_ordered_where_no_chip_may_stand_and_the_line_says_so() -> None:
    plan = planned(sites__a__holds="domestic")
    assert plan.headline.sentence == (
        "Order nothing now; not served: 100 % of serve (no chip that can serve it may stand where "
        "it may be served)."
    )


def test_nothing_is_ordered_where_chips_are_dearer_than_the_work() -> None:
    plan = planned(work__serve__unserved="0.01 USD/chip-hour")
    assert plan.headline.sentence == (
        "Order nothing now; not served: 100 % of serve (more chips cost more than serving it is "
        "worth)."
    )


def test_work_before_the_first_chip_can_come_is_too_late() -> None:
    """Two quarters of lead: the first 181 of 365 days go unserved whatever is paid."""
    plan = planned(supply__b__lead="2 quarters")
    (why,) = plan.lines.unserved
    assert (why.reason, why.what) == ("too late", "2026-Q3")
    assert why.share == pytest.approx(181 / 365)


def test_a_cap_is_said_to_be_per_period() -> None:
    plan = planned(supply__b__cap="100 chips")
    (cap,) = [b for b in plan.decision.binding if b.family == "supply"]
    assert (cap.limit, cap.basis, cap.chance, cap.states) == ("b", "per period", 1.0, ())
    assert any("the cap of H200 (b) per period in every branch" in x for x in plan.headline.lines)
    path = planned(supply__b__cumulative_cap="100")
    (cap,) = [b for b in path.decision.binding if b.family == "supply"]
    assert cap.basis == "in all"


def test_an_expansion_ordered_now_stands_in_the_first_line() -> None:
    """A hall without power: a thousand chips of 1.275 kW need as many watts, at 4 each."""
    grow = {"per_period": "50 MW", "first": "2026-Q3", "lead": "2 quarters",
            "capex": "4 USD/W", "limit": "50 MW"}  # fmt: skip
    site = {"region": "US", "power": "0 MW", "pue": "1.0", "electricity": "0 USD/kWh",
            "expand": grow}  # fmt: skip
    plan = planned(sites={"a": site}, work__serve__unserved="300 USD/chip-hour")
    (row,) = plan.expansions_now
    assert (row.site, row.energised_at) == ("a", "2026-Q3")
    assert (row.mw, row.spend) == (pytest.approx(1.275), pytest.approx(5.1e6))
    assert plan.headline.sentence.startswith("Order now 1.27 MW of power at A: $5.1m for power")


def test_the_rent_of_a_hall_ordered_now_is_committed_over_its_term() -> None:
    """A thousand chips of 1.275 kW need three steps of half a MW, of which none is there: at 330 a
    kW and month for five years they are 29.7m, used or not."""
    grow = {"step": "0.5 MW", "per_period": "50 MW", "first": "2026-Q1", "lead": "1 quarter",
            "term": "5 years"}  # fmt: skip
    site = {"region": "US", "power": "0 MW", "pue": "1.0", "electricity": "0 USD/kWh",
            "rent": "330 USD/kW-month", "expand": grow}  # fmt: skip
    plan = planned(sites={"a": site}, work__serve__unserved="3000 USD/chip-hour")
    (row,) = plan.expansions_now
    assert (row.mw, row.spend) == (pytest.approx(1.5), 0.0)
    assert row.rent == pytest.approx(330 * 1500 * 60)
    assert plan.decision.commitment.rent == pytest.approx(29.7e6)
    assert plan.headline.sentence.startswith(
        "Order now 1.5 MW of power at A: $29.7m of rent over the terms signed"
    )
    (shown,) = [r for t in screen(plan, words()) for r in t.rows if r[0] == "power at a"]
    assert shown[-1] == "$29.7m rent"


def test_deposits_are_at_stake_where_a_licence_may_be_refused() -> None:
    """A fifth of 30m is paid now; refused with 65 chances in a hundred, half of it comes back."""
    offer = {"chip": "h200-sxm", "by": "purchase", "price": "30_000 USD", "to": ["US"],
             "lead": "1 quarter", "deposit": "20 %", "refund": "50 %",
             "needs": "licence"}  # fmt: skip
    licence = {"reveal": "2026-Q2", "states": {"granted": "35 %", "refused": "65 %"},
               "effect": {"granted": {}, "refused": {"supply.b.cap": "0 chips"}}}  # fmt: skip
    plan = planned(supply={"b": {**offer, "cap": "1000 chips"}}, uncertainty={"licence": licence})
    (row,) = plan.lines.at_risk
    assert (row.offer, row.chance) == ("b", pytest.approx(0.65))
    assert row.worst == pytest.approx(1000 * 30_000 * 0.2 * 0.5)
    assert row.expected == pytest.approx(0.65 * 3e6)
    assert (
        "Deposits of up to $3m on H200 (b) are lost if refused: $1.95m expected (chance 65 %)."
        in plan.headline.lines
    )
