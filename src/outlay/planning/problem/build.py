"""Turn a study with its demand and capacity into the planning problem's arrays.

What a branch of the tree changes is read from the study as that branch sees it (`NodeStudies`), and
from the demand and capacity made of that study (`Branches`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from outlay.core.arrays import Array, BoolArray
from outlay.core.errors import Problem, StudyError
from outlay.demand.types import DemandPaths
from outlay.planning.problem.campaigns import campaigns_of, software_gain, takes
from outlay.planning.problem.limits import budgets_of, cash_of, overrun_price
from outlay.planning.problem.node_studies import Branches, NodeStudies, level, reveal_period
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
from outlay.study.model.fields import Schedule
from outlay.study.model.study import Study
from outlay.study.model.supply import Expansion as StudyExpand
from outlay.study.model.supply import Site as StudySite

__all__ = ["build_problem", "build_tree", "holds_chip", "places_named"]

MW = 1e6
KW = 1e3


def build_tree(study: Study) -> Tree:
    """The product tree of the study's factors over its periods."""
    factors = [
        Factor(
            name,
            tuple(f.states),
            tuple(n.value for n in f.states.values()),
            reveal_period(study, name),
        )
        for name, f in study.factors().items()
    ]
    return product_tree(study.horizon.all(), factors)


def _growth(study: Study, site: str) -> StudyExpand:
    """How the site may grow; a branch may change its terms, not whether it may."""
    found = study.sites[site].expand
    assert found is not None
    return found


def places_named(study: Study, names: Sequence[str]) -> tuple[str, ...]:
    """Site ids named by id, region or tag."""
    out = [s for s, site in study.sites.items() if {s, site.region, *site.tags}.intersection(names)]
    return tuple(out)


def _site(ns: NodeStudies, name: str, site: StudySite) -> Site:
    power = ns.series(lambda s: s.sites[name].power, 0.0, mean=True) / MW
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
        pue=ns.value(lambda s: s.sites[name].pue.value),
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


def _rate_factor(ns: NodeStudies, branches: Branches) -> Array:
    """[load, node]: software gain since the first period, over the growth of work per unit."""
    compute = branches.over(lambda d: d.compute, ns.tree.period)
    reserved = np.array([load.phase == "reserved" for load in branches.demand[0].loads], dtype=bool)
    return np.where(reserved[:, None], 1.0, software_gain(ns)[None, :] / compute)


def _loads(ns: NodeStudies, branches: Branches, held: Array) -> tuple[Load, ...]:
    """held: [load, node] chips held over those that work at the mean."""
    shed = branches.loads(lambda x: x.shed_cost)
    wait = branches.loads(lambda x: x.deferrable)
    least, most = branches.loads(lambda x: x.least), branches.loads(lambda x: x.most)
    loss = branches.loads(lambda x: x.loss)
    services = ns.base.services
    return tuple(
        Load(x.id, level(shed[i]), x.group, x.service, x.phase, x.unit, level(wait[i]),
             at_work=level(1.0 / held[i]),
             colocated=x.service in services and services[x.service].colocated,
             tiers=tuple(Tier(*t) for t in x.tiers), least=level(least[i]),
             instead_of=x.instead_of, most=level(most[i]), loss=level(loss[i]))
        for i, x in enumerate(branches.demand[0].loads)
    )  # fmt: skip


def _held(ns: NodeStudies, branches: Branches) -> Array:
    """[load, node]: chips held over those that work at the mean, for small pools and peaks."""
    # Fragmentation concerns pools of language models; other work states its own need in chips.
    token = np.array([x.unit == "token/s" for x in branches.demand[0].loads])
    pools = ns.of(lambda s: s.rules.fragmentation.value)
    return np.asarray(np.where(token[:, None], pools[None, :], 1.0) * branches.peak())


def holds_chip(site: StudySite, chip: CatalogueChip) -> bool:
    """Whether chips of the kind may stand there."""
    if isinstance(site.holds, list):
        return chip.id in site.holds
    return site.holds == "any" or chip.domestic_cn


def _masks(
    study: Study, demand: DemandPaths, chips: Sequence[str], catalogue: Mapping[str, CatalogueChip]
) -> tuple[BoolArray, BoolArray]:
    site_chip = np.zeros((len(study.sites), len(chips)), dtype=bool)
    site_load = np.zeros((len(study.sites), len(demand.loads)), dtype=bool)
    for i, (name, site) in enumerate(study.sites.items()):
        for j, c in enumerate(chips):
            site_chip[i, j] = holds_chip(site, catalogue[c])
        for j, load in enumerate(demand.loads):
            site_load[i, j] = takes(name, site, load)
    return site_chip, site_load


def _power_of(name: str) -> Callable[[Study], Schedule | None]:
    return lambda study: study.rules.ceilings[name].power


def _ceilings(ns: NodeStudies) -> tuple[Ceiling, ...]:
    """Limits on the power of several sites; none in periods before the first that is stated."""
    return tuple(
        Ceiling(
            name,
            places_named(ns.base, c.places),
            ns.series(_power_of(name), np.inf, mean=True) / MW,
        )
        for name, c in ns.base.rules.ceilings.items()
    )


def _domestic_rule(
    ns: NodeStudies, catalogue: Mapping[str, CatalogueChip]
) -> tuple[ShareLimit, ...]:
    study, tree, rule = ns.base, ns.tree, ns.base.rules
    share = level(ns.each(lambda s: s.rules.domestic_share, money=False))
    if not np.any(share):
        return ()
    home = {rule.home, *(s for s, x in study.sites.items() if x.region == rule.home)}
    bought = [
        (k, o)
        for k, o in study.supply.items()
        if o.by in ("purchase", "finance_lease")
        and home & set(places_named(study, o.to) + tuple(o.to))
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
            share,
            tuple(
                i
                for i, p in enumerate(tree.periods)
                if p.fiscal_year(study.fiscal_year_start) == year
            ),
            slack_cost=overrun_price(study),
        )
        for year in years
    )


def build_problem(
    ns: NodeStudies, branches: Branches, catalogue: Mapping[str, CatalogueChip]
) -> PlanProblem:
    """The planning problem of a study on its tree, each node with what its branch says.

    catalogue: chips by id, inline ones included. Raises StudyError where a place names no site.
    """
    study, tree, demand, capacity = ns.base, ns.tree, branches.demand[0], branches.capacity[0]
    _check_places(study, demand)
    chips = capacity.chips
    site_chip, site_load = _masks(study, demand, chips, catalogue)
    held = _held(ns, branches)
    units = branches.units() / held[:, None, :]
    # Of the study itself, which no node need see
    spread = np.array(
        [study.rules.fragmentation.value if x.unit == "token/s" else 1.0 for x in demand.loads]
    )
    own = capacity.units_per_chip[: len(demand.loads)] / (spread * demand.peak)[:, None]
    hours = demand.hours[tree.period].T
    return PlanProblem(
        currency=study.currency,
        tree=tree,
        discount_rate=study.discount_rate.value,
        chips=chips_of(ns, chips, catalogue),
        sites=tuple(_site(ns, k, s) for k, s in study.sites.items()),
        offers=offers_of(ns, lambda names: places_named(study, names)),
        pools=pools_of(ns, lambda names: places_named(study, names)),
        loads=_loads(ns, branches, held),
        slices=demand.slices,
        slice_hours=hours[:, 0],
        hours_by_node=None if np.all(hours == hours[:, :1]) else hours,
        demand=branches.rates(lambda d: d.rate, tree.period),
        units_per_chip=own,
        units_by_node=None if np.all(units == own[:, :, None]) else units,
        site_chip=site_chip,
        site_load=site_load,
        rate_factor=_rate_factor(ns, branches),
        campaigns=campaigns_of(ns, branches),
        budgets=budgets_of(ns),
        limits=shared_caps(ns),
        shares=_domestic_rule(ns, catalogue),
        ceilings=_ceilings(ns),
        cash=cash_of(ns),
        hosts=wear_of(study, "servers"),
        tail=Tail()
        if study.objective.tail is None
        else Tail(study.objective.tail.cvar.value, study.objective.tail.weight),
    )


def _check_places(study: Study, demand: DemandPaths) -> None:
    found = []
    for load in (*demand.loads, *(c.load for c in demand.campaigns)):
        if load.places and not places_named(study, load.places):
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
