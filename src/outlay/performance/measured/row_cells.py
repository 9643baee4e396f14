"""Read the cells of a published row: numbers, whole degrees, formats; no default for a bad one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from outlay.core.ingest.table import plain_number
from outlay.performance.operators.formats import WEIGHT_BYTES
from outlay.performance.operators.shapes import shape_of
from outlay.performance.types import Precision
from outlay.results.chips_models import Model

__all__ = ["cache_of", "is_yes", "positive", "precision_of", "unreadable", "unreadable_serving"]

NUMBERS = (
    "isl", "osl", "concurrency", "batch_per_chip", "params_total_b", "params_active_b", "ttft_ms",
    "tpot_ms", "e2e_s", "out_tok_s_per_chip", "total_tok_s_per_chip", "in_tok_s_per_chip",
)  # fmt: skip
CHIPS = ("n_chips", "n_chips_prefill", "n_chips_decode")
DEGREES = ("tp", "pp", "ep", "dp_attention")
NOT_IN_USE, IN_USE = ("0", "0.0", "false", "no"), ("true", "yes")
FORMATS = (  # words of a published precision, weights; the first found wins
    (("w4a8", "w4a16", "int4", "awq", "gptq-4", "4bit", "q4_", "iq4"), "int4"),
    (("fp4",), "fp4"),
    (("fp8", "float8"), "fp8"),
    (("int8", "w8a8", "a8w8", "8bit", "q8_"), "int8"),
    (("bf16", "fp16", "float16", "bfloat16", "16bit"), "bf16"),
)
AS_RELEASED = ("default", "released", "native", "unknown", "not stated")
EMPTY = ("none", "nan")  # left out by a source: 16 bits
CACHES = (
    (("fp8", "int8", "e4m3", "e5m2", "8bit", "8-bit"), "fp8"),
    (("fp4", "int4", "4bit", "4-bit"), "fp4"),
    (("16", "auto", "default", "model", "none"), "bf16"),
)
EIGHT_BIT_CACHES = ("tensorrt", "habana")
"""Engines that keep an 8-bit cache beside weights of 8 bits or fewer: TensorRT-LLM's checkpoints
quantise it, and so does Intel's FP8 recipe, whose supported modules include the cache."""
TEXTS = {  # what a cell may say, and the words for it
    "phase": (re.compile("^(agg|disagg|prefill|decode|fleet)"),
              "aggregated, disaggregated, prefill, decode, fleet"),
    "weight_precision": (re.compile("|".join(
        [w for words, _ in FORMATS for w in words] + list(AS_RELEASED + EMPTY))),
        "bf16, fp8, int8, fp4, int4, or default"),
    "kv_precision": (re.compile("|".join([w for words, _ in CACHES for w in words] + list(EMPTY))
                                + "|^not stated"), "bf16, fp8, fp4, or default"),
    "spec_decode": (re.compile("^(no|off|nan|mtp|yes|eagle)"), "none, mtp, yes (EAGLE)"),
}  # fmt: skip


def positive(row: Mapping[str, str], name: str) -> float:
    """A positive finite number, 0 where empty or not one."""
    return max(plain_number(row.get(name, "")) or 0.0, 0.0)


def is_yes(text: str) -> bool:
    """Whether a cell says that something is in use, without a degree."""
    return text.lower() in IN_USE


def unreadable(row: Mapping[str, str], numbers: Iterable[str], whole: Iterable[str]) -> str:
    """The first cell that is not the number its column holds, in words; empty if all are."""
    if not positive(row, "value"):
        return f"column value: {row.get('value', '')!r} is not a positive number"
    for name in numbers:
        if row.get(name) and not positive(row, name):
            return f"column {name}: {row[name]!r} is not a positive number"
    for name in whole:
        text = row.get(name, "")
        if text and not (re.fullmatch(r"\d+(\.0+)?", text) and float(text) > 0):
            return f"column {name}: {text!r} is not a positive whole number"
    return ""


def unreadable_serving(row: Mapping[str, str]) -> str:
    """Why a serving row cannot be read as it stands; empty if it can."""
    if row.get("row_id") == "":
        return "column row_id: an empty cell"
    phase = row.get("phase", "").lower()
    pools = phase.startswith("disagg")  # degrees are written by pool there
    # 0 says that a degree is not in use; some write attention data parallelism as a yes or no.
    stated = [n for n in DEGREES if row.get(n, "").lower() not in NOT_IN_USE or n == "tp"]
    if is_yes(row.get("dp_attention", "")):
        stated.remove("dp_attention")
    bad = unreadable(row, (*NUMBERS, *CHIPS), (*CHIPS, *(() if pools else stated)))
    if bad:
        return bad
    for name, (words, allowed) in TEXTS.items():
        text = row.get(name, "").lower()
        if text and not words.search(text):
            return f"column {name}: {text!r} is not known; known: {allowed}"
    return ""


def precision_of(row: Mapping[str, str], model: Model) -> tuple[Precision, str]:
    """Formats of weights and cache, and a note where that of the weights is not stated.

    What a source leaves out, or calls the default, is as the model is released.
    """
    text = (row.get("weight_precision") or row.get("precision") or "").lower()
    weights = next((name for words, name in FORMATS if any(w in text for w in words)), "")
    note = ""
    if not weights:
        as_released = not text or any(w in text for w in AS_RELEASED)
        weights = _released(model) if as_released else "bf16"
        note = f"weight format not stated: {weights}"
    cache = row.get("kv_precision", "").lower()
    if not cache or cache.startswith("not"):
        small = weights in ("fp8", "fp4") and model.attention != "mla"
        engine = row.get("framework", "").lower()
        kv = "fp8" if small and any(name in engine for name in EIGHT_BIT_CACHES) else "bf16"
    else:
        kv = next((name for words, name in CACHES if any(w in cache for w in words)), "bf16")
    return Precision(weights=weights, kv=kv), note


def cache_of(
    row: Mapping[str, str], model: Model, stated: Precision, memory: float, tokens: float
) -> tuple[Precision, str]:
    """Formats with that of the cache, and a note where the row does not state it.

    memory: of all chips [byte]; tokens held at once where a batch runs as a whole, else 0. Such a
    batch that fits 8-bit memory only was run so.
    """
    if row.get("kv_precision", "") and not row["kv_precision"].lower().startswith("not"):
        return stated, ""
    weights = model.total_params * WEIGHT_BYTES[stated.weights]
    cache = tokens * shape_of(model).full_layers * shape_of(model).kv * 2.0
    if stated.kv == "bf16" and memory < weights + cache and memory > weights + cache / 2.0:
        return replace(stated, kv="fp8"), "cache format not stated: fp8, bf16 would not fit"
    return stated, f"cache format not stated: {stated.kv}"


def _released(model: Model) -> str:
    known = ("int4", "fp4", "fp8", "int8")
    return next((name for name in known if name in model.weight_dtype.lower()), "bf16")
