"""Tables that the report has no room for: orders of every node, power of every site and period."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.report.tables.table import Sheet, Table
from outlay.report.words.language import Words
from outlay.results.plans.plan import Plan
from outlay.results.plans.rows import Node

__all__ = ["branches", "nodes_of", "orders_by_node", "power_by_site", "states_of"]


def states_of(node: Node) -> str:
    """States known at a node, as a branch is named: `licence=granted demand=high`."""
    return " ".join(f"{factor}={state}" for factor, state in node.labels.items())


def branches(plan: Plan) -> Iterator[str]:
    """Every branch of the tree by its states, the likeliest first; none where there is one path."""
    inner = {n.parent for n in plan.nodes}
    leaves = [n for n in plan.nodes if n.id not in inner]
    if len(leaves) > 1:
        yield from map(states_of, sorted(leaves, key=lambda n: -n.probability))


def nodes_of(plan: Plan, branch: str) -> frozenset[int]:
    """Nodes on the way to a branch, root first; all nodes where no branch is named."""
    nodes = {n.id: n for n in plan.nodes}
    inner = {n.parent for n in plan.nodes}
    at = next(
        (n for n in plan.nodes if branch and n.id not in inner and states_of(n) == branch), None
    )
    if at is None:
        return frozenset(nodes)
    found = set()
    while at is not None:
        found.add(at.id)
        at = nodes.get(at.parent)
    return frozenset(found)


def orders_by_node(plan: Plan, say: Words, branch: str = "") -> Table | None:
    """Orders in the order of the periods; of one branch, those on the way to it."""
    kept = nodes_of(plan, branch)
    rank = {period: k for k, period in enumerate(plan.periods)}
    rows = sorted(
        (o for o in plan.orders if o.node in kept),
        key=lambda o: (rank.get(o.period, 0), -o.probability, o.branch, -o.spend),
    )
    return (
        Sheet(say, rows)
        .text("period", lambda o: o.period)
        .text("branch", lambda o: say.branch(o.branch))
        .number("chance", lambda o: o.probability, "share")
        .text("offer", lambda o: say.called(o.offer))
        .text("chip", lambda o: say.called(o.chip))
        .number("chips", lambda o: o.quantity, "chips")
        .text("there_by", lambda o: o.delivered_at)
        .number("sum", lambda o: o.spend or None, "bn")
        .some("orders_by_node", currency=plan.currency)
    )


def power_by_site(plan: Plan, say: Words) -> Table | None:
    """Megawatts used of those held, where and when."""
    return (
        Sheet(say, plan.power)
        .text("site", lambda p: say.called(p.site))
        .text("mw_region", lambda p: say.called(p.region))
        .text("period", lambda p: p.period)
        .number("mw_used", lambda p: p.used_mw, "MW")
        .number("mw_held", lambda p: p.energised_mw, "MW")
        .number("mw_full", lambda p: p.full, "share")
        .some("power_by_site")
    )
