"""Readers of what load tests and engines measured, by genuine files of each tool, cut short."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from support.reader import Reader
from support.shared import ROOT

__all__ = ["MEASUREMENTS"]

_DATA = ROOT / "tests" / "data" / "observed"
_TREES = (
    "vllm/closed.json", "aiperf-rate/profile_export_aiperf.json",
    "inference-perf/stage_0_lifecycle_metrics.json", "inferencex/agg_apart.json",
)  # fmt: skip
_TEXTS = (
    "vllm/metrics.txt", "mlperf/server-mlperf_log_summary.txt", "aiperf/profile_export_aiperf.csv",
    "guidellm-0.5.4/benchmarks.csv",
)  # fmt: skip


def _read(data: bytes, _: Path) -> None:
    from outlay.serving.observed.reading import read_observations

    for run in read_observations("file", data):
        for spread in run.metrics.values():
            assert all(v >= 0 for v in spread.quantiles.values())
        if run.timings is not None:
            assert len(run.timings.ok) == len(run.timings.e2e_s) == len(run.timings.sent_s)


@cache
def _trees() -> tuple[bytes, ...]:
    """Results in JSON; of requests and benchmarks the first few."""
    guide = json.loads((_DATA / "guidellm-0.5.4/benchmarks.json").read_text())
    run = guide["benchmarks"][0]
    rows = run["requests"]["successful"][:2]
    kept = ("request_totals", "requests_per_second", "request_latency", "prompt_token_count",
            "output_token_count", "time_to_first_token_ms", "inter_token_latency_ms")  # fmt: skip
    run["requests"]["successful"] = rows
    run["metrics"] = {k: v for k, v in run["metrics"].items() if k in kept}
    run["metrics"]["request_totals"]["successful"] = len(rows)
    each = json.loads((_DATA / "inference-perf/per_request_lifecycle_metrics.json").read_text())[:3]
    answer = {"status": "success", "data": {"resultType": "matrix", "result": [
        {"metric": {"__name__": name, "model_name": "m"}, "values": [[1e9, "5"], [1e9 + 60, "9"]]}
        for name in ("vllm:prompt_tokens_total", "vllm:num_requests_running",
                     "vllm:time_to_first_token_seconds_count")]}}  # fmt: skip
    return (
        *(_DATA.joinpath(name).read_bytes() for name in _TREES),
        *(json.dumps(v).encode() for v in (guide, each, answer)),
    )


@cache
def _texts() -> tuple[bytes, ...]:
    """Texts and lines; of a log of keys and of requests the first and the last."""
    log = (_DATA / "mlperf/server-mlperf_log_detail.txt").read_bytes().splitlines(keepends=True)
    rows = (_DATA / "aiperf/profile_export.jsonl").read_bytes().splitlines(keepends=True)
    runs = (_DATA / "sglang/runs.jsonl").read_bytes()
    return (
        *(_DATA.joinpath(name).read_bytes() for name in _TEXTS),
        b"".join(line for line in log if b'"result_' in line or b'"effective_' in line),
        b"".join(rows[:3]),
        runs,
    )


MEASUREMENTS: Mapping[str, Reader] = {
    "load test, tree": Reader(_read, _trees, way="tree", share=0.5),
    "load test, text": Reader(_read, _texts, share=0.5),
}
