"""How large a programme would be, before it is built; too large is refused with the numbers."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.core.errors import Problem, TooLargeError
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.draft import Options
from outlay.planning.programme.frame import Frame

__all__ = ["Size", "refuse_too_large", "size_estimate"]

# Bytes per entry, column and row while building and solving by interior point: measured with
# benchmarks/planning_tree.py (peak resident set over entries, least squares), rounded up.
BYTES_PER_ENTRY = 220.0
BYTES_PER_LINE = 900.0
BASE_MB = 120.0
NAMED_MB = 500.0
"""Memory from which it is named before the programme is built."""


@dataclass(frozen=True, slots=True)
class Size:
    """Rows, columns, entries and peak memory of a programme, within a factor of about 1.5; a large
    tree that is solved from its branches takes three fifths of the memory."""

    nodes: int
    leaves: int
    rows: int
    columns: int
    entries: int
    memory_mb: float

    def __str__(self) -> str:
        """As it is said before anything is built."""
        return (
            f"{self.nodes} nodes, {self.leaves} branches, about {self.memory_mb:,.0f} MB"
            if self.memory_mb >= NAMED_MB
            else f"{self.nodes} nodes, {self.leaves} branches"
        )


def size_estimate(problem: PlanProblem, frame: Frame | None = None) -> Size:
    """Count what would be built from the masks alone. frame: of the problem, where it is there."""
    p = problem
    n = len(p.tree)
    pairs = int((p.tree.ancestor >= 0).sum())
    cells = float((p.units_per_chip > 0).sum()) * len(p.slices) * n * max(1, len(p.sites))
    if cells > 4e8:  # even the masks would be large
        columns = int(cells)
        memory = BASE_MB + cells * (4 * BYTES_PER_ENTRY + BYTES_PER_LINE) / 2**20
        return Size(n, len(p.tree.leaves), columns, columns, 4 * columns, memory)
    f = frame or Frame.of(p)
    q = f.problem
    able = (f.rate > 0)[:, :, None, :] & f.zone_load.T[:, None, :, None] & f.present[None]
    asked = (p.demand > 0).sum(axis=1)  # [load, node] slices
    n_busy = int((able * asked[:, None, None, :]).sum())
    starts = int((f.may_deliver | f.may_divert).sum())
    stock = int(f.present.sum()) * max(1, len(q.sites) // max(1, len(f.zones)))
    pools = sum(len(x.sites) for x in q.pools) * n
    vintages = sum(len(o.sites) * pairs for o, t in zip(q.offers, f.terms, strict=True) if t.exit)
    campaigns = sum(
        int((c.units(n) > 0).sum()) * len(f.zones) * (1 if c.steady else len(p.slices))
        for c in p.campaigns
    )
    orders = 3 * int(f.may_order.sum())
    columns = n_busy + starts + stock + pools + vintages + campaigns + orders
    capacity = int((f.present * (p.hours > 0).sum(axis=0)).sum())
    balance = int((p.demand > 0).sum())
    rows = capacity + balance + stock + pools + vintages + orders + len(p.sites) * n
    entries = 2 * n_busy + 6 * starts + 5 * stock + 6 * pools + 4 * vintages + 3 * orders
    entries += campaigns * (1 + len(p.tree.periods))
    if p.cash is not None or p.tail.weight > 0:
        entries += sum(len(o.sites) for o in q.offers) * pairs
    memory = BASE_MB + (entries * BYTES_PER_ENTRY + (rows + columns) * BYTES_PER_LINE) / 2**20
    return Size(n, len(p.tree.leaves), rows, columns, entries, memory)


def refuse_too_large(problem: PlanProblem, options: Options, frame: Frame | None = None) -> None:
    """Raise TooLargeError with rows, columns and memory where the limit would be broken.

    frame: of the problem, where it is there.
    """
    size = size_estimate(problem, frame)
    if size.memory_mb <= options.memory_limit_mb:
        return
    raise TooLargeError(
        Problem(
            "the planning model would be too large",
            "horizon and uncertainty",
            f"about {size.rows:,} rows, {size.columns:,} columns, {size.memory_mb:,.0f} MB",
            f"{options.memory_limit_mb:,.0f} MB",
            "fewer states, coarser late periods, or fewer sites and slices; "
            "`planning.decompose` solves large trees in parts",
        )
    )
