"""The engine against queueing theory, flow balance and identities."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from outlay.core.errors import InvariantError
from outlay.serving import validate as v
from outlay.serving.engine.policy import Failure, Policy
from outlay.serving.engine.pools import run_split
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import dense
from outlay.serving.metrics import Slo, check, latencies, percentiles, summary, timeline
from outlay.serving.traffic.generate import arrivals
from outlay.serving.traffic.requests import traffic


@pytest.mark.parametrize("name", ["md1", "mmc", "saturation", "little", "twin"])
def test_validation_rows_hold(name):
    rows = v.validate((name,), seed=11).rows
    assert rows
    assert [r for r in rows if not r.ok] == []


def test_erlang_wait_against_published_values():
    # a = 0.5, c = 1: M/M/1 wait rho s / (1 - rho) = 1; c = 2, a = 1: C = 1/3, wait 1/3
    assert v.erlang_wait(1, 0.5, 1.0) == pytest.approx(1.0)
    assert v.erlang_wait(2, 1.0, 1.0) == pytest.approx(1 / 3)


def base_load(rate=10.0, n=4000, seed=0):
    return traffic(arrivals(n, rate, seed=seed), 1024, 256)


def test_halving_replicas_past_capacity_raises_latency():
    table = dense(v.example_table(max_batch=16))
    four, two = (summary(run(base_load(20.0), table, replicas=r)) for r in (4, 2))
    assert two.e2e_s.p50 > 1.5 * four.e2e_s.p50


def test_latency_rises_with_load_and_goodput_with_the_limit():
    table = dense(v.example_table(max_batch=32))
    runs = [run(base_load().scaled(f), table) for f in (0.2, 0.5, 1.0, 2.0)]
    p99 = [summary(r).ttft_s.p99 for r in runs]
    assert p99 == sorted(p99)
    shares = [summary(runs[2], Slo(ttft_s=x)).goodput_share for x in (0.05, 0.2, 1.0, 10.0)]
    assert shares == sorted(shares)


def test_percentiles_count_unfinished_as_missed():
    table = dense(v.example_table(kv_capacity_tokens=1200))
    t = traffic([0.0, 1.0, 2.0, 3.0], [100, 5000, 100, 100], 8)
    records = run(t, table)
    found = summary(records)
    assert (found.completed, found.rejected) == (3, 1)
    assert math.isinf(found.ttft_s.p99)
    assert math.isfinite(found.ttft_s.p50)


def test_percentiles_are_order_statistics():
    x = np.arange(1.0, 101.0)
    got = percentiles(x)
    assert (got["p50"], got["p90"], got["p99"], got["mean"]) == (50.0, 90.0, 99.0, 50.5)


def test_a_doctored_record_breaks_littles_law():
    records = run(base_load(n=200), dense(v.example_table()))
    check(records)
    with pytest.raises(InvariantError, match="Little"):
        check(replace(records, end_s=records.end_s + 1.0))


def test_timeline_integrals_equal_the_records():
    records = run(base_load(n=500), dense(v.example_table()))
    series = timeline(records, 50)
    width = np.diff(series.time_s).mean()
    running = float((records.end_s - records.start_s).sum())
    assert series.running.sum() * width == pytest.approx(running, rel=1e-6)


def test_a_single_request_takes_what_the_table_says():
    table = dense(v.example_table())
    records = run(traffic([0.0], 1000, 3), table)
    first = table.prefill_s(1000)
    assert records.first_s[0] == pytest.approx(first)
    steps = table.decode_s(1, 1001) + table.decode_s(1, 1002)
    assert records.end_s[0] == pytest.approx(first + steps)


def test_split_pools_add_the_transfer_and_never_prefill_twice():
    table = dense(replace(v.example_table(), kv_transfer_s_per_token=1e-5))
    records = run_split(base_load(4.0, 800), table, table, prefill_replicas=2, decode_replicas=2)
    found = summary(records)
    assert found.completed == 800
    assert records.prefilled_tokens[:2].sum() == 800 * 1024
    assert records.prefilled_tokens[2:].sum() == 0
    alone = run_split(traffic([0.0], 1024, 2), table, table)
    expected = table.prefill_s(1024) + 1024e-5 + table.decode_s(1, 1025)
    assert alone.end_s[0] == pytest.approx(expected)


def test_a_failed_replica_loses_work_but_no_request():
    table = dense(v.example_table())
    policy = Policy(failures=(Failure(10.0, 0, 60.0), Failure(40.0, 1)))
    found = summary(run(base_load(6.0, 600), table, policy, replicas=2))
    calm = summary(run(base_load(6.0, 600), table, replicas=2))
    assert found.completed == 600
    assert found.preemptions > 0
    assert found.e2e_s.p99 > calm.e2e_s.p99


def test_prefix_cache_serves_a_growing_conversation():
    table = dense(v.example_table())
    t = traffic(
        [0.0, 100.0, 200.0], [1600, 3200, 4800], 160,
        session=[0, 0, 0], shared_tokens=[0, 1600, 3200],
    )  # fmt: skip
    kept = run(t, table)
    assert kept.cached_tokens.tolist() == [0, 1600, 3200]
    assert run(t, table, Policy(cache_life_s=50.0)).cached_tokens.tolist() == [0, 0, 0]
    assert kept.end_s[2] < run(t, table, Policy(prefix_cache="off")).end_s[2]


def test_priority_class_zero_waits_less():
    table = dense(v.example_table(max_batch=8))
    ranks = np.arange(2000) % 2
    t = replace(base_load(5.0, 2000), priority=ranks.astype(np.int8))
    queue = latencies(run(t, table))["queue"]
    assert queue[ranks == 0].mean() < 0.5 * queue[ranks == 1].mean()


def test_multi_token_prediction_shortens_decode():
    one, two = (
        run(traffic([0.0], 64, 1001), dense(v.example_table(tokens_per_step=x))) for x in (1.0, 2.0)
    )
    ratio = (one.end_s - one.first_s) / (two.end_s - two.first_s)
    assert ratio[0] == pytest.approx(2.0, rel=2e-3)
