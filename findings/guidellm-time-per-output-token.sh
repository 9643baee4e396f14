#!/usr/bin/env bash
# guidellm 0.8.1: `time_per_output_token_ms` counts the first token; TPOT is `inter_token_latency_ms`.
#
# Expected:  time per output token is (end − first token) / (tokens − 1), as vLLM, SGLang, aiperf and
#            inference-perf have it, so that a prompt's length does not move it.
# Behaviour: it is (end − start) / tokens: the wait for the first token is in it. What others call TPOT
#            is called inter-token latency, of each request, not of gaps.
# Output:    both, of two requests alike but for the wait for the first token.
# Way out:   read `inter_token_latency_ms` as TPOT, as Outlay does; in summaries it is weighted by gaps.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
pip() { "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
pip --no-deps guidellm==0.8.1  # the rest of it is large, and not needed for one request's numbers
pip pydantic pydantic-settings loguru numpy pyyaml rich 2>/dev/null
"$folder/venv/bin/python" -I -W ignore - <<'PY'
import sys
from importlib.metadata import version

from guidellm.schemas.base.request_stats import GenerativeRequestStats


def request(wait_s):
    """Ten tokens: the first after `wait_s`, the others 0.1 s apart."""
    end = wait_s + 0.9
    timings = {
        "request_start": 0.0, "first_request_iteration": wait_s, "first_token_iteration": wait_s,
        "first_output_token_iteration": wait_s, "last_token_iteration": end,
        "last_request_iteration": end, "request_end": end, "resolve_start": 0.0, "resolve_end": end,
        "request_iterations": 10, "token_iterations": 10,
    }  # fmt: skip
    return GenerativeRequestStats.model_validate({
        "request_id": "a", "response_id": None, "request_args": None, "output": None,
        "info": {"request_id": "a", "status": "completed", "timings": timings},
        "input_metrics": {"text_tokens": 5}, "output_metrics": {"text_tokens": 10},
    })  # fmt: skip


print("guidellm", version("guidellm"))
print("expected: time_per_output_token_ms of 100 ms in both")
found = []
for wait_s in (0.1, 2.0):
    made = request(wait_s)
    found.append((made.time_per_output_token_ms, made.inter_token_latency_ms))
    print(f"behaviour: first token after {wait_s} s: {found[-1][0]:.0f} ms, "
          f"inter_token_latency_ms {found[-1][1]:.0f} ms")  # fmt: skip
as_described = [round(x) for pair in found for x in pair] == [100, 100, 290, 100]
sys.exit(0 if as_described else "CHANGED: not as described above")
PY
