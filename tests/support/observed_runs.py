"""What a load test would state of a run of our own engine: the truth that replays are held to."""

from __future__ import annotations

import numpy as np

from outlay.performance.overhead import Overhead, beyond
from outlay.performance.types import StepTable
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.run import Records
from outlay.serving.observed.play import played
from outlay.serving.observed.sending import Sending
from outlay.serving.observed.types import Load, Observation, Setup, Spread, Timings

QUANTILES = (0.5, 0.9, 0.99)


def spread(values: np.ndarray) -> Spread:
    """As load tests state it: quantiles linear between values."""
    return Spread(
        mean=float(np.mean(values)), std=float(np.std(values)),
        minimum=float(np.min(values)), maximum=float(np.max(values)),
        quantiles={q: float(np.percentile(values, 100 * q)) for q in QUANTILES},
        count=len(values),
    )  # fmt: skip


def measured(
    sending: Sending,
    table: StepTable,
    load: Load,
    setup: Setup,
    *,
    overhead: Overhead | None = None,
    replicas: int = 1,
    timings: bool = True,
) -> Observation:
    """The run of an engine that keeps the table, or takes an overhead beyond it."""
    r = played(sending, beyond(table, overhead), Policy(), replicas=replicas)
    return of_records(r, load, setup, timings=timings)


def of_records(r: Records, load: Load, setup: Setup, *, timings: bool = True) -> Observation:
    """What a load test counts at the client, a launch of the first token after the engine."""
    t, launch = r.traffic, r.table.first_token_s
    done = np.isfinite(r.end_s)
    first, end = r.first_s + launch, r.end_s + launch
    out = t.output_tokens
    gaps = np.concatenate([
        np.full(n - 1, (b - a) / (n - 1))
        for a, b, n in zip(first[done], end[done], out[done], strict=True) if n > 1
    ])  # fmt: skip
    lasted = float(np.max(end[done]) - t.arrival_s[0])
    more = done & (out > 1)
    return Observation(
        tool="twin", version="1", where="run.json", load=load, setup=setup, duration_s=lasted,
        completed=int(done.sum()), failed=0,
        input_tokens=int(t.input_tokens[done].sum()), output_tokens=int(out[done].sum()),
        req_s=float(done.sum()) / lasted, input_tok_s=float(t.input_tokens[done].sum()) / lasted,
        output_tok_s=float(out[done].sum()) / lasted,
        metrics={
            "ttft_s": spread((first - t.arrival_s)[done]),
            "tpot_s": spread((end - first)[more] / (out[more] - 1)),
            "itl_s": Spread(mean=float(np.mean(gaps))),
            "e2e_s": spread((end - t.arrival_s)[done]),
            "input_tokens": spread(t.input_tokens[done].astype(float)),
            "output_tokens": spread(out[done].astype(float)),
        },
        timings=Timings(
            t.arrival_s, t.input_tokens.astype(np.int64), out.astype(np.int64),
            first - t.arrival_s, end - t.arrival_s, done,
        ) if timings else None,
    )  # fmt: skip


def vllm_file(o: Observation) -> dict[str, object]:
    """The same as `vllm bench serve --save-result --save-detailed` writes it."""
    t = o.timings
    assert t is not None
    load = o.load
    out: dict[str, object] = {
        "date": "20261130-101112", "backend": "vllm", "label": None, "model_id": o.setup.model,
        "tokenizer_id": o.setup.model, "num_prompts": len(t.ok),
        "request_rate": "inf" if load.rate_req_s is None else load.rate_req_s,
        "burstiness": load.burstiness or 1.0, "max_concurrency": load.concurrency,
        "duration": o.duration_s, "completed": o.completed, "failed": 0,
        "total_input_tokens": o.input_tokens, "total_output_tokens": o.output_tokens,
        "request_throughput": o.req_s, "output_throughput": o.output_tok_s,
        "total_token_throughput": (o.input_tok_s or 0.0) + (o.output_tok_s or 0.0),
    }  # fmt: skip
    names = {"ttft_s": "ttft", "tpot_s": "tpot", "itl_s": "itl", "e2e_s": "e2el"}
    for metric, name in names.items():
        s = o.metrics[metric]
        out[f"mean_{name}_ms"] = 1e3 * (s.mean or 0.0)
        for q, v in s.quantiles.items():
            out[f"median_{name}_ms" if q == 0.5 else f"p{100 * q:g}_{name}_ms"] = 1e3 * v
    rest = t.e2e_s - t.ttft_s
    out |= {
        "input_lens": t.input_tokens.tolist(), "output_lens": t.output_tokens.tolist(),
        "ttfts": t.ttft_s.tolist(), "start_times": (1e5 + t.sent_s).tolist(),
        "itls": [[r / (n - 1)] * (n - 1) for r, n in
                 zip(rest.tolist(), t.output_tokens.tolist(), strict=True)],
        "errors": [""] * len(t.ok),
    }  # fmt: skip
    return out
