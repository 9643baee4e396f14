"""Small studies, each made so that some inputs matter in it; by name."""

from __future__ import annotations

from typing import Any

from support.liveness import put

__all__ = ["BASES"]

BUY: dict[str, Any] = {
    "outlay": 1,
    "title": "alive",
    "as_of": "2025-12-31",
    "currency": "USD",
    "horizon": {"start": "2026-Q1", "periods": 3},
    "discount_rate": "10 %/year",
    "slices": "mean",
    "work": {"rank": {"reference": "h200-sxm", "need": 1000, "serve_from": ["hall"],
                      "unserved": "20 USD/chip-hour"}},
    "supply": {"buy": {"chip": "h200-sxm", "by": "purchase", "price": "30_000 USD",
                       "to": ["hall"]}},
    "sites": {"hall": {"region": "NO", "power": "5 MW", "pue": 1.2,
                       "electricity": "0.08 USD/kWh"}},
}  # fmt: skip
"""A thousand busy chips, to be bought."""

COLD = {"region": "SE", "power": "5 MW", "pue": 1.2, "electricity": "0.80 USD/kWh"}
WARM = {"supply.buy.to": ["hall", "cold"], "work.rank.serve_from": ["hall", "cold"],
        "sites.cold": COLD}  # fmt: skip
"""A second hall, where power is ten times as dear."""

DEAR = {"chip": "h100-sxm", "by": "purchase", "price": "90_000 USD", "to": ["hall"]}

SERVICE: dict[str, Any] = {
    "model": "qwen3-235b-a22b", "tokens_per_day": "50bn/day", "mix": {"input": 3.6},
    "lengths": {"input": 2000, "output": 500}, "serve_from": ["hall", "cold"],
    "busiest_hour": 1.0, "value": {"unserved": "5 USD/Mtok"},
}  # fmt: skip
SERVE = put(BUY, {"work": None, "services": {"chat": SERVICE}, "supply.buy.to": ["hall", "cold"],
                  "sites.cold": COLD})  # fmt: skip
BY_KIND = {"input": "1 USD/Mtok", "output": "4 USD/Mtok", "cached": "0.1 USD/Mtok"}

RENT = {"chip": "h200-sxm", "by": "lease", "rent": "3 USD/chip-hour", "term": "9 months",
        "to": ["hall"]}  # fmt: skip
LEASE = put(BUY, {"supply.buy": None, "supply.rent": RENT})
BRIEF = put(LEASE, {"work.rank.need": {"2026-Q1": 1000, "2026-Q2": 0}})
"""Leased for nine months, needed for three."""

LICENCE = put(
    BUY,
    {
        "work.rank.need": {"2026-Q1": 0, "2026-Q2": 1000},
        "supply.buy.lead": "1 quarter",
        "supply.buy.deposit": "50 %",
        "supply.buy.cap": 5000,
        "uncertainty.licence": {
            "reveal": "2026-Q2", "states": {"granted": "50 %", "refused": "50 %"},
            "effect": {"refused": {"supply.buy.cap": 0}},
        },
        "sites.cold": COLD,
    },
)  # fmt: skip
"""Ordered in hope; what is due in the second quarter may be refused."""

FLOW = put(
    BUY,
    {
        "work.rank.growth_follows_demand": True,
        "uncertainty.flow": {"reveal": "2026-Q2", "states": {"low": "50 %", "base": "50 %"},
                             "from": "demand"},
        "demand.state_totals": {"low": "1T/day", "base": "4T/day"},
    },
)  # fmt: skip

TRAIN = put(
    BUY,
    {
        "work": None,
        "training.run": {
            "flop": "1e24 FLOP", "start": "2026-Q1", "by": "2026-Q2", "sustained": "400 TFLOP/s",
            "places": {"hall": "100 %"}, "unserved": "20 USD/chip-hour",
        },
        "supply.buy.to": ["hall", "cold"],
        "sites.cold": COLD,
    },
)  # fmt: skip
TRAIN_MODEL = put(TRAIN, {"training.run.flop": None, "training.run.model": "qwen3-235b-a22b",
                          "training.run.tokens": "1T tokens"})  # fmt: skip

FLEET = put(BUY, {"fleet.old": {"chip": "h200-sxm", "quantity": 500, "places": ["hall"]},
                  "sites.cold": COLD})  # fmt: skip
RENTED = put(FLEET, {"fleet.old.tenure": "leased", "fleet.old.rent": "0.5 USD/chip-hour",
                     "fleet.old.lease_end": "2026-Q4"})  # fmt: skip
OLD = put(FLEET, {"fleet.old.vintage": 2022, "fleet.old.life": "10 years"})
INSTALL = put(FLEET, {"fleet.old.not_installed": 300, "supply.install": {
    "chip": "h200-sxm", "by": "purchase", "price": "1_000 USD", "to": ["hall"]}})  # fmt: skip

TIGHT = put(BUY, {"sites.hall.power": "0.5 MW", "sites.hall.expand": {
    "step": "0.1 MW", "per_period": "2 MW", "first": "2026-Q2", "lead": "1 quarter",
    "capex": "10 USD/W"}})  # fmt: skip

SHARE = put(BUY, {"supply.home": {"chip": "ascend-910c", "by": "purchase", "price": "40_000 USD",
                                  "to": ["hall"]},
                  "rules.domestic_share": "30 %", "rules.home": "NO",
                  "budget.overrun_price": 3})  # fmt: skip

CASH = put(BUY, {"budget.cash": "0 USD", "budget.overrun_price": 2,
                 "finance.opening_cash": "25m USD",
                 "finance.operating_cash_flow": {2026: "4m USD"}})  # fmt: skip
BORROW = put(CASH, {"budget.debt_limit": "5m USD", "budget.debt_rate": "6 %/year"})

PRICE = {"distribution": "lognormal", "sigma": "20 %", "applies_to": ["supply.buy.price"]}
SAMPLED = put(BUY, {"supply.buy.lead": "1 quarter", "uncertainty.price": PRICE})
UNIFORM = put(
    SAMPLED,
    {
        "uncertainty.price": {
            "distribution": "uniform",
            "low": 0.9,
            "high": 1.1,
            "applies_to": ["supply.buy.price"],
        }
    },
)
PAIR = put(SAMPLED, {
    "supply.buy.host": "30_000 USD",
    "uncertainty.host": {"distribution": "lognormal", "sigma": "20 %",
                         "applies_to": ["supply.buy.host"]},
    "uncertainty.power": {"distribution": "lognormal", "sigma": "20 %",
                          "applies_to": ["sites.hall.electricity"]},
    "correlations": [{"between": ["price", "host"], "rank": 0.9}],
})  # fmt: skip

WORDS = put(
    BUY,
    {
        "sources.ft": {"publisher": "FT"},
        "services.chat": SERVICE | {
            "serve_from": ["hall"], "lengths": {"input": 2000, "output": 500},
            "tokens_per_day": {"series": "bytedance-tokens", "share": "0.01 %"},
            "slo": {"ttft": {"p99": "5 s"}}, "busiest_hour": {"prefill": 1.1, "decode": 1.2},
            "value": {"unserved": BY_KIND, "price": BY_KIND}},
        "services.chat.value.tiers": [{"share": "100 %", "times": 1}],
        "services.chat.fallback": {"model": "qwen3-30b-a3b", "most": "5 %", "loss": "50 %"},
        "work.rank.tiers": [{"share": "100 %", "times": 1}],
        "rules.chip_power.h200-sxm": {"busy": "80 %"},
        "work.images": {"reference": "h200-sxm", "units": {"items": "1m/day", "seconds": "1 s"},
                        "serve_from": ["hall"], "unserved": "9 USD/chip-hour"},
        "training.run": TRAIN["training"]["run"],
        "fleet.old": {"chip": "h200-sxm", "quantity": 5, "places": ["hall"]},
        "supply.buy.levy": {"share": "1 %", "included": False},
        "supply.buy.trial": {"quantity": 5, "call_off": 2},
        "sites.hall.expand": {"step": "1 MW", "per_period": "1 MW"},
        "rules.ceilings.grid": {"places": ["hall"], "power": "9 MW"},
        "budget.capex": {2026: "90m USD"},
        "demand.event_peak": 1.1,
        "performance.software_gain": "1 %",
        "finance.maintenance": "1 %",
        "finance.lives.accelerators": {"book": "5 years"},
        "uncertainty.price": PRICE,
        "uncertainty.power": {"distribution": "normal", "sigma": "5 %",
                              "applies_to": ["sites.hall.electricity"]},
        "correlations": [{"between": ["price", "power"], "rank": 0.1}],
        "unmodelled": [{"what": "x", "value": "y", "why": "z"}],
    },
)  # fmt: skip
"""Something everywhere that words or a source may stand."""

_TIERS = [{"share": "10 %", "times": 1}, {"share": "90 %", "times": 2}]
NEWER: dict[str, dict[str, Any]] = {
    # Prompts may run where only prompts may; answers where power is dear.
    "serve_apart": put(SERVE, {"sites.hall.loads": ["prefill"], "sites.cold.power": "5 MW"}),
    "serve_tiers": put(SERVE, {"sites.hall.power": "0 MW", "sites.cold.power": "0 MW",
                               "services.chat.value.tiers": _TIERS}),
    "serve_cheap": put(SERVE, {"services.chat.value.unserved": "0.0001 USD/Mtok"}),
    "serve_fallback": put(SERVE, {"services.chat.model": "deepseek-v3", "services.chat.fallback": {
        "model": "qwen3-235b-a22b", "most": "50 %", "loss": "0 %"}}),
    "tiers": put(BUY, {"sites.hall.power": "0 MW", "work.rank.tiers": _TIERS}),
    "cheap": put(BUY, {"work.rank.unserved": "0.01 USD/chip-hour"}),
    "coming": put(FLEET, {"fleet.old.arrives": "2026-Q2"}),
    "chip": put(BUY, {"rules.chip_power.h200-sxm": {"busy": "80 %"}}),
    "chip_idle": put(FLEET, {"rules.chip_power.h200-sxm": {"idle": "30 %"},
                             "work.rank.need": 100}),
    "racks": put(BUY, {"rules.chip_power.h200-sxm": {"per_rack": 32}, "sites.hall.racks": 20}),
    "liquid": put(BUY, {"rules.chip_power.h200-sxm": {"liquid": False},
                        "sites.hall.liquid": "0.2 MW"}),
    "wet": put(BUY, {"rules.chip_power.h200-sxm": {"liquid": True},
                     "sites.hall.liquid": "0.2 MW"}),
    "hall_rent": put(BUY, {"sites.hall.rent": "150 USD/kW-month"}),
    "tight_rent": put(TIGHT, {"sites.hall.rent": "150 USD/kW-month"}),
    "doubt": put(LICENCE, {
        "supply.buy.deposit": "0 %", "supply.buy.cap": 5000,
        "work.rank.need": {"2026-Q1": 0, "2026-Q2": 1000, "2026-Q3": 0},
        "finance.lives.servers": {"book": "0.5 years"},
        "uncertainty.licence.effect": {"refused": {"supply.buy.host": "70_000 USD"}}}),
    "divert": put(LICENCE, {"supply.buy.divert_to": ["cold"],
                            "work.rank.serve_from": ["hall", "cold"]}),
    "sell": put(BUY, {"work.rank.need": {"2026-Q1": 1000, "2026-Q2": 0},
                      "finance.lives.accelerators": {"book": "5 years", "residual": "0 %"}}),
}  # fmt: skip

BASES: dict[str, dict[str, Any]] = {
    "buy": BUY,
    "words": WORDS,
    **NEWER,
    "warm": put(BUY, WARM),
    "firm": put(BUY, {"finance.perimeter": "firm", "finance.opening_cash": "1m USD"}),

    "two": put(BUY, {"supply.dear": DEAR}),
    "b200": put(BUY, {"supply.buy.chip": "b200-hgx"}),
    "dark": put(BUY, {"sites.hall.power": "0 MW"}),
    "grow": put(BUY, {"work.rank.growth": {"2026-Q3": 2}}),
    "peak": put(BUY, {"work.rank.busiest_hour": 2}),
    "items": put(BUY, {"work.rank.need": None,
                       "work.rank.units": {"items": "10m/day", "seconds": "5 s"}}),
    "cited": put(BUY, {"sources.ft": {"publisher": "FT", "grade": "reported"},
                       "supply.buy.source": "ft"}),
    "late": put(BUY, {"work.rank.need": {"2026-Q1": 0, "2026-Q2": 1000},
                      "supply.buy.lead": "1 quarter"}),
    "levied": put(BUY, {"supply.buy.levy": {"share": "10 %", "included": False}}),
    "trial": put(BUY, {"supply.buy.trial": {"quantity": 100, "call_off": 3}}),
    "north": put(BUY, {"sites.hall.tags": ["north"], "supply.buy.to": ["north"],
                       "work.rank.serve_from": ["NO", "SE"],
                       "sites.cold": COLD | {"electricity": "0.01 USD/kWh"}}),
    "grid": put(BUY, {"rules.ceilings.grid": {"places": ["hall"], "power": "0.5 MW"},
                      "sites.cold": COLD}),
    "budget": put(BUY, {"budget.capex": {2026: "40m USD"}, "budget.overrun_price": 2}),
    "over": put(BUY, {"budget.capex": {2026: "10m USD"}, "budget.overrun_price": 2}),
    "home": put(BUY, {"supply.buy.chip": "ascend-910c"}),
    "hosts": put(BUY, {"supply.buy.host": "5_000 USD",
                       "finance.lives.servers": {"book": "5 years"}}),
    "lives": put(BUY, {"finance.lives.accelerators": {"book": "5 years"}}),
    "taxed": put(BUY, {"finance.lives.accelerators": {"book": "5 years"}, "finance.tax": "25 %"}),
    "wait": put(BUY, {"work.rank.busiest_hour": 2, "work.rank.deferrable": "40 %"}),
    "long": put(LEASE, {"supply.rent.term": "3 years"}),
    "not_renewed": put(RENTED, {"fleet.old.lease_end": "2026-Q2"}),
    "renewed": put(RENTED, {"fleet.old.lease_end": "2026-Q2", "fleet.old.renew_rent":
                            "0.2 USD/chip-hour", "fleet.old.renew_term": "1 quarter"}),
    "handed_back": put(RENTED, {"work.rank.need": {"2026-Q1": 500, "2026-Q2": 0}}),
    "lease": LEASE, "brief": BRIEF, "leaving": put(BRIEF, {"supply.rent.early_exit": "0 %"}),
    "licence": LICENCE, "flow": FLOW, "train": TRAIN, "train_model": TRAIN_MODEL,
    "train_late": put(TRAIN, {"supply.buy.lead": "1 quarter"}),
    "fleet": FLEET, "rented": RENTED, "old": OLD, "install": INSTALL, "tight": TIGHT,
    "share": SHARE, "cash": CASH, "borrow": BORROW,
    "tail": put(LICENCE, {"objective.tail": {"cvar": "60 %", "weight": 0.5}}),
    "sampled": SAMPLED, "uniform": UNIFORM, "pair": PAIR,
    "serve": SERVE,
    "serve_two": put(SERVE, {"supply.dear": DEAR}),
    "serve_phases": put(SERVE, {"services.chat.busiest_hour": {"prefill": 1.5, "decode": 1.5}}),
    "serve_peak": put(SERVE, {"services.chat.busiest_hour": 2}),
    "serve_shape": put(SERVE, {"services.chat.busiest_hour": None,
                               "services.chat.shape": "consumer-chat"}),
    "serve_cached": put(SERVE, {"services.chat.mix.cached": "50 %"}),
    "serve_dark": put(SERVE, {"sites.hall.power": "0 MW", "sites.cold.power": "0 MW",
                              "services.chat.mix.cached": "50 %",
                              "services.chat.value.unserved": BY_KIND}),
    "serve_series": put(SERVE, {"services.chat.tokens_per_day": {
        "series": "bytedance-tokens", "share": "0.1 %", "forecast": "damped"}}),
    "serve_day": put(SERVE, {"slices": "peak_offpeak", "services.chat.busiest_hour": 1.5}),
    "feast": put(SERVE, {"slices": "peak_offpeak", "services.chat.busiest_hour": 1.5,
                         "demand.event_peak": 2}),
    "serve_slo": put(SERVE, {"services.chat.slo": {"ttft": {"p99": "5 s"},
                                                   "tpot": {"p99": "100 ms"}}}),
    "sold": put(SERVE, {"services.chat.value.price": {"input": "3 USD/Mtok",
                                                      "output": "30 USD/Mtok",
                                                      "cached": "1 USD/Mtok"},
                        "services.chat.mix.cached": "50 %", "finance.tax": "25 %",
                        "finance.lives.accelerators": {"book": "5 years"}}),
}  # fmt: skip
