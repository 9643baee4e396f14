"""What stands beside a size: classes, schedules of the user's own, two pools, chips compared."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from outlay.core.errors import InputError, TableError
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.pools import run_split
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import dense
from outlay.serving.metrics import Slo, within
from outlay.serving.sizing.limits import fixed_fleet, holds
from outlay.serving.sizing.over_time.account import worst_hour
from outlay.serving.sizing.over_time.apart import by_length, by_phase
from outlay.serving.sizing.over_time.asked import read_schedule, wish_of
from outlay.serving.sizing.over_time.classes import absent_classes, with_classes
from outlay.serving.traffic.generate import arrivals
from outlay.serving.traffic.requests import Traffic, traffic
from outlay.serving.validate import example_table

TABLE = dense(example_table(kv_capacity_tokens=20_000, max_batch=16))
ASKED = {
    "target": None, "minimum": None, "maximum": None, "up_window_s": 0.0, "down_window_s": 300.0,
    "interval_s": None, "delay_s": 120.0, "schedule": None, "spares": 1, "zones": 1,
}  # fmt: skip


def some(n: int = 900, rate: float = 20.0) -> Traffic:
    rng = np.random.default_rng(7)
    return traffic(
        arrivals(n, rate, cv=1.5, seed=2), rng.integers(20, 3000, n), rng.integers(1, 150, n),
        priority=np.arange(n) % 2,
    )  # fmt: skip


def test_each_class_is_held_to_its_own_limits() -> None:
    records = run(some(), TABLE, replicas=2)
    first, second = (records.traffic.priority == c for c in (0, 1))
    late = records.first_s - records.traffic.arrival_s
    assert np.quantile(late[second], 0.99) > 2 * np.quantile(late[first], 0.99)
    limit = float(np.quantile(late[first], 0.995)) + TABLE.first_token_s
    assert not holds(records, Slo(ttft_s=limit))
    assert holds(records, with_classes(Slo(ttft_s=limit), "1: ttft=1e6"))
    assert not holds(records, with_classes(Slo(ttft_s=1e6), f"1: ttft={limit}"))
    slo = with_classes(Slo(ttft_s=limit), "1: ttft=1e6")
    assert within(records, slo)[second].all()
    assert not within(records, slo)[first].all()


def test_classes_are_read_strictly() -> None:
    slo = with_classes(Slo(2.0, 0.1, 0.95), "1: ttft=30; 0: ttft=1, tpot=0.05")
    assert slo.classes == ((0, Slo(1.0, 0.05, 0.95)), (1, Slo(30.0, None, 0.95)))
    for text, found in (
        ("0: ttft=x", "ttft=x"), ("a: ttft=1", "a: ttft=1"), ("16: ttft=1", "16: ttft=1"),
        ("0: ttft=-1", "ttft=-1"), ("0:", "0:"), ("0: ttft=1; 0: tpot=1", "0: tpot=1"),
        ("0: ttft=1 ttft=2", "ttft=2"), ("0: e2e=1", "e2e=1"),
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            with_classes(Slo(1.0), text)
        assert caught.value.problems()[0].value == found
    with pytest.raises(InputError, match="no request of this class"):
        absent_classes(with_classes(Slo(1.0), "5: ttft=1"), some())


def test_a_schedule_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("time_s,replicas\n0,2\n3600,5\n", encoding="utf-8")
    assert read_schedule(path) == ((0.0, 2), (3600.0, 5))
    path.write_text("time_s,replicas\n0,2\n10,0\n5,1.5\n-1,x\n", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_schedule(path)
    said = [(p.where.rsplit(":", 1)[1], p.value) for p in caught.value.problems()]
    assert said == [
        ("3, replicas", "0"), ("4, replicas", "1.5"), ("4, time_s", "5"), ("5, time_s", "-1"),
        ("5, replicas", "x"),
    ]  # fmt: skip
    path.write_text("time_s,replicas\n", encoding="utf-8")
    with pytest.raises(TableError, match="no times"):
        read_schedule(path)


@pytest.mark.parametrize(
    ("scaler", "more", "where"),
    [
        ("nothing", {}, "--scaler"),
        ("schedule", {}, "--scaler"),
        ("rate", {"schedule": "s.csv"}, "--schedule"),
        ("none", {"target": 3.0}, "--scale-target"),
        ("kv", {"target": 1.5}, "--scale-target"),
        ("rate", {"minimum": 5, "maximum": 3}, "--scale-min"),
    ],
)
def test_options_that_do_not_go_together_are_named(scaler, more, where) -> None:
    with pytest.raises(InputError) as caught:
        wish_of(scaler, **{**ASKED, **more})
    assert [p.where for p in caught.value.problems()] == [where]


def test_two_pools_by_length_each_hold_and_no_replica_is_too_many() -> None:
    t, slo = some(), Slo(4.0, 0.2, 0.95)
    pools = by_length(t, slo, Policy(), lambda _: TABLE, 1000)
    assert [p.pool for p in pools] == ["short", "long"]
    assert sum(p.requests for p in pools) == len(t)
    short = t.input_tokens <= 1000
    for p, mine in zip(pools, (short, ~short), strict=True):
        part = t.part(np.flatnonzero(mine))
        assert (p.requests, p.up_to) == (len(part), part.input_tokens.max())
        assert holds(run(part, TABLE, replicas=p.replicas), slo)
        if p.replicas > 1:
            assert not holds(run(part, TABLE, replicas=p.replicas - 1), slo)
    found = by_length(t, slo, Policy(), lambda _: TABLE, None)
    assert sum(p.chips for p in found) <= 1.3 * sum(p.chips for p in pools)


def test_prefill_and_decode_apart_hold_together_and_neither_can_be_less() -> None:
    t, slo = some(), Slo(4.0, 0.2, 0.95)
    fixed, _ = fixed_fleet(t, TABLE, slo, Policy(), 2)
    prefill, decode = by_phase(t, TABLE, slo, Policy(), fixed)
    go = partial(run_split, t, TABLE, TABLE)
    p, d = prefill.replicas, decode.replicas
    assert holds(go(prefill_replicas=p, decode_replicas=d), slo)
    assert d == 1 or not holds(go(prefill_replicas=p, decode_replicas=d - 1), slo)
    assert p == 1 or not holds(go(prefill_replicas=p - 1, decode_replicas=d), slo)
    assert by_phase(t, TABLE, replace(slo, ttft_s=1e-3), Policy(), fixed) == ()


def test_the_worst_sixth_of_a_short_trace_is_where_requests_were_late() -> None:
    """A burst in the fifth of six parts."""
    at = np.sort(np.concatenate([np.arange(0.0, 600.0, 2.0), 400.0 + np.arange(300) * 0.01]))
    records = run(traffic(at, 500, 40), TABLE)
    slo = Slo(ttft_s=0.5)
    worst = worst_hour(records, slo)
    assert (worst.from_s, worst.width_s) == pytest.approx((at[-1] * 4 / 6, at[-1] / 6))
    mine = (at >= worst.from_s) & (at < worst.from_s + worst.width_s)
    assert worst.share == pytest.approx(within(records, slo)[mine].mean())
    assert worst.share < within(records, slo).mean() < 1
