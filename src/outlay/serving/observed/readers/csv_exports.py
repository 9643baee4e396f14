"""CSV that aiperf, genai-perf and guidellm write beside their JSON: the same runs, less of them.

aiperf's is several tables with an empty line between; each metric has its unit in its name.
guidellm's has three rows of headings, then a row a benchmark.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from outlay.core.errors import TableError
from outlay.core.ingest.json_text import strict_json
from outlay.core.ingest.table import plain_number
from outlay.serving.observed.readers.aiperf import SPREADS, factor_of, rates_over
from outlay.serving.observed.readers.fields import Fields, refuse
from outlay.serving.observed.readers.guidellm import WEIGHTED, load_of
from outlay.serving.observed.readers.spreads import named, stated
from outlay.serving.observed.types import Load, Observation, Setup, Spread

__all__ = ["is_export", "read_export"]

_METRIC: Final = re.compile(r"(.+?)\s*(?:\(([^()]+)\))?\s*")
_AIPERF: Final = re.compile(r"\ufeff?Metric,avg,min,max\b")
_GUIDELLM: Final = re.compile(r"\ufeff?Run Info,.*\bRequest Counts\b")
_AT: Final = ("min", "p0.1", "p1", "p5", "p10", "p25", "p75", "p90", "p95", "p99", "max")
"""What stands in guidellm's lists of percentiles: its median has a column of its own."""
_TITLES: Final = {
    "Time to First Token": ("ttft_s", 1e-3),
    "Inter Token Latency": ("tpot_s", 1e-3),
    "Request Latency": ("e2e_s", 1.0),
}


def is_export(head: str) -> bool:
    """Whether a text begins as one of these tables."""
    return bool(_AIPERF.match(head) or _GUIDELLM.match(head))


def read_export(text: str, where: str) -> tuple[Observation, ...]:
    """The runs of a table."""
    try:
        rows = [*csv.reader(io.StringIO(text, newline=""), strict=True)]
    except csv.Error as error:
        refuse(f"not CSV: {error}", where)
    return (_aiperf(rows, where),) if _AIPERF.match(text) else _guidellm(rows, where)


def _metrics(rows: Sequence[Sequence[str]], where: str) -> dict[str, Fields]:
    """The tables of metrics, each by its name without the unit."""
    metrics: dict[str, Fields] = {}
    heading: Sequence[str] = ()
    for number, row in enumerate(rows, 1):
        if not any(row):
            heading = ()
        elif not heading:
            heading = row
        elif heading[0] == "Metric":
            place = f"{where}:{number}"
            if len(row) != len(heading):
                refuse("a row with another number of cells than its heading", place,
                       str(len(row)), str(len(heading)))  # fmt: skip
            name, unit = _name(row[0])
            if name in metrics:
                refuse("a metric twice", place, row[0], "each metric once")
            values: dict[str, object] = {
                ("avg" if h == "Value" else h): _cell(c, place)
                for h, c in zip(heading[1:], row[1:], strict=True)
            }
            metrics[name] = Fields({**values, "unit": unit}, place, f"{row[0]}.")
    return metrics


def _aiperf(rows: Sequence[Sequence[str]], where: str) -> Observation:
    metrics = _metrics(rows, where)

    def one(name: str) -> float | None:
        part = metrics.get(name)
        return None if part is None else part.number("avg")

    def spread(name: str) -> Spread | None:
        part = metrics.get(name)
        if part is None:
            return None
        found = stated(part, factor_of(part.text("unit"), part.at("unit")))
        return found and replace(found, count=None)

    found = {ours: spread(theirs) for theirs, ours in SPREADS.items()}
    completed, duration = one("request_count"), one("benchmark_duration")
    req_s = one("request_throughput")
    if duration is None and completed and req_s:
        duration = completed / req_s
    n_in = one("total_input_sequence_length") or _times(found["input_tokens"], completed)
    n_out = one("total_output_sequence_length") or _times(found["output_tokens"], completed)
    (req_s, in_s, out_s), notes = rates_over(
        duration, (completed, n_in, n_out),
        (req_s, one("input_token_throughput"), one("output_token_throughput")),
    )  # fmt: skip
    failed = one("error_request_count")
    known = {*SPREADS, "request_count", "request_throughput", "output_token_throughput",
             "input_token_throughput", "benchmark_duration"}  # fmt: skip
    return Observation(
        tool="aiperf" if "benchmark_duration" in metrics else "genai-perf", version="",
        where=where, load=Load(), duration_s=duration, completed=_count(completed),
        failed=_count(failed), input_tokens=_count(n_in), output_tokens=_count(n_out),
        req_s=req_s, input_tok_s=in_s, output_tok_s=out_s, metrics=named(found), notes=notes,
        unread=tuple(m for m in metrics if m not in known and not m.startswith("http_"))[:60],
    )  # fmt: skip


def _times(spread: Spread | None, count: float | None) -> float | None:
    return None if spread is None or spread.mean is None or not count else spread.mean * count


def _count(value: float | None) -> int | None:
    return None if value is None else round(value)


def _name(cell: str) -> tuple[str, str]:
    """`time_to_first_token` and `ms` of "Time to First Token (ms)"."""
    found = _METRIC.fullmatch(cell)
    if found is None:
        return cell, ""
    return re.sub(r"[^a-z0-9]+", "_", found[1].casefold()).strip("_"), found[2] or ""


def _cell(text: str, where: str) -> float | None:
    """A number; None of an empty cell, and of N/A."""
    plain = text.strip().replace(",", "")  # genai-perf writes 1,234.56 in quotes
    if plain in ("", "N/A"):
        return None
    found = plain_number(plain)
    return refuse("not a number", where, text[:80], "a number") if found is None else found


def _guidellm(rows: Sequence[Sequence[str]], where: str) -> tuple[Observation, ...]:
    if len(rows) < 4:
        refuse("no benchmarks under the headings", where, f"{len(rows)} rows", "3 and one a run")
    names = [" | ".join(p for p in parts if p) for parts in zip(*rows[:3], strict=False)]
    out = []
    for number, row in enumerate(rows[3:], 4):
        if not any(row):
            continue
        if len(row) != len(names):
            refuse("a row with another number of cells than the headings", f"{where}:{number}",
                   str(len(row)), str(len(names)))  # fmt: skip
        out.append(_benchmark(dict(zip(names, row, strict=True)), f"{where}:{number}"))
    return tuple(out)


def _benchmark(cells: dict[str, str], where: str) -> Observation:
    def one(name: str) -> float | None:
        return _cell(cells[name], f"{where}: {name}") if name in cells else None

    def spread(title: str, factor: float) -> Spread | None:
        heads = [n for n in cells if n.startswith(f"{title} | Successful") and n.endswith("Mean")]
        if not heads:
            return None
        start = heads[0].removesuffix("Mean")
        values: dict[str, object] = {"mean": one(f"{start}Mean"), "median": one(f"{start}Median"),
                                     "std_dev": one(f"{start}Std Dev")}  # fmt: skip
        listed = strict_json(cells.get(f"{start}Percentiles") or "[]", where, TableError)
        if isinstance(listed, list) and len(listed) == len(_AT):
            values |= dict(zip(_AT, listed, strict=True))
        return stated(Fields(values, where, f"{title}."), factor)

    found = {ours: spread(title, factor) for title, (ours, factor) in _TITLES.items()}
    found |= {f"{w.lower()}_tokens": _tokens(cells, where, w) for w in ("Input", "Output")}
    weighted = found["tpot_s"]
    if weighted is not None:
        found["itl_s"] = Spread(mean=weighted.mean)
        found["tpot_s"] = Spread(quantiles=weighted.quantiles)
    completed, failed = one("Request Counts | Successful"), one("Request Counts | Errored")
    unfinished = one("Request Counts | Incomplete")
    duration = one("Timings | Duration | Sec")
    n_in, n_out = (_times(found[k], completed) for k in ("input_tokens", "output_tokens"))
    running = one("Server Throughput | Successful Concurrency | Mean")
    about = _inside(cells, "Runtime Info | Metadata", where)
    return Observation(
        tool="guidellm", version=about.text("guidellm_version"), where=where,
        load=load_of(_strategy(cells, where)),
        setup=Setup(model=_inside(cells, "Run Info | Backend", where).text("model")),
        label=cells.get("Benchmark | Strategy", ""), duration_s=duration,
        completed=_count(completed), failed=_count((failed or 0) + (unfinished or 0)),
        input_tokens=_count(n_in), output_tokens=_count(n_out),
        req_s=one("Server Throughput | Successful Requests/Sec | Mean"),
        input_tok_s=n_in / duration if n_in is not None and duration else None,
        output_tok_s=n_out / duration if n_out is not None and duration else None,
        metrics=named(found), counters={} if running is None else {"running_mean": running},
        notes=(WEIGHTED,) if weighted is not None else (),
    )  # fmt: skip


def _tokens(cells: dict[str, str], where: str, which: str) -> Spread | None:
    """Lengths; releases write the input's only where the server told them."""
    start = f"Token Metrics | Successful {which} Tokens | "
    if f"{start}Mean" not in cells:
        return None
    values: dict[str, object] = {
        key: _cell(cells.get(f"{start}{head}", ""), where)
        for key, head in (("mean", "Mean"), ("median", "Median"), ("std_dev", "Std Dev"))
    }
    return stated(Fields(values, where, start))


def _inside(cells: dict[str, str], name: str, where: str) -> Fields:
    """The mapping that a cell holds as JSON; an empty one where it is none."""
    text = cells.get(name, "")
    found = strict_json(text, where, TableError) if text.startswith("{") else {}
    return Fields(found if isinstance(found, dict) else {}, f"{where}: {name}")


def _strategy(cells: dict[str, str], where: str) -> Fields:
    """How requests were sent: `concurrent@3`, or a name whose rate stands in the profile."""
    kind, _, number = cells.get("Benchmark | Strategy", "").partition("@")
    amount = plain_number(number)
    key = "streams" if kind == "concurrent" else "rate"
    at = plain_number(cells.get("Run Info | Run Index", ""))
    if amount is None and at is not None:
        listed = _inside(cells, "Run Info | Profile", where).numbers(key)
        amount = listed.item(int(at)) if listed is not None and at < len(listed) else None
    strategy: dict[str, object] = {"type_": kind}
    if amount is not None:
        strategy[key] = amount
    return Fields(strategy, where)
