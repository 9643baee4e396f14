"""Fleets over time: perfect ≤ real ≤ fixed, each replayed, none below what keeps chips busy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outlay.core.errors import InfeasibleError
from outlay.serving.engine.policy import Autoscale, Policy
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import dense
from outlay.serving.metrics import Slo
from outlay.serving.sizing.fleet import size
from outlay.serving.sizing.limits import holds
from outlay.serving.sizing.over_time.account import over
from outlay.serving.sizing.over_time.rules import SCALERS, Wish, provisioned, rule_of
from outlay.serving.traffic.requests import Traffic, traffic
from outlay.serving.validate import example_table

TABLE = dense(example_table(kv_capacity_tokens=20_000, max_batch=16))
SLO = Slo(ttft_s=2.0, tpot_s=0.2, percentile=0.95)


def waves(n: int, rate: float, swing: float, seed: int) -> Traffic:
    """Requests whose rate swings twice over the trace."""
    rng = np.random.default_rng(seed)
    span = n / rate
    at = np.sort(rng.random(int(n * (1 + swing))) * span)
    at = at[rng.random(len(at)) * (1 + swing) < 1 - swing * np.cos(4 * np.pi * at / span)]
    return traffic(at, rng.integers(20, 1500, len(at)), rng.integers(2, 150, len(at)))


@settings(max_examples=25, deadline=None)
@given(
    st.integers(200, 900),
    st.floats(2.0, 25.0),
    st.floats(0.0, 0.9),
    st.integers(0, 2**20),
    st.sampled_from([s for s in SCALERS if s != "schedule"]),
    st.integers(0, 2),
    st.integers(1, 4),
)
@example(365, 20.714, 0.1647, 292155, "tokens", 1, 1)  # where no schedule is as good as a scaler
def test_perfect_needs_no_more_than_real_and_real_no_more_than_fixed(
    n, rate, swing, seed, scaler, spares, zones
):
    t = waves(n, rate, swing, seed)
    wish = Wish(scaler, minimum=1, delay_s=1.0, down_window_s=5.0, spares=spares, zones=zones)
    try:
        found = size(t, TABLE, SLO, wish=wish)
    except InfeasibleError:
        return
    hours = [f.chip_hours for f in found.fleets]
    assert hours[0] == min(hours)
    assert hours[-1] == max(hours)
    assert hours[0] <= found.real_chip_hours <= found.fixed_chip_hours == hours[-1]
    beside = spares * TABLE.n_chips * found.span_s / 3600  # a bound has no spares
    assert found.bound_chip_hours <= hours[0] - beside + 1e-9
    assert all(f.share >= 1 - 2 * (1 - SLO.percentile) for f in found.fleets)
    assert found.summary.ttft_s.p50 <= SLO.ttft_s


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_hours_are_the_area_under_the_replicas_that_are_on(data):
    t = waves(300, data.draw(st.floats(3.0, 12.0)), 0.6, data.draw(st.integers(0, 1000)))
    rule = Autoscale(4.0, 1, 6, 1.0, data.draw(st.sampled_from([0.0, 2.0])), 1)
    records = run(t, TABLE, Policy(autoscale=rule), replicas=6)
    begin, end = t.arrival_s.item(0), max(records.until_s, t.arrival_s.item(-1))
    edges = np.linspace(begin, end, 50)
    plain = Wish(spares=0)
    found = over(records, SLO, edges, plain)
    assert found.hours * 3600 == pytest.approx(float(np.sum(found.on)) * (end - begin) / 49)
    early = float(np.sum(records.switched[records.switched[:, 0] <= begin, 1])) * begin
    assert found.hours * 3600 == pytest.approx(float(np.sum(records.on_s)) - early, abs=1e-6)
    two = over(records, SLO, edges, Wish(spares=2))
    assert two.hours == pytest.approx(found.hours + 2 * (end - begin) / 3600)


@given(st.integers(1, 500), st.integers(2, 9), st.integers(0, 4))
def test_what_is_left_of_a_fleet_without_its_largest_zone_serves(needed, zones, spares):
    have = int(provisioned(float(needed), Wish(zones=zones, spares=spares)))
    assert have - spares - math.ceil((have - spares) / zones) >= needed
    one_less = have - spares - 1
    assert one_less - math.ceil(one_less / zones) < needed


def test_a_schedule_loads_ahead_and_keeps_what_it_needs_again_soon():
    t = waves(400, 8.0, 0.0, 3)
    steps = ((0.0, 2), (20.0, 4), (25.0, 1), (30.0, 3))
    rule = rule_of(Wish("schedule", delay_s=8.0, schedule=steps), math.nan, 4, t)
    records = run(t, TABLE, Policy(autoscale=rule), replicas=4)
    begin = t.arrival_s.item(0)
    number = np.cumsum(records.switched[:, 1])

    def on(at: float) -> int:
        return int(number[np.searchsorted(records.switched[:, 0], begin + at, "right") - 1])

    # four serve from 20 s, so they load from 12 s; one from 25 s, but three again from 30 s
    assert [on(x) for x in (11.0, 12.5, 19.0)] == [2, 4, 4]
    assert on(29.5) >= 3
    late = records.replica[(t.arrival_s - begin > 25.1) & (t.arrival_s - begin < 29.9)]
    assert set(late.tolist()) <= {0, 1, 2}
    before = records.replica[t.arrival_s - begin < 19.9]
    assert set(before.tolist()) == {0, 1}  # those that load take nothing yet


def test_a_schedule_of_the_users_own_that_misses_is_not_shown_and_said():
    t = waves(800, 20.0, 0.5, 5)
    few = Wish("schedule", minimum=1, delay_s=1.0, schedule=((0.0, 1),))
    found = size(t, TABLE, SLO, wish=few)
    assert found.fixed_chips > TABLE.n_chips
    assert not any(f.name.startswith("real") for f in found.fleets)
    assert found.notes == (
        "the schedule given misses the SLO: not sized for; the fixed fleet stands",
    )
    many = Wish(
        "schedule", minimum=1, delay_s=1.0, schedule=((0.0, found.fixed_chips // TABLE.n_chips),)
    )
    real = size(t, TABLE, SLO, wish=many)
    assert [f.name for f in real.fleets][1] == "real: schedule"


def test_the_pod_autoscaler_s_rules_hold_it_back():
    """Within a tenth of the target nothing moves; down only by the most asked for in a window."""
    from outlay.serving.engine.fleets.rules import Asking

    load = iter([10.0, 10.9, 30.0, 30.0, 4.0, 4.0, 4.0, 4.0])
    rule = Autoscale(
        1.0, 1, 99, patience=0, tolerance=0.1, up_share=1.0, up_count=4, down_window_s=30.0
    )
    asking = Asking(rule, lambda _: next(load), 99)
    on, seen = 10, []
    for k in range(8):
        on = asking.wanted(15.0 * k, on)
        seen.append(on)
    # 10, still 10, doubled to 20, then 30; held for 30 s; down
    assert seen == [10, 10, 20, 30, 30, 4, 4, 4]


def test_a_day_curve_is_followed_and_a_burst_is_no_reason_for_a_hundred_replicas():
    """The two faults of old: scaling that needed more than fixed, perfect that peaked above it."""
    t = waves(6000, 12.0, 0.6, 1)
    found = size(t, TABLE, SLO, wish=Wish(spares=0, minimum=1, delay_s=5.0, down_window_s=20.0))
    perfect, real, fixed = found.fleets[0], found.fleets[1], found.fleets[-1]
    assert real.name == "real: concurrency"
    assert perfect.chips_peak <= fixed.chips_peak
    assert perfect.chip_hours < 0.85 * fixed.chip_hours
    assert real.chip_hours < fixed.chip_hours
    # no schedule of one family (so many replicas per unit of load) is 5 % better
    load = found.rate_req_s / found.capacity_req_s
    best, fixed_replicas = fixed.chip_hours, found.fixed_chips // TABLE.n_chips
    for factor in np.linspace(0.6, 1.6, 21):
        counts = np.clip(np.ceil(load * factor), 1, fixed_replicas).astype(int)
        steps = tuple((k * found.window_s, int(c)) for k, c in enumerate(counts))
        wish = Wish("schedule", delay_s=0.0, schedule=steps, spares=0)
        rule = rule_of(wish, math.nan, fixed_replicas, t)
        records = run(t, TABLE, Policy(autoscale=rule), replicas=fixed_replicas)
        if holds(records, SLO):
            edges = t.arrival_s.item(0) + found.window_s * np.arange(len(load) + 1)
            best = min(best, over(records, SLO, edges, wish).hours * TABLE.n_chips)
    assert perfect.chip_hours <= 1.05 * best


def test_a_schedule_told_by_name_is_replayed_on_a_small_fleet_too():
    t = waves(300, 3.0, 0.2, 2)
    found = size(t, TABLE, SLO)
    assert found.fixed_chips < 3 * TABLE.n_chips
    assert found.notes == ("no autoscaling: fleet too small; the fixed fleet stands",)
    own = size(t, TABLE, SLO, wish=Wish("schedule", schedule=((0.0, 9),)))
    (said,) = own.notes
    hours = 10 * TABLE.n_chips * own.span_s / 3600  # nine, and one that stands by
    assert said.startswith(f"schedule scaling needs {hours:,.1f} chip-hours, more than the fixed")


@pytest.mark.parametrize("window", [1.0, 30.0, 77.0, 1e5])
def test_hours_and_money_do_not_depend_on_the_window_that_is_shown(window):
    t = waves(900, 6.0, 0.4, 4)
    fine = size(t, TABLE, SLO, wish=Wish("none"))
    found = size(t, TABLE, SLO, wish=Wish("none"), window_s=window)
    assert found.fixed_chip_hours == pytest.approx(fine.fixed_chip_hours)
    assert found.span_s == pytest.approx(fine.span_s)
    whole = np.full(len(found.time_s), found.fixed_chips + found.spare_chips)
    assert found.real_chips == pytest.approx(whole)


def test_a_scaler_keeps_the_replicas_asked_for_where_no_most_is_given():
    t = waves(400, 8.0, 0.0, 3)
    fixed = size(t, TABLE, SLO, wish=Wish("none")).fixed_chips // TABLE.n_chips
    many = 9 * fixed
    rule = rule_of(Wish(minimum=many), 4.0, fixed, t)
    assert (rule.minimum, rule.maximum) == (many, many)
    found = size(t, TABLE, SLO, wish=Wish(minimum=many, delay_s=1.0))
    hours = (many + 1) * TABLE.n_chips * found.span_s / 3600
    (said,) = found.notes
    assert said.startswith(f"concurrency scaling needs {hours:,.1f} chip-hours, more")


def test_requests_that_come_at_one_moment_are_sized_on_as_many_replicas_as_they_need():
    """Four replicas miss the limit at any rate; the fixed fleet that is found holds it."""
    rng = np.random.default_rng(3)
    at = np.repeat(np.arange(100) * 60.0, 80)
    t = traffic(at, rng.integers(1000, 1500, len(at)), rng.integers(2, 20, len(at)))
    slo = Slo(ttft_s=0.5, percentile=0.95)
    found = size(t, TABLE, slo, wish=Wish("none"))
    fixed = found.fixed_chips // TABLE.n_chips
    assert fixed > 4
    assert holds(run(t, TABLE, replicas=fixed), slo)
    assert not holds(run(t, TABLE, replicas=fixed - 1), slo)
    together = traffic(np.zeros(9000), np.full(9000, 1200), np.full(9000, 5))
    with pytest.raises(InfeasibleError, match="come together") as told:
        size(together, TABLE, slo)
    assert "up to 9,000" in str(told.value.problems())
