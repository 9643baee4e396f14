"""Several models on one pool: the chips of it counted a second time, limits held, what is saved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.core.errors import InfeasibleError
from outlay.performance.types import StepTable
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.steps import dense
from outlay.serving.metrics import Slo
from outlay.serving.sizing.limits import holds
from outlay.serving.sizing.over_time.best import schedule_rule
from outlay.serving.sizing.over_time.shared import Tenant, chips_over_time, share
from outlay.serving.traffic.requests import traffic
from outlay.serving.twin.run import run_twin

SPAN_S = 240.0


def tenant(name, seed, phase, *, rate=3.0, chips=1, delay_s=5.0, slow=1.0):
    """A wave of requests that is highest at `phase` of the time, on replicas of `chips`."""
    rng = np.random.default_rng(seed)
    n = int(2 * rate * SPAN_S)
    t = np.sort(rng.random(n) * SPAN_S)
    high = 0.5 + 0.5 * np.cos(2 * np.pi * (t / SPAN_S - phase))
    t = t[rng.random(n) < high]
    t = t - t[0]
    table = StepTable(
        batch=np.array([1.0, 4.0]),
        decode_base_s=np.array([0.04, 0.06]) * slow,
        decode_s_per_kv_token=np.full(2, 1e-6),
        prefill_base_s=0.01,
        prefill_s_per_token=1e-3 * slow,
        prefill_s_per_token_ctx=0.0,
        mixed_saving=0.1,
        kv_capacity_tokens=4000,
        kv_block_tokens=16,
        max_batch=4,
        n_chips=chips,
        idle_w=1.0,
        busy_w=2.0,
    )
    requests = traffic(t, rng.integers(20, 100, len(t)), rng.integers(5, 40, len(t)))
    return Tenant(name, requests, dense(table), Slo(1.5, 0.2, 0.95), delay_s)


def of_twins(served, width_s, times):
    """Chips on from each time, counted from the spans of replicas of the step-by-step twin."""
    total = np.zeros(len(times))
    for s in served:
        t, n = s.tenant, s.tenant.table.n_chips
        if s.counts is None:
            total += n * s.fixed
            continue
        rule = schedule_rule(s.counts, 0.0, width_s, t.load_delay_s)
        found = run_twin(t.traffic, t.table, Policy(autoscale=rule), replicas=2 * s.fixed)
        np.testing.assert_allclose(found.end_s, s.records.end_s, rtol=0, atol=1e-6)
        for spans in found.spans:
            for on, off in spans:
                total += n * ((times >= on - 1e-6) & (times < off - 1e-6))
    return total


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.0, 4.0, 30.0]))
def test_chips_of_the_pool_are_those_of_the_twins(seed, delay_s):
    """Loading and draining included, at every change; models differ in chips and in speed."""
    few = [
        tenant("a", seed, 0.3, delay_s=delay_s),
        tenant("b", seed + 1, 0.8, rate=2.0, chips=2, delay_s=3.0, slow=1.3),
    ]
    found = share(few, Policy(), window_s=20.0)
    middle = (found.times_s[:-1] + found.times_s[1:]) / 2  # off the changes, where rounding counts
    wide = np.diff(found.times_s) > 1e-5
    mine = found.chips[:-1][wide]
    np.testing.assert_array_equal(mine, of_twins(found.served, found.width_s, middle[wide]))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000), st.floats(0, 1), st.floats(0, 1))
def test_a_pool_takes_no_more_than_fleets_apart_and_holds_every_limit(seed, one, other):
    found = share([tenant("a", seed, one), tenant("b", seed + 1, other)], Policy(), window_s=20.0)
    assert found.peak_chips <= found.separate_chips
    for s in found.served:
        assert holds(s.records, s.tenant.slo)
    parts = [chips_over_time(s, found.end_s) for s in found.served]
    for t, chips in zip(found.times_s, found.chips, strict=True):
        on = sum(c[max(0, np.searchsorted(at, t, side="right") - 1)] for at, c in parts)
        assert on == chips


def test_waves_that_come_in_turn_share_and_one_wave_does_not():
    a = tenant("a", 1, 0.25, rate=6.0)
    b = tenant("b", 2, 0.75, rate=6.0)
    found = share([a, b], Policy(), window_s=20.0)
    assert found.peak_chips < 0.8 * found.separate_chips
    assert all(s.loads > 0 for s in found.served)
    same = share([a, replace(a, name="again")], Policy(), window_s=20.0)
    assert same.peak_chips > 0.9 * same.separate_chips


def test_slow_loading_keeps_chips_from_the_other_model():
    """A replica counts from where it begins to load."""
    quick, slow = (
        share(
            [tenant("a", 1, 0.25, rate=6.0, delay_s=d), tenant("b", 2, 0.75, rate=6.0, delay_s=d)],
            Policy(), window_s=20.0,
        )
        for d in (0.0, 60.0)
    )  # fmt: skip
    area = [float(np.sum(np.diff(p.times_s) * p.chips[:-1])) for p in (quick, slow)]
    assert area[1] > 1.1 * area[0]


def test_a_model_that_no_fleet_holds_is_named():
    hopeless = replace(tenant("hopeless", 1, 0.5), slo=Slo(1e-4, None, 0.95))
    with pytest.raises(InfeasibleError, match=r"^hopeless: "):
        share([tenant("a", 1, 0.5), hopeless], Policy())
