"""What is served of each service, branch by branch, and why the rest is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.planning.problem.types import Offer
from outlay.planning.result import Plan
from outlay.results.plans.lines import ServiceServed, Unserved
from outlay.runs.answers.decision import MOVABLE, OPENING, saved_by
from outlay.runs.answers.tables import branch_name

__all__ = ["served_of", "unserved_of"]

NOTHING = 1e-6
"""Share not served below which a service is served whole: the solver's rounding."""
Reason = Literal["no chip", "no site", "not allowed", "no supply", "too late", "limit", "worth"]


@dataclass(frozen=True, slots=True)
class _Work:
    """Work of one service: [node] wanted and not served; the loads that it is made of."""

    name: str
    wanted: Array
    missing: Array
    loads: tuple[int, ...] = ()


def _works(plan: Plan) -> list[_Work]:
    p, tree = plan.problem, plan.problem.tree
    hours = p.hours[None]
    wanted: Array = (p.demand * hours).sum(axis=1) * tree.years
    missing: Array = (plan.shed * hours).sum(axis=1) * tree.years
    names = dict.fromkeys(x.service or x.id for x in p.loads)
    out = []
    for name in names:
        mine = [i for i, x in enumerate(p.loads) if (x.service or x.id) == name]
        # A smaller model's own loads are asked for nothing: they take what others hand over.
        loads = tuple(i for i in mine if p.demand[i].any()) or tuple(mine)
        at = list(loads)
        out.append(_Work(name, wanted[at].sum(axis=0), missing[at].sum(axis=0), loads))
    for c, campaign in enumerate(p.campaigns):
        due: BoolArray = tree.period == campaign.due
        out.append(_Work(campaign.id, np.where(due, campaign.work, 0.0), plan.short[c]))
    return out


def _shares(plan: Plan, work: _Work) -> Array:
    """[leaf]: share of the work that is served on the way there."""
    tree = plan.problem.tree
    out = np.ones(len(tree.leaves))
    for i, leaf in enumerate(tree.leaves):
        path: IntArray = tree.path(int(leaf))
        whole = float(work.wanted[path].sum())
        if whole > 0:
            out[i] = 1.0 - float(work.missing[path].sum()) / whole
    return np.clip(out, 0.0, 1.0)


def _expected(plan: Plan, work: _Work) -> float:
    chance = plan.problem.tree.probability
    whole = float(chance @ work.wanted)
    return 1.0 - float(chance @ work.missing) / whole if whole > 0 else 1.0


def served_of(plan: Plan) -> tuple[ServiceServed, ...]:
    """Share of each service that is served, expected and in the branch that serves least."""
    tree = plan.problem.tree
    out = []
    for work in _works(plan):
        share = _shares(plan, work)
        least = int(np.argmin(share))
        alike = float(share.max() - share.min()) < NOTHING
        name = "" if alike else branch_name(tree, tree.leaves.item(least))
        out.append(ServiceServed(work.name, _expected(plan, work), share.item(least), name))
    return tuple(out)


def unserved_of(plan: Plan) -> tuple[Unserved, ...]:
    """Services that are not served whole, most first, with the reason."""
    out = []
    for work in _works(plan):
        if float(_shares(plan, work).min()) < 1.0 - NOTHING:
            out.append(Unserved(work.name, 1.0 - _expected(plan, work), *_why(plan, work)))
    return tuple(sorted(out, key=lambda r: -r.share))


def _why(plan: Plan, work: _Work) -> tuple[Reason, str]:
    """The first reason that holds, and what it is about."""
    p = plan.problem
    able, sites = _able(plan, work)
    if not able.any(axis=1).all():
        return "no chip", ""
    if not sites.any(axis=1).all():
        return "no site", ""
    may: BoolArray = sites[:, :, None] & p.site_chip[None] & able[:, None, :]  # [load, site, chip]
    if not may.any(axis=(1, 2)).all():
        return "not allowed", ""
    short = np.flatnonzero(work.missing > NOTHING * np.maximum(work.wanted, 1e-300))
    comes = [_comes(plan, one) for one in may]
    if None in comes:
        return "no supply", ""
    last = max(t for t in comes if t is not None)
    if all(p.tree.period.item(n) < last for n in short):
        return "too late", str(p.tree.periods[last])
    limit = _limit(plan, np.any(may, axis=0), short)
    return ("limit", limit) if limit else ("worth", "")


def _able(plan: Plan, work: _Work) -> tuple[BoolArray, BoolArray]:
    """[load, chip] that can do the work, [load, site] that take it; a campaign is one load."""
    p = plan.problem
    if work.loads:
        at = list(work.loads)
        able: BoolArray = np.asarray((p.units[at] > 0).any(axis=-1))
        return able, p.site_load[:, at].T
    campaign = next(c for c in p.campaigns if c.id == work.name)
    here = np.array([[s.id in campaign.sites for s in p.sites]])
    return np.atleast_2d((campaign.units(len(p.tree)) > 0).any(axis=-1)), here


def _comes(plan: Plan, may: BoolArray) -> int | None:
    """First period in which a chip that may do the work can come; None: no offer brings one."""
    p, tree = plan.problem, plan.problem.tree
    chip = {c.id: i for i, c in enumerate(p.chips)}
    first = None
    for o in p.offers:
        if not (may[:, chip[o.chip]] & _places(plan, o)).any():
            continue
        due = tree.lag_period(float(o.lead_months))
        open_at = [
            tree.period.item(n)
            for n in range(len(tree))
            if o.delivery_cap[n] > 0 and due[tree.period[n]] >= 0
        ]
        if open_at and ((o.total_cap > np.zeros(len(tree))) & (o.order_cap > 0)).any():
            first = min(open_at) if first is None else min(first, *open_at)
    return first


def _limit(plan: Plan, may: BoolArray, short: Iterable[int]) -> str:
    """The limit worth most that binds where work is missing or before; empty: none does."""
    tree = plan.problem.tree
    nodes = {int(a) for n in short for a in tree.path(int(n))}
    others = _others(plan, may)
    worth: dict[str, float] = {}
    for x in plan.prices:
        saves, item = saved_by(x), OPENING if x.family == "cash" else x.item
        counts = x.binding and saves > 0 and x.family in MOVABLE and x.node in nodes
        if counts and not others.intersection(x.item.split()):
            size = abs(x.limit) if np.isfinite(x.limit) and x.limit else 1.0
            if x.family == "cash" and plan.problem.cash is not None:
                size = max(plan.problem.cash.start, 1.0)
            worth[item] = worth.get(item, 0.0) + saves * size
    return max(worth, key=lambda k: worth[k], default="")


def _others(plan: Plan, may: BoolArray) -> set[str]:
    """Sites and ceilings under which none of the work may stand, offers that cannot reach it.

    Offers with the renewals of leased pools, which have limits of their own.
    """
    p = plan.problem
    here = np.any(may, axis=1)
    chip = {c.id: i for i, c in enumerate(p.chips)}
    sites = {s.id for s, takes in zip(p.sites, here, strict=True) if not takes}
    over = {f"rules.ceilings.{c.id}" for c in p.ceilings if sites.issuperset(c.sites)}
    # A chip that could do the work is no help where its offer may not bring it.
    offers = {o.id for o in plan.offers if not (may[:, chip[o.chip]] & _places(plan, o)).any()}
    return sites | over | offers


def _places(plan: Plan, offer: Offer) -> BoolArray:
    """[site]: where an offer may put its chips."""
    return np.array([s.id in (*offer.sites, *offer.divert_sites) for s in plan.problem.sites])
