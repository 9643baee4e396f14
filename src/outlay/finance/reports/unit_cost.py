"""Cost per million tokens from chip-seconds: activity-based, idle capacity apart, then spread.

Every cost belongs to a pool, one per chip type; shared costs are spread over the pools by the IT
power that stands ready. A pool's cost over its available chip-seconds is its rate; what services
use at that rate is their direct cost, and the rest is the cost of idle capacity.
"""

from __future__ import annotations

from outlay.core.graph.graph import Expr
from outlay.finance.book.book import Book

__all__ = ["BASES", "build_unit_costs"]

BASES = {
    "book": ("depreciation", "cost", "lease.cost", "lease.amortisation", "lease.interest"),
    "economic": ("charge", "cost", "lease.charge"),
}
"""book: as the income statement has it (without interest on debt). economic: a yearly charge that
recovers cost and return over the economic life, leases at their straight-line rent."""


def build_unit_costs(b: Book) -> None:
    """Rows `pool.*`, `unit.*` for each basis, and the identity that closes them."""
    _time(b)
    for basis, roles in BASES.items():
        _pools(b, basis, roles)
        _services(b, basis)


def _add(b: Book, rows: list[Expr]) -> Expr:
    """Σ of series of money; zero in every period where there are none."""
    return b.graph.add(rows, b.cur) if rows else b.nothing(b.cur)


def _time(b: Book) -> None:
    """Chip-seconds ready, busy and idle; the share of shared cost each pool bears."""
    g = b.graph
    weighted = []
    for chip, seconds in b.flows.available.items():
        ready = b.series(f"pool.{chip}.available", "chip*s", seconds, source="plan")
        kw = b.scalar(f"pool.{chip}.power", "kW/chip", b.flows.power_kw.get(chip, 1.0))
        weighted.append(g.row(f"pool.{chip}.weight", ready * kw, "kW*s"))
    if weighted:
        g.row("pool.weight", g.add(weighted, "kW*s"), "kW*s")
    for a in b.flows.activities:
        key = f"use.{a.service}.{a.kind}.{a.chip}"
        busy = b.series(key, "chip*s", a.seconds, label=key, source="plan")
        b.put(f"busy.{a.chip}", busy)
    follows = g.row("pool.variable", _add(b, b.by_chip.get(("cost.variable", ""), [])), b.cur)
    for chip in b.flows.available:
        g.row(f"pool.{chip}.busy", b.sum(f"busy.{chip}", "chip*s"), "chip*s")
        part = g.ratio(b[f"pool.{chip}.weight"], b["pool.weight"])
        own = _add(b, b.by_chip.get(("cost.variable", chip), []))
        g.row(
            f"pool.{chip}.variable", own + follows * part, b.cur, f"{chip}: cost that follows use"
        )


def _pools(b: Book, basis: str, roles: tuple[str, ...]) -> None:
    g, cur = b.graph, b.cur
    chips = list(b.flows.available)

    def cost_of(chip: str) -> list[Expr]:
        return [r for role in roles for r in b.by_chip.get((role, chip), [])]

    known = {*chips, ""}
    stray = [c for (role, c) in b.by_chip if role in roles and c not in known]
    shared = cost_of("") + [r for c in dict.fromkeys(stray) for r in cost_of(c)]
    common = g.row(f"{basis}.shared", _add(b, shared), cur, "Cost shared by all pools")
    every: list[Expr] = []
    for chip in chips:
        own = _add(b, cost_of(chip))
        part = g.ratio(b[f"pool.{chip}.weight"], b["pool.weight"])
        cost = g.row(f"{basis}.pool.{chip}", own + common * part, cur, f"Cost of {chip}")
        every.append(cost)
        rate = g.ratio(cost, b[f"pool.{chip}.available"])
        g.row(f"{basis}.rate.{chip}", rate, f"{cur}/chip/s", f"{chip}: cost of a chip-second")
        busy = b[f"pool.{chip}.busy"] * b[f"{basis}.rate.{chip}"]
        b.put(f"{basis}.idle", g.row(f"{basis}.idle.{chip}", cost - busy, cur, f"{chip}: idle"))
    if chips:
        lost = b["pool.weight"].equals(0.0).where(common, 0.0)
        b.put(f"{basis}.idle", g.row(f"{basis}.idle.no_fleet", lost, cur, "Cost without a fleet"))
    else:
        b.put(f"{basis}.idle", common)
    total = g.add([*every, *b.lists[f"{basis}.idle"][-1:]], cur)
    g.row(f"{basis}.total", total, cur, f"Total cost ({basis})")
    whole = [r for (role, _), rows in b.by_chip.items() if role in roles for r in rows]
    gap = _add(b, whole) - b[f"{basis}.total"]
    b.put("check", g.row(f"check.pools.{basis}", gap, cur, f"Costs − pools ({basis})"))


def _services(b: Book, basis: str) -> None:
    g, cur = b.graph, b.cur
    idle = g.row(f"{basis}.idle", b.sum(f"{basis}.idle"), cur, "Cost of idle capacity")
    kinds: dict[tuple[str, str], list[Expr]] = {}
    for a in b.flows.activities:
        used = b[f"use.{a.service}.{a.kind}.{a.chip}"] * b[f"{basis}.rate.{a.chip}"]
        kinds.setdefault((a.service, a.kind), []).append(used)
    direct = {}
    for (service, kind), parts in kinds.items():
        name = f"{basis}.direct.{service}.{kind}"
        direct[service, kind] = g.row(name, g.add(parts, cur), cur, f"{service} {kind}: direct")
    busy = g.row(f"{basis}.direct", _add(b, list(direct.values())), cur, "Direct cost")
    spread = g.row(f"{basis}.spread", g.ratio(idle, busy), "1", "Idle over direct cost")
    full = []
    for (service, kind), row in direct.items():
        cost = g.row(f"{basis}.full.{service}.{kind}", row * (1.0 + spread), cur)
        full.append(cost)
        sold = f"sale.{service}.{kind}.mtok"
        if sold not in g:
            continue
        mtok = b[sold]
        unit = f"{cur}/Mtok"
        head = f"{basis}.per_mtok.{service}.{kind}"
        g.row(f"{head}.direct", g.ratio(row, mtok), unit, f"{service} {kind}: direct cost")
        g.row(f"{head}.full", g.ratio(cost, mtok), unit, f"{service} {kind}: with idle spread")
        g.row(f"{head}.mean", g.ratio(cost.total(), mtok.total()), unit, f"{service} {kind}")
        revenue = b[f"sale.{service}.{kind}.revenue"]
        g.row(f"{basis}.margin.{service}.{kind}", revenue - cost, cur, f"{service} {kind}: margin")
    nothing = busy.equals(0.0).where(b[f"{basis}.total"], 0.0)
    gap = g.add([*full, nothing], cur) - b[f"{basis}.total"]
    b.put("check", g.row(f"check.services.{basis}", gap, cur, f"Services − total ({basis})"))
