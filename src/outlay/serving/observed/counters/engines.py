"""What vLLM's or SGLang's counters say of a stretch of time: totals, latencies, use.

Between the first scrape and the last, counters are subtracted and gauges averaged. One scrape alone
gives totals since the engine's start. Quantiles come from buckets, straight within each, so they
are as fine as the buckets are. Until 0.11 or so vLLM called gaps between tokens
`time_per_output_token`, as SGLang did: those are `itl`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from outlay.serving.observed.counters.scrapes import Scrape, began, series_names
from outlay.serving.observed.readers.fields import refuse
from outlay.serving.observed.types import Load, Observation, Setup, Spread

__all__ = ["ONE_SCRAPE", "engine_of", "observed"]

ONE_SCRAPE: Final = "one scrape: totals since the engine's start, and gauges of that moment"


class _Names(NamedTuple):
    """Names of an engine, by what they are here; several of different releases."""

    metrics: Mapping[str, tuple[str, ...]]
    totals: Mapping[str, tuple[str, ...]]
    gauges: Mapping[str, tuple[str, ...]]


_VLLM: Final = _Names(
    metrics={
        "ttft_s": ("time_to_first_token_seconds",),
        "tpot_s": ("request_time_per_output_token_seconds",),
        "itl_s": ("inter_token_latency_seconds", "time_per_output_token_seconds"),
        "e2e_s": ("e2e_request_latency_seconds",),
        "input_tokens": ("request_prompt_tokens",),
        "output_tokens": ("request_generation_tokens",),
    },
    totals={
        "input_tokens": ("prompt_tokens_total",),
        "output_tokens": ("generation_tokens_total",),
        "preemptions": ("num_preemptions_total", "num_preemptions"),
        "prefix_queries": ("prefix_cache_queries_total", "gpu_prefix_cache_queries_total"),
        "prefix_hits": ("prefix_cache_hits_total", "gpu_prefix_cache_hits_total"),
        "draft_tokens": ("spec_decode_num_draft_tokens_total",),
        "draft_accepted": ("spec_decode_num_accepted_tokens_total",),
    },
    gauges={
        "running": ("num_requests_running",),
        "waiting": ("num_requests_waiting",),
        "kv_use": ("kv_cache_usage_perc", "gpu_cache_usage_perc"),
    },
)
_SGLANG: Final = _Names(
    metrics={
        "ttft_s": ("time_to_first_token_seconds",),
        "tpot_s": ("request_time_per_output_token_seconds",),
        "itl_s": ("inter_token_latency_seconds", "time_per_output_token_seconds"),
        "e2e_s": ("e2e_request_latency_seconds",),
        "input_tokens": ("prompt_tokens_histogram",),
        "output_tokens": ("generation_tokens_histogram",),
    },
    totals={
        "input_tokens": ("prompt_tokens_total",),
        "output_tokens": ("generation_tokens_total",),
        "completed": ("num_requests_total",),
        "failed": ("num_aborted_requests_total",),
        "preemptions": ("num_retracted_requests_total",),
        "prefix_hits": ("cached_tokens_total",),
    },
    gauges={
        "running": ("num_running_reqs",),
        "waiting": ("num_queue_reqs",),
        "kv_use": ("token_usage",),
        "draft_acceptance_length": ("spec_accept_length",),
    },
)
_ENGINES: Final = {"vllm": _VLLM, "sglang": _SGLANG}
_NOT_MEASURED: Final = ("_created", "_bucket")


def engine_of(scrapes: Sequence[Scrape]) -> str:
    """The engine whose names begin the series; '' of another program."""
    for scrape in scrapes:
        for name, _ in scrape.samples:
            if (start := name.split(":")[0]) in _ENGINES and ":" in name:
                return start
    return ""


def observed(scrapes: Sequence[Scrape], where: str) -> Observation:
    """One stretch, from the first scrape to the last."""
    engine = engine_of(scrapes)
    if not engine:
        found = ", ".join(list(series_names(scrapes))[:5])
        refuse("no counters of an engine that is known", where, found, "vllm:…, sglang:…")
    _one_process(scrapes, where)
    reader = _Reader(engine, scrapes, where)
    counters = reader.counters()
    times = [s.time_s for s in scrapes if s.time_s is not None]
    span = times[-1] - times[0] if len(times) == len(scrapes) > 1 else None
    if span is not None and span <= 0:
        refuse("scrapes that do not follow each other", where, f"{span:g} s", "times that rise")
    n_in, n_out = counters.pop("input_tokens", None), counters.pop("output_tokens", None)
    completed, failed = reader.requests(counters)
    notes = []
    if len(scrapes) == 1:
        notes.append(ONE_SCRAPE)
    elif span is None:
        notes.append(
            "no times stand with the scrapes: taken in their order, without rates; a line "
            "`# time: SECONDS` (date +%s) before each gives them"
        )
    spreads = {k: reader.spread(k) for k in reader.names.metrics}

    def rate(total: float | None) -> float | None:
        return None if total is None or not span else total / span

    return Observation(
        tool="Prometheus", version="", where=where, load=Load(),
        label=f"{engine}, {len(scrapes)} scrapes" if len(scrapes) > 1 else f"{engine}, 1 scrape",
        setup=Setup(engine=engine, model=reader.model()), duration_s=span,
        completed=_whole(completed), failed=_whole(failed), input_tokens=_whole(n_in),
        output_tokens=_whole(n_out), req_s=rate(completed), input_tok_s=rate(n_in),
        output_tok_s=rate(n_out), metrics={k: v for k, v in spreads.items() if v is not None},
        counters=counters, notes=tuple(notes), unread=reader.unread(),
    )  # fmt: skip


def _one_process(scrapes: Sequence[Scrape], where: str) -> None:
    """Refuse scrapes that say they are of several: their difference is nobody's."""
    if len(begun := {b for s in scrapes if (b := began(s)) is not None}) > 1:
        refuse("scrapes of several processes", where, f"{len(begun)} process_start_time_seconds",
               "one", "each replica, and each start, is a stretch of its own")  # fmt: skip


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


class _Reader:
    """Differences of one engine's series between the first scrape and the last."""

    def __init__(self, engine: str, scrapes: Sequence[Scrape], where: str) -> None:
        self.engine, self.scrapes, self.where = engine, scrapes, where
        self.names = _ENGINES[engine]
        self.taken: set[str] = set()

    def model(self) -> str:
        """The model that the series speak of; several are refused, for their sums mean nothing."""
        found = {s.label("model_name") for scrape in self.scrapes for s in scrape.samples.values()
                 if s.name.startswith(f"{self.engine}:")} - {""}  # fmt: skip
        if len(found) > 1:
            refuse("several models", self.where, ", ".join(sorted(found)), "one model",
                   "keep the series of one: grep 'model_name=\"NAME\"'")  # fmt: skip
        return next(iter(found), "")

    def counters(self) -> dict[str, float]:
        """Totals of the stretch, and means and maxima of gauges over the scrapes."""
        out: dict[str, float] = {}
        for key, names in self.names.totals.items():
            if (total := self.total(names)) is not None:
                out[key] = total
        for key, names in self.names.gauges.items():
            values = [v for s in self.scrapes if (v := self._gauge(s, names, key)) is not None]
            if values:
                out[f"{key}_mean"] = sum(values) / len(values)
                out[f"{key}_max"] = max(values)
        queries = out.get("prefix_queries", out.get("input_tokens"))
        if queries and "prefix_hits" in out:
            out["prefix_hit_share"] = out["prefix_hits"] / queries
        if out.get("draft_tokens") and "draft_accepted" in out:
            out["draft_acceptance_share"] = out["draft_accepted"] / out["draft_tokens"]
        for sample in self.scrapes[-1].named(f"{self.engine}:cache_config_info"):
            for key, label in (("kv_blocks", "num_gpu_blocks"), ("block_tokens", "block_size")):
                if sample.label(label).isdecimal():
                    out[key] = float(sample.label(label))
        return out

    def requests(self, counters: dict[str, float]) -> tuple[float | None, float | None]:
        """Requests that were answered and that were not; vLLM counts both by reason."""
        if self.engine != "vllm":
            return counters.pop("completed", None), counters.pop("failed", None)
        reasons = self._by_label("request_success_total", "finished_reason")
        if not reasons:
            return None, None
        bad = sum(v for k, v in reasons.items() if k in ("abort", "error"))
        return sum(reasons.values()) - bad, bad

    def total(self, names: tuple[str, ...]) -> float | None:
        """A counter's rise over the stretch, summed over engines."""
        for name in names:
            found = self._by_label(name, "")
            if found:
                return sum(found.values())
        return None

    def spread(self, key: str) -> Spread | None:
        """A histogram of the stretch."""
        for name in self.names.metrics[key]:
            sums, n = self._by_label(f"{name}_sum", ""), self._by_label(f"{name}_count", "")
            buckets = self._by_label(f"{name}_bucket", "le")
            count = sum(n.values())
            if not n or not count:
                continue
            edges = sorted((_edge(le, self.where), c) for le, c in buckets.items())
            for (a, low), (b, high) in pairwise(edges):
                if high < low:
                    said = f"le={b:g}: {high:g}, le={a:g}: {low:g}"
                    refuse("buckets that fall", f"{self.where}: {self.engine}:{name}_bucket", said,
                           "counts up to each edge")  # fmt: skip
            quantiles = {q: v for q in (0.5, 0.9, 0.95, 0.99)
                         if (v := _quantile(edges, q * count)) is not None}  # fmt: skip
            mean = sum(sums.values()) / count if sums else None
            return Spread(mean=mean, quantiles=quantiles, count=round(count))
        return None

    def unread(self) -> tuple[str, ...]:
        """Series of the engine that were not taken."""
        names = [n for n in series_names(self.scrapes) if n.startswith(f"{self.engine}:")
                 and n not in self.taken and not n.endswith(_NOT_MEASURED)]  # fmt: skip
        return (*names[:60], *([f"and {len(names) - 60} more"] if len(names) > 60 else []))

    def _by_label(self, name: str, label: str) -> dict[str, float]:
        """The rise of a counter by one of its labels, summed over the others."""
        full = f"{self.engine}:{name}"
        self.taken.add(full)
        before = {s.labels: s.value for s in self.scrapes[0].named(full)}
        if len(self.scrapes) == 1:
            before = {}
        out: dict[str, float] = {}
        for sample in self.scrapes[-1].named(full):
            start = before.get(sample.labels, 0.0)
            if not 0 <= sample.value < math.inf:
                refuse("a counter out of range", f"{sample.where}: {full}", f"{sample.value:g}",
                       "a number of at least 0")  # fmt: skip
            if sample.value < start:
                refuse("a counter that fell: the engine was started anew between the scrapes",
                       f"{sample.where}: {full}", f"{sample.value:g} after {start:g}", "",
                       "take the scrapes since then alone, or give files in order")  # fmt: skip
            key = sample.label(label) if label else ""
            out[key] = out.get(key, 0.0) + sample.value - start
        return out

    def _gauge(self, scrape: Scrape, names: tuple[str, ...], key: str) -> float | None:
        """A gauge at one time: summed over engines, of a share the mean."""
        for name in names:
            full = f"{self.engine}:{name}"
            self.taken.add(full)
            values = [s.value for s in scrape.named(full) if not math.isnan(s.value)]
            if values:
                if min(values) < 0 or max(values) == math.inf:
                    refuse("a gauge out of range", f"{self.where}: {full}", f"{min(values):g}",
                           "a number of at least 0")  # fmt: skip
                mean = key in ("kv_use", "draft_acceptance_length")
                return sum(values) / len(values) if mean else sum(values)
        return None


def _edge(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError:
        return refuse("not an edge of a bucket", where, text, "a number, +Inf")


def _quantile(edges: Sequence[tuple[float, float]], rank: float) -> float | None:
    """Straight within a bucket; None where it lies beyond the last edge."""
    start, below = 0.0, 0.0
    for edge, count in edges:
        if count >= rank and count > below:
            if edge == math.inf:
                return None
            return start + (edge - start) * (rank - below) / (count - below)
        start, below = edge, count
    return None
