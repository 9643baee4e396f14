"""Pictures of one question as Vega-Lite specs: roofline, time per operator, Pareto front."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outlay.catalogue.types import Chip, Model
from outlay.performance.cases import case_for
from outlay.performance.constants import Constants
from outlay.performance.timing import decode_pass, prefill_pass
from outlay.performance.types import Layout, Precision, Rate, Stack

__all__ = ["operator_times", "pareto_figure", "roofline_figure", "times_figure"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
BATCHES = (1.0, 4.0, 16.0, 64.0, 256.0)
PROMPT = 4096.0
NO_STACK = Stack()


def roofline_figure(
    model: Model,
    chip: Chip,
    layout: Layout,
    precision: Precision,
    *,
    context: float = 4096.0,
    stack: Stack = NO_STACK,
    constants: Constants | None = None,
) -> dict[str, Any]:
    """Achieved FLOP/s of decode and prefill against operations per byte, under the roof."""
    k = case_for(model, chip, layout, precision, stack, constants=constants)
    points = []
    steps = [("decode", b, decode_pass(k, b / layout.dp, context)) for b in BATCHES]
    steps += [("prefill", n, prefill_pass(k, n / layout.dp, n)) for n in (512.0, 2048.0, 8192.0)]
    for phase, size, one in steps:
        flops = float(one.flops_s) * float(k.peak_expert)
        moved = float(one.bytes_s) * float(k.bandwidth)
        points.append({
            "phase": phase, "tokens": float(size), "flop_per_byte": flops / max(moved, 1.0),
            "tflop_s": flops / float(one.total) / 1e12,
        })  # fmt: skip
    peak, bandwidth = float(k.peak_expert), float(k.bandwidth)
    ridge = peak / bandwidth
    roof = [
        {"flop_per_byte": x, "tflop_s": min(x * bandwidth, peak) / 1e12}
        for x in (0.25, 1.0, ridge / 4, ridge, 4 * ridge, 64 * ridge)
    ]
    x = {"field": "flop_per_byte", "type": "quantitative", "scale": {"type": "log"},
         "title": "operations per byte"}  # fmt: skip
    y = {"field": "tflop_s", "type": "quantitative", "scale": {"type": "log"},
         "title": "TFLOP/s per chip"}  # fmt: skip
    return {
        "$schema": SCHEMA,
        "title": f"{model.id} on {chip.id}: roofline",
        "layer": [
            {"data": {"values": roof}, "mark": "line", "encoding": {"x": x, "y": y}},
            {
                "data": {"values": points},
                "mark": {"type": "point", "filled": True, "tooltip": True},
                "encoding": {
                    "x": x, "y": y, "color": {"field": "phase"}, "shape": {"field": "phase"},
                },
            },
        ],
    }  # fmt: skip


def operator_times(
    model: Model,
    chip: Chip,
    layout: Layout,
    precision: Precision,
    *,
    batch: float = 64.0,
    context: float = 4096.0,
    stack: Stack = NO_STACK,
    constants: Constants | None = None,
) -> list[dict[str, Any]]:
    """Seconds of a decode step and a prefill pass by part, one row each."""
    k = case_for(model, chip, layout, precision, stack, constants=constants)
    passes = {
        "decode": decode_pass(k, batch / layout.dp, context),
        "prefill": prefill_pass(k, PROMPT / layout.dp, PROMPT),
    }
    parts = ("matmul", "expert", "attention", "collective", "overhead")
    return [
        {"phase": phase, "part": part, "ms": 1e3 * float(getattr(one, part))}
        for phase, one in passes.items()
        for part in parts
    ]


def times_figure(rows: Sequence[dict[str, Any]], title: str) -> dict[str, Any]:
    """Time per operator as stacked bars."""
    return {
        "$schema": SCHEMA,
        "title": title,
        "data": {"values": list(rows)},
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "y": {"field": "phase", "title": None},
            "x": {"field": "ms", "type": "quantitative", "title": "ms per pass"},
            "color": {"field": "part", "title": "part"},
        },
    }


def pareto_figure(rates: Sequence[Rate], *, tpot_s: float | None = None) -> dict[str, Any]:
    """Tokens/s per chip against tokens/s per user, the limit as a line."""
    values = [
        {"user": r.tok_s_per_user, "chip": r.tok_s_per_chip, "low": r.low, "high": r.high,
         "bound": r.bound_by, "layout": f"tp{r.layout.tp} pp{r.layout.pp} ep{r.layout.ep} "
         f"dp{r.layout.dp}, batch {r.batch}"}
        for r in rates if r.feasible
    ]  # fmt: skip
    x = {"field": "user", "type": "quantitative", "title": "output tokens/s per user"}
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "area", "opacity": 0.15},
            "encoding": {"x": x, "y": {"field": "low", "type": "quantitative"},
                         "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "line", "point": True, "tooltip": True},
            "encoding": {
                "x": x,
                "y": {"field": "chip", "type": "quantitative",
                      "title": "output tokens/s per chip"},
                "tooltip": [{"field": "layout"}, {"field": "bound"}, {"field": "chip"}],
            },
        },
    ]  # fmt: skip
    if tpot_s:
        layers.append(
            {"data": {"values": [{"user": 1.0 / tpot_s}]}, "mark": "rule", "encoding": {"x": x}}
        )
    return {
        "$schema": SCHEMA,
        "title": "Pareto front with its 90 % interval",
        "data": {"values": values},
        "layer": layers,
    }
