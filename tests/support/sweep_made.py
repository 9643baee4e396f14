"""Sweeps made by hand, for tests of their words, tables, pictures and page."""

from __future__ import annotations

from dataclasses import replace

from outlay.results.kept.sweep import (
    Column,
    Driver,
    Refusal,
    Spread,
    Surface,
    Sweep,
    Varied,
)
from outlay.results.study import Thing

__all__ = ["SWEEPS", "SWEPT"]

PRICE, CHANCE, BY = (
    "supply.h200-import.price", "uncertainty.licence.h200.states.granted", "supply.h200-import.by",
)  # fmt: skip
FIRST = "first_orders.h200-import"

SWEPT = Sweep(
    title="A study <of chips>",
    study="study.yaml",
    currency="USD",
    scenario="",
    overrides=(),
    id="ab" * 32,
    varied=(
        Varied(PRICE, "grid", "USD", 27e3, (20e3, 30e3, 40e3)),
        Varied(CHANCE, "grid", "1", 0.25, (0.1, 0.4)),
    ),
    sample=0,
    seed=7,
    cases=6,
    optimal=2,
    infeasible=1,
    refused=1,
    failed=1,
    quarantined=1,
    columns=(Column("order_now", "USD"), Column(FIRST, "chip")),
    spreads=(
        Spread("order_now", "USD", 1e6, 1.1e6, 2e6, 2.9e6, 3e6),
        Spread(FIRST, "chip", 0.0, 10.0, 50.0, 90.0, 100.0),
    ),
    drivers=(
        Driver("order_now", "USD", CHANCE, 0.8, 1e6, 3e6),
        Driver("order_now", "USD", PRICE, 0.1, 2.2e6, 1.8e6),
        Driver(FIRST, "chip", PRICE, 0.5, 100.0, None),
        Driver(FIRST, "chip", CHANCE, 0.4, 0.0, 100.0),
    ),
    surfaces=(
        Surface(
            "order_now", "USD", PRICE, CHANCE, (20e3, 30e3, 40e3), (0.1, 0.4),
            ((1e6, None, 1.2e6), (2e6, 2.5e6, 3e6)), ((0, 1, 0), (0, 0, 0)),
        ),
    ),
    refusals=(
        Refusal("infeasible", "no plan meets every limit", 1, 1),
        Refusal("refused", "chances that do not sum to 1", 1, 2),
        Refusal("failed", "the solver ended", 1, 3),
        Refusal("quarantined", "its process ended", 1, 4),
    ),
    things=(
        Thing("h200-import", "offer", "H200 from abroad", "h200-sxm"),
        Thing("licence.h200", "factor", ""),
    ),
    sha256="cd" * 32,
)  # fmt: skip
"""A grid of price and licence, with a case of each kind that has no plan."""

_ENDS = tuple(replace(v, way="ends", values=(v.values[0], v.values[-1])) for v in SWEPT.varied)
_DRAWN = tuple(replace(v, way="drawn", values=(v.values[0], v.values[-1])) for v in SWEPT.varied)
_FACTS = ("objective", "expected_cost", "served_share", "capex.2026", "opex.2026", "served.chat",
          "cost_per_mtok.chat.input", "cost_per_mtok.chat.cached", "cost_per_mtok.chat.output",
          "cost_per_mtok.chat.work", "power_mw_at_end")  # fmt: skip
_UNITS = {"served_share": "share", "served.chat": "share", "power_mw_at_end": "MW"}


def _every() -> Sweep:
    """Each answer that has a name."""
    units = {f: _UNITS.get(f, "USD/Mtok" if "mtok" in f else "USD") for f in _FACTS}
    return replace(
        SWEPT,
        spreads=tuple(Spread(f, u, 0.1, 0.2, 0.3, 0.4, 0.5) for f, u in units.items()),
        drivers=tuple(Driver(f, u, PRICE, 0.6, 0.1, 0.5) for f, u in units.items()),
        surfaces=tuple(replace(s, of=f, unit=u) for f, u in units.items() for s in SWEPT.surfaces),
    )  # fmt: skip


SWEEPS = (
    SWEPT,
    replace(SWEPT, varied=_ENDS, surfaces=()),
    replace(SWEPT, varied=_DRAWN, sample=6, surfaces=(), refusals=SWEPT.refusals[:1]),
    replace(SWEPT, drivers=SWEPT.drivers[2:], spreads=SWEPT.spreads[1:]),
    replace(SWEPT, drivers=SWEPT.drivers[:1], varied=SWEPT.varied[1:], surfaces=()),
    replace(SWEPT, spreads=(), drivers=(), surfaces=()),
    replace(SWEPT, optimal=0, spreads=(), drivers=(), surfaces=()),
    replace(
        SWEPT,
        varied=(Varied(BY, "list", "", "purchase", ("purchase", "lease", "a", "b", "c")),),
        drivers=(replace(SWEPT.drivers[0], path=BY),), surfaces=(),
    ),
    _every(),
)  # fmt: skip
"""Every way in which a sweep is told."""
