"""The curve of cost per million tokens against utilisation: a flat number hides that it is one.

A pool's cost is fixed but for the part of its power that follows use. At utilisation u a
chip-second of work costs (fixed + variable × u ÷ u₀) ÷ (available × u), with u₀ today's use, and
a million tokens costs that times the chip-seconds it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array
from outlay.core.errors import UnknownNameError, nearest
from outlay.core.graph.eval import evaluate
from outlay.core.graph.graph import Graph
from outlay.finance.reports.accounts import Accounts

__all__ = ["Curve", "even_utilisation", "utilisation_curve", "utilisation_graph"]

DEFAULT_GRID = tuple(round(0.05 * k, 2) for k in range(2, 21))  # 10 % to 100 %


@dataclass(frozen=True)
class Curve:
    """cost_per_mtok [utilisation]; `here` is where the plan stands and what it costs there."""

    service: str
    kind: str
    currency: str
    utilisation: Array
    cost_per_mtok: Array
    here: tuple[float, float]


def utilisation_graph(chips: Sequence[str], currency: str) -> Graph:
    """The curve's formulas for a set of pools; input `utilisation` takes any leading axis."""
    g = Graph(["horizon"])
    target = g.scalar("utilisation", "1")
    parts = []
    for chip in chips:
        fixed = g.scalar(f"{chip}.fixed", currency)
        variable = g.scalar(f"{chip}.variable", currency)
        ready = g.scalar(f"{chip}.available", "chip*s")
        busy = g.scalar(f"{chip}.busy", "chip*s")
        seconds = g.scalar(f"{chip}.seconds_per_mtok", "chip*s/Mtok")
        now = g.row(f"{chip}.utilisation", g.ratio(busy, ready), "1")
        cost = fixed + variable * g.ratio(target, now)
        rate = g.row(f"{chip}.rate", g.ratio(cost, ready * target), f"{currency}/chip/s")
        parts.append(g.row(f"{chip}.per_mtok", seconds * rate, f"{currency}/Mtok"))
    g.row("cost_per_mtok", g.add(parts, f"{currency}/Mtok"), f"{currency}/Mtok")
    return g


def utilisation_curve(
    a: Accounts,
    service: str,
    kind: str,
    *,
    basis: str = "economic",
    utilisation: Sequence[float] = DEFAULT_GRID,
) -> Curve:
    """The curve of one service and kind over the whole horizon, in expectation.

    Every pool is set to the same utilisation; the mix of chips stays as planned. Raises
    UnknownNameError where the accounts hold no such service and kind.
    """
    used = [x for x in a.flows.activities if (x.service, x.kind) == (service, kind)]
    sold = f"sale.{service}.{kind}.mtok"
    if not used or sold not in a.rows:
        known = [f"{s.service}.{s.kind}" for s in a.flows.sales]
        name = f"{service}.{kind}"
        raise UnknownNameError("no tokens of that kind", value=name, hint=nearest(name, known))
    mtok = float(np.sum(a.expected(sold)))
    values: dict[str, npt.ArrayLike] = {}
    chips = []
    now = busy_all = ready_all = 0.0
    for x in used:
        seconds = float(np.sum(a.expected(f"use.{service}.{kind}.{x.chip}")))
        if seconds <= 0 or mtok <= 0:
            continue
        chips.append(x.chip)
        pool = float(np.sum(a.expected(f"{basis}.pool.{x.chip}")))
        variable = float(np.sum(a.expected(f"pool.{x.chip}.variable")))
        ready = float(np.sum(a.expected(f"pool.{x.chip}.available")))
        busy = float(np.sum(a.expected(f"pool.{x.chip}.busy")))
        values |= {
            f"{x.chip}.fixed": pool - variable,
            f"{x.chip}.variable": variable,
            f"{x.chip}.available": ready,
            f"{x.chip}.busy": busy,
            f"{x.chip}.seconds_per_mtok": seconds / mtok,
        }
        busy_all, ready_all = busy_all + busy, ready_all + ready
        now += seconds / mtok * pool / busy
    if not chips:
        raise UnknownNameError("no tokens served of that kind", value=f"{service}.{kind}")
    graph = utilisation_graph(chips, a.flows.currency)
    grid = np.asarray(utilisation, dtype=np.float64)
    cost = evaluate(graph, {**values, "utilisation": grid}, ["cost_per_mtok"])["cost_per_mtok"]
    here = (busy_all / ready_all, now)
    return Curve(service, kind, a.flows.currency, grid, np.asarray(cost), here)


def even_utilisation(
    a: Accounts, service: str, *, basis: str = "economic"
) -> tuple[float, float | None]:
    """Where the chips of a service stand, and where all its tokens cost what customers pay.

    Over the whole horizon, in expectation, every pool alike, as the curve has it: at utilisation u
    the service costs fixed ÷ u + following, so that it is even at fixed ÷ (revenue − following).
    None where revenue does not cover what follows use, or not even a fleet that is always busy.
    """
    fixed = following = busy_all = ready_all = revenue = 0.0
    for sale in (s for s in a.flows.sales if s.service == service):
        revenue += float(np.sum(a.expected(f"sale.{service}.{sale.kind}.revenue")))
    seconds: dict[str, float] = {}
    for x in (x for x in a.flows.activities if x.service == service):
        used = float(np.sum(a.expected(f"use.{service}.{x.kind}.{x.chip}")))
        seconds[x.chip] = seconds.get(x.chip, 0.0) + used
    for chip, used in seconds.items():
        pool = float(np.sum(a.expected(f"{basis}.pool.{chip}")))
        variable = float(np.sum(a.expected(f"pool.{chip}.variable")))
        ready = float(np.sum(a.expected(f"pool.{chip}.available")))
        busy = float(np.sum(a.expected(f"pool.{chip}.busy")))
        if used > 0:
            fixed += used * (pool - variable) / ready
            following += used * variable / busy
            busy_all, ready_all = busy_all + busy, ready_all + ready
    here = busy_all / ready_all if ready_all > 0 else 0.0
    even = fixed / (revenue - following) if revenue > following else np.inf
    return here, even if even <= 1 else None
