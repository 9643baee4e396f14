"""Closed loops against closed forms: one user, the machine-repair model, Little's law, a cap."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.core.errors import InputError
from outlay.serving.engine.policy import Admission, Clients, Failure, Policy
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import DenseTable, dense
from outlay.serving.metrics import latencies, summary
from outlay.serving.traffic.requests import traffic
from outlay.serving.validate import example_table, flat_table

PER_TOKEN = 1e-5


def _server(first_token_s: float = 0.0) -> DenseTable:
    """One request at a time, for a time that its prompt's length says."""
    table = flat_table(0.01, 1, 0.001)
    pre = np.array([0.0, PER_TOKEN, 0.0, 0.0])
    capacity = 1 << 30
    return replace(
        table, pre=pre, block_tokens=1024, capacity_blocks=capacity, first_token_s=first_token_s
    )


def _served(n: int, mean_s: float, seed: int = 0):
    """Requests of one token whose prompts take exponential times."""
    drawn = np.random.default_rng(seed).exponential(mean_s / PER_TOKEN, n)
    return traffic(np.zeros(n), np.maximum(1, np.rint(drawn)), 1)


@pytest.mark.parametrize(("think", "launch"), [(0.0, 0.0), (0.7, 0.0), (0.7, 0.03)])
def test_one_user_gets_one_request_each_answer_and_thought(think: float, launch: float) -> None:
    """X = 1 / (R + Z), with R as the user sees it."""
    n, prompt, out, step = 50, 2000, 11, 0.01
    t = traffic(np.zeros(n), prompt, out)
    found = run(t, _server(launch), clients=Clients(1, think))
    answer = prompt * PER_TOKEN + (out - 1) * step + launch
    np.testing.assert_allclose(latencies(found)["e2e"], answer, rtol=0, atol=1e-9)
    np.testing.assert_allclose(np.diff(found.traffic.arrival_s), answer + think, atol=1e-9)


@pytest.mark.parametrize(("users", "think"), [(1, 1.0), (4, 1.0), (12, 3.0)])
def test_a_server_of_one_gives_what_the_machine_repair_model_says(users: int, think: float) -> None:
    """M/M/1//N: p0 = 1 / sum of N!/(N - k)! a^k, a = service / think; X = (1 - p0) / service."""
    service, n = 0.4, 60_000
    a = service / think
    p0 = 1.0 / sum(math.perm(users, k) * a**k for k in range(users + 1))
    found = run(_served(n, service), _server(), clients=Clients(users, think, "exponential"))
    done = n / found.until_s
    assert done == pytest.approx((1 - p0) / service, rel=0.015)
    answer = float(np.mean(latencies(found)["e2e"]))
    assert answer == pytest.approx(users * service / (1 - p0) - think, rel=0.03)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.sampled_from([0.0, 0.2, 2.0]), st.integers(1, 3), st.integers(0, 99))
def test_users_are_rate_times_answer_and_thought(users, think, replicas, seed) -> None:
    """N = X (R + Z), to rounding: each user's time is answers and thoughts and nothing else."""
    n, rng = 300, np.random.default_rng(seed)
    t = traffic(np.zeros(n), rng.integers(1, 900, n), rng.integers(1, 90, n))
    found = run(t, dense(example_table()), replicas=replicas, clients=Clients(users, think))
    sent, answer = found.traffic.arrival_s, latencies(found)["e2e"]
    stop = sent.item(-1)  # the last is sent: until then all users are at it
    busy = np.sum(np.minimum(sent + answer + think, stop) - sent)
    # a thought comes before a request: the first of each user needs none
    assert busy == pytest.approx(min(users, n) * stop, rel=1e-9)
    assert summary(found).completed == n


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 30), st.floats(0.0, 5.0), st.integers(0, 99))
def test_never_more_in_flight_than_users_and_all_in_the_file_s_order(users, ramp, seed) -> None:
    n, rng = 200, np.random.default_rng(seed)
    t = traffic(np.zeros(n), rng.integers(1, 900, n), rng.integers(1, 90, n))
    found = run(t, dense(example_table()), clients=Clients(users, 0.0, ramp_s=ramp))
    assert np.array_equal(found.place, np.arange(n))
    sent = found.traffic.arrival_s
    for k, at in enumerate(sent):
        assert np.count_nonzero(found.end_s[:k] > at + 1e-9) < users


def test_a_cap_no_one_reaches_changes_nothing_and_one_that_binds_makes_requests_wait_outside():
    n = 400
    t = traffic(np.arange(n) * 0.05, 800, 100)
    table = dense(example_table())
    free = run(t, table)
    wide, tight = (run(t, table, clients=Clients(c, timed=True)) for c in (n, 3))
    np.testing.assert_allclose(wide.end_s, free.end_s, atol=1e-9)
    sent = tight.traffic.arrival_s
    assert np.all(sent >= t.arrival_s - 1e-12)
    assert np.max(sent - t.arrival_s) > 1.0
    assert all(np.count_nonzero(tight.end_s[:k] > at + 1e-9) < 3 for k, at in enumerate(sent))
    # counted from sending, the first token comes sooner than where all are sent at once
    assert summary(tight).ttft_s.p99 < summary(free).ttft_s.p99


def test_a_user_goes_on_after_a_request_that_can_never_fit() -> None:
    t = traffic(np.zeros(4), [100, 5000, 100, 100], 8)
    table = dense(example_table(kv_capacity_tokens=1200))
    found = run(t, table, clients=Clients(1, 0.5))
    sent = found.traffic.arrival_s
    assert found.rejected.tolist() == [False, True, False, False]
    assert sent[2] - sent[1] == pytest.approx(0.5)
    assert np.isfinite(found.end_s[[0, 2, 3]]).all()


def test_a_turn_is_sent_when_the_one_before_it_has_ended_and_the_pause_is_over() -> None:
    t = traffic([0.0, 0.0, 0.1, 0.2], 500, 50, after=[-1, -1, 0, 2], pause_s=[9.0, 0.0, 0.25, 0.0])
    found = run(t, dense(example_table()))
    sent, end = (np.empty(4), np.empty(4))
    sent[found.place], end[found.place] = found.traffic.arrival_s, found.end_s
    lag = found.table.first_token_s
    assert sent[:2].tolist() == [0.0, 0.0]
    assert sent[2] == pytest.approx(end[0] + lag + 0.25)
    assert sent[3] == pytest.approx(end[2] + lag)


def test_a_user_stays_with_a_session_until_its_last_turn() -> None:
    turns = 3
    t = traffic(np.zeros(4 * turns), 300, 20, after=[i - 1 if i % turns else -1 for i in range(12)])
    found = run(t, dense(example_table()), clients=Clients(2))
    sent = np.empty(12)
    sent[found.place] = found.traffic.arrival_s
    assert np.argsort(sent, kind="stable").tolist() == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]


def test_a_part_of_sessions_waits_for_those_that_are_in_it() -> None:
    t = traffic(np.zeros(4), 10, 1, after=[-1, 0, 1, 2], pause_s=[0, 1, 2, 3])
    few = t.part(np.array([1, 2]))
    assert few.after.tolist() == [-1, 0]
    assert few.pause_s.tolist() == [1, 2]


def test_a_server_of_one_with_room_for_so_many_turns_away_what_erlang_says() -> None:
    """M/M/1/K: the share refused is (1 - a) a^K / (1 - a^(K + 1))."""
    n, service, rate, room = 60_000, 0.5, 1.6, 3
    rng = np.random.default_rng(1)
    t = replace(_served(n, service), arrival_s=np.cumsum(rng.exponential(1 / rate, n)))
    found = run(t, _server(), Policy(admission=Admission(most_waiting=room)))
    a, k = service * rate, room + 1
    share = (1 - a) * a**k / (1 - a ** (k + 1))
    assert np.mean(found.turned == 1) == pytest.approx(share, rel=0.05)


def test_nobody_begins_later_than_the_wait_that_is_allowed() -> None:
    n = 2000
    t = traffic(np.arange(n) * 0.2, 50_000, 1)  # half a second of work every fifth of one
    found = run(t, _server(), Policy(admission=Admission(wait_s=2.0)))
    waited = (found.start_s - found.traffic.arrival_s)[found.turned == 0]
    assert np.nanmax(waited) <= 2.0 + 1e-6
    assert np.mean(found.turned == 2) == pytest.approx(1 - 0.2 / 0.5, abs=0.01)
    assert summary(found).completed == np.count_nonzero(found.turned == 0)


@pytest.mark.parametrize(
    ("policy", "clients"),
    [
        (Policy(), Clients(0)),
        (Policy(), Clients(2, -1.0)),
        (Policy(), Clients(2, 1.0, "normal")),
        (Policy(admission=Admission(0)), None),
        (Policy(admission=Admission(wait_s=0.0)), None),
        (Policy(failures=(Failure(1.0, 0),)), Clients(2)),
    ],
)
def test_what_cannot_be_is_refused(policy: Policy, clients: Clients | None) -> None:
    with pytest.raises(InputError):
        run(traffic([0.0], 1, 1), _server(), policy, clients=clients)
