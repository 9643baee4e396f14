"""Find formulas that depend on themselves within one period."""

from __future__ import annotations

from typing import Protocol, TypeVar

from outlay.core.graph.ops import Op
from outlay.core.graph.ops_time import Lag

__all__ = ["Node", "find_circle"]


class Node(Protocol):
    """What a circle is looked for in: an operator, and what it works on."""

    @property
    def op(self) -> Op | None: ...

    @property
    def args(self: N) -> tuple[N, ...]: ...


N = TypeVar("N", bound=Node)


def find_circle(start: N) -> list[N]:
    """A path from `start` back to it that no lag breaks, or whose lag a reduction undoes.

    A row may depend on its own past through a lag. Reductions (totals, present values) look at
    all periods at once, so that any circle through one is circular, lag or not.
    """
    on_circle = _members(start)
    if any(n.op is not None and n.op.reduces for n in on_circle):
        return [*on_circle, start]
    seen: set[int] = set()
    inside = {id(n) for n in on_circle}
    stack: list[tuple[N, list[N]]] = [(start, [start])]
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


def _members(start: N) -> list[N]:
    """Nodes that `start` depends on and that depend on `start`."""
    below: dict[int, N] = {}
    stack = list(start.args)
    while stack:
        n = stack.pop()
        if id(n) not in below:
            below[id(n)] = n
            stack.extend(n.args)
    if id(start) not in below:
        return []
    users: dict[int, list[N]] = {}
    for n in below.values():
        for a in n.args:
            users.setdefault(id(a), []).append(n)
    above: dict[int, N] = {}
    stack = list(users[id(start)])
    while stack:
        n = stack.pop()
        if id(n) not in above:
            above[id(n)] = n
            stack.extend(users.get(id(n), []))
    return [start, *(n for n in above.values() if n is not start)]
