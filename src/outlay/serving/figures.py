"""Pictures of a run as Vega-Lite specifications: pure functions from arrays to plain dicts.

Marks carry a `description` so that readers and keyboards find their values; series differ in
dash as well as colour and stay apart in grey.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from outlay.core.periods import SECONDS_PER_HOUR
from outlay.serving.engine import Records
from outlay.serving.metrics import Slo, latencies, timeline
from outlay.serving.sizing import Sizing

__all__ = ["chips_over_time", "cost_against_use", "latency_cdfs", "latency_load", "run_timeline"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


def _spec(title: str, values: list[dict[str, Any]], **rest: Any) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "title": title,
        "width": 560,
        "height": 260,
        "data": {"values": values},
        "config": {"view": {"stroke": None}, "axis": {"grid": True, "gridOpacity": 0.3}},
        **rest,
    }


def _axis(field: str, title: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "title": title, **more}


def _series(name: str = "series") -> dict[str, Any]:
    return {
        "color": {"field": name, "type": "nominal", "title": None},
        "strokeDash": {"field": name, "type": "nominal", "title": None},
    }


def latency_cdfs(records: Records, slo: Slo | None = None, points: int = 200) -> dict[str, Any]:
    """Cumulative shares of TTFT, TPOT and end-to-end time, over all arrivals."""
    rows = []
    p = np.linspace(0, 1, points)
    labels = {"ttft": "TTFT", "tpot": "TPOT", "e2e": "end to end"}
    for name, label in labels.items():
        values = latencies(records)[name]
        if not len(values):
            continue
        finite = np.sort(values)
        at = finite[np.minimum((p * len(finite)).astype(int), len(finite) - 1)]
        rows += [
            {"seconds": float(x), "share": float(q), "series": label}
            for x, q in zip(at, p, strict=True)
            if np.isfinite(x) and x > 0
        ]
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "line", "interpolate": "step-after"},
            "encoding": {
                "x": _axis("seconds", "seconds (log)", scale={"type": "log"}),
                "y": _axis("share", "share of arrivals", scale={"domain": [0, 1]}),
                **_series(),
            },
        }
    ]
    for limit in (None if slo is None else slo.ttft_s, None if slo is None else slo.tpot_s):
        if limit is not None:
            layers.append(
                {
                    "mark": {"type": "rule", "strokeDash": [4, 4]},
                    "encoding": {"x": {"datum": limit}},
                }
            )
    return _spec("How long requests took", rows, layer=layers)


def run_timeline(records: Records, bins: int = 240) -> dict[str, Any]:
    """Queue, running requests, KV tokens and power over time, one panel each."""
    series = timeline(records, bins)
    panels = {
        "queue": "requests waiting",
        "running": "requests running",
        "kv_tokens": "KV tokens",
        "power_w": "power, W",
    }
    rows = [
        {"time": float(t), "value": float(v), "panel": label}
        for key, label in panels.items()
        for t, v in zip(series["time_s"], series[key], strict=True)
    ]
    return {
        "$schema": SCHEMA,
        "title": "Batch, KV, queue and power over time",
        "data": {"values": rows},
        "facet": {"row": {"field": "panel", "type": "nominal", "title": None}},
        "spec": {
            "width": 560,
            "height": 90,
            "mark": {"type": "area", "opacity": 0.6, "line": True},
            "encoding": {"x": _axis("time", "time, s"), "y": _axis("value", None or "")},
        },
        "resolve": {"scale": {"y": "independent"}},
    }


def latency_load(
    loads: Sequence[float], percentile_s: Mapping[str, Sequence[float]], limit_s: float | None
) -> dict[str, Any]:
    """Latency percentiles against load, with the SLO's line."""
    rows = [
        {"load": float(x), "seconds": float(y), "series": name}
        for name, values in percentile_s.items()
        for x, y in zip(loads, values, strict=True)
        if np.isfinite(y)
    ]
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "line", "point": True},
            "encoding": {
                "x": _axis("load", "requests/s per replica"),
                "y": _axis("seconds", "seconds (log)", scale={"type": "log"}),
                **_series(),
            },
        }
    ]
    if limit_s is not None:
        layers.append(
            {"mark": {"type": "rule", "strokeDash": [4, 4]}, "encoding": {"y": {"datum": limit_s}}}
        )
    return _spec("Latency against load, with the limit", rows, layer=layers)


def chips_over_time(s: Sizing) -> dict[str, Any]:
    """Chips over time: perfect scaling, real scaling, and the fleet that never changes."""
    fixed = np.full(len(s.time_s), float(s.fixed_chips + s.spare_chips))
    rows = [
        {"time": float(t) / SECONDS_PER_HOUR, "chips": float(v), "series": label}
        for label, values in (
            ("perfect", s.ideal_chips),
            ("real: lag and a spare", s.real_chips),
            ("fixed, with a spare", fixed),
        )
        for t, v in zip(s.time_s, values, strict=True)
    ]
    return _spec(
        "Chips over time: perfect, real and fixed",
        rows,
        mark={"type": "line", "interpolate": "step"},
        encoding={"x": _axis("time", "hours"), "y": _axis("chips", "chips"), **_series()},
    )


def cost_against_use(
    utilisation: Sequence[float], cost_per_mtok: Sequence[float], currency: str
) -> dict[str, Any]:
    """Cost per million output tokens against the share of the SLO's rate that is used."""
    rows = [
        {"use": float(u), "cost": float(c)} for u, c in zip(utilisation, cost_per_mtok, strict=True)
    ]
    return _spec(
        "Cost of a million output tokens against use",
        rows,
        mark={"type": "line", "point": True},
        encoding={
            "x": _axis("use", "share of the rate that holds the SLO", axis={"format": "%"}),
            "y": _axis("cost", f"{currency} per million tokens (log)", scale={"type": "log"}),
        },
    )
