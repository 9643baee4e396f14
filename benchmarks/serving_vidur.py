"""The same requests and step times in a public simulator (Vidur, PyPI `vidur`), side by side.

Two steps, because the two do not share an environment:
    python benchmarks/serving_vidur.py ours  FOLDER       (Outlay's environment; writes the inputs)
    python benchmarks/serving_vidur.py vidur FOLDER       (an environment with `pip install vidur`)
Each prints P50 and P99 of TTFT and TPOT and requests per processor second. Vidur's time predictor
is replaced by Outlay's step table, so only scheduling and bookkeeping differ (its chunked-prefill
scheduler, one replica, 8,192 tokens a step, blocks of 16 tokens, 1 % watermark).
"""

from __future__ import annotations

import csv
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

CASES = {"poisson 4/s, 1024/256": (4.0, 0.0), "poisson 3/s, lognormal lengths": (3.0, 0.8)}
REQUESTS = 3000


def report(name: str, ttft: list[float], tpot: list[float], seconds: float) -> dict[str, Any]:
    def at(values: list[float], p: float) -> float:
        return sorted(values)[math.ceil(p * len(values)) - 1]

    return {
        "by": name,
        "ttft_p50_s": at(ttft, 0.5),
        "ttft_p99_s": at(ttft, 0.99),
        "tpot_p50_s": at(tpot, 0.5),
        "tpot_p99_s": at(tpot, 0.99),
        "requests_per_cpu_s": len(ttft) / seconds,
    }


def ours(folder: Path) -> dict[str, Any]:
    from outlay.serving.engine.run import run
    from outlay.serving.engine.steps import dense
    from outlay.serving.metrics import latencies
    from outlay.serving.spec import Lengths
    from outlay.serving.traffic.generate import service_traffic
    from outlay.serving.validate import example_table

    table = dense(example_table())
    folder.mkdir(parents=True, exist_ok=True)
    plain = {
        "base_s": table.base_s.tolist(),
        "slope_s": table.slope_s.tolist(),
        "pre": table.pre.tolist(),
        "blocks": table.capacity_blocks,
        "max_batch": table.max_batch,
    }
    (folder / "table.json").write_text(json.dumps(plain))
    out = {}
    for k, (name, (rate, cv)) in enumerate(CASES.items()):
        t = service_traffic(REQUESTS, rate, 1024, 256, Lengths(cv, cv), seed=k)
        with (folder / f"case{k}.csv").open("w", newline="") as file:
            rows = csv.writer(file)
            columns = (t.arrival_s, t.input_tokens, t.output_tokens)
            for row in zip(*columns, strict=True):
                rows.writerow([repr(float(row[0])), int(row[1]), int(row[2])])
        run(t.part(slice(0, 100)), table)
        begin = time.process_time()
        for _ in range(20):
            records = run(t, table)
        seconds = (time.process_time() - begin) / 20
        values = latencies(records)
        out[name] = report("outlay", values["ttft"].tolist(), values["tpot"].tolist(), seconds)
    return out


def predictor(table: dict[str, Any]) -> type:
    from vidur.execution_time_predictor import BaseExecutionTimePredictor

    class Time:
        def __init__(self, seconds: float) -> None:
            self.total_time = self.model_time = seconds

        @property
        def model_time_ms(self) -> float:
            return self.model_time * 1e3

    class Table(BaseExecutionTimePredictor):
        def get_execution_time(self, batch: Any, pipeline_stage: int) -> Any:
            base, per_token, per_ctx, saving = table["pre"]
            decode, context, seconds, chunks = 0, 0, 0.0, 0
            for r, n in zip(batch.requests, batch.num_q_tokens, strict=True):
                if r.is_prefill_complete:
                    decode += 1
                    context += r.num_processed_tokens
                elif n:
                    chunks += 1
                    seconds += per_token * n + per_ctx * n * (r.num_processed_tokens + n / 2)
            if decode:
                seconds += table["base_s"][decode] + table["slope_s"][decode] * context
                seconds -= saving * table["base_s"][decode] if chunks else 0.0
            else:
                seconds += base
            return Time(seconds)

    Table.__abstractmethods__ = frozenset()
    return Table


def vidur(folder: Path) -> dict[str, Any]:
    import logging

    from vidur import config as c
    from vidur.entities import Replica, Request
    from vidur.execution_time_predictor import ExecutionTimePredictorRegistry as Registry
    from vidur.request_generator import RequestGeneratorRegistry
    from vidur.simulator import Simulator

    logging.disable(logging.CRITICAL)
    table = json.loads((folder / "table.json").read_text())
    made = predictor(table)
    Registry.get = classmethod(lambda cls, key, **kw: made(**kw))
    c.SimulationConfig.__post_init__ = lambda self: None
    quiet = {
        k: False
        for k in c.MetricsConfig.__dataclass_fields__
        if k.startswith(("write_", "store_", "enable_", "keep_"))
    }
    out = {}
    for k, name in enumerate(CASES):
        with (folder / f"case{k}.csv").open() as file:
            rows = [(float(a), int(i), int(o)) for a, i, o in csv.reader(file)]
        requests = [Request(a, i, o) for a, i, o in rows]

        class Replay:
            def generate(self, _made: list[Any] = requests) -> list[Any]:
                return _made

        RequestGeneratorRegistry.get = classmethod(lambda cls, *a, **kw: Replay())
        settings = c.SimulationConfig(
            cluster_config=c.ClusterConfig(
                replica_config=c.ReplicaConfig(num_pipeline_stages=1, tensor_parallel_size=8),
                cache_config=c.CacheConfig(block_size=16, num_blocks=table["blocks"]),
                replica_scheduler_config=c.SarathiSchedulerConfig(
                    batch_size_cap=table["max_batch"], chunk_size=8192
                ),
            ),
            metrics_config=c.MetricsConfig(**quiet, output_dir=str(folder)),
        )
        Replica._id = -1  # its counter outlives a simulation
        begin = time.process_time()
        Simulator(settings).run()
        seconds = time.process_time() - begin
        ttft = [r.prefill_completed_at - r.arrived_at for r in requests]
        tpot = [
            (r.completed_at - r.prefill_completed_at) / (r.num_decode_tokens - 1)
            for r in requests
            if r.num_decode_tokens > 1
        ]
        out[name] = report("vidur", ttft, tpot, seconds)
    return out


if __name__ == "__main__":
    which, place = sys.argv[1], Path(sys.argv[2])
    print(json.dumps({"ours": ours, "vidur": vidur}[which](place), indent=1))
