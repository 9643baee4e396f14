"""Fleets for users at once, and for requests a second, against closed forms and a loop by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from outlay.core.errors import InfeasibleError
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import DenseTable, dense
from outlay.serving.metrics import Slo
from outlay.serving.sizing.drawn.closed import clients_for
from outlay.serving.sizing.drawn.steady import MOST_REPLICAS, Asked, size_steady
from outlay.serving.sizing.fleet import holds
from outlay.serving.spec import Lengths
from outlay.serving.traffic.generate import service_traffic
from outlay.serving.validate import example_table, flat_table

STEP, BATCH, PROMPT, OUT = 0.02, 20, 0.004, 50
FLAT = flat_table(STEP, BATCH, PROMPT)
"""Steps of one length: a request stays for its prompt and its steps, whoever is beside it."""


def _asked(**more: float) -> Asked:
    return Asked(**{"users": None, "rate_req_s": None, "input_tokens": 100.0,
                    "output_tokens": float(OUT), **more})  # type: ignore[arg-type] # fmt: skip


@pytest.mark.parametrize("users", [1, 4, 13])
def test_users_are_a_rate_by_the_time_that_a_request_stays(users: int) -> None:
    found = size_steady(_asked(users=users), FLAT, Slo(1.0, 0.1), Policy())
    least = (OUT - 1) * STEP  # of decoding; prompts and waiting for a step come on top
    assert found.rate_req_s < users / least
    assert found.rate_req_s > users / (least + 3 * (STEP + PROMPT) + users * PROMPT * OUT)
    assert found.in_flight == pytest.approx(users, rel=0.05)
    assert found.sizing.fixed_chips == FLAT.n_chips


@pytest.mark.parametrize("users", [19, 60, 150])
def test_replicas_hold_their_batch_and_those_who_may_wait(users: int) -> None:
    """A request stays a second, half a second of which it may wait for its first token."""
    found = size_steady(_asked(users=users), FLAT, Slo(0.5, 0.1), Policy())
    replicas = found.sizing.fixed_chips // FLAT.n_chips
    assert users / (1.5 * BATCH) <= replicas <= 1 + math.ceil(1.6 * users / BATCH)
    assert found.in_flight == pytest.approx(users, rel=0.1)


def test_a_rate_is_held_by_what_its_work_needs_and_what_queues_need_beyond() -> None:
    found = size_steady(_asked(rate_req_s=100.0), FLAT, Slo(0.5, 0.1), Policy())
    busy = 100.0 * (OUT - 1) * STEP / BATCH  # replicas that are never idle
    replicas = found.sizing.fixed_chips // FLAT.n_chips
    assert busy < replicas < 2.0 * busy
    assert found.rate_req_s == 100.0
    assert found.fleets == 1


def _closed_loop(table: DenseTable, users: int, prompt: int, out: int) -> float:
    """Requests/s of one replica where each of so many users asks anew at once, step by step."""
    made = np.linspace(0, out - 1, users).astype(int)  # tokens that each has, spread evenly
    done, clock = 0, 0.0
    base, per_token, per_ctx, saving = (float(x) for x in table.pre.flat)
    fresh = np.zeros(users, dtype=bool)
    while done < 40 * users:
        running = ~fresh
        b = int(running.sum())
        step = table.decode_s(b, float(np.sum(prompt + made[running]))) if b else base
        for _ in range(int(fresh.sum())):
            step += per_token * prompt + per_ctx * prompt * prompt / 2
        if b and fresh.any():
            step -= saving * table.base_s.item(b)
        clock += step
        made[running] += 1
        made[fresh] = 1
        fresh = made >= out
        done += int(fresh.sum())
    return done / clock


@pytest.mark.parametrize("users", [2, 16, 60])
def test_users_get_about_what_a_closed_loop_by_hand_gives(users: int) -> None:
    """Requests that come at random meet more unevenly than users who wait for each other."""
    table = dense(example_table())
    asked = _asked(users=users, input_tokens=500.0, output_tokens=200.0)
    found = size_steady(asked, table, Slo(10.0, 1.0), Policy())
    assert found.sizing.fixed_chips == table.n_chips
    by_hand = _closed_loop(table, users, 500, 200)
    assert found.rate_req_s == pytest.approx(by_hand, rel=0.08)


def test_more_users_never_need_fewer_chips() -> None:
    slo, table = Slo(1.0, 0.04), dense(example_table())
    asked = [_asked(users=n, input_tokens=800.0, output_tokens=100.0) for n in (1, 30, 200, 900)]
    chips = [size_steady(a, table, slo, Policy()).sizing.fixed_chips for a in asked]
    assert chips == sorted(chips)
    assert chips[-1] > chips[0]


def test_with_users_and_a_rate_the_larger_load_counts() -> None:
    slo = Slo(0.5, 0.1)
    users, rate, both, low = (
        size_steady(_asked(**a), FLAT, slo, Policy())
        for a in (
            {"users": 40},
            {"rate_req_s": 90.0},
            {"users": 40, "rate_req_s": 90.0},
            {"users": 40, "rate_req_s": 1.0},
        )
    )
    assert both.rate_req_s == rate.rate_req_s == 90.0
    assert low.rate_req_s == users.rate_req_s < 90.0
    assert both.sizing.fixed_chips == rate.sizing.fixed_chips


def test_a_large_load_is_even_fleets_and_its_chips_are_counted_of_all() -> None:
    one = size_steady(_asked(rate_req_s=200.0), FLAT, Slo(0.5, 0.1), Policy())
    many = size_steady(_asked(rate_req_s=20_000.0), FLAT, Slo(0.5, 0.1), Policy())
    assert many.fleets > 1
    replicas = many.sizing.fixed_chips / FLAT.n_chips / many.fleets
    assert replicas <= 1.5 * MOST_REPLICAS
    assert many.sizing.fixed_chips == pytest.approx(100 * one.sizing.fixed_chips, rel=0.15)
    assert many.sizing.spare_chips == many.fleets * FLAT.n_chips
    assert many.in_flight == pytest.approx(20_000 * (OUT - 1) * STEP, rel=0.25)


def test_limits_that_nobody_can_hold_are_infeasible() -> None:
    with pytest.raises(InfeasibleError):
        size_steady(_asked(users=3), FLAT, Slo(None, STEP / 2), Policy())


def test_users_who_think_need_what_their_own_loop_holds_and_one_replica_fewer_does_not() -> None:
    users, think, slo = 120, 2.0, Slo(0.5, 0.1)
    found = size_steady(_asked(users=users, think_s=think), FLAT, slo, Policy())
    replicas = found.sizing.fixed_chips // FLAT.n_chips
    t = service_traffic(4000, 1.0, 100.0, float(OUT), Lengths(0.0, 0.0), seed=0, name="drawn")
    shown = [
        holds(run(t, FLAT, Policy(), replicas=n, clients=clients_for(t, FLAT, users, think)), slo)
        for n in (replicas, replicas - 1)
    ]
    assert shown == [True, False]
    answer = (OUT - 1) * STEP
    assert found.in_flight == pytest.approx(users * answer / (answer + think), rel=0.15)
    assert found.rate_req_s == pytest.approx(found.in_flight / answer, rel=0.2)
