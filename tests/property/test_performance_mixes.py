"""What no mix of prefill and decode pools may do, whatever model, chip, lengths and limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from outlay.catalogue import chips, find_chip, find_model, models
from outlay.performance import Layout, Precision, Stack, search, search_mixes
from outlay.performance.constants.cases import case_for
from outlay.performance.operators.timing import prefill_pass
from outlay.performance.questions.loop import Traffic, closed_loop
from outlay.performance.questions.search import pareto

CHIPS = sorted(c.id for c in chips().values() if c.memory_byte_s > 0 and c.peak_flop_s)
MODELS = sorted(m.id for m in models().values() if m.layers)
chip_ids, model_ids = st.sampled_from(CHIPS), st.sampled_from(MODELS)
lengths = st.floats(16, 32768), st.floats(16, 8192)
tpots = st.sampled_from([None, 0.1, 0.03])
FEW = settings(max_examples=25, deadline=None)


@FEW
@given(model_ids, chip_ids, *lengths, tpots, st.floats(0.0, 0.95), st.integers(2, 64))
def test_a_mix_gives_the_lesser_of_its_pools_over_all_chips(
    model, chip, isl, osl, tpot, cached, most
) -> None:
    m, c = find_model(model), find_chip(chip)
    found = search_mixes(m, c, isl, osl, tpot_s=tpot, cached_share=cached, max_chips=most)
    assume(found[0].feasible)
    alone = {
        phase: search(
            m, c, isl, osl, phase=phase, tpot_s=tpot, cached_share=cached, max_chips=most - 1,
            keep_all=True,
        )
        for phase in ("prefill", "decode")
    }  # fmt: skip
    new = max(isl * (1.0 - cached), 1.0)
    most_fill = max(r.tok_s_per_chip for r in alone["prefill"]) / new * osl
    most_give = max(r.tok_s_per_chip for r in alone["decode"])
    for mix in found:
        p, d = mix.prefill, mix.decode
        assert mix.n_chips == p.workers * p.layout.n_chips + d.workers * d.layout.n_chips <= most
        assert math.gcd(p.workers, d.workers) == 1
        assert mix.tok_s_per_chip == pytest.approx(mix.requests_s * osl / mix.n_chips)
        both = min(p.requests_s, d.requests_s)
        assert mix.requests_s <= both * (1 + 1e-9)
        if mix.limited_by != "transfer":
            assert mix.requests_s == pytest.approx(both)
            less = p if mix.limited_by == "prefill" else d
            assert less.requests_s == pytest.approx(mix.requests_s)
        assert mix.tok_s_per_chip <= min(most_fill, most_give) * (1 + 1e-9)
        assert mix.low <= mix.tok_s_per_chip <= mix.high
        assert mix.tpot_s <= (tpot or math.inf) * (1 + 1e-9)
        assert mix.transfer_s <= mix.ttft_alone_s <= mix.ttft_s * (1 + 1e-9)
        inside = mix.requests_s * (mix.ttft_s + osl * mix.tpot_s)  # Little's law
        assert inside == pytest.approx(mix.concurrency, rel=1e-6)
        assert d.workers * d.batch + p.workers * p.batch == pytest.approx(mix.concurrency)


@FEW
@given(model_ids, chip_ids, *lengths, tpots, st.integers(2, 100), st.integers(1, 100))
def test_more_chips_never_lower_the_best_mix(model, chip, isl, osl, tpot, few, more) -> None:
    m, c = find_model(model), find_chip(chip)
    small, large = (
        search_mixes(m, c, isl, osl, tpot_s=tpot, max_chips=n)[0] for n in (few, few + more)
    )
    assert large.tok_s_per_chip >= small.tok_s_per_chip * (1 - 1e-9)
    assert large.feasible >= small.feasible


@FEW
@given(model_ids, chip_ids, *lengths, st.floats(0.05, 20.0))
def test_tighter_limits_never_give_more(model, chip, isl, osl, ttft) -> None:
    m, c = find_model(model), find_chip(chip)
    loose, tight = (search_mixes(m, c, isl, osl, ttft_s=t)[0] for t in (None, ttft))
    assert tight.tok_s_per_chip <= loose.tok_s_per_chip * (1 + 1e-9)
    assert not tight.feasible or tight.ttft_s <= ttft
    assert tight.feasible or tight.why_not


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=40))
def test_a_front_holds_what_nothing_beats_and_once(points) -> None:
    rate, speed = (np.array(x, dtype=float) for x in zip(*points, strict=True))
    kept = pareto(rate, speed)
    for n, (r, s) in enumerate(points):
        beaten = any((a >= r and b >= s) and (a > r or b > s) for a, b in points)
        assert not (kept[n] and beaten)
        if not beaten:
            assert sum(kept[k] for k, q in enumerate(points) if q == (r, s)) == 1


@settings(max_examples=60, deadline=None)
@given(
    model_ids, chip_ids, st.sampled_from([(1, 1, 1), (4, 1, 4), (2, 4, 1), (1, 8, 1)]),
    st.floats(16, 60_000), st.floats(16, 4096), st.sampled_from(["", "vllm", "sglang"]),
)  # fmt: skip
def test_a_lone_request_waits_for_its_launch_and_its_whole_prompt(
    model, chip, degree, isl, osl, stack
) -> None:
    """Concurrency 1: launch, all stages of the prompt's passes, half a step; and never later."""
    tp, pp, dp = degree
    layout = Layout(tp * pp * dp, tp, pp, 1, dp)
    k = case_for(find_model(model), find_chip(chip), layout, Precision("fp8"), Stack(stack))
    loop = closed_loop(k, Traffic(isl, osl), np.array([1.0, 8.0, 64.0]) * dp)
    chunk = min(isl, float(k.c["chunk_tokens"]))
    chunks = isl / chunk
    one = float(prefill_pass(k, chunk, isl).total)  # through all stages
    stages = one / pp * (chunks + pp - 1.0)  # chunks pass one behind the other
    least = float(k.c["first_token_s"]) + stages
    alone, step = float(np.ravel(loop.alone_s)[0]), float(np.ravel(loop.tpot_s)[0])
    assert alone == pytest.approx(least + 0.5 * step, rel=0.02)
    assert alone >= least
    assert float(loop.ttft_s[0]) == pytest.approx(alone, rel=1e-6)
    assert np.all(loop.ttft_s >= alone * (1 - 1e-9))
