"""Which picture shows which part of the result, with the sentence that says what to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from outlay.core.formats import format_money, format_number
from outlay.report.charts.axis import Axis
from outlay.report.charts.band import Interval, draw_intervals
from outlay.report.charts.bar import (
    Amount,
    bars_against,
    grouped_bars,
    ranked_bars,
    stacked_bars,
)
from outlay.report.charts.calendar import Order, draw_calendar
from outlay.report.charts.line import Curve, Dot, draw_lines
from outlay.report.charts.tree import Node, draw_tree
from outlay.report.theme import Spec

__all__ = ["FIGURES"]

Doc = Mapping[str, Any]
Drawn = tuple[str, Spec] | None
THOUSAND_CHIPS = Axis("thousand chips", per=1e3)


def _billions(doc: Doc) -> Axis:
    return Axis(f"bn {doc['currency']}", per=1e9)


def _money(name: str, value: float, doc: Doc) -> Amount:
    return Amount(name, value, text=format_money(value, doc["currency"]))


def _served(doc: Doc) -> Drawn:
    if not doc["served"]:
        return None
    served: dict[tuple[str, str], float] = {}
    asked: dict[str, float] = {}
    for r in doc["served"]:
        key = (r["period"], r["service"])
        served[key] = served.get(key, 0.0) + r["served"]
        asked[r["period"]] = asked.get(r["period"], 0.0) + r["demand"]
    caption = (
        "Tokens a day that the plan serves, by service, against what is asked for (dashed): "
        "the space between is shed. Expected over the branches."
    )
    return caption, stacked_bars(
        [Amount(period, tokens, service) for (period, service), tokens in served.items()],
        Axis("trillion tokens a day", per=1e12), caption,
        line=Curve("demand", list(asked), list(asked.values())),
    )  # fmt: skip


def _fleet(doc: Doc) -> Drawn:
    if not doc["fleet"]:
        return None
    bars = [Amount(r["period"], r["expected"], r["chip"]) for r in doc["fleet"]]
    caption = "Chips that stand in each period, by type. Expected over the branches."
    return caption, stacked_bars(bars, THOUSAND_CHIPS, caption)


def _power(doc: Doc) -> Drawn:
    energised: dict[str, float] = {}
    for r in doc["power"]:
        energised[r["period"]] = energised.get(r["period"], 0.0) + r["energised_mw"]
    caption = "Megawatts of IT power in use by site, against what is energised (dashed)."
    return caption, stacked_bars(
        [Amount(r["period"], r["used_mw"], r["site"]) for r in doc["power"]],
        Axis("MW of IT power"), caption,
        line=Curve("energised", list(energised), list(energised.values())),
    )  # fmt: skip


def _calendar(doc: Doc) -> Drawn:
    merged: dict[tuple[str, str], float] = {}
    now: dict[tuple[str, str], bool] = {}
    roots = {n["id"] for n in doc["nodes"] if n["parent"] < 0}
    for r in doc["orders"]:
        key = (r["offer"], r["period"])
        merged[key] = merged.get(key, 0.0) + r["quantity"] * r["probability"]
        now[key] = r["node"] in roots
    rows = [
        Order(o, p, q, now[o, p], format_number(q, 2 if q < 1000 else 3))
        for (o, p), q in merged.items()
        if q >= 1
    ]
    if not rows:
        return None
    caption = (
        "When to order what: area is the number of chips, orange is decided now, blue waits for "
        "what the branches show (expected)."
    )
    return caption, draw_calendar(rows, Axis("chips, expected"), caption)


def _tree(doc: Doc) -> Drawn:
    nodes = doc["nodes"]
    depth = {p: i for i, p in enumerate(doc["periods"])}
    known = {n["id"]: len(n["labels"]) for n in nodes}
    splits = [depth[n["period"]] for n in nodes if known[n["id"]] > known.get(n["parent"], 0)]
    last_split = max(splits, default=0)
    spend: dict[int, float] = {}
    for r in doc["orders"]:
        spend[r["node"]] = spend.get(r["node"], 0.0) + r["spend"]
    by_id = {n["id"]: n for n in nodes}
    marks = []
    for n in nodes:
        if depth[n["period"]] > last_split:
            continue
        up = by_id.get(n["parent"])
        new = {k: v for k, v in n["labels"].items() if up is None or k not in up["labels"]}
        amount = spend.get(n["id"], 0.0)
        marks.append(
            Node(
                id=n["id"],
                parent=None if up is None else n["parent"],
                column=depth[n["period"]],
                name=n["name"],
                amount=amount,
                text=format_money(amount, doc["currency"]) if amount > 0 else "",
                known=(n["period"] if up is None else "")
                + " ".join(f"{k.split('.')[-1]} {v}" for k, v in new.items())
                + (f" ({format_number(100 * n['probability'], 2)} %)" if new else ""),
            )
        )
    caption = "The scenario tree: what is ordered at each node, and what is known there."
    return caption, draw_tree(marks, Axis("ordered at the node, bn", per=1e9), caption)


def _capex(doc: Doc) -> Drawn:
    bars = [
        Amount(year, value, kind)
        for year, classes in doc["capex_by_year"].items()
        for kind, value in classes.items()
    ]
    if not bars:
        return None
    marks = [
        Amount(b["year"], b["amount"], text=f"{b['name']} {b['amount'] / 1e9:,.0f}")
        for b in doc["budgets"]
    ]
    caption = "Capital expenditure of the plan by class and year, against the authorised amounts."
    return caption, bars_against(bars, marks, _billions(doc), caption)


def _unit_cost(doc: Doc) -> Drawn:
    dots = [
        Amount(service, v, kind)
        for service, kinds in doc["cost_per_mtok"].items()
        for kind, v in kinds.items()
        if kind in ("input", "cached", "output") and v and v > 0
    ]
    if not dots:
        return None
    caption = "Cost per million tokens by service and kind, idle capacity spread; log scale."
    unit = f"{doc['currency']} per million tokens"
    return caption, grouped_bars(dots, Axis(unit, log=True), caption)


def _utilisation(doc: Doc) -> Drawn:
    rows = doc["accounts"].get("utilisation", [])
    if not rows:
        return None
    curves: dict[str, list[Any]] = {}
    for r in rows:
        if not r["here"]:
            curves.setdefault(r["service"], []).append(r)
    caption = (
        "Cost of a million output tokens against how busy the fleet is, every chip alike; the dot "
        "is where this plan stands, its chips unlike. A single figure holds at one utilisation."
    )
    return caption, draw_lines(
        [
            Curve(name, [r["utilisation"] for r in of], [r["cost"] for r in of])
            for name, of in curves.items()
        ],
        Axis("utilisation", kind="share"),
        Axis(f"{doc['currency']} per million output tokens", log=True, note=", log scale"),
        caption,
        dots=[Dot(r["service"], r["utilisation"], r["cost"]) for r in rows if r["here"]],
        by_colour_alone=True,
    )


def _need(doc: Doc) -> Drawn:
    need = doc["need"]
    bars = [
        Amount(k, v, text=f"{format_number(v / 1e3)} thousand")
        for k, v in need["growth_parts"].items()
    ]
    if not bars:
        return None
    caption = (
        f"Why the need grows from {need['from']} to {need['to']}: thousand {need['chip']} at the "
        "busiest hour, by cause."
    )
    return caption, ranked_bars(bars, Axis(f"thousand {need['chip']}", per=1e3), caption)


def _worth(doc: Doc) -> Drawn:
    bars = [
        _money(v["name"], v["value"], doc)
        for v in doc["worth"]
        if v["value"] is not None and v["unit"] == doc["currency"]
    ]
    if not bars:
        return None
    caption = "What things are worth: expected, discounted cost that each would save."
    return caption, ranked_bars(bars, _billions(doc), caption)


def _price_curve(doc: Doc) -> Drawn:
    bars = [
        Amount(f"{r['factor']:g}", r["chips"], r["offer"])
        for r in doc.get("deep", {}).get("price_curve", [])
    ]
    if not bars:
        return None
    caption = (
        "Chips taken as their price rises (times the price of today), in the state that costs "
        "least: how fast others win."
    )
    return caption, grouped_bars(bars, THOUSAND_CHIPS, caption)


def _near_optimal(doc: Doc) -> Drawn:
    rows = [
        Interval(
            f"{r['offer']}, within {100 * r['tolerance']:g} %", r["low"], r["best"], r["high"],
            f"{format_number(r['low'], 3)} to {format_number(r['high'], 3)} chips",
        )
        for r in doc.get("deep", {}).get("near_optimal", [])
    ]  # fmt: skip
    if not rows:
        return None
    caption = "How far the first orders may move in plans that cost at most 1, 2 and 5 % more."
    rows.sort(key=lambda r: r.name)
    return caption, draw_intervals(rows, Axis("chips ordered now", zero=False), caption)


def _regret(doc: Doc) -> Drawn:
    bars = [_money(r["name"], r["worst"], doc) for r in doc.get("deep", {}).get("regret", [])]
    if not bars:
        return None
    caption = "Largest regret of what is decided first, over the best in each history."
    return caption, ranked_bars(bars, _billions(doc), caption)


def _outcome(doc: Doc) -> Drawn:
    rows = doc.get("outlook", {}).get("ranges", [])
    if not rows:
        return None
    first = rows[0]
    caption = "How the plan fares in sampled worlds: 5th to 95th percentile, middle marked."
    shown = [
        Interval(r["name"], r["p05"], r["p50"], r["p95"], r["text"])
        for r in rows
        if r["group"] == first["group"]
    ]
    return caption, draw_intervals(
        shown, Axis(first["group"], per=first["scale"], zero=False), caption
    )


FIGURES: Mapping[str, Callable[[Doc], Drawn]] = {
    "served": _served,
    "fleet": _fleet,
    "power": _power,
    "calendar": _calendar,
    "tree": _tree,
    "capex": _capex,
    "unit_cost": _unit_cost,
    "utilisation": _utilisation,
    "need": _need,
    "worth": _worth,
    "outcome": _outcome,
    "price_curve": _price_curve,
    "near_optimal": _near_optimal,
    "regret": _regret,
}
