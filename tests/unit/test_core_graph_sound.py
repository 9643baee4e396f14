"""A kept graph is taken only where it is one that we wrote: one change of it, one refusal."""

from __future__ import annotations

import copy
import io
import json
from functools import cache
from typing import Any

import numpy as np
import pytest

from outlay.core.graph import sound
from outlay.core.graph.graph import Graph
from outlay.core.graph.kept import FORM, About, packed
from outlay.core.graph.sound import check_head, check_node, check_parts, check_shape

ABOUT: About = {
    "currency": "CNY", "paths": ["x", "y"], "weights": [0.5, 0.5], "years": [2026, 2027, 2028],
    "result": "abc",
}  # fmt: skip
LABELS = 3


@cache
def _written() -> str:
    """The head of a graph with each operator whose arguments or settings are looked at."""
    g = Graph(["2026", "2027", "2028"])
    units, price = g.series("units", "1"), g.scalar("price", "1", default=2.0)
    years, rate = g.series("years", "year"), g.scalar("rate", "1/year")
    g.row("product", units * price * 3.0)
    g.row("lagged", units.lag(2))
    g.row("aged", units.by_age(g.series("kernel", "1")))
    g.row("picked", units.at(-1))
    g.row("most", units.largest([0, 2]))
    g.row("all", units.total())
    g.row("running", units.running())
    g.row("worth", units.present_value(rate, years))
    g.row("irr", units.internal_rate(g.series("days", "day")))
    g.row("sum", g.add([units, price], "1"))
    g.row("either", (units > price).where(units, price))
    values = {"units": np.ones(3), "years": np.ones(3)}
    with np.load(io.BytesIO(packed(g, values, ABOUT))) as kept:
        return bytes(kept["head"]).decode()


def _head() -> dict[str, Any]:
    head: dict[str, Any] = json.loads(_written())
    return head


def _checked(head: dict[str, Any]) -> None:
    check_head(head, FORM)
    for node in head["nodes"]:
        check_node(node, head["nodes"], len(head["labels"]))
    check_parts([n[4] for n in head["nodes"]], [n[1] for n in head["nodes"]])


def test_what_was_written_is_taken() -> None:
    _checked(_head())


def _place(head: dict[str, Any], path: tuple[Any, ...]) -> tuple[Any, Any]:
    """The holder of a place and its key; the first is a row's name, or a key of the head."""
    first, *rest = path
    rows = {n[4]: i for i, n in enumerate(head["nodes"])}
    keys = ["nodes", rows[first], *rest] if first in rows else [first, *rest]
    holder = head
    for key in keys[:-1]:
        holder = holder[key]
    return holder, keys[-1]


OP, ARGS, UNIT, SERIES, NAME, LABEL, NOTE, SOURCE, DEFAULT = range(9)
SETTINGS = (OP, 1)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("form",), "outlay graph 0", "another form"),
        (("extra",), 1, "other fields"),
        (("about", "extra"), 1, "other fields"),
        (("about", "currency"), 1, "no text"),
        (("about", "paths", 0), 1, "no text"),
        (("about", "weights", 0), -0.1, "no chance"),
        (("about", "weights", 0), 1.1, "no chance"),
        (("about", "weights"), 1, "no list"),
        (("about", "years", 0), 2026.0, "no year"),
        (("about", "years", 0), -1, "no year"),
        (("labels",), [], "no periods"),
        (("labels", 0), 1, "no periods"),
        (("values", 0, 1, 0), -3, "no shape"),
        (("values", 0, 0), 1, "no shape"),
        (("product", UNIT), None, "no text"),
        (("product", SERIES), 2, "neither a series nor a scalar"),
        (("product", SERIES), 0, "a series in one number"),
        (("product", ARGS, 0), 999, "no such argument"),
        (("product", ARGS, 0), -1, "no such argument"),
        (("product", ARGS, 0), True, "no such argument"),
        (("product", ARGS), [0], "another number of arguments"),
        (("product", DEFAULT), 1.0, "a formula and a number"),
        (("product", OP), ["Other", {}], "another number of arguments"),
        (("product", (*SETTINGS, "symbol")), "%", "no setting"),
        (("product", (*SETTINGS, "more")), 1, "no setting"),
        (("price", ARGS), [0], "neither a formula nor a number"),
        (("running", (*SETTINGS, "more")), 1, "no setting"),
        (("running", SERIES), 0, "a series in one number"),
        (("lagged", (*SETTINGS, "steps")), 0, "no setting"),
        (("lagged", (*SETTINGS, "steps")), 1.0, "no setting"),
        (("lagged", ARGS, 1), "units", "before the first period"),
        (("aged", ARGS, 1), "price", "a kernel by age"),
        (("picked", (*SETTINGS, "at")), 3, "no setting"),
        (("picked", (*SETTINGS, "at")), -4, "no setting"),
        (("picked", SERIES), 1, "one number in every period"),
        (("most", (*SETTINGS, "chosen")), [3], "no setting"),
        (("most", (*SETTINGS, "chosen")), [], "no setting"),
        (("most", (*SETTINGS, "kind")), "median", "no setting"),
        (("most", SERIES), 1, "one number in every period"),
        (("worth", ARGS, 1), "years", "a rate is a scalar"),
        (("irr", (*SETTINGS, "guess")), 1, "no setting"),
        (("sum", (*SETTINGS, "count")), 3, "another number of arguments"),
        (("sum", (*SETTINGS, "count")), True, "another number of arguments"),
        (("either", OP), None, "neither a formula nor a number"),
        (("lagged", NAME), "aged", "two rows of one name"),
        (("product", NAME), "", "a circle of parts"),
    ],
)
def test_one_change_of_it_is_refused(path: tuple[Any, ...], value: object, said: str) -> None:
    head = _head()
    flat: tuple[Any, ...] = tuple(
        k for key in path for k in (key if isinstance(key, tuple) else (key,))
    )
    names = {n[NAME]: i for i, n in enumerate(head["nodes"])}
    if isinstance(value, str) and flat[1:2] == (ARGS,):
        value = names[value]
    holder, key = _place(head, flat)
    if said.startswith("a circle"):
        holder[ARGS][0] = names["product"]
    holder[key] = copy.deepcopy(value)
    with pytest.raises(ValueError, match=said):
        _checked(head)


def test_a_sum_over_no_period_is_nought_and_is_taken() -> None:
    head = _head()
    holder, key = _place(head, ("all", *SETTINGS, "chosen"))
    holder[key] = []
    _checked(head)


def test_a_constant_is_a_number_alone() -> None:
    nodes = [[None, [], "1", 0, "", "", "", "", 2.0]]
    check_node(nodes[0], nodes, LABELS)
    for at, value in ((DEFAULT, None), (DEFAULT, True), (DEFAULT, [1.0, 2.0]), (SERIES, 1)):
        wrong = copy.deepcopy(nodes)
        wrong[0][at] = value
        with pytest.raises(ValueError, match=r"neither a formula nor a number|no constant"):
            check_node(wrong[0], wrong, LABELS)


def test_formulas_that_nobody_can_read_are_refused() -> None:
    """Too many parts inside one another, and too many words when they are said."""
    deep = sound.DEEPEST
    check_parts(["row", *[""] * (deep - 1)], [*([i + 1] for i in range(deep - 1)), []])
    with pytest.raises(ValueError, match="nobody can read"):
        check_parts(["row", *[""] * deep], [*([i + 1] for i in range(deep)), []])
    doubled = 15  # each part says the next one twice: 2 to the 15th words and more
    check_parts(["row", *[""] * (doubled - 1)], [*([i + 1] * 2 for i in range(doubled - 1)), []])
    doubled = 17
    with pytest.raises(ValueError, match="nobody can read"):
        check_parts(
            ["row", *[""] * (doubled - 1)], [*([i + 1] * 2 for i in range(doubled - 1)), []]
        )


def test_parts_in_a_circle_are_refused_and_rows_in_one_are_not() -> None:
    check_parts(["a", "b"], [[1], [0]])
    check_parts(["a", ""], [[1], [0]])
    with pytest.raises(ValueError, match="a circle"):
        check_parts(["a", "", ""], [[1], [2], [1]])


@pytest.mark.parametrize(
    ("shape", "series", "fits"),
    [
        ((3,), True, True), ((1,), True, True), ((2, 3), True, True), ((), True, False),
        ((2,), True, False), ((3, 3), True, False), ((2, 2, 3), True, False), ((), False, True),
        ((2,), False, True), ((3,), False, False), ((2, 2), False, False),
    ],
)  # fmt: skip
def test_numbers_are_one_a_period_or_one_alone_by_branch_or_not(
    shape: tuple[int, ...], series: bool, fits: bool
) -> None:
    if fits:
        check_shape(shape, series, LABELS, paths=2)
        return
    with pytest.raises(ValueError, match="another number of"):
        check_shape(shape, series, LABELS, paths=2)
