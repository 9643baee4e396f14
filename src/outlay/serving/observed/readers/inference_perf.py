"""Reports of inference-perf: a stage, the sum of all stages, or each request; seconds throughout.

`time_per_output_token` leaves the first token out, as `tpot` here; what counts it is the
normalised one, which is not taken. A summary goes over the pauses between stages, so its rates are
lower than those of any stage. Requests carry the times of the tool's own clock.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from outlay.serving.observed.readers.fields import Fields, refuse
from outlay.serving.observed.readers.spreads import named, of_values, stated
from outlay.serving.observed.readers.timing import per_request, spreads_of
from outlay.serving.observed.types import Load, Observation, Spread

__all__ = ["is_inference_perf", "is_requests", "read_inference_perf", "read_requests"]

_TOOL: Final = "inference-perf"
_SETTINGS: Final = ("request_size_bytes", "image", "video", "audio")


def is_inference_perf(found: Fields) -> bool:
    """Whether a mapping is a report of a stage or of all."""
    return all(isinstance(found.values.get(k), dict)
               for k in ("load_summary", "successes", "failures"))  # fmt: skip


def is_requests(found: Fields) -> bool:
    """Whether a mapping is one request of a report of each."""
    return "start_time" in found and "end_time" in found and isinstance(found.values.get("info"),
                                                                        dict)  # fmt: skip


def read_inference_perf(found: Fields) -> Observation:
    """One stage, or the summary of all."""
    asked, good, bad = (found.inside(k) for k in ("load_summary", "successes", "failures"))
    latency, rates = good.inside("latency"), good.inside("throughput")
    prompts, answers = _tokens(good, "prompt"), _tokens(good, "output")
    completed = good.whole("count")
    rate = asked.number("requested_rate")
    whole = latency.inside("request_latency")
    metrics = {
        "ttft_s": _spread(latency, "time_to_first_token"),
        "tpot_s": _spread(latency, "time_per_output_token"),
        "itl_s": _spread(latency, "inter_token_latency"),
        "e2e_s": stated(whole),
        "input_tokens": stated(prompts),
        "output_tokens": stated(answers),
    }
    duration = found.number("benchmark_time_seconds")
    req_s = rates.number("requests_per_sec")
    if duration is None and completed and req_s:
        duration = completed / req_s
    rates.number("total_tokens_per_sec")  # the sum of the two that are taken
    asked.number("achieved_rate")  # of sending; the rate of answers is taken
    return Observation(
        tool=_TOOL, version="", where=found.file,
        load=Load("open", rate_req_s=rate) if rate else Load("unknown"),
        label="" if rate else "summary of all stages",
        duration_s=duration, completed=completed, failed=bad.whole("count"),
        input_tokens=_total(prompts, completed), output_tokens=_total(answers, completed),
        req_s=req_s, input_tok_s=rates.number("input_tokens_per_sec"),
        output_tok_s=rates.number("output_tokens_per_sec"), metrics=named(metrics),
        notes=() if rate else ("rates go over the pauses between stages",),
        unread=found.unread(asked, good, bad, latency, rates, known=_SETTINGS),
    )  # fmt: skip


def read_requests(rows: list[Fields], where: str) -> Observation:
    """All requests of a report of each."""
    starts, ends, first, n_in, n_out, ok, gaps, each = [], [], [], [], [], [], [], []
    for row in rows:
        info = row.inside("info")
        start, end = row.needed("start_time"), row.needed("end_time")
        if end < start:
            refuse("an end before the start", row.at("end_time"), f"{end:g}", f"from {start:g}")
        times = _times(info)
        if np.any(np.diff(times) < 0):
            refuse("times of tokens that fall", row.at("info"), "", "times that rise")
        gaps.append(np.diff(times))
        starts.append(start)
        ends.append(end)
        first.append(times.item(0) - start if len(times) else np.nan)
        n_in.append(_count(info, "input"))
        n_out.append(_count(info, "output"))
        if len(times) > 1 and n_out[-1] > 1:
            each.append((times.item(-1) - times.item(0)) / (n_out[-1] - 1))
        ok.append(not row.values.get("error"))
    start_s, end_s = np.array(starts), np.array(ends)
    timings = per_request(
        where,
        start_s=start_s, input_tokens=np.array(n_in, np.int64),
        output_tokens=np.array(n_out, np.int64), ttft_s=np.array(first), e2e_s=end_s - start_s,
        ok=np.array(ok, dtype=np.bool_),
    )  # fmt: skip
    span = float(np.max(end_s) - np.min(start_s))
    metrics: dict[str, Spread] = dict(spreads_of(timings))
    if (tpot := of_values(np.array(each))) is not None:
        metrics["tpot_s"] = tpot  # to the last token: an answer ends a little later
    if (itl := of_values(np.concatenate(gaps))) is not None:
        metrics["itl_s"] = itl
    done = int(np.sum(timings.ok))
    good_in, good_out = (
        int(np.sum(np.maximum(c[timings.ok], 0)))
        for c in (timings.input_tokens, timings.output_tokens)
    )
    return Observation(
        tool=_TOOL, version="", where=where, load=Load("unknown"), label="requests of all stages",
        duration_s=span, completed=done, failed=len(rows) - done, input_tokens=good_in,
        output_tokens=good_out, req_s=done / span if span else None,
        input_tok_s=good_in / span if span else None,
        output_tok_s=good_out / span if span else None, metrics=metrics, timings=timings,
    )  # fmt: skip


def _times(info: Fields) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Times of tokens, by the name of each release."""
    for part, key in ((info.inside("response_metrics"), "output_token_times"),
                      (info.inside("response_metrics"), "chunk_times"),
                      (info, "output_token_times")):  # fmt: skip
        found = part.numbers(key)
        if found is not None and len(found):
            return found.reshape(-1)
    return np.zeros(0)


def _count(info: Fields, which: str) -> int:
    """Tokens of a request: the server's count where it gave one, or the tool's."""
    answer = info.inside("response_metrics")
    usage = answer.inside("server_usage")
    prompt = info.inside("request_metrics").inside("text")
    tries = {
        "input": (usage.whole("prompt_tokens"), prompt.whole("input_tokens"),
                  info.whole("input_tokens")),
        "output": (usage.whole("completion_tokens"), answer.whole("output_tokens"),
                   info.whole("output_tokens")),
    }  # fmt: skip
    return next((n for n in tries[which] if n is not None), -1)


def _spread(latency: Fields, key: str) -> Spread | None:
    return stated(latency.inside(key))


def _tokens(good: Fields, which: str) -> Fields:
    """Lengths under their names of each release: the server's count, then the tool's."""
    for key in (f"{which}_tokens", f"{which}_len"):
        if key in good:
            return good.inside(key)
    return Fields({}, good.file, f"{good.path}{which}_len.")


def _total(tokens: Fields, count: int | None) -> int | None:
    total = tokens.whole("total")
    if total is not None or count is None:
        return total
    mean = tokens.number("mean")
    return None if mean is None else round(mean * count)
