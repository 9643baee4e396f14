"""What the pictures of single questions say of the results that they are drawn from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from outlay.demand.forecasts.forecast import Forecast
from outlay.demand.series.series import Point, Series
from outlay.performance.questions.roofline import PartTime, Roofline, RoofPoint
from outlay.performance.types import Layout, Precision, Rate
from outlay.report.pictures.forecast import forecast_picture
from outlay.report.pictures.rate import operators_picture, pareto_picture, roofline_picture
from outlay.report.pictures.serving import (
    chips_picture,
    cost_picture,
    latency_picture,
    timeline_picture,
)
from outlay.report.theme import to_svg
from outlay.results.base import Percentiles
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import dense
from outlay.serving.metrics import Slo, cumulative, percentiles, summary, timeline
from outlay.serving.sizing.fleet import Sizing
from outlay.serving.traffic.requests import traffic
from outlay.serving.validate import example_table
from support.pictures import layers, looks, rows, title

RATE = Rate(
    chip="h200-sxm", model="m", layout=Layout(8, tp=8), precision=Precision(), batch=4,
    ttft_s=0.5, tpot_s=0.02, tok_s_per_chip=100.0, tok_s_per_user=50.0, low=80.0, high=120.0,
    prefill_tok_s_per_chip=1e4, decode_tok_s_per_chip=110.0, bound_by="HBM", memory_bytes=1e10,
    watts_per_chip=900.0, feasible=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def records() -> Records:
    arrivals = np.cumsum(np.random.default_rng(3).exponential(0.2, 400))
    return run(traffic(arrivals, 1024, 64), dense(example_table()))


def test_passes_stand_under_the_roof_of_their_chip() -> None:
    points = (RoofPoint("decode", 4.0, 2.0, 1e12), RoofPoint("prefill", 512.0, 5e3, 6e14))
    spec = roofline_picture(Roofline(1e15, 4e12, points), "m on h200")
    roof, dots = layers(spec)
    knees = {r["x"]: r["y"] for r in roof["data"]["values"]}
    assert knees[1.0] == 4.0  # 4 TB/s at one operation a byte
    assert knees[250.0] == knees[1000.0] == 1000.0  # the peak, from the ridge on
    assert [(r["series"], r["x"], r["y"]) for r in dots["data"]["values"]] == [
        ("decode", 2.0, 1.0), ("prefill", 5000.0, 600.0),
    ]  # fmt: skip
    assert (title(roof, "x"), title(roof, "y")) == ("operations per byte", "TFLOP/s per chip")
    assert spec["title"] == {"text": "m on h200: roofline"}


def test_times_are_milliseconds_of_each_pass() -> None:
    times = [PartTime("decode", "expert", 0.02), PartTime("prefill", "expert", 0.3)]
    bars = layers(operators_picture(times, "m on h200"))[0]
    assert [(r["at"], r["series"], r["value"]) for r in bars["data"]["values"]] == [
        ("decode", "expert", 20.0), ("prefill", "expert", 300.0),
    ]  # fmt: skip
    assert title(bars, "x") == "ms per pass"


def test_the_front_leaves_out_what_another_beats_and_shows_the_limit() -> None:
    fast = replace(
        RATE, tpot_s=0.01, tok_s_per_user=100.0, tok_s_per_chip=60.0, low=40.0, high=90.0
    )
    beaten = replace(RATE, tpot_s=0.03, tok_s_per_user=1 / 0.03, tok_s_per_chip=70.0)
    spec = pareto_picture(
        [RATE, fast, beaten, replace(RATE, feasible=False)], ttft_s=2.0, tpot_s=0.04
    )
    band, line, rule, _ = layers(spec)
    assert [(r["x"], r["low"], r["high"]) for r in band["data"]["values"]] == [
        (50.0, 80.0, 120.0), (100.0, 40.0, 90.0),
    ]  # fmt: skip
    assert [(r["x"], r["y"]) for r in line["data"]["values"]] == [(50.0, 100.0), (100.0, 60.0)]
    assert (title(line, "x"), title(line, "y")) == (
        "output tokens/s per user", "output tokens/s per chip",
    )  # fmt: skip
    assert rule["data"]["values"][0]["x"] == 25.0


def test_a_prefill_pool_is_measured_in_prompt_tokens_and_the_first_token() -> None:
    one = replace(RATE, layout=Layout(8, tp=8, phase="prefill"))
    slow = replace(one, ttft_s=0.9, tok_s_per_chip=300.0)
    _, line, rule, text = layers(pareto_picture([slow, one], ttft_s=2.0, tpot_s=0.04))
    assert [(r["x"], r["y"]) for r in line["data"]["values"]] == [(0.5, 100.0), (0.9, 300.0)]
    assert (title(line, "x"), title(line, "y")) == ("TTFT, s", "uncached input tokens/s per chip")
    assert (rule["data"]["values"][0]["x"], text["data"]["values"][0]["text"]) == (
        2.0,
        "TTFT limit",
    )


def test_shares_of_latency_are_the_percentiles_of_the_table(records: Records) -> None:
    spec = latency_picture(records, Slo(ttft_s=1.5))
    found = summary(records)
    at = {(r["series"], r["y"]): r["x"] for r in rows(spec)}
    for name, table in (
        ("TTFT", found.ttft_s),
        ("TPOT", found.tpot_s),
        ("end to end", found.e2e_s),
    ):
        for level, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
            assert at[name, share] == getattr(table, level)
    lines, rule, _ = layers(spec)
    assert title(lines, "y") == "share of arrivals"
    assert lines["encoding"]["y"]["scale"] == {"domain": (0.0, 1.0)}
    assert [r["x"] for r in rule["data"]["values"]] == [1.5]


def test_requests_that_never_ended_keep_the_share_below_one() -> None:
    values = np.array([3.0, np.inf, 1.0, 2.0])
    seconds, share = cumulative(values, points=8)
    assert seconds.tolist() == [1.0, 1.0, 2.0, 2.0, 3.0, 3.0]
    assert share.tolist() == [0.125, 0.25, 0.375, 0.5, 0.625, 0.75]
    assert percentiles(values, {"p": 0.5})["p"] == 2.0
    assert [len(part) for part in cumulative(np.array([]))] == [0, 0]


def test_the_timeline_has_a_panel_for_each_quantity(records: Records) -> None:
    spec = timeline_picture(records)
    series = timeline(records)
    panels = layers(spec)
    assert [title(p, "y") for p in panels] == [
        "requests waiting", "requests running", "KV tokens", "power, W",
    ]  # fmt: skip
    drawn = [[r["y"] for r in p["data"]["values"]] for p in panels]
    for got, want in zip(
        drawn, (series.waiting, series.running, series.kv_tokens, series.power_w), strict=True
    ):
        assert got == want.tolist()
    assert max(drawn[1]) > 0


def test_chips_over_hours_for_three_ways_of_scaling(records: Records) -> None:
    at = np.array([1800.0, 5400.0])
    sizing = Sizing(
        capacity_req_s=1.0, chips_per_replica=8, window_s=3600.0, time_s=at, rate_req_s=at,
        ideal_chips=np.array([8.0, 16.0]), real_chips=np.array([24.0, 32.0]), fixed_chips=40,
        spare_chips=8, ideal_chip_hours=24.0, real_chip_hours=56.0, fixed_chip_hours=96.0,
        target_in_flight=1.0, summary=summary(records), alone_s=Percentiles(1.0, 1.0, 1.0, 1.0),
    )  # fmt: skip
    spec = chips_picture(sizing)
    assert {(r["series"], r["x"], r["y"]) for r in rows(spec)} == {
        ("perfect", 0.5, 8.0), ("perfect", 1.5, 16.0),
        ("real", 0.5, 24.0), ("real", 1.5, 32.0), ("fixed", 0.5, 48.0), ("fixed", 1.5, 48.0),
    }  # fmt: skip
    (lines,) = layers(spec)
    assert (title(lines, "x"), title(lines, "y")) == ("hours", "chips")
    assert len(set(map(str, looks(lines, "strokeDash").values()))) == 3


def test_cost_stands_against_the_share_in_use() -> None:
    (line,) = layers(cost_picture([0.5, 1.0], [4.0, 2.0], "USD"))
    assert [(r["x"], r["y"]) for r in line["data"]["values"]] == [(0.5, 4.0), (1.0, 2.0)]
    assert title(line, "y") == "USD per million tokens (log)"
    assert line["encoding"]["x"]["axis"]["format"] == "~%"


def forecast_of(spread: tuple[float, ...], unit: str = "token/day") -> Forecast:
    """Five paths a date, 30 trillion at their middle, that part by the factor of the date."""
    days = tuple(date(2026, i + 1, 1) for i in range(len(spread)))
    paths = 30e12 * np.array([[1 / f**2, 1 / f, 1.0, f, f**2] for f in spread]).T
    said = Point(
        date(2025, 10, 1), date(2025, 10, 1), 20e12, True, "official", "https://said.example"
    )
    known = Point(date(2025, 12, 1), date(2025, 12, 1), 25e12)
    series = Series("tokens", unit, (said, known))
    return Forecast(series, days[0], days, ("m",), np.zeros(5, dtype=np.int64), paths, ())


def test_the_fan_says_quantiles_in_trillions_and_greys_what_the_data_do_not_say() -> None:
    made = forecast_of((1.1, 1.3, 4.0))
    spec = forecast_picture(made)
    by_name = {one["data"]["values"][0]["series"]: one for one in layers(spec)}
    wide, grey = by_name["90 % band"], by_name["90 % band, beyond what the data say"]
    assert [r["x"] for r in wide["data"]["values"]] == ["2026-01-01", "2026-02-01"]
    assert [r["x"] for r in grey["data"]["values"]] == ["2026-02-01", "2026-03-01"]
    for name, low, high in (("90 %", 0.05, 0.95), ("80 %", 0.1, 0.9)):
        row = by_name[f"{name} band"]["data"]["values"][1]
        q = made.quantile([low, high])[:, 1] / 1e12
        assert (row["low"], row["high"]) == (q[0], q[1])
    assert [r["y"] for r in by_name["middle path"]["data"]["values"]] == [30.0, 30.0, 30.0]
    assert title(wide, "y") == "trillion tokens a day (log)"
    dots = layers(spec)[-1]["data"]["values"]
    assert [(r["series"], r["y"]) for r in dots] == [
        ("announced as a floor", 20.0), ("announced", 25.0),
    ]  # fmt: skip
    assert "https://said.example" in dots[0]["label"]
    shapes = looks(layers(spec)[-1], "shape")
    assert shapes["announced"] != shapes["announced as a floor"]
    subtitle = spec["title"]["subtitle"][0]  # type: ignore[index, call-overload]
    assert "by 2026-03-01 the middle path is 30T tokens/day" in subtitle
    assert "beyond 2026-02-01 the data say almost nothing" in subtitle


def test_a_fan_that_the_data_bound_nowhere_or_everywhere_says_so() -> None:
    blind, sure = (
        forecast_picture(forecast_of((9.0, 9.0))),
        forecast_picture(forecast_of((1.1, 1.1))),
    )
    assert "these points say almost nothing" in str(blind["title"])
    assert {n for n in looks(layers(blind)[0]) if "band" in n} == {
        "90 % band, beyond what the data say", "80 % band, beyond what the data say",
    }  # fmt: skip
    assert "almost nothing" not in str(sure["title"])
    assert {n for n in looks(layers(sure)[0]) if "band" in n} == {"90 % band", "80 % band"}


def test_a_bare_number_and_a_single_date_are_drawn_as_they_are() -> None:
    spec = forecast_picture(forecast_of((1.1,), unit=""))
    assert title(layers(spec)[0], "y") == "value"
    assert rows(spec)[0]["y"] == 30e12
    assert layers(spec)[0]["mark"]["point"] is True  # a line of one point would not be seen
    assert to_svg(spec).startswith("<svg")
