"""The statements as tables whose every cell says how it is worked out, from the graph itself.

`how` of a cell: its formula in the names of its rows, with what each of them is that year. The
page shows it where a reader points at a number or tabs to it; `outlay explain` goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from outlay.core.formats import format_money, format_number
from outlay.core.graph import Expr
from outlay.core.graph_explain import words
from outlay.runs.tables import column, table

__all__ = ["curve_rows", "statement_tables", "unit_cost_table"]

Row = dict[str, Any]
MOST = 8
"""Parts of a number that are listed; the largest first."""
LONG = 160
"""Characters of a formula above which only its parts are listed."""
NAMES = {
    "income": "Income statement", "cash": "Cash flow", "balance": "Balance sheet at the year's end",
}  # fmt: skip


def _below(node: Expr) -> list[tuple[Expr, bool]]:
    """Named rows that a row is worked out from, and whether it adds them up over time."""
    out: dict[int, tuple[Expr, bool]] = {}
    over = node.op is not None and node.op.recalls
    stack = [(a, over) for a in reversed(node.args)]
    while stack:
        a, summed = stack.pop()
        if a.name:
            out[id(a)] = (a, summed)
        elif a.op is not None:
            stack.extend((x, summed or a.op.recalls) for x in reversed(a.args))
    return list(out.values())


def _amount(a: Any, node: Expr, year: int, closing: bool = False) -> float | None:
    """Expected amount of a row of money in a fiscal year; None for anything else.

    closing: at the year's end, as the parts of a balance are; else as statements take the row.
    """
    if node.unit != a.flows.currency or node.name not in a.rows or a.rows[node.name].ndim != 2:
        return None
    weights = np.asarray(a.flows.weights)
    if closing:
        start = a.policy.fiscal_year_start
        inside = [t for t, p in enumerate(a.flows.periods) if p.fiscal_year(start) == year]
        return float(a.rows[node.name][:, inside[-1]] @ weights)
    return float(a.by_year(node.name)[year] @ weights)


def how(a: Any, name: str, year: int) -> str:
    """How a row's amount of a year comes about, in one short text."""
    node = a.graph[name]
    if node.op is None:
        return f"{name}: {node.source or 'assumption'}"
    formula = words(node)
    said = f"{name} = {formula}" if len(formula) <= LONG else f"{name}, worked out from"
    parts = []
    level = name.startswith("balance.")
    for below, summed in _below(node):
        value = _amount(a, below, year, closing=level and not summed)
        if value is not None:
            when = " in the year" if level and summed else ""
            parts.append((abs(value), f"{below.label or below.name} {_money(a, value)}{when}"))
        elif not below.series:
            at = float(np.asarray(a.expected(below.name)))
            text = f"{below.label or below.name} {format_number(at)}"
            source = below.source if below.op is None else ""
            parts.append((float("inf"), f"{text} ({source})" if source else text))
    parts.sort(key=lambda p: -p[0])
    shown = "; ".join(text for _, text in parts[:MOST])
    more = f"; and {len(parts) - MOST} more" if len(parts) > MOST else ""
    return f"{said}. {year}: {shown}{more}." if shown else f"{said}."


def _money(a: Any, value: float) -> str:
    return format_money(value, a.flows.currency) if abs(value) >= 1 else "0"


def statement_tables(a: Any) -> dict[str, Any]:
    """Income, cash and balance by fiscal year, expected, with `how` beside every amount."""
    out: dict[str, Any] = {}
    weights = np.asarray(a.flows.weights)
    for which, title in NAMES.items():
        rows, hows = [], []
        for name, label in a.statement(which):
            amounts = {y: float(v @ weights) for y, v in a.by_year(name).items()}
            if not any(abs(v) >= 1 for v in amounts.values()):
                continue  # a line of nothing
            rows.append([label, *amounts.values()])
            hows.append(["", *(how(a, name, y) for y in amounts)])
        if rows:
            found = table(
                f"{title}, expected over the branches, {a.flows.currency} (point at a number to "
                "see how it is worked out)",
                [column("line", number=False), *(column(str(y), "bn") for y in a.years)],
                rows,
            )
            out[f"statement_{which}"] = {**found, "how": hows}
    return out


def unit_cost_table(a: Any, listed: Mapping[str, Mapping[str, float]]) -> dict[str, Any] | None:
    """Cost per million tokens beside the list price; listed: service → kind → price."""
    rows, hows = [], []
    currency = a.flows.currency
    for sale in a.flows.sales:
        key = f"{sale.service}.{sale.kind}"
        if f"economic.full.{key}" not in a.rows:
            continue
        mtok = float(a.expected(f"sale.{key}.mtok").sum())
        if mtok <= 0:
            continue
        full = float(a.expected(f"economic.full.{key}").sum())
        direct = float(a.expected(f"economic.direct.{key}").sum())
        price = listed.get(sale.service, {}).get(sale.kind)
        margin = None if not price else 1.0 - full / mtok / price
        rows.append([sale.service, sale.kind, direct / mtok, full / mtok, price, margin])
        said = (
            f"economic.full.{key} ÷ sale.{key}.mtok = {_money(a, full)} ÷ "
            f"{format_number(mtok, 4)} million tokens over the horizon"
        )
        work = f"economic.direct.{key} ÷ sale.{key}.mtok: chip-seconds of the work alone"
        hows.append(["", "", work, said, "", ""])
    if not rows:
        return None
    found = table(
        f"Cost per million tokens beside list prices, {currency} (horizon, expected; list prices "
        "are what the public pays in the lowest tier, not what these services earn)",
        [column("service", number=False), column("kind", number=False), column("work alone"),
         column("with idle capacity"), column("list price"), column("margin on it", "share")],
        rows,
    )  # fmt: skip
    return {**found, "how": hows}


def curve_rows(a: Any) -> list[Row]:
    """The curve of output tokens against utilisation, for the services that serve most."""
    from outlay.finance.curve import utilisation_curve

    sold = {
        s.service: float(a.expected(f"sale.{s.service}.output.mtok").sum())
        for s in a.flows.sales
        if s.kind == "output"
    }
    out = []
    for service in sorted(sold, key=lambda k: -sold[k])[:4]:
        if sold[service] <= 0:
            continue
        curve = utilisation_curve(a, service, "output")
        here, cost = curve.here
        out += [
            {"service": service, "utilisation": float(u), "cost": float(c), "here": False}
            for u, c in zip(curve.utilisation, curve.cost_per_mtok, strict=True)
        ]
        out.append({"service": service, "utilisation": here, "cost": cost, "here": True})
    return out
