"""What comes too late, stands no more or counts unsaid: a doubt by name, or a listed default."""

from __future__ import annotations

from typing import Any

import pytest

from outlay.core.errors import StudyError
from outlay.planning.problem.supply import wear_of
from outlay.runs.pipeline.firm import UNSAID
from outlay.study.reading.loader import load_mapping
from support.liveness import planned, put
from support.liveness_bases import BASES
from support.small import small_study

Changes = dict[str, Any]
OLD: Changes = {"chip": "h200-sxm", "quantity": 500, "places": ["hall"]}
RUN: Changes = {"flop": "1e24 FLOP", "sustained": "400 TFLOP/s", "places": ["hall"],
                "unserved": "20 USD/chip-hour"}  # fmt: skip
FACTOR: Changes = {"states": {"a": "50 %", "b": "50 %"},
                   "effect": {"a": {"supply.buy.price": "9_000 USD"}}}  # fmt: skip

# name → (change of a thousand busy chips in 2026-Q1 to Q3, where, words of the doubt)
DOUBTS: dict[str, tuple[Changes, str, str]] = {
    "dead before it begins": (
        {"fleet.old": OLD | {"vintage": 2020.5, "life": "5 years"}},
        "fleet.old.life", "its life ends before the horizon"),
    "lease over": (
        {"fleet.old": OLD | {"tenure": "leased", "rent": "1 USD/chip-hour",
                             "lease_end": "2025-Q4"}},
        "fleet.old.lease_end", "the lease ends before the horizon"),
    "a campaign in part after it": (
        {"training.run": RUN | {"start": "2026-Q2", "by": "2027-Q1"}},
        "training.run", "a part of the campaign lies outside"),
    "a campaign after it": (
        {"training.run": RUN | {"start": "2027-Q1", "by": "2027-Q2"}},
        "training.run", "the campaign lies outside"),
    "arrives too late": (
        {"supply.buy.lead": "9 months"}, "supply.buy.lead", "none can arrive"),
    "ordered too late": (
        {"supply.buy.first_order": "2026-Q3", "supply.buy.lead": "1 quarter"},
        "supply.buy.lead", "none can arrive"),
    "ordered before": (
        {"supply.buy.last_order": "2025-Q4"}, "supply.buy.last_order", "before the horizon"),
    "a cap that begins after": (
        {"supply.buy.cap": {"2027-Q1": 9}}, "supply.buy.cap.2027-Q1", "begins after"),
    "power too late": (
        {"sites.hall.expand": {"step": "1 MW", "lead": "1 year"}},
        "sites.hall.expand", "no power can be energised"),
    "cash of another year": (
        {"finance.perimeter": "firm", "finance.operating_cash_flow": {2031: "1m USD"}},
        "finance.operating_cash_flow.2031", "outside the horizon"),
    "known within a period": (
        {"uncertainty.dear": FACTOR | {"reveal": "2026-05"}},
        "uncertainty.dear.reveal", "known, and in force, from 2026-Q3 on"),
    "a hall that may not hold it": (
        {"sites.hall.holds": ["h100-sxm"]}, "supply.buy.to", "no site of this offer may hold"),
    "sold for more than a new one costs": (
        {"supply.buy.resale": True,
         "supply.buy.price": {"2026-Q1": "16_000 USD", "2026-Q3": "12_000 USD"}},
        "supply.buy.resale", "sells for more than a new one"),
    "rent of a hall unsaid": (
        {"sites.hall.minimum_use": "50 %"}, "sites.hall.minimum_use", "reaches nothing"),
}  # fmt: skip


def doubts(change: Changes) -> dict[str, str]:
    loaded = load_mapping(put(BASES["buy"], change))
    return {w.where: f"{w.what} {w.hint}" for w in loaded.warnings}


def test_what_a_state_says_of_work_begins_with_its_reveal() -> None:
    def less(begun: str) -> Changes:
        states: Changes = {"states": {"a": "50 %", "b": "50 %"}, "reveal": "2026-Q2"}
        return {"uncertainty.less": states | {"effect": {"a": {"work.rank.need": {begun: 400}}}}}

    assert doubts(less("2026-Q2")) == {}
    with pytest.raises(StudyError, match="an entry for 2026-04-01 or earlier"):
        doubts(less("2026-Q3"))


@pytest.mark.parametrize("name", DOUBTS)
def test_what_reaches_nothing_in_time_is_a_doubt_by_name(name: str) -> None:
    change, where, words = DOUBTS[name]
    found = doubts(change)
    at = next((k for k in found if where.startswith(k) or k.startswith(where)), "")
    assert words in found[at], found
    assert doubts({}) == {}


# name → the same study where the thing just reaches the horizon: no doubt.
FINE: dict[str, Changes] = {
    "lives on": {"fleet.old": OLD | {"vintage": 2021.5, "life": "5 years"}},
    "leased into it": {"fleet.old": OLD | {"tenure": "leased", "rent": "1 USD/chip-hour",
                                           "lease_end": "2026-Q1"}},
    "a campaign to its end": {"training.run": RUN | {"start": "2026-Q1", "by": "2026-Q3"}},
    "arrives in the last period": {"supply.buy.lead": "8 months"},
    "known at a start": {"uncertainty.dear": FACTOR | {"reveal": "2026-04"}},
    "one lot under the cap of a quarter": {"supply.buy.cap": {"2026-01": 40},
                                           "supply.buy.lot": 120},
    "one of two halls may hold it": {
        "sites.hall.holds": ["h100-sxm"], "supply.buy.to": ["hall", "other"],
        "sites.other": BASES["buy"]["sites"]["hall"]},
    "a price that falls as the chip does": {
        "supply.buy.resale": True,
        "supply.buy.price": {"2026-Q1": "16_000 USD", "2026-Q3": "14_400 USD"}},
    "a state raises the cap": {
        "supply.buy.cap": 9, "supply.buy.lot": 100,
        "uncertainty.open": {"reveal": "2026-Q2", "states": {"a": "50 %", "b": "50 %"},
                             "effect": {"a": {"supply.buy.cap": 900}}}},
    "a state brings the rent": {
        "sites.hall.minimum_use": "50 %",
        "uncertainty.let": {"reveal": "2026-Q2", "states": {"a": "50 %", "b": "50 %"},
                            "effect": {"a": {"sites.hall.rent": "90 USD/kW-month"}}}},
}  # fmt: skip


@pytest.mark.parametrize("name", FINE)
def test_what_reaches_it_is_none(name: str) -> None:
    assert doubts(FINE[name]) == {}


def test_a_state_known_within_a_period_is_in_force_from_the_next() -> None:
    """As many dollars as with the start of the next period written."""
    base = put(BASES["buy"], {"work.rank.growth": {"2026-Q3": 2}})
    within, after = (
        planned(put(base, {"uncertainty.dear": FACTOR | {"reveal": at}})).objective
        for at in ("2026-05", "2026-Q3")
    )
    assert within == after


def defaults(change: Changes) -> dict[str, float]:
    loaded = load_mapping(put(BASES["buy"], change))
    return {n.path: n.value for n in loaded.assumptions if not n.stated}


YEAR = 365.25 * 86_400


def test_what_counts_unsaid_is_listed_with_its_value() -> None:
    plain = defaults({})
    assert plain["finance.lives.accelerators.book"] == 5 * YEAR
    assert not {"finance.lives.servers.book", "finance.lives.buildings.book"} & set(plain)
    assert not {"budget.debt_limit", "budget.cash", "finance.opening_cash"} & set(plain)
    hosts = defaults({"supply.buy.host": "5_000 USD"})
    assert hosts["finance.lives.servers.book"] == 5 * YEAR
    halls = defaults({"sites.hall.expand": {"step": "1 MW", "capex": "9 USD/W"}})
    assert halls["finance.lives.buildings.book"] == 20 * YEAR
    debt = defaults({"budget.debt_limit": "5m USD"})
    assert debt["budget.debt_rate"] == debt["budget.cash"] == debt["finance.opening_cash"] == 0
    cash = defaults({"budget.cash": "5m USD"})
    assert cash["budget.debt_limit"] == cash["finance.opening_cash"] == 0
    assert "budget.debt_rate" not in cash
    assert defaults({"finance.perimeter": "firm"})["finance.opening_cash"] == 0
    lease = {"supply.rent": BASES["lease"]["supply"]["rent"], "discount_rate": "11 %/year"}
    assert defaults(lease)["finance.borrowing_rate"] == pytest.approx(0.11)
    assert "finance.borrowing_rate" not in plain


def test_what_is_said_is_no_default() -> None:
    said = defaults({
        "budget.debt_limit": "5m USD", "budget.debt_rate": "5 %/year", "budget.cash": "1m USD",
        "finance.opening_cash": "9m USD", "finance.lives": {"accelerators": {"book": "4 years"}},
    })  # fmt: skip
    assert not {"budget.debt_rate", "budget.cash", "finance.opening_cash"} & set(said)
    assert "finance.lives.accelerators.book" not in said


def test_the_lives_listed_are_those_of_planner_and_accounts() -> None:
    change = {"supply.buy.host": "5_000 USD",
              "sites.hall.expand": {"step": "1 MW", "capex": "9 USD/W"}}  # fmt: skip
    listed, study = defaults(change), load_mapping(put(BASES["buy"], change)).study
    for kind in ("accelerators", "servers", "buildings"):
        years = listed[f"finance.lives.{kind}.book"] / YEAR
        assert years == wear_of(study, kind).life_years == UNSAID[kind]


def test_defaults_written_out_change_nothing() -> None:
    base = put(BASES["cash"], {"budget.debt_limit": "5m USD"})
    stated = put(base, {"budget.debt_rate": "0 %/year",
                        "finance.lives": {"accelerators": {"book": "5 years"}}})  # fmt: skip
    assert planned(stated).objective == pytest.approx(planned(base).objective, rel=1e-9)


def test_exchange_rates_that_count_are_listed_with_their_day() -> None:
    """Small.yaml counts in yuan and buys in dollars: 7.0432 yuan, the mean of December 2025."""
    listed = {n.path: n for n in small_study().assumptions if not n.stated}
    rate = listed["exchange_rates.USD"]
    assert (rate.value, rate.unit) == (7.0432, "CNY")
    assert "2025-12-31" in rate.note
    assert not any(p.startswith("exchange_rates") for p in defaults({}))


def test_a_fallback_larger_than_the_service_is_a_doubt() -> None:
    base = put(BASES["serve_fallback"], {"sites.cold.electricity": "0.1 USD/kWh"})
    assert load_mapping(base).warnings == ()
    larger = put(base, {"services.chat.fallback.model": "kimi-k2"})
    (doubt,) = load_mapping(put(larger, {"services.chat.model": "qwen3-30b-a3b"})).warnings
    assert doubt.where == "services.chat.fallback.model"
    assert "larger than the service's own" in doubt.what
    own = {"total_params": 30e9, "active_params": 40e8, "proxy": "qwen3-30b-a3b"}
    (again,) = load_mapping(put(larger, {"services.chat.model": own})).warnings
    assert again.what == doubt.what
    assert again.allowed == "4bn or fewer"


def test_a_refund_of_orders_that_may_be_cancelled_is_alive() -> None:
    change = {"supply.buy.lead": "1 quarter", "supply.buy.deposit": "20 %",
              "supply.buy.refund": "50 %"}  # fmt: skip
    listed = {i.path for i in load_mapping(put(BASES["buy"], change)).idle}
    assert "supply.buy.refund" in listed
    change["supply.buy.cancel_fee"] = "1 %"
    assert not load_mapping(put(BASES["buy"], change)).idle


def test_the_firms_own_cash_is_alive_in_its_statements() -> None:
    flow = {"finance.operating_cash_flow": {2026: "5m USD"}, "finance.opening_cash": "1m USD"}
    assert len(load_mapping(put(BASES["buy"], flow)).idle) == 2
    assert not load_mapping(put(BASES["buy"], flow | {"finance.perimeter": "firm"})).idle
