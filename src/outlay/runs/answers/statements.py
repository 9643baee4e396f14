"""The statements, line by line, and how each amount is worked out, from the graph itself.

`how`: the formula in the names of its rows, with what each of them is that year. The page shows it
where a reader points at a number or tabs to it; `outlay explain` goes on from there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np

from outlay.core.arrays import Array
from outlay.core.graph.explain import words
from outlay.core.graph.graph import Expr
from outlay.core.quantities.formats import format_money, format_number
from outlay.finance.reports.accounts import Accounts
from outlay.results.plans.accounts import Revenue, StatementLine, UnitCost, Utilisation

__all__ = ["curve_rows", "how", "returns_of", "revenue_rows", "statement_lines", "unit_costs"]

MOST = 8
"""Parts of a number that are listed; the largest first."""
LONG = 160
"""Characters of a formula above which only its parts are listed."""


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


def _amount(a: Accounts, node: Expr, year: int, closing: bool = False) -> float | None:
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


def how(a: Accounts, name: str, year: int) -> str:
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


def _money(a: Accounts, value: float) -> str:
    return format_money(value, a.flows.currency) if abs(value) >= 1 else "0"


def _lines(a: Accounts, which: str) -> Iterator[tuple[str, str, dict[int, float]]]:
    """(row, label, fiscal year → expected amount) of a statement."""
    weights = np.asarray(a.flows.weights)
    for name, label in a.statement(which):
        yield name, label, {y: float(v @ weights) for y, v in a.by_year(name).items()}


def statement_lines(a: Accounts, which: str) -> dict[str, StatementLine]:
    """A statement by fiscal year, expected, with how each amount of a line that is there comes."""
    out = {}
    for name, label, amounts in _lines(a, which):
        there = any(abs(v) >= 1 for v in amounts.values())
        out[name] = StatementLine(
            label=label,
            by_year={str(y): v for y, v in amounts.items()},
            how={str(y): how(a, name, y) for y in amounts} if there else {},
        )
    return out


def returns_of(a: Accounts) -> dict[str, float]:
    """Net present value and rate of return, where the plan earns: else nothing comes back."""
    if not float(np.abs(a.rows["income.revenue"]).sum()) > 0:
        return {}
    return {
        name: float(a.expected(name))
        for name in ("return.npv", "return.irr")
        if name in a.rows and np.isfinite(a.rows[name]).all()
    }


def _each(a: Accounts, name: str, mtok: str) -> Array:
    """[path]: a row over the horizon, by million tokens; NaN where none are served."""
    tokens: Array = a.rows[mtok].sum(axis=1)
    out = np.full(tokens.shape, np.nan)
    return np.asarray(np.divide(a.rows[name].sum(axis=1), tokens, out=out, where=tokens > 0))


def _median(values: Array, weights: Array) -> float:
    """The least value that at least half of the chances do not exceed."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2 - 1e-12)])


def unit_costs(
    a: Accounts,
    listed: Mapping[str, Mapping[str, float]],
    *,
    known: bool = True,
    replaced: Accounts | None = None,
) -> tuple[UnitCost, ...]:
    """Cost per million tokens beside what customers pay and list prices.

    listed: service → kind → price. known: whether all that serves has a cost; if not, no margin is
    given. replaced: the accounts with what has none at what it costs today.
    """
    out = []
    weights = np.asarray(a.flows.weights)
    for sale in a.flows.sales:
        key = f"{sale.service}.{sale.kind}"
        if f"economic.full.{key}" not in a.rows:
            continue
        mtok = float(a.expected(f"sale.{key}.mtok").sum())
        if mtok <= 0:
            continue
        full = float(a.expected(f"economic.full.{key}").sum())
        direct = float(a.expected(f"economic.direct.{key}").sum())
        earned = float(a.expected(f"sale.{key}.revenue").sum())
        price = listed.get(sale.service, {}).get(sale.kind)
        paid = earned / mtok if earned > 0 else None
        against = paid or price
        branch = _each(a, f"economic.full.{key}", f"sale.{key}.mtok")
        some = np.isfinite(branch) & (weights > 0)
        dear = None if replaced is None else float(replaced.expected(f"economic.full.{key}").sum())
        out.append(
            UnitCost(
                service=sale.service,
                kind=sale.kind,
                direct=direct / mtok,
                full=full / mtok,
                low=float(branch[some].min()),
                median=_median(branch[some], weights[some]),
                high=float(branch[some].max()),
                replacement=None if dear is None else dear / mtok,
                price=paid,
                listed=price,
                margin=1.0 - full / mtok / against if known and against else None,
                how_direct=f"economic.direct.{key} ÷ sale.{key}.mtok: chip-seconds of the work "
                "alone",
                how_full=f"economic.full.{key} ÷ sale.{key}.mtok = {_money(a, full)} ÷ "
                f"{format_number(mtok, 4)} million tokens over the horizon",
            )
        )
    return tuple(out)


def revenue_rows(a: Accounts, priced: Collection[str]) -> tuple[Revenue, ...]:
    """What customers of each service pay by fiscal year; priced: services whose price is stated."""
    out = []
    for service in dict.fromkeys(s.service for s in a.flows.sales):
        by_year = {str(year): 0.0 for year in a.years}
        for kind in dict.fromkeys(s.kind for s in a.flows.sales if s.service == service):
            for year, amount in a.by_year(f"sale.{service}.{kind}.revenue").items():
                by_year[str(year)] += float(amount @ np.asarray(a.flows.weights))
        out.append(Revenue(service, service in priced, by_year))
    return tuple(out)


def curve_rows(a: Accounts) -> tuple[Utilisation, ...]:
    """The curve of output tokens against utilisation, for the services that serve most."""
    from outlay.finance.reports.curve import utilisation_curve

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
        out += [
            Utilisation(service, float(u), float(c), here=False)
            for u, c in zip(curve.utilisation, curve.cost_per_mtok, strict=True)
        ]
        out.append(Utilisation(service, *curve.here, here=True))
    return tuple(out)
