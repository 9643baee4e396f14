"""More replicas do not hurt: where nothing is cached, and where the router sees what is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.serving.engine.policy import ROUTING, Policy
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import dense
from outlay.serving.traffic.chains import chains_from_hashes, prefix_tree
from outlay.serving.traffic.requests import traffic
from outlay.serving.validate import example_table

NEAR = 1 + 1e-9


@st.composite
def crowds(draw):
    """Requests that wait for each other, without prefixes."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = draw(st.integers(20, 200))
    arrival = np.sort(rng.random(n) * draw(st.sampled_from([2.0, 20.0, 60.0])))
    return traffic(arrival, rng.integers(10, 3000, n), rng.integers(1, 200, n))


@st.composite
def conversations(draw):
    """Requests one after another, never two at once: turns of sessions under shared prompts."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n, sessions = draw(st.integers(2, 40)), draw(st.integers(1, 8))
    session = rng.integers(0, sessions, n)
    inp, out = rng.integers(10, 800, n), rng.integers(1, 50, n)
    shared = np.zeros(n, int)
    context: dict[int, int] = {}
    for i, s in enumerate(session.tolist()):
        if s in context:
            shared[i] = min(context[s], 20_000)
            inp[i] += shared[i]
        context[s] = int(inp[i] + out[i])
    group = session % 3 if draw(st.booleans()) else np.full(n, -1)
    tokens = np.where(group >= 0, 300, 0)
    inp = inp + np.where((group >= 0) & (shared == 0), 300, 0)
    return traffic(
        np.arange(n) * 100.0,
        inp,
        out,
        session=session,
        reads=session,
        shared_tokens=shared,
        group=group,
        group_tokens=tokens,
    )


def mean_s(records):
    return float(np.mean(records.end_s - records.traffic.arrival_s))


@pytest.mark.parametrize("routing", ROUTING)
@settings(max_examples=40)
@given(t=crowds(), replicas=st.integers(1, 4), batch=st.sampled_from([8, 64]))
def test_twice_the_replicas_are_no_slower_where_nothing_is_cached(routing, t, replicas, batch):
    """On average, but for the rest of a step: requests join a batch at its boundaries only."""
    table = dense(example_table(max_batch=batch, kv_capacity_tokens=80_000))
    policy = Policy(routing=routing, prefix_cache="off")
    few, many = (run(t, table, policy, replicas=k * replicas, seed=1) for k in (1, 2))
    assert mean_s(many) <= mean_s(few) + table.prefill_s(8192.0)


ENDLESS = dense(example_table(kv_capacity_tokens=100_000_000))


@settings(max_examples=80)
@given(
    t=conversations(),
    replicas=st.integers(2, 5),
    policy=st.sampled_from(
        [
            Policy(routing="prefix_aware", prefix_weight=1e6),
            Policy(routing="cache_aware", match_share=0.0),
        ]
    ),
)
def test_a_router_that_sees_caches_hits_on_many_replicas_what_one_would(t, replicas, policy):
    one, many = (run(t, ENDLESS, policy, replicas=k) for k in (1, replicas))
    np.testing.assert_array_equal(one.cached_tokens, many.cached_tokens)
    assert mean_s(many) <= mean_s(one) * NEAR


@settings(max_examples=80)
@given(t=conversations(), replicas=st.integers(2, 5))
def test_a_session_finds_its_context_again_on_any_number_of_replicas(t, replicas):
    none = np.full(len(t), -1, np.int32)
    t = replace(t, group=none)
    policy = Policy(routing="session_affinity")
    one, many = (run(t, ENDLESS, policy, replicas=k) for k in (1, replicas))
    np.testing.assert_array_equal(one.cached_tokens, many.cached_tokens)
    for s in np.unique(t.session):
        assert len(np.unique(many.replica[t.session == s])) == 1


@settings(max_examples=60)
@given(t=conversations(), replicas=st.integers(1, 5), speed=st.sampled_from([1.0, 1e3, 1e5]))
def test_a_weight_of_nothing_is_the_least_loaded(t, replicas, speed):
    t = t.scaled(speed)
    score = run(t, ENDLESS, Policy(routing="prefix_aware", prefix_weight=0.0), replicas=replicas)
    plain = run(t, ENDLESS, Policy(routing="least_loaded"), replicas=replicas)
    assert score.end_s.tobytes() == plain.end_s.tobytes()
    assert score.replica.tobytes() == plain.replica.tobytes()


def test_more_replicas_cost_hits_where_the_router_does_not_look():
    """The counter-example: turns of one conversation, dealt out in turn."""
    n = 8
    inp = 1000 + 500 * np.arange(n)
    shared = np.where(np.arange(n) > 0, inp - 500, 0)
    t = traffic(
        np.arange(n) * 100.0, inp, 10, session=np.zeros(n), reads=np.zeros(n), shared_tokens=shared
    )
    hits, slow = {}, {}
    for routing in ("round_robin", "session_affinity", "prefix_aware"):
        for k in (1, 2):
            found = run(t, ENDLESS, Policy(routing=routing), replicas=k)
            hits[routing, k], slow[routing, k] = found.cached_tokens.sum(), mean_s(found)
    assert hits["round_robin", 2] < hits["round_robin", 1]
    assert slow["round_robin", 2] > slow["round_robin", 1]
    for routing in ("session_affinity", "prefix_aware"):
        assert hits[routing, 2] == hits[routing, 1] == hits["round_robin", 1]


@st.composite
def hashed_prompts(draw):
    """Lists of block ids in which an id means all that comes before it, as traces have them."""
    ids: dict[tuple[int, ...], int] = {}
    prompts = []
    for _ in range(draw(st.integers(1, 14))):
        words = draw(st.lists(st.integers(0, 1), min_size=1, max_size=6))
        if prompts and draw(st.booleans()):
            words = [*draw(st.sampled_from(prompts)), *words][:12]
        prompts.append(words)
    return [[ids.setdefault(tuple(p[: k + 1]), len(ids)) for k in range(len(p))] for p in prompts]


@settings(max_examples=300)
@given(prompts=hashed_prompts(), block=st.sampled_from([4, 16]))
def test_any_two_prompts_share_in_the_tree_the_blocks_that_they_share(prompts, block):
    """Whichever of the earlier ones a request read, and however often chains have branched."""
    ends = np.cumsum([len(p) for p in prompts])
    columns = chains_from_hashes(np.concatenate(prompts), ends, block)
    lengths = block * np.array([len(p) for p in prompts])
    tree = prefix_tree(traffic(np.arange(len(prompts)), lengths, 1, **columns), block)

    def path(i):
        blocks = []
        node = tree.leaf.item(i)
        while node >= 0:
            up, first, end = tree.nodes[node].tolist()
            blocks = [(node, k) for k in range(first, end)] + blocks
            node = up
        return blocks

    paths = [path(i) for i in range(len(prompts))]
    for i, mine in enumerate(prompts):
        assert len(paths[i]) == len(mine)
        for j, other in enumerate(prompts[:i]):
            both = [a == b for a, b in zip(mine, other, strict=False)]
            seen = [a == b for a, b in zip(paths[i], paths[j], strict=False)]
            assert both == seen, (i, j)
