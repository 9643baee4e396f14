"""Drivers: product, mix, price response, exact split of a change, gap shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.core.errors import QuantityError
from outlay.demand.drivers import Segment, mix_multiplier, price_response, reconcile

factor = st.floats(0.01, 100.0)


def test_users_times_sessions_times_messages_times_tokens() -> None:
    """420m queries a day of 13,500 tokens are 5.67 trillion."""
    one = np.ones(2)
    s = Segment(
        "chat",
        {"users": 1e8 * one, "sessions": 2.1 * one, "messages": 2 * one, "tokens": 13_500 * one},
    )
    assert s.tokens_per_day[0] == pytest.approx(5.67e12)


def test_mix_and_price_by_hand() -> None:
    mix = mix_multiplier(
        {"agent": [0.0, 0.1], "reasoning": [0.2, 0.4]}, {"agent": 20, "reasoning": 4}
    )
    np.testing.assert_allclose(mix, [1.6, 4.1])
    np.testing.assert_allclose(price_response([8, 2], -0.5), [1, 2])
    assert mix_multiplier({}, {}).tolist() == [1.0]


@given(
    st.lists(st.lists(st.tuples(factor, factor), min_size=1, max_size=4), min_size=1, max_size=3),
    st.tuples(factor, factor),
)
@settings(max_examples=50)
def test_the_parts_of_a_change_add_up_to_it(
    paths: list[list[tuple[float, float]]], series: tuple[float, float]
) -> None:
    segments = [
        Segment(f"s{i}", {f"d{j}": np.array(x) for j, x in enumerate(drivers)})
        for i, drivers in enumerate(paths)
    ]
    made = reconcile(segments, series)
    total = sum(c.tokens_per_day for c in made.contributions)
    scale = max(np.abs(made.explained).max(), *series)
    assert total == pytest.approx(series[1] - series[0], abs=1e-9 * scale)
    np.testing.assert_allclose(made.explained.sum(axis=0) + made.gap, series, rtol=1e-9)


def test_a_driver_that_stands_still_explains_nothing_and_the_gap_is_shown() -> None:
    s = Segment("chat", {"users": np.array([1.0, 2.0]), "tokens": np.array([5.0, 5.0])})
    made = reconcile([s], [6.0, 20.0])
    parts = {c.driver: c.tokens_per_day for c in made.contributions}
    assert parts["tokens"] == 0
    assert parts["users"] == pytest.approx(5)
    assert parts["unexplained"] == pytest.approx(9)
    np.testing.assert_allclose(made.gap_factor, [1.2, 2.0])


def test_impossible_drivers_are_refused() -> None:
    with pytest.raises(QuantityError, match="sum to at most 1"):
        mix_multiplier({"a": [0.7], "b": [0.6]}, {"a": 2, "b": 2})
    with pytest.raises(QuantityError, match="no token intensity"):
        mix_multiplier({"a": [0.7]}, {})
    with pytest.raises(QuantityError, match="above zero"):
        price_response([1.0, 0.0], -1)
    with pytest.raises(QuantityError) as caught:
        reconcile([Segment("s", {"a": np.array([1.0]), "b": np.array([0.0, 1.0])})], [1.0, 2.0])
    assert len(caught.value.problems()) == 2
