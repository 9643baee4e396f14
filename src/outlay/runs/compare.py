"""Two results side by side: a waterfall of cost whose steps sum to the difference exactly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from outlay.core.errors import InputError, Problem

__all__ = ["compare_results", "first_orders", "read_result"]

Doc = Mapping[str, Any]
MAX_BYTES = 200_000_000


def read_result(path: Path) -> dict[str, Any]:
    """The result document in a run's folder, or in the file named; raises InputError."""
    file = path / "result.json" if path.is_dir() else path
    if not file.is_file():
        raise InputError(
            Problem("no result here", str(path), allowed="a folder written by `plan --out`, or "
                    "its result.json")
        )  # fmt: skip
    if file.stat().st_size > MAX_BYTES:
        raise InputError(Problem("the file is too large for a result", str(file)))
    try:
        doc = json.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, ValueError) as err:
        raise InputError(Problem("not a JSON document", str(file), str(err)[:120])) from None
    if not isinstance(doc, dict) or doc.get("kind") != "plan":
        kind = doc.get("kind") if isinstance(doc, dict) else type(doc).__name__
        raise InputError(Problem("not a plan's result", str(file), repr(kind), "kind `plan`"))
    return doc


def first_orders(doc: Doc) -> dict[str, float]:
    """Offer → chips that the result orders in its first period."""
    roots = {n["id"] for n in doc["nodes"] if n["parent"] < 0}
    out: dict[str, float] = {}
    for r in doc["orders"]:
        if r["node"] in roots:
            out[r["offer"]] = out.get(r["offer"], 0.0) + float(r["quantity"])
    return out


def compare_results(a: Doc, b: Doc) -> dict[str, Any]:
    """From `a` to `b`: steps by kind of payment, orders that differ, records.

    `steps` sum to `difference` exactly: they are added as rationals, and the last step holds
    whatever rounding to floats leaves.
    """
    if a["currency"] != b["currency"]:
        raise InputError(
            Problem(
                "results are in different currencies",
                value=f"{a['currency']}, {b['currency']}",
                hint="plan both in one currency",
            )
        )
    parts_a = {p["entry"]: p["value"] for p in a["cost_parts"]}
    parts_b = {p["entry"]: p["value"] for p in b["cost_parts"]}
    names = list(dict.fromkeys([*parts_a, *parts_b]))
    exact = {n: Fraction(parts_b.get(n, 0.0)) - Fraction(parts_a.get(n, 0.0)) for n in names}
    difference = sum(exact.values(), Fraction(0))
    steps = [{"name": n, "value": float(v)} for n, v in exact.items() if v]
    steps.sort(key=lambda s: -abs(s["value"]))
    left = difference - sum((Fraction(s["value"]) for s in steps), Fraction(0))
    if left:
        steps.append({"name": "rounding", "value": float(left)})
    return {
        "from": _head(a),
        "to": _head(b),
        "currency": a["currency"],
        "difference": float(difference),
        "steps": steps,
        "orders": _orders(a, b),
    }


def _head(doc: Doc) -> dict[str, Any]:
    record = doc["record"]
    return {
        "title": doc["title"],
        "verdict": doc["verdict"],
        "expected_cost": sum(p["value"] for p in doc["cost_parts"]),
        "result_hash": record["result_hash"],
        "input_hash": record["input_hash"],
        "scenario": record["scenario"],
        "overrides": record["overrides"],
    }


def _orders(a: Doc, b: Doc) -> list[dict[str, Any]]:
    def first(doc: Doc) -> dict[str, float]:
        roots = {n["id"] for n in doc["nodes"] if n["parent"] < 0}
        out: dict[str, float] = {}
        for r in doc["orders"]:
            if r["node"] in roots:
                out[r["offer"]] = out.get(r["offer"], 0.0) + r["quantity"]
        return out

    before, after = first(a), first(b)
    rows: list[dict[str, Any]] = [
        {"offer": k, "from": before.get(k, 0.0), "to": after.get(k, 0.0)}
        for k in dict.fromkeys([*before, *after])
    ]
    return [r for r in rows if abs(r["from"] - r["to"]) >= 0.5]
