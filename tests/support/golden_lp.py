"""A tiny programme that has something of every row family, and its rows as people read them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from outlay.core.periods import Period, horizon
from outlay.planning.problem.tree import Factor, product_tree
from outlay.planning.problem.types import (
    Budget,
    CallOff,
    Campaign,
    Cash,
    Ceiling,
    Chip,
    Expansion,
    Limit,
    Load,
    Offer,
    PlanProblem,
    Pool,
    ShareLimit,
    Site,
    Tail,
    Tier,
)
from outlay.planning.programme.blocks import Block, Matrix
from outlay.planning.programme.draft import Options
from outlay.planning.programme.frame import Frame
from outlay.planning.programme.model import build

ROWS = {
    "orders": ("due", "cancel", "lots", "order_cap", "renewal", "call_off"),
    "stock": ("stock", "keep", "pool", "pool_stays"),
    "sites": (
        "steps", "draw_paid", "draw_included", "power", "expansion_total", "arrive", "arrivals",
        "ceiling", "racks", "liquid", "given",
    ),
    "energy": ("work_done", "work_in", "work_free", "least_energy", "least_rent"),
    "training": ("work", "block", "block_on", "block_one"),
    "capacity": ("capacity",),
    "balance": ("balance", "day", "least", "place"),
    "moments": ("part", "part_of", "whole", "moment"),
    "supply": ("delivery_cap", "limit", "so_far", "margin", "share"),
    "money": ("spent", "budget", "cash", "cash_floor"),
    "tail": ("path_cost", "tail"),
    "ties": ("tie_order", "tie_start", "tie_expand", "tie_absent_order", "tie_absent_start",
             "tie_absent_expand"),
}  # fmt: skip
"""Family → the row blocks of its file."""


def tiny() -> PlanProblem:
    """Three quarters; a licence is seen before the second; two chips, two halls, two phases."""
    tree = product_tree(
        horizon(Period(2026, 1, 3), 3),
        [Factor("licence", ("granted", "refused"), (0.5, 0.5), 1)],
    )
    n = len(tree)
    refused = np.array([x.get("licence") == "refused" for x in tree.labels])
    inf, zero = np.full(n, np.inf), np.zeros(n)
    door = np.where(refused, 0.0, 40.0)
    far = Offer(
        "import", "a", "purchase", ("north",), np.full(n, 10.0), np.full(n, 20.0), door, zero,
        lead_months=3.0, deposit=0.2, refund=0.5, cancel_fee=0.1, host_cost=1.0, levy=0.25,
        total_cap=60.0, divert_sites=("south",), divert_cost=1.0, lot=5.0,
    )  # fmt: skip
    more = replace(far, id="import:call-off", call_off=CallOff("import", 3.0), lot=0.0)
    home = Offer(
        "home", "b", "purchase", ("north", "south"), np.full(n, 6.0), np.full(n, 30.0), inf, zero,
        lead_months=1.0,
    )  # fmt: skip
    lease = Offer(
        "lease", "b", "operating_lease", ("south",), zero, inf, np.full(n, 9.0),
        np.full(n, 1e-3), term_months=12.0, exit_share=0.5, notice_months=1.0,
    )  # fmt: skip
    halls = (
        Site("north", "N", np.full(n, 0.03), 1.2, True, 1e-4, 0.1, minimum_use=0.6,
             exit_share=0.4, rack_limit=20.0,
             expansion=Expansion(0.01, 3.0, np.full(n, 5e-3), np.full(n, 0.02), 0.04)),
        Site("south", "S", np.full(n, 0.02), 1.3, False, 2e-4, 0.2, minimum_energy=0.5,
             liquid_mw=0.01),
    )  # fmt: skip
    tiers = (Tier(0.2, 0.5), Tier(0.8, 1.125))
    loads = tuple(
        Load(f"chat/{phase}", cost, "chat", "chat", phase, deferrable=0.2, colocated=True,
             tiers=tiers, least=0.3)
        for phase, cost in (("prefill", 2e-5), ("decode", 6e-5))
    )  # fmt: skip
    demand = np.array([30.0, 12.0])[:, None, None] * np.array([1.5, 0.75])[None, :, None]
    demand = demand * (1.0 + 0.5 * tree.period)
    return PlanProblem(
        "USD", tree, 0.0,
        (Chip("a", 1.0, racks=0.5, liquid=True, upkeep_per_year=0.5, idle_use=0.2),
         Chip("b", 0.5, domestic=True, racks=0.25, usable=0.9)),
        halls, (far, more, home, lease),
        (Pool("old", "b", ("north", "south"), np.where(tree.period > 0, 6.0, 8.0)),
         Pool("rented", "b", ("south",), np.where(tree.period > 0, 0.0, 3.0), np.full(n, 1e-3),
              renew_rent_hour=np.full(n, 2e-3))),
        loads, ("peak", "rest"), np.array([8.0, 16.0]), demand,
        np.array([[2.0, 1.0], [1.0, 0.5]]), np.ones((2, 2), dtype=bool),
        np.ones((2, 2), dtype=bool),
        campaigns=(
            Campaign("run", 1e8, 0, 1, np.array([2.0, 1.0]), ("north",), 1e-7, block_chips=4.0),
        ),
        budgets=(Budget("2026", 200.0, (0, 1), ("processors",), "payment", 3.0),),
        limits=(Limit("vendor", ("import", "import:call-off"), np.full(n, 50.0)),),
        shares=(ShareLimit("home share", ("home",), ("home", "import"), 0.3, (0, 1), 2.0),),
        ceilings=(Ceiling("grid", ("north", "south"), np.full(n, 0.06)),),
        cash=Cash(300.0, np.full(n, 100.0), 10.0, 50.0, 0.08, 2.0),
        tail=Tail(0.5, 0.3),
    )  # fmt: skip


def text_of(family: str) -> str:
    """The family's rows of the tiny programme, one a line."""
    options = Options(tie="static") if family == "ties" else Options(whole_depth=1)
    model = build(tiny(), options)
    m, f = model.matrix, model.frame
    lines = []
    for name in ROWS[family]:
        block = m.rows.get(name)
        if block is None:
            continue
        for at in np.argwhere(block.index >= 0):
            row = int(block.index[tuple(at)])
            left = f"{_name(f, block, at)}:"
            lines.append(f"{left} {_terms(m, f, row)} {_bounds(m, row)}")
    return "\n".join(lines) + "\n"


def _terms(m: Matrix, f: Frame, row: int) -> str:
    part = m.a[[row]].tocoo()
    parts = []
    for col, value in sorted(zip(part.col.tolist(), part.data.tolist(), strict=True)):
        block, at = m.column_at(col)
        sign = "-" if value < 0 else "+"
        size = "" if abs(value) == 1.0 else f"{abs(value):.6g} "
        parts.append(f"{sign} {size}{_name(f, block, at)}")
    return " ".join(parts) or "0"


def _bounds(m: Matrix, row: int) -> str:
    low, up = float(m.row_lower[row]), float(m.row_upper[row])
    if low == up:
        return f"= {low:.6g}"
    said = [f">= {low:.6g}"] if np.isfinite(low) else []
    said += [f"<= {up:.6g}"] if np.isfinite(up) else []
    return " and ".join(said) or "free"


def _name(f: Frame, block: Block, at: object) -> str:
    p = f.problem
    names = {
        "offer": [o.id for o in p.offers], "site": [s.id for s in p.sites],
        "hall": [h.id for h in f.halls], "chip": [c.id for c in p.chips],
        "load": [x.id for x in p.loads], "slice": list(p.slices),
        "zone": ["+".join(z) for z in f.zones], "pool": [q.id for q in p.pools],
        "node": [p.tree.name(i).replace(" licence=", "/") for i in range(len(p.tree))],
        "budget": [b.id for b in p.budgets], "campaign": [c.id for c in p.campaigns],
        "ceiling": [c.id for c in p.ceilings], "share": [s.id for s in p.shares],
        "group": [p.loads[g[0]].group or p.loads[g[0]].id for g in f.groups],
    }  # fmt: skip
    said = [
        names[axis][int(i)] if axis in names else str(int(i))
        for axis, i in zip(block.axes, at, strict=True)  # type: ignore[call-overload]
    ]
    return f"{block.name}[{', '.join(said)}]"
