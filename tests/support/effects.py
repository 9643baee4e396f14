"""A study with something of everything, for what a state's effect may change, and how to read it.

Capacity is a closed form of what serving is asked, so that each answer takes a blink.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np

from outlay.planning.problem import types
from outlay.planning.problem.axes import declared
from outlay.planning.problem.types import PlanProblem
from outlay.results.chips_models import Chip
from outlay.results.plans.rows import Cell
from outlay.runs.pipeline.execute import Stages, prepare
from outlay.serving.spec import ServiceSpec
from outlay.serving.types import Capacity
from outlay.study.model.shape import Shape, study_shape
from outlay.study.paths import apply_overlay
from outlay.study.reading.loader import load_mapping

FACTOR = "event"
AT = "2026-Q2"
BASE: dict[str, Any] = {
    "outlay": 1,
    "title": "Something of everything",
    "as_of": "2025-12-31",
    "currency": "USD",
    "horizon": {"start": "2026-Q1", "periods": 3},
    "discount_rate": "10 %/year",
    "sources": {"page": {"date": "2025-12-01", "title": "a page"}},
    "services": {
        "chat": {
            "model": "deepseek-v3",
            "tokens_per_day": "20bn tokens/day",
            "mix": {"input": 4, "cached": "50 %"},
            "lengths": {"input": "4_000 tokens", "output": "500 tokens"},
            "slo": {"ttft": {"p99": "2 s"}, "tpot": {"p99": "50 ms"}},
            "busiest_hour": {"prefill": 1.6, "decode": 1.6},
            "serve_from": ["US"],
            "value": {"unserved": {"input": "2 USD/Mtok", "output": "9 USD/Mtok"}},
        }
    },
    "work": {
        "rank": {"kind": "dense", "reference": "h200-sxm", "need": 300, "busiest_hour": 1.2,
                 "serve_from": ["US"], "unserved": "9 USD/chip-hour"},
        "video": {"kind": "dense", "reference": "h200-sxm", "serve_from": ["US"],
                  "units": {"items": "1M items/day", "seconds": "9 s"},
                  "unserved": "9 USD/chip-hour"},
    },
    "training": {
        "run": {"flop": "2e24 FLOP", "start": "2026-Q1", "by": "2026-Q3", "places": {"US": "100 %"},
                "sustained": "400 TFLOP/s", "unserved": "9 USD/chip-hour"}
    },
    "fleet": {"old": {"chip": "h100-sxm", "quantity": 200, "places": ["US"], "vintage": 2024.5,
                      "life": "5 years"}},
    "supply": {
        "buy": {"chip": "h200-sxm", "by": "purchase", "price": "30_000 USD", "host": "9_000 USD",
                "to": ["US"], "lead": "1 quarter", "deposit": "25 %", "refund": "50 %",
                "levy": {"share": "5 %", "included": False}, "cap": 900},
        "home": {"chip": "ascend-910c", "by": "purchase", "price": "26_000 USD", "to": ["US"],
                 "domestic": True},
        "rent": {"chip": "h200-sxm", "by": "lease", "rent": "2.5 USD/chip-hour",
                 "term": "6 months", "to": ["US"], "cap": 500, "early_exit": "50 %"},
    },
    "sites": {
        "hall": {"region": "US", "power": "1.2 MW", "pue": 1.3, "electricity": "0.08 USD/kWh",
                 "rent": "120 USD/kW-month", "capex_due": {"2026-Q1": "1m USD"},
                 "expand": {"step": "0.5 MW", "per_period": "1 MW", "first": "2026-Q2",
                            "capex": "9 USD/W", "limit": "9 MW"}},
        "other": {"region": "US", "power": "0.5 MW", "pue": 1.4, "electricity": "0.1 USD/kWh"},
    },
    "rules": {
        "domestic_share": "10 %",
        "home": "US",
        "ceilings": {"grid": {"places": ["US"], "power": "3 MW"}},
        "chip_power": {"h200-sxm": {"idle": "20 %"}},
    },
    "budget": {"capex": {2026: "90m USD"}, "processors": {2026: "60m USD"}, "cash": "5m USD",
               "debt_limit": "40m USD", "debt_rate": "6 %/year", "overrun_price": 1,
               "other_capex": {"2026-Q1": "1m USD"}},
    "performance": {"cross_check": {"h200-sxm": {"decode": 1}}},
    "finance": {"lives": {"accelerators": {"book": "4 years"}},
                "operating_cash_flow": {2026: "20m USD"}, "opening_cash": "50m USD"},
    "objective": {"tail": {"cvar": "90 %", "weight": 0.0}},
    "peers": {"firm": {"capex": {2026: "9bn USD"}}},
    "uncertainty": {"noise": {"distribution": "lognormal", "sigma": "10 %",
                              "applies_to": ["supply.buy.price"]}},
}  # fmt: skip


def leaves(shape: Shape | None = None, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every field of the schema, with `*` for names that a study chooses."""
    shape = shape or study_shape()
    if shape.kind == "names":
        yield from leaves(shape.item, (*path, "*"))
        return
    if shape.kind != "model":
        yield ".".join(path)
    for name, sub in shape.fields.items():
        yield from leaves(sub, (*path, name))


def written(field: str, study: dict[str, Any], names: dict[str, str]) -> str:
    """The field as a path into the study: each `*` is the name given for it, else the first."""
    here: Any = study
    out: list[str] = []
    for n, part in enumerate(field.split(".")):
        if part == "*":
            head = ".".join(field.split(".")[:n])
            part = names.get(head) or next(iter(here))
        here = here.get(part, {}) if isinstance(here, dict) else {}
        out.append(part)
    return ".".join(out)


def study_of(*overlays: dict[str, Any], **factors: Any) -> dict[str, Any]:
    """The base with overlays laid over it, and factors beside its own."""
    out: dict[str, Any] = BASE
    for overlay in overlays:
        out = apply_overlay(out, overlay)
    return {**out, "uncertainty": {**out["uncertainty"], **factors}}


def event(overlay: dict[str, Any], reveal: str = AT, chance: str = "60 %") -> dict[str, Any]:
    """A factor with a state in which the overlay holds, and one in which nothing does."""
    if chance == "100 %":
        return {"reveal": reveal, "states": {"on": chance}, "effect": {"on": overlay}}
    return {"reveal": reveal, "states": {"on": chance, "off": "40 %"}, "effect": {"on": overlay}}


def stages_of(study: dict[str, Any]) -> Stages:
    return prepare(load_mapping(study))


def closed_form(*_: object) -> Any:
    """Serving's table as a number between 1 and 2 made of all that a service asks."""

    def table(specs: Sequence[ServiceSpec], chips: Sequence[Chip]) -> Capacity:
        cells = []
        for spec in specs:
            asked = hashlib.sha256(repr(replace(spec, id="")).encode()).digest()[0] / 256
            for phase, each in (("prefill", 3000.0), ("decode", 400.0)):
                for chip in chips:
                    units = each * (1.0 + asked)
                    cells.append(Cell(f"{spec.id}/{phase}", chip.id, units, units, units, 0.8, 8,
                                      chip.it_w, "memory", "closed form", ""))  # fmt: skip
        loads = tuple(dict.fromkeys(c.load for c in cells))
        ids = tuple(c.id for c in chips)
        units_ = np.array([c.units_per_chip for c in cells]).reshape(len(loads), len(ids))
        return Capacity(loads, ids, units_, units_, tuple(cells))

    return table


KINDS = [k for k in (getattr(types, name) for name in types.__all__) if is_dataclass(k)]


def said(thing: Any, nodes: int, where: str = "") -> Iterator[tuple[str, bool, Any]]:
    """(where, by node, value) of everything that a problem says."""
    known = declared(type(thing))
    for f in fields(thing):
        value, at = getattr(thing, f.name), f"{where}.{f.name}".strip(".")
        if f.name in ("tree", "units_per_chip", "units_by_node"):
            continue
        parts = value if isinstance(value, tuple) else (value,)
        if parts and type(parts[0]) in KINDS:
            for part in parts:
                yield from said(part, nodes, f"{at}.{getattr(part, 'id', '')}")
        elif value is not None and f.name in known and known[f.name][0].by_node:
            array = np.asarray(value, dtype=float)
            yield at, True, array if array.ndim else np.full(nodes, array)
        else:
            yield at, False, value
    if isinstance(thing, PlanProblem):
        yield "units", True, thing.units
    if isinstance(thing, types.Campaign):
        yield f"{where}.units", True, thing.units(nodes)
