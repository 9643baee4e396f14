"""Inputs of the demand side and of orders, each in a study in which it matters, by the number."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import outlay
from outlay.api.studies import loaded
from outlay.catalogue import find_chip
from outlay.core.errors import InputError
from outlay.demand.day_shape import busiest_hour
from outlay.results.plans.plan import Plan
from outlay.runs.pipeline.execute import Options
from outlay.runs.pipeline.trained import trained as trained_activities
from outlay.runs.run import run_study


def study(**changes: Any) -> dict[str, Any]:
    """Ten chips' worth of other work through one year, chips bought without lead, one hall.

    A chip costs 10,000 USD and keeps four fifths of it, on a straight line over five years; power
    is free.
    """
    base: dict[str, Any] = {
        "outlay": 1,
        "title": "Inputs",
        "as_of": "2025-12-31",
        "currency": "USD",
        "horizon": {"start": "2026", "periods": 1},
        "discount_rate": "0 %/year",
        "slices": "mean",
        "work": {
            "ranking": {
                "reference": "h200-sxm",
                "need": 10,
                "serve_from": ["US"],
                "unserved": "100 USD/chip-hour",
            }
        },
        "supply": {
            "buy": {
                "chip": "h200-sxm",
                "by": "purchase",
                "price": "10_000 USD",
                "to": ["US"],
            }
        },
        "sites": {
            "hall": {"region": "US", "power": "10 MW", "pue": 1.0, "electricity": "0 USD/kWh"}
        },
        "rules": {"usable": "100 %"},
        "finance": {"lives": {"accelerators": {"book": "5 years", "residual": "0 %"}}},
    }
    return merged(base, changes)


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    out = copy.deepcopy(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(out.get(key), dict)
        out[key] = merged(out[key], value) if both else value
    return out


def planned(**changes: Any) -> Plan:
    plan = outlay.plan(study(**changes), quick=True)
    assert plan.verdict == "valid"
    return plan


def test_orders_of_the_first_period_come_in_whole_lots() -> None:
    plan = planned(supply={"buy": {"lot": 8}})
    assert plan.first_orders["buy"] == pytest.approx(16.0)
    assert plan.decision.rounding == pytest.approx(6 * 10_000 / 5, rel=1e-3)
    assert any("cost $12,000 more" in n for a in plan.answers for n in a.notes)
    any_share = planned()
    assert any_share.first_orders["buy"] == pytest.approx(10.0)
    assert any_share.decision.rounding is None


QUARTER_DAYS = 90  # of 2026-Q1


def trained(**campaign: Any) -> dict[str, Any]:
    """A campaign of so many reference chips for the first quarter of two, and no other work."""
    flop = campaign.pop("chips", 100.0) * QUARTER_DAYS * 86_400 * 400e12
    run = {
        "flop": f"{flop:.15g} FLOP",
        "start": "2026-Q1",
        "by": "2026-Q2",
        "reference": "h200-sxm",
        "sustained": "400 TFLOP/s",
        "goodput": "100 %",
        "places": {"US": "100 %"},
        "unserved": "100 USD/chip-hour",
    }
    return {
        "horizon": {"start": "2026-Q1", "periods": 2},
        "work": {"ranking": {"need": 0}},
        "training": {"run": {**run, **campaign}},
    }


def rent(**more: Any) -> dict[str, Any]:
    """Chips by the quarter at 1 USD an hour in the first, at 2 in the second; none to buy."""
    spot = {
        "chip": "h200-sxm",
        "by": "reservation",
        "rent": {"2026-Q1": "1 USD/chip-hour", "2026-Q2": "2 USD/chip-hour"},
        "term": "3 months",
        "to": ["US"],
    }
    return {"rent": {**spot, **more}, "buy": {"cumulative_cap": 0}}


def work_of(plan: Plan, load: str) -> list[tuple[float, float]]:
    return [(w.demand, w.served) for w in plan.work if w.load == load]


def test_a_campaign_that_is_free_runs_where_it_is_cheapest() -> None:
    even = planned(**trained(spread="even"), supply=rent())
    (load,) = {w.load for w in even.work} - {"ranking"}
    days = 90 + 91
    assert [s for _, s in work_of(even, load)] == pytest.approx([100 * 90 / days] * 2)
    free = planned(**trained(spread="free"), supply=rent())
    assert [s for _, s in work_of(free, "run@US")] == pytest.approx([100.0, 0.0], abs=1e-6)
    # the same chip-hours at 1 instead of at 1 and 2 in turn
    hours = 100 * 90 * 24
    assert free.cost == pytest.approx(hours, rel=1e-3)
    assert even.cost == pytest.approx(hours * (90 + 2 * 91) / days, rel=1e-3)


def test_what_is_not_trained_by_its_date_is_paid_for_at_its_price() -> None:
    """Sixty chips at most in each quarter: of 100 × 90 chip-days 60 × 90 + 3,600 in the next."""
    free = planned(**trained(spread="free"), supply=rent(cap={"2026-Q1": 60, "2026-Q2": 30}))
    found = work_of(free, "run@US")
    left = 100 * 90 - 60 * 90 - 30 * 91
    assert [s for _, s in found] == pytest.approx([60.0, 30.0])
    assert found[1][0] - found[1][1] == pytest.approx(left / 91)
    short = sum(c.value for c in free.cost_parts if c.entry == "short")
    assert short == pytest.approx(left * 24 * 100, rel=1e-3)


def test_a_block_larger_than_the_even_need_runs_for_a_share_of_each_period() -> None:
    """A mean of 49.7 chips in both quarters is done on 150, which are rented by the quarter."""
    mean = 100 * 90 / 181
    for block, held in ((150, 150.0), (40, mean)):
        plan = planned(**trained(spread="even", block=block), supply=rent())
        assert [s for _, s in work_of(plan, "run@US")] == pytest.approx([mean, mean])
        assert plan.first_orders["rent"] == pytest.approx(held)
        assert plan.cost == pytest.approx(held * 24 * (90 + 2 * 91), rel=1e-3)


def test_a_campaign_that_fills_a_part_of_a_period_counts_the_part() -> None:
    """On a yearly horizon half a year of 200 chips is 100 in the mean: it was no work at all."""
    half = planned(
        horizon={"start": "2026", "periods": 1},
        work={"ranking": {"need": 0}},
        training={
            "run": {
                **trained()["training"]["run"],
                "start": "2026-Q3",
                "by": "2026-Q4",
                "flop": f"{200 * 184 * 86_400 * 400e12:.15g} FLOP",
            }
        },
    )
    (mean,) = (w.served for w in half.work if w.load.startswith("training"))
    assert mean == pytest.approx(200 * 184 / 365)


def test_a_block_stands_at_one_site_of_its_region() -> None:
    """Two halls for 80 chips each hold the 90 that are needed, but no block of 90."""
    h200_kw = find_chip("h200-sxm").it_w / 1e3
    hall = {"region": "US", "power": f"{80 * h200_kw} kW", "pue": 1.0,
            "electricity": "0 USD/kWh"}  # fmt: skip
    two: dict[str, Any] = {"sites": {"hall": hall, "other": hall}}
    buy = {"supply": {"buy": {"last_order": "2026-Q1"}}}
    apart = planned(**trained(chips=90, by="2026-Q1", spread="free"), **two, **buy)
    assert work_of(apart, "run@US")[0][1] == pytest.approx(90.0)
    for spread in ("free", "even"):
        run = trained(chips=90, by="2026-Q1", spread=spread, block=90)
        block = planned(**run, **two, **buy)
        assert work_of(block, "run@US")[0][1] == pytest.approx(0.0, abs=1e-6)
        fits = planned(**trained(chips=90, by="2026-Q1", spread=spread, block=80), **two, **buy)
        # at one place: 80 of the 90
        assert work_of(fits, "run@US")[0][1] == pytest.approx(80.0)
    # what serves is in the block's way, as chips that stand elsewhere are no help
    run = trained(chips=40, by="2026-Q1", spread="free", block=75)
    free = planned(**run, **two, **buy)
    assert work_of(free, "run@US")[0][1] == pytest.approx(40.0)
    assert free.first_orders["buy"] == pytest.approx(75.0)
    serving = merged(run, {"work": {"ranking": {"need": 90}}})
    both = planned(**serving, **two, **buy)
    assert work_of(both, "run@US")[0][1] == pytest.approx(40.0)
    assert both.first_orders["buy"] == pytest.approx(160.0)  # 75 + 90 do not fit


def test_a_state_s_campaign_is_the_work_of_its_branch() -> None:
    """A campaign of the second quarter that one state halves: 60 chips or 30, each for certain."""
    run = trained(chips=60 * 91 / 90, start="2026-Q2", spread="free")
    small = run["training"]["run"]["flop"].replace(" FLOP", "")
    more = {
        "uncertainty": {
            "round": {
                "reveal": "2026-Q2",
                "states": {"funded": "50 %", "flat": "50 %"},
                "effect": {"flat": {"training.run.flop": f"{float(small) / 2:.15g} FLOP"}},
            }
        }
    }
    plan = planned(**run, **more, supply=rent())
    orders = {o.branch: o.quantity for o in plan.orders}
    assert orders == pytest.approx({"round=funded": 60.0, "round=flat": 30.0})


def test_finance_sees_the_time_of_the_chips_that_trained() -> None:
    """100 × 90 days of the reference chip, done on another: so many days as its rate takes less."""
    other = {"rent": {"chip": "b200-hgx"}}
    run = run_study(
        loaded(study(**trained(spread="free"), supply=merged(rent(), other))),
        Options(worlds=0, values=False),
    )
    (campaign,) = run.plan.problem.campaigns
    chips = [c.id for c in run.plan.problem.chips]
    ratio = float(campaign.units_per_chip[chips.index("b200-hgx")])
    assert ratio > 1.5
    (done,) = trained_activities(run.plan, run.demand, lambda a: a)
    assert (done.service, done.kind, done.chip) == ("training@US", "work", "b200-hgx")
    assert float(np.sum(done.seconds)) == pytest.approx(100 * 90 * 86_400 / ratio)
    assert run.result is not None
    (need,) = (w for w in run.result.need.by_work if w.name == "training")
    assert run.result.need.chip == "h200-sxm"
    assert need.chips == pytest.approx([100 * 90 / 181] * 2)


def served_study(**lengths: Any) -> dict[str, Any]:
    """One service of a model in one hall; its lengths as given."""
    chat = {
        "model": "qwen3-235b-a22b",
        "tokens_per_day": "20bn/day",
        "mix": {"input": 2, "output": 1},
        "lengths": lengths,
        "serve_from": ["US"],
        "value": {"unserved": {"input": "5 USD/Mtok", "output": "20 USD/Mtok"}},
    }
    return {"services": {"chat": chat}, "work": {"ranking": {"need": 0}}}


def units(plan: Plan, phase: str) -> float:
    (cell,) = (c for c in plan.capacity if c.load == f"chat/{phase}")
    return cell.units_per_chip


def test_a_trace_s_shape_counts_beside_stated_means() -> None:
    """Outputs of a reasoning trace are longer where they are long: contexts in flight are larger.

    Mean context of a sequence that decodes: E[p] + E[n²] / 2 E[n] (`mean_context`).
    """
    means = {"input": 2_000, "output": 2_000}
    plain = planned(**served_study(**means), rules={"slo_load": "80 %"})
    even = planned(**served_study(**means, cv=0.1), rules={"slo_load": "80 %"})
    long = planned(
        **served_study(**means, trace="servegen_deepseek_r1"), rules={"slo_load": "80 %"}
    )
    assert units(even, "decode") > units(plain, "decode") > units(long, "decode")


def test_a_trace_of_one_s_own_gives_shape_and_means(tmp_path: Path) -> None:
    """Every request alike: what `cv: 0` and its means say, to the last digit."""
    rows = ["arrival_s,input_tokens,output_tokens", *(f"{i},2000,1000" for i in range(50))]
    (tmp_path / "mine.csv").write_text("\n".join(rows), encoding="utf-8")
    own = planned_in(tmp_path, served_study(trace="mine.csv"))
    same = planned(**served_study(input=2_000, output=1_000, cv=0))
    for phase in ("prefill", "decode"):
        assert units(own, phase) == pytest.approx(units(same, phase), rel=1e-9)
    stated = planned_in(tmp_path, served_study(trace="mine.csv", output=500))
    other = planned(**served_study(input=2_000, output=500, cv=0))
    assert units(stated, "decode") == pytest.approx(units(other, "decode"), rel=1e-9)


def planned_in(folder: Path, changes: dict[str, Any]) -> Plan:
    path = folder / "study.json"
    path.write_text(json.dumps(study(**changes)), encoding="utf-8")
    plan = outlay.plan(path, quick=True)
    assert plan.verdict == "valid"
    return plan


def test_a_trace_that_is_nowhere_is_named_with_the_nearest(tmp_path: Path) -> None:
    def refused(trace: str) -> str:
        path = tmp_path / "study.json"
        path.write_text(json.dumps(study(**served_study(trace=trace))), encoding="utf-8")
        with pytest.raises(InputError) as caught:
            outlay.check(path)
        return "\n".join(map(str, caught.value.problems()))

    assert "azure2023_conv" in refused("azure2023-conv")
    assert "a file beside the study" in refused("my trace")
    assert "no such file beside the study" in refused("mine.csv")
    (tmp_path / "mine.csv").write_text("time_s,prompt_tokens\n0,5\n", encoding="utf-8")
    found = refused("mine.csv")
    assert "no column for output_tokens" in found
    assert "completion_tokens" in found


def events(peak: float, unserved: str = "200 USD/chip-hour", **more: Any) -> Plan:
    """Work that follows demand, ten chips in the mean of a flat day, a tenth of which may wait."""
    ranking = {"growth_follows_demand": True, "deferrable": "10 %", "unserved": unserved}
    day = {"demand": {"event_peak": peak, **more}, "slices": "peak_offpeak"}
    return planned(work={"ranking": ranking}, **day)


def test_the_busiest_days_take_chips_where_not_serving_them_is_dear() -> None:
    assert events(1.0).first_orders["buy"] == pytest.approx(10.0)
    assert events(1.3).first_orders["buy"] == pytest.approx(13.0)  # none of it can wait


def test_the_busiest_days_are_shed_where_a_chip_for_them_costs_more() -> None:
    """A chip for 18 hours of three days saves 1,800 and loses 2,000 in the year; of nine, 5,400."""
    plan = events(1.3)
    assert sum(c.value for c in plan.cost_parts if c.entry == "shed") == pytest.approx(0.0)
    plan = events(1.3, "100 USD/chip-hour")
    hours = 3 / 365.25 * 365 * 6
    shed = sum(c.value for c in plan.cost_parts if c.entry == "shed")
    assert plan.first_orders["buy"] == pytest.approx(10.0)
    assert shed == pytest.approx(3 * hours * 100, rel=1e-3)
    longer = events(1.3, "100 USD/chip-hour", event_days="9 days")
    assert longer.first_orders["buy"] == pytest.approx(13.0)


def test_the_busiest_days_come_on_top_of_the_day_stated() -> None:
    chat = served_study(input=2_000, output=1_000)
    peak = {"demand": {"event_peak": 1.5}, "slices": "peak_offpeak"}
    plain = planned(**chat, slices="peak_offpeak")
    found = planned(**chat, **peak)
    more = sum(r.demand for r in found.served) / sum(r.demand for r in plain.served)
    ratio = busiest_hour("pooled")
    assert more == pytest.approx(1 + 6 / 24 * 3 / 365.25 * ratio * 0.5)
