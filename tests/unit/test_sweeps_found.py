"""What a sweep finds in its table: worked out by hand on tables that are made."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product

import numpy as np
import polars as pl
import pytest

from outlay.core.arrays import Array
from outlay.sweeps.asked.axes import Axis
from outlay.sweeps.asked.design import Design, design_of
from outlay.sweeps.cases import row_of
from outlay.sweeps.found import (
    answers_of,
    drivers_of,
    refusals_of,
    spreads_of,
    surface_of,
    surfaces_of,
)
from outlay.sweeps.table import frame_of

A = Axis("a", "grid", "USD", 2.0, (1.0, 2.0, 3.0), ("1", "2", "3"))
B = Axis("b", "list", "", "x", ("x", "y"), ("x", "y"))


def design(*axes: Axis, sample: int = 0) -> Design:
    return design_of(axes, {}, [(a.path,) for a in axes], sample, 5)


def table(made: Design, answer: Callable[..., dict[str, float] | str]) -> pl.DataFrame:
    """answer: of the values of a case its facts, or why it is refused."""
    rows = []
    for k in range(made.cases):
        values = made.case(k).values
        facts = answer(*values)
        if isinstance(facts, str):
            rows.append((k, row_of(k, values, "refused", facts, {})))
        else:
            rows.append((k, row_of(k, values, "optimal", "", facts)))
    return frame_of(made.axes, rows)


def test_the_table_has_a_row_a_case_in_order_whatever_the_journal_s() -> None:
    rows = [(k, row_of(k, (float(k), "x"), "optimal", "", {"objective": k * 1.0}))
            for k in (2, 0, 1)]  # fmt: skip
    frame = frame_of((A, B), rows)
    assert frame.columns == ["case", "status", "why", "a", "b", "objective"]
    assert frame["case"].to_list() == frame["objective"].to_list() == [0, 1, 2]
    later = frame_of((A, B), reversed(rows))
    assert frame.equals(later)


def test_columns_stand_in_one_order_and_what_a_case_lacks_is_null() -> None:
    facts = [{"capex.2027": 1.0, "objective": 2.0}, {"first_orders.b": 3.0, "new": 1.0}]
    frame = frame_of((), [(k, row_of(k, (), "optimal", "", f)) for k, f in enumerate(facts)])
    assert frame.columns[3:] == ["objective", "capex.2027", "first_orders.b", "new"]
    assert frame["capex.2027"].to_list() == [1.0, None]


def test_a_case_without_a_plan_is_a_row_with_its_reason_and_in_no_mean() -> None:
    made = design(A, B)

    def answer(a: float, b: str) -> dict[str, float] | str:
        return "no" if (a, b) == (3.0, "y") else {"objective": a}

    frame = table(made, answer)
    assert frame["status"].to_list() == ["optimal"] * 5 + ["refused"]
    (spread,) = spreads_of(frame, made.axes, "USD")
    assert (spread.least, spread.middle, spread.most) == (1.0, 2.0, 3.0)
    (reason,) = refusals_of(frame)
    assert (reason.status, reason.why, reason.cases, reason.first) == ("refused", "no", 1, 5)
    found = surface_of(frame, A, B, "objective", "USD")
    assert (found.xs, found.ys) == ((1.0, 2.0, 3.0), ("x", "y"))
    assert found.cells == ((1.0, 2.0, 3.0), (1.0, 2.0, None))
    assert found.without == ((0, 0, 0), (0, 0, 1))


def test_shares_are_those_of_the_variance_on_a_grid_without_a_meeting_of_inputs() -> None:
    levels = tuple(float(x) for x in range(10))
    one, other = (Axis(p, "grid", "1", None, levels, tuple(map(str, levels))) for p in "ab")
    made = design(one, other)
    frame = table(made, lambda a, b: {"order_now": 2 * a + b})
    first, second = drivers_of(frame, made, "USD")
    # Var(2a) : Var(b) = 4 : 1, less what chance gives
    assert (first.path, second.path) == ("a", "b")
    assert first.share == pytest.approx(0.8, abs=0.03)
    assert second.share == pytest.approx(0.2, abs=0.09)
    assert (first.at_low, first.at_high) == (4.5, 22.5)
    assert (second.at_low, second.at_high) == (9.0, 18.0)


def test_inputs_moved_alone_share_by_their_squared_swings() -> None:
    ends = [Axis(p, "ends", "USD", 2.0, (1.0, 4.0), ("1", "4")) for p in "ab"]
    made = design(*ends)
    frame = table(made, lambda a, b: {"order_now": 2 * a + b})
    first, second = drivers_of(frame, made, "USD")
    assert (first.share, second.share) == pytest.approx((0.8, 0.2))
    assert (first.at_low, first.at_high) == (4.0, 10.0)
    assert (second.at_low, second.at_high) == (5.0, 8.0)


def test_a_swing_is_counted_at_each_point_of_what_is_crossed() -> None:
    made = design(B, Axis("a", "ends", "USD", 2.0, (1.0, 4.0), ("1", "4")))
    frame = table(made, lambda b, a: {"order_now": a * (1 if b == "x" else 3)})
    found = {d.path: d for d in drivers_of(frame, made, "USD")}
    swing_a, swing_b = (3 + 9) / 2, 4.0  # of a at x and at y; of b where a stays
    total = swing_a**2 + swing_b**2
    assert found["a"].share == pytest.approx(swing_a**2 / total)
    assert found["b"].share == pytest.approx(swing_b**2 / total)


def test_draws_that_move_an_answer_are_told_from_those_that_do_not() -> None:
    drawn = [Axis(p, "drawn", "1", 0.5, (0.0, 1.0), ("0.0", "1.0")) for p in "abc"]
    made = design(*drawn, sample=400)
    frame = table(made, lambda a, b, c: {"order_now": 10 * a + b, "objective": c})
    order = [d for d in drivers_of(frame, made, "USD") if d.of == "order_now"]
    assert order[0].path == "a"
    assert order[0].share > 0.95
    assert order[2].share < 0.05
    assert order[0].at_low == pytest.approx(10 / 6 + 0.5, rel=0.05)
    assert order[0].at_high == pytest.approx(50 / 6 + 0.5, rel=0.05)
    pair = surfaces_of(frame, made, "USD")[0]
    assert (pair.x, pair.y, len(pair.xs)) == ("a", order[1].path, 6)
    assert pair.xs == pytest.approx([(i + 0.5) / 6 for i in range(6)])


def test_answers_that_stay_are_none_and_the_first_is_the_first_order() -> None:
    made = design(A, B)
    frame = table(made, lambda a, b: {"served_share": 1.0, "objective": a, "order_now": -a,
                                      "first_orders.o": 7.0, "first_orders.p": a,
                                      "capex.2026": a})  # fmt: skip
    assert answers_of(frame, made.axes) == (
        "order_now", "objective", "first_orders.p", "capex.2026",
    )  # fmt: skip
    empty = table(made, lambda a, b: "never")
    assert answers_of(empty, made.axes) == ()
    assert drivers_of(empty, made, "USD") == ()


def test_a_row_is_the_same_bytes_for_the_same_case() -> None:
    one = row_of(3, (1.5, "é"), "optimal", "", {"b": 0.1 + 0.2, "a": 1e300})
    assert one == row_of(3, (1.5, "é"), "optimal", "", {"a": 1e300, "b": 0.1 + 0.2})
    assert json.loads(one)["facts"]["b"] == 0.1 + 0.2
    with pytest.raises(ValueError, match="JSON compliant"):
        row_of(3, (), "optimal", "", {"a": float("nan")})


def test_offers_that_a_case_lacks_are_not_ordered() -> None:
    made = design(A)
    frame = table(made, lambda a: {"first_orders.o": a} if a > 1 else {"objective": 1.0})
    (spread,) = [s for s in spreads_of(frame, made.axes, "USD") if s.of == "first_orders.o"]
    assert (spread.least, spread.most) == (0.0, 3.0)


def means(values: Array, keys: list[tuple[object, ...]]) -> dict[tuple[object, ...], float]:
    return {k: float(np.mean([v for v, q in zip(values, keys, strict=True) if q == k]))
            for k in set(keys)}  # fmt: skip


def test_a_surface_is_the_mean_over_all_else() -> None:
    third = Axis("c", "grid", "1", None, (0.0, 1.0), ("0", "1"))
    made = design(A, B, third)
    frame = table(made, lambda a, b, c: {"objective": a * (2 if b == "y" else 1) + 10 * c})
    found = surface_of(frame, A, B, "objective", "USD")
    keys = [(a, b) for a, b, _ in product(A.values, B.values, third.values)]
    wanted = means(frame["objective"].to_numpy(), keys)
    assert found.cells == tuple(tuple(wanted[x, y] for x in A.values) for y in B.values)
