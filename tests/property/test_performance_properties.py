"""What no prediction may do: beat the roofline, lose throughput with batch, slow with bandwidth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.catalogue import chips, find_chip, find_model, models
from outlay.performance import Layout, Precision, Stack, search, step_table, sweep
from outlay.performance.constants.cases import case_for
from outlay.performance.operators.shapes import shape_of
from outlay.performance.operators.timing import decode_pass, prefill_pass
from outlay.performance.questions.layouts import Layouts
from outlay.performance.questions.legal import fills, layout_problems, limits_of
from outlay.performance.questions.loop import Traffic, closed_loop, offline, sequence_capacity
from outlay.performance.questions.search import pareto
from outlay.performance.training.search import _layouts as training_layouts

CHIPS = sorted(c.id for c in chips().values() if c.memory_byte_s > 0 and c.peak_flop_s)
MODELS = sorted(m.id for m in models().values() if m.layers)
chip_ids, model_ids = st.sampled_from(CHIPS), st.sampled_from(MODELS)
weights = st.sampled_from(["bf16", "fp8", "fp4", "int4", "int8"])
stacks = st.sampled_from(["", "vllm", "sglang", "trtllm", "unheard-of"])
degrees = st.sampled_from([(1, 1, 1, 1), (8, 1, 1, 1), (1, 1, 8, 8), (2, 2, 4, 2), (4, 1, 4, 1)])
FEW = settings(max_examples=60, deadline=None)


def _case(model: str, chip: str, w: str, stack: str, degree: tuple[int, int, int, int]):
    tp, pp, ep, dp = degree
    layout = Layout(tp * pp * dp, tp, pp, ep, dp)
    return case_for(find_model(model), find_chip(chip), layout, Precision(w), Stack(stack))


def _least_seconds(k, tokens: float, context: float) -> float:
    """Time of one decode pass at full peak and bandwidth, recounted from the shape alone."""
    s = k.shape
    layers = (
        s.soft_layers * (s.attn_w / k.tp + s.attn_rep_w)
        + s.linear_layers * s.linear_w / k.tp
        + s.dense_layers * s.dense_w / k.tp
        + s.moe_layers * s.shared_w / k.tp
    )
    cached = tokens * s.full_layers * min(context, s.topk_tokens) * s.kv * k.kv_bytes
    read = layers * k.dense_bytes + cached / max(min(k.tp, s.kv_heads), 1.0)
    return max(read / k.bandwidth, 2.0 * layers * tokens / k.peak_dense)


@FEW
@given(model_ids, chip_ids, weights, stacks, degrees, st.floats(0.1, 2048), st.floats(1, 1e5))
def test_no_decode_step_beats_the_roofline(model, chip, w, stack, degree, batch, context) -> None:
    k = _case(model, chip, w, stack, degree)
    got = float(decode_pass(k, batch * k.pp, context).total)
    assert got >= _least_seconds(k, batch, context) * (1 - 1e-9)
    assert np.isfinite(got)


@FEW
@given(model_ids, chip_ids, weights, stacks, degrees, st.floats(1, 65536), st.floats(1, 1e5))
def test_no_prefill_beats_the_peak(model, chip, w, stack, degree, tokens, prompt) -> None:
    k = _case(model, chip, w, stack, degree)
    one = prefill_pass(k, tokens, prompt)
    s = k.shape
    dense = s.dense_layers * s.dense_w + s.soft_layers * s.attn_w
    assert float(one.total) >= 2.0 * tokens * dense / k.tp / k.peak_dense * (1 - 1e-9)


@FEW
@given(model_ids, chip_ids, weights, stacks, degrees, st.floats(0.5, 512), st.floats(1, 5e4))
def test_more_batch_never_lowers_decode_throughput(
    model, chip, w, stack, degree, batch, context
) -> None:
    k = _case(model, chip, w, stack, degree)
    small = batch / float(decode_pass(k, batch, context).total)
    large = 1.5 * batch / float(decode_pass(k, 1.5 * batch, context).total)
    assert large >= small * (1 - 1e-9)


@FEW
@given(model_ids, chip_ids, weights, stacks, degrees, st.floats(0.5, 512), st.floats(1.01, 4))
def test_more_bandwidth_never_slows_decode(model, chip, w, stack, degree, batch, more) -> None:
    k = _case(model, chip, w, stack, degree)
    fast = replace(k, bandwidth=k.bandwidth * more)
    slow_s, fast_s = (float(decode_pass(x, batch, 2048.0).total) for x in (k, fast))
    assert fast_s <= slow_s * (1 + 1e-9)


@FEW
@given(model_ids, chip_ids, weights, degrees, st.integers(1, 400), st.floats(16, 8192))
def test_closed_loop_counts_its_requests(model, chip, w, degree, concurrency, osl) -> None:
    """Little's law: rate × time in the system is the concurrency."""
    k = _case(model, chip, w, "vllm", degree)
    r = closed_loop(k, Traffic(1024.0, osl), float(concurrency))
    inside = float(r.out_tok_s) / osl * (float(r.ttft_s) + osl * float(r.tpot_s))
    assert inside == pytest.approx(concurrency, rel=1e-6)
    assert float(offline(k, Traffic(1024.0, osl)).out_tok_s) > 0


@settings(max_examples=200, deadline=None)
@given(
    model_ids, chip_ids, weights, stacks, degrees,
    st.floats(0.02, 200.0), st.floats(16, 4096), st.floats(0.0, 1.0), st.booleans(),
)  # fmt: skip
def test_more_requests_never_lower_a_closed_loop(
    model, chip, w, stack, degree, ratio, osl, reused, drafting
) -> None:
    """From one request in all to twice what memory holds, however long prompts are."""
    k = _case(model, chip, w, stack, degree)
    prompt = max(ratio * osl, 1.0)
    speculative = (2.2, 3.0) if drafting else (1.0, 1.0)
    t = Traffic(prompt * (1.0 - 0.9 * reused), osl, prompt * 0.9 * reused, *speculative)
    most = 2.0 * k.dp * max(float(sequence_capacity(k, prompt + osl)), 1.0)
    rate = closed_loop(k, t, np.geomspace(1.0, most, 200)).out_tok_s
    assert np.all(np.diff(rate) >= -1e-9 * rate[:-1])


@FEW
@given(model_ids, chip_ids, weights, stacks, degrees, st.floats(16, 4096), st.floats(0.0, 1.0))
def test_longer_prompts_never_come_sooner(model, chip, w, stack, degree, osl, load) -> None:
    """First and later tokens, of as many requests as memory holds of the longest prompts."""
    k = _case(model, chip, w, stack, degree)
    prompts = np.geomspace(32.0, 16384.0, 40)
    most = max(float(sequence_capacity(k, prompts[-1] + osl)), 1.0)
    loop = closed_loop(k, Traffic(prompts, osl), k.dp * most**load)
    for times in (loop.tpot_s, loop.ttft_s):
        assert np.all(np.diff(times) >= -0.01 * times[:-1])


@settings(max_examples=25, deadline=None)
@given(
    model_ids,
    chip_ids,
    st.floats(16, 32768),
    st.floats(16, 8192),
    st.sampled_from(["aggregated", "prefill", "decode"]),
)
def test_search_answers_are_sound(model, chip, isl, osl, phase) -> None:
    m, c = find_model(model), find_chip(chip)
    rates = search(m, c, isl, osl, phase=phase, tpot_s=0.2)
    per_token = 2.0 * 0.8 * (m.active_params or 1e9) * 0.5
    for r in rates:
        assert r.low <= r.tok_s_per_chip <= r.high
        if r.feasible:
            assert r.tpot_s <= 0.2 or phase == "prefill"
            assert r.memory_bytes <= c.memory_bytes
            assert r.layout.tp * r.layout.pp * r.layout.dp == r.layout.n_chips
            assert r.tok_s_per_chip * per_token <= max(c.peak_flop_s.values())
        else:
            assert r.why_not
    ordered = [r.tok_s_per_chip for r in rates]
    assert ordered == sorted(ordered, reverse=True)


@given(st.lists(st.tuples(st.floats(0.1, 10), st.floats(0.1, 10)), min_size=1, max_size=40))
def test_pareto_front_against_brute_force(points) -> None:
    rate, speed = (np.array(x) for x in zip(*points, strict=True))
    keep = pareto(rate, speed)
    front = {(rate[i], speed[i]) for i in np.flatnonzero(keep)}
    for i in range(len(rate)):
        beaten = np.any(
            (rate >= rate[i]) & (speed >= speed[i]) & ((rate > rate[i]) | (speed > speed[i]))
        )
        assert ((rate[i], speed[i]) in front) == (not beaten)


@settings(max_examples=25, deadline=None)
@given(model_ids, st.sampled_from(["h100-sxm", "b200-hgx", "ascend-910c", "mi300x"]))
def test_step_tables_grow_with_batch(model, chip) -> None:
    m, c = find_model(model), find_chip(chip)
    best = search(m, c, 1024, 512)[0]
    table = step_table(m, c, best.layout, best.precision)
    assert (np.diff(table.decode_base_s) >= 0).all()
    assert (table.decode_s_per_kv_token >= 0).all()
    assert min(table.prefill_base_s, table.prefill_s_per_token, table.prefill_s_per_token_ctx) >= 0
    assert table.kv_capacity_tokens > 0
    assert table.batch[0] == 1
    assert table.idle_w < table.busy_w


def test_tighter_limit_never_raises_the_best_rate() -> None:
    m, c = find_model("qwen3-235b-a22b"), find_chip("h200-sxm")
    best = [search(m, c, 2048, 1024, tpot_s=t)[0].tok_s_per_chip for t in (0.1, 0.05, 0.03, 0.02)]
    assert best == sorted(best, reverse=True)


def test_cached_prompts_never_cost() -> None:
    m, c = find_model("deepseek-v3"), find_chip("h200-sxm")
    rates = [
        search(m, c, 8192, 512, cached_share=s, tpot_s=0.1)[0].tok_s_per_chip
        for s in (0.0, 0.3, 0.6, 0.9)
    ]
    assert rates == sorted(rates)


def test_sweep_is_one_array_pass() -> None:
    s = sweep(find_model("llama-3.1-70b"), find_chip("h100-sxm"), 1024, 1024)
    assert s.tpot_s.shape == s.batch.shape == (len(s.layouts), s.batch.shape[1])
    assert np.isfinite(s.tpot_s).all()


@FEW
@given(
    st.sampled_from(["llama-3.1-70b", "deepseek-v3", "llama-4-scout", "qwen2.5-7b"]),
    st.sampled_from(["h100-sxm", "h200-sxm", "b200-hgx"]),
    st.integers(100, 400_000),
)
def test_what_a_sweep_offers_fits_and_divides(model: str, chip: str, isl: int) -> None:
    """Whole sequences on each rank, no more memory than there is, heads split evenly."""
    m, c = find_model(model), find_chip(chip)
    s = sweep(m, c, float(isl), 500.0, max_chips=8)
    rows = s.fits.any(axis=1)
    assert (m.heads % s.layouts.tp[rows] == 0).all()
    assert (s.batch % s.layouts.dp[:, None] == 0).all()
    assert (s.memory_bytes[s.fits] <= c.memory_bytes).all()


@pytest.mark.parametrize("limit", [0.02, 0.05, 0.1])
def test_the_batch_is_taken_up_to_the_limit(limit: float) -> None:
    """The best point is as good as a scan of every batch of its own layout."""
    m, c = find_model("deepseek-v3"), find_chip("h200-sxm")
    best = search(m, c, 4000, 1000, tpot_s=limit, max_chips=8)[0]
    assert best.tpot_s <= limit
    o = best.layout
    one = Layouts(*(np.array([float(x)]) for x in (o.n_chips, o.tp, o.pp, o.ep, o.dp)))
    every = [
        sweep(m, c, 4000.0, 1000.0, max_chips=8, layouts=one,
              batches=(np.array([b]), np.array([b])))
        for b in np.arange(o.dp, 1000.0, o.dp)
    ]  # fmt: skip
    scan = max(
        float(s.tok_s_per_chip[0, 0]) for s in every if s.fits[0, 0] and s.tpot_s[0, 0] <= limit
    )
    assert best.tok_s_per_chip >= 0.97 * scan


any_degree = st.one_of(st.integers(1, 20), st.sampled_from([24, 32, 48, 64, 128, 256, 1000]))


@settings(max_examples=300, deadline=None)
@given(model_ids, chip_ids, any_degree, any_degree, any_degree, any_degree)
def test_a_layout_is_refused_just_where_a_rule_is_broken(model, chip, tp, pp, dp, ep) -> None:
    """Heads, layers and experts are dealt out one by one, and counted."""
    m, c = find_model(model), find_chip(chip)
    found = {p.where for p in layout_problems(limits_of(m), c, tp=tp, pp=pp, dp=dp, ep=ep)}

    def dealt(things: int, ranks: int) -> set[int]:
        held = [0] * ranks
        for i in range(things):
            held[i % ranks] += 1
        return set(held)

    latent = m.attention == "mla" or m.attn_type == "csa_hca"
    extra = m.extra or {}
    even = len(dealt(m.heads, tp)) == 1
    even &= len(dealt(int(extra.get("linear_value_heads", 0)), tp)) == 1
    for heads in (0 if latent else m.kv_heads, int(extra.get("linear_key_heads", 0))):
        even &= not heads or 1 in (len(dealt(heads, tp)), len(dealt(tp, heads)))
    assert ("--tp" in found) == (not even)
    assert ("--pp" in found) == (0 in dealt(m.layers, pp))
    mixture = m.n_moe_layers > 0
    assert ("--dp" in found) == (dp > 1 and not mixture)
    spread = dealt(m.experts, ep)
    group = tp * dp
    redundant = ep == group and fills(c, group * pp) and 0 not in spread
    fine = ep == 1 or (
        mixture and len(dealt(group, ep)) == 1 and (len(spread) == 1 or redundant)
        and 0 not in spread
    )  # fmt: skip
    assert ("--ep" in found) == (not fine)
    assert ("tp × pp × dp" in found) == (tp * pp * dp > 4096)


@settings(max_examples=40, deadline=None)
@given(model_ids, chip_ids, st.sampled_from([8, 24, 64, 96, 288, 1024, 1000]))
def test_training_tries_only_layouts_that_can_be(model, chip, n) -> None:
    m, c = find_model(model), find_chip(chip)
    limits = limits_of(m)
    for lay in training_layouts(shape_of(m), c, n, 512, 65536, True, limits):
        degrees = {k: int(getattr(lay, k)) for k in ("tp", "pp", "dp", "cp", "ep")}
        assert not layout_problems(limits, c, training=True, n_chips=n, **degrees)
