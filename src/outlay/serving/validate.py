"""Score the simulator against queueing theory, flow balance, its own twin, and published traces.

Each check returns rows with the value found, what theory or the publisher says, and the band in
which it must lie; bands come from the run's own batch-means error or from the stated tolerance.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import InputError, nearest
from outlay.core.seeds import stream
from outlay.performance.types import StepTable
from outlay.results.models.validation_runs import (
    SimulatorCheck,
    SimulatorScore,
    SimulatorValidation,
)
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import DenseTable, dense
from outlay.serving.metrics import latencies, summary
from outlay.serving.traffic.generate import arrivals
from outlay.serving.traffic.requests import traffic

__all__ = ["CHECKS", "example_table", "validate"]


def _row(
    check: str, case: str, value: float, expected: float, low: float, high: float, source: str
) -> SimulatorCheck:
    """One check: found `value`, `expected`, and the band [low, high] it must lie in."""
    ok = bool(low <= value <= high)
    return SimulatorCheck(check, case, value, expected, low, high, source, ok)


def example_table(**changes: Any) -> StepTable:
    """Step times of the order of a 70B model on eight current accelerators."""
    table = StepTable(
        batch=np.array([1.0, 8.0, 64.0, 256.0]),
        decode_base_s=np.array([0.008, 0.009, 0.012, 0.02]),
        decode_s_per_kv_token=np.full(4, 2e-8),
        prefill_base_s=0.005,
        prefill_s_per_token=5e-5,
        prefill_s_per_token_ctx=1e-9,
        mixed_saving=0.3,
        kv_capacity_tokens=500_000,
        kv_block_tokens=16,
        max_batch=256,
        n_chips=8,
        idle_w=2000.0,
        busy_w=5600.0,
    )
    return replace(table, **changes)


def flat_table(step_s: float, batch: int, prefill_s: float) -> DenseTable:
    """Steps of one length whatever the batch: a queue with `batch` servers."""
    return dense(
        example_table(
            batch=np.array([1.0, float(batch) + 1]),
            decode_base_s=np.full(2, step_s),
            decode_s_per_kv_token=np.zeros(2),
            prefill_base_s=prefill_s,
            prefill_s_per_token=0.0,
            prefill_s_per_token_ctx=0.0,
            mixed_saving=0.0,
            kv_capacity_tokens=1 << 40,
            max_batch=batch,
        )
    )


def _mean_band(values: Array, expected: float, extra: float = 0.0) -> tuple[float, float, float]:
    """Mean, and the band around `expected`: 3.25 batch-means errors (99.5 % at 9 degrees)."""
    parts = np.array([np.mean(x) for x in np.array_split(values[len(values) // 10 :], 10)])
    half = 3.25 * float(np.std(parts, ddof=1)) / math.sqrt(10) + extra
    return float(np.mean(parts)), expected - half, expected + half


def md1(seed: int = 0, n: int = 400_000) -> list[SimulatorCheck]:
    """One server, fixed service: mean wait ρ S / (2 (1 - ρ)) (Pollaczek-Khinchine)."""
    rows = []
    service = 0.05
    for rho in (0.3, 0.6, 0.8, 0.9):
        table = flat_table(1.0, 1, service)
        t = traffic(arrivals(n, rho / service, seed=seed, name=f"md1/{rho}"), 1, 1)
        wait = latencies(run(t, table))["queue"]
        theory = rho * service / (2 * (1 - rho))
        value, low, high = _mean_band(wait, theory)
        rows.append(
            _row(
                "M/D/1 mean wait, s", f"load {rho}", value, theory, low, high, "Pollaczek-Khinchine"
            )
        )
    return rows


def mmc(seed: int = 0, n: int = 300_000) -> list[SimulatorCheck]:
    """c servers, exponential service: mean wait C(c, a) / (c μ - λ) (Erlang C)."""
    rows = []
    step, mean_tokens = 1e-3, 2000
    for servers, rho in ((1, 0.7), (4, 0.8), (16, 0.9)):
        table = flat_table(step, servers, 1e-9)
        rng = stream(seed, "validate", "mmc", servers)
        out = np.maximum(2, np.ceil(rng.standard_exponential(n) * mean_tokens)).astype(int)
        service = float(np.mean(out)) * step
        rate = rho * servers / service
        t = traffic(arrivals(n, rate, seed=seed, name=f"mmc/{servers}"), 1, out)
        wait = latencies(run(t, table))["queue"]
        theory = erlang_wait(servers, rate, service)
        value, low, high = _mean_band(wait, theory, extra=step)
        rows.append(
            _row(
                "M/M/c mean wait, s",
                f"{servers} servers, load {rho}",
                value,
                theory,
                low,
                high,
                "Erlang C",
            )
        )
    return rows


def erlang_wait(servers: int, rate: float, service_s: float) -> float:
    """Mean wait [s] in M/M/c: C(c, a) / (c/s - λ), with C from the stable Erlang-B recursion."""
    a = rate * service_s
    b = 1.0
    for k in range(1, servers + 1):
        b = a * b / (k + a * b)
    c = b / (1 - a / servers * (1 - b))
    return c / (servers / service_s - rate)


def saturation(seed: int = 0) -> list[SimulatorCheck]:
    """Far too much work: tokens/s equal those of full batches, step by step (within 1 %)."""
    rows = []
    for inp, out, batch in ((256, 256, 64), (1024, 128, 256)):
        source = example_table(max_batch=batch, kv_capacity_tokens=4_000_000, mixed_saving=0.0)
        table = dense(source)
        n = 60 * batch
        t = traffic(np.zeros(n), inp, out)
        records = run(t, table, Policy(token_budget=1 << 20))
        end = np.sort(records.end_s)
        low, high = int(0.2 * n), int(0.8 * n)
        value = (high - low) * out / (end.item(high) - end.item(low))
        expected = flow_tokens_s(table, inp, out, batch)
        rows.append(
            _row(
                "saturated output tokens/s",
                f"{inp}/{out}, batch {batch}",
                value,
                expected,
                0.99 * expected,
                1.01 * expected,
                "flow balance",
            )
        )
    return rows


def flow_tokens_s(table: DenseTable, inp: int, out: int, batch: int) -> float:
    """Output tokens/s of a full batch that refills at once.

    In n - 1 decode steps and one prefill a slot makes n tokens; prefill seconds of the whole
    batch lie between its decode steps: b n / ((n - 1) t(b) + b p), context at its mean.
    """
    # each generation: `batch` prefills and out - 1 steps at the mean context, p + (1 + n) / 2
    step = table.decode_s(batch, batch * (inp + out / 2))
    _, per_token, per_ctx, _ = (float(x) for x in table.pre.flat)
    prefill = per_token * inp + per_ctx * inp * inp / 2
    return batch * out / ((out - 1) * step + batch * prefill)


def little(seed: int = 0) -> list[SimulatorCheck]:
    """Little's law: sequence-seconds counted by the engine against λ W from the records."""
    t = traffic(arrivals(50_000, 8.0, seed=seed, name="little"), 1024, 256)
    records = run(t, dense(example_table()))
    summary(records)
    counted = float(np.sum(records.running_s))
    summed = float(np.sum(records.end_s - records.start_s))
    return [
        _row(
            "Little's law: L T",
            "1024/256 at 8/s",
            counted,
            summed,
            summed * (1 - 1e-9),
            summed * (1 + 1e-9),
            "identity",
        )
    ]


def twins(seed: int = 0, cases: int = 40) -> list[SimulatorCheck]:
    """Largest difference in any time between the engine and its step-by-step twin."""
    from outlay.serving.twin.run import run_twin

    worst = 0.0
    for case in range(cases):
        rng = stream(seed, "validate", "twin", case)
        n, replicas = int(rng.integers(5, 60)), int(rng.integers(1, 4))
        table = dense(
            example_table(
                kv_capacity_tokens=int(rng.choice([200, 600, 4000])),
                kv_block_tokens=int(rng.choice([1, 4, 16])),
                max_batch=int(rng.integers(1, 12)),
                tokens_per_step=float(rng.choice([1.0, 1.7])),
            )
        )
        t = traffic(
            np.cumsum(rng.standard_exponential(n)) * 0.1,
            rng.integers(1, 120, n),
            rng.integers(1, 60, n),
            priority=rng.integers(0, 2, n),
        )
        policy = Policy(token_budget=int(rng.choice([16, 256])), watermark=0.0)
        a = run(t, table, policy, replicas=replicas, seed=case)
        b = run_twin(t, table, policy, replicas=replicas, seed=case)
        for mine, its in ((a.start_s, b.start_s), (a.first_s, b.first_s), (a.end_s, b.end_s)):
            both = np.nan_to_num(mine - np.array(its), nan=0.0)
            if np.any(np.isnan(mine) != np.isnan(np.array(its))):
                worst = math.inf
            worst = max(worst, float(np.abs(both).max()))
    return [_row("engine against twin, s", f"{cases} random cases", worst, 0.0, 0.0, 1e-6, "twin")]


def speed(seed: int = 0, n: int = 1_000_000) -> list[SimulatorCheck]:
    """Simulated requests per processor second with all metrics, after compilation."""
    table = dense(example_table())
    rows = []
    for case, replicas, rate, kv, bar in (
        ("1024/256 Poisson, 4/s, 1 replica", 1, 4.0, 500_000, 3e6),
        ("1024/256, 32 replicas, least loaded, preemption", 32, 32 * 6.0, 24_000, 3e5),
    ):
        size = n if replicas == 1 else n // 4
        t = traffic(arrivals(size, rate, seed=seed, name=case), 1024, 256)
        used = table if kv == 500_000 else dense(example_table(kv_capacity_tokens=kv))
        run(t.part(slice(0, 2000)), used, replicas=replicas)
        begin = time.process_time()
        result = summary(run(t, used, replicas=replicas, seed=seed))
        seconds = time.process_time() - begin
        note = f"{case} ({result.preemptions} preemptions)" if replicas > 1 else case
        rows.append(
            _row("requests per CPU second", note, size / seconds, bar, bar, math.inf, "bar")
        )
    return rows


CHECKS: Mapping[str, Callable[[int], list[SimulatorCheck]]] = {
    "md1": md1,
    "mmc": mmc,
    "saturation": saturation,
    "little": little,
    "twin": twins,
    "speed": speed,
}


def validate(names: Sequence[str] = (), seed: int = 0) -> SimulatorValidation:
    """The named checks, all without a name. Raises InputError for a name that is no check."""
    for name in names:
        if name not in CHECKS:
            raise InputError(
                "unknown check", where="--check", value=name, allowed=", ".join(CHECKS),
                hint=nearest(name, CHECKS),
            )  # fmt: skip
    rows = tuple(row for name in names or CHECKS for row in CHECKS[name](seed))
    score = SimulatorScore(len(rows), sum(not r.ok for r in rows))
    return SimulatorValidation("simulator", rows, score)
