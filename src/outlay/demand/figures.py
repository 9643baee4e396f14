"""Charts of demand as Vega-Lite specs: the fan of a forecast, the record, day curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from outlay.demand.shape import HOURS, Shape

__all__ = ["fan_chart", "record_chart", "shape_chart"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_BAND, _LINE, _POINT, _FAINT = "#9ecae1", "#08519c", "#252525", "#969696"


def fan_chart(body: Mapping[str, Any], width: int = 640, height: int = 360) -> dict[str, Any]:
    """Bands of a `forecast` document over the series' points; sources in the tooltips.

    The band past `informative_until` is greyed and says why: the data bound nothing there.
    """
    title = body["unit"] or "value"
    y = {"type": "quantitative", "scale": {"type": "log"}, "title": title}
    rows = body["paths_summary"]
    until = body["informative_until"]
    bands = [
        {**r, "part": "known" if until and r["date"] <= until else "beyond what the data say"}
        for r in rows
    ]
    if until and until != rows[-1]["date"]:  # the two areas must meet
        seam = next(b for b in bands if b["date"] == until)
        bands.append({**seam, "part": "beyond what the data say"})
    points = [
        {**p, "said": "over" if p["floor"] else "said", "source": p["source"] or "no source given"}
        for p in body["points"]
    ]
    x = {"field": "date", "type": "temporal", "title": None}
    colour = {
        "field": "part",
        "type": "nominal",
        "scale": {"domain": ["known", "beyond what the data say"], "range": [_BAND, "#d9d9d9"]},
        "legend": {"title": "80% and 90% band", "orient": "bottom"},
    }
    layers = [
        _area("p05", "p95", x, y, colour, 0.35),
        _area("p10", "p90", x, y, colour, 0.55),
        {
            "mark": {"type": "line", "color": _LINE, "strokeWidth": 2},
            "encoding": {"x": x, "y": {**y, "field": "p50"}},
        },
        {
            "data": {"values": points},
            "mark": {"type": "point", "filled": True, "size": 55, "color": _POINT},
            "encoding": {
                "x": x,
                "y": {**y, "field": "value"},
                "shape": {
                    "field": "said",
                    "type": "nominal",
                    "scale": {"domain": ["said", "over"], "range": ["circle", "triangle-up"]},
                    "legend": {"title": "announced", "orient": "bottom"},
                },
                "tooltip": [
                    {"field": "date", "type": "temporal"},
                    {"field": "value", "type": "quantitative", "format": ".3g"},
                    {"field": "grade", "type": "nominal"},
                    {"field": "source", "type": "nominal"},
                ],
            },
        },
    ]
    return {
        "$schema": SCHEMA,
        "title": {
            "text": f"{body['series']}: forecast as known on {body['as_of']}",
            "subtitle": _fan_sentence(body),
        },
        "width": width,
        "height": height,
        "data": {"values": bands},
        "layer": layers,
    }


def _fan_sentence(body: Mapping[str, Any]) -> str:
    last = body["paths_summary"][-1]
    band = f"by {last['date']} the middle path is {last['p50']:.3g}, the 80% band "
    band += f"{last['p10']:.3g} to {last['p90']:.3g}"
    until = body["informative_until"]
    if until is None:
        return f"{band}; these points say almost nothing about the future"
    return band if until == last["date"] else f"{band}; beyond {until} the data say almost nothing"


def _area(
    low: str,
    high: str,
    x: Mapping[str, Any],
    y: Mapping[str, Any],
    colour: Mapping[str, Any],
    opacity: float,
) -> dict[str, Any]:
    return {
        "mark": {"type": "area", "opacity": opacity},
        "encoding": {"x": x, "y": {**y, "field": low}, "y2": {"field": high}, "color": colour},
    }


def record_chart(body: Mapping[str, Any], width: int = 420, height: int = 260) -> dict[str, Any]:
    """Each past forecast: actual over predicted against the horizon, hollow where outside 80%."""
    points = [
        {
            **t,
            "factor": t["actual"] / t["p50"],
            "band": "inside" if t["covered"] else "outside",
        }
        for t in body["record_points"]
    ]
    return {
        "$schema": SCHEMA,
        "title": "What came, over what was forecast",
        "width": width,
        "height": height,
        "layer": [
            {
                "data": {"values": [{"one": 1.0}]},
                "mark": {"type": "rule", "color": _FAINT},
                "encoding": {"y": {"field": "one", "type": "quantitative"}},
            },
            {
                "data": {"values": points},
                "mark": {"type": "point", "size": 60},
                "encoding": {
                    "x": {
                        "field": "horizon_months",
                        "type": "quantitative",
                        "title": "months ahead",
                    },
                    "y": {
                        "field": "factor",
                        "type": "quantitative",
                        "scale": {"type": "log"},
                        "title": "actual / forecast",
                    },
                    "color": {"field": "series", "type": "nominal"},
                    "shape": {"field": "band", "type": "nominal", "title": "80% band"},
                    "tooltip": [
                        {"field": f, "type": "nominal"} for f in ("series", "origin", "target")
                    ],
                },
            },
        ],
    }


def shape_chart(shapes: Sequence[Shape], width: int = 420, height: int = 240) -> dict[str, Any]:
    """Day curves of service classes: rate over daily mean by local hour."""
    rows = [
        {"hour": h, "ratio": float(s.curve[h]), "service class": s.name, "source": s.source}
        for s in shapes
        for h in range(HOURS)
    ]
    return {
        "$schema": SCHEMA,
        "title": "Load over the day, rate over daily mean",
        "width": width,
        "height": height,
        "data": {"values": rows},
        "mark": {"type": "line", "interpolate": "step-after"},
        "encoding": {
            "x": {"field": "hour", "type": "quantitative", "title": "local hour"},
            "y": {"field": "ratio", "type": "quantitative", "title": "over mean"},
            "color": {"field": "service class", "type": "nominal"},
            "tooltip": [{"field": "service class"}, {"field": "source"}],
        },
    }
