"""What each row of a table of published measurements asks of the model.

Each row becomes a `Question` (what ran) or a reason why it cannot be compared.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from outlay.core.errors import nearest
from outlay.performance.measured.measures import Measure, measure_of
from outlay.performance.measured.resolve import no_chip, no_model, resolve_chip, resolve_model
from outlay.performance.measured.row_cells import (
    cache_of,
    positive,
    precision_of,
    unreadable_serving,
)
from outlay.performance.measured.row_layout import Placed, place
from outlay.performance.measured.row_load import load_of
from outlay.performance.measured.row_table import LINE
from outlay.performance.measured.row_values import values_of
from outlay.performance.types import Precision, Stack
from outlay.results.chips_models import Chip, Model

__all__ = ["Question", "Refused", "ask"]

UNIFORM_MEAN = 0.9  # lengths drawn between 0.8 and 1.0 of the nominal value
DEFAULT_PROMPT, DEFAULT_OUTPUT = 1024.0, 1024.0
NO_LENGTHS_SD = 0.6  # of the logarithm: what an unstated length of 100 to 10,000 tokens moves
LATENCIES = ("ttft_s", "e2e_s")
NO_OUTPUT = ("prefill", "decode", "fleet")  # pools whose rate hardly depends on the output's length
_FLEET = re.compile(r"(\d+)B input \((\d+)B cache hits\) and (\d+)B output")
_HIT = re.compile(r"(\d+(?:\.\d+)?)% of input tokens hit")
FLEET_OUTPUT = 1380.0  # tokens per request of a fleet given in totals: its mean context is 5,000


@dataclass(frozen=True)
class Question:
    """What one row measured: where it ran, how it was loaded, and the number."""

    row_id: str
    group: str  # model, chip and lengths: rows of one group are not independent
    source: str
    model: Model
    chip: Chip
    exact: bool
    note: str
    kind: str
    place: Placed
    precision: Precision
    stack: Stack
    prompt: float
    output: float
    cached: float
    concurrency: float  # of the whole system; 0 = not given
    batch_per_chip: float
    requests: float  # of a run that ends; 0 = it goes on
    speculative: bool
    per_step: float  # 0 = not stated
    verified: float
    metric: str
    value: float
    unit: str
    measure: Measure
    measured: Mapping[str, float] = field(default_factory=dict)
    """Normalised: tpot_s, ttft_s, out, total, input [token/s per chip], e2e_s where given."""
    vague: float = 0.0  # standard deviation of the logarithm for what the row does not state
    rate: float = 0.0  # requests/s offered to the whole system, where they arrive at random
    unit_factor: float = 1.0  # units of `value` in one unit of the quantity predicted for it


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be predicted: `status` is unknown_model, unknown_chip, not_comparable."""

    row_id: str
    metric: str
    value: float
    unit: str
    status: str
    why: str
    group: str = ""
    source: str = ""


def ask(row: Mapping[str, str]) -> Question | Refused:
    """What a row asks, or why it cannot be answered."""
    metric, unit, value = row.get("metric", ""), row.get("unit", ""), positive(row, "value")
    source = row.get("source_id", "")
    lengths = f"{row.get('isl', '')}/{row.get('osl', '')}"
    group = f"{row['model']}|{row['chip']}|{lengths}"

    def refuse(status: str, why: str) -> Refused:
        at = f"line {row[LINE]}: {why}" if row.get(LINE) else why
        return Refused(row["row_id"], metric, value, unit, status, at, group, source)

    bad = unreadable_serving(row)
    if bad:
        return refuse("not_comparable", bad)
    measure = measure_of(metric, unit)
    if isinstance(measure, str):
        return refuse("not_comparable", measure)
    chip = resolve_chip(row["chip"])
    if chip is None:
        return refuse("unknown_chip", no_chip(row["chip"]))
    found = resolve_model(
        row["model"], row.get("model_family", ""), 1e9 * positive(row, "params_total_b"),
        1e9 * positive(row, "params_active_b"),
    )  # fmt: skip
    if found is None:
        return refuse("unknown_model", no_model(row["model"]))
    load = load_of(row)
    if isinstance(load, str):
        return refuse("not_comparable", load)
    kind = load.kind
    if measure.quantity in LATENCIES and kind not in ("closed", "disaggregated"):
        return refuse("not_comparable", f"{metric} needs a closed loop of known concurrency")
    if kind == "prefill" and measure.quantity not in ("input", "total"):
        return refuse("not_comparable", f"a prefill pool has no {metric}; its input_throughput is")
    precision, format_note = precision_of(row, found.model)
    prompt, output, cached, guessed = _lengths(row, found.model, kind)
    placed = place(row, found.model, chip, precision)
    if isinstance(placed, str):
        return refuse("not_comparable", placed)
    speculative, per_step, verified = _speculation(row)
    batch = _batch_per_chip(row, kind, placed)
    at_once = batch * placed.n_chips if kind == "decode" else 0.0
    at_once = load.concurrency if kind == "static" else at_once
    held = at_once * (prompt + cached + (0.0 if kind == "decode" else output))
    precision, cache = cache_of(
        row, found.model, precision, chip.memory_bytes * placed.n_chips, held
    )
    if measure.quantity in ("tpot_s", "speed") and kind in ("decode", "fleet") and not batch:
        return refuse("not_comparable", f"{metric} of a decode pool needs batch_per_chip")
    numbers = values_of(row, measure, chip, placed.n_chips, (prompt, cached, output))
    if isinstance(numbers, str):
        return refuse("not_comparable", numbers)
    taken = _taken(row, kind, batch, numbers[0], speculative and not per_step)
    stack = _stack(row)
    notes = (
        found.note,
        _stack_note(row, stack),
        load.note,
        placed.note,
        guessed,
        format_note,
        cache,
        taken,
    )
    return Question(
        row_id=row["row_id"], group=group, source=source, model=found.model, chip=chip,
        exact=found.exact, note="; ".join(x for x in notes if x), kind=kind,
        vague=math.hypot(NO_LENGTHS_SD if guessed else 0.0, load.vague), rate=load.rate,
        place=placed, precision=precision, stack=stack,
        prompt=prompt, output=output, cached=cached,
        concurrency=load.concurrency, batch_per_chip=batch,
        requests=_requests(row, kind),
        speculative=speculative, per_step=per_step, verified=verified, metric=metric,
        value=value, unit=unit, measure=measure, measured=numbers[0],
        unit_factor=numbers[1],
    )  # fmt: skip


def _taken(
    row: Mapping[str, str], kind: str, batch: float, measured: Mapping[str, float], free: bool
) -> str:
    """What the row does not state of a pool's batch or of speculation, in words."""
    words = []
    if kind in ("decode", "fleet") and not batch and "tpot_s" not in measured:
        words.append("batch not stated: what 50 ms a token allow")
    if free:
        words.append(f"accepted tokens of {row['spec_decode']!r} not stated: the fitted number")
    return "; ".join(words)


@cache
def _prompt_means() -> tuple[tuple[str, str, float], ...]:
    text = files("outlay.performance").joinpath("data/prompt_means.csv").read_text("utf-8")
    return tuple(
        (r["source_prefix"], r["model"], float(r["prompt_tokens"]))
        for r in csv.DictReader(text.splitlines())
    )


def _lengths(row: Mapping[str, str], model: Model, kind: str) -> tuple[float, float, float, str]:
    """Mean new prompt, output and cached tokens per request, and which of them are guesses."""
    prompt, output = positive(row, "isl"), positive(row, "osl")
    if "uniform" in row.get("length_kind", "").lower():
        prompt, output = UNIFORM_MEAN * prompt, UNIFORM_MEAN * output
    if not prompt:
        source = row.get("source_id", "")
        known = [n for p, m, n in _prompt_means() if source.startswith(p) and m == model.id]
        prompt = known[0] if known else 0.0
    if not output and kind in NO_OUTPUT:
        output = 1.0 if kind == "prefill" else DEFAULT_OUTPUT
    names = [name for name, n in (("isl", prompt), ("osl", output)) if not n]
    guessed = f"{' and '.join(names)} not stated: 1,024 tokens taken" if names else ""
    prompt, output = prompt or DEFAULT_PROMPT, output or DEFAULT_OUTPUT
    fleet = _FLEET.search(row.get("note", ""))
    if fleet and kind == "fleet":
        total, hit, out = (float(x) for x in fleet.groups())
        output = FLEET_OUTPUT
        return output * (total - hit) / out, output, output * hit / out, ""
    share = _HIT.search(row.get("note", "")) if "hits included" in row.get("unit", "") else None
    cached = prompt * float(share.group(1)) / 100.0 if share else 0.0
    return max(prompt - cached, 1.0), max(output, 1.0), cached, guessed


def _speculation(row: Mapping[str, str]) -> tuple[bool, float, float]:
    """Whether speculative decoding ran, tokens kept per step and verified per step (0 unknown)."""
    text = row.get("spec_decode", "").lower()
    off = re.search(r"\b(?:off|none|disabled|permitted)\b", text)
    if off or not text.startswith(("mtp", "yes", "eagle")):
        return False, 1.0, 1.0
    kept = [float(x) for x in re.findall(r"(?<![\d.])[1-4]\.\d+", text)]
    share = re.search(r"(\d+)% accept", text)
    steps = re.search(r"mtp[\s=-]?(\d)(?![\d.])", text)
    verified = float(steps.group(1)) + 1.0 if steps else 0.0
    if share:
        return True, 1.0 + float(share.group(1)) / 100.0, verified or 2.0
    return True, sum(kept) / len(kept) if kept else 0.0, verified


_STACKS = {
    "tensorrt": "trtllm", "trtllm": "trtllm", "trt-llm": "trtllm", "trt_llm": "trtllm",
    "sglang": "sglang", "vllm": "vllm", "mindie": "mindie",
}  # fmt: skip
"""Words of a framework's name, and the stack of the constants."""


def _stack(row: Mapping[str, str]) -> Stack:
    """The serving software as the constants tell it apart."""
    source, text = row.get("source_id", "").lower(), row.get("framework", "").lower()
    date, version = row.get("source_date", ""), row.get("framework_version", "")
    if source.startswith("mlperf"):
        amd = row.get("chip", "").upper().startswith("MI")
        return Stack("mlperf_amd" if amd else "mlperf_nvidia", version, date)
    if "tensorrt engine" in text:
        return Stack("trtllm_engine", version, date)
    if source == "qwen3-h20-speed":
        return Stack("library", version, date)
    if "deepseek" in text or "cloudmatrix" in text:
        return Stack("inhouse", version, date)
    group = next((g for word, g in _STACKS.items() if word in text), "")
    return Stack(group, version, date)


def _stack_note(row: Mapping[str, str], stack: Stack) -> str:
    """That a framework which the row names is not known, with the nearest that is."""
    text = row.get("framework", "").strip().lower()
    if stack.name or not text or text.startswith(("not ", "unknown", "none", "n/a", "-")):
        return ""
    near = nearest(text, _STACKS)
    return f"framework {text[:40]!r} is not known: taken as not stated" + (near and f" ({near})")


@cache
def _request_counts() -> tuple[tuple[str, float, float, float], ...]:
    text = files("outlay.performance").joinpath("data/request_counts.csv").read_text("utf-8")
    return tuple(
        (r["source_prefix"], float(r["isl"]), float(r["osl"]), float(r["requests"]))
        for r in csv.DictReader(text.splitlines())
    )


def _batch_per_chip(row: Mapping[str, str], kind: str, placed: Placed) -> float:
    """Sequences per chip; of a decode pool that states those in flight, these over its chips."""
    stated = positive(row, "batch_per_chip")
    if stated or kind != "decode":
        return stated
    return positive(row, "concurrency") / placed.n_chips


def _requests(row: Mapping[str, str], kind: str) -> float:
    """Requests of an offline run that a source's recipe states for these lengths, 0 if none."""
    if kind != "offline":
        return 0.0
    source, lengths = row.get("source_id", ""), (positive(row, "isl"), positive(row, "osl"))
    found = (n for p, i, o, n in _request_counts() if source.startswith(p) and lengths == (i, o))
    return next(found, 0.0)
