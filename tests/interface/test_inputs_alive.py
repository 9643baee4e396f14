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
from outlay.core.periods import Period
from outlay.demand.day_shape import busiest_hour
from outlay.results.plans.plan import Plan
from outlay.runs.pipeline.execute import Options, prepare
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
    horizon = {"horizon": more.pop("horizon")} if "horizon" in more else {}
    day = {"demand": {"event_peak": peak, **more}, "slices": "peak_offpeak", **horizon}
    return planned(work={"ranking": ranking}, **day)


def test_the_busiest_days_take_chips_where_not_serving_them_is_dear() -> None:
    assert events(1.0).first_orders["buy"] == pytest.approx(10.0)
    assert events(1.3).first_orders["buy"] == pytest.approx(13.0)  # none of it can wait


def test_the_busiest_days_are_shed_where_a_chip_for_them_costs_more() -> None:
    """A chip for 18 hours of three days saves 1,800 and loses 2,000 in the year; of nine, 5,400."""
    plan = events(1.3)
    assert sum(c.value for c in plan.cost_parts if c.entry == "shed") == pytest.approx(0.0)
    plan = events(1.3, "100 USD/chip-hour")
    hours = 3 * 6
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
    per_phase = [
        (sum(r.demand for r in plain.served if r.kind in kinds), of)
        for kinds, of in ((("input", "cached"), ratio.prefill), (("output",), ratio.decode))
    ]
    both = sum(tokens * of for tokens, of in per_phase) / sum(tokens for tokens, _ in per_phase)
    assert more == pytest.approx(1 + 6 / 24 * 3 / 365 * both * 0.5)


def quarters(*named: str, **more: Any) -> Plan:
    """The same in quarters from 2026-Q1; no chip is worth its price for the busiest days alone."""
    horizon = {"start": "2026-Q1", "periods": 6}
    where = {"event_in": list(named)} if named else {}
    return events(1.3, "10 USD/chip-hour", horizon=horizon, **where, **more)


def shed_by_period(plan: Plan) -> dict[str, float]:
    """Chip-hours a period that are not served."""
    return {r.period: (r.demand - r.served) * 24 * Period.parse(r.period).days for r in plan.work}


def test_the_busiest_days_of_a_year_all_lie_in_the_periods_that_are_named() -> None:
    """Three chips are missing in six hours of three days, all in the first quarter: 54 hours."""
    plan = quarters("2026-Q1")
    assert shed_by_period(plan) == pytest.approx(
        {"2026-Q1": 3 * 6 * 3, **dict.fromkeys(("2026-Q2", "2026-Q3", "2026-Q4"), 0.0),
         "2027-Q1": 0.0, "2027-Q2": 0.0},
        abs=1e-6,
    )  # fmt: skip
    shed = sum(c.value for c in plan.cost_parts if c.entry == "shed")
    assert shed == pytest.approx(3 * 6 * 3 * 10)
    again = quarters("2026-Q1", "2027-Q1")
    assert shed_by_period(again)["2027-Q1"] == pytest.approx(54)
    both = quarters("2026-Q2", "2026-Q1")  # 90 and 91 days
    assert shed_by_period(both)["2026-Q1"] == pytest.approx(54 * 90 / 181)
    assert shed_by_period(both)["2026-Q2"] == pytest.approx(54 * 91 / 181)


def test_periods_without_busiest_days_have_no_part_of_the_day_for_them() -> None:
    from outlay.planning.programme.model import build

    def model(*named: str) -> Any:
        demand = {"event_peak": 1.3, "event_in": list(named)}
        steady = {"flop": "1e24 FLOP", "start": "2026-Q1", "by": "2026-Q4", "spread": "free",
                  "sustained": "400 TFLOP/s", "places": {"US": "100 %"},
                  "unserved": "20 USD/chip-hour"}  # fmt: skip
        horizon = {"start": "2026-Q1", "periods": 4}
        more = study(demand=demand, horizon=horizon, training={"run": steady})
        return build(prepare(loaded(more)).problem)

    every, one = model(), model("2026-Q2")
    busy = one.problem.slices.index("event")
    blocks = {**one.matrix.rows, **one.matrix.columns}
    for name in ("balance", "capacity", "shed", "busy"):
        at = np.argwhere(blocks[name].index[..., busy, :] >= 0)
        assert at[:, -1].tolist() == [1]
    # A row and a column of each kind less in each of three quarters.
    rows, columns, _ = np.subtract(every.matrix.shape, one.matrix.shape)
    assert (rows, columns) == (6, 6)


def test_all_periods_named_are_as_none_named() -> None:
    every = quarters()
    assert quarters("2026", "2027").objective == every.objective
    named = ("2026-H1", "2026-Q3", "2026-10", "2026-11", "2026-12", "2027-H1", "2027-H2")
    assert quarters(*named).objective == every.objective
    assert shed_by_period(every)["2026-Q1"] == pytest.approx(54 * 90 / 365)


def test_months_and_quarters_have_the_same_busiest_days() -> None:
    """28 days of February and 91 of the second quarter."""
    where = {"event_in": ["2026-02", "2026-Q2"]}
    months = events(1.3, "10 USD/chip-hour", horizon={"start": "2026-01", "periods": 6}, **where)
    by_month, by_quarter = shed_by_period(months), shed_by_period(quarters(*where["event_in"]))
    assert by_month["2026-02"] == pytest.approx(54 * 28 / 119)
    assert by_quarter["2026-Q1"] == pytest.approx(by_month["2026-02"])
    april_on = sum(by_month[f"2026-0{m}"] for m in (4, 5, 6))
    assert by_quarter["2026-Q2"] == pytest.approx(april_on) == pytest.approx(54 * 91 / 119)


def test_the_busiest_days_fit_into_the_days_named_for_them() -> None:
    def found(**demand: Any) -> list[tuple[str, str]]:
        horizon = {"start": "2026-Q1", "periods": 4}
        listed = loaded(study(demand={"event_peak": 1.3, **demand}, horizon=horizon)).warnings
        return [(w.where, w.what) for w in listed if w.where.startswith("demand")]

    with pytest.raises(InputError) as caught:
        found(event_in=["2026-02"], event_days="28 days")
    (problem,) = caught.value.problems()
    assert problem.where.endswith("demand.event_days")
    assert (problem.value, problem.allowed) == ("28 days", "fewer than 28 days")
    assert found(event_in=["2026-02"], event_days="27 days") == []
    assert found(event_in=["2026-Q1", "2027-Q1"]) == [("demand.event_in.1", "outside the horizon")]
    with pytest.raises(InputError, match="2026-Q7"):
        found(event_in=["2026-Q7"])


def test_busiest_days_outside_the_horizon_are_listed_as_idle() -> None:
    demand = {"event_peak": 1.3, "event_in": ["2027-Q1"]}
    listed = {i.path: i.reason for i in loaded(study(demand=demand)).idle}
    assert listed["demand.event_peak"] == "event_elsewhere"
    listed = {i.path: i.reason for i in loaded(study(demand={"event_in": ["2026"]})).idle}
    assert listed["demand.event_in"] == "no_event"
