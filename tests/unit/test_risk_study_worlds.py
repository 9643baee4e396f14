"""A study's uncertainty as worlds: what acts on what, signs of correlation, what is left out."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from outlay.risk.of_plan import plan_outlook
from outlay.risk.worlds.effects import ENTRIES, Effect
from outlay.risk.worlds.of_study import _ACTS, StudyWorlds, study_worlds
from outlay.study.checks.branches import rules
from outlay.study.model.study import Study
from support.small import small_run, small_stages


@cache
def stages() -> Any:
    return small_stages()


def worlds_of(
    uncertainty: dict[str, Any], correlations: list[Any] | None = None, capacity: bool = False
) -> StudyWorlds:
    s = stages()
    part = Study.model_construct(**{**dict(s.loaded.study), **_parsed(uncertainty, correlations)})
    return study_worlds(part, s.problem, s.demand, s.capacity if capacity else None)


def lognormal(sigma: str, *applies_to: str) -> dict[str, Any]:
    return {"distribution": "lognormal", "sigma": sigma, "applies_to": list(applies_to)}


def _parsed(uncertainty: dict[str, Any], correlations: list[Any] | None) -> dict[str, Any]:
    from pydantic import TypeAdapter

    from outlay.study.model.study import Correlation, Uncertain

    return {
        "uncertainty": {
            k: TypeAdapter(Uncertain).validate_python(v) for k, v in uncertainty.items()
        },
        "correlations": [Correlation.model_validate(c) for c in correlations or []],
    }


LICENCE = {
    "reveal": "2026-Q2",
    "states": {"granted": "35 %", "capped": "30 %", "refused": "35 %"},
}


def offers() -> list[str]:
    return [o.id for o in stages().problem.offers]


def test_prices_rents_and_performance_find_what_they_act_on() -> None:
    name = next(iter(stages().loaded.study.supply))
    made = worlds_of(
        {
            "price": lognormal("12 %", f"supply.{name}.price"),
            "rent": lognormal("18 %/year", f"supply.{name}.rent"),
            "speed": lognormal("30 %", "performance.domestic_factor"),
        }
    )  # fmt: skip
    kinds = {e.factor: e for e in made.settings.effects}
    assert kinds["price"].kind == "price"
    assert name in kinds["price"].items
    assert kinds["rent"].kind == "rent"
    assert set(kinds["speed"].items) == {c.id for c in stages().problem.chips if c.domestic}
    assert made.model.factors["rent"].per_year
    assert not made.model.factors["price"].per_year
    assert made.notes == ()


def test_a_factor_multiplies_what_its_path_pays_and_nothing_beside() -> None:
    made = worlds_of(
        {
            "hall": lognormal("10 %", "sites.inner.rent"),
            "build": lognormal("10 %", "sites.inner.expand.capex"),
            "power": lognormal("10 %", "sites.inner.electricity"),
            "host": lognormal("10 %", "supply.h200-import.host"),
            "volume": lognormal("10 %", "services.chat.growth"),
            "tokens": lognormal("10 %", "services.chat.tokens_per_day"),
            "larger": lognormal("10 %", "services.chat.compute"),
        }
    )
    found = {e.factor: (e.kind, e.items, e.entries) for e in made.settings.effects}
    assert found == {
        "hall": ("money", ("inner",), ("site_rent",)),
        "build": ("money", ("inner",), ("expansion", "residual")),
        "power": ("energy", ("inner",), ()),
        "host": ("host", ("h200-import",), ()),
        "volume": ("demand", ("chat",), ()),
        "tokens": ("demand", ("chat",), ()),
        "larger": ("work", ("chat",), ()),
    }
    assert made.notes == ()


def test_what_the_table_calls_multiplied_acts_on_a_plan() -> None:
    said = {r.field.replace(".*", "") for r in rules().values() if r.sampled == "multiplied"}
    assert said == {*_ACTS, "performance.domestic_factor"}


def test_a_delay_is_of_what_its_path_names() -> None:
    late = {"distribution": "exponential", "mean": 1}
    paths = ["supply.h200-import.lead", "sites.inner"]
    (effect,) = worlds_of({"late": {**late, "applies_to": paths}}).settings.effects
    assert (effect.kind, effect.items) == ("delay", ("h200-import", "inner"))


def test_a_currency_pair_acts_on_what_is_paid_in_it() -> None:
    made = worlds_of({"usdcny": {"distribution": "lognormal", "sigma": "4 %/year"}})
    by_entries = {e.entries: set(e.items) for e in made.settings.effects}
    assert all(e.kind == "money" for e in made.settings.effects)
    # 20,000 USD a chip, while its host is paid in CNY, as are the domestic chip and the rent
    assert by_entries == {ENTRIES["price"]: {"h200-import"}}


def test_what_changes_nothing_is_said() -> None:
    made = worlds_of(
        {
            "weather": {"distribution": "normal", "sigma": "10 %"},
            "odd": lognormal("10 %", "budget.capex"),
            "eurjpy": {"distribution": "lognormal", "sigma": "4 %"},
        }
    )
    assert made.settings.effects == ()
    assert len(made.notes) == 3


def test_a_state_correlation_takes_the_side_of_its_state() -> None:
    price = lognormal("12 %", "supply.x.price")
    made = worlds_of(
        {"licence": {**LICENCE, "in_tree": False}, "price": price},
        [{"between": ["licence=granted", "price"], "rank": -0.3}],
    )
    assert made.model.rank == {("licence", "price"): 0.3}
    turned = worlds_of(
        {"licence": {**LICENCE, "in_tree": False}, "price": price},
        [{"between": ["licence=refused", "price"], "rank": -0.3}],
    )
    assert turned.model.rank == {("licence", "price"): -0.3}


NAME = "h200-import"


@pytest.mark.parametrize(
    "cap",
    [{f"supply.{NAME}.cap": 0}, {"supply": {NAME: {"cap": "0 chips"}}},
     {f"supply.{NAME}": {"cap": {"2026-Q1": 0, "2026-Q3": "0 chips"}}}],
    ids=str,
)  # fmt: skip
def test_a_door_closed_outside_the_tree_stops_deliveries_from_its_day(cap: dict[str, Any]) -> None:
    name = NAME
    made = worlds_of(
        {
            "access": {
                "reveal": "2026-Q3",
                "in_tree": False,
                "states": {"open": "85 %", "shut": "15 %"},
                "effect": {"shut": cap},
            }
        }
    )
    (effect,) = made.settings.effects
    assert effect == Effect("access", "closed", effect.items, 1, 2)
    assert name in effect.items


def test_each_chip_brings_its_own_interval_unless_the_study_speaks_of_it() -> None:
    made = worlds_of({}, capacity=True)
    chips = {c.id for c in stages().problem.chips}
    rates = {e.items[0] for e in made.settings.effects if e.factor.startswith("rate.")}
    assert rates
    assert rates <= chips
    for name, marginal in made.model.factors.items():
        assert marginal.sigma > 0, name
    whole = worlds_of({"speed": lognormal("30 %", "performance.factor")}, capacity=True)
    assert set(whole.model.factors) == {"speed"}


def test_the_outlook_of_a_run_is_that_of_its_plan_for_any_workers() -> None:
    run = small_run()
    study = run.loaded.study
    one = plan_outlook(study, run.plan, run.demand, run.capacity, n=60, seed=3)
    two = plan_outlook(study, run.plan, run.demand, run.capacity, n=60, seed=3, workers=2)
    assert one == two
    other = plan_outlook(study, run.plan, run.demand, run.capacity, n=60, seed=4)
    assert other != one


def test_without_uncertainty_every_world_is_the_plan() -> None:
    run = small_run()
    study = run.loaded.study
    none = Study.model_construct(**{**dict(study), "uncertainty": {}, "correlations": []})
    made = study_worlds(none, run.plan.problem, run.demand)
    assert made.model.factors == {}
    calm = replace(made.settings, demand=None, demand_factor="")
    from outlay.risk.policy.policy import PlanPolicy
    from outlay.risk.worlds.worlds import draw_worlds

    policy = PlanPolicy(run.plan, calm)
    got = policy.evaluate(draw_worlds(made.model, 3, 0))[:, 0]
    tree = run.plan.problem.tree
    likeliest = int(np.argmax(tree.probability[tree.leaves]))
    assert got == pytest.approx([run.plan.leaf_cost[likeliest]] * 3)
