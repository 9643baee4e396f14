"""Goal seek: roots, jumps and ends are found within the count; what cannot be is said."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.core.errors import InfeasibleError, InputError, SolverError
from outlay.risk.goal import goal_seek


@pytest.mark.parametrize(
    ("answer", "target", "low", "high", "root"),
    [
        (lambda x: x**3, 8.0, -1.0, 3.0, 2.0),
        (lambda x: 100 - 46 * x, 8.0, 0.0, 5.0, 2.0),
        (math.exp, 8.0, -9.0, 9.0, math.log(8.0)),
        (lambda x: x - 2.0, 0.0, 0.0, 5.0, 2.0),
        (lambda x: max(x, 3.0) * 1e12, 4e12, 0.0, 100.0, 4.0),
        (lambda x: x, 8.0, 8.0, 9.0, 8.0),
    ],
)
def test_the_value_is_found_in_few_answers(
    answer: Callable[[float], float], target: float, low: float, high: float, root: float
) -> None:
    found = goal_seek(answer, target, low, high)
    assert not found.jumps
    assert found.value == pytest.approx(root, abs=1e-5)
    assert found.answer == answer(found.value)
    assert found.answer == pytest.approx(target, rel=2e-5, abs=1e-5)
    assert len(found.tried) <= 12
    assert found.tried[0] == (low, answer(low))


@given(st.floats(-4, 4), st.floats(0.1, 9), st.booleans(), st.integers(1, 7))
def test_any_odd_power_is_inverted(root: float, slope: float, falls: bool, power: int) -> None:
    sign = -1 if falls else 1
    found = goal_seek(
        lambda x: sign * slope * math.copysign(abs(x - root) ** power, x - root), 0.0, -5.0, 6.0
    )
    assert found.low <= root <= found.high
    assert abs(found.answer) <= 1e-6 * slope * (abs(6 - root) ** power + abs(5 + root) ** power)


def test_a_jump_is_closed_to_and_said() -> None:
    found = goal_seek(lambda x: 0.0 if x < 1.25 else 9.0, 8.0, 0.0, 3.0)
    assert found.jumps
    assert found.low < 1.25 <= found.high
    assert found.high - found.low <= 3e-6
    assert (found.value, found.answer) == (found.high, 9.0)  # the nearer of both sides


@pytest.mark.parametrize(("target", "look"), [(8.0, "look above 1"), (-8.0, "look below 0")])
def test_a_target_out_of_reach_names_both_ends_and_the_side(target: float, look: str) -> None:
    with pytest.raises(InfeasibleError, match="nothing between 0 and 1") as caught:
        goal_seek(lambda x: x, target, 0.0, 1.0)
    (problem,) = caught.value.conflicts
    assert (problem.value, problem.allowed) == ("0 at 0, 1 at 1", "0 to 1")
    assert problem.hint == look


def test_an_answer_that_does_not_move_is_said() -> None:
    with pytest.raises(InfeasibleError) as caught:
        goal_seek(lambda x: 5.0, 8.0, 0.0, 1.0)
    assert "does not move" in caught.value.conflicts[0].hint


def test_an_answer_that_turns_is_refused_with_what_was_tried() -> None:
    with pytest.raises(InputError, match="turns between 0 and 3") as caught:
        goal_seek(lambda x: (x - 1) ** 2, 2.0, 0.0, 3.0)
    assert "4 at 3" in caught.value.problems()[0].value


def test_too_few_answers_and_no_number_say_what_was_tried() -> None:
    asked: list[float] = []

    def steep(x: float) -> float:
        asked.append(x)
        return x**9

    with pytest.raises(SolverError, match="not reached with 3 answers") as caught:
        goal_seek(steep, 8.0, 0.0, 9.0, most=3)
    assert "0 at 0" in str(caught.value)
    assert len(asked) == 3
    with pytest.raises(SolverError, match="no answer at 0; tried: nan at 0"):
        goal_seek(lambda x: math.nan, 8.0, 0.0, 9.0)


@pytest.mark.parametrize(
    ("low", "high"), [(1.0, 1.0), (2.0, 1.0), (math.nan, 1.0), (0.0, math.inf)]
)
def test_an_empty_range_is_refused(low: float, high: float) -> None:
    with pytest.raises(InputError, match="range from low to high"):
        goal_seek(lambda x: x, 0.5, low, high)
