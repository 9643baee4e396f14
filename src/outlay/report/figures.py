"""Which picture shows which part of the result, with the sentence that says what to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from outlay.core.formats import format_money, format_number
from outlay.report.charts.bars import against_budget, amounts, by_group
from outlay.report.charts.calendar import order_calendar
from outlay.report.charts.lines import curves
from outlay.report.charts.spread import intervals
from outlay.report.charts.stacked import stacked
from outlay.report.charts.tree import order_tree

__all__ = ["FIGURES"]

Doc = Mapping[str, Any]
Drawn = tuple[str, dict[str, Any]] | None


def _served(doc: Doc) -> Drawn:
    rows: list[dict[str, Any]] = []
    line: dict[str, float] = {}
    for r in doc["served"]:
        rows.append({"period": r["period"], "service": r["service"], "value": r["served"] / 1e12})
        line[r["period"]] = line.get(r["period"], 0.0) + r["demand"] / 1e12
    if not rows:
        return None
    merged: dict[tuple[str, str], float] = {}
    for r in rows:
        key = (r["period"], r["service"])
        merged[key] = merged.get(key, 0.0) + r["value"]
    bars = [{"period": p, "service": s, "value": v} for (p, s), v in merged.items()]
    dots = [{"period": p, "value": v} for p, v in line.items()]
    caption = (
        "Tokens a day that the plan serves, by service, against what is asked for (dashed): "
        "the space between is shed. Expected over the branches."
    )
    return caption, stacked(
        bars, x="period", y="value", color="service", y_title="trillion tokens a day",
        description=caption, line=dots, line_name="demand",
    )  # fmt: skip


def _fleet(doc: Doc) -> Drawn:
    if not doc["fleet"]:
        return None
    bars = [
        {"period": r["period"], "chip": r["chip"], "value": r["expected"] / 1e3}
        for r in doc["fleet"]
    ]
    caption = "Chips that stand in each period, by type. Expected over the branches."
    return caption, stacked(
        bars, x="period", y="value", color="chip", y_title="thousand chips", description=caption
    )


def _power(doc: Doc) -> Drawn:
    bars = [{"period": r["period"], "site": r["site"], "value": r["used_mw"]} for r in doc["power"]]
    line: dict[str, float] = {}
    for r in doc["power"]:
        line[r["period"]] = line.get(r["period"], 0.0) + r["energised_mw"]
    caption = "Megawatts of IT power in use by site, against what is energised (dashed)."
    return caption, stacked(
        bars, x="period", y="value", color="site", y_title="MW of IT power", description=caption,
        line=[{"period": p, "value": v} for p, v in line.items()], line_name="energised",
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
        {
            "offer": o,
            "period": p,
            "quantity": q,
            "committed": now[o, p],
            "text": format_number(q, 2 if q < 1000 else 3),
        }
        for (o, p), q in merged.items()
        if q >= 1
    ]
    if not rows:
        return None
    caption = (
        "When to order what: area is the number of chips, orange is decided now, blue waits for "
        "what the branches show (expected)."
    )
    return caption, order_calendar(rows, caption)


def _tree(doc: Doc) -> Drawn:
    nodes = doc["nodes"]
    depth = {p: i for i, p in enumerate(doc["periods"])}
    known = {n["id"]: len(n["labels"]) for n in nodes}
    splits = [depth[n["period"]] for n in nodes if known[n["id"]] > known.get(n["parent"], 0)]
    last_split = max(splits, default=0)
    shown = [n for n in nodes if depth[n["period"]] <= last_split]
    children: dict[int, list[int]] = {}
    for n in shown:
        children.setdefault(n["parent"], []).append(n["id"])
    row: dict[int, float] = {}
    count = 0

    def place(i: int) -> float:
        nonlocal count
        below = children.get(i, [])
        if not below:
            row[i] = float(count)
            count += 1
        else:
            spots = [place(c) for c in below]
            row[i] = sum(spots) / len(spots)
        return row[i]

    for root in children.get(-1, []):
        place(root)
    spend: dict[int, float] = {}
    for r in doc["orders"]:
        spend[r["node"]] = spend.get(r["node"], 0.0) + r["spend"]
    by_id = {n["id"]: n for n in nodes}
    marks, links = [], []
    for n in shown:
        up = by_id.get(n["parent"])
        new = {k: v for k, v in n["labels"].items() if up is None or k not in up["labels"]}
        amount = spend.get(n["id"], 0.0)
        marks.append(
            {
                "x": depth[n["period"]],
                "y": row[n["id"]],
                "label": n["name"],
                "spend": amount / 1e9,
                "spend_text": format_money(amount, doc["currency"]) if amount > 0 else "",
                "known": (n["period"] if up is None else "")
                + " ".join(f"{k.split('.')[-1]} {v}" for k, v in new.items())
                + (f" ({format_number(100 * n['probability'], 2)} %)" if new else ""),
            }
        )
        if up is not None:
            links.append(
                {"x": depth[up["period"]], "y": row[up["id"]], "x2": depth[n["period"]],
                 "y2": row[n["id"]]}
            )  # fmt: skip
    caption = "The scenario tree: what is ordered at each node, and what is known there."
    return caption, order_tree(marks, links, caption, rows=max(count, 2))


def _capex(doc: Doc) -> Drawn:
    rows = [
        {"year": y, "class": c, "value": v / 1e9}
        for y, classes in doc["capex_by_year"].items()
        for c, v in classes.items()
    ]
    if not rows:
        return None
    unit = f"bn {doc['currency']}"
    marks = [
        {
            "year": b["year"],
            "name": f"{b['name']} {b['amount'] / 1e9:,.0f}",
            "value": b["amount"] / 1e9,
        }
        for b in doc["budgets"]
    ]
    caption = "Capital expenditure of the plan by class and year, against the authorised amounts."
    return caption, against_budget(rows, marks, title=unit, description=caption)


def _unit_cost(doc: Doc) -> Drawn:
    rows = [
        {"service": s, "kind": k, "value": v}
        for s, kinds in doc["cost_per_mtok"].items()
        for k, v in kinds.items()
        if k in ("input", "cached", "output") and v and v > 0
    ]
    if not rows:
        return None
    unit = f"{doc['currency']} per million tokens"
    caption = "Cost per million tokens by service and kind, idle capacity spread; log scale."
    return caption, by_group(
        rows, x="service", group="kind", y="value", title=unit, description=caption, log=True
    )


def _utilisation(doc: Doc) -> Drawn:
    rows = doc["accounts"].get("utilisation", [])
    if not rows:
        return None
    caption = (
        "Cost of a million output tokens against how busy the fleet is, every chip alike; the dot "
        "is where this plan stands, its chips unlike. A single figure holds at one utilisation."
    )
    unit = f"{doc['currency']} per million output tokens, log scale"
    return caption, curves(
        [r for r in rows if not r["here"]], [r for r in rows if r["here"]], x="utilisation",
        y="cost", color="service", x_title="utilisation", y_title=unit, description=caption,
        percent=True,
    )  # fmt: skip


def _need(doc: Doc) -> Drawn:
    need = doc["need"]
    rows = [
        {"name": k, "value": v / 1e3, "text": f"{format_number(v / 1e3)} thousand"}
        for k, v in need["growth_parts"].items()
    ]
    if not rows:
        return None
    caption = (
        f"Why the need grows from {need['from']} to {need['to']}: thousand {need['chip']} at the "
        "busiest hour, by cause."
    )
    return caption, amounts(
        rows, name="name", value="value", title=f"thousand {need['chip']}", description=caption
    )


def _worth(doc: Doc) -> Drawn:
    rows = [
        {"name": v["name"], "value": v["value"] / 1e9,
         "text": format_money(v["value"], doc["currency"])}
        for v in doc["worth"]
        if v["value"] is not None and v["unit"] == doc["currency"]
    ]  # fmt: skip
    if not rows:
        return None
    caption = "What things are worth: expected, discounted cost that each would save."
    return caption, amounts(
        rows, name="name", value="value", title=f"bn {doc['currency']}", description=caption
    )


def _price_curve(doc: Doc) -> Drawn:
    rows = [
        {"offer": r["offer"], "factor": f"{r['factor']:g}", "value": r["chips"] / 1e3}
        for r in doc.get("deep", {}).get("price_curve", [])
    ]
    if not rows:
        return None
    caption = (
        "Chips taken as their price rises (times the price of today), in the state that costs "
        "least: how fast others win."
    )
    return caption, by_group(
        rows, x="factor", group="offer", y="value", title="thousand chips", description=caption
    )


def _near_optimal(doc: Doc) -> Drawn:
    rows = [
        {"name": f"{r['offer']}, within {100 * r['tolerance']:g} %", "low": r["low"],
         "high": r["high"], "value": r["best"],
         "text": f"{format_number(r['low'], 3)} to {format_number(r['high'], 3)} chips"}
        for r in doc.get("deep", {}).get("near_optimal", [])
    ]  # fmt: skip
    if not rows:
        return None
    caption = "How far the first orders may move in plans that cost at most 1, 2 and 5 % more."
    return caption, intervals(
        sorted(rows, key=lambda r: r["name"]), title="chips ordered now", description=caption
    )


def _regret(doc: Doc) -> Drawn:
    rows = [
        {"name": r["name"], "value": r["worst"] / 1e9,
         "text": format_money(r["worst"], doc["currency"])}
        for r in doc.get("deep", {}).get("regret", [])
    ]  # fmt: skip
    if not rows:
        return None
    caption = "Largest regret of what is decided first, over the best in each history."
    return caption, amounts(
        rows, name="name", value="value", title=f"bn {doc['currency']}", description=caption
    )


def _outcome(doc: Doc) -> Drawn:
    rows = doc.get("outlook", {}).get("ranges", [])
    if not rows:
        return None
    caption = "How the plan fares in sampled worlds: 5th to 95th percentile, middle marked."
    shown = [
        {"name": r["name"], "low": r["p05"] / r["scale"], "high": r["p95"] / r["scale"],
         "value": r["p50"] / r["scale"], "text": r["text"]}
        for r in rows
        if r["group"] == rows[0]["group"]
    ]  # fmt: skip
    return caption, intervals(shown, title=rows[0]["group"], description=caption)


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
