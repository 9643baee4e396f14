"""Cases for the planning benchmarks: the reference-like study and the synthetic bar, as arrays.

`reference_like` has the reference study's shape (18 leaves, 112 nodes, 28 loads, 20 chips,
11 sites) with round numbers of the same size; `synthetic` is the instance of the design page.
"""

from __future__ import annotations

import numpy as np

from outlay.core.periods import Period, horizon
from outlay.planning.problem.tree import Factor, product_tree
from outlay.planning.problem.types import (
    Budget,
    CallOff,
    Chip,
    Expansion,
    Load,
    Offer,
    PlanProblem,
    Pool,
    ShareLimit,
    Site,
)

# id, kW, domestic, prefill, decode, dense, training rate (H200 = 1), price CNY, caps CN per
# quarter in thousand (strong, weak); caps None: not for sale in China.
CHIPS = [
    ("h200", 1.28, 0, 1.0, 1.0, 1.0, 1.0, 190e3, None),
    ("h20", 0.81, 0, 0.25, 0.55, 0.17, 0.15, 84e3, ([8, 8, 4, 0, 0, 0, 0, 0],) * 2),
    ("h800", 1.275, 0, 0.95, 0.70, 0.95, 0.85, 0, None),
    ("a800", 0.81, 0, 0.3, 0.4, 0.3, 0.3, 0, None),
    ("l20", 0.56, 0, 0.2, 0.15, 0.12, 0.1, 0, None),
    ("rtx6000d", 0.75, 0, 0.3, 0.2, 0.25, 0.1, 53e3, ([0, 3, 3, 3, 0, 0, 0, 0],) * 2),
    ("910b", 0.9, 1, 0.3, 0.3, 0.3, 0.25, 0, None),
    ("910c", 1.4, 1, 0.65, 0.6, 0.6, 0.5, 190e3,
     ([15, 28, 38, 40, 40, 40, 40, 40], [8, 12, 15, 15, 18, 18, 18, 18])),
    ("950pr", 1.1, 1, 0.5, 0.3, 0.5, 0.3, 110e3,
     ([0, 20, 40, 60, 70, 70, 70, 70], [0, 8, 12, 20, 25, 27, 30, 30])),
    ("950dt", 1.2, 1, 0.5, 0.75, 0.5, 0.4, 150e3,
     ([0, 0, 0, 5, 15, 25, 35, 40], [0, 0, 0, 0, 4, 8, 12, 15])),
    ("mlu590", 0.7, 1, 0.28, 0.38, 0.28, 0.2, 80e3,
     ([20, 30, 35, 35, 35, 35, 35, 35], [12, 15, 20, 20, 20, 20, 20, 20])),
    ("mlu690", 1.0, 1, 0.55, 0.6, 0.55, 0.4, 150e3,
     ([0, 5, 10, 20, 20, 20, 20, 20], [0, 1, 4, 8, 8, 8, 8, 8])),
    ("p800", 0.8, 1, 0.3, 0.32, 0.3, 0.25, 75e3, ([5, 10, 10, 10, 10, 10, 10, 10],) * 2),
    ("hygon", 0.7, 1, 0.22, 0.2, 0.2, 0.15, 55e3, ([4, 8, 8, 8, 8, 8, 8, 8],) * 2),
    ("ppu", 0.6, 1, 0.2, 0.25, 0.2, 0.12, 50e3, ([0, 4, 4, 4, 4, 4, 4, 4],) * 2),
    ("own", 0.6, 1, 0.25, 0.55, 0.2, 0.1, 45e3,
     ([0, 0, 5, 15, 25, 30, 40, 40], [0, 0, 0, 3, 8, 10, 12, 12])),
    ("h100", 1.28, 0, 1.0, 0.75, 1.0, 1.0, 0, None),
    ("b200", 1.9, 0, 2.2, 2.0, 2.2, 2.2, 0, None),
    ("gb200", 2.1, 0, 2.5, 2.8, 2.4, 2.4, 0, None),
    ("gb300", 2.2, 0, 2.8, 3.2, 2.5, 2.4, 0, None),
]  # fmt: skip

# id, region, MW now, growth per quarter from quarter, cost/W, rent CNY per kW-month, PUE, tariff
SITES = [
    ("ulanqab-old", "CN", 150, None, 29, 0, 1.17, 0.30, "all"),
    ("ulanqab-new", "CN", 0, (50, 1), 29, 0, 1.17, 0.30, "domestic"),
    ("zhangjiakou", "CN", 180, (12, 1), 0, 350, 1.20, 0.45, "all"),
    ("datong-1", "CN", 60, None, 29, 0, 1.20, 0.40, "all"),
    ("datong-2", "CN", 0, (50, 1), 10, 0, 1.20, 0.40, "domestic"),
    ("wuhu", "CN", 80, (25, 2), 0, 400, 1.25, 0.58, "all"),
    ("guian", "CN", 20, (25, 3), 0, 330, 1.20, 0.40, "all"),
    ("east", "CN", 110, None, 0, 480, 1.35, 0.70, "all"),
    ("johor", "MY", 120, (50, 2), 0, 630, 1.35, 0.77, "foreign"),
    ("thailand", "TH", 20, (60, 1), 0, 670, 1.40, 0.88, "foreign"),
    ("nordic", "EU", 15, (12, 2), 0, 770, 1.20, 0.42, "foreign"),
]  # fmt: skip

# id, thousand H200e at start, growth by quarter (x at end of 2026, 2027), peak, defer, where
SERVICES = [
    ("chat", 26, 2.0, 2.8, 1.7, 0.0, "CN"), ("think", 14, 3.2, 5.2, 1.7, 0.0, "CN"),
    ("in-app", 18, 2.6, 3.8, 1.4, 0.5, "CN"), ("api", 14, 3.6, 6.0, 1.6, 0.15, "CN"),
    ("coding", 9, 6.0, 12.0, 2.6, 0.05, "CN MY"), ("office", 5, 3.0, 4.5, 2.4, 0.1, "CN"),
    ("voice", 3, 4.0, 7.0, 1.8, 0.0, "CN"), ("overseas", 7, 3.5, 6.0, 1.5, 0.1, "MY TH"),
    ("eu", 2, 3.5, 6.0, 1.5, 0.1, "EU"),
]  # fmt: skip
OTHER = [
    ("images", 2, 2.2, 3.0, 1.25, 0.4, "CN", "dense"),
    ("video", 3, 10, 25, 1.25, 0.4, "CN", "dense"),
    ("ranking-cn", 24, 1.3, 1.6, 1.6, 0.1, "CN", "dense"),
    ("ranking-sg", 9, 1.3, 1.6, 1.6, 0.1, "MY TH", "dense"),
    ("ranking-eu", 3, 1.3, 1.6, 1.6, 0.1, "EU", "dense"),
    ("flagship", 30, 1.5, 2.0, 1.0, 0.0, "MY TH", "training"),
    ("research-my", 50, 1.6, 2.2, 1.0, 0.9, "MY TH", "training"),
    ("research-cn", 15, 1.6, 2.2, 1.0, 0.9, "CN", "training"),
    ("user-data", 6, 1.5, 2.0, 1.0, 0.5, "CN", "training"),
    ("rl", 8, 1.8, 2.6, 1.0, 0.5, "CN MY", "decode"),
]  # fmt: skip
LEASES = [
    ("johor-h100", "h100", 13.4, 3, 10, "johor"), ("johor-h200", "h200", 16.9, 3, 10, "johor"),
    ("johor-b200", "b200", 21.1, 3, 15, "johor"), ("johor-gb200", "gb200", 23.9, 3, 15, "johor"),
    ("thai-gb300", "gb300", 27.5, 6, 10, "thailand"), ("fi-b200", "b200", 22.5, 6, 3, "nordic"),
    ("cn-h100", "h100", 12.0, 0, 6, "CN"), ("cn-h20", "h20", 6.5, 0, 10, "CN"),
]  # fmt: skip


def reference_like(n_periods: int = 8, slices: int = 3, seed: int = 0) -> PlanProblem:
    """A problem of the reference study's shape; demand in thousands of H200e."""
    rng = np.random.default_rng(seed)
    tree = product_tree(
        horizon(Period(2026, 1, 3), n_periods),
        [
            Factor("licence", ("granted", "capped", "refused"), (0.25, 0.40, 0.35), 1),
            Factor("domestic", ("strong", "weak"), (0.45, 0.55), 2),
            Factor("demand", ("low", "base", "high"), (0.25, 0.45, 0.30), 2),
        ],
    )
    n = len(tree)
    t = tree.period

    def by_label(factor: str, values: dict[str, float], default: float) -> np.ndarray:
        return np.array([values.get(x.get(factor, ""), default) for x in tree.labels])

    residual = ((0.0, 1.0), (4.0, 0.2), (4.5, 0.0))
    chips = tuple(
        Chip(c[0], c[1], 4.5, domestic=bool(c[2]), usable=0.92, residual=residual) for c in CHIPS
    )
    sites, site_chip = [], []
    for name, region, mw, grow, cost, rent, pue, tariff, may in SITES:
        expansion = None
        if grow:
            cap = np.where(t >= max(grow[1] - 3, 0), float(grow[0]), 0.0)
            free = mw + np.minimum(np.maximum(t - grow[1] + 1, 0), 3) * grow[0]
            expansion = Expansion(float(grow[0]), 9.0, np.full(n, float(cost)), cap)
        power = np.asarray(free if grow else np.full(n, float(mw)), dtype=float)
        sites.append(
            Site(name, region, power, pue, True, tariff, float(rent), False, expansion, tags=(may,))
        )
        here = [
            (may == "all" and c[0] not in ("b200", "gb200", "gb300"))
            or (may == "domestic" and bool(c[2]))
            or (may == "foreign" and not c[2])
            for c in CHIPS
        ]
        site_chip.append(here)
    cn = tuple(s[0] for s in SITES if s[1] == "CN")
    cn_old = tuple(s[0] for s in SITES if s[8] == "all")
    strong = by_label("domestic", {"strong": 1.0, "weak": 0.0}, 0.45)
    offers = []
    inf = np.full(n, np.inf)
    zero = np.zeros(n)
    q = np.minimum(t, 7)
    for c in CHIPS:
        if c[8] is None:
            continue
        high, low = (np.array(x, dtype=float)[q] * 1e3 for x in c[8])
        known = np.array(["domestic" in x for x in tree.labels])
        cap = np.where(known, strong * high + (1 - strong) * low, low)
        where = cn if c[2] else cn_old
        offers.append(
            Offer("buy-" + c[0], c[0], "purchase", where, np.full(n, c[7]), inf, cap, zero,
                  lead_months=3.0 if c[0] != "h20" else 0.0, host_cost=60e3 * c[4], deposit=0.1)
        )  # fmt: skip
    granted = np.array([0, 60, 100, 120, 120, 120, 120, 120.0])[q] * 1e3
    capped = np.array([0, 20, 15, 15, 15, 15, 15, 15.0])[q] * 1e3
    licence = by_label("licence", {"granted": 1.0, "capped": 0.0, "refused": -1.0}, 0.0)
    cap = np.where(licence > 0, granted, np.where(licence < 0, 0.0, capped))
    offers.append(
        Offer("import-h200", "h200", "purchase", cn_old, np.full(n, 190e3),
              np.where(t == 0, 20e3, 0.0), cap, zero, lead_months=3.0, host_cost=60e3,
              deposit=0.2, refund=0.5)
    )  # fmt: skip
    offers.append(
        Offer("call-h200", "h200", "purchase", cn_old, np.full(n, 190e3), inf, cap, zero,
              lead_months=3.0, host_cost=60e3, deposit=0.2, refund=0.5,
              call_off=CallOff("import-h200", 15.0))
    )  # fmt: skip
    for name, chip, rent, lead, most, where in LEASES:
        at = cn_old if where == "CN" else (where,)
        offers.append(
            Offer(name, chip, "operating_lease", at, zero, np.full(n, most * 1e3), inf,
                  np.full(n, rent), lead_months=float(lead),
                  term_months=12.0 if lead == 0 else 36.0,
                  energy_included=True, exit_share=0.5 if where == "CN" else None)
        )  # fmt: skip
    loads, units, demand, where = [], [], [], []
    hours = np.array([6.0, 10.0, 8.0]) if slices == 3 else np.array([8.0, 16.0])
    growth_q = np.interp(np.arange(8), [0, 3, 7], [0.3, 1.0, 2.0])
    level = by_label("demand", {"low": 0.6, "base": 1.0, "high": 1.7}, 1.0)

    def add(name: str, group: str, amount: float, x4: float, x8: float, peak: float,
            defer: float, places: str, rate: np.ndarray) -> None:  # fmt: skip
        loads.append(Load(name, 0.0, group, deferrable=defer))
        units.append(rate)
        growth = np.interp(growth_q[np.minimum(t, 7)], [0, 1, 2], [1.0, x4, x8])
        factor = 1 + (growth * level - 1) * (t > 0)
        shape = _shape(peak, hours)
        demand.append(amount * 1e3 * factor[None, :] * shape[:, None])
        where.append([s[1] in places.split() for s in SITES])

    for name, amount, x4, x8, peak, defer, places in SERVICES:
        for col, phase, part in ((3, "prefill", 0.62), (4, "decode", 0.38)):
            rate = np.array([c[col] for c in CHIPS]) * rng.uniform(0.8, 1.2, len(CHIPS))
            add(f"{name}/{phase}", name, amount * part, x4, x8, peak, defer, places, rate)
    for name, amount, x4, x8, peak, defer, places, phase in OTHER:
        col = {"dense": 5, "training": 6, "decode": 4}[phase]
        rate = np.array([c[col] for c in CHIPS])
        add(name, name, amount, x4, x8, peak, defer, places, rate)
    loads = [Load(x.id, 5e-3, x.group, deferrable=x.deferrable) for x in loads]
    pools = tuple(
        Pool(f"own-{chip}", chip, at, np.full(n, amount * 1e3), retirable=True)
        for chip, amount, at in [
            ("h20", 330, cn_old), ("h800", 40, cn_old), ("a800", 60, cn_old), ("l20", 60, cn_old),
            ("mlu590", 45, cn_old), ("910b", 30, cn_old), ("910c", 5, cn_old),
            ("h100", 30, ("johor",)), ("b200", 25, ("johor",)), ("h200", 5, ("thailand", "nordic")),
        ]
    )  # fmt: skip
    bought = tuple(o.id for o in offers if o.kind == "purchase")
    domestic = tuple(o.id for o in offers if o.kind == "purchase" and _domestic(o.chip))
    year = tuple(range(min(4, n_periods)))
    return PlanProblem(
        "CNY", tree, 0.09, chips, tuple(sites), tuple(offers), pools, tuple(loads),
        ("peak", "shoulder", "night")[:slices] if slices == 3 else ("peak", "rest"), hours,
        np.array(demand), np.array(units), np.array(site_chip), np.array(where).T,
        rate_factor=np.broadcast_to(1.06 ** t, (len(loads), n)),
        budgets=(Budget("processors 2026", 85e9, year, ("processors",), slack_cost=5.0),),
        shares=(ShareLimit("domestic 2026", domestic, bought, 0.3, year, slack_cost=2.0),),
    )  # fmt: skip


def _domestic(chip: str) -> bool:
    return any(c[0] == chip and bool(c[2]) for c in CHIPS)


def _shape(peak: float, hours: np.ndarray) -> np.ndarray:
    """Slice means with the peak slice at `peak` times the mean of the day."""
    if peak <= 1.0:
        return np.ones(len(hours))
    rest = (24 - peak * hours[0]) / (24 - hours[0])
    if rest <= 0.05:
        peak, rest = 0.95 * 24 / hours[0], 0.05 * 24 / (24 - hours[0])
    if len(hours) == 2:
        return np.array([peak, rest])
    night = 0.5 * rest
    shoulder = (24 - peak * hours[0] - night * hours[2]) / hours[1]
    return np.array([peak, shoulder, night])


def synthetic(leaves: int = 9, seed: int = 0, periods: int = 20) -> PlanProblem:
    """The design page's instance: 20 quarters × 8 chips × 6 sites × 6 loads × 4 contracts × 2."""
    rng = np.random.default_rng(seed)
    depth = {1: 0, 3: 1, 9: 2, 27: 3, 81: 4}[leaves]
    reveals = (2, 4, 7, 10)
    thirds = (1 / 3, 1 / 3, 1 - 2 / 3)
    tree = product_tree(
        horizon(Period(2026, 1, 3), periods),
        [Factor(f"f{i}", ("low", "mid", "high"), thirds, reveals[i]) for i in range(depth)],
    )
    n, t = len(tree), tree.period
    level = np.ones(n)
    cap_level = np.ones(n)
    step = {"low": 0.8, "mid": 1.0, "high": 1.25}
    for node, labels in enumerate(tree.labels):
        for i in range(depth):
            value = step[labels.get(f"f{i}", "mid")]
            if i % 2 == 0:
                level[node] *= value
            else:
                cap_level[node] *= value
    k, s, n_load = 8, 6, 6
    chips = tuple(
        Chip(f"chip{i}", float(rng.uniform(0.6, 2.0)), 5.0, usable=0.92) for i in range(k)
    )
    names = tuple(f"site{i}" for i in range(s))
    sites = tuple(
        Site(
            name, "R", np.full(n, float(rng.uniform(20, 60))), float(rng.uniform(1.1, 1.4)), True,
            float(rng.uniform(0.04, 0.1)), float(rng.uniform(50, 120)),
            expansion=Expansion(10.0, 12.0, np.full(n, 8.0), np.full(n, 30.0)),
        )
        for name in names
    )  # fmt: skip
    power = rng.uniform(0.5, 2.5, k)
    units = power[None, :] * rng.uniform(0.6, 1.4, (n_load, k))
    offers = []
    inf, zero = np.full(n, np.inf), np.zeros(n)
    for i in range(k):
        price = np.full(n, float(25e3 * power[i] * rng.uniform(0.8, 1.2)))
        offers.append(
            Offer(f"buy{i}", f"chip{i}", "purchase", names, price * 0.95**t, inf,
                  4e3 * cap_level, zero, lead_months=6.0, deposit=0.2, host_cost=4e3)
        )  # fmt: skip
        for years in (1, 2, 3):
            rent = price[0] / 8766 / 2.4 * (1.25 - 0.1 * years)
            offers.append(
                Offer(f"lease{i}-{years}", f"chip{i}", "operating_lease", names, zero,
                      1e3 * cap_level, inf, np.full(n, rent), lead_months=3.0,
                      term_months=12.0 * years)
            )  # fmt: skip
    growth = level * 1.08**t
    mean = rng.uniform(3e3, 9e3, n_load)[:, None, None] * growth
    loads = tuple(Load(f"load{i}", 2e-3, group=f"g{i // 2}") for i in range(n_load))
    return PlanProblem(
        "USD", tree, 0.08, chips, sites, tuple(offers), (), loads, ("peak", "rest"),
        np.array([8.0, 16.0]), mean * np.array([1.4, 0.8])[None, :, None], units,
        np.ones((s, k), dtype=bool), np.ones((s, n_load), dtype=bool),
    )  # fmt: skip
