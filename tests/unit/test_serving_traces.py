"""Trace readers: what they take, and how they refuse."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from outlay.core.errors import InputError, TableError
from outlay.serving.spec import Lengths
from outlay.serving.traffic.chains import chains_from_hashes, chains_from_tree
from outlay.serving.traffic.clients import client_traffic
from outlay.serving.traffic.generate import (
    arrivals,
    curve_arrivals,
    draw_lengths,
    quantile_mean,
    spread_slots,
    weibull_shape,
)
from outlay.serving.traffic.loaders import load_trace
from outlay.serving.traffic.requests import traffic
from outlay.serving.traffic.shapes import known_shape, shape_of
from outlay.serving.traffic.workload import workload_traffic
from outlay.study.checks.complete import published_traces
from support.prefix_replay import hit_tokens

HEAD = "arrival_s,input_tokens,output_tokens\n"

BAD = {
    "negative length": (HEAD + "0,10,5\n1,-3,5\n", r"t\.csv:3: out of range in column input_tok"),
    "negative output": (HEAD + "0,10,-5\n", "output_tokens"),
    "times that fall": (HEAD + "0,10,5\n3,3,5\n2,4,4\n", r"t\.csv:4: arrival times fall"),
    "no rows": (HEAD, "no requests"),
    "empty file": ("", "empty"),
    "NaN": (HEAD + "0,10,5\nNaN,3,5\n", r"t\.csv:3: not a number in column arrival_s"),
    "infinite": (HEAD + "inf,10,5\n", "arrival_s"),
    "text": (HEAD + "0,abc,5\n", "input_tokens"),
    "missing cell": (HEAD + "0,1\n", r"t\.csv:2: a row with another number of cells"),
    "fraction of a token": (HEAD + "0,1.5,5\n", "whole number"),
    "no output": (HEAD + "0,1,0\n", "output_tokens"),
    "too long": (HEAD + "0,1e40,5\n", "input_tokens"),
    "header twice": ("arrival_s,arrival_s,input_tokens,output_tokens\n0,1,2,3\n", "twice"),
    "other header": ("a,b\n1,2\n", "arrival_s"),
    "too many fields": (HEAD + "0,1,2,3\n", r"t\.csv:2: a row with another number of cells"),
    "open quote": (HEAD + '"0,5,5\n', r"t\.csv:2: a quoted cell goes over the end of its line"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_tables_are_refused_with_their_place(case, tmp_path):
    text, words = BAD[case]
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(TableError, match=words) as found:
        load_trace(path)
    assert "t.csv" in str(found.value)
    assert found.value.exit_code == 2


@pytest.mark.parametrize(
    ("name", "data"),
    [("t.csv", b"\xff\xfe\x00"), ("t.parquet", b"PAR1garbage"), ("t.xlsx", b"PK")],
)
def test_files_of_another_kind_are_refused(name, data, tmp_path):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(TableError):
        load_trace(tmp_path / name)


def test_falling_times_can_be_sorted_and_say_so(tmp_path):
    (tmp_path / "t.csv").write_text(HEAD + "5,10,5\n3,30,5\n")
    got = load_trace(tmp_path / "t.csv", sort=True)
    assert got.traffic.arrival_s.tolist() == [0.0, 2.0]
    assert got.traffic.input_tokens.tolist() == [30, 10]
    assert "1 times fell" in got.warnings[0]


def test_azure_time_stamps(tmp_path):
    (tmp_path / "a.csv").write_text(
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n"
        "2023-11-16 18:15:50.9951690,396,109\n"
    )
    got = load_trace(tmp_path / "a.csv")
    assert got.format == "azure"
    assert got.traffic.arrival_s == pytest.approx([0, 4.314579])
    (tmp_path / "b.csv").write_text("TIMESTAMP,ContextTokens,GeneratedTokens\nyesterday,374,44\n")
    with pytest.raises(TableError, match="time stamp"):
        load_trace(tmp_path / "b.csv")


def test_burstgpt_leaves_out_failures_and_says_so(tmp_path):
    (tmp_path / "b.csv").write_text(
        "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
        "5,m,472,18,490,c\n45,m,1087,0,1087,c\n118,m,417,276,693,c\n"
    )
    got = load_trace(tmp_path / "b.csv")
    assert got.format == "burstgpt"
    assert got.traffic.output_tokens.tolist() == [18, 276]
    assert got.warnings == (
        "columns not read: Model, Total tokens, Log Type",
        "1 failed request (no tokens) left out: line 3",
    )


def test_mooncake_lines_become_chains(tmp_path):
    (tmp_path / "m.jsonl").write_text(
        '{"timestamp": 0, "input_length": 1500, "output_length": 10, "hash_ids": [0, 1, 2]}\n'
        '{"timestamp": 3000, "input_length": 2100, "output_length": 9, "hash_ids": [0, 1, 2, 3]}\n'
        '{"timestamp": 6000, "input_length": 1100, "output_length": 8, "hash_ids": [0, 9, 8]}\n'
    )
    t = load_trace(tmp_path / "m.jsonl").traffic
    assert t.arrival_s.tolist() == [0, 3, 6]
    assert t.shared_tokens.tolist() == [0, 1536, 512]
    assert t.session.tolist() == [0, 0, 1]
    (tmp_path / "n.jsonl").write_text('{"timestamp": 0}\n')
    with pytest.raises(TableError, match=r"n\.jsonl:1"):
        load_trace(tmp_path / "n.jsonl")


def test_a_branch_starts_its_own_chain():
    got = chains_from_tree(
        np.array([-1, 0, 0, 1]), np.array([0, 100, 100, 180]), np.array([100, 200, 150, 260])
    )
    assert got["session"].tolist() == [0, 0, 1, 0]
    assert got["reads"].tolist() == [0, 0, 0, 0]
    assert chains_from_hashes(np.array([1, 2, 1, 3]), np.array([2, 4]), 16)[
        "shared_tokens"
    ].tolist() == [0, 16]


def test_grid_of_times_is_warned_of_and_spread(tmp_path):
    rows = "".join(f"{3 * (i // 5)},10,5\n" for i in range(100))
    (tmp_path / "g.csv").write_text(HEAD + rows)
    got = load_trace(tmp_path / "g.csv")
    assert "grid of 3 s" in got.warnings[0]
    spread = spread_slots(got.traffic.arrival_s, 3.0)
    assert np.all(np.diff(spread) >= 0)
    assert len(np.unique(spread)) == 100


def test_a_million_rows_read_within_seconds(tmp_path):
    n = 1_000_000
    pl.DataFrame(
        {"arrival_s": np.arange(n) * 1e-3, "input_tokens": [7] * n, "output_tokens": [3] * n}
    ).write_csv(tmp_path / "big.csv")
    assert len(load_trace(tmp_path / "big.csv").traffic) == n


@pytest.mark.parametrize("cv", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("family", ["gamma", "weibull"])
def test_arrivals_have_their_rate_and_burstiness(cv, family):
    gaps = np.diff(arrivals(200_000, 5.0, cv=cv, family=family, seed=2))
    assert gaps.mean() == pytest.approx(0.2, rel=0.03)
    assert gaps.std() / gaps.mean() == pytest.approx(cv, rel=0.06)


def test_weibull_shape_is_exponential_at_cv_one():
    assert weibull_shape(1.0) == pytest.approx(1.0)


def test_rate_curve_places_arrivals_where_the_rate_is():
    times = curve_arrivals(np.array([10.0, 0.0, 30.0]), 1000.0, seed=1)
    counts = np.histogram(times, [0, 1000, 2000, 3000])[0]
    assert counts[1] == 0
    assert counts[[0, 2]] == pytest.approx([10_000, 30_000], rel=0.03)


def test_lengths_keep_means_from_lognormal_and_quantiles():
    inp, out = draw_lengths(
        200_000, 1000, 50, Lengths(1.0, output_quantiles=((0, 1), (0.5, 10), (1, 100)))
    )
    assert inp.mean() == pytest.approx(1000, rel=0.02)
    assert out.mean() == pytest.approx(50, rel=0.03)


def test_block_replay_counts_only_living_leading_blocks():
    time_s, parent = np.array([0.0, 10.0, 100.0]), np.array([-1, 0, 1])
    shared, total = np.array([0, 2, 3]), np.array([2, 3, 4])
    found = hit_tokens(time_s, parent, shared, total, 16, (5.0, 50.0, 500.0))
    assert found.tolist() == [[0, 0, 0], [0, 32, 32], [0, 0, 48]]


def test_workload_file_of_a_load_test(tmp_path):
    path = tmp_path / "w.yml"
    path.write_text(
        "load: {type: poisson, stages: [{rate: 20, duration: 100}, {rate: 5, duration: 100}]}\n"
        "data:\n  type: random\n"
        "  input_distribution: {min: 10, max: 500, mean: 100, std_dev: 30}\n"
        "  output_distribution: {min: 5, max: 50, mean: 20}\n"
    )
    t, (line,) = workload_traffic(path)
    assert line.startswith(f"{len(t):,} requests over 3.33 min")
    assert np.histogram(t.arrival_s, [0, 100, 200])[0] == pytest.approx([2000, 500], rel=0.15)
    assert t.input_tokens.mean() == pytest.approx(100, rel=0.05)
    for text in ("load: 3\n", "a: [", "load: {stages: [{rate: -1, duration: 2}]}\ndata: {}\n"):
        path.write_text(text)
        with pytest.raises(InputError):
            workload_traffic(path)


def test_clients_superpose(tmp_path):
    window = np.tile([0, 600], 2)
    pl.DataFrame(
        {
            "client_id": [1, 1, 2, 2],
            "window_start_s": window,
            "rate_rps": [2.0, 4.0, 1.0, 0.0],
            "interarrival_cv": [1.0, 1.0, 2.0, 0.0],
            "family": ["Gamma", "Gamma", "Weibull", None],
        }
    ).write_parquet(tmp_path / "x_clients.parquet")
    pl.DataFrame(
        {
            "client_id": [1, 1],
            "field": ["input_tokens", "output_tokens"],
            "q50": [100.0, 10.0],
            "q99": [300.0, 30.0],
            "max": [400.0, 40.0],
        }
    ).write_parquet(tmp_path / "x_lengths.parquet")
    t, notes = client_traffic(tmp_path / "x_clients.parquet", seed=1)
    assert len(t) == pytest.approx(600 * 7, rel=0.1)
    assert notes[0].endswith("drawn; 2 clients")
    assert "1 clients" in notes[1]
    with pytest.raises(TableError, match="lengths"):
        client_traffic(tmp_path / "x_lengths.parquet")


def test_the_shape_of_a_trace_is_its_quantiles_over_the_mean() -> None:
    """1 to 1,001 tokens, each once: the median is the mean, the middle half 0.5 to 1.5 of it."""
    tokens = np.arange(1, 1002)
    found = shape_of(traffic(np.arange(1001.0), tokens, tokens[::-1]))
    assert (found.input_tokens, found.output_tokens) == (501.0, 501.0)
    at = dict(found.lengths.input_quantiles)
    assert at[0.5] == pytest.approx(1.0)
    assert at[0.9] == pytest.approx(901 / 501, rel=1e-3)
    assert found.lengths.output_quantiles == found.lengths.input_quantiles
    assert found.lengths.correlation == pytest.approx(-1.0)


def test_one_request_as_long_as_thousands_does_not_stretch_the_shape() -> None:
    """10,000 requests of 10 tokens but one of 100,010: the mean is 20.

    The top thousandth, ten of them, has a mean of 10,010: a line from 10 to 20,010.
    """
    tokens = np.full(10_000, 10)
    tokens[-1] = 100_010
    found = shape_of(traffic(np.arange(10_000.0), tokens, np.full(10_000, 7)))
    low, end = (y for _, y in found.lengths.input_quantiles[-2:])
    assert found.input_tokens == pytest.approx(20.0)
    assert low == pytest.approx(0.5)
    assert end == pytest.approx(20_010 / 20, rel=1e-3)
    assert quantile_mean(found.lengths.input_quantiles) == pytest.approx(1.0, rel=1e-2)
    assert found.lengths.correlation == 0.0


def test_published_traces_have_the_means_of_their_names() -> None:
    """The catalogue's traces and the shapes are of the same requests."""
    assert known_shape("nothing of the kind") is None
    for name in published_traces():
        found = known_shape(name)
        assert found is not None, name
        mean = quantile_mean(found.lengths.input_quantiles)
        assert mean == pytest.approx(1.0, abs=0.12), name  # of a broken line through the quantiles


def test_answers_of_a_server_are_requests_by_what_they_used(tmp_path):
    path = tmp_path / "log.jsonl"
    rows = [
        {"created": 1_700_158_623 + k, "usage": {"prompt_tokens": 90 + k, "completion_tokens": 7}}
        for k in range(3)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = load_trace(path).traffic
    assert found.arrival_s.tolist() == [0.0, 1.0, 2.0]
    assert found.input_tokens.tolist() == [90, 91, 92]
    assert found.output_tokens.tolist() == [7, 7, 7]
    rows[1]["usage"] = {"prompt_tokens": 5}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(TableError, match=r"log\.jsonl:2: no key 'completion_tokens'"):
        load_trace(path)


def test_counts_beside_usage_are_those_of_the_row(tmp_path):
    path = tmp_path / "log.jsonl"
    row = {"arrival_s": 0, "input_tokens": 8, "output_tokens": 2, "usage": {"input_tokens": 5}}
    path.write_text(json.dumps(row))
    assert load_trace(path).traffic.input_tokens.tolist() == [8]
