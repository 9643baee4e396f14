r"""Tail: the average of the worst histories, weighed against the expected cost.

Equation: CVaR_a = min_eta eta + \sum_leaf p_leaf excess_leaf / (1 - a);
    excess_leaf >= cost of the leaf's path - eta, excess >= 0 (rows `tail`).
LaTeX: \min (1-w) \sum_n p_n c_n + w \Big( \eta + \tfrac{1}{1-\alpha} \sum_f p_f z_f \Big),
\quad z_f \ge C_f - \eta
Cost of a path is discounted, and carries no probability. Unit: currency.
Source: Rockafellar and Uryasev, Optimization of conditional value-at-risk, J. Risk 2 (2000).
In words: weight 0 is the expected cost; weight 1 at level 0.9 is the mean of the worst tenth.
"""

from __future__ import annotations

import numpy as np

from outlay.planning.programme.draft import Draft

__all__ = ["columns", "rows"]


def columns(d: Draft) -> None:
    """path_cost [node], excess [node at leaves], eta: only where the tail has weight."""
    p, b, tree = d.problem, d.blocks, d.problem.tree
    n = len(tree)
    on = np.full(n, p.tail.weight > 0)
    leaf = np.isin(np.arange(n), tree.leaves) & on
    e = d.ledger.entries()
    size = float(np.abs(e.amount).max(initial=1.0)) * d.frame.chip_unit
    unit = float(2.0 ** np.round(np.log2(size)))
    chance = p.tail.weight * tree.probability / (1 - p.tail.level)
    d.col["path_cost"] = b.column("path_cost", ("node",), on, lower=-np.inf, unit=unit)
    d.col["excess"] = b.column("excess", ("node",), leaf, cost=chance, unit=unit)
    d.col["eta"] = b.column("eta", ("tail",), on[:1], lower=-np.inf, cost=p.tail.weight, unit=unit)


def rows(d: Draft) -> None:
    p, b, tree = d.problem, d.blocks, d.problem.tree
    if p.tail.weight <= 0:
        return
    cost, excess = d.col["path_cost"], d.col["excess"]
    state = b.row("path_cost", ("node",), cost >= 0, lower=0.0, upper=0.0, unit="currency")
    b.put(state, cost, 1.0)
    child = np.flatnonzero(tree.parent >= 0)
    b.put(state[child], cost[tree.parent[child]], -1.0)
    e = d.ledger.entries()
    b.put(state[e.node], e.col, -e.amount * e.discount)
    tail = b.row("tail", ("node",), excess >= 0, lower=0.0, unit="currency")
    b.put(tail, excess, 1.0)
    b.put(tail, cost, -1.0)
    b.put(tail, np.broadcast_to(d.col["eta"], tail.shape), 1.0)
    del tree
