"""Genuine files of load generators: what is read is what the server did, and the sums agree."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from outlay.serving.observed.reading import read_observations
from outlay.serving.observed.types import METRICS, Observation
from support.shared import ROOT

DATA = ROOT / "tests" / "data" / "observed"
FILES = sorted(
    p.relative_to(DATA).as_posix()
    for p in DATA.rglob("*")
    if p.is_file() and p.name not in ("README.md", "server.jsonl")
)


def read(name: str) -> tuple[Observation, ...]:
    return read_observations(DATA / name)


def served(folder: str, first: int = 0, end: int | None = None) -> list[dict[str, float]]:
    lines = (DATA / folder / "server.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines][first:end]


def close(found: float | None, truth: float, within: float = 1e-9) -> bool:
    return found is not None and abs(found - truth) <= within * abs(truth)


@pytest.mark.parametrize("name", FILES)
def test_identities_hold_in_every_genuine_file(name: str) -> None:
    for run in read(name):
        assert run.tool
        assert set(run.metrics) <= set(METRICS)
        assert {"ttft_s", "tpot_s", "e2e_s"} & set(run.metrics)
        for spread in run.metrics.values():
            values = [spread.quantiles[q] for q in sorted(spread.quantiles)]
            assert all(a <= b * (1 + 1e-9) for a, b in pairwise(values))
            ends = [v for v in (spread.minimum, spread.mean, spread.maximum) if v is not None]
            assert all(a <= b * (1 + 1e-9) for a, b in pairwise(ends))
        if run.completed and run.duration_s and run.req_s:
            assert close(run.req_s * run.duration_s, run.completed, 2e-3)
        for key, total, rate in (
            ("input_tokens", run.input_tokens, run.input_tok_s),
            ("output_tokens", run.output_tokens, run.output_tok_s),
        ):
            mean = run.metrics[key].mean if key in run.metrics else None
            if total is not None and run.completed and mean is not None:
                assert close(mean * run.completed, total, 2e-3)
            if total is not None and run.duration_s and rate is not None:
                assert close(rate * run.duration_s, total, 2e-3)


@pytest.mark.parametrize("name", FILES)
def test_times_are_in_seconds(name: str) -> None:
    """The server takes 30 ms to the first token, and 8 ms to each other at least."""
    for run in read(name):
        mean = {k: s.mean for k, s in run.metrics.items() if s.mean is not None}
        assert 0.03 <= mean.get("ttft_s", 0.1) < 1
        assert 0.008 <= mean.get("tpot_s", 0.01) < 0.1
        assert 0.008 <= mean.get("itl_s", 0.01) < 0.1
        assert 0.05 <= mean.get("e2e_s", 0.1) < 2
        if {"ttft_s", "e2e_s"} <= set(mean):
            assert mean["ttft_s"] < mean["e2e_s"]


@pytest.mark.parametrize("name", FILES)
def test_requests_agree_with_the_summary_that_stands_beside_them(name: str) -> None:
    for run in read(name):
        times = run.timings
        if times is None:
            continue
        ok = times.ok
        assert int(np.sum(ok)) == run.completed
        assert int(np.sum(times.input_tokens[ok])) == run.input_tokens
        assert int(np.sum(times.output_tokens[ok])) == run.output_tokens
        assert np.all(times.ttft_s[ok] <= times.e2e_s[ok])
        assert close(run.metrics["ttft_s"].mean, float(np.mean(times.ttft_s[ok])), 1e-6)
        # e2e = ttft + tpot (n − 1), request by request
        n = times.output_tokens[ok]
        tpot = (times.e2e_s[ok] - times.ttft_s[ok]) / np.maximum(n - 1, 1)
        assert close(run.metrics["tpot_s"].mean, float(np.mean(tpot[n > 1])), 0.02)
        sent = times.sent_s[~np.isnan(times.sent_s)]
        assert np.all(np.diff(sent) >= 0)
        assert not len(sent) or sent[0] == 0


RUNS = [  # file, run in it, folder of the log, its first line and the one after its last
    ("vllm/closed.json", 0, "vllm", 0, 24),
    ("vllm/rate.json", 0, "vllm", 24, 44),
    ("vllm/rate.json", 1, "vllm", 44, 64),
    ("vllm/metrics.txt", 0, "vllm", 0, 24),
    ("sglang/runs.jsonl", 0, "sglang", 1, 25),
    ("sglang/runs.jsonl", 1, "sglang", 26, 46),
    ("guidellm-0.8.1/report.json", 0, "guidellm-0.8.1", 0, 10),
    ("guidellm-0.8.1/report.json", 1, "guidellm-0.8.1", 10, 20),
    ("guidellm-0.8.1/report.csv", 0, "guidellm-0.8.1", 0, 10),
    ("guidellm-0.8.1/report.csv", 1, "guidellm-0.8.1", 10, 20),
    ("guidellm-0.5.4/benchmarks.json", 0, "guidellm-0.5.4", 0, 12),
    ("guidellm-0.5.4/benchmarks.csv", 0, "guidellm-0.5.4", 0, 12),
    ("aiperf/profile_export_aiperf.json", 0, "aiperf", 0, 24),
    ("aiperf/profile_export_aiperf.csv", 0, "aiperf", 0, 24),
    ("aiperf/profile_export.jsonl", 0, "aiperf", 0, 24),
    ("aiperf-rate/profile_export_aiperf.json", 0, "aiperf-rate", 0, 20),
    ("inference-perf/stage_0_lifecycle_metrics.json", 0, "inference-perf", 0, 24),
    ("inference-perf/stage_1_lifecycle_metrics.json", 0, "inference-perf", 24, 54),
    ("inference-perf/summary_lifecycle_metrics.json", 0, "inference-perf", 0, 54),
    ("inference-perf/per_request_lifecycle_metrics.json", 0, "inference-perf", 0, 54),
]


@pytest.mark.parametrize(("name", "at", "folder", "first", "end"), RUNS)
def test_counts_and_tokens_are_those_that_the_server_counted(
    name: str, at: int, folder: str, first: int, end: int
) -> None:
    run, truth = read(name)[at], served(folder, first, end)
    assert run.completed == len(truth) == end - first
    assert run.failed in (None, 0)
    assert run.input_tokens == sum(r["input_tokens"] for r in truth)
    assert run.output_tokens == sum(r["output_tokens"] for r in truth)


@pytest.mark.parametrize(("name", "at", "folder", "first", "end"), RUNS)
def test_latencies_are_the_servers_and_what_the_client_adds(
    name: str, at: int, folder: str, first: int, end: int
) -> None:
    """A client sees tokens after they were sent: here up to 60 ms later, on a busy machine."""
    run, truth = read(name)[at], served(folder, first, end)
    for key in ("ttft_s", "e2e_s"):
        mean = float(np.mean([r[key] for r in truth]))
        seen = run.metrics[key].mean
        assert seen is not None
        assert mean - 1e-4 <= seen <= mean + 0.06
    gaps = sum(r["e2e_s"] - r["ttft_s"] for r in truth) / sum(r["output_tokens"] - 1 for r in truth)
    if "itl_s" in run.metrics:
        assert close(run.metrics["itl_s"].mean, gaps, 0.12)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("vllm/closed.json", [("closed", None, 4)]),
        ("vllm/rate.json", [("open", 10.0, None), ("open", 14.0, None)]),
        ("sglang/runs.jsonl", [("closed", None, 4), ("open", 10.0, None)]),
        ("guidellm-0.8.1/report.json", [("closed", None, 3), ("closed", None, 6)]),
        ("guidellm-0.8.1/report.csv", [("closed", None, 3), ("closed", None, 6)]),
        ("guidellm-0.5.4/benchmarks.json", [("open", 8.0, 512)]),
        ("guidellm-0.5.4/benchmarks.csv", [("open", 8.0, None)]),
        ("guidellm-0.3.1/report.json", [("open", 8.0, None)]),
        ("aiperf/profile_export_aiperf.json", [("closed", None, 4)]),
        ("aiperf-rate/profile_export_aiperf.json", [("open", 10.0, None)]),
        ("inference-perf/stage_1_lifecycle_metrics.json", [("open", 10.0, None)]),
        ("mlperf/server-mlperf_log_summary.txt", [("open", 15.0, None)]),
        ("mlperf/server-mlperf_log_detail.txt", [("open", 15.0, None)]),
        ("mlperf/offline-mlperf_log_summary.txt", [("burst", None, None)]),
        ("inferencex/agg_single.json", [("closed", None, 4)]),
    ],
)
def test_the_load_is_as_it_was_asked_for(
    name: str, kinds: list[tuple[str, float | None, int | None]]
) -> None:
    found = [(r.load.kind, r.load.rate_req_s, r.load.concurrency) for r in read(name)]
    assert found == kinds


def test_poisson_and_even_arrivals_are_told_apart() -> None:
    assert read("aiperf-rate/profile_export_aiperf.json")[0].load.burstiness == 1
    assert read("guidellm-0.5.4/benchmarks.json")[0].load.burstiness == 1
    even = read("guidellm-0.3.1/report.json")[0].load
    assert even.even
    assert even.burstiness is None
    assert read("vllm/rate.json")[0].load.burstiness == 1


def test_one_run_in_two_forms_reads_alike() -> None:
    for a, b in (
        ("guidellm-0.8.1/report.json", "guidellm-0.8.1/report.csv"),
        ("guidellm-0.5.4/benchmarks.json", "guidellm-0.5.4/benchmarks.csv"),
        ("aiperf/profile_export_aiperf.json", "aiperf/profile_export_aiperf.csv"),
        ("aiperf/profile_export_aiperf.json", "aiperf/profile_export.jsonl"),
        ("mlperf/server-mlperf_log_summary.txt", "mlperf/server-mlperf_log_detail.txt"),
        ("inference-perf/summary_lifecycle_metrics.json",
         "inference-perf/per_request_lifecycle_metrics.json"),
    ):  # fmt: skip
        for one, other in zip(read(a), read(b), strict=True):
            assert one.completed == other.completed
            assert one.output_tokens == other.output_tokens
            assert other.setup.model in ("", one.setup.model)
            for key in ("ttft_s", "e2e_s", "itl_s"):
                x, y = one.metrics.get(key), other.metrics.get(key)
                if x is not None and y is not None and x.mean is not None and y.mean is not None:
                    assert close(x.mean, y.mean, 5e-3), (a, b, key)


@pytest.mark.parametrize("name", ["guidellm-0.8.1/report", "guidellm-0.5.4/benchmarks"])
def test_quantiles_of_guidellms_table_are_those_of_its_json(name: str) -> None:
    """Its list of percentiles begins with the least and leaves out the median."""
    said = json.loads((DATA / f"{name}.json").read_text())["benchmarks"]
    for run, one in zip(read(f"{name}.csv"), said, strict=True):
        for key, theirs, factor in (
            ("ttft_s", "time_to_first_token_ms", 1e-3), ("tpot_s", "inter_token_latency_ms", 1e-3),
            ("e2e_s", "request_latency", 1.0),
        ):  # fmt: skip
            at = one["metrics"][theirs]["successful"]["percentiles"]
            found = run.metrics[key].quantiles
            for q, word in ((0.1, "p10"), (0.25, "p25"), (0.5, "p50"), (0.75, "p75"), (0.9, "p90")):
                assert close(found[q], factor * at[word]), (key, word)


def test_throughput_of_inferencex_is_of_the_whole_deployment() -> None:
    """It writes per chip; of pools apart, output per chip of decode alone."""
    truth = read("vllm/closed.json")[0]
    for name, chips in (("agg_single.json", 8), ("agg_apart.json", 24)):
        run = read(f"inferencex/{name}")[0]
        assert run.setup.n_chips == chips
        assert run.setup.chip == "h200"
        assert close(run.output_tok_s, truth.output_tok_s or 0)
        assert close(run.input_tok_s, truth.input_tok_s or 0)
        assert run.metrics["ttft_s"] == truth.metrics["ttft_s"].__class__(
            mean=run.metrics["ttft_s"].mean, std=run.metrics["ttft_s"].std,
            quantiles=run.metrics["ttft_s"].quantiles,
        )  # fmt: skip
        assert close(run.metrics["ttft_s"].mean, truth.metrics["ttft_s"].mean or 0)


def test_tpot_of_guidellm_is_without_the_first_token() -> None:
    """Its own time_per_output_token counts it: here a quarter longer."""
    path = DATA / "guidellm-0.8.1/report.json"
    for run, said in zip(
        read_observations(path), json.loads(path.read_text())["benchmarks"], strict=True
    ):
        rows = said["requests"]["successful"]
        truth = [r["inter_token_latency_ms"] / 1000 for r in rows]
        stated = said["metrics"]["time_per_output_token_ms"]["successful"]["mean"] / 1000
        assert close(run.metrics["tpot_s"].mean, float(np.mean(truth)), 0.02)
        assert stated > 1.1 * float(np.mean(truth))


def test_a_report_as_yaml_is_the_same_as_json(tmp_path: Path) -> None:
    from ruamel.yaml import YAML

    found = json.loads((DATA / "guidellm-0.5.4/benchmarks.json").read_text())
    path = tmp_path / "report.yaml"
    with path.open("w") as file:
        YAML(typ="safe").dump(found, file)
    one, other = read_observations(path)[0], read("guidellm-0.5.4/benchmarks.json")[0]
    assert one.metrics == other.metrics
    assert one.load == other.load
    assert one.version == other.version == "0.5.4"


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_told_by_content_not_by_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "unnamed.bin"
    path.write_bytes((DATA / name).read_bytes())
    assert [r.tool for r in read_observations(path)] == [r.tool for r in read(name)]


def test_what_holds_a_measurement_and_is_not_taken_is_named() -> None:
    assert "max_concurrent_requests" in read("vllm/closed.json")[0].unread
    assert any("normalized_time" in u for u in read(
        "inference-perf/stage_0_lifecycle_metrics.json")[0].unread)  # fmt: skip
    assert "time_to_second_token" in read("aiperf/profile_export_aiperf.json")[0].unread
    assert "result_token_throughput" in read("mlperf/server-mlperf_log_detail.txt")[0].unread
