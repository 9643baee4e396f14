"""How fast a sizing question and a large sweep are answered, on one core.

Run: python benchmarks/performance_speed.py
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import statistics
import time

import numpy as np

from outlay.catalogue import find_chip, find_model
from outlay.performance import Precision, Stack, search
from outlay.performance.constants.cases import case_for
from outlay.performance.operators.shapes import shape_of
from outlay.performance.operators.timing import decode_pass
from outlay.performance.questions.layout_sweep import sweep
from outlay.performance.questions.layouts import list_layouts
from outlay.performance.questions.legal import limits_of
from outlay.performance.questions.loop import Traffic, closed_loop

QUESTIONS = (
    ("deepseek-v3", "h200-sxm", 4000, 1000),
    ("qwen3-235b-a22b", "b200-hgx", 1024, 1024),
    ("llama-3.1-70b", "h100-sxm", 2048, 512),
    ("doubao-seed-1.6", "ascend-910c", 3600, 1000),
)
POINTS = 1_000_000
SWEEPS = 20
CHUNK = 16384  # points evaluated together: enough to hide the calls, few enough for the cache


def question_seconds() -> None:
    for model, chip, isl, osl in QUESTIONS:
        m, c = find_model(model), find_chip(chip)
        times = []
        for _ in range(5):
            start = time.perf_counter()
            search(m, c, isl, osl, tpot_s=0.05, ttft_s=5.0, stack=Stack("sglang"))
            times.append(time.perf_counter() - start)
        first, rest = times[0], statistics.median(times[1:])
        print(f"question {model} on {chip}: first {first:.3f} s, then {rest:.3f} s")


def points_per_second() -> None:
    model, chip = find_model("deepseek-v3"), find_chip("h200-sxm")
    shape = shape_of(model)
    found = list_layouts(shape, chip, 256, limits_of(model, shape))
    rng = np.random.default_rng(0)
    pick = rng.integers(0, len(found), POINTS)
    batch = np.exp(rng.uniform(0, 7, POINTS))
    for name, work in (
        ("decode step", lambda k, b: decode_pass(k, b, 4096.0).total),
        ("closed loop", lambda k, b: closed_loop(k, Traffic(4000.0, 1000.0), b).out_tok_s),
    ):
        start = time.process_time()
        for at in range(0, POINTS, CHUNK):
            rows = pick[at : at + CHUNK]
            axes = {a: getattr(found, a)[rows] for a in ("tp", "pp", "ep", "dp")}
            k = case_for(model, chip, axes, Precision(), Stack("sglang"), shape=shape)
            work(k, batch[at : at + CHUNK])
        seconds = time.process_time() - start
        print(f"{name}: {POINTS / seconds:,.0f} layout points/s")


def sweep_points_per_second() -> None:
    """Whole sweeps, correction and memory included: lengths never asked before, and the same."""
    for model, chip, isl, osl in QUESTIONS:
        m, c = find_model(model), find_chip(chip)
        sweep(m, c, isl, osl, stack=Stack("sglang"))
        for what, step in (("other lengths", 7), ("the same lengths", 0)):
            points, start = 0, time.process_time()
            for i in range(SWEEPS):
                points += sweep(m, c, isl + step * (i + 1), osl, stack=Stack("sglang")).batch.size
            rate = points / (time.process_time() - start)
            print(f"sweep {model} on {chip}, {what}: {rate:,.0f} points/s")


if __name__ == "__main__":
    question_seconds()
    points_per_second()
    sweep_points_per_second()
