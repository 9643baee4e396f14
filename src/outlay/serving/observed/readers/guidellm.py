"""Reports of guidellm, JSON or YAML: several benchmarks in a file, each at its rate or streams.

`inter_token_latency_ms` is of each request and weighted by its gaps: its mean is that of all gaps,
its quantiles are neither of requests nor of gaps. They are given as those of requests, with a note,
where the file has not kept the requests. `time_per_output_token_ms` counts the first token and is
no `tpot`. Requests are in the file whole, or a sample of them, which is not taken.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from outlay.serving.observed.readers.fields import Fields
from outlay.serving.observed.readers.spreads import named, stated
from outlay.serving.observed.readers.timing import per_request, spreads_of
from outlay.serving.observed.types import Load, Observation, Setup, Spread, Timings

__all__ = ["WEIGHTED", "is_guidellm", "load_of", "read_guidellm"]

WEIGHTED: Final = "quantiles of tpot are weighted by the tokens of requests"
_SETTINGS: Final = ("text", "image", "video", "audio", "tool_call", "request_totals", "turns",
                    "slo_determined_requests")  # fmt: skip
_DERIVED: Final = (
    "total_token_count", "time_to_first_output_token_ms", "time_per_output_token_ms",
    "tokens_per_second", "output_tokens_per_iteration", "iter_tokens_per_iteration",
    "request_streaming_iterations_count", "output_tokens_wo_first_per_iteration",
    "output_tokens_wo_first_per_second", "output_tokens_per_second", "prompt_tokens_per_second",
)  # fmt: skip
_FAILED: Final = ("errored", "incomplete")


def is_guidellm(found: Fields) -> bool:
    """Whether a mapping is a report of benchmarks."""
    runs = found.values.get("benchmarks")
    if not isinstance(runs, list) or not runs or not isinstance(runs[0], dict):
        return False
    metrics = runs[0].get("metrics")
    return isinstance(metrics, dict) and "time_to_first_token_ms" in metrics


def read_guidellm(found: Fields) -> tuple[Observation, ...]:
    """Each benchmark of a report."""
    about = found.inside("metadata")
    version = about.text("guidellm_version") or _schema(about)
    args = found.inside("args") if isinstance(found.values.get("args"), dict) else None
    return tuple(_one(run, version, args) for run in found.items("benchmarks"))


def _schema(about: Fields) -> str:
    said = about.raw("version")
    return f"schema {said}" if said is not None else ""


def _one(run: Fields, version: str, args: Fields | None) -> Observation:
    metrics = run.inside("metrics")
    good = {k: metrics.inside(k).inside("successful") for k in (
        "time_to_first_token_ms", "inter_token_latency_ms", "request_latency",
        "prompt_token_count", "output_token_count", "requests_per_second",
        "request_concurrency",
    )}  # fmt: skip
    totals = run.inside("request_totals") if "request_totals" in run else metrics.inside(
        "request_totals")  # fmt: skip
    completed = totals.whole("successful")
    failed = sum(totals.whole(k) or 0 for k in _FAILED)
    n_in, n_out = good["prompt_token_count"], good["output_token_count"]
    weighted = stated(good["inter_token_latency_ms"], 1e-3)
    found = {
        "ttft_s": stated(good["time_to_first_token_ms"], 1e-3),
        "e2e_s": stated(good["request_latency"]),
        "input_tokens": stated(n_in), "output_tokens": stated(n_out),
        "tpot_s": None if weighted is None else Spread(
            minimum=weighted.minimum, maximum=weighted.maximum, quantiles=weighted.quantiles),
        "itl_s": None if weighted is None else Spread(mean=weighted.mean, count=weighted.count),
    }  # fmt: skip
    timings = _timings(run.inside("requests"), completed)
    notes = []
    if timings is not None and (tpot := spreads_of(timings).get("tpot_s")) is not None:
        found["tpot_s"] = tpot
    elif weighted is not None:
        notes.append(WEIGHTED)
    duration = run.number("duration")
    begin, end = run.number("start_time"), run.number("end_time")
    if duration is None and begin is not None and end is not None:
        duration = end - begin
    for key in _DERIVED:
        metrics.raw(key)
    return Observation(
        tool="guidellm", version=version, where=f"{run.file}: {run.path.rstrip('.')}",
        load=load_of(_strategy(run)), label=_label(_strategy(run)), setup=_setup(run, args),
        duration_s=duration, completed=completed, failed=failed,
        input_tokens=_total(n_in), output_tokens=_total(n_out),
        req_s=good["requests_per_second"].number("mean"),
        input_tok_s=_rate(_total(n_in), duration), output_tok_s=_rate(_total(n_out), duration),
        metrics=named(found), timings=timings,
        counters=_counters(good["request_concurrency"]),
        notes=tuple(notes), unread=metrics.unread(known=_SETTINGS),
    )  # fmt: skip


def _counters(running: Fields) -> dict[str, float]:
    mean = running.number("mean")
    return {} if mean is None else {"running_mean": mean}


def _rate(tokens: int | None, duration: float | None) -> float | None:
    """The tool's own means of rates go over moments, and are no total over a duration."""
    return None if tokens is None or not duration else tokens / duration


def _total(tokens: Fields) -> int | None:
    total = tokens.number("total_sum")
    return None if total is None else round(total)


def _strategy(run: Fields) -> Fields:
    """How requests were sent, by the name of each release."""
    for path in (("config", "strategy"), ("args", "strategy"), ("scheduler", "strategy"),
                 ("benchmarker", "strategy"), ("strategy",)):  # fmt: skip
        part = run
        for key in path:
            part = part.inside(key) if isinstance(part.values.get(key), dict) else Fields(
                {}, run.file)  # fmt: skip
        if part.values:
            return part
    return Fields({}, run.file)


def load_of(strategy: Fields) -> Load:
    """A strategy as a load; synchronous is a closed loop of one."""
    kind = strategy.text("type_") or strategy.text("type")
    rate = strategy.number("rate")
    streams = strategy.whole("streams")
    cap = strategy.whole("max_concurrency")
    if kind == "synchronous":
        return Load("closed", concurrency=1)
    if kind == "concurrent":
        return Load("closed", concurrency=streams or cap)
    if kind == "throughput":
        return Load("closed" if cap else "burst", concurrency=cap)
    if kind in ("constant", "poisson", "async"):
        even = kind == "constant" or (
            kind == "async" and strategy.values.get("async_type") == "constant"
        )
        return Load("open", rate_req_s=rate, burstiness=None if even else 1.0, even=even,
                    concurrency=cap)  # fmt: skip
    return Load("trace") if kind in ("trace", "replay") else Load()


def _label(strategy: Fields) -> str:
    kind = strategy.text("type_") or strategy.text("type")
    number = strategy.number("rate") or strategy.whole("streams")
    return f"{kind}@{number:g}" if number else kind


def _setup(run: Fields, args: Fields | None) -> Setup:
    """The model, from where each release keeps its arguments."""
    for path in (("config", "backend", "model"), ("config", "backend", "target_model"),
                 ("worker", "backend_model"), ("benchmarker", "backend", "model"),
                 ("config", "model")):  # fmt: skip
        part: object = run.values
        for key in path:
            part = part.get(key) if isinstance(part, dict) else None
        if isinstance(part, str):
            return Setup(model=part)
    said = args.values.get("model") if args is not None else None
    return Setup(model=said if isinstance(said, str) else "")


def _timings(requests: Fields, completed: int | None) -> Timings | None:
    """Requests that were answered, if the file has them all."""
    rows = requests.items("successful")
    if not rows or len(rows) != completed:
        return None
    start = np.array([_either(r, "request_start_time", "start_time") for r in rows])
    return per_request(
        requests.file,
        start_s=start,
        input_tokens=np.array([_tokens(r, "prompt_tokens") for r in rows], np.int64),
        output_tokens=np.array([_tokens(r, "output_tokens") for r in rows], np.int64),
        ttft_s=np.array([_either(r, "time_to_first_token_ms") for r in rows]) * 1e-3,
        e2e_s=np.array([_either(r, "request_latency") for r in rows]),
        ok=np.ones(len(rows), dtype=np.bool_),
    )  # fmt: skip


def _either(row: Fields, *keys: str) -> float:
    return next((v for k in keys if (v := row.number(k)) is not None), np.nan)


def _tokens(row: Fields, key: str) -> int:
    found = row.whole(key)
    return -1 if found is None else found
