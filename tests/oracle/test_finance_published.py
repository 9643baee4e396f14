"""Two published cases come out to the digits that were printed."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def load(name: str) -> dict[str, Any]:
    return runpy.run_path(str(EXAMPLES / name / "run.py"))


@pytest.mark.parametrize(("life", "printed"), [(3.0, "12"), (5.0, "8.5"), (7.0, "7")])
def test_a_gigawatt_costs_what_was_published(life: float, printed: str) -> None:
    a = load("epoch-1gw")["model"](life)
    assert a["capex.owned"].sum() == pytest.approx(38e9, rel=1e-12)
    assert a["income.costs"][0, 0] == pytest.approx(0.9e9, rel=1e-12)
    digits = len(printed.partition(".")[2])
    assert f"{a['economic.total'][0, 0] / 1e9:.{digits}f}" == printed


def test_servers_are_five_billion_a_year_of_it() -> None:
    a = load("epoch-1gw")["model"](5.0)
    assert a["buy.servers.charge"][0, 0] / 1e9 == pytest.approx(5.0, abs=0.005)


def test_straight_line_cannot_give_the_published_numbers() -> None:
    a = load("epoch-1gw")["model"](5.0)
    assert a["book.total"][0, 0] < 7e9  # far from 8.5bn: the cost of capital is not optional


def test_a_day_of_a_service() -> None:
    module = load("deepseek-day")
    a = module["model"]()
    day = module["day"](a)
    assert f"{day['cost']:.0f}" == "87072"
    assert f"{day['margin_on_cost']:.0%}" == "545%"
    assert f"{day['margin_on_sales']:.1%}" == "84.5%"
    assert day["list_revenue"] == pytest.approx(562_027, rel=2e-4)  # from rounded token counts
    assert day["usd_per_mtok_input"] == pytest.approx(0.0603, abs=5e-5)
    assert day["usd_per_mtok_output"] == pytest.approx(0.3003, abs=5e-5)


def test_the_published_rates_and_tokens_use_the_published_nodes() -> None:
    """Busy over available chip-seconds: two independent counts within a tenth of a percent."""
    a = load("deepseek-day")["model"]()
    busy = a["pool.h800.busy"].sum() / a["pool.h800.available"].sum()
    assert busy == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("name", ["epoch-1gw", "deepseek-day"])
def test_the_examples_print(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    load(name)["main"]()
    assert capsys.readouterr().out.count("\n") >= 4
