"""A study as a planning problem: what each branch sees, where things may stand, what they cost."""

from __future__ import annotations

import numpy as np
import pytest

from support.small import small_stages


def problem():
    return small_stages().problem


def offer(name: str):
    return next(o for o in problem().offers if o.id == name)


def test_a_refused_licence_is_a_cap_of_zero_from_its_reveal_on() -> None:
    p = problem()
    cap = offer("h200-import").delivery_cap
    for n, labels in enumerate(p.tree.labels):
        refused = labels.get("licence.h200") == "refused"
        assert cap[n] == (0 if refused else 20_000)
    assert any(labels.get("licence.h200") == "refused" for labels in p.tree.labels)
    assert "licence.h200" not in p.tree.labels[0]  # not known in the first quarter


def test_prices_are_in_the_study_currency_at_its_date() -> None:
    # 20,000 USD at the rate of December 2025, about 7.04
    assert offer("h200-import").price[0] == pytest.approx(20_000 * 7.04, rel=0.005)
    assert offer("ascend-910c").price[0] == 190_000


def test_power_and_its_expansion_are_in_megawatts() -> None:
    site = problem().sites[0]
    assert (site.power_mw == 120).all()
    assert site.expansion is not None
    # the first 50 MW may be energised in 2026-Q3, so ordered two quarters earlier, in 2026-Q1
    assert site.expansion.cap_mw[0] == 50
    assert site.expansion.cost_per_w[0] == 29


def test_demand_before_the_reveal_is_the_expected_one() -> None:
    stages = small_stages()
    mean = np.einsum("s,stlk->tlk", stages.demand.probabilities, stages.demand.rate)
    np.testing.assert_allclose(stages.problem.demand[:, :, 0], mean[0])


def test_budgets_fall_in_their_fiscal_year() -> None:
    budgets = {b.id: b for b in problem().budgets}
    assert budgets["capex 2026"].amount == 16e9
    assert budgets["capex 2026"].periods == (0, 1, 2, 3)
    assert budgets["processors 2026"].classes == ("processors",)
