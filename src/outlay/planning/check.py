"""Everything wrong with a planning problem, found at once, in the user's words.

Half-filled inputs are refused: every array has its full shape and no holes (NaN).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from outlay.core.errors import InputError, Problem, nearest
from outlay.core.periods import HOURS_PER_DAY
from outlay.planning.types import Budget, Offer, PlanProblem, Pool, ShareLimit

__all__ = ["check", "problems"]

ENDLESS = "inf = no limit"


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
    shapes = list(_shapes(p))
    yield from shapes
    if shapes:
        return
    yield from _numbers(p)
    yield from _contracts(p)
    yield from _limits(p)


def _names(p: PlanProblem) -> Iterator[Problem]:
    kinds: dict[str, tuple[Any, ...]] = {
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


def _shapes(p: PlanProblem) -> Iterator[Problem]:
    n_load, n_slice, n_node = len(p.loads), len(p.slices), len(p.tree)
    n_chip, n_site = len(p.chips), len(p.sites)
    want: list[tuple[str, Any, tuple[int, ...]]] = [
        ("slice_hours", p.slice_hours, (n_slice,)),
        ("demand", p.demand, (n_load, n_slice, n_node)),
        ("units_per_chip", p.units_per_chip, (n_load, n_chip)),
        ("site_chip", p.site_chip, (n_site, n_chip)),
        ("site_load", p.site_load, (n_site, n_load)),
    ]
    if p.rate_factor is not None:
        want.append(("rate_factor", p.rate_factor, (n_load, n_node)))
    if p.chip_factor is not None:
        want.append(("chip_factor", p.chip_factor, (n_chip, n_node)))
    for o in p.offers:
        for name in ("price", "order_cap", "delivery_cap", "rent_hour"):
            want.append((f"{o.id}.{name}", getattr(o, name), (n_node,)))
        if o.order_floor is not None:
            want.append((f"{o.id}.order_floor", o.order_floor, (n_node,)))
        if np.ndim(o.host_cost):
            want.append((f"{o.id}.host_cost", o.host_cost, (n_node,)))
    for s in p.sites:
        want.append((f"{s.id}.power_mw", s.power_mw, (n_node,)))
        for name in ("tariff_kwh", "rent_kw_month"):
            if np.ndim(getattr(s, name)):
                want.append((f"{s.id}.{name}", getattr(s, name), (n_node,)))
        if s.expansion:
            want.append((f"{s.id}.cost_per_w", s.expansion.cost_per_w, (n_node,)))
            want.append((f"{s.id}.cap_mw", s.expansion.cap_mw, (n_node,)))
    for q in p.pools:
        want.append((f"{q.id}.available", q.available, (n_node,)))
        for name in ("rent_hour", "renew_rent_hour"):
            value = getattr(q, name)
            if value is not None and np.ndim(value):
                want.append((f"{q.id}.{name}", value, (n_node,)))
    for c in p.campaigns:
        want.append((f"{c.id}.units_per_chip", c.units_per_chip, (n_chip,)))
        if np.ndim(c.rate_factor):
            want.append((f"{c.id}.rate_factor", c.rate_factor, (n_node,)))
    for limit in p.limits:
        want.append((f"{limit.id}.cap", limit.cap, (n_node,)))
    for ceiling in p.ceilings:
        want.append((f"{ceiling.id}.cap", ceiling.cap, (n_node,)))
    if p.cash is not None:
        want.append(("cash.income", p.cash.income, (n_node,)))
    for name, array, shape in want:
        if np.shape(array) != shape:
            yield Problem("array has another shape", name, str(np.shape(array)), str(shape))


_MAY_BE_ENDLESS = ("order_cap", "delivery_cap", "cap_mw", ".cap", "power_mw")


def _numbers(p: PlanProblem) -> Iterator[Problem]:
    """No hole, nothing infinite but caps, nothing negative but income."""
    arrays: list[tuple[str, Any]] = [
        ("slice_hours", p.slice_hours), ("demand", p.demand),
        ("units_per_chip", p.units_per_chip), ("rate_factor", p.rate_factor),
        ("chip_factor", p.chip_factor),
    ]  # fmt: skip
    for o in p.offers:
        names = (
            "price", "order_cap", "delivery_cap", "rent_hour", "order_floor", "host_cost", "levy",
            "lead_months", "term_months", "divert_cost", "lot", "notice_months",
        )  # fmt: skip
        arrays += [(f"{o.id}.{name}", getattr(o, name)) for name in names]
    for s in p.sites:
        for name in ("power_mw", "tariff_kwh", "rent_kw_month"):
            arrays.append((f"{s.id}.{name}", getattr(s, name)))
        if s.expansion:
            for name in ("cost_per_w", "cap_mw", "step_mw", "lead_months"):
                arrays.append((f"{s.id}.{name}", getattr(s.expansion, name)))
    for q in p.pools:
        for name in ("available", "rent_hour", "renew_rent_hour"):
            arrays.append((f"{q.id}.{name}", getattr(q, name)))
    for c in p.campaigns:
        for name in ("units_per_chip", "work", "short_cost", "rate_factor", "block_chips"):
            arrays.append((f"{c.id}.{name}", getattr(c, name)))
    arrays += [(f"{x.id}.shed_cost", x.shed_cost) for x in p.loads]
    arrays += [(f"{x.id}.cap", x.cap) for x in p.limits]
    arrays += [(f"{x.id}.cap", x.cap) for x in p.ceilings]
    for name, array in arrays:
        if array is None:
            continue
        value = np.asarray(array, dtype=float)
        if np.isnan(value).any():
            yield Problem("a value is missing", name, "NaN", "a number for every entry")
        elif np.isinf(value).any() and not name.endswith(_MAY_BE_ENDLESS):
            yield Problem("must be finite", name, "inf")
        if (value < 0).any():
            yield Problem("must not be negative", name, f"{value.min():g}")
    for k in p.chips:
        if not (k.power_kw >= 0 and np.isfinite(k.power_kw)):
            yield Problem("power must be finite and not negative", k.id, str(k.power_kw))
        if not 0 <= k.usable <= 1:
            yield Problem("usable share out of range", k.id, str(k.usable), "0 … 1")
        if not k.life_years > 0:
            yield Problem("life must be positive", k.id, str(k.life_years))
    if abs(float(np.sum(p.slice_hours)) - HOURS_PER_DAY) > 1e-6:
        yield Problem("hours of the slices must sum to 24", "slices", str(np.sum(p.slice_hours)))
    if not (np.isfinite(p.discount_rate) and p.discount_rate > -1):
        yield Problem("discount rate out of range", "discount_rate", str(p.discount_rate), "> -1")


def _contracts(p: PlanProblem) -> Iterator[Problem]:
    for o in p.offers:
        for name in ("deposit", "refund"):
            if not 0 <= getattr(o, name) <= 1:
                yield Problem(f"{name} out of range", o.id, str(getattr(o, name)), "0 … 1")
        leased = o.kind in ("finance_lease", "operating_lease", "reservation")
        if leased and not o.term_months > 0:
            yield Problem("a lease needs its term", o.id, str(o.term_months), "> 0 months")
        if o.resale and o.kind != "purchase":
            yield Problem("only what is bought can be sold", o.id, o.kind)
        if o.exit_share is not None and o.kind != "operating_lease":
            yield Problem("only an operating lease may be left early", o.id, o.kind)
        if o.exit_share is not None and not 0 <= o.exit_share <= 1:
            yield Problem("exit share out of range", o.id, str(o.exit_share), "0 … 1")
        if not o.sites:
            yield Problem("an offer needs a site to go to", o.id)
    for q in p.pools:
        parent = p.tree.parent
        child = np.flatnonzero(parent >= 0)
        if np.any(q.available[child] > q.available[parent[child]] + 1e-9):
            yield Problem("a pool may not grow along a path", q.id)


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
        if not (np.isfinite(budget.amount) and budget.amount >= 0):
            found = str(budget.amount)
            yield Problem("amount must be finite and not negative", budget.id, found)
    for s in p.shares:
        if not 0 <= s.share <= 1:
            yield Problem("share out of range", s.id, str(s.share), "0 … 1")
    for c in p.campaigns:
        if not 0 <= c.start <= c.due < n:
            found = f"{c.start} … {c.due}"
            yield Problem("campaign outside the horizon", c.id, found, f"0 … {n - 1}")
    if not 0 <= p.tail.weight <= 1 or not 0 <= p.tail.level < 1:
        found = f"{p.tail.weight}, {p.tail.level}"
        yield Problem("tail weight and level out of range", "tail", found, "0 … 1")
