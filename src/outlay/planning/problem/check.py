"""Everything wrong with a planning problem, found at once, in the user's words.

Half-filled inputs are refused: every array has its full shape and no holes (NaN).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np

from outlay.core.errors import InputError, Problem, nearest
from outlay.core.periods import HOURS_PER_DAY
from outlay.planning.problem.axes import Axis, Entry, entries
from outlay.planning.problem.types import Budget, Load, Offer, PlanProblem, Pool, ShareLimit, Tier

__all__ = ["check", "problems"]

ENDLESS = "inf = no limit"


class Named(Protocol):
    @property
    def id(self) -> str: ...


def check(problem: PlanProblem) -> None:
    """Raise InputError with every problem found."""
    found = list(problems(problem))
    if found:
        raise InputError(found)


def problems(p: PlanProblem) -> Iterator[Problem]:
    """What is wrong; empty where the problem may be solved."""
    tree = p.tree.problems()
    yield from tree
    if tree:
        return
    yield from _names(p)
    every = tuple(entries(p))
    shapes = list(_shapes(p, every))
    yield from shapes
    if shapes:
        return
    yield from _numbers(every)
    yield from _chips(p)
    yield from _time(p)
    yield from _offers(p)
    yield from _sites(p)
    yield from _pools(p)
    yield from _loads(p)
    yield from _limits(p)


def _names(p: PlanProblem) -> Iterator[Problem]:
    kinds: dict[str, Sequence[Named]] = {
        "chip": p.chips, "site": p.sites, "offer": p.offers, "pool": p.pools, "load": p.loads,
        "campaign": p.campaigns, "budget": p.budgets, "limit": p.limits, "share": p.shares,
        "ceiling": p.ceilings,
    }  # fmt: skip
    for kind, things in kinds.items():
        seen: set[str] = set()
        for thing in things:
            if thing.id in seen:
                yield Problem(f"two {kind}s have one id", kind, thing.id)
            seen.add(thing.id)
    chips, sites = {c.id for c in p.chips}, {s.id for s in p.sites}
    offers = {o.id for o in p.offers}
    held: tuple[Offer | Pool, ...] = (*p.offers, *p.pools)
    for thing in held:
        yield from _known(thing.id, "chip", (thing.chip,), chips)
        yield from _known(thing.id, "site", thing.sites, sites)
    for o in p.offers:
        yield from _known(o.id, "site", o.divert_sites, sites)
        if o.call_off:
            yield from _known(o.id, "offer", (o.call_off.trial,), offers)
    for c in p.campaigns:
        yield from _known(c.id, "site", c.sites, sites)
    for limit in p.limits:
        yield from _known(limit.id, "offer", limit.offers, offers)
    for ceiling in p.ceilings:
        yield from _known(ceiling.id, "site", ceiling.sites, sites)
    for s in p.shares:
        yield from _known(s.id, "offer", (*s.offers, *s.of), offers)


def _known(where: str, kind: str, names: tuple[str, ...], valid: set[str]) -> Iterator[Problem]:
    for name in names:
        if name not in valid:
            yield Problem(f"unknown {kind}", where, name, hint=nearest(name, valid))


def _shapes(p: PlanProblem, every: Sequence[Entry]) -> Iterator[Problem]:
    sizes: Mapping[Axis, int] = {
        "chip": len(p.chips), "site": len(p.sites), "load": len(p.loads), "slice": len(p.slices),
        "node": len(p.tree),
    }  # fmt: skip
    for x in every:
        found, want = np.shape(x.value), tuple(sizes[a] for a in x.axes.over)
        if found != want and not (x.one and not found):
            yield Problem("array has another shape", x.where, str(found), str(want))


def _numbers(every: Sequence[Entry]) -> Iterator[Problem]:
    """No hole, and nothing infinite or negative but where the field says that it may be."""
    for x in every:
        value = np.asarray(x.value, dtype=float)
        if value.size == 0 or (value.min() >= 0 and value.max() < np.inf):  # a hole is in neither
            continue
        if np.isnan(value).any():
            yield Problem("a value is missing", x.where, "NaN", "a number for every entry")
        elif np.isinf(value).any() and not x.axes.endless:
            yield Problem("must be finite", x.where, "inf")
        if (value < 0).any() and not x.axes.signed:
            yield Problem("must not be negative", x.where, f"{value.min():g}")


def _chips(p: PlanProblem) -> Iterator[Problem]:
    for k in p.chips:
        if not (k.power_kw >= 0 and np.isfinite(k.power_kw)):
            yield Problem("power must be finite and not negative", k.id, str(k.power_kw))
        if not np.all((np.asarray(k.usable) >= 0) & (np.asarray(k.usable) <= 1)):
            yield Problem("usable share out of range", k.id, str(k.usable), "0 … 1")
        if not 0 <= k.idle_use <= k.busy_use:
            found = f"{k.idle_use}, {k.busy_use}"
            yield Problem("idle power may not exceed that at work", k.id, found, "0 … busy")
        if not k.life_years > 0:
            yield Problem("life must be positive", k.id, str(k.life_years))


def _time(p: PlanProblem) -> Iterator[Problem]:
    """The day is whole, and what later money is worth is a rate."""
    day = [float(np.sum(p.slice_hours)), *p.hours.sum(axis=0).tolist()]
    odd = [x for x in day if abs(x - HOURS_PER_DAY) > 1e-6]
    if odd:
        yield Problem("hours of the slices must sum to 24", "slices", str(odd[0]))
    if np.any(p.demand[:, p.hours <= 0]):
        yield Problem("demand in a slice that has no hours", "demand")
    if not (np.isfinite(p.discount_rate) and p.discount_rate > -1):
        yield Problem("discount rate out of range", "discount_rate", str(p.discount_rate), "> -1")


def _offers(p: PlanProblem) -> Iterator[Problem]:
    for o in p.offers:
        for name, share in (("deposit", o.deposit), ("refund", o.refund)):
            if np.any((np.asarray(share) < 0) | (np.asarray(share) > 1)):
                yield Problem(f"{name} out of range", o.id, str(share), "0 … 1")
        leased = o.kind in ("finance_lease", "operating_lease", "reservation")
        if leased and not o.term_months > 0:
            yield Problem("a lease needs its term", o.id, str(o.term_months), "> 0 months")
        if o.resale and o.kind != "purchase":
            yield Problem("only what is bought can be sold", o.id, o.kind)
        yield from _exit(o)
        if not o.sites:
            yield Problem("an offer needs a site to go to", o.id)


def _exit(o: Offer) -> Iterator[Problem]:
    """What it costs to leave early is a share, of a contract that can be left."""
    if o.exit_share is None:
        return
    if o.kind not in ("operating_lease", "reservation"):
        what = "only an operating lease or a reservation may be left early"
        yield Problem(what, o.id, o.kind)
    if not 0 <= o.exit_share <= 1:
        yield Problem("exit share out of range", o.id, str(o.exit_share), "0 … 1")


def _sites(p: PlanProblem) -> Iterator[Problem]:
    for site in p.sites:
        for name, least in (("use", site.minimum_use), ("energy", site.minimum_energy)):
            if not 0 <= least <= 1:
                yield Problem(f"minimum {name} out of range", site.id, str(least), "0 … 1")
            if least and not np.all(np.isfinite(site.power_mw)):
                yield Problem(f"minimum {name} of power without end", site.id, "inf")


def _pools(p: PlanProblem) -> Iterator[Problem]:
    for q in p.pools:
        parent = p.tree.parent
        child = np.flatnonzero(parent >= 0)
        if np.any(q.available[child] > q.available[parent[child]] + 1e-9):
            yield Problem("a pool may not grow along a path", q.id)


def _loads(p: PlanProblem) -> Iterator[Problem]:
    """Tiers, least level and fallback: what holds for one load of a group holds for all."""
    known = {x.id for x in p.loads}
    groups: dict[str, list[Load]] = {}
    for x, demand in zip(p.loads, p.demand, strict=True):
        groups.setdefault(x.group or x.id, []).append(x)
        if not _whole(x.tiers):
            found = ", ".join(f"{t.share:g} at {t.times:g}" for t in x.tiers)
            yield Problem("tiers sum to 1, the cheapest first", x.id, found)
        for name, value in (("least", x.least), ("most", x.most), ("loss", x.loss)):
            if np.any(np.asarray(value) > 1):
                yield Problem(f"{name} out of range", x.id, str(value), "0 … 1")
        if x.instead_of:
            yield from _known(x.id, "load", (x.instead_of,), known)
        if x.instead_of and demand.any():
            yield Problem("a fallback has no demand of its own", x.id)
    handed = {x.instead_of for x in p.loads}
    for loads in groups.values():
        if len({(x.tiers, str(np.ravel(x.least)), x.id in handed) for x in loads}) > 1:
            yield Problem("tiers, least and fallback differ within a group", loads[0].id)


def _whole(tiers: Sequence[Tier]) -> bool:
    """Whether tiers are the whole of the work, the cheapest first."""
    shares, times = [t.share for t in tiers], [t.times for t in tiers]
    sane = tiers and np.isfinite([*shares, *times]).all() and min(*shares, *times) >= 0
    return bool(sane and abs(sum(shares) - 1.0) <= 1e-9 and times == sorted(times))


def _limits(p: PlanProblem) -> Iterator[Problem]:
    n = len(p.tree.periods)
    timed: tuple[Budget | ShareLimit, ...] = (*p.budgets, *p.shares)
    for b in timed:
        bad = [t for t in b.periods if not 0 <= t < n]
        if bad or not b.periods:
            yield Problem("periods outside the horizon", b.id, str(bad), f"0 … {n - 1}")
        if np.isnan(b.slack_cost) or b.slack_cost < 0:
            yield Problem("slack cost must not be negative", b.id, str(b.slack_cost), ENDLESS)
    for budget in p.budgets:
        if np.isinf(budget.amount).all():
            yield Problem("a budget without an amount", budget.id, "inf")
    for s in p.shares:
        if np.any(np.asarray(s.share) > 1):
            yield Problem("share out of range", s.id, str(s.share), "0 … 1")
    for c in p.campaigns:
        if not 0 <= c.start <= c.due < n:
            found = f"{c.start} … {c.due}"
            yield Problem("campaign outside the horizon", c.id, found, f"0 … {n - 1}")
    if not 0 <= p.tail.weight <= 1 or not 0 <= p.tail.level < 1:
        found = f"{p.tail.weight}, {p.tail.level}"
        yield Problem("tail weight and level out of range", "tail", found, "0 … 1")
