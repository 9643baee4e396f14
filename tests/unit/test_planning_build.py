"""A study as a planning problem: what each branch sees, where things may stand, what they cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from outlay.core.periods import Period
from outlay.planning.problem.types import PlanProblem
from outlay.planning.solver.solve import solve
from outlay.runs.pipeline.execute import prepare
from outlay.study.reading.loader import load
from support.small import SMALL, small_stages


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


def built(path: Path, *changes: str):
    return prepare(load(path, overrides=changes)).problem


def test_a_ceiling_of_the_rules_binds() -> None:
    capped = built(SMALL, "rules.ceilings={grid: {places: [CN], power: 2 MW}}")
    assert capped.ceilings[0].sites == ("inner",)
    assert (capped.ceilings[0].cap == 2).all()
    free, plan = solve(problem()), solve(capped)
    assert free.used_mw.max() > 2.1
    assert plan.used_mw.sum(axis=0).max() <= 2 * (1 + 1e-6)
    assert plan.objective > free.objective
    assert any(p.item == "rules.ceilings.grid" and p.binding for p in plan.prices)


BRANCHED = (
    # what the branch says, how its node array is found, before and after the reveal
    ("sites.inner.electricity: 0.57 CNY/kWh", lambda p: p.sites[0].tariff_kwh, 0.38, 0.57),
    ("sites.inner.rent: 100 CNY/kW-month", lambda p: p.sites[0].rent_kw_month, 0.0, 100.0),
    ("supply.h200-import.host: 90_000 CNY", lambda p: p.offers[0].host_cost, 60_000, 90_000),
    ("supply.rent-h20.rent: 9 CNY/chip-hour", lambda p: p.offers[2].rent_hour, 6.5, 9.0),
    ("supply.ascend-910c.price: 210_000 CNY", lambda p: p.offers[1].price, 190_000, 210_000),
    ("sites.inner.power: 60 MW", lambda p: p.sites[0].power_mw, 120, 60),
)


@pytest.mark.parametrize(
    ("said", "find", "before", "after"), BRANCHED, ids=[b[0] for b in BRANCHED]
)
def test_what_a_branch_changes_reaches_its_nodes_and_no_other(
    said: str, find: Callable[[PlanProblem], object], before: float, after: float, tmp_path: Path
) -> None:
    text = SMALL.read_text(encoding="utf-8")
    old = "refused: {supply.h200-import.cap: 0 chips"
    assert old in text
    path = tmp_path / "study.yaml"
    path.write_text(text.replace(old, f"{old}, {said}"), encoding="utf-8")
    p = built(path)
    refused = np.array([x.get("licence.h200") == "refused" for x in p.tree.labels])
    assert refused.any()
    assert not refused.all()
    np.testing.assert_allclose(find(p), np.where(refused, after, before))


def test_nodes_that_share_a_reading_have_what_each_reads_alone() -> None:
    from outlay.runs.pipeline.execute import prepare
    from outlay.study.model.fields import Schedule, amount_in
    from support.small import small_study

    seen = prepare(small_study("supply.ascend-910c.cap={2026-Q1: 100, 2026-Q3: 900}")).seen
    assert seen is not None

    def read(plan: Schedule | None, period: Period) -> float:
        return -1.0 if plan is None else amount_in(plan, period) or 0.0

    for name in seen.base.supply:
        found = seen.by_period(lambda s, name=name: s.supply[name].cap, read)  # type: ignore[misc]
        alone = [read(s.supply[name].cap, seen.period(n)) for n, s in enumerate(seen.nodes)]
        assert found.tolist() == alone
    assert len(set(seen.by_period(lambda s: s.supply["ascend-910c"].cap, read))) > 1
