"""The event-skipping engine against its step-by-step twin, request by request."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.performance.types import StepTable
from outlay.serving.engine.policy import (
    METRICS,
    ROUTING,
    Admission,
    Autoscale,
    Clients,
    Failure,
    Offload,
    Policy,
    Tier,
)  # fmt: skip
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import dense
from outlay.serving.metrics import summary
from outlay.serving.traffic.requests import traffic
from outlay.serving.twin.run import run_twin

CASES = max(140, settings().max_examples)  # HYPOTHESIS_PROFILE=deep runs thousands
TIMES = st.floats(1e-4, 0.05)


@st.composite
def tables(draw):
    sizes = sorted(draw(st.sets(st.integers(1, 24), min_size=1, max_size=3)))
    base = sorted(draw(st.lists(TIMES, min_size=len(sizes), max_size=len(sizes))))
    block = draw(st.sampled_from([1, 4, 7, 16]))
    return dense(
        StepTable(
            batch=np.array(sizes, float),
            decode_base_s=np.array(base),
            decode_s_per_kv_token=np.full(len(sizes), draw(st.floats(0, 1e-5))),
            prefill_base_s=draw(st.floats(1e-4, 0.01)),
            prefill_s_per_token=draw(st.floats(0, 1e-4)),
            prefill_s_per_token_ctx=draw(st.floats(0, 1e-6)),
            mixed_saving=draw(st.floats(0, 0.5)),
            kv_capacity_tokens=draw(st.sampled_from([190, 300, 800, 4000])),
            kv_block_tokens=block,
            max_batch=draw(st.integers(1, 12)),
            n_chips=1,
            idle_w=1.0,
            busy_w=2.0,
            tokens_per_step=draw(st.sampled_from([1.0, 1.0, 1.3, 1.5, 1.7, 1.9, 2.9])),
        )
    )


@st.composite
def requests(draw):
    n = draw(st.integers(1, 45))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    times = draw(st.sampled_from(["spread", "burst", "grid"]))
    arrival = np.sort(rng.random(n) * {"spread": 6.0, "burst": 0.5, "grid": 6.0}[times])
    if times == "grid":
        arrival = np.floor(arrival)
    extra = {}
    if draw(st.booleans()):
        chains = int(rng.integers(1, 8))
        session = rng.integers(-1, chains, n)
        group = rng.integers(-1, 3, n)
        extra = {
            "session": session,
            "reads": np.where(rng.random(n) < 0.8, session, rng.integers(-1, chains, n)),
            "shared_tokens": rng.integers(0, 120, n),
            "group": group,
            "group_tokens": np.where(group >= 0, 20 + 16 * group, 0),
        }
    return traffic(
        arrival,
        rng.integers(1, 120, n),
        rng.integers(1, 60, n),
        priority=rng.integers(0, draw(st.integers(1, 3)), n),
        **extra,
    )


@st.composite
def offloads(draw):
    """One or two tiers of any size, some slower than computing."""
    tiers = draw(
        st.lists(
            st.builds(
                Tier,
                st.just("tier"),
                st.sampled_from([0, 40, 150, 700, np.inf]),
                st.sampled_from([0.0, 1e-6, 2e-5, 1e-3]),
            ),
            min_size=1,
            max_size=3,
        )
    )
    return Offload(tuple(tiers), through=draw(st.booleans()), overlap=draw(st.booleans()))


@st.composite
def rules(draw):
    metric = draw(st.sampled_from(METRICS))
    times = sorted(draw(st.sets(st.sampled_from(np.arange(0, 5, 0.25).tolist()), min_size=1)))
    return Autoscale(
        target={"kv": 0.4, "rate": 3.0, "tokens": 200.0}.get(metric, 2.0),
        minimum=draw(st.integers(1, 2)),
        maximum=draw(st.integers(2, 8)),
        interval_s=draw(st.sampled_from([0.25, 0.5])),
        delay_s=draw(st.sampled_from([0.0, 0.3, 0.7])),
        patience=draw(st.sampled_from([0, 2])),
        metric=metric,
        window_s=draw(st.sampled_from([0.6, 2.0])),
        tolerance=draw(st.sampled_from([0.0, 0.1, 0.4])),
        up_window_s=draw(st.sampled_from([0.0, 0.6])),
        down_window_s=draw(st.sampled_from([0.0, 1.3])),
        up_share=draw(st.sampled_from([np.inf, 1.0, 0.5])),
        up_count=draw(st.sampled_from([0, 1])),
        down_share=draw(st.sampled_from([1.0, 0.5])),
        down_count=1,
        period_s=draw(st.sampled_from([0.5, 1.2])),
        schedule=tuple((t, draw(st.integers(1, 4))) for t in times),
    )


@st.composite
def broken(draw, replicas):
    """Replicas that fail, often one again: while failed, under repair, loading, at a repair."""
    times, spans = st.floats(0, 5) | st.integers(0, 5).map(float), st.sampled_from([0.1, 0.3, 1.0])
    one = st.builds(Failure, times, st.integers(0, replicas - 1), st.floats(0.1, 3) | spans)
    found = draw(st.lists(one, min_size=1, max_size=3))
    if draw(st.booleans()):
        first = found[0]
        after = draw(st.sampled_from([0.0, first.repair_s, 0.5 * first.repair_s]))
        later = first.at_s + after + draw(st.sampled_from([0.0, 0.2, 0.3, 1.0]))
        found.append(Failure(later, first.replica, draw(spans)))
    return tuple(found)


@st.composite
def policies(draw, replicas):
    scaling = draw(st.none() | st.just(Autoscale(2.0, 1, 8, 0.5, 0.7, 2)) | rules())
    failures = draw(st.just(()) | broken(replicas))
    return Policy(
        routing=draw(st.sampled_from(ROUTING)),
        token_budget=draw(st.sampled_from([13, 64, 8192])),
        watermark=draw(st.sampled_from([0.0, 0.05])),
        prefix_cache=draw(st.sampled_from(["lru", "lru", "given", "off"])),
        cache_life_s=draw(st.sampled_from([0.5, np.inf])),
        slack=draw(st.sampled_from([0.0, 2.0, np.inf])),
        prefix_weight=draw(st.sampled_from([0.3, 1.0, 4.0])),
        match_share=draw(st.sampled_from([0.2, 0.5])),
        balance_above=draw(st.sampled_from([1.0, 64.0])),
        ready=draw(st.sampled_from([False, False, True])),
        autoscale=scaling,
        failures=failures,
        load_delay_s=0.3,
        offload=draw(st.none() | offloads()),
    )


def same_on_every_request(t, table, policy, replicas, until):
    a = run(t, table, policy, replicas=replicas, until_s=until, seed=3)
    b = run_twin(t, table, policy, replicas=replicas, until_s=until, seed=3)
    for mine, its in ((a.start_s, b.start_s), (a.first_s, b.first_s), (a.end_s, b.end_s)):
        np.testing.assert_allclose(mine, its, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(a.preemptions, b.preemptions)
    np.testing.assert_array_equal(a.cached_tokens, b.cached_tokens)
    np.testing.assert_array_equal(a.replica, b.replica)
    if a.offloaded is not None:
        np.testing.assert_array_equal(a.offloaded.loaded_tokens, b.loaded_tokens)
        np.testing.assert_array_equal(a.offloaded.tier_loaded, np.sum(b.tier_loaded, axis=0))
        if (
            not policy.failures
        ):  # the step that a failure breaks has moved its blocks in one of them
            np.testing.assert_array_equal(a.offloaded.tier_stored, np.sum(b.tier_stored, axis=0))
        np.testing.assert_allclose(a.offloaded.load_s, np.sum(b.load_s), rtol=0, atol=1e-6)
        np.testing.assert_allclose(a.offloaded.longer_s, np.sum(b.longer_s), rtol=0, atol=1e-6)
    if np.isinf(until):
        np.testing.assert_allclose(a.busy_s, b.busy_s, rtol=0, atol=1e-6)
        if policy.autoscale is not None and not policy.failures and replicas > 1:
            np.testing.assert_allclose(a.on_s, b.on_s, rtol=0, atol=1e-6)
            billed = -np.sum(a.switched[:, 0] * a.switched[:, 1])
            np.testing.assert_allclose(billed, np.sum(b.on_s), rtol=0, atol=1e-6)


@settings(max_examples=CASES)
@given(st.data())
def test_skip_equals_step_on_every_request(data):
    table, t = data.draw(tables()), data.draw(requests())
    replicas = data.draw(st.integers(1, 4))
    policy = data.draw(policies(replicas))
    until = data.draw(st.sampled_from([np.inf, np.inf, 3.0]))
    same_on_every_request(t, table, policy, replicas, until)


@settings(max_examples=CASES)
@given(st.data())
def test_skip_equals_step_where_computed_prompts_wait_for_room(data):
    """Full caches, several tokens a step, replicas that break: what is drawn seldom above."""
    tokens, blocks = st.sampled_from([1315, 1536, 1741, 1946, 2970]), st.integers(27, 60)
    table = data.draw(tables())
    table = replace(
        table,
        progress_num=data.draw(tokens),
        capacity_blocks=max(-(-190 // table.block_tokens), data.draw(blocks)),
    )
    t, replicas = data.draw(requests()), data.draw(st.integers(1, 2))
    policy = replace(data.draw(policies(replicas)), ready=True, token_budget=8192)
    same_on_every_request(t, table, policy, replicas, np.inf)


STEADY = StepTable(
    batch=np.array([8.0]),
    decode_base_s=np.array([0.05]),
    decode_s_per_kv_token=np.zeros(1),
    prefill_base_s=0.05,
    prefill_s_per_token=0.0,
    prefill_s_per_token_ctx=0.0,
    mixed_saving=0.0,
    kv_capacity_tokens=280,
    kv_block_tokens=7,
    max_batch=8,
    n_chips=1,
    idle_w=1.0,
    busy_w=2.0,
)
"""Steps that all take as long, whatever is in them."""


@pytest.mark.parametrize("failures", [(), (Failure(0.0, 0, 0.1), Failure(0.05, 0, 0.2))])
def test_a_computed_prompt_is_admitted_at_the_first_step_that_has_room_for_it(failures):
    """At 1.7 tokens a step some steps need room for two tokens and some for one."""
    step = replace(STEADY, decode_base_s=np.array([0.01]), tokens_per_step=1.7)
    begins = 0.25 if failures else 0.0  # it is back by then
    arrival = begins + np.array([0.0, 0.075, 0.085])
    t = traffic(arrival, np.array([117, 95, 34]), np.array([19, 6, 1]))
    policy = Policy(ready=True, watermark=0.0, failures=failures, load_delay_s=0.0)
    for how in (run, run_twin):
        found = how(t, dense(step), policy, replicas=1, seed=0)
        # at 0.09 it needs 6 blocks, of 5 that are left; at 0.10 it needs 5
        start = np.array(found.start_s) - begins
        np.testing.assert_allclose(start, [0.0, 0.08, 0.1], rtol=0, atol=1e-9)


def test_a_context_as_old_as_its_life_is_found_however_its_age_is_summed():
    """Ten steps one by one and ten at a time end at times that differ in their last bits."""
    policy = Policy(cache_life_s=0.5)
    for begins in np.linspace(0.0, 200.0, 101):
        t = traffic(
            begins + np.array([0.0, 0.0, 0.53]),
            np.array([35, 1, 42]),
            np.array([1, 40, 1]),
            session=np.array([0, -1, 0]),
            reads=np.array([-1, -1, 0]),
            shared_tokens=np.array([0, 0, 35]),
        )
        for how in (run, run_twin):
            assert how(t, dense(STEADY), policy, replicas=1, seed=0).cached_tokens[2] == 35


@st.composite
def senders(draw):
    """Requests in a closed loop, in sessions, or turned away, and what each hangs on."""
    t = draw(requests())
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = len(t)
    if draw(st.booleans()):  # later turns, forks among them
        after = np.where(rng.random(n) < 0.6, rng.integers(-1, np.maximum(np.arange(n), 1)), -1)
        after[0] = -1
        pause = rng.choice([0.0, 0.1, 1.0], n) * rng.random(n)
        t = replace(t, after=after.astype(np.int32), pause_s=pause)
    clients = draw(
        st.none()
        | st.builds(
            Clients,
            st.integers(1, 12),
            st.sampled_from([0.0, 0.0, 0.3]),
            st.sampled_from(["fixed", "exponential"]),
            st.sampled_from([0.0, 1.0]),
            st.booleans(),
        )
    )
    admission = draw(
        st.none()
        | st.builds(Admission, st.none() | st.integers(1, 4), st.sampled_from([np.inf, 0.05, 0.4]))
    )
    return t, clients, admission


@settings(max_examples=CASES)
@given(st.data())
def test_skip_equals_step_where_requests_wait_for_others_or_are_turned_away(data):
    table = replace(data.draw(tables()), first_token_s=data.draw(st.sampled_from([0.0, 0.02])))
    t, clients, admission = data.draw(senders())
    replicas = data.draw(st.integers(1, 4))
    policy = data.draw(policies(replicas))
    policy = replace(policy, failures=(), ready=False, admission=admission)
    until = data.draw(st.sampled_from([np.inf, np.inf, 3.0]))
    a, b = (
        how(t, table, policy, replicas=replicas, until_s=until, seed=3, clients=clients)
        for how in (run, run_twin)
    )
    place = a.place if b.sent_s else np.arange(len(t))  # rows are in order of sending
    sent = b.sent_s if b.sent_s else t.arrival_s
    assert len(place) == np.count_nonzero(np.isfinite(sent))
    for mine, its in (
        (a.traffic.arrival_s, sent),
        (a.start_s, b.start_s),
        (a.first_s, b.first_s),
        (a.end_s, b.end_s),
    ):
        np.testing.assert_allclose(mine, np.array(its)[place], rtol=0, atol=1e-6)
    for mine, its in (
        (a.preemptions, b.preemptions),
        (a.cached_tokens, b.cached_tokens),
        (a.replica, b.replica),
        (a.turned, b.turned),
    ):
        if len(its):
            np.testing.assert_array_equal(mine, np.array(its)[place])
    if np.isinf(until):
        np.testing.assert_allclose(a.busy_s, b.busy_s, rtol=0, atol=1e-6)
        if policy.autoscale is not None and b.sent_s:
            np.testing.assert_allclose(a.on_s, b.on_s, rtol=0, atol=1e-6)
    if len(place):
        summary(a)


@settings(max_examples=60)
@given(tables(), requests(), st.integers(1, 4))
def test_all_that_fits_is_served_and_blocks_are_never_oversold(table, t, replicas):
    records = run(t, table, replicas=replicas, seed=1)
    served = np.isfinite(records.end_s)
    assert np.array_equal(served, ~records.rejected)
    assert records.peak_blocks.max() <= table.capacity_blocks
    assert np.array_equal(records.made[served], t.output_tokens[served])
    summary(records)


@settings(max_examples=25)
@given(tables(), requests(), st.sampled_from(["random", "round_robin"]))
def test_same_bytes_for_any_number_of_workers(table, t, routing):
    one, three = (
        run(t, table, Policy(routing=routing), replicas=4, seed=5, workers=w) for w in (1, 3)
    )
    assert one.end_s.tobytes() == three.end_s.tobytes()
    assert one.first_s.tobytes() == three.first_s.tobytes()


@settings(max_examples=60)
@given(table=tables(), inp=st.integers(1, 60), others=st.integers(1, 8))
def test_a_prompt_beside_sequences_that_decode_is_no_faster_than_alone(table, inp, others):
    """Its pass reads the weights itself, however few tokens of others ride along."""
    n = min(others, table.max_batch - 1, table.capacity_tokens // 200)
    first = 2.0 * table.prefill_s(60) * (n + 1)  # the others decode by then
    arrival = np.array([*np.linspace(0.0, first / 4.0, n), first])
    t = traffic(arrival, np.array([*[10] * n, inp]), np.array([*[50] * n, 2]))
    policy = Policy(prefix_cache="off")
    for how in (run, run_twin):
        found = how(t, table, policy, replicas=1, seed=0)
        assert found.first_s[-1] - arrival[-1] >= table.prefill_s(inp) * (1 - 1e-9)
