"""Worlds: marginals, rank correlation, streams; the same bits for any order and workers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from outlay.core.errors import QuantityError
from outlay.risk.outlook import chance, make_outlook
from outlay.risk.policy.evaluate import evaluate_worlds
from outlay.risk.types import Promise
from outlay.risk.worlds.marginals import Marginal
from outlay.risk.worlds.worlds import WorldModel, draw_worlds
from support.risk_policies import DiesInAWorker, Sum

MODEL = WorldModel(
    {
        "price": Marginal("lognormal", mean=1.0, sigma=0.12),
        "rent": Marginal("lognormal", mean=1.0, sigma=0.18, per_year=True),
        "demand": Marginal("normal", mean=0.0, sigma=1.0),
        "licence": Marginal("states", probabilities=(0.35, 0.3, 0.35)),
        "delay": Marginal("exponential", mean=0.5),
        "video": Marginal("uniform", low=1.0, high=3.0),
        "yield": Marginal("triangular", mean=0.8, low=0.5, high=1.0),
    },
    {("demand", "price"): 0.3, ("demand", "rent"): 0.5, ("licence", "price"): -0.3},
    years=(0.125, 0.375, 0.625, 0.875),
)


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("price", stats.lognorm(0.12, scale=np.exp(-(0.12**2) / 2))),
        ("demand", stats.norm()),
        ("delay", stats.expon(scale=0.5)),
        ("video", stats.uniform(1, 2)),
        ("yield", stats.triang(0.6, 0.5, 0.5)),
    ],
)
def test_each_factor_follows_its_law(name: str, law) -> None:  # type: ignore[no-untyped-def]
    sample = draw_worlds(MODEL, 4000, seed=2)[name]
    assert stats.kstest(sample, law.cdf).pvalue > 1e-3


def test_states_come_as_often_as_said_and_prices_do_not_drift() -> None:
    worlds = draw_worlds(MODEL, 20_000, seed=1)
    share = np.bincount(worlds["licence"].astype(int)) / 20_000
    np.testing.assert_allclose(share, [0.35, 0.3, 0.35], atol=0.012)
    assert worlds["price"].mean() == pytest.approx(1.0, abs=0.004)
    np.testing.assert_allclose(worlds.path["rent"].mean(axis=0), 1.0, atol=0.006)


def test_rank_correlations_are_those_asked_for() -> None:
    worlds = draw_worlds(MODEL, 20_000, seed=4)
    for (a, b), rho in MODEL.rank.items():
        if "licence" not in (a, b):
            got = stats.spearmanr(worlds[a], worlds[b]).statistic
            assert got == pytest.approx(rho, abs=0.025)
    assert abs(stats.spearmanr(worlds["video"], worlds["price"]).statistic) < 0.025


def test_a_path_spreads_with_the_root_of_time_and_has_independent_steps() -> None:
    worlds = draw_worlds(MODEL, 20_000, seed=6)
    logs = np.log(worlds.path["rent"])
    np.testing.assert_allclose(logs.std(axis=0), 0.18 * np.sqrt(MODEL.years), rtol=0.03)
    steps = np.diff(logs, axis=1)
    assert abs(np.corrcoef(steps[:, 0], steps[:, 2])[0, 1]) < 0.03
    np.testing.assert_allclose(steps.std(axis=0), 0.18 * 0.5, rtol=0.03)


@given(st.integers(1, 90), st.integers(0, 10**6))
@settings(max_examples=15)
def test_a_world_does_not_depend_on_how_many_are_drawn(n: int, seed: int) -> None:
    few, many = draw_worlds(MODEL, n, seed), draw_worlds(MODEL, n + 37, seed)
    assert np.array_equal(few.value, many.value[:n])
    assert np.array_equal(few.path["rent"], many.path["rent"][:n])


def test_naming_factors_in_another_order_changes_nothing() -> None:
    turned = WorldModel(dict(reversed(MODEL.factors.items())), MODEL.rank, MODEL.years)
    a, b = draw_worlds(MODEL, 200, 3), draw_worlds(turned, 200, 3)
    for name in MODEL.factors:
        np.testing.assert_allclose(a[name], b[name], rtol=1e-9)


def test_same_bits_for_any_order_and_one_or_two_workers() -> None:
    worlds = draw_worlds(MODEL, 530, seed=9)  # more than a process is handed at once
    plain = evaluate_worlds(Sum(), worlds)
    order = np.random.default_rng(0).permutation(530)
    assert np.array_equal(plain, evaluate_worlds(Sum(), worlds, order=order.tolist()))
    assert np.array_equal(plain, evaluate_worlds(Sum(), worlds, workers=2))


def test_a_killed_worker_costs_time_and_no_result() -> None:
    worlds = draw_worlds(MODEL, 520, seed=9)
    got = evaluate_worlds(DiesInAWorker(), worlds, workers=2)
    assert np.array_equal(got, evaluate_worlds(Sum(), worlds))


def test_outlook_says_what_the_worlds_say() -> None:
    outlook = make_outlook(
        Sum(), MODEL, n=2000, seed=5, low_is_worse=["served"], units={"cost": "CNY"},
        promises=[Promise("budget", "cost", 9.0, "above"), Promise("slo", "served", 0.5, "below")],
    )  # fmt: skip
    cost = evaluate_worlds(Sum(), draw_worlds(MODEL, 2000, 5))[:, Sum().outputs.index("cost")]
    d = next(x for x in outlook.distributions if x.name == "cost")
    assert d.mean == pytest.approx(cost.mean(), rel=1e-12)
    assert d.p50 == pytest.approx(np.median(cost))
    assert d.p95 == pytest.approx(np.quantile(cost, 0.95))
    assert outlook.probabilities[0].probability == pytest.approx((cost > 9).mean())
    assert outlook.probabilities[1].probability == pytest.approx(np.exp(-2), abs=0.03)
    assert {b.factor for b in outlook.tornado[:2]} == {"price", "rent"}
    price = next(b for b in outlook.tornado if b.factor == "price")
    law = stats.lognorm(0.12, scale=np.exp(-(0.12**2) / 2))
    low, middle, high = law.ppf([0.1, 0.5, 0.9])
    assert (price.low_value, price.high_value) == pytest.approx((low, high))
    assert price.at_low - price.base == pytest.approx(3 * (low - middle))
    assert price.at_high - price.base == pytest.approx(3 * (high - middle))
    assert outlook.drivers[0].share > 0.2
    assert next(x for x in outlook.drivers if x.output == "served").factor == "delay"
    assert outlook.tornado[-1].swing == 0


def test_chance_of_an_exactly_kept_promise_is_zero() -> None:
    got = chance(Promise("b", "x", 5.0, "above"), np.array([5.0, 5.0 + 1e-12, 4.0, 7.0]))
    assert got.probability == 0.25
    assert got.mean_excess == pytest.approx(2.0)


@pytest.mark.parametrize(
    "model",
    [
        WorldModel({"a": Marginal("lognormal", sigma=-1)}),
        WorldModel({"a": Marginal("states", probabilities=(0.5, 0.6))}),
        WorldModel({"a": Marginal("uniform", low=2, high=1)}),
        WorldModel({"a": Marginal("normal", mean=float("nan"))}),
        WorldModel({"a": Marginal("uniform", low=0, high=1, per_year=True)}),
        WorldModel({"a": Marginal("normal"), "b": Marginal("normal")}, {("a", "c"): 0.1}),
        WorldModel({"a": Marginal("normal"), "b": Marginal("normal")}, {("a", "b"): 1.1}),
        WorldModel(
            {k: Marginal("normal") for k in "abc"},
            {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9},
        ),
    ],
)
def test_impossible_uncertainty_is_refused(model: WorldModel) -> None:
    with pytest.raises(QuantityError):
        draw_worlds(model, 3, 0)
