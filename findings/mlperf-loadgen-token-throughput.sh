#!/usr/bin/env bash
# mlcommons-loadgen 6.0.17: the log's `result_token_throughput` is no rate of tokens in a second.
#
# Expected:  in mlperf_log_detail.txt of a Server run with token latencies, `result_token_throughput`
#            is tokens a second, near `result_completed_tokens_per_second`, which stands beside it
#            and in the summary.
# Behaviour: it is about a billionth of that, as if seconds were nanoseconds, and times a billion it
#            is still another number.
# Output:    both, and tokens answered over the time that the run took.
# Way out:   take `result_completed_tokens_per_second`, as Outlay does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check mlcommons-loadgen==6.0.17
cd "$folder"
"$folder/venv/bin/python" -I - <<'PY'
import array
import json
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path

import mlperf_loadgen as lg

TOKENS = 10
done = []
began = time.perf_counter()


def answer(query):
    time.sleep(0.02)
    one = array.array("i", [1])
    lg.FirstTokenComplete([lg.QuerySampleResponse(query.id, one.buffer_info()[0], 4)])
    time.sleep(0.04)
    data = array.array("i", [1] * TOKENS).buffer_info()[0]
    done.append(TOKENS)
    lg.QuerySamplesComplete([lg.QuerySampleResponse(query.id, data, 4 * TOKENS, TOKENS)])


def issue(queries):
    for query in queries:
        threading.Thread(target=answer, args=(query,)).start()


asked = lg.TestSettings()
asked.scenario, asked.mode = lg.TestScenario.Server, lg.TestMode.PerformanceOnly
asked.use_token_latencies = True
asked.server_target_qps, asked.server_target_latency_ns = 20.0, 2_000_000_000
asked.ttft_latency, asked.tpot_latency = 1_000_000_000, 1_000_000_000
asked.min_duration_ms, asked.min_query_count = 2000, 30
output = lg.LogOutputSettings()
output.outdir = "."
log = lg.LogSettings()
log.log_output, log.enable_trace = output, False
system = lg.ConstructSUT(issue, lambda: None)
library = lg.ConstructQSL(10, 10, lambda _: None, lambda _: None)
lg.StartTestWithLogSettings(system, library, asked, log, "")
rate = sum(done) / (time.perf_counter() - began)
lg.DestroyQSL(library)
lg.DestroySUT(system)
found = {}
for line in Path("mlperf_log_detail.txt").read_text().splitlines():
    row = json.loads(line.removeprefix(":::MLLOG"))
    found[row["key"]] = row["value"]
stated = float(found["result_token_throughput"])
beside = float(found["result_completed_tokens_per_second"])
print("mlcommons-loadgen", version("mlcommons-loadgen"))
print("expected: result_token_throughput near result_completed_tokens_per_second")
print(f"behaviour: {stated:.4g} and {beside:.4g}; tokens answered over the run: {rate:.4g}")
as_described = abs(beside / rate - 1) < 0.2 and stated < beside / 1e6
as_described &= abs(stated * 1e9 / beside - 1) > 0.2
sys.exit(0 if as_described else "CHANGED: not as described above")
PY
