"""Where requests go, policy by policy, on cases that can be told by hand."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.serving.engine.policy import Failure, Policy
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import dense
from outlay.serving.traffic.requests import traffic
from outlay.serving.twin.run import run_twin
from outlay.serving.validate import example_table

TABLE = dense(example_table())


def sent(t, replicas, policy, table=TABLE):
    """Replicas of all requests, by both implementations."""
    found = run(t, table, policy, replicas=replicas)
    plain = run_twin(t, table, policy, replicas=replicas)
    assert found.replica.tolist() == plain.replica
    assert found.cached_tokens.tolist() == plain.cached_tokens
    return found


def test_requests_of_a_group_follow_its_prompt_without_any_session():
    """The first of each group computes it; those that come later go where it lies."""
    group = np.array([0, 1, 0, 1, 1, 0])
    t = traffic(
        [0.0, 0.0, 50.0, 60.0, 70.0, 80.0], 2000, 50, session=np.full(6, -1), group=group,
        group_tokens=np.full(6, 1600),
    )  # fmt: skip
    found = sent(t, 2, Policy(routing="prefix_aware"))
    assert found.replica.tolist() == [0, 1, 0, 1, 1, 0]
    assert found.cached_tokens.tolist() == [0, 0, 1600, 1600, 1600, 1600]
    blind = sent(t, 2, Policy(routing="least_loaded"))
    assert blind.cached_tokens.tolist() == [0, 0, 1600, 0, 1600, 1600]


@pytest.mark.parametrize(("weight", "replica"), [(0.9, 1), (1.1, 0)])
def test_a_cached_share_outweighs_a_load_by_the_weight(weight, replica):
    """The second turn has 1,984 of its 2,000 tokens on the busiest of two replicas."""
    t = traffic(
        [0.0, 20.0, 20.1], [1999, 100, 2000], [1, 1000, 10], session=[0, -1, 0],
        reads=[0, -1, 0], shared_tokens=[0, 0, 1999],
    )  # fmt: skip
    found = sent(t, 2, Policy(routing="prefix_aware", prefix_weight=weight))
    assert found.replica.tolist() == [0, 0, replica]
    assert found.cached_tokens[2] == (1984 if replica == 0 else 0)


def busy_home(routing="session_affinity", **policy):
    """Five requests of session 1 at once, and two of session 3 after them."""
    session = [1, 1, 1, 1, 1, 3, 3]
    t = traffic(np.arange(7) * 0.01, 500, 200, session=session)
    return sent(t, 2, Policy(routing=routing, **policy)).replica.tolist()


def test_a_session_stays_where_it_is_whatever_the_load():
    homes = busy_home()
    assert homes[:5] == [homes[0]] * 5
    assert homes[5] == homes[6]


def test_with_slack_a_session_moves_from_a_busy_home():
    assert len(set(busy_home(slack=2.0)[:5])) == 2


def test_sessions_are_told_apart_without_a_prefix_cache():
    assert busy_home(prefix_cache="off") == busy_home()


def test_a_session_whose_home_failed_moves_and_stays():
    t = traffic(np.arange(6) * 10.0, 500, 20, session=np.zeros(6))
    homes = run(t, TABLE, Policy(routing="session_affinity"), replicas=3).replica
    gone = Failure(25.0, homes.item(0))
    found = sent(t, 3, Policy(routing="session_affinity", failures=(gone,)))
    assert set(found.replica[:3].tolist()) == {homes.item(0)}
    assert len(set(found.replica[3:].tolist())) == 1
    assert homes.item(0) not in found.replica[3:].tolist()


def test_least_tokens_weighs_prompts_and_not_heads():
    t = traffic(np.arange(4) * 0.001, [8000, 100, 100, 100], 300)
    assert sent(t, 2, Policy(routing="least_tokens")).replica.tolist() == [0, 1, 1, 1]
    assert sent(t, 2, Policy(routing="least_loaded")).replica.tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("policy", "replica"),
    [
        ({}, 0),
        ({"match_share": 0.95}, 1),
        ({"balance_above": 2.0}, 1),
        ({"balance_above": 2.0, "balance_times": 4.0}, 0),
    ],
)
def test_cache_aware_takes_the_match_unless_it_is_small_or_the_load_uneven(policy, replica):
    """Replica 0 has 90 % of the last prompt and four requests more than the other's one."""
    t = traffic(
        [0.0, *(0.001 * k + 20.0 for k in range(5)), 20.1],
        [1800, 100, 100, 100, 100, 100, 2000],
        [1, *[1000] * 5, 10],
        session=[0, -1, -1, -1, -1, -1, 0],
        reads=[0, 0, -1, 0, 0, 0, 0],
        shared_tokens=[0, 96, 0, 96, 96, 96, 1800],
    )
    policy = {"balance_above": 64.0, **policy}
    found = sent(t, 2, Policy(routing="cache_aware", **policy))
    assert found.replica.tolist() == [0, 0, 1, 0, 0, 0, replica]


@pytest.mark.parametrize(("least", "replica"), [(0.4, 0), (0.6, 1)])
def test_what_a_running_batch_pushed_out_is_no_match(least, replica):
    """An answer of 2,500 tokens so far has left 43 % of the prompt in replica 0's 3,200 tokens."""
    table = dense(example_table(kv_capacity_tokens=3200, kv_block_tokens=16, max_batch=8))
    t = traffic(
        [0.0, 10.0, 30.0], [1600, 16, 1616], [1, 2900, 1], session=[0, 1, 0], reads=[0, 1, 0],
        shared_tokens=[0, 0, 1600],
    )  # fmt: skip
    found = sent(t, 2, Policy(routing="cache_aware", match_share=least), table)
    assert found.replica.tolist() == [0, 0, replica]
