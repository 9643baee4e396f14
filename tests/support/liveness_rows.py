"""One row for every leaf of the study: what a change of it moves, which way; or who refuses it."""

from __future__ import annotations

from support.liveness import Row, idle, moves, refused, shown

__all__ = ["ROWS"]

_CITED = (
    "services.*", "services.*.mix", "services.*.lengths", "services.*.slo", "services.*.value",
    "services.*.value.price", "services.*.value.unserved", "services.*.tokens_per_day", "work.*",
    "work.*.units", "training.*", "fleet.*", "supply.*", "supply.*.levy", "supply.*.trial",
    "sites.*", "sites.*.expand", "rules.ceilings.*", "budget", "demand", "performance", "finance",
    "finance.lives.*", "uncertainty.*", "correlations.*", "rules.chip_power.*",
    "services.*.busiest_hour", "services.*.fallback", "services.*.value.tiers.*", "work.*.tiers.*",
)  # fmt: skip
"""Places whose `source` is that of the numbers in them."""

GENERAL = (
    refused("outlay", "buy", {"outlay": 2}, "outlay"),
    shown("title", "title", "A marked title"),
    moves("as_of", "grow", {"as_of": "2025-06-30"}, "objective", ">"),
    moves("currency", "buy", {"currency": "CNY"}, "objective", ">"),
    moves("horizon.start", "buy", {"horizon.start": "2026-Q2"}, "periods", "!="),
    moves("horizon.periods", "buy", {"horizon.periods": 4}, "objective", ">"),
    moves("fiscal_year_start", "buy", {"fiscal_year_start": 4}, "years", "!="),
    moves("discount_rate", "buy", {"discount_rate": "20 %/year"}, "objective", ">"),
    moves("slices", "wait", {"slices": "peak_offpeak"}, "objective", "!="),
    moves("seed", "sampled", {"seed": 7}, "outlook:capex/2026.p95", "!="),
    moves("scenarios", "buy", {"scenarios": {"cheap": {"supply.buy.price": "9_000 USD"}}},
          "scenario:cheap", "<"),
    refused("objective.minimise", "buy", {"objective.minimise": "regret"}, "expected_cost"),
    moves("objective.tail.cvar", "tail", {"objective.tail.cvar": "30 %"}, "objective", "<"),
    moves("objective.tail.weight", "tail", {"objective.tail.weight": 0.9}, "objective", ">"),
)  # fmt: skip

SOURCES = (
    refused("sources.*.document", "cited", {"sources.ft.document": "absent.md"},
            "no such file beside the study"),
    shown("sources.*.url", "sources.ft.url", "https://example.org/marked"),
    shown("sources.*.publisher", "sources.ft.publisher", "A marked publisher"),
    shown("sources.*.title", "sources.ft.title", "A marked heading"),
    shown("sources.*.date", "sources.ft.date", "2025-11-17"),
    moves("sources.*.grade", "cited", {"sources.ft.grade": "assumption"}, "assumed", ">"),
    idle("sources.*.claim", "cited", {"sources.ft.claim": "a-1"}, "no_document"),
    shown("sources.*.quote", "sources.ft.quote", "words as they were said", where="explain"),
    shown("sources.*.note", "sources.ft.note", "a marked note on a source"),
)  # fmt: skip

C = "services.chat."
SERVICES = (
    moves("services.*.model", "serve", {C + "model": "deepseek-v3"}, "objective", ">"),
    moves("services.*.compute", "serve", {C + "compute": 2}, "objective", ">"),
    moves("services.*.tokens_per_day", "serve", {C + "tokens_per_day": "100bn/day"}, "objective",
          ">"),
    moves("services.*.tokens_per_day.series", "serve_series",
          {C + "tokens_per_day.series": "google-tokens"}, "objective", "!="),
    moves("services.*.tokens_per_day.share", "serve_series", {C + "tokens_per_day.share": "0.2 %"},
          "objective", ">"),
    moves("services.*.tokens_per_day.forecast", "serve_series",
          {C + "tokens_per_day.forecast": "power"}, "objective", "!="),
    moves("services.*.growth", "serve", {C + "growth": {"2026-Q3": 3}}, "objective", ">"),
    moves("services.*.mix.input", "serve", {C + "mix.input": 9}, "objective", "<"),
    moves("services.*.mix.output", "serve", {C + "mix.output": 3}, "objective", ">"),
    moves("services.*.mix.cached", "serve", {C + "mix.cached": "50 %"}, "objective", "<"),
    moves("services.*.lengths.input", "serve", {C + "lengths.input": 16000}, "objective", ">"),
    moves("services.*.lengths.output", "serve", {C + "lengths.output": 100}, "objective", "!="),
    moves("services.*.lengths.cv", "serve", {C + "lengths.cv": 2}, "objective", ">"),
    moves("services.*.lengths.trace", "serve", {C + "lengths.trace": "servegen_m_large"},
          "objective", "!="),
    moves("services.*.slo.ttft.p99", "serve_slo", {C + "slo.ttft.p99": "0.5 s"}, "objective", ">"),
    moves("services.*.slo.tpot.p99", "serve_slo", {C + "slo.tpot.p99": "15 ms"}, "objective", ">"),
    moves("services.*.shape", "serve_shape", {C + "shape": "coding"}, "objective", "!="),
    moves("services.*.busiest_hour", "serve", {C + "busiest_hour": 2}, "objective", ">"),
    *(moves(f"services.*.busiest_hour.{k}", "serve_phases", {C + f"busiest_hour.{k}": 2},
            "objective", ">")
      for k in ("prefill", "decode")),
    moves("services.*.deferrable", "serve_peak", {C + "deferrable": "40 %"}, "objective", "<"),
    moves("services.*.serve_from", "serve", {C + "serve_from": ["cold"]}, "objective", ">"),
    moves("services.*.chips", "serve_two", {C + "chips": ["h100-sxm"]}, "objective", ">"),
    moves("services.*.value.unserved", "serve_dark", {C + "value.unserved": "9 USD/Mtok"},
          "objective", ">"),
    *(moves(f"services.*.value.unserved.{k}", "serve_dark",
            {C + f"value.unserved.{k}": "9 USD/Mtok"}, "objective", ">")
      for k in ("input", "output", "cached")),
    *(moves(f"services.*.value.price.{k}", "sold", {C + f"value.price.{k}": "60 USD/Mtok"},
            "income:revenue", ">")
      for k in ("input", "output", "cached")),
)  # fmt: skip

W = "work.rank."
WORK = (
    moves("work.*.kind", "b200", {W + "kind": "reserved"}, "objective", ">"),
    moves("work.*.reference", "b200", {W + "reference": "h100-sxm"}, "objective", "!="),
    moves("work.*.need", "buy", {W + "need": 2000}, "objective", ">"),
    moves("work.*.units.items", "items", {W + "units.items": "20m/day"}, "objective", ">"),
    moves("work.*.units.seconds", "items", {W + "units.seconds": "10 s"}, "objective", ">"),
    moves("work.*.growth", "buy", {W + "growth": {"2026-Q3": 2}}, "objective", ">"),
    moves("work.*.growth_follows_demand", "flow", {W + "growth_follows_demand": False},
          "objective", ">"),
    moves("work.*.growth_per_period", "buy", {W + "growth_per_period": "20 %"}, "objective", ">"),
    moves("work.*.busiest_hour", "buy", {W + "busiest_hour": 2}, "objective", ">"),
    moves("work.*.deferrable", "peak", {W + "deferrable": "40 %"}, "objective", "<"),
    moves("work.*.serve_from", "warm", {W + "serve_from": ["cold"]}, "objective", ">"),
    moves("work.*.chips", "two", {W + "chips": ["h100-sxm"]}, "objective", ">"),
    moves("work.*.unserved", "dark", {W + "unserved": "30 USD/chip-hour"}, "objective", ">"),
)  # fmt: skip

T = "training.run."
TRAINING = (
    moves("training.*.flop", "train", {T + "flop": "2e24 FLOP"}, "objective", ">"),
    moves("training.*.model", "train_model", {T + "model": "deepseek-v3"}, "objective", ">"),
    moves("training.*.tokens", "train_model", {T + "tokens": "2T tokens"}, "objective", ">"),
    moves("training.*.start", "train", {T + "start": "2026-Q2"}, "orders:buy", ">"),
    moves("training.*.by", "train", {T + "by": "2026-Q1"}, "objective", ">"),
    moves("training.*.reference", "train", {T + "reference": "h20-96g"}, "objective", "<"),
    moves("training.*.sustained", "train", {T + "sustained": "800 TFLOP/s"}, "objective", "<"),
    moves("training.*.goodput", "train", {T + "goodput": "50 %"}, "objective", ">"),
    moves("training.*.spread", "train_late", {T + "spread": "free"}, "served", ">"),
    moves("training.*.block", "train", {T + "block": 6000}, "objective", ">"),
    moves("training.*.places", "train", {T + "places": {"cold": "100 %"}}, "objective", ">"),
    moves("training.*.chips", "train", {T + "chips": ["h100-sxm"]}, "objective", ">"),
    moves("training.*.unserved", "train",
          {T + "unserved": "30 USD/chip-hour", "sites.hall.power": "0 MW"}, "objective", ">"),
)  # fmt: skip

F = "fleet.old."
FLEET = (
    moves("fleet.*.chip", "fleet", {F + "chip": "h20-96g"}, "objective", ">"),
    moves("fleet.*.quantity", "fleet", {F + "quantity": 900}, "objective", "<"),
    moves("fleet.*.places", "fleet", {F + "places": ["cold"]}, "objective", ">"),
    moves("fleet.*.arrives", "fleet", {F + "arrives": "2026-Q3"}, "objective", ">"),
    moves("fleet.*.tenure", "fleet", {F + "tenure": "leased", F + "rent": "0.5 USD/chip-hour"},
          "part:rent", ">"),
    moves("fleet.*.rent", "rented", {F + "rent": "0.6 USD/chip-hour"}, "objective", ">"),
    moves("fleet.*.lease_end", "handed_back", {F + "lease_end": "2026-Q1"}, "objective", "<"),
    moves("fleet.*.vintage", "old", {F + "vintage": 2016}, "objective", ">"),
    moves("fleet.*.life", "old", {F + "life": "4 years"}, "objective", ">"),
    moves("fleet.*.not_installed", "fleet", {F + "not_installed": 300}, "objective", ">"),
    moves("fleet.*.book_value", "fleet", {F + "book_value": "9_000 USD"}, "balance:fixed_assets",
          ">"),
)  # fmt: skip

S = "supply.buy."
R = "supply.rent."
SUPPLY = (
    moves("supply.*.chip", "buy", {S + "chip": "h20-96g"}, "objective", ">"),
    moves("supply.*.by", "buy", {S + "by": "spot", S + "price": None,
                                   S + "rent": "3 USD/chip-hour"}, "part:delivery", "<"),
    moves("supply.*.price", "buy", {S + "price": "31_000 USD"}, "objective", ">"),
    moves("supply.*.host", "buy", {S + "host": "4_000 USD"}, "objective", ">"),
    moves("supply.*.rent", "lease", {R + "rent": "3.5 USD/chip-hour"}, "objective", ">"),
    moves("supply.*.term", "brief", {R + "term": "3 months"}, "objective", "<"),
    moves("supply.*.notice", "leaving", {R + "notice": "1 quarter"}, "objective", ">"),
    moves("supply.*.notice", "brief", {R + "notice": "1 month"}, "objective", "<"),
    moves("supply.*.early_exit", "brief", {R + "early_exit": "10 %"}, "objective", "<"),
    moves("supply.*.accounting", "long", {R + "accounting": "finance"}, "income:lease_cost", "<"),
    moves("supply.*.lead", "buy", {S + "lead": "1 quarter"}, "objective", ">"),
    moves("supply.*.first_order", "buy", {S + "first_order": "2026-Q2"}, "objective", ">"),
    moves("supply.*.last_order", "grow", {S + "last_order": "2026-Q1"}, "objective", ">"),
    moves("supply.*.to", "warm", {S + "to": ["cold"]}, "objective", ">"),
    idle("supply.*.needs", "licence", {S + "needs": "licence"}, "needs"),
    moves("supply.*.cap", "buy", {S + "cap": 100}, "objective", ">"),
    moves("supply.*.cumulative_cap", "buy", {S + "cumulative_cap": 100}, "objective", ">"),
    moves("supply.*.deposit", "late", {S + "deposit": "50 %"}, "objective", ">"),
    moves("supply.*.refund", "licence", {S + "refund": "100 %"}, "objective", "<"),
    moves("supply.*.divert_to", "licence",
          {S + "divert_to": ["cold"], W + "serve_from": ["hall", "cold"]}, "objective", "<"),
    moves("supply.*.levy.share", "levied", {S + "levy.share": "20 %"}, "objective", ">"),
    moves("supply.*.levy.included", "levied", {S + "levy.included": True}, "objective", "<"),
    moves("supply.*.duty", "buy", {S + "duty": "10 %"}, "objective", ">"),
    moves("supply.*.trial.quantity", "trial", {S + "trial.quantity": 150}, "objective", "<"),
    moves("supply.*.trial.call_off", "trial", {S + "trial.call_off": 5}, "objective", "<"),
    moves("supply.*.domestic", "share", {"supply.home.domestic": False}, "objective", ">"),
    moves("supply.*.lot", "buy", {S + "lot": 700}, "now:buy", ">"),
    moves("supply.*.from_pool", "install", {"supply.install.from_pool": "old"}, "orders:install",
          "<"),
)  # fmt: skip

H = "sites.hall."
SITES = (
    moves("sites.*.region", "buy", {H + "region": "FI"}, "home", "!="),
    moves("sites.*.power", "buy", {H + "power": "0.5 MW"}, "objective", ">"),
    moves("sites.*.expand.step", "tight", {H + "expand.step": "2 MW"}, "part:expansion", ">",
          ),
    moves("sites.*.expand.per_period", "tight", {H + "expand.per_period": "0.2 MW"}, "objective",
          ">"),
    moves("sites.*.expand.first", "tight", {H + "expand.first": "2026-Q3"}, "objective", ">"),
    moves("sites.*.expand.limit", "tight", {H + "expand.limit": "0.2 MW"}, "objective", ">"),
    moves("sites.*.expand.lead", "tight", {H + "expand.lead": "2 quarters"}, "objective", ">"),
    moves("sites.*.expand.capex", "tight", {H + "expand.capex": "20 USD/W"}, "objective", ">"),
    moves("sites.*.pue", "buy", {H + "pue": 1.4}, "objective", ">"),
    moves("sites.*.electricity", "buy", {H + "electricity": "0.16 USD/kWh"}, "objective", ">"),
    moves("sites.*.rent", "buy", {H + "rent": "100 USD/kW-month"}, "objective", ">"),
    moves("sites.*.capex_due", "buy", {H + "capex_due": {"2026-Q1": "5m USD", "2026-Q2": "0 USD"}},
          "capex:committed halls", ">"),
    moves("sites.*.holds", "buy", {H + "holds": ["h100-sxm"]}, "objective", ">"),
    moves("sites.*.loads", "buy", {H + "loads": ["training"]}, "objective", ">"),
    moves("sites.*.tags", "north", {"sites.cold.tags": ["north"]}, "objective", "<"),
)  # fmt: skip

RULES = (
    moves("rules.usable", "buy", {"rules.usable": "99 %"}, "objective", "<"),
    moves("rules.slo_load", "serve", {"rules.slo_load": "20 %"}, "objective", ">"),
    moves("rules.pooled_peak", "serve_peak", {"rules.pooled_peak": 1.2}, "objective", "<"),
    moves("rules.fragmentation", "serve", {"rules.fragmentation": 1.5}, "objective", ">"),
    moves("rules.domestic_share", "share", {"rules.domestic_share": "60 %"}, "objective", ">"),
    moves("rules.home", "warm", {"rules.home": "SE"}, "home", "!="),
    moves("rules.cached_token_cost", "serve_cached", {"rules.cached_token_cost": "50 %"},
          "unit:chat.cached", ">"),
    moves("rules.ceilings.*.places", "grid", {"rules.ceilings.grid.places": ["cold"]}, "objective",
          "<"),
    moves("rules.ceilings.*.power", "grid", {"rules.ceilings.grid.power": "0.8 MW"}, "objective",
          "<"),
)  # fmt: skip

MONEY = (
    moves("budget.capex", "budget", {"budget.capex": {2026: "20m USD"}}, "objective", ">"),
    moves("budget.processors", "budget", {"budget.processors": {2026: "20m USD"}}, "objective",
          ">"),
    moves("budget.cash", "cash", {"budget.cash": "9m USD"}, "objective", ">"),
    moves("budget.debt_limit", "cash", {"budget.debt_limit": "3m USD"}, "objective", "<"),
    moves("budget.debt_rate", "borrow", {"budget.debt_rate": "12 %/year"}, "objective", ">"),
    moves("budget.overrun_price", "over", {"budget.overrun_price": 3}, "objective", ">"),
    moves("budget.other_capex", "budget",
          {"budget.other_capex": {"2026-Q1": "15m USD", "2026-Q2": "0 USD"}}, "objective", ">"),
    moves("finance.standard", "long", {"finance.standard": "ifrs16"}, "income:lease_cost", "<"),
    moves("finance.tax", "sold", {"finance.tax": "40 %"}, "income:tax", ">"),
    moves("finance.lives.*.book", "lives", {"finance.lives.accelerators.book": "3 years"},
          "income:depreciation", ">"),
    moves("finance.lives.*.economic", "lives", {"finance.lives.accelerators.economic": "4 years"},
          "objective", ">"),
    moves("finance.lives.*.economic", "hosts", {"finance.lives.servers.economic": "3 years"},
          "objective", ">"),
    moves("finance.lives.*.book_residual", "lives",
          {"finance.lives.accelerators.book_residual": "30 %"}, "income:depreciation", "<"),
    moves("finance.lives.*.residual", "lives", {"finance.lives.accelerators.residual": "30 %"},
          "objective", "<"),
    moves("finance.lives.*.residual", "hosts", {"finance.lives.servers.residual": "30 %"},
          "objective", "<"),
    moves("finance.lives.*.tax", "sold", {"finance.lives.accelerators.tax": "2 years"},
          "balance:deferred_tax", ">"),
    moves("finance.staff_per_mw_year", "buy", {"finance.staff_per_mw_year": "200_000 USD"},
          "objective", ">"),
    moves("finance.maintenance", "buy", {"finance.maintenance": "4 %"}, "objective", ">"),
    moves("finance.operating_cash_flow", "cash",
          {"finance.operating_cash_flow": {2026: "30m USD"}}, "objective", "<"),
    moves("finance.opening_cash", "cash", {"finance.opening_cash": "31m USD"}, "objective", "<"),
    moves("finance.opening_cash", "firm", {"finance.opening_cash": "9m USD"}, "cash:owner", "<"),
    moves("finance.perimeter", "firm", {"finance.perimeter": "plan"}, "cash:owner", ">"),
    moves("finance.borrowing_rate", "long", {"finance.borrowing_rate": "30 %/year"},
          "balance:lease_liability", "<"),
)  # fmt: skip

DEMAND = (
    moves("demand.state_totals", "flow", {"demand.state_totals.low": "3T/day"}, "objective", ">"),
    moves("demand.reference_state", "flow", {"demand.reference_state": "low"}, "objective", ">"),
    moves("demand.event_peak", "serve_day", {"demand.event_peak": 2}, "objective", ">"),
    moves("demand.event_days", "feast", {"demand.event_days": "30 days"}, "objective", ">"),
    moves("demand.event_in", "feast", {"demand.event_in": ["2026-Q1"]}, "objective", ">"),
    moves("performance.stack", "serve", {"performance.stack": "sglang"}, "objective", "!="),
    moves("performance.weights", "serve", {"performance.weights": "bf16"}, "objective", ">"),
    moves("performance.kv", "serve", {"performance.kv": "bf16"}, "objective", ">"),
    moves("performance.software_gain", "grow", {"performance.software_gain": "10 %"}, "objective",
          "<"),
    moves("performance.domestic_factor", "home", {"performance.domestic_factor": 0.5}, "objective",
          ">"),
    refused("performance.calibration", "serve", {"performance.calibration": "absent"},
            "no such folder"),
    *(idle(f"performance.cross_check.*.{k}", "serve",
           {"performance.cross_check.h200-sxm": {k: 1}}, "compared")
      for k in ("prefill", "decode", "dense", "training")),
    idle("performance.cross_check.*.source", "cited",
         {"performance.cross_check.h200-sxm": {"source": "ft", "dense": 1}}, "compared"),
)  # fmt: skip

U = "uncertainty."
Q = "outlook:capex/2026.p"
UNCERTAIN = (
    moves("uncertainty.*.reveal", "licence", {U + "licence.reveal": "2026-Q3"}, "objective", "!="),
    moves("uncertainty.*.states", "licence",
          {U + "licence.states": {"granted": "90 %", "refused": "10 %"}}, "objective", "<"),
    moves("uncertainty.*.effect", "licence",
          {U + "licence.effect": {"refused": {"supply.buy.cap": 600}}}, "objective", "<"),
    moves("uncertainty.*.from", "flow",
          {U + "flow.from": "effect", U + "flow.effect": {"low": {"supply.buy.cap": 0}}},
          "objective", ">"),
    moves("uncertainty.*.in_tree", "licence", {U + "licence.in_tree": False}, "objective", "<"),
    moves("uncertainty.*.distribution", "sampled", {U + "price.distribution": "normal"},
          Q + "95", "!="),
    moves("uncertainty.*.sigma", "sampled", {U + "price.sigma": "40 %"}, Q + "95", ">"),
    moves("uncertainty.*.mean", "sampled", {U + "price.mean": 1.3}, Q + "50", ">"),
    moves("uncertainty.*.low", "uniform", {U + "price.low": 0.5}, Q + "05", "<"),
    moves("uncertainty.*.high", "uniform", {U + "price.high": 2}, Q + "95", ">"),
    moves("uncertainty.*.applies_to", "sampled",
          {U + "price.applies_to": ["sites.hall.electricity"]}, Q + "95", "<"),
    moves("correlations.*.between", "pair", {"correlations.0.between": ["price", "power"]},
          Q + "95", "<"),
    moves("correlations.*.rank", "pair", {"correlations.0.rank": -0.9}, Q + "95", "<"),
)  # fmt: skip

_PEER = {"capex": {2025: "3bn USD"}, "tokens_per_day": "1T/day", "source": "ft", "note": "big"}
_RIVAL = {"about": "discount_rate", "value": "8 %", "why": "an older memo", "source": "ft"}
_CROSS = {"what": "chips", "value": "7", "low": "5", "high": "9", "why": "counted", "source": "ft"}
BESIDE = (
    *(idle(f"peers.*.{k}", "cited", {"peers.us": _PEER}, "compared") for k in _PEER),
    *(idle(f"rivals.*.{k}", "cited", {"rivals": [_RIVAL]}, "compared") for k in _RIVAL),
    *(idle(f"cross_checks.*.{k}", "cited", {"cross_checks": [_CROSS]}, "compared")
      for k in _CROSS),
    *(shown(f"unmodelled.*.{k}", f"unmodelled.0.{k}", f"marked {k} of an input")
      for k in ("what", "value", "why")),
    shown("unmodelled.*.source", "unmodelled.0.source", "ft", where="check"),
    *(shown(f"{x}.*.note", f"{x}.{n}.note", f"a marked note on {n}", where="study")
      for x, n in (("services", "chat"), ("work", "rank"), ("training", "run"), ("fleet", "old"),
                   ("supply", "buy"), ("sites", "hall"), ("uncertainty", "price"),
                   ("correlations", "0"))),
    *(shown(f"{x}.*.title", f"{x}.{n}.title", f"A marked {n}")
      for x, n in (("services", "chat"), ("work", "rank"), ("fleet", "old"), ("supply", "buy"),
                   ("sites", "hall"))),
    shown("training.*.title", "training.run.title", "A marked run"),
    Row("uncertainty.*.title", "shown", "words", {"uncertainty.news": {
        "title": "A marked factor", "reveal": "2026-Q2", "states": {"good": "50 %", "bad": "50 %"},
        "effect": {"good": {}, "bad": {}}}}, figure="page", words="A marked factor"),
    *(shown(f"{x}.note", f"{p}.note", f"a marked note on {p}", where="study")
      for x, p in (("services.*.fallback", "services.chat.fallback"),
                   ("services.*.value.tiers.*", "services.chat.value.tiers.0"),
                   ("work.*.tiers.*", "work.rank.tiers.0"))),
    *(shown(f"{x}.source", x, "ft", where="facts") for x in _CITED),
)  # fmt: skip

P = "rules.chip_power.h200-sxm."
_TIERED = (
    ("share", [{"share": "60 %", "times": 1}, {"share": "40 %", "times": 2}], "<"),
    ("times", [{"share": "10 %", "times": 1}, {"share": "90 %", "times": 3}], ">"),
)
NEWER = (
    moves("services.*.colocated", "serve_apart", {C + "colocated": True}, "objective", ">"),
    *(moves(f"services.*.value.tiers.*.{k}", "serve_tiers", {C + "value.tiers": v}, "objective",
            way) for k, v, way in _TIERED),
    moves("services.*.value.least", "serve_cheap", {C + "value.least": "40 %"}, "objective", ">"),
    *(moves(f"work.*.tiers.*.{k}", "tiers", {W + "tiers": v}, "objective", way)
      for k, v, way in _TIERED),
    moves("work.*.least", "cheap", {W + "least": "40 %"}, "objective", ">"),
    moves("services.*.fallback.model", "serve_fallback",
          {C + "fallback.model": "kimi-k2"}, "objective", ">"),
    moves("services.*.fallback.most", "serve_fallback", {C + "fallback.most": "90 %"},
          "objective", "<"),
    moves("services.*.fallback.loss", "serve_fallback", {C + "fallback.loss": "5 %"},
          "objective", ">"),
    moves("fleet.*.early_exit", "handed_back", {F + "early_exit": "10 %"}, "objective", "<"),
    moves("fleet.*.notice", "handed_back", {F + "notice": "1 month"}, "objective", "<"),
    moves("fleet.*.renew_rent", "renewed", {F + "renew_rent": "0.4 USD/chip-hour"}, "objective",
          ">"),
    moves("fleet.*.renew_term", "renewed", {F + "renew_term": "1 month"}, "objective", ">"),
    refused("fleet.*.renew_rent", "fleet", {F + "renew_rent": "1 USD/chip-hour"},
            "no lease to renew"),
    refused("fleet.*.renew_term", "fleet", {F + "renew_term": "1 year"}, "no lease to renew"),
    idle("fleet.*.renew_rent", "rented", {F + "renew_rent": "1 USD/chip-hour"}, "no_lease_ends"),
    idle("fleet.*.renew_term", "not_renewed", {F + "renew_term": "1 year"}, "no_renewal"),
    moves("fleet.*.energy_included", "rented", {F + "energy_included": True}, "objective", "<"),
    moves("fleet.*.owed", "coming", {F + "owed": "9_000 USD"}, "objective", ">"),
    moves("rules.idle_power", "fleet", {"rules.idle_power": "60 %"}, "objective", ">"),
    moves("rules.busy_power", "buy", {"rules.busy_power": "95 %"}, "objective", ">"),
    moves("rules.chip_power.*.busy", "chip", {P + "busy": "95 %"}, "objective", ">"),
    moves("rules.chip_power.*.idle", "chip_idle", {P + "idle": "60 %"}, "objective", ">"),
    moves("rules.chip_power.*.per_rack", "racks", {P + "per_rack": 20}, "objective", ">"),
    moves("rules.chip_power.*.liquid", "liquid", {P + "liquid": True}, "objective", ">"),
    moves("sites.*.racks", "racks", {H + "racks": 50}, "objective", "<"),
    moves("sites.*.liquid", "wet", {H + "liquid": "0.4 MW"}, "objective", "<"),
    moves("sites.*.early_exit", "hall_rent", {H + "early_exit": "5 %"}, "objective", "<"),
    moves("sites.*.notice", "hall_rent", {H + "notice": "1 month"}, "objective", "<"),
    moves("sites.*.minimum_use", "hall_rent", {H + "minimum_use": "0 %"}, "objective", "<"),
    moves("sites.*.minimum_energy", "buy", {H + "minimum_energy": "100 %"}, "objective", ">"),
    moves("sites.*.expand.term", "tight_rent", {H + "expand.term": "5 years"}, "objective", ">"),
    moves("supply.*.cancel_fee", "doubt", {S + "cancel_fee": "0 %"}, "objective", "<"),
    moves("supply.*.divert_cost", "divert", {S + "divert_cost": "5_000 USD"}, "objective", ">"),
    moves("supply.*.energy_included", "lease", {R + "energy_included": True}, "objective", "<"),
    moves("supply.*.resale", "sell", {S + "resale": True}, "objective", "<"),
)  # fmt: skip

AHEAD: tuple[Row, ...] = ()
"""Fields that other branches bring, before they are there."""

ROWS: tuple[Row, ...] = (
    *GENERAL, *SOURCES, *SERVICES, *WORK, *TRAINING, *FLEET, *SUPPLY, *SITES, *RULES, *MONEY,
    *DEMAND, *UNCERTAIN, *BESIDE, *NEWER,
)  # fmt: skip
