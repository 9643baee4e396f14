"""Results of `sglang.bench_serving`: one mapping a line, a line a run.

Lists of --output-details are in seconds; no line says when a request was sent. A line without
--random-range-ratio's siblings is still one: only what is there is read. `itl` is over all gaps.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from outlay.core.arrays import Array
from outlay.serving.observed.readers.fields import Fields
from outlay.serving.observed.readers.spreads import flat, named, of_values, only_mean
from outlay.serving.observed.readers.timing import per_request, spreads_of, unstated
from outlay.serving.observed.readers.vllm import answered, gaps_of, load_of
from outlay.serving.observed.types import Observation, Setup, Timings

__all__ = ["finite_rates", "is_sglang", "read_sglang"]

_SETTINGS: Final = (
    "sharegpt_output_len", "random_input_len", "random_output_len", "random_range_ratio",
    "server_info", "generated_texts", "errors", "gsp_num_groups", "cached_tokens_details",
)  # fmt: skip
_INFINITE: Final = re.compile(rb'("request_rate"\s*:\s*)Infinity\b')
_ENGINES: Final = ("sglang", "vllm", "lmdeploy", "trt", "gserver", "truss")


def finite_rates(data: bytes) -> bytes:
    """The bytes with an endless rate, which is no JSON, as the text "inf"."""
    return _INFINITE.sub(rb'\1"inf"', data) if b"Infinity" in data else data


def is_sglang(found: Fields) -> bool:
    """Whether a mapping is a result of SGLang's load test."""
    keys = ("duration", "completed", "request_throughput", "mean_e2e_latency_ms", "backend")
    return all(k in found for k in keys)


def read_sglang(found: Fields) -> Observation:
    """One run."""
    duration = found.needed("duration")
    completed = found.whole("completed")
    n_in, n_out = found.whole("total_input_tokens"), found.whole("total_output_tokens")
    timings, gaps = _timings(found)
    metrics = {
        "input_tokens": only_mean(n_in, completed),
        "output_tokens": only_mean(n_out, completed),
        "ttft_s": flat(found, "ttft"),
        "tpot_s": flat(found, "tpot"),
        "itl_s": flat(found, "itl"),
        "e2e_s": flat(found, "e2e_latency"),
    }
    if timings is not None:
        spreads = spreads_of(timings)
        metrics |= {k: v for k, v in spreads.items() if metrics.get(k) is None
                    or k.endswith("tokens")}  # fmt: skip
        metrics["itl_s"] = metrics["itl_s"] or of_values(gaps)
    backend = found.text("backend").removesuffix("-oai").removesuffix("-chat")
    found.number("total_throughput")  # the sum of the two that are taken
    for key in ("total_input_text_tokens", "total_output_tokens_retokenized"):
        found.whole(key)
    info = found.inside("server_info")
    return Observation(
        tool="sglang.bench_serving", version="", where=found.file, load=load_of(found),
        label=found.text("tag"),
        setup=Setup(
            engine=backend if backend in _ENGINES else "", engine_version=info.text("version"),
            model=info.text("model_path") or found.text("model_id"),
            tp=info.whole("tp_size"), pp=info.whole("pp_size"), dp=info.whole("dp_size"),
            ep=info.whole("ep_size"),
        ),
        duration_s=duration, completed=completed,
        failed=None if timings is None else int(np.sum(~timings.ok)),
        input_tokens=n_in, output_tokens=n_out, req_s=found.number("request_throughput"),
        input_tok_s=found.number("input_throughput"),
        output_tok_s=found.number("output_throughput"), metrics=named(metrics), timings=timings,
        counters=_counters(found), unread=found.unread(known=_SETTINGS),
    )  # fmt: skip


def _timings(found: Fields) -> tuple[Timings | None, Array]:
    n_in, n_out = found.counts("input_lens"), found.counts("output_lens")
    first = found.numbers("ttfts")
    gaps = gaps_of(found)
    if n_in is None or n_out is None or first is None or gaps is None:
        return None, np.zeros(0)
    n = found.same_length(input_lens=n_in, output_lens=n_out, ttfts=first, itls=gaps)
    whole = first + np.array([float(np.sum(g)) for g in gaps])
    timings = per_request(
        found.file,
        start_s=unstated(n), input_tokens=n_in, output_tokens=n_out, ttft_s=first, e2e_s=whole,
        ok=answered(found, n),
    )  # fmt: skip
    return timings, np.concatenate(gaps) if gaps else np.zeros(0)


def _counters(found: Fields) -> dict[str, float]:
    cache = found.inside("cache_report")
    pairs = {
        "running_mean": found.number("concurrency"),
        "draft_acceptance_length": found.number("accept_length"),
        "prefix_hit_share": cache.number("cache_hit_rate_pct", 0.01),
    }
    return {k: v for k, v in pairs.items() if v is not None}
