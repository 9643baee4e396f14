"""The same requests and step times in BLIS (github.com/inference-sim/inference-sim), in one run.

    python benchmarks/serving_beside_blis.py BLIS [--go GO]

BLIS: its source at commit f90a1e3a. The program beside this file is built inside it (in the folder
`outlay-beside`) with a latency model that is Outlay's step table, so that only scheduling, memory
and bookkeeping differ: one replica, first come first served, blocks of 16 tokens, no watermark, no
prefix caching. Each engine is timed without drawing requests, Outlay without compilation. Where
requests are preempted, BLIS also runs with such requests going on where they were, as vLLM's do
(see the Go file). Prints P50 and P99 of TTFT and TPOT, preemptions, requests per processor second,
and how many requests differ by more than 10 ns.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np

from outlay.serving.engine.policy import Policy
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import DenseTable, dense
from outlay.serving.metrics import latencies
from outlay.serving.spec import Lengths
from outlay.serving.traffic.generate import service_traffic
from outlay.serving.traffic.requests import Traffic
from outlay.serving.validate import example_table

CASES = {  # requests a second, CV of lengths, tokens of the cache, tokens of a step
    "Poisson 4/s, 1,024 in, 256 out": (4.0, 0.0, 500_000, 8192),
    "Poisson 3/s, lognormal lengths (CV 0.8)": (3.0, 0.8, 500_000, 8192),
    "the same, cache of 30,000 tokens": (3.0, 0.8, 30_000, 8192),
    "8/s, cache of 50,000 tokens, no prompt cut": (8.0, 0.8, 50_000, 1_000_000),
    "8/s, cache of 40,000 tokens, no prompt cut": (8.0, 0.8, 40_000, 1_000_000),
    "8/s, cache of 50,000 tokens, 8,192 tokens a step": (8.0, 0.8, 50_000, 8192),
}
REQUESTS, REPEATS = 3000, 5


def at(values: Any, p: float) -> float:
    return float(np.sort(values)[math.ceil(p * len(values)) - 1])


def ours(t: Traffic, table: DenseTable, budget: int) -> dict[str, Any]:
    policy = Policy(token_budget=budget, prefix_cache="off", watermark=0.0)
    run(t.part(slice(0, 100)), table, policy)
    begin = time.process_time()
    for _ in range(20):
        records = run(t, table, policy)
    seconds = (time.process_time() - begin) / 20
    found = latencies(records)
    return {
        "ttft": found["ttft"],
        "tpot": found["tpot"],
        "preemptions": int(records.preemptions.sum()),
        "cpu_s": seconds,
    }


def theirs(
    program: Path, t: Traffic, table: DenseTable, budget: int, *, resume: bool
) -> dict[str, Any]:
    columns = (t.arrival_s.tolist(), t.input_tokens.tolist(), t.output_tokens.tolist())
    asked = {
        "table": {
            "base_s": table.base_s.tolist(),
            "slope_s": table.slope_s.tolist(),
            "pre": table.pre.tolist(),
            "blocks": table.capacity_blocks,
            "max_batch": table.max_batch,
        },
        "budget": budget,
        "requests": list(zip(*columns, strict=True)),
        "repeats": REPEATS,
        "resume": resume,
    }
    done = subprocess.run(
        [program], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    order = [str(i) for i in range(len(t))]
    return {
        "ttft": np.array([found["ttft_s"][k] for k in order]),
        "tpot": np.array([found["tpot_s"][k] for k in order]),
        "preemptions": found["preemptions"],
        "cpu_s": found["cpu_s"],
    }


def built(source: Path, go: str) -> Path:
    folder = source / "outlay-beside"
    folder.mkdir(exist_ok=True)
    shutil.copy(Path(__file__).with_suffix(".go"), folder / "main.go")
    program = folder / "beside"
    subprocess.run([go, "build", "-o", program, "."], cwd=folder, check=True, env=os.environ)
    return program


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("blis", type=Path, help="folder of BLIS's source")
    ask.add_argument("--go", default="go")
    given = ask.parse_args()
    program = built(given.blis.absolute(), given.go)
    for k, (name, (rate, cv, cache, budget)) in enumerate(CASES.items()):
        t = service_traffic(REQUESTS, rate, 1024, 256, Lengths(cv, cv), seed=min(k, 1))
        table = dense(example_table(kv_capacity_tokens=cache))
        found = {
            "Outlay": ours(t, table, budget),
            "BLIS": theirs(program, t, table, budget, resume=False),
        }
        if found["BLIS"]["preemptions"]:
            found["BLIS, resuming"] = theirs(program, t, table, budget, resume=True)
        print(name)
        for by, r in found.items():
            figures = [at(r[m], p) * 1e3 for m in ("ttft", "tpot") for p in (0.5, 0.99)]
            said = "  ".join(f"{x:12.6f} ms" for x in figures)
            each = len(t) / r["cpu_s"]
            print(f"  {by:14} {said} {r['preemptions']:5} preemptions {each:10,.0f} requests/CPU s")
            for m in ("ttft", "tpot") if by != "Outlay" else ():
                off = np.abs(found["Outlay"][m] - r[m])
                print(
                    f"      {m}: {int(np.sum(off > 1e-8))} of {len(off)} requests differ, "
                    f"by {off.max():.3g} s at most"
                )


if __name__ == "__main__":
    main()
