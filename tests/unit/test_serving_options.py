"""Users, scaling, failures and step tables in words: what is taken, and what is refused how."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from outlay import simulate, size
from outlay.catalogue import find_chip
from outlay.core.errors import InfeasibleError, InputError, TableError
from outlay.report.words.models.simulation import simulation_lines
from outlay.report.words.models.size import steady_lines
from outlay.serving.engine.policy import Autoscale, Clients, Failure, Policy
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import dense
from outlay.serving.options import autoscale_of, clients_of, failures_of, table_with, turns_note
from outlay.serving.overload import overload_of
from outlay.serving.step_files import read_steps, write_steps
from outlay.serving.traffic.requests import traffic
from outlay.serving.twin.run import run_twin
from outlay.serving.validate import example_table, flat_table

ON = {"model": "llama-3.1-8b", "chip": "h100-sxm", "tp": 1, "isl": 200, "osl": 20}


def test_scaling_is_said_in_words_and_what_is_left_out_is_as_usual() -> None:
    said = "target=8, min=2,max=9,interval=5,delay=30,patience=4"
    assert autoscale_of(said) == Autoscale(8.0, 2, 9, 5.0, 30.0, 4)
    assert autoscale_of("target=3") == Autoscale(3.0)
    assert autoscale_of(" ") is None


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("min=2", "target is not said"),
        ("target=0", "target must be positive"),
        ("target=2,min=3,max=2", "max is below min"),
        ("target=2,targt=3", "not known .found 'targt=3'.*target"),
        ("target=2,target=3", "said twice"),
        ("target=x", "target is no number"),
        ("target=2,patience=1.5", "patience is no whole number"),
        ("target=nan", "out of range"),
    ],
)
def test_scaling_that_cannot_be_is_refused(said: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        autoscale_of(said)


def test_failures_name_time_replica_and_repair() -> None:
    assert failures_of(["at=5,replica=1,repair=9", "at=7"], 2) == (
        Failure(5.0, 1, 9.0), Failure(7.0, 0, math.inf),
    )  # fmt: skip
    with pytest.raises(InputError, match=r"no such replica .*0 to 1"):
        failures_of(["at=5,replica=2"], 2)


@pytest.mark.parametrize("twin", [False, True])
def test_replicas_that_come_back_at_once_share_what_was_held(twin: bool) -> None:
    failures = tuple(Failure(10.0, r, 20.0) for r in range(4))
    policy, t = Policy(failures=failures, load_delay_s=5.0), traffic(np.arange(300) / 10.0, 100, 9)
    ran = (run_twin if twin else run)(t, dense(example_table()), policy, replicas=4)
    held = (t.arrival_s > 10.0) & (t.arrival_s < 30.0)
    shares = np.bincount(np.asarray(ran.replica)[held], minlength=4)
    assert shares.max() - shares.min() <= 1


def test_a_repair_is_over_when_it_was_said_to_be() -> None:
    found = simulate(**ON, rate=5.0, requests=200, fail=["at=10,replica=0,repair=7"])
    first, came = found.records.records.start_s, found.records.records.traffic.arrival_s
    late = first[(came > 10.0) & (came < 17.0)]
    assert 17.0 <= late.min() < 17.1


def test_one_way_to_send() -> None:
    assert clients_of(4, None, 0.0, "fixed", 0.0, None) == Clients(4)
    assert clients_of(None, 4, 2.0, "exponential", 3.0, None) == Clients(4, 2.0, "exponential", 3.0)
    assert clients_of(None, None, 0.0, "fixed", 0.0, 5) == Clients(5, timed=True)
    assert clients_of(None, None, 0.0, "fixed", 0.0, None) is None
    for asked in (
        (4, 4, 0.0, "fixed", 0.0, None),
        (4, None, 0.0, "fixed", 0.0, 2),
        (None, None, 1.0, "fixed", 0.0, None),
        (None, None, 0.0, "fixed", 1.0, 3),
        (4, None, 1.0, "normal", 0.0, None),
    ):
        with pytest.raises(InputError):
            clients_of(*asked)


def test_an_open_and_a_closed_loop_at_once_are_refused() -> None:
    with pytest.raises(InputError, match="--max-concurrency N caps an open loop"):
        simulate(**ON, rate=2.0, concurrency=4)
    with pytest.raises(InputError, match="exactly one source"):
        simulate(**ON)
    with pytest.raises(InputError, match="with a split fleet"):
        simulate(**ON, concurrency=4, requests=10, prefill_replicas=1)


def test_a_closed_loop_says_its_users_and_their_rate() -> None:
    found = simulate(**ON, users=8, think=0.5, requests=400)
    loop = found.closed_loop
    assert loop is not None
    assert (loop.users, loop.think_s, loop.capped) == (8, 0.5, False)
    answer = found.e2e_s.mean
    assert answer is not None
    # Little's law: of 8 users those in flight are the share of time that answers take
    assert loop.in_flight == pytest.approx(8 * answer / (answer + 0.5), rel=0.03)
    assert found.request_rate_s == pytest.approx(8 / (answer + 0.5), rel=0.05)
    assert "closed loop of 8 users who think 0.5 s (fixed)" in simulation_lines(found)[0]
    capped = simulate(**ON, rate=50.0, requests=300, max_concurrency=2)
    assert capped.closed_loop is not None
    assert capped.closed_loop.in_flight <= 2.0
    assert simulation_lines(capped)[0].startswith("at most 2 in flight")


def test_goodput_stands_only_where_a_limit_was_given() -> None:
    free, tight = (simulate(**ON, rate=2.0, requests=50, **x) for x in ({}, {"ttft_p99": 9.0}))
    assert (free.goodput_share, free.goodput_req_s) == (None, None)
    assert tight.goodput_share == 1.0
    assert not any("within limits" in line for line in simulation_lines(free))
    assert any("100.00 % within limits" in line for line in simulation_lines(tight))


def test_seeds_give_a_band_that_holds_each_of_them() -> None:
    ask = {**ON, "rate": 30.0, "requests": 300, "length_cv": 1.0}
    three = simulate(**ask, seeds=3)
    each = [simulate(**ask, seed=k).ttft_s.p99 for k in range(3)]
    band = three.bands[0]
    assert (band.figure, three.seeds) == ("ttft_s", 3)
    assert (band.low.p99, band.high.p99) == (min(each), max(each))
    assert three.ttft_s.p99 == each[0]
    assert len(set(each)) == 3
    assert any(
        x.startswith("ttft [s], least to most over the seeds") for x in simulation_lines(three)
    )


@pytest.mark.parametrize("rate", [6.0, 20.0])
def test_a_queue_that_grows_is_named_with_what_is_held(rate: float) -> None:
    """D/D/1: of 5 a second that a server holds, the rest wait."""
    n = 4000
    t = traffic(np.arange(n) / rate, 1, 1)
    found = overload_of(run(t, flat_table(1.0, 1, 0.2)))
    assert found is not None
    assert found.grows_req_s == pytest.approx(rate - 5.0, rel=0.01)
    assert found.asked_req_s == pytest.approx(rate, rel=0.01)
    assert found.held_req_s == pytest.approx(5.0, rel=0.01)


def test_neither_a_burst_that_is_worked_off_nor_a_busy_server_is_overload() -> None:
    table, n = flat_table(1.0, 1, 0.2), 4000
    burst = np.sort(np.concatenate([np.full(1000, 100.0), np.arange(n) / 3.0]))
    assert overload_of(run(traffic(burst, 1, 1), table)) is None
    for seed in range(5):
        gaps = np.random.default_rng(seed).exponential(1 / 4.5, n)  # 90 % busy
        assert overload_of(run(traffic(np.cumsum(gaps), 1, 1), table)) is None


def test_overload_is_said_beside_the_latencies_that_depend_on_the_run() -> None:
    found = simulate(**{**ON, "isl": 4000}, rate=60.0, requests=1500)
    assert found.overload is not None
    line = simulation_lines(found)[0]
    assert line.startswith("overload: the queue grows by")
    assert f"{found.overload.held_req_s:,.4g}/s of the" in line
    assert simulate(**ON, rate=2.0, requests=500).overload is None


def test_turned_away_requests_are_counted_and_said() -> None:
    found = simulate(**{**ON, "isl": 4000}, rate=80.0, requests=800, max_waiting=3, max_wait=0.2)
    away = found.turned_away
    assert away is not None
    assert away.refused > 0
    assert found.completed + away.refused + away.dropped == found.requests
    assert any(f"{away.refused:,} found a full queue" in x for x in simulation_lines(found))


def test_a_smaller_cache_and_more_tokens_a_step_do_what_they_say() -> None:
    ask = {**ON, "rate": 40.0, "requests": 300}
    plain, small, quick = (
        simulate(**ask, **x) for x in ({}, {"kv_tokens": 1024, "kv_block": 32}, {"speculative": 2})
    )
    assert small.replica.kv_capacity_tokens == 1024
    assert small.mean_running <= 1024 / 200
    assert plain.mean_running > small.mean_running
    assert quick.tpot_s.p50 == pytest.approx(plain.tpot_s.p50 / 2, rel=0.15)
    with pytest.raises(InputError, match="holds no block"):
        table_with(example_table(), kv_tokens=10, kv_block=16, tokens_per_step=None)


def test_replicas_fail_and_scale_as_the_command_says() -> None:
    ask = {**ON, "rate": 20.0, "requests": 400, "replicas": 2}
    lost = simulate(**ask, fail=["at=5,replica=0,repair=4"])
    assert lost.preemptions > 0
    few = simulate(**ask, autoscale="target=100,min=1,interval=5,delay=1")
    assert np.sum(few.records.records.on_s) < 1.2 * few.simulated_s
    closed = {**ON, "concurrency": 4, "replicas": 2, "requests": 200}
    idle = simulate(**closed, autoscale="target=4,min=1,interval=1,delay=1")
    assert np.sum(idle.records.records.on_s) == pytest.approx(idle.simulated_s)  # one of the two
    assert len(idle.records.records.scaling) >= int(idle.simulated_s)  # asked every second
    with pytest.raises(InputError, match="one or the other"):
        simulate(**closed, fail=["at=1,replica=0,repair=4"])


def test_a_step_table_is_read_as_it_was_written(tmp_path) -> None:
    table = replace(example_table(), first_token_s=0.03)
    again = read_steps(write_steps(table, tmp_path / "steps.json"))
    for name in ("base_s", "slope_s", "pre", "capacity_blocks", "first_token_s"):
        assert np.array_equal(getattr(dense(again), name), getattr(dense(table), name))
    found = simulate(**ON, concurrency=4, requests=40, step_table=tmp_path / "steps.json")
    assert found.steps.kv_capacity_tokens == table.kv_capacity_tokens


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"batch": [1, "2"]}, "batch: not as it must be"),
        ({"batch": [3, 2, 64, 256]}, "batch sizes must rise"),
        ({"max_batch": 2.5}, "max_batch: not as it must be .*a whole number"),
        ({"max_batch": None}, "max_batch: not as it must be"),
        ({"idle_w": True}, "idle_w: not as it must be"),
        ({"decode_base": 1}, "decode_base: not known.*decode_base_s"),
    ],
)
def test_a_step_table_that_cannot_be_is_refused_by_field(tmp_path, change, what) -> None:
    path = write_steps(example_table(), tmp_path / "steps.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(TableError, match=what):
        read_steps(path)


def test_a_file_that_is_no_step_table_is_refused(tmp_path) -> None:
    for text in ("[1]", "{", "", '{"batch": [1]}'):
        (tmp_path / "x.json").write_text(text)
        with pytest.raises(TableError):
            read_steps(tmp_path / "x.json")
    with pytest.raises(TableError, match="cannot be read"):
        read_steps(tmp_path / "none.json")


def test_a_size_for_users_who_think_says_that_it_was_run_as_their_loop() -> None:
    found = size(**ON, users=40, think=1.0, ttft_p99=2.0, tpot_p99=0.1)
    assert found.steady is not None
    assert found.steady.think_s == 1.0
    assert found.steady.in_flight < 40
    said = list(steady_lines(found, found.steady))
    assert "Run as a closed loop, each user's next request 1 s after the answer" in said[1]
    for more in (
        {"rate": 2.0, "users": 4, "think": 1.0},
        {"think": 1.0},
        {"concurrency": 2, "users": 3},
    ):
        with pytest.raises(InputError):
            size(**ON, ttft_p99=2.0, **more)


def test_a_scaled_fleet_says_what_was_on() -> None:
    rule = "target=1,min=1,interval=5,delay=30,patience=1"
    found = simulate(**ON, rate=8.0, requests=400, replicas=3, autoscale=rule)
    on, r = found.replicas_on, found.records.records
    assert on is not None
    edges = np.sort(np.concatenate([r.switched[:, 0], [0.0, r.until_s]]))
    edges = edges[edges <= r.until_s]
    counts = [float(np.sum(r.switched[r.switched[:, 0] <= t, 1])) for t in edges[:-1]]
    mean = float(np.dot(np.diff(edges), counts)) / r.until_s
    assert on.mean == pytest.approx(mean)
    assert r.switched[:, 0].max() > r.until_s  # a replica that loads when all is done
    assert (on.least, on.most) == (1, 3)
    risen = simulate(**ON, rate=50.0, requests=400, replicas=3, autoscale=rule).replicas_on
    assert risen is not None
    assert (risen.least, risen.most) == (1, 3)
    assert on.chip_hours == pytest.approx(mean * r.until_s / 3600.0)
    assert simulate(**ON, rate=8.0, requests=80).replicas_on is None


def test_a_failed_fleet_says_what_was_on() -> None:
    found = simulate(**ON, rate=5.0, requests=500, replicas=2, fail=["at=10,replica=1,repair=20"])
    assert found.replicas_on is not None
    assert found.replicas_on.mean == pytest.approx(2.0 - 20.0 / found.records.records.until_s)
    assert found.replicas_on.most is None


def test_each_class_of_priority_has_its_latencies(tmp_path) -> None:
    lines = [f"{k / 40},400,40,{k % 2}" for k in range(400)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["arrival_s,input_tokens,output_tokens,priority", *lines]))
    found = simulate(
        model="llama-3.1-8b", chip="h100-sxm", tp=1, trace=path, kv_tokens=3000, ttft_p99=1.0
    )
    first, second = found.classes
    assert (first.priority, first.requests, second.requests) == (0, 200, 200)
    assert first.ttft_s.mean is not None
    assert second.ttft_s.mean is not None
    assert first.ttft_s.mean < 0.2 * second.ttft_s.mean
    both = np.array([first.goodput_share, second.goodput_share], float)
    assert found.goodput_share == pytest.approx(both.mean())


def test_a_cap_says_how_long_it_holds_requests_back() -> None:
    found = simulate(**ON, rate=50.0, requests=300, max_concurrency=2)
    loop, r = found.closed_loop, found.records.records
    assert loop is not None
    assert loop.asked_req_s == pytest.approx(50.0, rel=0.1)
    free = simulate(**ON, rate=50.0, requests=300).records.records
    waits = np.sort(r.traffic.arrival_s) - free.traffic.arrival_s
    assert loop.held_back_s == pytest.approx(float(np.mean(waits)))


def test_two_pools_say_which_is_the_busier() -> None:
    found = simulate(**{**ON, "isl": 12_000}, rate=2.0, requests=200, prefill_replicas=1)
    pools = found.pools_busy
    assert pools is not None
    assert pools.prefill > pools.decode > 0
    assert 0.5 * (pools.prefill + pools.decode) == pytest.approx(found.utilisation)


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ({"slack": 3.0}, "--slack: only session_affinity.*3 with --routing least_loaded"),
        ({"cache_life": 3.0, "prefix_cache": "off"}, "--cache-life: nothing is cached"),
        ({"offload_write": "evict"}, "--offload-write: no tier is there"),
        ({"offload_load": "block"}, "--offload-load: no tier is there"),
        ({"thinking": "exponential"}, "--thinking: no time to spread"),
        ({"autoscale": "target=3"}, "--autoscale: one replica cannot scale"),
        ({"autoscale": "target=3,max=9", "replicas": 4}, "max is above the fleet.*max=4 or less"),
        ({"autoscale": "target=3,min=9", "replicas": 4}, "min is above the fleet"),
    ],
)
def test_an_option_that_would_change_nothing_is_refused(asked, what) -> None:
    with pytest.raises(InputError) as err:
        simulate(**{**ON, "rate": 2.0, "requests": 20, **asked})
    assert re.search(what, " ".join(str(err.value).split()))


def test_what_turned_out_to_change_nothing_is_noted() -> None:
    late = simulate(**ON, rate=5.0, requests=20, replicas=2, fail=["at=900,replica=0"])
    assert any("--fail at=900 is after the run" in w for w in late.warnings)
    same = simulate(**ON, concurrency=4, requests=40, seeds=2)
    assert any("the seeds gave the same run" in w for w in same.warnings)
    drawn = simulate(**ON, rate=5.0, requests=40, seeds=2)
    assert not any("seeds" in w for w in drawn.warnings)


def test_a_loop_that_is_short_or_in_step_is_noted() -> None:
    short = simulate(**{**ON, "length_cv": 0.5}, users=30, requests=100)
    assert any("100 requests for 30 users: fewer than 5 each" in w for w in short.warnings)
    step = simulate(**ON, users=4, requests=100)
    assert any("stay in step" in w for w in step.warnings)
    for more in ({"ramp": 5.0}, {"length_cv": 0.5}, {"think": 1.0, "thinking": "exponential"}):
        parted = simulate(**ON, users=4, requests=100, **more)
        assert not any("stay in step" in w for w in parted.warnings)


def test_tokens_a_step_say_what_they_leave_out() -> None:
    found = simulate(**ON, rate=5.0, requests=20, speculative=2.5)
    assert any("what drafting and verifying cost is not in it" in w for w in found.warnings)


def test_a_share_of_memory_sets_the_cache() -> None:
    ask = {**ON, "rate": 2.0, "requests": 20}
    usual, same, less = (
        simulate(**ask, **x).replica.kv_capacity_tokens
        for x in ({}, {"memory_share": 0.9}, {"memory_share": 0.5})
    )
    assert same == pytest.approx(usual, abs=1)
    # 131,072 bytes of cache a token: 8 heads of 128 in 32 layers, keys and values, bf16
    spared = (0.9 - 0.5) * find_chip("h100-sxm").memory_bytes / 131_072
    assert usual - less == pytest.approx(spared, rel=1e-6)
    held = simulate(**ask, memory_share=0.95, stack="vllm").replica.kv_capacity_tokens
    assert held > usual
    with pytest.raises(InfeasibleError, match="does not fit"):
        simulate(**ask, memory_share=0.1)
    for more in ({"kv_tokens": 5000}, {"step_table": "x.json"}):
        with pytest.raises(InputError, match="--memory-share: the cache is of another size"):
            simulate(**ask, memory_share=0.8, **more)


def test_users_who_are_refused_at_once_are_not_in_flight() -> None:
    found = simulate(**ON, users=10, requests=200, max_waiting=3)
    assert found.closed_loop is not None
    assert found.closed_loop.in_flight <= 10
    assert any("a user who is refused sends the next request at once" in w for w in found.warnings)


def test_a_table_of_other_chips_is_named(tmp_path) -> None:
    path = write_steps(replace(example_table(), n_chips=8), tmp_path / "steps.json")
    found = simulate(**ON, rate=2.0, requests=20, step_table=path)
    assert any("of a replica of 8 chips, the one asked for has 1" in w for w in found.warnings)


def test_turns_that_come_before_an_answer_are_counted() -> None:
    session = [0, 0, 0, 1, 1]
    came = np.array([0.0, 0.1, 50.0, 60.0, 60.1])  # second and last turn: before the answer
    t = traffic(
        came, [100, 300, 600, 100, 300], [100] * 5, session=session,
        shared_tokens=[0, 200, 400, 0, 200],
    )  # fmt: skip
    (note,) = turns_note(run(t, dense(example_table())))
    assert note.startswith("2 of 3 later turns came before the answer")
    apart = replace(t, arrival_s=np.arange(5) * 50.0)
    assert turns_note(run(apart, dense(example_table()))) == ()
