"""Results of `vllm bench serve` and of the benchmark_serving.py that it was before.

One mapping a run. Times end in _ms but for the lists of --save-detailed, which are in seconds.
`tpot` is of each request and `itl` over all gaps, as METRICS has them. A rate of "inf" with a cap
on concurrency is a closed loop. Percentiles stand for what --percentile-metrics named.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from outlay.core.arrays import Array, BoolArray
from outlay.serving.observed.readers.fields import Fields, refuse, written
from outlay.serving.observed.readers.spreads import flat, named, of_values, only_mean
from outlay.serving.observed.readers.timing import per_request, spreads_of, unstated
from outlay.serving.observed.types import Load, Observation, Setup, Timings

__all__ = ["answered", "gaps_of", "is_vllm", "load_of", "read_vllm"]

_SETTINGS: Final = (
    "num_prompts", "best_of", "use_beam_search", "goodput", "random_input_len",
    "random_output_len", "generated_texts", "errors", "rps_change_events", "ramp_up_start_rps",
    "ramp_up_end_rps", "steps_per_canvas",
)  # fmt: skip
_ENGINES: Final = ("vllm", "sglang", "tgi", "tensorrt-llm", "lmdeploy", "deepspeed-mii", "scalellm")
_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})-\d{6}")


def is_vllm(found: Fields) -> bool:
    """Whether a mapping is a result of vLLM's load test, of any age."""
    keys = ("duration", "completed", "total_token_throughput", "request_throughput", "model_id")
    return all(k in found for k in keys) and "median_ttft_ms" in found


def read_vllm(found: Fields) -> Observation:
    """One run."""
    duration = found.needed("duration")
    completed, failed = found.whole("completed"), found.whole("failed")
    n_in, n_out = found.whole("total_input_tokens"), found.whole("total_output_tokens")
    timings, gaps = _timings(found)
    metrics = {
        "input_tokens": only_mean(n_in, completed),
        "output_tokens": only_mean(n_out, completed),
        "ttft_s": flat(found, "ttft"),
        "tpot_s": flat(found, "tpot"),
        "itl_s": flat(found, "itl"),
        "e2e_s": flat(found, "e2el"),
    }
    if timings is not None:
        metrics |= {k: v for k, v in spreads_of(timings).items() if metrics.get(k) is None
                    or k.endswith("tokens")}  # fmt: skip
        metrics["itl_s"] = metrics["itl_s"] or of_values(gaps)
        if failed is None:
            failed = int(np.sum(~timings.ok))
    total = found.number("total_token_throughput")
    output = found.number("output_throughput")
    backend = found.text("backend")
    date = _DATE.fullmatch(found.text("date"))
    setup = Setup(
        engine=backend if backend in _ENGINES else "", model=found.text("model_id"),
        tp=_degree(found, "tp", "tensor_parallel_size"),
        pp=_degree(found, "pp", "pipeline_parallel_size"),
    )  # fmt: skip
    for key in ("endpoint_type", "tokenizer_id", "latencies", "queue_times"):
        found.raw(key)
    return Observation(
        tool="vllm bench serve", version="", where=found.file, load=load_of(found),
        label=found.text("label"), setup=setup,
        measured_on="-".join(date.groups()) if date else "",
        duration_s=duration, completed=completed, failed=failed,
        input_tokens=n_in, output_tokens=n_out,
        req_s=found.number("request_throughput"),
        input_tok_s=None if total is None or output is None else total - output,
        output_tok_s=output, metrics=named(metrics), timings=timings,
        counters=_counters(found), notes=_notes(found), unread=found.unread(known=_SETTINGS),
    )  # fmt: skip


def load_of(found: Fields) -> Load:
    """How requests were sent: the same keys in vLLM's results and SGLang's."""
    asked = found.raw("request_rate")
    cap = found.whole("max_concurrency")
    shape = found.number("burstiness")
    if asked == "trace":
        return Load("trace", concurrency=cap)
    if asked is None or asked == "inf":
        return Load("closed" if cap else "burst", concurrency=cap)
    if isinstance(asked, str):
        refuse("not a rate", found.at("request_rate"), written(asked), 'a number or "inf"')
    return Load("open", rate_req_s=found.number("request_rate"), burstiness=shape, concurrency=cap)


def gaps_of(found: Fields, key: str = "itls") -> list[Array] | None:
    """The gaps between tokens of each request, in seconds."""
    lists = found.many(key)
    if lists is None:
        return None
    out = []
    for i, item in enumerate(lists):
        if not isinstance(item, list):
            refuse("not a list", found.at(f"{key}[{i}]"), written(item), "[…]")
        out.append(found.array(item, f"{key}[{i}]"))
    return out


def _timings(found: Fields) -> tuple[Timings | None, Array]:
    """What --save-detailed adds, and all gaps between tokens."""
    n_in, n_out = found.counts("input_lens"), found.counts("output_lens")
    first = found.numbers("ttfts")
    gaps = gaps_of(found)
    if n_in is None or n_out is None or first is None:
        return None, np.zeros(0)
    start = found.numbers("start_times")
    whole = found.numbers("latencies")
    n = found.same_length(
        input_lens=n_in, output_lens=n_out, ttfts=first, itls=gaps, start_times=start,
        latencies=whole,
    )  # fmt: skip
    if whole is None:
        whole = first + _sums(gaps) if gaps is not None else unstated(n)
    timings = per_request(
        found.file,
        start_s=unstated(n) if start is None else start, input_tokens=n_in, output_tokens=n_out,
        ttft_s=first, e2e_s=whole, ok=answered(found, n),
    )  # fmt: skip
    return timings, np.concatenate(gaps) if gaps else np.zeros(0)


def _sums(gaps: list[Array]) -> Array:
    return np.array([float(np.sum(g)) for g in gaps])


def answered(found: Fields, n: int) -> BoolArray:
    """Requests without an error; all where the file lists no errors."""
    errors = found.many("errors")
    if errors is None:
        return np.ones(n, dtype=np.bool_)
    found.same_length(errors=errors, input_lens=found.counts("input_lens"))
    return np.array([not e for e in errors], dtype=np.bool_)


def _counters(found: Fields) -> dict[str, float]:
    pairs = {
        "draft_acceptance_share": found.number("spec_decode_acceptance_rate", 0.01),
        "draft_acceptance_length": found.number("spec_decode_acceptance_length"),
        "goodput_req_s": found.number("request_goodput") if "request_goodput" in found
        else found.number("request_goodput:"),
    }  # fmt: skip
    return {k: v for k, v in pairs.items() if v is not None}


def _notes(found: Fields) -> tuple[str, ...]:
    ramp = found.text("ramp_up_strategy")
    return (f"the rate was ramped up ({ramp}): the rate is of its end",) if ramp else ()


def _degree(found: Fields, *keys: str) -> int | None:
    """Of the metadata that users add as KEY=VALUE texts, where it is a count."""
    for key in keys:
        said = found.raw(key)
        if isinstance(said, int | str) and str(said).isdecimal():
            return int(said)
    return None
