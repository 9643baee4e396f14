"""MLPerf's LoadGen against a system that waits: 30 ms to the first token, 8 ms to each other."""

from __future__ import annotations

import array
import threading
import time
from pathlib import Path

import mlperf_loadgen as lg


def respond(query: lg.QuerySample) -> None:
    time.sleep(0.03)
    one = array.array("i", [1])
    lg.FirstTokenComplete([lg.QuerySampleResponse(query.id, one.buffer_info()[0], 4)])
    n = 8 + query.index % 8
    time.sleep(0.008 * (n - 1))
    whole = array.array("i", [1] * n)
    lg.QuerySamplesComplete([lg.QuerySampleResponse(query.id, whole.buffer_info()[0], 4 * n, n)])


def run(name: str, scenario: lg.TestScenario, **options: float) -> None:
    settings = lg.TestSettings()
    settings.scenario, settings.mode = scenario, lg.TestMode.PerformanceOnly
    settings.use_token_latencies = True
    settings.min_duration_ms, settings.min_query_count = 2000, 30
    for key, value in options.items():
        setattr(settings, key, value)
    output = lg.LogOutputSettings()
    output.outdir = name
    log = lg.LogSettings()
    log.log_output, log.enable_trace = output, False
    Path(name).mkdir(exist_ok=True)
    system = lg.ConstructSUT(
        lambda qs: [threading.Thread(target=respond, args=(q,)).start() for q in qs] and None,
        lambda: None,
    )
    library = lg.ConstructQSL(50, 50, lambda _: None, lambda _: None)
    lg.StartTestWithLogSettings(system, library, settings, log, "")
    lg.DestroyQSL(library)
    lg.DestroySUT(system)


if __name__ == "__main__":
    run("server", lg.TestScenario.Server, server_target_qps=15.0, ttft_latency=100_000_000,
        server_target_latency_ns=2_000_000_000, tpot_latency=20_000_000)  # fmt: skip
    run("offline", lg.TestScenario.Offline, offline_expected_qps=20.0)
