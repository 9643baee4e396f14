"""Charts of risk as Vega-Lite specs: tornado, distributions, regret table, chances, drivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from outlay.risk.value import Regret

__all__ = [
    "chances_chart",
    "distribution_chart",
    "drivers_chart",
    "fan_of_outcomes",
    "regret_heat",
    "tornado_chart",
]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_LOW, _HIGH, _FAINT = "#3182bd", "#e6550d", "#969696"


def tornado_chart(outlook: Mapping[str, Any], top: int = 12, width: int = 520) -> dict[str, Any]:
    """Bars of an outlook's tornado about its base, widest on top; one sentence as subtitle."""
    bars = list(outlook["tornado"])[:top]
    rows = [
        {
            "factor": b["factor"],
            "end": end,
            "at": b[f"at_{side}"],
            "base": b["base"],
            "setting": b[f"{side}_value"],
        }
        for b in bars
        for side, end in (("low", "10th percentile"), ("high", "90th percentile"))
    ]
    order = [b["factor"] for b in bars]
    sentence = (
        f"{order[0]} moves it most: {bars[0]['swing']:.3g} between its 10th and 90th percentile"
        if bars
        else "nothing is uncertain"
    )
    y = {"field": "factor", "type": "nominal", "sort": order, "title": None}
    return {
        "$schema": SCHEMA,
        "title": {"text": f"What moves {outlook['headline']}", "subtitle": sentence},
        "width": width,
        "height": max(60, 22 * len(order)),
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "opacity": 0.85},
                "encoding": {
                    "y": y,
                    "x": {
                        "field": "base",
                        "type": "quantitative",
                        "title": outlook["headline"],
                        "scale": {"zero": False},
                    },
                    "x2": {"field": "at"},
                    "color": {
                        "field": "end",
                        "type": "nominal",
                        "scale": {
                            "domain": ["10th percentile", "90th percentile"],
                            "range": [_LOW, _HIGH],
                        },
                        "legend": {"title": "factor at its", "orient": "bottom"},
                    },
                    "tooltip": [
                        {"field": "factor"},
                        {"field": "setting", "type": "quantitative", "format": ".3g"},
                        {"field": "at", "type": "quantitative", "format": ".4g"},
                    ],
                },
            },
            {
                "mark": {"type": "rule", "color": _FAINT},
                "encoding": {"x": {"field": "base", "type": "quantitative", "aggregate": "min"}},
            },
        ],
    }


def distribution_chart(
    name: str, sample: Sequence[float], unit: str = "", width: int = 420, height: int = 200
) -> dict[str, Any]:
    """Histogram of an outcome over the worlds."""
    return {
        "$schema": SCHEMA,
        "title": f"{name} over {len(sample)} worlds",
        "width": width,
        "height": height,
        "data": {"values": [{"value": float(v)} for v in sample]},
        "mark": {"type": "bar", "color": _LOW},
        "encoding": {
            "x": {
                "field": "value",
                "type": "quantitative",
                "bin": {"maxbins": 40},
                "title": f"{name} [{unit}]" if unit else name,
            },
            "y": {"aggregate": "count", "type": "quantitative", "title": "worlds"},
        },
    }


def fan_of_outcomes(
    outlook: Mapping[str, Any], prefix: str, width: int = 420, height: int = 240
) -> dict[str, Any]:
    """Bands of outcomes named `prefix/<period>`, in the order of the outlook."""
    rows = [
        {**d, "period": d["name"].partition("/")[2]}
        for d in outlook["distributions"]
        if d["name"].startswith(f"{prefix}/")
    ]
    order = [r["period"] for r in rows]
    x = {"field": "period", "type": "ordinal", "sort": order, "title": None}
    unit = rows[0]["unit"] if rows else ""
    y = {"type": "quantitative", "title": f"{prefix} [{unit}]" if unit else prefix}

    def band(low: str, high: str, size: int, opacity: float) -> dict[str, Any]:
        return {
            "mark": {"type": "bar", "size": size, "opacity": opacity, "color": _LOW},
            "encoding": {"x": x, "y": {**y, "field": low}, "y2": {"field": high}},
        }

    return {
        "$schema": SCHEMA,
        "title": f"{prefix}: 50% and 90% bands",
        "width": width,
        "height": height,
        "data": {"values": rows},
        "layer": [
            band("p05", "p95", 10, 0.35),
            band("p25", "p75", 18, 0.6),
            {
                "mark": {"type": "tick", "color": "#252525", "thickness": 2, "size": 20},
                "encoding": {"x": x, "y": {**y, "field": "p50"}},
            },
        ],
    }


def regret_heat(regret: Regret, unit: str = "", width: int = 420) -> dict[str, Any]:
    """Heat table of regret, plan by scenario; the cheapest and the safest plan named."""
    rows = [
        {"plan": p, "scenario": s, "regret": float(regret.regret[i, j])}
        for i, p in enumerate(regret.plans)
        for j, s in enumerate(regret.scenarios)
    ]
    sentence = f"least expected cost: {regret.cheapest}; least worst regret: {regret.safest}"
    title = f"regret [{unit}]" if unit else "regret"
    x = {"field": "scenario", "type": "nominal", "sort": list(regret.scenarios), "title": None}
    y = {"field": "plan", "type": "nominal", "sort": list(regret.plans), "title": None}
    middle = float(regret.regret.max()) / 2
    return {
        "$schema": SCHEMA,
        "title": {
            "text": "Regret: cost over the best plan for that scenario",
            "subtitle": sentence,
        },
        "width": width,
        "height": max(60, 28 * len(regret.plans)),
        "data": {"values": rows},
        "encoding": {"x": x, "y": y},
        "layer": [
            {
                "mark": "rect",
                "encoding": {
                    "color": {
                        "field": "regret",
                        "type": "quantitative",
                        "title": title,
                        "scale": {"scheme": "oranges"},
                    }
                },
            },
            {
                "mark": "text",
                "encoding": {
                    "text": {"field": "regret", "type": "quantitative", "format": ".3~s"},
                    "color": {
                        "condition": {"test": f"datum.regret > {middle}", "value": "white"},
                        "value": "black",
                    },
                },
            },
        ],
    }


def chances_chart(outlook: Mapping[str, Any], width: int = 420) -> dict[str, Any]:
    """Probability of breaking each promise, with its standard error."""
    rows = [
        {
            **c,
            "low": max(0.0, c["probability"] - c["standard_error"]),
            "high": min(1.0, c["probability"] + c["standard_error"]),
        }
        for c in outlook["probabilities"]
    ]
    y = {"field": "name", "type": "nominal", "sort": "-x", "title": None}
    axis = {"format": ".0%"}
    return {
        "$schema": SCHEMA,
        "title": "How often each promise breaks",
        "width": width,
        "height": max(60, 22 * len(rows)),
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "color": _HIGH},
                "encoding": {
                    "y": y,
                    "x": {
                        "field": "probability",
                        "type": "quantitative",
                        "scale": {"domain": [0, 1]},
                        "axis": axis,
                        "title": "share of worlds",
                    },
                },
            },
            {
                "mark": {"type": "rule", "color": "#252525"},
                "encoding": {
                    "y": y,
                    "x": {"field": "low", "type": "quantitative"},
                    "x2": {"field": "high"},
                },
            },
        ],
    }


def drivers_chart(outlook: Mapping[str, Any], output: str, width: int = 420) -> dict[str, Any]:
    """Share of an outcome's variance that knowing each factor would explain."""
    rows = [d for d in outlook["drivers"] if d["output"] == output]
    return {
        "$schema": SCHEMA,
        "title": f"Which fact is most worth finding out: {output}",
        "width": width,
        "height": max(60, 22 * len(rows)),
        "data": {"values": rows},
        "mark": {"type": "bar", "color": _LOW},
        "encoding": {
            "y": {"field": "factor", "type": "nominal", "sort": "-x", "title": None},
            "x": {
                "field": "share",
                "type": "quantitative",
                "axis": {"format": ".0%"},
                "title": "share of variance explained",
            },
        },
    }
