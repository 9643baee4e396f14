"""A graph with the values of its inputs as bytes, and back: formulas are data, no code is kept."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TypeAlias, TypedDict, cast

import numpy as np

from outlay.core.arrays import Array
from outlay.core.graph import ops, ops_time
from outlay.core.graph.graph import Expr, Graph
from outlay.core.graph.ops import Op
from outlay.core.graph.sound import check_head, check_node, check_parts, check_shape

__all__ = ["FORM", "About", "packed", "unpacked"]

FORM = "outlay graph 1"
OPS: dict[str, Callable[..., Op]] = {
    kind.__name__: kind
    for kind in (
        ops.Binary, ops.Negate, ops.Sum, ops.Where, ops_time.Convolve, ops_time.Discount,
        ops_time.InternalRate, ops_time.Lag, ops_time.Pick, ops_time.Reduce, ops_time.Running,
    )
}  # fmt: skip

Setting: TypeAlias = str | float | list[int] | None
Node: TypeAlias = tuple[
    tuple[str, dict[str, Setting]] | None, list[int], str, int, str, str, str, str,
    float | list[float] | None,
]  # fmt: skip
"""Operator and its settings, numbers of its arguments, unit, whether it is a series, name, label,
note, source, default."""


class About(TypedDict):
    """What is kept beside a graph: whose accounts it holds."""

    currency: str
    paths: list[str]
    weights: list[float]
    years: list[int]
    result: str


class Head(TypedDict):
    """All of the file but the numbers."""

    form: str
    about: About
    labels: list[str]
    nodes: list[Node]
    values: list[tuple[str, list[int]]]


def packed(graph: Graph, values: Mapping[str, Array], about: About) -> bytes:
    """The graph, `values` of its inputs and what else is to be known `about` it.

    The same for the same graph and values.
    """
    nodes = _nodes(graph)
    number = {id(n): i for i, n in enumerate(nodes)}
    flat = [np.asarray(v, dtype=np.float64) for v in values.values()]
    head: Head = {
        "form": FORM,
        "about": about,
        "labels": list(graph.labels),
        "nodes": [_node(n, number) for n in nodes],
        "values": [(k, list(v.shape)) for k, v in zip(values, flat, strict=True)],
    }
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    out = io.BytesIO()
    np.savez_compressed(
        out,
        head=np.frombuffer(text.encode(), dtype=np.uint8),
        values=np.concatenate([v.ravel() for v in flat]) if flat else np.zeros(0),
    )
    return out.getvalue()


def unpacked(data: bytes) -> tuple[Graph, dict[str, Array], About]:
    """(graph, values of its inputs, what else was kept).

    Raises whatever bytes that are no such file lead to: whoever reads a file says which.
    """
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        text = np.asarray(found["head"], dtype=np.uint8).tobytes().decode()
        flat = np.asarray(found["values"], dtype=np.float64)
    head = _head(json.loads(text))
    values: dict[str, Array] = {}
    at = 0
    for name, shape in head["values"]:
        size = int(np.prod(shape, dtype=np.int64))
        values[name] = flat[at : at + size].reshape(shape)
        at += size
    if at != len(flat):
        raise ValueError("numbers that belong to no input")
    graph = _graph(head)
    _check_inputs(graph, values, len(head["about"]["paths"]))
    return graph, values, head["about"]


def _head(found: object) -> Head:
    """What was read, where it is what `packed` writes; raises ValueError."""
    check_head(found, FORM)
    head = cast(Head, found)
    nodes, labels = head["nodes"], len(head["labels"])
    for node in nodes:
        check_node(node, nodes, labels)
    check_parts([n[4] for n in nodes], [n[1] for n in nodes])
    return head


def _check_inputs(graph: Graph, values: Mapping[str, Array], paths: int) -> None:
    """An input has its numbers, and no other row has; raises ValueError."""
    inputs = {n.name: n for n in graph.inputs}
    if not set(values) <= set(inputs):
        raise ValueError("numbers of no input")
    for name, node in inputs.items():
        value = values.get(name, node.default)
        if value is None or not np.isfinite(value).all():
            raise ValueError(f"no number: {name}")
        check_shape(value.shape, node.series, len(graph), paths)


def _nodes(graph: Graph) -> list[Expr]:
    """Every node under a row, rows first in their order."""
    out = list(graph.rows.values())
    seen = {id(n) for n in out}
    for n in out:  # grows as it goes
        for a in n.args:
            if id(a) not in seen:
                seen.add(id(a))
                out.append(a)
    return out


def _node(n: Expr, number: Mapping[int, int]) -> Node:
    op = None
    if n.op is not None:
        names = [f.name for f in fields(n.op)]
        settings: dict[str, Setting] = {k: getattr(n.op, k) for k in names}
        op = type(n.op).__name__, settings
    default: float | list[float] | None = None if n.default is None else n.default.tolist()
    args = [number[id(a)] for a in n.args]
    return op, args, n.unit, int(n.series), n.name, n.label, n.note, n.source, default


def _graph(head: Head) -> Graph:
    graph = Graph(head["labels"])
    made: list[Expr] = []
    for op, _, unit, series, name, label, note, source, default in head["nodes"]:
        n = Expr(graph, None if op is None else _op(*op), (), unit, series=bool(series))
        n.name, n.label, n.note, n.source = name, label, note, source
        n.default = None if default is None else np.asarray(default, dtype=np.float64)
        made.append(n)
        if name:
            graph.rows[name] = n
    for n, (_, args, *_) in zip(made, head["nodes"], strict=True):
        n.args = tuple(made[i] for i in args)
    return graph


def _op(name: str, settings: Mapping[str, Setting]) -> Op:
    """Lists of JSON are the tuples that they were."""
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()}
    return OPS[name](**given)
