"""Tiers of KV cache beside memory: the second implementation, and what must hold of any cache."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.performance.types import StepTable
from outlay.serving.engine.policy import Clients, Failure, Offload, Policy, Tier
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import dense
from outlay.serving.traffic.requests import traffic
from outlay.serving.twin.run import run_twin

CASES = max(100, settings().max_examples)
BLOCK = 4


def table(capacity: int = 160, per_token: float = 1e-4):
    """A small replica: what several sessions keep does not fit beside what runs."""
    return dense(
        StepTable(
            batch=np.array([1.0, 8.0]),
            decode_base_s=np.array([0.01, 0.012]),
            decode_s_per_kv_token=np.full(2, 1e-6),
            prefill_base_s=0.002,
            prefill_s_per_token=per_token,
            prefill_s_per_token_ctx=1e-7,
            mixed_saving=0.2,
            kv_capacity_tokens=capacity,
            kv_block_tokens=BLOCK,
            max_batch=8,
            n_chips=1,
            idle_w=1.0,
            busy_w=2.0,
        )
    )


def sessions(seed: int, n: int = 40, gap_s: float = 0.3, groups: bool = False):
    """Turns of a few sessions, each on top of its last one; some share a first prompt."""
    rng = np.random.default_rng(seed)
    session = rng.integers(0, 6, n)
    length = dict.fromkeys(range(6), 0)
    inp, out, shared = [], [], []
    for s in session:
        common = length[s]
        if common > 90:
            common = 0
        inp.append(common + int(rng.integers(4, 30)))
        out.append(int(rng.integers(1, 8)))
        shared.append(common)
        length[s] = inp[-1] + out[-1]
    group = session % 2 if groups else np.full(n, -1)
    return traffic(
        np.cumsum(rng.exponential(gap_s, n)), inp, out, session=session, shared_tokens=shared,
        group=group, group_tokens=np.where(group >= 0, 12, 0),
    )  # fmt: skip


SIZES = st.sampled_from([0, 30, 90, 300, np.inf])
COSTS = st.sampled_from([0.0, 1e-6, 5e-5, 9e-5, 1e-2])
TIERS = st.lists(st.builds(Tier, st.just("t"), SIZES, COSTS), min_size=1, max_size=3)
OFFLOADS = st.builds(Offload, TIERS.map(tuple), through=st.booleans(), overlap=st.booleans())


@settings(max_examples=CASES)
@given(
    st.integers(0, 2**32), OFFLOADS, st.sampled_from([120, 160, 240]), st.integers(1, 3),
    st.sampled_from(["prefix_aware", "round_robin", "least_loaded"]),
    st.sampled_from([0.01, 0.1, 1.0]), st.booleans(), st.sampled_from([np.inf, 2.0]),
    st.booleans(),
)  # fmt: skip
def test_loads_are_those_of_the_twin(
    seed, offload, capacity, replicas, routing, gap_s, groups, life, fails
):
    t = sessions(seed, gap_s=gap_s, groups=groups)
    failures = (Failure(t.span_s / 2, 0, 0.5),) if fails else ()
    policy = Policy(
        routing=routing, offload=offload, cache_life_s=life, failures=failures, token_budget=32,
        load_delay_s=0.1,
    )  # fmt: skip
    a = run(t, table(capacity), policy, replicas=replicas)
    b = run_twin(t, table(capacity), policy, replicas=replicas)
    for mine, its in ((a.start_s, b.start_s), (a.first_s, b.first_s), (a.end_s, b.end_s)):
        np.testing.assert_allclose(mine, its, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(a.cached_tokens, b.cached_tokens)
    np.testing.assert_array_equal(a.offloaded.loaded_tokens, b.loaded_tokens)
    np.testing.assert_array_equal(a.offloaded.tier_loaded, np.sum(b.tier_loaded, axis=0))
    np.testing.assert_allclose(a.offloaded.load_s, np.sum(b.load_s), rtol=0, atol=1e-9)
    np.testing.assert_allclose(a.offloaded.longer_s, np.sum(b.longer_s), rtol=0, atol=1e-9)
    if not fails:
        np.testing.assert_array_equal(a.offloaded.tier_stored, np.sum(b.tier_stored, axis=0))


@settings(max_examples=CASES)
@given(
    st.integers(0, 2**32), st.integers(0, 400), st.integers(0, 400), st.booleans(), st.booleans()
)
def test_a_larger_tier_never_finds_less(seed, small, more, through, groups):
    """One replica, requests so far apart that time plays no part: what is found is the cache's."""
    t = sessions(seed, gap_s=1000.0, groups=groups)

    def found(tokens):
        offload = Offload((Tier("cpu", tokens),), through=through)
        return run(t, table(), Policy(offload=offload)).cached_tokens

    assert np.all(found(small) <= found(small + more))


@settings(max_examples=CASES)
@given(st.integers(0, 2**32), st.booleans(), st.booleans(), st.sampled_from([0.05, 1.0]))
def test_a_tier_without_end_finds_all_that_was_seen(seed, through, overlap, gap_s):
    """Whole blocks of what a session's last turn left, if that has ended; and nothing is slower."""
    t = sessions(seed, gap_s=gap_s)
    offload = Offload((Tier("cpu", np.inf),), through=through, overlap=overlap)
    a = run(t, table(), Policy(offload=offload))
    last = {}
    for i in np.argsort(a.start_s, kind="stable"):
        s = int(t.session[i])
        before = last.get(s)
        if before is not None and a.end_s[before] < a.start_s[i] and before == turn_before(t, i):
            held = int(t.input_tokens[before] + t.output_tokens[before] - 1) // BLOCK * BLOCK
            most = int(t.input_tokens[i] - 1) // BLOCK * BLOCK
            want = min(held, int(t.shared_tokens[i]) // BLOCK * BLOCK, most)
            earlier = np.flatnonzero(t.session[:i] == s)
            in_turn = np.sum(a.end_s[earlier] >= a.end_s[before]) == 1
            if in_turn and a.preemptions[i] == a.preemptions[before] == 0:
                assert a.cached_tokens[i] == want
        last[s] = int(i)
    assert a.offloaded.longer_s == 0.0


def turn_before(t, i):
    """The turn of the same session before turn `i`."""
    return int(np.flatnonzero(t.session[:i] == t.session[i])[-1])


@pytest.mark.parametrize("through", [True, False])
def test_tiers_of_no_size_change_nothing(through):
    for seed in range(20):
        t = sessions(seed, gap_s=0.05, groups=seed % 2 == 0)
        offload = Offload((Tier("cpu", 0), Tier("disk", BLOCK - 1)), through=through)
        a = run(t, table(), Policy(offload=offload), replicas=2)
        b = run(t, table(), Policy(), replicas=2)
        assert a.end_s.tobytes() == b.end_s.tobytes()
        assert a.cached_tokens.tolist() == b.cached_tokens.tolist()


def two_turns(second_s: float = 50.0):
    """A session's first turn, others that push it out of memory, its second turn on top."""
    return traffic(
        [0.0, 10.0, 20.0, second_s], [80, 100, 100, 120], [1, 1, 1, 2],
        session=[0, 1, 2, 0], shared_tokens=[0, 0, 0, 80],
    )  # fmt: skip


@pytest.mark.parametrize(("overlap", "through"), [(a, b) for a in (0, 1) for b in (0, 1)])
def test_what_comes_back_is_loaded_in_bytes_over_bandwidth(overlap, through):
    """80 tokens at 2e-5 s: 1.6 ms before the step, or beside it; a step of 40 tokens is longer."""
    step = table(per_token=1e-3)
    offload = Offload((Tier("cpu", 400, 2e-5),), through=bool(through), overlap=bool(overlap))
    a = run(two_turns(), step, Policy(offload=offload))
    assert a.cached_tokens.tolist() == [0, 0, 0, 80]
    assert a.offloaded.tier_loaded.tolist() == [int(a.offloaded.loaded_tokens[-1])]
    loaded = a.offloaded.loaded_tokens.item(-1)
    assert 0 < loaded <= 80
    takes = step.prefill_s(40, 80) + (0.0 if overlap else loaded * 2e-5)
    assert a.first_s[-1] - 50.0 == pytest.approx(takes, abs=1e-12)
    assert a.offloaded.load_s == pytest.approx(loaded * 2e-5)
    assert a.offloaded.longer_s == pytest.approx(0.0 if overlap else loaded * 2e-5)


def test_a_load_longer_than_the_step_beside_it_sets_its_time():
    step = table(per_token=1e-3)
    offload = Offload((Tier("cpu", 400, 9e-4),), overlap=True)
    a = run(two_turns(), step, Policy(offload=offload))
    loaded = a.offloaded.loaded_tokens.item(-1)
    assert a.first_s[-1] - 50.0 == pytest.approx(max(loaded * 9e-4, step.prefill_s(40, 80)))
    assert a.offloaded.longer_s == pytest.approx(max(0.0, loaded * 9e-4 - step.prefill_s(40, 80)))


def test_what_loads_slower_than_it_computes_is_computed():
    step = table(per_token=1e-3)
    least = 1e-3 + 1e-7 * 40  # of the 80 tokens, each with those before it
    for cost, loads in ((least * 0.99, True), (least * 1.01, False)):
        offload = Offload((Tier("cpu", np.inf, cost),), overlap=False)
        a = run(two_turns(), step, Policy(offload=offload))
        assert (a.offloaded.load_s > 0) == loads


def test_a_disk_takes_what_the_memory_of_the_host_gives_up():
    """Given up: 64 tokens stay near until 40 of another chain come; all come back, in order.

    Written through, the near tier holds what came last, and the disk everything.
    """
    tiers = (Tier("cpu", 64, 1e-6), Tier("disk", 400, 3e-6))
    for through, near, far in ((False, 24, 56), (True, 0, 80)):
        step = table(per_token=1e-3)
        a = run(two_turns(), step, Policy(offload=Offload(tiers, through=through)))
        assert a.cached_tokens.tolist() == [0, 0, 0, 80]
        assert a.offloaded.tier_loaded.tolist() == [near, far]
        assert a.offloaded.load_s == pytest.approx(near * 1e-6 + far * 3e-6)


def test_a_replica_that_fails_loses_its_tiers():
    offload = Offload((Tier("cpu", np.inf),))
    policy = Policy(offload=offload, failures=(Failure(30.0, 0, 1.0),), load_delay_s=1.0)
    assert run(two_turns(), table(), policy).cached_tokens.item(-1) == 0


def test_loads_are_told_in_the_order_of_the_rows():
    """In a closed loop rows are in order of sending."""
    t = sessions(3, n=60, gap_s=0.01)
    offload = Offload((Tier("cpu", np.inf),), through=False)
    a = run(t, table(), Policy(offload=offload), clients=Clients(users=4))
    assert a.offloaded.loaded_tokens.sum() > 0
    assert np.all(a.offloaded.loaded_tokens <= a.cached_tokens)
    b = run(t, table(), Policy(), clients=Clients(users=4))
    assert a.cached_tokens.sum() > b.cached_tokens.sum()
