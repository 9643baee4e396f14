"""MLPerf Inference: what LoadGen writes of a run, as a summary to be read or as a log of keys.

Times are in nanoseconds. Rates of the log named *_throughput are of another unit in each release
and are not taken: tokens a second stand under a name of their own. A sample is a request.
"""

from __future__ import annotations

import json
import re
from typing import Final

from outlay.core.errors import TableError
from outlay.core.ingest.json_text import strict_json
from outlay.serving.observed.readers.fields import Fields, refuse
from outlay.serving.observed.readers.spreads import checked, named
from outlay.serving.observed.types import Load, Observation, Setup, Spread

__all__ = ["read_detail", "read_summary"]

_LINE: Final = re.compile(r"^\s*([^:]+?)\s*:\s*(\S.*?)\s*$")
_NS: Final = 1e-9
_SUMMARY: Final = {
    "e2e_s": ("{} latency (ns)", "{} percentile latency (ns)"),
    "ttft_s": ("{} First Token latency (ns)", "{} percentile first token latency (ns)"),
    "tpot_s": ("{} Time per Output Token (ns)", "{} percentile time to output token (ns)"),
}
_DETAIL: Final = {
    "e2e_s": ("result_{}_latency_ns", "result_{}_percentile_latency_ns"),
    "ttft_s": ("result_first_token_{}_latency_ns", "result_first_token_{}_percentile_latency_ns"),
    "tpot_s": ("result_time_per_output_token_{}_ns",
               "result_time_per_output_token_{}_percentile_ns"),
}  # fmt: skip
_KINDS: Final = {"Server": "open", "Offline": "burst", "SingleStream": "closed",
                 "MultiStream": "closed", "Interactive": "open"}  # fmt: skip


def read_summary(text: str, where: str) -> Observation:
    """mlperf_log_summary.txt."""
    found: dict[str, object] = {}
    for number, line in enumerate(text.splitlines(), 1):
        pair = _LINE.match(line)
        if pair is None:
            continue
        key, value = pair[1], pair[2]
        if key in found and found[key] != _plain(value):
            refuse("a key twice", f"{where}:{number}", key, "each key once")
        found[key] = _plain(value)
    fields = Fields(found, where)
    scenario = fields.text("Scenario")
    req_s = _first(fields, "Completed samples per second", "Samples per second")
    out_s = _first(fields, "Completed tokens per second", "Tokens per second")
    return _made(fields, scenario, _SUMMARY, ("Min", "Max", "Mean"), req_s, out_s,
                 fields.number("target_qps"), str(fields.raw("Result is") or ""),
                 str(fields.raw("SUT name") or ""), "", "")  # fmt: skip


def read_detail(text: str, where: str) -> Observation:
    """mlperf_log_detail.txt: a JSON mapping behind a mark in each line."""
    found: dict[str, object] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith(":::MLLOG"):
            continue
        row = strict_json(line.removeprefix(":::MLLOG").strip(), where, TableError, line=number)
        if not isinstance(row, dict) or not isinstance(row.get("key"), str):
            refuse("not a line of the log", f"{where}:{number}", json.dumps(row)[:80],
                   '{"key": …, "value": …}')  # fmt: skip
        found[row["key"]] = row.get("value")
    fields = Fields(found, where)
    if "result_validity" not in fields:
        refuse("no results in the log", where, "", "the key result_validity",
               "was the run ended early?")  # fmt: skip
    req_s = _first(fields, "result_completed_samples_per_sec", "result_samples_per_second")
    out_s = _first(fields, "result_completed_tokens_per_second", "result_tokens_per_second")
    found_on = fields.text("test_datetime")[:10]
    return _made(fields, fields.text("effective_scenario"), _DETAIL, ("min", "max", "mean"), req_s,
                 out_s, fields.number("effective_target_qps"), fields.text("result_validity"),
                 fields.text("sut_name"), fields.text("loadgen_version"), found_on)  # fmt: skip


def _made(
    fields: Fields, scenario: str, names: dict[str, tuple[str, str]], words: tuple[str, str, str],
    req_s: float | None, out_s: float | None, target: float | None, valid: str, sut: str,
    version: str, measured_on: str,
) -> Observation:  # fmt: skip
    if scenario not in _KINDS:
        refuse("a scenario that is not known", fields.file, scenario, ", ".join(_KINDS))
    kind = _KINDS[scenario]
    metrics = {k: _spread(fields, *pair, words) for k, pair in names.items()}
    load = Load(kind, rate_req_s=target if kind == "open" else None,
                burstiness=1.0 if kind == "open" else None,
                concurrency=1 if kind == "closed" else None)  # fmt: skip
    notes = () if valid == "VALID" else (f"the run is {valid}: it broke a rule of the benchmark",)
    unread = [k for k in fields.values if k not in fields.taken
              and re.search(r"per sec|_per_|result_.*throughput", k)]  # fmt: skip
    return Observation(
        tool="MLPerf LoadGen", version=version.split(" ")[0], where=fields.file, load=load,
        label=scenario, setup=Setup(), measured_on=measured_on, req_s=req_s, output_tok_s=out_s,
        metrics=named(metrics), notes=(*notes, *([f"system: {sut}"] if sut else [])),
        unread=tuple(unread),
    )  # fmt: skip


def _spread(
    fields: Fields, plain: str, quantile: str, words: tuple[str, str, str]
) -> Spread | None:
    low, high, mean = (fields.number(plain.format(w), _NS) for w in words)
    quantiles = {}
    start, end = quantile.split("{}")
    for key in fields.values:
        if key.startswith(start) and key.endswith(end):
            word = key[len(start) : len(key) - len(end)]
            value = fields.number(key, _NS) if re.fullmatch(r"\d+\.\d+", word) else None
            if value is not None:
                quantiles[round(float(word) / 100, 6)] = value
    if mean is None and not quantiles:
        return None
    return checked(Spread(mean, None, low, high, quantiles), fields, quantile.format("…"))


def _first(fields: Fields, *keys: str) -> float | None:
    return next((v for k in keys if (v := fields.number(k)) is not None), None)


def _plain(text: str) -> object:
    """A number where the text is one."""
    return float(text) if re.fullmatch(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", text) else text
