"""First in, first out: what leaves is what arrived, oldest first, and never twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.core.errors import InputError
from outlay.finance.book.vintages import leavers_by_vintage


def test_oldest_first_by_hand() -> None:
    arrived, left = np.array([10.0, 5, 0, 0]), np.array([0.0, 4, 8, 3])
    got = leavers_by_vintage(arrived, left)
    assert got[0].tolist() == [[0, 4, 6, 0]]
    assert got[1].tolist() == [[0, 0, 2, 3]]


def test_what_ends_by_itself_is_not_an_early_leaver() -> None:
    arrived, left = np.array([10.0, 5, 0, 0]), np.array([0.0, 3, 7, 5])
    got = leavers_by_vintage(arrived, left, term=2)
    assert got == {0: pytest.approx(np.array([[0, 3, 0, 0]]))}


def test_more_than_is_there() -> None:
    with pytest.raises(InputError, match="more leaves than is there"):
        leavers_by_vintage(np.array([1.0, 0]), np.array([0.0, 2]))
    with pytest.raises(InputError, match="more leaves"):  # not in the period of arrival
        leavers_by_vintage(np.array([1.0, 0]), np.array([1.0, 0]))


@given(st.integers(0, 2**31), st.integers(1, 8), st.integers(1, 3))
@settings(max_examples=60)
def test_departures_add_up(seed: int, periods: int, paths: int) -> None:
    rng = np.random.default_rng(seed)
    arrived = np.round(rng.uniform(0, 9, (paths, periods)))
    stock, left = np.zeros(paths), np.zeros((paths, periods))
    for t in range(periods):
        left[:, t] = np.floor(stock * rng.random(paths))
        stock = stock - left[:, t] + arrived[:, t]
    got = leavers_by_vintage(arrived, left)
    total = sum(got.values(), np.zeros((paths, periods)))
    np.testing.assert_allclose(total, left)
    for vintage, gone in got.items():
        assert (gone[:, : vintage + 1] == 0).all()
        assert (gone.sum(axis=1) <= arrived[:, vintage] + 1e-9).all()
