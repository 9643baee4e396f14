"""Attention that selects, compresses or slides, against sums over positions and configurations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.catalogue import find_chip, find_model
from outlay.performance import Layout, Precision, Stack, step_table
from outlay.performance.constants.cases import case_for
from outlay.performance.operators.attention import decode_work, mean_within, prefill_flops
from outlay.performance.operators.case import Case
from outlay.performance.operators.timing import cache_bytes_per_token, hop_seconds
from outlay.performance.questions.loop import Traffic, steady_decode
from outlay.performance.training.step import model_flops, score_flops


def _case(model: str, layout: Layout | None = None, chip: str = "h200-sxm") -> Case:
    layout = layout or Layout(1)
    return case_for(find_model(model), find_chip(chip), layout, Precision("fp8", "bf16"), Stack())


@given(st.integers(0, 3000), st.integers(1, 3000), st.integers(1, 3000))
def test_the_mean_over_positions_is_the_sum_s(start: int, length: int, most: int) -> None:
    middles = start + np.arange(length) + 0.5  # position i reads i + 1/2 in the mean
    exact = np.minimum(middles, most).mean()
    assert mean_within(start, length, most) == pytest.approx(exact, rel=1e-3, abs=0.2)
    assert mean_within(start, length, np.inf) == pytest.approx(start + length / 2)


@pytest.mark.parametrize("model", ["deepseek-v4-pro", "deepseek-v4-flash"])
def test_compressed_caches_are_read_whole_up_to_what_the_index_selects(model: str) -> None:
    """Entries of 4 tokens are selected, of 128 read whole; a window of 128 in every layer."""
    found = find_model(model)
    four, many = found.extra["ratio4_layers"], found.extra["ratio128_layers"]
    for context in (2048.0, 32768.0, 1e6):
        entries = four * min(context / 4, found.index_topk) + many * context / 128
        window = found.layers * min(context, found.window)
        index = four * context / 4 * found.index_dim  # in 8 bits
        moved, _ = decode_work(_case(model), context)
        expected = 2.0 * found.head_dim * (entries + window) + index
        assert float(moved) == pytest.approx(expected, rel=1e-9)


def test_blocks_are_selected_in_all_but_the_first_layers() -> None:
    model, context = find_model("minimax-m3"), 131072.0
    values = model.kv_heads * 2 * model.head_dim
    moved, _ = decode_work(_case("minimax-m3"), context)
    assert float(moved) == pytest.approx(2.0 * values * (57 * 16 * 128 + 3 * context), rel=1e-9)


def test_an_indexer_stands_whole_on_every_rank() -> None:
    alone, eight = (_case("deepseek-v3.2", Layout(n, n)) for n in (1, 8))
    s = alone.shape
    index = float(s.index_layers * 4096.0 * s.index_flops)
    one, shared = (float(prefill_flops(k, 8192.0, 0.0)) for k in (alone, eight))
    assert one - index == pytest.approx(8.0 * (shared - index))


def test_training_times_the_operations_that_it_counts() -> None:
    shape, seq = _case("deepseek-v3.2").shape, 32768.0
    near = float(model_flops(shape, 2.0)) - 3.0 * float(score_flops(shape, 2.0, causal=True))
    far = float(model_flops(shape, seq)) - 3.0 * float(score_flops(shape, seq, causal=True))
    assert near == pytest.approx(far)
    everything = replace(shape, topk_tokens=np.inf)
    assert score_flops(shape, seq, causal=True) < score_flops(everything, seq, causal=True)


def test_a_pipeline_beyond_the_domain_hops_over_the_network() -> None:
    near, far = (_case("llama-3.1-405b", Layout(8 * pp, 8, pp), "h100-sxm") for pp in (1, 2))
    assert float(hop_seconds(near)) == pytest.approx(1.0 / float(near.link))
    assert float(hop_seconds(far)) == pytest.approx(1.0 / (8.0 * float(far.net)))


@pytest.mark.parametrize("speculative", [False, True])
def test_step_tables_are_the_steps_of_the_pool(speculative: bool) -> None:
    model, chip, layout = find_model("deepseek-v3"), find_chip("h200-sxm"), Layout(8, 1, 1, 8, 8)
    context = 16384.0
    table = step_table(model, chip, replace(layout, phase="decode"), Precision("fp8"),
                       context=context, speculative=speculative)  # fmt: skip
    k = _case("deepseek-v3", layout)
    kept, verified = float(k.c["mtp_accepted"]), float(k.c["mtp_verified"])
    t = Traffic(context, 0.0, 0.0, *((kept, verified) if speculative else (1.0, 1.0)))
    seconds = table.decode_base_s + table.decode_s_per_kv_token * context * table.batch
    pool = steady_decode(k, t, table.batch / 8.0)
    per_step = np.asarray(pool.tpot_s) * float(np.asarray(t.per_step))
    ratio = seconds / per_step
    some = table.batch >= 8
    assert ratio[some].max() / ratio[some].min() < 1.35  # but for the correction by batch
    assert 0.6 < np.median(ratio[some]) < 1.7


def test_a_step_table_with_drafts_charges_the_cache_once_a_sequence() -> None:
    model, chip, layout = find_model("deepseek-v3"), find_chip("h200-sxm"), Layout(8, 1, 1, 8, 8)
    plain, drafting = (
        step_table(model, chip, layout, Precision("fp8"), context=16384.0, speculative=s)
        for s in (False, True)
    )
    slope = drafting.decode_s_per_kv_token[-1] / plain.decode_s_per_kv_token[-1]
    assert slope == pytest.approx(1.0, abs=0.15)
    assert drafting.tokens_per_step > 1.5


def test_the_cache_a_step_reads_is_what_memory_holds_where_nothing_is_selected() -> None:
    for model in ("llama-3.1-70b", "deepseek-v3", "qwen3-235b-a22b"):
        k = _case(model)
        moved, _ = decode_work(k, 5000.0)
        assert float(moved) == pytest.approx(5000.0 * float(cache_bytes_per_token(k)))
