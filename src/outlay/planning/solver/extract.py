"""Read a solution back as a `Plan`: quantities on nodes, flows, shadow prices, broken limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from outlay.core.arrays import Array, BoolArray
from outlay.core.periods import HOURS_PER_DAY
from outlay.planning.problem.fallback import whose
from outlay.planning.problem.types import Budget, PlanProblem, ShareLimit
from outlay.planning.programme.blocks import Block
from outlay.planning.programme.model import Model
from outlay.planning.programme.rows.sites import energised_from
from outlay.planning.programme.vintages import Vintages
from outlay.planning.result import Certificates, Flow, Plan, Price
from outlay.planning.solver.highs import Solution
from outlay.planning.solver.split import Reader, split
from outlay.results.plans.rows import Slack

__all__ = ["extract", "label"]


PRICED = {
    "delivery_cap": "supply",
    "order_cap": "supply",
    "limit": "supply",
    "renewal": "supply",
    "call_off": "supply",
    "power": "power",
    "racks": "power",
    "liquid": "power",
    "expansion_total": "expansion",
    "ceiling": "power",
    "budget": "budget",
    "share": "share",
    "cash_floor": "cash",
    "capacity": "capacity",
    "balance": "service",
    "least": "service",
    "work": "training",
}
QUIET = ("capacity", "balance")  # too many to list: only the binding ones are kept, summed up
BINDING = 1e-6


def extract(model: Model, solution: Solution, certificates: Certificates) -> Plan:
    """The plan of an optimal solution. Tiny negative values of the solver become 0."""
    # The solver may end a hair outside a bound; what is read back is inside.
    m, p, f = model.matrix, model.problem, model.frame
    x = np.clip(solution.x, m.lower, m.upper)
    r = Reader(model, x)
    starts, divert = r.get("start"), r.get("divert")
    orders = r.get("order")
    for i, terms in enumerate(f.terms):
        if terms.direct:
            came: Array = starts[i] + divert[i]
            orders[i] = came.sum(axis=0)
    arriving, left = _coming_and_going(model, r, starts + divert)
    served = _served(model, r)
    shed, handed, deferred = _unserved(model, r)
    flows = tuple(_flows(model, x))
    leaf_cost = _leaf_cost(model, flows)
    leaves = p.tree.leaves
    expected = float(p.tree.probability[leaves] @ leaf_cost)
    sites = split(model, r, starts, divert, arriving, left)
    expand = r.get("expand")
    energised = np.array([h.power_mw for h in f.halls]).reshape(len(f.halls), -1).copy()
    for s in range(len(f.halls)):
        at, node, part = energised_from(model.draft, s)
        np.add.at(energised[s], node, expand[s, at] * part)
    energised -= r.get("given")
    used: Array = r.get("power").sum(axis=0)
    has_cash = "cash" in model.draft.col
    return Plan(
        problem=f.original,
        offers=p.offers,
        status=solution.status,
        objective=solution.objective,
        expected_cost=expected,
        leaf_cost=leaf_cost,
        zones=_hall_zones(model),
        orders=orders,
        deliveries=sites.starts,
        diverted=sites.diverts,
        cancelled=r.get("cancel") + r.get("give_up"),
        waiting=r.get("wait"),
        arriving=sites.arriving,
        left=sites.left,
        early=_early(model, r, starts + divert),
        stock=sites.stock,
        pool_stock=sites.pool,
        moved=sites.moved,
        expansion_mw=expand,
        energised_mw=energised,
        used_mw=used,
        given_mw=r.get("given"),
        served=served,
        shed=shed,
        handed=handed,
        deferred=deferred,
        work=_work(model, r),
        short=r.get("short"),
        cash=r.get("cash") if has_cash else np.zeros(0),
        debt=r.get("debt") if has_cash else np.zeros(0),
        flows=flows,
        prices=tuple(_prices(model, solution, x)),
        slacks=tuple(_slacks(model, r)),
        certificates=certificates,
    )


def _coming_and_going(model: Model, r: Reader, starts: Array) -> tuple[Array, Array]:
    """(arriving, left) [offer, place, node]: by how much the mean stock of the node rises by what
    came, and falls by what expires, is sold or is returned."""
    p, f = model.problem, model.frame
    period = p.tree.period
    came, left = np.zeros_like(starts), np.zeros_like(starts)
    v = model.draft.vintages
    keep = r.get("keep")
    for i, terms in enumerate(f.terms):
        if not terms.exit:
            at, node, change = f.changes(terms.clock)
            moved: Array = starts[i][:, at] * change
            np.add.at(came[i].T, node, np.maximum(moved, 0.0).T)
            np.add.at(left[i].T, node, np.maximum(-moved, 0.0).T)
            continue
        came[i] += starts[i] * np.diag(terms.clock.presence)[period]
        at, node, change = f.changes(terms.clock)
        later = at != node
        at, node, change = at[later], node[later], change[later]
        for s in range(len(p.sites)):  # what was kept so far arrives in full, or ends
            for a, n, part in zip(at, node, change, strict=True):
                had = _kept(v, keep, starts, i, s, int(a), p.tree.parent.item(n))
                came[i, s, n] += max(part, 0.0) * had
                left[i, s, n] += max(-part, 0.0) * had
    if len(v):
        np.add.at(left, (v.offer, v.site, v.node), _gone(v, keep, starts) * v.presence)
    return came, left


def _gone(v: Vintages, keep: Array, starts: Array) -> Array:
    """[vintage]: chips that leave at the start of its node, before their time."""
    started = starts[v.offer, v.site, v.start]
    before = np.where(v.before >= 0, keep[np.maximum(v.before, 0)], started)
    return np.asarray(before - keep)


def _early(model: Model, r: Reader, starts: Array) -> Array:
    """[offer, start node, node]: chips that leave at the start of the node before their time."""
    v, n = model.draft.vintages, len(model.problem.tree)
    out = np.zeros((len(starts), n, n))
    if len(v):
        np.add.at(out, (v.offer, v.start, v.node), _gone(v, r.get("keep"), starts))
    return out


def _kept(v: Vintages, keep: Array, starts: Array, i: int, s: int, a: int, node: int) -> float:
    if node == a:
        return starts.item(i, s, a)
    hit: BoolArray = (v.offer == i) & (v.site == s) & (v.start == a) & (v.node == node)
    return float(keep[hit].sum())


def _hall_zones(model: Model) -> tuple[tuple[str, ...], ...]:
    f = model.frame
    zone = f.site_zone[f.hall_place]
    return tuple(
        tuple(h.id for h, at in zip(f.halls, zone, strict=True) if at == z)
        for z in range(len(f.zones))
    )


def _served(model: Model, r: Reader) -> Array:
    return np.asarray(r.get("busy") * model.frame.rate[:, :, None, None, :])


def _unserved(model: Model, r: Reader) -> tuple[Array, Array, Array]:
    """Shed, handed to a smaller model (taken, for its own loads) and moved into the slice."""
    p, f = model.problem, model.frame
    mean: Array = (p.demand * p.hours[None]).sum(axis=1) / HOURS_PER_DAY
    shed, handed, moved = (np.zeros_like(p.demand) for _ in range(3))
    share, small, shift = r.get("shed").sum(axis=1), r.get("fallback"), r.get("moved")
    for g, loads in enumerate(f.groups):
        for i in loads:
            shed[i] = p.demand[i] * share[g]
            handed[i] = p.demand[i] * small[g]
            moved[i] = mean[i, None, :] * shift[g]
    for j, i in enumerate(whose(p)):
        if i != j:
            handed[j] = -handed[i]
    return shed, handed, moved


def _work(model: Model, r: Reader) -> Array:
    """[campaign, chip, zone, node] units done in the node."""
    p, tree = model.problem, model.problem.tree
    train = r.get("train")
    hours = p.hours[None, None, None] / HOURS_PER_DAY
    chips: Array = (train * hours).sum(axis=3)
    out = np.zeros_like(chips)
    for c, campaign in enumerate(p.campaigns):
        rate = campaign.rates(len(tree))
        if p.chip_factor is not None:
            rate = rate * p.chip_factor
        out[c] = chips[c] * (rate * tree.seconds)[:, None, :]
    return out


def _flows(model: Model, x: Array) -> Iterator[Flow]:
    e, ledger = model.entries, model.draft.ledger
    if not len(e.col):
        return
    amount, quantity = e.amount * x[e.col], e.quantity * x[e.col]
    key = np.stack([e.node, e.kind, e.item, (e.discount * 1e15).astype(np.int64)])
    _, first, inverse = np.unique(key, axis=1, return_index=True, return_inverse=True)
    inverse = inverse.ravel()
    total = np.bincount(inverse, amount)
    many = np.bincount(inverse, quantity)
    for j in np.lexsort((e.item[first], e.kind[first], e.node[first])):
        if total[j] == 0.0:
            continue
        i = first.item(j)
        entry, treatment, cls = ledger.kinds[e.kind.item(i)]
        yield Flow(
            e.node.item(i), entry, ledger.items[e.item.item(i)], treatment,
            total.item(j), many.item(j), e.discount.item(i), cls,
        )  # fmt: skip


def _leaf_cost(model: Model, flows: tuple[Flow, ...]) -> Array:
    tree = model.problem.tree
    node_cost = np.zeros(len(tree))
    for flow in flows:
        node_cost[flow.node] += flow.amount * flow.discount
    ancestor, node = model.frame.pairs
    path = np.bincount(node, node_cost[ancestor], minlength=len(tree))
    return np.asarray(path[tree.leaves])


def label(model: Model, block: Block, at: tuple[int, ...]) -> str:
    """The user's name of what a row limits."""
    p, f = model.problem, model.frame
    names: dict[str, Callable[[int], str]] = {
        "offer": lambda i: p.offers[i].id,
        "site": lambda i: p.sites[i].id,
        "hall": lambda i: f.halls[i].id,
        "chip": lambda i: p.chips[i].id,
        "load": lambda i: p.loads[i].id,
        "slice": lambda i: p.slices[i],
        "zone": lambda i: "+".join(f.zones[i]),
        "budget": lambda i: p.budgets[i].id,
        "ceiling": lambda i: f"rules.ceilings.{p.ceilings[i].id}",
        "share": lambda i: p.shares[i].id,
        "campaign": lambda i: p.campaigns[i].id,
        "pool": lambda i: p.pools[i].id,
        "group": lambda i: p.loads[f.groups[i][0]].group or p.loads[f.groups[i][0]].id,
    }
    if block.name == "limit":
        own = [x.id for x in p.limits] + [o.id for o in p.offers if np.isfinite(o.total_cap).any()]
        return own[at[0]]
    parts = [names[a](i) for a, i in zip(block.axes, at, strict=True) if a in names]
    return " ".join(parts) or block.name


def _prices(model: Model, s: Solution, x: Array) -> Iterator[Price]:
    m = model.matrix
    used = m.a @ x
    for name, family in PRICED.items():
        block = m.rows.get(name)
        if block is not None:
            yield from _prices_of(model, block, family, s.row_dual, used)


def _prices_of(
    model: Model, block: Block, family: str, dual: Array, used: Array
) -> Iterator[Price]:
    """Prices of one family's rows. The numbers are worked out at once, the names once a thing."""
    m, tree = model.matrix, model.problem.tree
    places = np.argwhere(block.index >= 0)
    rows = block.index[block.index >= 0]
    told: BoolArray = np.ones(len(rows), dtype=bool)
    sign = -1.0
    if block.name == "balance":  # of a smaller model nothing is asked: more of it is no limit
        smaller = [i for i, x in enumerate(model.problem.loads) if x.instead_of]
        told, sign = ~np.isin(places[:, 0], smaller), 1.0
    if block.name in QUIET:
        told &= np.abs(dual[rows]) * m.row_unit[rows] > 1e-12
    places, rows = places[told], rows[told]
    node, unit, upper = places[:, -1], m.row_unit[rows], m.row_upper[rows]
    value = sign * dual[rows]
    weight = np.maximum(model.frame.weight, 1e-300)[node]
    here = np.where(tree.probability[node] > 0, value / weight, 0.0)
    limit = np.where(np.isfinite(upper), upper, m.row_lower[rows])
    taken = used[rows]
    with np.errstate(invalid="ignore"):  # a row without a limit is near none
        near = BINDING * np.maximum(np.maximum(1.0, np.abs(limit)), unit)
        close: BoolArray = np.abs(taken - limit) <= near
    names: dict[tuple[int, ...], str] = {}
    last = block.axes[-1] == "node"
    for k in range(len(rows)):
        at = tuple(places.item(k, axis) for axis in range(places.shape[1]))
        key = at[:-1] if last else at  # a thing has one name in all nodes
        if key not in names:
            names[key] = label(model, block, at)
        yield Price(
            family, names[key], at[-1], block.unit, value.item(k), here.item(k), taken.item(k),
            limit.item(k), bool(close.item(k)),
        )  # fmt: skip


def _slacks(model: Model, r: Reader) -> Iterator[Slack]:
    p, d = model.problem, model.draft
    named: list[tuple[str, tuple[Budget | ShareLimit, ...]]]
    named = [("over", p.budgets), ("share_short", p.shares)]
    for name, things in named:
        value = r.get(name)
        for i, thing in enumerate(things):
            for n in np.flatnonzero(value[i] > 1e-6 * max(1.0, float(value.max(initial=0.0)))):
                yield _slack(p, thing.id, int(n), value.item(i, n), thing.slack_cost)
    if "under" in d.col and p.cash is not None:
        value = r.get("under")
        for n in np.flatnonzero(value > 1e-6):
            yield _slack(p, "cash floor", int(n), value.item(n), p.cash.slack_cost)


def _slack(p: PlanProblem, item: str, node: int, amount: float, each: float) -> Slack:
    return Slack(item, node, p.tree.name(node), amount, p.currency, amount * each)
