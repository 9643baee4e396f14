"""Latency, goodput, rates and energy of four requests by hand; the fleets and cost of a size."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from outlay.results.base import Percentiles
from outlay.serving.engine.run import Records
from outlay.serving.engine.steps import dense
from outlay.serving.metrics import Slo, energy_j, goodput, latencies, percentiles, summary
from outlay.serving.requests import Requests
from outlay.serving.sizing.document import cost_curve, sizing_document, steady_row
from outlay.serving.sizing.drawn.steady import Asked, Steady
from outlay.serving.sizing.fleet import Ran, Sizing
from outlay.serving.sizing.limits import holds
from outlay.serving.traffic.requests import traffic
from outlay.serving.validate import example_table

TABLE = replace(
    dense(example_table()), idle_w=100.0, busy_w=500.0, capacity_blocks=200
)  # fmt: skip

# Arrivals at 0, 1, 2 and 3 s. The third is answered with one token; the fourth is rejected.
RECORDS = Records(
    traffic=traffic([0.0, 1.0, 2.0, 3.0], [100, 200, 300, 400], [11, 21, 1, 50]),
    start_s=np.array([0.5, 1.0, 2.0, np.nan]),
    first_s=np.array([1.0, 1.5, 4.0, np.nan]),
    end_s=np.array([2.0, 5.5, 4.0, np.nan]),
    cached_tokens=np.array([0, 50, 100, 0], np.int32),
    replica=np.array([0, 1, 0, -1], np.int32),
    preemptions=np.array([0, 1, 0, 0], np.int32),
    made=np.array([11, 21, 1, 0], np.int32),
    rejected=np.array([False, False, False, True]),
    busy_s=np.array([4.0, 2.0]),
    on_s=np.array([10.0, 10.0]),
    running_s=np.array([3.5, 4.5]),
    kv_block_s=np.zeros(2),
    steps=np.array([10, 10]),
    prefilled_tokens=np.array([0, 0]),
    peak_blocks=np.array([20, 50]),
    evicted_blocks=np.array([0, 0]),
    until_s=10.0,
    table=TABLE,
)


def test_latencies_of_each_request() -> None:
    found = latencies(RECORDS)
    assert found["ttft"].tolist() == [1.0, 0.5, 2.0, math.inf]
    assert found["queue"].tolist() == [0.5, 0.0, 0.0, math.inf]
    assert found["e2e"].tolist() == [2.0, 4.5, 2.0, math.inf]
    # a second for ten tokens after the first, four for twenty; one token has no time between
    assert found["tpot"].tolist() == [0.1, 0.2, math.inf]


@pytest.mark.parametrize(
    ("slo", "good"),
    [
        (Slo(), 3),
        (Slo(ttft_s=1.0), 2),
        (Slo(tpot_s=0.15), 2),  # the second is too slow; the third has only one token
        (Slo(ttft_s=1.0, tpot_s=0.15), 1),
        (Slo(ttft_s=0.4), 0),
        (Slo(ttft_s=2.0, tpot_s=0.2), 3),
    ],
)
def test_a_request_is_good_where_both_limits_hold(slo: Slo, good: int) -> None:
    assert goodput(RECORDS, slo) == good
    found = summary(RECORDS, slo)
    limited = slo != Slo()  # without a limit there is no goodput
    assert found.goodput_share == (good / 4 if limited else None)
    assert found.goodput_req_s == (good / 10 if limited else None)


def test_totals_and_rates_of_a_run() -> None:
    s = summary(RECORDS)
    assert (s.requests, s.completed, s.rejected, s.unfinished, s.preemptions) == (4, 3, 1, 0, 1)
    assert s.simulated_s == 10.0
    assert s.output_tok_s == 33 / 10
    assert s.input_tok_s == 600 / 10
    assert s.request_rate_s == 3 / 10
    assert s.cached_share == 150 / 1000
    assert s.utilisation == 6 / 20
    assert s.mean_running == 8 / 10
    assert s.kv_peak_share == 50 / 200
    assert s.energy_j == energy_j(RECORDS) == 6 * 500 + 14 * 100
    assert s.joule_per_output_token == 4400 / 33
    assert (s.ttft_s.p50, s.ttft_s.p99, s.ttft_s.mean) == (1.0, math.inf, 3.5 / 3)
    assert (s.tpot_s.p50, s.e2e_s.p50, s.queue_s.p50) == (0.2, 2.0, 0.0)


def test_order_statistics_whatever_the_order() -> None:
    x = np.random.default_rng(0).permutation(np.arange(1.0, 201.0))
    assert percentiles(x) == {"p50": 100.0, "p90": 180.0, "p99": 198.0, "mean": 100.5}
    assert math.isnan(percentiles(np.zeros(0))["p50"])


def test_limits_hold_at_their_percentile() -> None:
    """Three of four finish: 75 % is the most that can be promised."""
    assert holds(RECORDS, Slo(ttft_s=2.0, percentile=0.75))
    assert not holds(RECORDS, Slo(ttft_s=1.9, percentile=0.75))
    assert not holds(RECORDS, Slo(ttft_s=2.0, percentile=0.9))
    assert holds(RECORDS, Slo(tpot_s=0.2, percentile=0.6))
    assert not holds(RECORDS, Slo(tpot_s=0.15, percentile=0.6))


def test_cost_of_a_million_tokens_at_each_use() -> None:
    """Eight chips at 3 dollars an hour make 2,000 tokens a second where all is used."""
    curve = cost_curve(3.0, 8, 2000.0)
    assert curve.use[0] == pytest.approx(0.02)
    assert curve.use[-1] == pytest.approx(1.0)
    for use, cost in zip(curve.use, curve.usd_per_mtok, strict=True):
        assert cost == pytest.approx(24.0 / (3600 * 2000 * use / 1e6))


def ran(name: str, first: float, second: float, hours: float) -> Ran:
    """A fleet of so many chips in each of two windows."""
    chips = np.array([first, second])
    return Ran(name, chips, chips.max(), hours, 0.99, 0.9, 1800.0, 1800.0)


SIZED = Sizing(
    capacity_req_s=2.0,
    chips_per_replica=4,
    window_s=1800.0,
    time_s=np.array([900.0, 2700.0]),
    rate_req_s=np.array([3.0, 5.0]),
    ideal_chips=np.array([8.0, 12.0]),
    real_chips=np.array([12.0, 20.0]),
    fixed_chips=16,
    spare_chips=4,
    ideal_chip_hours=10.0,
    real_chip_hours=16.0,
    fixed_chip_hours=20.0,
    target_in_flight=7.0,
    summary=replace(summary(RECORDS), output_tok_s=900.0, request_rate_s=3.0),
    alone_s=Percentiles(0.25, 0.5, 0.75, 0.3),
    notes=("a note",),
    fleets=(
        ran("perfect", 8.0, 12.0, 10.0), ran("real: rate", 12.0, 20.0, 16.0),
        ran("fixed", 20.0, 20.0, 20.0),
    ),
    bound_chip_hours=4.0,
    span_s=3600.0,
    output_tokens=1.5e6,
    scaler="rate",
)  # fmt: skip


def document(
    price: float | None = 3.0, rents: tuple[float, ...] = (2.0, 6.0), sized: Sizing = SIZED
) -> Any:
    replica: Any = SimpleNamespace(chip=SimpleNamespace(rent_usd_h=rents), describe=lambda: None)
    slo = Slo(1.5, 0.05, 0.95)
    return sizing_document(sized, replica, slo, price, ("beware",))


def test_a_size_says_chips_hours_and_money_of_three_fleets() -> None:
    d = document()
    rows = [(f.chips_peak, f.chips_mean, f.chip_hours, f.usd) for f in d.fleets]
    assert rows == [
        (12.0, 10.0, 10.0, 30.0), (20.0, 16.0, 16.0, 48.0), (20.0, 20.0, 20.0, 60.0),
    ]  # fmt: skip
    assert [f.fleet for f in d.fleets] == ["perfect", "real: rate", "fixed"]
    first = d.fleets[0]
    assert (first.usd_per_day, first.usd_per_year) == (720.0, 720.0 * 365.25)
    assert first.usd_per_mtok == pytest.approx(20.0)
    worst = (first.within_share, first.worst_share, first.worst_from_s, first.worst_width_s)
    assert worst == (0.99, 0.9, 1800.0, 1800.0)
    assert (d.bound_chip_hours, d.scaler, d.span_s) == (4.0, "rate", 3600.0)
    assert (d.gap.chips_mean, d.gap.chip_hours, d.gap.usd) == (6.0, 6.0, 18.0)
    assert (d.chips_peak, d.chips_mean, d.chip_hours) == (12.0, 10.0, 10.0)
    assert (d.fixed_chips, d.spare_chips, d.chips_per_replica) == (16, 4, 4)
    assert (d.capacity_req_s_per_replica, d.target_in_flight, d.window_s) == (2.0, 7.0, 1800.0)
    assert (d.slo.ttft_s, d.slo.tpot_s, d.slo.percentile) == (1.5, 0.05, 0.95)
    series = [(w.time_s, w.req_s, w.chips, w.chips_real) for w in d.series]
    assert series == [(900.0, 3.0, 8.0, 12.0), (2700.0, 5.0, 12.0, 20.0)]
    assert (d.notes, d.warnings) == (("a note",), ("beware",))
    assert (d.latency.ttft_s.p50, d.latency.tpot_s.p50) == (1.0, 0.2)
    assert d.latency.ttft_alone_s.p50 == 0.25
    assert d.steady is None


def test_a_steady_load_is_priced_on_all_chips_over_its_tokens() -> None:
    """20 chips at 3 dollars; 6 requests of 250 tokens a second."""
    asked = Asked(90.0, None, 1000.0, 250.0, seed=5)
    found = Steady(SIZED, 6.0, 89.0, 20_000, 1)
    d = steady_row(asked, found, 3.0)
    assert (d.users, d.asked_req_s, d.rate_req_s, d.in_flight) == (90.0, None, 6.0, 89.0)
    assert (d.replicas, d.spare_replicas, d.fleets, d.requests, d.seed) == (4, 1, 1, 20_000, 5)
    assert d.output_tok_s == 1500.0
    assert d.usd_per_hour == 60.0
    assert d.usd_per_mtok == pytest.approx(60.0 / (3600 * 1500 / 1e6))
    assert steady_row(asked, found, None).usd_per_mtok is None


def test_a_client_has_its_tokens_later_than_the_engine_by_the_launch_of_the_first() -> None:
    late = replace(RECORDS, table=replace(RECORDS.table, first_token_s=0.25))
    a, b = latencies(RECORDS), latencies(late)
    for name, later in (("ttft", 0.25), ("e2e", 0.25), ("tpot", 0.0), ("queue", 0.0)):
        done = np.isfinite(a[name])
        assert b[name][done] == pytest.approx(a[name][done] + later)
    frames = [Requests(r).to_polars() for r in (RECORDS, late)]
    for name in ("first_s", "end_s"):
        gap = (frames[1][name] - frames[0][name]).drop_nulls()
        assert gap.to_list() == pytest.approx([0.25] * len(gap))


def test_a_replica_is_priced_at_the_rate_that_it_holds() -> None:
    """Two requests of 300 tokens a second on four chips at 3 dollars."""
    d = document()
    assert d.usd_per_chip_hour == 3.0
    assert d.cost_against_use.usd_per_mtok[-1] == pytest.approx(12 / (3600 * 600 / 1e6))
    assert document(price=None).usd_per_chip_hour == 4.0  # the middle of the rents
    free = document(price=None, rents=())
    assert free.usd_per_chip_hour is None
    assert free.gap.usd is None
    assert free.cost_against_use.use == ()
    assert document(sized=replace(SIZED, target_in_flight=math.nan)).target_in_flight is None
