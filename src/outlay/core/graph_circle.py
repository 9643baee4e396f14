"""Find formulas that depend on themselves within one period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.core.graph_ops_time import Lag

if TYPE_CHECKING:
    from outlay.core.graph import Expr

__all__ = ["find_circle"]


def find_circle(start: Expr) -> list[Expr]:
    """A path from `start` back to it that no lag breaks, or whose lag a reduction undoes.

    A row may depend on its own past through a lag. Reductions (totals, present values) look at
    all periods at once, so that any circle through one is circular, lag or not.
    """
    on_circle = _members(start)
    if any(n.op is not None and n.op.reduces for n in on_circle):
        return [*on_circle, start]
    seen: set[int] = set()
    inside = {id(n) for n in on_circle}
    stack: list[tuple[Expr, list[Expr]]] = [(start, [start])]
    while stack:
        node, path = stack.pop()
        args = node.args[1:] if isinstance(node.op, Lag) else node.args
        for a in args:
            if a is start:
                return [*path, start]
            if id(a) in inside and id(a) not in seen:
                seen.add(id(a))
                stack.append((a, [*path, a]))
    return []


def _members(start: Expr) -> list[Expr]:
    """Nodes that `start` depends on and that depend on `start`."""
    below: dict[int, Expr] = {}
    stack = list(start.args)
    while stack:
        n = stack.pop()
        if id(n) not in below:
            below[id(n)] = n
            stack.extend(n.args)
    if id(start) not in below:
        return []
    users: dict[int, list[Expr]] = {}
    for n in below.values():
        for a in n.args:
            users.setdefault(id(a), []).append(n)
    above: dict[int, Expr] = {}
    stack = list(users[id(start)])
    while stack:
        n = stack.pop()
        if id(n) not in above:
            above[id(n)] = n
            stack.extend(users.get(id(n), []))
    return [start, *(n for n in above.values() if n is not start)]
