"""A graph that was kept as bytes works out the same numbers, and says the same of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from outlay.core.graph.eval import evaluate
from outlay.core.graph.explain import Cells, explain
from outlay.core.graph.graph import Graph
from outlay.core.graph.kept import OPS, About, packed, unpacked

ABOUT: About = {
    "currency": "CNY", "paths": ["x", "y"], "weights": [0.5, 0.5], "years": [2026, 2027, 2028],
    "result": "abc",
}  # fmt: skip


def every_operator() -> tuple[Graph, dict[str, Any]]:
    g = Graph(["2026", "2027", "2028"])
    units = g.series("units", "chip", default=[10.0, 20.0, 0.0], label="Units", note="said")
    price = g.scalar("price", "CNY/chip", default=100.0, source="quote")
    spend = g.row("spend", units * price, "CNY")
    book = g.later("book", "CNY")
    g.define(book, book.lag(1) * 0.5 + spend)
    kernel = g.series("kernel", "1", default=[0.5, 0.3, 0.2])
    g.row("charge", spend.by_age(kernel))
    g.row("stock", spend.running() - 10.0 * g.unit_of(spend))
    g.row("net", g.add([spend, -book, (units > 5.0 * g.unit_of(units)).where(spend, 0.0)], "CNY"))
    g.row("most", spend.largest([0, 2]))
    g.row("end", book.at(-1))
    years = g.series("years", "year", default=[0, 1, 2])
    days = g.series("days", "day", default=[0, 365, 730])
    rate = g.scalar("rate", "1/year", default=0.1)
    g.row("worth", spend.present_value(rate, years))
    g.row("irr", (spend - 1500.0 * g.unit_of(spend)).internal_rate(days))
    g.row("floor", (spend / price).at_most(15.0 * g.unit_of(units)) ** 2.0)
    return g, {"units": np.array([[10.0, 20.0, 1.0], [1.0, 2.0, 3.0]]), "price": np.array(120.0)}


def test_every_operator_comes_back_and_gives_the_same_numbers() -> None:
    graph, values = every_operator()
    data = packed(graph, values, ABOUT)
    again, read, about = unpacked(data)
    assert about == ABOUT
    assert packed(again, read, about) == data
    used = {type(n.op).__name__ for n in _all(graph) if n.op is not None}
    assert used == set(OPS)
    before, after = evaluate(graph, values), evaluate(again, read)
    assert list(before) == list(after)
    for name in before:
        np.testing.assert_array_equal(before[name], after[name], err_msg=name)
    one: Mapping[str, Any] = {"units": values["units"][0], "price": 120.0}
    assert explain(Cells(again, one), "book").lines() == explain(Cells(graph, one), "book").lines()


def _all(graph: Graph) -> list[Any]:
    out = list(graph)
    for n in out:
        out += [a for a in n.args if not any(a is x for x in out)]
    return out


def test_bytes_of_another_form_are_no_graph() -> None:
    graph, values = every_operator()
    data = packed(graph, values, ABOUT)
    for torn in (data[:200], b"", data.replace(b"PK", b"KP")):
        with pytest.raises(Exception):  # noqa: B017, PT011  which one depends on where it is torn
            unpacked(torn)
