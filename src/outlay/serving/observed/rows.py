"""Observed runs as rows of measurements: the columns that `calibrate` and `validate` read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

import numpy as np

from outlay.serving.observed.named import Ran
from outlay.serving.observed.sending import Sending, answered
from outlay.serving.observed.types import Observation, Timings

__all__ = ["ROWS", "TRACE", "rows_csv", "trace_csv"]

ROWS = (
    "row_id", "source_id", "source_version", "source_date", "model", "chip", "n_chips", "phase",
    "tp", "pp", "ep", "dp_attention", "weight_precision", "kv_precision", "framework",
    "framework_version", "isl", "osl", "scenario", "concurrency", "request_rate", "metric",
    "value", "unit", "note",
)  # fmt: skip
SCENARIO = {"closed": "closed loop", "open": "open loop", "recorded": "open loop",
            "rate": "open loop", "burst": "burst"}  # fmt: skip
STATISTICS = ("mean", "p50")
"""What of a time is a row: the performance model gives means and medians."""
TRACE = ("arrival_s", "input_tokens", "output_tokens")


def rows_csv(runs: Sequence[tuple[Observation, Ran, Sending, int]]) -> str:
    """The table; the last of each run: chips of the whole deployment."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(ROWS)
    for number, (o, ran, sent, chips) in enumerate(runs, 1):
        shared = _shared(number, o, ran, sent, chips)
        for metric, value, unit in _values(o, sent):
            row = {**shared, "metric": metric, "value": f"{value:.6g}", "unit": unit}
            out.writerow([row[name] for name in ROWS])
    return text.getvalue()


def _shared(
    number: int, o: Observation, ran: Ran, sent: Sending, chips: int
) -> dict[str, str | int]:
    """Cells that all rows of a run have."""
    t = sent.traffic
    isl, osl = float(np.mean(t.input_tokens)), float(np.mean(t.output_tokens))
    at_once = sent.users if sent.how == "closed" else len(t) if sent.how == "burst" else None
    rate = o.load.rate_req_s or o.req_s if SCENARIO[sent.how] == "open loop" else None
    return {
        "row_id": f"observed-{number}", "source_id": o.tool, "source_version": o.version,
        "source_date": o.measured_on, "model": ran.model.id, "chip": ran.chip.id,
        "n_chips": chips, "phase": "aggregated", "tp": ran.tp or "", "pp": ran.pp,
        "ep": ran.ep, "dp_attention": ran.dp if ran.dp > 1 else "",
        "weight_precision": ran.weights or "default", "kv_precision": ran.kv,
        "framework": ran.stack or o.setup.engine, "framework_version": o.setup.engine_version,
        "isl": f"{isl:.6g}", "osl": f"{osl:.6g}",
        "scenario": SCENARIO[sent.how], "concurrency": at_once or "",
        "request_rate": f"{rate:.6g}" if rate else "", "note": o.where,
    }  # fmt: skip


def _values(o: Observation, sent: Sending) -> Iterator[tuple[str, float, str]]:
    """Metrics that the performance model predicts of such a load.

    Throughput where the engine sets it; first tokens and whole times in a closed loop alone.
    """
    closed = sent.how == "closed"
    if closed and o.output_tok_s:
        yield "output_throughput", o.output_tok_s, "tokens/s"
    wanted = (("ttft_s", "ttft"), ("tpot_s", "tpot"), ("e2e_s", "e2e"))
    for name, metric in wanted:
        if name != "tpot_s" and not closed:
            continue
        spread = o.metrics.get(name)
        if spread is None:
            continue
        for statistic, value in zip(STATISTICS, (spread.mean, spread.quantiles.get(0.5)),
                                    strict=True):  # fmt: skip
            if value:
                yield f"{'mean' if statistic == 'mean' else 'median'}_{metric}", 1e3 * value, "ms"
                break


def trace_csv(t: Timings) -> str:
    """The requests that were answered as a plain trace, in order of sending."""
    own = answered(t)
    own = own[np.argsort(t.sent_s[own], kind="stable")]
    begin = t.sent_s.item(own.item(0))
    heads = [*TRACE, *(["session"] if t.session is not None else [])]
    lines = [",".join(heads)]
    for place in range(len(own)):
        i = own.item(place)
        at = t.sent_s.item(i) - begin
        line = f"{at:.9g},{t.input_tokens.item(i)},{t.output_tokens.item(i)}"
        lines.append(line if t.session is None else f"{line},{t.session.item(i)}")
    return "\n".join(lines) + "\n"
