"""Published traces against the figures that their publishers or their card give."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from outlay.serving.engine.policy import Offload, Policy, Tier
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import dense
from outlay.serving.metrics import summary
from outlay.serving.traffic.clients import client_traffic
from outlay.serving.traffic.loaders import load_trace
from outlay.serving.traffic.sessions import place
from outlay.serving.traffic.shapes import known_shape, shape_of
from outlay.serving.validate import example_table
from support.prefix_replay import lru_hits, session_hits
from support.shared import shared_dir

pytestmark = pytest.mark.shared


def traces():
    return shared_dir() / "data" / "traces"


@pytest.mark.parametrize(
    ("name", "requests", "mean_in", "mean_out", "shared"),
    [
        ("azure2023_conv", 19_366, 1155, 211, None),
        ("azure2024_code_slice", 1_024, 3053, 23.7, None),
        ("mooncake_conversation", 12_031, 12035, 343, 0.374),
        ("mooncake_synthetic", 3_993, 15325, 149, 0.651),
        ("agentic_coding_sessions", 37_013, 118641, 440, 0.962),
    ],
)
def test_check_values_of_the_card(name, requests, mean_in, mean_out, shared):
    t = load_trace(traces() / f"{name}.parquet").traffic
    assert len(t) == requests
    assert t.input_tokens.mean() == pytest.approx(mean_in, rel=2e-3)
    assert t.output_tokens.mean() == pytest.approx(mean_out, rel=2e-3)
    if shared is not None:
        assert t.shared_tokens.sum() / t.input_tokens.sum() == pytest.approx(shared, abs=2e-3)


def test_prefix_hits_of_agent_sessions_by_cache_life():
    frame = pl.read_parquet(traces() / "agentic_coding_sessions.parquet")
    table = {c: frame[c].to_numpy() for c in frame.columns if frame[c].dtype.is_numeric()}
    table["api_time_s"] = np.zeros(frame.height)  # lives counted from when a request began
    rates, _ = session_hits(table, (60.0, 300.0, 3600.0))
    assert rates == pytest.approx([0.78, 0.92, 0.96], abs=0.02)


@pytest.mark.parametrize(
    ("name", "shares"),
    [
        ("mooncake_conversation", (0.358, 0.211, 0.086, 0.054)),
        ("mooncake_synthetic", (0.651, 0.428, 0.233, 0.145)),
    ],
)
def test_hits_are_those_of_a_cache_that_keeps_single_blocks(name, shares):
    """Answers take room too and requests overlap, which no replay has: a point is left for that."""
    path = traces() / f"{name}.parquet"
    frame, t = pl.read_parquet(path), load_trace(path).traffic
    for capacity, share in zip((20, 5, 2, 1), shares, strict=True):
        tokens = capacity * 1_000_000
        assert lru_hits(frame, tokens) == pytest.approx(share, abs=1e-3)
        for block in (16, 512):
            table = dense(
                example_table(
                    kv_capacity_tokens=tokens,
                    kv_block_tokens=block,
                    prefill_s_per_token=3e-6,
                    prefill_s_per_token_ctx=1e-11,
                    decode_s_per_kv_token=np.full(4, 2e-9),
                )
            )
            found = summary(run(t, table, replicas=1)).cached_share
            assert found == pytest.approx(share, abs=0.01), (capacity, block)


def test_a_tier_over_a_small_memory_finds_what_a_memory_of_its_size_would():
    """Written through, a tier of 5 and 20 million tokens over one million; given up, 4 over one."""
    t = load_trace(traces() / "mooncake_conversation.parquet").traffic
    table = dense(
        example_table(
            kv_capacity_tokens=1_000_000,
            prefill_s_per_token=3e-6,
            prefill_s_per_token_ctx=1e-11,
            decode_s_per_kv_token=np.full(4, 2e-9),
        )
    )
    for millions, through, share in ((5, True, 0.211), (20, True, 0.358), (4, False, 0.211)):
        offload = Offload((Tier("cpu", millions * 1e6),), through=through)
        found = run(t, table, Policy(offload=offload))
        assert summary(found).cached_share == pytest.approx(share, abs=0.01), (millions, through)


def test_hits_of_agent_sessions_in_the_engine_are_those_of_blocks():
    found = load_trace(traces() / "agentic_coding_sessions.parquet")
    keep = np.isin(found.session_id, np.unique(found.session_id)[:60])
    t = place(found.traffic.part(keep), found.session_id[keep], 1 / 600.0, seed=1)
    table = dense(
        example_table(
            kv_capacity_tokens=200_000_000, prefill_s_per_token=1e-6, prefill_s_per_token_ctx=1e-11
        )
    )
    for life, expected in ((300.0, 0.92), (3600.0, 0.96)):
        records = run(t, table, Policy(cache_life_s=life), replicas=1)
        assert summary(records).cached_share == pytest.approx(expected, abs=0.06)


def test_drawn_clients_keep_rate_and_lengths():
    t, _ = client_traffic(traces() / "servegen_deepseek_r1_clients.parquet", most=2_000_000, seed=1)
    assert len(t) == pytest.approx(1.38e6, rel=0.02)
    clients = pl.read_parquet(traces() / "servegen_deepseek_r1_clients.parquet")
    fleet = clients.group_by("window_start_s").agg(pl.col("rate_rps").sum()).sort("window_start_s")
    starts, rate = (fleet[c].to_numpy() for c in fleet.columns)
    drawn = np.histogram(t.arrival_s, np.append(starts, starts[-1] + 600))[0] / 600
    assert np.corrcoef(drawn, rate)[0, 1] > 0.98
    assert t.input_tokens.mean() == pytest.approx(1268, rel=0.2)
    assert t.output_tokens.mean() == pytest.approx(1527, rel=0.2)


def test_shipped_shapes_are_those_of_the_traces():
    """Means as the card has them (clients' by their rates), medians as the trace has them."""
    for name, mean_in, mean_out in (
        ("azure2023_conv", 1155, 211),
        ("mooncake_conversation", 12035, 343),
        ("agentic_coding_sessions", 118641, 440),
        ("servegen_m_large", 914, 155),
        ("servegen_deepseek_r1", 1268, 1527),
        ("servegen_mm_image", 1222, 130),
    ):
        found = known_shape(name)
        assert found.input_tokens == pytest.approx(mean_in, rel=0.04), name
        assert found.output_tokens == pytest.approx(mean_out, rel=0.04), name
    t = load_trace(traces() / "mooncake_conversation.parquet").traffic
    assert known_shape("mooncake_conversation").lengths == shape_of(t).lengths
