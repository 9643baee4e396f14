"""Turn a study with its demand and capacity into the planning problem's arrays.

What a branch of the tree changes (caps, prices, power) is read from the study as that branch sees
it: `study_at(labels)` is the study with the effects of the states revealed so far.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from outlay.core.arrays import Array, BoolArray
from outlay.core.errors import Problem, StudyError
from outlay.core.periods import MONTHS_PER_YEAR, Period
from outlay.core.quantities.fx import FxTable
from outlay.demand.build import money_in
from outlay.demand.types import DemandPaths
from outlay.planning.problem.campaigns import campaigns_of, software_gain, takes
from outlay.planning.problem.node_studies import (
    NodeStudies,
    StudyAt,
    in_force,
    node_studies,
    reveal_period,
)
from outlay.planning.problem.supply import (
    chips_of,
    exit_share,
    offers_of,
    pools_of,
    shared_caps,
    wear_of,
)
from outlay.planning.problem.tree import Factor, Tree, product_tree
from outlay.planning.problem.types import (
    Budget,
    Cash,
    Ceiling,
    Expansion,
    Load,
    PlanProblem,
    ShareLimit,
    Site,
    Tail,
    Tier,
)
from outlay.results.chips_models import Chip as CatalogueChip
from outlay.serving.types import Capacity
from outlay.study.model.fields import Schedule, amount_in, value_at
from outlay.study.model.study import Study
from outlay.study.model.supply import Expansion as StudyExpand
from outlay.study.model.supply import Site as StudySite

__all__ = ["build_problem", "build_tree", "committed_capex"]

MW = 1e6
KW = 1e3


def build_tree(study: Study, known: Collection[str] = ()) -> Tree:
    """The product tree of the study's factors over its periods.

    known: factors whose state is told at the start (a forest): what knowing them is worth is the
    difference in cost.
    """
    factors = [
        Factor(
            name,
            tuple(f.states),
            tuple(n.value for n in f.states.values()),
            0 if name in known else reveal_period(study, name),
        )
        for name, f in study.factors().items()
    ]
    return product_tree(study.horizon.all(), factors)


def _growth(study: Study, site: str) -> StudyExpand:
    """How the site may grow; a branch may change its terms, not whether it may."""
    found = study.sites[site].expand
    assert found is not None
    return found


def _places(study: Study, names: Sequence[str]) -> tuple[str, ...]:
    """Site ids named by id, region or tag."""
    out = [s for s, site in study.sites.items() if {s, site.region, *site.tags}.intersection(names)]
    return tuple(out)


def _site(ns: NodeStudies, name: str, site: StudySite) -> Site:
    power = ns.series(lambda s: s.sites[name].power, 0.0) / MW
    expansion = None
    if site.expand is not None:
        e = site.expand
        buildings = wear_of(ns.base, "buildings")
        # `first` is when power may first be energised; its order comes a lead earlier.
        first = e.first.ordinal - e.lead
        month = np.array([p.ordinal for p in ns.tree.periods])
        most = ns.each(lambda s: _growth(s, name).per_period, money=False) / MW
        cap = np.where(month[ns.tree.period] >= first, most, 0.0)
        expansion = Expansion(
            step_mw=e.step.value / MW if e.step else 0.0,
            lead_months=float(e.lead),
            cost_per_w=ns.each(lambda s: _growth(s, name).capex),
            cap_mw=cap,
            total_mw=e.limit.value / MW if e.limit else float("inf"),
            asset_life_years=buildings.life_years,
            asset_residual=buildings.residual[-1][1] if buildings.residual else 0.0,
            term_months=float(e.term or 0),
        )
    return Site(
        id=name,
        region=site.region,
        power_mw=power,
        pue=ns.each(lambda s: s.sites[name].pue, money=False),
        tariff_kwh=ns.each(lambda s: s.sites[name].electricity),
        rent_kw_month=ns.each(lambda s: s.sites[name].rent) * KW,
        rack_limit=float("inf") if site.racks is None else site.racks.value,
        liquid_mw=float("inf") if site.liquid is None else site.liquid.value / MW,
        minimum_use=site.minimum_use.value if site.rent is not None else 0.0,
        minimum_energy=site.minimum_energy.value,
        exit_share=exit_share(site.early_exit, site.notice) if site.rent is not None else None,
        notice_months=float(site.notice or 0),
        staff_mw_year=ns.each(lambda s: s.finance.staff_per_mw_year),
        expansion=expansion,
        tags=tuple(site.tags),
    )


def _demand_at_nodes(study: Study, demand: DemandPaths, tree: Tree) -> Array:
    """[load, slice, node]: the state's rate where it is known, else the expected one."""
    name = next((k for k, f in study.factors().items() if f.origin != "effect"), None)
    mean = np.einsum("s,stlk->tlk", demand.probabilities, demand.rate)
    out = np.empty((len(demand.loads), len(demand.slices), len(tree)))
    for node, labels in enumerate(in_force(study, tree)):
        t = int(tree.period[node])
        known = labels.get(name) if name else None
        rate = mean[t] if known is None else demand.rate[demand.states.index(known), t]
        out[:, :, node] = rate
    return out


def _rate_factor(ns: NodeStudies, demand: DemandPaths) -> Array:
    """[load, node]: software gain since the first period, over the growth of work per unit."""
    compute = demand.compute[ns.tree.period].T  # [load, node]
    reserved = np.array([load.phase == "reserved" for load in demand.loads], dtype=bool)
    return np.where(reserved[:, None], 1.0, software_gain(ns)[None, :] / compute)


def _loads(study: Study, demand: DemandPaths, held: Array) -> tuple[Load, ...]:
    """held: [load] chips held over those that work at the mean."""
    return tuple(
        Load(x.id, x.shed_cost, x.group, x.service, x.phase, x.unit, x.deferrable,
             at_work=1.0 / more,
             colocated=x.service in study.services and study.services[x.service].colocated,
             tiers=tuple(Tier(*t) for t in x.tiers), least=x.least,
             instead_of=x.instead_of, most=x.most, loss=x.loss)
        for x, more in zip(demand.loads, held.tolist(), strict=True)
    )  # fmt: skip


def _masks(
    study: Study, demand: DemandPaths, chips: Sequence[str], catalogue: Mapping[str, CatalogueChip]
) -> tuple[BoolArray, BoolArray]:
    site_chip = np.zeros((len(study.sites), len(chips)), dtype=bool)
    site_load = np.zeros((len(study.sites), len(demand.loads)), dtype=bool)
    for i, (name, site) in enumerate(study.sites.items()):
        for j, c in enumerate(chips):
            site_chip[i, j] = (
                site.holds == "any"
                or (site.holds == "domestic" and catalogue[c].domestic_cn)
                or (isinstance(site.holds, list) and c in site.holds)
            )
        for j, load in enumerate(demand.loads):
            site_load[i, j] = takes(name, site, load)
    return site_chip, site_load


def committed_capex(study: Study, fx: FxTable) -> dict[int, dict[str, float]]:
    """fiscal year → what → capex that is outside the plan's choice but inside its budget."""
    out: dict[int, dict[str, float]] = {}
    parts = [("outside this plan", study.budget.other_capex)]
    parts += [("committed halls", site.capex_due) for site in study.sites.values()]
    for name, due in parts:
        for period in study.horizon.all():
            amount = _due_in(due, period, study, fx)
            if amount > 0:
                year = out.setdefault(period.fiscal_year(study.fiscal_year_start), {})
                year[name] = year.get(name, 0.0) + amount
    return out


def _due_in(due: Schedule, period: Period, study: Study, fx: FxTable) -> float:
    """Money that falls due in the period; an entry's own period says for how long it is one."""
    num, amount = value_at(due, period), amount_in(due, period)
    return 0.0 if num is None or not amount else money_in(replace(num, value=amount), study, fx)


def _budgets(ns: NodeStudies) -> tuple[Budget, ...]:
    study = ns.base
    years = [p.fiscal_year(study.fiscal_year_start) for p in ns.tree.periods]
    slack = _overrun(study)
    out = []
    for label, classes, table in (
        ("capex", (), study.budget.capex),
        ("processors", ("processors",), study.budget.processors),
    ):
        for year, amount in table.items():
            periods = tuple(i for i, y in enumerate(years) if y == year)
            if periods:
                left = ns.money(amount)
                if label == "capex":
                    left -= sum(committed_capex(study, ns.fx).get(year, {}).values())
                out.append(Budget(f"{label} {year}", max(left, 0.0), periods, classes,
                                  "payment", slack))  # fmt: skip
    return tuple(out)


def _power_of(name: str) -> Callable[[Study], Schedule | None]:
    return lambda study: study.rules.ceilings[name].power


def _ceilings(ns: NodeStudies) -> tuple[Ceiling, ...]:
    """Limits on the power of several sites; none in periods before the first that is stated."""
    return tuple(
        Ceiling(
            name,
            _places(ns.base, c.places),
            ns.series(_power_of(name), np.inf * MW) / MW,
        )
        for name, c in ns.base.rules.ceilings.items()
    )


def _cash(ns: NodeStudies) -> Cash | None:
    """Cash is limited where a floor of it or a limit of debt is stated; the floor is 0 if not said.

    What the business earns comes in, and capex that stands outside the plan goes out.
    """
    b, f = ns.base.budget, ns.base.finance
    if b.cash is None and b.debt_limit is None:
        return None
    years = f.operating_cash_flow
    outside = _outside(ns)
    income = np.zeros(len(ns.tree))
    for node in range(len(ns.tree)):
        period = ns.period(node)
        flow = years.get(period.fiscal_year(ns.base.fiscal_year_start))
        if flow is not None:
            income[node] = ns.money(flow) * period.months / MONTHS_PER_YEAR
    return Cash(
        start=0.0 if f.opening_cash is None else ns.money(f.opening_cash),
        income=income - outside[ns.tree.period],
        floor=0.0 if b.cash is None else ns.money(b.cash),
        debt_ceiling=0.0 if b.debt_limit is None else ns.money(b.debt_limit),
        debt_rate=0.0 if b.debt_rate is None else b.debt_rate.value,
        slack_cost=_overrun(ns.base),
    )


def _overrun(study: Study) -> float:
    """What a unit of money over a limit costs; a limit may be broken only where that is stated."""
    price = study.budget.overrun_price
    return float("inf") if price is None else price.value


def _outside(ns: NodeStudies) -> Array:
    """[period] capex that is outside the plan's choice."""
    due = [ns.base.budget.other_capex, *(site.capex_due for site in ns.base.sites.values())]
    return np.array(
        [sum(_due_in(plan, p, ns.base, ns.fx) for plan in due) for p in ns.tree.periods]
    )


def _domestic_rule(
    study: Study, tree: Tree, catalogue: Mapping[str, CatalogueChip]
) -> tuple[ShareLimit, ...]:
    rule = study.rules
    if rule.domestic_share is None:
        return ()
    home = {rule.home, *(s for s, x in study.sites.items() if x.region == rule.home)}
    bought = [
        (k, o)
        for k, o in study.supply.items()
        if o.by in ("purchase", "finance_lease") and home & set(_places(study, o.to) + tuple(o.to))
    ]
    domestic = tuple(
        k
        for k, o in bought
        if (o.domestic if o.domestic is not None else catalogue[o.chip].domestic_cn)
    )
    years = sorted({p.fiscal_year(study.fiscal_year_start) for p in tree.periods})
    return tuple(
        ShareLimit(
            f"domestic share {year}",
            domestic,
            tuple(k for k, _ in bought),
            rule.domestic_share.value,
            tuple(
                i
                for i, p in enumerate(tree.periods)
                if p.fiscal_year(study.fiscal_year_start) == year
            ),
            slack_cost=_overrun(study),
        )
        for year in years
    )


def build_problem(
    study: Study,
    study_at: StudyAt,
    demand: DemandPaths,
    capacity: Capacity,
    catalogue: Mapping[str, CatalogueChip],
    fx: FxTable,
    known: Collection[str] = (),
) -> PlanProblem:
    """The planning problem of `study`, with the factors `known` told at the start.

    study_at: the study under given factor states. catalogue: chips by id, inline ones included.
    Raises StudyError where a place names no site.
    """
    tree = build_tree(study, known)
    ns = node_studies(study, study_at, tree, fx)
    _check_places(study, demand)
    chips = capacity.chips
    site_chip, site_load = _masks(study, demand, chips, catalogue)
    # Fragmentation concerns pools of language models; other work states its own need in chips.
    spread = np.array(
        [study.rules.fragmentation.value if x.unit == "token/s" else 1.0 for x in demand.loads]
    )
    return PlanProblem(
        currency=study.currency,
        tree=tree,
        discount_rate=study.discount_rate.value,
        chips=chips_of(ns, chips, catalogue),
        sites=tuple(_site(ns, k, s) for k, s in study.sites.items()),
        offers=offers_of(ns, lambda names: _places(study, names)),
        pools=pools_of(ns, lambda names: _places(study, names)),
        loads=_loads(study, demand, spread * demand.peak),
        slices=tuple(s.name for s in demand.slices),
        slice_hours=np.array([s.hours_per_day for s in demand.slices]),
        demand=_demand_at_nodes(study, demand, tree),
        units_per_chip=capacity.units_per_chip[: len(demand.loads)]
        / (spread * demand.peak)[:, None],
        site_chip=site_chip,
        site_load=site_load,
        rate_factor=_rate_factor(ns, demand),
        campaigns=campaigns_of(ns, demand, capacity),
        budgets=_budgets(ns),
        limits=shared_caps(ns),
        shares=_domestic_rule(study, tree, catalogue),
        ceilings=_ceilings(ns),
        cash=_cash(ns),
        hosts=wear_of(study, "servers"),
        tail=Tail()
        if study.objective.tail is None
        else Tail(study.objective.tail.cvar.value, study.objective.tail.weight),
    )


def _check_places(study: Study, demand: DemandPaths) -> None:
    found = []
    for load in (*demand.loads, *(c.load for c in demand.campaigns)):
        if load.places and not _places(study, load.places):
            found.append(
                Problem(
                    "no site is in any of these places",
                    where=load.id,
                    value=", ".join(load.places),
                    allowed=", ".join(
                        sorted({*study.sites, *(s.region for s in study.sites.values())})
                    ),
                )
            )
    if found:
        raise StudyError(found)
