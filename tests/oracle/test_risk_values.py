"""Values of information against known answers; Sobol indices against closed form and SALib."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy.optimize import linprog

from outlay.core.errors import InfeasibleError, InvariantError, QuantityError
from outlay.risk.sensitivity import (
    given_data_indices,
    goal_seek,
    saltelli_sample,
    sobol_indices,
    tornado,
)
from outlay.risk.value import (
    partial_information,
    perfect_information,
    regret_table,
    sample_information,
    stochastic_values,
)


def newsvendor(price: float, cost: float):  # type: ignore[no-untyped-def]
    """Order x at `cost` before demand d is seen, sell min(x, d) at `price`; costs = -profit."""

    def solve(
        demands: Sequence[float], p: Sequence[float], fixed: float | None
    ) -> tuple[float, float]:
        n = len(demands)
        c = np.r_[cost, -price * np.asarray(p)]
        A = np.hstack([-np.ones((n, 1)), np.eye(n)])
        bounds = [(fixed, fixed) if fixed is not None else (0, None)]
        bounds += [(0, float(d)) for d in demands]
        best = linprog(c, A_ub=A, b_ub=np.zeros(n), bounds=bounds, method="highs")
        return float(best.fun), float(best.x[0])

    return solve


def test_two_point_newsvendor_by_hand() -> None:
    """Demand 50 or 150, even odds; price 10, cost 4, so the critical ratio is 0.6 and x* = 150.

    Recourse -(0.5 x 500 + 0.5 x 1500 - 600) = -400. Wait and see -(6 x 100) = -600: EVPI 200.
    Mean demand 100: x = 100, -(0.5 x 500 + 0.5 x 1000 - 400) = -350: VSS 50.
    """
    v = stochastic_values(newsvendor(10, 4), [50, 150], [0.5, 0.5], 100.0)
    assert v.recourse == pytest.approx(-400, abs=1e-9)
    assert v.decision == pytest.approx(150, abs=1e-9)
    assert v.wait_and_see == pytest.approx(-600, abs=1e-9)
    assert v.evpi == pytest.approx(200, abs=1e-9)
    assert v.vss == pytest.approx(50, abs=1e-9)


def test_a_scenario_of_probability_zero_changes_nothing() -> None:
    a = stochastic_values(newsvendor(10, 4), [50, 150], [0.5, 0.5], 100.0)
    b = stochastic_values(newsvendor(10, 4), [50, 9e9, 150], [0.5, 0.0, 0.5], 100.0)
    assert b.evpi == pytest.approx(a.evpi, abs=1e-9)
    assert b.vss == pytest.approx(a.vss, abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_values_are_never_negative_and_bounded_on_random_problems(seed: int) -> None:
    rng = np.random.default_rng(seed)
    demands = rng.uniform(0, 100, size=5)
    p = rng.dirichlet(np.ones(5))
    cost = rng.uniform(0.5, 9.5)
    v = stochastic_values(newsvendor(10, cost), demands.tolist(), p.tolist(), float(p @ demands))
    assert v.evpi >= 0
    assert v.vss >= 0
    assert v.wait_and_see <= v.recourse + 1e-9 <= v.expected_value + 2e-9


def test_licence_table_by_hand() -> None:
    """Buy import (cost 60 if granted, 140 if refused) or domestic (100 always), granted 0.35.

    Expected 112 and 100: domestic. Known: 0.35 x 60 + 0.65 x 100 = 86. EVPI 14. A signal right
    nine times in ten: says granted in 0.38 of cases, of which 0.315 are; import then costs
    0.315 x 60 + 0.065 x 140 = 28.0 against 38; 28.0 + 62 = 90.0: worth 10.0.
    """
    cost = np.array([[60.0, 140.0], [100.0, 100.0]])
    p = [0.35, 0.65]
    assert perfect_information(cost, p) == pytest.approx(14.0, abs=1e-9)
    signal = np.array([[0.9, 0.1], [0.1, 0.9]])
    assert sample_information(cost, p, signal) == pytest.approx(10.0, abs=1e-9)
    assert sample_information(cost, p, np.eye(2)) == pytest.approx(14.0, abs=1e-9)
    assert sample_information(cost, p, np.full((2, 2), 0.5)) == pytest.approx(0.0, abs=1e-9)
    table = regret_table(["import", "domestic"], ["granted", "refused"], cost, p)
    assert table.cheapest == "domestic"
    assert table.safest == "import"  # 40 against 40: the first of equals
    np.testing.assert_array_equal(table.regret, [[0, 40], [40, 0]])


def test_knowing_one_factor_lies_between_nothing_and_everything() -> None:
    rng = np.random.default_rng(3)
    cost, p = rng.normal(size=(4, 6)), [1 / 6] * 6
    whole = perfect_information(cost, p)
    part = partial_information(cost, p, [0, 0, 1, 1, 2, 2])
    assert 0 <= part <= whole
    assert partial_information(cost, p, [0] * 6) == 0
    assert partial_information(cost, p, range(6)) == pytest.approx(whole, abs=1e-12)


def test_a_solver_that_breaks_the_inequalities_is_caught() -> None:
    def broken(s: Sequence[float], p: Sequence[float], x: float | None) -> tuple[float, float]:
        return (10.0 if len(s) == 1 else 5.0), 0.0

    values = stochastic_values(broken, [1.0, 2.0], [0.5, 0.5], 1.5)
    with pytest.raises(InvariantError, match="EVPI"):
        _ = values.evpi


def test_bad_probabilities_are_refused() -> None:
    with pytest.raises(QuantityError):
        perfect_information(np.eye(2), [0.5, 0.6])
    with pytest.raises(QuantityError):
        sample_information(np.eye(2), [0.5, 0.5], np.ones((2, 2)))


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami_indices_are_within_two_per_cent() -> None:
    """Closed form, a = 7, b = 0.1 (Ishigami & Homma 1990)."""
    V1 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2
    V2 = 7**2 / 8
    V13 = 0.1**2 * np.pi**8 * (1 / 18 - 1 / 50)
    V = V1 + V2 + V13
    x = saltelli_sample(2**14, 3, seed=1) * 2 * np.pi - np.pi
    got = sobol_indices(ishigami(x), 3)
    np.testing.assert_allclose(got.first, [V1 / V, V2 / V, 0], atol=0.01)
    np.testing.assert_allclose(got.total, [(V1 + V13) / V, V2 / V, V13 / V], rtol=0.02)


def test_indices_equal_salib_on_the_same_points() -> None:
    from SALib.analyze import sobol as salib

    k, n = 3, 512
    x = saltelli_sample(n, k, seed=5)
    y = ishigami(x * 2 * np.pi - np.pi)
    ours = sobol_indices(y, k)
    blocks = y.reshape(k + 2, n)  # SALib's order: A, A_B^1 .. A_B^k, B by sample
    theirs = salib.analyze(
        {"num_vars": k, "names": ["a", "b", "c"], "bounds": [[0, 1]] * k},
        np.concatenate([blocks[:1], blocks[2:], blocks[1:2]]).T.ravel(),
        calc_second_order=False,
        num_resamples=2,
        seed=0,
    )
    # SALib centres by all evaluations, we by A and B alone: a difference of order 1/n.
    np.testing.assert_allclose(ours.first, theirs["S1"], atol=0.01)
    np.testing.assert_allclose(ours.total, theirs["ST"], rtol=1e-10)


def test_indices_from_given_worlds_find_the_variance_shares() -> None:
    x = np.random.default_rng(0).normal(size=(4000, 4))
    y = 3 * x[:, 0] + 2 * x[:, 1] + np.sqrt(3) * x[:, 2]
    share = given_data_indices(x, y)
    np.testing.assert_allclose(share, [9 / 16, 4 / 16, 3 / 16, 0], atol=0.03)
    assert (given_data_indices(x, np.ones(4000)) == 0).all()
    states = (x[:, :1] > 0.5).astype(float)
    p = states.mean()
    step = given_data_indices(states, 2 * states[:, 0] + x[:, 1])
    assert step[0] == pytest.approx(4 * p * (1 - p) / (4 * p * (1 - p) + 1), abs=0.03)


def test_tornado_is_sorted_and_exact_for_a_sum() -> None:
    bars = tornado(
        lambda v: 3 * v["a"] - v["b"] + 2,
        {"a": 1.0, "b": 1.0},
        {"b": (0.0, 2.0), "a": (0.5, 1.5)},
    )
    assert [(b.factor, b.at_low, b.at_high, b.base) for b in bars] == [
        ("a", 2.5, 5.5, 4.0),
        ("b", 5.0, 3.0, 4.0),
    ]


@pytest.mark.parametrize(
    ("f", "low", "high", "root"),
    [
        (lambda x: x**3, -1.0, 3.0, 2.0),
        (lambda x: 100 - 46 * x, 0.0, 5.0, 2.0),
        (lambda x: np.exp(x), -9.0, 9.0, np.log(8.0)),
        (lambda x: 0.0 if x < 1.25 else 9.0, 0.0, 3.0, 1.25),
    ],
)
def test_goal_seek_finds_the_value(f, low: float, high: float, root: float) -> None:  # type: ignore[no-untyped-def]
    assert goal_seek(f, 8.0, low, high) == pytest.approx(root, abs=1e-8)


def test_goal_seek_says_when_nothing_reaches_the_target() -> None:
    with pytest.raises(InfeasibleError, match="nothing between 0 and 1"):
        goal_seek(lambda x: x, 8.0, 0.0, 1.0)
