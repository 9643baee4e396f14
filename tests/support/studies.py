"""Random but valid planning problems, for every stage that wants one (Hypothesis and numpy)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from outlay.core.periods import Period, horizon
from outlay.planning.problem.tree import Factor, Tree, product_tree
from outlay.planning.problem.types import (
    Budget,
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
    Wear,
)

TIMES = {"usual": 1.0, "dear": 1.01, "cheap": 0.98}
"""Prices by the state of a factor that changes them alone."""


def random_problem(seed: int, **fixed: Any) -> PlanProblem:
    """A small valid problem drawn from `seed`: two or three chips, sites, offers of every kind.

    fixed: `periods`, `factors` (0 … 2), `slices`, `tail` to hold something still; `prices` for one
    factor more, of three states, that changes prices alone.
    """
    g = np.random.default_rng(seed)
    n_periods = fixed.get("periods", int(g.integers(2, 5)))
    n_factors = fixed.get("factors", int(g.integers(0, 3)))
    months = int(g.choice([3, 6, 12]))
    factors = []
    if n_factors >= 1:
        factors.append(Factor("licence", ("granted", "refused"), (0.4, 0.6), 1))
    if n_factors >= 2:
        reveal = int(g.integers(1, n_periods + 1))
        factors.append(Factor("demand", ("low", "high"), (0.7, 0.3), reveal))
    if fixed.get("prices", False):  # a draw of its own, so that all else stays as it is
        seen = int(np.random.default_rng([seed, 1]).integers(1, n_periods))
        factors.append(Factor("prices", tuple(TIMES), (0.5, 0.3, 0.2), seen))
    tree = product_tree(horizon(Period(2026, 1, months), n_periods), factors)
    n = len(tree)
    refused = np.array([x.get("licence") == "refused" for x in tree.labels])
    high = np.array([x.get("demand") == "high" for x in tree.labels])
    n_slice = fixed.get("slices", int(g.integers(1, 3)))
    chips = tuple(
        Chip(
            f"chip{k}", float(g.uniform(0.5, 2)), float(g.choice([1.0, 2.0, 10.0])),
            domestic=bool(k % 2), usable=float(g.choice([0.9, 1.0])),
            upkeep_per_year=float(g.choice([0.0, 0.5])),
            residual=((0.0, 1.0), (3.0, 0.2)) if g.random() < 0.5 else (),
        )
        for k in range(int(g.integers(2, 4)))
    )  # fmt: skip
    sites = tuple(_site(g, s, n) for s in range(int(g.integers(1, 4))))
    names = tuple(s.id for s in sites)
    loads = tuple(
        Load(
            f"load{i}", float(g.uniform(2e-5, 8e-5)), group=f"g{i // 2}",
            deferrable=float(g.choice([0.0, 0.3])) if n_slice > 1 else 0.0,
        )
        for i in range(int(g.integers(1, 4)))
    )  # fmt: skip
    units = g.uniform(0.5, 3.0, (len(loads), len(chips))) * (
        g.random((len(loads), len(chips))) < 0.85
    )
    growth = 1 + 0.5 * tree.period
    mean = g.uniform(10, 60, len(loads))[:, None, None] * growth * np.where(high, 1.6, 1.0)
    shape = np.array([1.0]) if n_slice == 1 else np.array([1.5, 0.75])
    demand = mean * shape[None, :, None]
    offers = _offers(g, chips, names, n, refused)
    times = np.array([TIMES[x.get("prices", "usual")] for x in tree.labels])
    offers = tuple(replace(o, price=o.price * times) for o in offers)
    bought = tuple(o.id for o in offers if o.kind == "purchase")
    home = tuple(o.id for o in offers if o.kind == "purchase" and o.chip == "chip1")
    budgets: tuple[Budget, ...] = ()
    if g.random() < 0.6:
        basis = g.choice(["order", "delivery", "payment"])
        some = tuple(range(int(g.integers(1, n_periods + 1))))
        budgets = (Budget("year", float(g.uniform(200, 2000)), some, ("processors",), basis, 3.0),)
    shares = ()
    if home and g.random() < 0.4:
        shares = (ShareLimit("home", home, bought, 0.3, (0, 1), 2.0),)
    limits = ()
    if g.random() < 0.4:
        limits = (Limit("vendor", bought, np.full(n, 60.0), bool(g.random() < 0.5)),)
    campaigns = ()
    if g.random() < 0.5:
        rate = g.uniform(0.5, 2, len(chips))
        work = float(20 * tree.seconds[0])
        campaigns = (
            Campaign(
                "run", work, 0, int(g.integers(0, n_periods)), rate, names[:1],
                short_cost=4e-5, steady=bool(g.random() < 0.5),
            ),
        )  # fmt: skip
    # What few studies have is drawn from a stream of its own, so that the rest stays as it was.
    h = np.random.default_rng([seed, 1])
    sites = tuple(
        replace(
            s,
            rack_limit=float(h.uniform(5, 40)) if h.random() < 0.3 else s.rack_limit,
            liquid_mw=float(h.uniform(0.005, 0.05)) if h.random() < 0.3 else s.liquid_mw,
        )
        for s in sites
    )
    chips = tuple(replace(c, racks=0.5, liquid=bool(h.random() < 0.5)) for c in chips)
    together = h.random() < 0.3
    loads = tuple(replace(x, colocated=bool(together)) for x in loads)
    ceilings = ()
    if h.random() < 0.4:
        ceilings = (Ceiling("grid", names, np.full(n, float(h.uniform(0.03, 0.15)))),)
    cash = None
    if h.random() < 0.4:
        cash = Cash(
            float(h.uniform(0, 500)), np.full(n, float(h.uniform(0, 200))), 0.0,
            float(h.choice([0.0, 300.0])), 0.07, 2.0,
        )  # fmt: skip
    offers, chips, sites, loads, pools = _bound(
        np.random.default_rng([seed, 2]), tree, offers, chips, sites, loads,
        _pools(g, chips, names, tree.period),
    )  # fmt: skip
    i = np.random.default_rng([seed, 3])
    if i.random() < 0.3:  # rich enough for all that is fixed, so that the floor may be hard
        cash = Cash(3000.0, np.full(n, 300.0), float(i.uniform(0, 2000)), 100.0, 0.05)
    if budgets and i.random() < 0.4:
        budgets = (replace(budgets[0], slack_cost=np.inf),)
    if budgets and i.random() < 0.5:
        budgets = (replace(budgets[0], classes=()),)
    if shares and i.random() < 0.4:
        shares = (replace(shares[0], slack_cost=np.inf),)
    hosts = Wear(4.0, ((0.0, 1.0), (4.0, 0.1))) if i.random() < 0.5 else Wear(2.5)
    weight = fixed.get("tail", float(g.choice([0.0, 0.3])))
    return PlanProblem(
        "USD", tree, float(g.choice([0.0, 0.08])), chips, sites, offers,
        pools, loads,
        ("peak", "rest")[:n_slice] if n_slice == 2 else ("all",),
        np.array([8.0, 16.0]) if n_slice == 2 else np.array([24.0]),
        demand, units, g.random((len(sites), len(chips))) < 0.9,
        np.ones((len(sites), len(loads)), dtype=bool),
        rate_factor=np.broadcast_to(1.05 ** tree.period, (len(loads), n)),
        campaigns=campaigns, budgets=budgets, shares=shares, limits=limits, ceilings=ceilings,
        cash=cash,
        tail=Tail(0.5, weight), use_value=bool(g.choice([False, True])), hosts=hosts,
    )  # fmt: skip


def _bound(
    g: np.random.Generator,
    tree: Tree,
    offers: tuple[Offer, ...],
    chips: tuple[Chip, ...],
    sites: tuple[Site, ...],
    loads: tuple[Load, ...],
    pools: tuple[Pool, ...],
) -> tuple[Any, ...]:
    """Contracts that bind, months that are no whole periods, prices that move, power by use."""
    n, months = len(tree), float(tree.periods[0].months)

    def moves(x: Any) -> np.ndarray:
        return np.asarray(x * g.uniform(0.8, 1.2, n))

    later = (tree.period > 1) & (g.random() < 0.5)  # a door may open again: what waits comes
    out = []
    for o in offers:
        new: dict[str, Any] = {"upkeep_per_year": moves(g.choice([0.0, 0.3]))}
        if o.kind == "purchase":
            new |= {
                "price": moves(o.price), "levy": moves(o.levy), "host_cost": moves(o.host_cost),
                "lead_months": float(g.choice([0, 1, 2, 3, 4.5, 7, months, months + 2])),
                "delivery_cap": np.where(later, 40.0, o.delivery_cap),
                # Never endless: who waits while the price rises and then cancels gains by it.
                "order_cap": np.full(n, float(g.choice([12.0, 60.0]))),
                "total_cap": float(g.choice([30.0, np.inf, np.inf])),
            }  # fmt: skip
        elif o.kind in ("operating_lease", "finance_lease"):
            new |= {
                "rent_hour": moves(o.rent_hour), "price": moves(o.price),
                "lead_months": float(g.choice([0, 1, 3, 5])),
                "term_months": float(g.choice([4, 6, 7, 12, 20, 36])),
                "notice_months": float(g.choice([0, 1, 2.5, 6])),
                "host_cost": float(g.choice([0.0, 1.0])),
                "uses_power": bool(g.random() < 0.8),
                "deposit": float(g.choice([0.0, 0.2])) * (o.kind == "finance_lease"),
                "levy": 0.1 * (o.kind == "finance_lease"),
            }  # fmt: skip
        out.append(replace(o, **new))
    lease = next(o for o in out if o.kind == "operating_lease")
    if g.random() < 0.5:
        cloud = replace(
            lease, id="cloud", kind="reservation", rent_hour=moves(1.3 * lease.rent_hour),
            exit_share=None if g.random() < 0.5 else 0.5, lead_months=0.0, host_cost=0.0,
            term_months=float(g.choice([3, 8, 24])), energy_included=bool(g.random() < 0.5),
        )  # fmt: skip
        out.append(cloud)
    chips = tuple(
        replace(
            c, life_years=float(g.choice([0.6, 1.0, 1.3, 2.0, 4.1])),
            busy_use=float(g.choice([0.7, 0.8, 0.95])), idle_use=float(g.choice([0.2, 0.3])),
        )
        for c in chips
    )  # fmt: skip
    sites = tuple(
        replace(
            s, tariff_kwh=moves(s.tariff_kwh), rent_kw_month=moves(s.rent_kw_month),
            minimum_energy=float(g.choice([0.0, 0.0, 0.5])),
            exit_share=float(g.choice([0.0, 0.3])) if g.random() < 0.3 else None,
            notice_months=float(g.choice([0, 2, 6])),
            staff_mw_year=moves(g.choice([0.0, 100.0])),
            expansion=None if s.expansion is None else replace(
                s.expansion, lead_months=float(g.choice([0, 2, 3, 7])),
                cost_per_w=moves(s.expansion.cost_per_w),
                deposit=float(g.choice([0.3, 0.5])), asset_residual=float(g.choice([0.0, 0.2])),
                term_months=float(g.choice([0, 5, 30])),
            ),
        )
        for s in sites
    )  # fmt: skip
    loads = tuple(replace(x, at_work=float(g.choice([0.5, 0.8, 1.0]))) for x in loads)
    held = []
    for q in pools:
        if q.id == "old":
            held.append(replace(q, upkeep_per_year=float(g.choice([0.0, 0.3]))))
            continue
        held.append(replace(q, age_years=float(g.choice([0.0, 1.0]))))
    if g.random() < 0.5:
        end = float(g.choice([2, 3, 7, 18, 60]))
        start = tree.start_age * 12
        there = np.clip((end - start) / months, 0.0, 1.0)[tree.period]
        held.append(
            Pool(
                "bound", chips[0].id, tuple(s.id for s in sites), 3.0 * there, moves(1e-3), end,
                None if g.random() < 0.5 else float(g.choice([0.0, 0.3])),
                float(g.choice([0.0, 2.0])), age_years=float(g.choice([0.0, 1.5])),
                uses_power=bool(g.random() < 0.7), energy_included=bool(g.random() < 0.3),
            )
        )  # fmt: skip
    return tuple(out), chips, sites, loads, tuple(held)


def _site(g: np.random.Generator, s: int, n: int) -> Site:
    expansion = None
    if g.random() < 0.6:
        expansion = Expansion(
            0.01, float(g.choice([0.0, 3.0, 6.0])), np.full(n, float(g.uniform(2e-3, 9e-3))),
            np.full(n, 0.05), 0.08, float(g.choice([0.3, 1.0])),
        )  # fmt: skip
    return Site(
        f"site{s}", "R", np.full(n, float(g.uniform(0.02, 0.1))), float(g.uniform(1.1, 1.4)),
        bool(g.random() < 0.5), float(g.uniform(1e-4, 4e-4)), float(g.choice([0.0, 0.2])),
        minimum_use=float(g.choice([0.0, 0.6, 1.0])), expansion=expansion,
    )  # fmt: skip


def _offers(
    g: np.random.Generator,
    chips: tuple[Chip, ...],
    names: tuple[str, ...],
    n: int,
    refused: np.ndarray,
) -> tuple[Offer, ...]:
    out = []
    zero, inf = np.zeros(n), np.full(n, np.inf)
    for k, chip in enumerate(chips):
        licensed = k == 0
        cap = np.where(refused, 0.0, 40.0) if licensed else np.full(n, 25.0)
        out.append(
            Offer(
                f"buy-{chip.id}", chip.id, "purchase", names, np.full(n, float(g.uniform(5, 20))),
                inf, cap, zero, lead_months=float(g.choice([0.0, 3.0, 6.0])),
                host_cost=float(g.choice([0.0, 2.0])), levy=float(g.choice([0.0, 0.1])),
                deposit=float(g.choice([0.0, 0.2])), refund=float(g.choice([0.5, 1.0])),
                cancel_fee=None if g.random() < 0.7 else 0.1,
                divert_sites=names[-1:] if licensed and g.random() < 0.4 else (),
                divert_cost=1.0,
                resale=bool(g.random() < 0.2),
            )
        )  # fmt: skip
    rent = np.full(n, float(g.uniform(3e-4, 2e-3)))
    out.append(
        Offer(
            "lease", chips[-1].id, "operating_lease", names, zero, np.full(n, 15.0), inf, rent,
            lead_months=float(g.choice([0.0, 3.0])), term_months=float(g.choice([6.0, 12.0, 36.0])),
            exit_share=0.4 if g.random() < 0.5 else None,
            notice_months=float(g.choice([0.0, 1.0])),
            energy_included=bool(g.random() < 0.5),
        )
    )  # fmt: skip
    if g.random() < 0.4:
        out.append(
            Offer("spot", chips[0].id, "spot", names, zero, np.full(n, 5.0), inf, 3 * rent,
                  energy_included=True)
        )  # fmt: skip
    if g.random() < 0.3:
        out.append(
            Offer("financed", chips[1].id, "finance_lease", names, np.full(n, 11.0), inf,
                  np.full(n, 12.0), zero, term_months=24.0, finance_rate=0.06, lead_months=3.0)
        )  # fmt: skip
    return tuple(out)


def _pools(
    g: np.random.Generator, chips: tuple[Chip, ...], names: tuple[str, ...], period: np.ndarray
) -> tuple[Pool, ...]:
    # Small enough to fit into the first site whatever was drawn, so the problem stays feasible.
    ends = int(g.integers(1, 6))
    here = np.where(period < ends, 4.0, 1.0)
    out = [Pool("old", chips[0].id, names, here)]
    if g.random() < 0.4:
        rent = np.full(len(period), 1e-3)
        out.append(
            Pool(
                "rented",
                chips[-1].id,
                names,
                np.where(period < 1, 5.0, 0.0),
                rent,
                renew_rent_hour=1.2 * rent,
                renew_term_months=6.0,
            )
        )
    return tuple(out)


@st.composite
def planning_problems(draw: st.DrawFn, **fixed: Any) -> PlanProblem:
    """Problems as above; shrinks toward small seeds."""
    return random_problem(draw(st.integers(0, 10_000)), **fixed)


def with_contracts(problem: PlanProblem, seed: int) -> PlanProblem:
    """The problem with a leased pool whose chips die before its lease ends, some in a warehouse."""
    g = np.random.default_rng([seed, 17])
    tree = problem.tree
    start = (tree.start_age * 12)[tree.period]
    months = np.array([float(x.months) for x in tree.periods])[tree.period]
    lease, life = (float(g.choice([2, 4, 7, 9, 18, 60])) for _ in range(2))
    open_, lives = (np.clip((x - start) / months, 0.0, 1.0) for x in (lease, min(lease, life)))
    stored = float(g.choice([0.0, 1.5]))
    pool = Pool(
        "dying", problem.chips[0].id, tuple(s.id for s in problem.sites), 3.0 * lives,
        np.full(len(tree), 1e-3), lease, None if g.random() < 0.4 else float(g.choice([0.0, 0.3])),
        float(g.choice([0.0, 2.0])), age_years=float(g.choice([0.0, 1.5])),
        contracted=(3.0 + stored) * open_, stored=stored * open_, life_months=life,
    )  # fmt: skip
    if g.random() < 0.5:
        again = np.where(g.random(len(tree.periods)) < 0.7, 1.1e-3, 0.0)[tree.period]
        pool = replace(pool, renew_rent_hour=again, renew_term_months=float(g.choice([5.0, 12.0])))
    return replace(problem, pools=(*problem.pools, pool))


def with_tiers(problem: PlanProblem, seed: int) -> PlanProblem:
    """The problem with each group's work in tiers and the first served by a smaller model too."""
    g = np.random.default_rng([seed, 16])
    drawn: dict[str, tuple[Tier, ...]] = {}
    for name in dict.fromkeys(x.group or x.id for x in problem.loads):
        shares = g.dirichlet(np.ones(int(g.integers(1, 4))))
        times = np.sort(g.uniform(0.2, 2.0, len(shares)))
        drawn[name] = tuple(Tier(float(a), float(b)) for a, b in zip(shares, times, strict=True))
    loads = [replace(x, tiers=drawn[x.group or x.id]) for x in problem.loads]
    first = loads[0].group or loads[0].id
    members = [i for i, x in enumerate(loads) if (x.group or x.id) == first]
    return with_fallback(
        replace(problem, loads=tuple(loads)), members, float(g.uniform(0.1, 0.6)),
        float(g.uniform(0.05, 0.5)), float(g.uniform(1.5, 5.0)),
    )  # fmt: skip


def with_event(problem: PlanProblem, seed: int) -> PlanProblem:
    """The problem with busiest days in some periods, taken from the first part of their day."""
    p, g = problem, np.random.default_rng([seed, 17])
    n = len(p.tree.periods)
    days = (g.uniform(0.02, 0.3, n) * (g.random(n) < 0.5))[p.tree.period]
    hours = np.concatenate([p.hours[:1] * (1 - days), p.hours[1:], p.hours[:1] * days])
    more = p.demand[:, :1] * g.choice([1.0, 1.4], (len(p.loads), 1, 1)) * (days > 0)
    return replace(
        p, slices=(*p.slices, "event"), slice_hours=hours[:, 0], hours_by_node=hours,
        demand=np.concatenate([p.demand, more], axis=1),
    )  # fmt: skip


def with_fallback(
    problem: PlanProblem, members: list[int], most: float, loss: float, speed: float
) -> PlanProblem:
    """The problem where a smaller model, `speed` times as fast, may serve loads of one group."""
    p = problem
    small = tuple(
        replace(p.loads[i], id=f"small/{p.loads[i].id}", group="small", instead_of=p.loads[i].id,
                tiers=(Tier(1.0, 1.0),), least=0.0, most=most, loss=loss)
        for i in members
    )  # fmt: skip
    rate = None
    if p.rate_factor is not None:
        rate = np.concatenate([p.rate_factor, p.rate_factor[members]])
    return replace(
        p, loads=(*p.loads, *small), rate_factor=rate,
        demand=np.concatenate([p.demand, np.zeros_like(p.demand[members])]),
        units_per_chip=np.concatenate([p.units_per_chip, speed * p.units_per_chip[members]]),
        site_load=np.concatenate([p.site_load, p.site_load[:, members]], axis=1),
    )  # fmt: skip
