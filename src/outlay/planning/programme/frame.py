"""What the row families share: masks, lags, ends of life, effective rates, running costs.

Derived once from a `PlanProblem`; pure arrays, nothing solver-like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray, Number
from outlay.core.periods import HOURS_PER_YEAR, MONTHS_PER_YEAR
from outlay.planning.contracts.clock import Clock
from outlay.planning.contracts.register import terms_of
from outlay.planning.contracts.terms import Terms
from outlay.planning.problem.places import merge_halls
from outlay.planning.problem.remap import closed_door
from outlay.planning.problem.tree import Tree
from outlay.planning.problem.types import Offer, PlanProblem, Pool, Site

__all__ = [
    "INCLUDED",
    "NO_POWER",
    "PAID",
    "RENEWAL",
    "Frame",
    "with_renewals",
]


RENEWAL = ":renewal"
PAID, INCLUDED, NO_POWER = 0, 1, 2


def stock_kind(own_power: bool, energy_included: bool) -> int:
    """How a chip that stands meets the hall: on its power and bill, on its power only, neither."""
    if not own_power:
        return NO_POWER
    return INCLUDED if energy_included else PAID


def _freed(tree: Tree, pool: Pool) -> tuple[Array, BoolArray]:
    """[node]: installed chips whose lease ends; whether they may be let again for a whole term."""
    there = pool.leased - pool.stored
    start = MONTHS_PER_YEAR * tree.start_age[tree.period]
    first = float(tree.periods[0].months)
    part = pool.contract_months / first if 0 < pool.contract_months < first else 1.0
    before = np.where(tree.parent >= 0, there[tree.parent], there / part)
    lives: BoolArray = pool.life_months >= start + pool.renew_term_months - 1e-9
    again: BoolArray = lives & (np.asarray(pool.renew_rent_hour) > 0)
    return np.where(again, np.maximum(before - there, 0.0), 0.0), again


def with_renewals(problem: PlanProblem) -> PlanProblem:
    """The problem with one lease offer for each pool whose lease may be renewed at market rent."""
    known = {o.id for o in problem.offers}
    n = len(problem.tree)
    extra = []
    for pool in problem.pools:
        if pool.renew_rent_hour is None or pool.id + RENEWAL in known:
            continue
        freed, again = _freed(problem.tree, pool)
        extra.append(
            Offer(
                pool.id + RENEWAL,
                pool.chip,
                "operating_lease",
                pool.sites,
                price=np.zeros(n),
                order_cap=freed,
                delivery_cap=np.where(again, np.inf, 0.0),
                rent_hour=pool.renew_rent_hour,
                term_months=pool.renew_term_months,
                uses_power=pool.uses_power,
                energy_included=pool.energy_included,
                budget_class="",
            )
        )
    return replace(problem, offers=(*problem.offers, *extra)) if extra else problem


@dataclass(frozen=True)
class Frame:
    """Index arrays of one problem. Axes: offer o, chip k, site s, zone z, load l, slice h, node n.

    problem: with renewals and merged halls, so that a site here is a place; original: as given;
    halls: the sites as given, hall_place: [hall] site number here.
    """

    problem: PlanProblem
    original: PlanProblem
    halls: tuple[Site, ...]
    hall_place: IntArray

    @classmethod
    def of(cls, problem: PlanProblem, full: bool = False) -> Frame:
        merged, place = merge_halls(problem, full)
        return cls(with_renewals(merged), problem, problem.sites, place)

    # names to numbers -------------------------------------------------------------------

    @cached_property
    def chip_number(self) -> dict[str, int]:
        return {c.id: i for i, c in enumerate(self.problem.chips)}

    @cached_property
    def site_number(self) -> dict[str, int]:
        return {s.id: i for i, s in enumerate(self.problem.sites)}

    @cached_property
    def offer_number(self) -> dict[str, int]:
        return {o.id: i for i, o in enumerate(self.problem.offers)}

    @cached_property
    def offer_chip(self) -> IntArray:
        return np.array([self.chip_number[o.chip] for o in self.problem.offers], dtype=np.int64)

    @cached_property
    def pool_chip(self) -> IntArray:
        return np.array([self.chip_number[p.chip] for p in self.problem.pools], dtype=np.int64)

    def site_mask(self, names: tuple[str, ...]) -> BoolArray:
        out = np.zeros(len(self.problem.sites), dtype=bool)
        out[[self.site_number[s] for s in names]] = True
        return out

    # zones ------------------------------------------------------------------------------

    @cached_property
    def site_zone(self) -> IntArray:
        """[site]: sites that take the same loads and campaigns pool their chips in one zone."""
        p = self.problem
        marks = [p.site_load.astype(np.int8)]
        marks += [self.site_mask(c.sites).astype(np.int8)[:, None] for c in p.campaigns]
        for c in p.campaigns:
            if c.block_chips > 0:  # a block stands at one site: such sites are zones of their own
                mask = self.site_mask(c.sites)
                marks.append(np.where(mask, np.arange(1, len(mask) + 1), 0)[:, None])
        _, first, zone = np.unique(np.hstack(marks), axis=0, return_index=True, return_inverse=True)
        order = np.argsort(np.argsort(first))  # zones in the order of their first site
        return np.asarray(order[zone.ravel()], dtype=np.int64)

    @cached_property
    def zones(self) -> tuple[tuple[str, ...], ...]:
        p, zone = self.problem, self.site_zone
        n = int(zone.max()) + 1 if len(zone) else 0
        return tuple(tuple(p.sites[i].id for i in np.flatnonzero(zone == z)) for z in range(n))

    @cached_property
    def zone_site(self) -> BoolArray:
        """[zone, site]."""
        return np.asarray(np.arange(len(self.zones))[:, None] == self.site_zone[None, :])

    @cached_property
    def zone_load(self) -> BoolArray:
        """[zone, load]."""
        return np.asarray(self.zone_site.astype(int) @ self.problem.site_load.astype(int) > 0)

    # time -------------------------------------------------------------------------------

    @cached_property
    def weight(self) -> Array:
        """[node]: probability × discount factor; the only place where the two meet."""
        return np.asarray(self.problem.tree.probability * self.discount)

    @cached_property
    def discount(self) -> Array:
        return self.problem.tree.discount(self.problem.discount_rate)

    @cached_property
    def end_discount(self) -> float:
        """Value at the start of the horizon of 1 at its end."""
        return float((1.0 + self.problem.discount_rate) ** -self.problem.tree.end_years)

    @cached_property
    def terms(self) -> tuple[Terms, ...]:
        return tuple(terms_of(o, self.problem) for o in self.problem.offers)

    @cached_property
    def pairs(self) -> tuple[IntArray, IntArray]:
        """(ancestor, node): every node with each node on its path, itself included."""
        n, t = np.nonzero(self.problem.tree.ancestor >= 0)
        return self.problem.tree.ancestor[n, t], n

    def changes(self, clock: Clock) -> tuple[IntArray, IntArray, Array]:
        """(ancestor, node, change): by how much of what started in the ancestor more stands in the
        node than before it; negative where it ends."""
        at, node = self.pairs
        period = self.problem.tree.period
        change: Array = clock.change()[period[at], period[node]]
        some = change != 0
        return at[some], node[some], change[some]

    # what may exist ---------------------------------------------------------------------

    @cached_property
    def may_deliver(self) -> BoolArray:
        """[offer, site, node]: chips of the offer may start there."""
        return self._starts(divert=False)

    @cached_property
    def may_divert(self) -> BoolArray:
        return self._starts(divert=True)

    @cached_property
    def may_order(self) -> BoolArray:
        """[offer, node]: an order there can still be there within the horizon."""
        p = self.problem
        out = np.zeros((len(p.offers), len(p.tree)), dtype=bool)
        for i, (o, terms) in enumerate(zip(p.offers, self.terms, strict=True)):
            out[i] = (o.order_cap > 0) & terms.clock.in_time[p.tree.period]
        return out | self.may_renew

    @cached_property
    def may_renew(self) -> BoolArray:
        """[offer, node]: a pool's lease, or an earlier renewal of it, may end there."""
        p, tree = self.problem, self.problem.tree
        out = np.zeros((len(p.offers), len(tree)), dtype=bool)
        for i, (o, terms) in enumerate(zip(p.offers, self.terms, strict=True)):
            if not o.id.endswith(RENEWAL):
                continue
            out[i] = o.order_cap > 0
            change = terms.clock.change()
            for t in range(len(tree.periods)):  # ends lie later, so one sweep forward is enough
                ends: BoolArray = change[t, tree.period] < 0
                node = np.flatnonzero(ends & (tree.ancestor[:, t] >= 0))
                out[i, node] |= out[i, tree.ancestor[node, t]]
        return out

    @cached_property
    def closed(self) -> BoolArray:
        """[offer, node]: the branch closes the door on due orders (see `Offer`)."""
        p = self.problem
        out = np.zeros((len(p.offers), len(p.tree)), dtype=bool)
        for i, o in enumerate(p.offers):
            out[i] = closed_door(o, p.tree)
        return out

    @cached_property
    def due(self) -> BoolArray:
        """[offer, node]: some order of the offer can be due there or be waiting since."""
        p, tree = self.problem, self.problem.tree
        out = np.zeros((len(p.offers), len(tree)), dtype=bool)
        for i, terms in enumerate(self.terms):
            if terms.direct:  # ordering is starting: nothing is due from earlier
                out[i] = self.may_order[i]
                continue
            lag = terms.clock.order_period[tree.period]  # last period whose orders are due
            at, node = self.pairs
            ok: BoolArray = (tree.period[at] <= lag[node]) & self.may_order[i, at]
            out[i, node[ok]] = True
        return out

    def _starts(self, divert: bool) -> BoolArray:
        p = self.problem
        out = np.zeros((len(p.offers), len(p.sites), len(p.tree)), dtype=bool)
        for i, o in enumerate(p.offers):
            sites = self.site_mask(o.divert_sites if divert else o.sites)
            sites = sites & p.site_chip[:, self.offer_chip[i]]
            open_ = self.closed[i] if divert else (o.delivery_cap > 0)
            out[i] = sites[:, None] & (open_ & self.due[i])[None, :]
        return out

    # chips and work ---------------------------------------------------------------------

    @cached_property
    def present(self) -> BoolArray:
        """[chip, zone, node]: the chip can stand there (pools, or starts on the path)."""
        p, tree = self.problem, self.problem.tree
        n_chip, n_zone = len(p.chips), len(self.zones)
        out = np.zeros((n_chip, n_zone, len(tree)), dtype=bool)
        starts = self.may_deliver | self.may_divert
        for i, k in enumerate(self.offer_chip):
            here: BoolArray = starts[i]
            out[k] |= np.asarray(self.zone_site.astype(int) @ here.astype(int) > 0)
        for n in range(len(tree)):  # parents first: what can stand at the parent can stay
            up = int(tree.parent[n])
            if up >= 0:
                out[:, :, n] |= out[:, :, up]
        for i, pool in enumerate(p.pools):
            mask = self.site_mask(pool.sites) & p.site_chip[:, self.pool_chip[i]]
            zones = np.asarray(self.zone_site[:, mask].any(axis=1))
            out[self.pool_chip[i]] |= zones[:, None] & (pool.available > 0)[None, :]
        return out

    @cached_property
    def rate(self) -> Array:
        """[load, chip, node]: units per second of one usable chip at the node."""
        return self.problem.rates

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Loads that are shed and deferred together, in the order of their first load."""
        found: dict[str, list[int]] = {}
        for i, load in enumerate(self.problem.loads):
            found.setdefault(load.group or f"\0{load.id}", []).append(i)
        return tuple(tuple(v) for v in found.values())

    @cached_property
    def usable(self) -> Array:
        """[chip, node]: share of what stands that serves."""
        return self._by_node([c.usable for c in self.problem.chips])

    def _by_node(self, values: Sequence[Number]) -> Array:
        """[thing, node]: each value, given by node or once for all."""
        n = len(self.problem.tree)
        rows = [np.broadcast_to(np.asarray(v, dtype=np.float64), (n,)) for v in values]
        return np.array(rows).reshape(len(rows), n)

    @cached_property
    def hall_pue(self) -> Array:
        """[hall, node]."""
        return self._by_node([h.pue for h in self.halls])

    @cached_property
    def site_pue(self) -> Array:
        """[site, node]."""
        return self._by_node([s.pue for s in self.problem.sites])

    # power and running cost -------------------------------------------------------------

    @cached_property
    def chip_kw(self) -> Array:
        """[chip] IT power at maximum."""
        return np.array([c.power_kw for c in self.problem.chips])

    @cached_property
    def draw_kw(self) -> Array:
        """[chip, site, node]: kW of the site's nameplate that one chip takes."""
        p = self.problem
        at_meter = np.array([not s.it_power for s in p.sites], dtype=bool)[:, None]
        factor: Array = np.where(at_meter, self.site_pue, 1.0)
        return np.asarray(self.chip_kw[:, None, None] * factor[None])

    @cached_property
    def idle_use(self) -> float:
        """Share of maximum power that halls are charged for what stands; chips that differ mend."""
        return max((c.idle_use for c in self.problem.chips), default=1.0)

    @cached_property
    def more_use(self) -> Array:
        """[chip] share of maximum power that a chip draws at work beside what it draws idle."""
        return np.array([max(c.busy_use - c.idle_use, 0.0) for c in self.problem.chips])

    def running(self, chip: int, site: int, kind: int, energy_included: bool) -> dict[str, Array]:
        """[node] currency per chip that stands through the node, beside what its hall is charged.

        kind: see `stock_kind`. A chip on a hall's power pays upkeep here and energy with the hall;
        one on somebody else's power, and not included in its rent, as if it always worked.
        """
        p = self.problem
        c, s, tree = p.chips[chip], p.sites[site], p.tree
        out = {"upkeep": c.upkeep_per_year * tree.years}
        if energy_included:
            return out
        use = c.busy_use if kind == NO_POWER else c.idle_use - self.idle_use
        kwh = c.power_kw * use * self.site_pue[site] * HOURS_PER_YEAR * tree.years
        out["energy"] = kwh * np.asarray(s.tariff_kwh)
        return out

    @cached_property
    def offer_kind(self) -> IntArray:
        """[offer]: PAID (own power, energy paid with the hall), INCLUDED, or NO_POWER."""
        return np.array(
            [
                stock_kind(t.own_power, o.energy_included)
                for o, t in zip(self.problem.offers, self.terms, strict=True)
            ],
            dtype=np.int64,
        )

    @cached_property
    def pool_kind(self) -> IntArray:
        return np.array(
            [stock_kind(q.uses_power, q.energy_included) for q in self.problem.pools],
            dtype=np.int64,
        )

    @cached_property
    def chip_unit(self) -> float:
        """Power of two near 1/256 of the chips that the work takes: the solver's unit of chips."""
        p = self.problem
        best: Array = np.maximum(self.rate.max(axis=1, initial=0.0), 0.0)  # [load, node]
        peak: Array = p.demand.max(axis=1, initial=0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            need: Array = np.where(best > 0, peak / best, 0.0).sum(axis=0)
        total = float(need.max(initial=0.0)) + sum(float(q.available.max()) for q in p.pools)
        for c in p.campaigns:
            seconds = float(p.tree.seconds.max()) * (1 if c.even else c.due - c.start + 1)
            fastest = float(c.units(len(p.tree)).max(initial=0.0))
            total += float(np.max(c.work)) / seconds / fastest if fastest > 0 else 0.0
        return float(2.0 ** np.round(np.log2(max(total, 1e-6) / 256.0)))
