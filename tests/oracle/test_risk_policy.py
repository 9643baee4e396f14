"""A plan lived through in worlds: against the plan, an independent programme, and by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.optimize import linprog

from outlay.core.periods import Period, horizon
from outlay.planning.problem.tree import product_tree
from outlay.planning.problem.types import Chip, Load, PlanProblem, Pool, Site, Tier
from outlay.planning.result import Flow, Plan
from outlay.planning.solver.solve import solve
from outlay.risk.policy import operate
from outlay.risk.policy.evaluate import evaluate_worlds
from outlay.risk.policy.policy import PlanPolicy
from outlay.risk.worlds.conditions import Settings
from outlay.risk.worlds.effects import DemandCurve, Effect
from outlay.risk.worlds.marginals import Marginal
from outlay.risk.worlds.worlds import WorldModel, Worlds, draw_worlds
from support.risk_problems import two_chip_problem
from support.studies import with_event, with_fallback

YEARS = ("2026",) * 4
TREE = (Effect("licence", "state"), Effect("demand", "state"))
LICENCE, DEMAND = ("granted", "refused"), ("low", "base", "high")


@cache
def plan_of(supply: float = 1.0, deferrable: float = 0.2) -> Plan:
    """The plan of the small problem, with delivery caps and power scaled by `supply`."""
    p = two_chip_problem(deferrable=deferrable)
    offers = tuple(replace(o, delivery_cap=o.delivery_cap * supply) for o in p.offers)
    sites = tuple(replace(s, power_mw=s.power_mw * supply) for s in p.sites)
    pools = tuple(replace(q, available=q.available * supply) for q in p.pools)
    return solve(replace(p, offers=offers, sites=sites, pools=pools))


def at_leaf(plan: Plan, leaf: int, **values: float) -> Worlds:
    """One world on the path of `leaf`, with further factors at given values."""
    labels = plan.problem.tree.labels[leaf]
    row = {
        "licence": float(LICENCE.index(labels["licence"])),
        "demand": float(DEMAND.index(labels["demand"])),
        **values,
    }
    value = np.array([list(row.values())])
    return Worlds(tuple(row), np.zeros_like(value), value, {})


def lived(
    plan: Plan, effects: Sequence[Effect], world: Worlds, demand: DemandCurve | None = None
) -> dict[str, float]:
    policy = PlanPolicy(plan, Settings(tuple(effects), YEARS, demand, "demand" if demand else ""))
    return dict(zip(policy.outputs, policy.evaluate(world)[0].tolist(), strict=True))


@pytest.mark.parametrize("supply", [1.0, 0.35])
@pytest.mark.parametrize("deferrable", [0.0, 0.2])
def test_a_world_that_is_a_branch_costs_what_the_plan_says(
    supply: float, deferrable: float
) -> None:
    """With nothing changed, operation made anew must find the plan's own cost on every leaf."""
    plan = plan_of(supply, deferrable)
    for k, leaf in enumerate(plan.problem.tree.leaves):
        got = lived(plan, TREE, at_leaf(plan, int(leaf)))
        scale = max(1.0, abs(plan.leaf_cost[k]))
        assert got["cost"] == pytest.approx(plan.leaf_cost[k], abs=1e-7 * scale)
        if supply < 1:
            assert got["served_share"] < 1


@pytest.mark.parametrize("supply", [1.0, 0.35])
def test_the_cash_of_a_world_holds_no_price_that_nobody_pays(supply: float) -> None:
    """A limit broken at 7 and training short at 5 beside what is shed: three sums, apart."""
    plan = plan_of(supply, 0.0)
    leaf = int(plan.problem.tree.leaves[0])
    prices = (
        Flow(leaf, "slack", "capex 2026", "penalty", 7.0, 1.0, 0.5),
        Flow(leaf, "short", "campaign", "penalty", 5.0, 1.0, 0.5),
    )
    got = lived(replace(plan, flows=(*plan.flows, *prices)), TREE, at_leaf(plan, leaf))
    path = set(plan.problem.tree.path(leaf).tolist())
    on = [f for f in plan.flows if f.node in path]
    cash = sum(f.amount * f.discount for f in on if f.treatment != "penalty")
    shed = sum(f.amount * f.discount for f in on if f.entry == "shed")
    scale = max(1.0, abs(plan.leaf_cost[0]))
    assert got["cash"] == pytest.approx(cash, abs=1e-7 * scale)
    assert got["unserved_cost"] == pytest.approx(shed + 2.5, abs=1e-7 * scale)
    assert got["cost"] == pytest.approx(cash + shed + 2.5 + 3.5, abs=1e-7 * scale)


@cache
def tiered_plan() -> Plan:
    """Scarce supply, work in tiers, and a smaller model for up to 40 % of chat."""
    p = two_chip_problem()
    offers = tuple(replace(o, delivery_cap=o.delivery_cap * 0.35) for o in p.offers)
    sites = tuple(replace(s, power_mw=s.power_mw * 0.35) for s in p.sites)
    pools = tuple(replace(q, available=q.available * 0.35) for q in p.pools)
    tiers = (Tier(0.1, 0.2), Tier(0.4, 0.8), Tier(0.5, 1.32))
    loads = tuple(replace(x, tiers=tiers) for x in p.loads)
    p = replace(p, offers=offers, sites=sites, pools=pools, loads=loads)
    return solve(with_fallback(p, [0, 1], 0.4, 0.3, 4.0))


def test_a_branch_with_tiers_and_a_smaller_model_costs_what_the_plan_says() -> None:
    plan = tiered_plan()
    assert plan.handed.max() > 0
    assert len(np.unique(np.round(plan.shed[0] / plan.problem.demand[0], 6))) > 2
    for k, leaf in enumerate(plan.problem.tree.leaves):
        got = lived(plan, TREE, at_leaf(plan, int(leaf)))
        assert got["cost"] == pytest.approx(plan.leaf_cost[k], rel=1e-7)
        path = plan.problem.tree.path(int(leaf))
        seconds = plan.problem.slice_hours[:, None] / 24 * plan.problem.tree.seconds[path]
        asked = float((plan.problem.demand[:, :, path] * seconds).sum())
        missed = float((plan.shed[:, :, path] * seconds).sum())
        assert got["served_share"] == pytest.approx(1 - missed / asked, rel=1e-6)


@pytest.mark.parametrize("seed", [0, 1, 3, 4])
def test_a_branch_with_busiest_days_in_some_periods_costs_what_the_plan_says(seed: int) -> None:
    p = plan_of(0.35).problem
    plan = solve(with_event(p, seed))
    assert 0 < int((plan.problem.hours[-1] > 0).sum()) < len(p.tree)
    discount = p.tree.discount(p.discount_rate)
    for k, leaf in enumerate(p.tree.leaves):
        got = lived(plan, TREE, at_leaf(plan, int(leaf)))
        assert got["cost"] == pytest.approx(plan.leaf_cost[k], rel=1e-7)
        path = p.tree.path(int(leaf))
        seconds = plan.problem.hours[:, path] / 24 * p.tree.seconds[path]
        shed = (plan.shed[:, :, path] * seconds).sum(axis=1)  # [load, node]
        cost = np.array([x.shed_cost for x in p.loads]) @ shed @ discount[path]
        assert got["unserved_cost"] == pytest.approx(cost, rel=1e-7)
        asked = float((plan.problem.demand[:, :, path] * seconds).sum())
        assert got["served_share"] == pytest.approx(1 - shed.sum() / asked, rel=1e-6)


@pytest.mark.parametrize(
    ("volume", "shed", "handed"), [(1.0, 0.0, 4 / 3), (2.0, 5.0, 8.0), (4.0, 19.0, 16.0)]
)
def test_a_world_sheds_the_cheapest_tier_first_and_uses_the_smaller_model(
    volume: float, shed: float, handed: float
) -> None:
    """Nine chips of one unit a second; ten units asked for; a smaller model four times as fast.

    It serves at most 40 % at 0.3 of the price, which is worth its chips wherever work is missing.
    """
    tree = product_tree(horizon(Period(2026, 1, 3), 1), ())
    one, yes = np.ones(1), np.ones((1, 1), dtype=bool)
    problem = PlanProblem(
        "USD", tree, 0.0, (Chip("a", 1.0),), (Site("hall", "R", one),), (),
        (Pool("there", "a", ("hall",), 9 * one),),
        (Load("work", 1.0, tiers=(Tier(0.1, 0.5), Tier(0.9, 0.95 / 0.9))),), ("day",),
        np.array([24.0]), np.full((1, 1, 1), 10.0), np.ones((1, 1)), yes, yes,
    )  # fmt: skip
    plan = solve(with_fallback(problem, [0], 0.4, 0.3, 4.0))
    worlds = Worlds(("volume",), np.zeros((1, 1)), np.array([[volume]]), {})
    got = lived(plan, (Effect("volume", "demand"),), worlds)
    cheap = min(shed, volume)  # a tenth of 10 × volume
    cost = 0.5 * cheap + 0.95 / 0.9 * (shed - cheap) + 0.3 * handed
    if volume == 1.0:  # the last tenth at half price or 4/3 units at 0.3: 0.4 is the less
        assert cost == pytest.approx(0.4)
    assert got["unserved_cost"] == pytest.approx(cost * tree.seconds[0])
    assert got["served_share"] == pytest.approx(1 - shed / (10 * volume))


def independent_shed(plan: Plan, node: int, volume: float, speed: Sequence[float]) -> float:
    """Cost of shedding at a node by scipy's solver, from the equations, in plain units."""
    p = plan.problem
    demand = p.demand[:, :, node] * volume
    mean = demand @ p.slice_hours / 24
    stand = plan.stock[:, :, node].sum(axis=1) * np.array(speed)
    n_l, n_k, n_h, groups = 4, 2, 2, [(0, 1), (2, 3)]
    n_y = n_l * n_k * n_h
    y = np.arange(n_y).reshape(n_l, n_k, n_h)
    u = n_y + np.arange(4).reshape(2, 2)
    v = u + 4
    c = np.zeros(n_y + 8)
    seconds = p.tree.seconds[node] * p.slice_hours / 24
    A_eq, b_eq, A_ub, b_ub = [], [], [], []
    for g, members in enumerate(groups):
        for h in range(n_h):
            c[u[g, h]] = sum(p.loads[i].shed_cost * demand[i, h] for i in members) * seconds[h]
        row = np.zeros(len(c))
        row[v[g]] = p.slice_hours
        A_eq.append(row)
        b_eq.append(0.0)
        for i in members:
            for h in range(n_h):
                row = np.zeros(len(c))
                row[y[i, :, h]] = p.units_per_chip[i]
                row[u[g, h]], row[v[g, h]] = demand[i, h], -mean[i]
                A_eq.append(row)
                b_eq.append(demand[i, h])
    for k in range(n_k):
        for h in range(n_h):
            row = np.zeros(len(c))
            row[y[:, k, h]] = 1
            A_ub.append(row)
            b_ub.append(stand[k])
    bounds = [(0, None)] * n_y + [(0, 1)] * 4
    for members in groups:
        wait = p.loads[members[0]].deferrable
        for h in range(n_h):
            least = wait * min(demand[i, h] / mean[i] for i in members)
            bounds.append((-least, None if wait else 0))
    best = linprog(c, A_ub, b_ub, A_eq, b_eq, bounds, method="highs")
    assert best.status == 0
    return float(best.fun)


@pytest.mark.parametrize("seed", range(6))
def test_operation_equals_an_independent_programme(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plan = plan_of(0.6)
    leaf = int(rng.choice(plan.problem.tree.leaves))
    volume, domestic = float(rng.uniform(0.5, 2.5)), float(rng.uniform(0.4, 1.3))
    effects = (*TREE, Effect("volume", "demand"), Effect("yield", "performance", ("domestic",)))
    got = lived(plan, effects, at_leaf(plan, leaf, volume=volume, **{"yield": domestic}))
    tree = plan.problem.tree
    discount = tree.discount(plan.problem.discount_rate)
    want = sum(
        discount[n] * independent_shed(plan, int(n), volume, (1.0, domestic))
        for n in tree.path(leaf)
    )
    assert got["unserved_cost"] == pytest.approx(want, rel=1e-7, abs=1.0)


def test_prices_rents_and_doors_change_only_their_payments() -> None:
    plan = plan_of()
    leaf = int(plan.problem.tree.leaves[2])
    effects = (
        *TREE,
        Effect("price", "price", ("buy-import",)),
        Effect("rent", "rent", ("rent",)),
        Effect("door", "closed", ("rent",), state=1, since=2),
    )
    base = lived(plan, effects, at_leaf(plan, leaf, price=1.0, rent=1.0, door=0.0))
    assert base["cost"] == pytest.approx(plan.leaf_cost[2])
    path = set(plan.problem.tree.path(leaf).tolist())

    def paid(item: str, entries: Sequence[str]) -> float:
        return sum(
            f.amount * f.discount
            for f in plan.flows
            if f.node in path and f.item == item and f.entry in entries
        )

    dear = lived(plan, effects, at_leaf(plan, leaf, price=1.5, rent=1.0, door=0.0))
    bought = paid("buy-import", ("deposit", "delivery", "residual"))
    assert dear["cost"] - base["cost"] == pytest.approx(0.5 * bought)
    rent = lived(plan, effects, at_leaf(plan, leaf, price=1.0, rent=3.0, door=0.0))
    assert rent["cost"] - base["cost"] == pytest.approx(2 * paid("rent", ("rent",)))
    shut = lived(plan, effects, at_leaf(plan, leaf, price=1.0, rent=1.0, door=1.0))
    after = plan.problem.tree.path(leaf)[2:].tolist()
    saved = sum(f.amount * f.discount for f in plan.flows if f.node in after and f.item == "rent")
    assert saved > 0
    assert shut["cost"] - shut["unserved_cost"] == pytest.approx(
        base["cost"] - base["unserved_cost"] - saved
    )
    assert shut["unserved_cost"] > base["unserved_cost"]


def test_a_long_delay_leaves_what_was_there_and_worse_is_never_cheaper() -> None:
    plan = plan_of()
    leaf = int(plan.problem.tree.leaves[2])
    effects = (*TREE, Effect("late", "delay", ("buy-import", "buy-domestic")))
    costs = [
        lived(plan, effects, at_leaf(plan, leaf, late=d))["unserved_cost"]
        for d in (0.0, 0.3, 1.0, 2.5, 99.0)
    ]
    assert (np.diff(costs) >= -1e-6 * max(costs)).all()
    assert costs[-1] > costs[0]
    halls = (*TREE, Effect("late", "delay", ("north", "south")))
    flat = lived(plan, halls, at_leaf(plan, leaf, late=5.0))  # power is all there from the start
    assert flat["cost"] == pytest.approx(plan.leaf_cost[2])


MODEL = WorldModel(
    {
        "licence": Marginal("states", probabilities=(0.4, 0.6)),
        "demand": Marginal("states", probabilities=(0.25, 0.45, 0.3)),
        "price": Marginal("lognormal", sigma=0.12),
        "rent": Marginal("lognormal", sigma=0.18, per_year=True),
        "yield": Marginal("lognormal", sigma=0.2),
        "late": Marginal("exponential", mean=0.5),
        "work": Marginal("lognormal", sigma=0.3),
    },
    {("demand", "price"): 0.3, ("demand", "rent"): 0.5},
    (0.125, 0.375, 0.625, 0.875),
)
SETTINGS = Settings(
    (
        *TREE,
        Effect("price", "price", ("buy-import",)),
        Effect("rent", "rent", ("rent",)),
        Effect("yield", "performance", ("domestic",)),
        Effect("late", "delay", ("buy-import",)),
        Effect("work", "work", ("code",)),
    ),
    YEARS,
    DemandCurve.of_states(
        (0.25, 0.45, 0.3), np.array([0.7, 0.95, 1.35])[:, None, None] + np.zeros((3, 4, 4))
    ),
    "demand",
)  # fmt: skip


def test_the_same_bits_for_any_order_and_for_two_workers() -> None:
    n = 520  # more than are worked through at once
    worlds = draw_worlds(MODEL, n, seed=1)
    policy = PlanPolicy(plan_of(0.6), SETTINGS)
    plain = evaluate_worlds(policy, worlds)
    order = np.random.default_rng(0).permutation(n).tolist()
    fresh = PlanPolicy(plan_of(0.6), SETTINGS)
    assert np.array_equal(plain, evaluate_worlds(fresh, worlds, order=order))
    assert np.array_equal(plain, evaluate_worlds(policy, worlds, workers=2))
    alone = [policy.evaluate(worlds.take([i])) for i in (0, 7, n - 1)]  # whoever is beside it
    assert np.array_equal(np.concatenate(alone), plain[[0, 7, n - 1]])


def test_an_operation_that_goes_in_a_circle_is_solved_with_shaken_costs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worlds = draw_worlds(MODEL, 40, seed=3)
    plain = evaluate_worlds(PlanPolicy(plan_of(0.6), SETTINGS), worlds)
    monkeypatch.setattr(operate, "_MOST_STEPS", 0)  # as if no solve came to an end
    again = evaluate_worlds(PlanPolicy(plan_of(0.6), SETTINGS), worlds)
    np.testing.assert_allclose(again, plain, rtol=1e-9, atol=1e-6)


def test_shares_and_money_stay_within_what_is_possible() -> None:
    worlds = draw_worlds(MODEL, 60, seed=2)
    policy = PlanPolicy(plan_of(0.6), SETTINGS)
    table = evaluate_worlds(policy, worlds)
    columns = {name: table[:, j] for j, name in enumerate(policy.outputs)}
    for name, sample in columns.items():
        assert np.isfinite(sample).all()
        if name.startswith("served"):
            assert (sample >= -1e-9).all()
            assert (sample <= 1 + 1e-9).all()
    assert (columns["unserved_cost"] >= -1e-6).all()
    np.testing.assert_allclose(columns["budget/capex 2026"], columns["capex/2026"])


def test_a_demand_curve_keeps_the_mean_and_the_states_apart() -> None:
    level = np.array([[0.5, 0.4], [1.0, 0.9], [2.0, 4.0]])[:, :, None] * np.ones((3, 2, 1))
    p = np.array([0.25, 0.45, 0.3])
    curve = DemandCurve.of_states(p.tolist(), level)
    at = curve.at(curve.scores)
    np.testing.assert_allclose(at[2] / at[0], level[2] / level[0])  # the states keep their ratios
    z = np.random.default_rng(0).normal(size=400_000)
    want = np.einsum("s,stl->tl", p, level)
    np.testing.assert_allclose(curve.at(z).mean(axis=0), want, rtol=0.006)
    rising = curve.at(np.linspace(-2, 2, 50))[:, 1, 0]
    assert (np.diff(rising) > 0).all()
    assert curve.at(np.array([9.0])) == pytest.approx(curve.at(np.array([2.4])))
    paths = np.exp(np.random.default_rng(0).normal(size=(500, 1, 1)))
    sampled = DemandCurve.of_paths(paths).at(np.random.default_rng(1).normal(size=4000))
    assert np.quantile(sampled, 0.9) == pytest.approx(np.quantile(paths, 0.9), rel=0.1)
    assert sampled.max() <= paths.max()
