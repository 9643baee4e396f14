"""What is listed as reaching nothing reaches nothing: change it, and the whole result stands.

Random small studies state inputs that the rest of the study leaves idle. Each one that is listed is
given another value: every fact of the plan stays as it was, those that repeat the study apart.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import numpy as np
import pytest

from outlay.api.plans.plan import Planned, plan
from outlay.api.studies import loaded
from outlay.study.checks.unused import RULES

SEEDS = range(20)
REPEATS = (
    "record", "assumptions", "facts", "sources", "idle", "widest", "outlay", "headline", "answers",
)  # fmt: skip
"""Parts of a result that repeat the study, or say when it was made."""
SOLVERS = ("prices", "certificates", "invariants")
"""Parts that a solver may give in several ways where an optimum is degenerate."""

BASE: dict[str, Any] = {
    "outlay": 1,
    "title": "idle inputs",
    "as_of": "2025-12-31",
    "currency": "USD",
    "horizon": {"start": "2026-Q1", "periods": 3},
    "discount_rate": "10 %/year",
    "slices": "mean",
    "work": {
        "rank": {"reference": "h200-sxm", "need": 900, "serve_from": ["hall"],
                 "unserved": "20 USD/chip-hour", "growth_per_period": "10 %"},
        "held": {"reference": "h100-sxm", "kind": "reserved", "need": 50, "serve_from": ["hall"],
                 "unserved": "9 USD/chip-hour"},
    },
    "fleet": {"old": {"chip": "h100-sxm", "quantity": 400, "places": ["hall"]}},
    "supply": {
        "buy": {"chip": "h200-sxm", "by": "purchase", "price": "30_000 USD", "to": ["hall"]},
        "later": {"chip": "h100-sxm", "by": "purchase", "price": "9_000 USD", "to": ["hall"],
                  "lead": "1 quarter"},
    },
    "sites": {
        "hall": {"region": "NO", "power": "1 MW", "pue": 1.2, "electricity": "0.08 USD/kWh"},
        "spare": {"region": "SE", "power": "1 MW", "pue": 1.2, "electricity": "0.07 USD/kWh"},
    },
}  # fmt: skip

# Path as written in BASE → a value that may be stated there, and another that must change nothing.
STATED: dict[str, tuple[Any, Any]] = {
    "peers": ({"us": {"capex": {2026: "3bn USD"}}}, {"us": {"capex": {2026: "9bn USD"}}}),
    "rivals": ([{"about": "discount_rate", "value": "8 %", "why": "an older note"}],
               [{"about": "discount_rate", "value": "20 %", "why": "another"}]),
    "cross_checks": ([{"what": "chips", "value": "1,000"}], [{"what": "chips", "value": "7"}]),
    "performance.cross_check": ({"h200-sxm": {"dense": 1}}, {"h200-sxm": {"dense": 3}}),
    "performance.stack": ("vllm", "sglang"),
    "performance.weights": ("bf16", "fp8"),
    "performance.kv": ("bf16", "fp8"),
    "performance.domestic_factor": (0.8, 0.3),
    "work.held.busiest_hour": (1.5, 3),
    "work.rank.growth_follows_demand": (True, False),
    "fleet.old.life": ("4 years", "1 years"),
    "supply.buy.term": ("1 year", "3 years"),
    "supply.buy.notice": ("1 month", "2 months"),
    "supply.buy.accounting": ("service", "finance"),
    "supply.buy.levy": ({"share": "5 %", "included": True}, {"share": "50 %", "included": True}),
    "supply.buy.deposit": ("20 %", "80 %"),
    "supply.buy.refund": ("50 %", "90 %"),
    "supply.buy.divert_to": (["spare"], []),
    "supply.buy.domestic": (True, False),
    "supply.later.refund": ("50 %", "90 %"),
    "supply.later.divert_to": (["spare"], []),
    "rules.slo_load": ("60 %", "30 %"),
    "rules.pooled_peak": (1.2, 2),
    "rules.fragmentation": (1.1, 1.9),
    "rules.cached_token_cost": ("5 %", "50 %"),
    "budget.debt_rate": ("5 %/year", "15 %/year"),
    "budget.overrun_price": (2, 7),
    "finance.standard": ("ifrs16", "us_gaap"),
    "finance.borrowing_rate": ("5 %/year", "12 %/year"),
    "finance.operating_cash_flow": ({2026: "5m USD"}, {2026: "70m USD"}),
    "finance.lives.network": ({"book": "4 years"}, {"book": "9 years"}),
    "finance.lives.servers": ({"book": "4 years"}, {"book": "9 years"}),
    "finance.lives.buildings": ({"book": "15 years"}, {"book": "30 years"}),
    "finance.lives.accelerators": ({"book": "5 years", "tax": "3 years"},
                                   {"book": "5 years", "tax": "5 years"}),
    "demand.reference_state": ("base", "low"),
    "demand.event_days": ("5 days", "9 days"),
    "demand.event_in": (["2026-Q1"], ["2026-Q2"]),
    "demand.state_totals": ({"low": "1T/day", "base": "2T/day"},
                            {"low": "8T/day", "base": "9T/day"}),
    "objective.tail": ({"cvar": "90 %", "weight": 0.3}, {"cvar": "60 %", "weight": 0.9}),
    "uncertainty.speed": ({"distribution": "lognormal", "sigma": "5 %", "low": 0.5,
                           "high": 2},
                          {"distribution": "lognormal", "sigma": "9 %", "low": 0.1,
                           "high": 7}),
    "uncertainty.width": ({"distribution": "uniform", "low": 0.9, "high": 1.2, "sigma": "3 %",
                           "mean": 1, "applies_to": ["supply.buy.price"]},
                          {"distribution": "uniform", "low": 0.9, "high": 1.2, "sigma": "9 %",
                           "mean": 1.1, "applies_to": ["supply.buy.price"]}),
    "sources": ({"memo": {"claim": "a-1"}}, {"memo": {"claim": "b-2"}}),
}  # fmt: skip

# What makes some of them act, so that the rules are tried on both sides.
SWITCHES: dict[str, Any] = {
    "finance.tax": "25 %",
    "budget.cash": "1m USD",
    "budget.debt_limit": "2m USD",
    "supply.buy.host": "4_000 USD",
    "supply.buy.lead": "1 quarter",
    "rules.domestic_share": "10 %",
    "supply.home": {"chip": "ascend-910c", "by": "purchase", "price": "25_000 USD", "to": ["hall"],
                    "cap": 40},
    "supply.rent": {"chip": "h200-sxm", "by": "lease", "rent": "3 USD/chip-hour",
                    "term": "6 months", "to": ["hall"], "deposit": "10 %", "refund": "30 %",
                    "levy": {"share": "9 %", "included": False},
                    "accounting": "operating"},
    "supply.cloud": {"chip": "h200-sxm", "by": "reservation", "rent": "3 USD/chip-hour",
                     "term": "6 months", "to": ["hall"], "duty": "10 %",
                     "accounting": "service"},
    "supply.spot": {"chip": "h200-sxm", "by": "spot", "rent": "6 USD/chip-hour",
                    "notice": "1 month",
                    "to": ["hall"], "cap": 30},
    "supply.paid": {"chip": "h200-sxm", "by": "finance_lease", "price": "31_000 USD",
                    "term": "3 years", "notice": "1 month", "to": ["hall"], "cap": 60},
    "supply.by-rent": {"chip": "h200-sxm", "by": "finance_lease", "rent": "1.3 USD/chip-hour",
                       "term": "3 years", "deposit": "10 %", "refund": "10 %", "duty": "5 %",
                       "levy": {"share": "7 %", "included": False}, "to": ["hall"], "cap": 60},
    "fleet.coming": {"chip": "h100-sxm", "quantity": 60, "places": ["hall"], "arrives": "2026-Q2",
                     "tenure": "leased", "rent": "2 USD/chip-hour", "lease_end": "2026-Q3",
                     "vintage": 2026.4, "life": "3 years", "not_installed": 5},
    "fleet.old.vintage": 2023,
    "sites.hall.expand": {"step": "0.2 MW", "lead": "1 quarter", "capex": "9 USD/W"},
    "uncertainty.licence": {
        "reveal": "2026-Q2", "states": {"granted": "50 %", "refused": "50 %"},
        "effect": {"granted": {}, "refused": {"supply.later.cap": 0}},
    },
    "supply.later.cap": 500,
    "supply.later.deposit": "20 %",
    "supply.later.needs": "licence",
    "uncertainty.flow": {"reveal": "2026-Q3", "states": {"low": "50 %", "base": "50 %"},
                         "from": "demand"},
}  # fmt: skip

SERVICE: dict[str, Any] = {
    "model": "qwen3-235b-a22b", "tokens_per_day": "5bn/day", "mix": {"input": 3.6},
    "lengths": {"input": 2000, "output": 500, "cv": 1.5, "trace": "azure2023_conv"},
    "serve_from": ["hall"],
    "busiest_hour": 1.5, "shape": "consumer-chat",
    "value": {"unserved": {"input": "1 USD/Mtok", "output": "4 USD/Mtok", "cached": "1 USD/Mtok"},
              "price": {"input": "1 USD/Mtok", "output": "2 USD/Mtok", "cached": "1 USD/Mtok"}},
}  # fmt: skip
PLAIN = {"reveal": "2026-Q2", "states": {"dear": "50 %", "cheap": "50 %"},
         "effect": {"dear": {"supply.later.price": "9_500 USD"}}}  # fmt: skip
HIRED: dict[str, Any] = {"chip": "h100-sxm", "quantity": 6, "places": ["hall"], "tenure": "leased",
                         "rent": "0.5 USD/chip-hour"}  # fmt: skip
BY_PERIOD: dict[str, dict[str, Any]] = {
    "supply.buy.price": {"2026-Q1": "30_000 USD", "2026-02": "20_000 USD",
                         "2026-Q2": "31_000 USD", "2027": "9_000 USD"},
    "supply.hire": {"chip": "h200-sxm", "by": "lease", "term": "6 months", "to": ["hall"],
                    "rent": {"2026-Q1": "3 USD/chip-hour", "2026-03": "1 USD/chip-hour",
                             "2026-Q2": "3 USD/chip-hour", "2027-Q1": "2 USD/chip-hour"},
                    "cap": {"2026-Q1": 20, "2026-Q4": 70}},
    "fleet.again": {"chip": "h100-sxm", "quantity": 6, "places": ["hall"], "tenure": "leased",
                    "rent": "0.5 USD/chip-hour", "lease_end": "2026-Q1", "renew_term": "1 quarter",
                    "renew_rent": {"2026-Q1": "1 USD/chip-hour", "2026-05": "2 USD/chip-hour",
                                   "2026-Q3": "1 USD/chip-hour", "2026-Q4": "3 USD/chip-hour"}},
    "work.held.need": {"2026-Q1": 50, "2028": 9},
    "work.held.growth": {"2026-Q1": 1, "2026-Q4": 1.2, "2027": 3},
    "sites.hall.power": {"2025": "3 MW", "2026-Q1": "1 MW", "2027": "0.1 MW"},
    "sites.spare.capex_due": {"2026-Q1": "1m USD", "2026-Q4": "9m USD"},
    "rules.ceilings.grid": {"places": ["hall"], "power": {"2026-Q1": "2 MW", "2027": "0.1 MW"}},
    "budget.other_capex": {"2026": "1m USD", "2027": "7m USD"},
    "finance.operating_cash_flow": {"2026": "5m USD", "2027": "7m USD"},
    "demand.state_totals": {"low": {"2026": "1T/day", "2027": "9T/day"}, "base": "2T/day"},
}  # fmt: skip
"""Schedules with entries that hold in no period of the horizon, three quarters of 2026."""
OTHER_ENTRY = {
    "supply.buy.price": "7_000 USD", "supply.hire.rent": "9 USD/chip-hour", "supply.hire.cap": 900,
    "fleet.again.renew_rent": "9 USD/chip-hour", "work.held.need": 700, "work.held.growth": 5,
    "sites.hall.power": "0.2 MW", "sites.spare.capex_due": "90m USD",
    "rules.ceilings.grid.power": "0.5 MW", "budget.other_capex": "80m USD",
    "finance.operating_cash_flow": "90m USD", "demand.state_totals.low": "3T/day",
    "services.chat.compute": 8, "services.chat.growth": 8,
}  # fmt: skip
"""Schedule → another value of such an entry."""
OF_SERVICE: dict[str, Any] = {
    "services.chat.shape": "coding",
    "services.chat.lengths.cv": 2,
    "services.chat.value.unserved.cached": "3 USD/Mtok",
}
OTHER: dict[str, Any] = {
    "supply.rent.deposit": "40 %", "supply.rent.refund": "90 %",
    "supply.cloud.duty": "80 %", "supply.cloud.accounting": "by_tests",
    "supply.spot.notice": "2 months", "supply.rent.levy.share": "90 %",
    "supply.paid.notice": "3 months", "supply.by-rent.deposit": "70 %",
    "fleet.coming.rent": "9 USD/chip-hour", "fleet.coming.lease_end": "2026-Q4",
    **{f"fleet.{pool}.{x}": v for pool in ("hired", "let")
       for x, v in {"renew_rent": "9 USD/chip-hour", "renew_term": "2 months"}.items()},
    "fleet.coming.vintage": 2026, "fleet.coming.life": "1 year",
    "supply.by-rent.refund": "70 %", "supply.by-rent.duty": "90 %",
    "supply.by-rent.levy": {"share": "90 %", "included": False},
    "supply.buy.needs": None, "supply.rent.levy": {"share": "90 %", "included": False},
    "supply.later.needs": None,
    "services.chat.value.price.cached": "9 USD/Mtok", "objective.tail.cvar": "50 %",
    "demand.event_peak": 3,
    "demand.reference_state": "low", "fleet.coming.not_installed": 30, "fleet.old.vintage": 2020,
    "uncertainty.speed.distribution": "normal", **OF_SERVICE,
}  # fmt: skip
"""Listed path → another value, where STATED has none for it or for what it stands in."""


DUE = {
    "uncertainty.licence": SWITCHES["uncertainty.licence"],
    "supply.later.cap": 500,
    "work.rank.need": {"2026-Q1": 300, "2026-Q2": 900},
}  # fmt: skip
ALONE: dict[tuple[str, str], tuple[dict[str, Any], Any, Any, dict[str, Any]]] = {
    ("fleet.old.owed", "nothing_owed"):
        ({}, "9_000 USD", "1_000 USD", {"fleet.old.arrives": "2026-Q2"}),
    ("fleet.coming.owed", "nothing_owed"):
        ({"fleet.coming": SWITCHES["fleet.coming"]}, "9_000 USD", "1_000 USD",
         {"fleet.coming": {"chip": "h100-sxm", "quantity": 60, "places": ["hall"],
                           "arrives": "2026-Q2", "owed": "9_000 USD"}}),
    ("fleet.old.vintage", "on_order"):
        ({"fleet.old.arrives": "2026-Q1", "fleet.old.owed": "9_000 USD",
          "fleet.old.life": "3 years"}, 2024, 2023.5, {"fleet.old.owed": None}),
    ("supply.buy.lot", "not_ordered_at_once"):
        ({"supply.buy.first_order": "2026-Q2"}, 64, 500, {"supply.buy.first_order": "2026-Q1"}),
    ("supply.later.divert_cost", "no_divert"):
        (DUE, "100 USD", "9_000 USD", {"supply.later.divert_to": ["spare"]}),
    ("supply.later.divert_cost", "never_refused"):
        ({"supply.later.divert_to": ["spare"]}, "100 USD", "9_000 USD", DUE),
    ("supply.buy.cancel_fee", "direct_order"):
        (DUE, "2 %", "20 %", {"supply.buy.lead": "1 quarter"}),
    **{(f"sites.hall.{x}", "no_hall_rent"): ({}, a, b, {"sites.hall.rent": "90 USD/kW-month"})
       for x, a, b in (("minimum_use", "50 %", "0 %"), ("early_exit", "5 %", "90 %"),
                       ("notice", "1 month", "1 year"))},
    ("sites.hall.expand.term", "no_hall_rent"):
        ({"sites.hall.power": "0.5 MW",
          "sites.hall.expand": {"step": "0.1 MW", "per_period": "1 MW", "capex": "9 USD/W"}},
         "1 year", "9 years", {"sites.hall.rent": "90 USD/kW-month"}),
    ("sites.hall.racks", "no_racked_chip"):
        ({"rules.chip_power": {"b200-hgx": {"per_rack": 8}}}, 9, 1,
         {"rules.chip_power": {"h200-sxm": {"per_rack": 32}}}),
    ("sites.hall.liquid", "no_wet_chip"):
        ({}, "0.1 MW", "0 MW", {"rules.chip_power": {"h200-sxm": {"liquid": True}}}),
    ("rules.chip_power.b200-hgx", "no_such_chip"):
        ({}, {"busy": "90 %"}, {"busy": "50 %", "per_rack": 4},
         {"supply.new": {"chip": "b200-hgx", "by": "purchase", "price": "40_000 USD",
                         "to": ["hall"]}}),
    ("finance.maintenance", "nothing_owned"):
        ({"supply": {"rent": SWITCHES["supply.rent"]}}, "4 %", "40 %",
         {"fleet.old.book_value": "9_000 USD"}),
    ("finance.opening_cash", "no_cash_limit"):
        ({}, "5m USD", "50m USD", {"finance.perimeter": "firm"}),
    ("training.run", "campaign_outside"):
        ({}, {"flop": "1e24 FLOP", "start": "2027-Q1", "by": "2027-Q2", "places": ["hall"]},
         {"flop": "9e24 FLOP", "start": "2027-Q1", "by": "2027-Q2", "places": ["hall"]},
         {"horizon.periods": 6}),
}  # fmt: skip
"""(path, reason) → what else is stated, the input, another value, and the partner it lacks."""


def put(study: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    out = copy.deepcopy(study)
    here = out
    *above, last = path.split(".")
    for part in above:
        here = here.setdefault(part, {})
    if value is None:
        here.pop(last)
    else:
        here[last] = value
    return out


@cache
def drawn(seed: int) -> dict[str, Any]:
    """BASE with some switches on and some idle inputs stated."""
    g = np.random.default_rng(seed)
    study = BASE
    if seed % 4 == 3:
        study = put(study, "services", {"chat": SERVICE})
    for path, value in SWITCHES.items():
        if g.random() < 0.35:
            study = put(study, path, value)
    if seed % 5 == 0:
        study = put(study, "objective.tail", {"cvar": "80 %", "weight": 0})
    if seed % 5 == 1:
        study = put(study, "supply.buy.needs", "plain")
        study = put(study, "uncertainty.plain", PLAIN)
    if "licence" not in study.get("uncertainty", {}):
        study["supply"]["later"].pop("needs", None)
    if "domestic_share" in study.get("rules", {}):
        study = put(study, "rules.home", "NO")
    if seed in (0, 6, 12, 18):
        again = {"renew_rent": "1 USD/chip-hour", "renew_term": "1 quarter"}
        study = put(study, "fleet.hired", {**HIRED, **again})
        study = put(study, "fleet.let", {**HIRED, "lease_end": "2026-Q1", "renew_term": "1 month"})
    for path, (value, _) in STATED.items():
        if g.random() < 0.6 and not (path == "objective.tail" and seed % 5 == 0):
            study = put(study, path, value)
    if seed % 5 == 2:  # busiest days of a year after the horizon
        study = put(study, "demand.event_peak", 1.4)
        study = put(study, "demand.event_in", ["2027-Q1"])
    if seed in (1, 7, 13):
        for path, value in BY_PERIOD.items():
            study = put(study, path, value)
        if "services" in study:
            for field in ("compute", "growth"):
                steps = {"2026-Q1": 1, "2026-Q4": 1.1, "2027": 2}
                study = put(study, f"services.chat.{field}", steps)
    return study


@cache
def facts(seed: int, *paths: str) -> dict[str, object]:
    """What the plan says with other values at `paths`."""
    study = drawn(seed)
    for path in sorted(paths, key=lambda p: p.endswith("tenure")):  # an owner has no lease
        study = changed(study, path)
    return said(study)


def said(study: dict[str, Any]) -> dict[str, object]:
    """The facts of a study's plan, without what repeats the study."""
    found: Planned = plan(study, quick=True)
    document: Any = found.to_json()
    document["decision"].pop("binding")  # prices again
    return {k: v for k, v in document.items() if k not in (*REPEATS, *SOLVERS)}


def same(a: object, b: object) -> bool:
    """Equal but for the solver's last digits: a tail of one branch is another programme."""
    if isinstance(a, float) and isinstance(b, float):
        return a == pytest.approx(b, rel=1e-9, abs=1e-6)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


def changed(study: dict[str, Any], path: str) -> dict[str, Any]:
    """The study with another value at a listed path, or in what it stands."""
    if path in OTHER:
        return put(study, path, OTHER[path])
    head, _, key = path.rpartition(".")
    if head in OTHER_ENTRY and key[:2] == "20":
        held: Any = study
        for part in head.split("."):
            held = held[part]
        return put(study, path, OTHER_ENTRY[head]) if isinstance(held, dict) else study
    parts = path.split(".")
    for n in range(len(parts), 0, -1):
        head = ".".join(parts[:n])
        if head in STATED:
            return put(study, head, STATED[head][1])
    if path == "fleet.coming.tenure":
        coming = {k: v for k, v in study["fleet"]["coming"].items()
                  if k not in ("tenure", "rent", "lease_end")}  # fmt: skip
        return put(study, "fleet.coming", coming)
    raise AssertionError(f"no other value is written for {path}")


def listed(seed: int) -> list[str]:
    return [i.path for i in loaded(drawn(seed)).idle]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_listed_changes_nothing(seed: int) -> None:
    paths, before = listed(seed), facts(seed)
    assert paths
    if not same(facts(seed, *paths), before):  # all at once is quick; one by one says which
        alone = next((p for p in paths if not same(facts(seed, p), before)), "none alone")
        pytest.fail(f"{alone} changes the plan")


def alone(path: str, reason: str) -> tuple[dict[str, Any], Any, dict[str, Any]]:
    """A study in which `path` is stated without its partner, another value, and the partner."""
    beside, value, other, partner = ALONE[path, reason]
    study = BASE
    for where, stated in (*beside.items(), (path, value)):
        study = put(study, where, stated)
    return study, other, partner


@pytest.mark.parametrize(("path", "reason"), ALONE)
def test_what_needs_another_is_listed_without_it_and_changes_nothing(
    path: str, reason: str
) -> None:
    study, other, partner = alone(path, reason)
    assert {i.path: i.reason for i in loaded(study).idle}[path] == reason
    assert same(said(put(study, path, other)), said(study))
    for where, stated in partner.items():
        study = put(study, where, stated)
    assert path not in {i.path for i in loaded(study).idle}


def test_every_rule_is_met() -> None:
    met = {(i.field, i.reason) for seed in SEEDS for i in loaded(drawn(seed)).idle}
    met |= {(i.field, i.reason) for key in ALONE for i in loaded(alone(*key)[0]).idle}
    assert {(r.path, r.reason) for r in RULES} - met == set()
