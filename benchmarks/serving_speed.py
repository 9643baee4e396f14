"""Speed and memory of the simulator: requests per processor second, bytes for ten million.

Run: python benchmarks/serving_speed.py [requests]. Prints one JSON document; times are processor
seconds of this process after compilation, engine and metrics together.
"""

from __future__ import annotations

import json
import resource
import sys
import time

from outlay.serving.engine.policy import Policy
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import dense
from outlay.serving.metrics import summary
from outlay.serving.traffic.generate import arrivals
from outlay.serving.traffic.requests import traffic
from outlay.serving.validate import example_table


def case(n: int, rate: float, replicas: int, **table: object) -> dict[str, float]:
    """One run: drawing, engine, metrics timed apart [s]."""
    begin = time.process_time()
    t = traffic(arrivals(n, rate, seed=1), 1024, 256)
    drawn = time.process_time()
    records = run(t, dense(example_table(**table)), Policy(), replicas=replicas, seed=1)
    ran = time.process_time()
    found = summary(records)
    done = time.process_time()
    return {
        "requests": n,
        "replicas": replicas,
        "draw_s": drawn - begin,
        "engine_s": ran - drawn,
        "metrics_s": done - ran,
        "requests_per_s": n / (done - drawn),
        "preemptions": found.preemptions,
        "utilisation": found.utilisation,
    }


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    case(2_000, 4.0, 1)
    case(2_000, 8.0, 2)
    out = {
        "poisson_4_per_s": case(n, 4.0, 1),
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "least_loaded_32": case(n // 20, 32 * 5.0, 32),
        "least_loaded_32_preempting": case(n // 20, 32 * 6.2, 32, kv_capacity_tokens=23_000),
    }
    json.dump(out, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
