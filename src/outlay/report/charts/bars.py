"""Bars: amounts against a mark (budget, target), grouped or single."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outlay.report.theme import Spec, base

__all__ = ["against_budget", "amounts", "by_group"]


def amounts(
    rows: Sequence[dict[str, Any]], *, name: str, value: str, title: str, description: str
) -> Spec:
    """Horizontal bars, longest first, with their numbers beside them.

    rows: dicts with `name`, `value` and `text` (the number as people write it).
    """
    spec = base(description, height=max(60, 26 * len(rows)), width=560)
    spec["data"] = {
        "values": [{**r, "_label": f"{r[name]}: {r['text']}"} for r in rows],
    }
    y = {"field": name, "type": "nominal", "title": None, "sort": None}
    spec["layer"] = [
        {
            "mark": {"type": "bar", "color": "#0072B2"},
            "encoding": {
                "y": y,
                "x": {"field": value, "type": "quantitative", "title": title},
                "description": {"field": "_label"},
            },
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11},
            "encoding": {
                "y": y,
                "x": {"field": value, "type": "quantitative"},
                "text": {"field": "text"},
            },
        },
    ]
    return spec


def against_budget(
    rows: Sequence[dict[str, Any]],
    budget: Sequence[dict[str, Any]],
    *,
    title: str,
    description: str,
) -> Spec:
    """Capex by class stacked per year, beside ticks for the authorised amounts.

    rows: year, class, value, low?, high?. budget: year, name, value.
    """
    spec = base(description, width=560, height=260)
    spec["layer"] = [
        {
            "data": {"values": [
                {**r, "_label": f"{r['year']} {r['class']}: {r['value']:,.3g} {title}"}
                for r in rows
            ]},
            "mark": {"type": "bar", "size": 60},
            "encoding": {
                "x": {"field": "year", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
                "y": {"field": "value", "type": "quantitative", "title": title},
                "color": {"field": "class", "type": "nominal", "title": None},
                "description": {"field": "_label"},
            },
        },
        {
            "data": {"values": list(budget)},
            "mark": {"type": "tick", "thickness": 3, "size": 80, "color": "#111"},
            "encoding": {
                "x": {"field": "year", "type": "ordinal"},
                "y": {"field": "value", "type": "quantitative"},
            },
        },
        {
            "data": {"values": list(budget)},
            "mark": {"type": "text", "align": "left", "dx": 44, "fontSize": 10},
            "encoding": {
                "x": {"field": "year", "type": "ordinal"},
                "y": {"field": "value", "type": "quantitative"},
                "text": {"field": "name"},
            },
        },
    ]  # fmt: skip
    return spec


def by_group(
    rows: Sequence[dict[str, Any]],
    *,
    x: str,
    group: str,
    y: str,
    title: str,
    description: str,
    log: bool = False,
) -> Spec:
    """Grouped vertical bars: `group` side by side within `x`. log: dots, as a log has no zero."""
    spec = base(description, height=260)
    spec["data"] = {
        "values": [{**r, "_label": f"{r[x]}, {r[group]}: {r[y]:,.4g} {title}"} for r in rows]
    }
    spec["mark"] = {"type": "point", "filled": True, "size": 70} if log else {"type": "bar"}
    spec["encoding"] = {
        "x": {"field": x, "type": "nominal", "title": None, "sort": None,
              "axis": {"labelAngle": -25}},
        "xOffset": {"field": group, "sort": None},
        "y": {"field": y, "type": "quantitative", "title": title,
              "scale": {"type": "log"} if log else {}},
        "color": {"field": group, "type": "nominal", "title": None, "sort": None},
        "description": {"field": "_label"},
    }  # fmt: skip
    return spec
