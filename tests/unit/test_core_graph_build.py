"""A graph refuses what cannot be: unlike units, circles, names used twice, missing inputs."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.core.errors import InputError, UnknownNameError
from outlay.core.graph.eval import Program, evaluate
from outlay.core.graph.explain import Cells, explain
from outlay.core.graph.graph import Graph, GraphError
from outlay.core.graph.units import combine, parse_unit, power, write_unit


def small() -> Graph:
    g = Graph(["2026", "2027", "2028"])
    units = g.series("units", "chip", default=[10, 20, 0], source="plan")
    price = g.scalar("price", "CNY/chip", default=100.0)
    g.row("capex", units * price, "CNY")
    return g


@pytest.mark.parametrize(
    ("left", "right", "sign", "result"),
    [
        ("CNY/kWh", "kWh", 1, "CNY"),
        ("chip", "chip", -1, "1"),
        ("kWh/MWh", "MWh", 1, "kWh"),
        ("1/year", "year", 1, "1"),
        ("m^2", "m", -1, "m"),
        ("chip*s", "s", -1, "chip"),
        ("CNY/chip/s", "chip*s", 1, "CNY"),
    ],
)
def test_units_combine(left: str, right: str, sign: int, result: str) -> None:
    assert combine(left, right, sign) == result


def test_unit_text_is_canonical_and_stable() -> None:
    assert combine("s*chip", "1", 1) == combine("chip*s", "1", 1)
    assert write_unit(parse_unit("CNY/chip/s")) == "CNY/chip/s"
    assert power("m^2", 0.5) == "m"
    with pytest.raises(ValueError, match="not a unit"):
        parse_unit("*/")


def test_unlike_units_do_not_add() -> None:
    g = small()
    with pytest.raises(GraphError, match=r"unlike units.*capex \[CNY\].*units \[chip\]"):
        g["capex"] + g["units"]
    with pytest.raises(GraphError, match="unlike units"):
        g["capex"] + 1.0
    assert (g["capex"] + 0).unit == "CNY"  # zero is zero in any unit


def test_a_row_comes_out_in_the_unit_it_is_said_to_have() -> None:
    g = small()
    with pytest.raises(GraphError, match="said to be in USD and comes out in CNY"):
        g.row("wrong", g["capex"] * 2, "USD")


def test_a_name_is_used_once() -> None:
    g = small()
    with pytest.raises(GraphError, match="taken"):
        g.row("capex", g["units"] * 2)


def test_two_graphs_do_not_mix() -> None:
    with pytest.raises(GraphError, match="two graphs"):
        small()["capex"] + small()["capex"]


def test_a_circle_within_a_period_is_refused_and_named() -> None:
    g = small()
    x = g.later("x", "CNY")
    y = g.row("y", x + g["capex"])
    with pytest.raises(GraphError, match="circular: x → y → x"):
        g.define(x, y)
    g.define(x, y.lag())  # through the past it is fine
    got = evaluate(g, {}, ["x", "y"])
    np.testing.assert_array_equal(got["y"], [1000, 3000, 3000])
    np.testing.assert_array_equal(got["x"], [0, 1000, 3000])


def test_a_lag_does_not_excuse_a_circle_through_a_total() -> None:
    g = small()
    x = g.later("x", "CNY")
    with pytest.raises(GraphError, match="circular"):
        g.define(x, x.lag() + x.total())


def test_circle_over_two_announced_rows() -> None:
    g = small()
    a, b = g.later("a", "CNY"), g.later("b", "CNY")
    g.define(a, b + 0.0)
    with pytest.raises(GraphError, match="circular"):
        g.define(b, a * 0.5)


def test_an_announced_row_must_be_defined() -> None:
    g = small()
    g.later("x", "CNY")
    with pytest.raises(GraphError, match="never defined: x"):
        evaluate(g, {})


def test_inputs_are_checked_all_at_once() -> None:
    g = Graph(["a", "b"])
    g.row("sum", g.series("p", "1") + g.series("q", "1") + g.scalar("r", "1"))
    with pytest.raises(InputError) as caught:
        evaluate(g, {"p": [1.0, 2.0, 3.0], "q": [1.0, float("nan")], "s": 1.0})
    said = str(caught.value)
    for part in ("p: wrong length", "q: not a finite number", "r: an input without", "s: no such"):
        assert part in said


def test_leading_axes_that_do_not_fit() -> None:
    g = small()
    with pytest.raises(InputError, match="leading axes"):
        evaluate(g, {"units": np.ones((3, 3)), "price": np.ones(4)})


def test_unknown_row_names_the_nearest() -> None:
    with pytest.raises(GraphError, match="did you mean 'capex'"):
        Program(small(), ["capx"])
    with pytest.raises(UnknownNameError, match="did you mean 'capex'"):
        explain(Cells(small(), {}), "capx")


def test_explanation_reaches_sources_and_assumptions() -> None:
    g = small()
    g.row("book", g["capex"].running() - g["capex"].lag())
    tree = explain(Cells(g, {}), "book", 1)
    assert tree.value == 3000 - 1000
    assert tree.formula == "(running sum of capex − capex 1 earlier)"
    leaves = {i.name: i for c in tree.inputs for i in c.inputs}
    assert leaves["units"].source == "plan"
    assert not leaves["units"].assumption
    assert leaves["price"].assumption
    assert "price: 100 CNY/chip  (assumption)" in "\n".join(tree.lines())
    assert tree.inputs[0].name == "capex"


def test_refusals_of_single_operators() -> None:
    g = small()
    rate, years = g.scalar("rate", "1/year"), g.series("years", "year")
    with pytest.raises(GraphError, match="variable power needs pure numbers"):
        g["units"] ** g["price"]
    with pytest.raises(GraphError, match="at least one period back"):
        g["units"].lag(0)
    with pytest.raises(GraphError, match="before the first period is a scalar"):
        g["units"].lag(1, g["units"])
    with pytest.raises(GraphError, match="kernel by age is a series"):
        g["units"].by_age(g["price"])
    with pytest.raises(GraphError, match="the min of no period"):
        g["units"].smallest([])
    with pytest.raises(GraphError, match="discounting takes"):
        g["capex"].present_value(years, rate)
    with pytest.raises(GraphError, match="dates for a rate of return"):
        g["capex"].internal_rate(years)
    with pytest.raises(GraphError, match="needs at least one period"):
        Graph([])
    with pytest.raises(GraphError, match="3 periods need as many values"):
        g.series("short", "1", default=[1, 2])
    with pytest.raises(GraphError, match="has its formula already"):
        g.define(g["capex"], g["capex"])
    with pytest.raises(GraphError, match="a sum is said to be in USD"):
        g.add([g["capex"]], "USD")


def test_plain_numbers_stand_on_either_side() -> None:
    g = Graph(["p"])
    x = g.scalar("x", "1", default=4.0)
    rows = {
        "a": 1 + x, "b": 1 - x, "c": 2 * x, "d": 2 / x, "e": (x > 3).where(1, 2),
        "f": (x > 5).where(1.0, x), "g": 7.0, "h": x ** x, "i": (1.0 - x).at_least(0),
    }  # fmt: skip
    for name, row in rows.items():
        g.row(name, row)
    got = {k: float(v) for k, v in evaluate(g, {}).items()}
    want = {"a": 5, "b": -3, "c": 8, "d": 0.5, "e": 1, "f": 4, "g": 7, "h": 256, "i": 0}
    assert {k: got[k] for k in want} == want
    assert repr(x) == "<x [1]>"
    assert "x" in g
    assert len(list(g)) == 10
