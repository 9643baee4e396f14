"""Exports of aiperf and of genai-perf before it: JSON of a run, and lines of each request.

Both write `inter_token_latency` of each request, (end − first token) / (tokens − 1): `tpot` here.
All gaps, where they are, stand as `inter_chunk_latency`. Each metric says its own unit.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from outlay.core.arrays import Array
from outlay.serving.observed.readers.fields import Fields, refuse, written
from outlay.serving.observed.readers.spreads import named, of_values, stated
from outlay.serving.observed.readers.timing import per_request, spreads_of
from outlay.serving.observed.types import Load, Observation, Setup, Spread

__all__ = [
    "SPREADS", "factor_of", "is_aiperf", "is_aiperf_row", "rates_over", "read_aiperf", "read_rows",
]  # fmt: skip

SPREADS: Final = {
    "time_to_first_token": "ttft_s",
    "inter_token_latency": "tpot_s",
    "inter_chunk_latency": "itl_s",
    "request_latency": "e2e_s",
    "input_sequence_length": "input_tokens",
    "output_sequence_length": "output_tokens",
}
"""The name of a metric here by that of the tools."""
_SECONDS: Final = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "sec": 1.0, "seconds": 1.0}
_SETTINGS: Final = ("input_config", "telemetry_data", "telemetry_stats", "run_info", "metadata",
                    "error_summary")  # fmt: skip
_ROUNDED: Final = 0.005
"""Of a rate: what is written is rounded."""
_DERIVED: Final = ("output_token_count", "time_to_first_output_token", "total_output_tokens",
                   "total_token_throughput", "goodput")  # fmt: skip


def factor_of(unit: str, where: str) -> float:
    """Seconds, or a count, in one of a unit that a file names."""
    word = unit.strip().casefold()
    if word in _SECONDS:
        return _SECONDS[word]
    if word in ("tokens", "requests", "requests/sec", "tokens/sec", "count", "", "per_second"):
        return 1.0
    return refuse("a unit that is not known here", where, written(unit), ", ".join(_SECONDS))


def is_aiperf(found: Fields) -> bool:
    """Whether a mapping is an export of aiperf or genai-perf."""
    parts = (found.values.get(k) for k in ("request_latency", "request_throughput"))
    return all(isinstance(p, dict) and "unit" in p and "avg" in p for p in parts)


def is_aiperf_row(found: Fields) -> bool:
    """Whether a mapping is a request of aiperf's profile_export.jsonl."""
    meta = found.values.get("metadata")
    return (
        isinstance(meta, dict)
        and "request_start_ns" in meta
        and (isinstance(found.values.get("metrics"), dict) or found.values.get("error") is not None)
    )


def read_aiperf(found: Fields) -> Observation:
    """One run, as it is summed up."""
    config = found.inside("input_config")
    version = found.text("aiperf_version")
    ours = "aiperf" if version or "schema_version" in found else "genai-perf"
    metrics = {ours_: _spread(found, theirs) for theirs, ours_ in SPREADS.items()}
    completed = _count(found, "request_count")
    n_in = _count(found, "total_isl") or _sum(metrics["input_tokens"], completed)
    n_out = _count(found, "total_osl") or _sum(metrics["output_tokens"], completed)
    duration = _one(found, "benchmark_duration")
    req_s, out_s = _one(found, "request_throughput"), _one(found, "output_token_throughput")
    in_s = _one(found, "input_token_throughput")
    if duration is None and completed and req_s:
        duration = completed / req_s
    (req_s, in_s, out_s), notes = rates_over(duration, (completed, n_in, n_out),
                                             (req_s, in_s, out_s))  # fmt: skip
    for key in _DERIVED:
        found.raw(key)
    started = found.text("start_time")
    return Observation(
        tool=ours, version=version or found.text("schema_version"), where=found.file,
        load=_load(config), setup=Setup(model=_model(config)), measured_on=started[:10],
        duration_s=duration, completed=completed, failed=_count(found, "error_request_count"),
        input_tokens=n_in, output_tokens=n_out, req_s=req_s, input_tok_s=in_s,
        output_tok_s=out_s, metrics=named(metrics),
        notes=(*notes, *(["the run was cut short"] if found.flag("was_cancelled") else [])),
        unread=found.unread(known=_SETTINGS),
    )  # fmt: skip


def read_rows(rows: list[Fields], where: str) -> Observation:
    """All requests of profile_export.jsonl; those of a warm-up are left out."""
    start, end, first, n_in, n_out, ok, chats = [], [], [], [], [], [], []
    gaps: list[Array] = []
    warm = 0
    names: dict[str, int] = {}
    for row in rows:
        meta, metrics = row.inside("metadata"), row.inside("metrics")
        if meta.text("benchmark_phase") == "warmup":
            warm += 1
            continue
        start.append(meta.needed("request_start_ns") * 1e-9)
        end.append(meta.needed("request_end_ns") * 1e-9)
        first.append(_value(metrics, "time_to_first_token"))
        n_in.append(_value(metrics, "input_sequence_length"))
        n_out.append(_value(metrics, "output_sequence_length"))
        gaps.append(_gaps(metrics))
        ok.append(row.values.get("error") is None and not meta.flag("was_cancelled"))
        chats.append(names.setdefault(meta.text("conversation_id"), len(names)))
    if not start:
        refuse("no requests", where, f"{warm} of a warm-up", "requests of the phase 'profiling'")
    begin, stop = np.array(start), np.array(end)
    if np.any(stop < begin):
        at = int(np.argmax(stop < begin))
        refuse("an end before the start", rows[at].at("metadata.request_end_ns"))
    timings = per_request(
        where,
        start_s=begin, input_tokens=_whole(n_in), output_tokens=_whole(n_out),
        ttft_s=np.array(first), e2e_s=stop - begin, ok=np.array(ok, dtype=np.bool_),
        session=np.array(chats, np.int64) if len(names) < len(start) else None,
    )  # fmt: skip
    metrics_: dict[str, Spread] = dict(spreads_of(timings))
    if (itl := of_values(np.concatenate(gaps))) is not None:
        metrics_["itl_s"] = itl
    span, done = float(np.max(stop) - np.min(begin)), int(np.sum(timings.ok))
    tok_in, tok_out = (
        int(np.sum(np.maximum(c[timings.ok], 0)))
        for c in (timings.input_tokens, timings.output_tokens)
    )
    return Observation(
        tool="aiperf", version="", where=where, load=Load(), label="each request",
        duration_s=span, completed=done, failed=len(start) - done, input_tokens=tok_in,
        output_tokens=tok_out, req_s=done / span if span else None,
        input_tok_s=tok_in / span if span else None, output_tok_s=tok_out / span if span else None,
        metrics=metrics_, timings=timings,
        notes=(f"{warm} requests of a warm-up left out",) if warm else (),
    )  # fmt: skip


def rates_over(
    duration_s: float | None, counts: tuple[float | None, ...], stated: tuple[float | None, ...]
) -> tuple[tuple[float | None, ...], tuple[str, ...]]:
    """Counts over the duration that is stated, and a note where the tool's own rates are others.

    aiperf 0.13 divides by the time from its start to its end, and states that of the requests.
    """
    if not duration_s:
        return stated, ()
    found = tuple(None if n is None else n / duration_s for n in counts)
    first, own = found[0], stated[0]
    if first is None or own is None:
        return tuple(f if f is not None else s for f, s in zip(found, stated, strict=True)), ()
    if abs(own - first) <= _ROUNDED * first:
        return tuple(s if s is not None else f for f, s in zip(found, stated, strict=True)), ()
    span = (counts[0] or 0) / own if own else 0.0
    note = f"rates are over {duration_s:.3f} s of requests; the tool's own are over {span:.3f} s"
    return found, (note,)


def _whole(found: list[float]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    values = np.array(found)
    return np.where(np.isnan(values), -1, values).astype(np.int64)


def _value(metrics: Fields, key: str) -> float:
    """A number of one request, in seconds or tokens; NaN where it has none."""
    part = metrics.inside(key)
    found = part.number("value", factor_of(part.text("unit"), part.at("unit")))
    return np.nan if found is None else found


def _gaps(metrics: Fields) -> Array:
    part = metrics.inside("inter_chunk_latency")
    found = part.numbers("value", factor_of(part.text("unit"), part.at("unit")))
    return np.zeros(0) if found is None else found


def _spread(found: Fields, key: str) -> Spread | None:
    part = found.inside(key)
    return stated(part, factor_of(part.text("unit"), part.at("unit")))


def _one(found: Fields, key: str) -> float | None:
    """A metric of one value."""
    part = found.inside(key)
    return part.number("avg", factor_of(part.text("unit"), part.at("unit")))


def _count(found: Fields, key: str) -> int | None:
    return found.inside(key).whole("avg")


def _sum(spread: Spread | None, count: int | None) -> int | None:
    return (
        None if spread is None or spread.mean is None or not count else round(spread.mean * count)
    )


def _model(config: Fields) -> str:
    """The name of the model, as each release has it."""
    names = config.values.get("model_names") or config.inside("endpoint").values.get("model_names")
    if isinstance(names, list) and names and isinstance(names[0], str):
        return names[0]
    models = config.values.get("models")
    if isinstance(models, dict):
        items = config.inside("models").items("items")
        return items[0].text("name") if items else ""
    return ""


def _load(config: Fields) -> Load:
    """From the settings that the tool keeps beside its results; three releases name them apart."""
    phases = config.values.get("phases")
    if isinstance(phases, list) and phases:
        phase = config.items("phases")[-1]
        return _phase(phase.text("type"), phase)
    if "loadgen" in config:
        return _phase("", config.inside("loadgen"))
    stimulus = config.values.get("perf_analyzer")
    if isinstance(stimulus, dict):
        part = config.inside("perf_analyzer").inside("stimulus")
        return _phase("", Fields({
            "concurrency": part.values.get("concurrency"),
            "request_rate": part.values.get("request_rate"),
        }, config.file, part.path))  # fmt: skip
    return _phase("", config)


def _phase(kind: str, part: Fields) -> Load:
    rate, cap = None, part.whole("concurrency") if "concurrency" in part else None
    for key in ("request_rate", "rate"):
        if isinstance(part.values.get(key), int | float):
            rate = part.number(key)
    mode = part.text("request_rate_mode") or part.text("arrival_pattern") or kind
    if part.values.get("fixed_schedule") is True or re.search("schedule", kind):
        return Load("trace", concurrency=cap)
    if rate:
        shape = part.number("arrival_smoothness")
        poisson = mode.casefold() == "poisson"
        return Load("open", rate_req_s=rate, burstiness=1.0 if poisson else shape,
                    even=mode.casefold() == "constant", concurrency=cap)  # fmt: skip
    return Load("closed", concurrency=cap) if cap else Load()
