"""A plan small enough for paper: every array written by hand, nothing solved.

Two periods, the second split in two: the licence is granted (a quarter) or refused. Imported chips
(`big`) ordered in the first period come only where it is granted, one period later, and are
cancelled where it is not; `home` sells small chips one period ahead; `rent` leases small ones at
once. A pool is owned (`old`), another rented (`hired`). One service (chat) and one load counted in
chips (search). What its rows must say is worked out on paper where it is asked.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from outlay.core.periods import Period
from outlay.demand.types import DemandPaths
from outlay.demand.types import Load as Asked
from outlay.planning.problem.tree import Factor, Tree
from outlay.planning.problem.types import Chip, Expansion, Load, Offer, PlanProblem, Pool, Site
from outlay.planning.result import Certificates, Flow, Plan, Price
from outlay.results.plans.rows import Cell, Slack
from outlay.serving.types import Capacity

__all__ = [
    "CAPACITY",
    "DEMAND",
    "GRANTED",
    "GROWING",
    "NODES",
    "PLAN",
    "PROBLEM",
    "REFUSED",
    "ROOT",
    "TREE",
    "UNITS",
]

ROOT, GRANTED, REFUSED = 0, 1, 2
NODES = 3
LEAD = 6.0  # months: one period
INF, ZERO = np.full(NODES, np.inf), np.zeros(NODES)

TREE = Tree(
    periods=(Period.parse("2026-H2"), Period.parse("2027-H1")),  # 184 and 181 days
    parent=np.array([-1, 0, 0]),
    period=np.array([0, 1, 1]),
    probability=np.array([1.0, 0.25, 0.75]),
    labels=({}, {"licence": "granted"}, {"licence": "refused"}),
    factors=(
        Factor("late", ("wet", "dry"), (0.5, 0.5), 2),  # seen after the horizon: splits nothing
        Factor("licence", ("granted", "refused"), (0.25, 0.75), 1),
    ),
)

OFFERS = (
    Offer("import", "big", "purchase", ("hall",), np.array([100.0, 110.0, 120.0]), INF,
          np.array([np.inf, 50.0, 0.0]), ZERO, lead_months=LEAD,
          host_cost=np.array([10.0, 11.0, 12.0]), deposit=0.2, refund=0.5),
    Offer("home", "small", "purchase", ("hall",), np.array([50.0, 50.0, 60.0]), INF,
          np.full(NODES, 5000.0), ZERO, lead_months=LEAD, host_cost=5.0, deposit=0.5),
    Offer("rent", "small", "operating_lease", ("hall",), ZERO, INF, INF,
          np.array([0.002, 0.003, 0.004]), term_months=12.0),
)  # fmt: skip

UNITS = np.array([[8.0, 4.0], [3.0, 1.0], [1.5, 1.0]])  # [load, chip] units/s per chip

# [load, slice, node]: six hours of peak and eighteen of rest
WANTED = np.array(
    [
        [[400.0, 900.0, 800.0], [200.0, 300.0, 400.0]],
        [[40.0, 90.0, 80.0], [20.0, 30.0, 40.0]],
        [[10.0, 12.0, 14.0], [6.0, 8.0, 10.0]],
    ]
)
SHED = np.zeros_like(WANTED)
SHED[0, 1, ROOT], SHED[1, 1, ROOT] = 20.0, 2.0  # a tenth of the quiet hours
SHED[0, 0, REFUSED], SHED[1, 0, REFUSED] = 200.0, 20.0  # a quarter of the peak
SHED[2, 0, GRANTED] = 3.0
DEFERRED = np.zeros_like(WANTED)
DEFERRED[2, :, REFUSED] = -3.0, 1.0  # six hours of three are eighteen hours of one
SERVED = np.zeros((3, 2, 1, 2, NODES))  # [load, chip, zone, slice, node]
SERVED[0, 0, 0, :, GRANTED] = 500.0, 100.0
SERVED[1, 0, 0, :, GRANTED] = 50.0, 10.0
SERVED[:, 1, 0] = WANTED + DEFERRED - SHED - SERVED[:, 0, 0]

PROBLEM = PlanProblem(
    currency="CNY",
    tree=TREE,
    discount_rate=0.1,
    chips=(Chip("big", 1.0, 4.0, usable=0.9), Chip("small", 0.5, 5.0, usable=0.8)),
    sites=(
        Site(
            "hall",
            "CN",
            np.array([0.1, 0.2, 0.2]),
            expansion=Expansion(0.0, 0.0, np.full(NODES, 0.006), np.full(NODES, 0.05), deposit=0.0),
        ),
    ),
    offers=OFFERS,
    pools=(
        Pool("old", "small", ("hall",), np.full(NODES, 100.0)),
        Pool("hired", "small", ("hall",), np.full(NODES, 20.0), 0.001, exit_share=0.0),
    ),
    loads=(
        Load("chat/prefill", 2e-5, "chat", "chat", "prefill"),
        Load("chat/decode", 1e-4, "chat", "chat", "decode"),
        Load("search/dense", 1e-3, "search", "search", "dense", "chip", 0.3),
    ),
    slices=("peak", "rest"),
    slice_hours=np.array([6.0, 18.0]),
    demand=WANTED,
    units_per_chip=UNITS,
    site_chip=np.ones((1, 2), dtype=bool),
    site_load=np.ones((1, 3), dtype=bool),
    rate_factor=np.array([[1.0, 1.25, 1.6], [1.0, 1.25, 1.6], [1.0, 1.0, 1.0]]),
    chip_factor=np.array([[1.0, 2.0, 1.0], [1.0, 1.0, 1.5]]),
)

FLOWS = (
    Flow(0, "deposit", "import", "capex", 600.0, 30.0, 0.95, "processors"),
    Flow(0, "expansion", "hall", "capex", 300.0, 0.05, 0.95, "site"),
    Flow(0, "rent", "rent", "lease", 176.64, 20.0, 0.95),  # 20 x 0.002 x 184 days
    Flow(0, "rent", "hired", "lease", 88.32, 20.0, 0.95),  # 20 x 0.001 x 184 days
    Flow(0, "energy", "old", "opex", 40.0, 100.0, 0.95),
    Flow(0, "energy", "rent", "opex", 10.0, 25.0, 0.95),
    Flow(0, "upkeep", "old", "opex", 7.0, 0.0, 0.95),
    Flow(0, "shed", "chat", "penalty", 30.0, 1.0, 0.95),
    Flow(1, "delivery", "import", "capex", 2640.0, 30.0, 0.9, "processors"),
    Flow(1, "host", "import", "capex", 330.0, 30.0, 0.9, "servers"),
    Flow(1, "deposit", "import", "capex", 176.0, 8.0, 0.9, "processors"),
    Flow(1, "deposit", "home", "capex", 12_500.0, 500.0, 0.9, "processors"),
    Flow(1, "rent", "rent", "lease", 173.76, 20.0, 0.9),  # 20 x 0.002 x 181 days
    Flow(1, "rent", "hired", "lease", 86.88, 20.0, 0.9),
    Flow(1, "energy", "old", "opex", 36.0, 90.0, 0.9),
    Flow(1, "energy", "import", "opex", 12.0, 30.0, 0.9),
    Flow(1, "short", "search", "penalty", 5.0, 1.0, 0.9),
    Flow(1, "residual", "import", "terminal", -1500.0, 30.0, 0.8),
    Flow(2, "refund", "import", "capex", -360.0, 30.0, 0.9, "processors"),
    Flow(2, "deposit", "import", "capex", 9.6, 0.4, 0.9, "processors"),
    Flow(2, "deposit", "home", "capex", 90_000.0, 3000.0, 0.9, "processors"),
    Flow(2, "rent", "rent", "lease", 295.392, 27.0, 0.9),  # 20 x 0.002 and 7 x 0.004
    Flow(2, "rent", "hired", "lease", 65.16, 15.0, 0.9),
    Flow(2, "energy", "old", "opex", 32.0, 80.0, 0.9),
    Flow(2, "energy", "rent", "opex", 14.0, 35.0, 0.9),
    Flow(2, "shed", "chat", "penalty", 200.0, 1.0, 0.9),
    Flow(2, "slack", "capex 2026", "penalty", 11.0, 22.0, 0.9),
    Flow(2, "obligation", "rent", "terminal", 60.0, 7.0, 0.8),
)

PRICES = (
    Price("power", "hall", 0, "MW", 5.0, 5.0, 0.1, 0.1, True),
    Price("power", "hall", 1, "MW", 2.0, 8.0, 0.15, 0.2, False),
    Price("power", "hall", 2, "MW", 3.0, 4.0, 0.2, 0.2, True),
    Price("power", "grid", 1, "MW", 7.0, 28.0, 0.15, 0.15, True),
    Price("power", "empty", 1, "MW", 11.0, 44.0, 0.0, 0.0, True),
    Price("power", "hall", 1, "rack", 9.0, 36.0, 1.0, 1.0, True),
    Price("supply", "import", 1, "chip", 0.02, 0.08, 50.0, 50.0, True),
    Price("supply", "home", 1, "chip", 0.01, 0.04, 5000.0, 5000.0, True),
    Price("supply", "home", 2, "chip", 0.03, 0.04, 5000.0, 5000.0, True),
    Price("supply", "rent", 0, "chip", -0.5, -0.5, 7.0, np.inf, True),
    Price("budget", "capex 2026", 0, "currency", 0.25, 0.25, 900.0, 900.0, True),
    Price("service", "chat", 1, "token/s", 0.0, 0.0, 900.0, 900.0, True),
)

PLAN = Plan(
    problem=PROBLEM,
    offers=OFFERS,
    status="optimal",
    objective=66_000.0,  # some of it weight on the tail
    expected_cost=65_446.6086,
    leaf_cost=np.array([14_353.038, 82_477.7988]),
    zones=(("hall",),),
    orders=np.array([[30.0, 8.0, 0.4], [0.0, 500.0, 3000.0], [20.0, 0.0, 7.0]]),
    deliveries=np.array([[[0.0, 30.0, 0.0]], [[0.0, 0.0, 0.0]], [[20.0, 0.0, 7.0]]]),
    diverted=np.zeros((3, 1, NODES)),
    cancelled=np.array([[0.0, 0.0, 30.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]),
    waiting=np.zeros((3, NODES)),
    arriving=np.array([[[0.0, 30.0, 0.0]], [[0.0, 0.0, 0.0]], [[20.0, 0.0, 7.0]]]),
    left=np.zeros((3, 1, NODES)),
    early=np.zeros((3, NODES, NODES)),
    stock=np.array([[[0.0, 30.0, 0.0]], [[140.0, 130.0, 122.0]]]),
    pool_stock=np.array([[[100.0, 90.0, 80.0]], [[20.0, 20.0, 15.0]]]),
    moved=np.zeros((2, 1, NODES)),
    expansion_mw=np.array([[0.05, 0.0, 0.0]]),
    energised_mw=np.array([[0.1, 0.2, 0.2]]),
    used_mw=np.array([[0.07, 0.15, 0.2]]),
    given_mw=np.zeros((1, NODES)),
    served=SERVED,
    shed=SHED,
    handed=np.zeros_like(WANTED),
    deferred=DEFERRED,
    work=np.zeros((0, 2, 1, NODES)),
    short=np.zeros((0, NODES)),
    cash=np.zeros(0),
    debt=np.zeros(0),
    flows=FLOWS,
    prices=PRICES,
    slacks=(
        Slack("capex 2026", 2, PROBLEM.tree.name(2), 22.0, "CNY", 11.0),
        Slack("capex 2027", 1, PROBLEM.tree.name(1), 0.0, "CNY", 0.0),
    ),
    certificates=Certificates(
        1e-9, 2e-9, 3e-9, 4e-9, 5e-9, 65_999.0, "highs", "simplex", 10, 20, 30, 0.1
    ),
)

GROWING = replace(
    PLAN,
    problem=replace(
        PROBLEM,
        sites=(
            replace(
                PROBLEM.sites[0],
                expansion=Expansion(0.05, LEAD, np.array([12.0, 13.0, 14.0]), np.full(NODES, 1.0)),
            ),
        ),
    ),
)
"""The same where the hall says at what price its 0.05 MW, ordered at the root, are built."""

_DAY = 3600.0 * np.array([6.0, 18.0])
_RATE = np.empty((2, 2, 3, 2))  # [state, period, load, slice]
_RATE[:, 0] = WANTED[:, :, ROOT]
_RATE[0, 1], _RATE[1, 1] = WANTED[:, :, GRANTED], WANTED[:, :, REFUSED]
_TOKENS = np.empty((2, 2, 1, 3))  # [state, period, service, kind]
_TOKENS[:, :, 0, 0] = _RATE[:, :, 0] @ _DAY
_TOKENS[:, :, 0, 1] = 3.0 * _TOKENS[:, :, 0, 0]
_TOKENS[:, :, 0, 2] = _RATE[:, :, 1] @ _DAY

DEMAND = DemandPaths(
    periods=TREE.periods,
    services=("chat",),
    loads=(
        Asked("chat/prefill", "chat", "prefill", "token/s", "chat", ("hall",), 2e-5, 0.0, 3.0),
        Asked("chat/decode", "chat", "decode", "token/s", "chat", ("US",), 1e-4, 0.0),
        Asked("search/dense", "search", "dense", "chip", "search", (), 1e-3, 0.3,
              reference_chip="small"),
    ),
    slices=("peak", "rest"),
    hours=np.array([[6.0, 18.0], [6.0, 18.0]]),
    states=("slow", "fast"),
    probabilities=np.array([0.25, 0.75]),
    rate=_RATE,
    compute=np.array([[0.5, 1.0, 1.0], [0.6, 1.1, 1.0]]),  # [period, load]
    peak=np.ones(3),
    tokens_per_day=_TOKENS,
)  # fmt: skip

CAPACITY = Capacity(
    loads=tuple(x.id for x in PROBLEM.loads),
    chips=("big", "small"),
    units_per_chip=UNITS,
    watts_per_chip=np.array([[900.0, 450.0], [800.0, 400.0], [700.0, 350.0]]),
    cells=tuple(
        Cell(x.id, c.id, UNITS[i, j], 0.5 * UNITS[i, j], 2.0 * UNITS[i, j], 0.75, 8, 900.0,
             "memory", "simulated", "")
        for i, x in enumerate(PROBLEM.loads)
        for j, c in enumerate(PROBLEM.chips)
    ),
)  # fmt: skip
