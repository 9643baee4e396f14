"""Charts of risk and demand are valid, drawn offline, and say their numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from outlay.demand.document import forecast_document
from outlay.demand.figures import fan_chart, record_chart, shape_chart
from outlay.demand.forecast import forecast
from outlay.demand.public import public_series
from outlay.demand.scoring import rolling_origin
from outlay.demand.shape import shape
from outlay.risk.compare import compare_plans
from outlay.risk.figures import (
    chances_chart,
    distribution_chart,
    drivers_chart,
    fan_of_outcomes,
    regret_heat,
    tornado_chart,
)
from outlay.risk.marginals import Marginal
from outlay.risk.outlook import make_outlook
from outlay.risk.types import Promise
from outlay.risk.value import regret_table
from outlay.risk.worlds import WorldModel, Worlds
from support.risk_policies import Sum

MODEL = WorldModel(
    {
        "price": Marginal("lognormal", sigma=0.2),
        "rent": Marginal("lognormal", sigma=0.2, per_year=True),
        "demand": Marginal("normal", mean=0.0, sigma=1.0),
        "licence": Marginal("states", probabilities=(0.4, 0.6)),
        "delay": Marginal("exponential", mean=0.5),
    },
    years=(0.5, 1.5),
)


def drawn(spec: dict[str, Any]) -> str:
    import vl_convert

    svg = str(vl_convert.vegalite_to_svg(spec))
    assert svg.startswith("<svg")
    return svg


class ByYear(Sum):
    outputs = ("capex/2026", "capex/2027")


def test_every_chart_of_an_outlook_is_drawn() -> None:
    made = make_outlook(Sum(), MODEL, n=80, promises=[Promise("budget", "cost", 6.0, "above")])
    body = made.to_document()
    assert "price" in drawn(tornado_chart(body))
    assert "budget" in drawn(chances_chart(body))
    drawn(distribution_chart("cost", made.samples["cost"].tolist(), "CNY"))
    assert "delay" in drawn(drivers_chart(body, "served"))
    fan = fan_of_outcomes(make_outlook(ByYear(), MODEL, n=80).to_document(), "capex")
    assert "2027" in drawn(fan)
    calm = make_outlook(Sum(), WorldModel({**MODEL.factors}, years=MODEL.years), n=20).to_document()
    drawn(tornado_chart({**calm, "tornado": []}))


def test_the_regret_heat_table_shows_each_cell_and_names_the_choice() -> None:
    table = regret_table(
        ["buy", "wait"], ["granted", "refused"], np.array([[1, 9.0], [4, 5]]), [0.5, 0.5]
    )
    spec = regret_heat(table)
    assert len(spec["data"]["values"]) == 4
    assert "least worst regret: wait" in spec["title"]["subtitle"]
    drawn(spec)


def test_forecast_charts_are_drawn_with_sources_and_limits() -> None:
    made = forecast(public_series("bytedance-tokens"), months=36, n_paths=300)
    body = forecast_document(made, rolling_origin(made.series, n_paths=100), seed=0).to_json()
    assert "hao.cnyes.com" in str(fan_chart(body))
    drawn(fan_chart(body))
    drawn(record_chart(body))
    assert "office" in drawn(shape_chart([shape("office"), shape("pooled")]))
    blind = {**body, "informative_until": None}
    assert "almost nothing" in fan_chart(blind)["title"]["subtitle"]
    drawn(fan_chart(blind))


class Dearer(Sum):
    """Costs one more where the licence is granted, one less where it is refused."""

    def evaluate(self, worlds: Worlds) -> np.ndarray:
        out = super().evaluate(worlds)
        out[:, 0] += np.where(worlds["licence"] == 0, 1.0, -1.0)
        return out


def test_plans_are_compared_in_the_same_worlds() -> None:
    made = compare_plans(
        {"plain": Sum(), "other": Dearer()}, MODEL, ("licence",),
        states={"licence": ("granted", "refused")}, n=400, seed=2,
    )  # fmt: skip
    assert made.regret.scenarios == ("licence=granted", "licence=refused")
    np.testing.assert_allclose(made.regret.regret, [[0, 1], [1, 0]], atol=1e-12)
    assert made.wins == pytest.approx([1 - made.wins[1], 0.6], abs=0.06)
    assert made.regret.cheapest == "other"
    assert made.difference[1] == 0
    assert made.difference[0] == pytest.approx(0.2, abs=0.1)
    assert made.standard_error[0] == pytest.approx(2 * np.sqrt(0.24 / 400), rel=0.1)
