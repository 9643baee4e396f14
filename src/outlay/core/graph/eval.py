"""Evaluate a graph on numpy arrays, with any leading axes (draw, scenario) before the period.

Inside, the period stands first and leading axes follow, so that running sums and lags touch
whole rows; scalars are rows of one period. A `Program` orders the nodes once and frees what is no
longer needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array
from outlay.core.errors import InputError, Problem, nearest
from outlay.core.graph.graph import Expr, Graph, GraphError
from outlay.core.graph.ops_time import Lag

__all__ = ["Program", "evaluate", "step_loop"]


def evaluate(
    graph: Graph, values: Mapping[str, npt.ArrayLike], outputs: Iterable[str] | None = None
) -> dict[str, Array]:
    """Values of `outputs` (all named rows by default): [..., period] or, for scalars, [...].

    values: input name → array, series [..., period] and scalars [...]; leading axes broadcast.
    Inputs left out take their default. Raises InputError naming every input that is missing,
    unknown, of the wrong length or not finite.
    """
    return Program(graph, outputs).run(values)


class Program:
    """The nodes that some outputs need, in an order in which they can be worked out."""

    def __init__(self, graph: Graph, outputs: Iterable[str] | None = None) -> None:
        missing = graph.unfinished()
        if missing:
            raise GraphError(f"announced and never defined: {', '.join(missing)}")
        self.graph = graph
        self.outputs = tuple(graph.rows if outputs is None else outputs)
        unknown = [n for n in self.outputs if n not in graph]
        if unknown:
            raise GraphError(f"no such row: {unknown[0]} {nearest(unknown[0], graph.rows)}")
        self.groups = _ordered([graph[n] for n in self.outputs])
        self.inputs = [n for group in self.groups for n in group if n.is_input]

    def run(self, values: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
        """Values of the outputs; see `evaluate`."""
        self._check(values)
        leads = _leads(self.inputs, values)
        done = self._work(values, len(leads), keep=False)
        return {
            n: self._shaped(self.graph[n], done[id(self.graph[n])], leads) for n in self.outputs
        }

    def values_of(self, nodes: Sequence[Expr], values: Mapping[str, npt.ArrayLike]) -> list[Array]:
        """Values of any nodes below the outputs, nameless parts too, as `run` shapes them."""
        self._check(values)
        leads = _leads(self.inputs, values)
        done = self._work(values, len(leads), keep=True)
        for n in nodes:
            if id(n) not in done:  # an input that no row uses
                done[id(n)] = _given(n, values, len(leads))
        return [self._shaped(n, done[id(n)], leads) for n in nodes]

    def _shaped(self, row: Expr, value: Array, leads: tuple[int, ...]) -> Array:
        if row.series:
            wide: Array = np.broadcast_to(value, (len(self.graph), *value.shape[1:]))
            return np.broadcast_to(np.moveaxis(wide, 0, -1), (*leads, len(self.graph)))
        return np.broadcast_to(value[0], leads)

    def _check(self, given: Mapping[str, npt.ArrayLike]) -> None:
        periods = len(self.graph)
        problems = []
        for name in given:
            if name not in self.graph or not self.graph[name].is_input:
                valid = [r.name for r in self.graph.inputs]
                problems.append(Problem("no such input", name, hint=nearest(name, valid)))
        for n in self.inputs:
            raw = given.get(n.name, n.default)
            if raw is None:
                problems.append(Problem("an input without a value", n.name))
                continue
            a = np.asarray(raw, dtype=np.float64)
            if n.series and (a.ndim == 0 or a.shape[-1] not in (1, periods)):
                found = str(a.shape)
                problems.append(Problem("wrong length", n.name, found, f"[..., {periods}]"))
            if not np.isfinite(a).all():
                problems.append(Problem("not a finite number", n.name))
        if problems:
            raise InputError(problems)

    def _work(
        self, given: Mapping[str, npt.ArrayLike], n_leads: int, *, keep: bool
    ) -> dict[int, Array]:
        periods = len(self.graph)
        done: dict[int, Array] = {}
        uses = {} if keep else self._uses()
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for group in self.groups:
                if len(group) > 1:
                    step_loop(group, done, periods)
                else:
                    (node,) = group
                    if node.op is None:
                        done[id(node)] = _given(node, given, n_leads)
                    else:
                        args = [done[id(a)] for a in node.args]
                        done[id(node)] = node.op.arrays(args, periods)
                if not keep:
                    self._free(group, uses, done)
        return done

    def _uses(self) -> dict[int, int]:
        """How often each node is read; outputs are read once more, at the end."""
        uses: dict[int, int] = {}
        for group in self.groups:
            for n in group:
                for a in n.args:
                    uses[id(a)] = uses.get(id(a), 0) + 1
        for name in self.outputs:
            key = id(self.graph[name])
            uses[key] = uses.get(key, 0) + 1
        return uses

    def _free(self, group: Sequence[Expr], uses: dict[int, int], done: dict[int, Array]) -> None:
        for n in group:
            for a in n.args:
                uses[id(a)] -= 1
                if uses[id(a)] == 0:
                    done.pop(id(a), None)


def _leads(inputs: Sequence[Expr], given: Mapping[str, npt.ArrayLike]) -> tuple[int, ...]:
    """Common shape of the axes before the period."""
    shapes = []
    for n in inputs:
        raw = given.get(n.name, n.default)
        if raw is not None:
            shape = np.shape(raw)
            shapes.append(shape[:-1] if n.series else shape)
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError as error:
        raise InputError(f"leading axes of the inputs do not fit: {error}") from error


def _given(node: Expr, given: Mapping[str, npt.ArrayLike], n_leads: int) -> Array:
    raw = given.get(node.name, node.default) if node.name else node.default
    a = np.asarray(raw, dtype=np.float64)
    if node.series:
        a = np.ascontiguousarray(np.moveaxis(a, -1, 0), dtype=np.float64)
        return np.reshape(a, (a.shape[0], *(1,) * (n_leads - (a.ndim - 1)), *a.shape[1:]))
    return np.reshape(a, (1, *(1,) * (n_leads - a.ndim), *a.shape))


def step_loop(group: Sequence[Expr], done: dict[int, Array], periods: int) -> None:
    """Work out rows that depend on one another's past, one period after another."""
    cells: dict[tuple[int, int], Array] = {}
    inside = {id(n) for n in group}

    def read(node: Expr, period: int) -> Array:
        if id(node) in inside:
            return cells[id(node), period]
        a: Array = done[id(node)]
        return np.asarray(a[period if a.shape[0] > 1 else 0])

    for t in range(periods):
        for n in group:
            assert n.op is not None

            def get(i: int, u: int, n: Expr = n) -> Array:
                return read(n.args[i], u)

            def own(u: int, n: Expr = n) -> Array:
                return cells[id(n), u]

            cells[id(n), t] = np.asarray(n.op.cell(t, get, own), dtype=np.float64)
    for n in group:
        rows = np.broadcast_arrays(*(cells[id(n), t] for t in range(periods)))
        done[id(n)] = np.stack(rows)


def _ordered(roots: Sequence[Expr]) -> list[list[Expr]]:
    """Groups of nodes, each after those it depends on (Tarjan's strongly connected components).

    A group of more than one node is a loop through a lag; within it, nodes stand in the order
    in which one period is worked out.
    """
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    on_stack: set[int] = set()
    stack: list[Expr] = []
    groups: list[list[Expr]] = []
    for root in roots:
        if id(root) in index:
            continue
        work: list[tuple[Expr, int]] = [(root, 0)]
        while work:
            node, i = work.pop()
            if i == 0:
                index[id(node)] = low[id(node)] = len(index)
                stack.append(node)
                on_stack.add(id(node))
            if i > 0:
                low[id(node)] = min(low[id(node)], low[id(node.args[i - 1])])
            while i < len(node.args):
                a = node.args[i]
                i += 1
                if id(a) not in index:
                    work.append((node, i))
                    work.append((a, 0))
                    break
                if id(a) in on_stack:
                    low[id(node)] = min(low[id(node)], index[id(a)])
            else:
                if low[id(node)] == index[id(node)]:
                    group = []
                    while True:
                        top = stack.pop()
                        on_stack.discard(id(top))
                        group.append(top)
                        if top is node:
                            break
                    groups.append(_within_period(group) if len(group) > 1 else group)
    return groups


def _within_period(group: list[Expr]) -> list[Expr]:
    """Order of a loop's nodes within a period: everything but lags looks at the same period."""
    inside = {id(n): n for n in group}
    done: list[Expr] = []
    seen: set[int] = set()
    for start in group:
        work = [(start, False)]
        while work:
            node, ready = work.pop()
            if ready:
                done.append(node)
                continue
            if id(node) in seen:
                continue
            seen.add(id(node))
            work.append((node, True))
            args = node.args[1:] if isinstance(node.op, Lag) else node.args
            work.extend((a, False) for a in args if id(a) in inside and id(a) not in seen)
    return done
